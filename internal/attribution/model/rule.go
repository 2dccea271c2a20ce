package model

import "math"

// addRule gives the credit of a journey under a rule, as package attribution divides it among the touches of one order.
func (t *Tally) addRule(r *tallied, j Journey) {
	last := len(j.Channels) - 1
	give := func(i int, part float64) {
		r.Orders[j.Channels[i]] += j.Orders * part
		r.Value[j.Channels[i]] += j.Value * part
	}
	switch r.model {
	case LastTouch:
		give(last, 1)
	case FirstTouch:
		give(0, 1)
	case PositionBased:
		if last >= 2 {
			give(0, positionEnd)
			give(last, positionEnd)
			for i := 1; i < last; i++ {
				give(i, positionMiddle/float64(last-1))
			}
			return
		}
		fallthrough
	case Linear:
		for i := range j.Channels {
			give(i, 1/float64(last+1))
		}
	case TimeDecay:
		t.weights = t.weights[:0]
		sum := 0.0
		for _, s := range j.Seconds {
			// Only the ratio of the ages counts, so the latest touch is the measure.
			w := math.Exp2(-float64(s-j.Seconds[last]) / t.halfLife)
			t.weights = append(t.weights, w)
			sum += w
		}
		for i, w := range t.weights {
			give(i, w/sum)
		}
	}
}

// The parts of POSITION_BASED: each end's, and all of the middle together.
const (
	positionEnd    = 0.4
	positionMiddle = 0.2
)
