package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/identity"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/order"
	"tributary/internal/partnership"
	"tributary/internal/sale"
)

// AttributionSuggestions lists orders of a brand that would be decided otherwise now.
func (q queryResolver) AttributionSuggestions(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, status *sale.SuggestionStatus) (*page.Connection[sale.Suggestion], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	c, err := q.r.Sales.Suggestions(ctx, brand, zeroIfNil(status), r)
	return &c, err
}

// AcceptAttributionSuggestion gives a sale to whom a suggestion names.
func (m mutationResolver) AcceptAttributionSuggestion(ctx context.Context, input model.AcceptAttributionSuggestionInput) (*model.AcceptAttributionSuggestionPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.AcceptSuggestion(ctx, input.SuggestionID, input.Reason))
	return &model.AcceptAttributionSuggestionPayload{Suggestion: v, UserErrors: userErrors}, err
}

// DismissAttributionSuggestion leaves an order as it was decided.
func (m mutationResolver) DismissAttributionSuggestion(ctx context.Context, input model.DismissAttributionSuggestionInput) (*model.DismissAttributionSuggestionPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.DismissSuggestion(ctx, input.SuggestionID, input.Reason))
	return &model.DismissAttributionSuggestionPayload{Suggestion: v, UserErrors: userErrors}, err
}

type attributionSuggestionResolver struct{ r *Resolver }

// AttributionSuggestion resolves what a suggestion refers to.
func (r *Resolver) AttributionSuggestion() generated.AttributionSuggestionResolver {
	return attributionSuggestionResolver{r}
}

// Order is what would be decided otherwise.
func (attributionSuggestionResolver) Order(ctx context.Context, a *sale.Suggestion) (*order.Order, error) {
	return one(ctx, from(ctx).orders, a.OrderID, "order")
}

// ProposedBy is who wants it, and needs a second person.
func (attributionSuggestionResolver) ProposedBy(ctx context.Context, a *sale.Suggestion) (*identity.User, error) {
	return maybe(ctx, from(ctx).users, a.ProposedByID)
}

// Partnership is who would have most of the credit.
func (attributionSuggestionResolver) Partnership(ctx context.Context, a *sale.Suggestion) (*partnership.Partnership, error) {
	return maybe(ctx, from(ctx).partnerships, a.PartnershipID)
}
