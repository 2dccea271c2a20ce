package sale_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// takeAll has the stored deliveries taken, and does the jobs of those that are left alone, until nothing is left to do.
func (w *world) takeAll() {
	w.t.Helper()
	require.NoError(w.t, w.inbox.TakeAll(w.ctx, w.sales))
	w.again()
	require.Zero(w.t, w.count(`SELECT count(*) FROM inbox_delivery WHERE status = 'STORED'`))
}

// tell is a paid order of one line as Shopify tells it, placed some minutes ago.
type tell struct {
	number, minutes int
	net             string
	customer        int
	code            string
	click           uuid.UUID
	test            bool
}

func (w *world) body(o tell) string {
	at := w.clock.Now().Add(-time.Duration(o.minutes) * time.Minute).Format(time.RFC3339)
	codes, notes := "", ""
	if o.code != "" {
		codes = fmt.Sprintf(`{"code": %q}`, o.code)
	}
	if o.click != uuid.Nil {
		notes = fmt.Sprintf(`{"name": "tid", "value": %q}`, id.Of(id.Click, o.click))
	}
	return fmt.Sprintf(`{"id": %[1]d, "name": "#%[1]d", "created_at": %[2]q, "updated_at": %[2]q, "processed_at": %[2]q, "financial_status": "paid",
		"test": %[3]t, "currency": "EUR", "total_price": %[4]q, "total_tax": "0.00", "total_discounts": "0.00", "taxes_included": true,
		"email": "buyer%[5]d@customers.example", "discount_codes": [%[6]s], "note_attributes": [%[7]s], "customer": {"id": %[5]d, "email": "buyer%[5]d@customers.example"},
		"line_items": [{"id": 1, "product_id": 11, "name": "Serum", "quantity": 1, "price": %[4]q, "discount_allocations": [], "tax_lines": []}], "refunds": []}`,
		o.number, at, o.test, o.net, o.customer, codes, notes)
}

// terms replaces what the program pays from the beginning.
func (w *world) terms(t rule.Terms) {
	w.t.Helper()
	stored, err := json.Marshal(t)
	require.NoError(w.t, err)
	w.db.Ent.OfferVersion.Create().SetID(id.NewUUID(w.clock.Now())).SetCreatedAt(w.clock.Now()).SetBrandID(w.maya.Brand).SetProgramID(w.maya.Program).
		SetVersion(2).SetName("Offer").SetTerms(stored).SetEffectiveAt(w.clock.Now().Add(-20 * day)).SetNote("").SaveX(w.ctx)
}

func TestOrdersTakenTogetherEndAsThoseHandledOneByOne(t *testing.T) {
	t.Parallel()
	limit, budget, half := money.New(3_000, money.EUR), money.New(4_000, money.EUR), rule.PercentRate(500)
	for name, terms := range map[string]*rule.Terms{
		"a rate": nil,
		"tiers by orders": {Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000), TierMetric: rule.TierByOrders, TierPeriod: rule.TierLifetime,
			Tiers: []rule.Tier{{Name: "Silver", Threshold: 2, Rate: rule.PercentRate(1500)}, {Name: "Gold", Threshold: 4, Rate: rule.PercentRate(2000)}}},
		"a cap":    {Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000), CapPerCreatorMonth: &limit},
		"a budget": {Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000), ProgramBudget: &budget},
		"renewals": {Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000), Recurring: &rule.Recurring{Rate: &half, Term: rule.RecurringLifetime}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ended [2][]string
			for i, handle := range []func(*world){(*world).takeAll, (*world).again} {
				w := newWorld(t)
				if terms != nil {
					w.terms(*terms)
				}
				// Orders of different customers that come at the same time have no order among them, which shows where a limit is nearly reached.
				w.tellMany(name != "a cap" && name != "a budget")
				handle(w)
				ended[i] = w.recorded()
				w.sound()
				w.figuresHold()
			}
			require.Greater(t, len(ended[0]), 60)
			require.Equal(t, ended[1], ended[0])
		})
	}
}

