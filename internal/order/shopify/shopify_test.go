package shopify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/shopify"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return body
}

func eur(minor int64) money.Money { return money.New(minor, money.EUR) }

func TestOrderKeepsLongIDsAndTakesDiscountAndTaxOff(t *testing.T) {
	t.Parallel()
	n, err := shopify.Translate(shopify.OrdersPaid, read(t, "order_paid.json"))
	require.NoError(t, err)
	o := n.Order
	require.Equal(t, "5123456789012345678", o.ExternalID)
	require.Equal(t, time.Date(2026, 3, 2, 9, 15, 0, 0, time.UTC), o.PlacedAt)
	require.Equal(t, time.Date(2026, 3, 2, 9, 16, 30, 0, time.UTC), o.ChangedAt)
	require.Equal(t, order.PaymentPaid, o.Payment)
	require.Equal(t, []string{"MAYA15"}, o.Codes)
	require.Equal(t, eur(12380), *o.Total)
	require.Equal(t, eur(500), o.Shipping)
	require.True(t, *o.NewCustomer)
	require.Equal(t, "7000000000000000001", o.CustomerExternalID)
	require.NotZero(t, o.Click, "the cart attribute goes before the landing page")
	require.Len(t, o.Lines, 3)
	require.Equal(t, order.IncomingLine{ExternalID: "900000000000000001", Kind: order.LineProduct, Name: "Serum", ProductID: "11", Quantity: 2, Net: eur(2*5950 - 2000 - 1581)}, o.Lines[0])
	require.Equal(t, order.LineGiftCard, o.Lines[1].Kind)
	require.Equal(t, order.LineTip, o.Lines[2].Kind)
}

func TestTheAddressOfTheBuyerIsReadWhereThereIsOne(t *testing.T) {
	t.Parallel()
	for told, want := range map[string]string{`"203.0.113.7"`: "203.0.113.7", `"2001:db8::1"`: "2001:db8::1", `null`: "", `"0.0.0.0.0"`: "", `7`: ""} {
		n, err := shopify.Translate(shopify.OrdersPaid, []byte(`{"id": 1, "created_at": "2026-11-01T10:00:00Z", "financial_status": "paid", "currency": "EUR", "total_price": "1.00", "browser_ip": `+told+`}`))
		require.NoError(t, err)
		if want == "" {
			require.False(t, n.Order.Network.IsValid(), told)
		} else {
			require.Equal(t, want, n.Order.Network.String())
		}
	}
}

func TestOrderStates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status, cancelled string
		want              order.Payment
		paid              bool
	}{
		"pending":            {`"pending"`, `null`, order.PaymentAwaitingPayment, false},
		"authorized":         {`"authorized"`, `null`, order.PaymentAwaitingPayment, false},
		"partly refunded":    {`"partially_refunded"`, `null`, order.PaymentPaid, true},
		"refunded":           {`"refunded"`, `null`, order.PaymentPaid, true},
		"voided":             {`"voided"`, `null`, order.PaymentCancelled, false},
		"cancelled and paid": {`"paid"`, `"2026-03-03T00:00:00Z"`, order.PaymentCancelled, true},
		"nothing said":       {`null`, `null`, order.PaymentAwaitingPayment, false},
	} {
		body := `{"id":1,"currency":"USD","created_at":"2026-03-01T00:00:00Z","total_price":"0.00","financial_status":` + c.status + `,"cancelled_at":` + c.cancelled + `}`
		n, err := shopify.Translate(shopify.OrdersUpdated, []byte(body))
		require.NoError(t, err, name)
		require.Equal(t, c.want, n.Order.Payment, name)
		require.Equal(t, c.paid, n.Order.PaidAt != nil, name)
	}
}

func TestRefundOfLinesLeavesShippingAndFailedTransfersOut(t *testing.T) {
	t.Parallel()
	n, err := shopify.Translate(shopify.RefundsCreate, read(t, "refund_lines.json"))
	require.NoError(t, err)
	require.Len(t, n.Refunds, 1)
	r := n.Refunds[0]
	require.Equal(t, "5123456789012345678", r.OrderExternalID)
	require.Equal(t, eur(5450), r.Amount)
	require.Equal(t, []order.IncomingRefundLine{{ExternalID: "900000000000000001", Quantity: 1, ByUnits: true}}, r.Lines)
	require.Equal(t, eur(20), *r.Unlined)
	require.Equal(t, "too big", r.Reason)
}

