package stripesandbox

import (
	"math/big"
	"strings"
)

// Exponents of the currencies whose smallest unit is not a hundredth.
var currencyExponent = map[string]int{
	"bif": 0, "clp": 0, "djf": 0, "gnf": 0, "jpy": 0, "kmf": 0, "krw": 0, "mga": 0, "pyg": 0, "rwf": 0, "vnd": 0, "vuv": 0, "xaf": 0, "xof": 0, "xpf": 0,
	"bhd": 3, "jod": 3, "kwd": 3, "omr": 3, "tnd": 3,
}

const hundredthCurrencies = " usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx uyu uzs wst xcd yer zar zmw "

func knownCurrency(currency string) bool {
	if _, ok := currencyExponent[currency]; ok {
		return true
	}
	return len(currency) == 3 && strings.Contains(hundredthCurrencies, " "+currency+" ")
}

func exponentOf(currency string) int {
	if exponent, ok := currencyExponent[currency]; ok {
		return exponent
	}
	return 2
}

// amountStep is what an amount in this currency must be divisible by:
// three-decimal amounts end in 0, and ISK and UGX are written with two decimals
// that must be zero.
func amountStep(currency string) int64 {
	switch {
	case currency == "isk" || currency == "ugx":
		return 100
	case exponentOf(currency) == 3:
		return 10
	default:
		return 1
	}
}

// microPerDollar holds invented, fixed rates: millionths of the currency's main
// unit for one US dollar. A currency that is not here is not converted.
var microPerDollar = map[string]int64{
	"usd": 1_000_000, "eur": 920_000, "gbp": 790_000, "cad": 1_360_000, "aud": 1_520_000, "chf": 880_000,
	"jpy": 150_000_000, "sek": 10_400_000, "nok": 10_600_000, "dkk": 6_860_000, "pln": 3_950_000, "czk": 23_100_000,
	"mxn": 17_100_000, "brl": 4_970_000, "nzd": 1_640_000, "sgd": 1_340_000, "hkd": 7_820_000,
}

// convertible says whether the sandbox has a rate between two currencies.
func convertible(from, to string) bool {
	return microPerDollar[from] > 0 && microPerDollar[to] > 0
}

// convert turns smallest units of one currency into smallest units of another
// at the fixed rates, rounded half up. Both must be convertible.
func convert(amount int64, from, to string) int64 {
	if from == to {
		return amount
	}
	numerator := new(big.Int).Mul(big.NewInt(amount), big.NewInt(microPerDollar[to]))
	numerator.Mul(numerator, powerOfTen(exponentOf(to)))
	denominator := new(big.Int).Mul(big.NewInt(microPerDollar[from]), powerOfTen(exponentOf(from)))
	numerator.Mul(numerator, big.NewInt(2)).Add(numerator, denominator)
	return numerator.Div(numerator, denominator.Mul(denominator, big.NewInt(2))).Int64()
}

func powerOfTen(exponent int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
}

// exchangeRate is the rate between main units that a balance transaction shows.
func exchangeRate(from, to string) *float64 {
	if from == to {
		return nil
	}
	rate, _ := new(big.Rat).SetFrac64(microPerDollar[to], microPerDollar[from]).Float64()
	return &rate
}

// countryCurrency holds the countries in which the sandbox opens accounts, with
// the currency that a new account there keeps.
var countryCurrency = map[string]string{
	"US": "usd", "GB": "gbp", "CA": "cad", "AU": "aud", "NZ": "nzd", "JP": "jpy", "CH": "chf", "LI": "chf", "NO": "nok", "SE": "sek", "DK": "dkk",
	"PL": "pln", "CZ": "czk", "HU": "huf", "RO": "ron", "BG": "bgn", "MX": "mxn", "BR": "brl", "SG": "sgd", "HK": "hkd", "TH": "thb", "IN": "inr", "AE": "aed", "ZA": "zar", "MY": "myr", "PH": "php", "ID": "idr",
	"AT": "eur", "BE": "eur", "HR": "eur", "CY": "eur", "EE": "eur", "FI": "eur", "FR": "eur", "DE": "eur", "GR": "eur", "IE": "eur", "IT": "eur",
	"LV": "eur", "LT": "eur", "LU": "eur", "MT": "eur", "NL": "eur", "PT": "eur", "SK": "eur", "SI": "eur", "ES": "eur",
}
