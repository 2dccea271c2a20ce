package sale

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/tracking"
)

// bindingsMax bounds the bindings of one customer that are looked at; the newest come first.
const bindingsMax = 5

// retiredAt is when the partnership of binding b was over, unless the promised terms keep it; as SQL.
const retiredAt = `CASE WHEN b.kept_after_retirement THEN NULL ELSE (SELECT min(m.moved_at) FROM partnership_move m
	WHERE m.partnership_id = b.partnership_id AND m.to_status = 'RETIRED' AND m.moved_at > b.made_at) END`

// bound is a customer binding as a touch.
type bound struct {
	tracking.FoundTouch
	endsAt time.Time // zero while it lasts
}

// boundTx finds the bindings of the customers of orders, in one statement. Only returning customers have any.
func boundTx(ctx context.Context, tx database.Tx, orders []order.Order) ([][]bound, error) {
	out := make([][]bound, len(orders))
	var place, brand, own, placed, hash, customer, store database.Column
	returning := 0
	for i, o := range orders {
		if o.NewCustomer || len(o.CustomerHash) == 0 && o.CustomerExternalID == "" {
			continue
		}
		returning++
		place.Int(int64(i))
		brand.UUID(o.BrandID.UUID)
		own.UUID(o.ID.UUID)
		placed.Time(o.PlacedAt)
		hash.Hex(o.CustomerHash)
		customer.Text(o.CustomerExternalID)
		store.Text(o.Store)
	}
	if returning == 0 {
		return out, nil
	}
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT u.place, b.id, b.program_id, b.partnership_id, b.creator_id, b.made_at, least(b.ends_at, b.ended_at, `+retiredAt+`)
		FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
			AS u (place, brand, own, placed, hash, customer, store)
		CROSS JOIN LATERAL (SELECT * FROM customer_binding b
			WHERE b.brand_id = u.brand AND b.order_id <> u.own AND b.made_at <= u.placed
				AND (b.customer_hash = decode(u.hash, 'hex') OR u.customer <> '' AND b.store = u.store AND b.customer_external_id = u.customer)
			ORDER BY b.made_at DESC LIMIT $8) AS b
		ORDER BY u.place, b.made_at DESC`, &place, &brand, &own, &placed, &hash, &customer, &store, bindingsMax)
	if err != nil {
		return nil, fmt.Errorf("bindings of customers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		b := bound{FoundTouch: tracking.FoundTouch{Kind: attribution.Binding}}
		var at int
		var ends *time.Time
		if err := rows.Scan(&at, &b.ID, &b.Program, &b.Partnership, &b.Creator, &b.At, &ends); err != nil {
			return nil, fmt.Errorf("bindings of customers: %w", err)
		}
		if ends != nil {
			b.endsAt = ends.UTC()
		}
		out[at] = append(out[at], b)
	}
	return out, rows.Err()
}

// bind adds bindings to the evidence. Terms that promise renewals allow the kind, whatever else the program pays for.
func (e *evidence) bind(bindings []bound) {
	for _, b := range bindings {
		for i, t := range e.input.Touches {
			if t.ID == b.ID.String() {
				e.input.Touches[i].BindingEndsAt = b.endsAt
			}
		}
		p := e.input.Programs[b.Program.String()]
		p.AllowedKinds = append(append([]attribution.Kind{}, p.AllowedKinds...), attribution.Binding)
		e.input.Programs[b.Program.String()] = p
	}
}

// bindTx makes, moves or ends the binding of an order's customer: the first paid order of a new customer ties them to the partnership
// with most credit, where its terms promise renewals. What is given back whole, with no other order since, unties them.
func bindTx(ctx context.Context, tx database.Tx, o order.Order, d decision, shares []commission.Share, now time.Time) error {
	if !o.NewCustomer || o.Test || len(o.CustomerHash) == 0 && o.CustomerExternalID == "" {
		return nil
	}
	top := mostCredit(shares)
	promises := top != nil && top.Terms.PaysRenewals() && !top.Renewal
	switch {
	case promises && payment(o) == commission.Earning && !nothingLeft(o):
		return makeBindingTx(ctx, tx, o, *top, now)
	case promises && nothingLeft(o):
		return endBindingTx(ctx, tx, o, BindingRefunded, now)
	case d.row.Version > 1 && !promises:
		return endBindingTx(ctx, tx, o, BindingReassigned, now)
	}
	return nil
}

// mostCredit is the share with most credit; of equal ones that of the earlier touch.
func mostCredit(shares []commission.Share) *commission.Share {
	var top *commission.Share
	for i := range shares {
		if top == nil || shares[i].PPM > top.PPM {
			top = &shares[i]
		}
	}
	return top
}

// makeBindingTx ties the customer of an order, unless somebody else's first order has. A binding of the order follows it.
func makeBindingTx(ctx context.Context, tx database.Tx, o order.Order, sh commission.Share, now time.Time) error {
	var ends *time.Time
	if r := sh.Terms.Recurring; r.Term == rule.RecurringMonths {
		at := o.PlacedAt.AddDate(0, r.Months, 0)
		ends = &at
	}
	_, err := tx.SQL.ExecContext(ctx, `
		WITH told AS (
			INSERT INTO customer_binding (id, created_at, updated_at, brand_id, program_id, partnership_id, creator_id, order_id, offer_version_id, store, customer_hash,
				customer_external_id, made_at, ends_at, kept_after_retirement)
			VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11, ''), $12, $13, $14)
			ON CONFLICT DO NOTHING RETURNING id
		)
		UPDATE customer_binding b SET program_id = $4, partnership_id = $5, creator_id = $6, offer_version_id = $8, ends_at = $13, kept_after_retirement = $14,
			ended_at = NULL, end_reason = NULL, updated_at = $2
		WHERE b.order_id = $7 AND NOT EXISTS (SELECT FROM told) AND (b.partnership_id <> $5 OR b.ended_at IS NOT NULL)
			AND NOT EXISTS (SELECT FROM customer_binding x WHERE x.brand_id = $3 AND x.id <> b.id AND x.ended_at IS NULL
				AND (x.customer_hash = b.customer_hash OR x.store = b.store AND x.customer_external_id = b.customer_external_id))`,
		id.NewUUID(now), now, o.BrandID.UUID, sh.Program, sh.Partnership, sh.Creator, o.ID.UUID, sh.Offer, o.Store, nullBytes(o.CustomerHash), o.CustomerExternalID, o.PlacedAt, ends,
		sh.Terms.Recurring.KeptAfterRetirement)
	if err != nil {
		return fmt.Errorf("bind a customer: %w", err)
	}
	return nil
}

func nullBytes(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// endBindingTx unties the customer of an order; a refund does so only when there was no other order since.
func endBindingTx(ctx context.Context, tx database.Tx, o order.Order, why BindingEnd, now time.Time) error {
	_, err := tx.SQL.ExecContext(ctx, `
		UPDATE customer_binding b SET ended_at = $2, end_reason = $3, updated_at = $2
		WHERE b.order_id = $1 AND b.ended_at IS NULL AND ($3 <> 'REFUNDED' OR NOT EXISTS (
			SELECT FROM "order" n WHERE n.brand_id = b.brand_id AND n.id <> b.order_id AND n.placed_at >= b.made_at AND NOT n.test AND n.payment IN ('PAID', 'PARTLY_REFUNDED')
				AND (n.customer_hash = b.customer_hash OR n.store = b.store AND n.customer_external_id = b.customer_external_id)))`, o.ID.UUID, now, why)
	if err != nil {
		return fmt.Errorf("end a binding: %w", err)
	}
	return nil
}

// keepPromisesTx sees to it that a renewal earns by the terms of the moment, but never less than its binding promised.
func (s *Service) keepPromisesTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line, credits []attribution.Credit, shares []commission.Share) error {
	for i, c := range credits {
		if c.Kind != attribution.Binding || len(c.TouchIDs) == 0 {
			continue
		}
		var offer uuid.UUID
		var stored []byte
		if err := tx.SQL.QueryRowContext(ctx, `SELECT v.id, v.terms FROM customer_binding b JOIN offer_version v ON v.id = b.offer_version_id WHERE b.id = $1`,
			c.TouchIDs[0]).Scan(&offer, &stored); err != nil {
			return fmt.Errorf("what a binding promised: %w", err)
		}
		promised, err := rule.ParseTerms(stored)
		if err != nil {
			return fmt.Errorf("what a binding promised: %w", err)
		}
		shares[i].Renewal = true
		better, err := paysMore(promised, shares[i].Terms, ruleLines(lines, nothingLeft(o)), o.Net.Currency)
		if err != nil {
			return err
		}
		if better {
			shares[i].Offer, shares[i].Terms = offer, promised
		}
	}
	return nil
}

// paysMore tells whether the promised terms pay more for a renewal than those of the moment, or whether only they pay at all.
func paysMore(promised, now rule.Terms, lines []rule.Line, currency money.Currency) (bool, error) {
	if !now.PaysRenewals() {
		return true, nil
	}
	if promised.Currency != currency || now.Currency != currency {
		return false, nil
	}
	var amounts [2]money.Money
	for i, terms := range []rule.Terms{promised, now} {
		result, err := rule.Compute(terms, rule.Sale{Lines: lines, Shares: []rule.Share{{PPM: money.One}}, Facts: rule.Facts{Returning: true, Renewal: true}})
		if err != nil {
			return false, fmt.Errorf("what a renewal earns: %w", err)
		}
		amounts[i] = result.Amount
	}
	return amounts[0].Minor > amounts[1].Minor, nil
}
