package partnership

import (
	"context"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entmove "tributary/ent/gen/partnershipmove"
	"tributary/internal/attribution"
	"tributary/internal/kit/database"
)

// HistoryOf gives every status that partnerships have had, oldest first, for attribution. Callers inside the program have checked
// access.
func (s *Service) HistoryOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]attribution.PartnershipPeriod, error) {
	return history(ctx, s.db.Ent, ids)
}

// HistoryOfTx is HistoryOf in the caller's transaction.
func (s *Service) HistoryOfTx(ctx context.Context, tx database.Tx, ids []uuid.UUID) (map[uuid.UUID][]attribution.PartnershipPeriod, error) {
	return history(ctx, tx.Ent, ids)
}

func history(ctx context.Context, client *gen.Client, ids []uuid.UUID) (map[uuid.UUID][]attribution.PartnershipPeriod, error) {
	rows, err := client.PartnershipMove.Query().Where(database.AnyOf(entmove.FieldPartnershipID, ids)).Order(entmove.ByMovedAt(), entmove.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID][]attribution.PartnershipPeriod, len(ids))
	for _, row := range rows {
		out[row.PartnershipID] = append(out[row.PartnershipID], attribution.PartnershipPeriod{From: row.MovedAt,
			Status: attribution.PartnershipStatus(row.ToStatus), Pause: attribution.PauseReason(row.PauseKind)})
	}
	return out, nil
}
