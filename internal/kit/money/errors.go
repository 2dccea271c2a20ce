package money

import "errors"

var (
	// ErrUnknownCurrency is returned for a code that is no active ISO 4217 currency.
	ErrUnknownCurrency = errors.New("money: unknown currency code")
	// ErrCurrencyMismatch is returned when two amounts of different currencies meet.
	ErrCurrencyMismatch = errors.New("money: amounts are in different currencies")
	// ErrOverflow is returned when a result does not fit the range of an amount.
	ErrOverflow = errors.New("money: amount is out of range")
	// ErrNotDecimal is returned for text that is no plain decimal number.
	ErrNotDecimal = errors.New("money: not a decimal number")
	// ErrTooPrecise is returned for a decimal with more digits than the currency has.
	ErrTooPrecise = errors.New("money: more digits after the point than the currency has")
	// ErrWeights is returned when a split has no weight above zero, or a negative one.
	ErrWeights = errors.New("money: weights must be zero or more, with at least one above zero")
	// ErrNoAmounts is returned for the sum of nothing, which has no currency.
	ErrNoAmounts = errors.New("money: no amounts to add")
	// ErrRate is returned for an exchange rate that is not above zero or not exact enough to keep.
	ErrRate = errors.New("money: exchange rate must be a decimal above zero with at most 9 digits before and 9 after the point")
	// ErrRounding is returned for a rounding that is not one of the three named ones.
	ErrRounding = errors.New("money: unknown rounding")
)
