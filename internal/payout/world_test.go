package payout_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river/rivertype"
	"github.com/stretchr/testify/require"

	"tributary/internal/books"
	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
	"tributary/internal/payout"
	"tributary/internal/stripeconnect"
	"tributary/internal/stripesandbox"
)

const (
	secretKey       = "sk_test_payouts"
	platformSecret  = "whsec_platform"
	connectSecret   = "whsec_connect"
	transfersPath   = "/v1/transfers"
	providerTimeout = 1500 * time.Millisecond
)

// world is a brand with money people, a Stripe sandbox behind HTTP, and the service under test.
type world struct {
	t       *testing.T
	ctx     context.Context // of the system
	db      *database.DB
	clock   *clock.Fake
	sandbox *stripesandbox.Running
	stripe  *stripeconnect.Client
	ledger  *ledger.Service
	queue   *job.Queue
	payouts *payout.Service
	books   *books.Service

	brand             uuid.UUID
	preparer, checker viewer.Viewer // two people of finance
	earned            int

	mu   sync.Mutex
	paid []uuid.UUID // commissions that were told to be paid
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db := testdb.New(t)
	w := &world{t: t, ctx: testdb.Context(t), db: db, clock: clock.NewFake(fixture.Start.Add(48 * time.Hour))}
	var err error
	w.sandbox, err = stripesandbox.Start(w.ctx, stripesandbox.Config{SecretKey: secretKey, Now: w.clock.Now, SignatureTime: time.Now,
		RetryBase: 5 * time.Millisecond}, "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.sandbox.Close()) })
	w.queue, err = job.NewQueue(db)
	require.NoError(t, err)
	w.ledger = ledger.New(ledger.Config{DB: db, Clock: w.clock, Mode: ledger.ModeSandbox})
	w.books = books.New(books.Config{DB: db, Clock: w.clock})
	w.stripe, w.payouts = w.serve(w.sandbox.URL())
	w.brand = fixture.Brand(t, db)
	w.preparer, w.checker = w.member(viewer.Finance), w.member(viewer.Finance)
	return w
}

// serve makes a service as a process would.
func (w *world) serve(stripeURL string) (*stripeconnect.Client, *payout.Service) {
	stripe := stripeconnect.New(stripeconnect.Config{SecretKey: secretKey, APIBase: stripeURL, RatePerSecond: 5_000, Timeout: providerTimeout,
		WebhookSecrets: []string{"whsec_old", platformSecret}, ConnectWebhookSecrets: []string{connectSecret}})
	return stripe, payout.New(w.config(stripe))
}

func (w *world) config(p payout.Provider) payout.Config {
	return payout.Config{DB: w.db, Clock: w.clock, Ledger: w.ledger, Queue: w.queue, Provider: p, Changes: broadcast.New(w.db, nil),
		BaseURL:      func() string { return "https://tributary.example" },
		ConfirmMoney: func(context.Context, uuid.UUID, string) error { return nil },
		CommissionsPaidTx: func(_ context.Context, _ database.Tx, ids []uuid.UUID, _ time.Time) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.paid = append(w.paid, ids...)
			return nil
		},
		StoreEventTx: storeEvent, FinishEventTx: finishEvent,
		OnFunding: func(_ context.Context, m money.Money) error {
			_, err := w.sandbox.Fund(string(m.Currency), stripeUnits(m))
			return err
		},
		Log: slog.New(slog.DiscardHandler)}
}

// stripeUnits is the amount as the sandbox counts it, for the currencies of these tests.
func stripeUnits(m money.Money) int64 { return m.Minor }

// storeEvent and finishEvent keep messages as the inbox does.
func storeEvent(ctx context.Context, tx database.Tx, e payout.Event) (uuid.UUID, bool, error) {
	u := id.NewUUID(e.CreatedAt)
	sum := sha256.Sum256(e.Body)
	done, err := tx.SQL.ExecContext(ctx, `INSERT INTO inbox_delivery (id, source, topic, dedup_key, headers, body, received_at)
VALUES ($1, 'STRIPE', $2, $3, '{}', $4, now()) ON CONFLICT DO NOTHING`, u, e.Type, e.ID, sum[:])
	if err != nil {
		return u, false, err
	}
	n, err := done.RowsAffected()
	return u, n == 1, err
}

func finishEvent(ctx context.Context, tx database.Tx, delivery uuid.UUID, end payout.EventEnd, outcome string) error {
	_, err := tx.SQL.ExecContext(ctx, `UPDATE inbox_delivery SET status = $1, outcome = $2, handled_at = now() WHERE id = $3`, end, outcome, delivery)
	return err
}

// member makes a person with roles in the brand that are two days old.
func (w *world) member(roles ...viewer.Role) viewer.Viewer {
	return viewer.Viewer{Kind: viewer.User, UserID: fixture.User(w.t, w.db),
		Memberships: []viewer.Membership{{BrandID: w.brand, Roles: roles, GrantedAt: fixture.Start}}}
}

