package orderfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/orderfile"
)

var now = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

func eur(minor int64) money.Money { return money.New(minor, money.EUR) }

func read(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return body
}

// sound reads a file without any problem.
func sound(t *testing.T, name string, want orderfile.Format) []orderfile.Entry {
	t.Helper()
	format, entries, err := orderfile.Read(read(t, name), "", now)
	require.NoError(t, err)
	require.Equal(t, want, format)
	for _, e := range entries {
		require.Empty(t, e.Problems)
		require.Equal(t, e.Skipped == "", e.Order != nil)
	}
	return entries
}

func TestOurOwnColumns(t *testing.T) {
	t.Parallel()
	entries := sound(t, "own.csv", orderfile.Tributary)
	require.Len(t, entries, 3)
	require.NotEmpty(t, entries[0].Skipped, "cancelled")
	require.Equal(t, "1001", entries[1].Order.ExternalID, "the older order comes first")
	require.Equal(t, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), entries[1].Order.PlacedAt)
	require.Equal(t, "Goods", entries[1].Order.Lines[0].Name)
	o := entries[2].Order
	require.Equal(t, []order.IncomingLine{{ExternalID: "a", Kind: order.LineProduct, Name: "Serum", ProductID: "11", Collections: []string{"care", "new"}, Quantity: 2, Net: eur(1500)},
		{ExternalID: "b", Kind: order.LineProduct, Name: "Brush", ProductID: "12", Quantity: 1, Net: eur(500)}}, o.Lines)
	require.Equal(t, []string{"MAYA15", "SPRING"}, o.Codes)
	require.NotEqual(t, uuid.Nil, o.Click)
	require.Equal(t, eur(2380), *o.Total)
	r := entries[2].Refund
	require.Equal(t, eur(1190), r.Amount)
	require.Equal(t, time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC), r.RefundedAt)
	require.True(t, r.Altogether)
}

func TestShopifysExportSpreadsTheSubtotalWithoutTax(t *testing.T) {
	t.Parallel()
	entries := sound(t, "shopify.csv", orderfile.Shopify)
	require.Len(t, entries, 3)
	require.NotEmpty(t, entries[0].Skipped)
	require.Equal(t, order.PaymentAwaitingPayment, entries[1].Order.Payment)
	require.Equal(t, eur(1000), entries[1].Order.Lines[0].Net, "where tax comes on top, the subtotal has none")
	o := entries[2].Order
	require.Equal(t, "5002", o.ExternalID)
	require.Equal(t, "#1002", o.Name)
	require.Equal(t, order.PaymentPaid, o.Payment)
	require.NotEqual(t, uuid.Nil, o.Click)
	require.Equal(t, []string{"MAYA15"}, o.Codes)
	sum := o.Lines[0].Net.Minor + o.Lines[1].Net.Minor
	require.EqualValues(t, 9520-1520, sum, "95.20 holds 15.20 of the 15.97 of tax, the shipping the rest")
	require.Equal(t, sum*4/5, o.Lines[0].Net.Minor, "two serums for 95.20 and a brush for 23.80 before the discount")
	require.Equal(t, eur(5000), entries[2].Refund.Amount)
}

func TestWooCommercesColumns(t *testing.T) {
	t.Parallel()
	entries := sound(t, "woocommerce.csv", orderfile.Woocommerce)
	require.Len(t, entries, 3)
	o := entries[2].Order
	require.Equal(t, "981", o.ExternalID)
	require.Equal(t, []string{"maya15"}, o.Codes)
	require.Equal(t, "pi_3abc", o.PaymentIntent)
	require.Equal(t, []order.IncomingLine{{ExternalID: "1", Kind: order.LineProduct, Name: "Serum", ProductID: "93", Quantity: 2, Net: eur(8000)},
		{ExternalID: "2", Kind: order.LineProduct, Name: "Brush", ProductID: "94", Quantity: 1, Net: eur(2000)}}, o.Lines)
	require.Equal(t, eur(6250), entries[2].Refund.Amount)
	require.Empty(t, entries[1].Order.CustomerExternalID)
}

const header = "order_id,placed_at,currency,net,line_name,codes,payment,customer_email\n"

