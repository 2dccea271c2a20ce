package program

import (
	"context"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entprogram "tributary/ent/gen/program"
	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// Config is what the service needs; every field is required but CodesMovedTx.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
	// CodesMovedTx hears, in the same transaction, of each move of a program, with which its codes may begin or stop to count.
	CodesMovedTx func(ctx context.Context, tx database.Tx, program uuid.UUID) error
}

// Service is the operations on programs.
type Service struct {
	db           *database.DB
	clock        clock.Clock
	codesMovedTx func(ctx context.Context, tx database.Tx, program uuid.UUID) error
}

// New makes the service.
func New(c Config) *Service {
	return &Service{db: c.DB, clock: c.Clock, codesMovedTx: c.CodesMovedTx}
}

// mine reads a program for a change by a member. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) mine(ctx context.Context, x id.ID, a access.Action) (*gen.Program, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Program, "program")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Program.Query().Where(entprogram.ID(u)).Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "program")
	}
	if err := access.Noun(access.Brand(v, a, row.BrandID), "program"); err != nil {
		return nil, err
	}
	return row, nil
}

// personal refuses apps: their scope reaches drafts only, publishing is for people.
func personal(v viewer.Viewer) error {
	if v.Kind != viewer.App {
		return nil
	}
	_, err := access.User(v)
	return err
}

func errClosed() error {
	return fault.New(fault.Conflict, "WRONG_STATE", "This program is closed, so it cannot be changed.")
}

// actor is the person who acts, nil for apps and the program itself.
func actor(v viewer.Viewer) *uuid.UUID {
	if v.Kind != viewer.User {
		return nil
	}
	return &v.UserID
}
