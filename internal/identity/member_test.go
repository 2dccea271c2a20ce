package identity_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/identity"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

func (h *house) signIn(name string) identity.Session {
	h.t.Helper()
	s, err := h.SignIn(nobody(h.t), identity.SignIn{Email: strings.ToLower(name) + "@people.test", Password: password})
	require.NoError(h.t, err)
	return s
}

// join invites a person and lets them accept; it gives the person's membership and a context with the new role.
func (h *house) join(owner context.Context, brand id.ID, name string, roles ...viewer.Role) (context.Context, identity.Membership) {
	h.t.Helper()
	ctx, s := h.person(name)
	h.letter(name+"@people.test", 1)
	h.clock.Advance(time.Second)
	_, err := h.InviteMember(owner, brand, name+"@people.test", roles)
	require.NoError(h.t, err)
	m, err := h.AcceptInvitation(ctx, tokenIn(h.t, h.letter(name+"@people.test", 2)))
	require.NoError(h.t, err)
	return h.as(s.AccessToken), m
}

func (h *house) membership(ctx context.Context, brand id.ID) identity.Membership {
	h.t.Helper()
	all, err := h.MembershipsOf(ctx, viewer.From(ctx))
	require.NoError(h.t, err)
	for _, m := range all {
		if m.BrandID == brand {
			return m
		}
	}
	require.Fail(h.t, "no membership")
	return identity.Membership{}
}

func TestAnInvitedPersonJoinsWithTheRolesOfTheInvitation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner, _ := h.person("olga")
	brand := h.brand("one", owner)
	owner = h.as(h.signIn("olga").AccessToken)
	finn, m := h.join(owner, brand, "finn", viewer.Finance, viewer.Analyst)
	require.Equal(t, []viewer.Role{viewer.Analyst, viewer.Finance}, m.Roles)
	v := viewer.From(finn)
	require.Equal(t, viewer.From(owner).UserID, v.Memberships[0].GrantedBy)
	require.Equal(t, h.clock.Now(), v.Memberships[0].GrantedAt)
	user, err := h.GetUser(finn, m.UserID)
	require.NoError(t, err)
	require.True(t, user.EmailVerified, "the letter reached the address")

	list, err := h.MembersOf(finn, brand, page.All(10))
	require.NoError(t, err)
	require.Len(t, list.Edges, 2)
	n, err := list.TotalCount()
	require.NoError(t, err)
	require.Equal(t, 2, *n)
}

func TestAnInvitationIsForItsAddressAndWorksOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner, _ := h.person("olga")
	brand := h.brand("one", owner)
	owner = h.as(h.signIn("olga").AccessToken)
	eve, _ := h.person("eve")
	inv, err := h.InviteMember(owner, brand, "Finn@people.test", []viewer.Role{viewer.Manager})
	require.NoError(t, err)
	require.Equal(t, "finn@people.test", inv.Email)
	token := tokenIn(t, h.letter("finn@people.test", 1))
	_, err = h.AcceptInvitation(eve, token)
	requireFault(t, err, fault.Invalid, "INVALID", "token")
	_, err = h.AcceptInvitation(nobody(t), token)
	require.True(t, fault.Is(err, fault.Unauthenticated))

	finn, _ := h.person("finn")
	_, err = h.AcceptInvitation(finn, token)
	require.NoError(t, err)
	_, err = h.AcceptInvitation(finn, token)
	requireFault(t, err, fault.Invalid, "INVALID", "token")
	_, err = h.InviteMember(owner, brand, "finn@people.test", []viewer.Role{viewer.Owner})
	requireFault(t, err, fault.Invalid, "TAKEN", "email")
	_, err = h.GetInvitation(owner, inv.ID)
	require.NoError(t, err)
	_, err = h.GetInvitation(eve, inv.ID)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestAnInvitationDiesWithItsTimeItsSuccessorAndItsSender(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	owner, _ := h.person("olga")
	brand := h.brand("one", owner)
	owner = h.as(h.signIn("olga").AccessToken)
	second, m := h.join(owner, brand, "otto", viewer.Owner)
	finn, _ := h.person("finn")
	h.letter("finn@people.test", 1)
	invite := func(by context.Context, n int) string {
		h.clock.Advance(time.Second)
		_, err := h.InviteMember(by, brand, "finn@people.test", []viewer.Role{viewer.Manager})
		require.NoError(t, err)
		return tokenIn(t, h.letter("finn@people.test", n))
	}
	replaced, late := invite(owner, 2), invite(owner, 3)
	_, err := h.AcceptInvitation(finn, replaced)
	requireFault(t, err, fault.Invalid, "INVALID", "token")
	h.clock.Advance(14 * 24 * time.Hour)
	_, err = h.AcceptInvitation(finn, late)
	requireFault(t, err, fault.Invalid, "INVALID", "token")

	orphan := invite(second, 4)
	require.NoError(t, h.RemoveMember(owner, m.ID))
	_, err = h.AcceptInvitation(finn, orphan)
	requireFault(t, err, fault.Invalid, "INVALID", "token")
}

