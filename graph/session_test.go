package graph_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/graph"
	"tributary/graph/transport"
	"tributary/internal/identity"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/job"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/testdb"
)

const sessionPassword = "a long password"

// gate is /graphql behind the session code, with identity alone below it.
type gate struct {
	http.Handler
	t     *testing.T
	clock *clock.Fake
	oauth http.Handler
}

func newGate(t *testing.T, base string) *gate {
	t.Helper()
	g := &gate{t: t, clock: clock.NewFake(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))}
	db := testdb.New(t)
	quiet := slog.New(slog.DiscardHandler)
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	sender, err := mail.New(mail.Config{Outbox: t.TempDir(), From: "no-reply@tributary.test", Clock: g.clock, Log: quiet})
	require.NoError(t, err)
	ids, err := identity.New(identity.Config{DB: db, Clock: g.clock, Queue: queue, Mail: sender, Log: quiet, BaseURL: base, Sandbox: true,
		MasterSecret: []byte(strings.Repeat("m", 32)), Password: identity.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1, Parallel: 2}})
	require.NoError(t, err)
	_, err = ids.CreateUser(testdb.Context(t), identity.NewUser{Email: "ada@people.test", Name: "Ada", Password: sessionPassword})
	require.NoError(t, err)
	r := &graph.Resolver{Identity: ids, Deployment: graph.DeploymentInfo{BaseURL: base}}
	u, err := url.Parse(base)
	require.NoError(t, err)
	address := func(*http.Request) netip.Addr { return netip.MustParseAddr("192.0.2.7") }
	g.Handler = graph.WithSession(r, address, []byte("key"), transport.NewServer(r.Executable(), transport.Options{Log: quiet, Clock: g.clock, BaseURL: u, Sandbox: true}))
	g.oauth = graph.WithSession(r, address, []byte("key"), r.OAuthToken())
	return g
}

type sessionAnswer struct {
	Data   map[string]json.RawMessage
	Errors []struct{ Extensions struct{ Code string } }
	cookie *http.Cookie
}

func (a sessionAnswer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Extensions.Code
}

// ask posts a query; change sets headers.
func (g *gate) ask(query string, change func(*http.Request)) (out sessionAnswer) {
	g.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(g.t, err)
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	require.NoError(g.t, json.Unmarshal(w.Body.Bytes(), &out), w.Body.String())
	if cookies := w.Result().Cookies(); len(cookies) > 0 {
		out.cookie = cookies[0]
	}
	return out
}

const signInQuery = `mutation { s: signIn(input: {email: "ada@people.test", password: "` + sessionPassword + `"}) {
	accessToken viewer { user { email } memberships { id } } userErrors { code } } }`

func (g *gate) signIn() (access string, cookie *http.Cookie) {
	g.t.Helper()
	a := g.ask(signInQuery, nil)
	require.Empty(g.t, a.Errors)
	var s struct {
		AccessToken string
		Viewer      struct{ User struct{ Email string } }
	}
	require.NoError(g.t, json.Unmarshal(a.Data["s"], &s))
	require.Equal(g.t, "ada@people.test", s.Viewer.User.Email, "the answer to a sign-in shows who signed in")
	require.NotNil(g.t, a.cookie)
	return s.AccessToken, a.cookie
}

func bearerToken(token string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }
}

func ownPage(cookie *http.Cookie) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if cookie != nil {
			r.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
		}
	}
}

const whoQuery = `{ viewer { user { email } sendingNeedsTotp } }`

func TestABearerTokenSaysWhoAsks(t *testing.T) {
	t.Parallel()
	g := newGate(t, "http://tributary.test")
	require.JSONEq(t, `null`, string(g.ask(whoQuery, nil).Data["viewer"]))
	access, _ := g.signIn()
	a := g.ask(whoQuery, bearerToken(access))
	require.JSONEq(t, `{"user": {"email": "ada@people.test"}, "sendingNeedsTotp": true}`, string(a.Data["viewer"]))
}

