// Package scalar reads and writes the API's own scalars. A value that does not have its form is refused before any service runs.
package scalar

import (
	"io"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
)

// Limits of scalars, in bytes.
const (
	urlMax     = 2000
	emailMax   = 254
	decimalMax = 40
)

func text(v any, name string) (string, error) {
	s, ok := v.(string)
	if !ok {
		return "", refuse("%s is a string", name)
	}
	return s, nil
}

// refuse makes the fault of a value without its form; a fault reaches the caller, any other error would not.
func refuse(format string, args ...any) error {
	return fault.New(fault.Invalid, "BAD_FORMAT", format, args...)
}

func quoted(s string) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { graphql.MarshalString(s).MarshalGQL(w) })
}

// MarshalDateTime writes RFC 3339 in UTC.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return quoted(t.UTC().Format(time.RFC3339Nano))
}

// UnmarshalDateTime reads RFC 3339 with any offset.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, err := text(v, "DateTime")
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}, refuse("DateTime is an instant of the form 2026-11-14T19:42:00Z")
	}
	return t.UTC().Truncate(time.Microsecond), nil
}

// MarshalDate writes YYYY-MM-DD.
func MarshalDate(d clock.Date) graphql.Marshaler { return quoted(d.String()) }

// UnmarshalDate reads YYYY-MM-DD.
func UnmarshalDate(v any) (clock.Date, error) {
	s, err := text(v, "Date")
	if err != nil {
		return clock.Date{}, err
	}
	d, err := clock.ParseDate(s)
	if err != nil {
		return clock.Date{}, refuse("Date is a day of the form YYYY-MM-DD")
	}
	return d, nil
}

var decimalForm = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// MarshalDecimal writes an exact decimal number.
func MarshalDecimal(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalDecimal reads an exact decimal number; floats are refused, so that nobody sends one by accident.
func UnmarshalDecimal(v any) (string, error) {
	s, err := text(v, "Decimal")
	if err != nil {
		return "", err
	}
	if len(s) > decimalMax || !decimalForm.MatchString(s) {
		return "", refuse("Decimal is a number like \"12.34\" of at most %d characters", decimalMax)
	}
	return s, nil
}

// MarshalCurrencyCode writes an ISO 4217 code.
func MarshalCurrencyCode(c money.Currency) graphql.Marshaler { return quoted(string(c)) }

// UnmarshalCurrencyCode reads a known ISO 4217 code.
func UnmarshalCurrencyCode(v any) (money.Currency, error) {
	s, err := text(v, "CurrencyCode")
	if err != nil {
		return "", err
	}
	c, err := money.ParseCurrency(s)
	if err != nil {
		return "", refuse("CurrencyCode is a known ISO 4217 code like EUR")
	}
	return c, nil
}

var countryForm = regexp.MustCompile(`^[A-Z]{2}$`)

// MarshalCountryCode writes an ISO 3166-1 alpha-2 code.
func MarshalCountryCode(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalCountryCode reads two capital letters.
func UnmarshalCountryCode(v any) (string, error) {
	s, err := text(v, "CountryCode")
	if err != nil {
		return "", err
	}
	if !countryForm.MatchString(s) {
		return "", refuse("CountryCode is two capital letters like DE")
	}
	return s, nil
}

// MarshalURL writes an address.
func MarshalURL(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalURL reads an absolute http or https address without a user name.
func UnmarshalURL(v any) (string, error) {
	s, err := text(v, "URL")
	if err != nil {
		return "", err
	}
	u, err := url.Parse(s)
	if err != nil || len(s) > urlMax || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil ||
		strings.ContainsAny(s, " \t\r\n\\\"<>") {
		return "", refuse("URL is an absolute http or https address of at most %d characters", urlMax)
	}
	return s, nil
}

// MarshalEmailAddress writes an address.
func MarshalEmailAddress(s string) graphql.Marshaler { return quoted(s) }

// UnmarshalEmailAddress reads a bare address and folds it to lower case.
func UnmarshalEmailAddress(v any) (string, error) {
	s, err := text(v, "EmailAddress")
	if err != nil {
		return "", err
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > emailMax {
		return "", refuse("EmailAddress is an address like ada@example.com of at most %d characters", emailMax)
	}
	return strings.ToLower(s), nil
}

// MarshalBasisPoints writes hundredths of a percent.
func MarshalBasisPoints(b money.BasisPoints) graphql.Marshaler { return graphql.MarshalInt32(int32(b)) }

// UnmarshalBasisPoints reads a whole number from 0 to 10,000.
func UnmarshalBasisPoints(v any) (money.BasisPoints, error) {
	n, err := graphql.UnmarshalInt32(v)
	if err != nil || n < 0 || n > 10_000 {
		return 0, refuse("BasisPoints is a whole number from 0 to 10000; 1500 is 15%%")
	}
	return money.BasisPoints(n), nil
}
