package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/invitation"
	"tributary/ent/gen/membership"
	"tributary/ent/gen/user"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/viewer"
)

// invitationsOpenMax is how many invitations of one brand may be open at once.
const invitationsOpenMax = 100

// Invitation is an invitation to join a brand that was sent by e-mail.
type Invitation struct {
	ID        id.ID         // prefix inv
	Email     string        // address that it was sent to
	Roles     []viewer.Role // roles that accepting gives, at most 4
	ExpiresAt time.Time     // when it lapses
}

// IsNode marks Invitation as refetchable by id.
func (Invitation) IsNode() {}

func toInvitation(i *gen.Invitation) Invitation {
	return Invitation{ID: id.Of(id.Invitation, i.ID), Email: i.Email, Roles: rolesOf(i.Roles), ExpiresAt: i.ExpiresAt.UTC()}
}

// InviteMember sends a letter that asks a person to join a brand. An open invitation to the same address is replaced. Faults:
// UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN; on email BAD_FORMAT, REQUIRED, TOO_LONG, TAKEN (a member already); on roles
// REQUIRED, BAD_FORMAT; WRONG_STATE with too many open ones.
func (s *Service) InviteMember(ctx context.Context, brandID id.ID, email string, roles []viewer.Role) (Invitation, error) {
	v := viewer.From(ctx)
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return Invitation{}, err
	}
	if err := access.Brand(v, access.ManageMembers, brand); err != nil {
		return Invitation{}, err
	}
	inviter, err := access.User(v)
	if err != nil {
		return Invitation{}, err
	}
	email = foldEmail(email)
	var faults fault.List
	faults.Add(checkEmail("email", email))
	roles, wrong := checkRoles("roles", roles)
	faults.Add(wrong)
	if err := faults.Err(); err != nil {
		return Invitation{}, err
	}
	var out Invitation
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockMembersTx(ctx, tx, brand); err != nil {
			return err
		}
		now := s.clock.Now()
		if err := s.roomForInvitationTx(ctx, tx, brand, email, now); err != nil {
			return err
		}
		invitationID := id.NewUUID(now)
		row, err := tx.Ent.Invitation.Create().SetID(invitationID).SetCreatedAt(now).SetBrandID(brand).SetInvitedBy(inviter).SetEmail(email).
			SetRoles(wordsOf(roles)).SetTokenHash(tokenHash(s.letters.invitation(invitationID))).SetExpiresAt(now.Add(invitationLife)).Save(ctx)
		if err != nil {
			return fmt.Errorf("invite: %w", err)
		}
		out = toInvitation(row)
		if err := s.enqueueLetterTx(ctx, tx, letterArgs{Letter: letterInvitation, Invitation: invitationID}); err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "MEMBER_INVITED", ObjectKind: "INVITATION", ObjectID: invitationID,
			BrandID: brand, Detail: map[string]any{"roles": roles}})
	})
	return out, err
}

// roomForInvitationTx refuses what makes no sense and takes an older invitation to the same address back.
func (s *Service) roomForInvitationTx(ctx context.Context, tx database.Tx, brand uuid.UUID, email string, now time.Time) error {
	member, err := tx.Ent.Membership.Query().Where(membership.BrandID(brand), membership.RemovedAtIsNil(), membership.HasUserWith(user.Email(email))).Exist(ctx)
	if err != nil {
		return fmt.Errorf("invite: %w", err)
	}
	if member {
		return fault.At("email", "TAKEN", "This person works in the brand already. Change their roles instead.")
	}
	if err := tx.Ent.Invitation.Update().Where(invitation.BrandID(brand), invitation.Email(email), invitation.AcceptedAtIsNil(),
		invitation.RevokedAtIsNil()).SetRevokedAt(now).Exec(ctx); err != nil {
		return fmt.Errorf("invite: %w", err)
	}
	n, err := tx.Ent.Invitation.Query().Where(invitation.BrandID(brand), invitation.AcceptedAtIsNil(), invitation.RevokedAtIsNil(),
		invitation.ExpiresAtGT(now)).Count(ctx)
	if err != nil {
		return fmt.Errorf("invite: %w", err)
	}
	if n >= invitationsOpenMax {
		return fault.New(fault.Conflict, "WRONG_STATE", "A brand has at most %d open invitations.", invitationsOpenMax)
	}
	return nil
}

