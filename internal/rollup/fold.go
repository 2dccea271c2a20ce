package rollup

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"tributary/internal/kit/database"
)

// foldMax is how many deltas one statement folds.
const foldMax = 40_000

// foldRounds bounds how often one call of Fold goes on while there is more.
const foldRounds = 100

// lockName makes folding and rebuilding wait for each other, over all processes.
const lockName = "rollup"

// foldEvery is how often a process looks whether there is something to fold.
const foldEvery = time.Second

// Run folds once a second until ctx ends, where something is to be folded. It needs no job: whoever has the lock folds, and the others
// of an installation leave it at that.
func Run(ctx context.Context, db *database.DB, log *slog.Logger) {
	tick := time.NewTicker(foldEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := FoldIfFree(ctx, db); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "figures are not folded", "error", err)
		}
	}
}

// FoldIfFree does what Fold does unless another process folds or rebuilds at the moment. When nothing is to be folded it only looks.
func FoldIfFree(ctx context.Context, db *database.DB) (int, error) {
	var some bool
	if err := db.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM rollup_delta)`).Scan(&some); err != nil || !some {
		return 0, err
	}
	return fold(ctx, db, database.TryAdvisoryLockTx)
}

// Fold moves deltas into the tables until none are left, and gives how many it moved. What is read never changes by it.
func Fold(ctx context.Context, db *database.DB) (int, error) {
	return fold(ctx, db, func(ctx context.Context, tx database.Tx, name string) (bool, error) {
		return true, database.AdvisoryLockTx(ctx, tx, name)
	})
}

func fold(ctx context.Context, db *database.DB, lock func(context.Context, database.Tx, string) (bool, error)) (int, error) {
	total := 0
	for range foldRounds {
		n := 0
		err := db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
			n = 0
			mine, err := lock(ctx, tx, lockName)
			if err != nil {
				return fmt.Errorf("fold figures: %w", err)
			}
			if !mine {
				return nil
			}
			// Where a crash forgets this, the deltas are there again.
			if err := database.LazilyTx(ctx, tx); err != nil {
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
