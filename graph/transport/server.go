// Package transport carries GraphQL over HTTP, event streams and WebSockets. The library's own transports echo bodies, read
// without a limit and answer request errors in a way the GraphQL over HTTP draft does not want, so those here replace them.
package transport

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"tributary/graph/fail"
	"tributary/graph/limit"
	"tributary/internal/kit/clock"
)

// The defaults of Options.
const (
	DefaultMaxCost   = 20_000 // points of one operation
	DefaultTimeout   = 30 * time.Second
	DefaultKeepAlive = 15 * time.Second
	DefaultRecheck   = 5 * time.Second
	DefaultPatience  = 10 * time.Second // for one event to be taken, and for connection_init to come
)

// The bounds of the caches, in bytes. A parsed document weighs about as much as documentWeight times its text.
const (
	maxPersistedBytes = 8 << 20
	maxPersistedEntry = 64 << 10
	maxDocumentBytes  = 32 << 20
	maxDocumentEntry  = 1 << 20
	documentWeight    = 20
	entryWeight       = 200 // bookkeeping
)

// Options is what a server needs beside its schema.
type Options struct {
	Log   *slog.Logger
	Clock clock.Clock
	// BaseURL is the public URL: pages of this origin may open WebSockets and use cookies.
	BaseURL *url.URL
	// Sandbox opens introspection and suggestions to everybody.
	Sandbox bool
	// SignedIn reports whether a context's caller may introspect. Without it nobody is signed in.
	SignedIn func(context.Context) bool
	// Authenticate makes the context of a WebSocket from connection_init. Without it the request's own context serves.
	Authenticate Authenticate
	// Recheck is asked every few seconds on streams whether the caller is still allowed; an error ends the stream. It may be nil.
	Recheck func(context.Context) error
	// Caller names a caller, to bound the WebSockets of each. Callers named "" are bounded together with all others only. It may
	// be nil.
	Caller func(context.Context) string
	// Charge books an operation's cost; see limit.Cost. It may be nil.
	Charge func(ctx context.Context, points int) (wait time.Duration)
	// GraphiQL is the query editor's page, which browsers are shown. It may be nil.
	GraphiQL http.Handler
	// Stopping ends streams when it is closed, so that a stopping server does not wait for them. It may be nil.
	Stopping <-chan struct{}

	// MaxCost, Timeout, KeepAlive, Recheck interval and Patience replace the defaults when they are not zero.
	MaxCost         int
	Timeout         time.Duration
	KeepAlive       time.Duration
	RecheckInterval time.Duration
	Patience        time.Duration
}

func (o Options) withDefaults() Options {
	if o.SignedIn == nil {
		o.SignedIn = func(context.Context) bool { return false }
	}
	if o.Authenticate == nil {
		o.Authenticate = func(ctx context.Context, _ map[string]any) (context.Context, error) { return ctx, nil }
	}
	if o.Recheck == nil {
		o.Recheck = func(context.Context) error { return nil }
	}
	if o.Caller == nil {
		o.Caller = func(context.Context) string { return "" }
	}
	o.MaxCost = orDefault(o.MaxCost, DefaultMaxCost)
	o.Timeout = orDefault(o.Timeout, DefaultTimeout)
	o.KeepAlive = orDefault(o.KeepAlive, DefaultKeepAlive)
	o.RecheckInterval = orDefault(o.RecheckInterval, DefaultRecheck)
	o.Patience = orDefault(o.Patience, DefaultPatience)
	return o
}

func orDefault[T comparable](value, standard T) T {
	var zero T
	if value == zero {
		return standard
	}
	return value
}

// NewServer makes the handler of /graphql: transports in the order in which they look at a request, persisted queries, limits
// before anything expensive, then introspection and cost, then the error presenter.
func NewServer(schema graphql.ExecutableSchema, options_ Options) http.Handler {
	o := options_.withDefaults()
	times := streamTimes{operation: o.Timeout, keepAlive: o.KeepAlive, recheck: o.RecheckInterval, write: o.Patience, init: o.Patience}
	documents := newCache(maxDocumentBytes, maxDocumentEntry,
		func(query string, _ *ast.QueryDocument) int { return entryWeight + documentWeight*len(query) })
	persisted := newCache(maxPersistedBytes, maxPersistedEntry,
		func(hash, query string) int { return entryWeight + len(hash) + len(query) })

	srv := handler.New(schema)
	srv.AddTransport(options{})
	srv.AddTransport(page{o.GraphiQL})
	srv.AddTransport(&sockets{log: o.Log, times: times, origins: originsOf(o.BaseURL), authenticate: o.Authenticate,
		recheck: o.Recheck, caller: o.Caller, stopping: o.Stopping, count: newSocketCount()})
	srv.AddTransport(events{times, o.Clock, o.Recheck, o.Stopping})
	srv.AddTransport(post{o.Timeout, newCookiePolicy(o.BaseURL)})
	srv.AddTransport(get{o.Timeout})
	srv.AddTransport(otherMethod{})

	srv.SetErrorPresenter(fail.Presenter(o.Log))
	srv.SetRecoverFunc(fail.Recover(o.Log))
	srv.SetQueryCache(documents)
	srv.SetParserTokenLimit(limit.MaxTokens)
	if !o.Sandbox {
		srv.SetDisableSuggestion(true)
		srv.SetValidationRulesFn(rulesWithoutSuggestions)
	}
	srv.Use(extension.AutomaticPersistedQuery{Cache: persisted})
	srv.Use(limit.Document{Known: documents.Has})
	srv.Use(introspection{func(ctx context.Context) bool { return o.Sandbox || o.SignedIn(ctx) }})
	srv.Use(&limit.Cost{Max: o.MaxCost, Charge: o.Charge})

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Type", typeJSON+"; charset=utf-8") // for the answer to a panic; every other answer names its own
		header.Add("Vary", "Accept")
		srv.ServeHTTP(w, r)
	})
}

// rulesWithoutSuggestions are the validation rules with those that guess names replaced; the executor does the other two.
func rulesWithoutSuggestions() *rules.Rules {
	set := rules.NewDefaultRules()
	set.ReplaceRule(rules.KnownArgumentNamesRule.Name, rules.KnownArgumentNamesRuleWithoutSuggestions.RuleFunc)
	set.ReplaceRule(rules.KnownTypeNamesRule.Name, rules.KnownTypeNamesRuleWithoutSuggestions.RuleFunc)
	set.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, rules.ValuesOfCorrectTypeRuleWithoutSuggestions.RuleFunc)
	return set
}

func originsOf(base *url.URL) []string {
	if base == nil {
		return nil
	}
	return []string{base.Scheme + "://" + base.Host}
}
