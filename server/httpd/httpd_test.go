package httpd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/telemetry"
	"tributary/server/httpd"
)

const index = `<!doctype html><html><head><meta name="csp-nonce" nonce="__CSP_NONCE__" /><title>Tributary</title></head><body></body></html>`

func build() fstest.MapFS {
	return fstest.MapFS{
		"index.html":          {Data: []byte(index)},
		"index.html.br":       {Data: []byte("never sent: it has no nonce")},
		"graphiql.html":       {Data: []byte("the editor __CSP_NONCE__")},
		"theme.js":            {Data: []byte("theme()")},
		"t.js":                {Data: []byte("snippet")},
		"t.js.gz":             {Data: []byte("gzip")},
		"assets/app-1.js":     {Data: []byte("plain")},
		"assets/app-1.js.br":  {Data: []byte("brotli")},
		"assets/app-1.js.gz":  {Data: []byte("gzip")},
		"assets/font-1.woff2": {Data: []byte("font")},
		".vite/manifest.json": {Data: []byte("secret")},
		".gitkeep":            {},
	}
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}
func (b *lockedBuffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.buf.String() }

type site struct {
	url    string
	log    *lockedBuffer
	client *http.Client
	stop   context.CancelFunc
	done   chan error
}

// newSite runs a server on loopback until the test ends.
func newSite(t *testing.T, files fs.FS, change func(*httpd.Options)) *site {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &site{url: "http://" + listener.Addr().String(), log: &lockedBuffer{}, done: make(chan error, 1),
		client: &http.Client{Transport: &http.Transport{DisableCompression: true}}}
	base, err := url.Parse(s.url)
	require.NoError(t, err)
	portal, err := httpd.NewPortal(files, base)
	require.NoError(t, err)
	options := httpd.Options{Log: telemetry.NewLogger(s.log, true, slog.LevelDebug), Clock: clock.System{}, BaseURL: base,
		Registry: prometheus.NewRegistry(), Portal: portal}
	if change != nil {
		change(&options)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.stop = cancel
	go func() { s.done <- httpd.New(options).Serve(ctx, listener); close(s.done) }()
	t.Cleanup(func() { cancel(); s.client.CloseIdleConnections(); <-s.done })
	return s
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (s *site) do(t *testing.T, method, path, body string, header ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := s.client.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return answer{resp.StatusCode, resp.Header, string(text)}
}

func (s *site) get(t *testing.T, path string, header ...string) answer {
	t.Helper()
	return s.do(t, http.MethodGet, path, "", header...)
}

func say(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
}

func TestPagesCarryAFreshNonceAndAStrictPolicy(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), nil)
	nonces := map[string]bool{}
	for _, path := range []string{"/", "/brand/orders", "/c/jane.doe", "/join/abc", "/index.html"} {
		a := s.get(t, path)
		require.Equal(t, 200, a.status, path)
		require.Equal(t, "no-store", a.header.Get("Cache-Control"))
		require.Equal(t, "text/html; charset=utf-8", a.header.Get("Content-Type"))
		found := regexp.MustCompile(`nonce="([A-Z2-7]{26})"`).FindStringSubmatch(a.body)
		require.Len(t, found, 2, a.body)
		nonces[found[1]] = true
		require.Equal(t, "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-"+found[1]+"'; img-src 'self' data: blob:; "+
			"font-src 'self'; connect-src 'self' ws"+strings.TrimPrefix(s.url, "http")+"; manifest-src 'self'; object-src 'none'; "+
			"base-uri 'none'; form-action 'self'; frame-ancestors 'none'", a.header.Get("Content-Security-Policy"))
	}
	require.Len(t, nonces, 5)
}

