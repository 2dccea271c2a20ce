package payout

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payout"
	"tributary/ent/gen/payoutrun"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
)

// runMoves is the whole table of what a run may become.
var runMoves = map[RunStatus][]RunStatus{
	RunPrepared:              {RunApproved, RunCancelled, RunRejected},
	RunApproved:              {RunSending, RunPrepared, RunCancelled, RunRejected},
	RunSending:               {RunPaused, RunCompleted, RunCompletedWithFailures},
	RunPaused:                {RunSending},
	RunCompletedWithFailures: {RunSending},
}

// moves is the whole table of what a payout may become.
var moves = map[Status][]Status{
	StatusPrepared:       {StatusApproved, StatusCancelled},
	StatusApproved:       {StatusReserved, StatusSkipped, StatusPrepared, StatusCancelled},
	StatusReserved:       {StatusSending, StatusExported},
	StatusSending:        {StatusPaid, StatusFailed, StatusUnknown, StatusWaiting},
	StatusWaiting:        {StatusSending, StatusFailed},
	StatusUnknown:        {StatusPaid, StatusSending, StatusFailed},
	StatusExported:       {StatusPaid, StatusFailed},
	StatusFailed:         {StatusReserved, StatusClosed},
	StatusPaid:           {StatusPartlyReversed, StatusReversed},
	StatusPartlyReversed: {StatusReversed},
}

// inFlight are the states of a payout whose money is set aside and whose outcome is open.
var inFlight = []Status{StatusReserved, StatusSending, StatusUnknown, StatusWaiting, StatusExported}

// moveRunTx moves a run that the caller has locked, and raises its version. It refuses what the table does not list.
func moveRunTx(ctx context.Context, tx database.Tx, r *gen.PayoutRun, to RunStatus, at time.Time, change func(*gen.PayoutRunUpdate)) error {
	from := RunStatus(r.Status)
	if !slices.Contains(runMoves[from], to) {
		return fault.State("payout run", string(from), string(to))
	}
	u := tx.Ent.PayoutRun.Update().Where(payoutrun.ID(r.ID), payoutrun.Status(r.Status), payoutrun.Version(r.Version)).
		SetStatus(string(to)).SetVersion(r.Version + 1).SetUpdatedAt(at)
	if change != nil {
		change(u)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("move run: %w", err)
	}
	if n != 1 {
		return errVersion()
	}
	r.Status, r.Version, r.UpdatedAt = string(to), r.Version+1, at
	return nil
}

// moveTx moves a payout that the caller has locked. It refuses what the table does not list.
func moveTx(ctx context.Context, tx database.Tx, p *gen.Payout, to Status, at time.Time, change func(*gen.PayoutUpdate)) error {
	from := Status(p.Status)
	if !slices.Contains(moves[from], to) {
		return fault.State("payout", string(from), string(to))
	}
	u := tx.Ent.Payout.Update().Where(payout.ID(p.ID), payout.Status(p.Status)).SetStatus(string(to)).SetUpdatedAt(at)
	if change != nil {
		change(u)
	}
	n, err := u.Save(ctx)
	if err != nil {
		return fmt.Errorf("move payout: %w", err)
	}
	if n != 1 {
		return fault.State("payout", "being changed by somebody else", string(to))
	}
	p.Status, p.UpdatedAt = string(to), at
	return nil
}

// moveAllTx moves every payout of a run from one state to another, in one statement.
func moveAllTx(ctx context.Context, tx database.Tx, run uuid.UUID, from, to Status, at time.Time) error {
	if !slices.Contains(moves[from], to) {
		return fault.State("payout", string(from), string(to))
	}
	if _, err := tx.Ent.Payout.Update().Where(payout.RunID(run), payout.Status(string(from))).
		SetStatus(string(to)).SetUpdatedAt(at).Save(ctx); err != nil {
		return fmt.Errorf("move payouts: %w", err)
	}
	return nil
}

// freeLinesTx gives the items of a run's payouts in some state back.
func freeLinesTx(ctx context.Context, tx database.Tx, run uuid.UUID, state Status) error {
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE payout_line l SET live = false FROM payout p
WHERE p.run_id = $1 AND p.status = $2 AND l.payout_id = p.id AND l.live`, run, state); err != nil {
		return fmt.Errorf("free payout lines: %w", err)
	}
	return nil
}

func errVersion() error {
	return fault.New(fault.Conflict, "CONFLICT", "Somebody changed this run in the meantime. Look at it again.")
}
