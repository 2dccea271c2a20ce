package fraud

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

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
	evidenceMax = 20    // pieces of evidence
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
		out, err = s.openTx(ctx, tx, c, Alarm{Signal: SignalPerson, Reason: in.Reason})
		return err
	})
	return out, err
}

// Alarm is why a hold is opened.
type Alarm struct {
	Signal   Signal     // what raised it
	Reason   string     // in words; the creator reads it
	Evidence []Evidence // what was seen, of this signal and of others
}

// RaiseTx opens a hold for a signal. It does nothing for a commission that is not pending or approved and free, and for one about
// whose signals a person has already decided. The caller owns the order event.
func (s *Service) RaiseTx(ctx context.Context, tx database.Tx, c commission.Commission, a Alarm) error {
	if c.Status != commission.StatusPending && c.Status != commission.StatusApproved {
		return nil
	}
	fresh, err := freshTx(ctx, tx, c.ID.UUID, a)
	if err != nil || !fresh {
		return err
	}
	_, err = s.openTx(ctx, tx, c, a)
	if fault.Is(err, fault.Conflict) && c.Status == commission.StatusApproved {
		return nil // a payout has it; the signal came too late
	}
	return err
}

// freshTx tells whether nobody looks at a commission already, and nobody has decided about all that is seen now.
func freshTx(ctx context.Context, tx database.Tx, commission uuid.UUID, a Alarm) (bool, error) {
	rows, err := tx.SQL.QueryContext(ctx, `SELECT status, signal, evidence FROM hold WHERE commission_id = $1`, commission)
	if err != nil {
		return false, fmt.Errorf("holds of a commission: %w", err)
	}
	defer func() { _ = rows.Close() }()
	decided := map[Signal]bool{}
	for rows.Next() {
		var status HoldStatus
		var signal Signal
		var seen []byte
		if err := rows.Scan(&status, &signal, &seen); err != nil {
			return false, fmt.Errorf("holds of a commission: %w", err)
		}
		if status == HoldOpen {
			return false, rows.Close()
		}
		signals, err := signalsOf(signal, seen)
		if err != nil {
			return false, err
		}
		for _, s := range signals {
			decided[s] = true
		}
	}
	if err := rows.Err(); err != nil {
		return false, fmt.Errorf("holds of a commission: %w", err)
	}
	return !decided[a.Signal] || slices.ContainsFunc(a.Evidence, func(e Evidence) bool { return !decided[e.Signal] }), nil
}

func (s *Service) openTx(ctx context.Context, tx database.Tx, c commission.Commission, a Alarm) (Hold, error) {
	now := s.clock.Now()
	h := id.NewUUID(now)
	if _, err := s.commissions.HoldTx(ctx, tx, c.ID.UUID, h, a.Reason); err != nil {
		return Hold{}, err
	}
	seen, err := json.Marshal(append([]Evidence{}, a.Evidence[:min(len(a.Evidence), evidenceMax)]...))
	if err != nil {
		return Hold{}, fmt.Errorf("evidence: %w", err)
	}
	create := tx.Ent.Hold.Create().SetID(h).SetCreatedAt(now).SetBrandID(c.BrandID.UUID).SetCommissionID(c.ID.UUID).
		SetSignal(string(a.Signal)).SetEvidence(seen).SetReason(a.Reason).SetStatus(string(HoldOpen)).SetOpenedBy(viewer.From(ctx).Actor())
	if !c.OrderID.IsZero() {
		create.SetOrderID(c.OrderID.UUID)
	}
	row, err := create.Save(ctx)
	if err != nil {
		return Hold{}, fmt.Errorf("open a hold: %w", err)
	}
	if err := auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "HOLD_OPENED", ObjectKind: "HOLD", ObjectID: h, BrandID: c.BrandID.UUID,
		CreatorID: c.CreatorID.UUID, Detail: map[string]any{"signal": a.Signal, "reason": a.Reason, "commission": c.ID.String()}}); err != nil {
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
