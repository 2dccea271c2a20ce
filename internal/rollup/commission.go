package rollup

import (
	"context"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
)

// AroundCommissionTx runs a change of a commission that has no order (a bonus, a fee, a retainer) and adds the difference to the
// figures of its day. Commissions of an order go through AroundOrderTx.
func AroundCommissionTx(ctx context.Context, tx database.Tx, commission uuid.UUID, change func() error) error {
	const loose = `c.order_id IS NULL AND c.id = $1`
	before, err := commissionFigures(ctx, tx, loose, commission)
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	after, err := commissionFigures(ctx, tx, loose, commission)
	if err != nil {
		return err
	}
	return AddTx(ctx, tx, difference(before, after)...)
}
