package tracking

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Bounds of a look-up.
const (
	clicksOfOrderMax = 180 // rows, newest first; a decision keeps at most 200 touches
	codesOfOrderMax  = 20
	// lateClicks is how long after an order clicks are still looked for, so that a person can read that they came too late.
	lateClicks = time.Hour
)

// FoundTouch is a click or a code that may have led to an order, with what a decision needs to know about it.
type FoundTouch struct {
	Kind                          attribution.Kind // CLICK or CODE
	ID                            uuid.UUID        // of the click or the code
	Program, Partnership, Creator uuid.UUID
	Link                          uuid.NullUUID // of a click
	Platform                      creator.Platform
	At                            time.Time // of the click; of the order for a code
	Label                         string    // the code as shown, or the link's label (its short code when it has none)
	NotCounted                    NotCounted
	Denied                        bool // whether the last that was heard of a click is that its visitor did not allow to be remembered
	NetworkHash                   []byte
	Discount                      money.BasisPoints // of a code
	Position                      int               // of a code in the order's own list, from 0
	CodeEndsAt                    time.Time         // when a code ended or was archived; zero for no end
	ReferrerHost                  string
	Confidence                    money.PPM // of an estimated match
	// Joined tells of a click that only earlier orders of the same customer tie to the order: it was made on another device.
	Joined bool
}

// Sought is an order whose touches are looked for.
type Sought struct {
	Brand uuid.UUID
	Click uuid.UUID // that the shop named; zero for none
	// Earlier are clicks that the shop named for earlier orders of the same customer: those of their visitors are the customer's, on
	// whatever device.
	Earlier  []uuid.UUID
	Codes    []string  // that were used
	Since    time.Time // how far back clicks are looked for
	PlacedAt time.Time
}

// TouchesFor finds the touches of orders: the click that the shop named, the other clicks of its visitor at the brand since a
// moment, and the codes that were used, each with who owned it when the order was placed. A code that had ended or was archived
// by then is found with its end, so that the decision can say so. A click of another brand is not found. One list an order, the oldest
// first and codes last; two statements for all. The caller has checked access.
func TouchesFor(ctx context.Context, tx database.Tx, orders []Sought) ([][]FoundTouch, error) {
	out := make([][]FoundTouch, len(orders))
	if err := clickTouches(ctx, tx, orders, out); err != nil {
		return nil, err
	}
	if err := codeTouches(ctx, tx, orders, out); err != nil {
		return nil, err
	}
	return out, nil
}

