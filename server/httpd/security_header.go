package httpd

import (
	"net/http"
	"net/url"
	"strings"
)

// closedPolicy is the content policy of everything that is not a page: nothing may be loaded or framed.
const closedPolicy = "default-src 'none'; frame-ancestors 'none'"

// secure sets the headers that hold for every answer. Handlers may replace them.
func (s *Server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Content-Security-Policy", closedPolicy)
		if s.baseURL.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// pagePolicy is the content policy of the portal's pages with their nonce.
func pagePolicy(base *url.URL, nonce string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self' 'nonce-" + nonce + "'", "img-src 'self' data: blob:",
		"font-src 'self'", "connect-src 'self' " + webSocketOrigin(base), "manifest-src 'self'", "object-src 'none'", "base-uri 'none'",
		"form-action 'self'", "frame-ancestors 'none'",
	}, "; ")
}

// webSocketOrigin names our own WebSockets for browsers that do not count them as 'self'.
func webSocketOrigin(base *url.URL) string {
	if base.Scheme == "https" {
		return "wss://" + base.Host
	}
	return "ws://" + base.Host
}
