package storeevent_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/creator"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/rollup"
	"tributary/internal/tracking"
	"tributary/internal/tracking/storeevent"
)

const (
	phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
	shop  = "https://www.shop.example"
	token = "c1-0123456789abcdef"
)

type world struct {
	fixture.Affiliate
	t      *testing.T
	db     *database.DB
	clock  *clock.Fake
	links  *tracking.Service
	clicks *tracking.Clicks
	s      *storeevent.Service
	url    string // of the running server
	from   netip.Addr
}

func setUp(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: testdb.New(t), clock: clock.NewFake(fixture.At.AddDate(0, 0, 3)), from: netip.MustParseAddr("203.0.113.9")}
	w.Affiliate = fixture.New(t, w.db)
	client := func(*http.Request) netip.Addr { return w.from }
	clicks, err := tracking.OpenClicks(tracking.ClicksConfig{DB: w.db, DataDir: t.TempDir(), Clock: w.clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, clicks.Close(context.WithoutCancel(t.Context()))) })
	w.clicks = clicks
	w.links = tracking.New(tracking.Config{DB: w.db, Clock: w.clock, Clicks: clicks, BaseURL: &url.URL{Scheme: "https", Host: "go.example"},
		NetworkSecret: []byte("a secret of enough bytes"), ClientAddress: client})
	queue, err := job.NewQueue(w.db)
	require.NoError(t, err)
	w.s = storeevent.New(storeevent.Config{DB: w.db, Clock: w.clock, Queue: queue, Clicks: clicks, ClientAddress: client, VerifiedHosts: w.hosts,
		Robot: w.links.Robot})
	server := httptest.NewServer(w.s.Beacons())
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// hosts are the verified hosts of a brand.
func (w *world) hosts(ctx context.Context, brand uuid.UUID) (hosts []string, err error) {
	var list string
	err = w.db.SQL.QueryRowContext(ctx, `SELECT coalesce(string_agg(host, ','), '') FROM brand_domain WHERE brand_id = $1 AND verified_at IS NOT NULL`, brand).Scan(&list)
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' }), err
}

func (w *world) link(a fixture.Affiliate) tracking.Link {
	w.t.Helper()
	l, err := w.links.CreateLink(viewer.With(w.t.Context(), a.AsCreator()), tracking.CreateLinkInput{PartnershipID: id.Of(id.Partnership, a.Partnership), Platform: creator.PlatformTiktok})
	require.NoError(w.t, err)
	return l
}

// click follows a link, as the visitor of the cookie when one is given, and gives the tid and the cookie.
func (w *world) click(l tracking.Link, cookie string, agent ...string) (tid, visitor string) {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/r/"+l.Code, nil)
	r.Header.Set("User-Agent", append(agent, phone)[0])
	r.Header.Set("Cookie", cookie)
	rec := httptest.NewRecorder()
	w.links.Redirect().ServeHTTP(rec, r)
	require.NoError(w.t, w.clicks.Drain(testdb.Context(w.t)))
	u, err := rec.Result().Location()
	require.NoError(w.t, err)
	visitor, _, _ = strings.Cut(rec.Header().Get("Set-Cookie"), ";")
	return u.Query().Get("tid"), visitor
}

// told is an event as the snippet writes it.
type told map[string]any

func (w *world) event(typ string, more ...string) told {
	e := told{"id": id.NewUUID(w.clock.Now()).String(), "type": typ}
	for i := 0; i+1 < len(more); i += 2 {
		e[more[i]] = more[i+1]
	}
	return e
}

func (w *world) body(tid string, events ...told) string {
	w.t.Helper()
	b, err := json.Marshal(map[string]any{"brand": id.Of(id.Brand, w.Brand).String(), "tid": tid, "events": events})
	require.NoError(w.t, err)
	return string(b)
}

// post sends a body as a page of an origin does, and gives the answer.
func (w *world) post(origin, body string, header ...string) *http.Response {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url+"/t/events", strings.NewReader(body))
	require.NoError(w.t, err)
	r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	r.Header.Set("User-Agent", phone)
	if origin != "" {
		r.Header.Set("Origin", origin)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	require.NoError(w.t, err)
	require.NoError(w.t, answer.Body.Close())
	return answer
}

