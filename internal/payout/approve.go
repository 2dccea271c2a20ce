package payout

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payout"
	"tributary/ent/gen/payoutrun"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
)

// ConfirmInput is what a person who approves or sends has seen, and their second factor.
type ConfirmInput struct {
	Run             id.ID
	ExpectedVersion int
	ExpectedTotal   money.Money
	TOTPCode        string
}

// run finds a run for somebody who may do an action with it. A run of another brand reads NOT_FOUND.
func (s *Service) run(ctx context.Context, x id.ID, a access.Action) (*gen.PayoutRun, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.PayoutRun, "payout run")
	if err != nil {
		return nil, err
	}
	r, err := s.DB.Ent.PayoutRun.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "payout run")
	}
	return r, access.Noun(access.Brand(viewer.From(ctx), a, r.BrandID), "payout run")
}

// lockRunTx reads a run and keeps others from changing it until the transaction ends.
func lockRunTx(ctx context.Context, tx database.Tx, run uuid.UUID) (*gen.PayoutRun, error) {
	r, err := tx.Ent.PayoutRun.Query().Where(payoutrun.ID(run)).ForUpdate().Only(ctx)
	return r, database.OnMissing(err, "payout run")
}

// seen refuses when the run is not what the person saw.
func seen(r *gen.PayoutRun, version int, expected *money.Money) error {
	if r.Version != version {
		return errVersion()
	}
	if expected != nil && *expected != money.New(r.TotalMinor, money.Currency(r.Currency)) {
		return fault.At("expectedTotal", "CONFLICT", "The total of this run is %s.", money.New(r.TotalMinor, money.Currency(r.Currency)))
	}
	return nil
}

// notOwn refuses a person who would be paid by the run.
func (s *Service) notOwn(ctx context.Context, run uuid.UUID) error {
	own := viewer.From(ctx).CreatorID
	if own == uuid.Nil {
		return nil
	}
	found, err := s.DB.Ent.Payout.Query().Where(payout.RunID(run), payout.CreatorID(own)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("own payout: %w", err)
	}
	if found {
		return errOwnEarnings()
	}
	return nil
}

// checkApprover refuses a person whose approval would not be a second pair of eyes.
func (s *Service) checkApprover(ctx context.Context, r *gen.PayoutRun) error {
	v := viewer.From(ctx)
	if v.UserID == r.PreparedBy {
		return fault.New(fault.Conflict, "SAME_PERSON", "Who prepares a run cannot approve it. Ask a second person.")
	}
	m, _ := v.In(r.BrandID)
	young, granted := s.now().Sub(m.GrantedAt) < roleAgeOfChange, m.GrantedBy == r.PreparedBy
	if !young && !granted {
		return nil
	}
	if demo, err := s.demoInSandbox(ctx, v.UserID); demo || err != nil {
		return err
	}
	if granted {
		return fault.New(fault.Conflict, "ROLE_GRANTED_BY_PREPARER", "Who prepared this run gave you your role, so somebody else has to approve it.")
	}
	return fault.New(fault.Conflict, "ROLE_TOO_NEW", "Your role is younger than 24 hours. You can approve from %s on.",
		m.GrantedAt.Add(roleAgeOfChange).Format("2 January 15:04 MST"))
}

// demoInSandbox reports a person of the demo where no real money moves.
func (s *Service) demoInSandbox(ctx context.Context, user uuid.UUID) (bool, error) {
	if s.Ledger.Mode() != ledger.ModeSandbox {
		return false, nil
	}
	var demo bool
	if err := s.DB.SQL.QueryRowContext(ctx, `SELECT demo FROM "user" WHERE id = $1`, user).Scan(&demo); err != nil {
		return false, fmt.Errorf("demo user: %w", err)
	}
	return demo, nil
}

