package app

import (
	"net/http"

	"github.com/google/uuid"

	"tributary/internal/kit/viewer"
)

// seeCreators tells the holds from which networks creators use the API, to see a buyer who is the creator. It belongs behind WithSession.
func (s *services) seeCreators(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v := viewer.From(r.Context()); v.CreatorID != uuid.Nil {
			if err := s.holds.CreatorSeen(r.Context(), v.CreatorID, s.tracking.NetworkHash(r.Context(), s.client(r))); err != nil {
				s.log.WarnContext(r.Context(), "the network of a creator is not kept", "error", err)
			}
		}
		next.ServeHTTP(w, r)
	})
}
