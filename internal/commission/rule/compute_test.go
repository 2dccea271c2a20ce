package rule_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/money"
)

func eur(minor int64) money.Money { return money.New(minor, money.EUR) }

func sum(minor int64) *money.Money {
	m := eur(minor)
	return &m
}

func rate(r rule.Rate) *rule.Rate { return &r }

// tenPercent is the plainest terms there are.
func tenPercent() rule.Terms {
	return rule.Terms{Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000)}
}

func line(id string, quantity, net int64, collections ...string) rule.Line {
	return rule.Line{ID: id, Name: "Line " + id, ProductID: "product-" + id, Collections: collections, Quantity: quantity, Net: eur(net)}
}

// whole is a sale of which one partnership earned all credit.
func whole(lines ...rule.Line) rule.Sale {
	return rule.Sale{Lines: lines, Shares: []rule.Share{{PPM: money.One, OfferID: "offer"}}}
}

// compute checks the trace of each result that it returns.
func compute(t *testing.T, terms rule.Terms, sale rule.Sale) rule.Result {
	t.Helper()
	result, err := rule.Compute(terms, sale)
	require.NoError(t, err)
	again, err := rule.Recompute(result.Trace)
	require.NoError(t, err)
	require.Equal(t, result.Amount, again)
	return result
}

func amount(t *testing.T, terms rule.Terms, sale rule.Sale) int64 {
	t.Helper()
	return compute(t, terms, sale).Amount.Minor
}

func TestAPercentageIsTakenOfEachLineAndRoundedThere(t *testing.T) {
	t.Parallel()
	result := compute(t, tenPercent(), whole(line("1", 1, 1005), line("2", 1, 1005)))
	require.Equal(t, eur(202), result.Amount)
	require.Equal(t, eur(2010), result.Base)
	require.Equal(t, "Standard rate", result.Trace.Lines[0].RateWords)
	require.Equal(t, eur(101), result.Trace.Lines[0].Amount)
	require.Equal(t, money.HalfUp, result.Trace.Lines[0].Rounding)
	require.Empty(t, result.Shortfall)
}

func TestOnlyProductsEarn(t *testing.T) {
	t.Parallel()
	lines := []rule.Line{line("1", 1, 1000)}
	for _, kind := range []rule.LineKind{rule.LineGiftCard, rule.LineShipping, rule.LineTip, rule.LineGiftWrap, rule.LineTax} {
		l := line(string(kind), 1, 5000)
		l.Kind = kind
		lines = append(lines, l)
	}
	ineligible := line("9", 1, 5000)
	ineligible.Ineligible = true
	result := compute(t, tenPercent(), whole(append(lines, ineligible)...))
	require.Equal(t, eur(100), result.Amount)
	require.Equal(t, eur(1000), result.Base)
	for i, skip := range []rule.Skip{"", "GIFT_CARD", "SHIPPING", "TIP", "GIFT_WRAP", "TAX", "INELIGIBLE"} {
		require.Equal(t, skip, result.Trace.Lines[i].Skipped)
	}
	require.Equal(t, "Gift cards that are bought do not earn", result.Trace.Lines[1].RateWords)
}

func TestTheMostSpecificRateSpeaksForALine(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.Overrides = []rule.Override{
		{Name: "Sale items", Collections: []string{"sale"}, Rate: rate(rule.PercentRate(300))},
		{Name: "Hero product", ProductIDs: []string{"product-2", "product-4"}, Rate: rate(rule.PercentRate(2000))},
		{Name: "Second name for it", ProductIDs: []string{"product-2"}, Rate: rate(rule.PercentRate(9000))},
		{Name: "Not for commission", Collections: []string{"excluded"}, Exclude: true},
	}
	result := compute(t, terms, whole(line("1", 1, 1000, "sale"), line("2", 1, 1000, "sale"), line("3", 1, 1000), line("4", 1, 1000, "excluded")))
	var words []string
	for _, l := range result.Trace.Lines {
		words = append(words, l.RateWords)
	}
	require.Equal(t, []string{"Sale items", "Hero product", "Standard rate", "Not for commission"}, words)
	require.Equal(t, eur(30+200+100), result.Amount)
	require.Equal(t, rule.SkipExcluded, result.Trace.Lines[3].Skipped)
}

