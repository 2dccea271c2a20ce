package inbox_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tributary/internal/inbox"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

var (
	secret       = []byte("shpss_secret")
	formerSecret = []byte("former_secret")
)

type world struct {
	fixture.Affiliate
	db    *database.DB
	clock *clock.Fake
	s     *inbox.Service
	known map[uuid.UUID]inbox.Integration
	shop  uuid.UUID
	woo   uuid.UUID
	pay   uuid.UUID // Stripe Checkout
	call  uuid.UUID // postback
	heard map[uuid.UUID]int
}

func setUp(t *testing.T) world {
	t.Helper()
	w := world{db: testdb.New(t), shop: id.NewUUID(fixture.At), woo: id.NewUUID(fixture.At), pay: id.NewUUID(fixture.At), call: id.NewUUID(fixture.At),
		clock: clock.NewFake(fixture.At), known: map[uuid.UUID]inbox.Integration{}, heard: map[uuid.UUID]int{}}
	w.Affiliate = fixture.New(t, w.db)
	w.known[w.shop] = inbox.Integration{ID: w.shop, Brand: w.Brand, Kind: "SHOPIFY", Store: fixture.Store, Secrets: [][]byte{secret}, Active: true}
	w.known[w.woo] = inbox.Integration{ID: w.woo, Brand: w.Brand, Kind: "WOOCOMMERCE", Store: fixture.Store, Secrets: [][]byte{secret}, Active: true}
	w.known[w.pay] = inbox.Integration{ID: w.pay, Brand: w.Brand, Kind: "CHECKOUT", Store: fixture.Store, Secrets: [][]byte{secret}, Active: true}
	w.known[w.call] = inbox.Integration{ID: w.call, Brand: w.Brand, Kind: "POSTBACK", Store: fixture.Store, Secrets: [][]byte{secret, formerSecret}, Active: true}
	queue, err := job.NewQueue(w.db)
	require.NoError(t, err)
	w.s = inbox.New(inbox.Config{DB: w.db, Clock: w.clock, Queue: queue,
		Open: func(_ context.Context, x uuid.UUID) (inbox.Integration, error) {
			if i, ok := w.known[x]; ok {
				return i, nil
			}
			return inbox.Integration{}, inbox.ErrNoIntegration
		},
		DeliveredTx: func(_ context.Context, _ database.Tx, x uuid.UUID, _ time.Time) error { w.heard[x]++; return nil },
	})
	return w
}

func sign(body string) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(body))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func (w world) post(h http.Handler, integration uuid.UUID, body string, header ...string) (int, string) {
	r := httptest.NewRequest(http.MethodPost, "/webhooks/x", strings.NewReader(body))
	r.SetPathValue("integration", id.Of(id.Integration, integration).String())
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

func (w world) count(t *testing.T) (deliveries, jobs int) {
	t.Helper()
	require.NoError(t, w.db.SQL.QueryRow(`SELECT (SELECT count(*) FROM inbox_delivery), (SELECT count(*) FROM river_job WHERE kind = 'inbox_handle')`).Scan(&deliveries, &jobs))
	return deliveries, jobs
}

func TestSignedBodyIsStoredOnceAndTaken(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	body := "{\n  \"id\": 5123456789012345678 }"
	headers := []string{"X-Shopify-Hmac-Sha256", sign(body), "X-Shopify-Topic", "orders/paid", "X-Shopify-Webhook-Id", "w1", "X-Shopify-Shop-Domain", "shop.example"}
	status, text := w.post(w.s.Shopify(), w.shop, body, headers...)
	require.Equal(t, http.StatusOK, status, text)
	for range 2 { // the second time within the same second
		w.clock.Advance(600 * time.Millisecond)
		status, text = w.post(w.s.Shopify(), w.shop, body, headers...)
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "Known already.\n", text)
	}
	w.clock.Advance(time.Second)
	status, _ = w.post(w.s.Shopify(), w.shop, body, headers...)
	require.Equal(t, http.StatusOK, status)
	deliveries, jobs := w.count(t)
	require.Equal(t, []int{1, 0}, []int{deliveries, jobs})
	require.Equal(t, 3, w.heard[w.shop], "once a second")

	var key uuid.UUID
	require.NoError(t, w.db.SQL.QueryRow(`SELECT id FROM inbox_delivery`).Scan(&key))
	require.NoError(t, w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		d, err := inbox.ReadTx(ctx, tx, key)
		require.NoError(t, err)
		require.Equal(t, body, string(d.Body), "the raw body is kept as it came")
		require.Equal(t, "orders/paid", d.Topic)
		require.Equal(t, w.Brand, d.Brand)
		require.Equal(t, "shop.example", d.Headers["X-Shopify-Shop-Domain"])
		return nil
	}))
	w.clock.Advance(time.Second)
	other := body + " "
	headers[1] = sign(other)
	status, _ = w.post(w.s.Shopify(), w.shop, other, headers...)
	require.Equal(t, http.StatusOK, status)
	deliveries, _ = w.count(t)
	require.Equal(t, 2, deliveries, "another body under a known id is another delivery")

	by := &taker{}
	require.NoError(t, w.s.TakeAll(testdb.Context(t), by))
	require.Equal(t, [][]string{{body, other}}, by.bodies)
	require.NoError(t, w.s.TakeAll(testdb.Context(t), by))
	require.Len(t, by.bodies, 1, "what was handled is not taken again")
	require.Equal(t, 2, by.after)
}