func TestNobodyGivesFinanceToThemselves(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	olga, _ := h.person("olga")
	brand := h.brand("one", olga)
	olga = h.as(h.signIn("olga").AccessToken)
	mine := h.membership(olga, brand)
	_, err := h.UpdateMember(olga, mine.ID, []viewer.Role{viewer.Owner, viewer.Finance})
	requireFault(t, err, fault.Invalid, "INVALID", "roles")
	_, err = h.InviteMember(olga, brand, "olga@people.test", []viewer.Role{viewer.Finance})
	requireFault(t, err, fault.Invalid, "TAKEN", "email")

	otto, _ := h.join(olga, brand, "otto", viewer.Owner)
	got, err := h.UpdateMember(otto, mine.ID, []viewer.Role{viewer.Finance, viewer.Owner})
	require.NoError(t, err, "another owner gives it")
	require.Equal(t, []viewer.Role{viewer.Owner, viewer.Finance}, got.Roles)
	_, err = h.UpdateMember(h.as(h.signIn("olga").AccessToken), mine.ID, []viewer.Role{viewer.Owner, viewer.Manager, viewer.Finance})
	require.NoError(t, err, "and keeping it is not giving it")
}

func TestTheGrantOfAMoneyRoleIsDatedAndOtherChangesAreNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	olga, _ := h.person("olga")
	brand := h.brand("one", olga)
	olga = h.as(h.signIn("olga").AccessToken)
	_, m := h.join(olga, brand, "mia", viewer.Manager)
	joined := m.RolesGrantedAt
	h.clock.Advance(time.Hour)
	m, err := h.UpdateMember(olga, m.ID, []viewer.Role{viewer.Manager, viewer.Analyst})
	require.NoError(t, err)
	require.Equal(t, joined, m.RolesGrantedAt)
	m, err = h.UpdateMember(olga, m.ID, []viewer.Role{viewer.Manager, viewer.Finance})
	require.NoError(t, err)
	require.Equal(t, joined.Add(time.Hour), m.RolesGrantedAt)
	h.clock.Advance(time.Hour)
	m, err = h.UpdateMember(olga, m.ID, []viewer.Role{viewer.Finance})
	require.NoError(t, err)
	require.Equal(t, joined.Add(time.Hour), m.RolesGrantedAt, "losing a role does not date the others")
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	olga, _ := h.person("olga")
	brand := h.brand("one", olga)
	olga = h.as(h.signIn("olga").AccessToken)
	mine := h.membership(olga, brand)
	_, err := h.UpdateMember(olga, mine.ID, []viewer.Role{viewer.Manager})
	requireFault(t, err, fault.Conflict, "WRONG_STATE", "")
	requireFault(t, h.RemoveMember(olga, mine.ID), fault.Conflict, "WRONG_STATE", "")

	otto, ottos := h.join(olga, brand, "otto", viewer.Owner)
	results := make(chan error, 2)
	go func() { results <- h.RemoveMember(olga, mine.ID) }()
	go func() { results <- h.RemoveMember(otto, ottos.ID) }()
	one, two := <-results, <-results
	require.NotEqual(t, one == nil, two == nil, "two owners who leave at once: one stays (%v, %v)", one, two)
	require.Equal(t, 1, count(t, h.db, `SELECT count(*) FROM membership WHERE removed_at IS NULL`))
}

