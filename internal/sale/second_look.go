package sale

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entsuggestion "tributary/ent/gen/attributionsuggestion"
	"tributary/internal/attribution"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/partnership"
)

// AcceptSuggestion gives the whole credit of an order to whom a suggestion names, as Reassign does: what a manager accepts of the
// evidence is proposed to finance. What somebody proposed is accepted by another person of finance, or an owner; creators then read why
// it was proposed. Faults: those of Reassign; WRONG_STATE when it is decided, or nobody would earn; SAME_PERSON.
func (s *Service) AcceptSuggestion(ctx context.Context, x id.ID, reason string) (Suggestion, error) {
	row, err := s.suggestionRow(ctx, x)
	if err != nil {
		return Suggestion{}, err
	}
	if row.PartnershipID == nil {
		return Suggestion{}, fault.New(fault.Conflict, "WRONG_STATE", "Nobody would earn this order now, and what could be paid stays paid. Dismiss it.")
	}
	action := access.ReassignSale
	if row.ProposedBy != nil {
		action = access.ConfirmSale
	}
	to, o, reason, err := s.reassignable(ctx, ReassignInput{Order: id.Of(id.Order, row.OrderID), Partnership: id.Of(id.Partnership, *row.PartnershipID), Reason: reason}, action)
	if err != nil {
		return Suggestion{}, err
	}
	v := viewer.From(ctx)
	if row.ProposedBy != nil && *row.ProposedBy == v.UserID && access.Brand(v, access.ReassignPaidSale, row.BrandID) != nil {
		return Suggestion{}, fault.New(fault.Conflict, "SAME_PERSON", "Who proposes it cannot confirm it. Ask a second person.")
	}
	return s.changeSuggestion(ctx, row, func(ctx context.Context, tx database.Tx, change *gen.AttributionSuggestionUpdate) (follow, error) {
		if row.ProposedBy != nil {
			s.decided(ctx, change, SuggestionAccepted, reason)
			return func() error {
				if _, err := s.reassignTx(ctx, tx, o, to, *row.Proposal); err != nil {
					return err
				}
				return s.tellProposerTx(ctx, tx, row, o, letter{subject: "Confirmed: order " + o.Name, text: "The sale that you proposed to give to another creator is theirs now."}, reason)
			}, nil
		}
		waits, err := needsSecondTx(ctx, tx, o)
		if err != nil {
			return nil, err
		}
		if waits {
			if err := disinterestedTx(ctx, tx, row.OrderID, to.CreatorID.UUID); err != nil {
				return nil, err
			}
			change.SetProposedBy(v.UserID).SetProposal(reason)
			return func() error { return s.proposedTx(ctx, tx, o, row, reason) }, nil
		}
		s.decided(ctx, change, SuggestionAccepted, reason)
		return func() error {
			_, err := s.reassignTx(ctx, tx, o, to, reason)
			return err
		}, nil
	})
}

// DismissSuggestion leaves an order as it was decided; the same is not suggested again. Finance dismisses only what somebody proposed.
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; OWN_EARNINGS; REQUIRED, TOO_LONG or BAD_FORMAT of reason; WRONG_STATE when it is decided.
func (s *Service) DismissSuggestion(ctx context.Context, x id.ID, reason string) (Suggestion, error) {
	row, err := s.suggestionRow(ctx, x)
	if err != nil {
		return Suggestion{}, err
	}
	if row.ProposedBy == nil {
		if err := access.Brand(viewer.From(ctx), access.ReassignSale, row.BrandID); err != nil {
			return Suggestion{}, err
		}
	}
	var wrong fault.List
	reason = field.Body(&wrong, "reason", reason, 1, reasonMax)
	if err := wrong.Err(); err != nil {
		return Suggestion{}, err
	}
	return s.changeSuggestion(ctx, row, func(ctx context.Context, tx database.Tx, change *gen.AttributionSuggestionUpdate) (follow, error) {
		var gains uuid.UUID // nobody's where nobody would earn
		if row.CreatorID != nil {
			gains = *row.CreatorID
		}
		if err := disinterestedTx(ctx, tx, row.OrderID, gains); err != nil {
			return nil, err
		}
		s.decided(ctx, change, SuggestionDismissed, reason)
		return func() error {
			o, _, err := s.orders.ReadTx(ctx, tx, row.OrderID)
			if err != nil {
				return err
			}
			if err := s.logTx(ctx, tx, o, "ATTRIBUTION_SUGGESTION_DISMISSED", map[string]any{"name": o.Name, "reason": reason,
				"sentence": "Left order " + o.Name + " as it was decided, though it would be decided otherwise now. In words: " + reason}); err != nil {
				return err
			}
			return s.tellProposerTx(ctx, tx, row, o, letter{subject: "Not confirmed: order " + o.Name, text: "The sale that you proposed to give to another creator stays as it was decided."}, reason)
		}, nil
	})
}