// taker handles the first delivery and leaves the others as its fields say.
type taker struct {
	mu     sync.Mutex // several take at the same time
	fails  error
	alone  bool // the others get jobs
	bodies [][]string
	before int
	after  int
}

func (k *taker) BeforeTaking(context.Context) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.before++
}

func (k *taker) AfterTaking(all []inbox.Delivery) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.after += len(all)
}

func (k *taker) TakeTx(_ context.Context, _ database.Tx, all []inbox.Delivery) (inbox.Taken, error) {
	var bodies []string
	for _, d := range all {
		bodies = append(bodies, string(d.Body))
	}
	k.mu.Lock()
	k.bodies = append(k.bodies, bodies)
	k.mu.Unlock()
	out := inbox.Taken{Handled: []inbox.Handled{{Delivery: all[0].ID, Status: inbox.Done, Outcome: "Done."}}}
	for _, d := range all[1:] {
		if k.alone {
			out.Alone = append(out.Alone, d.ID)
		} else if k.fails == nil {
			out.Handled = append(out.Handled, inbox.Handled{Delivery: d.ID, Status: inbox.Ignored, Outcome: "Not of interest."})
		}
	}
	return out, k.fails
}

func TestBodiesThatComeTogetherAreEachStoredOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	ctx := testdb.Context(t)
	var all sync.WaitGroup
	var fresh atomic.Int64
	for i := range 300 {
		all.Go(func() {
			key := strconv.Itoa(i % 100)
			stored, err := w.s.Store(ctx, inbox.Delivery{Source: "shopify", Integration: w.shop, Brand: w.Brand, Topic: "orders/paid", Key: key, Body: []byte(key)})
			if assert.NoError(t, err) && stored {
				fresh.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 100, fresh.Load(), "one of each three is told that it is new")
	deliveries, _ := w.count(t)
	require.Equal(t, 100, deliveries)
	require.LessOrEqual(t, w.heard[w.shop], 100, "and the shop was heard of once a transaction")
}

func TestABodyThatTheDatabaseRefusesKeepsNoOtherBack(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	ctx := testdb.Context(t)
	_, err := w.db.SQL.Exec(`ALTER TABLE inbox_delivery ADD CONSTRAINT never CHECK (dedup_key <> '7')`)
	require.NoError(t, err)
	var all sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		all.Go(func() {
			_, errs[i] = w.s.Store(ctx, inbox.Delivery{Source: "shopify", Integration: w.shop, Brand: w.Brand, Topic: "orders/paid", Key: strconv.Itoa(i), Body: []byte("{}")})
		})
	}
	all.Wait()
	for i, err := range errs {
		require.Equal(t, i == 7, err != nil, "%d: %v", i, err)
	}
	deliveries, _ := w.count(t)
	require.Equal(t, len(errs)-1, deliveries)
}

func TestWhatCannotBeTakenTogetherGetsJobs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by         *taker
		jobs, left int
	}{
		"it fails":    {&taker{fails: errors.New("a defect")}, 5, 5},
		"some do not": {&taker{alone: true}, 4, 4},
	} {
		w := setUp(t)
		ctx := testdb.Context(t)
		for i := range 5 {
			_, err := w.s.Store(ctx, inbox.Delivery{Source: "shopify", Integration: w.shop, Brand: w.Brand, Topic: "orders/paid", Key: strconv.Itoa(i), Body: []byte("{}")})
			require.NoError(t, err)
		}
		for range 2 { // they are not taken again
			require.NoError(t, w.s.TakeAll(ctx, c.by), name)
		}
		require.Len(t, c.by.bodies, 1, name)
		require.Positive(t, c.by.before)
		_, jobs := w.count(t)
		require.Equal(t, c.jobs, jobs, name)
		var left int
		require.NoError(t, w.db.SQL.QueryRow(`SELECT count(*) FROM inbox_delivery WHERE status = 'STORED' AND by_job`).Scan(&left))
		require.Equal(t, c.left, left, name)
	}
}

