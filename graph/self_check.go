package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/kit/id"
	"tributary/internal/order"
	"tributary/internal/storefront/selfcheck"
	"tributary/internal/tracking"
)

// TrackingSelfCheck gives the last self-check of a shop.
func (q queryResolver) TrackingSelfCheck(ctx context.Context, integrationID id.ID) (*selfcheck.SelfCheck, error) {
	v, there, err := q.r.SelfChecks.Get(ctx, integrationID)
	if !there {
		return nil, err
	}
	return &v, err
}

// StartTrackingSelfCheck begins a self-check.
func (m mutationResolver) StartTrackingSelfCheck(ctx context.Context, input model.StartTrackingSelfCheckInput) (*model.StartTrackingSelfCheckPayload, error) {
	v, userErrors, err := outcome(m.r.SelfChecks.Start(ctx, selfcheck.StartInput{IntegrationID: input.IntegrationID, PartnershipID: input.PartnershipID,
		DestinationURL: zeroIfNil(input.DestinationURL)}))
	return &model.StartTrackingSelfCheckPayload{SelfCheck: v, UserErrors: userErrors}, err
}

// EndTrackingSelfCheck ends a self-check.
func (m mutationResolver) EndTrackingSelfCheck(ctx context.Context, input model.EndTrackingSelfCheckInput) (*model.EndTrackingSelfCheckPayload, error) {
	v, userErrors, err := outcome(m.r.SelfChecks.End(ctx, input.IntegrationID))
	return &model.EndTrackingSelfCheckPayload{SelfCheck: v, UserErrors: userErrors}, err
}

type trackingSelfCheckResolver struct{}

// TrackingSelfCheck answers what a self-check refers to.
func (r *Resolver) TrackingSelfCheck() generated.TrackingSelfCheckResolver {
	return trackingSelfCheckResolver{}
}

// Integration is the shop.
func (trackingSelfCheckResolver) Integration(ctx context.Context, obj *selfcheck.SelfCheck) (*brand.Integration, error) {
	return one(ctx, from(ctx).integrations, obj.IntegrationID, "integration")
}

// Link is the one that was made for the walk.
func (trackingSelfCheckResolver) Link(ctx context.Context, obj *selfcheck.SelfCheck) (*tracking.Link, error) {
	return linkOf(ctx, obj.LinkID)
}

// Order is the tester's.
func (trackingSelfCheckResolver) Order(ctx context.Context, obj *selfcheck.SelfCheck) (*order.Order, error) {
	return maybe(ctx, from(ctx).orders, obj.OrderID)
}
