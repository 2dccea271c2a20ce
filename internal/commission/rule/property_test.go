package rule_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/money"
)

// propertyRuns is how many random sales each property tries.
const propertyRuns = 2_000

func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

func randomRate(r *rand.Rand) rule.Rate {
	switch r.IntN(4) {
	case 0:
		return rule.FlatOrderRate(eur(r.Int64N(2_000)))
	case 1:
		return rule.FlatUnitRate(eur(r.Int64N(500)))
	}
	return rule.PercentRate(money.BasisPoints(r.IntN(10_001)))
}

func randomTerms(r *rand.Rand) rule.Terms {
	terms := tenPercent()
	terms.Standard = randomRate(r)
	if r.IntN(2) == 0 {
		terms.Returning = rate(randomRate(r))
	}
	for i := range r.IntN(4) {
		o := rule.Override{Name: fmt.Sprintf("Override %d", i), Exclude: r.IntN(4) == 0}
		if r.IntN(2) == 0 {
			o.ProductIDs = []string{fmt.Sprintf("product-l%d", r.IntN(5))}
		} else {
			o.Collections = []string{pick(r, "a", "b")}
		}
		if !o.Exclude {
			o.Rate = rate(rule.PercentRate(money.BasisPoints(r.IntN(10_001))))
			if r.IntN(3) == 0 {
				o.Rate = rate(rule.FlatUnitRate(eur(r.Int64N(500))))
			}
		}
		terms.Overrides = append(terms.Overrides, o)
	}
	if r.IntN(3) == 0 {
		terms.MinimumPerOrder = sum(r.Int64N(300))
	}
	if r.IntN(3) == 0 {
		terms.CapPerOrder = sum(300 + r.Int64N(5_000))
	}
	terms.PaysOnZero = r.IntN(4) == 0
	return terms
}

func randomLines(r *rand.Rand) []rule.Line {
	var lines []rule.Line
	for i := range 1 + r.IntN(5) {
		l := line(fmt.Sprintf("l%d", i), 1+r.Int64N(4), r.Int64N(20_000), pick(r, "a", "b", "c"))
		l.Kind = pick(r, "", "", "", "", rule.LineProduct, rule.LineShipping, rule.LineGiftCard)
		lines = append(lines, l)
	}
	return lines
}

func randomShares(r *rand.Rand) []rule.Share {
	weights := make([]int64, 1+r.IntN(4))
	for i := range weights {
		weights[i] = 1 + r.Int64N(9)
	}
	parts, err := money.SplitInteger(int64(money.One), weights)
	if err != nil {
		panic(err)
	}
	shares := make([]rule.Share, len(parts))
	for i, p := range parts {
		shares[i] = rule.Share{PPM: money.PPM(p), OfferID: pick(r, "x", "x", "y")}
	}
	return shares
}

func randomSale(r *rand.Rand) rule.Sale {
	sale := rule.Sale{Lines: randomLines(r), Shares: randomShares(r), Facts: rule.Facts{Returning: r.IntN(2) == 0}}
	sale.Index = r.IntN(len(sale.Shares))
	if r.IntN(4) == 0 {
		sale.Facts.CreatorRoom = sum(r.Int64N(4_000) - 500)
	}
	if r.IntN(4) == 0 {
		sale.Facts.BudgetRoom = sum(r.Int64N(4_000) - 500)
	}
	return sale
}

func TestNoCommissionIsNegativeAndEveryTraceRecomputes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	paid := 0
	for range propertyRuns {
		terms := randomTerms(r)
		require.Empty(t, terms.Problems())
		result := compute(t, terms, randomSale(r))
		require.GreaterOrEqual(t, result.Amount.Sign(), 0)
		require.GreaterOrEqual(t, result.Base.Sign(), 0)
		if result.Amount.Sign() > 0 {
			paid++
		}
	}
	require.Greater(t, paid, propertyRuns/2, "the generator must pay often")
}

func TestTheOrderOfLinesNeverMatters(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 2))
	for range propertyRuns {
		terms, sale := randomTerms(r), randomSale(r)
		want := compute(t, terms, sale)
		r.Shuffle(len(sale.Lines), func(i, j int) { sale.Lines[i], sale.Lines[j] = sale.Lines[j], sale.Lines[i] })
		got := compute(t, terms, sale)
		require.Equal(t, want.Amount, got.Amount)
		require.Equal(t, want.Base, got.Base)
		require.Equal(t, want.Shortfall, got.Shortfall)
	}
}

