package stripeconnect_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/storefront"
	"tributary/internal/storefront/shoptest"
	"tributary/internal/stripeconnect"
)

func openAccount(t *testing.T) (storefront.Shop, *shoptest.Shop) {
	t.Helper()
	server := shoptest.NewStripe(t)
	return stripeconnect.NewBrandAccounts(stripeconnect.Config{APIBase: server.URL}).Of(shoptest.StripeKey), server
}

func TestABrandsStripeAccountIsAShop(t *testing.T) {
	t.Parallel()
	shoptest.Run(t, openAccount)
}

func TestAnEndpointMadeByHandKeepsItsSecret(t *testing.T) {
	t.Parallel()
	api, server := openAccount(t)
	server.Hook(shoptest.Webhook{Topic: "checkout.session.completed", URL: "https://tributary.example.com/w"})
	hooked, err := api.RegisterWebhooks(t.Context(), storefront.Hooks{URL: "https://tributary.example.com/w"})
	require.NoError(t, err)
	require.Equal(t, storefront.Hooked{Topics: []string{"checkout.session.completed"}}, hooked)
	require.Len(t, server.Webhooks(), 1)
}

func TestTheActivePromotionCodeOfANameIsFound(t *testing.T) {
	t.Parallel()
	api, server := openAccount(t)
	server.Put(shoptest.Code{Code: "MAYA15", Percent: "10"})
	server.Put(shoptest.Code{Code: "MAYA15", Percent: "15", Active: true})
	server.Put(shoptest.Code{Code: "MAYA15", Percent: "20"})
	found, there, err := api.Find(t.Context(), "maya15")
	require.NoError(t, err)
	require.True(t, there)
	require.EqualValues(t, 1500, found.Percent)
}
