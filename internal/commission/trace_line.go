package commission

import (
	"encoding/json"
	"fmt"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/money"
)

// parseTrace reads a stored trace; found is false for a commission that has none, such as one that waits for a rate.
func parseTrace(stored json.RawMessage) (t rule.Trace, found bool, err error) {
	if len(stored) == 0 || string(stored) == "{}" {
		return rule.Trace{}, false, nil
	}
	if err := json.Unmarshal(stored, &t); err != nil {
		return rule.Trace{}, false, fmt.Errorf("stored trace: %w", err)
	}
	return t, true, nil
}

// Trace gives how a commission was reckoned, line by line: the lines of the order, then flat sums, minimums and caps. The
// amounts sum to the commission.
func (c Commission) Trace() ([]Line, error) {
	t, found, err := parseTrace(c.trace)
	if err != nil || !found {
		return []Line{}, err
	}
	zero := money.Zero(t.Amount.Currency)
	out := make([]Line, 0, len(t.Lines)+len(t.Steps)+2)
	for _, l := range t.Lines {
		line := Line{Name: l.Name, Quantity: int(l.Units), Net: l.Net, Share: l.Share, RateName: l.RateWords, Amount: l.Amount}
		switch {
		case l.Skipped == rule.SkipExcluded:
			line.RateName = l.RateWords + ": earns no commission"
		case l.Skipped != "":
			line.RateName = l.Skipped.Words()
		case l.Rate != nil && l.Rate.Kind == rule.Percent:
			bp := l.Rate.BasisPoints
			line.Rate = &bp
		}
		out = append(out, line)
	}
	if t.FlatPerOrder != nil {
		out = append(out, Line{Name: "For the order", Quantity: 1, Net: zero, Share: zero, RateName: t.FlatPerOrder.RateWords, Amount: t.FlatPerOrder.Amount})
	}
	for _, step := range t.Steps {
		change, err := step.After.Sub(step.Before)
		if err != nil {
			return nil, fmt.Errorf("stored trace: %w", err)
		}
		out = append(out, Line{Name: step.Words(), Net: zero, Share: zero, RateName: "Limit", Amount: change})
	}
	if c.Status == StatusWaiting {
		return out, nil
	}
	return c.close(out, t.Amount)
}

// close adds a line where the commission is not all that the trace says: an order that grew after approval is paid by two
// commissions, and a rejected one is nothing.
func (c Commission) close(lines []Line, reckoned money.Money) ([]Line, error) {
	rest, err := c.Amount.Sub(reckoned)
	if err != nil || rest.IsZero() {
		return lines, err
	}
	zero := money.Zero(reckoned.Currency)
	name := "Counted in the order's other commission"
	if c.Status == StatusReversed {
		name = "Taken back"
	}
	return append(lines, Line{Name: name, Net: zero, Share: zero, RateName: "Difference", Amount: rest}), nil
}
