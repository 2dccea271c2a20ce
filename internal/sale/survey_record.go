package sale

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entsurvey "tributary/ent/gen/surveyanswer"
	"tributary/internal/attribution"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/rollup"
	"tributary/internal/sale/mention"
	"tributary/internal/tracking"
)

// Bounds of surveys.
const (
	answerMax = 300   // characters of an answer
	peopleMax = 5_000 // creators of a brand that an answer is compared with
)

// SurveyInput is an answer that the brand's own program tells.
type SurveyInput struct {
	Order      id.ID
	Answer     string
	AnsweredAt *time.Time // now when nil
}

// Surveyed is what recording came to.
type Surveyed struct {
	Answer    SurveyAnswer
	Duplicate bool // it was known already and nothing changed
}

// RecordSurvey records what a customer answered and decides the order anew with it. The same again changes nothing. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; REQUIRED, TOO_LONG, BAD_FORMAT of answer, OUT_OF_RANGE of answeredAt; CONFLICT when another
// answer is known; WRONG_STATE of a test order or one of more than 90 days ago.
func (s *Service) RecordSurvey(ctx context.Context, in SurveyInput) (Surveyed, error) {
	o, err := s.orders.Changeable(ctx, in.Order, access.WriteOrders)
	if err != nil {
		return Surveyed{}, err
	}
	now := s.clock.Now()
	at := now
	var wrong fault.List
	in.Answer = field.Body(&wrong, "answer", in.Answer, 1, answerMax)
	if in.AnsweredAt != nil {
		if at = in.AnsweredAt.UTC(); at.After(now.Add(attribution.ClockSkew)) || at.Before(o.PlacedAt.Add(-surveyOpen)) {
			wrong.Add(fault.At("answeredAt", "OUT_OF_RANGE", "An answer comes after its order and not in the future."))
		}
	}
	if err := wrong.Err(); err != nil {
		return Surveyed{}, err
	}
	return s.survey(ctx, o, in.Answer, at, SurveyAPI)
}

// survey records an answer. The caller has checked it and access.
func (s *Service) survey(ctx context.Context, o order.Order, answer string, at time.Time, source SurveySource) (out Surveyed, err error) {
	if !askable(o, s.clock.Now()) {
		return Surveyed{}, fault.New(fault.Conflict, "WRONG_STATE", "This order is a test, or older than 90 days.")
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockTx(ctx, tx, o.ID.UUID); err != nil {
			return err
		}
		known, err := tx.Ent.SurveyAnswer.Query().Where(entsurvey.OrderID(o.ID.UUID)).Only(ctx)
		if err != nil && !database.IsMissing(err) {
			return fmt.Errorf("answer of an order: %w", err)
		}
		if err == nil {
			if known.Answer != answer {
				return fault.New(fault.Conflict, "CONFLICT", "The customer has answered already, and the first answer counts.")
			}
			out.Duplicate = true
			out.Answer, err = surveyOf(known)
			return err
		}
		row, err := s.insertSurveyTx(ctx, tx, o, answer, at, source)
		if err != nil {
			return err
		}
		if out.Answer, err = surveyOf(row); err != nil {
			return err
		}
		if err := s.logTx(ctx, tx, o, "SURVEY_ANSWERED", map[string]any{"name": o.Name, "status": row.Status, "confidence": row.ConfidencePpm}); err != nil {
			return err
		}
		return s.redecideLockedTx(ctx, tx, o.ID.UUID, CauseLateSurvey)
	})
	return out, err
}

// insertSurveyTx matches an answer and stores it.
func (s *Service) insertSurveyTx(ctx context.Context, tx database.Tx, o order.Order, answer string, at time.Time, source SurveySource) (*gen.SurveyAnswer, error) {
	p, err := policyTx(ctx, tx, o.BrandID.UUID, o.PlacedAt)
	if err != nil {
		return nil, err
	}
	people, places, err := peopleTx(ctx, tx, o.BrandID.UUID)
	if err != nil {
		return nil, err
	}
	candidates := []storedCandidate{}
	for _, m := range mention.Find(answer, people) {
		c := places[m.ID]
		c.Confidence, c.Term = m.Confidence, m.Term
		candidates = append(candidates, c)
	}
	stored, err := json.Marshal(candidates)
	if err != nil {
		return nil, fmt.Errorf("candidates: %w", err)
	}
	now := s.clock.Now()
	create := tx.Ent.SurveyAnswer.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(o.BrandID.UUID).SetOrderID(o.ID.UUID).SetAnswer(answer).
		SetAnsweredAt(at).SetSource(string(source)).SetConfidencePpm(0).SetCandidates(stored)
	status := SurveyUnclear
	switch {
	case len(candidates) > 0:
		best := candidates[0]
		create.SetConfidencePpm(int64(best.Confidence)).SetProgramID(uuid.MustParse(best.Program)).SetPartnershipID(uuid.MustParse(best.Partnership)).
			SetCreatorID(uuid.MustParse(best.Creator))
		if best.Confidence >= p.SurveyThreshold {
			status = SurveyMatched
		}
	case mention.Nobody(answer):
		status = SurveyNobody
	}
	row, err := create.SetStatus(string(status)).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("store an answer: %w", err)
	}
	return row, nil
}

