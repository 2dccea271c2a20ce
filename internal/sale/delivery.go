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
	job.Add(w, s.DropImports)
	job.Every(w, dropEvery, DropImportsArgs{})
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
	first, brand := false, uuid.Nil
	err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		d, err := inbox.ReadTx(ctx, tx, args.DeliveryID)
		if err != nil {
			return err
		}
		if d.Status == inbox.Done || d.Status == inbox.Ignored {
			return nil
		}
		first, brand = d.Attempts == 0, d.Brand
		v, err := s.takeInTx(ctx, tx, d)
		if err != nil {
			return err
		}
		return s.inbox.MarkTx(ctx, tx, d.ID, v.status, v.outcome)
	})
	switch {
	case err == nil && brand != uuid.Nil:
		s.orders.Tell(brand)
	case errors.Is(err, order.ErrWaits):
		err = s.markDelivery(ctx, args.DeliveryID, verdict{inbox.Waiting, "The order that this belongs to is not known yet."}, order.WaitsFor(err)...)
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

func (s *Service) markDelivery(ctx context.Context, delivery uuid.UUID, v verdict, waitsFor ...string) error {
	err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if v.status == inbox.Waiting {
			return s.inbox.WaitTx(ctx, tx, delivery, v.outcome, waitsFor)
		}
		return s.inbox.MarkTx(ctx, tx, delivery, v.status, v.outcome)
	})
	if fault.Is(err, fault.Conflict) { // somebody else handled it meanwhile
		return nil
	}
	return err
}

// orderSaid says what a body did to its order, after the order's name.
var orderSaid = map[order.Change]string{
	order.Created:   "is new and was recorded",
	order.Duplicate: "was known like this already",
	order.Joined:    "was known from another source; this is kept as evidence",
	order.Edited:    "was changed",
	order.Moved:     "has a new state of its payment",
	order.Refunded:  "was given back, or a part of it",
	order.Disputed:  "is asked back by the customer's bank",
}

// backSaid says what a body did to a refund or a chargeback, by whether it was known already.
var backSaid = map[bool]string{false: "was recorded", true: "was known already"}

// stageSaid says how far a chargeback has come.
var stageSaid = map[order.ChargebackStage]string{
	order.ChargebackOpened: "opened by the bank",
	order.ChargebackLost:   "lost to the bank",
	order.ChargebackWon:    "won by the shop",
}

// takeInTx records what a body tells.
func (s *Service) takeInTx(ctx context.Context, tx database.Tx, d inbox.Delivery) (verdict, error) {
	news, err := translate(d)
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
		outcome = outcomeOf(o, change)
	}
	for _, refund := range news.Refunds {
		o, change, err := s.refundTx(ctx, tx, refund)
		if err != nil {
			return verdict{}, err
		}
		if outcome != "" {
			outcome += " "
		}
		outcome += fmt.Sprintf("Refund %s of order %s %s.", refund.ExternalID, o.Name, backSaid[change == order.Duplicate])
	}
	if news.Chargeback != nil {
		o, change, err := s.chargebackTx(ctx, tx, *news.Chargeback)
		if err != nil {
			return verdict{}, err
		}
		outcome = fmt.Sprintf("Chargeback %s of order %s, %s, %s.", news.Chargeback.ExternalID, o.Name, stageSaid[news.Chargeback.Stage], backSaid[change == order.Duplicate])
	}
	return verdict{inbox.Done, outcome}, nil
}
