package stripesandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"tributary/internal/stripesandbox"
)

const key = "sk_test_sandbox"

// testClock is a clock that a test moves.
type testClock struct {
	mu sync.Mutex
	at time.Time
}

func newTestClock() *testClock {
	return &testClock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *testClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// start runs a sandbox until the test ends.
func start(t *testing.T, edit func(*stripesandbox.Config)) *stripesandbox.Running {
	t.Helper()
	config := stripesandbox.Config{SecretKey: key, Now: newTestClock().Now, RetryBase: time.Millisecond}
	if edit != nil {
		edit(&config)
	}
	running, err := stripesandbox.Start(context.Background(), config, "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, running.Close()) })
	return running
}

// connect makes the real client library, without retries of its own unless asked.
func connect(url string, retries int64) *client.API {
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		URL: stripe.String(url), MaxNetworkRetries: stripe.Int64(retries), LeveledLogger: &stripe.LeveledLogger{},
		HTTPClient: &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}},
	})
	return client.New(key, &stripe.Backends{API: backend, Connect: backend, Uploads: backend})
}

func refusalOf(t *testing.T, err error) *stripe.Error {
	t.Helper()
	var refusal *stripe.Error
	require.ErrorAs(t, err, &refusal)
	return refusal
}

func newExpress(t *testing.T, api *client.API, country string) *stripe.Account {
	t.Helper()
	account, err := api.Accounts.New(&stripe.AccountParams{
		Type: stripe.String("express"), Country: stripe.String(country), Email: stripe.String("maya@example.test"),
		Capabilities: &stripe.AccountCapabilitiesParams{Transfers: &stripe.AccountCapabilitiesTransfersParams{Requested: stripe.Bool(true)}},
		Metadata:     map[string]string{"creator": "c1"},
	})
	require.NoError(t, err)
	return account
}

// payable makes an account that may receive transfers.
func payable(t *testing.T, sandbox *stripesandbox.Running, api *client.API, country string) string {
	t.Helper()
	account := newExpress(t, api, country)
	require.NoError(t, sandbox.CompleteOnboarding(account.ID))
	return account.ID
}

func transferOf(amount int64, currency, destination, idempotencyKey string) *stripe.TransferParams {
	params := &stripe.TransferParams{Amount: stripe.Int64(amount), Currency: stripe.String(currency), Destination: stripe.String(destination),
		TransferGroup: stripe.String("payout_1"), Metadata: map[string]string{"payout": "payout_1", "attempt": "1"}}
	if idempotencyKey != "" {
		params.SetIdempotencyKey(idempotencyKey)
	}
	return params
}

func fund(t *testing.T, sandbox *stripesandbox.Running, currency string, minor int64) {
	t.Helper()
	_, err := sandbox.Fund(currency, minor)
	require.NoError(t, err)
}

func available(t *testing.T, api *client.API, account, currency string) int64 {
	t.Helper()
	params := &stripe.BalanceParams{}
	if account != "" {
		params.SetStripeAccount(account)
	}
	balance, err := api.Balance.Get(params)
	require.NoError(t, err)
	for _, funds := range balance.Available {
		if string(funds.Currency) == currency {
			require.Equal(t, funds.Amount, funds.SourceTypes["card"])
			return funds.Amount
		}
	}
	return 0
}

// raw sends a request without the client library and returns status and body.
func raw(t *testing.T, method, url, contentType, body string, header map[string]string) (int, string, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+key)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	reply, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, reply.Body.Close()) }()
	answer, err := io.ReadAll(reply.Body)
	require.NoError(t, err)
	return reply.StatusCode, string(answer), reply.Header
}

