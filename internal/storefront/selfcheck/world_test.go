package selfcheck_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/brand"
	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/fraud"
	"tributary/internal/inbox"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
	"tributary/internal/order"
	"tributary/internal/partnership"
	"tributary/internal/program"
	"tributary/internal/sale"
	"tributary/internal/storefront/selfcheck"
	"tributary/internal/tracking"
	"tributary/internal/tracking/storeevent"
)

const (
	secret = "shpss_secret"
	person = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
	token  = "a checkout's token"
)

// world is a brand with a creator and a Shopify shop, whose tester walks through all that a shopper does.
type world struct {
	fixture.Affiliate
	t        *testing.T
	db       *database.DB
	clock    *clock.Fake
	s        *selfcheck.Service
	brands   *brand.Service
	tracking *tracking.Service
	clicks   *tracking.Clicks
	events   *storeevent.Service
	inbox    *inbox.Service
	sales    *sale.Service
	shop     brand.Integration
	orders   int
}

func open(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: testdb.New(t), clock: clock.NewFake(fixture.At.Add(30 * 24 * time.Hour))}
	w.Affiliate = fixture.New(t, w.db)
	fixture.Policy(t, w.db, w.Brand)
	ctx := testdb.Context(t)
	terms, err := json.Marshal(rule.Terms{Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000)})
	require.NoError(t, err)
	w.db.Ent.OfferVersion.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(w.Brand).SetProgramID(w.Program).
		SetVersion(1).SetName("Offer").SetTerms(terms).SetEffectiveAt(fixture.At).SetNote("").SaveX(ctx)
	w.db.Ent.ProgramMove.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetProgramID(w.Program).SetToStatus("ACTIVE").SetMovedAt(fixture.At).SaveX(ctx)
	w.db.Ent.PartnershipMove.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetPartnershipID(w.Partnership).SetFromStatus("AWAITING_TERMS").
		SetToStatus("ACTIVE").SetPauseKind("").SetReason("").SetActor("test").SetMovedAt(fixture.At).SaveX(ctx)

	queue, err := job.NewQueue(w.db)
	require.NoError(t, err)
	w.brands = brand.New(brand.Config{DB: w.db, Clock: w.clock, MasterSecret: []byte(strings.Repeat("m", 32)), BaseURL: "https://tributary.example", Outbound: &outbound.Client{}})
	w.clicks, err = tracking.OpenClicks(tracking.ClicksConfig{DB: w.db, DataDir: t.TempDir(), Clock: w.clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.clicks.Close(context.WithoutCancel(t.Context()))) })
	client := func(*http.Request) netip.Addr { return netip.MustParseAddr("203.0.113.9") }
	w.tracking = tracking.New(tracking.Config{DB: w.db, Clock: w.clock, Clicks: w.clicks, BaseURL: &url.URL{Scheme: "https", Host: "go.example"},
		NetworkSecret: []byte("a secret of enough bytes"), ClientAddress: client})
	w.events = storeevent.New(storeevent.Config{DB: w.db, Clock: w.clock, Queue: queue, Clicks: w.clicks, ClientAddress: client, Robot: w.tracking.Robot,
		VerifiedHosts: func(context.Context, uuid.UUID) ([]string, error) { return []string{fixture.Store}, nil }})
	w.inbox = inbox.New(inbox.Config{DB: w.db, Clock: w.clock, Queue: queue, DeliveredTx: w.brands.DeliveredTx, Open: func(ctx context.Context, x uuid.UUID) (inbox.Integration, error) {
		i, secrets, err := w.brands.OpenIntegration(viewer.WithSystem(ctx, "test"), id.Of(id.Integration, x))
		return inbox.Integration{ID: i.ID.UUID, Brand: i.BrandID.UUID, Kind: string(i.Kind), Store: i.Store, Secrets: secrets, Active: true}, err
	}})
	programs := program.New(program.Config{DB: w.db, Clock: w.clock})
	commissions := commission.New(commission.Config{DB: w.db, Clock: w.clock, Ledger: ledger.New(ledger.Config{DB: w.db, Clock: w.clock, Mode: ledger.ModeSandbox})})
	w.sales = sale.New(sale.Config{SurveySecret: []byte("0123456789abcdef"), DB: w.db, Clock: w.clock, Queue: queue, Programs: programs, Commissions: commissions,
		Orders:       order.New(order.Config{DB: w.db, Clock: w.clock, CustomerSecret: []byte("0123456789abcdef")}),
		Partnerships: partnership.New(partnership.Config{DB: w.db, Clock: w.clock, Queue: queue, Programs: programs, BaseURL: "https://portal.example"}),
		Holds:        fraud.New(fraud.Config{DB: w.db, Clock: w.clock, Queue: queue, Commissions: commissions}), Inbox: w.inbox})
	w.s = selfcheck.New(selfcheck.Config{DB: w.db, Clock: w.clock, Brands: w.brands, Tracking: w.tracking})
	w.shop, err = w.brands.Connect(w.owner(), id.Of(id.Brand, w.Brand), brand.NewIntegration{Kind: brand.KindShopify, Store: "one.myshopify.test", Secret: secret})
	require.NoError(t, err)
	return w
}

func (w *world) owner() context.Context { return viewer.With(w.t.Context(), w.AsMember(viewer.Owner)) }

