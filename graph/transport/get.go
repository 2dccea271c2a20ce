package transport

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

var errNoResponse = errors.New("the schema gave no response")

// get answers queries in the URL. Another site can make a browser send a GET request, so mutations are refused and cookies are
// taken away.
type get struct{ timeout time.Duration }

func (get) Supports(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Upgrade") == ""
}

func (g get) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	contentType, ok := negotiate(w, r, exec)
	if !ok {
		return
	}
	start := graphql.Now()
	values := r.URL.Query()
	raw := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	for name, into := range map[string]*map[string]any{"variables": &raw.Variables, "extensions": &raw.Extensions} {
		text := values.Get(name)
		if text == "" {
			continue
		}
		if err := decodeExactly([]byte(text), into); err != nil {
			refuse(w, r, exec, contentType, &refusal{http.StatusBadRequest, "variables and extensions are JSON objects."})
			return
		}
	}
	if bad := missingQuery(raw); bad != nil {
		refuse(w, r, exec, contentType, bad)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), g.timeout)
	defer cancel()
	r = r.Clone(ctx)
	r.Header.Del("Cookie")
	raw.Headers = r.Header
	raw.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	execute(w, r, exec, contentType, raw, func(op *graphql.OperationContext) *refusal {
		if op.Operation.Operation == ast.Mutation {
			w.Header().Set("Allow", http.MethodPost)
			return &refusal{http.StatusMethodNotAllowed, "Mutations are sent by POST."}
		}
		return nil
	}, nil)
}
