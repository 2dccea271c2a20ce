package sale

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/order"
)

// earlierOrdersMax bounds the earlier orders of a customer whose clicks are looked at; the latest come first.
const earlierOrdersMax = 5

// earlierClicksTx gives for each order the clicks that the shop named for earlier orders of the same customer, in one statement: a
// customer is known by the shop's id or the hashed e-mail, so that purchases on several devices are joined. Only returning customers have
// any.
func earlierClicksTx(ctx context.Context, tx database.Tx, orders []order.Order) ([][]uuid.UUID, error) {
	out := make([][]uuid.UUID, len(orders))
	var place, brand, placed, since, hash, customer, store database.Column
	returning := 0
	for i, o := range orders {
		if o.NewCustomer || o.Test || len(o.CustomerHash) == 0 && o.CustomerExternalID == "" {
			continue
		}
		returning++
		place.Int(int64(i))
		brand.UUID(o.BrandID.UUID)
		placed.Time(o.PlacedAt)
		since.Time(o.PlacedAt.Add(-lookBack))
		hash.Hex(o.CustomerHash)
		customer.Text(o.CustomerExternalID)
		store.Text(o.Store)
	}
	if returning == 0 {
		return out, nil
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT u.place, e.click_id FROM unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
			AS u (place, brand, placed, since, hash, customer, store)
		CROSS JOIN LATERAL (
			(SELECT o.click_id, o.placed_at FROM "order" o WHERE o.brand_id = u.brand AND u.hash <> '' AND o.customer_hash = decode(u.hash, 'hex')
				AND o.placed_at >= u.since AND o.placed_at < u.placed AND o.click_id IS NOT NULL ORDER BY o.placed_at DESC LIMIT $8)
			UNION ALL
			(SELECT o.click_id, o.placed_at FROM "order" o WHERE o.brand_id = u.brand AND u.customer <> '' AND o.store = u.store AND o.customer_external_id = u.customer
				AND o.placed_at >= u.since AND o.placed_at < u.placed AND o.click_id IS NOT NULL ORDER BY o.placed_at DESC LIMIT $8)
		) AS e ORDER BY u.place, e.placed_at DESC`, &place, &brand, &placed, &since, &hash, &customer, &store, earlierOrdersMax)
	if err != nil {
		return nil, fmt.Errorf("earlier clicks of customers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var at int
		var click uuid.UUID
		if err := rows.Scan(&at, &click); err != nil {
			return nil, fmt.Errorf("earlier clicks of customers: %w", err)
		}
		if !slices.Contains(out[at], click) && len(out[at]) < earlierOrdersMax {
			out[at] = append(out[at], click)
		}
	}
	return out, rows.Err()
}
