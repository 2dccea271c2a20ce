package sale

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
	"tributary/internal/order"
	"tributary/internal/rollup"
)

// clickPatience bounds how long an order waits for the clicks that are still on their way into the database. What comes later is late
// evidence.
const clickPatience = 500 * time.Millisecond

// awaitClicks lets the clicks that were answered before become known. Call it outside of transactions.
func (s *Service) awaitClicks(ctx context.Context) {
	if s.clicks == nil {
		return
	}
	waiting, cancel := context.WithTimeout(ctx, clickPatience)
	defer cancel()
	if err := s.clicks.Drain(waiting); err != nil {
		s.log.DebugContext(ctx, "clicks are still on their way", "error", err)
	}
}

// recordTx records what is told about an order with all that follows from it: decision, commissions, postings, holds, figures and
// log, in the caller's transaction. The caller has checked access.
func (s *Service) recordTx(ctx context.Context, tx database.Tx, in order.Incoming) (out order.Order, change order.Change, err error) {
	place, known, err := s.orders.FindTx(ctx, tx, in)
	if err != nil {
		return order.Order{}, "", err
	}
	if !known && in.OnlyKnown {
		return order.Order{}, order.Unknown, nil
	}
	in.ID = place
	around := rollup.AroundNewOrderTx
	if known {
		around = rollup.AroundOrderTx
	}
	err = around(ctx, tx, place, func() error {
		if out, change, err = s.orders.RecordTx(ctx, tx, in); err != nil {
			return err
		}
		if change == order.Duplicate || change == order.Joined {
			return nil
		}
		return s.followTx(ctx, tx, out, change)
	})
	return out, change, err
}

// followTx makes what follows from a new or changed order.
func (s *Service) followTx(ctx context.Context, tx database.Tx, told order.Order, change order.Change) error {
	o, lines, err := s.orders.ReadTx(ctx, tx, told.ID.UUID)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	why := event{cause: fmt.Sprintf("order:%d", o.Version), reason: reasonOf(o, change), occurred: now}
	var d decision
	found := false
	if change != order.Created {
		if d, found, err = currentTx(ctx, tx, o.ID.UUID); err != nil {
			return err
		}
	}
	switch {
	case !found:
		if d, err = s.decideTx(ctx, tx, o, lines); err != nil {
			return err
		}
		if o.PaidAt != nil && o.PaidAt.Before(now) {
			why.occurred = *o.PaidAt
		}
		if err := s.inbox.WakeWaitingTx(ctx, tx, o.BrandID.UUID); err != nil {
			return err
		}
	case change == order.Edited:
		if d, err = s.redecideTx(ctx, tx, o, lines, d, CauseOrderEdit); err != nil {
			return err
		}
	}
	if err := s.settleTx(ctx, tx, o, lines, d, why); err != nil {
		return err
	}
	return s.logTx(ctx, tx, o, "ORDER_"+actionOf(change, found), map[string]any{"name": o.Name, "payment": o.Payment, "version": o.Version})
}

func actionOf(change order.Change, known bool) string {
	switch {
	case !known:
		return "RECORDED"
	case change == order.Moved:
		return "MOVED"
	}
	return "EDITED"
}

// reasonOf says a change in words that a creator reads where it lowers a commission.
func reasonOf(o order.Order, change order.Change) string {
	switch {
	case o.Payment == order.PaymentCancelled:
		return "The order was cancelled."
	case o.Payment == order.PaymentChargedBack:
		return "The customer's bank took the payment back."
	case change == order.Edited:
		return "The shop changed the order."
	}
	return ""
}

// decideTx makes the first decision about an order, and looks again later for a click that the shop named and that has not
// arrived yet.
func (s *Service) decideTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line) (decision, error) {
	e, err := s.evidenceTx(ctx, tx, o, lines, lookFirst)
	if err != nil {
		return decision{}, err
	}
	if _, arrived := e.found[o.ClickID.String()]; o.ClickID != uuid.Nil && !arrived {
		if err := s.lookAgainTx(ctx, tx, o.ID.UUID, 0); err != nil {
			return decision{}, err
		}
	}
	return s.storeTx(ctx, tx, o, e, attribution.Decide(e.input), 1, CauseFirst)
}

// refundTx records money given back with all that follows from it, in the caller's transaction. The caller has checked access.
func (s *Service) refundTx(ctx context.Context, tx database.Tx, in order.IncomingRefund) (out order.Order, change order.Change, err error) {
	place, err := s.orders.FindRefundedTx(ctx, tx, in)
	if err != nil {
		return order.Order{}, "", err
	}
	err = rollup.AroundOrderTx(ctx, tx, place, func() error {
		if out, change, err = s.orders.RefundTx(ctx, tx, in); err != nil || change != order.Refunded {
			return err
		}
		o, lines, err := s.orders.ReadTx(ctx, tx, place)
		if err != nil {
			return err
		}
		d, found, err := currentTx(ctx, tx, place)
		if err != nil || !found {
			return err
		}
		why, err := refundEventTx(ctx, tx, o, in.ExternalID)
		if err != nil {
			return err
		}
		if err := s.settleTx(ctx, tx, o, lines, d, why); err != nil {
			return err
		}
		return s.logTx(ctx, tx, o, "ORDER_REFUNDED", map[string]any{"name": o.Name, "payment": o.Payment, "version": o.Version, "refund": in.ExternalID})
	})
	return out, change, err
}

func refundEventTx(ctx context.Context, tx database.Tx, o order.Order, externalID string) (event, error) {
	var refund uuid.UUID
	var at time.Time
	var amount = o.Refunded
	if err := tx.SQL.QueryRowContext(ctx, `SELECT id, refunded_at, amount_minor FROM refund WHERE order_id = $1 AND external_id = $2`,
		o.ID.UUID, externalID).Scan(&refund, &at, &amount.Minor); err != nil {
		return event{}, fmt.Errorf("refund of an order: %w", err)
	}
	return event{cause: "refund:" + refund.String(), occurred: at.UTC(), refund: true,
		reason: fmt.Sprintf("The shop gave %s of the order back on %s.", amount, at.UTC().Format("2 January 2006"))}, nil
}

func (s *Service) logTx(ctx context.Context, tx database.Tx, o order.Order, action string, detail map[string]any) error {
	return auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: action, ObjectKind: "ORDER", ObjectID: o.ID.UUID, BrandID: o.BrandID.UUID, Detail: detail})
}
