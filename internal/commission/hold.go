package commission

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/ledger"
)

// HoldTx keeps a commission back for a person's review (P4, P5). The caller owns the hold and has checked access. Faults:
// NOT_FOUND; WRONG_STATE for a commission that is neither pending nor approved; IN_PAYOUT when a payout has it reserved or
// paid.
func (s *Service) HoldTx(ctx context.Context, tx database.Tx, commission, hold uuid.UUID, why string) (Commission, error) {
	r, err := lockTx(ctx, tx, commission)
	if err != nil {
		return Commission{}, err
	}
	before := r.status
	if before != StatusPending && before != StatusApproved {
		return Commission{}, fault.State("commission", string(before), string(StatusHeld))
	}
	if before == StatusApproved {
		if err := ledger.LockPayableTx(ctx, tx, r.brand, r.currency); err != nil {
			return Commission{}, err
		}
		if err := free(ctx, tx, r); err != nil {
			return Commission{}, err
		}
	}
	from := r.standsOn()
	r.status = StatusHeld
	return s.settleTx(ctx, tx, before, r, r.posting(holdReference(hold, "open", r), ledger.KindHoldOpened, why, s.clock.Now(), from, r.standsOn(), r.posted))
}

// ReleaseTx lets a held commission go on (P6): to pending, or to approved when the return period is over. The caller owns the
// hold and has checked access. Faults: NOT_FOUND, WRONG_STATE.
func (s *Service) ReleaseTx(ctx context.Context, tx database.Tx, commission, hold uuid.UUID) (Commission, error) {
	r, err := lockTx(ctx, tx, commission)
	if err != nil {
		return Commission{}, err
	}
	now := s.clock.Now()
	before, to := r.status, StatusPending
	if !r.holdUntil.After(now) {
		to = StatusApproved
	}
	if before != StatusHeld {
		return Commission{}, fault.State("commission", string(before), string(to))
	}
	from := r.standsOn()
	r.status = to
	if to == StatusApproved && r.approvedAt == nil {
		r.approvedAt = &now
	}
	return s.settleTx(ctx, tx, before, r, r.posting(holdReference(hold, "release", r), ledger.KindHoldReleased, "", now, from, r.standsOn(), r.posted))
}

// RejectTx takes a held commission back (P7) for the reason that the creator reads. The caller owns the hold, has checked
// access, holds the lock of the order's row, and runs this inside rollup.AroundOrderTx. Faults: NOT_FOUND, WRONG_STATE.
func (s *Service) RejectTx(ctx context.Context, tx database.Tx, commission, hold uuid.UUID, why string) (Commission, error) {
	r, err := lockTx(ctx, tx, commission)
	if err != nil {
		return Commission{}, err
	}
	if r.status != StatusHeld {
		return Commission{}, fault.State("commission", string(r.status), string(StatusReversed))
	}
	p := r.posting(holdReference(hold, "reject", r), ledger.KindHoldRejected, why, s.clock.Now(), r.standsOn(), r.expense(), r.posted)
	r.status, r.amount, r.posted = StatusReversed, 0, 0
	return s.settleTx(ctx, tx, StatusHeld, r, p)
}

func holdReference(hold uuid.UUID, step string, r row) string {
	return "hold:" + hold.String() + ":" + step + ":" + r.id.String()
}

func (s *Service) settleTx(ctx context.Context, tx database.Tx, before Status, r row, p ledger.Posting) (Commission, error) {
	if _, _, err := s.ledger.PostTx(ctx, tx, p); err != nil {
		return Commission{}, err
	}
	if err := moveTx(ctx, tx, before, r, s.clock.Now()); err != nil {
		return Commission{}, err
	}
	return s.out(r), nil
}

// free refuses a commission that a payout has reserved or paid. One that is only prepared or approved for a payout is free:
// that payout is left out when its run starts.
func free(ctx context.Context, tx database.Tx, r row) error {
	var taken bool
	err := tx.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM payout_line l JOIN payout p ON p.id = l.payout_id
WHERE l.commission_id = $1 AND l.live AND l.amount_minor > 0
  AND p.status IN ('RESERVED', 'SENDING', 'UNKNOWN', 'WAITING', 'EXPORTED', 'PAID', 'PARTLY_REVERSED', 'REVERSED'))`, r.id).Scan(&taken)
	if err != nil {
		return fmt.Errorf("payouts of a commission: %w", err)
	}
	if taken || r.posted == 0 {
		return fault.New(fault.Conflict, "IN_PAYOUT", "A payout has this commission already, or nothing is left of it.")
	}
	return nil
}
