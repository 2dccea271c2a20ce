package tracking_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/tracking"
)

// track makes a host the one that links of the brand are shared under.
func (w world) track(t *testing.T, a fixture.Affiliate, host string) {
	t.Helper()
	ctx := testdb.Context(t)
	w.db.Ent.BrandDomain.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(a.Brand).SetHost(host).SetToken("t").
		SetVerifiedAt(fixture.At).SetTracking(true).SaveX(ctx)
	require.NoError(t, w.s.RefreshLinks(ctx))
}

func (w world) update(t *testing.T, in tracking.UpdateLinkInput) tracking.Link {
	t.Helper()
	l, err := w.s.UpdateLink(w.as(t, w.AsMember(viewer.Manager)), in)
	require.NoError(t, err)
	return l
}

func TestCodesThatAreReadAlikeAreOneUnderManyAtOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	ctx := w.as(t, w.AsCreator())
	forms := []string{"Glow-Oil", "GLOW-OIL", "glow-oil", "g1ow-oil", "glow-oi1", "gl0w-0il", "Ｇlow-oil", " glow-oil ", "GL0W-OIL", "glow-оil"}
	var made, taken, foreign atomic.Int64
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range 200 {
		group.Go(func() {
			<-start
			_, err := w.s.CreateLink(ctx, tracking.CreateLinkInput{PartnershipID: id.Of(id.Partnership, w.Partnership), VanityCode: forms[i%len(forms)]})
			switch fields(err)["vanityCode"] {
			case "TAKEN":
				taken.Add(1)
			case "BAD_FORMAT":
				foreign.Add(1) // the one with a letter of another script
			default:
				if err == nil {
					made.Add(1)
				}
			}
		})
	}
	close(start)
	group.Wait()
	require.EqualValues(t, 1, made.Load())
	require.EqualValues(t, 20, foreign.Load())
	require.EqualValues(t, 179, taken.Load())
}

func TestWordsOfTheServerAreNoCodes(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	for code, want := range map[string]string{"api": "TAKEN", "Admin": "TAKEN", "ADM1N": "", "qr": "BAD_FORMAT", "g0": "BAD_FORMAT", "log1n": "",
		"l0gin": "TAKEN", "he1p": "TAKEN", "sign-in": "TAKEN", "ａpi": "TAKEN", "robots-txt": "TAKEN", "api2": "", "my-api": ""} {
		_, err := w.s.CreateLink(w.as(t, w.AsCreator()), tracking.CreateLinkInput{PartnershipID: id.Of(id.Partnership, w.Partnership), VanityCode: code})
		require.Equal(t, want, fields(err)["vanityCode"], code)
	}
}

func TestLinkIsChangedByThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{SubID: new("one"), VanityCode: "maya"})
	w.clock.Advance(time.Hour)
	me := w.as(t, w.AsCreator())
	changed, err := w.s.UpdateLink(me, tracking.UpdateLinkInput{LinkID: l.ID, Label: new(" Bio "), Campaign: new("spring"),
		DestinationURL: new("https://shop.example/new"), SubID: new(""), FallbackURL: new("https://shop.example/other")})
	require.NoError(t, err)
	require.Equal(t, []any{"Bio", "spring", "https://shop.example/new", "https://shop.example/other"},
		[]any{changed.Label, changed.Campaign, changed.DestinationURL, *changed.FallbackURL})
	require.Nil(t, changed.SubID)
	same, err := w.s.UpdateLink(me, tracking.UpdateLinkInput{LinkID: l.ID})
	require.NoError(t, err)
	require.Equal(t, changed, same, "what is left out stays")
	u := arrived(t, w.follow("GET", "/r/maya"))
	require.Equal(t, "/new", u.Path)
	require.Equal(t, "spring", u.Query().Get("utm_campaign"))

	_, err = w.s.UpdateLink(me, tracking.UpdateLinkInput{LinkID: l.ID, Label: new(strings.Repeat("x", 121)), SubID: new("a\nb"),
		DestinationURL: new("https://evil.example/"), FallbackURL: new("javascript:alert(1)")})
	require.Equal(t, map[string]string{"label": "TOO_LONG", "subId": "BAD_FORMAT", "destinationUrl": "UNVERIFIED_DOMAIN", "fallbackUrl": "BAD_FORMAT"}, fields(err))
	_, err = w.s.UpdateLink(me, tracking.UpdateLinkInput{LinkID: l.ID, OutOfStock: new(true)})
	require.True(t, fault.Is(err, fault.Forbidden), "only the brand knows its stock")
	_, err = w.s.UpdateLink(w.as(t, w.AsMember(viewer.Analyst)), tracking.UpdateLinkInput{LinkID: l.ID, Label: new("x")})
	require.True(t, fault.Is(err, fault.Forbidden))
	stranger := fixture.Join(t, w.db, w.Affiliate)
	_, err = w.s.UpdateLink(w.as(t, stranger.AsCreator()), tracking.UpdateLinkInput{LinkID: l.ID, Label: new("x")})
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = w.s.ArchiveLink(me, l.ID)
	require.NoError(t, err)
	_, err = w.s.UpdateLink(me, tracking.UpdateLinkInput{LinkID: l.ID, Label: new("x")})
	require.Equal(t, map[string]string{"": "WRONG_STATE"}, fields(err))
	require.Equal(t, "https://shop.example/other", arrived(t, w.follow("GET", "/r/maya")).String(), "an archived link leads to its own fallback")
}

