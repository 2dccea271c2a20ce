package insight

import "math"

// z95 is the quantile of the standard normal distribution that leaves 2.5% on each side.
const z95 = 1.959963984540054

// Bounds below which a lift says little.
const (
	liftOrdersMin   = 10 // orders after posts, and in the baseline
	liftBaselineMin = 14 // days of the baseline
)

// Lift is how many more orders came in the days after posts than the days without would let one expect, with a 95% interval.
type Lift struct {
	Posts          int     // posts that the days follow.
	AfterDays      int     // days after posts.
	BaselineDays   int     // days without, before and between them.
	AfterOrders    int     // orders in the days after posts.
	BaselineOrders int     // orders in the days without.
	Expected       float64 // orders that the baseline lets one expect in the days after posts.
	Orders         float64 // orders beyond that; below zero when there were fewer.
	Low, High      float64 // 95% interval of Orders.
	Warning        *string // why it says little, in words; null when it says something.
}

// liftOf compares the rates of two Poisson counts: x orders in a days after posts, y in b days without.
//
//	expected = y · a ÷ b,   lift = x − expected
//
// The interval joins exact limits of both counts (MOVER: Zou and Donner, Statistics in Medicine 27, 2008; for differences of Poisson
// rates Li, Tang and Wong, Computational Statistics 29, 2014). The limits of a count are Byar's closed form of Garwood's exact ones
// (Breslow and Day, Statistical Methods in Cancer Research II, 1987, page 69). It holds for orders that come one by one and by chance;
// a sale, a holiday or another creator's post in the same days moves it as well.
func liftOf(posts, a, x, b, y int) Lift {
	l := Lift{Posts: posts, AfterDays: a, BaselineDays: b, AfterOrders: x, BaselineOrders: y}
	if a > 0 && b > 0 {
		k := float64(a) / float64(b)
		xl, xh := poissonLimits(x)
		yl, yh := poissonLimits(y)
		l.Expected = float64(y) * k
		l.Orders = float64(x) - l.Expected
		l.Low = l.Orders - math.Hypot(float64(x)-xl, k*(yh-float64(y)))
		l.High = l.Orders + math.Hypot(xh-float64(x), k*(float64(y)-yl))
	}
	warning := ""
	switch {
	case a == 0:
		warning = "No post was published in these days or shortly before."
	case b < liftBaselineMin:
		warning = "There are too few days without a post to compare with."
	case x < liftOrdersMin || y < liftOrdersMin:
		warning = "There are too few orders: chance alone could make this difference."
	case l.Low <= 0 && l.High >= 0:
		warning = "The interval holds zero: there may be no lift at all."
	}
	if warning != "" {
		l.Warning = &warning
	}
	return l
}

// poissonLimits are the 95% limits of the mean of a Poisson count.
func poissonLimits(n int) (low, high float64) {
	if n > 0 {
		x := float64(n)
		low = x * math.Pow(1-1/(9*x)-z95/(3*math.Sqrt(x)), 3)
	}
	y := float64(n + 1)
	return max(low, 0), y * math.Pow(1-1/(9*y)+z95/(3*math.Sqrt(y)), 3)
}
