package graph

import (
	"context"

	"tributary/graph/model"
	"tributary/internal/brand"
	"tributary/internal/storefront"
	"tributary/internal/tracking"
)

func credentials(in *model.ShopCredentialsInput) *storefront.Credentials {
	if in == nil {
		return nil
	}
	return &storefront.Credentials{Key: zeroIfNil(in.Key), Secret: in.Secret}
}

// ConnectIntegration connects a shop, with what it takes for its API where that is given.
func (m mutationResolver) ConnectIntegration(ctx context.Context, input model.ConnectIntegrationInput) (*model.ConnectIntegrationPayload, error) {
	v, userErrors, err := outcome(m.r.Storefront.Connect(ctx, input.BrandID, brand.NewIntegration{Kind: input.Kind, Store: input.Store,
		Secret: zeroIfNil(input.Secret)}, credentials(input.Credentials)))
	return &model.ConnectIntegrationPayload{Integration: v, UserErrors: userErrors}, err
}

// SetShopCredentials gives a connected shop what it takes for its API.
func (m mutationResolver) SetShopCredentials(ctx context.Context, input model.SetShopCredentialsInput) (*model.SetShopCredentialsPayload, error) {
	v, userErrors, err := outcome(m.r.Storefront.SetCredentials(ctx, input.IntegrationID, *credentials(input.Credentials)))
	return &model.SetShopCredentialsPayload{Integration: v, UserErrors: userErrors}, err
}

// RetryShopCode has the shops told of a code once more.
func (m mutationResolver) RetryShopCode(ctx context.Context, input model.RetryShopCodeInput) (*model.RetryShopCodePayload, error) {
	v, userErrors, err := outcome(m.retried(ctx, input))
	return &model.RetryShopCodePayload{Code: v, UserErrors: userErrors}, err
}

func (m mutationResolver) retried(ctx context.Context, input model.RetryShopCodeInput) (tracking.Code, error) {
	if err := m.r.Storefront.RetryCode(ctx, input.CodeID); err != nil {
		return tracking.Code{}, err
	}
	return m.r.Tracking.Code(ctx, input.CodeID)
}

// ShopAccess is how codes and webhooks are made in the shop. Shops that were asked for together are fetched together.
func (x integrationResolver) ShopAccess(ctx context.Context, obj *brand.Integration) (*storefront.Access, error) {
	return child(ctx, "Integration.shopAccess", nil, obj.ID, x.r.Storefront.AccessOf)
}

func (c codeResolver) inShops(ctx context.Context, obj *tracking.Code) ([]storefront.InShop, error) {
	shops, err := child(ctx, "Code.shops", nil, obj.ID, c.r.Storefront.CodesInShops)
	return zeroIfNil(shops), err
}

// ShopState is how a code stands over all shops.
func (c codeResolver) ShopState(ctx context.Context, obj *tracking.Code) (storefront.State, error) {
	shops, err := c.inShops(ctx, obj)
	return storefront.Summary(shops), err
}

// Shops is how a code stands in each shop. Codes that were asked for together are fetched together.
func (c codeResolver) Shops(ctx context.Context, obj *tracking.Code) ([]storefront.InShop, error) {
	return c.inShops(ctx, obj)
}
