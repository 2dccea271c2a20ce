// Package commission turns the credit of a sale into what a creator earns. It locks terms to a sale, posts the difference
// between what a commission should be and what the books hold for it, waits for the return period, and keeps how each amount
// was reckoned. The rules themselves are pure and stand in the package rule.
package commission

import (
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/ledger"
)

// Config is what the service needs. Every field is required.
type Config struct {
	DB     *database.DB
	Clock  clock.Clock
	Ledger *ledger.Service
}

// Service owns the commissions.
type Service struct {
	db     *database.DB
	clock  clock.Clock
	ledger *ledger.Service
}

// New makes the service.
func New(c Config) *Service { return &Service{db: c.DB, clock: c.Clock, ledger: c.Ledger} }
