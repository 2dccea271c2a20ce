package id_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
)

func TestAnIDSurvivesItsOuterForm(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1_795_000_000_123).UTC()
	x := id.New(id.Order, at)
	require.Len(t, x.String(), 30)
	back, err := id.Parse(x.String())
	require.NoError(t, err)
	require.Equal(t, x, back)
	require.Equal(t, at, id.TimeOf(x.UUID))
}

func TestLaterIDsSortAfterEarlierOnes(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1_795_000_000_000)
	require.Less(t, id.New(id.Click, at).String(), id.New(id.Click, at.Add(time.Millisecond)).String())
}

func TestMalformedIDsAreRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "ord", "ord_", "ord_01", "ord_zzzzzzzzzzzzzzzzzzzzzzzzzz", "order_00000000000000000000000000", "ord_0000000000000000000000000u"} {
		_, err := id.Parse(s)
		require.Error(t, err, s)
	}
}

func TestAnotherKindReadsLikeAnUnknownID(t *testing.T) {
	t.Parallel()
	_, err := id.Want(id.New(id.Order, time.Now()), id.Payout, "payout")
	require.True(t, fault.Is(err, fault.NotFound))
	var x id.ID
	require.NoError(t, x.UnmarshalGQLContext(t.Context(), "no id at all"))
	_, err = id.Want(x, id.Payout, "payout")
	require.True(t, fault.Is(err, fault.NotFound))
}

func FuzzParse(f *testing.F) {
	f.Add("ord_01hxq0000000000000000000zz")
	f.Fuzz(func(t *testing.T, s string) {
		x, err := id.Parse(s)
		if err != nil {
			return
		}
		again, err := id.Parse(x.String())
		if !x.IsZero() {
			require.NoError(t, err)
			require.Equal(t, x, again)
		}
	})
}
