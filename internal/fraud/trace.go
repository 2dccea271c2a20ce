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

// TraceTx keeps the networks of orders and the uses of codes where it may, and gives for each order what earlier ones say about it, in one
// statement for all; it asks nothing where nothing can be known. An order is later than those before it in the list. The same order again
// is kept once. The caller owns the order events.
func (s *Service) TraceTx(ctx context.Context, tx database.Tx, orders []Order) ([]Traces, error) {
	out := make([]Traces, len(orders))
	var seen, creators, codes traceColumns
	for i, o := range orders {
		out[i] = Traces{OfNetwork: map[uuid.UUID]int{}, OfCustomer: map[string]int{}}
		for p, network := range o.Networks {
			if KnownNetwork(network) {
				seen.add(i, o)
				seen.partnership.UUID(p)
				seen.hash.Hex(network)
				seen.keep.Bool(o.Keep)
			}
		}
		for _, hash := range o.Creators {
			if o.CustomerID != "" {
				creators.add(i, o)
				creators.hash.Hex(hash)
				creators.text.Text(o.CustomerID)
			}
		}
		for _, c := range o.Codes {
			if o.Keep {
				codes.add(i, o)
				codes.code.UUID(c.Code)
				codes.program.UUID(c.Program)
				codes.keep.Bool(c.Clicked)
				codes.text.Text(c.CouponSite)
				codes.fresh.Bool(o.NewCustomer)
			}
		}
	}
	if seen.n+creators.n+codes.n == 0 {
		return out, nil
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		WITH before AS (
			SELECT s.*, (SELECT count(*) FROM (SELECT FROM order_network n
				WHERE n.partnership_id = s.partnership_id AND n.network_hash = s.network_hash AND n.order_id <> s.order_id AND n.placed_at <= s.placed_at
				LIMIT $1) AS n) AS orders
			FROM (SELECT place, order_id, placed_at, partnership_id, decode(hash, 'hex') AS network_hash, keep
				FROM unnest($2::bigint[], $3::uuid[], $4::timestamptz[], $5::uuid[], $6::text[], $7::bool[]) AS x (place, order_id, placed_at, partnership_id, hash, keep)) AS s
		), kept AS (
			INSERT INTO order_network (partnership_id, network_hash, order_id, placed_at)
			SELECT partnership_id, network_hash, order_id, placed_at FROM before WHERE orders < $1 AND keep ON CONFLICT DO NOTHING
		), used AS (
			INSERT INTO code_use (code_id, order_id, program_id, placed_at, clicked, coupon_site, new_customer)
			SELECT * FROM unnest($8::uuid[], $9::uuid[], $10::uuid[], $11::timestamptz[], $12::bool[], $13::text[], $14::bool[])
			ON CONFLICT (code_id, order_id) DO UPDATE SET clicked = excluded.clicked, coupon_site = excluded.coupon_site
		)
		SELECT place, partnership_id, NULL::bytea, orders FROM before WHERE orders > 0
		UNION ALL
		SELECT c.place, NULL, c.hash, o.n
		FROM (SELECT place, order_id, brand_id, decode(hash, 'hex') AS hash, customer
			FROM unnest($15::bigint[], $16::uuid[], $17::uuid[], $18::text[], $19::text[]) AS x (place, order_id, brand_id, hash, customer)) AS c
		CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
			-- By the address and in its order, which no other index than that of customers has: few orders have a creator's address.
			SELECT o.id, o.customer_external_id FROM "order" o WHERE o.brand_id = c.brand_id AND o.customer_hash = c.hash ORDER BY o.placed_at DESC LIMIT $1) AS o
			WHERE o.customer_external_id = c.customer AND o.id <> c.order_id) AS o
		WHERE o.n > 0`,
		networkOrdersMax, &seen.place, &seen.order, &seen.placed, &seen.partnership, &seen.hash, &seen.keep,
		&codes.code, &codes.order, &codes.program, &codes.placed, &codes.keep, &codes.text, &codes.fresh,
		&creators.place, &creators.order, &creators.brand, &creators.hash, &creators.text)
	if err != nil {
		return nil, fmt.Errorf("traces of orders: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var place, n int
		var partnership uuid.NullUUID
		var customer []byte
		if err := rows.Scan(&place, &partnership, &customer, &n); err != nil {
			return nil, fmt.Errorf("traces of orders: %w", err)
		}
		if partnership.Valid {
			out[place].OfNetwork[partnership.UUID] = n
		} else {
			out[place].OfCustomer[string(customer)] = n
		}
	}
	countTogether(orders, out)
	return out, rows.Err()
}

// traceColumns are what a statement is told of orders.
type traceColumns struct {
	n                                                                                int
	place, order, brand, placed, partnership, hash, keep, code, program, text, fresh database.Column
}

func (c *traceColumns) add(place int, o Order) {
	c.n++
	c.place.Int(int64(place))
	c.order.UUID(o.ID)
	c.brand.UUID(o.Brand)
	c.placed.Time(o.PlacedAt)
}

// countTogether adds to the orders of a network those that came before in the same list, which the statement did not see.
func countTogether(orders []Order, traces []Traces) {
	type place struct {
		partnership uuid.UUID
		network     string
	}
	before := map[place][]time.Time{}
	for i, o := range orders {
		for p, network := range o.Networks {
			if !KnownNetwork(network) {
				continue
			}
			at := place{p, string(network)}
			for _, placed := range before[at] {
				if !placed.After(o.PlacedAt) && traces[i].OfNetwork[p] < networkOrdersMax {
					traces[i].OfNetwork[p]++
				}
			}
			if o.Keep {
				before[at] = append(before[at], o.PlacedAt)
			}
		}
	}
}
