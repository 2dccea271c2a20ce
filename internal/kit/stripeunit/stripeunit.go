// Package stripeunit knows how Stripe counts money: its smallest unit differs from ISO 4217 for a few currencies. It is pure.
package stripeunit

import (
	"errors"
	"fmt"
	"strings"

	"tributary/internal/kit/money"
)

// Stripe's smallest units, as its documentation of API version 2023-10-16 lists them. Where it differs from ISO 4217 the
// table says so; a currency that is not here is not known to Stripe.
var (
	// twoDecimals are counted in hundredths; most of them have two decimals in ISO 4217 too.
	twoDecimals = currencies("USD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF " +
		"CHF CNY COP CRC CVE CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD " +
		"KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD " +
		"PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD SZL THB TJS TOP TRY TTD TWD TZS " +
		"UAH UGX UYU UZS WST XCD YER ZAR ZMW")
	// noDecimals are counted whole.
	noDecimals = currencies("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF")
	// threeDecimals are counted in thousandths, and the last digit must be 0.
	threeDecimals = currencies("BHD JOD KWD OMR TND")
)

// Errors of Money.
var (
	// ErrUnknown is returned for a currency that has no unit at Stripe.
	ErrUnknown = errors.New("stripeunit: a currency whose unit at Stripe is not known")
	// ErrFraction is returned for an amount that is no whole number of minor units.
	ErrFraction = errors.New("stripeunit: no whole number of minor units")
)

func currencies(codes string) map[money.Currency]bool {
	out := map[money.Currency]bool{}
	for _, c := range strings.Fields(codes) {
		out[money.Currency(c)] = true
	}
	return out
}

// Decimals is how many digits Stripe counts after the point.
func Decimals(c money.Currency) (digits int, known bool) {
	switch {
	case twoDecimals[c]:
		return 2, true
	case noDecimals[c]:
		return 0, true
	case threeDecimals[c]:
		return 3, true
	}
	return 0, false
}

// Step is what an amount in Stripe's unit must be a multiple of: ISK and UGX are written with two decimals that are zero.
func Step(c money.Currency) int64 {
	switch {
	case c == "ISK" || c == "UGX":
		return 100
	case threeDecimals[c]:
		return 10
	}
	return 1
}

// Money reads an amount in Stripe's smallest unit, with a currency code in either case. It fails with money.ErrUnknownCurrency,
// money.ErrOverflow, ErrUnknown or ErrFraction.
func Money(amount int64, code string) (money.Money, error) {
	c, err := money.ParseCurrency(code)
	if err != nil {
		return money.Money{}, err
	}
	theirs, known := Decimals(c)
	if !known {
		return money.Money{}, fmt.Errorf("%w: %s", ErrUnknown, c)
	}
	for range theirs - c.Exponent() {
		if amount%10 != 0 {
			return money.Money{}, fmt.Errorf("%w: %d of %s", ErrFraction, amount, c)
		}
		amount /= 10
	}
	m := money.New(amount, c)
	for range c.Exponent() - theirs {
		if m, err = m.MulCount(10); err != nil {
			return money.Money{}, err
		}
	}
	return m, nil
}
