package partnership

import (
	"context"
	"time"

	"tributary/ent/gen"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// RetireNotice is how long links still earn after a brand has ended a partnership.
const RetireNotice = 30 * 24 * time.Hour

// StatusInput is what setPartnershipStatus takes.
type StatusInput struct {
	PartnershipID id.ID
	Status        Status     // PAUSED, ACTIVE or RETIRING
	PauseKind     *PauseKind // when pausing
	Reason        string     // what the creator reads
}

// SetStatus pauses, resumes or retires a partnership for the brand; the creator is told by letter. Faults: UNAUTHENTICATED,
// FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT, INVALID at a field; WRONG_STATE for a move that the table does not have, or
// when only the creator can mend what is missing; CONFLICT when somebody moved it meanwhile.
func (s *Service) SetStatus(ctx context.Context, in StatusInput) (Partnership, error) {
	row, err := s.one(ctx, in.PartnershipID)
	if err != nil {
		return Partnership{}, err
	}
	if err := access.Noun(access.Brand(viewer.From(ctx), access.WriteCreators, row.BrandID), "partnership"); err != nil {
		return Partnership{}, err
	}
	if err := in.check(); err != nil {
		return Partnership{}, err
	}
	now := s.clock.Now()
	var out *gen.Partnership
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		p, err := s.programs.OneTx(ctx, tx, row.ProgramID)
		if err != nil {
			return err
		}
		next := step{to: in.Status, pause: in.PauseKind, reason: in.Reason}
		if in.Status == StatusActive {
			if err := s.mayResume(ctx, tx, row); err != nil {
				return err
			}
		}
		if out, err = s.move(ctx, tx, now, row, next); err != nil {
			return err
		}
		return s.tell(ctx, tx, now, row.CreatorID, letterOfStatus(p, in.Status, in.Reason))
	})
	if err != nil {
		return Partnership{}, err
	}
	return fromRow(out), nil
}

func (in *StatusInput) check() error {
	var wrong fault.List
	field.OneOf(&wrong, "status", in.Status, StatusPaused, StatusActive, StatusRetiring)
	if in.PauseKind != nil {
		field.OneOf(&wrong, "pauseKind", *in.PauseKind, PauseBrand, PauseCompliance, PauseTerms, PauseFraud)
	}
	switch {
	case in.Status == StatusPaused && in.PauseKind == nil:
		wrong.Add(fault.At("pauseKind", "REQUIRED", "Say why it is paused."))
	case in.Status != StatusPaused && in.PauseKind != nil:
		wrong.Add(fault.At("pauseKind", "INVALID", "Only a pause has a kind."))
	}
	in.Reason = field.Body(&wrong, "reason", in.Reason, 1, reasonMax)
	return wrong.Err()
}

// mayResume refuses what only the creator can mend: terms that are not accepted.
func (s *Service) mayResume(ctx context.Context, tx database.Tx, row *gen.Partnership) error {
	if Status(row.Status) == StatusAwaitingTerms {
		return fault.New(fault.Conflict, "WRONG_STATE", "The creator has to accept the terms first.")
	}
	if !pausedForTerms(row) {
		return nil
	}
	version, err := s.programs.TermsInForceTx(ctx, tx, row.ProgramID)
	if err != nil {
		return err
	}
	if row.AcceptedTermsVersion < version {
		return fault.New(fault.Conflict, "WRONG_STATE", "The creator has to accept version %d of the terms first.", version)
	}
	return nil
}
