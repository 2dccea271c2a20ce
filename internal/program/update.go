package program

import (
	"context"

	"tributary/ent/gen"
	entprogram "tributary/ent/gen/program"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// UpdateInput is what updateProgram takes. Nil stays as it is.
type UpdateInput struct {
	ProgramID             id.ID
	Name                  *string
	Summary               *string
	Description           *string
	Visibility            *Visibility
	DefaultDestinationURL *string
	Questions             []string // nil stays; empty asks nothing
	AutoApprove           *bool
}

func (in *UpdateInput) check() error {
	var wrong fault.List
	if in.Name != nil {
		*in.Name = field.Line(&wrong, "name", *in.Name, 1, nameMax)
	}
	if in.Summary != nil {
		*in.Summary = field.Line(&wrong, "summary", *in.Summary, 0, summaryMax)
	}
	if in.Description != nil {
		*in.Description = field.Body(&wrong, "description", *in.Description, 0, descriptionMax)
	}
	if in.Visibility != nil {
		field.OneOf(&wrong, "visibility", *in.Visibility, VisibilityPublic, VisibilityInviteOnly)
	}
	if in.DefaultDestinationURL != nil {
		*in.DefaultDestinationURL = field.URL(&wrong, "defaultDestinationUrl", *in.DefaultDestinationURL)
	}
	if in.Questions != nil {
		in.Questions = field.Lines(&wrong, "questions", in.Questions, questionsMax, 1, questionMax)
	}
	return wrong.Err()
}

// Update changes a program. What decides who earns (window, hold, currency, kinds of touches) never changes here; apps change
// drafts only. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED, TOO_LONG, BAD_FORMAT, INVALID at a field; WRONG_STATE when
// the program is closed.
func (s *Service) Update(ctx context.Context, in UpdateInput) (Program, error) {
	row, err := s.mine(ctx, in.ProgramID, access.WritePrograms)
	if err != nil {
		return Program{}, err
	}
	if Status(row.Status) != StatusDraft {
		if err := personal(viewer.From(ctx)); err != nil {
			return Program{}, err
		}
	}
	if err := in.check(); err != nil {
		return Program{}, err
	}
	now := s.clock.Now()
	var changed *gen.Program
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		u := tx.Ent.Program.Update().Where(entprogram.ID(row.ID), entprogram.StatusNEQ(string(StatusClosed))).
			SetNillableName(in.Name).SetNillableSummary(in.Summary).SetNillableDescription(in.Description).
			SetNillableVisibility((*string)(in.Visibility)).SetNillableDefaultDestinationURL(in.DefaultDestinationURL).
			SetNillableAutoApprove(in.AutoApprove)
		if in.Questions != nil {
			u.SetQuestions(in.Questions)
		}
		if len(u.Mutation().Fields()) > 0 {
			n, err := u.Save(ctx)
			if err != nil {
				return err
			}
			if n == 0 {
				return errClosed()
			}
			err = auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "PROGRAM_UPDATED", ObjectKind: "PROGRAM", ObjectID: row.ID,
				BrandID: row.BrandID, Detail: map[string]any{"fields": u.Mutation().Fields()}})
			if err != nil {
				return err
			}
		}
		var err error
		changed, err = tx.Ent.Program.Get(ctx, row.ID)
		return err
	})
	if err != nil {
		return Program{}, err
	}
	return fromRow(changed), nil
}
