// Package tracking owns links, discount codes and clicks: it makes and archives them, leads visitors on, stores each click, and
// tells a sale which clicks and codes belong to it.
package tracking

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

// Config is what the service needs. All but Log and TrustedProxies are required.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
	// BaseURL is the public address of the server; links start with it.
	BaseURL *url.URL
	// NetworkSecret makes the daily keys of network hashes; at least 16 bytes, derived from the master secret.
	NetworkSecret []byte
	// ClientAddress says where a request comes from.
	ClientAddress func(*http.Request) netip.Addr
	// TrustedProxies are the networks whose country header counts; none when empty.
	TrustedProxies []netip.Prefix
	Log            *slog.Logger
}

// Service is the domain's operations.
type Service struct {
	Config
}

// New makes the service. It panics when the secret is too short, because hashes by it could be turned back.
func New(c Config) *Service {
	if len(c.NetworkSecret) < 16 {
		panic("tracking: the secret of network hashes has fewer than 16 bytes")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{c}
}

// LinkURL gives the address of a link to share.
func (s *Service) LinkURL(l Link) string { return s.BaseURL.JoinPath("r", l.Code).String() }

func placeOfLink(l Link) page.Cursor { return page.Cursor{At: l.CreatedAt, ID: l.ID.UUID} }
func placeOfCode(c Code) page.Cursor { return page.Cursor{At: c.CreatedAt, ID: c.ID.UUID} }

// maybeID reads an optional id argument: none is the zero UUID, another kind finds nothing.
func maybeID(x *id.ID, kind id.Kind, noun string) (u uuid.UUID, err error) {
	if x == nil {
		return u, nil
	}
	return id.Want(*x, kind, noun)
}
