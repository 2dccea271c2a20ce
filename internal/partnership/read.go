package partnership

import (
	"context"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entapplication "tributary/ent/gen/application"
	entcreator "tributary/ent/gen/creator"
	entpartnership "tributary/ent/gen/partnership"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// Get gives a partnership to its creator or the brand. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) Get(ctx context.Context, x id.ID) (Partnership, error) {
	row, err := s.one(ctx, x)
	if err != nil {
		return Partnership{}, err
	}
	if err := access.Either(viewer.From(ctx), row.CreatorID, access.ReadCreators, row.BrandID, "partnership"); err != nil {
		return Partnership{}, err
	}
	return fromRow(row), nil
}

// Application gives an application to its creator or the brand. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) Application(ctx context.Context, x id.ID) (Application, error) {
	row, err := s.application(ctx, x)
	if err != nil {
		return Application{}, err
	}
	if err := access.Either(viewer.From(ctx), row.CreatorID, access.ReadCreators, row.BrandID, "application"); err != nil {
		return Application{}, err
	}
	return applicationOf(row), nil
}

// scope says whose objects a list holds: a brand's, or the signed-in creator's own.
type scope struct{ brand, creator, program uuid.UUID }

// scopeOf checks the arguments that lists share. Faults: UNAUTHENTICATED, FORBIDDEN, NO_CREATOR_PROFILE, NOT_FOUND for the brand or
// program.
func scopeOf(v viewer.Viewer, brand, program id.ID) (scope, error) {
	var out scope
	if err := access.SignedIn(v); err != nil {
		return out, err
	}
	var err error
	if program != (id.ID{}) {
		if out.program, err = id.Want(program, id.Program, "program"); err != nil {
			return out, err
		}
	}
	if brand == (id.ID{}) {
		out.creator, err = access.Creator(v)
		return out, err
	}
	if out.brand, err = id.Want(brand, id.Brand, "brand"); err != nil {
		return out, err
	}
	return out, access.Brand(v, access.ReadCreators, out.brand)
}

// Filter says which partnerships a list holds.
type Filter struct {
	BrandID   id.ID // zero asks for the signed-in creator's own
	ProgramID id.ID // zero asks for all
	Status    *Status
	Search    *string // nil asks for all; part of the creator's name or handle
}

// List gives a page of a brand's partnerships, or of the signed-in creator's own, newest first. Faults: UNAUTHENTICATED, FORBIDDEN,
// NO_CREATOR_PROFILE, NOT_FOUND; TOO_LONG, BAD_FORMAT at search.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Connection[Partnership], error) {
	var none page.Connection[Partnership]
	sc, err := scopeOf(viewer.From(ctx), f.BrandID, f.ProgramID)
	if err != nil {
		return none, err
	}
	text, err := field.Search(f.Search)
	if err != nil {
		return none, err
	}
	q := s.db.Ent.Partnership.Query()
	if sc.brand != uuid.Nil {
		q.Where(entpartnership.BrandID(sc.brand))
	} else {
		q.Where(entpartnership.CreatorID(sc.creator))
	}
	if sc.program != uuid.Nil {
		q.Where(entpartnership.ProgramID(sc.program))
	}
	if f.Status != nil {
		q.Where(entpartnership.Status(string(*f.Status)))
	}
	if text != "" {
		q.Where(entpartnership.HasCreatorWith(entcreator.Or(entcreator.NameContainsFold(text), entcreator.HandleContainsFold(text))))
	}
	rows, err := q.Clone().Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return none, err
	}
	c := page.Build(r, fromRows(rows), place)
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}

// ApplicationFilter says which applications a list holds.
type ApplicationFilter struct {
	BrandID   id.ID // zero asks for the signed-in creator's own
	ProgramID id.ID // zero asks for all
	Status    *ApplicationStatus
}

// Applications gives a page of the applications to a brand, or of the signed-in creator's own, newest first. Faults: as List.
func (s *Service) Applications(ctx context.Context, f ApplicationFilter, r page.Request) (page.Connection[Application], error) {
	var none page.Connection[Application]
	sc, err := scopeOf(viewer.From(ctx), f.BrandID, f.ProgramID)
	if err != nil {
		return none, err
	}
	q := s.db.Ent.Application.Query()
	if sc.brand != uuid.Nil {
		q.Where(entapplication.BrandID(sc.brand))
	} else {
		q.Where(entapplication.CreatorID(sc.creator))
	}
	if sc.program != uuid.Nil {
		q.Where(entapplication.ProgramID(sc.program))
	}
	if f.Status != nil {
		q.Where(entapplication.Status(string(*f.Status)))
	}
	rows, err := q.Clone().Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return none, err
	}
	c := page.Build(r, applicationsOf(rows), placeOfApplication)
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}

// ByIDs gives partnerships to which other objects refer; the caller could see those.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Partnership, error) {
	return byIDs(ctx, s.db.Ent, ids)
}

// ByIDsTx is ByIDs in the caller's transaction.
func (s *Service) ByIDsTx(ctx context.Context, tx database.Tx, ids []uuid.UUID) (map[uuid.UUID]Partnership, error) {
	return byIDs(ctx, tx.Ent, ids)
}

func byIDs(ctx context.Context, client *gen.Client, ids []uuid.UUID) (map[uuid.UUID]Partnership, error) {
	rows, err := client.Partnership.Query().Where(entpartnership.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Partnership, len(rows))
	for _, row := range rows {
		out[row.ID] = fromRow(row)
	}
	return out, nil
}

// OneTx gives a partnership in the caller's transaction, whoever asks. Faults: NOT_FOUND.
func (s *Service) OneTx(ctx context.Context, tx database.Tx, partnership uuid.UUID) (Partnership, error) {
	found, err := byIDs(ctx, tx.Ent, []uuid.UUID{partnership})
	if err != nil {
		return Partnership{}, err
	}
	p, ok := found[partnership]
	if !ok {
		return Partnership{}, fault.Missing("partnership")
	}
	return p, nil
}