func TestOnlyOwnersManageMembersAndEverybodyMayLeave(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	olga, _ := h.person("olga")
	brand := h.brand("one", olga)
	olga = h.as(h.signIn("olga").AccessToken)
	mine := h.membership(olga, brand)
	mia, mias := h.join(olga, brand, "mia", viewer.Manager, viewer.Finance)
	stranger, _ := h.person("eve")
	h.brand("other", stranger)
	stranger = h.as(h.signIn("eve").AccessToken)
	_, err := h.UpdateMember(mia, mine.ID, []viewer.Role{viewer.Owner})
	require.True(t, fault.Is(err, fault.Forbidden))
	require.True(t, fault.Is(h.RemoveMember(mia, mine.ID), fault.Forbidden))
	_, err = h.InviteMember(mia, brand, "x@people.test", []viewer.Role{viewer.Owner})
	require.True(t, fault.Is(err, fault.Forbidden))
	for name, err := range map[string]error{
		"update":     second(h.UpdateMember(stranger, mine.ID, []viewer.Role{viewer.Owner})),
		"remove":     h.RemoveMember(stranger, mine.ID),
		"invite":     second(h.InviteMember(stranger, brand, "x@people.test", []viewer.Role{viewer.Owner})),
		"members":    second(h.MembersOf(stranger, brand, page.All(5))),
		"get":        second(h.GetMembership(stranger, mine.ID)),
		"person":     second(h.GetUser(stranger, mine.UserID)),
		"unknown":    second(h.GetMembership(olga, id.New(id.Membership, start))),
		"wrong kind": second(h.GetMembership(olga, id.Of(id.User, mine.ID.UUID))),
	} {
		require.True(t, fault.Is(err, fault.NotFound), "%s: %v", name, err)
	}
	require.NoError(t, h.RemoveMember(mia, mias.ID))
	require.True(t, fault.Is(h.RemoveMember(olga, mias.ID), fault.NotFound), "gone is gone")
	gone := h.as(h.signIn("mia").AccessToken)
	_, err = h.MembersOf(gone, brand, page.All(5))
	require.True(t, fault.Is(err, fault.NotFound))
}

func second[T any](_ T, err error) error { return err }

func TestRolesAreChecked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	olga, _ := h.person("olga")
	brand := h.brand("one", olga)
	olga = h.as(h.signIn("olga").AccessToken)
	_, err := h.InviteMember(olga, brand, "nobody", nil)
	require.Len(t, fault.All(err), 2)
	_, err = h.InviteMember(olga, brand, "x@people.test", []viewer.Role{"KING"})
	requireFault(t, err, fault.Invalid, "BAD_FORMAT", "roles")
}

func TestAddressesAreForColleaguesNamesForAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	olga, s := h.person("olga")
	brand := h.brand("one", olga)
	olga = h.as(h.signIn("olga").AccessToken)
	mia, _ := h.join(olga, brand, "mia", viewer.Analyst)
	stranger, _ := h.person("eve")
	h.enroll(olga)
	look := func(ctx context.Context) identity.User {
		all, err := h.UsersByIDs(ctx, []uuid.UUID{s.Viewer.UserID, id.NewUUID(start)})
		require.NoError(t, err)
		require.Len(t, all, 1)
		return all[s.Viewer.UserID]
	}
	require.Equal(t, "olga@people.test", look(olga).Email)
	require.True(t, look(olga).TOTPEnabled)
	require.Equal(t, "olga@people.test", look(mia).Email)
	require.False(t, look(mia).TOTPEnabled)
	require.Equal(t, "olga", look(stranger).Name)
	require.Empty(t, look(stranger).Email)
}