func TestLinkToWhatIsOutOfStockLeadsElsewhereAndCounts(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, tracking.CreateLinkInput{VanityCode: "serum", DestinationURL: "https://shop.example/serum"})
	leads := func() string { return arrived(t, w.follow("GET", "/r/serum")).Path }
	require.Equal(t, "/serum", leads())
	l = w.update(t, tracking.UpdateLinkInput{LinkID: l.ID, OutOfStock: new(true)})
	require.Equal(t, w.clock.Now(), *l.OutOfStockAt)
	require.Equal(t, "/", leads(), "the program's own destination")
	w.update(t, tracking.UpdateLinkInput{LinkID: l.ID, FallbackURL: new("https://shop.example/cream")})
	answer := w.follow("GET", "/r/serum")
	u := arrived(t, answer)
	require.Equal(t, "/cream", u.Path)
	require.NotEmpty(t, u.Query().Get("tid"))
	w.clock.Advance(time.Minute)
	again := w.update(t, tracking.UpdateLinkInput{LinkID: l.ID, OutOfStock: new(true)})
	require.Equal(t, l.OutOfStockAt, again.OutOfStockAt, "said again, it is no news")
	w.update(t, tracking.UpdateLinkInput{LinkID: l.ID, OutOfStock: new(false)})
	require.Equal(t, "/serum", leads())

	own := w.link(t, tracking.CreateLinkInput{VanityCode: "all"})
	w.update(t, tracking.UpdateLinkInput{LinkID: own.ID, OutOfStock: new(true)})
	require.Equal(t, "/gone", arrived(t, w.follow("GET", "/r/all")).Path, "what is out of stock is the program's own destination")
	w.db.Ent.Brand.UpdateOneID(w.Brand).ClearFallbackURL().ExecX(testdb.Context(t))
	require.NoError(t, w.s.RefreshLinks(testdb.Context(t)))
	require.Equal(t, "/", arrived(t, w.follow("GET", "/r/all")).Path, "there is nowhere else")
	var clicks int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT sum(clicks) FROM rollup_delta`).Scan(&clicks))
	require.Equal(t, 6, clicks)
}

func TestBrandsOwnHostKnowsItsLinksOnly(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := world{Affiliate: fixture.New(t, w.db), s: w.s}
	mine, theirs := w.link(t, tracking.CreateLinkInput{VanityCode: "mine"}), other.link(t, tracking.CreateLinkInput{VanityCode: "theirs"})
	w.track(t, w.Affiliate, "go.shop.example")
	hosts, err := w.s.TrackingHosts(testdb.Context(t), []uuid.UUID{w.Brand, other.Brand})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]string{w.Brand: "go.shop.example"}, hosts)
	require.Equal(t, "https://go.shop.example/r/mine", w.s.LinkURL(mine, hosts[w.Brand]))
	require.Equal(t, "https://go.example/r/theirs", w.s.LinkURL(theirs, hosts[other.Brand]))

	at := func(host, code string) *http.Response { return w.follow("GET", "http://"+host+"/r/"+code) }
	require.Equal(t, "/", arrived(t, at("go.shop.example", "mine")).Path)
	require.Equal(t, "/", arrived(t, at("GO.Shop.example.:8443", "mine")).Path)
	require.Equal(t, "/", arrived(t, at("go.example", "mine")).Path, "printed addresses of before go on working")
	require.Equal(t, "/", arrived(t, at("go.example", "theirs")).Path)
	for _, code := range []string{"theirs", "nothing", "%20", ""} {
		require.Equal(t, "https://shop.example/gone", arrived(t, at("go.shop.example", code)).String(), code)
	}
	require.Equal(t, http.StatusNotFound, at("go.example", "nothing").StatusCode)
	cookie := at("go.shop.example", "mine").Cookies()[0]
	require.True(t, cookie.Secure && cookie.HttpOnly)
	require.Empty(t, cookie.Domain, "the cookie is the brand's host's own")

	w.db.Ent.Brand.UpdateOneID(w.Brand).ClearFallbackURL().ExecX(testdb.Context(t))
	require.NoError(t, w.s.RefreshLinks(testdb.Context(t)))
	require.Equal(t, http.StatusNotFound, at("go.shop.example", "nothing").StatusCode)
}

func TestPreviewIsWhereAVisitorArrives(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	template := []byte(`{"utm_source": "{creator}", "utm_campaign": "{campaign}", "sub": "{sub_id}", "variant": "9"}`)
	w.db.Ent.Program.UpdateOneID(w.Program).SetUtmTemplate(template).ExecX(testdb.Context(t))
	maya := w.db.Ent.Creator.GetX(testdb.Context(t), w.Creator)
	l := w.link(t, tracking.CreateLinkInput{Campaign: "spring & summer", SubID: new("s1"), DestinationURL: "https://shop.example/p?variant=7"})
	previews, err := w.s.ArrivalPreviews(testdb.Context(t), []uuid.UUID{l.ID.UUID, uuid.New()})
	require.NoError(t, err)
	want := "https://shop.example/p?sub=s1&tid=…&utm_campaign=spring+%26+summer&utm_source=" + maya.Handle + "&variant=7"
	require.Equal(t, map[uuid.UUID]string{l.ID.UUID: want}, previews)
	u := arrived(t, w.follow("GET", "/r/"+l.Code))
	require.Equal(t, want, strings.Replace(u.String(), u.Query().Get("tid"), "…", 1))

	before, err := w.s.Preview(w.as(t, w.AsCreator()), tracking.PreviewInput{PartnershipID: l.PartnershipID, Campaign: "spring & summer", SubID: "s1",
		DestinationURL: "https://shop.example/p?variant=7"})
	require.NoError(t, err)
	require.Equal(t, want, before.ArrivalPreview)
	require.Equal(t, []tracking.Parameter{{Name: "sub", Value: "s1"}, {Name: "tid", Value: "…"}, {Name: "utm_campaign", Value: "spring & summer"},
		{Name: "utm_source", Value: maya.Handle}}, before.Parameters)
	_, err = w.s.Preview(w.as(t, w.AsCreator()), tracking.PreviewInput{PartnershipID: l.PartnershipID, Campaign: strings.Repeat("x", 121), DestinationURL: "https://evil.example/"})
	require.Equal(t, map[string]string{"campaign": "TOO_LONG", "destinationUrl": "UNVERIFIED_DOMAIN"}, fields(err))
	var links int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT count(*) FROM link`).Scan(&links))
	require.Equal(t, 1, links, "a preview makes nothing")
}

