package tracking

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen/code"
	"tributary/ent/gen/predicate"
	"tributary/internal/kit/database"
	"tributary/internal/kit/page"
)

// LinksOfPartnerships gives the same page of the live links of several partnerships, in one statement. The caller was allowed to
// see the partnerships. Counts are not offered.
func (s *Service) LinksOfPartnerships(ctx context.Context, partnerships []uuid.UUID, r page.Request) (map[uuid.UUID]page.Connection[Link], error) {
	compare, order := "<", "DESC"
	if r.Backward {
		compare, order = ">", "ASC"
	}
	rows, err := s.DB.Ent.Link.Query().Where(predicate.Link(func(sel *entsql.Selector) {
		sel.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(sel.C("id")).WriteString(" IN (SELECT c.id FROM unnest(").Arg(database.UUIDs(partnerships)).
				WriteString("::uuid[]) u(id) CROSS JOIN LATERAL (SELECT id FROM link WHERE partnership_id = u.id AND archived_at IS NULL")
			if r.HasStart {
				b.WriteString(" AND (created_at, id) " + compare + " (").Arg(r.Cursor.At).WriteString(", ").Arg(r.Cursor.ID).WriteString(")")
			}
			b.WriteString(" ORDER BY created_at " + order + ", id " + order + " LIMIT ").Arg(r.Limit + 1).WriteString(") c)")
		}))
		sel.OrderBy(sel.C("created_at")+" "+order, sel.C("id")+" "+order)
	})).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("links of partnerships: %w", err)
	}
	of := map[uuid.UUID][]Link{}
	for _, row := range rows {
		of[row.PartnershipID] = append(of[row.PartnershipID], linkOf(row))
	}
	out := make(map[uuid.UUID]page.Connection[Link], len(partnerships))
	for _, p := range partnerships {
		out[p] = page.Build(r, of[p], placeOfLink)
	}
	return out, nil
}

// CodesOfPartnerships gives the live codes of several partnerships, newest first, in one statement; a partnership has at most 50.
// The caller was allowed to see the partnerships.
func (s *Service) CodesOfPartnerships(ctx context.Context, partnerships []uuid.UUID) (map[uuid.UUID][]Code, error) {
	rows, err := s.DB.Ent.Code.Query().Where(code.PartnershipIDIn(partnerships...), code.ArchivedAtIsNil()).
		Order(code.ByCreatedAt(entsql.OrderDesc()), code.ByID(entsql.OrderDesc())).
		Limit(codesOfPartnership * len(partnerships)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("codes of partnerships: %w", err)
	}
	out := make(map[uuid.UUID][]Code, len(partnerships))
	for _, row := range rows {
		out[row.PartnershipID] = append(out[row.PartnershipID], codeOf(row))
	}
	return out, nil
}
