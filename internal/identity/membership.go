package identity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/membership"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// brandsMax is how many brands one person may work in.
const brandsMax = 100

// Membership is what a person may do in a brand.
type Membership struct {
	ID             id.ID         // prefix mem
	UserID         id.ID         // the person
	BrandID        id.ID         // the brand
	Roles          []viewer.Role // roles held, at most 4
	RolesGrantedAt time.Time     // when a money role was last given; for others, when the person joined
}

// IsNode marks Membership as refetchable by id.
func (Membership) IsNode() {}

func toMembership(m *gen.Membership) Membership {
	return Membership{ID: id.Of(id.Membership, m.ID), UserID: id.Of(id.User, m.UserID), BrandID: id.Of(id.Brand, m.BrandID),
		Roles: rolesOf(m.Roles), RolesGrantedAt: m.RolesGrantedAt.UTC()}
}

func rolesOf(words []string) []viewer.Role {
	out := make([]viewer.Role, len(words))
	for i, w := range words {
		out[i] = viewer.Role(w)
	}
	return out
}

func wordsOf[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// allRoles is the order in which roles are kept.
var allRoles = []viewer.Role{viewer.Owner, viewer.Manager, viewer.Analyst, viewer.Finance}

// moneyRoles are the roles that approve or send money; a new one counts for approvals after a day.
var moneyRoles = []viewer.Role{viewer.Owner, viewer.Finance}

// checkRoles gives the roles in their order, each once.
func checkRoles(field string, roles []viewer.Role) ([]viewer.Role, *fault.Fault) {
	if len(roles) == 0 {
		return nil, fault.At(field, "REQUIRED", "Choose at least one role.")
	}
	var out []viewer.Role
	for _, r := range allRoles {
		if slices.Contains(roles, r) {
			out = append(out, r)
		}
	}
	for _, r := range roles {
		if !slices.Contains(allRoles, r) {
			return nil, fault.At(field, "BAD_FORMAT", "There is no such role.")
		}
	}
	return out, nil
}

// gainsMoneyRole reports whether a change gives a money role that was not held before.
func gainsMoneyRole(before, after []viewer.Role) bool {
	return slices.ContainsFunc(moneyRoles, func(r viewer.Role) bool { return slices.Contains(after, r) && !slices.Contains(before, r) })
}

// AddOwnerTx makes a person the first owner of a brand. The caller has checked that they may found it. Fault: WRONG_STATE when the
// person works in brandsMax brands already.
func (s *Service) AddOwnerTx(ctx context.Context, tx database.Tx, brandID, userID uuid.UUID) error {
	return s.joinTx(ctx, tx, brandID, userID, []viewer.Role{viewer.Owner}, uuid.Nil, nil)
}

// joinTx gives roles to a person in a brand, besides those they hold there. grantedBy is zero for the founder.
func (s *Service) joinTx(ctx context.Context, tx database.Tx, brandID, userID uuid.UUID, roles []viewer.Role, grantedBy uuid.UUID, out *Membership) error {
	now := s.clock.Now()
	n, err := tx.Ent.Membership.Query().Where(membership.UserID(userID), membership.RemovedAtIsNil()).Count(ctx)
	if err != nil {
		return fmt.Errorf("count memberships: %w", err)
	}
	if n >= brandsMax {
		return fault.New(fault.Conflict, "WRONG_STATE", "One account works in at most %d brands.", brandsMax)
	}
	by := &grantedBy
	if grantedBy == uuid.Nil {
		by = nil
	}
	present, err := tx.Ent.Membership.Query().Where(membership.BrandID(brandID), membership.UserID(userID)).ForUpdate().Only(ctx)
	var row *gen.Membership
	switch {
	case database.IsMissing(err):
		row, err = tx.Ent.Membership.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(brandID).SetUserID(userID).
			SetRoles(wordsOf(roles)).SetRolesGrantedAt(now).SetNillableRolesGrantedBy(by).Save(ctx)
	case err != nil:
		return fmt.Errorf("read membership: %w", err)
	default:
		var before []viewer.Role
		if present.RemovedAt == nil {
			before = rolesOf(present.Roles)
		}
		after, _ := checkRoles("roles", append(slices.Clone(before), roles...))
		change := present.Update().SetRoles(wordsOf(after)).ClearRemovedAt()
		if present.RemovedAt != nil || gainsMoneyRole(before, after) {
			change.SetRolesGrantedAt(now).SetNillableRolesGrantedBy(by)
		}
		row, err = change.Save(ctx)
	}
	if err != nil {
		return fmt.Errorf("join brand: %w", err)
	}
	if out != nil {
		*out = toMembership(row)
	}
	return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "MEMBER_JOINED", ObjectKind: "MEMBERSHIP", ObjectID: row.ID, BrandID: brandID,
		Detail: map[string]any{"roles": row.Roles, "user": userID}})
}

