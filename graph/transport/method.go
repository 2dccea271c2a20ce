package transport

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"
)

// allowed are the methods of the endpoint.
const allowed = "GET, POST, OPTIONS"

// options answers OPTIONS. There is no cross-origin access: integrations call from servers, the portal from its own origin.
type options struct{}

func (options) Supports(r *http.Request) bool { return r.Method == http.MethodOptions }

func (options) Do(w http.ResponseWriter, _ *http.Request, _ graphql.GraphExecutor) {
	w.Header().Set("Allow", allowed)
	w.WriteHeader(http.StatusNoContent)
}

// otherMethod refuses what no other transport takes.
type otherMethod struct{}

func (otherMethod) Supports(*http.Request) bool { return true }

func (otherMethod) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Set("Allow", allowed)
	refuse(w, r, exec, typeJSON, &refusal{http.StatusMethodNotAllowed, "Send GET or POST."})
}

// page hands a browser's own request to the page with the query editor.
type page struct{ handler http.Handler }

func (p page) Supports(r *http.Request) bool {
	return p.handler != nil && r.Method == http.MethodGet && r.Header.Get("Upgrade") == "" && !r.URL.Query().Has("query") && prefers(r, typeHTML)
}

func (p page) Do(w http.ResponseWriter, r *http.Request, _ graphql.GraphExecutor) {
	p.handler.ServeHTTP(w, r)
}
