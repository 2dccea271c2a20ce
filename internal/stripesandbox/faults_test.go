package stripesandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"tributary/internal/stripesandbox"
)

func TestEachFaultPaysAtMostOnceUnderTheSameKey(t *testing.T) {
	t.Parallel()
	for kind, test := range map[stripesandbox.FaultKind]struct {
		status  int  // 0: no answer that can be read
		effect  bool // the transfer exists after the faulty call
		replays bool // the same key gives the failure again
	}{
		stripesandbox.Fault500Before:           {500, false, false},
		stripesandbox.Fault500After:            {500, true, false},
		stripesandbox.Fault500Kept:             {500, false, true},
		stripesandbox.FaultResetBefore:         {0, false, false},
		stripesandbox.FaultResetAfter:          {0, true, false},
		stripesandbox.FaultSilenceBefore:       {0, false, false},
		stripesandbox.FaultSilenceAfter:        {0, true, false},
		stripesandbox.FaultRateLimit:           {429, false, false},
		stripesandbox.FaultLockTimeout:         {429, false, false},
		stripesandbox.FaultConflict:            {409, false, false},
		stripesandbox.FaultUnavailable:         {0, false, false},
		stripesandbox.FaultHalfJSON:            {0, true, false},
		stripesandbox.FaultInsufficientBalance: {400, false, true},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			sandbox := start(t, nil)
			api := connect(sandbox.URL(), 0)
			payee := payable(t, sandbox, api, "US")
			fund(t, sandbox, "usd", 1_000)
			require.NoError(t, sandbox.AddFault(stripesandbox.Fault{Method: "POST", Path: "/v1/transfers", Kind: kind, Delay: 20 * time.Millisecond}))

			_, err := api.Transfers.New(transferOf(600, "usd", payee, "k"))
			require.Error(t, err)
			if test.status != 0 {
				require.Equal(t, test.status, refusalOf(t, err).HTTPStatusCode)
			}
			count := 0
			if test.effect {
				count = 1
			}
			require.Equal(t, count, countTransfers(t, sandbox.URL()))
			require.Empty(t, sandbox.Faults(), "a fault happens once")

			_, err = api.Transfers.New(transferOf(600, "usd", payee, "k"))
			if test.replays {
				require.Equal(t, test.status, refusalOf(t, err).HTTPStatusCode)
				return
			}
			require.NoError(t, err)
			require.Equal(t, 1, countTransfers(t, sandbox.URL()))
			require.Equal(t, int64(400), available(t, api, "", "usd"))
		})
	}
}

