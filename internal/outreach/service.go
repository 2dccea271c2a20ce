package outreach

import (
	"context"

	"tributary/ent/gen"
	entprospect "tributary/ent/gen/prospect"
	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
	"tributary/internal/program"
)

// Config is what the service needs; every field is required.
type Config struct {
	DB       *database.DB
	Clock    clock.Clock
	Programs *program.Service
}

// Service is the operations of outreach.
type Service struct {
	db       *database.DB
	clock    clock.Clock
	programs *program.Service
}

// New makes the service.
func New(c Config) *Service { return &Service{db: c.DB, clock: c.Clock, programs: c.Programs} }

// Register adds the jobs of this package.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, a partnership.JoinedArgs) error {
		_, err := s.Joined(ctx, a.PartnershipID)
		return err
	})
}

// mine reads a prospect for a member. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) mine(ctx context.Context, x id.ID, a access.Action) (*gen.Prospect, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Prospect, "prospect")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Prospect.Query().Where(entprospect.ID(u)).Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "prospect")
	}
	if err := access.Noun(access.Brand(v, a, row.BrandID), "prospect"); err != nil {
		return nil, err
	}
	return row, nil
}
