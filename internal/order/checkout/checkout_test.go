package checkout_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/checkout"
	"tributary/internal/order/wire"
)

func eur(minor int64) money.Money { return money.New(minor, money.EUR) }

func read(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return body
}

// translate reads a fixture under the type that it names itself.
func translate(t testing.TB, body []byte) (order.News, error) {
	t.Helper()
	topic := nameOf(body)
	require.NotEmpty(t, topic)
	return checkout.Translate(topic, body)
}

func nameOf(body []byte) string {
	var e struct{ Type string }
	_ = json.Unmarshal(body, &e)
	return e.Type
}

func TestAPaidSessionIsAnOrderOfWhatIsLeftOfItsTotal(t *testing.T) {
	t.Parallel()
	n, err := translate(t, read(t, "session_completed.json"))
	require.NoError(t, err)
	o := n.Order
	require.Equal(t, "cs_live_a1B2c3D4", o.ExternalID)
	require.Equal(t, "cs_live_a1B2c3D4", o.CheckoutToken, "the page that thanks knows the session, too")
	require.Equal(t, "#1042", o.Name)
	require.Equal(t, "pi_3Trib", o.PaymentIntent)
	require.Equal(t, order.PaymentPaid, o.Payment)
	require.Equal(t, time.Unix(1772442000, 0).UTC(), o.PlacedAt)
	require.Equal(t, time.Unix(1772442090, 0).UTC(), *o.PaidAt)
	require.Equal(t, eur(10710), *o.Total)
	require.Equal(t, []money.Money{eur(1690), eur(500), eur(1630)}, []money.Money{o.Discount, o.Shipping, o.Tax})
	require.Equal(t, []order.IncomingLine{{ExternalID: "1", Kind: order.LineProduct, Name: "Stripe Checkout", Quantity: 1, Net: eur(8580)}}, o.Lines)
	require.Equal(t, []string{"promo_maya"}, o.Codes, "Stripe's own id stands for a code that it does not spell")
	require.Equal(t, "ada@example.test", o.CustomerEmail)
	require.Equal(t, "cus_ada", o.CustomerExternalID)
	require.NotZero(t, o.Click)
	require.False(t, o.Test)
}

func TestLinesAndCodesAreReadWhereTheyWereExpanded(t *testing.T) {
	t.Parallel()
	n, err := translate(t, read(t, "session_expanded.json"))
	require.NoError(t, err)
	o := n.Order
	yen := func(n int64) money.Money { return money.New(n, money.JPY) }
	require.Equal(t, []order.IncomingLine{{ExternalID: "li_1", Kind: order.LineProduct, Name: "Serum", ProductID: "prod_serum", Quantity: 2, Net: yen(4000)},
		{ExternalID: "li_2", Kind: order.LineProduct, Name: "Brush", ProductID: "prod_brush", Quantity: 1, Net: yen(1000)}}, o.Lines)
	require.Equal(t, []string{"MAYA15"}, o.Codes)
	require.Equal(t, "pi_lines", o.PaymentIntent)
	require.NotZero(t, o.Click)
	require.True(t, o.Test, "test mode never earns")
}

func TestStatesOfASession(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		topic, status string
		want          order.Payment
		onlyKnown     bool
	}{
		{checkout.Completed, "paid", order.PaymentPaid, false}, {checkout.Completed, "unpaid", order.PaymentAwaitingPayment, false},
		{checkout.Completed, "no_payment_required", order.PaymentPaid, false}, {checkout.AsyncSucceeded, "paid", order.PaymentPaid, false},
		{checkout.AsyncFailed, "unpaid", order.PaymentCancelled, false}, {checkout.Expired, "unpaid", order.PaymentExpired, true},
	} {
		n, err := checkout.Translate(c.topic, fmt.Appendf(nil, `{"type":%q,"created":1772442090,"data":{"object":{"id":"cs_1","mode":"payment","payment_status":%q,"currency":"eur","amount_total":0}}}`, c.topic, c.status))
		require.NoError(t, err)
		require.Equal(t, c.want, n.Order.Payment, c.topic+" "+c.status)
		require.Equal(t, c.onlyKnown, n.Order.OnlyKnown, c.topic)
	}
	n, err := checkout.Translate(checkout.Completed, []byte(`{"data":{"object":{"id":"cs_1","mode":"setup"}}}`))
	require.NoError(t, err)
	require.NotEmpty(t, n.Ignored)
	n, err = checkout.Translate("customer.created", []byte(`{"data":{"object":{}}}`))
	require.NoError(t, err)
	require.NotEmpty(t, n.Ignored)
}

func TestARefundSaysWhatWasGivenBackAltogether(t *testing.T) {
	t.Parallel()
	n, err := translate(t, read(t, "charge_refunded.json"))
	require.NoError(t, err)
	require.Equal(t, []order.IncomingRefund{{Source: order.SourceCheckout, Payments: []string{"pi_3Trib"}, ExternalID: "ch_3Trib:5355", Amount: eur(5355),
		Altogether: true, OfTotal: true, Reason: "requested by customer", RefundedAt: time.Unix(1772700000, 0).UTC()}}, n.Refunds)
}

