package review

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"tributary/internal/insight"
	"tributary/internal/kit/money"
)

// Bounds of recommendations.
const (
	// strong and weak are parts of the median revenue, in percent, above and below which figures speak for themselves.
	strong = 150
	weak   = 50
	// returnsHigh is the part of revenue that came back, in percent, from which returns need a talk.
	returnsHigh = 30
)

// medians gives the median of each figure. The lower of two middles counts, so that every median is a figure that somebody had.
// The list is not empty and of one currency.
func medians(all []insight.Figures) insight.Figures {
	minor := func(a, b money.Money) int { return cmp.Compare(a.Minor, b.Minor) }
	return insight.Figures{
		Clicks:       middle(all, func(f insight.Figures) int { return f.Clicks }, cmp.Compare),
		UniqueClicks: middle(all, func(f insight.Figures) int { return f.UniqueClicks }, cmp.Compare),
		Orders:       middle(all, func(f insight.Figures) float64 { return f.Orders }, cmp.Compare),
		NewCustomers: middle(all, func(f insight.Figures) float64 { return f.NewCustomers }, cmp.Compare),
		Revenue:      middle(all, func(f insight.Figures) money.Money { return f.Revenue }, minor),
		Refunds:      middle(all, func(f insight.Figures) money.Money { return f.Refunds }, minor),
		Commission:   middle(all, func(f insight.Figures) money.Money { return f.Commission }, minor),

		Conversion:       middleOf(all, func(f insight.Figures) *money.BasisPoints { return f.Conversion }, cmp.Compare),
		EarningsPerClick: middleOf(all, func(f insight.Figures) *money.Money { return f.EarningsPerClick }, minor),
		AverageOrder:     middleOf(all, func(f insight.Figures) *money.Money { return f.AverageOrder }, minor),
		CommissionRate:   middleOf(all, func(f insight.Figures) *money.BasisPoints { return f.CommissionRate }, cmp.Compare),
	}
}

func middle[T any](all []insight.Figures, of func(insight.Figures) T, compare func(a, b T) int) T {
	values := make([]T, len(all))
	for i, f := range all {
		values[i] = of(f)
	}
	slices.SortFunc(values, compare)
	return values[(len(values)-1)/2]
}

// middleOf is middle over those who have the figure; nil when nobody has.
func middleOf[T any](all []insight.Figures, of func(insight.Figures) *T, compare func(a, b T) int) *T {
	var with []insight.Figures
	for _, f := range all {
		if of(f) != nil {
			with = append(with, f)
		}
	}
	if len(with) == 0 {
		return nil
	}
	m := middle(with, func(f insight.Figures) T { return *of(f) }, compare)
	return &m
}

// recommend says what figures suggest beside the program's medians, and why.
func recommend(f, m insight.Figures) (Action, []string) {
	var reasons []string
	say := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
	if f.Clicks == 0 && f.Orders == 0 {
		say("There were no clicks and no orders in this time.")
		return ActionRetire, reasons
	}
	if f.Revenue.Minor > 0 && over(f.Refunds.Minor, f.Revenue.Minor, returnsHigh) {
		say("%s of %s revenue came back.", f.Refunds, f.Revenue)
		return ActionCoach, reasons
	}
	if f.Orders == 0 {
		say("%d clicks brought no order.", f.Clicks)
		return ActionCoach, reasons
	}
	say("Revenue was %s; half of the program's creators had %s or less.", f.Revenue, m.Revenue)
	switch {
	case m.Revenue.Minor > 0 && over(f.Revenue.Minor, m.Revenue.Minor, strong) && converts(f, m):
		if f.Conversion != nil && m.Conversion != nil {
			say("Clicks turn into orders at least as well as in the middle of the program.")
		}
		return ActionPromote, reasons
	case m.Revenue.Minor > 0 && !over(f.Revenue.Minor, m.Revenue.Minor, weak):
		return ActionCoach, reasons
	}
	return ActionKeep, reasons
}

// over reports whether a is more than some percent of b.
func over(a, b, percent int64) bool {
	hundredfold := new(big.Int).Mul(big.NewInt(a), big.NewInt(100))
	return hundredfold.Cmp(new(big.Int).Mul(big.NewInt(b), big.NewInt(percent))) > 0
}

func converts(f, m insight.Figures) bool {
	return f.Conversion == nil || m.Conversion == nil || *f.Conversion >= *m.Conversion
}
