package sale_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/kit/id"
)

// stripe posts a signed event of the brand's own Stripe account and handles it.
func (w *world) stripe(event string) (status, outcome string) {
	w.t.Helper()
	h := hmac.New(sha256.New, secret)
	fmt.Fprintf(h, "%d.%s", w.clock.Now().Unix(), event)
	r := httptest.NewRequest(http.MethodPost, "/webhooks/x", strings.NewReader(event)).WithContext(w.ctx)
	r.SetPathValue("integration", id.Of(id.Integration, w.pay).String())
	r.Header.Set("Stripe-Signature", fmt.Sprintf("t=%d,v1=%s", w.clock.Now().Unix(), hex.EncodeToString(h.Sum(nil))))
	rec := httptest.NewRecorder()
	w.inbox.Checkout().ServeHTTP(rec, r)
	require.Equal(w.t, http.StatusOK, rec.Code, rec.Body.String())
	var delivery uuid.UUID
	require.NoError(w.t, w.db.SQL.QueryRowContext(w.ctx, `SELECT id FROM inbox_delivery WHERE body = $1`, []byte(event)).Scan(&delivery))
	return w.handle(delivery)
}

// withCode is the fixture of a paid session with a creator's code, in place of Stripe's id of it.
func withCode(t *testing.T) string {
	return strings.Replace(body(t, "../order/checkout/testdata/session_completed.json"), `"promo_maya"`, `{"id": "promo_maya", "code": "MAYA15"}`, 1)
}

func TestASessionOfStripeCheckoutEarnsIsRefundedAndDisputed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	status, outcome := w.stripe(body(t, "../order/checkout/testdata/charge_refunded.json"))
	require.Equal(t, "WAITING", status, outcome)
	status, outcome = w.stripe(withCode(t))
	require.Equal(t, "DONE", status, outcome)
	row := w.db.Ent.Order.Query().OnlyX(w.ctx)
	require.Equal(t, "CHECKOUT", row.Source)
	c := w.db.Ent.Commission.Query().OnlyX(w.ctx)
	require.EqualValues(t, 858, c.AmountMinor, "a tenth of 107.10 without 5.00 of shipping and 16.30 of tax")
	w.sound()

	// Half of the total was given back: half of the goods are off, whatever part of it was tax and shipping.
	for range 2 {
		w.stripe(body(t, "../order/checkout/testdata/charge_refunded.json"))
	}
	row = w.db.Ent.Order.GetX(w.ctx, row.ID)
	require.EqualValues(t, 5_355, row.RefundedMinor)
	require.EqualValues(t, 4_290, row.RefundedNetMinor)
	require.EqualValues(t, 429, w.db.Ent.Commission.GetX(w.ctx, c.ID).AmountMinor)
	w.sound()

	// An event that was late tells of less than is known, and changes nothing.
	late := strings.NewReplacer("evt_1TribRefund", "evt_late", `"amount_refunded": 5355`, `"amount_refunded": 1000`).Replace(body(t, "../order/checkout/testdata/charge_refunded.json"))
	status, _ = w.stripe(late)
	require.Equal(t, "DONE", status)
	require.EqualValues(t, 5_355, w.db.Ent.Order.GetX(w.ctx, row.ID).RefundedMinor)

	status, outcome = w.stripe(body(t, "../order/checkout/testdata/dispute_created.json"))
	require.Equal(t, "DONE", status, outcome)
	require.Equal(t, string(commission.StatusHeld), w.db.Ent.Commission.GetX(w.ctx, c.ID).Status)
	lost := strings.NewReplacer("evt_1TribDispute", "evt_lost", "charge.dispute.created", "charge.dispute.closed", "needs_response", "lost").Replace(body(t, "../order/checkout/testdata/dispute_created.json"))
	status, outcome = w.stripe(lost)
	require.Equal(t, "DONE", status, outcome)
	require.Equal(t, "CHARGED_BACK", w.db.Ent.Order.GetX(w.ctx, row.ID).Payment)
	require.Equal(t, string(commission.StatusReversed), w.db.Ent.Commission.GetX(w.ctx, c.ID).Status)
	w.sound()
}

func TestASessionThatExpiresIsNoOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	status, outcome := w.stripe(strings.NewReplacer("checkout.session.completed", "checkout.session.expired", `"paid"`, `"unpaid"`).Replace(withCode(t)))
	require.Equal(t, "IGNORED", status, outcome)
	require.Zero(t, w.count(`SELECT count(*) FROM "order"`))
	// One that was completed without the money, and then the money came.
	w.stripe(strings.NewReplacer("evt_1TribSessionPaid", "evt_a", `"paid"`, `"unpaid"`).Replace(withCode(t)))
	require.Equal(t, "WAITING", w.db.Ent.Commission.Query().OnlyX(w.ctx).Status)
	status, outcome = w.stripe(strings.NewReplacer("evt_1TribSessionPaid", "evt_b", "checkout.session.completed", "checkout.session.async_payment_succeeded", "1772442090", "1772528490").Replace(withCode(t)))
	require.Equal(t, "DONE", status, outcome)
	require.Equal(t, "PENDING", w.db.Ent.Commission.Query().OnlyX(w.ctx).Status)
	w.sound()
}

func TestASaleThatShopAndStripeBothTellIsOneOrderRefundedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paidByStripe := strings.Replace(body(t, "../order/woocommerce/testdata/order_refunded.json"), "pi_3abc", "pi_3Trib", 1)
	status, outcome := w.handle(w.send(w.woo, "X-WC-Webhook-", w.inbox.WooCommerce(), "order.updated", paidByStripe))
	require.Equal(t, "DONE", status, outcome)
	before := w.db.Ent.Order.Query().OnlyX(w.ctx)
	status, outcome = w.stripe(withCode(t))
	require.Equal(t, "DONE", status, outcome)
	require.Contains(t, outcome, "was known from another source")
	status, _ = w.stripe(body(t, "../order/checkout/testdata/charge_refunded.json"))
	require.Equal(t, "DONE", status)
	after := w.db.Ent.Order.Query().OnlyX(w.ctx)
	require.Equal(t, before.RefundedMinor, after.RefundedMinor, "the shop tells its refunds itself")
	require.Equal(t, before.TotalMinor, after.TotalMinor)
	w.sound()
}

func TestASaleThatStripeTellsBeforeTheShopEndsAsTheShopTellsIt(t *testing.T) {
	t.Parallel()
	// Both know the same amounts.
	session := strings.NewReplacer(`"amount_total": 10710`, `"amount_total": 11900`, `"amount_tax": 1630`, `"amount_tax": 1400`).Replace(withCode(t))
	refund := strings.NewReplacer(`5355`, `5950`).Replace(body(t, "../order/checkout/testdata/charge_refunded.json"))
	ended := map[bool][]string{}
	for _, stripeToo := range []bool{false, true} {
		w := newWorld(t)
		byShop := strings.Replace(body(t, "../order/woocommerce/testdata/order_refunded.json"), "pi_3abc", "pi_3Trib", 1)
		if stripeToo {
			w.stripe(session)
			require.Equal(t, "CHECKOUT", w.db.Ent.Order.Query().OnlyX(w.ctx).Source)
			w.stripe(refund)
		}
		w.send(w.woo, "X-WC-Webhook-", w.inbox.WooCommerce(), "order.updated", byShop)
		w.takeAll()
		if stripeToo {
			w.stripe(strings.NewReplacer("evt_1TribRefund", "evt_refund_again").Replace(refund))
			w.stripe(strings.NewReplacer("evt_1TribSessionPaid", "evt_session_again").Replace(session))
		}
		o := w.db.Ent.Order.Query().OnlyX(w.ctx)
		ended[stripeToo] = []string{o.Source, o.ExternalID, o.Name, o.Payment, fmt.Sprint(o.TotalMinor, o.NetMinor, o.RefundedMinor, o.RefundedNetMinor, o.Codes)}
		for _, c := range w.db.Ent.Commission.Query().AllX(w.ctx) {
			ended[stripeToo] = append(ended[stripeToo], fmt.Sprint(c.CreatorID == w.maya.Creator, c.Status, c.AmountMinor))
		}
		w.sound()
		w.figuresHold()
	}
	require.Equal(t, ended[false], ended[true])
}

func TestACodeThatStripeNamesByItsIDOnlyIsTheCreators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.db.SQL.ExecContext(w.ctx, `INSERT INTO shop_code (id, created_at, updated_at, brand_id, code_id, integration_id, state, reason, external_id)
		SELECT gen_random_uuid(), $1, $1, brand_id, id, $2, 'ACTIVE', '', 'promo_maya' FROM code WHERE folded = 'maya15'`, w.clock.Now(), w.pay)
	require.NoError(t, err)
	status, outcome := w.stripe(body(t, "../order/checkout/testdata/session_completed.json"))
	require.Equal(t, "DONE", status, outcome)
	require.Equal(t, []string{"MAYA15"}, w.db.Ent.Order.Query().OnlyX(w.ctx).Codes)
	require.EqualValues(t, 858, w.db.Ent.Commission.Query().OnlyX(w.ctx).AmountMinor)
	w.sound()
}
