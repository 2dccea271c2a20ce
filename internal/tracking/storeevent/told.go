package storeevent

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
)

const (
	// clicksOfOrderMax bounds the clicks that events name for one order.
	clicksOfOrderMax = 5
	// checkoutOpen is how long before its order a checkout may have begun, checkoutLate how long after the order its browser may tell.
	checkoutOpen = 30 * 24 * time.Hour
	checkoutLate = 7 * 24 * time.Hour
)

// OrderNear is how near to its order an event must lie that names only the order's number: numbers can be guessed.
const OrderNear = 2 * time.Hour

// Order is what events may name of an order.
type Order struct {
	Brand         uuid.UUID
	Store         string
	CheckoutToken string // empty when the shop has not told one
	ExternalID    string
	Name          string
	PlacedAt      time.Time
}

// Named is a click that events tie to an order.
type Named struct {
	Click uuid.UUID
	// Proven says that the teller could not have guessed it: it knew the checkout's token, or had a key of the brand. Anybody can
	// write an order's number.
	Proven bool
}

// NamedTx gives for each of the orders the clicks that checkouts and purchases tie to it, by the checkout's token or by the order's number:
// proven ones first, then the latest. The click itself may not have been stored yet. At most 5 an order, in one statement for all. The
// caller has checked access.
func NamedTx(ctx context.Context, tx database.Tx, orders []Order) ([][]Named, error) {
	out := make([][]Named, len(orders))
	var place, brand, token, external, name, store, placedAt database.Column
	for i, o := range orders {
		place.Int(int64(i))
		brand.UUID(o.Brand)
		token.Text(o.CheckoutToken)
		external.Text(bare(o.ExternalID))
		name.Text(bare(o.Name))
		store.Text(o.Store)
		placedAt.Time(o.PlacedAt)
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT u.place, told.click_id, told.proven
		FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
			AS u (place, brand, token, external, name, store, placed_at)
		CROSS JOIN LATERAL (
			SELECT t.click_id, bool_or(t.proven) AS proven, max(t.received_at) AS received_at FROM (
				SELECT click_id, length(checkout_token) >= $8 OR source = 'API' AS proven, received_at FROM store_event
				WHERE u.token <> '' AND brand_id = u.brand AND checkout_token = u.token AND type IN ('CHECKOUT', 'PURCHASE')
					AND occurred_at BETWEEN u.placed_at - $9 * interval '1 second' AND u.placed_at + $10 * interval '1 second'
				UNION ALL
				SELECT click_id, source = 'API', received_at FROM store_event
				WHERE brand_id = u.brand AND order_reference IN (u.external, u.name) AND type IN ('CHECKOUT', 'PURCHASE') AND store IN ('', u.store)
					AND occurred_at BETWEEN u.placed_at - $11 * interval '1 second' AND u.placed_at + $11 * interval '1 second'
			) AS t GROUP BY t.click_id ORDER BY bool_or(t.proven) DESC, max(t.received_at) DESC, t.click_id LIMIT $12
		) AS told ORDER BY u.place, told.proven DESC, told.received_at DESC, told.click_id`,
		&place, &brand, &token, &external, &name, &store, &placedAt, tokenProves, checkoutOpen.Seconds(), checkoutLate.Seconds(), OrderNear.Seconds(), clicksOfOrderMax)
	if err != nil {
		return nil, fmt.Errorf("clicks that events name: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n Named
		var at int
		if err := rows.Scan(&at, &n.Click, &n.Proven); err != nil {
			return nil, fmt.Errorf("clicks that events name: %w", err)
		}
		out[at] = append(out[at], n)
	}
	return out, rows.Err()
}