func TestPreviewsAndHostsOfManyLinksTakeOneStatementEach(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	var links []uuid.UUID
	for i := range 20 {
		links = append(links, w.link(t, tracking.CreateLinkInput{Campaign: fmt.Sprint(i)}).ID.UUID)
	}
	ctx, n := database.CountStatements(testdb.Context(t))
	previews, err := w.s.ArrivalPreviews(ctx, links)
	require.NoError(t, err)
	require.Len(t, previews, 20)
	_, err = w.s.TrackingHosts(ctx, []uuid.UUID{w.Brand, uuid.New()})
	require.NoError(t, err)
	require.EqualValues(t, 2, n.Load())
}

func TestKitIsALinkForEachPlatformAndACode(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	par := id.Of(id.Partnership, w.Partnership)
	me := w.as(t, w.AsCreator())
	_, err := w.s.CreateKit(me, tracking.KitInput{PartnershipID: par})
	require.Equal(t, map[string]string{"platforms": "REQUIRED"}, fields(err))
	for i, p := range []creator.Platform{creator.PlatformYoutube, creator.PlatformInstagram, creator.PlatformInstagram, creator.PlatformTiktok} {
		a := w.db.Ent.SocialAccount.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetCreatorID(w.Creator).SetPlatform(string(p)).
			SetHandle(fmt.Sprint("me", i)).SetURL("https://x.example/me").SetVerificationCode("c")
		if p == creator.PlatformTiktok {
			a.SetRemovedAt(fixture.At)
		}
		a.ExecX(testdb.Context(t))
	}
	w.db.Ent.Creator.UpdateOneID(w.Creator).SetHandle("maya.o").ExecX(testdb.Context(t))
	kit, err := w.s.CreateKit(me, tracking.KitInput{PartnershipID: par, WithCode: true, Discount: 1500})
	require.NoError(t, err)
	require.Equal(t, []any{2, true, "MAYAO15"}, []any{kit.LinksMade, kit.CodeMade, kit.Code.Code})
	require.Equal(t, []string{"maya-o-ig", "maya-o-yt"}, []string{kit.Links[0].Code, kit.Links[1].Code})
	require.Equal(t, creator.PlatformYoutube, kit.Links[1].Platform)

	w.clock.Advance(time.Minute)
	again, err := w.s.CreateKit(w.as(t, w.AsMember(viewer.Manager)), tracking.KitInput{PartnershipID: par, WithCode: true, Code: "OTHER"})
	require.NoError(t, err)
	require.Equal(t, []any{0, false, kit.Code, kit.Links}, []any{again.LinksMade, again.CodeMade, again.Code, again.Links})
	more, err := w.s.CreateKit(me, tracking.KitInput{PartnershipID: par, Platforms: []creator.Platform{creator.PlatformYoutube, creator.PlatformTwitch, creator.PlatformYoutube}})
	require.NoError(t, err)
	require.Equal(t, []any{1, "maya-o-yt", "maya-o-tw"}, []any{more.LinksMade, more.Links[0].Code, more.Links[1].Code})
	spring, err := w.s.CreateKit(me, tracking.KitInput{PartnershipID: par, Campaign: "Spring: 2026!", Platforms: []creator.Platform{creator.PlatformYoutube}})
	require.NoError(t, err)
	require.Equal(t, []any{1, "maya-o-yt-spring-2026", "Spring: 2026!"}, []any{spring.LinksMade, spring.Links[0].Code, spring.Links[0].Campaign})

	w.db.Ent.Partnership.UpdateOneID(w.Partnership).SetStatus("PAUSED").SetPauseKind("BRAND").ExecX(testdb.Context(t))
	_, err = w.s.CreateKit(me, tracking.KitInput{PartnershipID: par})
	require.Equal(t, map[string]string{"": "WRONG_STATE"}, fields(err))
}

