package commission

import (
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/money"
	"tributary/internal/ledger"
)

// expenses are the accounts that commissions are charged to.
var expenses = map[Type]ledger.AccountKind{
	TypeSale: ledger.CommissionExpense, TypeRecurring: ledger.CommissionExpense, TypeSupplement: ledger.CommissionExpense,
	TypeBonus: ledger.BonusExpense, TypeFee: ledger.ContentFeeExpense, TypeRetainer: ledger.ContentFeeExpense,
	TypeShare: ledger.RevenueShareExpense,
}

// expense is the account that a commission is charged to.
func (r row) expense() ledger.Account {
	kind := expenses[r.kind]
	if r.borne {
		kind = ledger.AdjustmentExpense
	}
	return ledger.Account{Brand: r.brand, Kind: kind, Currency: r.currency}
}

// of is one of the creator's accounts at the brand.
func (r row) of(kind ledger.AccountKind) ledger.Account {
	return ledger.Account{Brand: r.brand, Kind: kind, Party: r.creator, Currency: r.currency}
}

// standsOn is where the money of a commission in a state stands.
func (r row) standsOn() ledger.Account {
	switch r.status {
	case StatusPending:
		return r.of(ledger.CreatorPending)
	case StatusHeld:
		return r.of(ledger.CreatorHeld)
	}
	return r.of(ledger.CreatorPayable)
}

// posting moves an amount above zero from the credited account to the debited one.
func (r row) posting(reference, kind, reason string, occurred time.Time, to, from ledger.Account, minor int64) ledger.Posting {
	p := ledger.Posting{
		Reference: reference, Kind: kind, Reason: reason, Brand: r.brand, OccurredAt: occurred,
		Dimensions: map[string]string{
			"commission": r.id.String(), "program": r.program.String(), "partnership": r.partnership.String(),
		},
		Lines: []ledger.Line{
			{Account: to, Amount: money.New(minor, r.currency), Commission: r.id},
			{Account: from, Amount: money.New(-minor, r.currency), Commission: r.id},
		},
	}
	for name, value := range map[string]uuid.NullUUID{"order": r.order, "decision": r.decision, "offer": r.offer} {
		if value.Valid {
			p.Dimensions[name] = value.UUID.String()
		}
	}
	return p
}

// cause is the reference of a posting of this commission.
func (r row) cause(end string) string { return "commission:" + r.id.String() + ":" + end }

// raise is the posting that adds to a commission (P1, P3, P12).
func (r row) raise(reference, reason string, occurred time.Time, minor int64) ledger.Posting {
	kind := ledger.KindRaised
	if reference == accrueReference {
		kind = ledger.KindAccrued
	}
	return r.posting(r.cause(reference), kind, reason, occurred, r.expense(), r.standsOn(), minor)
}

// lower is the posting that takes from a commission (P2, P8, P11).
func (r row) lower(reference, reason string, occurred time.Time, minor int64) ledger.Posting {
	kind := ledger.KindLowered
	if r.status == StatusApproved || r.status == StatusPaid {
		kind = ledger.KindClawedBack
	}
	return r.posting(r.cause(reference), kind, reason, occurred, r.standsOn(), r.expense(), minor)
}

// accrueReference ends the reference of the first posting of a commission.
const accrueReference = "accrue"