func TestFilesAreServedAsTheBuildCompressedThem(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), nil)
	for accept, want := range map[string][2]string{
		"": {"", "plain"}, "gzip, deflate, br": {"br", "brotli"}, "gzip": {"gzip", "gzip"}, "br;q=0, gzip;q=0.5": {"gzip", "gzip"},
		"identity": {"", "plain"},
	} {
		a := s.get(t, "/assets/app-1.js", "Accept-Encoding", accept)
		require.Equal(t, 200, a.status)
		require.Equal(t, want, [2]string{a.header.Get("Content-Encoding"), a.body}, accept)
		require.Equal(t, "public, max-age=31536000, immutable", a.header.Get("Cache-Control"))
		require.Equal(t, "text/javascript; charset=utf-8", a.header.Get("Content-Type"))
		require.Equal(t, "Accept-Encoding", a.header.Get("Vary"))
	}
	require.Equal(t, "font/woff2", s.get(t, "/assets/font-1.woff2").header.Get("Content-Type"))
	a := s.get(t, "/theme.js")
	require.Equal(t, "no-cache", a.header.Get("Cache-Control"))
	require.Equal(t, 304, s.get(t, "/theme.js", "If-None-Match", a.header.Get("ETag")).status)
	head := s.do(t, http.MethodHead, "/theme.js", "")
	require.Equal(t, "7", head.header.Get("Content-Length"))
	require.Empty(t, head.body)
}

func TestShopsLoadTheSnippetFromTheirOwnPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), nil)
	a := s.get(t, "/t.js", "Accept-Encoding", "gzip")
	require.Equal(t, []any{200, "gzip", "gzip"}, []any{a.status, a.body, a.header.Get("Content-Encoding")})
	require.Equal(t, "cross-origin", a.header.Get("Cross-Origin-Resource-Policy"))
	require.Equal(t, "*", a.header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "text/javascript; charset=utf-8", a.header.Get("Content-Type"))
	require.Equal(t, "public, max-age=3600, stale-while-revalidate=86400", a.header.Get("Cache-Control"))
	require.Empty(t, a.header.Get("Set-Cookie"))
	require.Equal(t, 304, s.get(t, "/t.js", "Accept-Encoding", "gzip", "If-None-Match", a.header.Get("ETag")).status)
	require.Equal(t, "snippet", s.get(t, "/t.js").body)
	require.Equal(t, 503, newSite(t, fstest.MapFS{".gitkeep": {}}, nil).get(t, "/t.js").status)
}

func TestWhatIsNoPageIsNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), nil)
	for _, path := range []string{"/assets/missing.js", "/assets/", "/assets/app-1.js.br", "/webhooks/unknown", "/webhooks/stripe", "/t/events",
		"/.well-known/x", "/schema.graphql", "/download/x", "/calendar/x.ics", "/postback/x"} {
		require.Equal(t, 404, s.get(t, path).status, path)
	}
	require.NotContains(t, s.get(t, "/.vite/manifest.json").body, "secret")
	require.Equal(t, 405, s.do(t, http.MethodPost, "/brand", "x").status)
}

func TestAMissingBuildSaysSo(t *testing.T) {
	t.Parallel()
	s := newSite(t, fstest.MapFS{".gitkeep": {}}, nil)
	a := s.get(t, "/")
	require.Equal(t, 503, a.status)
	require.Equal(t, "portal not built: run make build\n", a.body)
	require.Equal(t, 200, s.get(t, "/healthz").status)
}

func TestPublicPagesHaveTheirOwnEscapedHead(t *testing.T) {
	t.Parallel()
	portal, err := httpd.NewPortal(build(), &url.URL{Scheme: "https", Host: "a.test"})
	require.NoError(t, err)
	rec := httptest.NewRecorder()
	portal.ServePage(rec, httptest.NewRequest(http.MethodGet, "/p/x", nil), http.StatusNotFound,
		&httpd.Meta{Title: `</title><script>alert(1)</script>`, Description: `"quoted"`, URL: "https://a.test/p/x"})
	require.Equal(t, 404, rec.Code)
	body := rec.Body.String()
	require.NotContains(t, body, "<script>")
	require.NotContains(t, body, "<title>Tributary")
	require.Contains(t, body, `<meta name="description" content="&#34;quoted&#34;" />`)
	require.Contains(t, body, `<meta property="og:url" content="https://a.test/p/x" />`)
	require.NotContains(t, body, "og:image")
	require.Contains(t, rec.Header().Get("Content-Security-Policy"), "connect-src 'self' wss://a.test;")

	rec = httptest.NewRecorder()
	portal.Editor().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/graphql", nil))
	nonce, ok := strings.CutPrefix(rec.Body.String(), "the editor ")
	require.True(t, ok)
	require.Contains(t, rec.Header().Get("Content-Security-Policy"), "style-src 'self' 'nonce-"+nonce+"';")
}