func TestWhatIsWrongIsToldWithLineAndColumn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rows string
		want string
	}{
		"no id":               {",2026-03-01,EUR,1.00,Serum,,,\n", "2 order_id REQUIRED"},
		"no time":             {"1,,EUR,1.00,Serum,,,\n", "2 placed_at OUT_OF_RANGE"},
		"other time":          {"1,01.03.2026,EUR,1.00,Serum,,,\n", "2 placed_at BAD_FORMAT"},
		"the future":          {"1,2027-03-01,EUR,1.00,Serum,,,\n", "2 placed_at OUT_OF_RANGE"},
		"unknown currency":    {"1,2026-03-01,XXX,1.00,Serum,,,\n", "2 currency INVALID"},
		"too precise":         {"1,2026-03-01,EUR,1.005,Serum,,,\n", "2 net BAD_FORMAT"},
		"decimal comma":       {"1,2026-03-01,EUR,\"1,00\",Serum,,,\n", "2 net BAD_FORMAT"},
		"negative":            {"1,2026-03-01,EUR,-1.00,Serum,,,\n", "2 net OUT_OF_RANGE"},
		"absurd":              {"1,2026-03-01,EUR," + strings.Repeat("9", 30) + ",Serum,,,\n", "2 net OUT_OF_RANGE"},
		"formula":             {"1,2026-03-01,EUR,1.00,\"=HYPERLINK(\"\"http://x\"\")\",,,\n", "2 line_name FORMULA"},
		"formula with a sign": {"1,2026-03-01,EUR,1.00,Serum,+cmd|' /C calc'!A0,,\n", "2 codes FORMULA"},
		"formula with at":     {"1,2026-03-01,EUR,1.00,Serum,,,@SUM(A1)\n", "2 customer_email FORMULA"},
		"payment":             {"1,2026-03-01,EUR,1.00,Serum,,LATER,\n", "2 payment INVALID"},
		"too few cells":       {"1,2026-03-01,EUR,1.00\n", "2  BAD_FORMAT"},
		"twice":               {"1,2026-03-01,EUR,1.00,Serum,,,\n2,2026-03-01,EUR,1.00,Serum,,,\n1,2026-03-01,EUR,1.00,Serum,,,\n", "4 order_id TAKEN"},
		"long name":           {"1,2026-03-01,EUR,1.00,Serum,,,\n1,,,1.00," + strings.Repeat("x", 301) + ",,,\n", "3 line_name TOO_LONG"},
	} {
		_, entries, err := orderfile.Read([]byte(header+c.rows), orderfile.Tributary, now)
		require.NoError(t, err, name)
		var got []string
		for _, e := range entries {
			for _, p := range e.Problems {
				require.NotEmpty(t, p.Message)
				got = append(got, fmt.Sprintf("%d %s %s", p.Line, p.Column, p.Code))
			}
			if len(e.Problems) > 0 {
				require.Nil(t, e.Order, name)
			}
		}
		require.Contains(t, got, c.want, name)
	}
	_, entries, err := orderfile.Read([]byte(header+"1,2026-03-01,EUR,1.00,-cmd|x,-5,,\n"), orderfile.Tributary, now)
	require.NoError(t, err)
	require.NotEmpty(t, entries[0].Problems, "a sign that no number follows")
	_, entries, err = orderfile.Read([]byte(header+"1,2026-03-01,EUR,1.00,-5,+49,,\n"), orderfile.Tributary, now)
	require.NoError(t, err)
	require.Empty(t, entries[0].Problems, "numbers with a sign are no formulas")
}

func TestAFileThatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		line int
	}{
		"empty":            {"", 1},
		"other columns":    {"a,b\n1,2\n", 1},
		"missing column":   {"order_id,net\n", 1},
		"not UTF-8":        {header + "1,2026-03-01,EUR,1.00,S\xe9rum,,,\n", 2},
		"zero byte":        {header + "1,\x00,EUR,1.00,Serum,,,\n", 2},
		"quotes":           {header + "1,2026-03-01,EUR,1.00,\"Serum,,,\n", 2},
		"too large":        {header + strings.Repeat("x", orderfile.BytesMax), 0},
		"too many columns": {strings.Repeat("a,", 201) + "\n", 1},
	} {
		format := orderfile.Format("")
		if name != "other columns" {
			format = orderfile.Tributary
		}
		_, _, err := orderfile.Read([]byte(c.body), format, now)
		var b *orderfile.Broken
		require.ErrorAs(t, err, &b, name)
		require.Equal(t, c.line, b.Line, name+": "+b.Message)
	}
	format, entries, err := orderfile.Read([]byte("\xef\xbb\xbforder_id;placed_at;currency;net\n1;2026-03-01;EUR;1.00\n\n"), "", now)
	require.NoError(t, err, "semicolons and a byte order mark are fine")
	require.Equal(t, orderfile.Tributary, format)
	require.Len(t, entries, 1)
	require.Empty(t, entries[0].Problems)
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"own.csv", "shopify.csv", "woocommerce.csv"} {
		f.Add(read(f, name), "")
	}
	f.Add([]byte(header+"1,2026-03-01,EUR,1.00,Serum,,,\n"), "TRIBUTARY")
	f.Fuzz(func(t *testing.T, body []byte, format string) {
		_, entries, err := orderfile.Read(body, orderfile.Format(format), now)
		if err != nil {
			var b *orderfile.Broken
			require.ErrorAs(t, err, &b)
			return
		}
		for _, e := range entries {
			if e.Order == nil {
				require.True(t, len(e.Problems) > 0 || e.Skipped != "")
				continue
			}
			require.NotEmpty(t, e.Order.ExternalID)
			for _, l := range e.Order.Lines {
				require.GreaterOrEqual(t, l.Net.Minor, int64(0))
				require.Equal(t, e.Order.Currency, l.Net.Currency)
			}
			require.NoError(t, order.News{Order: e.Order}.Check(now))
		}
	})
}
