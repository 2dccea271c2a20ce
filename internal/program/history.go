package program

import (
	"context"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	entprogram "tributary/ent/gen/program"
	entmove "tributary/ent/gen/programmove"
	"tributary/internal/attribution"
	"tributary/internal/kit/database"
)

var newestFirst = entsql.OrderDesc()

// HistoryOf gives every status that programs have had, oldest first. Callers inside the program have checked access.
func (s *Service) HistoryOf(ctx context.Context, programs []uuid.UUID) (map[uuid.UUID][]attribution.ProgramPeriod, error) {
	return history(ctx, s.db.Ent, programs)
}

// FactsOfTx gives what an attribution decision needs to know of programs: window, kinds of touches that earn, and history. The
// caller has checked access.
func (s *Service) FactsOfTx(ctx context.Context, tx database.Tx, programs []uuid.UUID) (map[uuid.UUID]attribution.Program, error) {
	rows, err := tx.Ent.Program.Query().Where(database.AnyOf(entprogram.FieldID, programs)).All(ctx)
	if err != nil {
		return nil, err
	}
	periods, err := history(ctx, tx.Ent, programs)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]attribution.Program, len(rows))
	for _, row := range rows {
		p := fromRow(row)
		out[row.ID] = attribution.Program{WindowDays: p.ClickWindowDays, AllowedKinds: p.TouchKinds, History: periods[row.ID]}
	}
	return out, nil
}

func history(ctx context.Context, client *gen.Client, programs []uuid.UUID) (map[uuid.UUID][]attribution.ProgramPeriod, error) {
	rows, err := client.ProgramMove.Query().Where(database.AnyOf(entmove.FieldProgramID, programs)).
		Order(entmove.ByMovedAt(), entmove.ByID()).All(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID][]attribution.ProgramPeriod, len(programs))
	for _, row := range rows {
		out[row.ProgramID] = append(out[row.ProgramID],
			attribution.ProgramPeriod{From: row.MovedAt, Status: attribution.ProgramStatus(row.ToStatus)})
	}
	return out, nil
}