func TestRoutesReachTheirHandlersWithTheirWildcards(t *testing.T) {
	t.Parallel()
	value := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.PathValue(name)) })
	}
	s := newSite(t, build(), func(o *httpd.Options) {
		o.Routes = httpd.Routes{GraphQL: say("graphql"), Schema: []byte("type Query"), StoreEvents: say("events"),
			Postback: value("integration"), OAuthToken: say("token"), JWKS: say("jwks"), Calendar: value("token"), Download: value("token"),
			Unsubscribe: value("token"), ProgramPage: value("program"),
			Webhooks: map[string]http.Handler{"stripe": say("stripe"), "shopify/": value("integration")}}
	})
	for request, want := range map[string]string{
		"POST /graphql": "graphql", "GET /graphql": "graphql", "GET /schema.graphql": "type Query", "GET /t.js": "snippet",
		"POST /t/events": "events", "GET /postback/i1": "i1", "POST /postback/i1": "i1", "POST /oauth/token": "token",
		"GET /.well-known/jwks.json": "jwks", "GET /calendar/x.ics": "x.ics", "GET /download/d": "d", "POST /unsubscribe/u": "u",
		"GET /p/shop": "shop", "POST /webhooks/stripe": "stripe", "POST /webhooks/shopify/s1": "s1",
	} {
		method, path, _ := strings.Cut(request, " ")
		a := s.do(t, method, path, "")
		require.Equal(t, 200, a.status, request)
		require.Equal(t, want, a.body, request)
	}
	require.Equal(t, "cross-origin", s.get(t, "/t.js").header.Get("Cross-Origin-Resource-Policy"))
	require.Equal(t, 404, s.get(t, "/webhooks/stripe").status)
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), func(o *httpd.Options) { o.BaseURL = &url.URL{Scheme: "https", Host: "a.test"} })
	for _, path := range []string{"/", "/healthz", "/assets/app-1.js", "/missing", "/webhooks/x"} {
		h := s.get(t, path).header
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		require.Equal(t, "DENY", h.Get("X-Frame-Options"), path)
		require.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'", path)
		require.NotEmpty(t, h.Get("Strict-Transport-Security"), path)
		require.NotEmpty(t, h.Get("X-Request-Id"), path)
	}
}

func TestAClickPassesNoMiddleware(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), func(o *httpd.Options) {
		o.Routes.Redirect = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://shop.test/", http.StatusFound)
		})
	})
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	a := s.get(t, "/r/abc")
	require.Equal(t, 302, a.status)
	require.Empty(t, a.header.Get("X-Request-Id"))
	require.Empty(t, a.header.Get("Content-Security-Policy"))
	require.NotContains(t, s.log.String(), "/r/")
}

func TestTheLogNamesRoutesAndNoSecrets(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), func(o *httpd.Options) {
		o.Routes.Download = say("file")
		o.Routes.GraphQL = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			o.Log.InfoContext(r.Context(), "inside", "token", "canary")
		})
	})
	s.get(t, "/download/canary?signature=canary", "Authorization", "Bearer canary", "Cookie", "refresh=canary")
	a := s.do(t, http.MethodPost, "/graphql", "canary")
	s.get(t, "/reset-password/canary")
	s.stop()
	require.NoError(t, <-s.done)
	require.NotContains(t, s.log.String(), "canary")
	require.Contains(t, s.log.String(), `"route":"/download/{token}"`)
	require.Contains(t, s.log.String(), `"network":"127.0.0.0/24"`)
	require.Equal(t, 2, strings.Count(s.log.String(), `"request":"`+a.header.Get("X-Request-Id")+`"`), "the line inside and the access line")
}

