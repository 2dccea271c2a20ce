package creator

import (
	"context"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entcreator "tributary/ent/gen/creator"
	"tributary/ent/gen/predicate"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// visible reports whether a viewer may read a creator's profile: the creator, and everybody who works with creators for a brand.
// Creators do not see each other.
func visible(v viewer.Viewer, creator uuid.UUID) bool {
	if v.Kind == viewer.User && v.CreatorID != uuid.Nil && v.CreatorID == creator {
		return true
	}
	brands, all := access.Brands(v, access.ReadCreators)
	return all || len(brands) > 0
}

// Get gives a creator's profile. Faults: NOT_FOUND.
func (s *Service) Get(ctx context.Context, x id.ID) (Creator, error) {
	u, err := id.Want(x, id.Creator, "creator")
	if err != nil {
		return Creator{}, err
	}
	return s.only(ctx, entcreator.ID(u))
}

// ByHandle gives the profile with a handle, in any case. Faults: NOT_FOUND.
func (s *Service) ByHandle(ctx context.Context, handle string) (Creator, error) {
	return s.only(ctx, entcreator.Handle(FoldHandle(handle)))
}

func (s *Service) only(ctx context.Context, which predicate.Creator) (Creator, error) {
	row, err := s.db.Ent.Creator.Query().Where(which).Only(ctx)
	if err != nil {
		return Creator{}, database.OnMissing(err, "creator")
	}
	if !visible(viewer.From(ctx), row.ID) {
		return Creator{}, fault.Missing("creator")
	}
	return fromRow(row), nil
}

// OfUser gives the profile of a person, if there is one. The caller acts for that person.
func (s *Service) OfUser(ctx context.Context, user uuid.UUID) (Creator, bool, error) {
	row, err := s.db.Ent.Creator.Query().Where(entcreator.UserID(user)).Only(ctx)
	if database.IsMissing(err) {
		return Creator{}, false, nil
	}
	if err != nil {
		return Creator{}, false, err
	}
	return fromRow(row), true, nil
}

// List gives a page of the creators in programs of a brand, newest first, by name or handle when searched for. Faults:
// UNAUTHENTICATED, FORBIDDEN, NOT_FOUND for the brand; TOO_LONG, BAD_FORMAT at search.
func (s *Service) List(ctx context.Context, brand id.ID, search *string, r page.Request) (page.Connection[Creator], error) {
	var none page.Connection[Creator]
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return none, err
	}
	b, err := id.Want(brand, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := access.Brand(v, access.ReadCreators, b); err != nil {
		return none, err
	}
	text, err := field.Search(search)
	if err != nil {
		return none, err
	}
	q := s.db.Ent.Creator.Query().Where(inProgramsOf(b))
	if text != "" {
		q.Where(entcreator.Or(entcreator.NameContainsFold(text), entcreator.HandleContainsFold(text)))
	}
	rows, err := q.Clone().Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return none, err
	}
	out := make([]Creator, len(rows))
	for i, row := range rows {
		out[i] = fromRow(row)
	}
	c := page.Build(r, out, place)
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}

func inProgramsOf(brand uuid.UUID) predicate.Creator {
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString("EXISTS (SELECT 1 FROM partnership x WHERE x.creator_id = " + s.C("id") + " AND x.brand_id = ").Arg(brand).
				WriteString(")")
		}))
	}
}

// ByIDs gives creators to whom other objects refer; the caller could see those.
func (s *Service) ByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Creator, error) {
	rows, err := s.db.Ent.Creator.Query().Where(entcreator.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]Creator, len(rows))
	for _, row := range rows {
		out[row.ID] = fromRow(row)
	}
	return out, nil
}
