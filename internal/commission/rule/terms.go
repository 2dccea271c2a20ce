package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"tributary/internal/kit/money"
)

// TermsFormat is the format of stored terms that this code writes and reads.
const TermsFormat = 1

// ErrTermsFormat is returned for stored terms that this code cannot read.
var ErrTermsFormat = errors.New("commission: stored terms have an unknown format")

// Terms are the commission terms of one offer version. They are stored as
// JSON and never change once the version is published.
type Terms struct {
	Format   int            `json:"format"`
	Currency money.Currency `json:"currency"`
	// Standard is what a product earns that nothing below speaks about.
	Standard Rate `json:"standard"`
	// Returning replaces Standard and the tiers for returning customers; nil
	// pays them alike.
	Returning *Rate `json:"returning,omitempty"`
	// Overrides are for products and collections. One that names the product
	// comes before one that names a collection, an exclusion before both, and
	// among equals the first listed counts.
	Overrides []Override `json:"overrides,omitempty"`
	// Tiers replace Standard once their threshold is reached, thresholds rising.
	Tiers      []Tier     `json:"tiers,omitempty"`
	TierMetric TierMetric `json:"tierMetric,omitempty"`
	TierPeriod TierPeriod `json:"tierPeriod,omitempty"`
	// Recurring pays for later orders of a customer whom the creator brought.
	Recurring *Recurring `json:"recurring,omitempty"`

	// MinimumPerOrder is the least that an order with anything eligible earns.
	MinimumPerOrder *money.Money `json:"minimumPerOrder,omitempty"`
	// CapPerOrder is the most that one order earns.
	CapPerOrder *money.Money `json:"capPerOrder,omitempty"`
	// CapPerCreatorMonth and ProgramBudget bound sums over many orders; the
	// caller gives what is left of them in Facts.
	CapPerCreatorMonth *money.Money `json:"capPerCreatorMonth,omitempty"`
	ProgramBudget      *money.Money `json:"programBudget,omitempty"`
	// PaysOnZero pays flat sums also where nothing is left to pay by the
	// customer, such as an order with a full discount.
	PaysOnZero bool `json:"paysOnZero,omitempty"`
}

// RateKind says how a rate is measured.
type RateKind string

// The kinds of rate.
const (
	Percent      RateKind = "PERCENT"
	FlatPerOrder RateKind = "FLAT_PER_ORDER"
	FlatPerUnit  RateKind = "FLAT_PER_UNIT"
)

// Rate is a percentage of the net amount, or a flat sum.
type Rate struct {
	Kind RateKind `json:"kind"`
	// BasisPoints of a PERCENT rate.
	BasisPoints money.BasisPoints `json:"basisPoints,omitempty"`
	// Flat of the other kinds.
	Flat *money.Money `json:"flat,omitempty"`
}

// PercentRate is a rate in basis points of the net amount.
func PercentRate(bp money.BasisPoints) Rate { return Rate{Kind: Percent, BasisPoints: bp} }

// FlatOrderRate is a flat sum for each order.
func FlatOrderRate(flat money.Money) Rate { return Rate{Kind: FlatPerOrder, Flat: &flat} }

// FlatUnitRate is a flat sum for each unit that the customer keeps.
func FlatUnitRate(flat money.Money) Rate { return Rate{Kind: FlatPerUnit, Flat: &flat} }

// Override is a rate of its own, or none, for some products or collections.
type Override struct {
	Name        string   `json:"name"`
	ProductIDs  []string `json:"productIds,omitempty"`
	Collections []string `json:"collections,omitempty"`
	// Exclude takes the products out; Rate is then absent.
	Exclude bool  `json:"exclude,omitempty"`
	Rate    *Rate `json:"rate,omitempty"`
}

func (o Override) namesProduct(line Line) bool {
	return line.ProductID != "" && slices.Contains(o.ProductIDs, line.ProductID)
}

func (o Override) namesCollection(line Line) bool {
	return slices.ContainsFunc(line.Collections, func(c string) bool { return slices.Contains(o.Collections, c) })
}

// Tier is a rate that is earned by reaching a threshold.
type Tier struct {
	Name string `json:"name"`
	// Threshold in minor units for revenue, else a count.
	Threshold int64 `json:"threshold"`
	Rate      Rate  `json:"rate"`
}

// TierMetric is the figure that tiers are measured by.
type TierMetric string

// The figures of tiers.
const (
	TierByRevenue      TierMetric = "REVENUE"
	TierByOrders       TierMetric = "ORDERS"
	TierByNewCustomers TierMetric = "NEW_CUSTOMERS"
)

