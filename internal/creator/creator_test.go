package creator_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

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

func begin(t *testing.T) (*database.DB, *creator.Service) {
	db := testdb.New(t)
	return db, creator.New(creator.Config{DB: db, Clock: clock.NewFake(fixture.Start)})
}

func as(t *testing.T, user uuid.UUID) context.Context {
	return viewer.With(t.Context(), viewer.Viewer{Kind: viewer.User, UserID: user})
}

func wrong(err error) []string {
	out := []string{}
	for _, f := range fault.All(err) {
		out = append(out, strings.Join(f.Field, ".")+" "+f.Code)
	}
	return out
}

func p[T any](v T) *T { return &v }

func TestTheFirstUpdateMakesTheProfileAndLaterOnesChangeWhatIsNamed(t *testing.T) {
	t.Parallel()
	db, s := begin(t)
	ctx := as(t, fixture.User(t, db))
	_, err := s.UpdateProfile(ctx, creator.ProfileInput{})
	require.Equal(t, []string{"handle REQUIRED", "name REQUIRED", "country REQUIRED"}, wrong(err))
	made, err := s.UpdateProfile(ctx, creator.ProfileInput{Handle: p("@Mina.Glow"), Name: p("Mina"), Country: p("DE"), Languages: []string{"de", "en"}})
	require.NoError(t, err)
	require.Equal(t, "mina.glow", made.Handle)
	changed, err := s.UpdateProfile(ctx, creator.ProfileInput{Bio: p("Skin, plainly."), Niches: []string{"skincare"}, WebsiteURL: p("https://mina.example")})
	require.NoError(t, err)
	made.Bio, made.Niches, made.WebsiteURL = "Skin, plainly.", []string{"skincare"}, p("https://mina.example")
	require.Equal(t, made, changed)
	changed, err = s.UpdateProfile(ctx, creator.ProfileInput{Aliases: []string{" Glow Mina ", "the serum lady"}})
	require.NoError(t, err)
	require.Equal(t, []string{"Glow Mina", "the serum lady"}, changed.Aliases)
	changed, err = s.UpdateProfile(ctx, creator.ProfileInput{Languages: []string{}})
	require.NoError(t, err)
	require.Len(t, changed.Aliases, 2, "what is not named stays")
	require.Empty(t, changed.Languages)
}

func TestEveryFieldOfAProfileThatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	db, s := begin(t)
	ctx := as(t, fixture.User(t, db))
	_, err := s.UpdateProfile(ctx, creator.ProfileInput{Handle: p("a..b"), Name: p(""), Bio: p("\x00"), Country: p("de"),
		Languages: []string{"DE", "eng"}, Niches: make([]string, 21), Aliases: []string{"me"}, WebsiteURL: p("mina")})
	require.ElementsMatch(t, []string{"handle BAD_FORMAT", "name REQUIRED", "bio BAD_FORMAT", "country BAD_FORMAT", "languages.0 BAD_FORMAT",
		"languages.1 TOO_LONG", "languages.1 BAD_FORMAT", "niches TOO_LONG", "aliases.0 BAD_FORMAT", "websiteUrl BAD_FORMAT"}, wrong(err))
	for _, bad := range []string{"ab", ".abc", "abc.", "a b", "ünï", "a-b", strings.Repeat("a", 31)} {
		_, err := s.UpdateProfile(ctx, creator.ProfileInput{Handle: p(bad), Name: p("N"), Country: p("DE")})
		require.Len(t, wrong(err), 1, bad)
		require.Contains(t, wrong(err)[0], "handle ", bad)
	}
	_, err = s.UpdateProfile(fixture.AsNobody(t), creator.ProfileInput{})
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = s.UpdateProfile(fixture.AsApp(t, fixture.Brand(t, db)), creator.ProfileInput{})
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestAHandleBelongsToOneCreator(t *testing.T) {
	t.Parallel()
	db, s := begin(t)
	in := func() creator.ProfileInput {
		return creator.ProfileInput{Handle: p("Mina"), Name: p("N"), Country: p("DE")}
	}
	_, err := s.UpdateProfile(as(t, fixture.User(t, db)), in())
	require.NoError(t, err)
	second := as(t, fixture.User(t, db))
	_, err = s.UpdateProfile(second, in())
	require.Equal(t, []string{"handle TAKEN"}, wrong(err))
	third := fixture.User(t, db)
	err = db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error { return s.NewTx(ctx, tx, third, "MINA", "N", "DE") })
	require.Equal(t, []string{"handle TAKEN"}, wrong(err))
	err = db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error { return s.NewTx(ctx, tx, third, "x", "N", "") })
	require.Equal(t, []string{"handle BAD_FORMAT", "country REQUIRED"}, wrong(err))
	require.NoError(t, db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error { return s.NewTx(ctx, tx, third, "Mina2", "N", "DE") }))
	got, found, err := s.OfUser(testdb.Context(t), third)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "mina2", got.Handle)
	_, found, err = s.OfUser(testdb.Context(t), fixture.User(t, db))
	require.NoError(t, err)
	require.False(t, found)
}

func TestProfilesAreSeenByBrandsAndTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	db, s := begin(t)
	c, user := fixture.Creator(t, db)
	other, otherUser := fixture.Creator(t, db)
	brand := fixture.Brand(t, db)
	for name, x := range map[string]struct {
		ctx  context.Context
		sees bool
	}{
		"own": {fixture.AsCreator(t, c, user), true}, "a member": {fixture.AsMember(t, db, brand, viewer.Analyst), true},
		"an app": {fixture.AsApp(t, brand, viewer.WriteCreators), true}, "an app without the scope": {fixture.AsApp(t, brand, viewer.ReadOrders), false},
		"nobody": {fixture.AsNobody(t), false}, "another creator": {fixture.AsCreator(t, other, otherUser), false},
	} {
		got, err := s.Get(x.ctx, id.Of(id.Creator, c))
		require.Equal(t, x.sees, err == nil, name)
		if x.sees {
			_, err = s.ByHandle(x.ctx, "@"+strings.ToUpper(got.Handle))
			require.NoError(t, err)
		} else {
			require.True(t, fault.Is(err, fault.NotFound), name)
		}
	}
	many, err := s.ByIDs(fixture.AsNobody(t), []uuid.UUID{c, other, uuid.New()})
	require.NoError(t, err)
	require.Len(t, many, 2)
}

func TestABrandSearchesTheCreatorsInItsPrograms(t *testing.T) {
	t.Parallel()
	db, s := begin(t)
	a := fixture.New(t, db)
	b := fixture.Join(t, db, a)
	fixture.New(t, db)
	member := fixture.AsMember(t, db, a.Brand, viewer.Analyst)
	find := func(search *string) []uuid.UUID {
		c, err := s.List(member, id.Of(id.Brand, a.Brand), search, page.All(10))
		require.NoError(t, err)
		out := []uuid.UUID{}
		for _, x := range c.Nodes() {
			out = append(out, x.ID.UUID)
		}
		n, err := c.TotalCount()
		require.NoError(t, err)
		require.Equal(t, len(out), *n)
		return out
	}
	require.ElementsMatch(t, []uuid.UUID{a.Creator, b.Creator}, find(nil))
	got, err := s.Get(member, id.Of(id.Creator, b.Creator))
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{b.Creator}, find(p(strings.ToUpper(got.Handle))))
	require.Empty(t, find(p("%")))
	_, err = s.List(fixture.AsMember(t, db, fixture.Brand(t, db), viewer.Owner), id.Of(id.Brand, a.Brand), nil, page.All(10))
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = s.List(fixture.AsCreator(t, a.Creator, a.User), id.Of(id.Brand, a.Brand), nil, page.All(10))
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = s.List(fixture.AsNobody(t), id.Of(id.Brand, a.Brand), nil, page.All(10))
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestAccountsOnPlatformsAreUniqueAndBounded(t *testing.T) {
	t.Parallel()
	db, s := begin(t)
	c, user := fixture.Creator(t, db)
	ctx := fixture.AsCreator(t, c, user)
	add := func(handle string) error {
		_, err := s.AddSocialAccount(ctx, creator.SocialAccountInput{Platform: creator.PlatformInstagram, Handle: handle, URL: "https://instagram.com/x",
			Followers: 1200, Engagement: 340})
		return err
	}
	require.NoError(t, add("@Mina"))
	require.Equal(t, []string{"handle TAKEN"}, wrong(add("mina")))
	_, err := s.AddSocialAccount(ctx, creator.SocialAccountInput{Platform: "MYSPACE", URL: "x", Followers: -1, Engagement: 10_001})
	require.Equal(t, []string{"platform INVALID", "handle REQUIRED", "url BAD_FORMAT", "followers OUT_OF_RANGE", "engagement OUT_OF_RANGE"}, wrong(err))
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Add(1)
		go func() { defer wg.Done(); _ = add(fmt.Sprintf("mina%d", i)) }()
	}
	wg.Wait()
	counting, statements := database.CountStatements(testdb.Context(t))
	accounts, err := s.AccountsOf(counting, []uuid.UUID{c, uuid.New()})
	require.NoError(t, err)
	require.EqualValues(t, 1, statements.Load())
	require.Len(t, accounts[c], 20)
	require.Equal(t, []string{" TOO_LONG"}, wrong(add("one-more")))
	first := accounts[c][0]
	require.EqualValues(t, 340, first.Engagement)
	got, err := s.SocialAccount(ctx, first.ID)
	require.NoError(t, err)
	require.Equal(t, first, got)
	other, otherUser := fixture.Creator(t, db)
	_, err = s.SocialAccount(fixture.AsCreator(t, other, otherUser), first.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = s.AddSocialAccount(as(t, fixture.User(t, db)), creator.SocialAccountInput{})
	require.Equal(t, []string{" NO_CREATOR_PROFILE"}, wrong(err))
}
