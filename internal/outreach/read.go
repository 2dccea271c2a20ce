package outreach

import (
	"context"

	entprospect "tributary/ent/gen/prospect"
	"tributary/internal/kit/access"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// Get gives a prospect. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) Get(ctx context.Context, x id.ID) (Prospect, error) {
	row, err := s.mine(ctx, x, access.ReadOutreach)
	if err != nil {
		return Prospect{}, err
	}
	return fromRow(row), nil
}

// Filter says which prospects a list holds.
type Filter struct {
	BrandID   id.ID
	ProgramID id.ID   // zero asks for all programs
	Stage     *Stage  // nil asks for all stages
	Search    *string // names or handles that contain it, in any case
}

// List gives a page of a brand's prospects, newest first. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND for the brand or program;
// TOO_LONG, BAD_FORMAT at search.
func (s *Service) List(ctx context.Context, f Filter, r page.Request) (page.Connection[Prospect], error) {
	var none page.Connection[Prospect]
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return none, err
	}
	brand, err := id.Want(f.BrandID, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := access.Brand(v, access.ReadOutreach, brand); err != nil {
		return none, err
	}
	search, err := field.Search(f.Search)
	if err != nil {
		return none, err
	}
	q := s.db.Ent.Prospect.Query().Where(entprospect.BrandID(brand))
	if f.ProgramID != (id.ID{}) {
		program, err := id.Want(f.ProgramID, id.Program, "program")
		if err != nil {
			return none, err
		}
		q.Where(entprospect.ProgramID(program))
	}
	if f.Stage != nil {
		q.Where(entprospect.Stage(string(*f.Stage)))
	}
	if search != "" {
		q.Where(entprospect.Or(entprospect.NameContainsFold(search), entprospect.HandleContainsFold(search)))
	}
	rows, err := q.Clone().Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return none, err
	}
	c := page.Build(r, fromRows(rows), place)
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}
