package model_test

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/attribution/model"
)

// walk follows the chain of a lot of journeys step by step, with the chances of all states at once, until next to nothing is under way,
// and gives what arrives: orders and value for each journey begun. Journeys end where they would touch the channel without.
func walk(lot []model.Journey, order int, without int32) (orders, value float64) {
	type exits struct{ out, orders, value float64 }
	steps, leave := map[string]map[string]float64{}, map[string]*exits{}
	channelOf := map[string]int32{}
	at := func(s string) *exits {
		if leave[s] == nil {
			leave[s], steps[s] = &exits{}, map[string]float64{}
		}
		return leave[s]
	}
	for _, j := range lot {
		weight, here := j.Orders+j.Lost, "start"
		for i, c := range j.Channels {
			next := fmt.Sprint(j.Channels[max(0, i+1-order) : i+1])
			at(here).out += weight
			steps[here][next] += weight
			channelOf[next], here = c, next
		}
		at(here).out += weight
		leave[here].orders += j.Orders
		leave[here].value += j.Value
	}
	now := map[string]float64{"start": 1}
	for left := 1.0; left > 1e-13; {
		next := map[string]float64{}
		left = 0
		for s, p := range now {
			if e := leave[s]; e.out > 0 {
				orders += p * e.orders / e.out
				value += p * e.value / e.out
				for to, times := range steps[s] {
					if channelOf[to] != without {
						next[to] += p * times / e.out
						left += p * times / e.out
					}
				}
			}
		}
		now = next
	}
	return orders, value
}

func TestMarkovIsWhatAWalkThroughTheChainComesTo(t *testing.T) {
	t.Parallel()
	forRandom(t, func(t *testing.T, _ *rand.Rand, channels int, lot []model.Journey) {
		var allOrders, allValue float64
		for _, j := range lot {
			allOrders += j.Orders
			allValue += j.Value
		}
		for order := 1; order <= 4; order++ {
			orders, value := walk(lot, order, -2)
			lostOrders, lostValue := make([]float64, channels), make([]float64, channels)
			for c := range channels {
				o, v := walk(lot, order, int32(c))
				lostOrders[c], lostValue[c] = orders-o, value-v
			}
			got := credit(t, channels, order, model.Markov, lot...)
			for c := range channels {
				if s := sum(lostOrders); s > 0 {
					require.InDelta(t, lostOrders[c]/s, got.Orders[c]/allOrders, 1e-9)
				}
				if s := sum(lostValue); s > 0 {
					require.InDelta(t, lostValue[c]/s, got.Value[c]/allValue, 1e-9)
				}
			}
		}
	})
}

// The definition of the Shapley value: a sum over all sets of the other channels.
func TestShapleyIsItsDefinition(t *testing.T) {
	t.Parallel()
	forRandom(t, func(t *testing.T, _ *rand.Rand, channels int, lot []model.Journey) {
		brought := make([]float64, 1<<channels)
		for _, j := range lot {
			set := 0
			for _, c := range j.Channels {
				set |= 1 << c
			}
			brought[set] += j.Orders
		}
		worth := make([]float64, len(brought))
		for s := range worth {
			for part, r := range brought {
				if part&^s == 0 {
					worth[s] += r
				}
			}
		}
		got := credit(t, channels, 1, model.Shapley, lot...)
		for c := range channels {
			want := 0.0
			for s := range worth {
				if s&(1<<c) == 0 {
					size := bits.OnesCount(uint(s))
					want += math.Gamma(float64(size+1)) * math.Gamma(float64(channels-size)) / math.Gamma(float64(channels+1)) * (worth[s|1<<c] - worth[s])
				}
			}
			require.InDelta(t, want, got.Orders[c], 1e-9*(1+want))
		}
	})
}

// The same for a chain of many channels.
func TestMarkovOfManyChannels(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	const channels = 120
	lot := make([]model.Journey, 3000)
	for i := range lot {
		lot[i] = path(float64(r.IntN(2)), 1)
		for range 1 + r.IntN(4) {
			lot[i].Channels = append(lot[i].Channels, int32(r.IntN(channels)))
		}
	}
	got := credit(t, channels, 1, model.Markov, lot...)
	all, _ := walk(lot, 1, -2)
	lost, orders := make([]float64, channels), 0.0
	for _, j := range lot {
		orders += j.Orders
	}
	for c := range channels {
		left, _ := walk(lot, 1, int32(c))
		lost[c] = all - left
	}
	for c := range channels {
		require.InDelta(t, lost[c]/sum(lost), got.Orders[c]/orders, 1e-9)
	}
}

func TestAChainWithTooManyStatesIsRefused(t *testing.T) {
	t.Parallel()
	tally, err := model.NewTally(100, model.Options{Models: []model.Model{model.Markov}, Order: 2})
	require.NoError(t, err)
	for i := range int32(model.StatesMax + 1) {
		tally.Add(model.Journey{Channels: []int32{i % 100, i / 100}, Seconds: []int32{1, 0}, Orders: 1})
	}
	_, err = tally.Credit(model.Markov)
	require.ErrorIs(t, err, model.ErrTooManyStates)
	for _, o := range []model.Options{{Order: model.OrderMax + 1}, {Order: -1}, {Models: []model.Model{"BEST"}}} {
		_, err := model.NewTally(1, o)
		require.Error(t, err)
	}
	_, err = model.NewTally(model.ChannelsMax+1, model.Options{})
	require.Error(t, err)
}