// proposeTx keeps what somebody wants about an order that can be paid already, for a second person to confirm, in the place of what is
// suggested; the caller holds the lock of the order's row. It fails where giving the order would.
func (s *Service) proposeTx(ctx context.Context, tx database.Tx, o order.Order, to partnership.Partnership, reason string) (*Suggestion, error) {
	if err := disinterestedTx(ctx, tx, o.ID.UUID, to.CreatorID.UUID); err != nil {
		return nil, err
	}
	o, lines, before, err := s.awardableTx(ctx, tx, o.ID.UUID)
	if err != nil {
		return nil, err
	}
	_, made, err := s.judgeAwardTx(ctx, tx, o, lines, before, award{program: to.ProgramID.UUID, partnership: to.ID.UUID, creator: to.CreatorID.UUID, words: reason}, lookOnly)
	if err != nil {
		return nil, err
	}
	if err := s.overtakeTx(ctx, tx, o.ID.UUID, proposalsToo); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	row, err := tx.Ent.AttributionSuggestion.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetUpdatedAt(now).SetBrandID(o.BrandID.UUID).SetOrderID(o.ID.UUID).
		SetProgramID(to.ProgramID.UUID).SetPartnershipID(to.ID.UUID).SetCreatorID(to.CreatorID.UUID).SetCause(string(CauseReassigned)).
		SetSentence(attribution.ExplainDecision(made)).SetProposedBy(viewer.From(ctx).UserID).SetProposal(reason).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("propose a decision: %w", err)
	}
	out := suggestionOf(row)
	return &out, s.proposedTx(ctx, tx, o, row, reason)
}

// proposedTx writes down that somebody proposed to give an order to another creator, and tells those who may confirm it.
func (s *Service) proposedTx(ctx context.Context, tx database.Tx, o order.Order, row *gen.AttributionSuggestion, reason string) error {
	if err := s.logTx(ctx, tx, o, "ATTRIBUTION_PROPOSED", map[string]any{"name": o.Name, "reason": reason, "partnership": id.Of(id.Partnership, *row.PartnershipID).String(),
		"sentence": "Proposed to give order " + o.Name + " to another creator. In words: " + reason}); err != nil {
		return err
	}
	l := letter{subject: "A sale waits for you to confirm: order " + o.Name,
		text: "Somebody wants to give order " + o.Name + " to another creator. Its commission can be paid already, so the first creator keeps it and the other one is paid beside.\n\nThey say:\n\n" + reason}
	for _, to := range []struct {
		role  viewer.Role
		pages string
	}{{viewer.Finance, "/finance"}, {viewer.Owner, ""}} { // owners where there is nobody else
		path, err := secondLookPath(ctx, tx, row, to.pages)
		if err != nil {
			return err
		}
		l.path = path
		if told, err := s.tellMembersTx(ctx, tx, o.BrandID.UUID, []viewer.Role{to.role}, l); err != nil || told > 0 {
			return err
		}
	}
	return nil
}

// tellProposerTx writes to who proposed a suggestion what another person decided, and why.
func (s *Service) tellProposerTx(ctx context.Context, tx database.Tx, row *gen.AttributionSuggestion, o order.Order, l letter, reason string) (err error) {
	if row.ProposedBy == nil || *row.ProposedBy == viewer.From(ctx).UserID {
		return nil
	}
	user, err := tx.Ent.User.Get(ctx, *row.ProposedBy)
	if gen.IsNotFound(err) {
		return nil // who is gone is told nothing
	}
	if err != nil {
		return fmt.Errorf("who proposed a decision: %w", err)
	}
	if l.path, err = secondLookPath(ctx, tx, row, ""); err != nil {
		return err
	}
	l.text += "\n\nIn words:\n\n" + reason
	return s.sendTx(ctx, tx, user.Email, user.Name, l)
}

// secondLookPath is where people look at a suggestion; pages are those of the brand, or below them.
func secondLookPath(ctx context.Context, tx database.Tx, row *gen.AttributionSuggestion, pages string) (string, error) {
	brand, err := tx.Ent.Brand.Get(ctx, row.BrandID)
	if err != nil {
		return "", database.OnMissing(err, "brand")
	}
	return "/b/" + brand.Slug + pages + "/holds?state=SECOND_LOOK&open=" + id.Of(id.Suggestion, row.ID).String(), nil
}

// decided sets what a person decided about a suggestion, and why.
func (s *Service) decided(ctx context.Context, change *gen.AttributionSuggestionUpdate, to SuggestionStatus, reason string) {
	change.SetStatus(string(to)).SetReason(reason).SetDecidedAt(s.clock.Now())
	if v := viewer.From(ctx); v.Kind == viewer.User {
		change.SetDecidedBy(v.UserID)
	}
}

// follow does what follows from a change of a suggestion, in its transaction.
type follow func() error

// changeSuggestion changes an open suggestion, with what follows from it, in one transaction.
func (s *Service) changeSuggestion(ctx context.Context, row *gen.AttributionSuggestion,
	by func(ctx context.Context, tx database.Tx, change *gen.AttributionSuggestionUpdate) (follow, error)) (out Suggestion, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockTx(ctx, tx, row.OrderID); err != nil {
			return err
		}
		change := tx.Ent.AttributionSuggestion.Update().Where(entsuggestion.ID(row.ID), entsuggestion.Status(string(SuggestionOpen)), entsuggestion.UpdatedAt(row.UpdatedAt)).
			SetUpdatedAt(s.clock.Now())
		next, err := by(ctx, tx, change)
		if err != nil {
			return err
		}
		n, err := change.Save(ctx)
		if err != nil {
			return fmt.Errorf("decide a suggestion: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "WRONG_STATE", "This was decided already, or something else is suggested now.")
		}
		if err := next(); err != nil {
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
