package auditlog_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func write(t *testing.T, db *database.DB, ctx context.Context, at time.Time, d auditlog.Deed) {
	t.Helper()
	require.NoError(t, db.InTx(ctx, func(ctx context.Context, tx database.Tx) error { return auditlog.WriteTx(ctx, tx, at, d) }))
}

func member(brand uuid.UUID, roles ...viewer.Role) viewer.Viewer {
	return viewer.Viewer{Kind: viewer.User, UserID: id.NewUUID(start), Memberships: []viewer.Membership{{BrandID: brand, Roles: roles}}}
}

func TestADeedIsReadByTheOwnersOfItsBrandOnly(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	s := auditlog.New(auditlog.Config{DB: db})
	brand, other, object := id.NewUUID(start), id.NewUUID(start), id.NewUUID(start)
	who := member(brand, viewer.Owner)
	_, err := db.Ent.User.Create().SetID(who.UserID).SetCreatedAt(start).SetEmail("o@b.test").SetName("Olga").SetPasswordHash("x").Save(testdb.Context(t))
	require.NoError(t, err)
	write(t, db, viewer.With(t.Context(), who), start, auditlog.Deed{Action: "LINK_CREATED", ObjectKind: "link", ObjectID: object, BrandID: brand})
	write(t, db, testdb.Context(t), start.Add(time.Second), auditlog.Deed{Action: "X", ObjectKind: "WHATEVER", BrandID: brand,
		Detail: map[string]any{"sentence": "Something happened."}})
	write(t, db, testdb.Context(t), start, auditlog.Deed{Action: "ELSEWHERE", ObjectKind: "LINK", BrandID: other})

	got, err := s.List(viewer.With(t.Context(), who), id.Of(id.Brand, brand), page.All(10))
	require.NoError(t, err)
	require.Len(t, got.Edges, 2)
	newest, oldest := got.Edges[0].Node, got.Edges[1].Node
	require.Equal(t, "Something happened.", newest.Sentence)
	require.Equal(t, "Tributary", newest.ActorName)
	require.Nil(t, newest.ObjectID)
	require.Equal(t, "Olga", oldest.ActorName)
	require.Equal(t, "Link created.", oldest.Sentence)
	require.Equal(t, id.Of(id.Link, object), *oldest.ObjectID)

	again, err := s.Get(viewer.With(t.Context(), who), oldest.ID)
	require.NoError(t, err)
	require.Equal(t, oldest, again)

	for name, c := range map[string]struct {
		v    viewer.Viewer
		kind fault.Kind
	}{
		"nobody":        {viewer.Viewer{Kind: viewer.Anonymous}, fault.Unauthenticated},
		"another brand": {member(other, viewer.Owner), fault.NotFound},
		"an analyst":    {member(brand, viewer.Analyst), fault.Forbidden},
		"an app":        {viewer.Viewer{Kind: viewer.App, BrandID: brand, Scopes: []viewer.Scope{viewer.ReadLedger}}, fault.Forbidden},
	} {
		ctx := viewer.With(t.Context(), c.v)
		_, err := s.List(ctx, id.Of(id.Brand, brand), page.All(10))
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
		_, err = s.Get(ctx, oldest.ID)
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
	}
	_, err = s.Get(viewer.With(t.Context(), who), id.New(id.AuditEntry, start))
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestTheLogIsReadPageByPageInBothDirections(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	s := auditlog.New(auditlog.Config{DB: db})
	brand := id.NewUUID(start)
	for i := range 5 {
		write(t, db, testdb.Context(t), start.Add(time.Duration(i)*time.Second), auditlog.Deed{Action: "A" + strings.Repeat("A", i), ObjectKind: "LINK", BrandID: brand})
	}
	two := 2
	first, err := s.List(testdb.Context(t), id.Of(id.Brand, brand), page.Request{Limit: two})
	require.NoError(t, err)
	require.Equal(t, []string{"AAAAA", "AAAA"}, actions(first))
	require.True(t, first.PageInfo.HasNextPage)
	r, err := page.Parse(page.Args{First: &two, After: first.PageInfo.EndCursor})
	require.NoError(t, err)
	second, err := s.List(testdb.Context(t), id.Of(id.Brand, brand), r)
	require.NoError(t, err)
	require.Equal(t, []string{"AAA", "AA"}, actions(second))
	r, err = page.Parse(page.Args{Last: &two, Before: second.PageInfo.StartCursor})
	require.NoError(t, err)
	back, err := s.List(testdb.Context(t), id.Of(id.Brand, brand), r)
	require.NoError(t, err)
	require.Equal(t, actions(first), actions(back))
}

func actions(c page.Connection[auditlog.Entry]) (out []string) {
	for _, e := range c.Edges {
		out = append(out, e.Node.Action)
	}
	return out
}

func TestTheLogCannotBeChanged(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	write(t, db, testdb.Context(t), start, auditlog.Deed{Action: "A", ObjectKind: "LINK"})
	_, err := db.SQL.ExecContext(t.Context(), `UPDATE audit_log SET action = 'B'`)
	require.Error(t, err)
	_, err = db.SQL.ExecContext(t.Context(), `DELETE FROM audit_log`)
	require.Error(t, err)
}

func TestATooLongDetailIsRefused(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	err := db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		return auditlog.WriteTx(ctx, tx, start, auditlog.Deed{Action: "A", ObjectKind: "LINK", Detail: map[string]any{"x": strings.Repeat("x", 20_000)}})
	})
	require.ErrorContains(t, err, "detail")
}
