package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/partnership"
	"tributary/internal/program"
)

func (q queryResolver) Application(ctx context.Context, x id.ID) (*partnership.Application, error) {
	return found(q.r.Partnerships.Application(ctx, x))
}

func (q queryResolver) Applications(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, programID *id.ID, status *partnership.ApplicationStatus) (*page.Connection[partnership.Application], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Partnerships.Applications(ctx, partnership.ApplicationFilter{BrandID: zeroIfNil(brandID), ProgramID: zeroIfNil(programID), Status: status}, r)
	return &c, err
}

func (q queryResolver) Partnership(ctx context.Context, x id.ID) (*partnership.Partnership, error) {
	return found(q.r.Partnerships.Get(ctx, x))
}

func (q queryResolver) Partnerships(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, programID *id.ID, status *partnership.Status, search *string) (*page.Connection[partnership.Partnership], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Partnerships.List(ctx, partnership.Filter{BrandID: zeroIfNil(brandID), ProgramID: zeroIfNil(programID), Status: status, Search: search}, r)
	return &c, err
}

func (m mutationResolver) ApplyToProgram(ctx context.Context, in model.ApplyToProgramInput) (*model.ApplyToProgramPayload, error) {
	v, userErrors, err := outcome(m.r.Partnerships.Apply(ctx, partnership.ApplyInput{
		ProgramID: in.ProgramID, Answers: in.Answers, Platforms: in.Platforms, Plan: zeroIfNil(in.Plan)}))
	return &model.ApplyToProgramPayload{Application: v, UserErrors: userErrors}, err
}

func (m mutationResolver) WithdrawApplication(ctx context.Context, in model.WithdrawApplicationInput) (*model.WithdrawApplicationPayload, error) {
	v, userErrors, err := outcome(m.r.Partnerships.Withdraw(ctx, in.ApplicationID))
	return &model.WithdrawApplicationPayload{Application: v, UserErrors: userErrors}, err
}

func (m mutationResolver) DecideApplication(ctx context.Context, in model.DecideApplicationInput) (*model.DecideApplicationPayload, error) {
	a, p, err := m.r.Partnerships.Decide(ctx, partnership.DecideInput{
		ApplicationID: in.ApplicationID, Decision: in.Decision, Reason: zeroIfNil(in.Reason)})
	v, userErrors, err := outcome(a, err)
	return &model.DecideApplicationPayload{Application: v, Partnership: p, UserErrors: userErrors}, err
}

func (m mutationResolver) AcceptTerms(ctx context.Context, in model.AcceptTermsInput) (*model.AcceptTermsPayload, error) {
	v, userErrors, err := outcome(m.r.Partnerships.AcceptTerms(ctx, partnership.AcceptTermsInput{
		PartnershipID: in.PartnershipID, Version: in.Version, DisclosureAccepted: in.DisclosureAccepted}))
	return &model.AcceptTermsPayload{Partnership: v, UserErrors: userErrors}, err
}

func (m mutationResolver) SetPartnershipStatus(ctx context.Context, in model.SetPartnershipStatusInput) (*model.SetPartnershipStatusPayload, error) {
	v, userErrors, err := outcome(m.r.Partnerships.SetStatus(ctx, partnership.StatusInput{
		PartnershipID: in.PartnershipID, Status: in.Status, PauseKind: in.PauseKind, Reason: in.Reason}))
	return &model.SetPartnershipStatusPayload{Partnership: v, UserErrors: userErrors}, err
}

// UpdatePartnershipAliases says what a brand's customers call a creator.
func (m mutationResolver) UpdatePartnershipAliases(ctx context.Context, in model.UpdatePartnershipAliasesInput) (*model.UpdatePartnershipAliasesPayload, error) {
	v, userErrors, err := outcome(m.r.Partnerships.SetAliases(ctx, in.PartnershipID, in.Aliases))
	return &model.UpdatePartnershipAliasesPayload{Partnership: v, UserErrors: userErrors}, err
}

// Application answers the fields of applications that need more than the application.
func (r *Resolver) Application() generated.ApplicationResolver { return applicationResolver{} }

type applicationResolver struct{}

func (applicationResolver) Program(ctx context.Context, a *partnership.Application) (*program.Program, error) {
	return programOf(ctx, a.ProgramID)
}

func (applicationResolver) Creator(ctx context.Context, a *partnership.Application) (*creator.Creator, error) {
	return creatorOf(ctx, a.CreatorID)
}

// Partnership answers the fields of partnerships that need more than the partnership; links, codes and totals stand with tracking.
func (r *Resolver) Partnership() generated.PartnershipResolver { return partnershipResolver{r} }

type partnershipResolver struct{ r *Resolver }

func (partnershipResolver) Program(ctx context.Context, p *partnership.Partnership) (*program.Program, error) {
	return programOf(ctx, p.ProgramID)
}

func (partnershipResolver) Creator(ctx context.Context, p *partnership.Partnership) (*creator.Creator, error) {
	return creatorOf(ctx, p.CreatorID)
}
