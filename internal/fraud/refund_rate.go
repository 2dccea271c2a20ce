package fraud

// Bounds of a refund rate that is far over the program's.
const (
	// RefundOrders is how many orders of a partnership within RefundDays it takes to say anything.
	RefundOrders = 20
	// RefundDays is how many days are looked at: long enough for goods to come back.
	RefundDays = 60
	// RefundPercent is the share of its revenue that was given back, from which on it is looked at.
	RefundPercent = 20
	// RefundTimes is how many times the share of the program's others it is then.
	RefundTimes = 3
)

// Returns is what a partnership sold over RefundDays and what of it came back, in minor units of one currency, beside the program's others.
type Returns struct {
	Orders                       int
	Revenue, Refunds             int64
	OthersRevenue, OthersRefunds int64
}

// RefundRate tells whether far more came back than of the program's others. Without others there is nothing to compare.
func RefundRate(r Returns) (Evidence, bool) {
	if r.Orders < RefundOrders || r.Revenue <= 0 || r.OthersRevenue <= 0 {
		return Evidence{}, false
	}
	share := float64(r.Refunds) / float64(r.Revenue)
	others := float64(r.OthersRefunds) / float64(r.OthersRevenue)
	if share*100 < RefundPercent || share < RefundTimes*others {
		return Evidence{}, false
	}
	seen, usual, orders := int(share*100+0.5), int(others*100+0.5), r.Orders
	return Evidence{Kind: EvidenceRefunds, Signal: SignalRefundRate, Seen: &seen, Limit: &usual, Of: &orders}, true
}
