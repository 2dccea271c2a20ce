package money

import (
	"math/big"
	"strconv"
	"strings"
)

// maxRateDigits bounds the digits of a rate before and after its point.
const maxRateDigits = 9

// Rate is an exact exchange rate: how many major units of the target currency
// one major unit of the source currency is worth. The zero Rate is no rate and
// converts nothing.
type Rate struct {
	numerator int64
	// fractionDigits is the power of ten under the numerator.
	fractionDigits int
}

// ParseRate reads a rate such as "1.0842". It fails with ErrRate for anything
// but a plain decimal above zero with at most nine digits on each side of the
// point; zeros at the end do not count.
func ParseRate(s string) (Rate, error) {
	if len(s) > MaxDecimalLength {
		return Rate{}, ErrRate
	}
	whole, fraction, err := decimalParts(s)
	if err != nil {
		return Rate{}, ErrRate
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(whole) > maxRateDigits || len(fraction) > maxRateDigits || whole+fraction == "" {
		return Rate{}, ErrRate
	}
	numerator, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || numerator == 0 {
		return Rate{}, ErrRate
	}
	return Rate{numerator: numerator, fractionDigits: len(fraction)}, nil
}

// IsZero tells whether this is no rate.
func (r Rate) IsZero() bool { return r.numerator == 0 }

// String writes the rate as a decimal without zeros at its end; no rate is
// the empty text.
func (r Rate) String() string {
	if r.IsZero() {
		return ""
	}
	digits := strconv.FormatInt(r.numerator, 10)
	if r.fractionDigits == 0 {
		return digits
	}
	if len(digits) <= r.fractionDigits {
		digits = strings.Repeat("0", r.fractionDigits+1-len(digits)) + digits
	}
	point := len(digits) - r.fractionDigits
	return digits[:point] + "." + digits[point:]
}

// MarshalText writes the rate as String does.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote; the empty text is no rate.
func (r *Rate) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Rate{}
		return nil
	}
	parsed, err := ParseRate(string(text))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// Convert values an amount in another currency, rounded once to a minor unit
// of it. It fails with ErrRate for no rate, ErrUnknownCurrency for a target
// that is not known, ErrOverflow and ErrRounding.
func Convert(m Money, rate Rate, to Currency, r Rounding) (Money, error) {
	if rate.IsZero() {
		return Money{}, ErrRate
	}
	if !to.Valid() || !m.Currency.Valid() {
		return Money{}, ErrUnknownCurrency
	}
	numerator := new(big.Int).SetUint64(magnitude(m.Minor))
	numerator.Mul(numerator, big.NewInt(rate.numerator))
	numerator.Mul(numerator, powerOfTen(to.Exponent()))
	denominator := powerOfTen(rate.fractionDigits + m.Currency.Exponent())

	quotient, remainder := new(big.Int).QuoRem(numerator, denominator, new(big.Int))
	if !quotient.IsUint64() {
		return Money{}, ErrOverflow
	}
	// The denominator is at most 10^12, so quotient, remainder and it fit uint64.
	size := quotient.Uint64()
	up, err := r.up(size, remainder.Uint64(), denominator.Uint64())
	if err != nil {
		return Money{}, err
	}
	if up {
		if size >= MaxMinor {
			return Money{}, ErrOverflow
		}
		size++
	}
	minor, err := signed(size, m.Minor < 0)
	if err != nil {
		return Money{}, err
	}
	return New(minor, to), nil
}

func powerOfTen(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
