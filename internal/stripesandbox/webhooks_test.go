package stripesandbox_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"tributary/internal/stripesandbox"
)

const (
	platformSecret = "whsec_platform"
	connectSecret  = "whsec_connect"
)

// receiver takes webhooks, checks them with the client library, and refuses the
// first few.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	refuse  int
	asked   int
	events  []stripe.Event
	problem error
}

func newReceiver(t *testing.T, secret string, refuse int) *receiver {
	t.Helper()
	r := &receiver{refuse: refuse}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		event, signed := webhook.ConstructEvent(body, request.Header.Get("Stripe-Signature"), secret)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked++
		if err != nil || signed != nil {
			r.problem = signed
		}
		if r.asked <= r.refuse {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		r.events = append(r.events, event)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) types(t *testing.T) map[stripe.EventType]int {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.NoError(t, r.problem)
	kinds := map[stripe.EventType]int{}
	for _, event := range r.events {
		kinds[event.Type]++
	}
	return kinds
}

func waitDelivered(t *testing.T, sandbox *stripesandbox.Running) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, sandbox.WaitDelivered(ctx))
}

func TestEventsReachTheirEndpointSigned(t *testing.T) {
	t.Parallel()
	platform, connected := newReceiver(t, platformSecret, 0), newReceiver(t, connectSecret, 3)
	sandbox := start(t, func(c *stripesandbox.Config) {
		c.SignatureTime = time.Now // the library compares with the real time
		c.PlatformWebhook = stripesandbox.Endpoint{URL: platform.URL, Secrets: []string{"whsec_old", platformSecret}}
		c.ConnectWebhook = stripesandbox.Endpoint{URL: connected.URL, Secrets: []string{connectSecret}}
	})
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	_, err := api.Topups.New(&stripe.TopupParams{Amount: stripe.Int64(1_000), Currency: stripe.String("usd")})
	require.NoError(t, err)
	made, err := api.Transfers.New(transferOf(900, "usd", payee, "k"))
	require.NoError(t, err)
	_, err = api.TransferReversals.New(&stripe.TransferReversalParams{ID: stripe.String(made.ID), Amount: stripe.Int64(100)})
	require.NoError(t, err)
	payout, err := sandbox.PayOut(payee, "usd")
	require.NoError(t, err)
	require.NoError(t, sandbox.FailPayout(payout))
	waitDelivered(t, sandbox)

	require.Equal(t, map[stripe.EventType]int{"topup.created": 1, "topup.succeeded": 1, "transfer.created": 1, "transfer.reversed": 1}, platform.types(t))
	require.Equal(t, map[stripe.EventType]int{"account.updated": 2, "payout.created": 1, "payout.paid": 1, "payout.failed": 1}, connected.types(t))
	require.Equal(t, 5+3, connected.asked, "refused deliveries are made again")
	for _, event := range connected.events {
		require.Equal(t, payee, event.Account)
		require.False(t, event.Livemode)
	}
	for _, event := range platform.events {
		if event.Type == "transfer.created" {
			var body stripe.Transfer
			require.NoError(t, json.Unmarshal(event.Data.Raw, &body))
			require.Equal(t, made.ID, body.ID)
			require.Equal(t, "k", event.Request.IdempotencyKey)
			require.Equal(t, made.LastResponse.RequestID, event.Request.ID)
		}
	}

	got, err := api.Events.Get(platform.events[0].ID, nil)
	require.NoError(t, err)
	require.Equal(t, int64(0), got.PendingWebhooks)
	require.NoError(t, sandbox.Redeliver(got.ID))
	waitDelivered(t, sandbox)
	require.Len(t, platform.events, 5, "a duplicate was asked for")

	count := func(params *stripe.EventListParams) (n int) {
		iterator := api.Events.List(params)
		for ; iterator.Next(); n++ {
		}
		require.NoError(t, iterator.Err())
		return n
	}
	require.Equal(t, 9, count(&stripe.EventListParams{}))
	require.Equal(t, 3, count(&stripe.EventListParams{Type: stripe.String("payout.*")}))
	require.Equal(t, 3, count(&stripe.EventListParams{Types: stripe.StringSlice([]string{"transfer.created", "account.updated"})}))
	require.Equal(t, 0, count(&stripe.EventListParams{DeliverySuccess: stripe.Bool(false)}))
}

func TestEventsWaitForAnEndpoint(t *testing.T) {
	t.Parallel()
	sandbox := start(t, func(c *stripesandbox.Config) { c.Now, c.SignatureTime = time.Now, nil })
	fund(t, sandbox, "usd", 100)
	waitDelivered(t, sandbox)
	platform := newReceiver(t, platformSecret, 0)
	sandbox.SetWebhooks(stripesandbox.Endpoint{URL: platform.URL, Secrets: []string{platformSecret}}, stripesandbox.Endpoint{})
	waitDelivered(t, sandbox)
	require.Equal(t, map[stripe.EventType]int{"topup.succeeded": 1}, platform.types(t))
}

func TestReceiverThatIsGoneDoesNotStopTheSandbox(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	sandbox := start(t, func(c *stripesandbox.Config) {
		c.PlatformWebhook = stripesandbox.Endpoint{URL: gone.URL, Secrets: []string{platformSecret}}
		c.RetryBase = time.Microsecond
	})
	fund(t, sandbox, "usd", 100)
	waitDelivered(t, sandbox) // given up after a bounded number of attempts
	api := connect(sandbox.URL(), 0)
	iterator := api.Events.List(&stripe.EventListParams{DeliverySuccess: stripe.Bool(false)})
	require.True(t, iterator.Next())
	require.Equal(t, int64(1), iterator.Event().PendingWebhooks)
	require.Equal(t, int64(100), available(t, api, "", "usd"))
}

func TestWaitingForDeliveriesEndsWithItsContext(t *testing.T) {
	t.Parallel()
	refusing := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(refusing.Close)
	sandbox := start(t, func(c *stripesandbox.Config) {
		c.PlatformWebhook = stripesandbox.Endpoint{URL: refusing.URL}
		c.RetryBase = time.Hour
	})
	fund(t, sandbox, "usd", 100)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, sandbox.WaitDelivered(ctx), context.DeadlineExceeded)
}