// tell sends events from the shop and stores them.
func (w *world) tell(tid string, events ...told) {
	w.t.Helper()
	require.Equal(w.t, http.StatusNoContent, w.post(shop, w.body(tid, events...)).StatusCode)
	w.flush()
}

func (w *world) flush() {
	w.t.Helper()
	require.NoError(w.t, w.s.Flush(testdb.Context(w.t)))
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	require.NoError(w.t, w.db.SQL.QueryRow(query, args...).Scan(&n))
	return n
}

func (w *world) stored() int { return w.count(`SELECT count(*) FROM store_event`) }

// figures are the sums of a table, as the columns come.
func (w *world) figures(table string) (out [8]int) {
	w.t.Helper()
	require.NoError(w.t, w.db.SQL.QueryRow(`SELECT coalesce(sum(clicks), 0), coalesce(sum(unique_clicks), 0), coalesce(sum(page_views), 0), coalesce(sum(page_visitors), 0),
		coalesce(sum(add_to_carts), 0), coalesce(sum(cart_visitors), 0), coalesce(sum(checkouts), 0), coalesce(sum(checkout_visitors), 0) FROM `+table).
		Scan(&out[0], &out[1], &out[2], &out[3], &out[4], &out[5], &out[6], &out[7]))
	return out
}

func TestABeaconIsStoredOnceWithWhatItsClickKnows(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(w.Affiliate)
	tid, _ := w.click(l, "")
	view, purchase := w.event("PAGE_VIEW"), w.event("PURCHASE", "orderId", "#1001", "checkoutToken", token)
	answer := w.post(shop, w.body(tid, view, w.event("ADD_TO_CART", "productId", "serum"), purchase))
	require.Equal(t, http.StatusNoContent, answer.StatusCode)
	require.Equal(t, shop, answer.Header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, answer.Header.Values("Vary"), "Origin")
	require.Zero(t, w.stored(), "the answer does not wait for the database")
	w.flush()
	w.tell(tid, view, view, purchase)
	require.Equal(t, 3, w.stored())
	require.Equal(t, 3, w.count(`SELECT count(*) FROM store_event e JOIN click c ON c.id = e.click_id WHERE e.link_id = $1 AND e.creator_id = $2 AND e.visitor_id = c.visitor_id
		AND e.source = 'BROWSER' AND e.received_at = $3`, l.ID.UUID, w.Creator, w.clock.Now()))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM store_event WHERE order_reference = '1001' AND checkout_token = $1 AND type = 'PURCHASE'`, token))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM river_job WHERE kind = 'store_events_told'`), "one job for the batch, none for what was known")
	require.Equal(t, storeevent.Stats{Stored: 3, Ignored: 3}, w.s.Stats())
}

func TestOnlyPagesOfTheBrandSpeakForIt(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := fixture.New(t, w.db)
	theirs, _ := w.click(w.link(other), "")
	_, err := w.db.SQL.Exec(`UPDATE brand_domain SET host = 'other.example' WHERE brand_id = $1`, other.Brand)
	require.NoError(t, err)
	_, err = w.db.SQL.Exec(`INSERT INTO brand_domain (id, created_at, brand_id, host, token) VALUES ($1, now(), $2, 'not-yet.example', 't')`, uuid.New(), w.Brand)
	require.NoError(t, err)
	tid, _ := w.click(w.link(w.Affiliate), "")
	for origin, want := range map[string]int{
		"https://shop.example": 204, "https://www.shop.example:8443": 204, "http://SHOP.example.": 204,
		"https://evil.example": 403, "https://evilshop.example": 403, "https://shop.example.evil.example": 403, "https://other.example": 403,
		"https://not-yet.example": 403, "": 403, "null": 403, "shop.example": 403, "https://": 403, "file://shop.example": 403,
		"https://shop.example@evil.example": 403, "https://shop.example/path": 403, "https://" + strings.Repeat("a", 400) + ".shop.example": 403,
	} {
		answer := w.post(origin, w.body(tid, w.event("PAGE_VIEW")))
		require.Equal(t, want, answer.StatusCode, origin)
		if want == 403 {
			require.Empty(t, answer.Header.Get("Access-Control-Allow-Origin"), origin)
		}
	}
	w.flush()
	require.Equal(t, 3, w.stored(), "a foreign page stores nothing")

	// A sandboxed frame has no origin. It may tell of a checkout whose token it knows, and of nothing else.
	require.Equal(t, 204, w.post("null", w.body(tid, w.event("PURCHASE", "checkoutToken", token))).StatusCode)
	for _, e := range []told{w.event("PURCHASE", "orderId", "1001"), w.event("PURCHASE", "checkoutToken", token, "orderId", "1"),
		w.event("PURCHASE", "checkoutToken", "short"), w.event("ADD_TO_CART", "checkoutToken", token)} {
		require.Equal(t, 403, w.post("null", w.body(tid, w.event("PURCHASE", "checkoutToken", token), e)).StatusCode, e)
	}
	// Another brand's page cannot use a tid of this one, nor this one's page that of another.
	w.tell(theirs, w.event("PAGE_VIEW"))
	require.Equal(t, 4, w.stored())
}