func (w *world) as(v viewer.Viewer) context.Context { return viewer.With(w.ctx, v) }

func (w *world) brandID() id.ID { return id.Of(id.Brand, w.brand) }

// creator makes a creator who has gone through onboarding at the sandbox.
func (w *world) creator(country string) (creator uuid.UUID, account string) {
	w.t.Helper()
	creator, user := fixture.Creator(w.t, w.db)
	ctx := w.as(viewer.Viewer{Kind: viewer.User, UserID: user, CreatorID: creator})
	_, url, err := w.payouts.StartOnboarding(ctx, country)
	require.NoError(w.t, err)
	require.Contains(w.t, url, "/onboarding/")
	require.NoError(w.t, w.db.SQL.QueryRowContext(w.ctx, `SELECT provider_ref FROM payout_account WHERE creator_id = $1`, creator).Scan(&account))
	require.NoError(w.t, w.sandbox.CompleteOnboarding(account))
	w.clock.Advance(10 * time.Second)
	a, err := w.payouts.MyAccount(ctx)
	require.NoError(w.t, err)
	require.Equal(w.t, payout.AccountEnabled, a.Status)
	return creator, account
}

// earn makes an amount payable to a creator; a negative one is owed back.
func (w *world) earn(creator uuid.UUID, m money.Money) {
	w.t.Helper()
	w.earned++
	err := w.db.InTx(w.ctx, func(ctx context.Context, tx database.Tx) error {
		_, _, err := w.ledger.PostTx(ctx, tx, ledger.Posting{Reference: fmt.Sprintf("bonus:%d", w.earned), Kind: "BONUS_GRANTED", Brand: w.brand,
			Lines: []ledger.Line{
				{Account: ledger.Account{Brand: w.brand, Kind: ledger.BonusExpense, Currency: m.Currency}, Amount: m},
				{Account: ledger.Account{Brand: w.brand, Kind: ledger.CreatorPayable, Party: creator, Currency: m.Currency}, Amount: m.Neg()},
			}})
		return err
	})
	require.NoError(w.t, err)
}

// fund records funding and brings it to the sandbox.
func (w *world) fund(m money.Money) {
	w.t.Helper()
	_, funds, err := w.payouts.RecordFunding(w.as(w.preparer), payout.RecordFundingInput{Brand: w.brandID(), Amount: m, Note: "Top-up"})
	require.NoError(w.t, err)
	require.Equal(w.t, m.Currency, funds.CurrencyCode)
	require.NoError(w.t, w.payouts.DoFunding(w.ctx, payout.FundingJob{Minor: m.Minor, Currency: m.Currency}))
}

func eur(minor int64) money.Money { return money.New(minor, money.EUR) }

func (w *world) prepare(c money.Currency) payout.Run {
	w.t.Helper()
	r, err := w.payouts.Prepare(w.as(w.preparer), payout.PrepareInput{Brand: w.brandID(), Currency: c})
	require.NoError(w.t, err)
	return r
}

func confirm(r payout.Run) payout.ConfirmInput {
	return payout.ConfirmInput{Run: r.ID, ExpectedVersion: r.Version, ExpectedTotal: r.Total, TOTPCode: "123456"}
}

// sent prepares, approves and sends a run.
func (w *world) sent(c money.Currency) payout.Run {
	w.t.Helper()
	r, err := w.payouts.Approve(w.as(w.checker), confirm(w.prepare(c)))
	require.NoError(w.t, err)
	r, err = w.payouts.Send(w.as(w.preparer), confirm(r))
	require.NoError(w.t, err)
	return r
}

// open lists the payouts in flight.
func (w *world) open() (out []uuid.UUID) {
	w.t.Helper()
	rows, err := w.db.SQL.QueryContext(w.ctx, `SELECT id FROM payout WHERE status IN ('RESERVED', 'SENDING', 'UNKNOWN', 'WAITING') ORDER BY id`)
	require.NoError(w.t, err)
	defer func() { require.NoError(w.t, rows.Close()) }()
	for rows.Next() {
		var u uuid.UUID
		require.NoError(w.t, rows.Scan(&u))
		out = append(out, u)
	}
	require.NoError(w.t, rows.Err())
	return out
}

// step does what the queue would do once for each payout in flight. A snooze is no failure.
func (w *world) step(s *payout.Service) {
	w.t.Helper()
	for _, u := range w.open() {
		err := s.DoTransfer(w.ctx, payout.TransferJob{Payout: u})
		var snooze *rivertype.JobSnoozeError
		if !errors.As(err, &snooze) {
			require.NoError(w.t, err)
		}
	}
}

