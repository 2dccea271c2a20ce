package httpd

import (
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// redirectPrefix is the path of short links. It is looked at before anything else: a click costs one map look-up and no
// middleware, so its handler measures and protects itself.
const redirectPrefix = "/r/"

// graphqlTime bounds how long a client may take to read a GraphQL answer. Operations are bounded by the handler; WebSockets
// leave the deadline behind and event streams move it on.
const graphqlTime = 90 * time.Second

// Routes are the handlers that other packages make. A page without a handler is the portal's; anything else without one
// answers 404.
type Routes struct {
	Redirect http.Handler // /r/{code} and what is below it
	GraphQL  http.Handler // /graphql
	Schema   []byte       // GET /schema.graphql

	StoreEvents http.Handler // /t/events, POST and OPTIONS
	Postback    http.Handler // /postback/{integration}, GET and POST

	// Webhooks are POST /webhooks/{name} ("stripe") and, when the key ends in "/", POST /webhooks/{name}/{integration}
	// ("shopify/").
	Webhooks map[string]http.Handler

	OAuthToken http.Handler // POST /oauth/token
	JWKS       http.Handler // GET /.well-known/jwks.json

	SandboxPages http.Handler // /sandbox/stripe/…, only where the built-in sandbox plays Stripe

	// Pages that a server answers itself, with the patterns' wildcards set.
	Survey      http.Handler // /s/{token}
	SurveyOf    http.Handler // GET /s/{brand}/{checkout}
	LinkInBio   http.Handler // /c/{handle}
	LandingPage http.Handler // /l/{creator}/{page}
	ProgramPage http.Handler // /p/{program}
	Invitation  http.Handler // /join/{token}
	Unsubscribe http.Handler // /unsubscribe/{token}
	Calendar    http.Handler // GET /calendar/{token}, with the ending .ics in the token
	Download    http.Handler // GET /download/{token}
}

// handler joins all routes.
func (s *Server) handler(routes Routes, registry *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	machine := func(pattern string, b bounds, h http.Handler) {
		if h == nil {
			h = http.HandlerFunc(http.NotFound)
		}
		mux.Handle(pattern, s.bound(b, h))
	}
	page := func(pattern string, h http.Handler) {
		if h == nil {
			h = s.portal
		}
		mux.Handle(pattern, s.bound(smallRequest, h))
	}
	machine("GET /healthz", smallRequest, http.HandlerFunc(s.live))
	machine("GET /readyz", smallRequest, http.HandlerFunc(s.ready))
	machine("GET /metrics", smallRequest, s.metricsHandler(registry))
	machine("GET /schema.graphql", smallRequest, schemaHandler(routes.Schema))

	if routes.GraphQL != nil {
		mux.HandleFunc("/graphql", func(w http.ResponseWriter, r *http.Request) {
			s.deadline(w, graphqlTime)
			routes.GraphQL.ServeHTTP(w, r)
		})
	}
	machine("GET /t.js", smallRequest, crossOrigin(http.HandlerFunc(s.portal.serveSnippet)))
	machine("/t/events", smallRequest, crossOrigin(routes.StoreEvents))
	machine("/postback/{integration}", postbackCall, routes.Postback)
	for name, h := range routes.Webhooks {
		pattern := "POST /webhooks/" + name
		if strings.HasSuffix(name, "/") {
			pattern += "{integration}"
		}
		machine(pattern, webhookRequest, h)
	}
	machine("/webhooks/", smallRequest, nil)
	machine("POST /oauth/token", smallRequest, routes.OAuthToken)
	machine("GET /.well-known/jwks.json", smallRequest, routes.JWKS)
	machine("/.well-known/", smallRequest, nil)
	machine("GET /calendar/{token}", smallRequest, routes.Calendar)
	machine("GET /download/{token}", downloadAnswer, routes.Download)

	if routes.SandboxPages != nil {
		mux.Handle("/sandbox/stripe/", s.bound(smallRequest, routes.SandboxPages))
	}
	page("/s/{token}", routes.Survey)
	machine("GET /s/{brand}/{checkout}", smallRequest, routes.SurveyOf)
	page("/c/{handle}", routes.LinkInBio)
	page("/l/{creator}/{page}", routes.LandingPage)
	page("/p/{program}", routes.ProgramPage)
	page("/join/{token}", routes.Invitation)
	page("/unsubscribe/{token}", routes.Unsubscribe)
	page("/assets/", nil)
	page("/", nil)

	inner := s.observe(s.secure(mux))
	if routes.Redirect == nil {
		return inner
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, redirectPrefix) {
			routes.Redirect.ServeHTTP(w, r)
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// crossOrigin lets other sites load an answer, as the storefront snippet is loaded by shops.
func crossOrigin(next http.Handler) http.Handler {
	if next == nil {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		next.ServeHTTP(w, r)
	})
}

func schemaHandler(schema []byte) http.Handler {
	if schema == nil {
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", cacheAndAsk)
		send(w, r, http.StatusOK, schema)
	})
}
