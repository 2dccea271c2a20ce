package sale

import (
	"context"
	"fmt"
	"slices"
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
	switch {
	case err != nil:
		return order.Order{}, "", err
	case !known && in.OnlyKnown:
		return order.Order{}, order.Unknown, nil
	case !known:
		made, err := s.recordNewTx(ctx, tx, []order.Incoming{in})
		if err != nil {
			return order.Order{}, "", err
		}
		return made[0], order.Created, nil
	}
	in.ID = place
	err = rollup.AroundOrderTx(ctx, tx, place, func() error {
		if out, change, err = s.orders.ChangeTx(ctx, tx, in); err != nil {
			return err
		}
		if change == order.Duplicate || change == order.Joined {
			return nil
		}
		return s.followTx(ctx, tx, out, change)
	})
	if err == nil && change != order.Duplicate { // it may have got a name
		err = s.inbox.WakeWaitingTx(ctx, tx, []uuid.UUID{in.Brand}, in.Names())
	}
	return out, change, err
}

// fresh is an order on its first way through.
type fresh struct {
	order.NewOrder
	decision decision
	why      event
}

// recordNewTx records orders that are new with all that follows from each, in as many statements for many as for one. Their places are
// locked, and order.Apart lets them be recorded together. The caller has checked access.
func (s *Service) recordNewTx(ctx context.Context, tx database.Tx, news []order.Incoming) ([]order.Order, error) {
	created, err := s.orders.CreateTx(ctx, tx, news)
	if err != nil {
		return nil, err
	}
	all, err := s.decideNewTx(ctx, tx, created)
	if err != nil {
		return nil, err
	}
	if err := s.settleNewTx(ctx, tx, all); err != nil {
		return nil, err
	}
	orders, places := make([]order.Order, len(all)), make([]uuid.UUID, len(all))
	var brands []uuid.UUID
	var names []string
	deeds := make([]auditlog.Deed, len(all))
	for i, f := range all {
		orders[i], places[i] = f.Order, f.Order.ID.UUID
		if !slices.Contains(brands, f.Order.BrandID.UUID) {
			brands = append(brands, f.Order.BrandID.UUID)
		}
		names = append(names, news[i].Names()...)
		deeds[i] = deed(f.Order, "ORDER_RECORDED", map[string]any{"name": f.Order.Name, "payment": f.Order.Payment, "version": f.Order.Version})
	}
	if err := rollup.AddNewOrdersTx(ctx, tx, places); err != nil {
		return nil, err
	}
	if err := s.inbox.WakeWaitingTx(ctx, tx, brands, names); err != nil {
		return nil, err
	}
	return orders, auditlog.WriteTx(ctx, tx, s.clock.Now(), deeds...)
}

// decideNewTx makes the first decisions about orders, and looks again later for clicks that the shop named and that have not arrived yet.
func (s *Service) decideNewTx(ctx context.Context, tx database.Tx, created []order.NewOrder) ([]fresh, error) {
	all := make([]asked, len(created))
	for i, c := range created {
		all[i] = asked{order: c.Order, lines: c.Lines}
	}
	evidence, err := s.evidenceOfAllTx(ctx, tx, all, lookFirst)
	if err != nil {
		return nil, err
	}
	decisions, late := make([]made, len(all)), []uuid.UUID{}
	for i, e := range evidence {
		o := all[i].order
		if _, arrived := e.found[o.ClickID.String()]; o.ClickID != uuid.Nil && !arrived {
			late = append(late, o.ID.UUID)
		}
		decisions[i] = made{o, e, attribution.Decide(e.input), 1, CauseFirst}
	}
	if err := s.lookAgainTx(ctx, tx, 0, late...); err != nil {
		return nil, err
	}
	stored, err := s.storeTx(ctx, tx, decisions...)
	if err != nil {
		return nil, err
	}
	out := make([]fresh, len(all))
	for i, c := range created {
		out[i] = fresh{NewOrder: c, decision: stored[i], why: s.firstEvent(c.Order)}
	}
	return out, nil
}

// firstEvent is why the money of a new order is looked at.
func (s *Service) firstEvent(o order.Order) event {
	why := event{cause: fmt.Sprintf("order:%d", o.Version), occurred: s.clock.Now()}
	if o.PaidAt != nil && o.PaidAt.Before(why.occurred) {
		why.occurred = *o.PaidAt
	}
	return why
}

// followTx makes what follows from a changed order.
func (s *Service) followTx(ctx context.Context, tx database.Tx, told order.Order, change order.Change) error {
	o, lines, err := s.orders.ReadTx(ctx, tx, told.ID.UUID)
	if err != nil {
		return err
	}
	d, found, err := currentTx(ctx, tx, o.ID.UUID)
	if err == nil && !found {
		err = fmt.Errorf("sale: order %s has no decision", o.ID)
	}
	if err == nil && change == order.Edited {
		d, err = s.redecideTx(ctx, tx, o, lines, d, CauseOrderEdit)
	}
	if err != nil {
		return err
	}
	why := event{cause: fmt.Sprintf("order:%d", o.Version), reason: reasonOf(o, change), occurred: s.clock.Now()}
	if err := s.settleTx(ctx, tx, o, lines, d, why); err != nil {
		return err
	}
	return s.logTx(ctx, tx, o, "ORDER_"+actionOf(change), map[string]any{"name": o.Name, "payment": o.Payment, "version": o.Version})
}

func actionOf(change order.Change) string {
	if change == order.Moved {
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
	return auditlog.WriteTx(ctx, tx, s.clock.Now(), deed(o, action, detail))
}

func deed(o order.Order, action string, detail map[string]any) auditlog.Deed {
	return auditlog.Deed{Action: action, ObjectKind: "ORDER", ObjectID: o.ID.UUID, BrandID: o.BrandID.UUID, Detail: detail}
}
