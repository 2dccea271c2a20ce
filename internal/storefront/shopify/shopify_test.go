package shopify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/storefront"
	"tributary/internal/storefront/shopify"
	"tributary/internal/storefront/shoptest"
)

func TestAShopifyShopIsAShop(t *testing.T) {
	t.Parallel()
	shoptest.Run(t, func(t *testing.T) (storefront.Shop, *shoptest.Shop) {
		server := shoptest.NewShopify(t)
		return shopify.New(shoptest.Outbound(t, server), server.Host, storefront.Credentials{Secret: shoptest.ShopifyToken}), server
	})
}

func TestADiscountOfAnotherSortHasNoPercentage(t *testing.T) {
	t.Parallel()
	server := shoptest.NewShopify(t)
	server.Put(shoptest.Code{Code: "TENOFF", Active: true})
	found, there, err := shopify.New(shoptest.Outbound(t, server), server.Host, storefront.Credentials{Secret: shoptest.ShopifyToken}).Find(t.Context(), "tenoff")
	require.NoError(t, err)
	require.True(t, there)
	require.Zero(t, found.Percent)
}

func TestNoShopIsReachedInsideOfTheNetwork(t *testing.T) {
	t.Parallel()
	var p *storefront.Problem
	err := shopify.New(shoptest.Outbound(t), "inside."+shoptest.Domain, storefront.Credentials{Secret: shoptest.ShopifyToken}).Check(t.Context())
	require.ErrorAs(t, err, &p)
	require.Equal(t, storefront.Refused, p.Trouble)
	require.Contains(t, p.Words, "not on the public internet")
}
