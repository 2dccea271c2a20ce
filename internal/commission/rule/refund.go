package rule

import "tributary/internal/kit/money"

// SpreadRefund takes an amount that was refunded without naming lines off the
// lines that may earn, in proportion to their net amounts, by largest
// remainder. A line that is refunded in full keeps no unit. What goes beyond
// those lines lowers nothing else. The given lines stay as they are. It fails
// with ErrLines for a negative refund or one in another currency.
func SpreadRefund(lines []Line, refund money.Money) ([]Line, error) {
	if refund.Sign() < 0 {
		return nil, ErrLines
	}
	left := append([]Line(nil), lines...)
	total := money.Zero(refund.Currency)
	weights := make([]int64, len(lines))
	for i, line := range lines {
		if line.Net.Currency != refund.Currency || line.Net.Sign() < 0 {
			return nil, ErrLines
		}
		if !line.commissionable() {
			continue
		}
		var err error
		if total, err = total.Add(line.Net); err != nil {
			return nil, err
		}
		weights[i] = line.Net.Minor
	}
	if total.IsZero() || refund.IsZero() {
		return left, nil
	}
	if refund.Minor > total.Minor {
		refund = total
	}
	parts, err := money.Split(refund, weights)
	if err != nil {
		return nil, err
	}
	for i, part := range parts {
		if part.IsZero() {
			continue
		}
		// No part exceeds its line: the refund is at most the sum of the weights.
		left[i].Net.Minor -= part.Minor
		if left[i].Net.IsZero() {
			left[i].Quantity = 0
		}
	}
	return left, nil
}

// Change is what has to be posted to bring a commission to its target.
type Change struct {
	// Raise and Lower are both zero or more, and at most one is above zero.
	Raise money.Money
	Lower money.Money
}

// IsZero tells that the books already stand at the target.
func (c Change) IsZero() bool { return c.Raise.IsZero() && c.Lower.IsZero() }

// TargetMinusPosted is the change from what has been posted for a commission
// to what it should be now. Applying it once or asking again after it has been
// applied ends in the same books. It fails with money.ErrCurrencyMismatch, and
// with ErrNegativeTarget for a target below zero.
func TargetMinusPosted(target, posted money.Money) (Change, error) {
	if target.Sign() < 0 {
		return Change{}, ErrNegativeTarget
	}
	difference, err := target.Sub(posted)
	if err != nil {
		return Change{}, err
	}
	change := Change{Raise: money.Zero(target.Currency), Lower: money.Zero(target.Currency)}
	if difference.Sign() > 0 {
		change.Raise = difference
	} else {
		change.Lower = difference.Neg()
	}
	return change, nil
}
