package partnership

import (
	"context"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/program"
)

// Config is what the service needs; every field is required but CodesMovedTx.
type Config struct {
	DB       *database.DB
	Clock    clock.Clock
	Queue    *job.Queue
	Programs *program.Service
	// BaseURL is the portal's public address without a slash at the end, for links in letters.
	BaseURL string
	// CodesMovedTx hears, in the same transaction, of each move with which the codes of a partnership begin or stop to count.
	CodesMovedTx func(ctx context.Context, tx database.Tx, partnership uuid.UUID) error
}

// Service is the operations on applications and partnerships.
type Service struct {
	db       *database.DB
	clock    clock.Clock
	queue    *job.Queue
	programs *program.Service
	baseURL  string

	codesMovedTx func(ctx context.Context, tx database.Tx, partnership uuid.UUID) error
}

// New makes the service.
func New(c Config) *Service {
	return &Service{db: c.DB, clock: c.Clock, queue: c.Queue, programs: c.Programs, baseURL: c.BaseURL, codesMovedTx: c.CodesMovedTx}
}