func TestCustomersAndTiersChooseTheRate(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.Returning = rate(rule.PercentRate(500))
	terms.TierMetric, terms.TierPeriod = rule.TierByRevenue, rule.TierCalendarMonth
	terms.Tiers = []rule.Tier{
		{Name: "Silver", Threshold: 100_000, Rate: rule.PercentRate(1200)},
		{Name: "Gold", Threshold: 500_000, Rate: rule.PercentRate(1500)},
	}
	terms.Recurring = &rule.Recurring{Term: rule.RecurringLifetime, Rate: rate(rule.PercentRate(200))}
	require.Empty(t, terms.Problems())
	for _, c := range []struct {
		facts rule.Facts
		words string
		want  int64
	}{
		{rule.Facts{}, "Standard rate", 100},
		{rule.Facts{TierValue: 99_999}, "Standard rate", 100},
		{rule.Facts{TierValue: 100_000}, "Silver", 120},
		{rule.Facts{TierValue: 9_000_000}, "Gold", 150},
		{rule.Facts{TierValue: 9_000_000, Returning: true}, "Rate for returning customers", 50},
		{rule.Facts{Returning: true, Renewal: true}, "Rate for repeat orders", 20},
	} {
		sale := whole(line("1", 1, 1000))
		sale.Facts = c.facts
		result := compute(t, terms, sale)
		require.Equal(t, c.want, result.Amount.Minor, c.words)
		require.Equal(t, c.words, result.Trace.Lines[0].RateWords)
	}
	terms.Recurring = nil
	_, err := rule.Compute(terms, rule.Sale{Lines: nil, Shares: []rule.Share{{PPM: money.One}}, Facts: rule.Facts{Renewal: true}})
	require.ErrorIs(t, err, rule.ErrNoRecurring)
}

func TestFlatPerOrderStandsUntilNothingEligibleIsLeft(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.Standard = rule.FlatOrderRate(eur(700))
	require.Equal(t, int64(700), amount(t, terms, whole(line("1", 2, 1000), line("2", 1, 500))))
	require.Equal(t, int64(700), amount(t, terms, whole(line("1", 0, 0), line("2", 1, 1))))
	gone := compute(t, terms, whole(line("1", 0, 0), line("2", 0, 0)))
	require.True(t, gone.Amount.IsZero())
	require.Equal(t, rule.ZeroBase, gone.Shortfall)
}

func TestFlatPerUnitGoesByUnitsKept(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.Standard = rule.FlatUnitRate(eur(150))
	require.Equal(t, int64(450), amount(t, terms, whole(line("1", 3, 9000))))
	require.Equal(t, int64(300), amount(t, terms, whole(line("1", 2, 6000))))
	require.Equal(t, int64(0), amount(t, terms, whole(line("1", 0, 0))))
}

func TestAnOrderOfZeroEarnsNothingUnlessTheRuleSaysSo(t *testing.T) {
	t.Parallel()
	for _, standard := range []rule.Rate{rule.FlatOrderRate(eur(700)), rule.FlatUnitRate(eur(700))} {
		terms := tenPercent()
		terms.Standard, terms.MinimumPerOrder = standard, sum(100)
		require.Equal(t, int64(0), amount(t, terms, whole(line("1", 1, 0))))
		terms.PaysOnZero = true
		require.Equal(t, int64(700), amount(t, terms, whole(line("1", 1, 0))))
		require.Equal(t, int64(0), amount(t, terms, whole(line("1", 0, 0))), "nothing was kept")
	}
}

