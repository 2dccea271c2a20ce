package tracking_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/creator"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/program"
	"tributary/internal/tracking"
)

const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"

type world struct {
	fixture.Affiliate
	db    *database.DB
	clock *clock.Fake
	s     *tracking.Service
	// clicks is drained after each visit, as an order that names a click does.
	clicks *tracking.Clicks
	t      *testing.T
}

func setUp(t *testing.T) world {
	t.Helper()
	w := world{db: testdb.New(t), clock: clock.NewFake(fixture.At.AddDate(0, 0, 3)), t: t}
	w.Affiliate = fixture.New(t, w.db)
	clicks, err := tracking.OpenClicks(tracking.ClicksConfig{DB: w.db, DataDir: t.TempDir(), Clock: w.clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, clicks.Close(context.WithoutCancel(t.Context()))) })
	w.clicks = clicks
	w.s = tracking.New(tracking.Config{
		DB: w.db, Clock: w.clock, Clicks: clicks, BaseURL: &url.URL{Scheme: "https", Host: "go.example"}, NetworkSecret: []byte("a secret of enough bytes"),
		ClientAddress:  func(*http.Request) netip.Addr { return netip.MustParseAddr("203.0.113.9") },
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
	})
	return w
}

func (w world) as(t *testing.T, v viewer.Viewer) context.Context { return viewer.With(t.Context(), v) }

func (w world) link(t *testing.T, in tracking.CreateLinkInput) tracking.Link {
	t.Helper()
	in.PartnershipID = id.Of(id.Partnership, w.Partnership)
	l, err := w.s.CreateLink(w.as(t, w.AsCreator()), in)
	require.NoError(t, err)
	return l
}

// follow opens a link as a browser would and gives the answer.
func (w world) follow(method, address string, header ...string) *http.Response {
	r := httptest.NewRequest(method, address, nil)
	r.Header.Set("User-Agent", phone)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	w.s.Redirect().ServeHTTP(rec, r)
	require.NoError(w.t, w.clicks.Drain(testdb.Context(w.t)))
	return rec.Result()
}

func arrived(t *testing.T, answer *http.Response) *url.URL {
	t.Helper()
	require.Equal(t, http.StatusFound, answer.StatusCode)
	u, err := answer.Location()
	require.NoError(t, err)
	return u
}

func fields(err error) map[string]string {
	out := map[string]string{}
	for _, f := range fault.All(err) {
		key := ""
		if len(f.Field) > 0 {
			key = f.Field[0]
		}
		out[key] = f.Code
	}
	return out
}

func TestLinkIsMadeForThePartnershipsCreator(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{Platform: creator.PlatformTiktok, Label: "Bio"})
	require.Len(t, l.Code, 7)
	require.Equal(t, "https://shop.example/", l.DestinationURL)
	require.Equal(t, "https://go.example/r/"+l.Code, w.s.LinkURL(l, ""))

	vanity := w.link(t, tracking.CreateLinkInput{VanityCode: "Maya-Summer", DestinationURL: "https://www.shop.example/s?x=1"})
	require.Equal(t, "maya-summer", vanity.Code)

	stranger := fixture.Join(t, w.db, w.Affiliate)
	_, err := w.s.Link(w.as(t, stranger.AsCreator()), l.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = w.s.Link(w.as(t, w.AsMember(viewer.Analyst)), l.ID)
	require.NoError(t, err)
	_, err = w.s.ArchiveLink(w.as(t, w.AsMember(viewer.Analyst)), l.ID)
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = w.s.Link(t.Context(), l.ID)
	require.True(t, fault.Is(err, fault.Unauthenticated))
}

