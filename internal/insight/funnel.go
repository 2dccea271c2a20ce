package insight

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/creator"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Step is a step on the way from a click to an order. Spelled alike in Go, SQL and GraphQL.
type Step string

// The values of Step, in their order.
const (
	StepClick     Step = "CLICK"       // Followed a link.
	StepPageView  Step = "PAGE_VIEW"   // Looked at a page of the shop.
	StepAddToCart Step = "ADD_TO_CART" // Put something into the cart.
	StepCheckout  Step = "CHECKOUT"    // Began to pay.
	StepOrder     Step = "ORDER"       // Ordered.
)

// FunnelStep is how many took a step. Rates go by visitors, those of orders by orders.
type FunnelStep struct {
	Kind         Step               // which step.
	Count        float64            // how often it was taken; shared orders count by their parts.
	Visitors     *int               // visitors who took it, once a day and link; null for orders.
	FromClicks   *money.BasisPoints // how many for each visitor who clicked, in basis points; null without clicks.
	FromPrevious *money.BasisPoints // how many for each visitor of the step before, in basis points; null when nobody took that.
}

// Funnel is the way from clicks to orders over a range of days.
type Funnel struct {
	From     clock.Date   // first day.
	To       clock.Date   // last day.
	Total    []FunnelStep // steps of the whole range. 5 of them.
	Previous []FunnelStep // steps of the equally long range before. 5 of them.
	Rows     []FunnelRow  // groups: days in their order without gaps, others by clicks. At most 801.
	AsOf     time.Time    // when this was read.
}

// FunnelRow is one group of a funnel.
type FunnelRow struct {
	Key       string            // key of the group: a day, an id, or a platform.
	Label     string            // name of the group for a person.
	Date      *clock.Date       // the day, when grouped by day.
	Platform  *creator.Platform // the platform, when grouped by platform.
	CreatorID id.ID             // the creator, when grouped by creator.
	LinkID    id.ID             // the link, when grouped by link.
	Steps     []FunnelStep      // steps of the group. 5 of them.
}

// FunnelFilter chooses a funnel as Filter does figures, and one link where it is given.
type FunnelFilter struct {
	Brand, Program, Creator, Link *id.ID
	From, To                      clock.Date
}

// the columns of a funnel, in the order of funnelSums.
const (
	funnelColumns = `clicks, unique_clicks, page_views, page_visitors, add_to_carts, cart_visitors, checkouts, checkout_visitors, orders_ppm`
	funnelTotals  = `coalesce(sum(clicks), 0)::bigint, coalesce(sum(unique_clicks), 0)::bigint, coalesce(sum(page_views), 0)::bigint,
		coalesce(sum(page_visitors), 0)::bigint, coalesce(sum(add_to_carts), 0)::bigint, coalesce(sum(cart_visitors), 0)::bigint,
		coalesce(sum(checkouts), 0)::bigint, coalesce(sum(checkout_visitors), 0)::bigint, coalesce(sum(orders_ppm), 0)::bigint`
)

// funnelSums are added-up columns: what was done and by how many visitors for each step but orders, then orders.
type funnelSums [9]int64

func (s *funnelSums) into() []any {
	out := make([]any, len(s))
	for i := range s {
		out[i] = &s[i]
	}
	return out
}

// steps derives the rates. Each is rounded once, half away from zero.
func (s funnelSums) steps() []FunnelStep {
	kinds := []Step{StepClick, StepPageView, StepAddToCart, StepCheckout}
	out := make([]FunnelStep, 0, len(kinds)+1)
	clicks, before := s[1], int64(0)
	for i, kind := range kinds {
		count, visitors := s[2*i], int(s[2*i+1])
		out = append(out, FunnelStep{Kind: kind, Count: float64(count), Visitors: &visitors, FromClicks: share(s[2*i+1], 1, clicks), FromPrevious: share(s[2*i+1], 1, before)})
		before = s[2*i+1]
	}
	orders := s[8]
	return append(out, FunnelStep{Kind: StepOrder, Count: float64(orders) / float64(money.One), FromClicks: share(orders, int64(money.One), clicks),
		FromPrevious: share(orders, int64(money.One), before)})
}

// share is n÷unit for each of so many, in basis points; nothing when there are none.
func share(n, unit, each int64) *money.BasisPoints {
	if each <= 0 {
		return nil
	}
	return basisPoints(ratio(n, int64(money.OneHundredPercent), each, unit))
}

