package stripeconnect

import (
	"fmt"
	"strings"

	"tributary/internal/kit/money"
	"tributary/internal/kit/stripeunit"
	"tributary/internal/payout"
)

// transferMax is Stripe's bound of eight digits for one transfer, in its smallest unit.
const transferMax = 99_999_999

// smallest converts an amount into Stripe's smallest unit, exactly or not at all.
func smallest(m money.Money) (int64, error) {
	theirs, known := stripeunit.Decimals(m.Currency)
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
	if amount%stripeunit.Step(m.Currency) != 0 {
		return 0, refusal("amount_step", "Stripe transfers %s only in amounts whose last digit is 0.", m.Currency)
	}
	return amount, nil
}

// SmallestUnits gives an amount as Stripe counts it. It fails with a *payout.Problem of the kind Refused when Stripe has no such
// amount.
func SmallestUnits(m money.Money) (int64, error) { return smallest(m) }

// minor converts an amount of Stripe's smallest unit into ours.
func minor(amount int64, code string) (money.Money, error) {
	m, err := stripeunit.Money(amount, code)
	if err != nil {
		return money.Money{}, fmt.Errorf("stripe names %d of %q: %w", amount, code, err)
	}
	return m, nil
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
