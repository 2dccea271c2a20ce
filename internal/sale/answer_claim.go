package sale

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entclaim "tributary/ent/gen/claim"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// AnswerClaimInput is what the brand says to a claim.
type AnswerClaimInput struct {
	Claim    id.ID
	Decision ClaimDecision
	Order    *id.ID // which order is meant, where none was found or another one is
	Answer   string // the creator reads it
}

// AnswerClaim declines a claim with the reason, or accepts it and pays: the sale becomes the creator's, by a new decision. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; OWN_EARNINGS; REQUIRED, TOO_LONG, BAD_FORMAT or INVALID with the field, REQUIRED of orderId
// when it is not known which order is meant; INVALID and WRONG_STATE of the order as Reassign; WRONG_STATE of a claim that does not
// wait.
func (s *Service) AnswerClaim(ctx context.Context, in AnswerClaimInput) (Claim, error) {
	v := viewer.From(ctx)
	row, err := s.claimRow(ctx, in.Claim)
	if err != nil {
		return Claim{}, err
	}
	if err := access.Noun(access.Brand(v, access.AnswerClaim, row.BrandID), "claim"); err != nil {
		return Claim{}, err
	}
	var wrong fault.List
	in.Decision = field.OneOf(&wrong, "decision", in.Decision, ClaimAccept, ClaimDecline)
	in.Answer = field.Body(&wrong, "answer", in.Answer, 1, reasonMax)
	place, err := s.orderOfClaim(ctx, row, in)
	wrong = append(wrong, fault.All(err)...)
	if err := wrong.Err(); err != nil {
		return Claim{}, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if place != uuid.Nil { // the order's row first, as every event of the order locks it first
			if err := lockTx(ctx, tx, place); err != nil {
				return err
			}
		}
		if err := disinterestedTx(ctx, tx, place, row.CreatorID); err != nil {
			return err
		}
		row, err = s.answerTx(ctx, tx, row, place, in)
		return err
	})
	if err != nil {
		return Claim{}, err
	}
	return claimOf(row, s.clock.Now(), false), nil
}

// orderOfClaim is the order that an answer is about; the zero UUID when a claim is declined and it is not known.
func (s *Service) orderOfClaim(ctx context.Context, row *gen.Claim, in AnswerClaimInput) (uuid.UUID, error) {
	if in.Order != nil {
		o, err := s.orders.Order(ctx, *in.Order)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return uuid.Nil, err
		}
		if err != nil || o.BrandID.UUID != row.BrandID {
			return uuid.Nil, fault.At("orderId", "NOT_FOUND", "There is no such order.")
		}
		return o.ID.UUID, nil
	}
	if row.OrderID != nil {
		return *row.OrderID, nil
	}
	if in.Decision == ClaimAccept {
		return uuid.Nil, fault.At("orderId", "REQUIRED", "Say which order is meant.")
	}
	return uuid.Nil, nil
}

func (s *Service) answerTx(ctx context.Context, tx database.Tx, row *gen.Claim, place uuid.UUID, in AnswerClaimInput) (*gen.Claim, error) {
	now := s.clock.Now()
	to := ClaimAnswered
	switch {
	case in.Decision == ClaimAccept:
		to = ClaimAccepted
	case row.ReopenedAt != nil:
		to = ClaimClosed // the creator has asked again already
	}
	if err := s.moveClaimTx(ctx, tx, row.ID, ClaimOpen, to, func(u *gen.ClaimUpdate) {
		u.SetAnswer(in.Answer).SetAnsweredAt(now)
		if v := viewer.From(ctx); v.Kind == viewer.User {
			u.SetAnsweredBy(v.UserID)
		}
		if place != uuid.Nil {
			u.SetOrderID(place)
			if row.OrderID == nil || *row.OrderID != place {
				u.SetOrderKnown(false)
			}
		}
		if to == ClaimAccepted {
			u.SetOrderKnown(true)
		}
	}); err != nil {
		return nil, err
	}
	l := letter{subject: "Your claim about " + about(row) + " was declined", path: "/creator/sales/claims",
		text: "The brand has looked at your claim and does not change who brought the sale."}
	if to == ClaimAccepted {
		o, err := s.awardTx(ctx, tx, place, award{program: row.ProgramID, partnership: row.PartnershipID, creator: row.CreatorID, cause: CauseClaim,
			words: in.Answer, gains: "The brand accepted your claim. In words: " + in.Answer,
			loses: "The brand accepted another creator's claim that the sale was theirs.", reference: "claim:" + row.ID.String() + ":pay"})
		if err != nil {
			return nil, err
		}
		l = letter{subject: "Your claim about " + about(row) + " was accepted", path: "/creator/sales/" + o.ID.String(),
			text: "The sale is yours. It stands under your sales, with what it earns."}
	} else if row.ReopenedAt == nil {
		l.text += " You can ask again once and say what is missing."
	}
	if err := s.logClaimTx(ctx, tx, row, "CLAIM_"+string(to), map[string]any{"answer": in.Answer}); err != nil {
		return nil, err
	}
	l.text += "\n\nThe brand says:\n\n" + in.Answer
	if err := s.tellCreatorTx(ctx, tx, row.CreatorID, l); err != nil {
		return nil, err
	}
	return tx.Ent.Claim.Get(ctx, row.ID)
}

