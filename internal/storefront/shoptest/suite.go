package shoptest

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/storefront"
)

// hooks are the webhooks that the suite wants.
var hooks = storefront.Hooks{URL: "https://tributary.example.com/webhooks/x/int_1", Secret: "a secret of the test"}

// Run runs the suite of every storefront.Shop. Open gives the shop's API with the right credentials, and server the shop, empty.
func Run(t *testing.T, open func(t *testing.T) (storefront.Shop, *Shop)) {
	t.Helper()
	starts := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ends := time.Date(2027, 3, 1, 9, 30, 0, 0, time.UTC)
	trouble := func(t *testing.T, err error) storefront.Trouble {
		t.Helper()
		var p *storefront.Problem
		require.ErrorAs(t, err, &p)
		require.Regexp(t, `\.$`, p.Words, "a sentence for a person")
		return p.Trouble
	}
	t.Run("a code is made, found, switched off and on", func(t *testing.T) {
		t.Parallel()
		api, server := open(t)
		ctx := t.Context()
		require.NoError(t, api.Check(ctx))
		_, there, err := api.Find(ctx, "MAYA-15")
		require.NoError(t, err)
		require.False(t, there)
		for _, d := range []storefront.Discount{
			{Code: "MAYA-15", Percent: 1550, StartsAt: starts, EndsAt: &ends}, {Code: "free", Percent: 10_000, StartsAt: starts},
		} {
			made, err := api.Create(ctx, d)
			require.NoError(t, err)
			found, there, err := api.Find(ctx, d.Code)
			require.NoError(t, err)
			require.True(t, there)
			require.Equal(t, made, found)
			require.True(t, found.Active)
			require.Equal(t, d.Percent, found.Percent)
			require.Equal(t, d.EndsAt, found.EndsAt)

			require.NoError(t, api.SetActive(ctx, found.ID, d, false))
			require.NoError(t, api.SetActive(ctx, found.ID, d, false), "again changes nothing")
			off, _, err := api.Find(ctx, d.Code)
			require.NoError(t, err)
			require.Equal(t, found.ID, off.ID)
			require.False(t, works(off))
			require.NoError(t, api.SetActive(ctx, found.ID, d, true))
			on, _, err := api.Find(ctx, d.Code)
			require.NoError(t, err)
			require.Equal(t, found, on, "also its end")
		}
		require.Len(t, server.Codes(), 2)
	})
	t.Run("the same code is not made twice", func(t *testing.T) {
		t.Parallel()
		api, server := open(t)
		d := storefront.Discount{Code: "MAYA15", Percent: 1500, StartsAt: starts}
		_, err := api.Create(t.Context(), d)
		require.NoError(t, err)
		_, err = api.Create(t.Context(), d)
		require.Equal(t, storefront.Refused, trouble(t, err))
		require.Len(t, server.Codes(), 1)
	})
	t.Run("what a failure means is told apart", func(t *testing.T) {
		t.Parallel()
		api, server := open(t)
		for _, status := range []int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway} {
			server.Fail(status)
			_, _, err := api.Find(t.Context(), "x")
			require.Equal(t, storefront.Later, trouble(t, err), status)
		}
		server.Fail(http.StatusForbidden)
		require.Equal(t, storefront.Unauthorized, trouble(t, api.Check(t.Context())))
		server.Deny(true)
		require.Equal(t, storefront.Unauthorized, trouble(t, api.Check(t.Context())))
		require.Equal(t, storefront.Unauthorized, trouble(t, api.SetActive(t.Context(), "1", storefront.Discount{}, false)))
		server.Deny(false)
		require.Equal(t, storefront.Refused, trouble(t, api.SetActive(t.Context(), "999", storefront.Discount{}, false)))
		left, leave := context.WithCancel(t.Context())
		leave()
		err := api.Check(left)
		require.ErrorIs(t, err, context.Canceled)
		var p *storefront.Problem
		require.NotErrorAs(t, err, &p, "that we stop is nobody's failure")
		server.Close()
		require.Equal(t, storefront.Later, trouble(t, api.Check(t.Context())))
	})
	t.Run("webhooks are made once", func(t *testing.T) {
		t.Parallel()
		api, server := open(t)
		server.Hook(Webhook{Topic: "orders", URL: "https://somebody.example.com/else"})
		hooked, err := api.RegisterWebhooks(t.Context(), hooks)
		require.NoError(t, err)
		require.NotEmpty(t, hooked.Topics)
		first := server.Webhooks()
		known := hooks
		known.Known = hooked.ID
		again, err := api.RegisterWebhooks(t.Context(), known)
		require.NoError(t, err)
		require.ElementsMatch(t, hooked.Topics, again.Topics)
		require.Empty(t, again.ID)
		require.Equal(t, first, server.Webhooks())
		for _, h := range first[1:] {
			require.Equal(t, hooks.URL, h.URL)
		}
	})
	t.Run("webhooks are made in the end when an answer was lost", func(t *testing.T) {
		t.Parallel()
		api, server := open(t)
		server.Lose()
		_, err := api.RegisterWebhooks(t.Context(), hooks) // the look-up
		require.Equal(t, storefront.Later, trouble(t, err))
		hooked, err := api.RegisterWebhooks(t.Context(), hooks)
		require.NoError(t, err)
		count := len(server.Webhooks())
		again, err := api.RegisterWebhooks(t.Context(), hooks) // without knowing of what was made
		require.NoError(t, err)
		require.ElementsMatch(t, hooked.Topics, again.Topics)
		require.Len(t, server.Webhooks(), count)
		if hooked.Secret != "" {
			require.NotEmpty(t, again.Secret, "a secret that was lost is made anew")
			require.NotEqual(t, hooked.Secret, again.Secret)
		}
	})
}

// works reports whether a code can be used at the time of the test's shops.
func works(f storefront.Found) bool {
	return f.Active && (f.EndsAt == nil || f.EndsAt.After(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)))
}
