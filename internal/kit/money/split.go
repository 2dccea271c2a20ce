package money

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// Split divides an amount in proportion to weights so that the parts add up to
// exactly the amount: each part is first rounded towards zero, then the units
// that are left go to the largest remainders, ties to the earlier index. A
// weight of zero gets nothing. The parts of a negative amount are the negated
// parts of the positive one. It fails with ErrWeights when no weight is above
// zero or one is below, and with ErrOverflow when the weights add up to more
// than an int64 holds.
func Split(m Money, weights []int64) ([]Money, error) {
	parts, err := SplitInteger(m.Minor, weights)
	if err != nil {
		return nil, err
	}
	amounts := make([]Money, len(parts))
	for i, part := range parts {
		amounts[i] = Money{Minor: part, Currency: m.Currency}
	}
	return amounts, nil
}

// SplitInteger is Split for a bare count, such as parts per million.
func SplitInteger(whole int64, weights []int64) ([]int64, error) {
	var total uint64
	for _, weight := range weights {
		if weight < 0 {
			return nil, ErrWeights
		}
		// Neither term reaches 2^63, so the sum cannot wrap.
		if total += uint64(weight); total > math.MaxInt64 {
			return nil, ErrOverflow
		}
	}
	if total == 0 {
		return nil, ErrWeights
	}
	if whole == math.MinInt64 {
		return nil, ErrOverflow
	}

	parts := make([]int64, len(weights))
	remainders := make([]uint64, len(weights))
	left := magnitude(whole)
	for i, weight := range weights {
		// The high word is below the total because the weight is no larger than it.
		high, low := bits.Mul64(magnitude(whole), uint64(weight))
		quotient, remainder := bits.Div64(high, low, total)
		parts[i], remainders[i] = int64(quotient), remainder
		left -= quotient
	}
	for _, i := range byRemainder(remainders)[:left] {
		parts[i]++
	}
	if whole < 0 {
		for i := range parts {
			parts[i] = -parts[i]
		}
	}
	return parts, nil
}

// byRemainder lists the indexes by falling remainder, ties by rising index.
func byRemainder(remainders []uint64) []int {
	order := make([]int, len(remainders))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainders[b], remainders[a]) })
	return order
}
