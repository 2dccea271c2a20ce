package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/partnership"
	"tributary/internal/program"
	"tributary/internal/review"
)

func (q queryResolver) Reviews(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, status *review.Status) (*page.Connection[review.Review], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Reviews.List(ctx, review.Filter{BrandID: zeroIfNil(brandID), Status: status}, r)
	return &c, err
}

func (q queryResolver) Experiments(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID) (*page.Connection[review.Experiment], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Reviews.Experiments(ctx, brandID, r)
	return &c, err
}

func (m mutationResolver) DecideReview(ctx context.Context, in model.DecideReviewInput) (*model.DecideReviewPayload, error) {
	v, userErrors, err := outcome(m.r.Reviews.Decide(ctx, review.DecideInput{ReviewID: in.ReviewID, Decision: in.Decision, Words: in.Words}))
	return &model.DecideReviewPayload{Review: v, UserErrors: userErrors}, err
}

func (m mutationResolver) CreateExperiment(ctx context.Context, in model.CreateExperimentInput) (*model.CreateExperimentPayload, error) {
	arms := make([]review.ArmInput, len(in.Arms))
	for i, a := range in.Arms {
		arms[i] = review.ArmInput{Name: a.Name, PartnershipIDs: a.PartnershipIds}
	}
	v, userErrors, err := outcome(m.r.Reviews.CreateExperiment(ctx, review.CreateExperimentInput{
		ProgramID: in.ProgramID, Name: in.Name, Hypothesis: zeroIfNil(in.Hypothesis), Dimension: in.Dimension, Arms: arms}))
	return &model.CreateExperimentPayload{Experiment: v, UserErrors: userErrors}, err
}

// Review answers the fields of reviews that need more than the review.
func (r *Resolver) Review() generated.ReviewResolver { return reviewResolver{} }

type reviewResolver struct{}

func (reviewResolver) Partnership(ctx context.Context, x *review.Review) (*partnership.Partnership, error) {
	return partnershipOf(ctx, x.PartnershipID)
}

// Experiment answers the fields of experiments that need more than the experiment.
func (r *Resolver) Experiment() generated.ExperimentResolver { return experimentResolver{r} }

type experimentResolver struct{ r *Resolver }

func (experimentResolver) Program(ctx context.Context, x *review.Experiment) (*program.Program, error) {
	return programOf(ctx, x.ProgramID)
}

func (x experimentResolver) Arms(ctx context.Context, e *review.Experiment) ([]review.Arm, error) {
	v, err := child(ctx, "Experiment.arms", nil, e.ID, x.r.Reviews.ArmsOf)
	return zeroIfNil(v), err
}
