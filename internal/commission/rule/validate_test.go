package rule_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/money"
)

// richTerms uses every field of terms.
func richTerms() rule.Terms {
	terms := tenPercent()
	terms.Returning = rate(rule.PercentRate(500))
	terms.Overrides = []rule.Override{
		{Name: "Sale", Collections: []string{"sale"}, Rate: rate(rule.PercentRate(300))},
		{Name: "Hero", ProductIDs: []string{"product-2"}, Rate: rate(rule.FlatUnitRate(eur(400)))},
		{Name: "None", ProductIDs: []string{"product-3"}, Exclude: true},
	}
	terms.TierMetric, terms.TierPeriod = rule.TierByOrders, rule.TierTrailing90Days
	terms.Tiers = []rule.Tier{{Name: "Silver", Threshold: 10, Rate: rule.PercentRate(1500)}}
	terms.Recurring = &rule.Recurring{Term: rule.RecurringMonths, Months: 12, Rate: rate(rule.PercentRate(400)), KeptAfterRetirement: true}
	terms.MinimumPerOrder, terms.CapPerOrder = sum(50), sum(5_000)
	terms.CapPerCreatorMonth, terms.ProgramBudget = sum(100_000), sum(1_000_000)
	terms.PaysOnZero = true
	return terms
}

func TestTermsSurviveStorage(t *testing.T) {
	t.Parallel()
	encoded, err := json.Marshal(richTerms())
	require.NoError(t, err)
	back, err := rule.ParseTerms(encoded)
	require.NoError(t, err)
	require.Equal(t, richTerms(), back)
	for _, stored := range []string{``, `{}`, `{"format":2}`, `{"format":1,"surprise":true}`, string(encoded) + `{}`} {
		_, err := rule.ParseTerms([]byte(stored))
		require.ErrorIs(t, err, rule.ErrTermsFormat, stored)
	}
}

func TestEachProblemOfTermsNamesItsField(t *testing.T) {
	t.Parallel()
	require.Empty(t, richTerms().Problems())
	for path, spoil := range map[string]func(*rule.Terms){
		"format":               func(x *rule.Terms) { x.Format = 0 },
		"standard.basisPoints": func(x *rule.Terms) { x.Standard.BasisPoints = 10_001 },
		"standard.kind":        func(x *rule.Terms) { x.Standard.Kind = "HOURLY" },
		"standard.flat":        func(x *rule.Terms) { x.Standard = rule.Rate{Kind: rule.FlatPerOrder} },
		"returning.flat":       func(x *rule.Terms) { x.Returning = rate(rule.FlatOrderRate(money.New(1, money.USD))) },
		"returning.basisPoints": func(x *rule.Terms) {
			x.Returning = &rule.Rate{Kind: rule.FlatPerUnit, BasisPoints: 1, Flat: sum(1)}
		},
		"overrides.0.name":             func(x *rule.Terms) { x.Overrides[0].Name = " " },
		"overrides.1.name":             func(x *rule.Terms) { x.Overrides[1].Name = strings.Repeat("é", 81) },
		"overrides.0.productIds":       func(x *rule.Terms) { x.Overrides[0].Collections = nil },
		"overrides.0.rate":             func(x *rule.Terms) { x.Overrides[0].Rate = nil },
		"overrides.2.rate":             func(x *rule.Terms) { x.Overrides[2].Rate = rate(rule.PercentRate(1)) },
		"overrides.0.rate.kind":        func(x *rule.Terms) { x.Overrides[0].Rate = rate(rule.FlatOrderRate(eur(1))) },
		"overrides.0.rate.basisPoints": func(x *rule.Terms) { x.Overrides[0].Rate.BasisPoints = -1 },
		"overrides":                    func(x *rule.Terms) { x.Overrides = make([]rule.Override, rule.MaxOverrides+1) },
		"tierMetric":                   func(x *rule.Terms) { x.TierMetric = "" },
		"tierPeriod":                   func(x *rule.Terms) { x.TierPeriod = "WEEK" },
		"tiers.0.threshold":            func(x *rule.Terms) { x.Tiers[0].Threshold = 0 },
		"tiers.1.threshold":            func(x *rule.Terms) { x.Tiers = append(x.Tiers, x.Tiers[0]) },
		"recurring.months":             func(x *rule.Terms) { x.Recurring.Months = 0 },
		"recurring.term":               func(x *rule.Terms) { x.Recurring.Term = "EVER" },
		"recurring.rate":               func(x *rule.Terms) { x.Recurring.Term, x.Recurring.Months = rule.RecurringFirstOrder, 0 },
		"recurring.rate.flat":          func(x *rule.Terms) { x.Recurring.Rate = rate(rule.FlatUnitRate(eur(-1))) },
		"minimumPerOrder":              func(x *rule.Terms) { x.MinimumPerOrder = sum(5_001) },
		"capPerCreatorMonth":           func(x *rule.Terms) { x.CapPerCreatorMonth = sum(money.MaxParsedMinor + 1) },
		"programBudget":                func(x *rule.Terms) { x.ProgramBudget = &money.Money{Minor: 1, Currency: money.GBP} },
	} {
		terms := richTerms()
		spoil(&terms)
		problems := terms.Problems()
		require.Len(t, problems, 1, path)
		require.Equal(t, path, problems[0].Path)
		require.NotEmpty(t, problems[0].Message)
		require.NotContains(t, problems[0].Message, "%!")
	}
	unknown := richTerms()
	unknown.Currency = "XXX"
	require.Equal(t, "currency", unknown.Problems()[0].Path)
}

func TestTheWorstCaseIsTheDearestSituation(t *testing.T) {
	t.Parallel()
	terms := richTerms()
	worst, err := rule.WorstCase(terms, []rule.Line{line("1", 1, 10_000)})
	require.NoError(t, err)
	require.Equal(t, eur(1500), worst.Amount)
	require.Equal(t, "Silver", worst.RateWords)
	require.Equal(t, int64(10), worst.Facts.TierValue)

	terms.Returning = rate(rule.FlatOrderRate(eur(9_000)))
	worst, err = rule.WorstCase(terms, []rule.Line{line("1", 1, 10_000)})
	require.NoError(t, err)
	require.Equal(t, eur(5_000), worst.Amount, "the cap of an order holds here too")
	require.Equal(t, "Rate for returning customers", worst.RateWords)
	require.True(t, worst.Facts.Returning)

	worst, err = rule.WorstCase(terms, []rule.Line{line("3", 1, 10_000)})
	require.NoError(t, err)
	require.True(t, worst.Amount.IsZero(), "an excluded product costs nothing")
}
