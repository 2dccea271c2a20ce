package rule

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"tributary/internal/kit/money"
)

const (
	// MaxOverrides and MaxTiers bound the lists of one offer version.
	MaxOverrides = 200
	MaxTiers     = 20
	// MaxOverrideTargets bounds the products and the collections of one override.
	MaxOverrideTargets = 1_000
	// MaxNameRunes bounds the names of overrides and tiers, in characters.
	MaxNameRunes = 80
	// MaxRecurringMonths bounds the term of recurring commission.
	MaxRecurringMonths = 120
)

// FieldProblem is one thing that is wrong with terms, with the path of the
// field, such as "overrides.2.rate.basisPoints".
type FieldProblem struct {
	Path    string
	Message string
}

// problemList collects what is wrong under a path.
type problemList struct {
	found []FieldProblem
}

func (p *problemList) add(path, message string, args ...any) {
	p.found = append(p.found, FieldProblem{Path: path, Message: fmt.Sprintf(message, args...)})
}

// Problems lists everything that keeps terms from being published; none when
// they are sound.
func (t Terms) Problems() []FieldProblem {
	list := &problemList{}
	if t.Format != TermsFormat {
		list.add("format", "The format of these terms is not known.")
	}
	if !t.Currency.Valid() {
		list.add("currency", "This is not a currency.")
	}
	list.rate("standard", t.Standard, t.Currency, true)
	if t.Returning != nil {
		list.rate("returning", *t.Returning, t.Currency, true)
	}
	list.overrides(t)
	list.tiers(t)
	list.recurring(t)
	list.limits(t)
	return list.found
}

// sound tells whether a rate can be computed with.
func (r Rate) sound(currency money.Currency) bool {
	switch r.Kind {
	case Percent:
		return r.Flat == nil && r.BasisPoints >= 0 && r.BasisPoints <= money.OneHundredPercent
	case FlatPerOrder, FlatPerUnit:
		return r.BasisPoints == 0 && r.Flat != nil && r.Flat.Currency == currency && soundSum(*r.Flat)
	}
	return false
}

func soundSum(m money.Money) bool { return m.Minor >= 0 && m.Minor <= money.MaxParsedMinor }

func (p *problemList) rate(path string, r Rate, currency money.Currency, perOrder bool) {
	switch {
	case r.Kind == Percent && r.Flat != nil:
		p.add(path+".flat", "A percentage has no flat sum.")
	case r.Kind == Percent && !r.sound(currency):
		p.add(path+".basisPoints", "A percentage lies between 0%% and 100%%.")
	case r.Kind == Percent:
	case r.Kind == FlatPerOrder && !perOrder:
		p.add(path+".kind", "For single products a rate is a percentage or a sum for each unit.")
	case r.Kind == FlatPerOrder || r.Kind == FlatPerUnit:
		if r.BasisPoints != 0 {
			p.add(path+".basisPoints", "A flat sum has no percentage.")
		}
		if r.Flat == nil {
			p.add(path+".flat", "Name the sum.")
			return
		}
		p.sum(path+".flat", *r.Flat, currency)
	default:
		p.add(path+".kind", "This is not a kind of rate.")
	}
}

func (p *problemList) sum(path string, m money.Money, currency money.Currency) {
	if m.Currency != currency {
		p.add(path, "This sum must be in the currency of the program, %s.", currency)
	} else if !soundSum(m) {
		p.add(path, "This sum is below zero or too large.")
	}
}

func (p *problemList) name(path, name string) {
	if strings.TrimSpace(name) == "" {
		p.add(path, "Give it a name; creators read it.")
	} else if utf8.RuneCountInString(name) > MaxNameRunes {
		p.add(path, "The name has more than %d characters.", MaxNameRunes)
	}
}

func (p *problemList) overrides(t Terms) {
	if len(t.Overrides) > MaxOverrides {
		p.add("overrides", "There are more than %d overrides.", MaxOverrides)
		return
	}
	for i, o := range t.Overrides {
		path := fmt.Sprintf("overrides.%d", i)
		p.name(path+".name", o.Name)
		if len(o.ProductIDs)+len(o.Collections) == 0 {
			p.add(path+".productIds", "Name at least one product or collection.")
		}
		if len(o.ProductIDs) > MaxOverrideTargets {
			p.add(path+".productIds", "There are more than %d products.", MaxOverrideTargets)
		}
		if len(o.Collections) > MaxOverrideTargets {
			p.add(path+".collections", "There are more than %d collections.", MaxOverrideTargets)
		}
		switch {
		case o.Exclude && o.Rate != nil:
			p.add(path+".rate", "What is excluded has no rate.")
		case !o.Exclude && o.Rate == nil:
			p.add(path+".rate", "Name a rate, or exclude the products.")
		case !o.Exclude:
			p.rate(path+".rate", *o.Rate, t.Currency, false)
		}
	}
}

