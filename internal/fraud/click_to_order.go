package fraud

import "time"

// ClickToOrderMin is the least time that a shopper takes from the first click on a creator's link to the order: the shop's page has
// to open, something has to go into the cart and to be paid. Software that puts its own click before somebody else's sale at the
// checkout takes less.
const ClickToOrderMin = 10 * time.Second

// ClickToOrder looks at the times of a partnership's clicks before an order. It speaks up when all of them came less than
// ClickToOrderMin before the order: whoever clicked before that may well have clicked once more at the end. Clicks that seem to have
// come after the order say nothing, because clocks differ.
func ClickToOrder(placedAt time.Time, clicks []time.Time) (Evidence, bool) {
	longest := time.Duration(-1)
	for _, at := range clicks {
		longest = max(longest, placedAt.Sub(at))
	}
	if longest < 0 || longest >= ClickToOrderMin {
		return Evidence{}, false
	}
	return passed(EvidenceFastOrder, SignalClickToOrderTime, int(longest/time.Second), int(ClickToOrderMin/time.Second)), true
}