func TestKitTakesOtherWordsWhereItsOwnAreTaken(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := world{Affiliate: fixture.Join(t, w.db, w.Affiliate), s: w.s}
	w.db.Ent.Creator.UpdateOneID(w.Creator).SetHandle("leo").ExecX(testdb.Context(t))
	program := w.db.Ent.Program.GetX(testdb.Context(t), w.Program)
	other.link(t, tracking.CreateLinkInput{VanityCode: "1e0-ig"}) // is read as leo-ig
	_, err := w.s.CreateCode(w.as(t, w.AsMember(viewer.Manager)), tracking.CreateCodeInput{PartnershipID: id.Of(id.Partnership, other.Partnership), Code: "leo"})
	require.NoError(t, err)
	ask := tracking.KitInput{PartnershipID: id.Of(id.Partnership, w.Partnership), Platforms: []creator.Platform{creator.PlatformInstagram}, WithCode: true}
	kit, err := w.s.CreateKit(w.as(t, w.AsCreator()), ask)
	require.NoError(t, err)
	require.Equal(t, []string{"leo-ig-" + program.Slug, "LEO-2"}, []string{kit.Links[0].Code, kit.Code.Code})
	_, err = w.s.ArchiveCode(w.as(t, w.AsCreator()), kit.Code.ID)
	require.NoError(t, err)
	ask.Code = "Leo"
	_, err = w.s.CreateKit(w.as(t, w.AsCreator()), ask)
	require.Equal(t, map[string]string{"code": "TAKEN"}, fields(err))
	ask.Code, ask.Discount, ask.Platforms, ask.Campaign = "a b", 20_000, []creator.Platform{"NOWHERE"}, strings.Repeat("x", 121)
	_, err = w.s.CreateKit(w.as(t, w.AsCreator()), ask)
	require.Equal(t, map[string]string{"code": "BAD_FORMAT", "discount": "OUT_OF_RANGE", "platforms": "INVALID", "campaign": "TOO_LONG"}, fields(err))
}

