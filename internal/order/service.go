package order

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"net/netip"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
)

// Config is what the service needs; all but Changes and NetworkHash.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
	// CustomerSecret is the key of customers' hashes; at least 16 bytes, derived from the master secret and never changed, because
	// a customer would not be known again under another one.
	CustomerSecret []byte
	// Changes, when set, tells live views of new orders.
	Changes *broadcast.Hub
	// NetworkHash hashes the network of an address as clicks of this moment are stored with it; zeros for one that is not known. Without
	// it orders keep no network.
	NetworkHash func(ctx context.Context, addr netip.Addr) []byte
}

// Service is the domain's operations.
type Service struct{ Config }

// New makes the service. It panics when the secret is too short, because hashes by it could be turned back.
func New(c Config) *Service {
	if len(c.CustomerSecret) < 16 {
		panic("order: the secret of customers' hashes has fewer than 16 bytes")
	}
	return &Service{c}
}

// HashEmail gives the keyed hash by which a brand's customer is known again; it differs from brand to brand. Case, compatibility
// forms and space around do not matter. Nothing gives nothing.
func (s *Service) HashEmail(brand uuid.UUID, email string) []byte {
	folded := norm.NFKC.String(cases.Fold().String(strings.TrimSpace(email)))
	if folded == "" {
		return nil
	}
	h := hmac.New(sha256.New, s.CustomerSecret)
	h.Write(brand[:])
	h.Write([]byte(folded))
	return h.Sum(nil)
}