// Approve approves a prepared run; a second person does it, who sees the total. The approval lapses after 72 hours. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, WRONG_STATE, ALREADY_APPROVED, CONFLICT (version, expectedTotal), SAME_PERSON,
// ROLE_TOO_NEW, ROLE_GRANTED_BY_PREPARER, OWN_EARNINGS, and those of the second factor.
func (s *Service) Approve(ctx context.Context, in ConfirmInput) (Run, error) {
	r, err := s.run(ctx, in.Run, access.ApprovePayouts)
	if err != nil {
		return Run{}, err
	}
	person, err := access.User(viewer.From(ctx))
	if err != nil {
		return Run{}, err
	}
	check := func(r *gen.PayoutRun) error {
		if RunStatus(r.Status) == RunApproved {
			return fault.New(fault.Conflict, "ALREADY_APPROVED", "Somebody else has approved this run already.")
		}
		if RunStatus(r.Status) != RunPrepared {
			return fault.State("payout run", r.Status, string(RunApproved))
		}
		return seen(r, in.ExpectedVersion, &in.ExpectedTotal)
	}
	if err := check(r); err != nil {
		return Run{}, err
	}
	if err := s.checkApprover(ctx, r); err != nil {
		return Run{}, err
	}
	if err := s.notOwn(ctx, r.ID); err != nil {
		return Run{}, err
	}
	if err := s.ConfirmMoney(ctx, person, in.TOTPCode); err != nil {
		return Run{}, err
	}
	return s.changeRun(ctx, r.ID, func(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time) error {
		if err := check(r); err != nil {
			return err
		}
		if err := moveRunTx(ctx, tx, r, RunApproved, now, func(u *gen.PayoutRunUpdate) { u.SetApprovedBy(person).SetApprovedAt(now) }); err != nil {
			return err
		}
		if err := moveAllTx(ctx, tx, r.ID, StatusPrepared, StatusApproved, now); err != nil {
			return err
		}
		return deedTx(ctx, tx, r, now, "PAYOUT_RUN_APPROVED", nil)
	})
}

// changeRun locks a run, changes it in one transaction, tells the others, and gives it as it is afterwards.
func (s *Service) changeRun(ctx context.Context, run uuid.UUID, change func(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time) error) (Run, error) {
	var after *gen.PayoutRun
	err := s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		r, err := lockRunTx(ctx, tx, run)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, r, s.now()); err != nil {
			return err
		}
		after, err = tx.Ent.PayoutRun.Get(ctx, run)
		return err
	})
	if err != nil {
		return Run{}, err
	}
	s.changed(after.BrandID, after.ID)
	return runOf(after), nil
}

func deedTx(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time, action string, detail map[string]any) error {
	if detail == nil {
		detail = map[string]any{}
	}
	detail["number"], detail["total"] = r.Number, money.New(r.TotalMinor, money.Currency(r.Currency)).String()
	return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: action, ObjectKind: "PAYOUT_RUN", ObjectID: r.ID, BrandID: r.BrandID, Detail: detail})
}

// RejectInput says no to a run.
type RejectInput struct {
	Run             id.ID
	ExpectedVersion int
	Reason          string
}

// Reject says no to a run that is prepared or approved; its items are free for the next one. Faults: UNAUTHENTICATED,
// NOT_FOUND, FORBIDDEN, REQUIRED, TOO_LONG and BAD_FORMAT (reason), WRONG_STATE, CONFLICT, OWN_EARNINGS.
func (s *Service) Reject(ctx context.Context, in RejectInput) (Run, error) {
	r, err := s.run(ctx, in.Run, access.ApprovePayouts)
	if err != nil {
		return Run{}, err
	}
	var l fault.List
	reason := field.Body(&l, "reason", in.Reason, 1, reasonMax)
	if err := l.Err(); err != nil {
		return Run{}, err
	}
	if err := s.notOwn(ctx, r.ID); err != nil {
		return Run{}, err
	}
	return s.endRun(ctx, r.ID, in.ExpectedVersion, RunRejected, &reason)
}

