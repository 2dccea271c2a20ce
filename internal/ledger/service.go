// Package ledger keeps the books: accounts, postings and balances, one complete book a brand and one of the operator. It
// knows no creator, no commission and no payment provider; others tell it what to post and why. A balance is always the sum
// of its entries, entries are never changed, and each cause posts at most once.
package ledger

import (
	"log/slog"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
)

// Config is what the ledger needs. Every field but Log is required.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
	// Mode of the deployment; the first posting stamps the database with it.
	Mode Mode
	// Log hears of a cause that was posted again with other amounts, which is a defect. Defaults to no log.
	Log *slog.Logger
}

// Service posts and reads the books.
type Service struct {
	db    *database.DB
	clock clock.Clock
	mode  Mode
	log   *slog.Logger
}

// New makes the service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{db: c.DB, clock: c.Clock, mode: c.Mode, log: c.Log}
}
