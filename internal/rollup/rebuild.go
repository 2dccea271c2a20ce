package rollup

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
)

// rebuildBatch is how many orders are read at once while rebuilding.
const rebuildBatch = 500

// Rebuild makes all figures and journeys anew from clicks, store events, decisions and commissions, in one transaction. Writers of figures wait
// until it is over; readers see the old figures until then.
func Rebuild(ctx context.Context, db *database.DB) error {
	return db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := database.AdvisoryLockTx(ctx, tx, lockName); err != nil {
			return fmt.Errorf("rebuild figures: %w", err)
		}
		for _, statement := range []string{
			`SET LOCAL statement_timeout = 0`,
			// A writer who has changed a raw row and not yet written its delta waits here, and adds it afterwards.
			`LOCK TABLE rollup_delta IN SHARE ROW EXCLUSIVE MODE`,
			`DELETE FROM rollup_delta`, `DELETE FROM rollup_day`, `DELETE FROM rollup_link`, `DELETE FROM rollup_link_day`, `DELETE FROM journey`,
			`INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency, clicks, unique_clicks)
			 SELECT c.brand_id, c.program_id, c.creator_id, c.partnership_id, c.link_id, c.platform, (c.clicked_at AT TIME ZONE 'UTC')::date AS day,
				p.currency, count(*), count(DISTINCT c.visitor_id)
			 FROM click c JOIN program p ON p.id = c.program_id
			 WHERE c.not_counted = ''
			 GROUP BY c.brand_id, c.program_id, c.creator_id, c.partnership_id, c.link_id, c.platform, day, p.currency`,
			`INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency,
				page_views, page_visitors, add_to_carts, cart_visitors, checkouts, checkout_visitors)
			 SELECT e.brand_id, e.program_id, e.creator_id, e.partnership_id, e.link_id, e.platform, (e.occurred_at AT TIME ZONE 'UTC')::date AS day,
				p.currency, count(*) FILTER (WHERE e.type = 'PAGE_VIEW'), count(DISTINCT e.visitor_id) FILTER (WHERE e.type = 'PAGE_VIEW'),
				count(*) FILTER (WHERE e.type = 'ADD_TO_CART'), count(DISTINCT e.visitor_id) FILTER (WHERE e.type = 'ADD_TO_CART'),
				count(*) FILTER (WHERE e.type = 'CHECKOUT'), count(DISTINCT e.visitor_id) FILTER (WHERE e.type = 'CHECKOUT')
			 FROM store_event e JOIN program p ON p.id = e.program_id
			 WHERE e.type IN ('PAGE_VIEW', 'ADD_TO_CART', 'CHECKOUT')
			 GROUP BY e.brand_id, e.program_id, e.creator_id, e.partnership_id, e.link_id, e.platform, day, p.currency`,
		} {
			if _, err := tx.SQL.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("rebuild figures: %w", err)
			}
		}
		if err := rebuildOrders(ctx, tx); err != nil {
			return err
		}
		loose, err := commissionFigures(ctx, tx, `c.order_id IS NULL AND c.id <> $1`, uuid.Nil)
		if err != nil {
			return err
		}
		if err := AddTx(ctx, tx, loose...); err != nil {
			return err
		}
		for {
			n, err := foldTx(ctx, tx)
			if err != nil || n < foldMax {
				return err
			}
		}
	})
}

// rebuildOrders writes the figures and journeys of all orders, a batch at a time in the order of their ids.
func rebuildOrders(ctx context.Context, tx database.Tx) error {
	last := uuid.Nil
	for {
		batch, err := orderIDs(ctx, tx, last)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			return nil
		}
		figures, journeys, err := orderFigures(ctx, tx, batch)
		if err != nil {
			return err
		}
		if err := addTx(ctx, tx, figures, journeys, nil); err != nil {
			return err
		}
		last = batch[len(batch)-1]
	}
}

func orderIDs(ctx context.Context, tx database.Tx, after uuid.UUID) (ids []uuid.UUID, err error) {
	rows, err := tx.SQL.QueryContext(ctx, `SELECT id FROM "order" WHERE id > $1 ORDER BY id LIMIT $2`, after, rebuildBatch)
	if err != nil {
		return nil, fmt.Errorf("rebuild figures: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var u uuid.UUID
		if err := rows.Scan(&u); err != nil {
			return nil, fmt.Errorf("rebuild figures: %w", err)
		}
		ids = append(ids, u)
	}
	return ids, rows.Err()
}
