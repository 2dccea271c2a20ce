package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/order/wire"
)

func TestTextKeepsDigitsThatAFloatWouldLose(t *testing.T) {
	t.Parallel()
	var got struct{ A, B, C, D, E wire.Text }
	require.NoError(t, json.Unmarshal([]byte(`{"a":820982911946154508,"b":"x","c":null,"d":{"deep":1},"e":1667.8}`), &got))
	require.Equal(t, []wire.Text{"820982911946154508", "x", "", "", "1667.8"}, []wire.Text{got.A, got.B, got.C, got.D, got.E})
}

func TestMoneyIsExact(t *testing.T) {
	t.Parallel()
	m, err := wire.Money("1667.8", money.EUR)
	require.NoError(t, err)
	require.EqualValues(t, 166780, m.Minor)
	m, err = wire.Money("", money.JPY)
	require.NoError(t, err)
	require.Equal(t, money.Zero(money.JPY), m)
	for _, bad := range []wire.Text{"1.005", "1e3", "NaN", "1,00", "--1"} {
		_, err := wire.Money(bad, money.EUR)
		require.ErrorIs(t, err, wire.ErrBody, bad)
	}
}

func TestUnitsAndTimes(t *testing.T) {
	t.Parallel()
	for text, want := range map[wire.Text]int{"": 0, "3": 3, "2.7": 2, "-1": -1} {
		n, err := wire.Units(text)
		require.NoError(t, err)
		require.Equal(t, want, n, text)
	}
	_, err := wire.Units("99999999999999999999")
	require.ErrorIs(t, err, wire.ErrBody)
	at, err := wire.Time("2026-03-02T10:15:00+01:00")
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 3, 2, 9, 15, 0, 0, time.UTC), at)
	_, err = wire.Time("02.03.2026")
	require.ErrorIs(t, err, wire.ErrBody)
}

func TestClickIDsAreOnlyOurs(t *testing.T) {
	t.Parallel()
	click := id.New(id.Click, time.Unix(1700000000, 0))
	require.Equal(t, click.UUID, wire.Click(" "+click.String()+" "))
	require.Equal(t, click.UUID, wire.ClickOfAddress("/products/a?x=1&tid="+click.String()))
	for _, other := range []string{"", "abc", id.Of(id.Order, click.UUID).String(), click.UUID.String()} {
		require.Equal(t, uuid.Nil, wire.Click(other))
	}
	require.Equal(t, uuid.Nil, wire.ClickOfAddress("%zz"))
}

func TestDecodeTakesTheWrapperOff(t *testing.T) {
	t.Parallel()
	var v struct{ ID wire.Text }
	require.NoError(t, wire.Decode([]byte(`{"refund":{"id":7}}`), "refund", &v))
	require.Equal(t, wire.Text("7"), v.ID)
	require.ErrorIs(t, wire.Decode([]byte(`[1]`), "refund", &v), wire.ErrBody)
	require.ErrorIs(t, wire.Decode([]byte(`{"id":[}`), "refund", &v), wire.ErrBody)
}