func TestSharesOfASaleAddUpToTheWhole(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for range propertyRuns {
		terms, sale := randomTerms(r), randomSale(r)
		for i := range sale.Shares {
			sale.Shares[i].OfferID = "same"
		}
		sale.Facts = rule.Facts{}
		alone := compute(t, terms, whole(sale.Lines...))
		nets := make([]int64, len(sale.Lines))
		var base, flat int64
		for i := range sale.Shares {
			sale.Index = i
			part := compute(t, terms, sale)
			base += part.Base.Minor
			for j, l := range part.Trace.Lines {
				nets[j] += l.Share.Minor
			}
			if part.Trace.FlatPerOrder != nil {
				flat += part.Trace.FlatPerOrder.Amount.Minor
			}
		}
		require.Equal(t, alone.Base.Minor, base)
		for j, l := range sale.Lines {
			require.Equal(t, l.Net.Minor, nets[j])
		}
		if alone.Trace.FlatPerOrder != nil {
			require.Equal(t, alone.Trace.FlatPerOrder.Amount.Minor, flat)
		}
	}
}

func TestARefundOfEverythingLeavesNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for range propertyRuns {
		terms, sale := randomTerms(r), randomSale(r)
		before := compute(t, terms, sale)
		byLine := sale
		byLine.Lines = append([]rule.Line(nil), sale.Lines...)
		for i := range byLine.Lines {
			byLine.Lines[i].Net, byLine.Lines[i].Quantity = eur(0), 0
		}
		require.Zero(t, amount(t, terms, byLine))

		if terms.PaysOnZero {
			// A line that was free from the start is kept when only money goes back.
			continue
		}
		total := eur(0)
		for _, l := range sale.Lines {
			total.Minor += l.Net.Minor
		}
		lines, err := rule.SpreadRefund(sale.Lines, total)
		require.NoError(t, err)
		sale.Lines, sale.Ceiling = lines, &before.Amount
		require.Zero(t, amount(t, terms, sale))
	}
}

func TestSuccessiveRefundsOnlyEverLowerACommission(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	for range propertyRuns {
		terms, sale := randomTerms(r), randomSale(r)
		now := compute(t, terms, sale).Amount
		for range 3 {
			lines, err := rule.SpreadRefund(sale.Lines, eur(r.Int64N(8_000)))
			require.NoError(t, err)
			sale.Lines, sale.Ceiling = lines, &now
			next := compute(t, terms, sale).Amount
			require.LessOrEqual(t, next.Minor, now.Minor)
			change, err := rule.TargetMinusPosted(next, now)
			require.NoError(t, err)
			require.True(t, change.Raise.IsZero())
			now = next
		}
	}
}

func TestWorstCaseBoundsEverySituation(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 6))
	for range propertyRuns {
		terms, lines := randomTerms(r), randomLines(r)
		worst, err := rule.WorstCase(terms, lines)
		require.NoError(t, err)
		sale := whole(lines...)
		sale.Facts.Returning = r.IntN(2) == 0
		require.LessOrEqual(t, amount(t, terms, sale), worst.Amount.Minor)
	}
}

func FuzzComputeIsNeverNegativeAndRecomputes(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, seed*17, int64(seed*1_000), int64(1))
	}
	f.Fuzz(func(t *testing.T, a, b uint64, net, quantity int64) {
		r := rand.New(rand.NewPCG(a, b))
		terms, sale := randomTerms(r), randomSale(r)
		sale.Lines[0].Net.Minor, sale.Lines[0].Quantity = net, quantity
		result, err := rule.Compute(terms, sale)
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, result.Amount.Sign(), 0)
		again, err := rule.Recompute(result.Trace)
		require.NoError(t, err)
		require.Equal(t, result.Amount, again)
	})
}

func FuzzParseTermsNeverPanics(f *testing.F) {
	f.Add([]byte(`{"format":1,"currency":"EUR","standard":{"kind":"PERCENT","basisPoints":1000}}`))
	f.Add([]byte(`{"format":1,"overrides":[{"name":"x","exclude":true}]}`))
	f.Fuzz(func(t *testing.T, stored []byte) {
		terms, err := rule.ParseTerms(stored)
		if err != nil {
			return
		}
		if len(terms.Problems()) > 0 {
			// Unsound terms may be refused, and must not bring the process down.
			_, _ = rule.Compute(terms, rule.Sale{Lines: []rule.Line{line("1", 1, 100)}, Shares: []rule.Share{{PPM: money.One}}})
			return
		}
		_, err = rule.WorstCase(terms, nil)
		require.NoError(t, err)
	})
}
