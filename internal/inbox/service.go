// Package inbox keeps every signed body that is received: its signature is checked, it is stored once, and only then answered. It is
// handled afterwards, many together where they are alike (Taker), else by a job of its own; a person can have it done again.
package inbox

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/job"
)

// Integration is what has to be known of a sender.
type Integration struct {
	ID, Brand uuid.UUID
	Kind      string // SHOPIFY, WOOCOMMERCE, …
	Store     string
	Secrets   [][]byte // what it signs with; two while one is rotated
	Active    bool
}

// ErrNoIntegration is what Config.Open answers for an integration that does not exist.
var ErrNoIntegration = fault.Missing("integration")

// Config is what the service needs. All but DeliveredTx, Handlers, Checks and Log are required.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
	Queue *job.Queue
	// Open gives an integration with its secret; NOT_FOUND for one that does not exist.
	Open func(ctx context.Context, integration uuid.UUID) (Integration, error)
	// DeliveredTx, when set, is told that a sender was heard of, also by repeated bodies, in the transaction that stores them; of a sender
	// that is heard of all the time, once a second.
	DeliveredTx func(ctx context.Context, tx database.Tx, integration uuid.UUID, at time.Time) error
	// Handlers make the job that handles a stored body, by the body's source. Bodies of a source without one are handled by
	// HandleArgs, as those of shops are.
	Handlers map[string]func(Delivery) (job.Args, error)
	// Checks refuse, by the source, what can never become an order, so that its sender is told at once. Their faults are shown.
	Checks map[string]func(topic string, body []byte) error
	Log    *slog.Logger
}

// Service is the domain's operations.
type Service struct {
	Config
	gate    gate
	heard   heard
	filled  chan struct{} // holds one token while there may be something to take
	senders senders
}

// New makes the service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c, heard: heard{}, senders: senders{known: map[uuid.UUID]opened{}}, filled: make(chan struct{}, 1)}
}
