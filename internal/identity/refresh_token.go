package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

const (
	// refreshIdle is how long a session lives without being refreshed, refreshLife how long at all.
	refreshIdle = 30 * 24 * time.Hour
	refreshLife = 90 * 24 * time.Hour
	// refreshOverlap is how long the token before the newest still works: for tabs that refresh at the same time, and for an
	// answer that was lost on its way.
	refreshOverlap = 30 * time.Second

	refreshMacBytes = 32
	refreshBytes    = 16 + 8 + refreshMacBytes
)

// refreshTokens makes the opaque token of a session's generation: session, generation and a 256-bit code that only the server
// can make. So an old token of a session is told from a made-up one, and the newest can be handed out once more when the answer
// that carried it was lost. The database keeps hashes.
type refreshTokens struct{ key []byte }

func (r *refreshTokens) make(session uuid.UUID, generation int) string {
	b := make([]byte, 24, refreshBytes)
	copy(b, session[:])
	binary.BigEndian.PutUint64(b[16:], uint64(generation))
	return base64.RawURLEncoding.EncodeToString(append(b, r.code(b)...))
}

func (r *refreshTokens) code(head []byte) []byte {
	m := hmac.New(sha256.New, r.key)
	m.Write(head)
	return m.Sum(nil)
}

// read gives session and generation of a token that this server made.
func (r *refreshTokens) read(token string) (session uuid.UUID, generation int, ok bool) {
	if len(token) != base64.RawURLEncoding.EncodedLen(refreshBytes) {
		return uuid.Nil, 0, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || !hmac.Equal(b[24:], r.code(b[:24])) {
		return uuid.Nil, 0, false
	}
	copy(session[:], b)
	return session, int(binary.BigEndian.Uint64(b[16:24])), true
}

func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
