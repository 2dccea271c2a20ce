package model

// addShapley gives the Shapley value of a journey. The worth of a set of channels is what the journeys brought that needed no channel
// outside of it, v(S) = Σ R(T) over T ⊆ S, where R(T) is what came over exactly the channels T. For that game the sum over all orders in
// which channels may join comes to φ(c) = Σ R(T) ÷ |T| over the T with c in them: each channel of a journey gets the same part of it.
// (Shapley 1953; Zhao, Mahboobi and Bagheri 2018, "Shapley value methods for attribution modeling in online advertising".) So the exact
// value costs no more than a rule.
func (t *Tally) addShapley(j Journey) {
	t.journey++
	if t.journey == 0 { // the number has come round
		clear(t.seen)
		t.journey = 1
	}
	different := 0
	for _, c := range j.Channels {
		if t.seen[c] != t.journey {
			t.seen[c] = t.journey
			different++
		}
	}
	orders, value := j.Orders/float64(different), j.Value/float64(different)
	for _, c := range j.Channels {
		if t.seen[c] == t.journey {
			t.seen[c] = t.journey - 1
			t.shapley.Orders[c] += orders
			t.shapley.Value[c] += value
		}
	}
}
