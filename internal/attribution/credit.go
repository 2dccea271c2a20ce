package attribution

import (
	"math/big"
	"math/bits"
	"time"

	"tributary/internal/kit/money"
)

// shares divides one million parts among touches that stand in the order of
// the model, by largest remainder with ties to the earlier touch.
func shares(policy Policy, moments []time.Time) []money.PPM {
	parts, err := money.SplitInteger(int64(money.One), weights(policy, moments))
	if err != nil {
		// Each model gives at least one touch a weight, and weights stay below
		// 2^41, so the sum fits for millions of touches.
		panic("attribution: weights of touches cannot be split: " + err.Error())
	}
	list := make([]money.PPM, len(parts))
	for i, part := range parts {
		list[i] = money.PPM(part)
	}
	return list
}

// weights gives each touch its weight under the policy's model.
func weights(policy Policy, moments []time.Time) []int64 {
	list := make([]int64, len(moments))
	last := len(list) - 1
	for i := range list {
		switch {
		case policy.model() == PositionBased && len(list) > 2:
			// 40/20/40: the ends weigh twice as much as all of the middle together.
			list[i] = 1
			if i == 0 || i == last {
				list[i] = 2 * int64(len(list)-2)
			}
		case policy.model() == TimeDecay:
			// Only the ratio of the ages counts, so the latest touch is the measure.
			list[i] = decay(moments[last].Sub(moments[i]), policy.halfLife())
		default:
			list[i] = 1
		}
	}
	return list
}

const (
	// decayBits is the precision of a TIME_DECAY weight: the latest touch weighs 2^40.
	decayBits = 40
	// rootBits is the precision of the roots of one half.
	rootBits = 62
)

// roots holds 2^(-1/2), 2^(-1/4), 2^(-1/8) and so on, each in units of 2^-62.
// They are found with integers, so that every machine weighs alike.
var roots = buildRoots()

func buildRoots() [decayBits]uint64 {
	var table [decayBits]uint64
	value := new(big.Int).Lsh(big.NewInt(1), rootBits-1)
	for i := range table {
		value = new(big.Int).Sqrt(new(big.Int).Lsh(value, rootBits))
		table[i] = value.Uint64()
	}
	return table
}

// decay is 2^40 × 2^(-age ÷ halfLife), rounded down, and 0 from 41 half-lives on.
func decay(age, halfLife time.Duration) int64 {
	whole := uint64(age / halfLife)
	if whole > decayBits {
		return 0
	}
	// The part of a half-life that is left, as a binary fraction.
	fraction, _ := bits.Div64(uint64(age%halfLife), 0, uint64(halfLife))
	weight := uint64(1) << rootBits
	for i, root := range roots {
		if fraction&(1<<(63-i)) != 0 {
			high, low := bits.Mul64(weight, root)
			weight = high<<(64-rootBits) | low>>rootBits
		}
	}
	return int64(weight >> (rootBits - decayBits) >> whole)
}
