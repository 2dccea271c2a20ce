package tracking_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/tracking"
)

// shopHost is where the shops of these tests are, below shopDomain, for which the certificates of test servers are; all that they are
// asked over the network comes to a server of the test.
const (
	shopDomain = "example.com"
	shopHost   = "shop." + shopDomain
)

// outside stands for the internet: names and who answers.
type outside struct{ *httptest.Server }

func (o outside) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	switch strings.TrimSuffix(host, ".") {
	case shopHost, "www." + shopDomain:
		return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
	case "inside." + shopDomain:
		return []netip.Addr{netip.MustParseAddr("10.0.0.1")}, nil
	case "away." + shopDomain:
		return nil, &net.DNSError{Err: "server misbehaving", Name: host, IsTemporary: true}
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// withShop gives a world whose brand has a shop that answers as h does, over https.
func withShop(t *testing.T, h http.HandlerFunc) world {
	t.Helper()
	w := setUp(t)
	shop := outside{httptest.NewTLSServer(h)}
	t.Cleanup(shop.Close)
	roots := x509.NewCertPool()
	roots.AddCert(shop.Certificate())
	queue, err := job.NewQueue(w.db)
	require.NoError(t, err)
	w.s.Queue = queue
	w.s.Outbound = outbound.New(outbound.Config{Resolver: shop, Roots: roots, UserAgent: "Tributary test", Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if !strings.HasPrefix(address, "93.184.216.34:") {
			return nil, errors.New("inside")
		}
		return (&net.Dialer{}).DialContext(ctx, network, shop.Listener.Addr().String())
	}})
	w.db.Ent.BrandDomain.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(w.Brand).SetHost(shopDomain).SetToken("t").
		SetVerifiedAt(fixture.At).ExecX(testdb.Context(t))
	return w
}

// looked looks at a link and gives its health.
func (w world) looked(t *testing.T, l tracking.Link) tracking.Health {
	t.Helper()
	require.NoError(t, w.s.LookAt(testdb.Context(t), l.ID.UUID))
	after, err := w.s.Link(w.as(t, w.AsCreator()), l.ID)
	require.NoError(t, err)
	return after.Health
}

