package tracking

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
)

const (
	networkHashBytes = 16
	saltBytes        = 32
	// saltPatience bounds how long the first click of a day waits for its salt; it has been fetched the day before.
	saltPatience = 100 * time.Millisecond
)

// networkSalts makes hashes of networks. Each day has a random salt that all processes share through the database. When its day is
// over it is deleted there and forgotten here, and with it the way back from a hash to an address. The key of a day is made of the
// salt and of the master secret, so that neither a copy of the database nor the secret alone is enough.
type networkSalts struct {
	db     *database.DB
	secret []byte
	log    *slog.Logger

	keys atomic.Pointer[map[clock.Date][]byte]
	mu   sync.Mutex
}

// hash gives a keyed hash of the network that an address belongs to (IPv4 whole, IPv6 its /64): equal networks are seen to be equal
// within one UTC day, beyond it nothing is. An unknown address gives zeros, and so does one that is no visitor's own: behind a proxy
// that does not pass addresses on, everybody would seem to be of one network. SHA-256 with a key before a text of bounded length, cut
// to half, can be neither extended nor turned round.
func (n *networkSalts) hash(ctx context.Context, day clock.Date, addr netip.Addr) (out [networkHashBytes]byte) {
	addr = addr.Unmap().WithZone("")
	if !addr.IsValid() || addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast() {
		return out
	}
	var text [sha256.Size + 17]byte
	copy(text[:], n.key(ctx, day))
	network := addr.As16()
	text[sha256.Size] = 4
	if addr.Is6() {
		text[sha256.Size] = 6
		clear(network[8:])
	}
	copy(text[sha256.Size+1:], network[:])
	sum := sha256.Sum256(text[:])
	copy(out[:], sum[:])
	return out
}

// NetworkHash gives the hash of the network of an address, as clicks of this moment are stored with it: zeros for one that is not known.
func (s *Service) NetworkHash(ctx context.Context, addr netip.Addr) []byte {
	hash := s.salts.hash(ctx, clock.DateOf(s.Clock.Now()), addr)
	return hash[:]
}

// key gives the key of a day, from memory but for the first time.
func (n *networkSalts) key(ctx context.Context, day clock.Date) []byte {
	if keys := n.keys.Load(); keys != nil {
		if key, ok := (*keys)[day]; ok {
			return key
		}
	}
	ctx, cancel := context.WithTimeout(ctx, saltPatience)
	defer cancel()
	n.prepare(ctx, day)
	return (*n.keys.Load())[day]
}

// prepare fetches the salts of a day and of the next one, and forgets those of earlier days. Where the database is away, a day gets
// a salt of this process alone: its hashes are equal to no other process's, which is safe.
func (n *networkSalts) prepare(ctx context.Context, day clock.Date) {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := map[clock.Date][]byte{}
	if keys := n.keys.Load(); keys != nil {
		known = *keys
	}
	keep := map[clock.Date][]byte{}
	for _, d := range []clock.Date{day, day.AddDays(1)} {
		if key, ok := known[d]; ok {
			keep[d] = key
			continue
		}
		salt, err := n.fetch(ctx, d)
		if err != nil {
			if d != day {
				continue // there is time
			}
			n.log.WarnContext(ctx, "no salt of the day from the database; this process uses its own", "error", err)
			salt = newSalt()
		}
		of := hmac.New(sha256.New, n.secret)
		of.Write(salt)
		keep[d] = of.Sum(nil)
	}
	if !maps.EqualFunc(known, keep, func(a, b []byte) bool { return &a[0] == &b[0] }) {
		n.keys.Store(&keep)
	}
}

func newSalt() []byte {
	b := make([]byte, saltBytes)
	_, _ = rand.Read(b) // never fails
	return b
}

// fetch gives the salt of a day, and makes it when no process has done so.
func (n *networkSalts) fetch(ctx context.Context, day clock.Date) (salt []byte, err error) {
	err = n.db.SQL.QueryRowContext(ctx, `
		WITH made AS (INSERT INTO network_salt (day, salt) VALUES ($1, $2) ON CONFLICT (day) DO NOTHING RETURNING salt)
		SELECT salt FROM made UNION ALL SELECT salt FROM network_salt WHERE day = $1 LIMIT 1`, day.String(), newSalt()).Scan(&salt)
	if err != nil {
		return nil, fmt.Errorf("salt of a day: %w", err)
	}
	return salt, nil
}

// destroy deletes the salts of the days before.
func (n *networkSalts) destroy(ctx context.Context, today clock.Date) error {
	if _, err := n.db.SQL.ExecContext(ctx, `DELETE FROM network_salt WHERE day < $1`, today.String()); err != nil {
		return fmt.Errorf("destroy salts: %w", err)
	}
	return nil
}
