package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
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

func (q queryResolver) Links(ctx context.Context, first *int, after *string, last *int, before *string, brandID *id.ID, partnershipID *id.ID, includeArchived *bool, onlyTroubled *bool) (*page.Connection[tracking.Link], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Tracking.Links(ctx, tracking.ListFilter{Brand: brandID, Partnership: partnershipID, IncludeArchived: zeroIfNil(includeArchived),
		OnlyTroubled: zeroIfNil(onlyTroubled)}, r)
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

func (q queryResolver) LinkPreview(ctx context.Context, partnershipID id.ID, platform *creator.Platform, campaign *string, destinationURL *string, subID *string) (*tracking.Preview, error) {
	v, err := q.r.Tracking.Preview(ctx, tracking.PreviewInput{PartnershipID: partnershipID, Platform: zeroIfNil(platform), Campaign: zeroIfNil(campaign),
		DestinationURL: zeroIfNil(destinationURL), SubID: zeroIfNil(subID)})
	return &v, err
}

func (q queryResolver) LinkPage(ctx context.Context, creatorHandle string, program *string) (*tracking.LinkPage, error) {
	return found(q.r.Tracking.LinkPage(ctx, creatorHandle, zeroIfNil(program)))
}

func (m mutationResolver) CreateLink(ctx context.Context, in model.CreateLinkInput) (*model.CreateLinkPayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.CreateLink(ctx, tracking.CreateLinkInput{
		PartnershipID: in.PartnershipID, Platform: zeroIfNil(in.Platform), DestinationURL: zeroIfNil(in.DestinationURL),
		VanityCode: zeroIfNil(in.VanityCode), Label: zeroIfNil(in.Label), Campaign: zeroIfNil(in.Campaign), SubID: in.SubID}))
	return &model.CreateLinkPayload{Link: v, UserErrors: userErrors}, err
}

func (m mutationResolver) UpdateLink(ctx context.Context, in model.UpdateLinkInput) (*model.UpdateLinkPayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.UpdateLink(ctx, tracking.UpdateLinkInput{
		LinkID: in.LinkID, Label: in.Label, Campaign: in.Campaign, DestinationURL: in.DestinationURL,
		SubID: emptyIfNull(in.SubID), FallbackURL: emptyIfNull(in.FallbackURL), OutOfStock: in.OutOfStock}))
	return &model.UpdateLinkPayload{Link: v, UserErrors: userErrors}, err
}

// emptyIfNull gives nil for a text that was left out, and an empty one for null, which clears it.
func emptyIfNull(o graphql.Omittable[*string]) *string {
	v, given := o.ValueOK()
	if given && v == nil {
		return new("")
	}
	return v
}

func (m mutationResolver) CheckLinkHealth(ctx context.Context, in model.CheckLinkHealthInput) (*model.CheckLinkHealthPayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.CheckLinkHealth(ctx, in.LinkID))
	return &model.CheckLinkHealthPayload{Link: v, UserErrors: userErrors}, err
}

func (m mutationResolver) CreateKit(ctx context.Context, in model.CreateKitInput) (*model.CreateKitPayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.CreateKit(ctx, tracking.KitInput{
		PartnershipID: in.PartnershipID, Platforms: in.Platforms, Campaign: zeroIfNil(in.Campaign), WithCode: zeroIfNil(in.WithCode),
		Code: zeroIfNil(in.Code), Discount: zeroIfNil(in.Discount)}))
	if v == nil {
		return &model.CreateKitPayload{UserErrors: userErrors}, err
	}
	return &model.CreateKitPayload{Links: v.Links, Code: v.Code, LinksMade: &v.LinksMade, CodeMade: &v.CodeMade, UserErrors: userErrors}, err
}

func (m mutationResolver) RotateCode(ctx context.Context, in model.RotateCodeInput) (*model.RotateCodePayload, error) {
	v, userErrors, err := outcome(m.r.Tracking.RotateCode(ctx, in.CodeID, zeroIfNil(in.Code)))
	if v == nil {
		return &model.RotateCodePayload{UserErrors: userErrors}, err
	}
	return &model.RotateCodePayload{Code: &v.New, ArchivedCode: &v.Old, UserErrors: userErrors}, err
}

// ClickActivity tells of clicks as they are counted.
func (s subscriptionResolver) ClickActivity(ctx context.Context, brandID *id.ID, partnershipID *id.ID) (<-chan *tracking.Activity, error) {
	return s.r.Tracking.ClickActivity(ctx, tracking.ListFilter{Brand: brandID, Partnership: partnershipID})
}

// LinkActivity answers the fields of clicks of a link that need more than their number.
func (r *Resolver) LinkActivity() generated.LinkActivityResolver { return linkActivityResolver{} }

type linkActivityResolver struct{}

func (linkActivityResolver) Link(ctx context.Context, obj *tracking.LinkActivity) (*tracking.Link, error) {
	return linkOf(ctx, obj.LinkID)
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

// URL is under the brand's own host where it has one. Hosts of brands that were asked for together are fetched together.
func (l linkResolver) URL(ctx context.Context, obj *tracking.Link) (string, error) {
	host, err := child(ctx, "Brand.trackingHost", nil, obj.BrandID, l.r.Tracking.TrackingHosts)
	if err != nil {
		return "", err
	}
	return l.r.Tracking.LinkURL(*obj, zeroIfNil(host)), nil
}

func (l linkResolver) QRSVGURL(_ context.Context, obj *tracking.Link) (string, error) {
	return l.r.Tracking.QRURL(*obj, "svg"), nil
}

func (l linkResolver) QRPngURL(_ context.Context, obj *tracking.Link) (string, error) {
	return l.r.Tracking.QRURL(*obj, "png"), nil
}

func (l linkResolver) ArrivalPreview(ctx context.Context, obj *tracking.Link) (string, error) {
	v, err := child(ctx, "Link.arrivalPreview", nil, obj.ID, l.r.Tracking.ArrivalPreviews)
	return zeroIfNil(v), err
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
func (r *Resolver) Code() generated.CodeResolver { return codeResolver{r} }

type codeResolver struct{ r *Resolver }

func (codeResolver) RotatedFrom(ctx context.Context, obj *tracking.Code) (*tracking.Code, error) {
	return maybe(ctx, from(ctx).codes, obj.RotatedFromID)
}

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