// membersOnly lets people of a brand pass, and no apps: who works in a brand is nothing for a program.
func membersOnly(v viewer.Viewer, brand uuid.UUID) error {
	if err := access.Brand(v, access.ReadBrand, brand); err != nil {
		return err
	}
	if v.Kind == viewer.App {
		return fault.New(fault.Forbidden, "FORBIDDEN", "API keys do not read members.")
	}
	return nil
}

// MembersOf lists the people of a brand, newest first. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN (apps).
func (s *Service) MembersOf(ctx context.Context, brandID id.ID, r page.Request) (page.Connection[Membership], error) {
	var none page.Connection[Membership]
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return none, err
	}
	if err := membersOnly(viewer.From(ctx), brand); err != nil {
		return none, err
	}
	query := func() *gen.MembershipQuery {
		return s.db.Ent.Membership.Query().Where(membership.BrandID(brand), membership.RemovedAtIsNil())
	}
	rows, err := query().Where(r.Keyset(membership.FieldCreatedAt)).All(ctx)
	if err != nil {
		return none, fmt.Errorf("list members: %w", err)
	}
	c := page.Convert(page.Build(r, rows, func(m *gen.Membership) page.Cursor { return page.Cursor{At: m.CreatedAt, ID: m.ID} }), toMembership)
	c.Total = func() (int, error) { return query().Count(ctx) }
	return c, nil
}

// MembershipsOf gives the brands that a viewer works in, oldest first, at most brandsMax.
func (s *Service) MembershipsOf(ctx context.Context, v viewer.Viewer) ([]Membership, error) {
	if v.Kind != viewer.User {
		return []Membership{}, nil
	}
	rows, err := s.db.Ent.Membership.Query().Where(membership.UserID(v.UserID), membership.RemovedAtIsNil()).
		Order(membership.ByCreatedAt(), membership.ByID()).Limit(brandsMax).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list memberships: %w", err)
	}
	out := make([]Membership, len(rows))
	for i, m := range rows {
		out[i] = toMembership(m)
	}
	return out, nil
}

// GetMembership gives a member of a brand that the viewer works in. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN (apps).
func (s *Service) GetMembership(ctx context.Context, membershipID id.ID) (Membership, error) {
	row, err := s.membershipFor(ctx, membershipID)
	if err != nil {
		return Membership{}, err
	}
	if err := access.Noun(membersOnly(viewer.From(ctx), row.BrandID), "member"); err != nil {
		return Membership{}, err
	}
	return toMembership(row), nil
}

// membershipFor reads a present membership for a signed-in viewer; the caller checks access to its brand.
func (s *Service) membershipFor(ctx context.Context, membershipID id.ID) (*gen.Membership, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return nil, err
	}
	u, err := id.Want(membershipID, id.Membership, "member")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Membership.Query().Where(membership.ID(u), membership.RemovedAtIsNil()).Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "member")
	}
	return row, nil
}

