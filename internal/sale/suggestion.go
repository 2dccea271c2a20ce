package sale

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entsuggestion "tributary/ent/gen/attributionsuggestion"
	"tributary/internal/attribution"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
)

// SuggestionStatus is: what became of a suggestion. Spelled alike in Go, SQL and GraphQL.
type SuggestionStatus string

// The values of SuggestionStatus.
const (
	SuggestionOpen      SuggestionStatus = "OPEN"      // Waits for a person.
	SuggestionAccepted  SuggestionStatus = "ACCEPTED"  // The sale was given to whom it names.
	SuggestionDismissed SuggestionStatus = "DISMISSED" // The decision stays; the same is not suggested again.
	SuggestionOvertaken SuggestionStatus = "OVERTAKEN" // The order was decided otherwise, or the evidence agrees with the decision again.
)

// Suggestion is another decision about an order, found when its commission could be paid already.
type Suggestion struct {
	ID            id.ID            // id, prefix sug.
	BrandID       id.ID            // the brand.
	OrderID       id.ID            // the order.
	PartnershipID id.ID            // who would have most credit; the zero id where nobody would earn.
	Cause         Cause            // why it was looked at again.
	Sentence      string           // how it would be decided, in words.
	Status        SuggestionStatus // what became of it.
	Reason        *string          // what the person said who decided.
	CreatedAt     time.Time        // when it was found first.
	DecidedAt     *time.Time       // when a person decided, or it was overtaken.
}

// IsNode marks Suggestion as refetchable by id.
func (Suggestion) IsNode() {}

func suggestionOf(r *gen.AttributionSuggestion) Suggestion {
	out := Suggestion{ID: id.Of(id.Suggestion, r.ID), BrandID: id.Of(id.Brand, r.BrandID), OrderID: id.Of(id.Order, r.OrderID), Cause: Cause(r.Cause),
		Sentence: r.Sentence, Status: SuggestionStatus(r.Status), Reason: r.Reason, CreatedAt: r.CreatedAt.UTC(), DecidedAt: r.DecidedAt}
	if r.PartnershipID != nil {
		out.PartnershipID = id.Of(id.Partnership, *r.PartnershipID)
	}
	return out
}

// suggestTx keeps another decision about an order for a person to decide; the caller holds the lock of the order's row. One is open at
// a time: a newer takes its place. fresh is false for what is suggested already, and for what a person has dismissed.
func (s *Service) suggestTx(ctx context.Context, tx database.Tx, o order.Order, made attribution.Decision, cause Cause) (fresh bool, err error) {
	var most *attribution.Credit
	for i, c := range made.Credits {
		if most == nil || c.PPM > most.PPM {
			most = &made.Credits[i]
		}
	}
	var whom [3]*uuid.UUID // program, partnership, creator
	if most != nil {
		for i, text := range []string{most.ProgramID, most.PartnershipID, most.CreatorID} {
			u, err := uuid.Parse(text)
			if err != nil {
				return false, fmt.Errorf("suggest a decision: %w", err)
			}
			whom[i] = &u
		}
	}
	sentence, now := attribution.ExplainDecision(made), s.clock.Now()
	rows, err := tx.Ent.AttributionSuggestion.Query().Where(entsuggestion.OrderID(o.ID.UUID), entsuggestion.StatusIn(string(SuggestionOpen), string(SuggestionDismissed))).
		Order(entsuggestion.ByCreatedAt(newestFirst)).Limit(suggestionsLooked).All(ctx)
	if err != nil {
		return false, fmt.Errorf("suggest a decision: %w", err)
	}
	var open *gen.AttributionSuggestion
	for _, r := range rows {
		if r.Sentence == sentence && (r.PartnershipID == nil) == (most == nil) && (most == nil || *r.PartnershipID == *whom[1]) {
			return false, nil
		}
		if r.Status == string(SuggestionOpen) {
			open = r
		}
	}
	if open != nil {
		err = open.Update().ClearProgramID().ClearPartnershipID().ClearCreatorID().SetNillableProgramID(whom[0]).SetNillablePartnershipID(whom[1]).SetNillableCreatorID(whom[2]).
			SetCause(string(cause)).SetSentence(sentence).SetUpdatedAt(now).Exec(ctx)
	} else {
		err = tx.Ent.AttributionSuggestion.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetUpdatedAt(now).SetBrandID(o.BrandID.UUID).SetOrderID(o.ID.UUID).
			SetNillableProgramID(whom[0]).SetNillablePartnershipID(whom[1]).SetNillableCreatorID(whom[2]).SetCause(string(cause)).SetSentence(sentence).Exec(ctx)
	}
	if err != nil {
		return false, fmt.Errorf("suggest a decision: %w", err)
	}
	return true, nil
}

// suggestionsLooked is how many suggestions of an order are compared with a new one.
const suggestionsLooked = 20

