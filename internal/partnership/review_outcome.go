package partnership

import (
	"context"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entpartnership "tributary/ent/gen/partnership"
	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
)

// promoted is the stage after each.
var promoted = map[Stage]Stage{StageTrial: StageStandard, StageStandard: StageAmbassador, StageAmbassador: StageAmbassador}

// PromoteTx takes a partnership to its next stage; an AMBASSADOR stays one. The caller has checked access.
func (s *Service) PromoteTx(ctx context.Context, tx database.Tx, partnership uuid.UUID) error {
	return s.setStage(ctx, tx, partnership, func(from Stage) Stage { return promoted[from] })
}

// SettleTx ends the trial of a partnership; one that is settled already stays as it is. The caller has checked access.
func (s *Service) SettleTx(ctx context.Context, tx database.Tx, partnership uuid.UUID) error {
	return s.setStage(ctx, tx, partnership, func(from Stage) Stage {
		if from == StageTrial {
			return StageStandard
		}
		return from
	})
}

func (s *Service) setStage(ctx context.Context, tx database.Tx, partnership uuid.UUID, next func(Stage) Stage) error {
	row, err := tx.Ent.Partnership.Query().Where(entpartnership.ID(partnership)).ForUpdate().Only(ctx)
	if err != nil {
		return database.OnMissing(err, "partnership")
	}
	from := Stage(row.Stage)
	to := next(from)
	if to == from {
		return nil
	}
	if err := tx.Ent.Partnership.UpdateOneID(row.ID).SetStage(string(to)).Exec(ctx); err != nil {
		return err
	}
	return auditlog.WriteTx(ctx, tx, s.clock.Now(), auditlog.Deed{Action: "PARTNERSHIP_STAGE_CHANGED", ObjectKind: "PARTNERSHIP",
		ObjectID: row.ID, BrandID: row.BrandID, CreatorID: row.CreatorID, Detail: map[string]any{"from": from, "to": to}})
}

// RetireTx begins the notice of a partnership where its state allows it; one that is over or about to be stays as it is. The caller
// has checked access and tells the creator.
func (s *Service) RetireTx(ctx context.Context, tx database.Tx, partnership uuid.UUID, reason string) error {
	row, err := tx.Ent.Partnership.Query().Where(entpartnership.ID(partnership)).ForUpdate().Only(ctx)
	if err != nil {
		return database.OnMissing(err, "partnership")
	}
	if !MayMove(Status(row.Status), StatusRetiring) {
		return nil
	}
	_, err = s.move(ctx, tx, s.clock.Now(), row, step{to: StatusRetiring, reason: reason})
	return err
}

// TellTx puts a letter to a creator into the queue; path is of a page of the portal. The caller has checked access.
func (s *Service) TellTx(ctx context.Context, tx database.Tx, creator uuid.UUID, subject, text, path string) error {
	return s.tell(ctx, tx, s.clock.Now(), creator, letter{subject: subject, text: text, path: path})
}

// OfProgram gives the partnerships of a program that have been active, newest first, at most limit. The caller has checked access.
func (s *Service) OfProgram(ctx context.Context, program uuid.UUID, limit int) ([]Partnership, error) {
	rows, err := s.db.Ent.Partnership.Query().Where(entpartnership.ProgramID(program), entpartnership.ActivatedAtNotNil()).
		Order(gen.Desc(entpartnership.FieldCreatedAt), gen.Desc(entpartnership.FieldID)).Limit(limit).All(ctx)
	if err != nil {
		return nil, err
	}
	return fromRows(rows), nil
}