func TestLinkNamesEveryWrongField(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.link(t, tracking.CreateLinkInput{VanityCode: "taken"})
	par := id.Of(id.Partnership, w.Partnership)
	long := strings.Repeat("x", 121)
	for name, c := range map[string]struct {
		in   tracking.CreateLinkInput
		want map[string]string
	}{
		"all at once":    {tracking.CreateLinkInput{VanityCode: "a_", DestinationURL: "https://evil.example/", Label: long}, map[string]string{"vanityCode": "BAD_FORMAT", "destinationUrl": "UNVERIFIED_DOMAIN", "label": "TOO_LONG"}},
		"taken":          {tracking.CreateLinkInput{VanityCode: "TAKEN"}, map[string]string{"vanityCode": "TAKEN"}},
		"no scheme":      {tracking.CreateLinkInput{DestinationURL: "//shop.example/"}, map[string]string{"destinationUrl": "BAD_FORMAT"}},
		"script":         {tracking.CreateLinkInput{DestinationURL: "javascript:alert(1)"}, map[string]string{"destinationUrl": "BAD_FORMAT"}},
		"user before @":  {tracking.CreateLinkInput{DestinationURL: "https://shop.example@evil.example/"}, map[string]string{"destinationUrl": "BAD_FORMAT"}},
		"suffix of name": {tracking.CreateLinkInput{DestinationURL: "https://evilshop.example/"}, map[string]string{"destinationUrl": "UNVERIFIED_DOMAIN"}},
	} {
		c.in.PartnershipID = par
		_, err := w.s.CreateLink(w.as(t, w.AsCreator()), c.in)
		require.Equal(t, c.want, fields(err), name)
	}
	w.db.Ent.Partnership.UpdateOneID(w.Partnership).SetStatus("PAUSED").ExecX(testdb.Context(t))
	_, err := w.s.CreateLink(w.as(t, w.AsCreator()), tracking.CreateLinkInput{PartnershipID: par})
	require.Equal(t, map[string]string{"": "WRONG_STATE"}, fields(err))
}

func TestClickLeadsOnAndIsStored(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{Platform: creator.PlatformTiktok, Campaign: "spring", DestinationURL: "https://shop.example/p?variant=7"})
	answer := w.follow("GET", "/r/"+l.Code+"?variant=9&gclid=abc&tid=clk_forged", "Referer", "https://www.tiktok.com/@maya")
	u := arrived(t, answer)
	q := u.Query()
	require.Equal(t, "shop.example", u.Host)
	require.Equal(t, "7", q.Get("variant"), "the destination's own parameter stays")
	require.Equal(t, "abc", q.Get("gclid"), "what the visitor brought stays")
	require.Equal(t, "tiktok", q.Get("utm_source"))
	require.Equal(t, "spring", q.Get("utm_campaign"))
	require.Contains(t, answer.Header.Get("Cache-Control"), "no-store")

	x, err := id.Parse(q.Get("tid"))
	require.NoError(t, err)
	c, err := w.s.Click(w.as(t, w.AsCreator()), x)
	require.NoError(t, err)
	require.Equal(t, w.clock.Now().Truncate(time.Millisecond), c.ClickedAt)
	require.Equal(t, "www.tiktok.com", *c.ReferrerHost)
	require.Equal(t, tracking.DevicePhone, c.Device)
	require.Nil(t, c.NotCounted)
	require.Nil(t, c.Country)
	require.Equal(t, l.ID, c.LinkID)
	stranger := fixture.Join(t, w.db, w.Affiliate)
	_, err = w.s.Click(w.as(t, stranger.AsCreator()), x)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestTemplateOfNewProgramsIsFilledWholly(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	template, err := json.Marshal(program.DefaultUTM())
	require.NoError(t, err)
	p := w.db.Ent.Program.UpdateOneID(w.Program).SetUtmTemplate(template).SaveX(testdb.Context(t))
	maya := w.db.Ent.Creator.GetX(testdb.Context(t), w.Creator)
	l := w.link(t, tracking.CreateLinkInput{Platform: creator.PlatformTiktok})
	q := arrived(t, w.follow("GET", "/r/"+l.Code)).Query()
	require.Equal(t, maya.Handle, q.Get("utm_source"))
	require.Equal(t, "tiktok", q.Get("utm_medium"))
	require.Equal(t, p.Slug, q.Get("utm_campaign"))
}

