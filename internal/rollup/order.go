package rollup

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// platformUnknown is where figures go whose touch names no platform.
const platformUnknown = "OTHER"

// AroundOrderTx runs a change of an order, its decision or its commissions and adds the difference that it makes to the figures.
// The caller holds the order's row lock and passes every change of those rows through here, so that the figures are by
// construction what Rebuild would make of the rows. Calls for one order must not nest.
//
// An order's figures are defined so:
//   - credited orders, new customers, revenue and refunds follow the latest decision, each counted touch by its part of the
//     credit; an order that is a test, awaits payment or expired has none, and one that was cancelled without ever being paid
//     has none either;
//   - revenue is the order's net, refunds its refunded net (all of it when it was cancelled or charged back), in the order's
//     currency;
//   - its journey is the touches that counted or only lost to another one, by time;
//   - commission is amount_minor of each commission of the order that is neither WAITING nor VOID, in the program's currency,
//     divided over the touches that its partnership had in the commission's own decision.
//
// Touches are read from attribution_decision.touches, a JSON list of objects with the keys partnershipId, programId, creatorId,
// credit (parts per million), at, result, reason, facts, and, where known, linkId and platform. Ids may have the outside form or be plain UUIDs.
func AroundOrderTx(ctx context.Context, tx database.Tx, order uuid.UUID, change func() error) error {
	before, journeysBefore, err := orderFigures(ctx, tx, []uuid.UUID{order})
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	after, journeys, err := orderFigures(ctx, tx, []uuid.UUID{order})
	if err != nil {
		return err
	}
	write, gone := journeyChanges(journeysBefore, journeys)
	return addTx(ctx, tx, difference(before, after), write, gone)
}

// AddNewOrdersTx adds the figures of orders that the transaction has made, with decisions and commissions: there were none of them before.
func AddNewOrdersTx(ctx context.Context, tx database.Tx, orders []uuid.UUID) error {
	after, journeys, err := orderFigures(ctx, tx, orders)
	if err != nil {
		return err
	}
	return addTx(ctx, tx, difference(nil, after), journeys, nil)
}

// difference gives what must be added to before to get after.
func difference(before, after []Delta) []Delta {
	sum := map[place]Delta{}
	var order []place
	add := func(d Delta, n int64) {
		at := d.place()
		have, known := sum[at]
		if !known {
			order = append(order, at)
			have = Delta{Brand: d.Brand, Program: d.Program, Creator: d.Creator, Partnership: d.Partnership, Link: d.Link,
				Platform: d.Platform, Day: d.Day, Currency: d.Currency}
		}
		sum[at] = have.plus(d, n)
	}
	for _, d := range before {
		add(d, -1)
	}
	for _, d := range after {
		add(d, 1)
	}
	out := make([]Delta, len(order))
	for i, at := range order {
		out[i] = sum[at]
	}
	return out
}

// touch is the part of a stored touch that figures and journeys need.
type touch struct {
	Partnership string             `json:"partnershipId"`
	Program     string             `json:"programId"`
	Creator     string             `json:"creatorId"`
	Link        string             `json:"linkId"`
	Platform    string             `json:"platform"`
	Credit      int64              `json:"credit"`
	At          time.Time          `json:"at"`
	Result      attribution.Result `json:"result"`
	Reason      attribution.Reason `json:"reason"`
	Facts       struct {
		KindNotPaid bool `json:"kindNotPaid"`
	} `json:"facts"`
}

// anyID reads an id in its outside form or as a UUID; anything else is the zero UUID.
func anyID(s string) uuid.UUID {
	if x, err := id.Parse(s); err == nil {
		return x.UUID
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return uuid.Nil
	}
	return u
}

func (t touch) delta(brand uuid.UUID, day clock.Date, currency money.Currency) Delta {
	d := Delta{Brand: brand, Program: anyID(t.Program), Creator: anyID(t.Creator), Partnership: anyID(t.Partnership),
		Platform: t.Platform, Day: day, Currency: currency}
	if link := anyID(t.Link); link != uuid.Nil {
		d.Link = uuid.NullUUID{UUID: link, Valid: true}
	}
	if d.Platform == "" {
		d.Platform = platformUnknown
	}
	return d
}

// credited parses a stored list of touches and gives all of them, and those with credit.
func credited(stored []byte) (all, with []touch, err error) {
	if len(stored) == 0 {
		return nil, nil, nil
	}
	if err := json.Unmarshal(stored, &all); err != nil {
		return nil, nil, fmt.Errorf("figures: touches of a decision: %w", err)
	}
	for _, t := range all {
		if t.Credit > 0 {
			with = append(with, t)
		}
	}
	return all, with, nil
}

