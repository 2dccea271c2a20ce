package fraud

// SameNetworkOrders is how many orders by a partnership's links from one network on one day are held, this one included. The hash of a
// network changes each day, so it is one network of one day by itself. Offices, households and phones share a network; so many buyers of
// one creator on one day hardly do.
const SameNetworkOrders = 5

// SameNetwork looks at how many orders came earlier by the same partnership's links from the network of an order.
func SameNetwork(before int) (Evidence, bool) {
	if before+1 < SameNetworkOrders {
		return Evidence{}, false
	}
	return passed(EvidenceOrdersOfNetwork, SignalSameNetwork, before+1, SameNetworkOrders), true
}
