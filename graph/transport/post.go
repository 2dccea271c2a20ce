package transport

import (
	"context"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/graph/fail"
)

// post answers queries and mutations sent as JSON.
type post struct {
	timeout time.Duration
	cookies *cookiePolicy
}

// Supports takes every POST request that is no upgrade, so that a wrong media type is answered here with 415.
func (post) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && r.Header.Get("Upgrade") == ""
}

func (p post) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	contentType, ok := negotiate(w, r, exec)
	if !ok {
		return
	}
	raw, bad := readBody(r)
	if bad != nil {
		refuse(w, r, exec, contentType, bad)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), p.timeout)
	defer cancel()
	exchange := p.cookies.exchange(r)
	r = r.WithContext(context.WithValue(ctx, exchangeKey{}, exchange))
	execute(w, r, exec, contentType, raw, nil, exchange)
}

// negotiate chooses the answer's media type, or answers 406.
func negotiate(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) (string, bool) {
	contentType := responseType(r)
	if contentType == "" {
		refuse(w, r, exec, typeJSON, &refusal{http.StatusNotAcceptable,
			"Accept application/graphql-response+json or application/json."})
		return "", false
	}
	return contentType, true
}

// execute runs one operation and writes its answer. check may refuse the operation once it is known.
func execute(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, contentType string, raw *graphql.RawParams,
	check func(*graphql.OperationContext) *refusal, exchange *Exchange) {
	op, errs := exec.CreateOperationContext(r.Context(), raw)
	if len(errs) > 0 {
		writeRefused(w, contentType, presentRefused(exec, op, r, errs))
		return
	}
	if check != nil {
		if bad := check(op); bad != nil {
			refuse(w, r, exec, contentType, bad)
			return
		}
	}
	if op.Operation.Operation == ast.Subscription {
		writeRefused(w, contentType, presentRefused(exec, op, r, gqlerror.List{fail.Request(fail.BadUserInput,
			"Subscriptions need Accept: text/event-stream or a WebSocket.")}))
		return
	}
	responses, ctx := exec.DispatchOperation(r.Context(), op)
	resp := responses(ctx)
	if resp == nil { // the time ran out, or the client left, before there was an answer
		err := gqlerror.Wrap(context.Cause(ctx))
		if err == nil {
			err = gqlerror.Wrap(errNoResponse)
		}
		write(w, contentType, http.StatusServiceUnavailable, exec.DispatchError(ctx, gqlerror.List{err}))
		return
	}
	if exchange != nil {
		exchange.apply(w)
	}
	write(w, contentType, http.StatusOK, resp)
}
