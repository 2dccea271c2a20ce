package creator

import (
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
)

// Config is what the service needs; every field is required.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
}

// Service is the operations on creators.
type Service struct {
	db    *database.DB
	clock clock.Clock
}

// New makes the service.
func New(c Config) *Service { return &Service{db: c.DB, clock: c.Clock} }
