// Package sale is the one transaction of an order event: the order's new state, the touches that may have led to it, the stored
// decision about who earns its credit, the commissions and their postings, the figures and the log. It also says afterwards who
// earned an order and why.
package sale

import (
	"log/slog"

	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/inbox"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/ratelimit"
	"tributary/internal/order"
	"tributary/internal/partnership"
	"tributary/internal/program"
	"tributary/internal/tracking"
)

// Config is what the service needs. Every field but Clicks, BaseURL and Log is required.
type Config struct {
	DB           *database.DB
	Clock        clock.Clock
	Queue        *job.Queue
	Orders       *order.Service
	Programs     *program.Service
	Partnerships *partnership.Service
	Commissions  *commission.Service
	Holds        *fraud.Service
	Inbox        *inbox.Service
	// BaseURL is the public URL without a slash at the end, for the addresses in letters.
	BaseURL string
	// Clicks are asked for those that an order names and that are still on their way; nil for services that record no orders.
	Clicks *tracking.Clicks
	// Log hears of suggestions and deliveries that wait. Defaults to no log.
	Log *slog.Logger
}

// Service records sales and explains them.
type Service struct {
	db           *database.DB
	clock        clock.Clock
	queue        *job.Queue
	orders       *order.Service
	programs     *program.Service
	partnerships *partnership.Service
	commissions  *commission.Service
	holds        *fraud.Service
	inbox        *inbox.Service
	clicks       *tracking.Clicks
	log          *slog.Logger
	baseURL      string
	disputes     *ratelimit.Limiter // by creator
}

// New makes the service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{db: c.DB, clock: c.Clock, queue: c.Queue, orders: c.Orders, programs: c.Programs, partnerships: c.Partnerships,
		commissions: c.Commissions, holds: c.Holds, inbox: c.Inbox, clicks: c.Clicks, log: c.Log, baseURL: c.BaseURL,
		disputes: ratelimit.New(ratelimit.Config{Clock: c.Clock, Burst: disputesAtOnce, Every: disputeEvery})}
}