func TestClicksOfProgramsAreStoredButNotCounted(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{})
	for want, header := range map[tracking.NotCounted][]string{
		tracking.NotCountedBot:      {"User-Agent", "Mozilla/5.0 (compatible; Googlebot/2.1)"},
		tracking.NotCountedPreview:  {"User-Agent", "facebookexternalhit/1.1"},
		tracking.NotCountedPrefetch: {"Sec-Purpose", "prefetch;prerender"},
	} {
		answer := w.follow("GET", "/r/"+l.Code, header...)
		x, err := id.Parse(arrived(t, answer).Query().Get("tid"))
		require.NoError(t, err)
		require.Empty(t, answer.Cookies())
		c, err := w.s.Click(testdb.Context(t), x)
		require.NoError(t, err)
		require.Equal(t, want, *c.NotCounted)
	}
	arrived(t, w.follow("HEAD", "/r/"+l.Code))
	var stored, deltas int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT count(*), (SELECT count(*) FROM rollup_delta) FROM click`).Scan(&stored, &deltas))
	require.Equal(t, 4, stored)
	require.Zero(t, deltas)
}

func TestVisitorIsUniqueOnceADayAndLink(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{})
	first := w.follow("GET", "/r/"+l.Code)
	require.Len(t, first.Cookies(), 1)
	c := first.Cookies()[0]
	require.True(t, c.HttpOnly && c.Secure)
	again := func() { arrived(t, w.follow("GET", "/r/"+l.Code, "Cookie", c.Name+"="+c.Value)) }
	again()
	w.clock.Advance(24 * time.Hour)
	again()
	again()
	var clicks, unique int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT sum(clicks), sum(unique_clicks) FROM rollup_delta`).Scan(&clicks, &unique))
	require.Equal(t, []int{4, 2}, []int{clicks, unique})
}

