// Package insight reads the figures that the package rollup keeps: performance by range and group, totals of partnerships and
// links, and the journeys to orders, by which models of attribution are compared. What is not folded yet is read together with what is, in one statement, so figures are right at once.
package insight

import (
	"fmt"
	"math"
	"math/big"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// Config is what the service needs; all of it.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
}

// Service is the domain's operations.
type Service struct {
	Config
	comparing chan struct{} // has room for as many comparisons as are computed at a time
}

// New makes the service.
func New(c Config) *Service { return &Service{c, make(chan struct{}, comparisonsMax)} }

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

// columns are the summed columns of every rollup table, totals their sums, 0 where there is nothing, both in the order of sums.
const (
	columns = `clicks, unique_clicks, orders_ppm, new_customers_ppm, revenue_minor, refunds_minor, commission_minor`
	totals  = `coalesce(sum(clicks), 0)::bigint, coalesce(sum(unique_clicks), 0)::bigint, coalesce(sum(orders_ppm), 0)::bigint, coalesce(sum(new_customers_ppm), 0)::bigint,
		coalesce(sum(revenue_minor), 0)::bigint, coalesce(sum(refunds_minor), 0)::bigint, coalesce(sum(commission_minor), 0)::bigint`
)

// sums are added-up columns.
type sums struct {
	clicks, unique, ordersPPM, newCustomersPPM, revenue, refunds, commission int64
}

func (s *sums) into() []any {
	return []any{&s.clicks, &s.unique, &s.ordersPPM, &s.newCustomersPPM, &s.revenue, &s.refunds, &s.commission}
}

// figures derives the ratios. Each is rounded once, half away from zero.
func (s sums) figures(c money.Currency) (Figures, error) {
	f := Figures{
		Clicks: int(s.clicks), UniqueClicks: int(s.unique), Orders: float64(s.ordersPPM) / float64(money.One),
		NewCustomers: float64(s.newCustomersPPM) / float64(money.One),
		Revenue:      money.New(s.revenue, c), Refunds: money.New(s.refunds, c), Commission: money.New(s.commission, c),
	}
	if s.clicks > 0 {
		f.Conversion = basisPoints(ratio(s.ordersPPM, int64(money.OneHundredPercent), s.clicks, int64(money.One)))
		each, err := exact(ratio(s.commission, 1, s.clicks, 1), c)
		if err != nil {
			return f, err
		}
		f.EarningsPerClick = &each
	}
	if s.ordersPPM > 0 {
		each, err := exact(ratio(s.revenue, int64(money.One), s.ordersPPM, 1), c)
		if err != nil {
			return f, err
		}
		f.AverageOrder = &each
	}
	if kept := s.revenue - s.refunds; kept > 0 {
		f.CommissionRate = basisPoints(ratio(s.commission, int64(money.OneHundredPercent), kept, 1))
	}
	return f, nil
}

// ratio is a×b ÷ (c×d), rounded half away from zero; c and d are above zero.
func ratio(a, b, c, d int64) *big.Int {
	over := new(big.Int).Mul(big.NewInt(c), big.NewInt(d))
	twice := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	twice.Lsh(twice, 1)
	if twice.Sign() < 0 {
		twice.Sub(twice, over)
	} else {
		twice.Add(twice, over)
	}
	return twice.Quo(twice, over.Lsh(over, 1))
}

// basisPoints keeps a rate inside of what a client reads; a rate beyond is as good as the largest.
func basisPoints(x *big.Int) *money.BasisPoints {
	bp := money.BasisPoints(math.MaxInt32)
	if x.IsInt64() && x.Int64() < math.MaxInt32 {
		bp = money.BasisPoints(max(x.Int64(), math.MinInt32))
	}
	return &bp
}

func exact(x *big.Int, c money.Currency) (money.Money, error) {
	if !x.IsInt64() {
		return money.Money{}, fmt.Errorf("figures: %w", money.ErrOverflow)
	}
	return money.New(x.Int64(), c), nil
}