func TestRefundOfAnAmountIsSpreadWithoutShipping(t *testing.T) {
	t.Parallel()
	n, err := shopify.Translate(shopify.RefundsCreate, read(t, "refund_amount_only.json"))
	require.NoError(t, err)
	require.Equal(t, eur(1200), n.Refunds[0].Amount)
	require.Equal(t, eur(1000), *n.Refunds[0].Unlined)
	require.Empty(t, n.Refunds[0].Lines)
}

func TestRefundInTheCustomersCurrencyIsTakenInTheShops(t *testing.T) {
	t.Parallel()
	body := `{"id":9,"order_id":1,"created_at":"2026-03-11T09:00:00Z","refund_line_items":[{"line_item_id":5,"quantity":1,"subtotal":"50.00","total_tax":"9.50",
		"subtotal_set":{"shop_money":{"amount":"50.00","currency_code":"EUR"}}}],"transactions":[{"kind":"refund","status":"pending","amount":"64.80","currency":"USD"}],
		"order_adjustments":[{"kind":"shipping_refund","amount":"-4.20","tax_amount":"-0.80"}]}`
	n, err := shopify.Translate(shopify.RefundsCreate, []byte(body))
	require.NoError(t, err)
	require.Equal(t, eur(6450), n.Refunds[0].Amount)
	require.Equal(t, eur(0), *n.Refunds[0].Unlined)
}

func TestGoodsBackWithoutMoneyAreNoRefundOfMoney(t *testing.T) {
	t.Parallel()
	n, err := shopify.Translate(shopify.RefundsCreate, []byte(`{"id":9,"order_id":1,"created_at":"2026-03-11T09:00:00Z","refund_line_items":[{"line_item_id":5,"quantity":1,"subtotal":"50.00"}],"transactions":[]}`))
	require.NoError(t, err)
	require.True(t, n.Refunds[0].Amount.IsZero())
	require.Empty(t, n.Refunds[0].Lines)
	require.True(t, n.Refunds[0].Unlined.IsZero())
}

func TestWrongBodiesAreRefusedAndOtherTopicsIgnored(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `[]`, `{"id":1}`, `{"id":1,"currency":"XXX"}`, `{"id":1,"currency":"EUR","total_price":"1e3"}`,
		`{"id":1,"currency":"EUR","total_price":"1.005"}`, `{"id":1,"currency":"EUR","created_at":"yesterday"}`} {
		_, err := shopify.Translate(shopify.OrdersPaid, []byte(body))
		require.Error(t, err, body)
	}
	n, err := shopify.Translate("products/update", []byte(`{}`))
	require.NoError(t, err)
	require.NotEmpty(t, n.Ignored)
}

// bodies are the fixtures here and, where TEST_SHARED_DATA names a folder, the vendor's own examples in it.
func bodies(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, folder := range []string{"testdata", filepath.Join(os.Getenv("TEST_SHARED_DATA"), "shopify")} {
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

func TestEveryExampleBodyIsRead(t *testing.T) {
	t.Parallel()
	all := bodies(t)
	require.GreaterOrEqual(t, len(all), 3)
	for name, body := range all {
		switch {
		case strings.Contains(name, "refund"):
			n, err := shopify.Translate(shopify.RefundsCreate, body)
			require.NoError(t, err, name)
			require.Len(t, n.Refunds, 1, name)
			require.Positive(t, n.Refunds[0].Amount.Minor, name)
		case strings.Contains(name, "order"):
			n, err := shopify.Translate(shopify.OrdersUpdated, body)
			require.NoError(t, err, name)
			require.NotEmpty(t, n.Order.Lines, name)
			require.Positive(t, n.Order.Total.Minor, name)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	for _, body := range bodies(f) {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, topic := range []string{shopify.OrdersUpdated, shopify.RefundsCreate} {
			n, err := shopify.Translate(topic, body)
			if err != nil {
				continue
			}
			if n.Order != nil {
				for _, l := range n.Order.Lines {
					require.GreaterOrEqual(t, l.Net.Minor, int64(0))
					require.Equal(t, n.Order.Currency, l.Net.Currency)
				}
			}
			for _, r := range n.Refunds {
				require.NotEmpty(t, r.ExternalID)
				require.False(t, r.Unlined != nil && r.Unlined.Sign() < 0)
			}
		}
	})
}
