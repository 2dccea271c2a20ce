package model_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/attribution/model"
	"tributary/internal/kit/money"
)

// journeys makes a random lot of journeys over a few channels, some of them without an order.
func journeys(r *rand.Rand, channels int) []model.Journey {
	out := make([]model.Journey, 1+r.IntN(40))
	for i := range out {
		j := model.Journey{Orders: float64(r.IntN(4)), Lost: float64(r.IntN(3))}
		j.Value = j.Orders * float64(r.IntN(100_00))
		for age := int32(r.IntN(30 * 86_400)); len(j.Channels) == 0 || r.IntN(3) > 0 && len(j.Channels) < 8; age = int32(r.IntN(int(age) + 1)) {
			j.Channels, j.Seconds = append(j.Channels, int32(r.IntN(channels))), append(j.Seconds, age)
		}
		out[i] = j
	}
	return out
}

func forRandom(t *testing.T, check func(t *testing.T, r *rand.Rand, channels int, lot []model.Journey)) {
	t.Helper()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 7))
		channels := 1 + r.IntN(6)
		check(t, r, channels, journeys(r, channels))
	}
}

func TestEachModelDividesAllThereIs(t *testing.T) {
	t.Parallel()
	forRandom(t, func(t *testing.T, _ *rand.Rand, channels int, lot []model.Journey) {
		var orders, value float64
		for _, j := range lot {
			orders += j.Orders
			value += j.Value
		}
		for _, m := range model.Models {
			for order := 1; order <= 3; order++ {
				got := credit(t, channels, order, m, lot...)
				require.InDelta(t, orders, sum(got.Orders), 1e-9*(1+orders), m)
				require.InDelta(t, value, sum(got.Value), 1e-9*(1+value), m)
				require.GreaterOrEqual(t, slices.Min(got.Orders), -1e-12)
			}
		}
	})
}

func TestTheOrderOfJourneysChangesNothing(t *testing.T) {
	t.Parallel()
	forRandom(t, func(t *testing.T, r *rand.Rand, channels int, lot []model.Journey) {
		shuffled := slices.Clone(lot)
		r.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
		for _, m := range model.Models {
			near(t, credit(t, channels, 2, m, lot...).Orders, credit(t, channels, 2, m, shuffled...).Orders)
		}
	})
}

func TestNamesOfChannelsChangeNothing(t *testing.T) {
	t.Parallel()
	forRandom(t, func(t *testing.T, r *rand.Rand, channels int, lot []model.Journey) {
		other := r.Perm(channels)
		renamed := make([]model.Journey, len(lot))
		for i, j := range lot {
			renamed[i] = j
			renamed[i].Channels = make([]int32, len(j.Channels))
			for k, c := range j.Channels {
				renamed[i].Channels[k] = int32(other[c])
			}
		}
		for _, m := range model.Models {
			was, is := credit(t, channels, 2, m, lot...), credit(t, channels, 2, m, renamed...)
			for c := range channels {
				require.InDelta(t, was.Orders[c], is.Orders[other[c]], 1e-9, m)
			}
		}
	})
}

func TestAChannelOfNoJourneyGetsNothing(t *testing.T) {
	t.Parallel()
	forRandom(t, func(t *testing.T, _ *rand.Rand, channels int, lot []model.Journey) {
		for _, m := range model.Models {
			got := credit(t, channels+1, 1, m, lot...)
			require.Zero(t, got.Orders[channels], m)
			near(t, credit(t, channels, 1, m, lot...).Orders, got.Orders[:channels])
		}
	})
}

// Rules give what the engine of decisions gives, up to its parts per million.
func TestRulesDivideAsDecisionsDo(t *testing.T) {
	t.Parallel()
	forRandom(t, func(t *testing.T, _ *rand.Rand, channels int, lot []model.Journey) {
		for _, j := range lot {
			j.Orders = 1
			for _, m := range attribution.Models {
				got := credit(t, channels, 1, model.Model(m), j)
				want := decided(j, m)
				for c := range channels {
					require.InDelta(t, float64(want[fmt.Sprint(c)])/float64(money.One), got.Orders[c], 1e-5, "%s of %+v", m, j)
				}
			}
		}
	})
}

// decided is what a decision about clicks of a journey gives to each channel.
func decided(j model.Journey, m attribution.Model) map[string]money.PPM {
	placed := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
	begin := placed.Add(-400 * 24 * time.Hour)
	in := attribution.Input{Order: attribution.Order{PlacedAt: placed}, Policy: attribution.DefaultPolicy(), Partnerships: map[string]attribution.Partnership{},
		Programs: map[string]attribution.Program{"p": {WindowDays: 30, AllowedKinds: attribution.Kinds, History: []attribution.ProgramPeriod{{From: begin, Status: attribution.ProgramActive}}}}}
	in.Policy.Model = m
	for i, c := range j.Channels {
		who := fmt.Sprint(c)
		in.Partnerships[who] = attribution.Partnership{History: []attribution.PartnershipPeriod{{From: begin, Status: attribution.PartnershipActive}}}
		in.Touches = append(in.Touches, attribution.Touch{ID: fmt.Sprintf("%03d", i), Kind: attribution.Click, PartnershipID: who, CreatorID: who, ProgramID: "p",
			At: placed.Add(-time.Duration(j.Seconds[i]) * time.Second)})
	}
	out := map[string]money.PPM{}
	for _, c := range attribution.Decide(in).Credits {
		out[c.PartnershipID] += c.PPM
	}
	return out
}

func sum(list []float64) (s float64) {
	for _, x := range list {
		s += x
	}
	return s
}
