package tracking

import "net/http"

// Robot reports whether a request was made by a program without a person before it, or by a browser that fetches ahead.
func (s *Service) Robot(r *http.Request) bool {
	return reasonNotCounted(r, s.agents.of(first(r.Header, "User-Agent"))) != ""
}
