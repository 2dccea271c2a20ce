package rollup

import (
	"context"
	"fmt"
	"time"

	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
)

// foldMax is how many deltas one statement folds.
const foldMax = 40_000

// foldRounds bounds how often one call of Fold goes on while there is more.
const foldRounds = 100

// lockName makes folding and rebuilding wait for each other, over all processes.
const lockName = "rollup"

// FoldArgs is the job that folds; it is due each second.
type FoldArgs struct{}

// Kind names the job.
func (FoldArgs) Kind() string { return "rollup_fold" }

// Register adds the job that folds to the workers of this process.
func Register(w *job.Workers, db *database.DB) {
	job.Add(w, func(ctx context.Context, _ FoldArgs) error {
		_, err := Fold(ctx, db)
		return err
	})
	job.Every(w, time.Second, FoldArgs{})
}

// Fold moves deltas into the tables until none are left, and gives how many it moved. What is read never changes by it.
func Fold(ctx context.Context, db *database.DB) (int, error) {
	total := 0
	for range foldRounds {
		n := 0
		err := db.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
			if err := database.AdvisoryLockTx(ctx, tx, lockName); err != nil {
				return fmt.Errorf("fold figures: %w", err)
			}
			n, err = foldTx(ctx, tx)
			return err
		})
		total += n
		if err != nil || n < foldMax {
			return total, err
		}
	}
	return total, nil
}

// foldTx folds up to foldMax deltas in one statement. The caller holds the lock.
func foldTx(ctx context.Context, tx database.Tx) (folded int, err error) {
	err = tx.SQL.QueryRowContext(ctx, foldSQL, foldMax).Scan(&folded)
	if err != nil {
		return 0, fmt.Errorf("fold figures: %w", err)
	}
	return folded, nil
}

// sumColumns are the columns of figures that every table has, in the order of Delta.figures.
const sumColumns = `clicks, unique_clicks, page_views, page_visitors, add_to_carts, cart_visitors, checkouts, checkout_visitors,
	orders_ppm, new_customers_ppm, revenue_minor, refunds_minor, commission_minor`

const sums = `sum(clicks), sum(unique_clicks), sum(page_views), sum(page_visitors), sum(add_to_carts), sum(cart_visitors), sum(checkouts),
	sum(checkout_visitors), sum(orders_ppm), sum(new_customers_ppm), sum(revenue_minor), sum(refunds_minor), sum(commission_minor)`

// added is the end of an upsert: t is the table's name there.
const added = ` DO UPDATE SET clicks = t.clicks + excluded.clicks, unique_clicks = t.unique_clicks + excluded.unique_clicks,
	page_views = t.page_views + excluded.page_views, page_visitors = t.page_visitors + excluded.page_visitors,
	add_to_carts = t.add_to_carts + excluded.add_to_carts, cart_visitors = t.cart_visitors + excluded.cart_visitors,
	checkouts = t.checkouts + excluded.checkouts, checkout_visitors = t.checkout_visitors + excluded.checkout_visitors,
	orders_ppm = t.orders_ppm + excluded.orders_ppm, new_customers_ppm = t.new_customers_ppm + excluded.new_customers_ppm,
	revenue_minor = t.revenue_minor + excluded.revenue_minor, refunds_minor = t.refunds_minor + excluded.refunds_minor,
	commission_minor = t.commission_minor + excluded.commission_minor`

const foldSQL = `
WITH taken AS (
	DELETE FROM rollup_delta WHERE id IN (SELECT id FROM rollup_delta ORDER BY id LIMIT $1)
	RETURNING *
), by_day AS (
	INSERT INTO rollup_day AS t (brand_id, program_id, day, creator_id, partnership_id, platform, currency, ` + sumColumns + `)
	SELECT brand_id, program_id, day, creator_id, min(partnership_id::text)::uuid, platform, currency, ` + sums + `
	FROM taken GROUP BY brand_id, program_id, day, creator_id, platform, currency
	ON CONFLICT (brand_id, program_id, day, creator_id, platform, currency)` + added + `
), by_link AS (
	INSERT INTO rollup_link AS t (link_id, currency, brand_id, program_id, creator_id, ` + sumColumns + `)
	SELECT link_id, currency, brand_id, program_id, creator_id, ` + sums + `
	FROM taken WHERE link_id IS NOT NULL GROUP BY link_id, currency, brand_id, program_id, creator_id
	ON CONFLICT (link_id, currency)` + added + `
), by_link_day AS (
	INSERT INTO rollup_link_day AS t (link_id, day, currency, brand_id, program_id, creator_id, ` + sumColumns + `)
	SELECT link_id, day, currency, brand_id, program_id, creator_id, ` + sums + `
	FROM taken WHERE link_id IS NOT NULL GROUP BY link_id, day, currency, brand_id, program_id, creator_id
	ON CONFLICT (link_id, day, currency)` + added + `
)
SELECT count(*) FROM taken`
