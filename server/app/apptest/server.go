// Package apptest runs the whole server inside of a test: every service, job and route, on a database and at an address of its own.
// Tests only.
package apptest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/identity"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/server/app"
	"tributary/server/config"
)

// masterSecret is that of every server of tests, so that tests can make what it accepts.
const masterSecret = "a master secret for tests, long enough"

// Password is the password of everybody whom Person makes.
const Password = "a password for tests"

// startPatience bounds how long a start may take on a busy machine.
const startPatience = time.Minute

// Server is a running server.
type Server struct {
	URL string // without a slash at the end
	DB  *database.DB
	// HTTP keeps as many connections open as a test has clients, and follows no redirects.
	HTTP *http.Client

	people *identity.Service
}

// Start runs the server, in the sandbox and without demo, until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	db := testdb.New(t)
	settings, err := config.Load([]string{"TRIBUTARY_ADDR=127.0.0.1:0", "TRIBUTARY_LOG=text,error", "TRIBUTARY_SECRET=" + masterSecret,
		"TRIBUTARY_DATA_DIR=" + t.TempDir(), "DATABASE_URL=" + db.URL()}, "")
	require.NoError(t, err)
	said := greeting{address: make(chan string, 1)}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- app.App{Config: settings, Version: "test", Out: said, Err: t.Output()}.Serve(ctx, false)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("the server ended: %v", err)
		}
	})
	s := &Server{DB: db, HTTP: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	select {
	case s.URL = <-said.address:
	case err := <-served:
		served <- nil
		require.FailNow(t, "the server did not start", "%v", err)
	case <-time.After(startPatience):
		require.FailNow(t, "the server did not say its address")
	}
	t.Cleanup(s.HTTP.CloseIdleConnections)
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	s.people, err = identity.New(identity.Config{DB: db, Clock: clock.System{}, Queue: queue, MasterSecret: config.NewSecret(masterSecret).Key("identity"),
		BaseURL: s.URL, Sandbox: true, Password: identity.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1, Parallel: 2}})
	require.NoError(t, err)
	return s
}

// greeting finds the address in what the server says when it is ready.
type greeting struct{ address chan string }

func (g greeting) Write(text []byte) (int, error) {
	for word := range strings.FieldsSeq(string(text)) {
		if strings.HasPrefix(word, "http://") {
			select {
			case g.address <- word:
			default:
			}
			break
		}
	}
	return len(text), nil
}

// Person makes an account of the demo sort, which needs no one-time code to send money in the sandbox.
func (s *Server) Person(t testing.TB, email string) identity.User {
	t.Helper()
	u, err := s.people.CreateUser(viewer.WithSystem(t.Context(), "test"), identity.NewUser{Email: email, Name: "Test Person", Password: Password,
		Demo: true, Verified: true})
	require.NoError(t, err)
	return u
}

// Member makes a person with roles in a brand.
func (s *Server) Member(t testing.TB, email string, brand id.ID, roles ...viewer.Role) identity.User {
	t.Helper()
	u := s.Person(t, email)
	_, err := s.people.Enrol(viewer.WithSystem(t.Context(), "test"), brand, u.ID, roles)
	require.NoError(t, err)
	return u
}

// Token gives an access token of a person.
func (s *Server) Token(t testing.TB, email string) string {
	t.Helper()
	token, _, err := s.people.TokenFor(viewer.WithSystem(t.Context(), "test"), email)
	require.NoError(t, err)
	return token
}

// Key makes an API key of a brand, as one of its owners.
func (s *Server) Key(t testing.TB, owner string, brand id.ID, scopes ...viewer.Scope) string {
	t.Helper()
	ctx := viewer.WithSystem(t.Context(), "test")
	u, err := s.people.UserByEmail(ctx, owner)
	require.NoError(t, err)
	v, err := s.people.ViewerOf(ctx, u.ID)
	require.NoError(t, err)
	_, secret, err := s.people.CreateAPIKey(viewer.With(t.Context(), v), brand, "Test", scopes)
	require.NoError(t, err)
	return secret
}

// Answer is what the server said to an operation.
type Answer struct {
	Status int
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	Extensions map[string]any
}

// Ask sends an operation with a bearer token, which may be empty.
func (s *Server) Ask(ctx context.Context, token, query string, variables map[string]any) (a Answer, err error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return a, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := s.HTTP.Do(r)
	if err != nil {
		return a, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return a, err
	}
	a.Status = response.StatusCode
	return a, json.Unmarshal(text, &a)
}

// Do sends an operation that must work, and reads its data into a value, which may be nil.
func (s *Server) Do(t testing.TB, token, query string, variables map[string]any, into any) {
	t.Helper()
	a, err := s.Ask(t.Context(), token, query, variables)
	require.NoError(t, err)
	require.Empty(t, a.Errors, "%s", query)
	if into != nil {
		require.NoError(t, json.Unmarshal(a.Data, into))
	}
}