// TierPeriod is the span over which a tier's figure is summed.
type TierPeriod string

// The spans of tiers.
const (
	TierTrailing30Days  TierPeriod = "TRAILING_30_DAYS"
	TierTrailing90Days  TierPeriod = "TRAILING_90_DAYS"
	TierCalendarMonth   TierPeriod = "CALENDAR_MONTH"
	TierCalendarQuarter TierPeriod = "CALENDAR_QUARTER"
	TierLifetime        TierPeriod = "LIFETIME"
)

// Recurring says for how long later orders of a customer earn, and at which rate.
type Recurring struct {
	Term RecurringTerm `json:"term"`
	// Months of the term MONTHS, from the first order.
	Months int `json:"months,omitempty"`
	// Rate of a renewal; nil pays it like any order of a returning customer.
	Rate *Rate `json:"rate,omitempty"`
	// KeptAfterRetirement lets the tie last when the partnership has ended.
	KeptAfterRetirement bool `json:"keptAfterRetirement,omitempty"`
}

// RecurringTerm is how long later orders of a customer earn.
type RecurringTerm string

// The terms of recurring commission.
const (
	RecurringFirstOrder RecurringTerm = "FIRST_ORDER"
	RecurringMonths     RecurringTerm = "MONTHS"
	RecurringLifetime   RecurringTerm = "LIFETIME"
)

// PaysRenewals tells whether later orders of a customer earn at all.
func (t Terms) PaysRenewals() bool {
	return t.Recurring != nil && t.Recurring.Term != RecurringFirstOrder
}

// ParseTerms reads stored terms. Another format or a field that this code does
// not know is refused with ErrTermsFormat: a rule that is half read would pay
// a wrong amount.
func ParseTerms(stored []byte) (Terms, error) {
	decoder := json.NewDecoder(bytes.NewReader(stored))
	decoder.DisallowUnknownFields()
	var terms Terms
	if err := decoder.Decode(&terms); err != nil {
		return Terms{}, fmt.Errorf("%w: %w", ErrTermsFormat, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Terms{}, fmt.Errorf("%w: text after the terms", ErrTermsFormat)
	}
	if terms.Format != TermsFormat {
		return Terms{}, fmt.Errorf("%w: %d", ErrTermsFormat, terms.Format)
	}
	return terms, nil
}

// TierAt returns the tier that a figure has reached, and whether there is one.
func (t Terms) TierAt(value int64) (Tier, bool) {
	var reached Tier
	found := false
	for _, tier := range t.Tiers {
		if value >= tier.Threshold && (!found || tier.Threshold >= reached.Threshold) {
			reached, found = tier, true
		}
	}
	return reached, found
}

// applied is the rate of one line with the words for it, or why it has none.
type applied struct {
	rate    Rate
	words   string
	skipped Skip
}

// rateFor finds the rate of a line.
func (t Terms) rateFor(line Line, facts Facts) applied {
	if !line.commissionable() {
		return applied{skipped: skipOf(line), words: skipOf(line).Words()}
	}
	if override, found := t.overrideFor(line); found {
		if override.Exclude {
			return applied{skipped: SkipExcluded, words: override.Name}
		}
		return applied{rate: *override.Rate, words: override.Name}
	}
	if facts.Renewal && t.Recurring.Rate != nil {
		return applied{rate: *t.Recurring.Rate, words: "Rate for repeat orders"}
	}
	if (facts.Returning || facts.Renewal) && t.Returning != nil {
		return applied{rate: *t.Returning, words: "Rate for returning customers"}
	}
	if tier, reached := t.TierAt(facts.TierValue); reached {
		return applied{rate: tier.Rate, words: tier.Name}
	}
	return applied{rate: t.Standard, words: "Standard rate"}
}

// overrideFor finds the override that speaks about a line: an exclusion
// first, then one for the product, then one for a collection.
func (t Terms) overrideFor(line Line) (Override, bool) {
	rank := func(o Override) int {
		product, collection := o.namesProduct(line), o.namesCollection(line)
		switch {
		case o.Exclude && (product || collection):
			return 3
		case o.Exclude || o.Rate == nil:
			return 0
		case product:
			return 2
		case collection:
			return 1
		}
		return 0
	}
	var best Override
	bestRank := 0
	for _, o := range t.Overrides {
		if r := rank(o); r > bestRank {
			best, bestRank = o, r
		}
	}
	return best, bestRank > 0
}