func TestAPanicIsAnsweredAndTheServerLives(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), func(o *httpd.Options) {
		o.Routes.Postback = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("canary") })
		o.Routes.Download = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	})
	a := s.get(t, "/postback/x")
	require.Equal(t, 500, a.status)
	require.NotContains(t, a.body, "canary")
	require.Contains(t, s.log.String(), "httpd_test.go")
	_, err := s.client.Get(s.url + "/download/x")
	require.Error(t, err, "an aborted answer is cut")
	require.Equal(t, 200, s.get(t, "/healthz").status)
}

func TestBodiesAreBoundedByRoute(t *testing.T) {
	t.Parallel()
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		var limited *http.MaxBytesError
		if errors.As(err, &limited) {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
		}
	})
	s := newSite(t, build(), func(o *httpd.Options) {
		o.Routes.OAuthToken = read
		o.Routes.Webhooks = map[string]http.Handler{"stripe": read}
	})
	require.Equal(t, 413, s.do(t, http.MethodPost, "/oauth/token", strings.Repeat("x", 17<<10)).status)
	require.Equal(t, 200, s.do(t, http.MethodPost, "/webhooks/stripe", strings.Repeat("x", 1<<20)).status)
	require.Equal(t, 413, s.do(t, http.MethodPost, "/webhooks/stripe", strings.Repeat("x", 3<<20)).status)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/oauth/token",
		io.MultiReader(strings.NewReader(strings.Repeat("x", 17<<10)), strings.NewReader("of unknown length")))
	require.NoError(t, err)
	resp, err := s.client.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, 413, resp.StatusCode)
}

func TestReadinessNamesWhatFailsAndNotWhy(t *testing.T) {
	t.Parallel()
	var mended atomic.Bool
	s := newSite(t, build(), func(o *httpd.Options) {
		o.Checks = []httpd.Check{
			{Name: "database", Run: func(context.Context) error {
				if mended.Load() {
					return nil
				}
				return errors.New("canary: password authentication failed")
			}},
			{Name: "spool", Run: func(context.Context) error { return nil }},
		}
	})
	a := s.get(t, "/readyz")
	require.Equal(t, 503, a.status)
	require.JSONEq(t, `{"status":"not ready","checks":{"database":"failed","spool":"ok"}}`, a.body)
	require.Contains(t, s.log.String(), "canary")
	mended.Store(true)
	require.Equal(t, 200, s.get(t, "/readyz").status)
	require.Equal(t, 200, s.get(t, "/healthz").status)
}

