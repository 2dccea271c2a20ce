package fraud

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/ent/gen"
	enthold "tributary/ent/gen/hold"
	"tributary/internal/auditlog"
	"tributary/internal/commission"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/rollup"
)

// holdMoves lists which states may follow a state; a person decides once.
var holdMoves = map[HoldStatus][]HoldStatus{HoldOpen: {HoldReleased, HoldRejected}}

// after is the state of a hold that a decision leads to.
var after = map[Decision]HoldStatus{DecideRelease: HoldReleased, DecideReject: HoldRejected}

// DecideHoldInput is a person's decision about a hold.
type DecideHoldInput struct {
	Hold     id.ID
	Decision Decision
	Reason   string // the creator reads it
	// AllowOwnPurchases lets the creator buy for themselves or for clients from now on, with a release of a hold for SELF_REFERRAL.
	AllowOwnPurchases bool
}

// DecideHold lets a held commission go on, or takes it back and looks again at who earns the order. Faults: UNAUTHENTICATED,
// NOT_FOUND, FORBIDDEN; OWN_EARNINGS when it is the viewer's own commission; REQUIRED, TOO_LONG or BAD_FORMAT of reason, INVALID of
// decision or allowOwnPurchases; WRONG_STATE when it was decided before.
func (s *Service) DecideHold(ctx context.Context, in DecideHoldInput) (Hold, error) {
	row, err := s.read(ctx, in.Hold)
	if err != nil {
		return Hold{}, err
	}
	v := viewer.From(ctx)
	if err := access.Noun(access.Brand(v, access.DecideHold, row.BrandID), "hold"); err != nil {
		return Hold{}, err
	}
	c, err := s.commissions.Get(ctx, id.Of(id.Commission, row.CommissionID))
	if err != nil {
		return Hold{}, err
	}
	if v.CreatorID != uuid.Nil && v.CreatorID == c.CreatorID.UUID {
		return Hold{}, ownEarnings()
	}
	var wrong fault.List
	in.Reason = field.Body(&wrong, "reason", in.Reason, 1, reasonMax)
	in.Decision = field.OneOf(&wrong, "decision", in.Decision, DecideRelease, DecideReject)
	if in.AllowOwnPurchases && (in.Decision != DecideRelease || row.Signal != string(SignalSelfReferral)) {
		wrong.Add(fault.At("allowOwnPurchases", "INVALID", "This goes with the release of a hold because the buyer looks like the creator."))
	}
	if err := wrong.Err(); err != nil {
		return Hold{}, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err = s.decideTx(ctx, tx, row, c, in)
		return err
	})
	if err != nil {
		return Hold{}, err
	}
	return fromRow(row)
}

func (s *Service) decideTx(ctx context.Context, tx database.Tx, row *gen.Hold, c commission.Commission, in DecideHoldInput) (*gen.Hold, error) {
	// The order's row first, as every event of the order locks it first.
	if row.OrderID != nil {
		if _, err := tx.SQL.ExecContext(ctx, `SELECT 1 FROM "order" WHERE id = $1 FOR UPDATE`, *row.OrderID); err != nil {
			return nil, fmt.Errorf("lock an order: %w", err)
		}
	}
	if err := s.moveTx(ctx, tx, row.ID, after[in.Decision], in.Reason); err != nil {
		return nil, err
	}
	if in.Decision == DecideRelease {
		if _, err := s.commissions.ReleaseTx(ctx, tx, row.CommissionID, row.ID); err != nil {
			return nil, err
		}
		if in.AllowOwnPurchases {
			if err := s.allowTx(ctx, tx, c.BrandID.UUID, c.PartnershipID.UUID, c.CreatorID.UUID, true, in.Reason); err != nil {
				return nil, err
			}
		}
	} else if err := s.rejectTx(ctx, tx, row, in.Reason); err != nil {
		return nil, err
	}
	if err := auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: "HOLD_" + string(after[in.Decision]), ObjectKind: "HOLD", ObjectID: row.ID,
		BrandID: row.BrandID, CreatorID: c.CreatorID.UUID, Detail: map[string]any{"reason": in.Reason, "commission": c.ID.String()}}); err != nil {
		return nil, err
	}
	return tx.Ent.Hold.Get(ctx, row.ID)
}

func (s *Service) rejectTx(ctx context.Context, tx database.Tx, row *gen.Hold, why string) error {
	take := func() error {
		_, err := s.commissions.RejectTx(ctx, tx, row.CommissionID, row.ID, why)
		return err
	}
	if row.OrderID == nil {
		return rollup.AroundCommissionTx(ctx, tx, row.CommissionID, take)
	}
	if err := rollup.AroundOrderTx(ctx, tx, *row.OrderID, take); err != nil {
		return err
	}
	return s.queue.EnqueueTx(ctx, tx, RejectedArgs{OrderID: row.OrderID.String()}, nil)
}

// moveTx moves an open hold; it is the only function that decides one.
func (s *Service) moveTx(ctx context.Context, tx database.Tx, hold uuid.UUID, to HoldStatus, why string) error {
	for from, next := range holdMoves {
		for _, n := range next {
			if n != to {
				continue
			}
			u := tx.Ent.Hold.Update().Where(enthold.ID(hold), enthold.Status(string(from))).
				SetStatus(string(to)).SetDecidedAt(s.clock.Now()).SetDecisionReason(why)
			if v := viewer.From(ctx); v.Kind == viewer.User {
				u.SetDecidedBy(v.UserID)
			}
			n, err := u.Save(ctx)
			if err != nil {
				return fmt.Errorf("decide a hold: %w", err)
			}
			if n == 1 {
				return nil
			}
		}
	}
	return fault.New(fault.Conflict, "WRONG_STATE", "This hold has been decided already.")
}
