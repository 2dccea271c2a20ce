package identity

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
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

// TokenFor opens a session for a person and gives its access token, for calls by hand from the command line. Only the program
// itself may. Faults: FORBIDDEN, NOT_FOUND.
func (s *Service) TokenFor(ctx context.Context, email string) (token string, expires time.Time, err error) {
	u, err := s.UserByEmail(ctx, email)
	if err != nil {
		return "", time.Time{}, err
	}
	var out Session
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
		out, err = s.openSessionTx(ctx, tx, u.ID.UUID, "command line")
		if errors.Is(err, errNoViewer) {
			return fault.Missing("user")
		}
		if err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: "TOKEN_MADE", ObjectKind: "SESSION", ObjectID: out.Viewer.SessionID,
			Detail: map[string]any{"user": u.ID.UUID}})
	})
	return out.AccessToken, out.ExpiresAt, err
}
