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

// Suggestion is another decision about an order, found or proposed when its commission could be paid already.
type Suggestion struct {
	ID            id.ID            // id, prefix sug.
	BrandID       id.ID            // the brand.
	OrderID       id.ID            // the order.
	PartnershipID id.ID            // who would have most credit; the zero id where nobody would earn.
	Cause         Cause            // why it was looked at again.
	Sentence      string           // how it would be decided, in words.
	ProposedByID  id.ID            // the user who wants it, and needs a second person; the zero id for what evidence suggests.
	Proposal      *string          // why they do; both creators read it when it is accepted.
	Status        SuggestionStatus // what became of it.
	Reason        *string          // what the person said who decided.
	CreatedAt     time.Time        // when it was found first.
	DecidedAt     *time.Time       // when a person decided, or it was overtaken.
}

// IsNode marks Suggestion as refetchable by id.
func (Suggestion) IsNode() {}

func suggestionOf(r *gen.AttributionSuggestion) Suggestion {
	out := Suggestion{ID: id.Of(id.Suggestion, r.ID), BrandID: id.Of(id.Brand, r.BrandID), OrderID: id.Of(id.Order, r.OrderID), Cause: Cause(r.Cause),
		Sentence: r.Sentence, Proposal: r.Proposal, Status: SuggestionStatus(r.Status), Reason: r.Reason, CreatedAt: r.CreatedAt.UTC(), DecidedAt: r.DecidedAt}
	if r.PartnershipID != nil {
		out.PartnershipID = id.Of(id.Partnership, *r.PartnershipID)
	}
	if r.ProposedBy != nil {
		out.ProposedByID = id.Of(id.User, *r.ProposedBy)
	}
	return out
}

// suggestTx keeps another decision about an order for a person to decide; the caller holds the lock of the order's row. One is open at
// a time: a newer takes its place, but never that of what a person proposed. fresh is false for what is suggested already, and for what
// a person has dismissed.
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
			if r.ProposedBy != nil {
				return false, nil
			}
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

// Whose suggestions are overtaken.
const (
	evidenceOnly = false // the evidence agrees with the decision again: what a person proposed still waits
	proposalsToo = true  // a person decided
)

// overtakeTx closes what is suggested for an order: it was decided by a person, or the evidence agrees with the decision again.
func (s *Service) overtakeTx(ctx context.Context, tx database.Tx, place uuid.UUID, proposals bool) error {
	now := s.clock.Now()
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE attribution_suggestion SET status = 'OVERTAKEN', decided_at = $2, updated_at = $2
		WHERE order_id = $1 AND status = 'OPEN' AND ($3 OR proposed_by IS NULL)`, place, now, proposals); err != nil {
		return fmt.Errorf("close a suggestion: %w", err)
	}
	return nil
}

// Suggestions gives what is suggested about a brand's orders, newest first; an empty status means all. For those who may give sales to
// creators or confirm it. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Suggestions(ctx context.Context, brand uuid.UUID, status SuggestionStatus, r page.Request) (page.Connection[Suggestion], error) {
	if err := access.Brand(viewer.From(ctx), access.ReadSuggestions, brand); err != nil {
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

// Suggestion gives one suggestion to those who may give sales of its brand to creators or confirm it. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
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
	return row, access.Noun(access.Brand(v, access.ReadSuggestions, row.BrandID), "suggestion")
}
