package identity

import (
	"context"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// Enrol gives a person roles in a brand without an invitation, for the demo and for tools of the operator. Only the program itself
// may. Faults: FORBIDDEN, NOT_FOUND (brand, user); REQUIRED, INVALID on roles.
func (s *Service) Enrol(ctx context.Context, brandID, userID id.ID, roles []viewer.Role) (Membership, error) {
	if !viewer.From(ctx).IsSystem() {
		return Membership{}, errProgramOnly()
	}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return Membership{}, err
	}
	user, err := id.Want(userID, id.User, "user")
	if err != nil {
		return Membership{}, err
	}
	checked, wrong := checkRoles("roles", roles)
	if wrong != nil {
		return Membership{}, wrong
	}
	var out Membership
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return s.joinTx(ctx, tx, brand, user, checked, uuid.Nil, &out)
	})
	return out, err
}
