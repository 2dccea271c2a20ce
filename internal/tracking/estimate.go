package tracking

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// An estimated match ties an order to the latest click of a partnership from the buyer's network within some hours. It is looked for only
// where the click's program allows the kind MODELLED, and it is never certain: a network may be a household, an office or a town.
const (
	// estimateWithin is how long before an order its clicks are looked for. They are of the order's UTC day, because each day has a salt of
	// its own.
	estimateWithin = 6 * time.Hour
	// estimateSurest is the confidence of a click just before the order from a network that only one visitor clicked from.
	estimateSurest money.PPM = 950_000
	// estimateFades is what of it is lost over estimateWithin, in equal parts.
	estimateFades money.PPM = 450_000
	// estimateClicksMax bounds the clicks of a network that are looked at, the latest ones; estimatesMax what is found for one order.
	estimateClicksMax = 200
	estimatesMax      = 20
	// estimatingEvery is how often it is looked whether any program allows the kind.
	estimatingEvery = 10 * time.Second
)

// estimateConfidence is (surest − fades × age ÷ within) ÷ visitors, rounded down.
func estimateConfidence(age time.Duration, visitors int) money.PPM {
	age = min(max(age, 0), estimateWithin)
	return (estimateSurest - estimateFades*money.PPM(age/time.Second)/money.PPM(estimateWithin/time.Second)) / money.PPM(max(visitors, 1))
}

// Estimating is an order whose estimated matches are looked for.
type Estimating struct {
	Brand    uuid.UUID
	Network  []byte // hash of the buyer's network, as clicks of the day have it; nothing finds nothing
	PlacedAt time.Time
}

// EstimatesFor finds the estimated matches of orders, in one statement: the latest click of each partnership from the buyer's network, with
// a confidence, the latest first. At most 20 an order. The caller has checked access.
func EstimatesFor(ctx context.Context, tx database.Tx, orders []Estimating) ([][]FoundTouch, error) {
	out := make([][]FoundTouch, len(orders))
	var place, brand, network, from, to database.Column
	asked := 0
	for i, o := range orders {
		if len(o.Network) == 0 {
			continue
		}
		asked++
		place.Int(int64(i))
		brand.UUID(o.Brand)
		network.Hex(o.Network)
		from.Time(o.PlacedAt.Add(-estimateWithin))
		to.Time(o.PlacedAt)
	}
	if asked == 0 {
		return out, nil
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT u.place, c.id, c.program_id, c.partnership_id, c.creator_id, c.link_id, c.platform, c.clicked_at, c.visitor_id, c.referrer_host, coalesce(nullif(l.label, ''), l.code)
		FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[]) AS u (place, brand, network, since, until)
		CROSS JOIN LATERAL (SELECT n.click_id, n.clicked_at FROM click_network n WHERE n.brand_id = u.brand AND n.network_hash = decode(u.network, 'hex')
			AND n.clicked_at BETWEEN u.since AND u.until ORDER BY n.clicked_at DESC LIMIT $6) AS n
		JOIN click c ON c.id = n.click_id AND c.clicked_at = n.clicked_at JOIN link l ON l.id = c.link_id
		ORDER BY u.place, c.clicked_at DESC, c.id`, &place, &brand, &network, &from, &to, estimateClicksMax)
	if err != nil {
		return nil, fmt.Errorf("estimated matches: %w", err)
	}
	defer func() { _ = rows.Close() }()
	visitors := make([]map[uuid.UUID]bool, len(orders))
	for rows.Next() {
		t := FoundTouch{Kind: attribution.Modelled, Link: uuid.NullUUID{Valid: true}}
		var at int
		var visitor uuid.UUID
		if err := rows.Scan(&at, &t.ID, &t.Program, &t.Partnership, &t.Creator, &t.Link.UUID, &t.Platform, &t.At, &visitor, &t.ReferrerHost, &t.Label); err != nil {
			return nil, fmt.Errorf("estimated matches: %w", err)
		}
		if visitors[at] == nil {
			visitors[at] = map[uuid.UUID]bool{}
		}
		visitors[at][visitor] = true
		t.At, t.NetworkHash = t.At.UTC(), orders[at].Network
		if len(out[at]) < estimatesMax && !ofPartnership(out[at], t.Partnership) {
			out[at] = append(out[at], t)
		}
	}
	for i := range out {
		for k := range out[i] {
			t := &out[i][k]
			t.Confidence = estimateConfidence(orders[i].PlacedAt.Sub(t.At), len(visitors[i]))
		}
	}
	return out, rows.Err()
}

func ofPartnership(found []FoundTouch, partnership uuid.UUID) bool {
	for _, f := range found {
		if f.Partnership == partnership {
			return true
		}
	}
	return false
}

// keepNetworksTx keeps the networks of a batch's clicks by which estimated matches are found, of the programs that allow them.
func keepNetworksTx(ctx context.Context, tx database.Tx, b *batch) error {
	if _, err := tx.SQL.ExecContext(ctx, `
		INSERT INTO click_network (brand_id, network_hash, clicked_at, click_id)
		SELECT l.brand_id, decode(c.network, 'hex'), timestamptz 'epoch' + c.at * interval '1 millisecond', c.id
		FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[]) AS c (id, at, link_id, network, not_counted)
		JOIN link l ON l.id = c.link_id JOIN program p ON p.id = l.program_id AND p.touch_kinds @> '["MODELLED"]'
		WHERE c.network <> '' AND c.not_counted = '' ON CONFLICT DO NOTHING`, &b.id, &b.at, &b.link, &b.network, &b.notCounted); err != nil {
		return fmt.Errorf("networks of clicks: %w", err)
	}
	return nil
}

// estimating tells whether any program allows estimated matches, from time to time anew.
func (l *loader) estimating(ctx context.Context, tx database.Tx) (bool, error) {
	now := l.clicks.Clock.Now()
	if now.Sub(l.estimatingAt) < estimatingEvery && !l.estimatingAt.IsZero() {
		return l.estimates, nil
	}
	if err := tx.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM program WHERE touch_kinds @> '["MODELLED"]')`).Scan(&l.estimates); err != nil {
		return false, fmt.Errorf("programs with estimated matches: %w", err)
	}
	l.estimatingAt = now
	return l.estimates, nil
}

// forgetNetworks deletes the networks of days that are over: their salts are gone, so nothing can match them any more.
func (s *Service) forgetNetworks(ctx context.Context, today clock.Date) error {
	if _, err := s.DB.SQL.ExecContext(ctx, `DELETE FROM click_network WHERE clicked_at < $1`, today.Start()); err != nil {
		return fmt.Errorf("forget networks of clicks: %w", err)
	}
	return nil
}
