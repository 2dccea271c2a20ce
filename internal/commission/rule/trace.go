package rule

import (
	"errors"
	"fmt"

	"tributary/internal/kit/money"
)

// TraceFormat is the format of traces that this code writes.
const TraceFormat = 1

// ErrTrace is returned for a trace whose figures do not follow from each other.
var ErrTrace = errors.New("commission: trace does not add up")

// Trace is how a commission came about, step by step. It holds every figure
// that the amount needs, so that Recompute proves it without terms or order.
type Trace struct {
	Format int     `json:"format"`
	Shares []Share `json:"shares"`
	Index  int     `json:"index"`
	Facts  Facts   `json:"facts"`

	Lines []TraceLine `json:"lines"`
	// FlatPerOrder is the flat sum of the order, where a line's rate is one.
	FlatPerOrder *TraceFlat `json:"flatPerOrder,omitempty"`
	// Steps are the minimum and the limits that changed the amount.
	Steps []TraceStep `json:"steps,omitempty"`

	Base   money.Money `json:"base"`
	Amount money.Money `json:"amount"`
}

// TraceLine is what one line earned.
type TraceLine struct {
	LineID string `json:"lineId"`
	Name   string `json:"name"`
	// Net is the whole net amount of the line, Share the creator's part of it.
	Net   money.Money `json:"net"`
	Share money.Money `json:"share"`
	Units int64       `json:"units"`
	// Rate and RateWords say what the line earns; absent when it is skipped.
	Rate      *Rate  `json:"rate,omitempty"`
	RateWords string `json:"rateWords"`
	// Skipped says why the line earns nothing.
	Skipped Skip `json:"skipped,omitempty"`
	// Rounding of the amount.
	Rounding money.Rounding `json:"rounding"`
	// Amount of this line; zero where the rate is a flat sum of the order.
	Amount money.Money `json:"amount"`
}

// TraceFlat is the flat sum of an order and one share's part of it.
type TraceFlat struct {
	Flat      money.Money `json:"flat"`
	RateWords string      `json:"rateWords"`
	Amount    money.Money `json:"amount"`
}

// StepKind names a minimum or a limit.
type StepKind string

// The steps after the lines, in the order in which they apply.
const (
	StepMinimum    StepKind = "MINIMUM_PER_ORDER"
	StepCapOrder   StepKind = "CAP_PER_ORDER"
	StepCapCreator StepKind = "CAP_PER_CREATOR_MONTH"
	StepBudget     StepKind = "PROGRAM_BUDGET"
	StepRefund     StepKind = "NEVER_RAISED_BY_REFUND"
)

// TraceStep is a minimum or a limit that changed the amount.
type TraceStep struct {
	Kind   StepKind    `json:"kind"`
	Limit  money.Money `json:"limit"`
	Before money.Money `json:"before"`
	After  money.Money `json:"after"`
}

// traceLine computes one line.
func traceLine(terms Terms, sale Sale, line Line) (TraceLine, error) {
	applied := terms.rateFor(line, sale.Facts)
	share, err := netShare(line.Net, sale.Shares, sale.Index)
	if err != nil {
		return TraceLine{}, err
	}
	entry := TraceLine{
		LineID: line.ID, Name: line.Name, Net: line.Net, Share: share, Units: line.Quantity,
		RateWords: applied.words, Skipped: applied.skipped, Rounding: commissionRounding,
		Amount: money.Zero(terms.Currency),
	}
	if entry.Skipped == "" && line.Net.IsZero() && (line.Quantity == 0 || !terms.PaysOnZero) {
		entry.Skipped = SkipNothingLeft
	}
	if entry.Skipped != "" {
		return entry, nil
	}
	if !applied.rate.sound(terms.Currency) {
		return TraceLine{}, ErrTerms
	}
	entry.Rate = &applied.rate
	entry.Amount, err = entry.compute(sale.Shares, sale.Index)
	return entry, err
}

// compute is the commission of a line from the figures of its trace alone.
func (l TraceLine) compute(shares []Share, index int) (money.Money, error) {
	if l.Skipped != "" || l.Rate == nil {
		return money.Zero(l.Net.Currency), nil
	}
	switch l.Rate.Kind {
	case Percent:
		return l.Share.MulBasisPoints(l.Rate.BasisPoints, l.Rounding)
	case FlatPerUnit:
		whole, err := l.Rate.Flat.MulCount(l.Units)
		if err != nil {
			return money.Money{}, err
		}
		return flatShare(whole, shares, index)
	}
	return money.Zero(l.Net.Currency), nil
}

// earns tells whether anything of the order is left to earn on.
func (t Trace) earns() bool {
	for _, line := range t.Lines {
		if line.Skipped == "" {
			return true
		}
	}
	return false
}

// flatRate is the flat sum of the order: that of the first line whose rate is
// one. All such lines have the same, because overrides are never flat sums of
// the order.
func (t Trace) flatRate() (money.Money, string, bool) {
	for _, line := range t.Lines {
		if line.Rate != nil && line.Rate.Kind == FlatPerOrder {
			return *line.Rate.Flat, line.RateWords, true
		}
	}
	return money.Money{}, "", false
}

func (t *Trace) addFlatPerOrder() error {
	flat, words, found := t.flatRate()
	if !found {
		return nil
	}
	part, err := flatShare(flat, t.Shares, t.Index)
	if err != nil {
		return err
	}
	t.FlatPerOrder = &TraceFlat{Flat: flat, RateWords: words, Amount: part}
	t.Amount, err = t.Amount.Add(part)
	return err
}

