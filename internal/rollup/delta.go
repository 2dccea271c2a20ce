// Package rollup keeps sums of clicks, store events, sales and commissions by day and by link, and of each order the touches that led to it. Whoever changes a raw row writes
// the difference in the same transaction (AddTx, AroundOrderTx); Run folds the differences into the tables. Readers add
// what is not folded yet to what is, in one statement, so that figures are right at once. Rebuild makes the same sums from the raw
// rows.
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
	Day                                  clock.Date // UTC day of the click, of the store event, or of the order's placing
	Currency                             money.Currency

	Clicks, UniqueClicks        int64
	PageViews, PageVisitors     int64 // what visitors did at the shop, and how many did it
	AddToCarts, CartVisitors    int64
	Checkouts, CheckoutVisitors int64
	OrdersPPM, NewCustomersPPM  int64
	RevenueMinor                int64 // credited net before refunds
	RefundsMinor                int64
	CommissionMinor             int64
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
	return d.figures() == [figures]int64{}
}

// figures is how many figures a delta has.
const figures = 13

// figures are the figures in the order of the tables' columns.
func (d Delta) figures() [figures]int64 {
	return [...]int64{d.Clicks, d.UniqueClicks, d.PageViews, d.PageVisitors, d.AddToCarts, d.CartVisitors, d.Checkouts, d.CheckoutVisitors,
		d.OrdersPPM, d.NewCustomersPPM, d.RevenueMinor, d.RefundsMinor, d.CommissionMinor}
}

// plus adds the figures of another delta of the same place, n times.
func (d Delta) plus(o Delta, n int64) Delta {
	d.Clicks += n * o.Clicks
	d.UniqueClicks += n * o.UniqueClicks
	d.PageViews += n * o.PageViews
	d.PageVisitors += n * o.PageVisitors
	d.AddToCarts += n * o.AddToCarts
	d.CartVisitors += n * o.CartVisitors
	d.Checkouts += n * o.Checkouts
	d.CheckoutVisitors += n * o.CheckoutVisitors
	d.OrdersPPM += n * o.OrdersPPM
	d.NewCustomersPPM += n * o.NewCustomersPPM
	d.RevenueMinor += n * o.RevenueMinor
	d.RefundsMinor += n * o.RefundsMinor
	d.CommissionMinor += n * o.CommissionMinor
	return d
}

// AddTx writes deltas with the caller's transaction, in one statement. Empty ones are left out.
func AddTx(ctx context.Context, tx database.Tx, deltas ...Delta) error {
	return addTx(ctx, tx, deltas, nil, nil)
}

// addTx writes deltas, and journeys that changed or are gone, in one statement.
func addTx(ctx context.Context, tx database.Tx, deltas []Delta, write, gone []journey) error {
	var brand, program, creator, partnership, link, platform, day, currency []string
	var sums [figures][]int64
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
		for i, n := range d.figures() {
			sums[i] = append(sums[i], n)
		}
	}
	if len(brand)+len(write)+len(gone) == 0 {
		return nil
	}
	a := database.Array
	args := []any{a(brand), a(program), a(creator), a(partnership), a(link), a(platform), a(day), a(currency)}
	for _, n := range sums {
		args = append(args, a(n))
	}
	statement := addFigures
	if len(write)+len(gone) > 0 {
		statement = changeJourneys + addFigures
		args = append(args, journeyArguments(write, gone)...)
	}
	if _, err := tx.SQL.ExecContext(ctx, statement, args...); err != nil {
		return fmt.Errorf("add figures: %w", err)
	}
	return nil
}

const addFigures = `
		INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency, ` + sumColumns + `)
		SELECT b, p, c, s, nullif(l, '')::uuid, f, d, y, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13
		FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::date[], $8::text[],
			$9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[],
			$16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[])
			AS x (b, p, c, s, l, f, d, y, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, n13)`

// InsertClicks is the statement by which a batch of clicks adds its figures: the last part of a larger one that stores the clicks. It
// reads what that calls figures, a row for each place with the columns brand_id, program_id, creator_id, partnership_id, link_id,
// platform, day, clicks and unique_clicks. Whoever uses it holds no other lock on figures.
const InsertClicks = `
	INSERT INTO rollup_delta (brand_id, program_id, creator_id, partnership_id, link_id, platform, day, currency, clicks, unique_clicks)
	SELECT f.brand_id, f.program_id, f.creator_id, f.partnership_id, f.link_id, f.platform, f.day, p.currency, f.clicks, f.unique_clicks
	FROM figures f JOIN program p ON p.id = f.program_id`