func TestKitsAskedForAtOnceAreOne(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	ctx := w.as(t, w.AsCreator())
	ask := tracking.KitInput{PartnershipID: id.Of(id.Partnership, w.Partnership), WithCode: true,
		Platforms: []creator.Platform{creator.PlatformInstagram, creator.PlatformTiktok, creator.PlatformYoutube}}
	kits := make([]tracking.Kit, 8)
	errs := make([]error, len(kits))
	var group sync.WaitGroup
	for i := range kits {
		group.Go(func() { kits[i], errs[i] = w.s.CreateKit(ctx, ask) })
	}
	group.Wait()
	made := 0
	for i, k := range kits {
		require.NoError(t, errs[i])
		require.Equal(t, kits[0].Links, k.Links)
		require.Equal(t, kits[0].Code.ID, k.Code.ID)
		made += k.LinksMade
	}
	require.Equal(t, 3, made)
	var links, codes, deeds int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT (SELECT count(*) FROM link), (SELECT count(*) FROM code), (SELECT count(*) FROM audit_log)`).Scan(&links, &codes, &deeds))
	require.Equal(t, []int{3, 1, 4}, []int{links, codes, deeds})
}

func TestRotatedCodeKeepsItsTermsAndItsCreditOfBefore(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	par := id.Of(id.Partnership, w.Partnership)
	ctx := w.as(t, w.AsMember(viewer.Manager))
	ends := w.clock.Now().AddDate(0, 1, 0)
	old, err := w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: par, Code: "MAYA15", Discount: 1500, Platform: creator.PlatformTiktok, EndsAt: &ends})
	require.NoError(t, err)
	w.clock.Advance(time.Hour)
	before := w.clock.Now()
	w.clock.Advance(time.Hour)
	r, err := w.s.RotateCode(w.as(t, w.AsCreator()), old.ID, "")
	require.NoError(t, err)
	require.Regexp(t, `^MAYA15-[2-9A-Z]{3}$`, r.New.Code)
	require.Equal(t, []any{old.Discount, old.Platform, old.EndsAt.UTC(), old.ID, w.clock.Now()},
		[]any{r.New.Discount, r.New.Platform, r.New.EndsAt.UTC(), r.New.RotatedFromID, r.New.StartsAt})
	require.Equal(t, w.clock.Now(), r.Old.ArchivedAt.UTC())
	touches := func(placed time.Time, code string) (out []tracking.FoundTouch) {
		require.NoError(t, w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) (err error) {
			found, err := tracking.TouchesFor(ctx, tx, []tracking.Sought{{Brand: w.Brand, Codes: []string{code}, Since: placed.AddDate(0, 0, -30), PlacedAt: placed}})
			if err == nil {
				out = found[0]
			}
			return err
		}))
		return out
	}
	require.Zero(t, touches(before, "maya15")[0].CodeEndsAt.Compare(w.clock.Now()), "an order of before still counts for it")
	after := w.clock.Now().Add(time.Minute)
	require.False(t, touches(after, "maya15")[0].CodeEndsAt.After(after))
	require.Equal(t, r.New.ID.UUID, touches(after, strings.ToLower(r.New.Code))[0].ID)

	_, err = w.s.RotateCode(ctx, old.ID, "")
	require.Equal(t, map[string]string{"": "WRONG_STATE"}, fields(err), "a code is rotated once")
	_, err = w.s.RotateCode(ctx, r.New.ID, "a b")
	require.Equal(t, map[string]string{"code": "BAD_FORMAT"}, fields(err))
	other, err := w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: par, Code: "SPRING"})
	require.NoError(t, err)
	_, err = w.s.RotateCode(ctx, r.New.ID, "spring")
	require.Equal(t, map[string]string{"code": "TAKEN"}, fields(err))
	still, err := w.s.Code(ctx, r.New.ID)
	require.NoError(t, err)
	require.Nil(t, still.ArchivedAt, "what fails changes nothing")
	next, err := w.s.RotateCode(ctx, r.New.ID, "")
	require.NoError(t, err)
	require.Regexp(t, `^MAYA15-[2-9A-Z]{3}$`, next.New.Code, "marks do not pile up")
	named, err := w.s.RotateCode(ctx, other.ID, "summer")
	require.NoError(t, err)
	require.Equal(t, "summer", named.New.Code)
	chain, err := w.s.CodesByIDs(ctx, []uuid.UUID{next.New.RotatedFromID.UUID})
	require.NoError(t, err)
	require.Equal(t, old.ID, chain[r.New.ID.UUID].RotatedFromID)

	w.db.Ent.Partnership.UpdateOneID(w.Partnership).SetStatus("RETIRING").ExecX(testdb.Context(t))
	_, err = w.s.RotateCode(ctx, named.New.ID, "")
	require.NoError(t, err, "codes of a creator who leaves still count")
	w.db.Ent.Partnership.UpdateOneID(w.Partnership).SetStatus("RETIRED").ExecX(testdb.Context(t))
	_, err = w.s.RotateCode(ctx, next.New.ID, "")
	require.Equal(t, map[string]string{"": "WRONG_STATE"}, fields(err))
}

func TestCodeRotatedByManyAtOnceIsRotatedOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	ctx := w.as(t, w.AsCreator())
	old, err := w.s.CreateCode(ctx, tracking.CreateCodeInput{PartnershipID: id.Of(id.Partnership, w.Partnership), Code: "MAYA15"})
	require.NoError(t, err)
	var rotated, refused atomic.Int64
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			switch _, err := w.s.RotateCode(ctx, old.ID, ""); {
			case err == nil:
				rotated.Add(1)
			case fields(err)[""] == "WRONG_STATE":
				refused.Add(1)
			}
		})
	}
	group.Wait()
	require.Equal(t, []int64{1, 9}, []int64{rotated.Load(), refused.Load()})
	list, err := w.s.Codes(ctx, tracking.ListFilter{}, page.All(10))
	require.NoError(t, err)
	require.Len(t, list.Edges, 2)
}

func TestPageOfLinksShowsWhatIsPublicOnly(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	nobody := w.as(t, viewer.Viewer{Kind: viewer.Anonymous})
	ctx := testdb.Context(t)
	w.db.Ent.Creator.UpdateOneID(w.Creator).SetHandle("maya").SetBio("Skin and sun.").ExecX(ctx)
	gone := w.link(t, tracking.CreateLinkInput{Label: "Old"})
	_, err := w.s.ArchiveLink(w.as(t, w.AsCreator()), gone.ID)
	require.NoError(t, err)
	l := w.link(t, tracking.CreateLinkInput{Label: "My serum", Platform: creator.PlatformTiktok, VanityCode: "my-serum"})
	w.update(t, tracking.UpdateLinkInput{LinkID: l.ID, OutOfStock: new(true)})
	soon := w.clock.Now().Add(time.Hour)
	for code, in := range map[string]tracking.CreateCodeInput{"MAYA": {Discount: 1250}, "SHORT": {EndsAt: &soon}} {
		in.PartnershipID, in.Code = id.Of(id.Partnership, w.Partnership), code
		_, err := w.s.CreateCode(w.as(t, w.AsCreator()), in)
		require.NoError(t, err)
	}
	w.clock.Advance(2 * time.Hour)
	second := fixture.New(t, w.db)
	w.db.Ent.Partnership.UpdateOneID(second.Partnership).ExecX(ctx)
	w.db.Ent.Partnership.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At.AddDate(0, 0, 1)).SetBrandID(second.Brand).SetProgramID(second.Program).
		SetCreatorID(w.Creator).SetStatus("RETIRING").SetStage("STANDARD").SetStatusSince(fixture.At).ExecX(ctx)
	w.track(t, w.Affiliate, "go.shop.example")
	brands := w.db.Ent.Brand.Query().AllX(ctx)
	name := map[uuid.UUID]string{}
	for _, b := range brands {
		name[b.ID] = b.Name
	}
	counting, n := database.CountStatements(nobody)
	p, err := w.s.LinkPage(counting, "@Maya", "")
	require.NoError(t, err)
	require.EqualValues(t, 5, n.Load())
	require.Equal(t, []string{"maya", "Skin and sun."}, []string{p.Handle, p.Bio})
	require.Len(t, p.Programs, 2)
	require.Equal(t, []string{name[second.Brand], name[w.Brand]}, []string{p.Programs[0].BrandName, p.Programs[1].BrandName})
	require.Equal(t, []tracking.LinkPageLink{{URL: "https://go.shop.example/r/my-serum", Label: "My serum", Platform: creator.PlatformTiktok, OutOfStock: true}}, p.Programs[1].Links)
	require.Equal(t, []tracking.LinkPageCode{{Code: "MAYA", Discount: 1250, Words: "12.5% off"}}, p.Programs[1].Codes)

	one, err := w.s.LinkPage(nobody, "maya", p.Programs[1].Slug)
	require.NoError(t, err)
	require.Len(t, one.Programs, 1)
	for _, at := range [][2]string{{"nobody-has-this", ""}, {"maya", "no-program"}, {"", ""}} {
		_, err = w.s.LinkPage(nobody, at[0], at[1])
		require.True(t, fault.Is(err, fault.NotFound), at)
	}
	w.db.Ent.Program.UpdateOneID(w.Program).SetStatus("CLOSED").ExecX(ctx)
	_, err = w.s.LinkPage(nobody, "maya", one.Programs[0].Slug)
	require.True(t, fault.Is(err, fault.NotFound), "a program that is over")
	for _, status := range []string{"PAUSED", "RETIRED", "AWAITING_TERMS"} {
		w.db.Ent.Partnership.Update().SetStatus(status).ExecX(ctx)
		_, err = w.s.LinkPage(nobody, "maya", "")
		require.True(t, fault.Is(err, fault.NotFound), status)
	}
}