func TestAnAPIKeyDoesWhatItsScopesAllowUntilItIsRevoked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	olga, _ := h.person("olga")
	brand := h.brand("one", olga)
	olga = h.as(h.signIn("olga").AccessToken)
	key, secret, err := h.CreateAPIKey(olga, brand, " Shop ", []viewer.Scope{viewer.WriteOrders, viewer.ReadOrders, viewer.WriteOrders})
	require.NoError(t, err)
	require.Equal(t, "Shop", key.Name)
	require.True(t, strings.HasPrefix(secret, key.Prefix))
	require.Equal(t, []viewer.Scope{viewer.ReadOrders, viewer.WriteOrders}, key.Scopes)
	require.Zero(t, count(t, h.db, `SELECT count(*) FROM api_key WHERE encode(secret_hash, 'escape') LIKE '%trb%'`))

	app := h.as(secret)
	v := viewer.From(app)
	require.Equal(t, viewer.App, v.Kind)
	require.Equal(t, brand.UUID, v.BrandID)
	require.Equal(t, key.Scopes, v.Scopes)
	_, err = h.MembersOf(app, brand, page.All(5))
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
	_, _, err = h.CreateAPIKey(app, brand, "child", []viewer.Scope{viewer.ReadOrders})
	require.True(t, fault.Is(err, fault.Forbidden), "a key makes no keys")
	_, err = h.EnrollTOTP(app, password)
	require.True(t, fault.Is(err, fault.Forbidden))

	token, expires, err := h.ExchangeKey(nobody(t), secret)
	require.NoError(t, err)
	require.Equal(t, start.Add(10*time.Minute), expires)
	require.Equal(t, v.KeyID, viewer.From(h.as(token)).KeyID)
	require.NoError(t, h.Recheck(app))

	list, err := h.APIKeysOf(olga, brand, page.All(5))
	require.NoError(t, err)
	require.Equal(t, start, *list.Edges[0].Node.LastUsedAt)
	revoked, err := h.RevokeAPIKey(olga, key.ID)
	require.NoError(t, err)
	require.NotNil(t, revoked.RevokedAt)
	again, err := h.RevokeAPIKey(olga, key.ID)
	require.NoError(t, err)
	require.Equal(t, revoked.RevokedAt.UTC(), again.RevokedAt.UTC())
	for _, bearer := range []string{secret, token} {
		_, err = h.Authenticate(t.Context(), bearer, "")
		require.True(t, fault.Is(err, fault.Unauthenticated))
	}
	require.True(t, fault.Is(h.Recheck(app), fault.Unauthenticated))
	_, _, err = h.ExchangeKey(nobody(t), secret)
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestAKeyGetsNoMoreThanItsMakerHas(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	olga, _ := h.person("olga")
	brand := h.brand("one", olga)
	olga = h.as(h.signIn("olga").AccessToken)
	mia, _ := h.join(olga, brand, "mia", viewer.Manager)
	_, _, err := h.CreateAPIKey(mia, brand, "books", []viewer.Scope{viewer.ReadOrders, viewer.ReadLedger})
	requireFault(t, err, fault.Invalid, "INVALID", "scopes.1")
	_, _, err = h.CreateAPIKey(mia, brand, "", nil)
	require.Len(t, fault.All(err), 2)
	_, _, err = h.CreateAPIKey(mia, brand, "x", []viewer.Scope{"EVERYTHING"})
	requireFault(t, err, fault.Invalid, "BAD_FORMAT", "scopes.0")
	_, _, err = h.CreateAPIKey(mia, brand, "orders", []viewer.Scope{viewer.ReadOrders})
	require.NoError(t, err)

	stranger, _ := h.person("eve")
	h.brand("other", stranger)
	stranger = h.as(h.signIn("eve").AccessToken)
	key, _, err := h.CreateAPIKey(olga, brand, "books", []viewer.Scope{viewer.ReadLedger})
	require.NoError(t, err)
	_, err = h.RevokeAPIKey(stranger, key.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = h.GetAPIKey(stranger, key.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = h.APIKeysOf(stranger, brand, page.All(5))
	require.True(t, fault.Is(err, fault.NotFound))
	_, _, err = h.CreateAPIKey(stranger, brand, "x", []viewer.Scope{viewer.ReadOrders})
	require.True(t, fault.Is(err, fault.NotFound))
}
