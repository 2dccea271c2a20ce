package sale_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/inbox"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

func TestThirtyTwoWorkersWithOneOrderMakeOneOrderOneDecisionOneCommission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := body(t, "../order/shopify/testdata/order_paid.json")
	var deliveries []uuid.UUID
	for i := range 32 {
		deliveries = append(deliveries, w.shopify([]string{"orders/create", "orders/paid", "orders/updated"}[i%3], paid+strings.Repeat("\n", i)))
	}
	var all sync.WaitGroup
	start := make(chan struct{})
	errs := make([]error, len(deliveries))
	for i, d := range deliveries {
		all.Go(func() {
			<-start
			errs[i] = w.sales.HandleDelivery(w.ctx, inbox.HandleArgs{DeliveryID: d})
		})
	}
	close(start)
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, 32, w.count(`SELECT count(*) FROM inbox_delivery WHERE status = 'DONE'`))
	for _, table := range []string{`"order"`, "attribution_decision", "commission"} {
		require.Equal(t, 1, w.count(`SELECT count(*) FROM `+table), table)
	}
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction`))
	w.sound()
}

// recorded is what stands in the database about orders, without ids, moments and the number of versions, which differ by run.
func (w *world) recorded() (out []string) {
	w.t.Helper()
	for _, query := range []string{
		`SELECT concat_ws(' ', 'order', external_id, source, payment, total_minor, net_minor, refunded_minor, refunded_net_minor, new_customer, codes, flags) FROM "order"`,
		`SELECT concat_ws(' ', 'decision', o.external_id, d.version, d.verdict, d.cause, d.rule, d.credits->0->>'ppm') FROM attribution_decision d JOIN "order" o ON o.id = d.order_id`,
		`SELECT concat_ws(' ', 'commission', o.external_id, c.kind, c.status, c.amount_minor, c.credit_ppm) FROM commission c JOIN "order" o ON o.id = c.order_id`,
		`SELECT concat_ws(' ', 'entry', t.kind, a.kind, e.amount_minor) FROM ledger_entry e JOIN ledger_transaction t ON t.id = e.transaction_id JOIN ledger_account a ON a.id = e.account_id`,
		`SELECT concat_ws(' ', 'chargeback', external_id, stage, amount_minor) FROM chargeback`,
	} {
		rows, err := w.db.SQL.QueryContext(w.ctx, query)
		require.NoError(w.t, err)
		for rows.Next() {
			var line string
			require.NoError(w.t, rows.Scan(&line))
			out = append(out, line)
		}
		require.NoError(w.t, rows.Err())
		require.NoError(w.t, rows.Close())
	}
	slices.Sort(out)
	return out
}

func TestAllStoredBodiesReplayedIntoAnEmptyDatabaseGiveTheSameDecisionsAndLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := body(t, "../order/shopify/testdata/order_paid.json")
	for _, told := range []func() uuid.UUID{
		func() uuid.UUID {
			return w.shopify("refunds/create", body(t, "../order/shopify/testdata/refund_lines.json"))
		},
		func() uuid.UUID {
			return w.shopify("orders/create", strings.Replace(paid, `"financial_status": "paid"`, `"financial_status": "pending"`, 1))
		},
		func() uuid.UUID { return w.shopify("orders/paid", paid) },
		func() uuid.UUID {
			return w.shopify("refunds/create", body(t, "../order/shopify/testdata/refund_amount_only.json"))
		},
		func() uuid.UUID { return w.shopify("products/update", `{"id": 1}`) },
		func() uuid.UUID { return w.shopify("orders/paid", `{`) },
		func() uuid.UUID {
			return w.send(w.woo, "X-WC-Webhook-", w.inbox.WooCommerce(), "order.updated", body(t, "../order/woocommerce/testdata/order_refunded.json"))
		},
	} {
		w.clock.Advance(time.Second)
		w.handle(told())
	}
	for _, event := range []string{"charge_refunded", "session_completed", "dispute_created", "invoice_paid"} {
		w.clock.Advance(time.Second)
		w.stripe(strings.Replace(body(t, "../order/checkout/testdata/"+event+".json"), `"promo_maya"`, `{"id": "promo_maya", "code": "MAYA15"}`, 1))
	}
	w.again()
	before := w.recorded()
	require.Greater(t, len(before), 10)

	other := newWorld(t)
	other.clock.Set(w.clock.Now())
	rows, err := w.db.SQL.QueryContext(w.ctx, `SELECT source, topic, dedup_key, headers, body FROM inbox_delivery ORDER BY received_at, id`)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		d, headers := inbox.Delivery{Brand: other.maya.Brand}, []byte{}
		require.NoError(t, rows.Scan(&d.Source, &d.Topic, &d.Key, &headers, &d.Body))
		require.NoError(t, json.Unmarshal(headers, &d.Headers))
		d.Integration = map[string]uuid.UUID{"shopify": other.shop, "woocommerce": other.woo, "checkout": other.pay}[d.Source]
		other.clock.Advance(time.Second)
		stored, err := other.inbox.Store(other.ctx, d)
		require.NoError(t, err)
		require.True(t, stored)
	}
	require.NoError(t, rows.Err())
	other.again()
	require.Equal(t, before, other.recorded())
	other.sound()

	// And once more into what is there already: nothing moves.
	_, err = other.db.SQL.ExecContext(other.ctx, `UPDATE inbox_delivery SET status = 'STORED'`)
	require.NoError(t, err)
	other.again()
	require.Equal(t, before, other.recorded())
	other.sound()
}

// again handles what is stored or waits, in the order in which it came, until nothing moves any more.
func (w *world) again() {
	w.t.Helper()
	for range 3 {
		rows, err := w.db.SQL.QueryContext(w.ctx, `SELECT id FROM inbox_delivery WHERE status IN ('STORED', 'WAITING') ORDER BY received_at, id`)
		require.NoError(w.t, err)
		var all []uuid.UUID
		for rows.Next() {
			var d uuid.UUID
			require.NoError(w.t, rows.Scan(&d))
			all = append(all, d)
		}
		require.NoError(w.t, rows.Err())
		require.NoError(w.t, rows.Close())
		for _, d := range all {
			w.handle(d)
		}
	}
}

func TestWaitingForTooLongIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.handle(w.shopify("refunds/create", body(t, "../order/shopify/testdata/refund_lines.json")))
	n, err := w.inbox.Alarm(w.ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	w.clock.Advance(7*day + time.Minute)
	for _, want := range []int{1, 0} {
		n, err = w.inbox.Alarm(w.ctx)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit_log WHERE action = 'DELIVERY_WAITS' AND detail->>'sentence' LIKE '%waits for its order%'`))
	status, outcome := w.handle(w.shopify("orders/paid", body(t, "../order/shopify/testdata/order_paid.json")))
	require.Equal(t, "DONE", status, outcome)
}

