package insight

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// daysOfSparkline is how many days a link's clicks are shown for, today included.
const daysOfSparkline = 30

// PartnershipTotals gives the figures of partnerships over all time, in the currency of the program, in one statement. The caller
// was allowed to see the partnerships.
func (s *Service) PartnershipTotals(ctx context.Context, partnerships []uuid.UUID) (map[uuid.UUID]Figures, error) {
	return s.totals(ctx, `
		SELECT s.id, p.currency, `+coalesced+`
		FROM partnership s JOIN program p ON p.id = s.program_id
		LEFT JOIN LATERAL (SELECT `+totals+` FROM (
			SELECT `+columns+` FROM rollup_day r WHERE r.creator_id = s.creator_id AND r.program_id = s.program_id AND r.currency = p.currency
			UNION ALL SELECT `+columns+` FROM rollup_delta d WHERE d.creator_id = s.creator_id AND d.program_id = s.program_id AND d.currency = p.currency
		) all_time) AS t (n1, n2, n3, n4, n5, n6, n7) ON true
		WHERE s.id = ANY($1::uuid[])`, partnerships)
}

// LinkTotals gives the figures of links over all time, in the currency of the program, in one statement. The caller was allowed to
// see the links.
func (s *Service) LinkTotals(ctx context.Context, links []uuid.UUID) (map[uuid.UUID]Figures, error) {
	return s.totals(ctx, `
		SELECT l.id, p.currency, `+coalesced+`
		FROM link l JOIN program p ON p.id = l.program_id
		LEFT JOIN LATERAL (SELECT `+totals+` FROM (
			SELECT `+columns+` FROM rollup_link r WHERE r.link_id = l.id AND r.currency = p.currency
			UNION ALL SELECT `+columns+` FROM rollup_delta d WHERE d.link_id = l.id AND d.currency = p.currency
		) all_time) AS t (n1, n2, n3, n4, n5, n6, n7) ON true
		WHERE l.id = ANY($1::uuid[])`, links)
}

const coalesced = `coalesce(t.n1, 0), coalesce(t.n2, 0), coalesce(t.n3, 0), coalesce(t.n4, 0), coalesce(t.n5, 0), coalesce(t.n6, 0), coalesce(t.n7, 0)`

func (s *Service) totals(ctx context.Context, statement string, ids []uuid.UUID) (map[uuid.UUID]Figures, error) {
	rows, err := s.DB.SQL.QueryContext(ctx, statement, database.Array(texts(ids)))
	if err != nil {
		return nil, fmt.Errorf("totals: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := make(map[uuid.UUID]Figures, len(ids))
	for rows.Next() {
		var of uuid.UUID
		var c money.Currency
		var sum sums
		if err := rows.Scan(append([]any{&of, &c}, sum.into()...)...); err != nil {
			return nil, fmt.Errorf("totals: %w", err)
		}
		if out[of], err = sum.figures(c); err != nil {
			return nil, err
		}
	}
	return out, rows.Err()
}

// LinkClicksByDay gives the counted clicks of links in the last 30 days, oldest first, in one statement. The caller was allowed to
// see the links.
func (s *Service) LinkClicksByDay(ctx context.Context, links []uuid.UUID) (map[uuid.UUID][]int, error) {
	first := clock.DateOf(s.Clock.Now()).AddDays(1 - daysOfSparkline)
	rows, err := s.DB.SQL.QueryContext(ctx, `
		SELECT link_id, day - $2::date, sum(clicks)::bigint FROM (
			SELECT link_id, day, clicks FROM rollup_link_day WHERE link_id = ANY($1::uuid[]) AND day >= $2
			UNION ALL SELECT link_id, day, clicks FROM rollup_delta WHERE link_id = ANY($1::uuid[]) AND day >= $2
		) c WHERE day < $2::date + $3::int GROUP BY link_id, day`, database.Array(texts(links)), first.String(), daysOfSparkline)
	if err != nil {
		return nil, fmt.Errorf("clicks by day: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := make(map[uuid.UUID][]int, len(links))
	for _, l := range links {
		out[l] = make([]int, daysOfSparkline)
	}
	for rows.Next() {
		var link uuid.UUID
		var day, clicks int
		if err := rows.Scan(&link, &day, &clicks); err != nil {
			return nil, fmt.Errorf("clicks by day: %w", err)
		}
		out[link][day] = clicks
	}
	return out, rows.Err()
}

func texts(ids []uuid.UUID) []string {
	out := make([]string, len(ids))
	for i, u := range ids {
		out[i] = u.String()
	}
	return out
}
