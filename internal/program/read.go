package program

import (
	"context"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/predicate"
	entprogram "tributary/ent/gen/program"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// open restricts to the programs that anybody may see.
func open() predicate.Program {
	return entprogram.And(entprogram.Status(string(StatusActive)), entprogram.Visibility(string(VisibilityPublic)))
}

// visible restricts to the programs that a viewer may see: open ones, those of the viewer's brands, and those in which the viewer
// is or asked to be.
func visible(v viewer.Viewer) predicate.Program {
	brands, all := access.Brands(v, access.ReadPrograms)
	if all {
		return func(*entsql.Selector) {}
	}
	any := []predicate.Program{open()}
	if len(brands) > 0 {
		any = append(any, entprogram.BrandIDIn(brands...))
	}
	if v.Kind == viewer.User && v.CreatorID != uuid.Nil {
		any = append(any, concerns(v.CreatorID))
	}
	return entprogram.Or(any...)
}

// concerns restricts to programs in which a creator is or to which the creator applied.
func concerns(creator uuid.UUID) predicate.Program {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString("(EXISTS (SELECT 1 FROM partnership x WHERE x.program_id = " + s.C("id") + " AND x.creator_id = ").Arg(creator)
			b.WriteString(") OR EXISTS (SELECT 1 FROM application y WHERE y.program_id = " + s.C("id") + " AND y.creator_id = ").Arg(creator)
			b.WriteString("))")
		}))
	}
}

// Get gives a program that the viewer may see; nobody needs to sign in for an open one. Faults: NOT_FOUND.
func (s *Service) Get(ctx context.Context, x id.ID) (Program, error) {
	u, err := id.Want(x, id.Program, "program")
	if err != nil {
		return Program{}, err
	}
	return s.only(ctx, entprogram.ID(u))
}

// BySlug gives a program that the viewer may see, by its name in addresses. Faults: NOT_FOUND.
func (s *Service) BySlug(ctx context.Context, slug string) (Program, error) {
	return s.only(ctx, entprogram.Slug(slug))
}

func (s *Service) only(ctx context.Context, which predicate.Program) (Program, error) {
	row, err := s.db.Ent.Program.Query().Where(which, visible(viewer.From(ctx))).Only(ctx)
	if err != nil {
		return Program{}, database.OnMissing(err, "program")
	}
	return fromRow(row), nil
}

// Filter says which programs a list holds.
type Filter struct {
	// BrandID asks for all programs of one brand; the zero id for the open programs of all.
	BrandID id.ID
	// Search asks for names that contain it, in any case.
	Search *string
}

// List gives a page of programs, newest first. With a brand it needs a member or app of it: faults UNAUTHENTICATED, FORBIDDEN,
// NOT_FOUND for the brand. Without one anybody may read. TOO_LONG, BAD_FORMAT at search.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Connection[Program], error) {
	var none page.Connection[Program]
	which := open()
	if f.BrandID != (id.ID{}) {
		v := viewer.From(ctx)
		if err := access.SignedIn(v); err != nil {
			return none, err
		}
		brand, err := id.Want(f.BrandID, id.Brand, "brand")
		if err != nil {
			return none, err
		}
		if err := access.Brand(v, access.ReadPrograms, brand); err != nil {
			return none, err
		}
		which = entprogram.BrandID(brand)
	}
	search, err := field.Search(f.Search)
	if err != nil {
		return none, err
	}
	q := s.db.Ent.Program.Query().Where(which)
	if search != "" {
		q.Where(entprogram.NameContainsFold(search))
	}
	rows, err := q.Clone().Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return none, err
	}
	c := page.Build(r, list(rows), place)
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}

func list(rows []*gen.Program) []Program {
	out := make([]Program, len(rows))
	for i, row := range rows {
		out[i] = fromRow(row)
	}
	return out
}

// ByIDs gives programs that other objects refer to; the caller could see those.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Program, error) {
	return byIDs(ctx, s.db.Ent, ids)
}

// ByIDsTx is ByIDs in the caller's transaction.
func (s *Service) ByIDsTx(ctx context.Context, tx database.Tx, ids []uuid.UUID) (map[uuid.UUID]Program, error) {
	return byIDs(ctx, tx.Ent, ids)
}

func byIDs(ctx context.Context, client *gen.Client, ids []uuid.UUID) (map[uuid.UUID]Program, error) {
	rows, err := client.Program.Query().Where(entprogram.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Program, len(rows))
	for _, row := range rows {
		out[row.ID] = fromRow(row)
	}
	return out, nil
}

// Owned gives a program of a brand in which the viewer may do the action, for services whose objects belong to programs. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) Owned(ctx context.Context, x id.ID, a access.Action) (Program, error) {
	row, err := s.mine(ctx, x, a)
	if err != nil {
		return Program{}, err
	}
	return fromRow(row), nil
}

// OneTx gives a program in the caller's transaction, whoever asks. Faults: NOT_FOUND.
func (s *Service) OneTx(ctx context.Context, tx database.Tx, program uuid.UUID) (Program, error) {
	row, err := tx.Ent.Program.Query().Where(entprogram.ID(program)).Only(ctx)
	if database.IsMissing(err) {
		return Program{}, fault.Missing("program")
	}
	if err != nil {
		return Program{}, err
	}
	return fromRow(row), nil
}