func TestAnOrderInACurrencyWithoutARateWaitsAndAnUnknownCurrencyIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := strings.ReplaceAll(body(t, "../order/shopify/testdata/order_paid.json"), `"EUR"`, `"SEK"`)
	status, outcome := w.handle(w.shopify("orders/paid", paid))
	require.Equal(t, "DONE", status, outcome)
	c := w.db.Ent.Commission.Query().OnlyX(w.ctx)
	require.Equal(t, "WAITING", c.Status)
	require.Equal(t, "NO_RATE", *c.WaitingReason)
	status, _ = w.handle(w.shopify("orders/paid", strings.ReplaceAll(paid, `"SEK"`, `"XXX"`)))
	require.Equal(t, "FAILED", status)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM "order"`))
	in := w.input(5, "10.00")
	in.Currency = money.Currency("XXX")
	_, err := w.sales.RecordOrder(w.as(viewer.Manager), in)
	require.Equal(t, []string{"currencyCode"}, fault.All(err)[0].Field)
}

func TestCodesAreFoundWhateverTheirCaseAndNotByTheirLooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, c := range []struct {
		code string
		want int
	}{
		{"maya15", 1}, {" MAYA15 ", 1}, {"ＭＡＹＡ１５", 1}, // wide forms of the same letters
		{"МАYА15", 0}, {"MAYA1S", 0}, {"MAYA 15", 0}, // Cyrillic letters, and other ones
	} {
		in := w.input(i+1, "100.00")
		in.Codes = []string{c.code}
		require.Len(t, w.commissionsOf(w.record(in)), c.want, "%q", c.code)
	}
	w.sound()
}
