package storeevent

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/rollup"
)

// lockName makes the writers of events wait for each other, over all processes: who is the day's first visitor of a link is only
// known when nobody else is just writing.
const lockName = "store events"

// TellArgs is the job that looks for the orders which stored purchases and checkouts belong to. Sales do it.
type TellArgs struct {
	Events []Key `json:"events"`
}

// Kind names the job.
func (TellArgs) Kind() string { return "store_events_told" }

// Key is what an event is found by.
type Key struct {
	Brand uuid.UUID `json:"brand"`
	Event uuid.UUID `json:"event"`
}

const (
	// tellMax bounds the events of one job.
	tellMax = 100
	// tellAfter lets an order that is being recorded at the same moment be stored first; it did not see the event, and the job
	// would not see it.
	tellAfter = 15 * time.Second
)

// storeTx writes events, their figures and the job that ties them to orders, and gives how many are new. An event that is known
// changes nothing, and one of a click of another brand, of a robot's click or of an old click that nobody made is left out. A click
// that is not known yet may still come (see Resolve).
func (s *Service) storeTx(ctx context.Context, tx database.Tx, events []event) (stored int, err error) {
	if err := database.AdvisoryLockTx(ctx, tx, lockName); err != nil {
		return 0, fmt.Errorf("store events: %w", err)
	}
	var brand, own, occurred, received, from, typ, click, clicked, product, token, reference, store []string
	for _, e := range events {
		brand, own, click = append(brand, e.brand.String()), append(own, e.id.String()), append(click, e.click.String())
		occurred, clicked = append(occurred, stamp(id.TimeOf(e.id))), append(clicked, stamp(id.TimeOf(e.click)))
		received, from, typ = append(received, stamp(e.received)), append(from, string(e.source)), append(typ, string(e.typ))
		product, token, reference, store = append(product, e.product), append(token, e.token), append(reference, e.reference), append(store, e.store)
	}
	a := database.Array
	return s.countTx(ctx, tx, `
		INSERT INTO store_event (brand_id, id, occurred_at, received_at, source, type, click_id, clicked_at, product_id, checkout_token,
			order_reference, store, link_id, program_id, partnership_id, creator_id, platform, visitor_id)
		SELECT t.brand_id, t.id, t.occurred_at, t.received_at, t.source, t.type, t.click_id, t.clicked_at, nullif(t.product_id, ''),
			nullif(t.checkout_token, ''), nullif(t.order_reference, ''), t.store,
			c.link_id, c.program_id, c.partnership_id, c.creator_id, c.platform, c.visitor_id
		FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::uuid[], $8::timestamptz[],
				$9::text[], $10::text[], $11::text[], $12::text[])
			AS t (brand_id, id, occurred_at, received_at, source, type, click_id, clicked_at, product_id, checkout_token, order_reference, store)
		JOIN brand b ON b.id = t.brand_id
		LEFT JOIN click c ON c.id = t.click_id AND c.clicked_at = t.clicked_at
		WHERE c.brand_id = t.brand_id AND c.not_counted = '' OR c.id IS NULL AND t.clicked_at > $13
		ON CONFLICT DO NOTHING
		RETURNING *`,
		a(brand), a(own), a(occurred), a(received), a(from), a(typ), a(click), a(clicked), a(product), a(token), a(reference), a(store),
		s.Clock.Now().Add(-clickWait))
}

// stamp writes a moment for PostgreSQL.
func stamp(t time.Time) string { return t.Format(time.RFC3339Nano) }

