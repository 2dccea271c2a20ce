package partnership

import (
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/program"
)

// Config is what the service needs; every field is required.
type Config struct {
	DB       *database.DB
	Clock    clock.Clock
	Queue    *job.Queue
	Programs *program.Service
	// BaseURL is the portal's public address without a slash at the end, for links in letters.
	BaseURL string
}

// Service is the operations on applications and partnerships.
type Service struct {
	db       *database.DB
	clock    clock.Clock
	queue    *job.Queue
	programs *program.Service
	baseURL  string
}

// New makes the service.
func New(c Config) *Service {
	return &Service{db: c.DB, clock: c.Clock, queue: c.Queue, programs: c.Programs, baseURL: c.BaseURL}
}
