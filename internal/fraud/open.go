package fraud

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/auditlog"
	"tributary/internal/commission"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// Limits of a hold.
const (
	reasonMax   = 2_000 // characters of a reason
	evidenceMax = 20    // sentences of evidence
)

// OpenHoldInput is a person's wish to keep a commission back.
type OpenHoldInput struct {
	Commission id.ID
	Reason     string // the creator reads it
}

// OpenHold keeps a commission back until it is decided. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; REQUIRED, TOO_LONG or
// BAD_FORMAT of reason; WRONG_STATE when it is neither pending nor approved, IN_PAYOUT when a payout has it.
func (s *Service) OpenHold(ctx context.Context, in OpenHoldInput) (Hold, error) {
	c, err := s.commissions.Get(ctx, in.Commission)
	if err != nil {
		return Hold{}, err
	}
	if err := access.Noun(access.Brand(viewer.From(ctx), access.OpenHold, c.BrandID.UUID), "commission"); err != nil {
		return Hold{}, err
	}
	var wrong fault.List
	in.Reason = field.Body(&wrong, "reason", in.Reason, 1, reasonMax)
	if err := wrong.Err(); err != nil {
		return Hold{}, err
	}
	var out Hold
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
		out, err = s.openTx(ctx, tx, c, SignalPerson, in.Reason, nil)
		return err
	})
	return out, err
}

// RaiseTx opens a hold for a signal. It does nothing for a commission that is not pending or approved and free, and for one that
// a person has already decided about for the same signal; opened tells whether it did. The caller owns the order event.
func (s *Service) RaiseTx(ctx context.Context, tx database.Tx, c commission.Commission, signal Signal, reason string, evidence []string) (opened bool, err error) {
	if c.Status != commission.StatusPending && c.Status != commission.StatusApproved {
		return false, nil
	}
	var known bool
	if err := tx.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM hold WHERE commission_id = $1 AND (status = 'OPEN' OR signal = $2))`,
		c.ID.UUID, signal).Scan(&known); err != nil {
		return false, fmt.Errorf("holds of a commission: %w", err)
	}
	if known {
		return false, nil
	}
	_, err = s.openTx(ctx, tx, c, signal, reason, evidence)
	if fault.Is(err, fault.Conflict) && c.Status == commission.StatusApproved {
		return false, nil // a payout has it; the signal came too late
	}
	return err == nil, err
}

func (s *Service) openTx(ctx context.Context, tx database.Tx, c commission.Commission, signal Signal, reason string, evidence []string) (Hold, error) {
	now := s.clock.Now()
	h := id.NewUUID(now)
	if _, err := s.commissions.HoldTx(ctx, tx, c.ID.UUID, h, reason); err != nil {
		return Hold{}, err
	}
	if evidence == nil {
		evidence = []string{}
	}
	seen, err := json.Marshal(evidence[:min(len(evidence), evidenceMax)])
	if err != nil {
		return Hold{}, fmt.Errorf("evidence: %w", err)
	}
	create := tx.Ent.Hold.Create().SetID(h).SetCreatedAt(now).SetBrandID(c.BrandID.UUID).SetCommissionID(c.ID.UUID).
		SetSignal(string(signal)).SetEvidence(seen).SetReason(reason).SetStatus(string(HoldOpen)).SetOpenedBy(viewer.From(ctx).Actor())
	if !c.OrderID.IsZero() {
		create.SetOrderID(c.OrderID.UUID)
	}
	row, err := create.Save(ctx)
	if err != nil {
		return Hold{}, fmt.Errorf("open a hold: %w", err)
	}
	if err := auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "HOLD_OPENED", ObjectKind: "HOLD", ObjectID: h, BrandID: c.BrandID.UUID,
		CreatorID: c.CreatorID.UUID, Detail: map[string]any{"signal": signal, "reason": reason, "commission": c.ID.String()}}); err != nil {
		return Hold{}, err
	}
	return fromRow(row)
}

// CloseGoneTx closes open holds of an order whose commission is nothing any more, because the order was given back or its credit
// went elsewhere: there is nothing left to decide.
func (s *Service) CloseGoneTx(ctx context.Context, tx database.Tx, order uuid.UUID) error {
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE hold h SET status = 'RELEASED', decided_at = $2, decision_reason = $3
FROM commission c WHERE c.id = h.commission_id AND h.status = 'OPEN' AND c.status = 'REVERSED' AND c.order_id = $1`,
		order, s.clock.Now(), "Nothing was left to review."); err != nil {
		return fmt.Errorf("close holds: %w", err)
	}
	return nil
}