func TestWhatALookFindsIsSaidInWords(t *testing.T) {
	t.Parallel()
	w := withShop(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		without := func(names ...string) string {
			for _, n := range names {
				q.Del(n)
			}
			return q.Encode()
		}
		switch r.URL.Path {
		case "/on":
			http.Redirect(w, r, "https://www."+shopDomain+"/?"+r.URL.RawQuery, http.StatusMovedPermanently)
		case "/drops":
			http.Redirect(w, r, "/?"+without("tid"), http.StatusFound)
		case "/drops-all":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/rewrites":
			q.Set("utm_source", "shop")
			http.Redirect(w, r, "/?"+q.Encode(), http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, "http://"+shopHost+"/", http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		case "/teapot":
			w.WriteHeader(http.StatusTeapot)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/404":
			http.NotFound(w, r)
		case "/500":
			w.WriteHeader(http.StatusBadGateway)
		case "/guarded":
			w.WriteHeader(http.StatusForbidden)
		case "/busy":
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	host := "https://" + shopHost
	for destination, want := range map[string]tracking.Health{
		host + "/":                           {Status: tracking.HealthOK, Detail: "The page answers and keeps all parameters."},
		host + "/?tid=old":                   {Status: tracking.HealthOK, Detail: "The page answers and keeps all parameters."},
		host + "/on":                         {Status: tracking.HealthOK, Detail: "The page answers and keeps all parameters."},
		host + "/drops":                      {Status: tracking.HealthParametersLost, Detail: "The page answers, but on the way to " + shopHost + " this is lost: tid. Sales may not be seen to come from this link."},
		host + "/drops-all":                  {Status: tracking.HealthParametersLost, Detail: "The page answers, but on the way to " + shopHost + " this is lost: tid, utm_campaign, utm_medium, utm_source. Sales may not be seen to come from this link."},
		host + "/rewrites":                   {Status: tracking.HealthParametersLost, Detail: "The page answers, but on the way to " + shopHost + " this is lost: utm_source. Sales may not be seen to come from this link."},
		host + "/loop":                       {Status: tracking.HealthFailing, Detail: "The address leads on more than 5 times."},
		host + "/inside":                     {Status: tracking.HealthFailing, Detail: "169.254.169.254 is not on the public internet, or this is not a port of the web."},
		host + "/teapot":                     {Status: tracking.HealthFailing, Detail: shopHost + " answers 418 instead of a page."},
		host + "/gone":                       {Status: tracking.HealthFailing, Detail: shopHost + " answers that there is no such page (410)."},
		host + "/404":                        {Status: tracking.HealthFailing, Detail: shopHost + " answers that there is no such page (404)."},
		host + "/500":                        {Status: tracking.HealthFailing, Detail: shopHost + " answers that something is broken there (502)."},
		host + "/guarded":                    {Status: tracking.HealthUnknown, Detail: shopHost + " does not let programs look (it answers 403), so open the link yourself to be sure."},
		host + "/busy":                       {Status: tracking.HealthUnknown, Detail: shopHost + " does not let programs look (it answers 429), so open the link yourself to be sure."},
		host + ":8443/":                      {Status: tracking.HealthFailing, Detail: shopHost + " is not on the public internet, or this is not a port of the web."},
		"https://nobody." + shopDomain + "/": {Status: tracking.HealthFailing, Detail: "There is no host named nobody." + shopDomain + "."},
		"https://inside." + shopDomain + "/": {Status: tracking.HealthFailing, Detail: "inside." + shopDomain + " is not on the public internet, or this is not a port of the web."},
		"https://away." + shopDomain + "/":   {Status: tracking.HealthUnknown, Detail: "The name servers did not answer for away." + shopDomain + "."},
		"https://shop.example/":              {Status: tracking.HealthUnknown, Detail: "shop.example is a name for tests and examples, so it is not looked at."},
	} {
		l := w.link(t, tracking.CreateLinkInput{DestinationURL: destination, Campaign: "spring"})
		require.Equal(t, tracking.Health{Status: tracking.HealthUnknown}, l.Health)
		w.clock.Advance(time.Second)
		got := w.looked(t, l)
		require.Equal(t, w.clock.Now(), got.CheckedAt.UTC(), destination)
		got.CheckedAt = nil
		require.Equal(t, want, got, destination)
	}
}

func TestALookIsNoClickAndMarksItselfAsNone(t *testing.T) {
	t.Parallel()
	var seen []*http.Request
	w := withShop(t, func(_ http.ResponseWriter, r *http.Request) { seen = append(seen, r) })
	l := w.link(t, tracking.CreateLinkInput{DestinationURL: "https://" + shopHost + "/p?variant=7"})
	w.looked(t, l)
	require.Len(t, seen, 1)
	require.Equal(t, []string{http.MethodGet, shopHost, "/p", "7", "Tributary test"}, []string{seen[0].Method, seen[0].Host, seen[0].URL.Path, seen[0].URL.Query().Get("variant"), seen[0].UserAgent()})
	x, err := id.Parse(seen[0].URL.Query().Get("tid"))
	require.NoError(t, err)
	_, err = w.s.Click(testdb.Context(t), x)
	require.Error(t, err)
	var clicks int
	require.NoError(t, w.db.SQL.QueryRow(`SELECT count(*) FROM click`).Scan(&clicks))
	require.Zero(t, clicks)
}

func TestALookGoesWhereVisitorsAreLed(t *testing.T) {
	t.Parallel()
	var paths []string
	change := func() {}
	w := withShop(t, func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path)
		if r.URL.Path == "/serum" {
			http.NotFound(w, r)
		}
		change()
	})
	host := "https://" + shopHost
	l := w.link(t, tracking.CreateLinkInput{DestinationURL: host + "/serum"})
	require.Equal(t, tracking.HealthFailing, w.looked(t, l).Status)
	l = w.update(t, tracking.UpdateLinkInput{LinkID: l.ID, FallbackURL: new(host + "/cream"), OutOfStock: new(true)})
	require.Equal(t, tracking.Health{Status: tracking.HealthUnknown}, l.Health, "what was found is about another page")
	require.Equal(t, tracking.HealthOK, w.looked(t, l).Status)
	require.Equal(t, []string{"/serum", "/cream"}, paths)

	// While somebody looks, the link is made to lead elsewhere.
	change = func() {
		change = func() {}
		w.update(t, tracking.UpdateLinkInput{LinkID: l.ID, OutOfStock: new(false)})
	}
	require.Equal(t, tracking.Health{Status: tracking.HealthUnknown}, w.looked(t, l))
	_, err := w.s.ArchiveLink(w.as(t, w.AsCreator()), l.ID)
	require.NoError(t, err)
	w.looked(t, l)
	require.Len(t, paths, 3, "nobody looks at archived links")
	require.NoError(t, w.s.LookAt(testdb.Context(t), uuid.New()))
}

// waiting gives the links that looks are asked for, and takes them out.
func (w world) waiting(t *testing.T) map[uuid.UUID]int {
	t.Helper()
	rows, err := w.db.SQL.Query(`DELETE FROM river_job WHERE kind = 'tracking_link_health' RETURNING (args->>'link')::uuid, queue`)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	out := map[uuid.UUID]int{}
	for rows.Next() {
		var link uuid.UUID
		var queue string
		require.NoError(t, rows.Scan(&link, &queue))
		require.Equal(t, job.Outbound, queue)
		out[link]++
	}
	require.NoError(t, rows.Err())
	return out
}

func TestEachLiveLinkIsLookedAtOnceADayApart(t *testing.T) {
	t.Parallel()
	healthy := true
	w := withShop(t, func(w http.ResponseWriter, _ *http.Request) {
		if !healthy {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	ctx := testdb.Context(t)
	want := map[uuid.UUID]int{}
	var links []tracking.Link
	for i := range 5 {
		links = append(links, w.link(t, tracking.CreateLinkInput{DestinationURL: fmt.Sprintf("https://%s/%d", shopHost, i)}))
		want[links[i].ID.UUID] = 1
	}
	due := func() map[uuid.UUID]int {
		n, err := w.s.AskForDueHealth(ctx)
		require.NoError(t, err)
		out := w.waiting(t)
		require.Len(t, out, n)
		return out
	}
	require.Equal(t, want, due())
	require.Empty(t, due(), "each is asked for once")
	times := map[time.Time]bool{}
	for _, l := range links {
		require.NoError(t, w.s.LookAt(ctx, l.ID.UUID))
		var at time.Time
		require.NoError(t, w.db.SQL.QueryRow(`SELECT health_due_at FROM link WHERE id = $1`, l.ID.UUID).Scan(&at))
		require.WithinRange(t, at, w.clock.Now().Add(24*time.Hour), w.clock.Now().Add(26*time.Hour))
		times[at] = true
	}
	require.Greater(t, len(times), 1, "links of one moment are moved apart")
	w.clock.Advance(23 * time.Hour)
	require.Empty(t, due())
	w.clock.Advance(3 * time.Hour)
	require.Equal(t, want, due())
	healthy = false
	require.Equal(t, tracking.HealthFailing, w.looked(t, links[0]).Status)
	_, err := w.s.ArchiveLink(w.as(t, w.AsCreator()), links[1].ID)
	require.NoError(t, err)
	w.clock.Advance(2 * time.Hour)
	require.Equal(t, map[uuid.UUID]int{links[0].ID.UUID: 1}, due(), "what fails is looked at sooner")
	w.clock.Advance(48 * time.Hour)
	delete(want, links[1].ID.UUID)
	require.Equal(t, want, due(), "a look that never ended keeps no link for ever, and nobody looks at archived ones")
}

func TestALookIsAskedForOnceAMinute(t *testing.T) {
	t.Parallel()
	w := withShop(t, func(http.ResponseWriter, *http.Request) {})
	l := w.link(t, tracking.CreateLinkInput{DestinationURL: "https://" + shopHost + "/"})
	ask := func() {
		t.Helper()
		_, err := w.s.CheckLinkHealth(w.as(t, w.AsCreator()), l.ID)
		require.NoError(t, err)
	}
	ask()
	ask()
	require.Equal(t, map[uuid.UUID]int{l.ID.UUID: 1}, w.waiting(t))
	w.looked(t, l)
	ask()
	require.Empty(t, w.waiting(t))
	w.clock.Advance(time.Minute)
	ask()
	require.Len(t, w.waiting(t), 1)
	_, err := w.s.CheckLinkHealth(w.as(t, w.AsMember(viewer.Analyst)), l.ID)
	require.Error(t, err)
}

func TestALookWaitsItsTurnAtABusyHost(t *testing.T) {
	t.Parallel()
	inside, release := make(chan struct{}, 2), make(chan struct{})
	answer := sync.OnceFunc(func() { close(release) })
	w := withShop(t, func(http.ResponseWriter, *http.Request) { inside <- struct{}{}; <-release })
	defer answer()
	ctx := testdb.Context(t)
	done := make(chan error, 2)
	for range 2 {
		l := w.link(t, tracking.CreateLinkInput{DestinationURL: "https://" + shopHost + "/"})
		go func() { done <- w.s.LookAt(ctx, l.ID.UUID) }()
		select {
		case <-inside:
		case err := <-done:
			require.Fail(t, "nobody was asked", "%v", err)
		}
	}
	third := w.link(t, tracking.CreateLinkInput{DestinationURL: "https://" + shopHost + "/"})
	var snooze *rivertype.JobSnoozeError
	require.ErrorAs(t, w.s.LookAt(ctx, third.ID.UUID), &snooze)
	require.Equal(t, 5*time.Second, snooze.Duration)
	answer()
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	require.Equal(t, tracking.HealthOK, w.looked(t, third).Status)
}
