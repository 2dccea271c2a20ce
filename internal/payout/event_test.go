package payout_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76/webhook"

	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/ledger"
	"tributary/internal/payout"
)

// stripePost makes a call to the sandbox as another client of the platform, such as a person at the dashboard.
func (w *world) stripePost(path, form string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.ctx, http.MethodPost, w.sandbox.URL()+path, strings.NewReader(form))
	require.NoError(w.t, err)
	r.SetBasicAuth(secretKey, "")
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(w.t, err)
	defer func() { _ = answer.Body.Close() }()
	require.Equal(w.t, http.StatusOK, answer.StatusCode)
}

// event does a job as the queue would: where the provider gave no clear answer in time, as on a busy machine, it is done again.
func (w *world) event(j payout.EventJob) error {
	var err error
	for range 10 {
		var p *payout.Problem
		if err = w.payouts.DoEvent(w.ctx, j); !errors.As(err, &p) || p.Kind != payout.Unclear {
			return err
		}
	}
	return err
}

// TestEventsInAnyOrderAndManyTimesGiveOneState loses the answer of a transfer, lets it be reversed in two parts and paid on to
// the bank, and tells the service of it in random orders with repeats.
func TestEventsInAnyOrderAndManyTimesGiveOneState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, account := w.creator("US")
	w.earn(c, money.New(10_00, money.USD))
	w.fund(money.New(10_00, money.USD))
	random := rand.New(rand.NewPCG(7, 7))
	for round := range 12 {
		run := w.sent(money.USD)
		p := w.payoutsOf(run)[c]
		// The transfer is made under the payout's own key and nobody hears the answer.
		form := fmt.Sprintf("amount=%d&currency=usd&destination=%s&transfer_group=%s", p.Amount.Minor, account, p.ID)
		_, err := w.db.SQL.ExecContext(w.ctx, `UPDATE payout SET status = 'SENDING', destination_ref = $1, attempt = 1, called_at = $3 WHERE id = $2`,
			account, p.ID.UUID, w.clock.Now())
		require.NoError(t, err)
		w.stripePost(transfersPath, form)
		made := w.transfers(p)[0]
		w.stripePost(transfersPath+"/"+made.Ref+"/reversals", "amount=300")
		w.stripePost(transfersPath+"/"+made.Ref+"/reversals", "amount=200")
		bank, err := w.sandbox.PayOut(account, "usd")
		require.NoError(t, err)
		jobs := []payout.EventJob{{Type: "transfer.created", Object: made.Ref}, {Type: "transfer.reversed", Object: made.Ref},
			{Type: "transfer.updated", Object: made.Ref}, {Type: "account.updated", Account: account, Object: account},
			{Type: "payout.paid", Account: account, Object: bank}, {Type: "charge.refunded", Object: "ch_1"}}
		if round == 0 {
			// Many at once, each many times.
			var all sync.WaitGroup
			errs := make(chan error, 300)
			for range 50 {
				for _, j := range jobs[:3] {
					all.Go(func() { errs <- w.event(j) })
				}
			}
			all.Wait()
			close(errs)
			for err := range errs {
				require.NoError(t, err)
			}
		}
		random.Shuffle(len(jobs), func(a, b int) { jobs[a], jobs[b] = jobs[b], jobs[a] })
		for _, j := range append(jobs, jobs[0], jobs[1]) {
			require.NoError(t, w.event(j), j.Type)
		}
		after := w.payoutsOf(run)[c]
		require.Equal(t, payout.StatusPartlyReversed, after.Status)
		require.Equal(t, payout.BankArrived, after.BankArrival)
		require.Equal(t, payout.RunCompleted, w.refetch(run).Status)
		require.Equal(t, int64(-5_00), w.balance(ledger.CreatorPayable, c, money.USD))
		w.audited()
		// What came back is owed again: settle it, and begin the next round where this one began.
		w.earn(c, money.New(5_00, money.USD))
		w.fund(money.New(5_00, money.USD))
	}
	earnings, err := w.payouts.Earnings(w.as(asCreator(c)))
	require.NoError(t, err)
	require.Equal(t, money.New(12*5_00, money.USD), earnings[0].Paid)
}

func TestAMessageIsStoredOnceAndOneOfAnotherModeIsNeverHandled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	count := func(query string) (n int) {
		require.NoError(t, w.db.SQL.QueryRowContext(w.ctx, query).Scan(&n))
		return n
	}
	for range 5 {
		require.NoError(t, w.payouts.Receive(w.ctx, payout.Event{ID: "evt_1", Type: "transfer.created", Object: "tr_1", Body: []byte("{}"), CreatedAt: w.clock.Now()}))
	}
	require.Equal(t, 1, count(`SELECT count(*) FROM inbox_delivery`))
	require.Equal(t, 1, count(`SELECT count(*) FROM river_job WHERE kind = 'payout_event'`))
	require.NoError(t, w.payouts.Receive(w.ctx, payout.Event{ID: "evt_2", Type: "transfer.created", Object: "tr_1", Live: true, Body: []byte("{}"), CreatedAt: w.clock.Now()}))
	require.Equal(t, 1, count(`SELECT count(*) FROM inbox_delivery WHERE status = 'IGNORED'`))
	require.Equal(t, 1, count(`SELECT count(*) FROM river_job WHERE kind = 'payout_event'`))
}

