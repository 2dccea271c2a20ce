package tracking

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
	"tributary/internal/kit/testdb"
)

func TestAnEstimateIsNeverCertainAndFades(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		age      time.Duration
		visitors int
		want     money.PPM
	}{
		{0, 1, 950_000}, {-time.Minute, 1, 950_000}, {0, 0, 950_000}, {0, 2, 475_000}, {3 * time.Hour, 1, 725_000}, {6 * time.Hour, 1, 500_000},
		{48 * time.Hour, 1, 500_000}, {6 * time.Hour, 200, 2_500}, {time.Second, 1, 949_980}, // 450,000 ÷ 21,600 seconds = 20.83
	} {
		require.Equal(t, c.want, estimateConfidence(c.age, c.visitors), "%s, %d visitors", c.age, c.visitors)
	}
}

func TestNetworksOfClicksAreKeptForProgramsThatEstimateAndForADay(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx := testdb.Context(t)
	home := [networkHashBytes]byte{1, 2, 3}
	seen := func() (found []FoundTouch) {
		require.NoError(t, s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
			out, err := EstimatesFor(ctx, tx, []Estimating{{PlacedAt: s.clock.Now()}, {Brand: s.brand(), Network: home[:], PlacedAt: s.clock.Now()}})
			require.Empty(t, out[0], "an order of no network")
			found = out[1]
			return err
		}))
		return found
	}
	click := func(network [networkHashBytes]byte, notCounted NotCounted) uuid.UUID {
		r := s.click(uuid.New(), false)
		r.network, r.notCounted = network, notCounted
		return s.take(s.clicks, r)
	}
	click(home, "")
	require.NoError(t, s.clicks.Drain(ctx))
	require.Empty(t, seen(), "the program does not allow the kind")

	s.db.Ent.Program.Update().SetTouchKinds([]string{"CLICK", "MODELLED"}).ExecX(ctx)
	s.clock.Advance(estimatingEvery)
	first, last := click(home, ""), click(home, "")
	click(home, NotCountedBot)
	click([networkHashBytes]byte{}, "")
	require.NoError(t, s.clicks.Drain(ctx))
	found := seen()
	require.Len(t, found, 1, "one of a partnership")
	require.Equal(t, last, found[0].ID)
	require.NotEqual(t, first, last)
	require.EqualValues(t, 475_000, found[0].Confidence, "two visitors share the network")

	tracking := New(Config{DB: s.db, Clock: s.clock, Clicks: s.clicks, NetworkSecret: []byte("0123456789abcdef0123456789abcdef")})
	require.NoError(t, tracking.forgetNetworks(ctx, clock.DateOf(s.clock.Now())))
	require.Len(t, seen(), 1, "the day is not over")
	require.NoError(t, tracking.forgetNetworks(ctx, clock.DateOf(s.clock.Now()).AddDays(1)))
	require.Empty(t, seen())
}

// brand gives the brand of the link.
func (s *shelf) brand() uuid.UUID { return s.db.Ent.Link.GetX(testdb.Context(s.t), s.link).BrandID }