func TestRunTakesWhatComesAndWhatOthersLeft(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	ctx, stop := context.WithCancel(testdb.Context(t))
	store := func(key string) {
		_, err := w.s.Store(testdb.Context(t), inbox.Delivery{Source: "shopify", Integration: w.shop, Brand: w.Brand, Topic: "orders/paid", Key: key, Body: []byte(key)})
		require.NoError(t, err)
	}
	store("left by another process")
	other := inbox.New(w.s.Config)
	var ended sync.WaitGroup
	ended.Go(func() { other.Run(ctx, &taker{}) })
	done := func(want int) {
		require.Eventually(t, func() bool {
			var n int
			require.NoError(t, w.db.SQL.QueryRow(`SELECT count(*) FROM inbox_delivery WHERE status = 'DONE'`).Scan(&n))
			return n == want
		}, 20*time.Second, 5*time.Millisecond)
	}
	done(1)
	store("comes meanwhile")
	done(2)
	stop()
	ended.Wait()
}

func TestUnsignedAndUnknownAreRefused(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	topic := []string{"X-Shopify-Topic", "orders/paid"}
	for name, c := range map[string]struct {
		integration uuid.UUID
		body        string
		signature   string
		want        int
	}{
		"no signature":    {w.shop, "{}", "", http.StatusUnauthorized},
		"other body's":    {w.shop, "{}", sign("{} "), http.StatusUnauthorized},
		"not base64":      {w.shop, "{}", "%%%", http.StatusUnauthorized},
		"unknown":         {uuid.New(), "{}", sign("{}"), http.StatusNotFound},
		"of another kind": {w.woo, "{}", sign("{}"), http.StatusNotFound},
		"too large":       {w.shop, strings.Repeat(" ", inbox.BodyMax+1), "", http.StatusRequestEntityTooLarge},
	} {
		status, text := w.post(w.s.Shopify(), c.integration, c.body, append(topic, "X-Shopify-Hmac-Sha256", c.signature)...)
		require.Equal(t, c.want, status, name)
		require.NotEmpty(t, text, name)
	}
	status, _ := w.post(w.s.Shopify(), w.shop, "{}", "X-Shopify-Hmac-Sha256", sign("{}"))
	require.Equal(t, http.StatusBadRequest, status, "a topic is needed")
	status, _ = w.post(w.s.Shopify(), w.shop, "{}", "X-Shopify-Hmac-Sha256", sign("{}"), "X-Shopify-Topic", "\xff")
	require.Equal(t, http.StatusBadRequest, status)
	i := w.known[w.shop]
	i.Active = false
	w.known[w.shop] = i
	w.clock.Advance(time.Second)
	status, _ = w.post(w.s.Shopify(), w.shop, "{}", append(topic, "X-Shopify-Hmac-Sha256", sign("{}"))...)
	require.Equal(t, http.StatusNotFound, status, "a disconnected shop is not heard")
	deliveries, jobs := w.count(t)
	require.Equal(t, []int{0, 0}, []int{deliveries, jobs})
}

func TestASecretCountsFromTheMomentOfItsRotation(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	post := func(key []byte, body string) int {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(body))
		status, _ := w.post(w.s.Shopify(), w.shop, body, "X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(h.Sum(nil)), "X-Shopify-Topic", "orders/paid")
		return status
	}
	next := []byte("shpss_next")
	require.Equal(t, http.StatusOK, post(secret, "{}"))
	require.Equal(t, http.StatusUnauthorized, post(next, "{} "))
	i := w.known[w.shop]
	i.Secrets = [][]byte{next, secret}
	w.known[w.shop] = i
	require.Equal(t, http.StatusOK, post(next, "{} "), "within the second that an integration is remembered")
	require.Equal(t, http.StatusOK, post(secret, "{}  "))
	i.Secrets = [][]byte{next}
	w.known[w.shop] = i
	w.clock.Advance(time.Second)
	require.Equal(t, http.StatusUnauthorized, post(secret, "{}   "))
}

func TestWooCommercePingIsAnsweredAndBodyIsItsOwnKey(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	status, _ := w.post(w.s.WooCommerce(), w.woo, "webhook_id=12")
	require.Equal(t, http.StatusOK, status)
	deliveries, _ := w.count(t)
	require.Zero(t, deliveries)
	for _, delivery := range []string{"d1", "d2"} {
		status, _ = w.post(w.s.WooCommerce(), w.woo, `{"id":1}`, "X-WC-Webhook-Signature", sign(`{"id":1}`), "X-WC-Webhook-Topic", "order.updated", "X-WC-Webhook-Delivery-ID", delivery)
		require.Equal(t, http.StatusOK, status)
	}
	deliveries, _ = w.count(t)
	require.Equal(t, 1, deliveries)
}

