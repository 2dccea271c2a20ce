package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/sale"
)

// AttributionPolicy answers the fields of policies that are told in another shape.
func (r *Resolver) AttributionPolicy() generated.AttributionPolicyResolver { return policyResolver{} }

type policyResolver struct{}

func (policyResolver) MinimumConfidencePpm(_ context.Context, obj *brand.Policy) (int, error) {
	return int(obj.MinimumConfidence), nil
}

// PolicyReplay gives one replay of a draft.
func (q queryResolver) PolicyReplay(ctx context.Context, x id.ID) (*sale.Replay, error) {
	return found(q.r.Sales.ReplayByID(ctx, x))
}

// PolicyReplays lists the replays of a brand.
func (q queryResolver) PolicyReplays(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID) (*page.Connection[sale.Replay], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Sales.Replays(ctx, brandID, r)
	return &c, err
}

// ReplayPolicy begins to try a draft on stored orders.
func (m mutationResolver) ReplayPolicy(ctx context.Context, input model.ReplayPolicyInput) (*model.ReplayPolicyPayload, error) {
	in := sale.ReplayPolicyInput{Brand: input.BrandID, Model: input.Model, Precedence: input.Precedence, HalfLifeDays: brand.HalfLifeDefault,
		SurveyPays: zeroIfNil(input.SurveyPays), ModelledPays: zeroIfNil(input.ModelledPays), MinimumConfidence: int(money.One), WindowDays: input.WindowDays, TouchKinds: input.TouchKinds, From: input.From, To: input.To}
	if input.HalfLifeDays != nil {
		in.HalfLifeDays = *input.HalfLifeDays
	}
	if input.MinimumConfidencePpm != nil {
		in.MinimumConfidence = *input.MinimumConfidencePpm
	}
	v, userErrors, err := outcome(m.r.Sales.ReplayPolicy(ctx, in))
	return &model.ReplayPolicyPayload{Replay: v, UserErrors: userErrors}, err
}

// StopPolicyReplay stops a replay.
func (m mutationResolver) StopPolicyReplay(ctx context.Context, input model.StopPolicyReplayInput) (*model.StopPolicyReplayPayload, error) {
	v, userErrors, err := outcome(m.r.Sales.StopReplay(ctx, input.ReplayID))
	return &model.StopPolicyReplayPayload{Replay: v, UserErrors: userErrors}, err
}

// PolicyReplay answers the fields of replays that need more than the replay.
func (r *Resolver) PolicyReplay() generated.PolicyReplayResolver { return replayResolver{r} }

type replayResolver struct{ r *Resolver }

func (p replayResolver) Totals(ctx context.Context, obj *sale.Replay) ([]sale.ReplayTotal, error) {
	totals, err := child(ctx, "PolicyReplay.totals", nil, obj.ID, p.r.Sales.ReplayTotals)
	return zeroIfNil(totals), err
}

func (p replayResolver) Rows(ctx context.Context, obj *sale.Replay) ([]sale.ReplayRow, error) {
	rows, err := child(ctx, "PolicyReplay.rows", nil, obj.ID, p.r.Sales.ReplayRows)
	return zeroIfNil(rows), err
}

// PolicyReplayRow answers the fields of rows that need more than the row.
func (r *Resolver) PolicyReplayRow() generated.PolicyReplayRowResolver { return replayRowResolver{} }

type replayRowResolver struct{}

func (replayRowResolver) Creator(ctx context.Context, obj *sale.ReplayRow) (*creator.Creator, error) {
	return creatorOf(ctx, obj.CreatorID)
}