func TestBodiesThatAreNoBeaconsAreRefused(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	good := w.body(tid, w.event("PAGE_VIEW"))
	many := make([]told, 21)
	for i := range many {
		many[i] = w.event("PAGE_VIEW")
	}
	for name, c := range map[string]struct {
		body   string
		want   int
		header []string
	}{
		"plain":                {good, 204, nil},
		"JSON":                 {good, 204, []string{"Content-Type", "application/json"}},
		"a newer snippet":      {strings.Replace(good, `"tid"`, `"version":9,"tid"`, 1), 204, nil},
		"twenty":               {w.body(tid, many[:20]...), 204, nil},
		"twenty-one":           {w.body(tid, many...), 400, nil},
		"none":                 {w.body(tid), 400, nil},
		"empty":                {"", 400, nil},
		"no JSON":              {"brand=x", 400, nil},
		"a list":               {"[" + good + "]", 400, nil},
		"something behind it":  {good + "{}", 400, nil},
		"cut off":              {good[:len(good)-3], 400, nil},
		"no UTF-8":             {strings.Replace(good, "PAGE_VIEW", "PAGE_\xff", 1), 400, nil},
		"no brand":             {strings.Replace(good, "brd_", "clk_", 1), 400, nil},
		"no tid":               {w.body("", w.event("PAGE_VIEW")), 400, nil},
		"an old tid":           {w.body(id.New(id.Click, w.clock.Now().AddDate(-2, 0, 0)).String(), w.event("PAGE_VIEW")), 400, nil},
		"unknown type":         {w.body(tid, w.event("SCROLL")), 400, nil},
		"no id":                {w.body(tid, told{"type": "PAGE_VIEW"}), 204, nil},
		"another sort of id":   {w.body(tid, told{"id": "evt_1", "type": "PAGE_VIEW"}), 400, nil},
		"an id without a time": {w.body(tid, told{"id": uuid.NewString(), "type": "PAGE_VIEW"}), 400, nil},
		"a nul":                {w.body(tid, w.event("PURCHASE", "orderId", "1\x00")), 400, nil},
		"a long text":          {w.body(tid, w.event("PURCHASE", "checkoutToken", strings.Repeat("x", 201))), 400, nil},
		"too large":            {good + strings.Repeat(" ", 17<<10), 413, nil},
		"deep":                 {strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000), 400, nil},
		"a form":               {good, 415, []string{"Content-Type", "application/x-www-form-urlencoded"}},
		"no media type":        {good, 415, []string{"Content-Type", ""}},
	} {
		require.Equal(t, c.want, w.post(shop, c.body, c.header...).StatusCode, name)
	}
	w.flush()
	require.Equal(t, 22, w.stored(), "the page view told thrice is one")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode)
}

func TestAPageMayAskFirst(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	for origin, want := range map[string]string{shop: shop, "null": "null", "javascript:alert(1)": "", "": ""} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, w.url, nil)
		require.NoError(t, err)
		r.Header.Set("Origin", origin)
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		answer.Body.Close()
		require.Equal(t, http.StatusNoContent, answer.StatusCode)
		require.Equal(t, want, answer.Header.Get("Access-Control-Allow-Origin"))
		require.Empty(t, answer.Header.Get("Access-Control-Allow-Credentials"))
	}
}