// named is the job of a source that handles its own bodies.
type named struct {
	Body string `json:"body"`
}

func (named) Kind() string { return "named_handle" }

func TestReplayRunsTheHandlerOfTheSource(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.s.Handlers = map[string]func(inbox.Delivery) (job.Args, error){"named": func(d inbox.Delivery) (job.Args, error) {
		if d.Topic == "foreign" {
			return nil, fault.New(fault.Conflict, "OTHER_MODE", "Not for these books.")
		}
		return named{Body: string(d.Body)}, nil
	}}
	ctx := testdb.Context(t)
	stored := func(topic string) id.ID {
		d := inbox.Delivery{ID: id.NewUUID(fixture.At), Source: "named", Topic: topic, Key: topic, Body: []byte(topic + "!")}
		require.NoError(t, w.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
			if _, err := w.s.StoreTx(ctx, tx, d); err != nil {
				return err
			}
			return w.s.MarkTx(ctx, tx, d.ID, inbox.Ignored, "as it came")
		}))
		return id.Of(id.Delivery, d.ID)
	}
	operator := viewer.With(t.Context(), viewer.Viewer{Kind: viewer.User, UserID: fixture.User(t, w.db), Admin: true})
	own, foreign := stored("own"), stored("foreign")
	require.NoError(t, w.s.Replay(operator, own))
	require.True(t, fault.Is(w.s.Replay(operator, foreign), fault.Conflict))

	var kinds, args string
	require.NoError(t, w.db.SQL.QueryRow(`SELECT string_agg(kind, ','), string_agg(args->>'body', ',') FROM river_job`).Scan(&kinds, &args))
	require.Equal(t, "named_handle", kinds, "and no job of a shop's")
	require.Equal(t, "own!", args)
	status := func(x id.ID) (s inbox.Status) {
		require.NoError(t, w.db.SQL.QueryRow(`SELECT status FROM inbox_delivery WHERE id = $1`, x.UUID).Scan(&s))
		return s
	}
	require.Equal(t, inbox.Stored, status(own))
	require.Equal(t, inbox.Ignored, status(foreign), "what the source refuses stays as it was")
}

func TestDeliveryMovesByItsTableAndIsReplayedByMembers(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	ctx := testdb.Context(t)
	stored, err := w.s.Store(ctx, inbox.Delivery{Source: "shopify", Integration: w.shop, Brand: w.Brand, Topic: "refunds/create", Key: "k", Body: []byte("{}")})
	require.NoError(t, err)
	require.True(t, stored)
	var key uuid.UUID
	require.NoError(t, w.db.SQL.QueryRow(`SELECT id FROM inbox_delivery`).Scan(&key))
	mark := func(to inbox.Status) error {
		return w.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error { return w.s.MarkTx(ctx, tx, key, to, "because") })
	}
	require.NoError(t, w.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return w.s.WaitTx(ctx, tx, key, "because", []string{"order:a", "order:b"})
	}))
	for _, c := range []struct {
		name string
		jobs int
	}{{"order:c", 0}, {"order:b", 1}, {"order:a", 1}} { // one whose job is not over is not woken twice
		require.NoError(t, w.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
			return w.s.WakeWaitingTx(ctx, tx, []uuid.UUID{w.Brand}, []string{c.name})
		}))
		_, jobs := w.count(t)
		require.Equal(t, c.jobs, jobs, c.name)
	}
	require.NoError(t, mark(inbox.Done))
	f, ok := fault.As(mark(inbox.Failed))
	require.True(t, ok)
	require.Equal(t, "WRONG_STATE", f.Code)

	x := id.Of(id.Delivery, key)
	as := func(v viewer.Viewer) context.Context { return viewer.With(t.Context(), v) }
	require.True(t, fault.Is(w.s.Replay(as(w.AsCreator()), x), fault.NotFound))
	require.True(t, fault.Is(w.s.Replay(as(w.AsMember(viewer.Analyst)), x), fault.Forbidden))
	_, err = w.db.SQL.Exec(`UPDATE river_job SET state = 'completed', finalized_at = now()`)
	require.NoError(t, err)
	require.NoError(t, w.s.Replay(as(w.AsMember(viewer.Manager)), x))
	_, jobs := w.count(t)
	require.Equal(t, 2, jobs)
	require.NoError(t, mark(inbox.Done))
}