// AcceptInvitation makes the signed-in person a member, when the invitation is theirs and open and its sender is still an owner. Faults:
// UNAUTHENTICATED, FORBIDDEN (apps); on token INVALID; WRONG_STATE in too many brands.
func (s *Service) AcceptInvitation(ctx context.Context, token string) (Membership, error) {
	v := viewer.From(ctx)
	userID, err := access.User(v)
	if err != nil {
		return Membership{}, err
	}
	if _, err := limited(try{s.byNetwork, v.NetworkHash}); err != nil {
		return Membership{}, err
	}
	var out Membership
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := tx.Ent.Invitation.Query().Where(invitation.TokenHash(tokenHash(strings.TrimSpace(token)))).ForUpdate().Only(ctx)
		now := s.clock.Now()
		if database.IsMissing(err) || err == nil && (row.AcceptedAt != nil || row.RevokedAt != nil || !now.Before(row.ExpiresAt)) {
			return errLetterToken()
		}
		if err != nil {
			return fmt.Errorf("accept invitation: %w", err)
		}
		person, err := s.lockUserTx(ctx, tx, userID)
		if err != nil {
			return err
		}
		if person.Email != row.Email {
			return fault.At("token", "INVALID", "This invitation went to another address. Sign in with the account of that address.")
		}
		if err := s.inviterMayTx(ctx, tx, row, userID); err != nil {
			return err
		}
		if person.EmailVerifiedAt == nil { // the token came by letter to the address
			if err := person.Update().SetEmailVerifiedAt(now).Exec(ctx); err != nil {
				return fmt.Errorf("accept invitation: %w", err)
			}
		}
		if err := row.Update().SetAcceptedAt(now).Exec(ctx); err != nil {
			return fmt.Errorf("accept invitation: %w", err)
		}
		return s.joinTx(ctx, tx, row.BrandID, userID, rolesOf(row.Roles), row.InvitedBy, &out)
	})
	return out, err
}

// inviterMayTx checks that who sent the invitation still may, and that nobody gives FINANCE to themselves by it.
func (s *Service) inviterMayTx(ctx context.Context, tx database.Tx, row *gen.Invitation, accepter uuid.UUID) error {
	if err := lockMembersTx(ctx, tx, row.BrandID); err != nil {
		return err
	}
	if row.InvitedBy == accepter && slices.Contains(row.Roles, string(viewer.Finance)) {
		return errLetterToken()
	}
	inviter, err := tx.Ent.Membership.Query().Where(membership.BrandID(row.BrandID), membership.UserID(row.InvitedBy), membership.RemovedAtIsNil()).Only(ctx)
	if database.IsMissing(err) || err == nil && !slices.Contains(inviter.Roles, string(viewer.Owner)) {
		return errLetterToken()
	}
	return err
}

// GetInvitation gives an invitation of a brand whose members the viewer manages. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) GetInvitation(ctx context.Context, invitationID id.ID) (Invitation, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Invitation{}, err
	}
	u, err := id.Want(invitationID, id.Invitation, "invitation")
	if err != nil {
		return Invitation{}, err
	}
	row, err := s.db.Ent.Invitation.Get(ctx, u)
	if err != nil {
		return Invitation{}, database.OnMissing(err, "invitation")
	}
	if err := access.Noun(access.Brand(v, access.ManageMembers, row.BrandID), "invitation"); err != nil {
		return Invitation{}, err
	}
	return toInvitation(row), nil
}

func (s *Service) invitationLetter(ctx context.Context, invitationID uuid.UUID) (mail.Message, error) {
	row, err := s.db.Ent.Invitation.Query().Where(invitation.ID(invitationID)).WithBrand().WithInviter().Only(ctx)
	if database.IsMissing(err) || err == nil && (row.AcceptedAt != nil || row.RevokedAt != nil) {
		return mail.Message{}, nil
	}
	if err != nil {
		return mail.Message{}, fmt.Errorf("letter: %w", err)
	}
	if row.Edges.Brand == nil || row.Edges.Inviter == nil {
		return mail.Message{}, errors.New("letter: an invitation without brand or sender")
	}
	name := row.Edges.Brand.Name
	link := s.baseURL + "/join/" + s.letters.invitation(row.ID)
	return mail.Message{To: row.Email, Subject: "Join " + name + " on Tributary", Text: "Hello,\n\n" + row.Edges.Inviter.Name +
		" invites you to work in " + name + " as " + strings.ToLower(strings.Join(row.Roles, " and ")) + ":\n\n" + link + "\n\n" +
		"The invitation works until " + row.ExpiresAt.UTC().Format("2 January 2006") + ", for this e-mail address.\n"}, nil
}
