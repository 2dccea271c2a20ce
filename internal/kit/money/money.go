package money

import (
	"cmp"
	"math"
)

// Money is an amount in minor units (cents for EUR) of one currency. Amounts
// lie between -MaxMinor and MaxMinor; each operation that could leave that
// range returns ErrOverflow.
type Money struct {
	Minor    int64    `json:"minor"`
	Currency Currency `json:"currency"`
}

// MaxMinor is the largest amount in minor units. The range is symmetric, so
// that every amount has a negative.
const MaxMinor = math.MaxInt64

// New returns an amount of minor units.
func New(minor int64, c Currency) Money { return Money{Minor: minor, Currency: c} }

// Zero returns nothing of a currency.
func Zero(c Currency) Money { return Money{Currency: c} }

// Add returns m + o. It fails with ErrCurrencyMismatch or ErrOverflow.
func (m Money) Add(o Money) (Money, error) {
	if m.Currency != o.Currency {
		return Money{}, ErrCurrencyMismatch
	}
	sum := m.Minor + o.Minor
	overflows := (m.Minor > 0 && o.Minor > 0 && sum < 0) || (m.Minor < 0 && o.Minor < 0 && sum >= 0)
	if overflows || sum == math.MinInt64 {
		return Money{}, ErrOverflow
	}
	return Money{Minor: sum, Currency: m.Currency}, nil
}

// Sub returns m - o. It fails with ErrCurrencyMismatch or ErrOverflow.
func (m Money) Sub(o Money) (Money, error) {
	if o.Minor == math.MinInt64 {
		return Money{}, ErrOverflow
	}
	return m.Add(Money{Minor: -o.Minor, Currency: o.Currency})
}

// Neg returns the amount with its sign turned. It panics for math.MinInt64,
// which lies outside the range of an amount and which no operation returns.
func (m Money) Neg() Money {
	if m.Minor == math.MinInt64 {
		panic("money: negative of an amount out of range")
	}
	return Money{Minor: -m.Minor, Currency: m.Currency}
}

// IsZero tells whether the amount is nothing, in whatever currency.
func (m Money) IsZero() bool { return m.Minor == 0 }

// Sign is -1, 0 or 1.
func (m Money) Sign() int { return cmp.Compare(m.Minor, 0) }

// Cmp is -1, 0 or 1 as m is less than, equal to or more than o. It fails with
// ErrCurrencyMismatch.
func (m Money) Cmp(o Money) (int, error) {
	if m.Currency != o.Currency {
		return 0, ErrCurrencyMismatch
	}
	return cmp.Compare(m.Minor, o.Minor), nil
}

// Sum adds amounts of one currency. The sum of nothing has no currency and is
// ErrNoAmounts; start from Zero(c) where the list may be empty.
func Sum(amounts ...Money) (Money, error) {
	if len(amounts) == 0 {
		return Money{}, ErrNoAmounts
	}
	total := Zero(amounts[0].Currency)
	for _, amount := range amounts {
		var err error
		if total, err = total.Add(amount); err != nil {
			return Money{}, err
		}
	}
	return total, nil
}

// magnitude is the amount without its sign, exact for the whole of int64.
func magnitude(minor int64) uint64 {
	if minor < 0 {
		return -uint64(minor)
	}
	return uint64(minor)
}

// signed puts a sign on a magnitude, or fails with ErrOverflow.
func signed(size uint64, negative bool) (int64, error) {
	if size > MaxMinor {
		return 0, ErrOverflow
	}
	if negative {
		return -int64(size), nil
	}
	return int64(size), nil
}
