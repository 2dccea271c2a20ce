package commission

import (
	"time"

	"tributary/internal/commission/rule"
)

// sentence says in plain English where a commission stands.
func sentence(c Commission, now time.Time) string {
	switch c.Status {
	case StatusWaiting:
		if c.WaitingReason != nil {
			return rule.Shortfall(*c.WaitingReason).Words()
		}
		return "Waits."
	case StatusPending:
		if !c.HoldUntil.After(now) {
			return "The return period is over. It can be paid in a moment."
		}
		return "On hold until " + day(c.HoldUntil, now) + " (return period)"
	case StatusHeld:
		return "Under review. A person decides before it can be paid."
	case StatusApproved:
		if c.Amount.IsZero() && !c.Accrued.IsZero() {
			return "Nothing is left of it, because the order was given back."
		}
		return "Can be paid with the next payout."
	case StatusPaid:
		if c.PaidAt != nil {
			return "Paid on " + day(*c.PaidAt, now)
		}
		return "Paid."
	case StatusReversed:
		return "Taken back before it was paid."
	case StatusVoid:
		return "Never earned, because the order was not paid."
	}
	return ""
}

// day writes a day, with its year when it is not this year's.
func day(at, now time.Time) string {
	if at.Year() == now.Year() {
		return at.Format("2 January")
	}
	return at.Format("2 January 2006")
}
