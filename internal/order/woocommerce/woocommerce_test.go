package woocommerce_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/woocommerce"
)

func eur(minor int64) money.Money { return money.New(minor, money.EUR) }

func read(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return body
}

func TestOrderWithItsRefunds(t *testing.T) {
	t.Parallel()
	n, err := woocommerce.Translate(woocommerce.OrderUpdated, read(t, "order_refunded.json"))
	require.NoError(t, err)
	o := n.Order
	require.Equal(t, "981", o.ExternalID)
	require.Equal(t, order.PaymentPaid, o.Payment)
	require.Equal(t, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), o.PlacedAt)
	require.Equal(t, time.Date(2026, 3, 2, 9, 1, 0, 0, time.UTC), *o.PaidAt)
	require.Equal(t, "pi_3abc", o.PaymentIntent)
	require.Equal(t, "wc_order_aB3dE5gH7jK9m", o.CheckoutToken)
	require.Equal(t, []string{"maya15"}, o.Codes)
	require.NotZero(t, o.Click)
	require.Len(t, o.Lines, 3, "a negative fee is no line")
	require.Equal(t, order.IncomingLine{ExternalID: "1", Kind: order.LineProduct, Name: "Serum & Oil", ProductID: "93", Quantity: 2, Net: eur(8000)}, o.Lines[0])
	require.Equal(t, order.LineOther, o.Lines[2].Kind)
	require.Len(t, n.Refunds, 1)
	require.Equal(t, eur(5950), n.Refunds[0].Amount)
	require.Equal(t, eur(5000), *n.Refunds[0].Unlined, "the goods were 100 of 119")
}

func TestRefundByItself(t *testing.T) {
	t.Parallel()
	n, err := woocommerce.Translate(woocommerce.OrderRefunded, read(t, "refund.json"))
	require.NoError(t, err)
	r := n.Refunds[0]
	require.Equal(t, "981", r.OrderExternalID)
	require.Equal(t, eur(4760), r.Amount)
	require.Equal(t, []order.IncomingRefundLine{{ExternalID: "1", Quantity: 1, Net: eur(4000)}}, r.Lines)
}

func TestStates(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]order.Payment{
		"pending": order.PaymentAwaitingPayment, "on-hold": order.PaymentAwaitingPayment, "failed": order.PaymentAwaitingPayment,
		"processing": order.PaymentPaid, "completed": order.PaymentPaid, "refunded": order.PaymentPaid, "cancelled": order.PaymentCancelled,
	} {
		n, err := woocommerce.Translate(woocommerce.OrderCreated, []byte(`{"id":1,"currency":"EUR","status":"`+status+`","date_created_gmt":"2026-03-01T00:00:00"}`))
		require.NoError(t, err, status)
		require.Equal(t, want, n.Order.Payment, status)
	}
	for _, topic := range []string{woocommerce.OrderCreated, "coupon.updated"} {
		n, err := woocommerce.Translate(topic, []byte(`{"id":1,"status":"checkout-draft"}`))
		require.NoError(t, err)
		require.NotEmpty(t, n.Ignored)
	}
	_, err := woocommerce.Translate(woocommerce.OrderCreated, []byte(`webhook_id=5`))
	require.Error(t, err)
}

func bodies(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, folder := range []string{"testdata", filepath.Join(os.Getenv("TEST_SHARED_DATA"), "woocommerce")} {
		files, err := filepath.Glob(filepath.Join(folder, "*.json"))
		require.NoError(t, err)
		for _, f := range files {
			body, err := os.ReadFile(f)
			require.NoError(t, err)
			out[filepath.Base(f)] = body
		}
	}
	return out
}

func TestEveryExampleOrderIsRead(t *testing.T) {
	t.Parallel()
	all := bodies(t)
	require.GreaterOrEqual(t, len(all), 2)
	for name, body := range all {
		if strings.HasPrefix(name, "order") {
			n, err := woocommerce.Translate(woocommerce.OrderUpdated, body)
			require.NoError(t, err, name)
			require.NotEmpty(t, n.Order.Lines, name)
		}
		if strings.HasPrefix(name, "refund") {
			_, err := woocommerce.Translate(woocommerce.OrderRefunded, body)
			if !strings.Contains(string(body), `"currency"`) {
				require.ErrorContains(t, err, "currency", name)
				continue
			}
			require.NoError(t, err, name)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	for _, body := range bodies(f) {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, topic := range []string{woocommerce.OrderUpdated, woocommerce.OrderRefunded} {
			n, err := woocommerce.Translate(topic, body)
			if err != nil || n.Order == nil {
				continue
			}
			for _, l := range n.Order.Lines {
				require.GreaterOrEqual(t, l.Net.Minor, int64(0))
			}
			for _, r := range n.Refunds {
				require.GreaterOrEqual(t, r.Amount.Minor, int64(0))
			}
		}
	})
}