// moveClaimTx moves a claim; it is the only function that does.
func (s *Service) moveClaimTx(ctx context.Context, tx database.Tx, claim uuid.UUID, from, to ClaimStatus, change func(*gen.ClaimUpdate)) error {
	if !slices.Contains(claimMoves[from], to) {
		return fault.State("claim", string(from), string(to))
	}
	u := tx.Ent.Claim.Update().Where(entclaim.ID(claim), entclaim.Status(string(from))).SetStatus(string(to))
	if to == ClaimAccepted || to == ClaimClosed {
		u.SetClosedAt(s.clock.Now())
	}
	change(u)
	n, err := u.Save(ctx)
	if err != nil {
		return database.OnUnique(err, "claim_open_key", fault.New(fault.Conflict, "WRONG_STATE", "You have made this claim again already, and it waits for an answer."))
	}
	if n == 0 {
		return fault.New(fault.Conflict, "WRONG_STATE", "Somebody has moved this claim meanwhile.")
	}
	return nil
}

// ReopenClaimInput asks again about a claim that was declined.
type ReopenClaimInput struct {
	Claim  id.ID
	Reason string // the brand reads it
}

// ReopenClaim asks the brand again, once. The promised time begins anew. Faults: UNAUTHENTICATED, NOT_FOUND; REQUIRED, TOO_LONG or
// BAD_FORMAT of reason; WRONG_STATE of a claim that was not declined, or was reopened before.
func (s *Service) ReopenClaim(ctx context.Context, in ReopenClaimInput) (Claim, error) {
	row, err := s.ownClaim(ctx, in.Claim)
	if err != nil {
		return Claim{}, err
	}
	var wrong fault.List
	in.Reason = field.Body(&wrong, "reason", in.Reason, 1, reasonMax)
	if err := wrong.Err(); err != nil {
		return Claim{}, err
	}
	if row.ReopenedAt != nil {
		return Claim{}, fault.New(fault.Conflict, "WRONG_STATE", "You have asked again about this claim already.")
	}
	now := s.clock.Now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		brand, err := tx.Ent.Brand.Get(ctx, row.BrandID)
		if err != nil {
			return database.OnMissing(err, "brand")
		}
		if err := s.moveClaimTx(ctx, tx, row.ID, ClaimAnswered, ClaimOpen, func(u *gen.ClaimUpdate) {
			u.SetReopenReason(in.Reason).SetReopenedAt(now).SetAnswerDueAt(now.Add(time.Duration(brand.ClaimAnswerHours) * time.Hour))
		}); err != nil {
			return err
		}
		if row, err = tx.Ent.Claim.Get(ctx, row.ID); err != nil {
			return fmt.Errorf("claim: %w", err)
		}
		if err := s.logClaimTx(ctx, tx, row, "CLAIM_REOPENED", map[string]any{"reason": in.Reason}); err != nil {
			return err
		}
		return s.tellClaimTx(ctx, tx, row, brand, "asks again about a claim")
	})
	if err != nil {
		return Claim{}, err
	}
	return claimOf(row, now, true), nil
}

// CloseClaim ends a claim that was declined: the creator agrees with the answer. Faults: UNAUTHENTICATED, NOT_FOUND; WRONG_STATE of
// a claim that was not declined.
func (s *Service) CloseClaim(ctx context.Context, claim id.ID) (Claim, error) {
	row, err := s.ownClaim(ctx, claim)
	if err != nil {
		return Claim{}, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := s.moveClaimTx(ctx, tx, row.ID, ClaimAnswered, ClaimClosed, func(*gen.ClaimUpdate) {}); err != nil {
			return err
		}
		if row, err = tx.Ent.Claim.Get(ctx, row.ID); err != nil {
			return fmt.Errorf("claim: %w", err)
		}
		return s.logClaimTx(ctx, tx, row, "CLAIM_CLOSED", nil)
	})
	if err != nil {
		return Claim{}, err
	}
	return claimOf(row, s.clock.Now(), true), nil
}