func TestFiguresAreForThisMachineAndPrivateNetworks(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), nil)
	s.get(t, "/brand/orders")
	a := s.get(t, "/metrics")
	require.Equal(t, 200, a.status)
	require.Contains(t, a.body, `tributary_http_requests_total{method="GET",route="/",status="2xx"} 1`)
	require.Equal(t, 404, s.get(t, "/metrics", "X-Forwarded-For", "203.0.113.9").status, "an unknown proxy")

	proxied := newSite(t, build(), func(o *httpd.Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	require.Equal(t, 404, proxied.get(t, "/metrics", "X-Forwarded-For", "203.0.113.9").status)
	require.Equal(t, 200, proxied.get(t, "/metrics", "X-Forwarded-For", "10.1.2.3").status)
}

func TestTheClientsAddressComesFromTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	address := httpd.ClientAddress([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")})
	for _, c := range []struct{ remote, forwarded, want string }{
		{"203.0.113.1:5", "", "203.0.113.1"},
		{"203.0.113.1:5", "198.51.100.1", "203.0.113.1"},
		{"10.0.0.1:5", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:5", "192.0.2.66, 198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:5", "198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1:5", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
		{"10.0.0.1:5", "198.51.100.1, nonsense", "10.0.0.1"},
		{"10.0.0.1:5", "", "10.0.0.1"},
		{"[fd00::1]:5", "2001:db8::7", "2001:db8::7"},
		{"[::ffff:10.0.0.1]:5", "::ffff:198.51.100.1", "198.51.100.1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		require.Equal(t, c.want, address(r).String(), "%+v", c)
	}
}

func TestAStopFinishesWhatIsUnderWayAndTellsReadinessBefore(t *testing.T) {
	t.Parallel()
	entered, leave := make(chan struct{}), make(chan struct{})
	s := newSite(t, build(), func(o *httpd.Options) {
		o.Routes.Download = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			close(entered)
			<-leave
			fmt.Fprint(w, "whole ", r.Context().Err())
		})
	})
	got := make(chan string, 1)
	go func() {
		resp, err := s.client.Get(s.url + "/download/x")
		if err != nil {
			got <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		got <- string(body)
	}()
	<-entered
	s.stop()
	require.Eventually(t, func() bool {
		conn, err := net.DialTimeout("tcp", strings.TrimPrefix(s.url, "http://"), time.Second)
		if err == nil {
			_ = conn.Close()
		}
		return err != nil
	}, 10*time.Second, 5*time.Millisecond, "no new connection is taken")
	close(leave)
	require.Equal(t, "whole <nil>", <-got)
	require.NoError(t, <-s.done)
}

func TestASlowHeaderIsCut(t *testing.T) {
	t.Parallel()
	s := newSite(t, build(), nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n")
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, err = io.ReadAll(conn)
	require.NoError(t, err, "the server closes after five seconds")
}

func TestStreamsAndWebSocketsPassTheMiddleware(t *testing.T) {
	t.Parallel()
	leave := make(chan struct{})
	s := newSite(t, build(), func(o *httpd.Options) {
		o.Routes.GraphQL = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Upgrade") != "" {
				conn, err := websocket.Accept(w, r, nil)
				if err != nil {
					return
				}
				_ = conn.Write(r.Context(), websocket.MessageText, []byte("hello"))
				_ = conn.Close(websocket.StatusNormalClosure, "")
				return
			}
			_, _ = io.WriteString(w, "first\n")
			_ = http.NewResponseController(w).Flush()
			<-leave
		})
	})
	resp, err := s.client.Post(s.url+"/graphql", "application/json", nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	first := make([]byte, 6)
	_, err = io.ReadFull(resp.Body, first)
	require.NoError(t, err)
	require.Equal(t, "first\n", string(first), "it came before the handler ended")
	close(leave)

	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.url, "http")+"/graphql", nil)
	require.NoError(t, err)
	_, text, err := conn.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, "hello", string(text))
	_, _, err = conn.Read(t.Context())
	require.Equal(t, websocket.StatusNormalClosure, websocket.CloseStatus(err))
}

func TestHealthTellsWhichServerAnswersAndByWhichName(t *testing.T) {
	t.Parallel()
	base := &url.URL{Scheme: "https", Host: "tributary.test"}
	portal, err := httpd.NewPortal(build(), base)
	require.NoError(t, err)
	handler := httpd.New(httpd.Options{Log: slog.New(slog.DiscardHandler), Clock: clock.System{}, BaseURL: base, Registry: prometheus.NewRegistry(), Portal: portal,
		Deployment: "4f2a"}).Handler()
	for host, want := range map[string]string{"go.brand.example": "go.brand.example", "Go.Brand.Example.:8443": "go.brand.example", "[::1]:80": "::1", "a b<script>": ""} {
		req := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		req.Host = host
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, req)
		require.JSONEq(t, `{"status": "ok", "deployment": "4f2a", "host": "`+want+`"}`, rec.Body.String(), host)
		require.Equal(t, "no-store", rec.Header().Get("Cache-Control"))
	}
}