// orderFigures gives the figures and journeys of orders as their rows stand, in two statements.
func orderFigures(ctx context.Context, tx database.Tx, orders []uuid.UUID) ([]Delta, []journey, error) {
	sales, journeys, err := saleFigures(ctx, tx, orders)
	if err != nil {
		return nil, nil, err
	}
	commissions, err := commissionFigures(ctx, tx, `c.order_id = ANY($1::uuid[])`, database.UUIDs(orders))
	if err != nil {
		return nil, nil, err
	}
	return append(sales, commissions...), journeys, nil
}

func saleFigures(ctx context.Context, tx database.Tx, orders []uuid.UUID) (out []Delta, journeys []journey, err error) {
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT o.id, o.brand_id, o.placed_at, o.currency, o.new_customer, o.net_minor,
			CASE WHEN o.payment IN ('CANCELLED', 'CHARGED_BACK') THEN o.net_minor ELSE least(o.refunded_net_minor, o.net_minor) END,
			d.touches
		FROM "order" o
		JOIN LATERAL (SELECT touches FROM attribution_decision WHERE order_id = o.id ORDER BY version DESC LIMIT 1) d ON true
		WHERE o.id = ANY($1::uuid[]) AND NOT o.test AND o.payment NOT IN ('AWAITING_PAYMENT', 'EXPIRED')
			AND (o.payment <> 'CANCELLED' OR o.paid_at IS NOT NULL)`, database.UUIDs(orders))
	if err != nil {
		return nil, nil, fmt.Errorf("figures of orders: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var (
			place, brand uuid.UUID
			placed       time.Time
			currency     money.Currency
			newCustomer  bool
			net, refunds int64
			stored       []byte
		)
		if err := rows.Scan(&place, &brand, &placed, &currency, &newCustomer, &net, &refunds, &stored); err != nil {
			return nil, nil, fmt.Errorf("figures of orders: %w", err)
		}
		all, touches, err := credited(stored)
		if err != nil {
			return nil, nil, err
		}
		if j := journeyOf(journey{brand: brand, order: place, placed: placed, currency: currency, net: net}, all); len(j.touches) > 0 {
			journeys = append(journeys, j)
		}
		if len(touches) == 0 {
			continue
		}
		// The credit that touches leave to a million is nobody's, so it takes part in the division as one more.
		weights, rest := make([]int64, len(touches)+1), int64(money.One)
		for i, t := range touches {
			weights[i] = t.Credit
			rest -= t.Credit
		}
		weights[len(touches)] = max(rest, 0)
		revenue, err := money.SplitInteger(net, weights)
		if err != nil {
			return nil, nil, fmt.Errorf("figures of orders: %w", err)
		}
		back, err := money.SplitInteger(refunds, weights)
		if err != nil {
			return nil, nil, fmt.Errorf("figures of orders: %w", err)
		}
		for i, t := range touches {
			d := t.delta(brand, clock.DateOf(placed), currency)
			d.OrdersPPM, d.RevenueMinor, d.RefundsMinor = t.Credit, revenue[i], back[i]
			if newCustomer {
				d.NewCustomersPPM = t.Credit
			}
			out = append(out, d)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, nil, fmt.Errorf("figures of orders: %w", err)
	}
	return out, journeys, nil
}

func commissionFigures(ctx context.Context, tx database.Tx, where string, arg any) (out []Delta, err error) {
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT c.brand_id, c.program_id, c.partnership_id, c.creator_id, c.currency, c.amount_minor, c.occurred_at, d.touches
		FROM commission c LEFT JOIN attribution_decision d ON d.id = c.decision_id
		WHERE c.amount_minor <> 0 AND c.status NOT IN ('WAITING', 'VOID') AND `+where, arg)
	if err != nil {
		return nil, fmt.Errorf("figures of commissions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var (
			d        Delta
			amount   int64
			occurred time.Time
			stored   []byte
		)
		if err := rows.Scan(&d.Brand, &d.Program, &d.Partnership, &d.Creator, &d.Currency, &amount, &occurred, &stored); err != nil {
			return nil, fmt.Errorf("figures of commissions: %w", err)
		}
		d.Day, d.Platform = clock.DateOf(occurred), platformUnknown
		_, all, err := credited(stored)
		if err != nil {
			return nil, err
		}
		var own []touch
		var weights []int64
		for _, t := range all {
			if anyID(t.Partnership) == d.Partnership {
				own, weights = append(own, t), append(weights, t.Credit)
			}
		}
		if len(own) == 0 {
			d.CommissionMinor = amount
			out = append(out, d)
			continue
		}
		parts, err := money.SplitInteger(amount, weights)
		if err != nil {
			return nil, fmt.Errorf("figures of commissions: %w", err)
		}
		for i, t := range own {
			part := t.delta(d.Brand, d.Day, d.Currency)
			part.Program, part.Creator, part.Partnership = d.Program, d.Creator, d.Partnership
			part.CommissionMinor = parts[i]
			out = append(out, part)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("figures of commissions: %w", err)
	}
	return out, nil
}
