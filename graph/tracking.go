package graph

import (
	"context"

	"github.com/google/uuid"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/partnership"
	"tributary/internal/program"
	"tributary/internal/tracking"
)

func (q queryResolver) Link(ctx context.Context, x id.ID) (*tracking.Link, error) {
	return found(q.r.Tracking.Link(ctx, x))
}

func (q queryResolver) Links(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, partnershipID *id.ID, includeArchived *bool) (*page.Connection[tracking.Link], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Tracking.Links(ctx, tracking.ListFilter{Brand: brandID, Partnership: partnershipID, IncludeArchived: zeroIfNil(includeArchived)}, r)
	return &c, err
}

func (q queryResolver) Codes(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, partnershipID *id.ID) (*page.Connection[tracking.Code], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Tracking.Codes(ctx, tracking.ListFilter{Brand: brandID, Partnership: partnershipID}, r)
	return &c, err
}

func (q queryResolver) Click(ctx context.Context, x id.ID) (*tracking.Click, error) {
	return found(q.r.Tracking.Click(ctx, x))
}

func (m mutationResolver) CreateLink(ctx context.Context, in model.CreateLinkInput) (*model.CreateLinkPayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.CreateLink(ctx, tracking.CreateLinkInput{
		PartnershipID: in.PartnershipID, Platform: zeroIfNil(in.Platform), DestinationURL: zeroIfNil(in.DestinationURL),
		VanityCode: zeroIfNil(in.VanityCode), Label: zeroIfNil(in.Label), Campaign: zeroIfNil(in.Campaign), SubID: in.SubID}))
	return &model.CreateLinkPayload{Link: v, UserErrors: userErrors}, err
}

func (m mutationResolver) ArchiveLink(ctx context.Context, in model.ArchiveLinkInput) (*model.ArchiveLinkPayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.ArchiveLink(ctx, in.LinkID))
	return &model.ArchiveLinkPayload{Link: v, UserErrors: userErrors}, err
}

func (m mutationResolver) CreateCode(ctx context.Context, in model.CreateCodeInput) (*model.CreateCodePayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.CreateCode(ctx, tracking.CreateCodeInput{
		PartnershipID: in.PartnershipID, Code: in.Code, Discount: zeroIfNil(in.Discount), Platform: zeroIfNil(in.Platform), EndsAt: in.EndsAt}))
	return &model.CreateCodePayload{Code: v, UserErrors: userErrors}, err
}

func (m mutationResolver) ArchiveCode(ctx context.Context, in model.ArchiveCodeInput) (*model.ArchiveCodePayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.ArchiveCode(ctx, in.CodeID))
	return &model.ArchiveCodePayload{Code: v, UserErrors: userErrors}, err
}

// Link answers the fields of links that need more than the link; its figures stand with insight.
func (r *Resolver) Link() generated.LinkResolver { return linkResolver{r} }

type linkResolver struct{ r *Resolver }

func (l linkResolver) URL(_ context.Context, obj *tracking.Link) (string, error) {
	return l.r.Tracking.LinkURL(*obj), nil
}

func (linkResolver) Program(ctx context.Context, obj *tracking.Link) (*program.Program, error) {
	return programOf(ctx, obj.ProgramID)
}

func (linkResolver) Creator(ctx context.Context, obj *tracking.Link) (*creator.Creator, error) {
	return creatorOf(ctx, obj.CreatorID)
}

func (linkResolver) Partnership(ctx context.Context, obj *tracking.Link) (*partnership.Partnership, error) {
	return partnershipOf(ctx, obj.PartnershipID)
}

// Code answers the fields of codes that need more than the code.
func (r *Resolver) Code() generated.CodeResolver { return codeResolver{} }

type codeResolver struct{}

func (codeResolver) Program(ctx context.Context, obj *tracking.Code) (*program.Program, error) {
	return programOf(ctx, obj.ProgramID)
}

func (codeResolver) Creator(ctx context.Context, obj *tracking.Code) (*creator.Creator, error) {
	return creatorOf(ctx, obj.CreatorID)
}

// Click answers the fields of clicks that need more than the click.
func (r *Resolver) Click() generated.ClickResolver { return clickResolver{} }

type clickResolver struct{}

func (clickResolver) Link(ctx context.Context, obj *tracking.Click) (*tracking.Link, error) {
	return linkOf(ctx, obj.LinkID)
}

// Links of partnerships that were asked for together are fetched together.
func (p partnershipResolver) Links(ctx context.Context, obj *partnership.Partnership, first *int, after *string, last *int, before *string) (*page.Connection[tracking.Link], error) {
	request, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := child(ctx, "Partnership.links", request, obj.ID, func(ctx context.Context, parents []uuid.UUID) (map[uuid.UUID]page.Connection[tracking.Link], error) {
		return p.r.Tracking.LinksOfPartnerships(ctx, parents, request)
	})
	links := zeroIfNil(c)
	return &links, err
}

func (p partnershipResolver) Codes(ctx context.Context, obj *partnership.Partnership) ([]tracking.Code, error) {
	codes, err := child(ctx, "Partnership.codes", nil, obj.ID, p.r.Tracking.CodesOfPartnerships)
	return zeroIfNil(codes), err
}
