package httpd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"tributary/internal/kit/telemetry"
)

// recorder notes what a handler answers. Unwrap lets http.ResponseController and WebSockets reach the connection.
type recorder struct {
	http.ResponseWriter
	status  int
	written int64
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 || status == http.StatusSwitchingProtocols {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.written += int64(n)
	return n, err
}

// observe gives each request an id and its client's address, counts it, writes one line about it and answers panics. The line
// holds the route and not the path, because paths hold tokens, and never a query, a header or a body.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := s.clock.Now()
		id := rand.Text()
		client := s.client(r)
		ctx := context.WithValue(telemetry.WithRequestID(r.Context(), id), clientKey{}, client)
		r = r.WithContext(ctx)
		w.Header().Set("X-Request-Id", id)
		rec := &recorder{ResponseWriter: w}
		s.metrics.inFlight.Inc()
		defer func() {
			s.metrics.inFlight.Dec()
			value := recover()
			if value != nil {
				s.answerPanic(ctx, rec, value)
			}
			if rec.status == 0 {
				rec.status = http.StatusOK
			}
			route, took := routeOf(r), s.clock.Now().Sub(begin)
			s.metrics.observe(route, r.Method, rec.status, took)
			level := slog.LevelInfo
			if quiet[route] {
				level = slog.LevelDebug
			}
			s.log.LogAttrs(ctx, level, "request", slog.String("method", methodOf(r)), slog.String("route", route),
				slog.Int("status", rec.status), slog.Int64("bytes", rec.written), slog.Duration("took", took.Round(time.Microsecond)),
				slog.String("network", network(client)))
			if value != nil && isAbort(value) {
				panic(value) // net/http cuts the connection
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// quiet are the routes asked so often that their lines are for debugging only.
var quiet = map[string]bool{"/healthz": true, "/readyz": true, "/metrics": true, "/assets/": true, "/t.js": true, "/t/events": true}

func (s *Server) answerPanic(ctx context.Context, rec *recorder, value any) {
	if isAbort(value) {
		return
	}
	s.log.ErrorContext(ctx, "a handler panicked", "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
	if rec.status == 0 {
		http.Error(rec, "Something went wrong on our side.", http.StatusInternalServerError)
	}
}

func isAbort(value any) bool {
	err, ok := value.(error)
	return ok && errors.Is(err, http.ErrAbortHandler)
}

// routeOf gives the pattern that took a request, without its method.
func routeOf(r *http.Request) string {
	_, route, found := strings.Cut(r.Pattern, " ")
	if !found {
		route = r.Pattern
	}
	if route == "" {
		return "none"
	}
	return route
}

// methodOf bounds the methods that logs and metrics name: a client may invent one.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "OTHER"
}

func statusClass(status int) string { return strconv.Itoa(status/100) + "xx" }
