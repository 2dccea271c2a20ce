package sale_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/inbox"
	"tributary/internal/kit/id"
	"tributary/internal/ledger"
)

var secret = []byte("shpss_secret")

// openIntegration gives the shops of the world with their secret.
func (w *world) openIntegration(_ context.Context, x uuid.UUID) (inbox.Integration, error) {
	for u, kind := range map[uuid.UUID]string{w.shop: "SHOPIFY", w.woo: "WOOCOMMERCE", w.pay: "CHECKOUT"} {
		if u == x {
			return inbox.Integration{ID: u, Brand: w.maya.Brand, Kind: kind, Store: "maya.myshop.example", Secrets: [][]byte{secret}, Active: true}, nil
		}
	}
	return inbox.Integration{}, inbox.ErrNoIntegration
}

// send posts a signed body of a shop and gives the delivery.
func (w *world) send(integration uuid.UUID, prefix string, handler http.Handler, topic, body string) uuid.UUID {
	w.t.Helper()
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(body))
	r := httptest.NewRequest(http.MethodPost, "/webhooks/x", strings.NewReader(body)).WithContext(w.ctx)
	r.SetPathValue("integration", id.Of(id.Integration, integration).String())
	r.Header.Set(map[string]string{"X-Shopify-": "X-Shopify-Hmac-Sha256", "X-WC-Webhook-": "X-WC-Webhook-Signature"}[prefix], base64.StdEncoding.EncodeToString(h.Sum(nil)))
	r.Header.Set(prefix+"Topic", topic)
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, r)
	require.Equal(w.t, http.StatusOK, rec.Code, rec.Body.String())
	var delivery uuid.UUID
	require.NoError(w.t, w.db.SQL.QueryRowContext(w.ctx, `SELECT id FROM inbox_delivery WHERE body = $1`, []byte(body)).Scan(&delivery))
	return delivery
}

func (w *world) shopify(topic, body string) uuid.UUID {
	return w.send(w.shop, "X-Shopify-", w.inbox.Shopify(), topic, body)
}

// handle does the job of a delivery and gives its status.
func (w *world) handle(delivery uuid.UUID) (status, outcome string) {
	w.t.Helper()
	_ = w.sales.HandleDelivery(w.ctx, inbox.HandleArgs{DeliveryID: delivery})
	require.NoError(w.t, w.db.SQL.QueryRowContext(w.ctx, `SELECT status, outcome FROM inbox_delivery WHERE id = $1`, delivery).Scan(&status, &outcome))
	return status, outcome
}

func body(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

func TestASignedShopifyOrderThenItsPartialRefundEndInRightBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := body(t, "../order/shopify/testdata/order_paid.json")
	delivery := w.shopify("orders/paid", paid)
	status, outcome := w.handle(delivery)
	require.Equal(t, "DONE", status, outcome)
	row := w.db.Ent.Order.Query().OnlyX(w.ctx)
	of, err := w.commissions.OfOrders(w.ctx, []uuid.UUID{row.ID})
	require.NoError(t, err)
	require.Len(t, of[row.ID], 1)
	c := of[row.ID][0]
	require.Equal(t, w.maya.Creator, c.CreatorID.UUID)
	// Two serums of 59.50 less 20.00, with 15.81 of tax inside: 83.19. The gift card and the tip earn nothing.
	require.EqualValues(t, 8_319, row.NetMinor)
	require.Equal(t, euros(832), c.Amount)
	w.sound()

	// Repeats, by the sender and by a second worker, change nothing.
	require.Equal(t, delivery, w.shopify("orders/paid", paid))
	status, _ = w.handle(delivery)
	require.Equal(t, "DONE", status)
	w.handle(w.shopify("orders/paid", paid+"\n"))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM commission`))

	status, outcome = w.handle(w.shopify("refunds/create", body(t, "../order/shopify/testdata/refund_lines.json")))
	require.Equal(t, "DONE", status, outcome)
	lowered, err := w.commissions.Get(w.ctx, c.ID)
	require.NoError(t, err)
	require.Equal(t, -1, cmp(lowered, c))
	left := row.NetMinor - w.db.Ent.Order.GetX(w.ctx, row.ID).RefundedNetMinor
	require.Equal(t, (left+5)/10, lowered.Amount.Minor, "a tenth of what is left")
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction WHERE kind = $1`, ledger.KindLowered))
	require.Equal(t, commission.StatusPending, lowered.Status)
	w.sound()
}