// drain works and lets time pass until nothing is in flight, at most an hour of the fake clock.
func (w *world) drain() {
	w.t.Helper()
	for range 120 {
		if len(w.open()) == 0 {
			return
		}
		w.step(w.payouts)
		w.clock.Advance(30 * time.Second)
	}
	require.Empty(w.t, w.open(), "payouts stand still")
}

// refetch gives a run as it is.
func (w *world) refetch(r payout.Run) payout.Run {
	w.t.Helper()
	r, err := w.payouts.RunByID(w.as(w.preparer), r.ID)
	require.NoError(w.t, err)
	return r
}

// payoutsOf gives the payouts of a run by creator.
func (w *world) payoutsOf(r payout.Run) map[uuid.UUID]payout.Payout {
	w.t.Helper()
	out := map[uuid.UUID]payout.Payout{}
	of, err := w.payouts.PayoutsOfRuns(w.as(w.preparer), []uuid.UUID{r.ID.UUID}, nil, page.All(page.SizeMax))
	require.NoError(w.t, err)
	c := of[r.ID.UUID]
	for _, p := range c.Nodes() {
		out[p.CreatorID.UUID] = p
	}
	return out
}

// transfers asks the sandbox for what exists of a payout.
func (w *world) transfers(p payout.Payout) []payout.Transfer {
	w.t.Helper()
	var found []payout.Transfer
	require.Eventually(w.t, func() bool {
		var err error
		found, err = w.stripe.TransfersOf(w.ctx, p.ID.String())
		return err == nil
	}, 20*time.Second, 20*time.Millisecond)
	return found
}

// letters gives the letters to a creator that wait to be sent.
func (w *world) letters(creator uuid.UUID) (out []mail.Message) {
	w.t.Helper()
	rows, err := w.db.SQL.QueryContext(w.ctx, `SELECT j.args->'message' FROM river_job j, creator c JOIN "user" u ON u.id = c.user_id
WHERE c.id = $1 AND j.kind = $2 AND j.args->'message'->>'to' = u.email ORDER BY j.id`, creator, mail.SendArgs{}.Kind())
	require.NoError(w.t, err)
	defer func() { require.NoError(w.t, rows.Close()) }()
	for rows.Next() {
		var text []byte
		var m mail.Message
		require.NoError(w.t, rows.Scan(&text))
		require.NoError(w.t, json.Unmarshal(text, &m))
		out = append(out, m)
	}
	require.NoError(w.t, rows.Err())
	return out
}

// audited proves that the books are right.
func (w *world) audited() {
	w.t.Helper()
	found, err := w.books.Audit(w.ctx)
	require.NoError(w.t, err)
	require.Empty(w.t, found)
}

// balance sums an account, debit positive.
func (w *world) balance(kind ledger.AccountKind, party uuid.UUID, c money.Currency) int64 {
	w.t.Helper()
	var sum int64
	require.NoError(w.t, w.db.SQL.QueryRowContext(w.ctx, `SELECT coalesce(sum(e.amount_minor), 0)::bigint FROM ledger_account a
JOIN ledger_entry e ON e.account_id = a.id WHERE a.brand_id = $1 AND a.kind = $2 AND coalesce(a.party_id, $3) = $3 AND a.currency = $4`,
		w.brand, kind, party, c).Scan(&sum))
	return sum
}

// webhooks sends the sandbox's events to the service, signed, over HTTP.
func (w *world) webhooks() {
	w.t.Helper()
	server := httptest.NewServer(w.stripe.Webhooks(func(ctx context.Context, e payout.Event) error {
		return w.payouts.Receive(viewer.WithSystem(ctx, "webhook:stripe"), e)
	}))
	w.t.Cleanup(server.Close)
	w.sandbox.SetWebhooks(stripesandbox.Endpoint{URL: server.URL, Secrets: []string{platformSecret}},
		stripesandbox.Endpoint{URL: server.URL, Secrets: []string{connectSecret}})
}

// runner does jobs in the background until the test ends.
func (w *world) runner() {
	w.t.Helper()
	workers := job.NewWorkers()
	w.payouts.Register(workers)
	r, err := job.NewRunner(w.db, workers, slog.New(slog.DiscardHandler))
	require.NoError(w.t, err)
	require.NoError(w.t, r.Start(w.ctx))
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		require.NoError(w.t, r.Stop(ctx))
	})
}

// asCreator is somebody who is this creator.
func asCreator(creator uuid.UUID) viewer.Viewer {
	return viewer.Viewer{Kind: viewer.User, UserID: uuid.New(), CreatorID: creator}
}

// newServer takes signed messages and keeps them.
func newServer(t *testing.T, w *world, got *[]payout.Event) string {
	t.Helper()
	server := httptest.NewServer(w.stripe.Webhooks(func(_ context.Context, e payout.Event) error {
		*got = append(*got, e)
		return nil
	}))
	t.Cleanup(server.Close)
	return server.URL
}