// MoveInput names a run and the version that the person saw.
type MoveInput struct {
	Run             id.ID
	ExpectedVersion int
}

// Cancel calls off a run that was not sent; its items are free for the next one. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN,
// WRONG_STATE, CONFLICT.
func (s *Service) Cancel(ctx context.Context, in MoveInput) (Run, error) {
	r, err := s.run(ctx, in.Run, access.PreparePayouts)
	if err != nil {
		return Run{}, err
	}
	return s.endRun(ctx, r.ID, in.ExpectedVersion, RunCancelled, nil)
}

// endRun ends a run before anything was sent.
func (s *Service) endRun(ctx context.Context, run uuid.UUID, version int, to RunStatus, reason *string) (Run, error) {
	return s.changeRun(ctx, run, func(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time) error {
		if from := RunStatus(r.Status); from != RunPrepared && from != RunApproved {
			return fault.State("payout run", r.Status, string(to))
		}
		if err := seen(r, version, nil); err != nil {
			return err
		}
		payouts := StatusPrepared
		if RunStatus(r.Status) == RunApproved {
			payouts = StatusApproved
		}
		if err := lockItemsTx(ctx, tx, r.BrandID, money.Currency(r.Currency)); err != nil {
			return err
		}
		if err := freeLinesTx(ctx, tx, r.ID, payouts); err != nil {
			return err
		}
		if err := moveAllTx(ctx, tx, r.ID, payouts, StatusCancelled, now); err != nil {
			return err
		}
		if err := moveRunTx(ctx, tx, r, to, now, func(u *gen.PayoutRunUpdate) { u.SetNillableReason(reason) }); err != nil {
			return err
		}
		var detail map[string]any
		if reason != nil {
			detail = map[string]any{"reason": *reason}
		}
		return deedTx(ctx, tx, r, now, "PAYOUT_RUN_"+string(to), detail)
	})
}

// Pause stops the sending of what was not sent yet. Transfers that are with the provider are followed to their end. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, WRONG_STATE, CONFLICT.
func (s *Service) Pause(ctx context.Context, in MoveInput) (Run, error) {
	r, err := s.run(ctx, in.Run, access.SendPayouts)
	if err != nil {
		return Run{}, err
	}
	return s.changeRun(ctx, r.ID, func(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time) error {
		if RunStatus(r.Status) != RunSending {
			return fault.State("payout run", r.Status, string(RunPaused))
		}
		if err := seen(r, in.ExpectedVersion, nil); err != nil {
			return err
		}
		if err := moveRunTx(ctx, tx, r, RunPaused, now, func(u *gen.PayoutRunUpdate) { u.SetPausedAt(now) }); err != nil {
			return err
		}
		return deedTx(ctx, tx, r, now, "PAYOUT_RUN_PAUSED", nil)
	})
}

// Resume goes on with a paused run. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, WRONG_STATE, CONFLICT.
func (s *Service) Resume(ctx context.Context, in MoveInput) (Run, error) {
	r, err := s.run(ctx, in.Run, access.SendPayouts)
	if err != nil {
		return Run{}, err
	}
	run, err := s.changeRun(ctx, r.ID, func(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time) error {
		if RunStatus(r.Status) != RunPaused {
			return fault.State("payout run", r.Status, string(RunSending))
		}
		if err := seen(r, in.ExpectedVersion, nil); err != nil {
			return err
		}
		if err := moveRunTx(ctx, tx, r, RunSending, now, func(u *gen.PayoutRunUpdate) { u.ClearPausedAt() }); err != nil {
			return err
		}
		if err := s.enqueueOpenTx(ctx, tx, r.ID); err != nil {
			return err
		}
		return deedTx(ctx, tx, r, now, "PAYOUT_RUN_RESUMED", nil)
	})
	if err != nil {
		return Run{}, err
	}
	if err := s.complete(ctx, r.ID); err != nil {
		return Run{}, err
	}
	return s.RunByID(ctx, run.ID)
}
