package tracking

import (
	"context"
	"fmt"
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
}

// TouchesFor finds the touches of an order: the click that the shop named, the other clicks of its visitor at the brand since a
// moment, and the codes that were used, each with who owned it when the order was placed. A code that had ended or was archived
// by then is found with its end, so that the decision can say so. A click of another brand is not found. Oldest first; codes last.
// click may be the zero UUID. The caller has checked access.
func TouchesFor(ctx context.Context, tx database.Tx, brand, click uuid.UUID, codes []string, since, placedAt time.Time) ([]FoundTouch, error) {
	out, err := clickTouches(ctx, tx, brand, click, since, placedAt)
	if err != nil {
		return nil, err
	}
	found, err := codeTouches(ctx, tx, brand, codes, placedAt)
	if err != nil {
		return nil, err
	}
	return append(out, found...), nil
}

func clickTouches(ctx context.Context, tx database.Tx, brand, click uuid.UUID, since, placedAt time.Time) (out []FoundTouch, err error) {
	if click == uuid.Nil {
		return nil, nil
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		WITH named AS (SELECT visitor_id FROM click WHERE id = $2 AND clicked_at = $3 AND brand_id = $1),
		found AS (
			SELECT c.* FROM click c WHERE c.id = $2 AND c.clicked_at = $3 AND c.brand_id = $1
			UNION
			(SELECT c.* FROM click c JOIN named n ON n.visitor_id = c.visitor_id
			 WHERE c.brand_id = $1 AND c.clicked_at BETWEEN $4 AND $5
			 ORDER BY c.clicked_at DESC LIMIT $6)
		)
		SELECT f.id, f.program_id, f.partnership_id, f.creator_id, f.link_id, f.platform, f.clicked_at, f.not_counted, f.network_hash,
			f.referrer_host, coalesce(nullif(l.label, ''), l.code),
			coalesce((SELECT e.type = 'CONSENT_DENIED' FROM store_event e
				WHERE e.click_id = f.id AND e.brand_id = $1 AND e.occurred_at >= f.clicked_at - interval '1 hour'
				ORDER BY e.received_at DESC, e.id DESC LIMIT 1), false)
		FROM found f JOIN link l ON l.id = f.link_id ORDER BY f.clicked_at, f.id`,
		brand, click, id.TimeOf(click), since, placedAt.Add(lateClicks), clicksOfOrderMax)
	if err != nil {
		return nil, fmt.Errorf("clicks of an order: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		t := FoundTouch{Kind: attribution.Click, Link: uuid.NullUUID{Valid: true}}
		if err := rows.Scan(&t.ID, &t.Program, &t.Partnership, &t.Creator, &t.Link.UUID, &t.Platform, &t.At, &t.NotCounted, &t.NetworkHash,
			&t.ReferrerHost, &t.Label, &t.Denied); err != nil {
			return nil, fmt.Errorf("clicks of an order: %w", err)
		}
		t.At = t.At.UTC()
		out = append(out, t)
	}
	return out, rows.Err()
}

func codeTouches(ctx context.Context, tx database.Tx, brand uuid.UUID, codes []string, placedAt time.Time) (out []FoundTouch, err error) {
	var folded []string
	var place []int64
	seen := map[string]bool{}
	for i, c := range codes[:min(len(codes), codesOfOrderMax)] {
		if f := FoldCode(c); f != "" && !seen[f] {
			seen[f] = true
			folded, place = append(folded, f), append(place, int64(i))
		}
	}
	if len(folded) == 0 {
		return nil, nil
	}
	// The owner is who had the code when the order was placed; where nobody had, the last one who did.
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT DISTINCT ON (u.place) u.place, c.id, c.program_id, c.partnership_id, c.creator_id, c.platform, c.code, c.discount_bp,
			least(c.ends_at, c.archived_at)
		FROM unnest($2::text[], $3::bigint[]) AS u (folded, place)
		JOIN code c ON c.brand_id = $1 AND c.folded = u.folded AND c.starts_at <= $4
		ORDER BY u.place, (c.archived_at IS NULL OR c.archived_at > $4) DESC, c.archived_at DESC NULLS FIRST, c.id DESC`,
		brand, database.Array(folded), database.Array(place), placedAt)
	if err != nil {
		return nil, fmt.Errorf("codes of an order: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		t := FoundTouch{Kind: attribution.Code, At: placedAt}
		var ends *time.Time
		if err := rows.Scan(&t.Position, &t.ID, &t.Program, &t.Partnership, &t.Creator, &t.Platform, &t.Label, &t.Discount, &ends); err != nil {
			return nil, fmt.Errorf("codes of an order: %w", err)
		}
		if ends != nil {
			t.CodeEndsAt = ends.UTC()
		}
		out = append(out, t)
	}
	return out, rows.Err()
}