func TestVisitorsClicksAtOneMomentAreUniqueOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{})
	cookie := "tributary_visitor=" + uuid.NewString()
	done := make(chan int, 3)
	for range 3 {
		go func() { done <- w.follow("GET", "/r/"+l.Code, "Cookie", cookie).StatusCode }()
	}
	for range 3 {
		require.Equal(t, http.StatusFound, <-done)
	}
	var clicks, unique int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT sum(clicks), sum(unique_clicks) FROM rollup_delta`).Scan(&clicks, &unique))
	require.Equal(t, []int{3, 1}, []int{clicks, unique})
}

func TestAPausedProgramLeadsToTheFallbackAndItsClicksAreKept(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{})
	leads := func(host, path string) {
		t.Helper()
		require.NoError(t, w.s.RefreshLinks(testdb.Context(t)))
		u := arrived(t, w.follow("GET", "/r/"+l.Code))
		require.Equal(t, []string{host, path}, []string{u.Host, u.Path})
		x, err := id.Parse(u.Query().Get("tid"))
		require.NoError(t, err)
		_, err = w.s.Click(testdb.Context(t), x)
		require.NoError(t, err, "a sale can say why the click did not count")
	}
	w.db.Ent.Program.UpdateOneID(w.Program).SetStatus("PAUSED").ExecX(testdb.Context(t))
	leads("shop.example", "/gone")
	w.db.Ent.Brand.UpdateOneID(w.Brand).ClearFallbackURL().ExecX(testdb.Context(t))
	leads("shop.example", "/")
}

func TestAPausedPartnershipLeadsToTheFallback(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{})
	require.Equal(t, "/", arrived(t, w.follow("GET", "/r/"+l.Code)).Path)
	ctx := testdb.Context(t)
	move := func(from, to string) {
		w.clock.Advance(time.Hour)
		now := w.clock.Now()
		w.db.Ent.Partnership.UpdateOneID(w.Partnership).SetStatus(to).ExecX(ctx)
		w.db.Ent.PartnershipMove.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetPartnershipID(w.Partnership).SetFromStatus(from).SetToStatus(to).
			SetPauseKind("").SetReason("").SetActor("test").SetMovedAt(now).ExecX(ctx)
		require.NoError(t, w.s.RefreshLinks(ctx))
	}
	require.NoError(t, w.s.RefreshLinks(ctx))
	move("ACTIVE", "PAUSED")
	require.Equal(t, "/gone", arrived(t, w.follow("GET", "/r/"+l.Code)).Path)
	move("PAUSED", "RETIRING")
	require.Equal(t, "/", arrived(t, w.follow("GET", "/r/"+l.Code)).Path, "links earn during the notice")
}

func TestUnknownAndArchivedLinksLeadNowhereElse(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	require.Equal(t, http.StatusNotFound, w.follow("GET", "/r/nothing").StatusCode)
	for _, odd := range []string{"/r/", "/r/https://evil.example", "/r/%00", "/r/%ff", "/r/a/b", "/r/a%0d%0ab", "/r/caf%c3%a9x", "/r/" + strings.Repeat("a", 5000)} {
		require.Equal(t, http.StatusNotFound, w.follow("GET", odd).StatusCode, odd)
	}
	require.Equal(t, http.StatusMethodNotAllowed, w.follow("POST", "/r/nothing").StatusCode)
	l := w.link(t, tracking.CreateLinkInput{VanityCode: "maya"})
	arrived(t, w.follow("GET", "/r/MAYA"))
	for range 2 {
		_, err := w.s.ArchiveLink(w.as(t, w.AsCreator()), l.ID)
		require.NoError(t, err)
	}
	require.Equal(t, "https://shop.example/gone", arrived(t, w.follow("GET", "/r/maya")).String())
	w.db.Ent.Brand.UpdateOneID(w.Brand).ClearFallbackURL().ExecX(testdb.Context(t))
	require.NoError(t, w.s.RefreshLinks(testdb.Context(t)))
	require.Equal(t, http.StatusNotFound, w.follow("GET", "/r/maya").StatusCode)
}

func TestCountryCountsOnlyFromATrustedProxy(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{})
	from := func(peer string) *string {
		r := httptest.NewRequest(http.MethodGet, "/r/"+l.Code, nil)
		r.RemoteAddr = peer
		r.Header.Set("User-Agent", phone)
		r.Header.Set("CF-IPCountry", "de")
		rec := httptest.NewRecorder()
		w.s.Redirect().ServeHTTP(rec, r)
		require.NoError(t, w.clicks.Drain(testdb.Context(t)))
		x, err := id.Parse(arrived(t, rec.Result()).Query().Get("tid"))
		require.NoError(t, err)
		c, err := w.s.Click(testdb.Context(t), x)
		require.NoError(t, err)
		return c.Country
	}
	require.Equal(t, "DE", *from("10.1.2.3:999"))
	require.Nil(t, from("192.0.2.7:999"))
}

func TestCodeIsUniqueInTheBrandWithoutRegardToForm(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	par := id.Of(id.Partnership, w.Partnership)
	ctx := w.as(t, w.AsMember(viewer.Manager))
	c, err := w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: par, Code: "MAYA15", Discount: 1500})
	require.NoError(t, err)
	_, err = w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: par, Code: " ｍaya15"})
	require.Equal(t, map[string]string{"code": "TAKEN"}, fields(err))
	past := fixture.At
	_, err = w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: par, Code: "a b", Discount: 10001, EndsAt: &past})
	require.Equal(t, map[string]string{"code": "BAD_FORMAT", "discount": "OUT_OF_RANGE", "endsAt": "OUT_OF_RANGE"}, fields(err))
	_, err = w.s.ArchiveCode(ctx, c.ID)
	require.NoError(t, err)
	_, err = w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: par, Code: "maya15"})
	require.NoError(t, err, "an archived code is free again")
	list, err := w.s.Codes(w.as(t, w.AsCreator()), tracking.ListFilter{}, page.All(10))
	require.NoError(t, err)
	require.Len(t, list.Edges, 2)
	require.Equal(t, tracking.FoldCode("STRASSE"), tracking.FoldCode("straße"))
}

func TestTouchesOfAnOrderAreTheVisitorsClicksAndTheCodesOwners(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := fixture.Join(t, w.db, w.Affiliate)
	otherBrand := fixture.New(t, w.db)
	mine := w.link(t, tracking.CreateLinkInput{Label: "Bio"})
	theirs := world{Affiliate: other, s: w.s}.link(t, tracking.CreateLinkInput{})
	foreign := world{Affiliate: otherBrand, s: w.s}.link(t, tracking.CreateLinkInput{})

	first := w.follow("GET", "/r/"+mine.Code)
	cookie := first.Cookies()[0].Name + "=" + first.Cookies()[0].Value
	w.clock.Advance(time.Hour)
	last := arrived(t, w.follow("GET", "/r/"+theirs.Code, "Cookie", cookie)).Query().Get("tid")
	w.follow("GET", "/r/"+foreign.Code, "Cookie", cookie)
	w.follow("GET", "/r/"+mine.Code) // another visitor
	tid, err := id.Parse(last)
	require.NoError(t, err)

	ctx := w.as(t, w.AsMember(viewer.Manager))
	old, err := w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: id.Of(id.Partnership, w.Partnership), Code: "SPRING", Discount: 1000})
	require.NoError(t, err)
	w.clock.Advance(time.Hour)
	before := w.clock.Now()
	w.clock.Advance(time.Hour)
	_, err = w.s.ArchiveCode(ctx, old.ID)
	require.NoError(t, err)
	between := w.clock.Now().Add(time.Minute)
	w.clock.Advance(time.Hour)
	renewed, err := w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: id.Of(id.Partnership, other.Partnership), Code: "spring", Discount: 500})
	require.NoError(t, err)

	touches := func(placed time.Time, click uuid.UUID, codes ...string) (out []tracking.FoundTouch) {
		require.NoError(t, w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) (err error) {
			found, err := tracking.TouchesFor(ctx, tx, []tracking.Sought{{Brand: w.Brand, Click: click, Codes: codes, Since: placed.AddDate(0, 0, -30), PlacedAt: placed}})
			if err == nil {
				out = found[0]
			}
			return err
		}))
		return out
	}
	found := touches(before, tid.UUID, " Spring ", "spring", "WELCOME")
	require.Len(t, found, 3)
	require.Equal(t, []uuid.UUID{w.Partnership, other.Partnership, w.Partnership}, []uuid.UUID{found[0].Partnership, found[1].Partnership, found[2].Partnership})
	require.Equal(t, []attribution.Kind{attribution.Click, attribution.Click, attribution.Code}, []attribution.Kind{found[0].Kind, found[1].Kind, found[2].Kind})
	require.Equal(t, "Bio", found[0].Label)
	require.Equal(t, tid.UUID, found[1].ID)
	require.EqualValues(t, 1000, found[2].Discount)

	archived := touches(between, uuid.Nil, "spring")
	require.Len(t, archived, 1)
	require.Equal(t, old.ID.UUID, archived[0].ID)
	require.False(t, archived[0].CodeEndsAt.After(between))
	now := touches(w.clock.Now().Add(time.Minute), uuid.Nil, "SPRING")
	require.Equal(t, renewed.ID.UUID, now[0].ID)
	require.Len(t, touches(before.AddDate(0, 0, 90), tid.UUID), 1, "the click that the shop named is found however old it is")
}

func TestLinksOfManyPartnershipsTakeOneStatement(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	all := []uuid.UUID{w.Partnership}
	want := map[uuid.UUID]int{w.Partnership: 3}
	for range 3 {
		w.link(t, tracking.CreateLinkInput{})
		w.clock.Advance(time.Minute)
	}
	for range 4 {
		j := world{Affiliate: fixture.Join(t, w.db, w.Affiliate), s: w.s}
		j.link(t, tracking.CreateLinkInput{})
		all, want[j.Partnership] = append(all, j.Partnership), 1
	}
	all = append(all, uuid.New())
	ctx, n := database.CountStatements(testdb.Context(t))
	r := page.Request{Limit: 2}
	got, err := w.s.LinksOfPartnerships(ctx, all, r)
	require.NoError(t, err)
	require.EqualValues(t, 1, n.Load())
	require.Len(t, got, 6)
	require.Len(t, got[w.Partnership].Edges, 2)
	require.True(t, got[w.Partnership].PageInfo.HasNextPage)
	next, err := page.Parse(page.Args{First: new(5), After: got[w.Partnership].PageInfo.EndCursor})
	require.NoError(t, err)
	rest, err := w.s.LinksOfPartnerships(ctx, all[:1], next)
	require.NoError(t, err)
	require.Len(t, rest[w.Partnership].Edges, 1)
	require.NotContains(t, []id.ID{got[w.Partnership].Edges[0].Node.ID, got[w.Partnership].Edges[1].Node.ID}, rest[w.Partnership].Edges[0].Node.ID)
}

func TestPartitionsOfComingMonthsAreMadeOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	for range 2 {
		require.NoError(t, w.s.EnsurePartitions(testdb.Context(t)))
	}
	var n int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT count(*) FROM pg_inherits WHERE inhparent = 'click'::regclass`).Scan(&n))
	require.Equal(t, 4, n)
}
