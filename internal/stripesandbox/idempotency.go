package stripesandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
)

// fingerprintOf tells requests with other parameters apart.
func fingerprintOf(method, path string, form *formNode) string {
	sum := sha256.Sum256([]byte(method + " " + path + "\n" + form.canonical()))
	return hex.EncodeToString(sum[:])
}

// claim looks a key up before the work of a request starts. It is done when the
// answer is already known: a replay, a key used with other parameters, or a
// first request that is still running. Else the key belongs to the caller until
// release.
func (s *Server) claim(key, fingerprint string, header http.Header) (answer, bool) {
	s.mu.Lock()
	known, ok := s.state.answers[key]
	if ok && s.state.expired(known, s.config.Now().Unix()) {
		ok = false
	}
	running := s.inFlight[key]
	if !ok && !running {
		s.inFlight[key] = true
	}
	s.mu.Unlock()
	switch {
	case running:
		conflict := &apiError{status: http.StatusConflict, kind: typeIdempotency, code: "idempotency_key_in_use",
			message: "There is currently another in-progress request using this idempotency key. Try again later."}
		return conflict.answer(), true
	case !ok:
		return answer{}, false
	case known.Fingerprint != fingerprint:
		other := &apiError{status: http.StatusBadRequest, kind: typeIdempotency,
			message: fmt.Sprintf("Keys for idempotent requests can only be used with the same parameters they were first used with. The first request was %s.", known.Request)}
		return other.answer(), true
	}
	header.Set("Idempotent-Replayed", "true")
	header.Set("Original-Request", known.Request)
	return answer{status: known.Status, body: known.Body}, true
}

func (s *Server) release(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.inFlight, key)
}

// ForgetKeys forgets every idempotency key, as Stripe may do after 24 hours.
// The keys come back when a state file is read again.
func (s *Server) ForgetKeys() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.state.answers)
	s.state.answerOrder = nil
}
