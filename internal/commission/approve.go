package commission

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/ledger"
)

// Bounds of one approval job.
const (
	approveBatch   = 500 // commissions in one transaction
	approveBatches = 40  // transactions in one job; the next job goes on
)

// approveEvery is how often the approval job runs.
const approveEvery = time.Minute

// ApproveArgs describes the job that approves commissions whose return period is over.
type ApproveArgs struct{}

// Kind names the job in the queue.
func (ApproveArgs) Kind() string { return "approve_commissions" }

// Register adds the job of commissions to the workers of this process.
func (s *Service) Register(w *job.Workers) {
	job.Add(w, func(ctx context.Context, _ ApproveArgs) error {
		_, err := s.ApproveDue(ctx)
		return err
	})
	job.Every(w, approveEvery, ApproveArgs{})
}

// ApproveDue approves commissions whose return period is over and that nobody holds (P9), the longest due first, in bounded
// batches, and gives how many; what is left over is the next run's. It is for the program itself.
func (s *Service) ApproveDue(ctx context.Context) (int, error) {
	total := 0
	for range approveBatches {
		n := 0
		err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
			n, err = s.approveBatchTx(ctx, tx)
			return err
		})
		total += n
		if err != nil || n < approveBatch {
			return total, err
		}
	}
	return total, nil
}

func (s *Service) approveBatchTx(ctx context.Context, tx database.Tx) (int, error) {
	now := s.clock.Now()
	rows, err := readRows(ctx, tx.SQL, `WHERE c.status = 'PENDING' AND c.hold_until <= $1
ORDER BY c.hold_until, c.id LIMIT $2 FOR UPDATE SKIP LOCKED`, now, approveBatch)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	postings, ids := make([]ledger.Posting, len(rows)), make([]uuid.UUID, len(rows))
	for i, r := range rows {
		postings[i] = r.posting(r.cause("approve"), ledger.KindApproved, "", r.holdUntil, r.of(ledger.CreatorPending), r.of(ledger.CreatorPayable), r.posted)
		ids[i] = r.id
	}
	if _, err := s.ledger.PostAllTx(ctx, tx, postings); err != nil {
		return 0, err
	}
	return len(rows), moveManyTx(ctx, tx, ids, StatusPending, StatusApproved, "approved_at", now)
}

// MarkPaidTx marks approved commissions as paid, because the lines of their items are in a payout that is paid. Those that are
// marked already stay. The caller owns the payout.
func (s *Service) MarkPaidTx(ctx context.Context, tx database.Tx, commissions []uuid.UUID, at time.Time) error {
	rows, err := readRows(ctx, tx.SQL, `WHERE c.id = ANY($1::uuid[]) AND c.status = 'APPROVED' ORDER BY c.id FOR UPDATE`, database.UUIDs(commissions))
	if err != nil || len(rows) == 0 {
		return err
	}
	ids := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.id
	}
	return moveManyTx(ctx, tx, ids, StatusApproved, StatusPaid, "paid_at", at)
}

// moveManyTx moves locked commissions from one state to the next, writing when.
func moveManyTx(ctx context.Context, tx database.Tx, ids []uuid.UUID, before, after Status, stamp string, at time.Time) error {
	done, err := tx.SQL.ExecContext(ctx, `UPDATE commission SET status = $3, `+stamp+` = $4, updated_at = $4 WHERE id = ANY($1::uuid[]) AND status = $2`,
		database.UUIDs(ids), before, after, at)
	if err != nil {
		return fmt.Errorf("move commissions: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || int(n) != len(ids) {
		return errors.Join(errMoved, err)
	}
	return nil
}
