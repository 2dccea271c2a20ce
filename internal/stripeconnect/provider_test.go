package stripeconnect_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-mock/embedded"
	"github.com/stripe/stripe-mock/server"

	"tributary/internal/kit/money"
	"tributary/internal/payout"
	"tributary/internal/payout/payouttest"
	"tributary/internal/stripeconnect"
	"tributary/internal/stripesandbox"
)

const secretKey = "sk_test_provider"

func bench(t *testing.T) payouttest.Bench {
	t.Helper()
	sandbox, err := stripesandbox.Start(t.Context(), stripesandbox.Config{SecretKey: secretKey, Now: time.Now}, "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sandbox.Close()) })
	call := func(method, path, form string) {
		r, err := http.NewRequestWithContext(t.Context(), method, sandbox.URL()+path, strings.NewReader(form))
		require.NoError(t, err)
		r.SetBasicAuth(secretKey, "")
		if form != "" {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, http.StatusOK, answer.StatusCode)
	}
	units := func(m money.Money) int64 {
		n, err := stripeconnect.SmallestUnits(m)
		require.NoError(t, err)
		return n
	}
	return payouttest.Bench{
		Provider: stripeconnect.New(stripeconnect.Config{SecretKey: secretKey, APIBase: sandbox.URL(), RatePerSecond: 1_000}),
		Complete: func(t *testing.T, a string) { require.NoError(t, sandbox.CompleteOnboarding(a)) },
		Restrict: func(t *testing.T, a string) { require.NoError(t, sandbox.RestrictAccount(a)) },
		Fund: func(t *testing.T, m money.Money) {
			_, err := sandbox.Fund(string(m.Currency), units(m))
			require.NoError(t, err)
		},
		Sweep: func(t *testing.T, m money.Money) {
			_, err := sandbox.SweepPlatform(strings.ToLower(string(m.Currency)), units(m))
			require.NoError(t, err)
		},
		Reverse: func(_ *testing.T, transfer string, m money.Money) {
			call(http.MethodPost, "/v1/transfers/"+transfer+"/reversals", fmt.Sprintf("amount=%d", units(m)))
		},
		ToBank: func(t *testing.T, a string, c money.Currency) string {
			ref, err := sandbox.PayOut(a, strings.ToLower(string(c)))
			require.NoError(t, err)
			return ref
		},
		Remove: func(_ *testing.T, a string) { call(http.MethodDelete, "/v1/accounts/"+a, "") },
	}
}

func TestStripeKeepsTheContractOfAProvider(t *testing.T) {
	t.Parallel()
	payouttest.RunProvider(t, bench)
}

// TestEveryRequestHasTheShapeThatStripesOwnMockAccepts sends each call to stripe-mock, which checks requests against Stripe's
// published description of the API and refuses what it does not know.
func TestEveryRequestHasTheShapeThatStripesOwnMockAccepts(t *testing.T) {
	t.Parallel()
	fixtures, err := server.LoadFixtures(embedded.OpenAPIFixtures, "")
	require.NoError(t, err)
	spec, err := server.LoadSpec(embedded.OpenAPISpec, "")
	require.NoError(t, err)
	stub, err := server.NewStubServer(fixtures, spec, false, false)
	require.NoError(t, err)
	var refused []string
	mock := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		stub.HandleRequest(answer, r)
		if answer.Code != http.StatusOK {
			refused = append(refused, r.Method+" "+r.URL.Path+": "+answer.Body.String())
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(mock.Close)
	c := stripeconnect.New(stripeconnect.Config{SecretKey: "sk_test_123", APIBase: mock.URL, RatePerSecond: 1_000})
	_, err = c.Platform(t.Context())
	require.NoError(t, err)
	_, err = c.OpenAccount(t.Context(), payout.OpenAccount{Key: "k", Country: "DE", Email: "ada@example.test", Creator: "cre_1"})
	require.NoError(t, err)
	_, err = c.Account(t.Context(), "acct_1")
	require.NoError(t, err)
	_, err = c.OnboardingLink(t.Context(), "acct_1", "https://a.example/return", "https://a.example/refresh")
	require.NoError(t, err)
	_, err = c.Balance(t.Context())
	require.NoError(t, err)
	_, err = c.Transfer(t.Context(), payout.TransferOrder{Key: "k2", Group: "pay_1", Destination: "acct_1", Amount: money.New(1_00, money.EUR),
		Description: "Payout run 1 of a-brand", Metadata: map[string]string{"payout": "pay_1"}})
	require.NoError(t, err)
	_, err = c.TransferByRef(t.Context(), "tr_1")
	require.NoError(t, err)
	_, err = c.TransfersOf(t.Context(), "pay_1")
	require.NoError(t, err)
	_, err = c.BankPayout(t.Context(), "acct_1", "po_1")
	require.NoError(t, err)
	require.Empty(t, refused)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/v1/transfers", strings.NewReader("amount=100&currency=eur"))
	require.NoError(t, err)
	r.SetBasicAuth("sk_test_123", "")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.NotEmpty(t, refused, "the mock looks at what it is sent")
}
