package money_test

import (
	"encoding/json"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
)

// propertyRuns is how many random cases each property tries.
const propertyRuns = 5_000

func generator() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// anyMinor draws amounts of every size, so that small and enormous ones meet.
func anyMinor(r *rand.Rand) int64 {
	minor := r.Int64() >> r.IntN(63)
	if r.IntN(2) == 0 {
		return -minor
	}
	return minor
}

func TestCurrencyCodesAreKnownWithTheirDigits(t *testing.T) {
	t.Parallel()
	for code, digits := range map[string]int{"EUR": 2, "usd": 2, "JPY": 0, "KWD": 3, "ISK": 0, "TND": 3, "HUF": 2} {
		c, err := money.ParseCurrency(code)
		require.NoError(t, err, code)
		require.Equal(t, digits, c.Exponent(), code)
	}
	for _, code := range []string{"", "EU", "EURO", "XXX", "XAU", "E1R", "€", "ſgd"} {
		_, err := money.ParseCurrency(code)
		require.ErrorIs(t, err, money.ErrUnknownCurrency, code)
	}
}

func TestAdditionRefusesOtherCurrenciesAndOverflow(t *testing.T) {
	t.Parallel()
	_, err := money.New(1, money.EUR).Add(money.New(1, money.USD))
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	_, err = money.New(1, money.EUR).Cmp(money.New(1, money.USD))
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	for _, pair := range [][2]int64{{math.MaxInt64, 1}, {-math.MaxInt64, -1}, {-math.MaxInt64, -math.MaxInt64}, {math.MinInt64, 0}} {
		_, err = money.New(pair[0], money.EUR).Add(money.New(pair[1], money.EUR))
		require.ErrorIs(t, err, money.ErrOverflow, pair)
	}
	_, err = money.New(0, money.EUR).Sub(money.New(math.MinInt64, money.EUR))
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = money.Sum()
	require.ErrorIs(t, err, money.ErrNoAmounts)
	require.Panics(t, func() { money.New(math.MinInt64, money.EUR).Neg() })
}

func TestAdditionAgreesWithIntegersOfAnySize(t *testing.T) {
	t.Parallel()
	r := generator()
	for range propertyRuns {
		a, b := anyMinor(r), anyMinor(r)
		want := new(big.Int).Add(big.NewInt(a), big.NewInt(b))
		got, err := money.New(a, money.EUR).Add(money.New(b, money.EUR))
		if new(big.Int).Abs(want).Cmp(big.NewInt(money.MaxMinor)) > 0 {
			require.ErrorIs(t, err, money.ErrOverflow)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want.Int64(), got.Minor)
		back, err := got.Sub(money.New(b, money.EUR))
		require.NoError(t, err)
		require.Equal(t, a, back.Minor)
	}
}

func TestDecimalWritesTheDigitsOfTheCurrency(t *testing.T) {
	t.Parallel()
	require.Equal(t, "12.34", money.New(1234, money.EUR).Decimal())
	require.Equal(t, "-0.05", money.New(-5, money.EUR).Decimal())
	require.Equal(t, "1200", money.New(1200, money.JPY).Decimal())
	require.Equal(t, "0.007", money.New(7, money.KWD).Decimal())
	require.Equal(t, "-92233720368547758.08", money.New(math.MinInt64, money.EUR).Decimal())
	require.Equal(t, "EUR 0.00", money.Zero(money.EUR).String())
}

func TestParseDecimalIsExact(t *testing.T) {
	t.Parallel()
	for text, minor := range map[string]int64{"12.34": 1234, "12.3": 1230, "12": 1200, "-0.05": -5, "007.10": 710, "1.2300": 123, "-0": 0} {
		got, err := money.ParseDecimal(text, money.EUR)
		require.NoError(t, err, text)
		require.Equal(t, money.New(minor, money.EUR), got, text)
	}
	for _, text := range []string{"", "-", ".", "1.", ".5", "+1", "1e3", " 1", "1 ", "1,000", "--1", "1.2.3", "٣", "0x10", "NaN", "1_000", "000000000000000000000000000000000000001"} {
		_, err := money.ParseDecimal(text, money.EUR)
		require.ErrorIs(t, err, money.ErrNotDecimal, text)
	}
	for text, c := range map[string]money.Currency{"1.005": money.EUR, "1.5": money.JPY, "0.0001": money.KWD} {
		_, err := money.ParseDecimal(text, c)
		require.ErrorIs(t, err, money.ErrTooPrecise, text)
	}
	for _, text := range []string{"10000000000000.01", "99999999999999999999999999999", "-10000000000000.01"} {
		_, err := money.ParseDecimal(text, money.EUR)
		require.ErrorIs(t, err, money.ErrOverflow, text)
	}
	_, err := money.ParseDecimal("1", "XXX")
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
}

