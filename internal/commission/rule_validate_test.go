package commission_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/kit/money"
)

// richTerms uses every field of terms.
func richTerms() commission.Terms {
	terms := tenPercent()
	terms.Returning = rate(commission.PercentRate(500))
	terms.Overrides = []commission.Override{
		{Name: "Sale", Collections: []string{"sale"}, Rate: rate(commission.PercentRate(300))},
		{Name: "Hero", ProductIDs: []string{"product-2"}, Rate: rate(commission.FlatUnitRate(eur(400)))},
		{Name: "None", ProductIDs: []string{"product-3"}, Exclude: true},
	}
	terms.TierMetric, terms.TierPeriod = commission.TierByOrders, commission.TierTrailing90Days
	terms.Tiers = []commission.Tier{{Name: "Silver", Threshold: 10, Rate: commission.PercentRate(1500)}}
	terms.Recurring = &commission.Recurring{Term: commission.RecurringMonths, Months: 12, Rate: rate(commission.PercentRate(400)), KeptAfterRetirement: true}
	terms.MinimumPerOrder, terms.CapPerOrder = sum(50), sum(5_000)
	terms.CapPerCreatorMonth, terms.ProgramBudget = sum(100_000), sum(1_000_000)
	terms.PaysOnZero = true
	return terms
}

func TestTermsSurviveStorage(t *testing.T) {
	t.Parallel()
	encoded, err := json.Marshal(richTerms())
	require.NoError(t, err)
	back, err := commission.ParseTerms(encoded)
	require.NoError(t, err)
	require.Equal(t, richTerms(), back)
	for _, stored := range []string{``, `{}`, `{"format":2}`, `{"format":1,"surprise":true}`, string(encoded) + `{}`} {
		_, err := commission.ParseTerms([]byte(stored))
		require.ErrorIs(t, err, commission.ErrTermsFormat, stored)
	}
}

func TestEachProblemOfTermsNamesItsField(t *testing.T) {
	t.Parallel()
	require.Empty(t, richTerms().Problems())
	for path, spoil := range map[string]func(*commission.Terms){
		"format":               func(x *commission.Terms) { x.Format = 0 },
		"standard.basisPoints": func(x *commission.Terms) { x.Standard.BasisPoints = 10_001 },
		"standard.kind":        func(x *commission.Terms) { x.Standard.Kind = "HOURLY" },
		"standard.flat":        func(x *commission.Terms) { x.Standard = commission.Rate{Kind: commission.FlatPerOrder} },
		"returning.flat":       func(x *commission.Terms) { x.Returning = rate(commission.FlatOrderRate(money.New(1, money.USD))) },
		"returning.basisPoints": func(x *commission.Terms) {
			x.Returning = &commission.Rate{Kind: commission.FlatPerUnit, BasisPoints: 1, Flat: sum(1)}
		},
		"overrides.0.name":             func(x *commission.Terms) { x.Overrides[0].Name = " " },
		"overrides.1.name":             func(x *commission.Terms) { x.Overrides[1].Name = strings.Repeat("é", 81) },
		"overrides.0.productIds":       func(x *commission.Terms) { x.Overrides[0].Collections = nil },
		"overrides.0.rate":             func(x *commission.Terms) { x.Overrides[0].Rate = nil },
		"overrides.2.rate":             func(x *commission.Terms) { x.Overrides[2].Rate = rate(commission.PercentRate(1)) },
		"overrides.0.rate.kind":        func(x *commission.Terms) { x.Overrides[0].Rate = rate(commission.FlatOrderRate(eur(1))) },
		"overrides.0.rate.basisPoints": func(x *commission.Terms) { x.Overrides[0].Rate.BasisPoints = -1 },
		"overrides":                    func(x *commission.Terms) { x.Overrides = make([]commission.Override, commission.MaxOverrides+1) },
		"tierMetric":                   func(x *commission.Terms) { x.TierMetric = "" },
		"tierPeriod":                   func(x *commission.Terms) { x.TierPeriod = "WEEK" },
		"tiers.0.threshold":            func(x *commission.Terms) { x.Tiers[0].Threshold = 0 },
		"tiers.1.threshold":            func(x *commission.Terms) { x.Tiers = append(x.Tiers, x.Tiers[0]) },
		"recurring.months":             func(x *commission.Terms) { x.Recurring.Months = 0 },
		"recurring.term":               func(x *commission.Terms) { x.Recurring.Term = "EVER" },
		"recurring.rate":               func(x *commission.Terms) { x.Recurring.Term, x.Recurring.Months = commission.RecurringFirstOrder, 0 },
		"recurring.rate.flat":          func(x *commission.Terms) { x.Recurring.Rate = rate(commission.FlatUnitRate(eur(-1))) },
		"minimumPerOrder":              func(x *commission.Terms) { x.MinimumPerOrder = sum(5_001) },
		"capPerCreatorMonth":           func(x *commission.Terms) { x.CapPerCreatorMonth = sum(money.MaxParsedMinor + 1) },
		"programBudget":                func(x *commission.Terms) { x.ProgramBudget = &money.Money{Minor: 1, Currency: money.GBP} },
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
	worst, err := commission.WorstCase(terms, []commission.SaleLine{line("1", 1, 10_000)})
	require.NoError(t, err)
	require.Equal(t, eur(1500), worst.Amount)
	require.Equal(t, "Silver", worst.RateWords)
	require.Equal(t, int64(10), worst.Facts.TierValue)

	terms.Returning = rate(commission.FlatOrderRate(eur(9_000)))
	worst, err = commission.WorstCase(terms, []commission.SaleLine{line("1", 1, 10_000)})
	require.NoError(t, err)
	require.Equal(t, eur(5_000), worst.Amount, "the cap of an order holds here too")
	require.Equal(t, "Rate for returning customers", worst.RateWords)
	require.True(t, worst.Facts.Returning)

	worst, err = commission.WorstCase(terms, []commission.SaleLine{line("3", 1, 10_000)})
	require.NoError(t, err)
	require.True(t, worst.Amount.IsZero(), "an excluded product costs nothing")
}