func TestABearerTokenThatIsNotGoodKeepsNobodyFromSigningIn(t *testing.T) {
	t.Parallel()
	g := newGate(t, "http://tributary.test")
	access, cookie := g.signIn()
	for name, header := range map[string]string{"made up": "Bearer x.y.z", "another scheme": "Basic YTpi", "changed": "Bearer " + access + "A",
		"unknown key": "Bearer trb_" + strings.Repeat("A", 43)} {
		bad := func(r *http.Request) { r.Header.Set("Authorization", header) }
		require.Equal(t, "UNAUTHENTICATED", g.ask(whoQuery, bad).code(), name)
		require.Equal(t, "UNAUTHENTICATED", g.ask(`{ deployment { version } }`, bad).code(), name)
		require.Equal(t, "UNAUTHENTICATED", g.ask(`mutation { signOut { done } removeMember(input: {membershipId: "x"}) { done } }`, bad).code(), name)
		require.Equal(t, "UNAUTHENTICATED", g.ask(`mutation { ...f } fragment f on Mutation { removeMember(input: {membershipId: "x"}) { done } }`, bad).code(), name)
		require.Empty(t, g.ask(signInQuery, bad).Errors, name)
	}
	a := g.ask(`mutation { refreshSession { accessToken } }`, func(r *http.Request) { bearerToken("over")(r); ownPage(cookie)(r) })
	require.Empty(t, a.Errors)
}

func TestTheRefreshCookieIsForThisServersPagesOnly(t *testing.T) {
	t.Parallel()
	for base, name := range map[string]string{"https://tributary.test": "__Host-tributary_session", "http://tributary.test": "tributary_session"} {
		g := newGate(t, base)
		_, cookie := g.signIn()
		require.Equal(t, name, cookie.Name)
		require.Equal(t, strings.HasPrefix(base, "https"), cookie.Secure)
		require.True(t, cookie.HttpOnly)
		require.Equal(t, "/", cookie.Path)
		require.Equal(t, http.SameSiteStrictMode, cookie.SameSite)
		const refresh = `mutation { refreshSession { accessToken viewer { user { name } } } }`
		for what, change := range map[string]func(*http.Request){
			"no origin at all": func(r *http.Request) { r.AddCookie(cookie) },
			"another site":     func(r *http.Request) { r.AddCookie(cookie); r.Header.Set("Sec-Fetch-Site", "cross-site") },
			"another origin":   func(r *http.Request) { r.AddCookie(cookie); r.Header.Set("Origin", "http://evil.test") },
		} {
			require.Equal(t, "FORBIDDEN", g.ask(refresh, change).code(), what)
		}
		require.Equal(t, "UNAUTHENTICATED", g.ask(refresh, ownPage(nil)).code())
		a := g.ask(refresh, ownPage(cookie))
		require.Empty(t, a.Errors)
		require.NotEqual(t, cookie.Value, a.cookie.Value)
		require.Empty(t, g.ask(refresh, func(r *http.Request) { r.AddCookie(a.cookie); r.Header.Set("Origin", base) }).Errors)
	}
}

func TestSigningOutTakesTheCookieAway(t *testing.T) {
	t.Parallel()
	g := newGate(t, "http://tributary.test")
	access, cookie := g.signIn()
	a := g.ask(`mutation { signOut { done } }`, func(r *http.Request) { bearerToken(access)(r); ownPage(cookie)(r) })
	require.JSONEq(t, `{"done": true}`, string(a.Data["signOut"]))
	require.Negative(t, a.cookie.MaxAge)
	require.Equal(t, "UNAUTHENTICATED", g.ask(whoQuery, bearerToken(access)).code())
	require.Equal(t, "UNAUTHENTICATED", g.ask(`mutation { refreshSession { accessToken } }`, ownPage(cookie)).code())
}

func TestAnAccessTokenIsOverInTime(t *testing.T) {
	t.Parallel()
	g := newGate(t, "http://tributary.test")
	access, _ := g.signIn()
	g.clock.Advance(15 * time.Minute)
	require.Equal(t, "UNAUTHENTICATED", g.ask(whoQuery, bearerToken(access)).code())
}

func TestAWrongPasswordIsAUserError(t *testing.T) {
	t.Parallel()
	g := newGate(t, "http://tributary.test")
	a := g.ask(strings.Replace(signInQuery, sessionPassword, "wrong", 1), nil)
	require.Empty(t, a.Errors)
	require.JSONEq(t, `{"accessToken": null, "viewer": null, "userErrors": [{"code": "INVALID"}]}`, string(a.Data["s"]))
	require.Nil(t, a.cookie)
}

func TestAWrongClientGetsNoToken(t *testing.T) {
	t.Parallel()
	g := newGate(t, "http://tributary.test")
	for body, status := range map[string]int{"grant_type=password": http.StatusBadRequest,
		"grant_type=client_credentials&client_secret=trb_x": http.StatusUnauthorized} {
		r := httptest.NewRequest(http.MethodPost, "/oauth/token", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		g.oauth.ServeHTTP(w, r)
		require.Equal(t, status, w.Code)
	}
}