// tellMany stores deliveries of all kinds, among them many new orders; again, some customers buy twice.
func (w *world) tellMany(again bool) {
	network := []byte("0123456789abcdef")
	var clicks []uuid.UUID
	for i := range 6 {
		owner := w.maya
		if i%2 == 1 {
			owner = w.noah
		}
		c := w.click(owner, id.NewUUID(w.clock.Now()), w.clock.Now().Add(-time.Duration(i+1)*time.Hour))
		_, err := w.db.SQL.ExecContext(w.ctx, `UPDATE click SET network_hash = $2 WHERE id = $1`, c, network)
		require.NoError(w.t, err)
		clicks = append(clicks, c)
	}
	told := []tell{}
	for i := range 24 {
		o := tell{number: 7_000 + i, minutes: 40 - i, net: fmt.Sprintf("%d.50", 20+i), customer: 100 + i}
		switch i % 4 {
		case 0:
			o.click = clicks[i%len(clicks)]
		case 1:
			o.code = []string{"MAYA15", "noah10"}[i/4%2]
		case 2:
			o.click, o.code = clicks[i%len(clicks)], "MAYA15"
		}
		if again && i > 18 {
			o.customer = 100 + i - 12 // has bought before, in the same list
		}
		o.test = i == 9
		told = append(told, o)
	}
	told = append(told, tell{number: 8_000, net: "10.00", customer: 300, minutes: 50, click: id.NewUUID(w.clock.Now())}) // its click never arrives
	for _, o := range told {
		w.clock.Advance(time.Second)
		w.shopify("orders/paid", w.body(o))
	}
	fourth := w.body(told[3])
	for _, d := range []struct{ topic, body string }{
		{"orders/updated", fourth + " "}, {"orders/paid", strings.Replace(w.body(told[4]), "24.50", "30.50", 2)}, // a repeat and an edit, of orders that are not there yet
		{"orders/paid", `{`}, {"products/update", `{"id": 1}`}, {"refunds/create", body(w.t, "../order/shopify/testdata/refund_lines.json")},
		{"orders/paid", body(w.t, "../order/shopify/testdata/order_paid.json")},
	} {
		w.clock.Advance(time.Second)
		w.shopify(d.topic, d.body)
	}
	w.clock.Advance(time.Second)
	w.send(w.woo, "X-WC-Webhook-", w.inbox.WooCommerce(), "order.updated", body(w.t, "../order/woocommerce/testdata/order_refunded.json"))
}

func TestOneDeliveryThatFailsKeepsNoOtherBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tellMany(true)
	// A rule of the database that only one order breaks, as a defect would.
	_, err := w.db.SQL.ExecContext(w.ctx, `ALTER TABLE commission ADD CONSTRAINT never CHECK (base_minor <> 2250)`)
	require.NoError(t, err)
	require.NoError(t, w.inbox.TakeAll(w.ctx, w.sales))
	require.Equal(t, w.count(`SELECT count(*) FROM inbox_delivery WHERE status = 'STORED'`), w.count(`SELECT count(*) FROM river_job WHERE kind = 'inbox_handle'`),
		"each has a job of its own")
	w.again()
	require.Equal(t, 1, w.count(`SELECT count(*) FROM inbox_delivery WHERE status = 'STORED'`), "and is tried again")
	require.Equal(t, 1, w.count(`SELECT count(*) FROM inbox_delivery d WHERE d.status = 'STORED' AND convert_from(d.body, 'UTF8') LIKE '%"22.50"%'`))
	w.sound()
}

func TestManyNewOrdersTakeAsManyStatementsAsOne(t *testing.T) {
	t.Parallel()
	statements := func(orders int) int64 {
		w := newWorld(t)
		for i := range orders {
			c := w.click(w.maya, id.NewUUID(w.clock.Now()), w.clock.Now().Add(-time.Hour))
			w.shopify("orders/paid", w.body(tell{number: i + 1, net: "20.00", customer: i + 1, click: c}))
		}
		ctx, n := database.CountStatements(w.ctx)
		require.NoError(t, w.inbox.TakeAll(ctx, w.sales))
		require.Equal(t, orders, w.count(`SELECT count(*) FROM commission WHERE status = 'PENDING'`))
		return n.Load()
	}
	one, many := statements(1), statements(40)
	t.Logf("%d statements for one order, %d for 40", one, many)
	require.Equal(t, one, many)
}
