package woocommerce_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/storefront"
	"tributary/internal/storefront/shoptest"
	"tributary/internal/storefront/woocommerce"
)

func open(t *testing.T) (storefront.Shop, *shoptest.Shop) {
	t.Helper()
	server := shoptest.NewWooCommerce(t)
	return woocommerce.New(shoptest.Outbound(t, server), server.Host, storefront.Credentials{Key: shoptest.WooCommerceKey, Secret: shoptest.WooCommerceSecret}), server
}

func TestAWooCommerceShopIsAShop(t *testing.T) {
	t.Parallel()
	shoptest.Run(t, open)
}

func TestWebhooksAreSignedWithOurSecretAlsoThoseThatWereThere(t *testing.T) {
	t.Parallel()
	api, server := open(t)
	server.Hook(shoptest.Webhook{Topic: "order.created", URL: "https://tributary.example.com/w", Secret: "an old one"})
	_, err := api.RegisterWebhooks(t.Context(), storefront.Hooks{URL: "https://tributary.example.com/w", Secret: "the present one"})
	require.NoError(t, err)
	got := server.Webhooks()
	require.Len(t, got, 2)
	for _, h := range got {
		require.Equal(t, "the present one", h.Secret)
	}
}

func TestAPlaceWithoutWooCommerceSaysSo(t *testing.T) {
	t.Parallel()
	server := shoptest.NewShopify(t) // answers, but not as WooCommerce
	var p *storefront.Problem
	err := woocommerce.New(shoptest.Outbound(t, server), server.Host, storefront.Credentials{Key: "k", Secret: "s"}).Check(t.Context())
	require.ErrorAs(t, err, &p)
	require.Equal(t, storefront.Refused, p.Trouble)
	require.Contains(t, p.Words, "no WooCommerce API")
}
