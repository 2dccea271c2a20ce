package program

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	entoffer "tributary/ent/gen/offerversion"
	entprogram "tributary/ent/gen/program"
	entmove "tributary/ent/gen/programmove"
	entterms "tributary/ent/gen/termsversion"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// moves is the transition table: DRAFT → ACTIVE ⇄ PAUSED → CLOSED. What is not here is refused.
var moves = map[Status][]Status{
	StatusDraft:  {StatusActive},
	StatusActive: {StatusPaused},
	StatusPaused: {StatusActive, StatusClosed},
	StatusClosed: {},
}

// MayMove reports whether a program may go from one state to another.
func MayMove(from, to Status) bool { return slices.Contains(moves[from], to) }

// SetStatus moves a program. ACTIVE needs a published offer and published terms. Faults: UNAUTHENTICATED, FORBIDDEN (apps too),
// NOT_FOUND; WRONG_STATE for a move that the table does not have; REQUIRED at status when the offer or the terms are missing;
// CONFLICT when somebody moved it meanwhile.
func (s *Service) SetStatus(ctx context.Context, program id.ID, to Status) (Program, error) {
	row, err := s.mine(ctx, program, access.WritePrograms)
	if err != nil {
		return Program{}, err
	}
	if err := personal(viewer.From(ctx)); err != nil {
		return Program{}, err
	}
	from := Status(row.Status)
	if !MayMove(from, to) {
		return Program{}, fault.State("program", string(from), string(to))
	}
	now := s.clock.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if to == StatusActive {
			if err := ready(ctx, tx, row.ID); err != nil {
				return err
			}
		}
		n, err := tx.Ent.Program.Update().Where(entprogram.ID(row.ID), entprogram.Status(string(from))).SetStatus(string(to)).Save(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "CONFLICT", "Somebody changed this program meanwhile. Look again.")
		}
		if err := recordMove(ctx, tx, row.ID, to, now); err != nil {
			return err
		}
		if s.codesMovedTx != nil {
			if err := s.codesMovedTx(ctx, tx, row.ID); err != nil {
				return err
			}
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PROGRAM_STATUS_CHANGED", ObjectKind: "PROGRAM", ObjectID: row.ID,
			BrandID: row.BrandID, Detail: map[string]any{"from": from, "to": to}})
	})
	if err != nil {
		return Program{}, err
	}
	row.Status = string(to)
	return fromRow(row), nil
}

// ready asks for what creators need before they can join.
func ready(ctx context.Context, tx database.Tx, program uuid.UUID) error {
	var wrong fault.List
	offered, err := tx.Ent.OfferVersion.Query().Where(entoffer.ProgramID(program), entoffer.PartnershipIDIsNil()).Exist(ctx)
	if err != nil {
		return err
	}
	if !offered {
		wrong.Add(fault.At("status", "REQUIRED", "Publish an offer before the program becomes active."))
	}
	agreed, err := tx.Ent.TermsVersion.Query().Where(entterms.ProgramID(program)).Exist(ctx)
	if err != nil {
		return err
	}
	if !agreed {
		wrong.Add(fault.At("status", "REQUIRED", "Publish terms before the program becomes active."))
	}
	return wrong.Err()
}

// recordMove keeps a status and since when. Moves of one program never share a moment, so that their order is certain: one that
// would is put a microsecond after the last. The caller holds the program's row.
func recordMove(ctx context.Context, tx database.Tx, program uuid.UUID, to Status, at time.Time) error {
	last, err := tx.Ent.ProgramMove.Query().Where(entmove.ProgramID(program)).Order(entmove.ByMovedAt(newestFirst)).First(ctx)
	if err != nil && !database.IsMissing(err) {
		return err
	}
	if last != nil && !at.After(last.MovedAt) {
		at = last.MovedAt.Add(time.Microsecond)
	}
	return tx.Ent.ProgramMove.Create().SetID(id.NewUUID(at)).SetCreatedAt(at).SetProgramID(program).
		SetToStatus(string(to)).SetMovedAt(at).Exec(ctx)
}
