package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/internal/commission/rule"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/order"
	"tributary/internal/program"
	"tributary/internal/sale"
)

// CustomerBindings lists the customers who are bound to partnerships of a brand.
func (q queryResolver) CustomerBindings(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, partnershipID *id.ID) (*page.Connection[sale.Binding], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Sales.CustomerBindings(ctx, brandID, partnershipID, r)
	return &c, err
}

// CustomerBinding answers the fields of bindings that need more than the binding.
func (r *Resolver) CustomerBinding() generated.CustomerBindingResolver { return bindingResolver{r} }

type bindingResolver struct{ r *Resolver }

func (bindingResolver) Program(ctx context.Context, obj *sale.Binding) (*program.Program, error) {
	return programOf(ctx, obj.ProgramID)
}

func (bindingResolver) Creator(ctx context.Context, obj *sale.Binding) (*creator.Creator, error) {
	return creatorOf(ctx, obj.CreatorID)
}

func (bindingResolver) FirstOrder(ctx context.Context, obj *sale.Binding) (*order.Order, error) {
	return maybe(ctx, from(ctx).orders, obj.OrderID)
}

func (b bindingResolver) Renewals(ctx context.Context, obj *sale.Binding) (int, error) {
	r, err := child(ctx, "CustomerBinding.renewals", nil, obj.ID, b.r.Sales.RenewalsOf)
	return zeroIfNil(r).Orders, err
}

func (b bindingResolver) Earned(ctx context.Context, obj *sale.Binding) (*money.Money, error) {
	r, err := child(ctx, "CustomerBinding.renewals", nil, obj.ID, b.r.Sales.RenewalsOf)
	if r == nil || err != nil {
		return nil, err
	}
	return &r.Earned, nil
}

// OfferRecurring answers the fields of renewals that are told in another shape.
func (r *Resolver) OfferRecurring() generated.OfferRecurringResolver { return recurringResolver{} }

type recurringResolver struct{}

func (recurringResolver) Months(_ context.Context, obj *rule.Recurring) (*int, error) {
	return program.RecurringTermMonths(*obj), nil
}

func (recurringResolver) Rate(_ context.Context, obj *rule.Recurring) (*money.BasisPoints, error) {
	return program.RecurringRate(*obj), nil
}
