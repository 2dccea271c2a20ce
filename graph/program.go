package graph

import (
	"context"

	"github.com/google/uuid"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/partnership"
	"tributary/internal/program"
)

func (q queryResolver) Program(ctx context.Context, slug *string, x *id.ID) (*program.Program, error) {
	switch {
	case slug != nil && x == nil:
		return found(q.r.Programs.BySlug(ctx, *slug))
	case x != nil && slug == nil:
		return found(q.r.Programs.Get(ctx, *x))
	}
	return nil, fault.At("slug", "REQUIRED", "Give either slug or id.")
}

func (q queryResolver) Programs(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, search *string) (*page.Connection[program.Program], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Programs.List(ctx, program.Filter{BrandID: zeroIfNil(brandID), Search: search}, r)
	return &c, err
}

func (q queryResolver) Resources(ctx context.Context, first *int, after *string, last *int, before *string, programID id.ID) (*page.Connection[program.Resource], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Programs.Resources(ctx, programID, r)
	return &c, err
}

func (m mutationResolver) CreateProgram(ctx context.Context, in model.CreateProgramInput) (*model.CreateProgramPayload, error) {
	v, userErrors, err := outcome(m.r.Programs.Create(ctx, program.CreateInput{
		BrandID: in.BrandID, Name: in.Name, Slug: in.Slug, Summary: zeroIfNil(in.Summary), Description: zeroIfNil(in.Description),
		Goal: zeroIfNil(in.Goal), Currency: in.Currency, ClickWindowDays: in.ClickWindowDays, HoldDays: in.HoldDays,
		MinimumPayout: in.MinimumPayout, TrialDays: in.TrialDays, TouchKinds: in.TouchKinds, Questions: in.Questions,
		Visibility: zeroIfNil(in.Visibility), DefaultDestinationURL: in.DefaultDestinationURL, AutoApprove: zeroIfNil(in.AutoApprove)}))
	return &model.CreateProgramPayload{Program: v, UserErrors: userErrors}, err
}

func (m mutationResolver) UpdateProgram(ctx context.Context, in model.UpdateProgramInput) (*model.UpdateProgramPayload, error) {
	v, userErrors, err := outcome(m.r.Programs.Update(ctx, program.UpdateInput{
		ProgramID: in.ProgramID, Name: in.Name, Summary: in.Summary, Description: in.Description, Visibility: in.Visibility,
		DefaultDestinationURL: in.DefaultDestinationURL, Questions: in.Questions, AutoApprove: in.AutoApprove}))
	return &model.UpdateProgramPayload{Program: v, UserErrors: userErrors}, err
}

func (m mutationResolver) SetProgramStatus(ctx context.Context, in model.SetProgramStatusInput) (*model.SetProgramStatusPayload, error) {
	v, userErrors, err := outcome(m.r.Programs.SetStatus(ctx, in.ProgramID, in.Status))
	return &model.SetProgramStatusPayload{Program: v, UserErrors: userErrors}, err
}

func (m mutationResolver) PublishOffer(ctx context.Context, in model.PublishOfferInput) (*model.PublishOfferPayload, error) {
	overrides := make([]program.OverrideInput, len(in.Overrides))
	for i, o := range in.Overrides {
		overrides[i] = program.OverrideInput{Name: o.Name, Rate: o.Rate, ProductIDs: o.ProductIds, Collections: o.Collections}
	}
	var recurring *program.RecurringInput
	if r := in.Recurring; r != nil {
		recurring = &program.RecurringInput{Term: r.Term, Months: r.Months, Rate: r.Rate, KeptAfterRetirement: zeroIfNil(r.KeptAfterRetirement)}
	}
	v, userErrors, err := outcome(m.r.Programs.PublishOffer(ctx, program.PublishOfferInput{
		ProgramID: in.ProgramID, Name: in.Name, Kind: in.Kind, Rate: in.Rate, NewCustomerRate: in.NewCustomerRate,
		FlatAmount: asWritten(in.FlatAmount), CapPerOrder: asWritten(in.CapPerOrder), Overrides: overrides, Recurring: recurring, Note: zeroIfNil(in.Note)}))
	return &model.PublishOfferPayload{Offer: v, UserErrors: userErrors}, err
}

// asWritten passes an amount on unread: the service reads it and names the field when it is wrong.
func asWritten(in *model.MoneyInput) *program.Amount {
	if in == nil {
		return nil
	}
	return &program.Amount{Decimal: in.Amount, Currency: in.CurrencyCode}
}