func TestRoundingIsAsNamedAndSymmetric(t *testing.T) {
	t.Parallel()
	// 10% of 5, 15, 16 and 14 minor units: 0.5, 1.5, 1.6 and 1.4.
	for _, c := range []struct {
		rounding money.Rounding
		want     [4]int64
	}{
		{money.HalfUp, [4]int64{1, 2, 2, 1}},
		{money.HalfEven, [4]int64{0, 2, 2, 1}},
		{money.Down, [4]int64{0, 1, 1, 1}},
	} {
		for i, minor := range []int64{5, 15, 16, 14} {
			got, err := money.New(minor, money.EUR).MulBasisPoints(1000, c.rounding)
			require.NoError(t, err)
			require.Equal(t, c.want[i], got.Minor, "%s of %d", c.rounding, minor)
			negative, err := money.New(-minor, money.EUR).MulBasisPoints(1000, c.rounding)
			require.NoError(t, err)
			require.Equal(t, -c.want[i], negative.Minor)
		}
	}
	_, err := money.New(1, money.EUR).MulPPM(1, money.Rounding(9))
	require.ErrorIs(t, err, money.ErrRounding)
	_, err = money.New(math.MaxInt64, money.EUR).MulPPM(money.One+1, money.Down)
	require.ErrorIs(t, err, money.ErrOverflow)
	whole, err := money.New(math.MaxInt64, money.EUR).MulPPM(money.One, money.HalfUp)
	require.NoError(t, err)
	require.Equal(t, int64(math.MaxInt64), whole.Minor)
}

func TestRoundingKeepsItsNameInJSON(t *testing.T) {
	t.Parallel()
	for _, r := range []money.Rounding{money.HalfUp, money.HalfEven, money.Down} {
		text, err := json.Marshal(r)
		require.NoError(t, err)
		require.Equal(t, `"`+r.String()+`"`, string(text))
		var back money.Rounding
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, r, back)
	}
	var r money.Rounding
	require.Error(t, json.Unmarshal([]byte(`"UP"`), &r))
	_, err := json.Marshal(money.Rounding(7))
	require.Error(t, err)
}

func TestMultiplicationAgreesWithExactFractions(t *testing.T) {
	t.Parallel()
	r := generator()
	for range propertyRuns {
		minor, share := anyMinor(r), r.Int64N(2_000_001)-500_000
		down, err := money.New(minor, money.EUR).MulPPM(money.PPM(share), money.Down)
		exact := new(big.Int).Mul(big.NewInt(minor), big.NewInt(share))
		want := new(big.Int).Quo(exact, big.NewInt(1_000_000))
		if !want.IsInt64() {
			require.ErrorIs(t, err, money.ErrOverflow)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want.Int64(), down.Minor)
		// Rounding to the nearest is never more than half a unit away.
		for _, rounding := range []money.Rounding{money.HalfUp, money.HalfEven} {
			near, err := money.New(minor, money.EUR).MulPPM(money.PPM(share), rounding)
			if err != nil {
				require.ErrorIs(t, err, money.ErrOverflow)
				continue
			}
			gap := new(big.Int).Sub(new(big.Int).Mul(big.NewInt(near.Minor), big.NewInt(1_000_000)), exact)
			require.LessOrEqual(t, gap.CmpAbs(big.NewInt(500_000)), 0)
		}
	}
}

