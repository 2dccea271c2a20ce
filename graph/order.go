package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/internal/brand"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/order"
)

func (q queryResolver) Order(ctx context.Context, x id.ID) (*order.Order, error) {
	return found(q.r.Orders.Order(ctx, x))
}

func (q queryResolver) Orders(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, payment *order.Payment, search *string) (*page.Connection[order.Order], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Orders.Orders(ctx, order.ListFilter{Brand: brandID, Payment: payment, Search: search}, r)
	return &c, err
}

// Order answers the fields of orders that need more than the order; attribution and commissions stand with their domains.
func (r *Resolver) Order() generated.OrderResolver { return orderResolver{r} }

type orderResolver struct{ r *Resolver }

func (orderResolver) Brand(ctx context.Context, obj *order.Order) (*brand.Brand, error) {
	return brandOf(ctx, obj.BrandID)
}

func (o orderResolver) Lines(ctx context.Context, obj *order.Order) ([]order.Line, error) {
	lines, err := child(ctx, "Order.lines", nil, obj.ID, o.r.Orders.LinesByOrders)
	return zeroIfNil(lines), err
}

func (o orderResolver) Refunds(ctx context.Context, obj *order.Order) ([]order.Refund, error) {
	refunds, err := child(ctx, "Order.refunds", nil, obj.ID, o.r.Orders.RefundsByOrders)
	return zeroIfNil(refunds), err
}

func (o orderResolver) Chargebacks(ctx context.Context, obj *order.Order) ([]order.Chargeback, error) {
	all, err := child(ctx, "Order.chargebacks", nil, obj.ID, o.r.Orders.ChargebacksByOrders)
	return zeroIfNil(all), err
}

// OrderRecorded tells of orders of a brand as they are recorded.
func (s subscriptionResolver) OrderRecorded(ctx context.Context, brandID id.ID) (<-chan *order.Recorded, error) {
	return s.r.Orders.OrderRecorded(ctx, brandID)
}
