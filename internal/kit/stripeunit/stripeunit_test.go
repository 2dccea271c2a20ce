package stripeunit_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
	"tributary/internal/kit/stripeunit"
)

func TestAmountsAreReadInStripesUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount int64
		code   string
		want   money.Money
	}{
		{1234, "eur", money.New(1234, money.EUR)}, {500, "JPY", money.New(500, money.JPY)}, {1230, "kwd", money.New(1230, money.KWD)},
		{120000, "isk", money.New(1200, "ISK")}, {5000, "mga", money.New(500000, "MGA")}, {-100, "usd", money.New(-100, money.USD)},
	} {
		m, err := stripeunit.Money(c.amount, c.code)
		require.NoError(t, err, c.code)
		require.Equal(t, c.want, m, c.code)
	}
	_, err := stripeunit.Money(120050, "isk")
	require.ErrorIs(t, err, stripeunit.ErrFraction)
	_, err = stripeunit.Money(1, "xxx")
	require.ErrorIs(t, err, money.ErrUnknownCurrency)
	_, err = stripeunit.Money(1, "kpw")
	require.ErrorIs(t, err, stripeunit.ErrUnknown)
	_, err = stripeunit.Money(math.MaxInt64, "mga")
	require.ErrorIs(t, err, money.ErrOverflow)
}