func TestANetworkTellsOnlySoMuch(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	body := w.body(tid, w.event("PAGE_VIEW"))
	refused := 0
	for range 310 {
		if answer := w.post(shop, body); answer.StatusCode == http.StatusTooManyRequests {
			refused++
			require.Equal(t, "1", answer.Header.Get("Retry-After"))
		}
	}
	require.Equal(t, 10, refused)
	w.from = netip.MustParseAddr("2001:db8::1")
	require.Equal(t, 204, w.post(shop, body).StatusCode, "another network")
	w.from = netip.MustParseAddr("203.0.113.9")
	w.clock.Advance(time.Second)
	require.Equal(t, 204, w.post(shop, body).StatusCode)
}

func TestRobotsAndTheirClicksAreNotCounted(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(w.Affiliate)
	tid, _ := w.click(l, "")
	require.Equal(t, 204, w.post(shop, w.body(tid, w.event("PAGE_VIEW")), "User-Agent", "Googlebot/2.1").StatusCode)
	robot, _ := w.click(l, "", "Googlebot/2.1")
	w.tell(robot, w.event("PAGE_VIEW"))
	require.Zero(t, w.stored())
	require.Equal(t, [8]int{1, 1}, w.figures("rollup_delta"))
}

func TestAClockThatIsOffDoesNotMoveAnEvent(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	for _, off := range []time.Duration{-8 * 24 * time.Hour, -2 * time.Hour, 2 * time.Hour, 100 * 365 * 24 * time.Hour} {
		w.tell(tid, told{"id": id.NewUUID(w.clock.Now().Add(off)).String(), "type": "PAGE_VIEW"})
	}
	require.Equal(t, 4, w.count(`SELECT count(*) FROM store_event WHERE occurred_at = $1`, w.clock.Now()))
	early := w.clock.Now().Add(-30 * time.Minute) // within what clocks may be off
	w.tell(tid, told{"id": id.NewUUID(early).String(), "type": "PAGE_VIEW"})
	require.Equal(t, 1, w.count(`SELECT count(*) FROM store_event WHERE occurred_at = $1`, early))
}

func TestVisitorsAreCountedOnceADayAndLink(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := fixture.Join(t, w.db, w.Affiliate)
	mine, theirs := w.link(w.Affiliate), w.link(other)
	first, cookie := w.click(mine, "")
	w.clock.Advance(time.Second)
	again, _ := w.click(mine, cookie)
	w.tell(first, w.event("PAGE_VIEW"), w.event("PAGE_VIEW"), w.event("ADD_TO_CART"))
	w.tell(again, w.event("PAGE_VIEW"), w.event("CHECKOUT"), w.event("PURCHASE", "checkoutToken", token), w.event("CONSENT_DENIED"))
	require.Equal(t, [8]int{2, 1, 3, 1, 1, 1, 1, 1}, w.figures("rollup_delta"), "one visitor with two clicks")
	elsewhere, _ := w.click(theirs, cookie)
	w.tell(elsewhere, w.event("PAGE_VIEW"))
	stranger, _ := w.click(mine, "")
	w.tell(stranger, w.event("PAGE_VIEW"), w.event("ADD_TO_CART"))
	w.clock.Advance(24 * time.Hour)
	w.tell(again, w.event("PAGE_VIEW"))
	want := [8]int{4, 3, 6, 4, 2, 2, 1, 1}
	require.Equal(t, want, w.figures("rollup_delta"))

	_, err := rollup.Fold(testdb.Context(t), w.db)
	require.NoError(t, err)
	for range 2 {
		for _, table := range []string{"rollup_day", "rollup_link", "rollup_link_day"} {
			require.Equal(t, want, w.figures(table), table)
		}
		require.Equal(t, 5, w.count(`SELECT sum(page_views) FROM rollup_link WHERE link_id = $1`, mine.ID.UUID))
		require.NoError(t, rollup.Rebuild(testdb.Context(t), w.db))
		require.Equal(t, [8]int{}, w.figures("rollup_delta"))
	}
}

func TestManyWritersCountEachVisitorOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	brand, click := id.Of(id.Brand, w.Brand), mustParse(t, tid)
	ctx := testdb.Context(t)
	done := make(chan error, 4)
	for n := range cap(done) {
		go func() {
			var events []storeevent.EventInput
			for i := range 25 {
				events = append(events, storeevent.EventInput{ID: fmt.Sprint(n, i%20), Type: storeevent.PageView, Click: click, OccurredAt: w.clock.Now().Add(time.Duration(i) * time.Millisecond)})
			}
			_, err := w.s.Record(ctx, storeevent.RecordInput{Brand: brand, Events: events})
			done <- err
		}()
	}
	for range cap(done) {
		require.NoError(t, <-done)
	}
	require.Equal(t, [8]int{1, 1, 100, 1}, w.figures("rollup_delta"))
}

func mustParse(t *testing.T, text string) id.ID {
	t.Helper()
	x, err := id.Parse(text)
	require.NoError(t, err)
	return x
}

func TestAnEventWaitsForItsClick(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(w.Affiliate)
	late := id.New(id.Click, w.clock.Now())
	w.tell(late.String(), w.event("PAGE_VIEW"), w.event("PURCHASE", "checkoutToken", token))
	madeUp := id.New(id.Click, w.clock.Now().Add(-27*time.Hour))
	w.tell(madeUp.String(), w.event("PAGE_VIEW"))
	require.Equal(t, 2, w.stored(), "an old click that nobody made is none")
	require.Equal(t, [8]int{}, w.figures("rollup_delta"))
	n, err := w.s.Resolve(testdb.Context(t))
	require.NoError(t, err)
	require.Zero(t, n)

	_, err = w.db.SQL.Exec(`INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'TIKTOK', $8)`, late.UUID, id.TimeOf(late.UUID), l.ID.UUID, w.Brand, w.Program, w.Partnership, w.Creator, uuid.New())
	require.NoError(t, err)
	w.tell(late.String(), w.event("PAGE_VIEW"))
	w.clock.Advance(time.Hour)
	for _, want := range []int{2, 0} {
		n, err = w.s.Resolve(testdb.Context(t))
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, [8]int{0, 0, 2, 1}, w.figures("rollup_delta"))
	require.Equal(t, 2, w.count(`SELECT count(*) FROM river_job WHERE kind = 'store_events_told'`), "when it was told, and when its click came")
	require.NoError(t, rollup.Rebuild(testdb.Context(t), w.db))
	require.Equal(t, [8]int{1, 1, 2, 1}, w.figures("rollup_day"))
}

func TestEventsOfManyBeaconsAreStoredTogether(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	for range 60 {
		require.Equal(t, 204, w.post(shop, w.body(tid, w.event("PAGE_VIEW"), w.event("ADD_TO_CART"))).StatusCode)
	}
	ctx, statements := database.CountStatements(testdb.Context(t))
	require.NoError(t, w.s.Flush(ctx))
	require.LessOrEqual(t, statements.Load(), int64(5))
	require.Equal(t, 120, w.stored())
}

func TestEventsWaitWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	require.Equal(t, 204, w.post(shop, w.body(tid, w.event("PAGE_VIEW"))).StatusCode)
	away, cancel := context.WithCancel(testdb.Context(t))
	cancel()
	require.Error(t, w.s.Flush(away))
	require.Equal(t, 204, w.post(shop, w.body(tid, w.event("PAGE_VIEW"))).StatusCode)
	w.flush()
	require.Equal(t, 2, w.stored())
}

func TestARunStoresByItselfAndTheRestAtItsEnd(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	ctx, stop := context.WithCancel(testdb.Context(t))
	ended := make(chan struct{})
	go func() { w.s.Run(ctx); close(ended) }()
	require.Equal(t, 204, w.post(shop, w.body(tid, w.event("PAGE_VIEW"))).StatusCode)
	require.Eventually(t, func() bool { return w.stored() == 1 }, time.Minute, 10*time.Millisecond)
	require.Equal(t, 204, w.post(shop, w.body(tid, w.event("PAGE_VIEW"))).StatusCode)
	stop()
	<-ended
	require.Equal(t, 2, w.stored())
}