func TestMinimumAndCapsApplyInOrderAndSayWhy(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.MinimumPerOrder, terms.CapPerOrder = sum(200), sum(1000)
	require.Equal(t, int64(200), amount(t, terms, whole(line("1", 1, 500))))

	capped := compute(t, terms, whole(line("1", 1, 50_000)))
	require.Equal(t, eur(1000), capped.Amount)
	require.Equal(t, rule.CapReached, capped.Shortfall)
	require.Equal(t, "Limited to EUR 10.00, the cap for an order", capped.Trace.Steps[0].Words())

	sale := whole(line("1", 1, 50_000))
	sale.Facts = rule.Facts{CreatorRoom: sum(800), BudgetRoom: sum(300)}
	budget := compute(t, terms, sale)
	require.Equal(t, eur(300), budget.Amount)
	require.Equal(t, rule.BudgetExhausted, budget.Shortfall)
	require.Len(t, budget.Trace.Steps, 3)

	sale.Facts = rule.Facts{CreatorRoom: sum(-5)}
	require.Equal(t, int64(0), amount(t, terms, sale), "a room that is overdrawn is no room")
}

func TestNoMinimumWhereEverythingIsExcluded(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.MinimumPerOrder = sum(200)
	terms.Overrides = []rule.Override{{Name: "Never", Collections: []string{"x"}, Exclude: true}}
	result := compute(t, terms, whole(line("1", 1, 500, "x")))
	require.True(t, result.Amount.IsZero())
	require.Equal(t, rule.ZeroBase, result.Shortfall)
}

func TestEachLineIsSplitBeforeEachOwnOfferWorks(t *testing.T) {
	t.Parallel()
	shares := []rule.Share{{PPM: 333_334, OfferID: "x"}, {PPM: 333_333, OfferID: "y"}, {PPM: 333_333, OfferID: "y"}}
	var nets []int64
	for i := range shares {
		result := compute(t, tenPercent(), rule.Sale{Lines: []rule.Line{line("1", 1, 100), line("2", 1, 101)}, Shares: shares, Index: i})
		nets = append(nets, result.Trace.Lines[0].Share.Minor, result.Trace.Lines[1].Share.Minor)
	}
	require.Equal(t, []int64{34, 34, 33, 34, 33, 33}, nets)
}

func TestFlatSumsOfOneOfferAreSplitAndOfDifferentOffersStandAlone(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.Standard = rule.FlatOrderRate(eur(100))
	of := func(shares ...rule.Share) []int64 {
		var out []int64
		for i := range shares {
			out = append(out, amount(t, terms, rule.Sale{Lines: []rule.Line{line("1", 1, 1000)}, Shares: shares, Index: i}))
		}
		return out
	}
	require.Equal(t, []int64{34, 33, 33}, of(rule.Share{PPM: 333_334, OfferID: "x"}, rule.Share{PPM: 333_333, OfferID: "x"}, rule.Share{PPM: 333_333, OfferID: "x"}))
	require.Equal(t, []int64{51, 51}, func() []int64 {
		terms.Standard = rule.FlatOrderRate(eur(101))
		return of(rule.Share{PPM: 500_000, OfferID: "x"}, rule.Share{PPM: 500_000, OfferID: "y"})
	}())
	require.Equal(t, []int64{51, 50}, of(rule.Share{PPM: 500_000, OfferID: "x"}, rule.Share{PPM: 500_000, OfferID: "x"}))
	require.Equal(t, []int64{25, 26, 51}, of(rule.Share{PPM: 249_999, OfferID: "x"}, rule.Share{PPM: 250_001, OfferID: "x"}, rule.Share{PPM: 500_000, OfferID: "y"}))
	require.Equal(t, []int64{101, 0}, of(rule.Share{PPM: money.One, OfferID: "x"}, rule.Share{PPM: 0, OfferID: "y"}))
}

