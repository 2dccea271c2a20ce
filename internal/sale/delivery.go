package sale

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/inbox"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/job"
	"tributary/internal/order"
	"tributary/internal/order/checkout"
	"tributary/internal/order/postback"
	"tributary/internal/order/shopify"
	"tributary/internal/order/wire"
	"tributary/internal/order/woocommerce"
	"tributary/internal/storefront"
)

// translators read the bodies of each source.
var translators = map[string]func(topic string, body []byte) (order.News, error){
	"shopify":     shopify.Translate,
	"woocommerce": woocommerce.Translate,
	"checkout":    checkout.Translate,
	"postback":    postback.Translate,
}

// Checks tell senders at once, by the source, what can never become an order: those whose bodies are written for us.
func Checks(c clock.Clock) map[string]func(topic string, body []byte) error {
	return map[string]func(topic string, body []byte) error{"postback": func(topic string, body []byte) error {
		news, err := postback.Translate(topic, body)
		if err != nil {
			return err
		}
		return news.Check(c.Now())
	}}
}

// raceWait is after how long a refund that came before its order is tried once more by itself: the order may have been recorded at
// the same moment. After that the order wakes it.
const raceWait = 15 * time.Second

// Register adds the jobs of sales to the workers of this process.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, s.HandleDelivery)
	job.Add(w, s.LateClick)
	job.Add(w, s.StoreEventsTold)
	job.Add(w, s.HoldRejected)
	job.Add(w, s.Replay)
	job.Add(w, s.CheckImport)
	job.Add(w, s.RunImport)
}

// verdict is how the handling of a delivery ended.
type verdict struct {
	status  inbox.Status
	outcome string
}

// HandleDelivery does the job that turns a stored body of a shop into orders and refunds, all of it in one transaction. What no
// repeat mends is marked FAILED for a person; a refund that came before its order waits for it.
func (s *Service) HandleDelivery(ctx context.Context, args inbox.HandleArgs) error {
	s.awaitClicks(ctx)
	first := false
	err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		d, err := inbox.ReadTx(ctx, tx, args.DeliveryID)
		if err != nil {
			return err
		}
		if d.Status == inbox.Done || d.Status == inbox.Ignored {
			return nil
		}
		first = d.Attempts == 0
		v, err := s.takeInTx(ctx, tx, d)
		if err != nil {
			return err
		}
		return s.inbox.MarkTx(ctx, tx, d.ID, v.status, v.outcome)
	})
	switch {
	case errors.Is(err, order.ErrWaits):
		err = s.markDelivery(ctx, args.DeliveryID, verdict{inbox.Waiting, "The order that this belongs to is not known yet."})
		if err == nil && first {
			return job.Snooze(raceWait)
		}
	case errors.Is(err, wire.ErrBody):
		err = s.markDelivery(ctx, args.DeliveryID, verdict{inbox.Failed, "The body cannot be read."})
	case len(fault.All(err)) > 0 && !fault.Is(err, fault.Unavailable):
		s.log.WarnContext(ctx, "a delivery was refused", "delivery", args.DeliveryID, "error", err)
		err = s.markDelivery(ctx, args.DeliveryID, verdict{inbox.Failed, fault.All(err)[0].Message})
	}
	return err
}

func (s *Service) markDelivery(ctx context.Context, delivery uuid.UUID, v verdict) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return s.inbox.MarkTx(ctx, tx, delivery, v.status, v.outcome)
	})
	if fault.Is(err, fault.Conflict) { // somebody else handled it meanwhile
		return nil
	}
	return err
}

// takeInTx records what a body tells.
func (s *Service) takeInTx(ctx context.Context, tx database.Tx, d inbox.Delivery) (verdict, error) {
	translate, known := translators[d.Source]
	if !known {
		return verdict{inbox.Ignored, "Bodies of " + d.Source + " say nothing about orders."}, nil
	}
	news, err := translate(d.Topic, d.Body)
	if err != nil {
		return verdict{}, err
	}
	if news.Ignored != "" {
		return verdict{inbox.Ignored, news.Ignored}, nil
	}
	from, err := tx.Ent.Integration.Get(ctx, d.Integration)
	if err != nil {
		return verdict{}, database.OnMissing(err, "integration")
	}
	news.Address(d.Brand, d.Integration, from.Store, d.ID)
	outcome := ""
	if news.Order != nil {
		if news.Order.Codes, err = storefront.CodesNamedTx(ctx, tx, d.Integration, news.Order.Codes); err != nil {
			return verdict{}, err
		}
		o, change, err := s.recordTx(ctx, tx, *news.Order)
		if err != nil {
			return verdict{}, err
		}
		if change == order.Unknown {
			return verdict{inbox.Ignored, "Nobody bought."}, nil
		}
		outcome = fmt.Sprintf("Order %s: %s.", o.Name, change)
	}
	for _, refund := range news.Refunds {
		o, change, err := s.refundTx(ctx, tx, refund)
		if err != nil {
			return verdict{}, err
		}
		outcome += fmt.Sprintf(" Refund %s of order %s: %s.", refund.ExternalID, o.Name, change)
	}
	if news.Chargeback != nil {
		o, change, err := s.chargebackTx(ctx, tx, *news.Chargeback)
		if err != nil {
			return verdict{}, err
		}
		outcome = fmt.Sprintf("Chargeback %s of order %s, %s: %s.", news.Chargeback.ExternalID, o.Name, news.Chargeback.Stage, change)
	}
	return verdict{inbox.Done, outcome}, nil
}
