package transport_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"tributary/graph/transport"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
)

// fakeSchema is a small schema with hand-written execution: only what the transports need to see.
type fakeSchema struct {
	schema *ast.Schema
	prices atomic.Int64          // calls of the complexity function
	runs   atomic.Int64          // operations executed
	events chan string           // of the subscription; closing it ends the subscription
	ended  chan struct{}         // one value each time a subscription's context ends
	last   sync.Map              // "headers" of the last operation
	seen   func(context.Context) // called by field "name"
}

const sdl = `
directive @live on FIELD
enum Colour { RED GREEN }
type Query {
  name: String!
  find(id: Int!, colour: Colour): String
  self: Query
  missing: String
  broken: String
  panic: String
  slow: String
  cookie: String
}
type Mutation { set(value: String): String login(password: String): String }
type Subscription { tick: String! }`

func newFakeSchema() *fakeSchema {
	return &fakeSchema{schema: gqlparser.MustLoadSchema(&ast.Source{Input: sdl}), events: make(chan string), ended: make(chan struct{}, 100)}
}

func (f *fakeSchema) Schema() *ast.Schema { return f.schema }

func (f *fakeSchema) Complexity(_ context.Context, _, _ string, child int, _ map[string]any) (int, bool) {
	f.prices.Add(1)
	return child + 1, true
}

func (f *fakeSchema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	f.runs.Add(1)
	f.last.Store("headers", op.Headers)
	if op.Operation.Operation == ast.Subscription {
		context.AfterFunc(ctx, func() { f.ended <- struct{}{} })
		return func(ctx context.Context) *graphql.Response {
			select {
			case <-ctx.Done():
				return nil
			case text, more := <-f.events:
				if !more {
					return nil
				}
				if text == "panic" {
					panic("canary in a subscription")
				}
				return &graphql.Response{Data: fmt.Appendf(nil, `{"tick":%q}`, text)}
			}
		}
	}
	done := false
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		return &graphql.Response{Data: f.object(ctx, op, op.Operation.SelectionSet)}
	}
}

func (f *fakeSchema) object(ctx context.Context, op *graphql.OperationContext, set ast.SelectionSet) json.RawMessage {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, field := range graphql.CollectFields(op, set, []string{"Query", "Mutation"}) {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%q:%s", field.Alias, f.value(ctx, op, field))
	}
	out.WriteByte('}')
	return out.Bytes()
}

func (f *fakeSchema) value(ctx context.Context, op *graphql.OperationContext, field graphql.CollectedField) []byte {
	path := graphql.WithPathContext(ctx, graphql.NewPathWithField(field.Alias))
	text := "test"
	switch field.Name {
	case "self":
		return f.object(ctx, op, field.Selections)
	case "__schema", "__type":
		return []byte(`{"open":true}`)
	case "name":
		if f.seen != nil {
			f.seen(ctx)
		}
	case "find":
		text = fmt.Sprint(field.ArgumentMap(op.Variables)["id"])
	case "missing":
		graphql.AddError(path, fault.Missing("link"))
		return []byte("null")
	case "broken":
		graphql.AddError(path, errors.New("pq: canary table"))
		return []byte("null")
	case "panic":
		panic("canary")
	case "slow":
		<-ctx.Done()
		graphql.AddError(path, ctx.Err())
		return []byte("null")
	case "cookie", "login":
		exchange, ok := transport.ExchangeFrom(ctx)
		if !ok {
			text = "no exchange"
			break
		}
		text = fmt.Sprintf("%s same=%t", exchange.Cookie("refresh"), exchange.SameOrigin())
		if field.Name == "login" {
			exchange.SetCookie(&http.Cookie{Name: "refresh", Value: "new", HttpOnly: true})
		}
	}
	return fmt.Appendf(nil, "%q", text)
}

type site struct {
	*httptest.Server
	schema *fakeSchema
	log    *lockedBuffer
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

// newSite serves the schema on loopback. change may alter the options first.
func newSite(t *testing.T, change func(*transport.Options)) *site {
	t.Helper()
	s := &site{schema: newFakeSchema(), log: &lockedBuffer{}}
	server := httptest.NewUnstartedServer(nil)
	base, err := url.Parse("http://" + server.Listener.Addr().String())
	require.NoError(t, err)
	options := transport.Options{Log: slog.New(slog.NewTextHandler(s.log, nil)), Clock: clock.System{}, BaseURL: base}
	if change != nil {
		change(&options)
	}
	server.Config.Handler = transport.NewServer(s.schema, options)
	server.Config.ErrorLog = slog.NewLogLogger(slog.NewTextHandler(s.log, nil), slog.LevelError)
	server.Start()
	t.Cleanup(server.Close)
	s.Server = server
	return s
}

type answer struct {
	status int
	header http.Header
	body   string
}

// fields decodes the top level of the answer.
func (a answer) fields(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	out := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal([]byte(a.body), &out), a.body)
	return out
}

// codes gives extensions.code of each error.
func (a answer) codes(t *testing.T) []string {
	t.Helper()
	var out struct {
		Errors []struct {
			Extensions struct{ Code string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(a.body), &out), a.body)
	var codes []string
	for _, e := range out.Errors {
		codes = append(codes, e.Extensions.Code)
	}
	return codes
}

func (s *site) do(t *testing.T, method, path, body string, header map[string]string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	require.NoError(t, err)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := s.Client().Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// post sends a body as JSON.
func (s *site) post(t *testing.T, body string, header map[string]string) answer {
	t.Helper()
	all := map[string]string{"Content-Type": "application/json"}
	for name, value := range header {
		all[name] = value
	}
	return s.do(t, http.MethodPost, "/", body, all)
}

// ask sends a query alone.
func (s *site) ask(t *testing.T, query string, header map[string]string) answer {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	return s.post(t, string(body), header)
}

// patience bounds what a test waits for; it is reached only when the test fails.
const patience = 10 * time.Second

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		require.FailNow(t, "nothing came")
		panic("unreachable")
	}
}