// start begins a walk and gives its link.
func (w *world) start() tracking.Link {
	w.t.Helper()
	w.clock.Advance(time.Second)
	c, err := w.s.Start(w.owner(), selfcheck.StartInput{IntegrationID: w.shop.ID})
	require.NoError(w.t, err)
	w.is("WAITING, NOT_SEEN, NOT_SEEN, NOT_SEEN, NOT_SEEN, NOT_SEEN")
	l, err := w.tracking.Link(w.owner(), c.LinkID)
	require.NoError(w.t, err)
	return l
}

// check gives how far the walk has come.
func (w *world) check() selfcheck.SelfCheck {
	w.t.Helper()
	c, there, err := w.s.Get(w.owner(), w.shop.ID)
	require.NoError(w.t, err)
	require.True(w.t, there)
	for _, s := range c.Steps {
		if s.State == selfcheck.StepPassed || s.State == selfcheck.StepFailed {
			require.NotEmpty(w.t, s.Seen, s.Kind)
		}
		if s.State == selfcheck.StepWaiting || s.State == selfcheck.StepFailed {
			require.NotEmpty(w.t, s.Todo, s.Kind)
		}
	}
	return c
}

// is holds the states of all steps to what they should be, and gives the walk.
func (w *world) is(states string) selfcheck.SelfCheck {
	w.t.Helper()
	c := w.check()
	var got []string
	for _, s := range c.Steps {
		got = append(got, string(s.State))
	}
	require.Equal(w.t, states, strings.Join(got, ", "), "%+v", c.Steps)
	return c
}

// click opens a link and gives the tid.
func (w *world) click(l tracking.Link, agent string) string {
	w.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/r/"+l.Code, nil)
	r.Header.Set("User-Agent", agent)
	rec := httptest.NewRecorder()
	w.tracking.Redirect().ServeHTTP(rec, r)
	require.NoError(w.t, w.clicks.Drain(testdb.Context(w.t)))
	to, err := rec.Result().Location()
	require.NoError(w.t, err)
	return to.Query().Get("tid")
}

// browse tells an event as the snippet does on a page of the shop; what names more of it, in pairs.
func (w *world) browse(tid, kind string, more ...string) {
	w.t.Helper()
	event := map[string]any{"id": id.NewUUID(w.clock.Now()).String(), "type": kind}
	for i := 0; i+1 < len(more); i += 2 {
		event[more[i]] = more[i+1]
	}
	body, err := json.Marshal(map[string]any{"brand": id.Of(id.Brand, w.Brand).String(), "tid": tid, "events": []any{event}})
	require.NoError(w.t, err)
	r := httptest.NewRequest(http.MethodPost, "/t/events", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Origin", "https://"+fixture.Store)
	r.Header.Set("User-Agent", person)
	rec := httptest.NewRecorder()
	w.events.Beacons().ServeHTTP(rec, r)
	require.Equal(w.t, http.StatusNoContent, rec.Code, rec.Body.String())
	require.NoError(w.t, w.events.Flush(testdb.Context(w.t)))
}

// tell posts a signed body of the shop and handles it.
func (w *world) tell(topic string, body map[string]any) {
	w.t.Helper()
	w.clock.Advance(time.Second) // deliveries come one after the other
	raw, err := json.Marshal(body)
	require.NoError(w.t, err)
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(raw)
	r := httptest.NewRequest(http.MethodPost, "/webhooks/x", strings.NewReader(string(raw))).WithContext(testdb.Context(w.t))
	r.SetPathValue("integration", w.shop.ID.String())
	r.Header.Set("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(h.Sum(nil)))
	r.Header.Set("X-Shopify-Topic", topic)
	rec := httptest.NewRecorder()
	w.inbox.Shopify().ServeHTTP(rec, r)
	require.Equal(w.t, http.StatusOK, rec.Code, rec.Body.String())
	var delivery uuid.UUID
	require.NoError(w.t, w.db.SQL.QueryRowContext(testdb.Context(w.t), `SELECT id FROM inbox_delivery ORDER BY received_at DESC, id DESC LIMIT 1`).Scan(&delivery))
	_ = w.sales.HandleDelivery(viewer.WithSystem(testdb.Context(w.t), "test"), inbox.HandleArgs{DeliveryID: delivery})
}

// buy places an order at the shop, with attributes of the cart and more members, in pairs, and gives its id.
func (w *world) buy(test bool, attributes map[string]string, more ...any) int {
	w.t.Helper()
	w.orders++
	n := 1000 + w.orders
	notes := []any{}
	for name, value := range attributes {
		notes = append(notes, map[string]any{"name": name, "value": value})
	}
	at := w.clock.Now().Format(time.RFC3339)
	body := map[string]any{"id": n, "name": "#" + itoa(n), "created_at": at, "updated_at": at, "processed_at": at, "financial_status": "paid", "test": test,
		"currency": "EUR", "total_price": "20.00", "total_tax": "0.00", "total_discounts": "0.00", "note_attributes": notes,
		"line_items": []any{map[string]any{"id": n*10 + 1, "name": "Serum", "quantity": 1, "price": "20.00"}}}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	w.tell("orders/paid", body)
	return n
}

func (w *world) refund(n int) {
	w.t.Helper()
	w.tell("refunds/create", map[string]any{"id": n * 100, "order_id": n, "created_at": w.clock.Now().Format(time.RFC3339),
		"refund_line_items": []any{map[string]any{"id": 1, "line_item_id": n*10 + 1, "quantity": 1, "subtotal": "20.00"}},
		"transactions":      []any{map[string]any{"kind": "refund", "status": "success", "amount": "20.00", "currency": "EUR"}}})
}