func TestARefundNeverRaisesAShareByTheOddUnitOfASplit(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.Standard = rule.PercentRate(10_000)
	// By largest remainder the third share of 11 is 1, and of 10 it would be 2.
	shares := []rule.Share{{PPM: 428_572}, {PPM: 428_571}, {PPM: 142_857}}
	sale := rule.Sale{Lines: []rule.Line{line("1", 1, 11)}, Shares: shares, Index: 2}
	before := compute(t, terms, sale)
	require.Equal(t, eur(1), before.Amount)
	sale.Lines = []rule.Line{line("1", 1, 10)}
	require.Equal(t, int64(2), amount(t, terms, sale))
	sale.Ceiling = &before.Amount
	require.Equal(t, int64(1), amount(t, terms, sale))
}

func TestImpossibleSalesAreRefused(t *testing.T) {
	t.Parallel()
	one := []rule.Share{{PPM: money.One}}
	dollars := line("1", 1, 100)
	dollars.Net = money.New(100, money.USD)
	for _, lines := range [][]rule.Line{{dollars}, {line("1", 1, -1)}, {line("1", -1, 1)}, make([]rule.Line, rule.MaxLines+1)} {
		_, err := rule.Compute(tenPercent(), rule.Sale{Lines: lines, Shares: one})
		require.ErrorIs(t, err, rule.ErrLines)
	}
	for _, shares := range [][]rule.Share{nil, {{PPM: 999_999}}, {{PPM: 1_500_000}, {PPM: -500_000}}} {
		_, err := rule.Compute(tenPercent(), rule.Sale{Shares: shares})
		require.ErrorIs(t, err, rule.ErrShares)
	}
	_, err := rule.Compute(tenPercent(), rule.Sale{Shares: one, Index: 1})
	require.ErrorIs(t, err, rule.ErrShares)
	unsound := tenPercent()
	unsound.Standard = rule.Rate{Kind: rule.FlatPerUnit}
	_, err = rule.Compute(unsound, whole(line("1", 1, 100)))
	require.ErrorIs(t, err, rule.ErrTerms)
	_, err = rule.Compute(tenPercent(), rule.Sale{Lines: []rule.Line{line("1", 1, 100)}, Shares: one, Facts: rule.Facts{BudgetRoom: &money.Money{Minor: 5, Currency: money.USD}}})
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
}

func TestATraceSurvivesStorageAndAnyChangeToItIsFound(t *testing.T) {
	t.Parallel()
	terms := tenPercent()
	terms.CapPerOrder = sum(150)
	terms.Overrides = []rule.Override{{Name: "Units", ProductIDs: []string{"product-2"}, Rate: rate(rule.FlatUnitRate(eur(30)))}}
	sale := whole(line("1", 1, 1000), line("2", 2, 500))
	sale.Shares = []rule.Share{{PPM: 600_000, OfferID: "x"}, {PPM: 400_000, OfferID: "x"}}
	result := compute(t, terms, sale)

	encoded, err := json.Marshal(result.Trace)
	require.NoError(t, err)
	stored := func() rule.Trace {
		var trace rule.Trace
		require.NoError(t, json.Unmarshal(encoded, &trace))
		return trace
	}
	require.Equal(t, result.Trace, stored())
	for name, spoil := range map[string]func(*rule.Trace){
		"amount":     func(t *rule.Trace) { t.Amount.Minor++ },
		"base":       func(t *rule.Trace) { t.Base.Minor-- },
		"net":        func(t *rule.Trace) { t.Lines[0].Net.Minor += 100 },
		"share":      func(t *rule.Trace) { t.Lines[0].Share.Minor++ },
		"rate":       func(t *rule.Trace) { t.Lines[0].Rate.BasisPoints = 2000 },
		"no rate":    func(t *rule.Trace) { t.Lines[0].Rate = nil },
		"no flat":    func(t *rule.Trace) { t.Lines[1].Rate.Flat = nil },
		"units":      func(t *rule.Trace) { t.Lines[1].Units = 9 },
		"line gone":  func(t *rule.Trace) { t.Lines = t.Lines[1:] },
		"step":       func(t *rule.Trace) { t.Steps[0].Limit.Minor++ },
		"step gone":  func(t *rule.Trace) { t.Steps = nil },
		"credit":     func(t *rule.Trace) { t.Shares[0].PPM, t.Shares[1].PPM = 500_000, 500_000 },
		"index":      func(t *rule.Trace) { t.Index = 7 },
		"currency":   func(t *rule.Trace) { t.Amount.Currency = money.USD },
		"format":     func(t *rule.Trace) { t.Format = 2 },
		"extra flat": func(t *rule.Trace) { t.FlatPerOrder = &rule.TraceFlat{Flat: eur(1), Amount: eur(1)} },
	} {
		trace := stored()
		spoil(&trace)
		_, err := rule.Recompute(trace)
		require.ErrorIs(t, err, rule.ErrTrace, name)
	}
}