// countTx runs a statement that writes events and returns them, adds their figures and enqueues the job. first is seen by the
// statement as the table was before it, so two events of one visitor in it are both first; they are told apart here.
func (s *Service) countTx(ctx context.Context, tx database.Tx, write string, args ...any) (written int, err error) {
	rows, err := tx.SQL.QueryContext(ctx, `
		WITH put AS (`+write+`)
		SELECT p.brand_id, p.id, p.type, p.checkout_token IS NOT NULL OR p.order_reference IS NOT NULL, p.occurred_at,
			p.link_id, p.program_id, p.partnership_id, p.creator_id, coalesce(p.platform, ''), p.visitor_id, coalesce(g.currency, ''),
			NOT EXISTS (SELECT FROM store_event o WHERE o.visitor_id = p.visitor_id AND o.link_id = p.link_id AND o.type = p.type
				AND o.occurred_at >= date_trunc('day', p.occurred_at, 'UTC') AND o.occurred_at < date_trunc('day', p.occurred_at, 'UTC') + interval '1 day') AS first
		FROM put p LEFT JOIN program g ON g.id = p.program_id`, args...)
	if err != nil {
		return 0, fmt.Errorf("store events: %w", err)
	}
	defer func() { _ = rows.Close() }()
	sum := newSums()
	var told []Key
	for rows.Next() {
		var (
			key                                          Key
			typ                                          Type
			names, first                                 bool
			occurred                                     time.Time
			link, program, partnership, creator, visitor uuid.NullUUID
			platform                                     string
			currency                                     money.Currency
		)
		if err := rows.Scan(&key.Brand, &key.Event, &typ, &names, &occurred, &link, &program, &partnership, &creator, &platform, &visitor,
			&currency, &first); err != nil {
			return 0, fmt.Errorf("store events: %w", err)
		}
		written++
		if names && (typ == Checkout || typ == Purchase) {
			told = append(told, key)
		}
		if link.Valid {
			sum.add(rollup.Delta{Brand: key.Brand, Program: program.UUID, Creator: creator.UUID, Partnership: partnership.UUID, Link: link,
				Platform: platform, Day: clock.DateOf(occurred), Currency: currency}, typ, visitor.UUID, first)
		}
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("store events: %w", err)
	}
	if err := rollup.AddTx(ctx, tx, sum.deltas()...); err != nil {
		return 0, err
	}
	return written, s.tellTx(ctx, tx, told)
}

// tellTx enqueues the job for events that name an order or a checkout.
func (s *Service) tellTx(ctx context.Context, tx database.Tx, told []Key) error {
	var all []TellArgs
	for len(told) > 0 {
		n := min(len(told), tellMax)
		all, told = append(all, TellArgs{Events: told[:n]}), told[n:]
	}
	if len(all) == 0 {
		return nil
	}
	return job.EnqueueAllTx(ctx, s.Queue, tx, all, &job.Options{ScheduledAt: s.Clock.Now().Add(tellAfter)})
}

// sums adds events up to deltas of figures.
type sums struct {
	places map[rollup.Delta]int // by a delta without figures: its place in list
	list   []rollup.Delta
	seen   map[seen]bool
}

// seen is that a visitor did something on a day of a link.
type seen struct {
	place   int
	typ     Type
	visitor uuid.UUID
}

func newSums() *sums { return &sums{places: map[rollup.Delta]int{}, seen: map[seen]bool{}} }

// add counts an event at a place. first says that the visitor was not seen there before.
func (s *sums) add(at rollup.Delta, typ Type, visitor uuid.UUID, first bool) {
	i, known := s.places[at]
	if !known {
		i = len(s.list)
		s.places[at], s.list = i, append(s.list, at)
	}
	visitors := int64(0)
	if key := (seen{i, typ, visitor}); first && !s.seen[key] {
		s.seen[key], visitors = true, 1
	}
	d := &s.list[i]
	switch typ {
	case PageView:
		d.PageViews, d.PageVisitors = d.PageViews+1, d.PageVisitors+visitors
	case AddToCart:
		d.AddToCarts, d.CartVisitors = d.AddToCarts+1, d.CartVisitors+visitors
	case Checkout:
		d.Checkouts, d.CheckoutVisitors = d.Checkouts+1, d.CheckoutVisitors+visitors
	}
}

func (s *sums) deltas() []rollup.Delta { return s.list }
