package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/internal/commission"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/order"
	"tributary/internal/program"
)

// Commissions lists the commissions of a brand, or the signed-in creator's own.
func (q queryResolver) Commissions(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, programID *id.ID, status *commission.Status) (*page.Connection[commission.Commission], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	var f commission.Filter
	if brandID != nil {
		if f.Brand, err = id.Want(*brandID, id.Brand, "brand"); err != nil {
			return nil, err
		}
	}
	if programID != nil {
		if f.Program, err = id.Want(*programID, id.Program, "program"); err != nil {
			return nil, err
		}
	}
	if status != nil {
		f.Status = *status
	}
	c, err := q.r.Commissions.List(ctx, f, r)
	return &c, err
}

type commissionResolver struct{ r *Resolver }

// Commission resolves what a commission refers to.
func (r *Resolver) Commission() generated.CommissionResolver { return commissionResolver{r} }

// Trace is how it was reckoned, line by line.
func (commissionResolver) Trace(_ context.Context, c *commission.Commission) ([]commission.Line, error) {
	return c.Trace()
}

// Offer is the version whose terms are locked to it.
func (commissionResolver) Offer(ctx context.Context, c *commission.Commission) (*program.Offer, error) {
	return maybe(ctx, from(ctx).offers, c.OfferID)
}

// Order is what it was earned by; null for bonuses and fees.
func (commissionResolver) Order(ctx context.Context, c *commission.Commission) (*order.Order, error) {
	return maybe(ctx, from(ctx).orders, c.OrderID)
}

// Creator is who earns it.
func (commissionResolver) Creator(ctx context.Context, c *commission.Commission) (*creator.Creator, error) {
	return creatorOf(ctx, c.CreatorID)
}

// Program is where it was earned.
func (commissionResolver) Program(ctx context.Context, c *commission.Commission) (*program.Program, error) {
	return programOf(ctx, c.ProgramID)
}

// Commissions are those of an order; a creator sees only their own.
func (o orderResolver) Commissions(ctx context.Context, obj *order.Order) ([]commission.Commission, error) {
	of, err := child(ctx, "order.commissions", nil, obj.ID, o.r.Commissions.OfOrders)
	if of == nil {
		return []commission.Commission{}, err
	}
	return *of, err
}
