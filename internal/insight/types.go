package insight

import (
	"time"
	"tributary/internal/creator"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Figures is figures of a time, a group, or an object. Money is in one currency.
type Figures struct {
	Clicks           int                // clicks that were counted.
	UniqueClicks     int                // visitors among them, once a day and link.
	Orders           float64            // credited orders; shared orders count by their parts.
	NewCustomers     float64            // credited orders of new customers.
	Revenue          money.Money        // credited net revenue before refunds.
	Refunds          money.Money        // refunds of credited revenue.
	Commission       money.Money        // commission after reversals.
	Conversion       *money.BasisPoints // orders for each counted click, in basis points; null without clicks.
	EarningsPerClick *money.Money       // commission for each counted click; null without clicks.
	AverageOrder     *money.Money       // net revenue for each credited order; null without orders.
	CommissionRate   *money.BasisPoints // commission as a part of net revenue after refunds, in basis points; null without revenue.
}

// Performance is performance over a range of days.
type Performance struct {
	From     clock.Date // first day.
	To       clock.Date // last day.
	Total    Figures    // figures of the whole range.
	Previous Figures    // figures of the equally long range before.
	Rows     []Row      // groups: days in their order without gaps, others by revenue. At most 801.
	AsOf     time.Time  // when this was read.
}

// Row is one group of performance.
type Row struct {
	Key       string            // key of the group: a day, an id, or a platform.
	Label     string            // name of the group for a person.
	Date      *clock.Date       // the day, when grouped by day.
	Platform  *creator.Platform // the platform, when grouped by platform.
	CreatorID id.ID             // the creator, when grouped by creator.
	LinkID    id.ID             // the link, when grouped by link.
	Figures   Figures           // figures of the group.
}
