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
	"tributary/internal/partnership"
)

// reasonMax bounds why a sale is moved, in characters.
const reasonMax = 2000

// ReassignInput gives a sale to another creator.
type ReassignInput struct {
	Order       id.ID
	Partnership id.ID  // who brought it
	Reason      string // both creators read it
}

// Reassigned is what came of giving a sale to another creator.
type Reassigned struct {
	Order    order.Order
	Proposal *Suggestion // what waits for a second person; nil when it was done
}

// Reassign gives the whole credit of an order to one partnership. While nothing of it can be paid yet the commissions move; after
// that the first creator keeps the money and the new one is paid at once, which an owner does alone, and a manager proposes to finance.
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; OWN_EARNINGS; REQUIRED, TOO_LONG or BAD_FORMAT of reason; INVALID where fraud was
// confirmed or there was no offer; WRONG_STATE of a test order, an undecided one, or one whose credit is theirs already.
func (s *Service) Reassign(ctx context.Context, in ReassignInput) (out Reassigned, err error) {
	to, o, reason, err := s.reassignable(ctx, in, access.ReassignSale)
	if err != nil {
		return out, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockTx(ctx, tx, o.ID.UUID); err != nil {
			return err
		}
		waits, err := needsSecondTx(ctx, tx, o)
		if err != nil {
			return err
		}
		if waits {
			out.Proposal, err = s.proposeTx(ctx, tx, o, to, reason)
			out.Order = o
			return err
		}
		out.Order, err = s.reassignTx(ctx, tx, o, to, reason)
		return err
	})
	return out, err
}

// needsSecondTx tells whether the viewer needs a second person to give an order to somebody: once it can be paid, all but owners do.
func needsSecondTx(ctx context.Context, tx database.Tx, o order.Order) (bool, error) {
	final, err := finalTx(ctx, tx, o.ID.UUID)
	return final && access.Brand(viewer.From(ctx), access.ReassignPaidSale, o.BrandID.UUID) != nil, err
}

// reassignable checks who may give a sale to whom, and why.
func (s *Service) reassignable(ctx context.Context, in ReassignInput, action access.Action) (to partnership.Partnership, o order.Order, reason string, err error) {
	if o, err = s.orders.Changeable(ctx, in.Order, action); err != nil {
		return to, o, "", err
	}
	if to, err = s.partnerships.Get(ctx, in.Partnership); err != nil {
		return to, o, "", err
	}
	if to.BrandID != o.BrandID {
		return to, o, "", fault.Missing("partnership")
	}
	var wrong fault.List
	reason = field.Body(&wrong, "reason", in.Reason, 1, reasonMax)
	return to, o, reason, wrong.Err()
}

// reassignTx does what reassignable allowed; the caller holds the lock of the order's row.
func (s *Service) reassignTx(ctx context.Context, tx database.Tx, o order.Order, to partnership.Partnership, reason string) (order.Order, error) {
	place := o.ID.UUID
	if err := disinterestedTx(ctx, tx, place, to.CreatorID.UUID); err != nil {
		return o, err
	}
	final, err := finalTx(ctx, tx, place)
	if err != nil {
		return o, err
	}
	before, _, err := currentTx(ctx, tx, place)
	if err != nil {
		return o, err
	}
	if o, err = s.awardTx(ctx, tx, place, award{program: to.ProgramID.UUID, partnership: to.ID.UUID, creator: to.CreatorID.UUID, cause: CauseReassigned,
		words: reason, gains: "The brand gave you this sale. In words: " + reason,
		loses: "The brand gave this sale to another creator. In words: " + reason}); err != nil {
		return o, err
	}
	return o, s.tellReassignedTx(ctx, tx, o, before, to.CreatorID.UUID, reason, final)
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
