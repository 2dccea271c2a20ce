package sale

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/order"
	"tributary/internal/tracking"
	"tributary/internal/tracking/storeevent"
)

// toldOrdersMax bounds the orders that are looked at again for the events of one job.
const toldOrdersMax = 100

// told is what the shop's pages and server said about an order beside the order itself.
type told struct {
	found    []tracking.FoundTouch // all touches, with those of clicks that events name; codes last
	unproven map[uuid.UUID]bool    // clicks that only an order's number ties to it
}

// toldTx adds the clicks that store events tie to orders to what was found of each. One that only a browser names, by the order's
// number, is of use where nothing else speaks for anybody: it must never take an order from somebody.
func toldTx(ctx context.Context, tx database.Tx, orders []order.Order, found [][]tracking.FoundTouch) ([]told, error) {
	out := make([]told, len(orders))
	events := make([]storeevent.Order, len(orders))
	for i, o := range orders {
		out[i] = told{found: found[i], unproven: map[uuid.UUID]bool{}}
		events[i] = storeevent.Order{Brand: o.BrandID.UUID, Store: o.Store, CheckoutToken: o.CheckoutToken, ExternalID: *o.ExternalID, Name: o.Name, PlacedAt: o.PlacedAt}
	}
	named, err := storeevent.NamedTx(ctx, tx, events)
	if err != nil {
		return nil, err
	}
	// Each click that an event names brings the others of its visitor with it, so an order's are taken in one after the other.
	for round := 0; ; round++ {
		var at []int
		var sought []tracking.Sought
		for i, o := range orders {
			if round < len(named[i]) && out[i].wants(named[i][round]) {
				at = append(at, i)
				sought = append(sought, tracking.Sought{Brand: o.BrandID.UUID, Click: named[i][round].Click, Since: o.PlacedAt.Add(-lookBack), PlacedAt: o.PlacedAt})
			}
		}
		if len(sought) > 0 {
			more, err := tracking.TouchesFor(ctx, tx, sought)
			if err != nil {
				return nil, err
			}
			for k, i := range at {
				out[i].take(more[k], named[i][round].Proven)
			}
		}
		if !slices.ContainsFunc(named, func(n []storeevent.Named) bool { return round+1 < len(n) }) {
			break
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i].found, func(a, b tracking.FoundTouch) int {
			if a.Kind != b.Kind || a.Kind == attribution.Code {
				return cmp.Compare(codesLast(a), codesLast(b))
			}
			return cmp.Or(a.At.Compare(b.At), bytes.Compare(a.ID[:], b.ID[:]))
		})
	}
	return out, nil
}

// wants tells whether a click that an event names is of use: proven ones come first.
func (t told) wants(n storeevent.Named) bool {
	return !t.knows(n.Click) && (n.Proven || len(t.found) <= len(t.unproven))
}

func (t told) knows(click uuid.UUID) bool {
	return slices.ContainsFunc(t.found, func(f tracking.FoundTouch) bool { return f.ID == click })
}

func (t *told) take(more []tracking.FoundTouch, proven bool) {
	for _, f := range more {
		if t.knows(f.ID) {
			continue
		}
		t.found = append(t.found, f)
		if !proven {
			t.unproven[f.ID] = true
		}
	}
}

func codesLast(f tracking.FoundTouch) int {
	if f.Kind == attribution.Code {
		return 1
	}
	return 0
}

// StoreEventsTold does the job that follows store events which name a checkout or an order: orders that were decided without their
// click are decided anew.
func (s *Service) StoreEventsTold(ctx context.Context, args storeevent.TellArgs) error {
	orders, err := s.ordersTold(ctx, args.Events)
	if err != nil {
		return err
	}
	for _, o := range orders {
		if again := s.Redecide(ctx, o, CauseLateClick); again != nil {
			err = errors.Join(err, fmt.Errorf("order %s: %w", o, again))
		}
	}
	return err
}

// ordersTold gives the orders that events name and whose decision in force does not know the event's click.
func (s *Service) ordersTold(ctx context.Context, events []storeevent.Key) (orders []uuid.UUID, err error) {
	brands, ids, at := make([]string, len(events)), make([]string, len(events)), make([]string, len(events))
	for i, e := range events {
		brands[i], ids[i], at[i] = e.Brand.String(), e.Event.String(), id.TimeOf(e.Event).Format(time.RFC3339Nano)
	}
	rows, err := s.db.SQL.QueryContext(ctx, `
		WITH e AS (
			SELECT s.brand_id, s.checkout_token, s.order_reference, s.store, s.occurred_at, s.click_id
			FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS k (brand_id, id, occurred_at)
			JOIN store_event s ON s.brand_id = k.brand_id AND s.id = k.id AND s.occurred_at = k.occurred_at
		), named AS (
			SELECT o.id, e.click_id FROM e JOIN "order" o ON o.brand_id = e.brand_id AND o.checkout_token = e.checkout_token
			UNION
			SELECT o.id, e.click_id FROM e JOIN "order" o ON o.brand_id = e.brand_id AND e.store IN ('', o.store)
				AND o.placed_at BETWEEN e.occurred_at - $4 * interval '1 second' AND e.occurred_at + $4 * interval '1 second'
				AND e.order_reference IN (ltrim(o.external_id, '#'), ltrim(o.name, '#'))
		)
		SELECT DISTINCT n.id FROM named n
		JOIN LATERAL (SELECT touches FROM attribution_decision d WHERE d.order_id = n.id ORDER BY version DESC LIMIT 1) d ON true
		WHERE NOT d.touches @> jsonb_build_array(jsonb_build_object('touchId', n.click_id::text))
		LIMIT $5`, database.Array(brands), database.Array(ids), database.Array(at), storeevent.OrderNear.Seconds(), toldOrdersMax)
	if err != nil {
		return nil, fmt.Errorf("orders that store events name: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var o uuid.UUID
		if err := rows.Scan(&o); err != nil {
			return nil, fmt.Errorf("orders that store events name: %w", err)
		}
		orders = append(orders, o)
	}
	return orders, rows.Err()
}
