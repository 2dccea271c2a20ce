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

// NamedTx gives the clicks that checkouts and purchases tie to an order, by the checkout's token or by the order's number: proven ones
// first, then the latest. The click itself may not have been stored yet. At most 5. The caller has checked access.
func NamedTx(ctx context.Context, tx database.Tx, o Order) (out []Named, err error) {
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT click_id, bool_or(proven) FROM (
			SELECT click_id, length(checkout_token) >= $6 OR source = 'API' AS proven, received_at FROM store_event
			WHERE $2 <> '' AND brand_id = $1 AND checkout_token = $2 AND type IN ('CHECKOUT', 'PURCHASE') AND occurred_at BETWEEN $7 AND $8
			UNION ALL
			SELECT click_id, source = 'API', received_at FROM store_event
			WHERE brand_id = $1 AND order_reference IN ($3, $4) AND type IN ('CHECKOUT', 'PURCHASE') AND store IN ('', $5)
				AND occurred_at BETWEEN $9 AND $10
		) told GROUP BY click_id ORDER BY bool_or(proven) DESC, max(received_at) DESC, click_id LIMIT $11`,
		o.Brand, o.CheckoutToken, bare(o.ExternalID), bare(o.Name), o.Store, tokenProves,
		o.PlacedAt.Add(-checkoutOpen), o.PlacedAt.Add(checkoutLate), o.PlacedAt.Add(-OrderNear), o.PlacedAt.Add(OrderNear), clicksOfOrderMax)
	if err != nil {
		return nil, fmt.Errorf("clicks that events name: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n Named
		if err := rows.Scan(&n.Click, &n.Proven); err != nil {
			return nil, fmt.Errorf("clicks that events name: %w", err)
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
