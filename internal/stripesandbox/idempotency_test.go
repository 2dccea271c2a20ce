package stripesandbox_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"tributary/internal/stripesandbox"
)

func countTransfers(t *testing.T, url string) int {
	t.Helper()
	iterator := connect(url, 0).Transfers.List(&stripe.TransferListParams{})
	count := 0
	for iterator.Next() {
		count++
	}
	require.NoError(t, iterator.Err())
	return count
}

func TestSameKeyReplaysTheFirstAnswer(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 1_000)
	first, err := api.Transfers.New(transferOf(600, "usd", payee, "payout_1:1"))
	require.NoError(t, err)
	again, err := api.Transfers.New(transferOf(600, "usd", payee, "payout_1:1"))
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, "true", again.LastResponse.Header.Get("Idempotent-Replayed"))
	require.Equal(t, first.LastResponse.RequestID, again.LastResponse.Header.Get("Original-Request"))
	require.Equal(t, first.LastResponse.RawJSON, again.LastResponse.RawJSON)
	require.Equal(t, 1, countTransfers(t, sandbox.URL()))

	_, err = api.Transfers.New(transferOf(601, "usd", payee, "payout_1:1"))
	refusal := refusalOf(t, err)
	require.Equal(t, stripe.ErrorTypeIdempotency, refusal.Type)
	require.Equal(t, http.StatusBadRequest, refusal.HTTPStatusCode)
}

func TestRefusalIsReplayedThoughMoneyCameSince(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	_, err := api.Transfers.New(transferOf(600, "usd", payee, "payout_1:1"))
	require.Equal(t, stripe.ErrorCodeBalanceInsufficient, refusalOf(t, err).Code)
	fund(t, sandbox, "usd", 1_000)
	_, err = api.Transfers.New(transferOf(600, "usd", payee, "payout_1:1"))
	require.Equal(t, stripe.ErrorCodeBalanceInsufficient, refusalOf(t, err).Code)
	_, err = api.Transfers.New(transferOf(600, "usd", payee, "payout_1:2"))
	require.NoError(t, err)
}

func TestRequestThatFailedValidationLeavesItsKeyFree(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 1_000)
	_, err := api.Transfers.New(transferOf(0, "usd", payee, "k"))
	require.Error(t, err)
	_, err = api.Transfers.New(transferOf(10, "usd", payee, "k"))
	require.NoError(t, err)
}

func TestKeyIsForgottenAfterItsLifetime(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	sandbox := start(t, func(c *stripesandbox.Config) { c.Now = clock.Now })
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 1_000)
	send := func() string {
		made, err := api.Transfers.New(transferOf(100, "usd", payee, "k"))
		require.NoError(t, err)
		return made.ID
	}
	first := send()
	clock.move(23*time.Hour + 59*time.Minute)
	require.Equal(t, first, send())
	clock.move(2 * time.Minute)
	second := send()
	require.NotEqual(t, first, second, "a late retry pays twice, as at Stripe")
	sandbox.ForgetKeys()
	require.NotEqual(t, second, send())
}

func TestKeysOfConcurrentRequestsConflictAndNeverPayTwice(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	payee := payable(t, sandbox, connect(sandbox.URL(), 0), "US")
	fund(t, sandbox, "usd", 1_000_000)
	require.NoError(t, sandbox.AddFault(stripesandbox.Fault{Method: "POST", Path: "/v1/transfers", Kind: stripesandbox.FaultSlow, Delay: 300 * time.Millisecond}))

	const callers = 8
	var group sync.WaitGroup
	made, conflicts := make(chan string, callers), make(chan *stripe.Error, callers)
	for range callers {
		group.Go(func() {
			got, err := connect(sandbox.URL(), 0).Transfers.New(transferOf(100, "usd", payee, "k"))
			if err == nil {
				made <- got.ID
				return
			}
			var refusal *stripe.Error
			if errors.As(err, &refusal) {
				conflicts <- refusal
			}
		})
	}
	group.Wait()
	close(made)
	close(conflicts)
	require.Equal(t, callers, len(made)+len(conflicts))
	require.NotEmpty(t, conflicts)
	for refusal := range conflicts {
		require.Equal(t, http.StatusConflict, refusal.HTTPStatusCode)
		require.Equal(t, stripe.ErrorCodeIdempotencyKeyInUse, refusal.Code)
	}
	require.Equal(t, 1, countTransfers(t, sandbox.URL()))

	// The library's own retries get through the conflict with the same key.
	again, err := connect(sandbox.URL(), 2).Transfers.New(transferOf(100, "usd", payee, "k"))
	require.NoError(t, err)
	require.Equal(t, <-made, again.ID)
}
