package fraud

import (
	"context"
	"fmt"
	"sync"

	"github.com/google/uuid"
)

// creatorNetworksMax bounds the networks that a process remembers to have kept. When there are more it forgets them all, and keeps
// them once more, which changes nothing.
const creatorNetworksMax = 10_000

// creatorNetworks remembers which networks of creators are kept already, so that a request costs a look into memory.
type creatorNetworks struct {
	mu   sync.Mutex
	kept map[creatorNetwork]bool
}

type creatorNetwork struct {
	creator uuid.UUID
	network string
}

// fresh tells whether a network was not kept before by this process.
func (c *creatorNetworks) fresh(n creatorNetwork) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept[n] {
		return false
	}
	if c.kept == nil || len(c.kept) >= creatorNetworksMax {
		c.kept = map[creatorNetwork]bool{}
	}
	c.kept[n] = true
	return true
}

func (c *creatorNetworks) forget(n creatorNetwork) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, n)
}

// CreatorSeen keeps that a creator uses the portal from a network today, by the hash that clicks are stored with. A network that is not
// known is kept for nobody.
func (s *Service) CreatorSeen(ctx context.Context, creator uuid.UUID, network []byte) error {
	n := creatorNetwork{creator, string(network)}
	if !KnownNetwork(network) || !s.networks.fresh(n) {
		return nil
	}
	if _, err := s.db.SQL.ExecContext(ctx, `INSERT INTO creator_network (creator_id, network_hash, seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		creator, network, s.clock.Now()); err != nil {
		s.networks.forget(n)
		return fmt.Errorf("keep the network of a creator: %w", err)
	}
	return nil
}
