package fraud_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/fraud"
)

// propertyRuns is how many random orders each property tries.
const propertyRuns = 2_000

var placed = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

func ago(d ...time.Duration) (out []time.Time) {
	for _, x := range d {
		out = append(out, placed.Add(-x))
	}
	return out
}

func TestAnOrderWithinSecondsOfTheFirstClickIsSeen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		clicks []time.Time
		want   bool
	}{
		{"no click", nil, false},
		{"at once", ago(0), true},
		{"just under the bound", ago(fraud.ClickToOrderMin - time.Nanosecond), true},
		{"at the bound", ago(fraud.ClickToOrderMin), false},
		{"a second click at the end", ago(time.Hour, time.Second), false},
		{"two fast ones", ago(2*time.Second, time.Second), true},
		{"after the order", ago(-time.Second), false},
		{"after the order beside a fast one", ago(-time.Minute, 3*time.Second), true},
	} {
		seen, fast := fraud.ClickToOrder(placed, c.clicks)
		require.Equal(t, c.want, fast, c.name)
		if fast {
			require.Equal(t, fraud.SignalClickToOrderTime, seen.Signal, c.name)
			require.Less(t, *seen.Seen, *seen.Limit, c.name)
		}
	}
}

func TestFastOrdersHangOnTheEarliestClickOnly(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 6))
	for range propertyRuns {
		clicks := make([]time.Time, r.IntN(6))
		for i := range clicks {
			clicks[i] = placed.Add(-time.Duration(r.Int64N(int64(4*fraud.ClickToOrderMin))) + fraud.ClickToOrderMin)
		}
		seen, fast := fraud.ClickToOrder(placed, clicks)
		r.Shuffle(len(clicks), func(i, j int) { clicks[i], clicks[j] = clicks[j], clicks[i] })
		again, still := fraud.ClickToOrder(placed, clicks)
		require.Equal(t, fast, still)
		require.Equal(t, seen, again)

		// An honest click before makes it honest, whatever came later.
		_, fast = fraud.ClickToOrder(placed, append(clicks, placed.Add(-fraud.ClickToOrderMin-time.Duration(r.Int64N(int64(time.Hour))))))
		require.False(t, fast)
		// A click after the order changes nothing.
		after, still := fraud.ClickToOrder(placed, append(clicks, placed.Add(1+time.Duration(r.Int64N(int64(time.Hour))))))
		require.Equal(t, again, after)
		require.Equal(t, len(after.Kind) > 0, still)
	}
}

func TestManyOrdersOfOneNetworkAreSeenFromTheBoundOn(t *testing.T) {
	t.Parallel()
	for before := range 3 * fraud.SameNetworkOrders {
		seen, many := fraud.SameNetwork(before)
		require.Equal(t, before+1 >= fraud.SameNetworkOrders, many)
		if many {
			require.Equal(t, before+1, *seen.Seen)
			require.Equal(t, fraud.SameNetworkOrders, *seen.Limit)
			require.Equal(t, fraud.SignalSameNetwork, seen.Signal)
		}
	}
}

func TestABuyerIsTheCreatorByWhatTheyShare(t *testing.T) {
	t.Parallel()
	kinds := func(f fraud.SelfReferralFacts) (out []fraud.EvidenceKind) {
		for _, e := range fraud.SelfReferral(f) {
			require.Equal(t, fraud.SignalSelfReferral, e.Signal)
			out = append(out, e.Kind)
		}
		return out
	}
	require.Empty(t, kinds(fraud.SelfReferralFacts{EmailConfirmed: true}))
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceSameEmail}, kinds(fraud.SelfReferralFacts{SameEmail: true, EmailConfirmed: true}))
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceSameUnconfirmedEmail, fraud.EvidenceSameCustomer},
		kinds(fraud.SelfReferralFacts{SameEmail: true, CustomerOrders: 2}))
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceSameCustomer}, kinds(fraud.SelfReferralFacts{CustomerOrders: 1}))
}
