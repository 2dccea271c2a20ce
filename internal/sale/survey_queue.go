package sale

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entsurvey "tributary/ent/gen/surveyanswer"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// SurveyQueue gives what customers of a brand answered, newest first; an empty status means all. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN.
func (s *Service) SurveyQueue(ctx context.Context, brand uuid.UUID, status SurveyStatus, r page.Request) (page.Connection[SurveyAnswer], error) {
	if err := access.Brand(viewer.From(ctx), access.ReadCustomers, brand); err != nil {
		return page.Connection[SurveyAnswer]{}, err
	}
	q := s.db.Ent.SurveyAnswer.Query().Where(entsurvey.BrandID(brand))
	if status != "" {
		q.Where(entsurvey.Status(string(status)))
	}
	all := q.Clone()
	rows, err := q.Where(r.Keyset(entsurvey.FieldCreatedAt)).All(ctx)
	if err != nil {
		return page.Connection[SurveyAnswer]{}, fmt.Errorf("survey answers: %w", err)
	}
	out := make([]SurveyAnswer, len(rows))
	created := make(map[uuid.UUID]page.Cursor, len(rows))
	for i, row := range rows {
		if out[i], err = surveyOf(row); err != nil {
			return page.Connection[SurveyAnswer]{}, err
		}
		created[row.ID] = page.Cursor{At: row.CreatedAt, ID: row.ID}
	}
	c := page.Build(r, out, func(a SurveyAnswer) page.Cursor { return created[a.ID.UUID] })
	c.Total = func() (int, error) { return all.Count(ctx) }
	return c, nil
}

// SurveyAnswer gives one answer to the brand. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) SurveyAnswer(ctx context.Context, x id.ID) (SurveyAnswer, error) {
	row, err := s.surveyRow(ctx, x, access.ReadCustomers)
	if err != nil {
		return SurveyAnswer{}, err
	}
	return surveyOf(row)
}

func (s *Service) surveyRow(ctx context.Context, x id.ID, action access.Action) (*gen.SurveyAnswer, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.SurveyAnswer, "survey answer")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.SurveyAnswer.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "survey answer")
	}
	return row, access.Noun(access.Brand(v, action, row.BrandID), "survey answer")
}

// ResolveSurveyInput says whom a customer meant.
type ResolveSurveyInput struct {
	Answer      id.ID
	Partnership *id.ID // nil when no creator is meant
}

// ResolveSurvey says whom a customer meant, and decides the order anew with it. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN;
// OWN_EARNINGS; NOT_FOUND of the partnership; WRONG_STATE when a person has said so already.
func (s *Service) ResolveSurvey(ctx context.Context, in ResolveSurveyInput) (SurveyAnswer, error) {
	row, err := s.surveyRow(ctx, in.Answer, access.ResolveSurvey)
	if err != nil {
		return SurveyAnswer{}, err
	}
	gains := uuid.Nil
	if row.CreatorID != nil {
		gains = *row.CreatorID
	}
	change := func(u *gen.SurveyAnswerUpdate) { u.SetStatus(string(SurveyNobody)) }
	if in.Partnership != nil {
		p, err := s.partnerships.Get(ctx, *in.Partnership)
		if err != nil {
			return SurveyAnswer{}, err
		}
		if p.BrandID.UUID != row.BrandID {
			return SurveyAnswer{}, fault.Missing("partnership")
		}
		gains = p.CreatorID.UUID
		change = func(u *gen.SurveyAnswerUpdate) {
			u.SetStatus(string(SurveyConfirmed)).SetConfidencePpm(int64(money.One)).SetProgramID(p.ProgramID.UUID).SetPartnershipID(p.ID.UUID).SetCreatorID(gains)
		}
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockTx(ctx, tx, row.OrderID); err != nil {
			return err
		}
		if err := disinterestedTx(ctx, tx, row.OrderID, gains); err != nil {
			return err
		}
		u := tx.Ent.SurveyAnswer.Update().Where(entsurvey.ID(row.ID), entsurvey.DecidedAtIsNil()).SetDecidedAt(s.clock.Now())
		if v := viewer.From(ctx); v.Kind == viewer.User {
			u.SetDecidedBy(v.UserID)
		}
		change(u)
		n, err := u.Save(ctx)
		if err != nil {
			return fmt.Errorf("decide an answer: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "WRONG_STATE", "Somebody has said already who is meant.")
		}
		o, _, err := s.orders.ReadTx(ctx, tx, row.OrderID)
		if err != nil {
			return err
		}
		if err := s.logTx(ctx, tx, o, "SURVEY_RESOLVED", map[string]any{"name": o.Name, "named": in.Partnership != nil}); err != nil {
			return err
		}
		if err := s.redecideLockedTx(ctx, tx, row.OrderID, CauseLateSurvey); err != nil {
			return err
		}
		row, err = tx.Ent.SurveyAnswer.Get(ctx, row.ID)
		return err
	})
	if err != nil {
		return SurveyAnswer{}, err
	}
	return surveyOf(row)
}
