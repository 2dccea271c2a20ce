package sale

import (
	"context"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
)

// reasonMax bounds why a sale is moved, in characters.
const reasonMax = 2000

// ReassignInput gives a sale to another creator.
type ReassignInput struct {
	Order       id.ID
	Partnership id.ID  // who brought it
	Reason      string // both creators read it
}

// Reassign gives the whole credit of an order to one partnership. While nothing of it can be paid yet the commissions move; after
// that only an owner may do it, the first creator keeps the money, and the new one is paid at once. Faults: UNAUTHENTICATED,
// NOT_FOUND, FORBIDDEN; OWN_EARNINGS; REQUIRED, TOO_LONG or BAD_FORMAT of reason; INVALID where fraud was confirmed or there was no
// offer; WRONG_STATE of a test order, an undecided one, one whose credit is theirs already, or one that only an owner may move.
func (s *Service) Reassign(ctx context.Context, in ReassignInput) (order.Order, error) {
	v := viewer.From(ctx)
	o, err := s.orders.Changeable(ctx, in.Order, access.ReassignSale)
	if err != nil {
		return order.Order{}, err
	}
	to, err := s.partnerships.Get(ctx, in.Partnership)
	if err != nil {
		return order.Order{}, err
	}
	if to.BrandID != o.BrandID {
		return order.Order{}, fault.Missing("partnership")
	}
	var wrong fault.List
	in.Reason = field.Body(&wrong, "reason", in.Reason, 1, reasonMax)
	if err := wrong.Err(); err != nil {
		return order.Order{}, err
	}
	place := o.ID.UUID
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockTx(ctx, tx, place); err != nil {
			return err
		}
		if err := disinterestedTx(ctx, tx, place, to.CreatorID.UUID); err != nil {
			return err
		}
		final, err := finalTx(ctx, tx, place)
		if err != nil {
			return err
		}
		if final && access.Brand(v, access.ReassignPaidSale, o.BrandID.UUID) != nil {
			return fault.New(fault.Conflict, "WRONG_STATE", "A commission of this order can be paid already. Only an owner of the brand moves it now.")
		}
		before, _, err := currentTx(ctx, tx, place)
		if err != nil {
			return err
		}
		if o, err = s.awardTx(ctx, tx, place, award{program: to.ProgramID.UUID, partnership: to.ID.UUID, creator: to.CreatorID.UUID, cause: CauseReassigned,
			words: in.Reason, gains: "The brand gave you this sale. In words: " + in.Reason,
			loses: "The brand gave this sale to another creator. In words: " + in.Reason}); err != nil {
			return err
		}
		return s.tellReassignedTx(ctx, tx, o, before, to.CreatorID.UUID, in.Reason, final)
	})
	return o, err
}

// tellReassignedTx writes to everybody whose credit changed.
func (s *Service) tellReassignedTx(ctx context.Context, tx database.Tx, o order.Order, before decision, gains uuid.UUID, reason string, kept bool) error {
	path := "/creator/sales/" + o.ID.String()
	if err := s.tellCreatorTx(ctx, tx, gains, letter{subject: "A sale was given to you: order " + o.Name, path: path,
		text: "The brand has decided that you brought order " + o.Name + ". Its commission is yours now.\n\nThe brand says:\n\n" + reason}); err != nil {
		return err
	}
	told := map[string]bool{gains.String(): true}
	for _, c := range before.credits {
		if told[c.CreatorID] {
			continue
		}
		told[c.CreatorID] = true
		u, err := uuid.Parse(c.CreatorID)
		if err != nil {
			return err
		}
		text := "The brand has decided that another creator brought order " + o.Name + ". "
		if kept {
			text += "What could be paid to you for it already stays yours."
		} else {
			text += "Its commission was taken off what you have earned; your statement shows it."
		}
		if err := s.tellCreatorTx(ctx, tx, u, letter{subject: "A sale was given to another creator: order " + o.Name, path: path,
			text: text + "\n\nThe brand says:\n\n" + reason}); err != nil {
			return err
		}
	}
	return nil
}
