package access_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/access"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/viewer"
)

var (
	mine   = uuid.MustParse("00000000-0000-7000-8000-000000000001")
	theirs = uuid.MustParse("00000000-0000-7000-8000-000000000002")
)

func member(roles ...viewer.Role) viewer.Viewer {
	return viewer.Viewer{Kind: viewer.User, UserID: mine, Memberships: []viewer.Membership{{BrandID: mine, Roles: roles}}}
}

func TestRolesMayDoWhatThePermissionTableSays(t *testing.T) {
	t.Parallel()
	O, M, A, F := viewer.Owner, viewer.Manager, viewer.Analyst, viewer.Finance
	for action, may := range map[access.Action][]viewer.Role{
		access.WritePrograms:    {O, M},
		access.WriteCreators:    {O, M},
		access.WriteOrders:      {O, M},
		access.ReadOrders:       {O, M, A, F},
		access.ReadCustomers:    {O, M, F},
		access.DecideHold:       {O, F},
		access.OpenHold:         {O, M, F},
		access.ReadClaims:       {O, M, F},
		access.AnswerClaim:      {O, M},
		access.ReassignSale:     {O, M},
		access.ReassignPaidSale: {O},
		access.ConfirmSale:      {O, F},
		access.ReadSuggestions:  {O, M, F},
		access.ReadLedger:       {O, F},
		access.WriteFunds:       {F},
		access.PreparePayouts:   {F},
		access.ApprovePayouts:   {O, F},
		access.SendPayouts:      {F},
		access.ManageMembers:    {O},
		access.WriteOutreach:    {O, M},
		access.ReadOutreach:     {O, M, A},
	} {
		for _, role := range []viewer.Role{O, M, A, F} {
			err := access.Brand(member(role), action, mine)
			allowed := false
			for _, r := range may {
				allowed = allowed || r == role
			}
			if allowed {
				require.NoError(t, err, "%s %s", role, action)
			} else {
				require.True(t, fault.Is(err, fault.Forbidden), "%s %s", role, action)
			}
		}
	}
}

func TestAnotherBrandIsNotFoundWhateverTheRole(t *testing.T) {
	t.Parallel()
	v := member(viewer.Owner, viewer.Manager, viewer.Analyst, viewer.Finance)
	require.True(t, fault.Is(access.Brand(v, access.ReadBrand, theirs), fault.NotFound))
	app := viewer.Viewer{Kind: viewer.App, BrandID: mine, Scopes: []viewer.Scope{viewer.ReadOrders}}
	require.True(t, fault.Is(access.Brand(app, access.ReadOrders, theirs), fault.NotFound))
}

func TestNobodyHasToSignIn(t *testing.T) {
	t.Parallel()
	require.True(t, fault.Is(access.Brand(viewer.Viewer{}, access.ReadBrand, mine), fault.Unauthenticated))
	_, err := access.Creator(viewer.Viewer{})
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestAppsDoWhatTheirScopesSayAndNeverMoveMoney(t *testing.T) {
	t.Parallel()
	all := viewer.Viewer{Kind: viewer.App, BrandID: mine, Scopes: []viewer.Scope{viewer.ReadPrograms, viewer.WritePrograms, viewer.WriteCreators,
		viewer.WriteTracking, viewer.ReadOrders, viewer.WriteOrders, viewer.ReadLedger, viewer.WriteOutreach, viewer.ReadPerformance}}
	require.NoError(t, access.Brand(all, access.WriteOrders, mine))
	for _, never := range []access.Action{access.WriteFunds, access.PreparePayouts, access.ApprovePayouts, access.SendPayouts, access.DecideHold,
		access.ReadClaims, access.AnswerClaim, access.ReassignSale, access.ConfirmSale, access.ReadSuggestions,
		access.ManageMembers, access.ManageKeys} {
		require.True(t, fault.Is(access.Brand(all, never, mine), fault.Forbidden), never)
	}
	one := viewer.Viewer{Kind: viewer.App, BrandID: mine, Scopes: []viewer.Scope{viewer.ReadOrders}}
	require.True(t, fault.Is(access.Brand(one, access.WriteOrders, mine), fault.Forbidden))
}

func TestCreatorsReachTheirOwnOnly(t *testing.T) {
	t.Parallel()
	v := viewer.Viewer{Kind: viewer.User, UserID: mine, CreatorID: mine}
	require.NoError(t, access.OwnCreator(v, mine, "link"))
	require.True(t, fault.Is(access.OwnCreator(v, theirs, "link"), fault.NotFound))
	require.NoError(t, access.Either(v, mine, access.ReadTracking, theirs, "link"))
	require.True(t, fault.Is(access.Either(v, theirs, access.ReadTracking, theirs, "link"), fault.NotFound))
}
