package sale

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entclaim "tributary/ent/gen/claim"
	"tributary/ent/gen/predicate"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// ClaimFilter chooses claims.
type ClaimFilter struct {
	Brand  uuid.UUID   // zero for the signed-in creator's own
	Status ClaimStatus // "" for all
}

// Claims gives the claims of a brand, or the signed-in creator's own, newest first. Faults: UNAUTHENTICATED, NO_CREATOR_PROFILE,
// NOT_FOUND, FORBIDDEN.
func (s *Service) Claims(ctx context.Context, f ClaimFilter, r page.Request) (page.Connection[Claim], error) {
	v := viewer.From(ctx)
	own := f.Brand == uuid.Nil
	var where predicate.Claim
	if own {
		me, err := access.Creator(v)
		if err != nil {
			return page.Connection[Claim]{}, err
		}
		where = entclaim.CreatorID(me)
	} else {
		if err := access.Brand(v, access.ReadClaims, f.Brand); err != nil {
			return page.Connection[Claim]{}, err
		}
		where = entclaim.BrandID(f.Brand)
	}
	q := s.db.Ent.Claim.Query().Where(where)
	if f.Status != "" {
		q.Where(entclaim.Status(string(f.Status)))
	}
	all := q.Clone()
	rows, err := q.Where(r.Keyset(entclaim.FieldCreatedAt)).All(ctx)
	if err != nil {
		return page.Connection[Claim]{}, fmt.Errorf("claims: %w", err)
	}
	now := s.clock.Now()
	out := make([]Claim, len(rows))
	for i, row := range rows {
		out[i] = claimOf(row, now, own)
	}
	c := page.Build(r, out, func(c Claim) page.Cursor { return page.Cursor{At: c.CreatedAt, ID: c.ID.UUID} })
	c.Total = func() (int, error) { return all.Count(ctx) }
	return c, nil
}

// Claim gives one claim to its creator or the brand. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Claim(ctx context.Context, x id.ID) (Claim, error) {
	row, err := s.claimRow(ctx, x)
	if err != nil {
		return Claim{}, err
	}
	v, now := viewer.From(ctx), s.clock.Now()
	forBrand := access.Noun(access.Brand(v, access.ReadClaims, row.BrandID), "claim")
	if forBrand == nil {
		return claimOf(row, now, false), nil
	}
	if access.OwnCreator(v, row.CreatorID, "claim") == nil {
		return claimOf(row, now, true), nil
	}
	return Claim{}, forBrand
}

func (s *Service) claimRow(ctx context.Context, x id.ID) (*gen.Claim, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Claim, "claim")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Claim.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "claim")
	}
	return row, nil
}

// ownClaim gives a claim to its creator. A member of the brand who may see it reads FORBIDDEN.
func (s *Service) ownClaim(ctx context.Context, x id.ID) (*gen.Claim, error) {
	row, err := s.claimRow(ctx, x)
	if err != nil {
		return nil, err
	}
	v := viewer.From(ctx)
	err = access.OwnCreator(v, row.CreatorID, "claim")
	if fault.Is(err, fault.NotFound) && access.Brand(v, access.ReadBrand, row.BrandID) == nil {
		err = fault.New(fault.Forbidden, "FORBIDDEN", "Only the creator who made a claim does this.")
	}
	if err != nil {
		return nil, err
	}
	return row, nil
}
