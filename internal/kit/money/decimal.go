package money

import (
	"strconv"
	"strings"
)

const (
	// MaxDecimalLength bounds the text of one amount, in bytes.
	MaxDecimalLength = 32
	// MaxParsedMinor bounds an amount that comes from text, in minor units: far
	// above any order, far below where sums of many orders overflow.
	MaxParsedMinor int64 = 1_000_000_000_000_000
)

// Decimal writes the amount with exactly the digits of its currency: "12.34",
// "-0.05", "1200" for JPY.
func (m Money) Decimal() string {
	digits := strconv.FormatUint(magnitude(m.Minor), 10)
	if exponent := m.Currency.Exponent(); exponent > 0 {
		if len(digits) <= exponent {
			digits = strings.Repeat("0", exponent+1-len(digits)) + digits
		}
		point := len(digits) - exponent
		digits = digits[:point] + "." + digits[point:]
	}
	if m.Minor < 0 {
		return "-" + digits
	}
	return digits
}

// String writes the amount with its currency in front: "EUR 12.34".
func (m Money) String() string { return string(m.Currency) + " " + m.Decimal() }

// ParseDecimal reads an exact amount such as "12.34" or "-5". Digits beyond
// those of the currency are refused with ErrTooPrecise unless they are zeros;
// other text with ErrNotDecimal; a size above MaxParsedMinor with ErrOverflow;
// a currency that is not known with ErrUnknownCurrency.
func ParseDecimal(s string, c Currency) (Money, error) {
	if !c.Valid() {
		return Money{}, ErrUnknownCurrency
	}
	if len(s) > MaxDecimalLength {
		return Money{}, ErrNotDecimal
	}
	unsigned, negative := strings.CutPrefix(s, "-")
	whole, fraction, err := decimalParts(unsigned)
	if err != nil {
		return Money{}, err
	}
	exponent := c.Exponent()
	if len(fraction) > exponent {
		if strings.Trim(fraction[exponent:], "0") != "" {
			return Money{}, ErrTooPrecise
		}
		fraction = fraction[:exponent]
	}
	size, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", exponent-len(fraction)), 10, 64)
	if err != nil || size > uint64(MaxParsedMinor) {
		return Money{}, ErrOverflow
	}
	minor, err := signed(size, negative)
	if err != nil {
		return Money{}, err
	}
	return New(minor, c), nil
}

// decimalParts splits "12.34" into its digits before and after the point. Each
// side of a point needs a digit, and only ASCII digits count.
func decimalParts(unsigned string) (whole, fraction string, err error) {
	whole, fraction, hasPoint := strings.Cut(unsigned, ".")
	if !allDigits(whole) || (hasPoint && !allDigits(fraction)) {
		return "", "", ErrNotDecimal
	}
	return whole, fraction, nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