func cmp(a, b commission.Commission) int {
	c, _ := a.Amount.Cmp(b.Amount)
	return c
}

func TestARefundThatComesBeforeItsOrderWaitsForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	early := w.shopify("refunds/create", body(t, "../order/shopify/testdata/refund_lines.json"))
	status, _ := w.handle(early)
	require.Equal(t, "WAITING", status)
	_, err := w.db.SQL.ExecContext(w.ctx, `DELETE FROM river_job`)
	require.NoError(t, err)

	status, outcome := w.handle(w.shopify("orders/paid", body(t, "../order/shopify/testdata/order_paid.json")))
	require.Equal(t, "DONE", status, outcome)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM river_job WHERE kind = 'inbox_handle' AND args->>'deliveryId' = $1`, early.String()), "the order wakes it")
	status, outcome = w.handle(early)
	require.Equal(t, "DONE", status, outcome)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction WHERE kind = $1`, ledger.KindLowered))
	w.sound()
}

func TestACancelledOrderReversesItsCommission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := body(t, "../order/shopify/testdata/order_paid.json")
	w.handle(w.shopify("orders/paid", paid))
	cancelled := strings.ReplaceAll(paid, `"cancelled_at": null`, `"cancelled_at": "2026-03-20T10:00:00+01:00"`)
	cancelled = strings.ReplaceAll(cancelled, `"updated_at": "2026-03-02T10:16:30+01:00"`, `"updated_at": "2026-03-20T10:00:00+01:00"`)
	require.NotEqual(t, paid, cancelled)
	status, outcome := w.handle(w.shopify("orders/cancelled", cancelled))
	require.Equal(t, "DONE", status, outcome)
	require.Equal(t, "REVERSED", w.db.Ent.Commission.Query().OnlyX(w.ctx).Status)
	w.sound()
}

func TestABodyThatCannotBeReadOrIsOfNoInterestIsMarked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	status, _ := w.handle(w.shopify("orders/paid", `{"id": `))
	require.Equal(t, "FAILED", status)
	status, outcome := w.handle(w.shopify("products/update", `{"id": 1}`))
	require.Equal(t, "IGNORED", status, outcome)
	require.Zero(t, w.count(`SELECT count(*) FROM "order"`))
}

func TestASignedWooCommerceOrderWithARefundIsTakenIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := body(t, "../order/woocommerce/testdata/order_refunded.json")
	status, outcome := w.handle(w.send(w.woo, "X-WC-Webhook-", w.inbox.WooCommerce(), "order.updated", text))
	require.Equal(t, "DONE", status, outcome)
	row := w.db.Ent.Order.Query().OnlyX(w.ctx)
	require.Equal(t, "WOOCOMMERCE", row.Source)
	require.Positive(t, row.RefundedMinor)
	w.sound()
}

func TestShopsAtOnceRecordOneOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid := body(t, "../order/shopify/testdata/order_paid.json")
	const n = 12
	done := make(chan error, n)
	for i := range n {
		delivery := w.shopify([]string{"orders/create", "orders/paid", "orders/updated"}[i%3], paid+strings.Repeat(" ", i))
		go func() { done <- w.sales.HandleDelivery(w.ctx, inbox.HandleArgs{DeliveryID: delivery}) }()
	}
	for range n {
		require.NoError(t, <-done)
	}
	require.Equal(t, 1, w.count(`SELECT count(*) FROM "order"`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM commission`))
	require.Equal(t, 12, w.count(`SELECT count(*) FROM inbox_delivery WHERE status = 'DONE'`))
	w.sound()
}