func TestSilenceEndsWhenTheCallerGivesUp(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	require.NoError(t, sandbox.AddFault(stripesandbox.Fault{Kind: stripesandbox.FaultSilenceBefore, Delay: time.Minute}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	params := &stripe.BalanceParams{}
	params.Context = ctx
	_, err := connect(sandbox.URL(), 0).Balance.Get(params)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestFaultsFitByMethodAndPathSkipAndTimes(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	status := func(method, path string) int {
		code, _, _ := raw(t, method, sandbox.URL()+path, "", "", nil)
		return code
	}
	require.NoError(t, sandbox.AddFault(stripesandbox.Fault{Method: "GET", Path: "/v1/transfers*", Kind: stripesandbox.Fault500Before, Skip: 1, Times: 2}))
	require.Equal(t, 200, status("GET", "/v1/balance"))
	require.Equal(t, 200, status("GET", "/v1/transfers"))
	require.Equal(t, 500, status("GET", "/v1/transfers/tr_1"))
	require.Equal(t, 500, status("GET", "/v1/transfers"))
	require.Equal(t, 200, status("GET", "/v1/transfers"))
	require.NoError(t, sandbox.AddFault(stripesandbox.Fault{Kind: stripesandbox.Fault500Before, Times: -1}))
	for range 5 {
		require.Equal(t, 500, status("GET", "/v1/balance"))
	}
	sandbox.ClearFaults()
	require.Equal(t, 200, status("GET", "/v1/balance"))
	for _, wrong := range []stripesandbox.Fault{{Kind: "unknown"}, {Kind: stripesandbox.FaultConflict, Times: -2}, {Kind: stripesandbox.FaultSlow},
		{Kind: stripesandbox.FaultConflict, Skip: -1}, {Kind: stripesandbox.FaultSlow, Delay: time.Hour}} {
		require.Error(t, sandbox.AddFault(wrong))
	}
	for range 100 {
		require.NoError(t, sandbox.AddFault(stripesandbox.Fault{Kind: stripesandbox.FaultConflict}))
	}
	require.Error(t, sandbox.AddFault(stripesandbox.Fault{Kind: stripesandbox.FaultConflict}), "the plan is bounded")
}

func TestControlsWorkOverHTTP(t *testing.T) {
	t.Parallel()
	sandbox := start(t, func(c *stripesandbox.Config) { c.HoldTopups = true })
	api := connect(sandbox.URL(), 0)
	account := newExpress(t, api, "US").ID
	post := func(path, body string, status int) string {
		t.Helper()
		code, answer, _ := raw(t, http.MethodPost, sandbox.URL()+"/_sandbox/"+path, "application/json", body, nil)
		require.Equal(t, status, code, "%s: %s", path, answer)
		var decoded struct {
			ID string `json:"id"`
		}
		require.NoError(t, json.Unmarshal([]byte(answer), &decoded))
		return decoded.ID
	}
	post("faults", `{"method":"GET","path":"/v1/balance","kind":"503_html","times":2,"delay_ms":5}`, 200)
	_, answer, _ := raw(t, http.MethodGet, sandbox.URL()+"/_sandbox/faults", "", "", nil)
	require.Contains(t, answer, `"kind":"503_html"`)
	code, body, header := raw(t, http.MethodGet, sandbox.URL()+"/v1/balance", "", "", nil)
	require.Equal(t, 503, code)
	require.Contains(t, header.Get("Content-Type"), "text/html")
	require.Contains(t, body, "<h1>")
	code, _, _ = raw(t, http.MethodDelete, sandbox.URL()+"/_sandbox/faults", "", "", nil)
	require.Equal(t, 200, code)
	require.Empty(t, sandbox.Faults())

	require.Contains(t, post("fund", `{"currency":"USD","amount":1000}`, 200), "tu_sbx")
	require.Contains(t, post("fee", `{"currency":"usd","amount":100,"description":"fee"}`, 200), "txn_sbx")
	require.Contains(t, post("sweep", `{"currency":"usd","amount":100}`, 200), "po_sbx")
	post("schedule", `{"interval":"weekly"}`, 200)
	post("accounts/"+account+"/review", ``, 200)
	post("accounts/"+account+"/restrict", ``, 200)
	post("accounts/"+account+"/complete", ``, 200)
	_, err := api.Transfers.New(transferOf(300, "usd", account, ""))
	require.NoError(t, err)
	post("accounts/"+account+"/bank_payouts", `{"enabled":false}`, 200)
	post("accounts/"+account+"/payout", `{"currency":"usd"}`, 400)
	post("accounts/"+account+"/bank_payouts", `{"enabled":true}`, 200)
	payout := post("accounts/"+account+"/payout", `{"currency":"usd"}`, 200)
	post("payouts/"+payout+"/fail", ``, 200)
	for _, end := range []string{"succeed", "fail"} {
		made, err := api.Topups.New(&stripe.TopupParams{Amount: stripe.Int64(50), Currency: stripe.String("usd")})
		require.NoError(t, err)
		post(fmt.Sprintf("topups/%s/%s", made.ID, end), ``, 200)
		if end == "succeed" {
			post("topups/"+made.ID+"/reverse", ``, 200)
		}
	}
	require.Equal(t, int64(500), available(t, api, "", "usd"))
	post("forget_keys", ``, 200)
	post("fund", `{"currency":"usd","amount":0}`, 400)
	post("fund", `{"unknown":1}`, 400)
	post("unknown", ``, 404)
	post("accounts/acct_none/complete", ``, 403)
	post("events/evt_none/redeliver", ``, 404)
}
