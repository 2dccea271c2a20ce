package insight

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The exact limits of a Poisson mean, as Garwood (Biometrika 28, 1936) gives them.
func TestTheLimitsOfACountAreGarwoods(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][2]float64{0: {0, 3.689}, 1: {0.0253, 5.572}, 5: {1.623, 11.668}, 10: {4.795, 18.390}, 20: {12.217, 30.888}, 50: {37.111, 65.919}, 100: {81.364, 121.627}} {
		low, high := poissonLimits(n)
		require.InDelta(t, want[0], low, 0.03*max(want[0], 1), n)
		require.InDelta(t, want[1], high, 0.03*want[1], n)
	}
}

func TestALiftIsWhatIsBeyondTheBaseline(t *testing.T) {
	t.Parallel()
	l := liftOf(2, 14, 140, 28, 140)
	require.InDelta(t, 70, l.Expected, 1e-9)
	require.InDelta(t, 70, l.Orders, 1e-9)
	require.Less(t, l.Low, 70.0)
	require.Greater(t, l.Low, 40.0)
	require.Greater(t, l.High, 70.0)
	require.Nil(t, l.Warning)
	require.Contains(t, *liftOf(1, 7, 35, 28, 140).Warning, "holds zero")
	require.Contains(t, *liftOf(1, 7, 5, 28, 4).Warning, "too few orders")
	require.Contains(t, *liftOf(1, 7, 50, 10, 50).Warning, "too few days")
	require.Contains(t, *liftOf(0, 0, 0, 28, 140).Warning, "No post")
	require.Zero(t, liftOf(0, 0, 0, 28, 140).Orders)
}

// The interval holds the truth about as often as it says, for many rates and spans.
func TestTheIntervalHoldsTheTruthNineteenTimesOfTwenty(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	poisson := func(mean float64) int {
		n, p, limit := 0, 1.0, math.Exp(-mean)
		for {
			if p *= r.Float64(); p <= limit {
				return n
			}
			n++
		}
	}
	const runs = 4_000
	for _, c := range []struct {
		a, b       int
		rate, lift float64
	}{{7, 28, 2, 0}, {7, 28, 1, 1}, {14, 28, 4, 2}, {30, 60, 3, 0.5}, {7, 56, 0.5, 0}} {
		held := 0
		for range runs {
			x, y := poisson((c.rate+c.lift)*float64(c.a)), poisson(c.rate*float64(c.b))
			if l := liftOf(1, c.a, x, c.b, y); l.Low <= c.lift*float64(c.a) && c.lift*float64(c.a) <= l.High {
				held++
			}
		}
		require.InDelta(t, 0.96, float64(held)/runs, 0.025, "%+v", c)
	}
}

func TestWhatHoldsForEveryLift(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	for range 5_000 {
		a, b, x, y := 1+r.IntN(60), 1+r.IntN(60), r.IntN(500), r.IntN(500)
		l := liftOf(1, a, x, b, y)
		require.LessOrEqual(t, l.Low, l.Orders)
		require.GreaterOrEqual(t, l.High, l.Orders)
		require.False(t, math.IsNaN(l.Low) || math.IsInf(l.High, 0))
		more := liftOf(1, a, x+1, b, y)
		require.Greater(t, more.Orders, l.Orders)
		require.Less(t, liftOf(1, a, x, b, y+1).Orders, l.Orders)
	}
}
