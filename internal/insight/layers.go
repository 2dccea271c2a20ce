package insight

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
)

const (
	// liftWindow is how many days after a post count as after it, its own among them. A whole week, so that weekdays weigh alike.
	liftWindow = 7
	// liftBefore is how many days before the range are looked at for the baseline: whole weeks.
	liftBefore = 28
)

// Layers are three ways to say what creators brought. They describe the same orders and are never added up: paid is what the policy
// decided, reported what customers said, modelled what the days after posts look like.
type Layers struct {
	From, To     clock.Date     // first and last day.
	CurrencyCode money.Currency // of all amounts.
	Paid         PaidLayer      // what the policy credited.
	Reported     ReportedLayer  // what customers said.
	Modelled     Lift           // what the days after posts look like.
}

// PaidLayer is what the policy credited.
type PaidLayer struct {
	Orders  float64     // credited orders; shared orders count by their parts.
	Revenue money.Money // credited net revenue before refunds.
}

// ReportedLayer is what customers answered to who sent them.
type ReportedLayer struct {
	Orders  int         // orders whose customer named one of these creators, clearly or as a person settled.
	Revenue money.Money // net revenue of these orders before refunds.
	Answers int         // all answers about orders of these days: how many were asked and said anything.
	Unclear int         // answers among them that wait for a person.
}

// Layers gives the three layers of a brand, one of its programs or creators over a range of at most 801 days. Orders are those of the
// brand in the currency that are no tests, are paid and were not cancelled; for a creator or program, without those that the policy
// credits to others. Days are whole UTC days; today is left out, because it is not over. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN; REQUIRED (filter.brandId); OUT_OF_RANGE (filter.to), INVALID (filter.currencyCode).
func (s *Service) Layers(ctx context.Context, f Filter) (Layers, error) {
	q, err := check(ctx, f)
	if err != nil {
		return Layers{}, err
	}
	if f.Brand == nil {
		return Layers{}, fault.At("filter.brandId", "REQUIRED", "Layers are of a brand.")
	}
	if q.currency == "" {
		if q.currency, err = s.currency(ctx, q); err != nil {
			return Layers{}, err
		}
	}
	out := Layers{From: q.from, To: q.to, CurrencyCode: q.currency}
	if out.Paid, err = s.paid(ctx, q); err != nil {
		return Layers{}, err
	}
	if out.Reported, err = s.reported(ctx, q); err != nil {
		return Layers{}, err
	}
	out.Modelled, err = s.lift(ctx, q)
	return out, err
}

func (s *Service) paid(ctx context.Context, q query) (PaidLayer, error) {
	where, args := q.scope()
	args = append(args, q.currency, q.from.String(), q.to.String())
	where += fmt.Sprintf(" AND currency = $%d AND day BETWEEN $%d AND $%d", len(args)-2, len(args)-1, len(args))
	var ppm, revenue int64
	if err := s.DB.SQL.QueryRowContext(ctx, fmt.Sprintf(`SELECT coalesce(sum(orders_ppm), 0)::bigint, coalesce(sum(revenue_minor), 0)::bigint FROM (
		SELECT orders_ppm, revenue_minor FROM rollup_day WHERE %[1]s UNION ALL SELECT orders_ppm, revenue_minor FROM rollup_delta WHERE %[1]s) f`, where), args...).
		Scan(&ppm, &revenue); err != nil {
		return PaidLayer{}, fmt.Errorf("paid layer: %w", err)
	}
	return PaidLayer{Orders: float64(ppm) / float64(money.One), Revenue: money.New(revenue, q.currency)}, nil
}

// sold are the orders that count, of a brand ($1) in a currency ($2) placed from a moment ($3) to before another ($4).
const sold = `o.brand_id = $1 AND o.currency = $2 AND o.placed_at >= $3 AND o.placed_at < $4 AND NOT o.test
	AND o.payment NOT IN ('AWAITING_PAYMENT', 'EXPIRED', 'CANCELLED')`

func (s *Service) reported(ctx context.Context, q query) (ReportedLayer, error) {
	var out ReportedLayer
	var revenue int64
	err := s.DB.SQL.QueryRowContext(ctx, `
		SELECT count(*), count(*) FILTER (WHERE a.status = 'UNCLEAR'), count(*) FILTER (WHERE named), coalesce(sum(net_minor) FILTER (WHERE named), 0)::bigint
		FROM (
			SELECT a.status, o.net_minor, a.status IN ('MATCHED', 'CONFIRMED') AND (a.creator_id = $5 OR $5 IS NULL) AND (a.program_id = $6 OR $6 IS NULL) AS named
			FROM survey_answer a JOIN "order" o ON o.id = a.order_id WHERE a.brand_id = $1 AND `+sold+`
		) a`, q.brand, q.currency, q.from.Start(), q.to.AddDays(1).Start(), some(q.creator), some(q.program)).
		Scan(&out.Answers, &out.Unclear, &out.Orders, &revenue)
	if err != nil {
		return ReportedLayer{}, fmt.Errorf("reported layer: %w", err)
	}
	out.Revenue = money.New(revenue, q.currency)
	return out, nil
}

