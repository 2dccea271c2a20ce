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
	// networkOrdersMax bounds the orders that are counted and kept of a partnership and network.
	networkOrdersMax = 100
	// networkOrdersKept is how long orders are kept with their network. Their clicks are of one day; most orders come within a week.
	networkOrdersKept = 7 * 24 * time.Hour
	// codeUsesKeptDays is how many days the uses of codes are kept: as long as they are looked at, and some more.
	codeUsesKeptDays = LeakDays + 7
)

// KnownNetwork tells whether a hash is of a network at all: a click from nowhere has none, or zeros.
func KnownNetwork(network []byte) bool { return len(bytes.Trim(network, "\x00")) > 0 }

// Order is what the traces of an order rest on.
type Order struct {
	ID, Brand   uuid.UUID
	PlacedAt    time.Time
	NewCustomer bool
	// Networks are the hashes of the networks that the last clicks of partnerships came from.
	Networks map[uuid.UUID][]byte
	// CustomerID is the buyer's account at the shop; empty where the shop tells none.
	CustomerID string
	// Creators are the hashed addresses of creators at this brand.
	Creators [][]byte
	// Codes are those that were used.
	Codes []UsedCode
	// Keep lets the networks and the codes be kept for later orders.
	Keep bool
}

// UsedCode is a code that was used for an order.
type UsedCode struct {
	Code, Program uuid.UUID
	Clicked       bool   // the shopper had clicked on a link of the code's creator
	CouponSite    string // host of a coupon site that the shopper came from; empty for none
}

// Traces are what earlier orders say about an order.
type Traces struct {
	// OfNetwork counts earlier orders of a partnership from the same network.
	OfNetwork map[uuid.UUID]int
	// OfCustomer counts earlier orders of the buyer's account at the shop by the address that they were made with.
	OfCustomer map[string]int
}

// TraceTx keeps the networks of an order and the uses of codes where it may, and gives what earlier orders say about it, in one
// statement; it asks nothing where nothing can be known. The same order again is kept once. The caller owns the order event.
func (s *Service) TraceTx(ctx context.Context, tx database.Tx, o Order) (Traces, error) {
	out := Traces{OfNetwork: map[uuid.UUID]int{}, OfCustomer: map[string]int{}}
	var partnerships []string
	var networks [][]byte
	for p, network := range o.Networks {
		if KnownNetwork(network) {
			partnerships, networks = append(partnerships, p.String()), append(networks, network)
		}
	}
	if o.CustomerID == "" {
		o.Creators = nil
	}
	if !o.Keep {
		o.Codes = nil
	}
	if len(partnerships)+len(o.Creators)+len(o.Codes) == 0 {
		return out, nil
	}
	codes, programs, sites, clicked := make([]string, len(o.Codes)), make([]string, len(o.Codes)), make([]string, len(o.Codes)), make([]bool, len(o.Codes))
	for i, c := range o.Codes {
		codes[i], programs[i], sites[i], clicked[i] = c.Code.String(), c.Program.String(), c.CouponSite, c.Clicked
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
			SELECT partnership_id, network_hash, $2, $5 FROM before WHERE orders < $6 AND $14 ON CONFLICT DO NOTHING
		), used AS (
			INSERT INTO code_use (code_id, order_id, program_id, placed_at, clicked, coupon_site, new_customer)
			SELECT u.code_id, $2, u.program_id, $5, u.clicked, u.coupon_site, $9::bool
			FROM unnest($10::uuid[], $11::uuid[], $12::bool[], $13::text[]) AS u (code_id, program_id, clicked, coupon_site)
			ON CONFLICT (code_id, order_id) DO UPDATE SET clicked = excluded.clicked, coupon_site = excluded.coupon_site
		)
		SELECT partnership_id, NULL::bytea, orders FROM before WHERE orders > 0
		UNION ALL
		SELECT NULL, customer_hash, count(*) FROM (SELECT o.customer_hash FROM "order" o
			WHERE o.brand_id = $1 AND o.customer_hash = ANY($7) AND o.customer_external_id = $8 AND o.id <> $2 LIMIT $6) AS o
		GROUP BY customer_hash`,
		o.Brand, o.ID, database.Array(partnerships), database.Array(networks), o.PlacedAt, networkOrdersMax, database.Array(o.Creators), o.CustomerID,
		o.NewCustomer, database.Array(codes), database.Array(programs), database.Array(clicked), database.Array(sites), o.Keep)
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