func TestATransferThatDoesNotFitItsPayoutIsLeftToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, account := w.creator("DE")
	w.earn(c, eur(10_00))
	w.fund(eur(30_00))
	run := w.sent(money.EUR)
	w.drain()
	p := w.payoutsOf(run)[c]
	w.stripePost(transfersPath, fmt.Sprintf("amount=1000&currency=eur&destination=%s&transfer_group=%s", account, p.ID))
	second := w.transfers(p)[1]
	require.NoError(t, w.payouts.Receive(w.ctx, payout.Event{ID: "evt_1", Type: "transfer.created", Object: second.Ref, Body: []byte("{}"), CreatedAt: w.clock.Now()}))
	var args []byte
	require.NoError(t, w.db.SQL.QueryRowContext(w.ctx, `SELECT args FROM river_job WHERE kind = 'payout_event'`).Scan(&args))
	var j payout.EventJob
	require.NoError(t, json.Unmarshal(args, &j))
	require.NoError(t, w.payouts.DoEvent(w.ctx, j))
	var status string
	require.NoError(t, w.db.SQL.QueryRowContext(w.ctx, `SELECT status FROM inbox_delivery`).Scan(&status))
	require.Equal(t, "FAILED", status)
	require.Equal(t, payout.StatusPaid, w.payoutsOf(run)[c].Status)
	w.audited()
	known, err := w.payouts.Observe(w.ctx, payout.Transfer{Ref: "tr_x", Group: id.Of(id.Payout, uuid.New()).String(), Amount: eur(1)})
	require.NoError(t, err)
	require.False(t, known)
}

func TestAnAccountThatStripeStopsOrDropsIsSaidInWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, account := w.creator("DE")
	mine := func() payout.Account {
		require.NoError(t, w.payouts.DoEvent(w.ctx, payout.EventJob{Type: "account.updated", Account: account, Object: account}))
		a, err := w.payouts.MyAccount(w.as(asCreator(c)))
		require.NoError(t, err)
		return a
	}
	require.Equal(t, "Everything is ready. Nothing is to be done.", mine().NextStep)
	require.NoError(t, w.sandbox.SetBankPayouts(account, false))
	require.Contains(t, mine().NextStep, "bank account")
	require.NoError(t, w.sandbox.RestrictAccount(account))
	stopped := mine()
	require.Equal(t, payout.AccountRestricted, stopped.Status)
	require.Equal(t, []string{"Identity document, both sides"}, stopped.RequirementsDue)
	require.NoError(t, w.sandbox.ReviewAccount(account))
	require.Contains(t, mine().NextStep, "checking")
	_, _, err := w.payouts.StartOnboarding(w.as(asCreator(c)), "FR")
	require.Equal(t, "CONFLICT", code(t, err))
	r, err := http.NewRequestWithContext(w.ctx, http.MethodDelete, w.sandbox.URL()+"/v1/accounts/"+account, nil)
	require.NoError(t, err)
	r.SetBasicAuth(secretKey, "")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.NoError(t, w.payouts.DoEvent(w.ctx, payout.EventJob{Type: "account.application.deauthorized", Account: account, Object: "ca_1"}))
	_, err = w.payouts.MyAccount(w.as(asCreator(c)))
	require.Equal(t, "NOT_FOUND", code(t, err))
}

func TestOnlySignedBodiesOfEitherEndpointAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var got []payout.Event
	server := newServer(t, w, &got)
	body := `{"id":"evt_1","type":"account.updated","account":"acct_1","livemode":false,"created":1700000000,"data":{"object":{"id":"acct_1"}},"api_version":"2026-08-26.dahlia"}`
	post := func(secret string, at time.Time, body string) int {
		signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(body), Secret: secret, Timestamp: at})
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Stripe-Signature", signed.Header)
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		return answer.StatusCode
	}
	for _, secret := range []string{"whsec_old", platformSecret, connectSecret} {
		require.Equal(t, http.StatusOK, post(secret, time.Now(), body))
	}
	require.Len(t, got, 3)
	require.Equal(t, "acct_1", got[0].Account)
	require.Equal(t, "acct_1", got[0].Object)
	require.Equal(t, http.StatusBadRequest, post("whsec_other", time.Now(), body))
	require.Equal(t, http.StatusBadRequest, post("", time.Now(), body))
	require.Equal(t, http.StatusBadRequest, post(platformSecret, time.Now().Add(-10*time.Minute), body))
	require.Equal(t, http.StatusBadRequest, post(platformSecret, time.Now(), `{"id":1}`))
	require.Equal(t, http.StatusRequestEntityTooLarge, post(platformSecret, time.Now(), strings.Repeat(" ", 600<<10)))
	answer, err := http.Get(server)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode)
	require.Len(t, got, 3)
}
