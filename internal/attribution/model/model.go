// Package model computes, for insight beside what is paid, how models of attribution would divide orders among channels: the rules that
// a policy may pay by, the removal effect in a Markov chain of any order, and the Shapley value. It is pure and exact: the chain is
// solved as a linear system and the Shapley value by its formula, neither is simulated. A channel is whatever journeys are made of,
// usually a creator; journeys are added one by one and never kept, so that a million of them need no more room than their channels.
package model

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tributary/internal/attribution"
)

// Model is a way to divide orders among channels. Spelled alike in Go and GraphQL, and the rules like the credit models of a policy.
type Model string

// The values of Model.
const (
	LastTouch     Model = "LAST_TOUCH"     // All to the last touch.
	FirstTouch    Model = "FIRST_TOUCH"    // All to the first touch.
	Linear        Model = "LINEAR"         // The same to each touch.
	PositionBased Model = "POSITION_BASED" // 40% each to the first and the last touch, 20% to those between.
	TimeDecay     Model = "TIME_DECAY"     // Half as much for each half-life before the last touch.
	Markov        Model = "MARKOV"         // By how many orders would be lost without the channel, in a Markov chain of the journeys.
	Shapley       Model = "SHAPLEY"        // The Shapley value: the same part of a journey to each channel in it, however often.
)

// Models lists every model.
var Models = []Model{LastTouch, FirstTouch, Linear, PositionBased, TimeDecay, Markov, Shapley}

// Bounds.
const (
	// ChannelsMax bounds the channels of a tally.
	ChannelsMax = 1000
	// OrderMax bounds the order of a Markov chain.
	OrderMax = 4
	// DefaultHalfLife is the half-life of TIME_DECAY where none is named: the engine's own.
	DefaultHalfLife = attribution.DefaultHalfLife
	// StatesMax bounds the states of a chain that is solved. Only orders above 1 can have more than there are channels.
	StatesMax = 1500
)

// ErrTooManyStates is the answer for a chain of so high an order that its states are too many to be solved exactly.
var ErrTooManyStates = errors.New("model: the chain has too many states")

// Options choose what a tally computes.
type Options struct {
	// Models to compute; at least one.
	Models []Model
	// Order of the Markov chain: how many touches the next one depends on. 1 when left out.
	Order int
	// HalfLife of TIME_DECAY; DefaultHalfLife when left out.
	HalfLife time.Duration
}

// Journey is the touches that led to orders, or to none. Its slices are read before Add returns and not kept.
type Journey struct {
	// Channels of the touches, the earliest first, each from 0 on.
	Channels []int32
	// Seconds before the order of each touch. Only differences count.
	Seconds []int32
	// Orders that the journey led to. One, unless equal journeys are added together.
	Orders float64
	// Value of the orders together.
	Value float64
	// Lost is how often the same journey led to no order. Only MARKOV looks at it.
	Lost float64
}

// Credit is what each channel gets under a model: parts of all orders and of their value.
type Credit struct {
	Orders, Value []float64
}

// Tally adds journeys up.
type Tally struct {
	channels int
	halfLife float64 // in seconds
	rules    []*tallied
	shapley  *tallied
	chain    *chain
	seen     []int32 // by channel: the number of the journey that it was last seen in
	journey  int32
	orders   float64
	value    float64
	weights  []float64
}

// tallied is the credit that one model has given so far.
type tallied struct {
	model Model
	Credit
}

// NewTally makes a tally over so many channels, at most ChannelsMax.
func NewTally(channels int, o Options) (*Tally, error) {
	if channels < 1 || channels > ChannelsMax {
		return nil, fmt.Errorf("model: %d channels; 1 to %d can be compared", channels, ChannelsMax)
	}
	if o.Order == 0 {
		o.Order = 1
	}
	if o.Order < 1 || o.Order > OrderMax {
		return nil, fmt.Errorf("model: a chain of order %d; orders go from 1 to %d", o.Order, OrderMax)
	}
	if o.HalfLife <= 0 {
		o.HalfLife = DefaultHalfLife
	}
	t := &Tally{channels: channels, halfLife: o.HalfLife.Seconds(), seen: make([]int32, channels)}
	for i, m := range o.Models {
		if slices.Contains(o.Models[:i], m) {
			continue
		}
		switch m {
		case LastTouch, FirstTouch, Linear, PositionBased, TimeDecay:
			t.rules = append(t.rules, &tallied{m, newCredit(channels)})
		case Shapley:
			t.shapley = &tallied{m, newCredit(channels)}
		case Markov:
			t.chain = newChain(channels, o.Order)
		default:
			return nil, fmt.Errorf("model: no model is called %q", m)
		}
	}
	return t, nil
}

func newCredit(channels int) Credit {
	return Credit{Orders: make([]float64, channels), Value: make([]float64, channels)}
}

// Add counts a journey. One without touches counts nowhere.
func (t *Tally) Add(j Journey) {
	if len(j.Channels) == 0 {
		return
	}
	t.orders += j.Orders
	t.value += j.Value
	for _, r := range t.rules {
		t.addRule(r, j)
	}
	if t.shapley != nil {
		t.addShapley(j)
	}
	if t.chain != nil {
		t.chain.add(j)
	}
}

// Totals are all orders and their value so far. What a model gives to channels adds up to them.
func (t *Tally) Totals() (orders, value float64) { return t.orders, t.value }

// Credit gives the result of a model that the tally was made for. Error: ErrTooManyStates of MARKOV.
func (t *Tally) Credit(m Model) (Credit, error) {
	if m == Markov && t.chain != nil {
		return t.chain.credit()
	}
	if m == Shapley && t.shapley != nil {
		return t.shapley.Credit, nil
	}
	for _, r := range t.rules {
		if r.model == m {
			return r.Credit, nil
		}
	}
	return Credit{}, fmt.Errorf("model: the tally has not computed %q", m)
}