func TestSplitGivesTheRestToTheLargestRemaindersThenTheEarlier(t *testing.T) {
	t.Parallel()
	minors := func(m int64, weights ...int64) []int64 {
		parts, err := money.Split(money.New(m, money.EUR), weights)
		require.NoError(t, err)
		out := make([]int64, len(parts))
		for i, p := range parts {
			require.Equal(t, money.EUR, p.Currency)
			out[i] = p.Minor
		}
		return out
	}
	require.Equal(t, []int64{34, 33, 33}, minors(100, 1, 1, 1))
	require.Equal(t, []int64{-34, -33, -33}, minors(-100, 1, 1, 1))
	require.Equal(t, []int64{0, 1, 0}, minors(1, 1, 2, 1))
	require.Equal(t, []int64{0, 2, 0}, minors(2, 0, 7, 0))
	require.Equal(t, []int64{0, 0}, minors(0, 5, 5))
	require.Equal(t, []int64{math.MaxInt64/2 + 1, math.MaxInt64 / 2}, minors(math.MaxInt64, math.MaxInt64/2, math.MaxInt64/2))
	for _, weights := range [][]int64{nil, {0, 0}, {1, -1}} {
		_, err := money.Split(money.New(10, money.EUR), weights)
		require.ErrorIs(t, err, money.ErrWeights)
	}
	_, err := money.Split(money.New(10, money.EUR), []int64{math.MaxInt64, 1})
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestSplitLosesNothingAndStaysWithinOneUnitOfTheExactShare(t *testing.T) {
	t.Parallel()
	r := generator()
	for range propertyRuns {
		whole := anyMinor(r)
		weights := make([]int64, 1+r.IntN(8))
		for i := range weights {
			weights[i] = r.Int64() >> (4 + r.IntN(60))
		}
		weights[r.IntN(len(weights))]++
		checkSplit(t, whole, weights)
	}
}

func checkSplit(t *testing.T, whole int64, weights []int64) {
	t.Helper()
	parts, err := money.SplitInteger(whole, weights)
	require.NoError(t, err)
	total, sum := new(big.Int), new(big.Int)
	for _, weight := range weights {
		total.Add(total, big.NewInt(weight))
	}
	for i, part := range parts {
		sum.Add(sum, big.NewInt(part))
		gap := new(big.Int).Mul(big.NewInt(part), total)
		gap.Sub(gap, new(big.Int).Mul(big.NewInt(whole), big.NewInt(weights[i])))
		require.Negative(t, gap.CmpAbs(total), "part %d of %d by %v", i, whole, weights)
		if weights[i] == 0 {
			require.Zero(t, part)
		}
	}
	require.Equal(t, big.NewInt(whole).String(), sum.String())
}

func TestConversionUsesTheDigitsOfBothCurrencies(t *testing.T) {
	t.Parallel()
	convert := func(m money.Money, rate string, to money.Currency) money.Money {
		parsed, err := money.ParseRate(rate)
		require.NoError(t, err)
		got, err := money.Convert(m, parsed, to, money.HalfUp)
		require.NoError(t, err)
		return got
	}
	require.Equal(t, money.New(10842, money.USD), convert(money.New(10000, money.EUR), "1.0842", money.USD))
	require.Equal(t, money.New(16350, money.JPY), convert(money.New(10000, money.EUR), "163.5", money.JPY))
	require.Equal(t, money.New(61, money.EUR), convert(money.New(100, money.JPY), "0.0061", money.EUR))
	require.Equal(t, money.New(-284, money.KWD), convert(money.New(-85, money.EUR), "0.3341", money.KWD))

	_, err := money.Convert(money.New(1, money.EUR), money.Rate{}, money.USD, money.HalfUp)
	require.ErrorIs(t, err, money.ErrRate)
	rate, err := money.ParseRate("999999999")
	require.NoError(t, err)
	_, err = money.Convert(money.New(math.MaxInt64, money.EUR), rate, money.USD, money.HalfUp)
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = money.Convert(money.New(1, money.EUR), rate, "XXX", money.HalfUp)
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
}

func TestRatesKeepTheirDigits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"1.0842": "1.0842", "0.000000001": "0.000000001", "001.50": "1.5", "163": "163", "123456789.123456789": "123456789.123456789"} {
		rate, err := money.ParseRate(text)
		require.NoError(t, err, text)
		require.Equal(t, want, rate.String())
		encoded, err := json.Marshal(rate)
		require.NoError(t, err)
		var back money.Rate
		require.NoError(t, json.Unmarshal(encoded, &back))
		require.Equal(t, rate, back)
	}
	for _, text := range []string{"", "0", "0.0", "-1", "1e2", "1234567890", "0.0000000001", ".5", "abc"} {
		_, err := money.ParseRate(text)
		require.ErrorIs(t, err, money.ErrRate, text)
	}
}

func FuzzParseDecimalRoundTrips(f *testing.F) {
	for _, s := range []string{"0", "12.34", "-0.05", "1.2300", "9999999999999.99", "1e5", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range []money.Currency{money.EUR, money.JPY, money.KWD} {
			m, err := money.ParseDecimal(s, c)
			if err != nil {
				continue
			}
			require.LessOrEqual(t, max(m.Minor, -m.Minor), money.MaxParsedMinor)
			again, err := money.ParseDecimal(m.Decimal(), c)
			require.NoError(t, err)
			require.Equal(t, m, again)
		}
	})
}

func FuzzSplitLosesNothing(f *testing.F) {
	f.Add(int64(100), int64(1), int64(1), int64(1))
	f.Add(int64(-7), int64(0), int64(3), int64(9))
	f.Fuzz(func(t *testing.T, whole, a, b, c int64) {
		weights := []int64{a, b, c}
		if _, err := money.SplitInteger(whole, weights); err != nil {
			return
		}
		checkSplit(t, whole, weights)
	})
}

func FuzzParseRateRoundTrips(f *testing.F) {
	f.Add("1.0842")
	f.Add("000.10")
	f.Fuzz(func(t *testing.T, s string) {
		rate, err := money.ParseRate(s)
		if err != nil {
			return
		}
		again, err := money.ParseRate(rate.String())
		require.NoError(t, err)
		require.Equal(t, rate, again)
	})
}

func TestMultiplicationByACountIsExact(t *testing.T) {
	t.Parallel()
	got, err := money.New(-250, money.EUR).MulCount(3)
	require.NoError(t, err)
	require.Equal(t, money.New(-750, money.EUR), got)
	_, err = money.New(math.MaxInt64/2+1, money.EUR).MulCount(2)
	require.ErrorIs(t, err, money.ErrOverflow)
}