// overtakeTx closes what is suggested for an order: it was decided by a person, or the evidence agrees with the decision again.
func (s *Service) overtakeTx(ctx context.Context, tx database.Tx, place uuid.UUID) error {
	now := s.clock.Now()
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE attribution_suggestion SET status = 'OVERTAKEN', decided_at = $2, updated_at = $2 WHERE order_id = $1 AND status = 'OPEN'`,
		place, now); err != nil {
		return fmt.Errorf("close a suggestion: %w", err)
	}
	return nil
}

// Suggestions gives what is suggested about a brand's orders, newest first; an empty status means all. For those who may give sales to
// creators. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Suggestions(ctx context.Context, brand uuid.UUID, status SuggestionStatus, r page.Request) (page.Connection[Suggestion], error) {
	if err := access.Brand(viewer.From(ctx), access.ReassignSale, brand); err != nil {
		return page.Connection[Suggestion]{}, err
	}
	q := s.db.Ent.AttributionSuggestion.Query().Where(entsuggestion.BrandID(brand))
	if status != "" {
		q.Where(entsuggestion.Status(string(status)))
	}
	all := q.Clone()
	rows, err := q.Where(r.Keyset(entsuggestion.FieldCreatedAt)).All(ctx)
	if err != nil {
		return page.Connection[Suggestion]{}, fmt.Errorf("suggestions: %w", err)
	}
	c := page.Convert(page.Build(r, rows, func(a *gen.AttributionSuggestion) page.Cursor { return page.Cursor{At: a.CreatedAt, ID: a.ID} }), suggestionOf)
	c.Total = func() (int, error) { return all.Count(ctx) }
	return c, nil
}

// Suggestion gives one suggestion to those who may give sales of its brand to creators. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Suggestion(ctx context.Context, x id.ID) (Suggestion, error) {
	row, err := s.suggestionRow(ctx, x)
	if err != nil {
		return Suggestion{}, err
	}
	return suggestionOf(row), nil
}

func (s *Service) suggestionRow(ctx context.Context, x id.ID) (*gen.AttributionSuggestion, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return nil, err
	}
	u, err := id.Want(x, id.Suggestion, "suggestion")
	if err != nil {
		return nil, err
	}
	row, err := s.db.Ent.AttributionSuggestion.Get(ctx, u)
	if err != nil {
		return nil, database.OnMissing(err, "suggestion")
	}
	return row, access.Noun(access.Brand(v, access.ReassignSale, row.BrandID), "suggestion")
}

// AcceptSuggestion gives the whole credit of an order to whom a suggestion names, as Reassign does. Faults: those of Reassign;
// WRONG_STATE when it is decided, or nobody would earn.
func (s *Service) AcceptSuggestion(ctx context.Context, x id.ID, reason string) (Suggestion, error) {
	row, err := s.suggestionRow(ctx, x)
	if err != nil {
		return Suggestion{}, err
	}
	if row.PartnershipID == nil {
		return Suggestion{}, fault.New(fault.Conflict, "WRONG_STATE", "Nobody would earn this order now, and what could be paid stays paid. Dismiss it.")
	}
	to, o, reason, err := s.reassignable(ctx, ReassignInput{Order: id.Of(id.Order, row.OrderID), Partnership: id.Of(id.Partnership, *row.PartnershipID), Reason: reason})
	if err != nil {
		return Suggestion{}, err
	}
	return s.decideSuggestion(ctx, row, SuggestionAccepted, reason, func(ctx context.Context, tx database.Tx) error {
		_, err := s.reassignTx(ctx, tx, o, to, reason)
		return err
	})
}

// DismissSuggestion leaves an order as it was decided; the same is not suggested again. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN;
// REQUIRED, TOO_LONG or BAD_FORMAT of reason; WRONG_STATE when it is decided.
func (s *Service) DismissSuggestion(ctx context.Context, x id.ID, reason string) (Suggestion, error) {
	row, err := s.suggestionRow(ctx, x)
	if err != nil {
		return Suggestion{}, err
	}
	var wrong fault.List
	reason = field.Body(&wrong, "reason", reason, 1, reasonMax)
	if err := wrong.Err(); err != nil {
		return Suggestion{}, err
	}
	return s.decideSuggestion(ctx, row, SuggestionDismissed, reason, func(ctx context.Context, tx database.Tx) error {
		o, _, err := s.orders.ReadTx(ctx, tx, row.OrderID)
		if err != nil {
			return err
		}
		return s.logTx(ctx, tx, o, "ATTRIBUTION_SUGGESTION_DISMISSED", map[string]any{"name": o.Name, "reason": reason,
			"sentence": "Left order " + o.Name + " as it was decided, though it would be decided otherwise now. In words: " + reason})
	})
}

// decideSuggestion moves an open suggestion, with what follows from it, in one transaction.
func (s *Service) decideSuggestion(ctx context.Context, row *gen.AttributionSuggestion, to SuggestionStatus, reason string, follow func(ctx context.Context, tx database.Tx) error) (out Suggestion, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockTx(ctx, tx, row.OrderID); err != nil {
			return err
		}
		now := s.clock.Now()
		update := tx.Ent.AttributionSuggestion.Update().Where(entsuggestion.ID(row.ID), entsuggestion.Status(string(SuggestionOpen)), entsuggestion.UpdatedAt(row.UpdatedAt)).
			SetStatus(string(to)).SetReason(reason).SetDecidedAt(now).SetUpdatedAt(now)
		if v := viewer.From(ctx); v.Kind == viewer.User {
			update.SetDecidedBy(v.UserID)
		}
		n, err := update.Save(ctx)
		if err != nil {
			return fmt.Errorf("decide a suggestion: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "WRONG_STATE", "This was decided already, or something else is suggested now.")
		}
		if err := follow(ctx, tx); err != nil {
			return err
		}
		changed, err := tx.Ent.AttributionSuggestion.Get(ctx, row.ID)
		if err != nil {
			return fmt.Errorf("decide a suggestion: %w", err)
		}
		out = suggestionOf(changed)
		return nil
	})
	return out, err
}
