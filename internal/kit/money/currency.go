// Package money holds exact amounts of money: integer minor units with a
// currency, named rounding, and splits that lose nothing. It uses no floating
// point anywhere and imports only the standard library, so that every other
// package may build on it.
package money

import "strings"

// Currency is an ISO 4217 alphabetic code in upper case, such as "EUR".
type Currency string

// The codes that the code base names itself. Every other code enters through
// ParseCurrency.
const (
	EUR Currency = "EUR"
	GBP Currency = "GBP"
	JPY Currency = "JPY"
	KWD Currency = "KWD"
	USD Currency = "USD"
)

// exponents maps each active ISO 4217 currency of 0, 2 or 3 minor digits to
// that number. Metals, test codes, funds codes and units of account are left
// out: nobody is paid in them.
var exponents = buildExponents()

const (
	noDigitCodes    = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
	threeDigitCodes = "BHD IQD JOD KWD LYD OMR TND"
	twoDigitCodes   = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD " +
		"CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD " +
		"HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP " +
		"MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR " +
		"SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES " +
		"WST XCD XCG YER ZAR ZMW ZWG"
)

// defaultExponent is what a code outside the table is written with. Such a
// code cannot come from ParseCurrency.
const defaultExponent = 2

func buildExponents() map[Currency]int {
	table := make(map[Currency]int, 160)
	for codes, digits := range map[string]int{noDigitCodes: 0, twoDigitCodes: 2, threeDigitCodes: 3} {
		for _, code := range strings.Fields(codes) {
			table[Currency(code)] = digits
		}
	}
	return table
}

// ParseCurrency returns the currency named by an ISO 4217 code, in either
// case. An unknown code is refused with ErrUnknownCurrency.
func ParseCurrency(code string) (Currency, error) {
	if len(code) != 3 {
		return "", ErrUnknownCurrency
	}
	c := Currency(strings.ToUpper(code))
	if !c.Valid() {
		return "", ErrUnknownCurrency
	}
	return c, nil
}

// Valid tells whether the currency is one that ParseCurrency returns.
func (c Currency) Valid() bool {
	_, known := exponents[c]
	return known
}

// Exponent is the number of digits after the decimal point: 0, 2 or 3.
func (c Currency) Exponent() int {
	if digits, known := exponents[c]; known {
		return digits
	}
	return defaultExponent
}