func (p *problemList) tiers(t Terms) {
	if len(t.Tiers) == 0 {
		if t.TierMetric != "" {
			p.add("tierMetric", "Without tiers there is nothing to measure.")
		}
		if t.TierPeriod != "" {
			p.add("tierPeriod", "Without tiers there is nothing to measure.")
		}
		return
	}
	if len(t.Tiers) > MaxTiers {
		p.add("tiers", "There are more than %d tiers.", MaxTiers)
		return
	}
	switch t.TierMetric {
	case TierByRevenue, TierByOrders, TierByNewCustomers:
	default:
		p.add("tierMetric", "Say what the tiers are measured by.")
	}
	switch t.TierPeriod {
	case TierTrailing30Days, TierTrailing90Days, TierCalendarMonth, TierCalendarQuarter, TierLifetime:
	default:
		p.add("tierPeriod", "Say over which period the tiers are measured.")
	}
	for i, tier := range t.Tiers {
		path := fmt.Sprintf("tiers.%d", i)
		p.name(path+".name", tier.Name)
		p.rate(path+".rate", tier.Rate, t.Currency, true)
		if tier.Threshold <= 0 {
			p.add(path+".threshold", "A threshold is above zero; the standard rate is for those below it.")
		} else if i > 0 && tier.Threshold <= t.Tiers[i-1].Threshold {
			p.add(path+".threshold", "Thresholds rise from tier to tier.")
		}
	}
}

func (p *problemList) recurring(t Terms) {
	if t.Recurring == nil {
		return
	}
	r := *t.Recurring
	switch r.Term {
	case RecurringMonths:
		if r.Months < 1 || r.Months > MaxRecurringMonths {
			p.add("recurring.months", "The term lies between 1 and %d months.", MaxRecurringMonths)
		}
	case RecurringFirstOrder, RecurringLifetime:
		if r.Months != 0 {
			p.add("recurring.months", "Only a term in months has a number of months.")
		}
	default:
		p.add("recurring.term", "This is not a term.")
	}
	if r.Rate == nil {
		return
	}
	if r.Term == RecurringFirstOrder {
		p.add("recurring.rate", "Terms for the first order only have no rate for later ones.")
		return
	}
	p.rate("recurring.rate", *r.Rate, t.Currency, true)
}

func (p *problemList) limits(t Terms) {
	for _, limit := range []struct {
		path string
		sum  *money.Money
	}{
		{"minimumPerOrder", t.MinimumPerOrder},
		{"capPerOrder", t.CapPerOrder},
		{"capPerCreatorMonth", t.CapPerCreatorMonth},
		{"programBudget", t.ProgramBudget},
	} {
		if limit.sum != nil {
			p.sum(limit.path, *limit.sum, t.Currency)
		}
	}
	if t.MinimumPerOrder != nil && t.CapPerOrder != nil && t.MinimumPerOrder.Minor > t.CapPerOrder.Minor {
		p.add("minimumPerOrder", "The minimum of an order lies above its cap.")
	}
}

// Worst is the most that terms can cost on an order, and when.
type Worst struct {
	Amount money.Money
	// RateWords names the rate that costs it, such as a tier's name.
	RateWords string
	Facts     Facts
}

// WorstCase is the most that the terms pay on an order of these lines alone,
// over new, returning and bound customers and every tier, at full credit and
// with room in every cap that spans many orders. It fails as Compute does.
func WorstCase(terms Terms, lines []Line) (Worst, error) {
	worst := Worst{Amount: money.Zero(terms.Currency)}
	values := []int64{0}
	for _, tier := range terms.Tiers {
		values = append(values, tier.Threshold)
	}
	var situations []Facts
	for _, value := range values {
		situations = append(situations, Facts{TierValue: value}, Facts{TierValue: value, Returning: true})
		if terms.PaysRenewals() {
			situations = append(situations, Facts{TierValue: value, Returning: true, Renewal: true})
		}
	}
	for i, facts := range situations {
		result, err := Compute(terms, Sale{Lines: lines, Shares: []Share{{PPM: money.One}}, Facts: facts})
		if err != nil {
			return Worst{}, err
		}
		if i == 0 || result.Amount.Minor > worst.Amount.Minor {
			worst = Worst{Amount: result.Amount, RateWords: result.Trace.dearest(), Facts: facts}
		}
	}
	return worst, nil
}

// dearest names the rate that earned the most.
func (t Trace) dearest() string {
	var most money.Money
	var words string
	for _, line := range t.Lines {
		if line.Skipped == "" && (words == "" || line.Amount.Minor > most.Minor) {
			most, words = line.Amount, line.RateWords
		}
	}
	if t.FlatPerOrder != nil && t.FlatPerOrder.Amount.Minor > most.Minor {
		return t.FlatPerOrder.RateWords
	}
	return words
}
