// Package rollup keeps sums of clicks, sales and commissions by day and by link. Whoever changes a raw row writes the difference
// in the same transaction (AddTx, AroundOrderTx); a job folds the differences into the tables (Fold). Readers add what is not
// folded yet to what is, in one statement, so that figures are right at once. Rebuild makes the same sums from the raw rows.
package rollup

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// Delta is a change of figures. Money is in minor units of Currency, which is the program's; orders are counted in parts per
// million because several creators may share one.
type Delta struct {
	Brand, Program, Creator, Partnership uuid.UUID
	Link                                 uuid.NullUUID // what came through a code or no link at all has none
	Platform                             string
	Day                                  clock.Date // UTC day of the click, or of the order's placing
	Currency                             money.Currency

	Clicks, UniqueClicks       int64
	OrdersPPM, NewCustomersPPM int64
	RevenueMinor               int64 // credited net before refunds
	RefundsMinor               int64
	CommissionMinor            int64
}

// place is what a delta is added to.
type place struct {
	brand, program, creator, partnership uuid.UUID
	link                                 uuid.NullUUID
	platform                             string
	day                                  clock.Date
	currency                             money.Currency
}

func (d Delta) place() place {
	return place{d.Brand, d.Program, d.Creator, d.Partnership, d.Link, d.Platform, d.Day, d.Currency}
}

func (d Delta) empty() bool {
	return d.Clicks == 0 && d.UniqueClicks == 0 && d.OrdersPPM == 0 && d.NewCustomersPPM == 0 &&
		d.RevenueMinor == 0 && d.RefundsMinor == 0 && d.CommissionMinor == 0
}

// plus adds the figures of another delta of the same place, n times.
func (d Delta) plus(o Delta, n int64) Delta {
	d.Clicks += n * o.Clicks
	d.UniqueClicks += n * o.UniqueClicks
	d.OrdersPPM += n * o.OrdersPPM
	d.NewCustomersPPM += n * o.NewCustomersPPM
	d.RevenueMinor += n * o.RevenueMinor
	d.RefundsMinor += n * o.RefundsMinor
	d.CommissionMinor += n * o.CommissionMinor
	return d
}

// AddTx writes deltas with the caller's transaction, in one statement. Empty ones are left out.
func AddTx(ctx context.Context, tx database.Tx, deltas ...Delta) error {
	var brand, program, creator, partnership, link, platform, day, currency []string
	var clicks, unique, orders, customers, revenue, refunds, commission []int64
	for _, d := range deltas {
		if d.empty() {
			continue
		}
		linkID := ""
		if d.Link.Valid {
			linkID = d.Link.UUID.String()
		}
		brand, program = append(brand, d.Brand.String()), append(program, d.Program.String())
		creator, partnership = append(creator, d.Creator.String()), append(partnership, d.Partnership.String())
		link, platform = append(link, linkID), append(platform, d.Platform)
		day, currency = append(day, d.Day.String()), append(currency, string(d.Currency))
		clicks, unique = append(clicks, d.Clicks), append(unique, d.UniqueClicks)
		orders, customers = append(orders, d.OrdersPPM), append(customers, d.NewCustomersPPM)
		revenue, refunds = append(revenue, d.RevenueMinor), append(refunds, d.RefundsMinor)
		commission = append(commission, d.CommissionMinor)
	}
	if len(brand) == 0 {
		return nil
	}
	a := database.Array
	_, err := tx.SQL.ExecContext(ctx, `
		INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency,
			clicks, unique_clicks, orders_ppm, new_customers_ppm, revenue_minor, refunds_minor, commission_minor)
		SELECT b, p, c, s, nullif(l, '')::uuid, f, d, y, n1, n2, n3, n4, n5, n6, n7
		FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::date[], $8::text[],
			$9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
			AS x (b, p, c, s, l, f, d, y, n1, n2, n3, n4, n5, n6, n7)`,
		a(brand), a(program), a(creator), a(partnership), a(link), a(platform), a(day), a(currency),
		a(clicks), a(unique), a(orders), a(customers), a(revenue), a(refunds), a(commission))
	if err != nil {
		return fmt.Errorf("add figures: %w", err)
	}
	return nil
}

// InsertClicks is the statement by which a batch of clicks adds its figures: the last part of a larger one that stores the clicks. It
// reads what that calls figures, a row for each place with the columns brand_id, program_id, creator_id, partnership_id, link_id,
// platform, day, clicks and unique_clicks. Whoever uses it holds no other lock on figures.
const InsertClicks = `
	INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency, clicks, unique_clicks)
	SELECT f.brand_id, f.program_id, f.creator_id, f.partnership_id, f.link_id, f.platform, f.day, p.currency, f.clicks, f.unique_clicks
	FROM figures f JOIN program p ON p.id = f.program_id`