func TestAFullBufferLosesEventsAndSaysSo(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	lost := 0
	for range 1010 {
		events := make([]told, 20)
		for i := range events {
			events[i] = w.event("PAGE_VIEW")
		}
		r := httptest.NewRequest(http.MethodPost, "/t/events", strings.NewReader(w.body(tid, events...)))
		r.Header.Set("Content-Type", "text/plain")
		r.Header.Set("User-Agent", phone)
		r.Header.Set("Origin", shop)
		w.clock.Advance(50 * time.Millisecond)
		rec := httptest.NewRecorder()
		w.s.Beacons().ServeHTTP(rec, r)
		require.Equal(t, 204, rec.Code)
		lost += 20
	}
	lost -= 20_000
	require.EqualValues(t, lost, w.s.Stats().Lost)
	w.flush()
	require.Equal(t, 20_000, w.stored())
}

func TestAShopsServerTellsEvents(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	tid, _ := w.click(w.link(w.Affiliate), "")
	click, brand := mustParse(t, tid), id.Of(id.Brand, w.Brand)
	event := storeevent.EventInput{ID: "evt-1", Type: storeevent.Purchase, Click: click, OccurredAt: w.clock.Now().Add(-time.Hour), OrderID: "#7", Store: "Shop.Example"}
	unknown := event
	unknown.ID, unknown.Click = "evt-2", id.New(id.Click, w.clock.Now().AddDate(0, 0, -9))
	in := storeevent.RecordInput{Brand: brand, Events: []storeevent.EventInput{event, unknown}}
	manager := viewer.With(t.Context(), w.AsMember(viewer.Manager))
	for _, want := range []storeevent.Recorded{{Recorded: 1, Ignored: 1}, {Duplicates: 1, Ignored: 1}} {
		got, err := w.s.Record(manager, in)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.Equal(t, 1, w.count(`SELECT count(*) FROM store_event WHERE source = 'API' AND order_reference = '7' AND store = 'shop.example' AND occurred_at = $1`, event.OccurredAt))

	_, err := w.s.Record(manager, storeevent.RecordInput{Brand: brand, Events: []storeevent.EventInput{
		{Type: "SCROLL", Click: brand, OccurredAt: w.clock.Now().Add(2 * time.Hour), OrderID: strings.Repeat("x", 101), ProductID: "a\nb"}, event, event}})
	got := map[string]string{}
	for _, f := range fault.All(err) {
		got[strings.Join(f.Field, ".")] = f.Code
	}
	require.Equal(t, map[string]string{"events.0.id": "REQUIRED", "events.0.type": "INVALID", "events.0.clickId": "INVALID", "events.0.occurredAt": "OUT_OF_RANGE",
		"events.0.orderId": "TOO_LONG", "events.0.productId": "BAD_FORMAT", "events.2.id": "TAKEN"}, got)
	early := event
	early.OccurredAt = w.clock.Now().Add(-3 * time.Hour)
	_, err = w.s.Record(manager, storeevent.RecordInput{Brand: brand, Events: []storeevent.EventInput{early}})
	require.True(t, fault.Is(err, fault.Invalid), "before its click")
	for _, n := range []int{0, 101} {
		_, err = w.s.Record(manager, storeevent.RecordInput{Brand: brand, Events: make([]storeevent.EventInput, n)})
		require.True(t, fault.Is(err, fault.Invalid))
	}
	stranger := fixture.New(t, w.db)
	for _, c := range []struct {
		v    viewer.Viewer
		want fault.Kind
	}{{w.AsMember(viewer.Analyst), fault.Forbidden}, {w.AsCreator(), fault.NotFound}, {stranger.AsMember(viewer.Owner), fault.NotFound}, {viewer.Viewer{Kind: viewer.Anonymous}, fault.Unauthenticated}} {
		_, err = w.s.Record(viewer.With(t.Context(), c.v), in)
		require.True(t, fault.Is(err, c.want), "%v", err)
	}
}
