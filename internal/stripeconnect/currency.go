package stripeconnect

import (
	"fmt"
	"strings"

	"tributary/internal/kit/money"
	"tributary/internal/payout"
)

// transferMax is Stripe's bound of eight digits for one transfer, in its smallest unit.
const transferMax = 99_999_999

// Stripe's smallest units, as its documentation of API version 2023-10-16 lists them. Where it differs from ISO 4217 the
// table says so; a currency that is not here is not transferred.
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

func currencies(codes string) map[money.Currency]bool {
	out := map[money.Currency]bool{}
	for _, c := range strings.Fields(codes) {
		out[money.Currency(c)] = true
	}
	return out
}

// decimals is how many digits Stripe counts after the point.
func decimals(c money.Currency) (int, bool) {
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

// step is what an amount in Stripe's unit must be a multiple of: ISK and UGX are written with two decimals that are zero.
func step(c money.Currency) int64 {
	switch {
	case c == "ISK" || c == "UGX":
		return 100
	case threeDecimals[c]:
		return 10
	}
	return 1
}

// smallest converts an amount into Stripe's smallest unit, exactly or not at all.
func smallest(m money.Money) (int64, error) {
	theirs, known := decimals(m.Currency)
	if !known {
		return 0, refusal("currency_unsupported", "Stripe does not transfer %s.", m.Currency)
	}
	amount := m.Minor
	for range theirs - m.Currency.Exponent() {
		if amount > transferMax || amount < -transferMax {
			return 0, refusal("amount_too_large", "Stripe transfers at most %d units of %s at once.", int64(transferMax), m.Currency)
		}
		amount *= 10
	}
	for range m.Currency.Exponent() - theirs {
		if amount%10 != 0 {
			return 0, refusal("amount_not_whole", "Stripe transfers only whole units of %s.", m.Currency)
		}
		amount /= 10
	}
	if amount%step(m.Currency) != 0 {
		return 0, refusal("amount_step", "Stripe transfers %s only in amounts whose last digit is 0.", m.Currency)
	}
	return amount, nil
}

// SmallestUnits gives an amount as Stripe counts it. It fails with a *payout.Problem of the kind Refused when Stripe has no such
// amount.
func SmallestUnits(m money.Money) (int64, error) { return smallest(m) }

// minor converts an amount of Stripe's smallest unit into ours.
func minor(amount int64, code string) (money.Money, error) {
	c, err := money.ParseCurrency(code)
	if err != nil {
		return money.Money{}, fmt.Errorf("stripe names a currency %q: %w", code, err)
	}
	theirs, known := decimals(c)
	if !known {
		return money.Money{}, fmt.Errorf("stripe names the currency %s, whose unit is not known", c)
	}
	for range theirs - c.Exponent() {
		if amount%10 != 0 {
			return money.Money{}, fmt.Errorf("stripe names %d of %s, which is not a whole minor unit", amount, c)
		}
		amount /= 10
	}
	for range c.Exponent() - theirs {
		amount *= 10
	}
	return money.New(amount, c), nil
}

func refusal(code, format string, args ...any) *payout.Problem {
	return &payout.Problem{Kind: payout.Refused, Code: code, Message: fmt.Sprintf(format, args...)}
}

// CorridorsAsOf is the day of the tables of countries below.
const CorridorsAsOf = "2026-11-01"

var (
	// accountCountries are where Stripe opens Express accounts that receive transfers.
	accountCountries = words("US GB CA AU NZ JP CH LI NO SE DK PL CZ HU RO BG MX BR SG HK TH IN AE ZA MY PH ID " +
		"AT BE HR CY EE FI FR DE GR IE IT LV LT LU MT NL PT SK SI ES")
	// crossBorder are the countries among which a platform may transfer without asking Stripe.
	crossBorder = words("US GB CA CH LI NO SE DK PL CZ HU RO BG AT BE HR CY EE FI FR DE GR IE IT LV LT LU MT NL PT SK SI ES IS")
)

func words(codes string) map[string]bool {
	out := map[string]bool{}
	for _, c := range strings.Fields(codes) {
		out[c] = true
	}
	return out
}

// Payable tells whether an amount can be transferred to an account of a country.
func (c *Client) Payable(amount money.Money, country string) error {
	if !accountCountries[country] {
		return refusal("country_unsupported", "Stripe does not open accounts that receive transfers in %s.", country)
	}
	units, err := smallest(amount)
	if err != nil {
		return err
	}
	if units < 1 || units > transferMax {
		return refusal("amount_too_large", "Stripe transfers at most %d units of %s at once.", int64(transferMax), amount.Currency)
	}
	return nil
}

// agreement names the service agreement that an account needs: accounts outside of a US platform's country that only receive
// transfers are recipients.
func agreement(platform, country string) string {
	if platform == "US" && country != "US" {
		return "recipient"
	}
	return "full"
}
