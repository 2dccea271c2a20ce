package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/order"
	"tributary/internal/partnership"
	"tributary/internal/sale"
)

// SurveyQueue lists what customers of a brand answered.
func (q queryResolver) SurveyQueue(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, status *sale.SurveyStatus) (*page.Connection[sale.SurveyAnswer], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	c, err := q.r.Sales.SurveyQueue(ctx, brand, zeroIfNil(status), r)
	return &c, err
}

// RecordSurveyAnswer tells what a customer answered.
func (m mutationResolver) RecordSurveyAnswer(ctx context.Context, input model.RecordSurveyAnswerInput) (*model.RecordSurveyAnswerPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.RecordSurvey(ctx, sale.SurveyInput{Order: input.OrderID, Answer: input.Answer, AnsweredAt: input.AnsweredAt}))
	out := &model.RecordSurveyAnswerPayload{UserErrors: userErrors}
	if v != nil {
		out.SurveyAnswer, out.Duplicate = &v.Answer, v.Duplicate
	}
	return out, err
}

// ResolveSurveyAnswer says whom a customer meant.
func (m mutationResolver) ResolveSurveyAnswer(ctx context.Context, input model.ResolveSurveyAnswerInput) (*model.ResolveSurveyAnswerPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.ResolveSurvey(ctx, sale.ResolveSurveyInput{Answer: input.SurveyAnswerID, Partnership: input.PartnershipID}))
	return &model.ResolveSurveyAnswerPayload{SurveyAnswer: v, UserErrors: userErrors}, err
}

// SurveyURL is the address of the page that asks the customer; null for those who may not ask.
func (o orderResolver) SurveyURL(ctx context.Context, obj *order.Order) (*string, error) {
	if url := o.r.Sales.SurveyURL(ctx, *obj); url != "" {
		return &url, nil
	}
	return nil, nil
}

type surveyAnswerResolver struct{ r *Resolver }

// SurveyAnswer resolves what an answer refers to.
func (r *Resolver) SurveyAnswer() generated.SurveyAnswerResolver { return surveyAnswerResolver{r} }

// Order is what it was answered about.
func (surveyAnswerResolver) Order(ctx context.Context, a *sale.SurveyAnswer) (*order.Order, error) {
	return one(ctx, from(ctx).orders, a.OrderID, "order")
}

// Creator is who is meant.
func (surveyAnswerResolver) Creator(ctx context.Context, a *sale.SurveyAnswer) (*creator.Creator, error) {
	return maybe(ctx, from(ctx).creators, a.CreatorID)
}

type surveyCandidateResolver struct{ r *Resolver }

// SurveyCandidate resolves what somebody who may be meant refers to.
func (r *Resolver) SurveyCandidate() generated.SurveyCandidateResolver {
	return surveyCandidateResolver{r}
}

// Partnership is what would get the credit.
func (surveyCandidateResolver) Partnership(ctx context.Context, c *sale.SurveyCandidate) (*partnership.Partnership, error) {
	return partnershipOf(ctx, c.PartnershipID)
}

// Creator is who may be meant.
func (surveyCandidateResolver) Creator(ctx context.Context, c *sale.SurveyCandidate) (*creator.Creator, error) {
	return creatorOf(ctx, c.CreatorID)
}
