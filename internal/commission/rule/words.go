package rule

import "fmt"

// Skip says why a line earns nothing.
type Skip string

// The reasons for which a line is skipped.
const (
	SkipGiftCard    Skip = "GIFT_CARD"
	SkipShipping    Skip = "SHIPPING"
	SkipTip         Skip = "TIP"
	SkipGiftWrap    Skip = "GIFT_WRAP"
	SkipTax         Skip = "TAX"
	SkipIneligible  Skip = "INELIGIBLE"
	SkipExcluded    Skip = "EXCLUDED_PRODUCT"
	SkipNothingLeft Skip = "NOTHING_LEFT"
)

// skipOf is why a line may not earn under any terms.
func skipOf(line Line) Skip {
	switch line.Kind {
	case LineGiftCard:
		return SkipGiftCard
	case LineShipping:
		return SkipShipping
	case LineTip:
		return SkipTip
	case LineGiftWrap:
		return SkipGiftWrap
	case LineTax:
		return SkipTax
	}
	return SkipIneligible
}

// Words says in plain English why a line earns nothing.
func (s Skip) Words() string {
	switch s {
	case SkipGiftCard:
		return "Gift cards that are bought do not earn"
	case SkipShipping:
		return "Shipping does not earn"
	case SkipTip:
		return "Tips do not earn"
	case SkipGiftWrap:
		return "Gift wrap does not earn"
	case SkipTax:
		return "Tax does not earn"
	case SkipExcluded:
		return "Excluded from commission"
	case SkipNothingLeft:
		return "Nothing is left of this line to earn on"
	}
	return "Not eligible for commission"
}

// Words says in plain English what a step did.
func (s TraceStep) Words() string {
	switch s.Kind {
	case StepMinimum:
		return fmt.Sprintf("Raised to the minimum of %s for an order", s.Limit)
	case StepCapOrder:
		return fmt.Sprintf("Limited to %s, the cap for an order", s.Limit)
	case StepCapCreator:
		return fmt.Sprintf("Limited to %s, what was left of the month's cap", s.Limit)
	case StepBudget:
		return fmt.Sprintf("Limited to %s, what was left of the program's budget", s.Limit)
	case StepRefund:
		return fmt.Sprintf("Kept at %s: a refund never raises a commission", s.Limit)
	}
	return ""
}

// Words says in plain English how a rate is measured.
func (r Rate) Words() string {
	switch r.Kind {
	case Percent:
		whole, part := r.BasisPoints/100, r.BasisPoints%100
		switch {
		case part == 0:
			return fmt.Sprintf("%d%%", whole)
		case part%10 == 0:
			return fmt.Sprintf("%d.%d%%", whole, part/10)
		}
		return fmt.Sprintf("%d.%02d%%", whole, part)
	case FlatPerOrder:
		if r.Flat != nil {
			return r.Flat.String() + " for each order"
		}
	case FlatPerUnit:
		if r.Flat != nil {
			return r.Flat.String() + " for each unit"
		}
	}
	return ""
}

// Shortfall says why less or no money follows although a touch counted.
type Shortfall string

// The reasons of a shortfall. NOT_PAID_YET and NO_RATE are found before the
// rule runs, the others by it.
const (
	NotPaidYet      Shortfall = "NOT_PAID_YET"
	CapReached      Shortfall = "CAP_REACHED"
	BudgetExhausted Shortfall = "BUDGET_EXHAUSTED"
	NoRate          Shortfall = "NO_RATE"
	ZeroBase        Shortfall = "ZERO_BASE"
)

// Words says a shortfall in plain English.
func (s Shortfall) Words() string {
	switch s {
	case NotPaidYet:
		return "The order has not been paid yet. The commission follows once it is."
	case CapReached:
		return "A cap of the offer was reached, so this order earned only what was left of it."
	case BudgetExhausted:
		return "The program's budget was used up, so this order earned only what was left of it."
	case NoRate:
		return "The order is in another currency and its exchange rate is not known yet. The commission follows once it is."
	case ZeroBase:
		return "Nothing in this order earns commission."
	}
	return ""
}