// peopleTx gives the creators of a brand by what customers may call them, and for each the partnership that an answer would credit:
// the oldest in a program that pays for answers, else the oldest.
func peopleTx(ctx context.Context, tx database.Tx, brand uuid.UUID) ([]mention.Person, map[string]storedCandidate, error) {
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT c.id, c.name, c.handle, p.id, p.program_id,
			coalesce((SELECT array_agg(DISTINCT a.handle) FROM social_account a WHERE a.creator_id = c.id AND a.removed_at IS NULL), '{}'),
			coalesce((SELECT array_agg(DISTINCT k.code) FROM code k WHERE k.creator_id = c.id AND k.brand_id = $1), '{}') ||
			ARRAY(SELECT DISTINCT jsonb_array_elements_text(y.aliases) FROM partnership y WHERE y.creator_id = c.id AND y.brand_id = $1),
			ARRAY(SELECT jsonb_array_elements_text(c.aliases))
		FROM (
			SELECT DISTINCT ON (x.creator_id) x.creator_id, x.id, x.program_id FROM partnership x JOIN program g ON g.id = x.program_id
			WHERE x.brand_id = $1 AND x.activated_at IS NOT NULL
			ORDER BY x.creator_id, g.touch_kinds @> '["SURVEY"]' DESC, x.activated_at, x.id
		) p JOIN creator c ON c.id = p.creator_id
		ORDER BY c.id LIMIT $2`, brand, peopleMax)
	if err != nil {
		return nil, nil, fmt.Errorf("creators of a brand: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var people []mention.Person
	places := map[string]storedCandidate{}
	for rows.Next() {
		var p mention.Person
		var handle string
		var place storedCandidate
		if err := rows.Scan(&p.ID, &p.Name, &handle, &place.Partnership, &place.Program, database.Array(&p.Handles), database.Array(&p.Aliases), database.Array(&p.Own)); err != nil {
			return nil, nil, fmt.Errorf("creators of a brand: %w", err)
		}
		p.Handles = append(p.Handles, handle)
		place.Creator = p.ID
		people, places[p.ID] = append(people, p), place
	}
	return people, places, rows.Err()
}

// said is what somebody said about an order: the brand's own word, or the customer's answer.
type said struct {
	tracking.FoundTouch
	confidence money.PPM
	answer     attribution.AnswerReview
}

// saidTx gives all that was said about an order, and what only its decision still knows.
func (s *Service) saidTx(ctx context.Context, tx database.Tx, o order.Order, d decision) ([]said, error) {
	kept, err := d.kept()
	if err != nil {
		return nil, err
	}
	var out []said
	for _, f := range kept {
		out = append(out, said{FoundTouch: f})
	}
	row, err := tx.Ent.SurveyAnswer.Query().Where(entsurvey.OrderID(o.ID.UUID)).Only(ctx)
	if database.IsMissing(err) {
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("answer of an order: %w", err)
	}
	if row.PartnershipID == nil {
		return out, nil
	}
	a := said{confidence: money.PPM(row.ConfidencePpm), FoundTouch: tracking.FoundTouch{Kind: attribution.Survey, ID: row.ID, Program: *row.ProgramID,
		Partnership: *row.PartnershipID, Creator: *row.CreatorID, At: row.AnsweredAt.UTC(), Label: row.Answer}}
	switch SurveyStatus(row.Status) {
	case SurveyConfirmed:
		a.answer = attribution.AnswerConfirmed
	case SurveyNobody:
		a.answer = attribution.AnswerRejected
	}
	return append(out, a), nil
}

// redecideLockedTx looks again at who earns an order whose row the caller has locked, and moves the money that may still move.
func (s *Service) redecideLockedTx(ctx context.Context, tx database.Tx, place uuid.UUID, cause Cause) error {
	return rollup.AroundOrderTx(ctx, tx, place, func() error {
		o, lines, err := s.orders.ReadTx(ctx, tx, place)
		if err != nil {
			return err
		}
		before, found, err := currentTx(ctx, tx, place)
		if err != nil || !found {
			return err
		}
		d, err := s.redecideTx(ctx, tx, o, lines, before, cause)
		if err != nil || d.row.ID == before.row.ID {
			return err
		}
		return s.settleTx(ctx, tx, o, lines, d, event{cause: fmt.Sprintf("decision:%d", d.row.Version), reason: causeWords[cause], occurred: s.clock.Now()})
	})
}
