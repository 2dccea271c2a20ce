package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/creator"
	"tributary/internal/order"
	"tributary/internal/sale"
)

// RecordOrder records an order with all that follows from it.
func (m mutationResolver) RecordOrder(ctx context.Context, input model.RecordOrderInput) (*model.RecordOrderPayload, error) {
	in := sale.RecordOrderInput{
		Brand: input.BrandID, Store: zeroIfNil(input.Store), ExternalID: input.ExternalID, Name: zeroIfNil(input.Name), PlacedAt: input.PlacedAt,
		Payment: zeroIfNil(input.Payment), Currency: input.CurrencyCode, Total: input.Total, Tax: input.Tax, Shipping: input.Shipping,
		Discount: input.Discount, Codes: input.Codes, Click: input.ClickID, CheckoutToken: zeroIfNil(input.CheckoutToken), CustomerEmail: zeroIfNil(input.CustomerEmail),
		CustomerID: zeroIfNil(input.CustomerID), NewCustomer: input.NewCustomer, Test: zeroIfNil(input.Test), IdempotencyKey: zeroIfNil(input.IdempotencyKey),
	}
	for _, l := range input.Lines {
		in.Lines = append(in.Lines, sale.OrderLineInput{ExternalID: zeroIfNil(l.ExternalID), Kind: zeroIfNil(l.Kind), Name: l.Name,
			ProductID: zeroIfNil(l.ProductID), Collections: l.Collections, Quantity: l.Quantity, Net: l.Net})
	}
	v, userErrors, err := outcome(m.r.Sales.RecordOrder(ctx, in))
	out := &model.RecordOrderPayload{UserErrors: userErrors}
	if v != nil {
		out.Order, out.Duplicate = &v.Order, v.Duplicate
	}
	return out, err
}

// RecordRefund records money given back.
func (m mutationResolver) RecordRefund(ctx context.Context, input model.RecordRefundInput) (*model.RecordRefundPayload, error) {
	in := sale.RecordRefundInput{Order: input.OrderID, ExternalID: input.ExternalID, Reason: zeroIfNil(input.Reason), RefundedAt: input.RefundedAt,
		IdempotencyKey: zeroIfNil(input.IdempotencyKey)}
	if input.Amount != nil {
		in.Amount, in.Currency = input.Amount.Amount, input.Amount.CurrencyCode
	}
	for _, l := range input.Lines {
		in.Lines = append(in.Lines, sale.RefundLineInput{ExternalID: l.ExternalID, Quantity: zeroIfNil(l.Quantity), Net: l.Net})
	}
	v, userErrors, err := outcome(m.r.Sales.RecordRefund(ctx, in))
	out := &model.RecordRefundPayload{UserErrors: userErrors}
	if v != nil {
		out.Order, out.Duplicate = &v.Order, v.Duplicate
	}
	return out, err
}

// RecordChargeback records what a customer's bank does about a payment.
func (m mutationResolver) RecordChargeback(ctx context.Context, input model.RecordChargebackInput) (*model.RecordChargebackPayload, error) {
	in := sale.RecordChargebackInput{Order: input.OrderID, ExternalID: input.ExternalID, Stage: input.Stage, Reason: zeroIfNil(input.Reason), At: input.At,
		IdempotencyKey: zeroIfNil(input.IdempotencyKey)}
	if input.Amount != nil {
		in.Amount, in.Currency = &input.Amount.Amount, input.Amount.CurrencyCode
	}
	v, userErrors, err := outcome(m.r.Sales.RecordChargeback(ctx, in))
	out := &model.RecordChargebackPayload{UserErrors: userErrors}
	if v != nil {
		out.Order, out.Duplicate = &v.Order, v.Duplicate
	}
	return out, err
}

// Attribution is the decision in force about an order; null before it, or where the caller may not read it.
func (o orderResolver) Attribution(ctx context.Context, obj *order.Order) (*sale.Attribution, error) {
	return child(ctx, "order.attribution", nil, obj.ID, o.r.Sales.OfOrders)
}

type attributionResolver struct{ r *Resolver }

// Attribution resolves what a decision refers to.
func (r *Resolver) Attribution() generated.AttributionResolver { return attributionResolver{r} }

// Policy is the version of the brand's policy that was applied.
func (attributionResolver) Policy(ctx context.Context, a *sale.Attribution) (*brand.Policy, error) {
	return policyOf(ctx, a.PolicyID)
}

type touchResolver struct{ r *Resolver }

// Touch resolves what a touch refers to.
func (r *Resolver) Touch() generated.TouchResolver { return touchResolver{r} }

// Creator is whose touch it is; null where the caller may not know.
func (touchResolver) Creator(ctx context.Context, t *sale.Touch) (*creator.Creator, error) {
	return maybe(ctx, from(ctx).creators, t.CreatorID)
}

type creditResolver struct{ r *Resolver }

// Credit resolves what a part of the credit refers to.
func (r *Resolver) Credit() generated.CreditResolver { return creditResolver{r} }

// Creator is who earns it; null where the caller may not know.
func (creditResolver) Creator(ctx context.Context, c *sale.Credit) (*creator.Creator, error) {
	return maybe(ctx, from(ctx).creators, c.CreatorID)
}
