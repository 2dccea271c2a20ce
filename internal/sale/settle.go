package sale

import (
	"context"
	"fmt"
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
	in := commission.Sale{
		Brand: o.BrandID.UUID, Order: o.ID.UUID, Decision: d.row.ID, Currency: o.Net.Currency, PlacedAt: o.PlacedAt, Payment: payment(o),
		Returning: !o.NewCustomer, Lines: ruleLines(lines, nothingLeft(o)), Shares: shares, Cause: why.cause, Reason: why.reason,
		OccurredAt: why.occurred, Refund: why.refund, Award: why.award, ClawbackLimit: limit,
	}
	if o.PaidAt != nil {
		in.PaidAt = *o.PaidAt
	}
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
	out := make([]commission.Share, len(credits))
	programs := make([]uuid.UUID, len(credits))
	for i, c := range credits {
		sh := &out[i]
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
		offer, err := s.programs.OfferAtTx(ctx, tx, sh.Program, sh.Partnership, o.PlacedAt)
		if err != nil {
			return nil, fmt.Errorf("offer of a partnership: %w", err)
		}
		sh.PPM, sh.Offer, sh.Terms = c.PPM, offer.ID.UUID, offer.Terms
		programs[i] = sh.Program
	}
	if len(out) == 0 {
		return out, nil
	}
	rows, err := tx.Ent.Program.Query().Where(entprogram.IDIn(programs...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("return periods: %w", err)
	}
	for _, row := range rows {
		for i := range out {
			if out[i].Program == row.ID {
				out[i].HoldDays = row.HoldDays
			}
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