func TestKeyIsCheckedAsBearerAndAsBasicUser(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	for name, test := range map[string]struct {
		set    func(*http.Request)
		status int
	}{
		"bearer":       {func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }, 200},
		"basic":        {func(r *http.Request) { r.SetBasicAuth(key, "") }, 200},
		"none":         {func(*http.Request) {}, 401},
		"wrong bearer": {func(r *http.Request) { r.Header.Set("Authorization", "Bearer sk_test_other") }, 401},
		"wrong basic":  {func(r *http.Request) { r.SetBasicAuth("", key) }, 401},
	} {
		for _, path := range []string{"/v1/balance", "/_sandbox/faults"} {
			request := httptest.NewRequest(http.MethodGet, path, nil)
			test.set(request)
			reply := httptest.NewRecorder()
			sandbox.ServeHTTP(reply, request)
			require.Equal(t, test.status, reply.Code, "%s %s", name, path)
			require.NotContains(t, reply.Body.String(), "sk_test_")
		}
	}
}

func TestConfigIsRefusedWithoutTestKeyOrClock(t *testing.T) {
	t.Parallel()
	for _, config := range []stripesandbox.Config{
		{SecretKey: "sk_live_1", Now: time.Now},
		{Now: time.Now},
		{SecretKey: key},
		{SecretKey: key, Now: time.Now, PlatformCountry: "XX"},
	} {
		_, err := stripesandbox.New(context.Background(), config)
		require.Error(t, err)
	}
}

func TestMalformedRequestsAreRefusedInStripesWords(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	const form = "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		method, path, kind, body string
		header                   map[string]string
		status                   int
		says                     string
	}{
		"unknown path":       {"GET", "/v1/unicorns", "", "", nil, 404, "Unrecognized request URL"},
		"unknown method":     {"DELETE", "/v1/transfers", "", "", nil, 404, "Unrecognized request URL"},
		"json body":          {"POST", "/v1/transfers", "application/json", "{}", nil, 400, "form-encoded"},
		"unknown parameter":  {"POST", "/v1/topups", form, "amount=1&currency=usd&colour=red", nil, 400, `"param":"colour"`},
		"missing parameter":  {"POST", "/v1/topups", form, "currency=usd", nil, 400, `"code":"parameter_missing"`},
		"not a number":       {"POST", "/v1/topups", form, "amount=1e3&currency=usd", nil, 400, `"code":"parameter_invalid_integer"`},
		"negative amount":    {"POST", "/v1/topups", form, "amount=-1&currency=usd", nil, 400, `"param":"amount"`},
		"unknown currency":   {"POST", "/v1/topups", form, "amount=1&currency=zzz", nil, 400, `"param":"currency"`},
		"three decimals":     {"POST", "/v1/topups", form, "amount=1001&currency=kwd", nil, 400, "divisible by 10"},
		"given twice":        {"POST", "/v1/topups", form, "amount=1&amount=2&currency=usd", nil, 400, "more than once"},
		"another version":    {"GET", "/v1/balance", "", "", map[string]string{"Stripe-Version": "2026-01-01"}, 400, "2023-10-16"},
		"unknown account":    {"GET", "/v1/balance", "", "", map[string]string{"Stripe-Account": "acct_none"}, 403, `"code":"account_invalid"`},
		"page too large":     {"GET", "/v1/transfers?limit=101", "", "", nil, 400, `"param":"limit"`},
		"cursor unknown":     {"GET", "/v1/transfers?starting_after=tr_none", "", "", nil, 400, `"code":"resource_missing"`},
		"two cursors":        {"GET", "/v1/transfers?starting_after=a&ending_before=b", "", "", nil, 400, `"code":"parameters_exclusive"`},
		"key too long":       {"POST", "/v1/topups", form, "amount=1&currency=usd", map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}, 400, "too long"},
		"body too large":     {"POST", "/v1/topups", form, "description=" + strings.Repeat("x", 1<<20), nil, 400, "over"},
		"metadata too large": {"POST", "/v1/topups", form, "amount=1&currency=usd&metadata[a]=" + strings.Repeat("x", 501), nil, 400, "at most 500"},
	} {
		status, body, header := raw(t, test.method, sandbox.URL()+test.path, test.kind, test.body, test.header)
		require.Equal(t, test.status, status, "%s: %s", name, body)
		require.Contains(t, body, test.says, name)
		require.Contains(t, body, `"type":"invalid_request_error"`, name)
		require.NotEmpty(t, header.Get("Request-Id"), name)
	}
}
