package partnership

import (
	"context"

	"tributary/ent/gen"
	entpartnership "tributary/ent/gen/partnership"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/program"
)

// AcceptTermsInput is what acceptTerms takes.
type AcceptTermsInput struct {
	PartnershipID      id.ID
	Version            int  // the version that the creator has read
	DisclosureAccepted bool // the creator will mark advertising as the rules of their country ask
}

// AcceptTerms accepts the terms in force for the signed-in creator. A partnership that waited for it, or was paused for it, becomes
// active. Accepting again changes nothing. Faults: UNAUTHENTICATED, NOT_FOUND; REQUIRED at disclosureAccepted; CONFLICT at version
// when another version is in force; WRONG_STATE when the partnership is over or the program closed.
func (s *Service) AcceptTerms(ctx context.Context, in AcceptTermsInput) (Partnership, error) {
	row, err := s.one(ctx, in.PartnershipID)
	if err != nil {
		return Partnership{}, err
	}
	if err := ownCreator(viewer.From(ctx), row.CreatorID, "partnership"); err != nil {
		return Partnership{}, err
	}
	if !in.DisclosureAccepted {
		return Partnership{}, fault.At("disclosureAccepted", "REQUIRED", "Advertising has to be marked; accept to do so.")
	}
	now := s.clock.Now()
	var out *gen.Partnership
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		p, err := s.programs.OneTx(ctx, tx, row.ProgramID)
		if err != nil {
			return err
		}
		if p.Status == program.StatusClosed {
			return fault.New(fault.Conflict, "WRONG_STATE", "The program is closed.")
		}
		version, err := s.programs.TermsInForceTx(ctx, tx, row.ProgramID)
		if err != nil {
			return err
		}
		if version != in.Version {
			return fault.At("version", "CONFLICT", "Version %d of the terms is in force. Read it first.", version)
		}
		if row, err = tx.Ent.Partnership.Query().Where(entpartnership.ID(row.ID)).ForUpdate().Only(ctx); err != nil {
			return err
		}
		accept := func(u *gen.PartnershipUpdate) {
			u.SetAcceptedTermsVersion(version).SetTermsAcceptedAt(now)
			if row.ActivatedAt == nil {
				u.SetActivatedAt(now)
			}
		}
		out = row
		switch status := Status(row.Status); {
		case status == StatusAwaitingTerms, pausedForTerms(row):
			out, err = s.move(ctx, tx, now, row, step{to: StatusActive, also: accept})
		case status == StatusActive, status == StatusPaused, status == StatusRetiring:
			if row.AcceptedTermsVersion == version {
				return nil
			}
			err = tx.Ent.Partnership.UpdateOneID(row.ID).SetAcceptedTermsVersion(version).SetTermsAcceptedAt(now).Exec(ctx)
			if err == nil {
				out, err = tx.Ent.Partnership.Get(ctx, row.ID)
			}
		default:
			return fault.State("partnership", row.Status, string(StatusActive))
		}
		if err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "TERMS_ACCEPTED", ObjectKind: "PARTNERSHIP", ObjectID: row.ID,
			BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: map[string]any{"version": version}})
	})
	if err != nil {
		return Partnership{}, err
	}
	return fromRow(out), nil
}

func pausedForTerms(row *gen.Partnership) bool {
	return Status(row.Status) == StatusPaused && row.PauseKind != nil && PauseKind(*row.PauseKind) == PauseTerms
}

// one reads a partnership for a change by somebody who is signed in. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) one(ctx context.Context, x id.ID) (*gen.Partnership, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Partnership, "partnership")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.Partnership.Query().Where(entpartnership.ID(u)).Only(ctx)
	if err != nil {
		return nil, database.OnMissing(err, "partnership")
	}
	return row, nil
}
