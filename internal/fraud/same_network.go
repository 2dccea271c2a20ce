package fraud

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
)

const (
	// SameNetworkOrders is how many orders by a partnership's links from one network on one day are held, this one included. The hash
	// of a network changes each day, so it is one network of one day by itself. Offices, households and phones share a network; so
	// many buyers of one creator on one day hardly do.
	SameNetworkOrders = 5
	// networkOrdersMax bounds the orders that are counted and kept of a partnership and network.
	networkOrdersMax = 100
	// networkOrdersKept is how long orders are kept with their network. Their clicks are of one day; most orders come within a week.
	networkOrdersKept = 7 * 24 * time.Hour
)

// SameNetwork looks at how many orders came earlier by the same partnership's links from the network of an order.
func SameNetwork(before int) (Evidence, bool) {
	if before+1 < SameNetworkOrders {
		return Evidence{}, false
	}
	return passed(EvidenceOrdersOfNetwork, SignalSameNetwork, before+1, SameNetworkOrders), true
}

// known tells whether a hash is of a network at all: a click from nowhere has none, or zeros.
func known(network []byte) bool { return len(bytes.Trim(network, "\x00")) > 0 }

// Order is what the traces of an order rest on.
type Order struct {
	ID, Brand uuid.UUID
	PlacedAt  time.Time
	// Networks are the hashes of the networks that the last clicks of partnerships came from.
	Networks map[uuid.UUID][]byte
	// CustomerID is the buyer's account at the shop; empty where the shop tells none.
	CustomerID string
	// Creators are the hashed addresses of creators at this brand.
	Creators [][]byte
}

// Traces are what earlier orders say about an order.
type Traces struct {
	// OfNetwork counts earlier orders of a partnership from the same network.
	OfNetwork map[uuid.UUID]int
	// OfCustomer counts earlier orders of the buyer's account at the shop by the address that they were made with.
	OfCustomer map[string]int
}

// TraceTx keeps the networks of an order and gives what earlier orders say about it, in one statement; it asks nothing where nothing
// can be known. The same order again is kept once. The caller owns the order event.
func (s *Service) TraceTx(ctx context.Context, tx database.Tx, o Order) (Traces, error) {
	out := Traces{OfNetwork: map[uuid.UUID]int{}, OfCustomer: map[string]int{}}
	var partnerships []string
	var networks [][]byte
	for p, network := range o.Networks {
		if known(network) {
			partnerships, networks = append(partnerships, p.String()), append(networks, network)
		}
	}
	if o.CustomerID == "" {
		o.Creators = nil
	}
	if len(partnerships)+len(o.Creators) == 0 {
		return out, nil
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		WITH seen AS (SELECT * FROM unnest($3::uuid[], $4::bytea[]) AS s (partnership_id, network_hash)),
		before AS (
			SELECT s.*, (SELECT count(*) FROM (SELECT FROM order_network n
				WHERE n.partnership_id = s.partnership_id AND n.network_hash = s.network_hash AND n.order_id <> $2 AND n.placed_at <= $5
				LIMIT $6) AS n) AS orders
			FROM seen s
		), kept AS (
			INSERT INTO order_network (partnership_id, network_hash, order_id, placed_at)
			SELECT partnership_id, network_hash, $2, $5 FROM before WHERE orders < $6 ON CONFLICT DO NOTHING
		)
		SELECT partnership_id, NULL::bytea, orders FROM before WHERE orders > 0
		UNION ALL
		SELECT NULL, customer_hash, count(*) FROM (SELECT o.customer_hash FROM "order" o
			WHERE o.brand_id = $1 AND o.customer_hash = ANY($7) AND o.customer_external_id = $8 AND o.id <> $2 LIMIT $6) AS o
		GROUP BY customer_hash`,
		o.Brand, o.ID, database.Array(partnerships), database.Array(networks), o.PlacedAt, networkOrdersMax, database.Array(o.Creators), o.CustomerID)
	if err != nil {
		return out, fmt.Errorf("traces of an order: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var partnership uuid.NullUUID
		var customer []byte
		var n int
		if err := rows.Scan(&partnership, &customer, &n); err != nil {
			return out, fmt.Errorf("traces of an order: %w", err)
		}
		if partnership.Valid {
			out.OfNetwork[partnership.UUID] = n
		} else {
			out.OfCustomer[string(customer)] = n
		}
	}
	return out, rows.Err()
}

// sweepNetworks forgets the networks of orders from long ago.
func (s *Service) sweepNetworks(ctx context.Context) error {
	if _, err := s.db.SQL.ExecContext(ctx, `DELETE FROM order_network WHERE placed_at < $1`, s.clock.Now().Add(-networkOrdersKept)); err != nil {
		return fmt.Errorf("sweep networks of orders: %w", err)
	}
	return nil
}
