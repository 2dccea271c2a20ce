package transport

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/graph/fail"
	"tributary/internal/kit/clock"
)

// events answers an operation as server-sent events: "next" for each response, then "complete".
type events struct {
	times    streamTimes
	clock    clock.Clock
	recheck  func(context.Context) error
	stopping <-chan struct{}
}

func (events) Supports(r *http.Request) bool {
	return r.Method == http.MethodPost && r.Header.Get("Upgrade") == "" && prefers(r, typeEvents)
}

func (e events) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	raw, bad := readBody(r)
	if bad != nil {
		refuse(w, r, exec, typeJSON, bad)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	op, errs := exec.CreateOperationContext(ctx, raw)
	out := eventWriter{w: w, control: http.NewResponseController(w), clock: e.clock, patience: e.times.write}
	out.open()
	if len(errs) > 0 {
		out.next(presentRefused(exec, op, r, errs))
		out.complete()
		return
	}
	responses := stream(ctx, exec, op, e.times)
	keepAlive := time.NewTicker(e.times.keepAlive)
	defer keepAlive.Stop()
	recheck := time.NewTicker(e.times.recheck)
	defer recheck.Stop()
	for !out.broken {
		select {
		case resp, more := <-responses:
			if !more {
				out.complete()
				return
			}
			out.next(resp)
			keepAlive.Reset(e.times.keepAlive)
		case <-keepAlive.C:
			out.comment()
		case <-recheck.C:
			if err := e.recheck(ctx); err != nil {
				out.next(presentEnded(ctx, exec, op, err))
				out.complete()
				return
			}
		case <-e.stopping: // no "complete": the client shall connect again
			return
		case <-ctx.Done():
			return
		}
	}
}

// presentEnded is the last answer on a stream whose caller lost what allowed it.
func presentEnded(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, cause error) *requestError {
	resp := exec.DispatchError(graphql.WithOperationContext(ctx, op), gqlerror.List{gqlerror.Wrap(cause)})
	return &requestError{Errors: resp.Errors}
}

// eventWriter writes events, each under its own deadline, and remembers when the client stopped to read.
type eventWriter struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	clock    clock.Clock
	patience time.Duration
	broken   bool
}

func (e *eventWriter) open() {
	header := e.w.Header()
	header.Set("Content-Type", typeEvents+"; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // or a reverse proxy holds events back
	e.w.WriteHeader(http.StatusOK)
	e.write(":\n\n")
}

func (e *eventWriter) next(answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		body, _ = json.Marshal(requestError{Errors: gqlerror.List{fail.Request(fail.Internal, "The answer could not be written.")}})
	}
	e.write("event: next\ndata: " + string(body) + "\n\n")
}

func (e *eventWriter) complete() { e.write("event: complete\ndata:\n\n") }

func (e *eventWriter) comment() { e.write(": still here\n\n") }

func (e *eventWriter) write(text string) {
	if e.broken {
		return
	}
	_ = e.control.SetWriteDeadline(e.clock.Now().Add(e.patience)) // a writer without deadlines exists in tests only
	if _, err := e.w.Write([]byte(text)); err != nil {
		e.broken = true
		return
	}
	e.broken = e.control.Flush() != nil
}
