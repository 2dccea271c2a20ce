package partnership

import (
	"context"
	"time"

	"tributary/ent/gen"
	entpartnership "tributary/ent/gen/partnership"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/job"
)

const (
	// termsPatience is how long an approved creator may take to accept the terms.
	termsPatience = 60 * 24 * time.Hour
	// dueEvery is how often notices and patience are looked at.
	dueEvery = time.Hour
	// duePerRound bounds the partnerships of each sort that one round moves.
	duePerRound = 500
)

// DueArgs is the job that ends notices and expires partnerships whose creator never accepted the terms.
type DueArgs struct{}

// Kind names the job.
func (DueArgs) Kind() string { return "partnership_due" }

// Register adds the jobs of this package.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, _ DueArgs) error {
		_, err := s.MoveDue(ctx)
		return err
	})
	job.Every(w, dueEvery, DueArgs{})
}

// MoveDue retires partnerships whose notice is over and expires those that waited too long for terms, at most 500 of each, and
// gives how many it moved. It is for the program itself.
func (s *Service) MoveDue(ctx context.Context) (int, error) {
	now := s.clock.Now()
	over, err := s.db.Ent.Partnership.Query().Where(entpartnership.Status(string(StatusRetiring)), entpartnership.RetireAtLTE(now)).
		Order(entpartnership.ByRetireAt()).Limit(duePerRound).All(ctx)
	if err != nil {
		return 0, err
	}
	silent, err := s.db.Ent.Partnership.Query().
		Where(entpartnership.Status(string(StatusAwaitingTerms)), entpartnership.StatusSinceLTE(now.Add(-termsPatience))).
		Order(entpartnership.ByStatusSince()).Limit(duePerRound).All(ctx)
	if err != nil {
		return 0, err
	}
	moved := 0
	for _, group := range []struct {
		rows []*gen.Partnership
		next step
	}{
		{over, step{to: StatusRetired, reason: "The notice is over."}},
		{silent, step{to: StatusExpired, reason: "The terms were not accepted within 60 days."}},
	} {
		for _, row := range group.rows {
			err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
				_, err := s.move(ctx, tx, now, row, group.next)
				return err
			})
			if fault.Is(err, fault.Conflict) {
				continue // somebody moved it meanwhile
			}
			if err != nil {
				return moved, err
			}
			moved++
		}
	}
	return moved, nil
}
