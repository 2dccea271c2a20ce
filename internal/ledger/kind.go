package ledger

// The kinds of postings, with their numbers in the posting table.
const (
	KindAccrued        = "COMMISSION_ACCRUED"     // P1, P12: a commission is earned
	KindLowered        = "COMMISSION_LOWERED"     // P2, P8: lowered before it could be paid
	KindRaised         = "COMMISSION_RAISED"      // P3: raised before it could be paid
	KindHoldOpened     = "HOLD_OPENED"            // P4, P5
	KindHoldReleased   = "HOLD_RELEASED"          // P6
	KindHoldRejected   = "HOLD_REJECTED"          // P7
	KindApproved       = "COMMISSION_APPROVED"    // P9, P10: the return period is over
	KindAwarded        = "COMMISSION_AWARDED"     // P13: given by a person after others could be paid
	KindClawedBack     = "COMMISSION_CLAWED_BACK" // P11: lowered after it could be paid
	KindPayoutReserved = "PAYOUT_RESERVED"        // P19, P25
	KindPayoutSettled  = "PAYOUT_SETTLED"         // P20, P26
	KindPayoutFailed   = "PAYOUT_FAILED"          // P21, P27 before it was paid
	KindPayoutReversed = "PAYOUT_REVERSED"        // P22
	KindPayoutReturned = "PAYOUT_RETURNED"        // P27 after it was marked paid
	KindCreditDrawn    = "CREDIT_DRAWN"           // P23
	KindTopupReversed  = "TOPUP_REVERSED"         // P30 after the top-up was available
	KindFunding        = "FUNDING_RECORDED"       // P31
	KindProviderFee    = "PROVIDER_FEE"           // P33
)

// mayCross tells whether a posting of this kind may take a bounded account below zero: a top-up that is taken back, and fees
// that the provider has already kept.
func mayCross(posting string, account AccountKind) bool {
	switch account {
	case Funds:
		return posting == KindTopupReversed
	case OperatorFloat:
		return posting == KindProviderFee
	}
	return false
}

// ItemsSQL is a query of every payable item: each entry on a creator's payable account that is not the reservation or the
// failure of a payout. Columns: item_id, brand_id, creator_id, currency, amount_minor (positive is owed to the creator),
// commission_id (may be null), kind, effective_at, mode. Use it as a subquery and restrict it by brand_id, creator_id and mode.
const ItemsSQL = `SELECT e.id AS item_id, a.brand_id, a.party_id AS creator_id, e.currency, -e.amount_minor AS amount_minor,
  e.commission_id, t.kind, e.effective_at, a.mode
FROM ledger_entry e
JOIN ledger_account a ON a.id = e.account_id
JOIN ledger_transaction t ON t.id = e.transaction_id
WHERE a.kind = 'CREATOR_PAYABLE' AND t.kind NOT IN ('PAYOUT_RESERVED', 'PAYOUT_FAILED')`