// UpdateMember sets all roles of a member. Nobody gives FINANCE to themselves, and the last owner stays. Faults: UNAUTHENTICATED,
// NOT_FOUND (member), FORBIDDEN; on roles REQUIRED, BAD_FORMAT, INVALID; WRONG_STATE for the last owner.
func (s *Service) UpdateMember(ctx context.Context, membershipID id.ID, roles []viewer.Role) (Membership, error) {
	v := viewer.From(ctx)
	row, err := s.membershipFor(ctx, membershipID)
	if err != nil {
		return Membership{}, err
	}
	if err := access.Noun(access.Brand(v, access.ManageMembers, row.BrandID), "member"); err != nil {
		return Membership{}, err
	}
	after, wrong := checkRoles("roles", roles)
	if wrong != nil {
		return Membership{}, wrong
	}
	var out Membership
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		present, err := s.lockMemberTx(ctx, tx, row)
		if err != nil {
			return err
		}
		before := rolesOf(present.Roles)
		if v.UserID == present.UserID && slices.Contains(after, viewer.Finance) && !slices.Contains(before, viewer.Finance) {
			return fault.At("roles", "INVALID", "Nobody gives FINANCE to themselves. Another owner can.")
		}
		if !slices.Contains(after, viewer.Owner) {
			if err := lastOwnerStaysTx(ctx, tx, present); err != nil {
				return err
			}
		}
		now := s.clock.Now()
		change := present.Update().SetRoles(wordsOf(after))
		if gainsMoneyRole(before, after) {
			change.SetRolesGrantedAt(now)
			if v.UserID != uuid.Nil {
				change.SetRolesGrantedBy(v.UserID)
			}
		}
		saved, err := change.Save(ctx)
		if err != nil {
			return fmt.Errorf("update member: %w", err)
		}
		out = toMembership(saved)
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "MEMBER_ROLES_CHANGED", ObjectKind: "MEMBERSHIP", ObjectID: row.ID,
			BrandID: row.BrandID, Detail: map[string]any{"user": row.UserID, "before": before, "after": after}})
	})
	return out, err
}

// RemoveMember ends a membership. Owners remove others; everybody may leave; the last owner stays. Faults: UNAUTHENTICATED, NOT_FOUND
// (member), FORBIDDEN, WRONG_STATE for the last owner.
func (s *Service) RemoveMember(ctx context.Context, membershipID id.ID) error {
	v := viewer.From(ctx)
	row, err := s.membershipFor(ctx, membershipID)
	if err != nil {
		return err
	}
	leaves := v.Kind == viewer.User && v.UserID == row.UserID
	if !leaves {
		if err := access.Noun(access.Brand(v, access.ManageMembers, row.BrandID), "member"); err != nil {
			return err
		}
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		present, err := s.lockMemberTx(ctx, tx, row)
		if err != nil {
			return err
		}
		if err := lastOwnerStaysTx(ctx, tx, present); err != nil {
			return err
		}
		now := s.clock.Now()
		if err := present.Update().SetRemovedAt(now).Exec(ctx); err != nil {
			return fmt.Errorf("remove member: %w", err)
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "MEMBER_REMOVED", ObjectKind: "MEMBERSHIP", ObjectID: row.ID,
			BrandID: row.BrandID, Detail: map[string]any{"user": row.UserID}})
	})
}

// lockMemberTx holds back all other changes of members of the brand and reads the membership again. Fault: NOT_FOUND.
func (s *Service) lockMemberTx(ctx context.Context, tx database.Tx, row *gen.Membership) (*gen.Membership, error) {
	if err := lockMembersTx(ctx, tx, row.BrandID); err != nil {
		return nil, err
	}
	present, err := tx.Ent.Membership.Query().Where(membership.ID(row.ID), membership.RemovedAtIsNil()).Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "member")
	}
	return present, nil
}

func lockMembersTx(ctx context.Context, tx database.Tx, brand uuid.UUID) error {
	if err := database.AdvisoryLockTx(ctx, tx, "members:"+brand.String()); err != nil {
		return fmt.Errorf("lock members: %w", err)
	}
	return nil
}

// lastOwnerStaysTx refuses to take the role or the place of a brand's only owner. Fault: WRONG_STATE.
func lastOwnerStaysTx(ctx context.Context, tx database.Tx, m *gen.Membership) error {
	if !slices.Contains(m.Roles, string(viewer.Owner)) {
		return nil
	}
	var others bool
	err := tx.SQL.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT FROM membership WHERE brand_id = $1 AND id <> $2 AND removed_at IS NULL AND roles ? $3)`,
		m.BrandID, m.ID, string(viewer.Owner)).Scan(&others)
	if err != nil {
		return fmt.Errorf("count owners: %w", err)
	}
	if !others {
		return fault.New(fault.Conflict, "WRONG_STATE", "A brand keeps at least one owner. Make somebody else an owner first.")
	}
	return nil
}
