package model

import (
	"encoding/binary"
	"fmt"
)

// chain is a Markov chain of journeys. A state is the last touches of a journey, as many as the chain's order, fewer at its beginning;
// a journey walks from the start through such states until it ends with an order or without one. (Anderl, Becker, von Wangenheim and
// Schumann 2016, "Mapping the customer journey: lessons learned from graph-based online attribution modeling".)
type chain struct {
	channels, order int
	states          []state          // the first is the start
	byTouches       map[string]int32 // the state of each run of touches; unused at order 1, where the state follows from the channel
	edges           map[int64]*edge  // by state and channel; unused at order 1
	direct          []float64        // at order 1: how often each channel followed each state
	key             []byte
}

// state is where a journey may stand.
type state struct {
	channel      int32   // the last touch; -1 at the start
	touches      []int32 // the touches that make the state
	out          float64 // how many journeys went on or ended here
	orders, lost float64 // how many ended here with an order, and without one
	value        float64 // of those orders
}

// edge is a step between states.
type edge struct {
	to    int32
	times float64
}

func newChain(channels, order int) *chain {
	c := &chain{channels: channels, order: order, states: []state{{channel: -1}}}
	if order == 1 {
		c.states = make([]state, channels+1)
		for i := range c.states {
			c.states[i].channel = int32(i) - 1
		}
		c.direct = make([]float64, (channels+1)*channels)
		return c
	}
	c.byTouches, c.edges = map[string]int32{"": 0}, map[int64]*edge{}
	return c
}

// add walks a journey through the chain.
func (c *chain) add(j Journey) {
	weight := j.Orders + j.Lost
	at := int32(0)
	for _, channel := range j.Channels {
		c.states[at].out += weight
		if c.order == 1 {
			c.direct[int(at)*c.channels+int(channel)] += weight
			at = channel + 1
			continue
		}
		e := c.edge(at, channel)
		e.times += weight
		at = e.to
	}
	s := &c.states[at]
	s.out += weight
	s.orders += j.Orders
	s.lost += j.Lost
	s.value += j.Value
}

// edge finds or makes the step that a touch makes from a state.
func (c *chain) edge(from, channel int32) *edge {
	key := int64(from)<<32 | int64(channel)
	if e, known := c.edges[key]; known {
		return e
	}
	touches := c.states[from].touches
	if len(touches) == c.order {
		touches = touches[1:]
	}
	touches = append(append(make([]int32, 0, c.order), touches...), channel)
	c.key = c.key[:0]
	for _, t := range touches {
		c.key = binary.LittleEndian.AppendUint32(c.key, uint32(t))
	}
	to, known := c.byTouches[string(c.key)]
	if !known {
		to = int32(len(c.states))
		c.states = append(c.states, state{channel: channel, touches: touches})
		c.byTouches[string(c.key)] = to
	}
	e := &edge{to: to}
	c.edges[key] = e
	return e
}

// matrix gives the chance of each step between states, row by row, the start left out, and the chance of each first step.
func (c *chain) matrix() (steps, first []float64) {
	n := len(c.states) - 1
	steps, first = make([]float64, n*n), make([]float64, n)
	put := func(from, to int, times float64) {
		switch {
		case times == 0:
		case from == 0:
			first[to-1] = times / c.states[0].out
		default:
			steps[(from-1)*n+to-1] = times / c.states[from].out
		}
	}
	for i, times := range c.direct {
		put(i/c.channels, i%c.channels+1, times)
	}
	for key, e := range c.edges {
		put(int(key>>32), int(e.to), e.times)
	}
	return steps, first
}

// credit divides all orders, and all value, by the removal effects of the channels.
func (c *chain) credit() (Credit, error) {
	orders, value, err := c.removal()
	if err != nil {
		return Credit{}, err
	}
	var allOrders, allValue float64
	for _, s := range c.states {
		allOrders += s.orders
		allValue += s.value
	}
	return Credit{Orders: inProportion(allOrders, orders), Value: inProportion(allValue, value)}, nil
}

// removal gives the removal effect of each channel: which part of the orders, and of their value, would be lost if every journey ended
// where it would touch the channel. With N = (I − Q)⁻¹, where Q holds the steps between states, a journey is expected to stand N[s,k]
// times on k. Of the states A that end with the channel, h = N[s,A] · N[A,A]⁻¹ is the chance that a state of A is the first of them to be
// reached, and (N·r)[A], with r the chance to end with an order, is the chance that an order comes from there on. What is lost is the
// product of both. One inversion serves all channels, and nothing is simulated.
func (c *chain) removal() (orders, value []float64, err error) {
	n := len(c.states) - 1
	if n > StatesMax {
		return nil, nil, fmt.Errorf("%w: %d, at most %d", ErrTooManyStates, n, StatesMax)
	}
	steps, first := c.matrix()
	visits := steps // becomes N in place
	for i := range visits {
		visits[i] = -visits[i]
	}
	for i := range n {
		visits[i*n+i]++
	}
	invert(visits, n)

	ends, worth := make([]float64, n), make([]float64, n)
	of := make([][]int, c.channels)
	for i, s := range c.states[1:] {
		if s.out > 0 {
			ends[i], worth[i] = s.orders/s.out, s.value/s.out
			of[s.channel] = append(of[s.channel], i)
		}
	}
	fromOrders, fromValue := times(visits, ends), times(visits, worth)
	reached := timesRow(first, visits)
	allOrders, allValue := dot(first, fromOrders), dot(first, fromValue)
	orders, value = make([]float64, c.channels), make([]float64, c.channels)
	for channel, states := range of {
		hit := firstHits(visits, n, reached, states)
		for i, s := range states {
			if allOrders > 0 {
				orders[channel] += hit[i] * fromOrders[s] / allOrders
			}
			if allValue != 0 {
				value[channel] += hit[i] * fromValue[s] / allValue
			}
		}
	}
	return orders, value, nil
}

// firstHits solves h · N[A,A] = reached[A].
func firstHits(visits []float64, n int, reached []float64, states []int) []float64 {
	k := len(states)
	if k == 1 {
		return []float64{reached[states[0]] / visits[states[0]*n+states[0]]}
	}
	block, right := make([]float64, k*k), make([]float64, k)
	for i, a := range states {
		right[i] = reached[a]
		for l, b := range states {
			block[i*k+l] = visits[a*n+b]
		}
	}
	invert(block, k)
	return timesRow(right, block)
}

// inProportion divides a whole by weights; nothing when all weights are zero.
func inProportion(whole float64, weights []float64) []float64 {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	out := make([]float64, len(weights))
	if sum == 0 {
		return out
	}
	for i, w := range weights {
		out[i] = whole * (w / sum)
	}
	return out
}
