package graph

import (
	"encoding/json"
	"net/http"

	"tributary/internal/kit/fault"
)

// OAuthToken answers POST /oauth/token: an API key as client secret (form field client_secret, or the password of basic authentication)
// is exchanged for a short access token (RFC 6749, section 4.4). It belongs behind WithSession.
func (r *Resolver) OAuthToken() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if err := req.ParseForm(); err != nil || req.PostForm.Get("grant_type") != "client_credentials" {
			answerOAuth(w, http.StatusBadRequest, map[string]any{"error": "unsupported_grant_type"})
			return
		}
		secret := req.PostForm.Get("client_secret")
		if _, password, ok := req.BasicAuth(); ok {
			secret = password
		}
		token, expires, err := r.Identity.ExchangeKey(req.Context(), secret)
		switch {
		case fault.Is(err, fault.Unauthenticated):
			answerOAuth(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		case fault.Is(err, fault.RateLimited):
			answerOAuth(w, http.StatusTooManyRequests, map[string]any{"error": "temporarily_unavailable"})
		case err != nil:
			answerOAuth(w, http.StatusInternalServerError, map[string]any{"error": "server_error"})
		default:
			answerOAuth(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": r.Identity.SecondsUntil(expires)})
		}
	})
}

// JWKS answers GET /.well-known/jwks.json: the public keys of access tokens.
func (r *Resolver) JWKS() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/jwk-set+json")
		w.Header().Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(r.Identity.JWKS())
	})
}

func answerOAuth(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
