package money

import (
	"fmt"
	"math/bits"
)

// Rounding names what happens to the part of a minor unit that a
// multiplication leaves. All three work on the size of the amount and keep its
// sign, so that the rounding of -x is always minus the rounding of x.
type Rounding int

const (
	// HalfUp rounds a half and more away from zero. It is the zero value.
	HalfUp Rounding = iota
	// HalfEven rounds a half to the even neighbour.
	HalfEven
	// Down drops the part, towards zero.
	Down
)

var roundingNames = [...]string{HalfUp: "HALF_UP", HalfEven: "HALF_EVEN", Down: "DOWN"}

// String is the name of the rounding, such as "HALF_UP".
func (r Rounding) String() string {
	if r < 0 || int(r) >= len(roundingNames) {
		return fmt.Sprintf("Rounding(%d)", int(r))
	}
	return roundingNames[r]
}

// MarshalText writes the name of the rounding.
func (r Rounding) MarshalText() ([]byte, error) {
	if r < 0 || int(r) >= len(roundingNames) {
		return nil, ErrRounding
	}
	return []byte(roundingNames[r]), nil
}

// UnmarshalText reads the name of a rounding.
func (r *Rounding) UnmarshalText(text []byte) error {
	for i, name := range roundingNames {
		if name == string(text) {
			*r = Rounding(i)
			return nil
		}
	}
	return ErrRounding
}

// up tells whether a quotient with this remainder grows by one.
func (r Rounding) up(quotient, remainder, divisor uint64) (bool, error) {
	switch r {
	case HalfUp:
		return remainder >= divisor-remainder, nil
	case HalfEven:
		if remainder == divisor-remainder {
			return quotient%2 == 1, nil
		}
		return remainder > divisor-remainder, nil
	case Down:
		return false, nil
	}
	return false, ErrRounding
}

// multiplyRatio returns amount × numerator ÷ denominator through a 128-bit
// product, rounded once at the end. The denominator is above zero.
func multiplyRatio(amount, numerator int64, denominator uint64, r Rounding) (int64, error) {
	high, low := bits.Mul64(magnitude(amount), magnitude(numerator))
	if high >= denominator {
		return 0, ErrOverflow
	}
	quotient, remainder := bits.Div64(high, low, denominator)
	up, err := r.up(quotient, remainder, denominator)
	if err != nil {
		return 0, err
	}
	if up {
		if quotient >= MaxMinor {
			return 0, ErrOverflow
		}
		quotient++
	}
	return signed(quotient, (amount < 0) != (numerator < 0))
}
