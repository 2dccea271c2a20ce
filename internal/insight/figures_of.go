package insight

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// Span is some days of a partnership, both ends included, that belong to a group of figures.
type Span struct {
	Group       string
	Partnership uuid.UUID
	From, To    clock.Date
}

// FiguresOf adds up spans to the figures of their groups, each in the currency of the program, in one statement. A group lies within
// one program. The caller was allowed to see the partnerships.
func (s *Service) FiguresOf(ctx context.Context, spans []Span) (map[string]Figures, error) {
	groups, partnerships := make([]string, len(spans)), make([]string, len(spans))
	from, to := make([]string, len(spans)), make([]string, len(spans))
	for i, x := range spans {
		groups[i], partnerships[i], from[i], to[i] = x.Group, x.Partnership.String(), x.From.String(), x.To.String()
	}
	rows, err := s.DB.SQL.QueryContext(ctx, `
		WITH span AS (
			SELECT u.grp, s.creator_id, s.program_id, p.currency, u.first, u.last
			FROM unnest($1::text[], $2::uuid[], $3::date[], $4::date[]) AS u (grp, partnership, first, last)
			JOIN partnership s ON s.id = u.partnership JOIN program p ON p.id = s.program_id
		)
		SELECT grp, currency, coalesce(sum(n1), 0)::bigint, coalesce(sum(n2), 0)::bigint, coalesce(sum(n3), 0)::bigint, coalesce(sum(n4), 0)::bigint,
			coalesce(sum(n5), 0)::bigint, coalesce(sum(n6), 0)::bigint, coalesce(sum(n7), 0)::bigint
		FROM span LEFT JOIN LATERAL (
			SELECT `+columns+` FROM rollup_day r WHERE r.creator_id = span.creator_id AND r.program_id = span.program_id
				AND r.currency = span.currency AND r.day BETWEEN span.first AND span.last
			UNION ALL SELECT `+columns+` FROM rollup_delta d WHERE d.creator_id = span.creator_id AND d.program_id = span.program_id
				AND d.currency = span.currency AND d.day BETWEEN span.first AND span.last
		) AS t (n1, n2, n3, n4, n5, n6, n7) ON true
		GROUP BY grp, currency`,
		database.Array(groups), database.Array(partnerships), database.Array(from), database.Array(to))
	if err != nil {
		return nil, fmt.Errorf("figures of groups: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := make(map[string]Figures, len(spans))
	for rows.Next() {
		var group string
		var c money.Currency
		var sum sums
		if err := rows.Scan(append([]any{&group, &c}, sum.into()...)...); err != nil {
			return nil, fmt.Errorf("figures of groups: %w", err)
		}
		if out[group], err = sum.figures(c); err != nil {
			return nil, err
		}
	}
	return out, rows.Err()
}
