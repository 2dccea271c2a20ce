package payout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payoutrun"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
)

// Bounds of the sweep.
const (
	sweepEvery   = 20 * time.Second
	sweepMax     = 1_000 // payouts taken up, and runs looked at, by one sweep
	reservedLate = time.Minute
	alarmAfter   = time.Hour // a payout in flight longer than this is an alarm
)

// SweepJob takes up what stands still.
type SweepJob struct{}

// Kind names the job in the queue.
func (SweepJob) Kind() string { return "payout_sweep" }

// Register adds the jobs of payouts to the workers of this process.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, s.DoTransfer)
	job.Add(w, s.DoEvent)
	job.Add(w, s.DoFunding)
	job.Add(w, func(ctx context.Context, _ SweepJob) error { return s.Sweep(ctx) })
	job.Every(w, sweepEvery, SweepJob{})
}

// Sweep takes up everything that stands still: approvals that lapsed, payouts whose worker died or that wait for the provider,
// and runs with nothing left to do. It is safe to run at any time and in several processes at once.
func (s *Service) Sweep(ctx context.Context) error {
	return errors.Join(s.lapse(ctx), s.takeUp(ctx), s.completeAll(ctx), s.alarm(ctx))
}

// lapse takes approvals back that are older than 72 hours.
func (s *Service) lapse(ctx context.Context) error {
	late, err := s.DB.Ent.PayoutRun.Query().Where(payoutrun.Status(string(RunApproved)), payoutrun.ApprovedAtLT(s.now().Add(-approvalHolds))).
		Limit(sweepMax).IDs(ctx)
	if err != nil {
		return fmt.Errorf("lapsed approvals: %w", err)
	}
	for _, u := range late {
		_, err := s.changeRun(ctx, u, func(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time) error {
			if RunStatus(r.Status) != RunApproved || r.ApprovedAt == nil || now.Sub(*r.ApprovedAt) <= approvalHolds {
				return nil
			}
			if err := moveAllTx(ctx, tx, r.ID, StatusApproved, StatusPrepared, now); err != nil {
				return err
			}
			if err := moveRunTx(ctx, tx, r, RunPrepared, now, func(u *gen.PayoutRunUpdate) { u.ClearApprovedBy().ClearApprovedAt() }); err != nil {
				return err
			}
			return deedTx(ctx, tx, r, now, "PAYOUT_RUN_APPROVAL_LAPSED", nil)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// takeUp enqueues the payouts that stand still. Those that wait for the platform's balance are taken up only as far as it
// reaches, the smallest first.
func (s *Service) takeUp(ctx context.Context) error {
	now := s.now()
	var jobs []TransferJob
	err := each(ctx, s.DB.SQL, func(scan func(...any) error) error {
		var j TransferJob
		err := scan(&j.Payout)
		jobs = append(jobs, j)
		return err
	}, `SELECT p.id FROM payout p JOIN payout_run r ON r.id = p.run_id
WHERE p.status = 'RESERVED' AND p.updated_at < $1 AND r.status = 'SENDING'
   OR p.status = 'SENDING' AND p.updated_at < $2
   OR p.status = 'UNKNOWN' AND p.updated_at < $3
   OR p.status = 'WAITING' AND p.failure_code <> $4 AND p.updated_at < $3 AND r.status = 'SENDING'
ORDER BY p.updated_at LIMIT $5`, now.Add(-reservedLate), now.Add(-lease), now.Add(-pauseLater), codeBalanceShort, sweepMax)
	if err != nil {
		return fmt.Errorf("payouts that stand still: %w", err)
	}
	waiting, err := s.coveredAgain(ctx)
	if err != nil {
		// The provider does not answer: the rest is taken up all the same.
		s.Log.WarnContext(ctx, "the balance at the provider could not be read", "error", err)
	}
	jobs = append(jobs, waiting...)
	if len(jobs) == 0 {
		return nil
	}
	return s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return job.EnqueueAllTx(ctx, s.Queue, tx, jobs, job.Once())
	})
}

// coveredAgain lists the payouts that wait for the platform's balance and that it covers now.
func (s *Service) coveredAgain(ctx context.Context) ([]TransferJob, error) {
	type wait struct {
		payout   uuid.UUID
		minor    int64
		currency money.Currency
	}
	var all []wait
	err := each(ctx, s.DB.SQL, func(scan func(...any) error) error {
		var w wait
		err := scan(&w.payout, &w.minor, &w.currency)
		all = append(all, w)
		return err
	}, `SELECT p.id, p.amount_minor, p.currency FROM payout p JOIN payout_run r ON r.id = p.run_id
WHERE p.status = 'WAITING' AND p.failure_code = $1 AND r.status = 'SENDING' AND p.updated_at < $2 ORDER BY p.amount_minor, p.id LIMIT $3`,
		codeBalanceShort, s.now().Add(-pauseLimited), sweepMax)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	call, cancel := context.WithTimeout(ctx, providerCall)
	defer cancel()
	b, err := s.Provider.Balance(call)
	if err != nil {
		return nil, err
	}
	var jobs []TransferJob
	for _, w := range all {
		if b.Available[w.currency] >= w.minor {
			b.Available[w.currency] -= w.minor
			jobs = append(jobs, TransferJob{Payout: w.payout})
		}
	}
	return jobs, nil
}

// enqueueOpenTx enqueues everything of a run that is not finished.
func (s *Service) enqueueOpenTx(ctx context.Context, tx database.Tx, run uuid.UUID) error {
	var jobs []TransferJob
	err := each(ctx, tx.SQL, func(scan func(...any) error) error {
		var j TransferJob
		err := scan(&j.Payout)
		jobs = append(jobs, j)
		return err
	}, `SELECT id FROM payout WHERE run_id = $1 AND status IN ('RESERVED', 'SENDING', 'UNKNOWN', 'WAITING') ORDER BY id`, run)
	if err != nil {
		return fmt.Errorf("open payouts: %w", err)
	}
	return job.EnqueueAllTx(ctx, s.Queue, tx, jobs, job.Once())
}

// completeAll ends the runs that a process left with nothing to do.
func (s *Service) completeAll(ctx context.Context) error {
	runs, err := s.DB.Ent.PayoutRun.Query().Where(payoutrun.Status(string(RunSending))).Limit(sweepMax).IDs(ctx)
	if err != nil {
		return fmt.Errorf("runs being sent: %w", err)
	}
	for _, r := range runs {
		if err := s.complete(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// alarm says what has been in flight for too long.
func (s *Service) alarm(ctx context.Context) error {
	var n int
	var oldest *time.Time
	if err := s.DB.SQL.QueryRowContext(ctx, `SELECT count(*), min(coalesce(called_at, updated_at)) FROM payout
WHERE status IN ('RESERVED', 'SENDING', 'UNKNOWN') AND coalesce(called_at, updated_at) < $1`, s.now().Add(-alarmAfter)).Scan(&n, &oldest); err != nil {
		return fmt.Errorf("payouts in flight: %w", err)
	}
	if n > 0 {
		s.Log.ErrorContext(ctx, "payouts have been in flight for more than an hour", "count", n, "oldest", oldest)
	}
	return nil
}
