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
		WITH s AS (
			SELECT s.id, s.creator_id, s.program_id, p.currency FROM partnership s JOIN program p ON p.id = s.program_id WHERE s.id = ANY($1::uuid[])
		)
		SELECT s.id, s.currency, `+totals+` FROM s LEFT JOIN (
			SELECT creator_id, program_id, currency, `+columns+` FROM rollup_day WHERE creator_id IN (SELECT creator_id FROM s)
			UNION ALL SELECT creator_id, program_id, currency, `+columns+` FROM rollup_delta WHERE creator_id IN (SELECT creator_id FROM s)
		) f ON f.creator_id = s.creator_id AND f.program_id = s.program_id AND f.currency = s.currency
		GROUP BY s.id, s.currency`, partnerships)
}

// LinkTotals gives the figures of links over all time, in the currency of the program, in one statement. The caller was allowed to
// see the links.
func (s *Service) LinkTotals(ctx context.Context, links []uuid.UUID) (map[uuid.UUID]Figures, error) {
	return s.totals(ctx, `
		SELECT l.id, p.currency, `+totals+`
		FROM link l JOIN program p ON p.id = l.program_id LEFT JOIN (
			SELECT link_id, currency, `+columns+` FROM rollup_link WHERE link_id = ANY($1::uuid[])
			UNION ALL SELECT link_id, currency, `+columns+` FROM rollup_delta WHERE link_id = ANY($1::uuid[])
		) f ON f.link_id = l.id AND f.currency = p.currency
		WHERE l.id = ANY($1::uuid[]) GROUP BY l.id, p.currency`, links)
}

func (s *Service) totals(ctx context.Context, statement string, ids []uuid.UUID) (map[uuid.UUID]Figures, error) {
	rows, err := s.DB.SQL.QueryContext(ctx, statement, database.UUIDs(ids))
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
		) c WHERE day < $2::date + $3::int GROUP BY link_id, day`, database.UUIDs(links), first.String(), daysOfSparkline)
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