func TestADisputeIsReadByItsStatus(t *testing.T) {
	t.Parallel()
	n, err := translate(t, read(t, "dispute_created.json"))
	require.NoError(t, err)
	require.Equal(t, order.IncomingChargeback{Source: order.SourceCheckout, Payments: []string{"pi_3Trib"}, ExternalID: "dp_1Trib", Stage: order.ChargebackOpened,
		Amount: new(eur(10710)), Reason: "product not received", At: time.Unix(1772800000, 0).UTC()}, *n.Chargeback)
	for status, want := range map[string]order.ChargebackStage{"under_review": order.ChargebackOpened, "lost": order.ChargebackLost, "won": order.ChargebackWon, "warning_needs_response": ""} {
		n, err := checkout.Translate("charge.dispute.closed", fmt.Appendf(nil, `{"data":{"object":{"id":"dp_1","amount":100,"currency":"eur","status":%q,"charge":{"id":"ch_1","payment_intent":"pi_1"}}}}`, status))
		require.NoError(t, err)
		if want == "" {
			require.NotEmpty(t, n.Ignored, status)
			continue
		}
		require.Equal(t, want, n.Chargeback.Stage, status)
		require.Equal(t, []string{"pi_1"}, n.Chargeback.Payments)
	}
}

func TestOnlyALaterPeriodOfASubscriptionIsAnOrderOfItsOwn(t *testing.T) {
	t.Parallel()
	n, err := translate(t, read(t, "invoice_paid.json"))
	require.NoError(t, err)
	require.Equal(t, eur(1000), n.Order.Lines[0].Net)
	require.Equal(t, eur(190), n.Order.Tax)
	require.False(t, *n.Order.NewCustomer)
	require.Equal(t, "TRIB-0002", n.Order.Name)
	n, err = checkout.Translate(checkout.InvoicePaid, []byte(`{"data":{"object":{"id":"in_1","billing_reason":"subscription_create"}}}`))
	require.NoError(t, err)
	require.NotEmpty(t, n.Ignored, "the session told it")
}

func TestWrongEventsAreRefused(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `[]`, `{}`, `{"data":{"object":[]}}`, `{"type":"invoice.paid","data":{"object":{}}}`, `{"data":{"object":{"currency":"eur"}}}`,
		`{"data":{"object":{"id":"cs_1","currency":"xxx"}}}`, `{"data":{"object":{"id":"cs_1","currency":"eur","amount_total":1.5}}}`,
		`{"created":"yesterday","data":{"object":{"id":"cs_1","currency":"eur"}}}`, `{"created":99999999999999,"data":{"object":{"id":"cs_1","currency":"eur"}}}`} {
		_, err := checkout.Translate(checkout.Completed, []byte(body))
		require.ErrorIs(t, err, wire.ErrBody, body)
	}
}

// vendorObjects are Stripe's own examples of the objects inside events, where TEST_SHARED_DATA names a folder with them.
func vendorObjects(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(os.Getenv("TEST_SHARED_DATA"), "stripe", "fixtures_subset.json"))
	if os.Getenv("TEST_SHARED_DATA") == "" {
		return nil
	}
	require.NoError(t, err)
	var all struct{ Resources map[string]json.RawMessage }
	require.NoError(t, json.Unmarshal(body, &all))
	return all.Resources
}

func wrap(topic string, object []byte) []byte {
	return fmt.Appendf(nil, `{"id":"evt_1","object":"event","type":%q,"created":1772442090,"data":{"object":%s}}`, topic, object)
}

func TestEveryExampleObjectIsRead(t *testing.T) {
	t.Parallel()
	all := vendorObjects(t)
	for name, topic := range map[string]string{"charge": checkout.ChargeRefunded, "dispute": "charge.dispute.created"} {
		if object, found := all[name]; found {
			n, err := checkout.Translate(topic, wrap(topic, object))
			require.NoError(t, err, name)
			require.NotEmpty(t, n.Ignored, "Stripe's example of a %s belongs to no payment", name)
		}
	}
	for name, object := range all { // whatever object comes in whatever event, it is read or refused
		for _, topic := range []string{checkout.Completed, checkout.InvoicePaid, checkout.ChargeRefunded, "charge.dispute.closed"} {
			if _, err := checkout.Translate(topic, wrap(topic, object)); err != nil {
				require.ErrorIs(t, err, wire.ErrBody, name)
			}
		}
	}
}

func FuzzTranslate(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(f, err)
	require.GreaterOrEqual(f, len(files), 5)
	for _, name := range files {
		body, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(body)
	}
	for _, object := range vendorObjects(f) {
		f.Add(wrap(checkout.ChargeRefunded, object))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		named := nameOf(body)
		for _, topic := range []string{named, checkout.Completed, checkout.InvoicePaid, checkout.ChargeRefunded, "charge.dispute.closed"} {
			n, err := checkout.Translate(topic, body)
			if err != nil {
				require.ErrorIs(t, err, wire.ErrBody)
				continue
			}
			if n.Order != nil {
				require.NotEmpty(t, n.Order.ExternalID)
				for _, l := range n.Order.Lines {
					require.GreaterOrEqual(t, l.Net.Minor, int64(0))
					require.Equal(t, n.Order.Currency, l.Net.Currency)
				}
			}
			for _, r := range n.Refunds {
				require.Positive(t, r.Amount.Minor)
				require.NotEmpty(t, r.Payments)
			}
			if c := n.Chargeback; c != nil {
				require.NotEmpty(t, c.Payments)
				require.GreaterOrEqual(t, c.Amount.Minor, int64(0))
			}
		}
	})
}
