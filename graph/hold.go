package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

// Holds lists the holds of a brand.
func (q queryResolver) Holds(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, status *fraud.HoldStatus, signal *fraud.Signal) (*page.Connection[fraud.Hold], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	c, err := q.r.Holds.List(ctx, brand, zeroIfNil(status), zeroIfNil(signal), r)
	return &c, err
}

// OpenHold keeps a commission back.
func (m mutationResolver) OpenHold(ctx context.Context, input model.OpenHoldInput) (*model.OpenHoldPayload, error) {
	v, userErrors, err := outcome(m.r.Holds.OpenHold(ctx, fraud.OpenHoldInput{Commission: input.CommissionID, Reason: input.Reason}))
	return &model.OpenHoldPayload{Hold: v, UserErrors: userErrors}, err
}

// DecideHold lets a held commission go on or takes it back.
func (m mutationResolver) DecideHold(ctx context.Context, input model.DecideHoldInput) (*model.DecideHoldPayload, error) {
	v, userErrors, err := outcome(m.r.Holds.DecideHold(ctx, fraud.DecideHoldInput{Hold: input.HoldID, Decision: input.Decision, Reason: input.Reason,
		AllowOwnPurchases: zeroIfNil(input.AllowOwnPurchases)}))
	return &model.DecideHoldPayload{Hold: v, UserErrors: userErrors}, err
}

type holdResolver struct{ r *Resolver }

// Hold resolves what a hold refers to.
func (r *Resolver) Hold() generated.HoldResolver { return holdResolver{r} }

// Commission is what is kept back.
func (holdResolver) Commission(ctx context.Context, h *fraud.Hold) (*commission.Commission, error) {
	return commissionOf(ctx, h.CommissionID)
}
