package sale

import (
	"context"
	"fmt"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entprogram "tributary/ent/gen/program"
	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/program"
)

var newestFirst = entsql.OrderDesc()

// event is why the money of an order is looked at.
type event struct {
	cause    string // ends the references of postings
	reason   string // in words; creators read it
	occurred time.Time
	refund   bool // can only lower
	award    *commission.Award
}

// settleTx brings commissions, postings and holds to what the order and its decision say now. The caller holds the lock of the
// order's row and runs this inside rollup.AroundOrderTx.
func (s *Service) settleTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line, d decision, why event) error {
	shares, err := s.sharesTx(ctx, tx, o, d.credits)
	if err != nil {
		return err
	}
	if err := s.keepPromisesTx(ctx, tx, o, lines, d.credits, shares); err != nil {
		return err
	}
	limit, err := clawbackLimitTx(ctx, tx, o.BrandID.UUID)
	if err != nil {
		return err
	}
	in := saleOf(o, lines, d, shares, why)
	in.ClawbackLimit = limit
	commissions, err := s.commissions.ApplyTx(ctx, tx, in)
	if err != nil {
		return err
	}
	if err := bindTx(ctx, tx, o, d, shares, s.clock.Now()); err != nil {
		return err
	}
	if err := s.holds.CloseGoneTx(ctx, tx, o.ID.UUID); err != nil {
		return err
	}
	return s.raiseTx(ctx, tx, d, commissions)
}

// saleOf is an order with its decision as commission sees it.
func saleOf(o order.Order, lines []order.Line, d decision, shares []commission.Share, why event) commission.Sale {
	in := commission.Sale{
		Brand: o.BrandID.UUID, Order: o.ID.UUID, Decision: d.row.ID, Currency: o.Net.Currency, PlacedAt: o.PlacedAt, Payment: payment(o),
		Returning: !o.NewCustomer, Lines: ruleLines(lines, nothingLeft(o)), Shares: shares, Cause: why.cause, Reason: why.reason,
		OccurredAt: why.occurred, Refund: why.refund, Award: why.award,
	}
	if o.PaidAt != nil {
		in.PaidAt = *o.PaidAt
	}
	return in
}

// settleNewTx makes the commissions, postings, bindings and holds of orders that are new. The caller adds their figures.
func (s *Service) settleNewTx(ctx context.Context, tx database.Tx, all []fresh) error {
	orders, credits := make([]order.Order, len(all)), make([][]attribution.Credit, len(all))
	for i, f := range all {
		orders[i], credits[i] = f.Order, f.decision.credits
	}
	shares, err := s.sharesOfAllTx(ctx, tx, orders, credits)
	if err != nil {
		return err
	}
	sales := make([]commission.Sale, len(all))
	for i, f := range all {
		if err := s.keepPromisesTx(ctx, tx, f.Order, f.Lines, f.decision.credits, shares[i]); err != nil {
			return err
		}
		sales[i] = saleOf(f.Order, f.Lines, f.decision, shares[i], f.why)
	}
	commissions, err := s.commissions.OpenTx(ctx, tx, sales)
	if err != nil {
		return err
	}
	for i, f := range all {
		if err := bindTx(ctx, tx, f.Order, f.decision, shares[i], s.clock.Now()); err != nil {
			return err
		}
		if err := s.raiseTx(ctx, tx, f.decision, commissions[i]); err != nil {
			return err
		}
	}
	return nil
}

// payment is what the payment state of an order means for commission.
func payment(o order.Order) commission.Payment {
	switch o.Payment {
	case order.PaymentAwaitingPayment:
		return commission.Unpaid
	case order.PaymentExpired:
		return commission.Void
	case order.PaymentCancelled:
		if o.PaidAt == nil {
			return commission.Void
		}
	}
	return commission.Earning
}

// nothingLeft tells that no line of the order earns any more, whatever the lines say.
func nothingLeft(o order.Order) bool {
	return o.Payment == order.PaymentCancelled || o.Payment == order.PaymentChargedBack || o.Payment == order.PaymentRefunded
}

