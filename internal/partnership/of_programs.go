package partnership

import (
	"context"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entapplication "tributary/ent/gen/application"
	entpartnership "tributary/ent/gen/partnership"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// PagesOfPrograms gives one page of partnerships for each program, newest first, in one statement. Programs of brands in which the
// viewer may not read creators have empty pages.
func (s *Service) PagesOfPrograms(ctx context.Context, programs []uuid.UUID, status *Status, r page.Request) (map[uuid.UUID]page.Connection[Partnership], error) {
	brands, all := access.Brands(viewer.From(ctx), access.ReadCreators)
	out := make(map[uuid.UUID]page.Connection[Partnership], len(programs))
	of := make(map[uuid.UUID][]Partnership, len(programs))
	if all || len(brands) > 0 {
		direction := func(column string) string { return column + " DESC" }
		if r.Backward {
			direction = func(column string) string { return column }
		}
		rows, err := s.db.Ent.Partnership.Query().Where(func(sel *entsql.Selector) {
			sel.Where(entsql.P(func(b *entsql.Builder) {
				b.WriteString(sel.C("id") + " IN (SELECT x.id FROM unnest(").Arg(database.Array(programs)).
					WriteString("::uuid[]) u(id) CROSS JOIN LATERAL (SELECT p.id FROM partnership p WHERE p.program_id = u.id")
				if !all {
					b.WriteString(" AND p.brand_id = ANY(").Arg(database.Array(brands)).WriteString("::uuid[])")
				}
				if status != nil {
					b.WriteString(" AND p.status = ").Arg(string(*status))
				}
				if r.HasStart {
					op := " < ("
					if r.Backward {
						op = " > ("
					}
					b.WriteString(" AND (p.created_at, p.id)" + op).Arg(r.Cursor.At).WriteString("::timestamptz, ").
						Arg(r.Cursor.ID).WriteString("::uuid)")
				}
				b.WriteString(" ORDER BY " + direction("p.created_at") + ", " + direction("p.id") + " LIMIT ").Arg(r.Limit + 1).
					WriteString(") x)")
			}))
			sel.OrderBy(direction(sel.C("created_at")), direction(sel.C("id")))
		}).All(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range fromRows(rows) {
			of[p.ProgramID.UUID] = append(of[p.ProgramID.UUID], p)
		}
	}
	for _, program := range programs {
		out[program] = page.Build(r, of[program], place)
	}
	return out, nil
}

// MineIn gives the signed-in creator's partnership in each of the programs, in one statement; nothing for everybody else.
func (s *Service) MineIn(ctx context.Context, programs []uuid.UUID) (map[uuid.UUID]Partnership, error) {
	v := viewer.From(ctx)
	if v.Kind != viewer.User || v.CreatorID == uuid.Nil {
		return map[uuid.UUID]Partnership{}, nil
	}
	rows, err := s.db.Ent.Partnership.Query().Where(entpartnership.CreatorID(v.CreatorID), entpartnership.ProgramIDIn(programs...)).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Partnership, len(rows))
	for _, row := range rows {
		out[row.ProgramID] = fromRow(row)
	}
	return out, nil
}

// MyApplicationsTo gives the signed-in creator's latest application to each of the programs, in one statement; nothing for
// everybody else.
func (s *Service) MyApplicationsTo(ctx context.Context, programs []uuid.UUID) (map[uuid.UUID]Application, error) {
	v := viewer.From(ctx)
	if v.Kind != viewer.User || v.CreatorID == uuid.Nil {
		return map[uuid.UUID]Application{}, nil
	}
	rows, err := s.db.Ent.Application.Query().Where(entapplication.CreatorID(v.CreatorID), entapplication.ProgramIDIn(programs...),
		func(sel *entsql.Selector) {
			sel.Where(entsql.P(func(b *entsql.Builder) {
				b.WriteString("NOT EXISTS (SELECT 1 FROM application later WHERE later.creator_id = " + sel.C("creator_id") +
					" AND later.program_id = " + sel.C("program_id") + " AND (later.created_at, later.id) > (" + sel.C("created_at") + ", " +
					sel.C("id") + "))")
			}))
		}).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Application, len(rows))
	for _, row := range rows {
		out[row.ProgramID] = applicationOf(row)
	}
	return out, nil
}
