package transport

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/graph/fail"
)

// maxRequestErrors bounds the errors of one refused request: a document can break a rule in each of its fields.
const maxRequestErrors = 10

// requestError is the answer to a request that was refused before it ran. It has no data entry at all.
type requestError struct {
	Errors     gqlerror.List  `json:"errors"`
	Extensions map[string]any `json:"extensions,omitempty"`
}

// presentRefused makes the answer to errors found before execution. ctx carries the operation as far as it was built.
func presentRefused(exec graphql.GraphExecutor, op *graphql.OperationContext, r *http.Request, list gqlerror.List) *requestError {
	ctx := r.Context()
	if op != nil {
		ctx = graphql.WithOperationContext(ctx, op)
	}
	resp := exec.DispatchError(ctx, bounded(list))
	return &requestError{Errors: resp.Errors, Extensions: resp.Extensions}
}

// bounded cuts a list of request errors and gives a code to those that the library made without one.
func bounded(list gqlerror.List) gqlerror.List {
	if len(list) > maxRequestErrors {
		list = list[:maxRequestErrors]
	}
	for _, err := range list {
		if code, _ := err.Extensions["code"].(string); code == "" {
			if err.Extensions == nil {
				err.Extensions = map[string]any{}
			}
			err.Extensions["code"] = fail.BadUserInput
		}
	}
	return list
}

// refuse answers a request that is no GraphQL request.
func refuse(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, contentType string, bad *refusal) {
	if contentType == "" {
		contentType = typeJSON
	}
	list := gqlerror.List{fail.Request(fail.BadUserInput, "%s", bad.message)}
	if bad.status == http.StatusRequestEntityTooLarge {
		// What is still under way is not read, so the connection cannot be used again.
		w.Header().Set("Connection", "close")
	}
	write(w, contentType, bad.status, presentRefused(exec, nil, r, list))
}

// writeRefused answers errors found before execution: 400 in the newer media type, 200 in application/json, 429 in both when
// the caller has to wait.
func writeRefused(w http.ResponseWriter, contentType string, answer *requestError) {
	status := http.StatusOK
	if contentType == typeGraphQL {
		status = http.StatusBadRequest
	}
	for _, err := range answer.Errors {
		if err.Extensions["code"] == fail.RateLimited {
			status = http.StatusTooManyRequests
			if seconds, ok := err.Extensions[fail.RetryAfter].(int); ok {
				w.Header().Set("Retry-After", strconv.Itoa(seconds))
			}
		}
	}
	write(w, contentType, status, answer)
}

func write(w http.ResponseWriter, contentType string, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil { // a resolver made JSON that is none; the caller's recovery answers
		panic(err)
	}
	header := w.Header()
	header.Set("Content-Type", contentType+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client left
}