func TestAmountOnlyRefundsAreSpreadOverEligibleLines(t *testing.T) {
	t.Parallel()
	shipping := line("s", 1, 500)
	shipping.Kind = rule.LineShipping
	lines := []rule.Line{line("1", 1, 100), line("2", 2, 200), shipping}
	left, err := rule.SpreadRefund(lines, eur(50))
	require.NoError(t, err)
	require.Equal(t, []int64{83, 167, 500}, []int64{left[0].Net.Minor, left[1].Net.Minor, left[2].Net.Minor})
	require.Equal(t, int64(100), lines[0].Net.Minor, "the given lines stay as they are")

	left, err = rule.SpreadRefund(lines, eur(9_999))
	require.NoError(t, err)
	require.Equal(t, []int64{0, 0, 500}, []int64{left[0].Net.Minor, left[1].Net.Minor, left[2].Net.Minor})
	require.Equal(t, int64(0), left[1].Quantity, "a line refunded in full keeps no unit")
	require.Equal(t, int64(0), amount(t, tenPercent(), whole(left...)))

	_, err = rule.SpreadRefund(lines, eur(-1))
	require.ErrorIs(t, err, rule.ErrLines)
	_, err = rule.SpreadRefund(lines, money.New(1, money.USD))
	require.ErrorIs(t, err, rule.ErrLines)
}

func TestTargetMinusPostedEndsInTheSameBooksHoweverOften(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ target, posted, raise, lower int64 }{
		{100, 0, 100, 0}, {60, 100, 0, 40}, {100, 100, 0, 0}, {0, 100, 0, 100}, {50, -10, 60, 0},
	} {
		change, err := rule.TargetMinusPosted(eur(c.target), eur(c.posted))
		require.NoError(t, err)
		require.Equal(t, rule.Change{Raise: eur(c.raise), Lower: eur(c.lower)}, change)
		require.Equal(t, c.target, c.posted+change.Raise.Minor-change.Lower.Minor)
		require.Equal(t, c.raise == 0 && c.lower == 0, change.IsZero())
	}
	_, err := rule.TargetMinusPosted(eur(-1), eur(0))
	require.ErrorIs(t, err, rule.ErrNegativeTarget)
	_, err = rule.TargetMinusPosted(eur(1), money.New(0, money.USD))
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
}

func TestWordsOfRates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rate rule.Rate
		want string
	}{
		{rule.PercentRate(1000), "10%"}, {rule.PercentRate(1250), "12.5%"}, {rule.PercentRate(5), "0.05%"},
		{rule.FlatOrderRate(eur(750)), "EUR 7.50 for each order"}, {rule.FlatUnitRate(eur(30)), "EUR 0.30 for each unit"},
	} {
		require.Equal(t, c.want, c.rate.Words())
	}
	for _, s := range []rule.Shortfall{rule.NotPaidYet, rule.CapReached, rule.BudgetExhausted, rule.NoRate, rule.ZeroBase} {
		require.NotEmpty(t, s.Words())
	}
}
