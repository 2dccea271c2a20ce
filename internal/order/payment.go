package order

import "slices"

// Flags for people, kept on the order.
const (
	// FlagOverRefunded says that more was given back than the order or one of its lines had.
	FlagOverRefunded = "OVER_REFUNDED"
	// FlagReopened says that the shop calls an order paid that had been cancelled or had expired.
	FlagReopened = "REOPENED"
	// FlagCancelledAfterRefund says that the shop cancelled an order of which a part had been given back.
	FlagCancelledAfterRefund = "CANCELLED_AFTER_REFUND"
	// FlagRefundUnpaid says that money was given back for an order that was never said to be paid.
	FlagRefundUnpaid = "REFUNDED_UNPAID"
	// FlagDisputed says that the customer's bank asks for the money and has not decided yet.
	FlagDisputed = "DISPUTED"
	// FlagReinstated says that money came back which a chargeback had taken as a part of the order.
	FlagReinstated = "REINSTATED"

	flagsMax = 10
)

// moves is the whole table of payment states: what may follow what.
var moves = map[Payment][]Payment{
	PaymentAwaitingPayment: {PaymentPaid, PaymentCancelled, PaymentExpired},
	PaymentPaid:            {PaymentPartlyRefunded, PaymentRefunded, PaymentCancelled, PaymentChargedBack},
	PaymentPartlyRefunded:  {PaymentRefunded, PaymentChargedBack},
	PaymentChargedBack:     {PaymentPaid, PaymentPartlyRefunded},
	PaymentRefunded:        {},
	PaymentCancelled:       {},
	PaymentExpired:         {},
}

// MayMove reports whether an order in one payment state may come to another.
func MayMove(from, to Payment) bool { return slices.Contains(moves[from], to) }

// told gives the state after somebody tells an order again: the state that was told where that is a move forward, the present one
// where the news is old or says less than is known, with a flag where a person should look. Refunds and chargebacks are told
// apart, so PAID never takes one back.
func told(present, news Payment) (to Payment, flag string) {
	switch {
	case present == news, present == PaymentChargedBack, news == PaymentAwaitingPayment:
		return present, ""
	case MayMove(present, news):
		return news, ""
	case news == PaymentPaid && (present == PaymentCancelled || present == PaymentExpired):
		return present, FlagReopened
	case news == PaymentCancelled && present == PaymentPartlyRefunded:
		return present, FlagCancelledAfterRefund
	}
	return present, ""
}

// afterRefund gives the state after money was given back, with a flag where a person should look.
func afterRefund(present Payment, refunded, total int64) (to Payment, flag string) {
	to = PaymentPartlyRefunded
	if refunded >= total {
		to = PaymentRefunded
	}
	if present == to || MayMove(present, to) {
		return to, ""
	}
	if present == PaymentAwaitingPayment || present == PaymentExpired {
		return present, FlagRefundUnpaid
	}
	return present, ""
}

func withFlag(flags []string, flag string) []string {
	if flag == "" || slices.Contains(flags, flag) || len(flags) >= flagsMax {
		return flags
	}
	return append(slices.Clone(flags), flag)
}

func withoutFlag(flags []string, flag string) []string {
	return slices.DeleteFunc(slices.Clone(flags), func(f string) bool { return f == flag })
}
