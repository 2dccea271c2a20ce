package httpd

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// bounds are how much a route takes and how long it may take.
type bounds struct {
	body int64         // bytes
	time time.Duration // for the handler; the client has answerGrace more to read
}

// The bounds of the routes. GraphQL bounds its own operations, because streams stay open.
var (
	smallRequest   = bounds{16 << 10, 10 * time.Second}
	postbackCall   = bounds{64 << 10, 10 * time.Second}
	webhookRequest = bounds{1 << 20, 20 * time.Second}
	downloadAnswer = bounds{16 << 10, 5 * time.Minute}
)

// answerGrace is how much longer than its handler an answer may take to be read.
const answerGrace = 30 * time.Second

// bound limits a route's body, time and the time its answer may take to be read. A handler reads a body that is too long as
// *http.MaxBytesError; one that says its length is refused here.
func (s *Server) bound(b bounds, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > b.body {
			w.Header().Set("Connection", "close")
			http.Error(w, fmt.Sprintf("The body is too large: at most %d KiB are taken here.", b.body>>10), http.StatusRequestEntityTooLarge)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, b.body)
		ctx, cancel := context.WithTimeout(r.Context(), b.time)
		defer cancel()
		s.deadline(w, b.time+answerGrace)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// deadline lets the connection's writes end after d. Streams move it on with each event.
func (s *Server) deadline(w http.ResponseWriter, d time.Duration) {
	_ = http.NewResponseController(w).SetWriteDeadline(s.clock.Now().Add(d)) // a writer without deadlines exists in tests only
}