func some(u uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: u, Valid: u != uuid.Nil} }

// lift compares the days after posts with the days without.
func (s *Service) lift(ctx context.Context, q query) (Lift, error) {
	yesterday := clock.DateOf(s.Clock.Now()).AddDays(-1)
	last := q.to
	if yesterday.Before(last) {
		last = yesterday
	}
	first := q.from.AddDays(-liftBefore)
	after, posts, err := s.daysAfterPosts(ctx, q, first, last)
	if err != nil {
		return Lift{}, err
	}
	orders, err := s.ordersByDay(ctx, q, first, last)
	if err != nil {
		return Lift{}, err
	}
	var a, b int
	var x, y int64
	for day := first; !last.Before(day); day = day.AddDays(1) {
		switch {
		case !after[day]:
			b++
			y += orders[day]
		case !day.Before(q.from):
			a++
			x += orders[day]
		}
	}
	return liftOf(posts, a, int(x), b, int(y)), nil
}

// daysAfterPosts gives the days that follow posts, and how many posts the days of the range follow.
func (s *Service) daysAfterPosts(ctx context.Context, q query, first, last clock.Date) (after map[clock.Date]bool, posts int, err error) {
	rows, err := s.DB.SQL.QueryContext(ctx, `SELECT (published_at AT TIME ZONE 'UTC')::date::text, count(*) FROM post
		WHERE brand_id = $1 AND published_at >= $2 AND published_at < $3 AND (creator_id = $4 OR $4 IS NULL) AND (program_id = $5 OR $5 IS NULL) GROUP BY 1`,
		q.brand, first.AddDays(1-liftWindow).Start(), last.AddDays(1).Start(), some(q.creator), some(q.program))
	if err != nil {
		return nil, 0, fmt.Errorf("days of posts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	after = map[clock.Date]bool{}
	for rows.Next() {
		var text string
		var n int
		if err := rows.Scan(&text, &n); err != nil {
			return nil, 0, fmt.Errorf("days of posts: %w", err)
		}
		day, err := clock.ParseDate(text)
		if err != nil {
			return nil, 0, fmt.Errorf("days of posts: %w", err)
		}
		if !day.AddDays(liftWindow - 1).Before(q.from) {
			posts += n
		}
		for i := range liftWindow {
			after[day.AddDays(i)] = true
		}
	}
	return after, posts, rows.Err()
}

// ordersByDay counts the orders of each day, without those that the policy credits to others.
func (s *Service) ordersByDay(ctx context.Context, q query, first, last clock.Date) (map[clock.Date]int64, error) {
	rows, err := s.DB.SQL.QueryContext(ctx, `
		SELECT day::text, sum(ppm)::bigint FROM (
			SELECT (o.placed_at AT TIME ZONE 'UTC')::date AS day, count(*) * 1000000 AS ppm FROM "order" o WHERE `+sold+` GROUP BY 1
			UNION ALL
			SELECT day, -orders_ppm FROM rollup_day WHERE brand_id = $1 AND currency = $2 AND day BETWEEN $5 AND $6 AND (creator_id <> $7 OR program_id <> $8)
			UNION ALL
			SELECT day, -orders_ppm FROM rollup_delta WHERE brand_id = $1 AND currency = $2 AND day BETWEEN $5 AND $6 AND (creator_id <> $7 OR program_id <> $8)
		) d GROUP BY day`, q.brand, q.currency, first.Start(), last.AddDays(1).Start(), first.String(), last.String(), some(q.creator), some(q.program))
	if err != nil {
		return nil, fmt.Errorf("orders by day: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := map[clock.Date]int64{}
	for rows.Next() {
		var text string
		var ppm int64
		if err := rows.Scan(&text, &ppm); err != nil {
			return nil, fmt.Errorf("orders by day: %w", err)
		}
		day, err := clock.ParseDate(text)
		if err != nil {
			return nil, fmt.Errorf("orders by day: %w", err)
		}
		out[day] = max((ppm+int64(money.One)/2)/int64(money.One), 0)
	}
	return out, rows.Err()
}
