package content_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/content"
	"tributary/internal/creator"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

type setup struct {
	fixture.Affiliate
	db *database.DB
	s  *content.Service
	me context.Context
}

func begin(t *testing.T) setup {
	db := testdb.New(t)
	a := fixture.New(t, db)
	return setup{a, db, content.New(content.Config{DB: db, Clock: clock.NewFake(fixture.Start)}), fixture.AsCreator(t, a.Creator, a.User)}
}

func (x setup) in(n int) content.SubmitInput {
	return content.SubmitInput{PartnershipID: id.Of(id.Partnership, x.Partnership), Platform: creator.PlatformTiktok,
		URL: fmt.Sprintf("https://tiktok.com/@mina/%d", n), Title: "Serum", PublishedAt: fixture.Start.Add(time.Duration(n-100) * time.Hour), Disclosed: true}
}

func wrong(err error) []string {
	out := []string{}
	for _, f := range fault.All(err) {
		out = append(out, strings.Join(f.Field, ".")+" "+f.Code)
	}
	return out
}

func TestAPostIsRecordedOnceAndWrongFieldsAreNamed(t *testing.T) {
	t.Parallel()
	x := begin(t)
	post, err := x.s.Submit(x.me, x.in(1))
	require.NoError(t, err)
	require.Equal(t, x.Creator, post.CreatorID.UUID)
	require.True(t, post.LinkID.IsZero())
	got, err := x.s.Get(x.me, post.ID)
	require.NoError(t, err)
	require.Equal(t, post, got)
	_, err = x.s.Submit(x.me, x.in(1))
	require.Equal(t, []string{"url TAKEN"}, wrong(err))
	foreign := id.Of(id.Link, x.Brand)
	_, err = x.s.Submit(x.me, content.SubmitInput{PartnershipID: post.PartnershipID, Platform: "MYSPACE", URL: "x", Title: " ",
		PublishedAt: fixture.Start.Add(time.Second), LinkID: &foreign})
	require.Equal(t, []string{"platform INVALID", "url BAD_FORMAT", "title REQUIRED", "publishedAt OUT_OF_RANGE", "linkId NOT_FOUND"}, wrong(err))
	_, err = x.s.Submit(x.me, content.SubmitInput{PartnershipID: post.PartnershipID, Platform: "X", URL: "https://x.com/1", Title: "T", LinkID: &id.ID{}})
	require.Equal(t, []string{"publishedAt REQUIRED", "linkId NOT_FOUND"}, wrong(err))
}

func TestPostsAreAddedWhileThePartnershipGoesOn(t *testing.T) {
	t.Parallel()
	x := begin(t)
	may := map[string]bool{"ACTIVE": true, "PAUSED": true, "RETIRING": true}
	for i, status := range []string{"INVITED", "AWAITING_TERMS", "ACTIVE", "PAUSED", "RETIRING", "RETIRED", "EXPIRED", "DECLINED"} {
		require.NoError(t, x.db.Ent.Partnership.UpdateOneID(x.Partnership).SetStatus(status).Exec(testdb.Context(t)))
		_, err := x.s.Submit(x.me, x.in(i))
		if may[status] {
			require.NoError(t, err, status)
		} else {
			require.Equal(t, []string{" WRONG_STATE"}, wrong(err), status)
		}
	}
}

func TestWhoMaySubmitAndSeePosts(t *testing.T) {
	t.Parallel()
	x := begin(t)
	other := fixture.Join(t, x.db, x.Affiliate)
	post, err := x.s.Submit(fixture.AsMember(t, x.db, x.Brand, viewer.Manager), x.in(1))
	require.NoError(t, err)
	for i, c := range []struct {
		ctx         context.Context
		write, read fault.Kind
	}{
		{fixture.AsNobody(t), fault.Unauthenticated, fault.Unauthenticated},
		{fixture.AsCreator(t, other.Creator, other.User), fault.NotFound, fault.NotFound},
		{fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), fault.NotFound, fault.NotFound},
		{fixture.AsMember(t, x.db, x.Brand, viewer.Finance), fault.Forbidden, fault.Forbidden},
		{fixture.AsMember(t, x.db, x.Brand, viewer.Analyst), fault.Forbidden, ""},
		{fixture.AsApp(t, x.Brand, viewer.WriteOutreach), "", ""},
	} {
		_, err := x.s.Submit(c.ctx, x.in(10+i))
		require.Equal(t, c.write == "", err == nil, "%d", i)
		require.True(t, err == nil || fault.Is(err, c.write), "%d: %v", i, err)
		_, err = x.s.Get(c.ctx, post.ID)
		require.Equal(t, c.read == "", err == nil, "%d", i)
		require.True(t, err == nil || fault.Is(err, c.read), "%d: %v", i, err)
		_, err = x.s.List(c.ctx, id.Of(id.Brand, x.Brand), page.All(5))
		require.True(t, err == nil || fault.Is(err, c.read), "%d: %v", i, err)
	}
}

func TestPostsArePagedByTheTimeOfPublishing(t *testing.T) {
	t.Parallel()
	x := begin(t)
	for _, n := range []int{3, 1, 4, 2, 5} {
		_, err := x.s.Submit(x.me, x.in(n))
		require.NoError(t, err)
	}
	two := 2
	get := func(a page.Args) ([]string, page.Info) {
		r, err := page.Parse(a)
		require.NoError(t, err)
		c, err := x.s.List(x.me, id.ID{}, r)
		require.NoError(t, err)
		out := []string{}
		for _, p := range c.Nodes() {
			out = append(out, p.URL[len(p.URL)-1:])
		}
		n, err := c.TotalCount()
		require.NoError(t, err)
		require.Equal(t, 5, *n)
		return out, c.PageInfo
	}
	first, info := get(page.Args{First: &two})
	require.Equal(t, []string{"5", "4"}, first)
	next, info := get(page.Args{First: &two, After: info.EndCursor})
	require.Equal(t, []string{"3", "2"}, next)
	back, _ := get(page.Args{Last: &two, Before: info.StartCursor})
	require.Equal(t, first, back)
	_, err := x.s.List(fixture.AsMember(t, x.db, x.Brand, viewer.Owner), id.ID{}, page.All(5))
	require.True(t, fault.Is(err, fault.Forbidden))
}
