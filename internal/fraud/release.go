package fraud

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	enthold "tributary/ent/gen/hold"
	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
)

// ReleaseSignalTx lets the commissions of an order go on that one signal keeps back, because what raised it is over. The creator reads
// the words. The caller holds the lock of the order's row and has checked access.
func (s *Service) ReleaseSignalTx(ctx context.Context, tx database.Tx, order uuid.UUID, signal Signal, words string) error {
	rows, err := tx.Ent.Hold.Query().Where(enthold.OrderID(order), enthold.Signal(string(signal)), enthold.Status(string(HoldOpen))).All(ctx)
	if err != nil {
		return fmt.Errorf("open holds of an order: %w", err)
	}
	for _, row := range rows {
		if err := s.moveTx(ctx, tx, row.ID, HoldReleased, words); err != nil {
			return err
		}
		if _, err := s.commissions.ReleaseTx(ctx, tx, row.CommissionID, row.ID); err != nil {
			return err
		}
		if err := auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: "HOLD_RELEASED", ObjectKind: "HOLD", ObjectID: row.ID,
			BrandID: row.BrandID, Detail: map[string]any{"reason": words, "signal": signal}}); err != nil {
			return err
		}
	}
	return nil
}