func (m mutationResolver) PublishTerms(ctx context.Context, in model.PublishTermsInput) (*model.PublishTermsPayload, error) {
	v, userErrors, err := outcome(m.r.Programs.PublishTerms(ctx, in.ProgramID, in.Body))
	return &model.PublishTermsPayload{Terms: v, UserErrors: userErrors}, err
}

func (m mutationResolver) AddResource(ctx context.Context, in model.AddResourceInput) (*model.AddResourcePayload, error) {
	v, userErrors, err := outcome(m.r.Programs.AddResource(ctx, program.AddResourceInput{
		ProgramID: in.ProgramID, Kind: in.Kind, Title: in.Title, Body: in.Body, URL: in.URL}))
	return &model.AddResourcePayload{Resource: v, UserErrors: userErrors}, err
}

// Program answers the fields of programs that need more than the program.
func (r *Resolver) Program() generated.ProgramResolver { return programResolver{r} }

type programResolver struct{ r *Resolver }

func (x programResolver) Brand(ctx context.Context, p *program.Program) (*brand.Brand, error) {
	return brandOf(ctx, p.BrandID)
}

func (x programResolver) Offer(ctx context.Context, p *program.Program) (*program.Offer, error) {
	return child(ctx, "Program.offer", nil, p.ID, x.r.Programs.CurrentOffers)
}

func (x programResolver) Terms(ctx context.Context, p *program.Program) (*program.Terms, error) {
	return child(ctx, "Program.terms", nil, p.ID, x.r.Programs.CurrentTerms)
}

// partnershipsShape is the arguments of Program.partnerships.
type partnershipsShape struct {
	page   page.Request
	status partnership.Status
}

func (x programResolver) Partnerships(ctx context.Context, p *program.Program, first *int, after *string, last *int, before *string, status *partnership.Status) (*page.Connection[partnership.Partnership], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	return child(ctx, "Program.partnerships", partnershipsShape{r, zeroIfNil(status)}, p.ID,
		func(ctx context.Context, programs []uuid.UUID) (map[uuid.UUID]page.Connection[partnership.Partnership], error) {
			return x.r.Partnerships.PagesOfPrograms(ctx, programs, status, r)
		})
}

func (x programResolver) ViewerPartnership(ctx context.Context, p *program.Program) (*partnership.Partnership, error) {
	return child(ctx, "Program.viewerPartnership", nil, p.ID, x.r.Partnerships.MineIn)
}

func (x programResolver) ViewerApplication(ctx context.Context, p *program.Program) (*partnership.Application, error) {
	return child(ctx, "Program.viewerApplication", nil, p.ID, x.r.Partnerships.MyApplicationsTo)
}

// Offer answers the fields of offers that are read from their terms.
func (r *Resolver) Offer() generated.OfferResolver { return offerResolver{} }

type offerResolver struct{}

func (offerResolver) Kind(_ context.Context, o *program.Offer) (rule.RateKind, error) {
	return o.Kind(), nil
}

func (offerResolver) Rate(_ context.Context, o *program.Offer) (*money.BasisPoints, error) {
	return o.Rate(), nil
}

func (offerResolver) NewCustomerRate(_ context.Context, o *program.Offer) (*money.BasisPoints, error) {
	return o.NewCustomerRate(), nil
}

func (offerResolver) FlatAmount(_ context.Context, o *program.Offer) (*money.Money, error) {
	return o.FlatAmount(), nil
}

func (offerResolver) CapPerOrder(_ context.Context, o *program.Offer) (*money.Money, error) {
	return o.Terms.CapPerOrder, nil
}

func (offerResolver) Overrides(_ context.Context, o *program.Offer) ([]rule.Override, error) {
	return o.Terms.Overrides, nil
}

func (offerResolver) Sentence(_ context.Context, o *program.Offer) (string, error) {
	return o.Sentence(), nil
}

// OfferOverride answers the rate of an override: 0 for what is excluded.
func (r *Resolver) OfferOverride() generated.OfferOverrideResolver { return offerOverrideResolver{} }

type offerOverrideResolver struct{}

func (offerOverrideResolver) Rate(_ context.Context, o *rule.Override) (money.BasisPoints, error) {
	return program.OverrideRate(*o), nil
}

// Resource answers the fields of resources that need more than the resource.
func (r *Resolver) Resource() generated.ResourceResolver { return resourceResolver{} }

type resourceResolver struct{}

func (resourceResolver) Program(ctx context.Context, o *program.Resource) (*program.Program, error) {
	return programOf(ctx, o.ProgramID)
}
