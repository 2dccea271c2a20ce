package money

// BasisPoints is a rate in hundredths of a percent: 1250 is 12.5%.
type BasisPoints int32

// OneHundredPercent is the whole in basis points.
const OneHundredPercent BasisPoints = 10_000

// PPM is a share in parts per million.
type PPM int64

// One is the whole in parts per million.
const One PPM = 1_000_000

// MulBasisPoints returns the given part of the amount, rounded once to a minor
// unit. It fails with ErrOverflow or ErrRounding.
func (m Money) MulBasisPoints(bp BasisPoints, r Rounding) (Money, error) {
	return m.multiply(int64(bp), uint64(OneHundredPercent), r)
}

// MulPPM returns the given share of the amount, rounded once to a minor unit.
// Shares that must add up to the whole need Split instead. It fails with
// ErrOverflow or ErrRounding.
func (m Money) MulPPM(p PPM, r Rounding) (Money, error) {
	return m.multiply(int64(p), uint64(One), r)
}

func (m Money) multiply(numerator int64, denominator uint64, r Rounding) (Money, error) {
	minor, err := multiplyRatio(m.Minor, numerator, denominator, r)
	if err != nil {
		return Money{}, err
	}
	return Money{Minor: minor, Currency: m.Currency}, nil
}

// MulCount returns the amount n times, exactly. It fails with ErrOverflow.
func (m Money) MulCount(n int64) (Money, error) { return m.multiply(n, 1, Down) }