// limit applies minimum, caps, rooms and the ceiling of a refund, in this order.
func (t *Trace) limit(terms Terms, sale Sale, earns bool) error {
	if terms.MinimumPerOrder != nil && earns {
		if err := t.stepShared(StepMinimum, *terms.MinimumPerOrder); err != nil {
			return err
		}
	}
	if terms.CapPerOrder != nil {
		if err := t.stepShared(StepCapOrder, *terms.CapPerOrder); err != nil {
			return err
		}
	}
	for _, room := range []struct {
		kind  StepKind
		limit *money.Money
	}{
		{StepCapCreator, sale.Facts.CreatorRoom},
		{StepBudget, sale.Facts.BudgetRoom},
		{StepRefund, sale.Ceiling},
	} {
		if room.limit == nil {
			continue
		}
		limit := *room.limit
		if limit.Sign() < 0 {
			limit = money.Zero(limit.Currency)
		}
		if err := t.step(room.kind, limit); err != nil {
			return err
		}
	}
	return nil
}

// stepShared applies a sum that the offer names for a whole order.
func (t *Trace) stepShared(kind StepKind, whole money.Money) error {
	part, err := flatShare(whole, t.Shares, t.Index)
	if err != nil {
		return err
	}
	return t.step(kind, part)
}

// step applies one limit and records it when it changed the amount.
func (t *Trace) step(kind StepKind, limit money.Money) error {
	after, err := kind.apply(t.Amount, limit)
	if err != nil {
		return err
	}
	if after != t.Amount {
		t.Steps = append(t.Steps, TraceStep{Kind: kind, Limit: limit, Before: t.Amount, After: after})
		t.Amount = after
	}
	return nil
}

// apply raises to a minimum and lowers to every other limit.
func (k StepKind) apply(amount, limit money.Money) (money.Money, error) {
	order, err := amount.Cmp(limit)
	if err != nil {
		return money.Money{}, err
	}
	if (k == StepMinimum) == (order < 0) {
		return limit, nil
	}
	return amount, nil
}

// shortfall says why the rule pays less than it names, the last limit first.
func (t Trace) shortfall(earns bool) Shortfall {
	for i := len(t.Steps) - 1; i >= 0; i-- {
		switch t.Steps[i].Kind {
		case StepBudget:
			return BudgetExhausted
		case StepCapOrder, StepCapCreator:
			return CapReached
		}
	}
	if !earns {
		return ZeroBase
	}
	return ""
}

// Recompute works the amount out again from the trace alone and checks every
// figure on the way. It fails with ErrTrace where one does not follow.
func Recompute(t Trace) (money.Money, error) {
	if t.Format != TraceFormat {
		return money.Money{}, fmt.Errorf("%w: format %d", ErrTrace, t.Format)
	}
	if err := checkShares(t.Shares, t.Index); err != nil {
		return money.Money{}, fmt.Errorf("%w: %w", ErrTrace, err)
	}
	sum, base := money.Zero(t.Amount.Currency), money.Zero(t.Amount.Currency)
	for _, line := range t.Lines {
		share, err := netShare(line.Net, t.Shares, t.Index)
		if err != nil || share != line.Share {
			return money.Money{}, fmt.Errorf("%w: share of line %q", ErrTrace, line.LineID)
		}
		amount, err := line.recompute(t.Shares, t.Index)
		if err != nil || amount != line.Amount {
			return money.Money{}, fmt.Errorf("%w: amount of line %q", ErrTrace, line.LineID)
		}
		if sum, err = sum.Add(amount); err != nil {
			return money.Money{}, fmt.Errorf("%w: %w", ErrTrace, err)
		}
		if line.Skipped != "" {
			continue
		}
		if base, err = base.Add(share); err != nil {
			return money.Money{}, fmt.Errorf("%w: %w", ErrTrace, err)
		}
	}
	if base != t.Base {
		return money.Money{}, fmt.Errorf("%w: base", ErrTrace)
	}
	return t.recomputeRest(sum)
}

// recompute is compute for a line of unknown origin.
func (l TraceLine) recompute(shares []Share, index int) (money.Money, error) {
	if l.Skipped == "" && (l.Rate == nil || !l.Rate.sound(l.Net.Currency)) {
		return money.Money{}, ErrTrace
	}
	return l.compute(shares, index)
}

// recomputeRest adds the flat sum of the order and goes through the steps.
func (t Trace) recomputeRest(amount money.Money) (money.Money, error) {
	flat, _, found := t.flatRate()
	if found != (t.FlatPerOrder != nil) {
		return money.Money{}, fmt.Errorf("%w: flat sum of the order", ErrTrace)
	}
	if found {
		part, err := flatShare(flat, t.Shares, t.Index)
		if err != nil || part != t.FlatPerOrder.Amount || flat != t.FlatPerOrder.Flat {
			return money.Money{}, fmt.Errorf("%w: flat sum of the order", ErrTrace)
		}
		if amount, err = amount.Add(part); err != nil {
			return money.Money{}, fmt.Errorf("%w: %w", ErrTrace, err)
		}
	}
	for _, step := range t.Steps {
		after, err := step.Kind.apply(amount, step.Limit)
		if err != nil || step.Before != amount || step.After != after {
			return money.Money{}, fmt.Errorf("%w: step %s", ErrTrace, step.Kind)
		}
		amount = after
	}
	if amount != t.Amount {
		return money.Money{}, fmt.Errorf("%w: amount", ErrTrace)
	}
	return amount, nil
}
