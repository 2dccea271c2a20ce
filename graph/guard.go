package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/fraud"
	"tributary/internal/kit/id"
	"tributary/internal/partnership"
	"tributary/internal/tracking"
)

// ProgramGuard gives how a program treats what looks wrong.
func (q queryResolver) ProgramGuard(ctx context.Context, programID id.ID) (*fraud.ProgramGuard, error) {
	v, err := q.r.Holds.Guard(ctx, programID)
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// CodeGuards lists the codes of a brand with how they were used.
func (q queryResolver) CodeGuards(ctx context.Context, brandID id.ID) ([]fraud.CodeGuard, error) {
	return q.r.Holds.CodeGuards(ctx, brandID)
}

// PartnershipGuard gives what a brand lets a creator do that would look wrong of others.
func (q queryResolver) PartnershipGuard(ctx context.Context, partnershipID id.ID) (*fraud.PartnershipGuard, error) {
	v, err := q.r.Holds.PartnershipGuard(ctx, partnershipID)
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// Findings lists what looks wrong over many orders or clicks.
func (q queryResolver) Findings(ctx context.Context, brandID id.ID) ([]fraud.Finding, error) {
	return q.r.Holds.Findings(ctx, brandID)
}

// UpdateProgramGuard changes how a program treats what looks wrong.
func (m mutationResolver) UpdateProgramGuard(ctx context.Context, in model.UpdateProgramGuardInput) (*model.UpdateProgramGuardPayload, error) {
	v, userErrors, err := outcome(m.r.Holds.UpdateProgramGuard(ctx, fraud.UpdateProgramGuardInput{Program: in.ProgramID, LeakMode: in.LeakMode,
		BannedMode: in.BannedMode, FindingMode: in.FindingMode, BannedSources: in.BannedSources}))
	return &model.UpdateProgramGuardPayload{Guard: v, UserErrors: userErrors}, err
}

// UpdatePartnershipGuard says what a brand lets a creator do.
func (m mutationResolver) UpdatePartnershipGuard(ctx context.Context, in model.UpdatePartnershipGuardInput) (*model.UpdatePartnershipGuardPayload, error) {
	v, userErrors, err := outcome(m.r.Holds.UpdatePartnershipGuard(ctx, fraud.UpdatePartnershipGuardInput{Partnership: in.PartnershipID,
		OwnPurchases: in.OwnPurchases, Reason: in.Reason}))
	return &model.UpdatePartnershipGuardPayload{Guard: v, UserErrors: userErrors}, err
}

// UpdateCodeGuard says whether a code has leaked and how it counts then.
func (m mutationResolver) UpdateCodeGuard(ctx context.Context, in model.UpdateCodeGuardInput) (*model.UpdateCodeGuardPayload, error) {
	v, userErrors, err := outcome(m.r.Holds.UpdateCodeGuard(ctx, fraud.UpdateCodeGuardInput{Code: in.CodeID, Mode: in.Mode, Leaked: in.Leaked, Reason: zeroIfNil(in.Reason)}))
	return &model.UpdateCodeGuardPayload{Guard: v, UserErrors: userErrors}, err
}

// CloseFinding says that somebody has looked at a finding.
func (m mutationResolver) CloseFinding(ctx context.Context, in model.CloseFindingInput) (*model.CloseFindingPayload, error) {
	v, userErrors, err := outcome(m.r.Holds.CloseFinding(ctx, fraud.CloseFindingInput{Finding: in.FindingID, Reason: in.Reason}))
	return &model.CloseFindingPayload{Finding: v, UserErrors: userErrors}, err
}

type codeGuardResolver struct{}

// CodeGuard resolves what the guard of a code refers to.
func (r *Resolver) CodeGuard() generated.CodeGuardResolver { return codeGuardResolver{} }

// Code is the code.
func (codeGuardResolver) Code(ctx context.Context, g *fraud.CodeGuard) (*tracking.Code, error) {
	return one(ctx, from(ctx).codes, g.CodeID, "code")
}

type findingResolver struct{}

// Finding resolves what a finding refers to.
func (r *Resolver) Finding() generated.FindingResolver { return findingResolver{} }

// Partnership is whose orders or clicks it is about.
func (findingResolver) Partnership(ctx context.Context, f *fraud.Finding) (*partnership.Partnership, error) {
	return partnershipOf(ctx, f.PartnershipID)
}

// Code is the code of a leak.
func (findingResolver) Code(ctx context.Context, f *fraud.Finding) (*tracking.Code, error) {
	return maybe(ctx, from(ctx).codes, f.CodeID)
}

// Link is the link of a flood.
func (findingResolver) Link(ctx context.Context, f *fraud.Finding) (*tracking.Link, error) {
	return maybe(ctx, from(ctx).links, f.LinkID)
}