// ruleLines are the lines of an order as they stand after refunds.
func ruleLines(lines []order.Line, nothing bool) []rule.Line {
	out := make([]rule.Line, len(lines))
	for i, l := range lines {
		r := rule.Line{ID: l.ExternalID, Name: l.Name, Kind: rule.LineKind(l.Kind), Collections: l.Collections,
			Quantity: int64(max(l.Quantity-l.RefundedQty, 0)), Net: money.New(max(l.Net.Minor-l.RefundedNet.Minor, 0), l.Net.Currency)}
		if l.Kind == order.LineOther {
			r.Kind, r.Ineligible = "", true
		}
		if l.ProductID != nil {
			r.ProductID = *l.ProductID
		}
		if nothing {
			r.Quantity, r.Net.Minor = 0, 0
		}
		out[i] = r
	}
	return out
}

// sharesTx gives the credits of a decision with the terms that held for each partnership when the order was placed.
func (s *Service) sharesTx(ctx context.Context, tx database.Tx, o order.Order, credits []attribution.Credit) ([]commission.Share, error) {
	all, err := s.sharesOfAllTx(ctx, tx, []order.Order{o}, [][]attribution.Credit{credits})
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// sharesOfAllTx is sharesTx for many orders, in two statements.
func (s *Service) sharesOfAllTx(ctx context.Context, tx database.Tx, orders []order.Order, credits [][]attribution.Credit) ([][]commission.Share, error) {
	out := make([][]commission.Share, len(orders))
	var moments []program.Moment
	var programs []uuid.UUID
	for i, o := range orders {
		out[i] = make([]commission.Share, len(credits[i]))
		for k, c := range credits[i] {
			sh := &out[i][k]
			for _, x := range []struct {
				text string
				to   *uuid.UUID
			}{{c.ProgramID, &sh.Program}, {c.PartnershipID, &sh.Partnership}, {c.CreatorID, &sh.Creator}} {
				u, err := uuid.Parse(x.text)
				if err != nil {
					return nil, fmt.Errorf("credit of a decision: %w", err)
				}
				*x.to = u
			}
			sh.PPM = c.PPM
			moments = append(moments, program.Moment{Program: sh.Program, Partnership: sh.Partnership, At: o.PlacedAt})
			if !slices.Contains(programs, sh.Program) {
				programs = append(programs, sh.Program)
			}
		}
	}
	if len(moments) == 0 {
		return out, nil
	}
	offers, err := s.programs.OffersAtTx(ctx, tx, moments)
	if err != nil {
		return nil, fmt.Errorf("offers of partnerships: %w", err)
	}
	rows, err := tx.Ent.Program.Query().Where(database.AnyOf(entprogram.FieldID, programs)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("return periods: %w", err)
	}
	holdDays := make(map[uuid.UUID]int, len(rows))
	for _, row := range rows {
		holdDays[row.ID] = row.HoldDays
	}
	for i, o := range orders {
		for k := range out[i] {
			sh := &out[i][k]
			offer, found := offers[program.Moment{Program: sh.Program, Partnership: sh.Partnership, At: o.PlacedAt}]
			if !found {
				return nil, fmt.Errorf("offer of a partnership: %w", program.ErrNoOffer())
			}
			sh.Offer, sh.Terms, sh.HoldDays = offer.ID.UUID, offer.Terms, holdDays[sh.Program]
		}
	}
	return out, nil
}

// clawbackLimitTx is how long after an order refunds still lower commissions of a brand.
func clawbackLimitTx(ctx context.Context, tx database.Tx, brand uuid.UUID) (time.Duration, error) {
	var days int
	if err := tx.SQL.QueryRowContext(ctx, `SELECT clawback_limit_days FROM brand WHERE id = $1`, brand).Scan(&days); err != nil {
		return 0, fmt.Errorf("clawback limit: %w", err)
	}
	return time.Duration(days) * 24 * time.Hour, nil
}
