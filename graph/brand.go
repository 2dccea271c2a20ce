package graph

import (
	"context"

	"github.com/google/uuid"

	"tributary/graph/generated"
	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/identity"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

type (
	brandResolver       struct{ r *Resolver }
	integrationResolver struct{ r *Resolver }
)

// Brand answers the fields of Brand.
func (r *Resolver) Brand() generated.BrandResolver { return brandResolver{r} }

// Integration answers the fields of Integration.
func (r *Resolver) Integration() generated.IntegrationResolver { return integrationResolver{r} }

func (q queryResolver) Brand(ctx context.Context, brandID *id.ID, slug *string) (*brand.Brand, error) {
	switch {
	case brandID != nil && slug == nil:
		return found(q.r.Brands.Get(ctx, *brandID))
	case slug != nil && brandID == nil:
		return found(q.r.Brands.BySlug(ctx, *slug))
	default:
		return nil, fault.At("id", "REQUIRED", "Give either an id or a slug.")
	}
}

func (q queryResolver) Brands(ctx context.Context, first *int, after *string, last *int, before *string) (*page.Connection[brand.Brand], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Brands.List(ctx, r)
	return &c, err
}

func (q queryResolver) AttributionPolicy(ctx context.Context, brandID id.ID, version *int) (*brand.Policy, error) {
	return found(q.r.Brands.Policy(ctx, brandID, version))
}

func (q queryResolver) Integrations(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID) (*page.Connection[brand.Integration], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Brands.Integrations(ctx, brandID, r)
	return &c, err
}

func (x brandResolver) Domains(ctx context.Context, b *brand.Brand) ([]brand.Domain, error) {
	return ofBrand(ctx, "Brand.domains", nil, b.ID, x.r.Brands.Domains)
}

// inBrand is what a brand's field gave, or why it was refused: a viewer may be a member of one brand of a list and not of the next.
type inBrand[V any] struct {
	v   V
	err error
}

// ofBrand asks for a field of a brand once in a request, however many objects of a list lead to that brand.
func ofBrand[V any](ctx context.Context, field string, shape any, brandID id.ID, get func(context.Context, id.ID) (V, error)) (V, error) {
	found, err := child(ctx, field, shape, brandID, func(ctx context.Context, brands []uuid.UUID) (map[uuid.UUID]inBrand[V], error) {
		out := make(map[uuid.UUID]inBrand[V], len(brands))
		for _, u := range brands {
			v, err := get(ctx, id.Of(id.Brand, u))
			out[u] = inBrand[V]{v, err}
		}
		return out, nil
	})
	if err != nil {
		var none V
		return none, err
	}
	return found.v, found.err
}

func (x brandResolver) Members(ctx context.Context, b *brand.Brand, first *int, after *string, last *int, before *string) (*page.Connection[identity.Membership], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := ofBrand(ctx, "Brand.members", r, b.ID, func(ctx context.Context, of id.ID) (page.Connection[identity.Membership], error) {
		return x.r.Identity.MembersOf(ctx, of, r)
	})
	return &c, err
}

func (x brandResolver) APIKeys(ctx context.Context, b *brand.Brand, first *int, after *string, last *int, before *string) (*page.Connection[identity.APIKey], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := ofBrand(ctx, "Brand.apiKeys", r, b.ID, func(ctx context.Context, of id.ID) (page.Connection[identity.APIKey], error) {
		return x.r.Identity.APIKeysOf(ctx, of, r)
	})
	return &c, err
}

func (x integrationResolver) WebhookURL(_ context.Context, i *brand.Integration) (string, error) {
	return x.r.Brands.WebhookURL(*i), nil
}

func (m mutationResolver) CreateBrand(ctx context.Context, input model.CreateBrandInput) (*model.CreateBrandPayload, error) {
	v, userErrors, err := outcome(m.r.Brands.Create(ctx, brand.NewBrand{Name: input.Name, Slug: text(input.Slug), WebsiteURL: input.WebsiteURL,
		Country: input.Country, Currency: input.Currency}))
	return &model.CreateBrandPayload{Brand: v, UserErrors: userErrors}, err
}

func (m mutationResolver) UpdateBrand(ctx context.Context, input model.UpdateBrandInput) (*model.UpdateBrandPayload, error) {
	v, userErrors, err := outcome(m.r.Brands.Update(ctx, input.BrandID, brand.Changes{Name: input.Name, WebsiteURL: input.WebsiteURL,
		FallbackURL: input.FallbackURL, ClaimAnswerHours: input.ClaimAnswerHours}))
	return &model.UpdateBrandPayload{Brand: v, UserErrors: userErrors}, err
}

func (m mutationResolver) AddBrandDomain(ctx context.Context, input model.AddBrandDomainInput) (*model.AddBrandDomainPayload, error) {
	v, userErrors, err := outcome(m.r.Brands.AddDomain(ctx, input.BrandID, input.Host))
	return &model.AddBrandDomainPayload{Domain: v, UserErrors: userErrors}, err
}

func (m mutationResolver) VerifyBrandDomain(ctx context.Context, input model.VerifyBrandDomainInput) (*model.VerifyBrandDomainPayload, error) {
	v, userErrors, err := outcome(m.r.Brands.VerifyDomain(ctx, input.DomainID))
	return &model.VerifyBrandDomainPayload{Domain: v, UserErrors: userErrors}, err
}

func (m mutationResolver) SetTrackingDomain(ctx context.Context, input model.SetTrackingDomainInput) (*model.SetTrackingDomainPayload, error) {
	v, userErrors, err := outcome(m.r.Brands.SetTracking(ctx, input.BrandDomainID, input.Enabled))
	return &model.SetTrackingDomainPayload{Domain: v, UserErrors: userErrors}, err
}

func (m mutationResolver) PublishPolicy(ctx context.Context, input model.PublishPolicyInput) (*model.PublishPolicyPayload, error) {
	in := brand.NewPolicy{Model: input.Model, Precedence: input.Precedence, HalfLifeDays: brand.HalfLifeDefault, Note: text(input.Note)}
	if input.HalfLifeDays != nil {
		in.HalfLifeDays = *input.HalfLifeDays
	}
	in.SurveyPays, in.ModelledPays, in.MinimumConfidence = input.SurveyPays, input.ModelledPays, input.MinimumConfidencePpm
	v, userErrors, err := outcome(m.r.Brands.PublishPolicy(ctx, input.BrandID, in))
	return &model.PublishPolicyPayload{Policy: v, UserErrors: userErrors}, err
}

func (m mutationResolver) DisconnectIntegration(ctx context.Context, input model.DisconnectIntegrationInput) (*model.DisconnectIntegrationPayload, error) {
	v, userErrors, err := outcome(m.r.Brands.Disconnect(ctx, input.IntegrationID))
	return &model.DisconnectIntegrationPayload{Integration: v, UserErrors: userErrors}, err
}

func (m mutationResolver) RotateIntegrationSecret(ctx context.Context, input model.RotateIntegrationSecretInput) (*model.RotateIntegrationSecretPayload, error) {
	grace := 0
	if input.GraceHours != nil {
		grace = *input.GraceHours
	}
	v, userErrors, err := outcome(m.r.Brands.RotateSecret(ctx, input.IntegrationID, input.Secret, grace))
	return &model.RotateIntegrationSecretPayload{Integration: v, UserErrors: userErrors}, err
}