func clickTouches(ctx context.Context, tx database.Tx, orders []Sought, into [][]FoundTouch) error {
	var place, brand, click, clickedAt, since, until database.Column
	var joined database.Column
	asked := 0
	ask := func(i int, named uuid.UUID, earlier bool) {
		o := orders[i]
		asked++
		place.Int(int64(i))
		brand.UUID(o.Brand)
		click.UUID(named)
		clickedAt.Time(id.TimeOf(named))
		since.Time(o.Since)
		until.Time(o.PlacedAt.Add(lateClicks))
		joined.Bool(earlier)
	}
	for i, o := range orders {
		if o.Click != uuid.Nil {
			ask(i, o.Click, false)
		}
		for _, earlier := range o.Earlier {
			if earlier != o.Click {
				ask(i, earlier, true)
			}
		}
	}
	if asked == 0 {
		return nil
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT u.place, u.joined, f.id, f.program_id, f.partnership_id, f.creator_id, f.link_id, f.platform, f.clicked_at, f.not_counted, f.network_hash,
			f.referrer_host, coalesce(nullif(l.label, ''), l.code),
			coalesce((SELECT e.type = 'CONSENT_DENIED' FROM store_event e
				WHERE e.click_id = f.id AND e.brand_id = u.brand AND e.occurred_at >= f.clicked_at - interval '1 hour'
				ORDER BY e.received_at DESC, e.id DESC LIMIT 1), false)
		FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $8::bool[])
			AS u (place, brand, click, clicked_at, since, until, joined)
		CROSS JOIN LATERAL (
			SELECT c.* FROM click c WHERE c.id = u.click AND c.clicked_at = u.clicked_at AND c.brand_id = u.brand
			UNION
			(SELECT c.* FROM click n JOIN click c ON c.visitor_id = n.visitor_id
			 WHERE n.id = u.click AND n.clicked_at = u.clicked_at AND n.brand_id = u.brand AND c.brand_id = u.brand AND c.clicked_at BETWEEN u.since AND u.until
			 ORDER BY c.clicked_at DESC LIMIT $7)
		) AS f JOIN link l ON l.id = f.link_id ORDER BY u.place, u.joined, f.clicked_at, f.id`,
		&place, &brand, &click, &clickedAt, &since, &until, clicksOfOrderMax, &joined)
	if err != nil {
		return fmt.Errorf("clicks of orders: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		t := FoundTouch{Kind: attribution.Click, Link: uuid.NullUUID{Valid: true}}
		var at int
		if err := rows.Scan(&at, &t.Joined, &t.ID, &t.Program, &t.Partnership, &t.Creator, &t.Link.UUID, &t.Platform, &t.At, &t.NotCounted, &t.NetworkHash,
			&t.ReferrerHost, &t.Label, &t.Denied); err != nil {
			return fmt.Errorf("clicks of orders: %w", err)
		}
		t.At = t.At.UTC()
		if !t.Joined || !slices.ContainsFunc(into[at], func(f FoundTouch) bool { return f.ID == t.ID }) {
			into[at] = append(into[at], t)
		}
	}
	for i, found := range into {
		slices.SortFunc(found, func(a, b FoundTouch) int { return cmp.Or(a.At.Compare(b.At), bytes.Compare(a.ID[:], b.ID[:])) })
		into[i] = found[max(len(found)-clicksOfOrderMax, 0):]
	}
	return rows.Err()
}

func codeTouches(ctx context.Context, tx database.Tx, orders []Sought, into [][]FoundTouch) error {
	var place, position, brand, folded, placedAt database.Column
	asked := 0
	for i, o := range orders {
		seen := map[string]bool{}
		for k, c := range o.Codes[:min(len(o.Codes), codesOfOrderMax)] {
			f := FoldCode(c)
			if f == "" || seen[f] {
				continue
			}
			seen[f] = true
			asked++
			place.Int(int64(i))
			position.Int(int64(k))
			brand.UUID(o.Brand)
			folded.Text(f)
			placedAt.Time(o.PlacedAt)
		}
	}
	if asked == 0 {
		return nil
	}
	// The owner is who had the code when the order was placed; where nobody had, the last one who did.
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT u.place, u.position, c.id, c.program_id, c.partnership_id, c.creator_id, c.platform, c.code, c.discount_bp, least(c.ends_at, c.archived_at)
		FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::text[], $5::timestamptz[]) AS u (place, position, brand, folded, placed_at)
		CROSS JOIN LATERAL (SELECT * FROM code c WHERE c.brand_id = u.brand AND c.folded = u.folded AND c.starts_at <= u.placed_at
			ORDER BY (c.archived_at IS NULL OR c.archived_at > u.placed_at) DESC, c.archived_at DESC NULLS FIRST, c.id DESC LIMIT 1) AS c
		ORDER BY u.place, u.position`, &place, &position, &brand, &folded, &placedAt)
	if err != nil {
		return fmt.Errorf("codes of orders: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		t := FoundTouch{Kind: attribution.Code}
		var at int
		var ends *time.Time
		if err := rows.Scan(&at, &t.Position, &t.ID, &t.Program, &t.Partnership, &t.Creator, &t.Platform, &t.Label, &t.Discount, &ends); err != nil {
			return fmt.Errorf("codes of orders: %w", err)
		}
		t.At = orders[at].PlacedAt
		if ends != nil {
			t.CodeEndsAt = ends.UTC()
		}
		into[at] = append(into[at], t)
	}
	return rows.Err()
}