// Funnel gives the steps of a range, of the range before it, and of the groups in it (none without a grouping), all read in one
// statement. Groups by link leave out what came through codes, and so does the funnel of one link. Faults: UNAUTHENTICATED,
// NOT_FOUND, FORBIDDEN, NO_CREATOR_PROFILE; OUT_OF_RANGE (filter.to), INVALID (groupBy).
func (s *Service) Funnel(ctx context.Context, f FunnelFilter, by *Group) (Funnel, error) {
	q, err := check(ctx, Filter{Brand: f.Brand, Program: f.Program, Creator: f.Creator, From: f.From, To: f.To})
	if err != nil {
		return Funnel{}, err
	}
	link := uuid.Nil
	if f.Link != nil {
		if link, err = id.Want(*f.Link, id.Link, "link"); err != nil {
			return Funnel{}, err
		}
	}
	g := grouping{source: "whole", key: "''", label: "''"}
	if by != nil {
		var known bool
		if g, known = groupings[*by]; !known {
			return Funnel{}, fault.At("groupBy", "INVALID", "A funnel is not grouped by %s.", *by)
		}
	}
	out := Funnel{From: q.from, To: q.to, AsOf: s.Clock.Now(), Total: funnelSums{}.steps(), Previous: funnelSums{}.steps()}
	where, args := q.scope()
	// Of a link there is one table, which knows no platforms; of everything there is one with, which knows no links.
	whole := `SELECT program_id, creator_id, platform, day, ` + funnelColumns + ` FROM rollup_day WHERE %[1]s
			UNION ALL SELECT program_id, creator_id, platform, day, ` + funnelColumns + ` FROM delta`
	if link != uuid.Nil {
		args = append(args, link)
		where += fmt.Sprintf(" AND link_id = $%d", len(args))
		whole = `SELECT program_id, creator_id, (SELECT platform FROM link WHERE id = link_id) AS platform, day, ` + funnelColumns + ` FROM rollup_link_day WHERE %[1]s
			UNION ALL SELECT program_id, creator_id, platform, day, ` + funnelColumns + ` FROM delta`
	}
	args = append(args, q.previous.String(), q.from.String(), q.to.String(), rowsMax)
	n := len(args)
	// $n-3 first day of the range before, $n-2 first day, $n-1 last day, $n most rows
	where += fmt.Sprintf(" AND day BETWEEN $%d AND $%d", n-3, n-1)
	rows, err := s.DB.SQL.QueryContext(ctx, fmt.Sprintf(`
		WITH delta AS MATERIALIZED (SELECT * FROM rollup_delta WHERE %[1]s),
		whole AS (`+whole+`),
		linked AS (
			SELECT link_id, day, %[2]s FROM rollup_link_day WHERE %[1]s
			UNION ALL SELECT link_id, day, %[2]s FROM delta WHERE link_id IS NOT NULL
		),
		grouped AS (
			SELECT %[3]s AS key, %[4]s FROM %[5]s WHERE %[10]t AND day >= $%[6]d GROUP BY 1 ORDER BY sum(clicks) DESC, sum(orders_ppm) DESC, 1 LIMIT $%[7]d
		)
		SELECT CASE WHEN day >= $%[6]d THEN 'total' ELSE 'previous' END, '', '', %[4]s FROM whole GROUP BY 1
		UNION ALL SELECT * FROM (SELECT 'row', g.key, %[8]s, g.n1, g.n2, g.n3, g.n4, g.n5, g.n6, g.n7, g.n8, g.n9
			FROM grouped AS g (key, n1, n2, n3, n4, n5, n6, n7, n8, n9) %[9]s ORDER BY g.n1 DESC, g.n9 DESC, g.key) AS ordered`,
		where, funnelColumns, g.key, funnelTotals, g.source, n-2, n, g.label, g.join, by != nil), args...)
	if err != nil {
		return Funnel{}, fmt.Errorf("funnel: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var part, key, label string
		var sum funnelSums
		if err := rows.Scan(append([]any{&part, &key, &label}, sum.into()...)...); err != nil {
			return Funnel{}, fmt.Errorf("funnel: %w", err)
		}
		switch part {
		case "total":
			out.Total = sum.steps()
		case "previous":
			out.Previous = sum.steps()
		default:
			row, err := rowOf(*by, key, label, Figures{})
			if err != nil {
				return Funnel{}, err
			}
			out.Rows = append(out.Rows, FunnelRow{Key: row.Key, Label: row.Label, Date: row.Date, Platform: row.Platform, CreatorID: row.CreatorID,
				LinkID: row.LinkID, Steps: sum.steps()})
		}
	}
	if err := rows.Err(); err != nil {
		return Funnel{}, fmt.Errorf("funnel: %w", err)
	}
	if by != nil && *by == ByDay {
		out.Rows = everyFunnelDay(q, out.Rows)
	}
	return out, nil
}

// everyFunnelDay puts days in their order and fills the ones without figures in.
func everyFunnelDay(q query, have []FunnelRow) []FunnelRow {
	byKey := make(map[string]FunnelRow, len(have))
	for _, r := range have {
		byKey[r.Key] = r
	}
	out := make([]FunnelRow, 0, q.from.DaysUntil(q.to)+1)
	for day := q.from; !q.to.Before(day); day = day.AddDays(1) {
		r, known := byKey[day.String()]
		if !known {
			r = FunnelRow{Key: day.String(), Label: day.String(), Date: &day, Steps: funnelSums{}.steps()}
		}
		out = append(out, r)
	}
	return out
}
