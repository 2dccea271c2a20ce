// Package fraud keeps commissions back until a person has decided. Signals only ever flag: no order is dropped and nothing is
// taken back without somebody's word, which the creator reads.
package fraud

import (
	"tributary/internal/commission"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
)

// Config is what the service needs. Every field is required.
type Config struct {
	DB          *database.DB
	Clock       clock.Clock
	Queue       *job.Queue
	Commissions *commission.Service
}

// Service owns the holds.
type Service struct {
	db          *database.DB
	clock       clock.Clock
	queue       *job.Queue
	commissions *commission.Service
	networks    creatorNetworks
}

// New makes the service.
func New(c Config) *Service {
	return &Service{db: c.DB, clock: c.Clock, queue: c.Queue, commissions: c.Commissions}
}

// RejectedArgs describes the job that looks again at who earns an order after a person has found fraud: the next touch may win.
type RejectedArgs struct {
	OrderID string `json:"order_id" river:"unique"`
}

// Kind names the job in the queue.
func (RejectedArgs) Kind() string { return "hold_rejected" }
