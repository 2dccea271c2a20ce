package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/order"
	"tributary/internal/program"
	"tributary/internal/sale"
)

// Claims lists the claims of a brand, or the signed-in creator's own.
func (q queryResolver) Claims(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, status *sale.ClaimStatus) (*page.Connection[sale.Claim], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	f := sale.ClaimFilter{Status: zeroIfNil(status)}
	if brandID != nil {
		if f.Brand, err = id.Want(*brandID, id.Brand, "brand"); err != nil {
			return nil, err
		}
	}
	c, err := q.r.Sales.Claims(ctx, f, r)
	return &c, err
}

// DisputeAttribution says that a sale is missing.
func (m mutationResolver) DisputeAttribution(ctx context.Context, input model.DisputeAttributionInput) (*model.DisputeAttributionPayload, error) {
	in := sale.DisputeInput{Partnership: input.PartnershipID, OrderNumber: zeroIfNil(input.OrderNumber), PlacedOn: input.PlacedOn, Evidence: input.Evidence,
		EvidenceURL: zeroIfNil(input.EvidenceURL)}
	if input.Amount != nil {
		in.Amount, in.Currency = input.Amount.Amount, input.Amount.CurrencyCode
	}
	v, userErrors, err := outcome(m.r.Sales.Dispute(ctx, in))
	return &model.DisputeAttributionPayload{Claim: v, UserErrors: userErrors}, err
}

// AnswerClaim declines a claim, or accepts it and pays.
func (m mutationResolver) AnswerClaim(ctx context.Context, input model.AnswerClaimInput) (*model.AnswerClaimPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.AnswerClaim(ctx, sale.AnswerClaimInput{Claim: input.ClaimID, Decision: input.Decision, Order: input.OrderID, Answer: input.Answer}))
	return &model.AnswerClaimPayload{Claim: v, UserErrors: userErrors}, err
}

// ReopenClaim asks again about a claim.
func (m mutationResolver) ReopenClaim(ctx context.Context, input model.ReopenClaimInput) (*model.ReopenClaimPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.ReopenClaim(ctx, sale.ReopenClaimInput{Claim: input.ClaimID, Reason: input.Reason}))
	return &model.ReopenClaimPayload{Claim: v, UserErrors: userErrors}, err
}

// CloseClaim ends a claim.
func (m mutationResolver) CloseClaim(ctx context.Context, input model.CloseClaimInput) (*model.CloseClaimPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.CloseClaim(ctx, input.ClaimID))
	return &model.CloseClaimPayload{Claim: v, UserErrors: userErrors}, err
}

// ReassignAttribution gives a sale to another creator.
func (m mutationResolver) ReassignAttribution(ctx context.Context, input model.ReassignAttributionInput) (*model.ReassignAttributionPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.Reassign(ctx, sale.ReassignInput{Order: input.OrderID, Partnership: input.PartnershipID, Reason: input.Reason}))
	out := &model.ReassignAttributionPayload{UserErrors: userErrors}
	if v != nil {
		out.Order, out.Proposal = &v.Order, v.Proposal
	}
	return out, err
}

type claimResolver struct{ r *Resolver }

// Claim resolves what a claim refers to.
func (r *Resolver) Claim() generated.ClaimResolver { return claimResolver{r} }

// Brand is whom it was made to.
func (claimResolver) Brand(ctx context.Context, c *sale.Claim) (*brand.Brand, error) {
	return brandOf(ctx, c.BrandID)
}

// Program is the program that the sale belongs to.
func (claimResolver) Program(ctx context.Context, c *sale.Claim) (*program.Program, error) {
	return programOf(ctx, c.ProgramID)
}

// Creator is who made it.
func (claimResolver) Creator(ctx context.Context, c *sale.Claim) (*creator.Creator, error) {
	return creatorOf(ctx, c.CreatorID)
}

// Order is what it is about; null where the caller may not know.
func (claimResolver) Order(ctx context.Context, c *sale.Claim) (*order.Order, error) {
	return maybe(ctx, from(ctx).orders, c.OrderID)
}
