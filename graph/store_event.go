package graph

import (
	"context"

	"tributary/graph/model"
	"tributary/internal/tracking/storeevent"
)

// RecordStoreEvents records what visitors did at a shop.
func (m mutationResolver) RecordStoreEvents(ctx context.Context, input model.RecordStoreEventsInput) (*model.RecordStoreEventsPayload, error) {
	in := storeevent.RecordInput{Brand: input.BrandID, IdempotencyKey: zeroIfNil(input.IdempotencyKey)}
	for _, e := range input.Events {
		in.Events = append(in.Events, storeevent.EventInput{ID: e.ID, Type: e.Type, Click: e.ClickID, OccurredAt: e.OccurredAt, ProductID: zeroIfNil(e.ProductID),
			CheckoutToken: zeroIfNil(e.CheckoutToken), OrderID: zeroIfNil(e.OrderID), Store: zeroIfNil(e.Store)})
	}
	v, userErrors, err := outcome(m.r.StoreEvents.Record(ctx, in))
	out := &model.RecordStoreEventsPayload{UserErrors: userErrors}
	if v != nil {
		out.Recorded, out.Duplicates, out.Ignored = v.Recorded, v.Duplicates, v.Ignored
	}
	return out, err
}
