package order_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/testdb"
	"tributary/internal/order"
)

// hearsay are the sources that tell of a shop's sales without being the shop.
var hearsay = []order.Source{order.SourceCsv, order.SourcePostback, order.SourceCheckout}

// ofShop is the sale as the shop tells it, with an id, a number and lines of its own.
func (w world) ofShop() order.Incoming {
	in := w.basket(order.SourceShopify)
	in.ExternalID, in.Name = "5123456789", "#1042"
	in.Lines[0].ExternalID, in.Lines[1].ExternalID, in.Lines[2].ExternalID = "901", "902", "903"
	in.ChangedAt = in.PlacedAt.Add(time.Minute)
	return in
}

// ofOther is the same sale as somebody else tells it: the goods in one line, under another id, an hour off at most.
func (w world) ofOther(source order.Source) order.Incoming {
	in := w.basket(source)
	in.ExternalID, in.Name, in.PlacedAt = "affiliate-77", "1042", in.PlacedAt.Add(40*time.Minute)
	in.ChangedAt = in.PlacedAt.Add(time.Hour) // by a clock of its own
	in.Lines = []order.IncomingLine{{Name: "Goods", Quantity: 1, Net: eur(10000)}, {Name: "Card", Kind: order.LineGiftCard, Quantity: 1, Net: eur(2500)}}
	return in
}

func (w world) orders(t *testing.T) int {
	t.Helper()
	return w.db.Ent.Order.Query().CountX(testdb.Context(t))
}

// refundedByLines is the order's refunded net, and that of its lines, which have to say the same.
func (w world) refundedByLines(t *testing.T, o order.Order) (ofOrder, ofLines int64) {
	t.Helper()
	require.NoError(t, w.db.SQL.QueryRow(`SELECT o.refunded_net_minor, (SELECT sum(l.refunded_net_minor) FROM order_line l WHERE l.order_id = o.id AND l.kind = 'PRODUCT')
		FROM "order" o WHERE o.id = $1`, o.ID.UUID).Scan(&ofOrder, &ofLines))
	return ofOrder, ofLines
}

func TestAShopTakesOverWhatOthersToldOfItsSale(t *testing.T) {
	t.Parallel()
	for _, source := range hearsay {
		t.Run(string(source), func(t *testing.T) {
			t.Parallel()
			w := setUp(t)
			first, c, err := w.record(t, w.ofOther(source))
			first = w.must(t, order.Created, first, c, err)
			own, c, err := w.record(t, w.ofShop())
			own = w.must(t, order.Edited, own, c, err)
			require.Equal(t, first.ID, own.ID)
			require.Equal(t, []any{order.SourceShopify, "5123456789", "#1042"}, []any{own.Source, *own.ExternalID, own.Name})
			require.Equal(t, eur(10000), own.Net)
			lines, err := w.s.LinesByOrders(testdb.Context(t), []uuid.UUID{own.ID.UUID})
			require.NoError(t, err)
			net := map[string]int64{}
			for _, l := range lines[own.ID.UUID] {
				net[l.ExternalID] = l.Net.Minor
			}
			require.Equal(t, map[string]int64{"1": 0, "2": 0, "901": 7000, "902": 3000, "903": 2500}, net, "the lines are the shop's")

			// Whoever tells it again, it is the same order, and only the shop changes it.
			for name, in := range map[string]order.Incoming{"the other": w.ofOther(source), "the shop": w.ofShop()} {
				again, c, err := w.record(t, in)
				require.NoError(t, err, name)
				require.Equal(t, own.ID, again.ID, name)
				require.Contains(t, []order.Change{order.Joined, order.Duplicate}, c, name)
			}
			changed := w.ofOther(source)
			changed.Lines[0].Net, changed.Name, changed.ChangedAt = eur(1), "another", changed.ChangedAt.Add(day)
			kept, _, err := w.record(t, changed)
			require.NoError(t, err)
			require.Equal(t, []any{own.ID, own.Total, own.Net}, []any{kept.ID, kept.Total, kept.Net}, "known by its id")
			require.Equal(t, 1, w.orders(t))

			// Refunds are the shop's to tell.
			hearsay := order.IncomingRefund{Source: source, Store: fixture.Store, OrderExternalID: "affiliate-77", ExternalID: "x1", Amount: eur(1490), OfTotal: true}
			o, c, err := w.refund(t, hearsay)
			require.Equal(t, own.ID, w.must(t, order.Duplicate, o, c, err).ID)
			told := order.IncomingRefund{Source: order.SourceShopify, Store: fixture.Store, OrderExternalID: "5123456789", ExternalID: "r1", Amount: eur(1490),
				Lines: []order.IncomingRefundLine{{ExternalID: "902", Net: eur(1000)}}}
			o, c, err = w.refund(t, told)
			o = w.must(t, order.Refunded, o, c, err)
			require.Equal(t, []int64{1490, 1000}, []int64{o.Refunded.Minor, o.RefundedNet.Minor})
		})
	}
}

const day = 24 * time.Hour

func TestWhatWasGivenBackCountsOnceWhenTheShopTellsItToo(t *testing.T) {
	t.Parallel()
	for name, told := range map[string]struct {
		ids     []string // of the refunds that the shop tells, 14.90 each
		refunds []int64  // of the order after each, minor units
	}{
		"under other ids":      {[]string{"r1", "r2"}, []int64{1490, 2980}},
		"under the same id":    {[]string{"x1", "r2"}, []int64{1490, 2980}},
		"the same one again":   {[]string{"r1", "r1", "r2"}, []int64{1490, 1490, 2980}},
		"the known one twice":  {[]string{"x1", "x1", "r2"}, []int64{1490, 1490, 2980}},
		"another one at first": {[]string{"r2", "x1"}, []int64{1490, 1490}}, // nobody can know
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setUp(t)
			_, _, err := w.record(t, w.ofOther(order.SourcePostback))
			require.NoError(t, err)
			o, c, err := w.refund(t, order.IncomingRefund{Source: order.SourcePostback, Store: fixture.Store, OrderExternalID: "affiliate-77", ExternalID: "x1",
				Amount: eur(1490), OfTotal: true})
			o = w.must(t, order.Refunded, o, c, err)
			require.EqualValues(t, 1000, o.RefundedNet.Minor)
			o, c, err = w.record(t, w.ofShop())
			w.must(t, order.Edited, o, c, err)
			ofOrder, ofLines := w.refundedByLines(t, o)
			require.Equal(t, []int64{1000, 1000}, []int64{ofOrder, ofLines}, "what came off the other's lines comes off the shop's")
			for i, id := range told.ids {
				o, _, err := w.refund(t, order.IncomingRefund{Source: order.SourceShopify, Store: fixture.Store, OrderExternalID: "5123456789", ExternalID: id, Amount: eur(1490),
					Lines: []order.IncomingRefundLine{{ExternalID: "901", Net: eur(1000)}}})
				require.NoError(t, err)
				require.Equal(t, told.refunds[i], o.Refunded.Minor, "%d. %s", i, id)
				ofOrder, ofLines := w.refundedByLines(t, o)
				require.Equal(t, ofOrder, ofLines)
			}
		})
	}
}

func TestABankTakesMoneyFromAShopsOrderWhoeverTellsIt(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	in := w.ofShop()
	in.PaymentIntent = "pi_1"
	_, _, err := w.record(t, in)
	require.NoError(t, err)
	part := eur(1490)
	var o order.Order
	require.NoError(t, w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) (err error) {
		o, _, _, err = w.s.ChargebackTx(ctx, tx, order.IncomingChargeback{Brand: w.Brand, Source: order.SourceCheckout, Payments: []string{"pi_1"}, ExternalID: "dp_1",
			Stage: order.ChargebackLost, Amount: &part})
		return err
	}))
	require.Equal(t, int64(1490), o.Refunded.Minor, "no refund that the shop would tell")
	refunded, c, err := w.refund(t, order.IncomingRefund{Source: order.SourceShopify, Store: fixture.Store, OrderExternalID: "5123456789", ExternalID: "r1", Amount: eur(1490),
		Unlined: new(eur(1000))})
	require.Equal(t, int64(2980), w.must(t, order.Refunded, refunded, c, err).Refunded.Minor)
}

func TestOnlyTheSameSaleIsTakenOver(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(other *order.Incoming)
		want   order.Change
	}{
		"another number":                   {func(in *order.Incoming) { in.Name = "1043" }, order.Created},
		"another total":                    {func(in *order.Incoming) { in.Lines[0].Net = eur(9999) }, order.Created},
		"another time":                     {func(in *order.Incoming) { in.PlacedAt = in.PlacedAt.Add(21 * time.Minute) }, order.Created},
		"another shop":                     {func(in *order.Incoming) { in.Store = "other.example" }, order.Created},
		"no number at it":                  {func(in *order.Incoming) { in.Name = "" }, order.Created},
		"the number as its id":             {func(in *order.Incoming) { in.ExternalID, in.Name = "#1042", "" }, order.Edited},
		"an app's number":                  {func(in *order.Incoming) { in.Source = order.SourceApi }, order.Created},
		"an app's checkout":                {func(in *order.Incoming) { in.Source, in.CheckoutToken, in.Name = order.SourceApi, "chk_1", "" }, order.Edited},
		"the shop's own id, told before":   {func(in *order.Incoming) { in.ExternalID = "5123456789" }, order.Edited},
		"a payment, whatever it is called": {func(in *order.Incoming) { in.PaymentIntent, in.Store = "pi_1", "stripe" }, order.Edited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := setUp(t)
			other := w.ofOther(order.SourcePostback)
			c.change(&other)
			_, _, err := w.record(t, other)
			require.NoError(t, err)
			shop := w.ofShop()
			shop.CheckoutToken, shop.PaymentIntent = "chk_1", "pi_1"
			_, got, err := w.record(t, shop)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			require.Equal(t, map[order.Change]int{order.Created: 2, order.Edited: 1}[c.want], w.orders(t))
		})
	}
}

func TestAnotherCurrencyIsKeptAsEvidenceOnly(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := w.ofOther(order.SourceCheckout)
	other.PaymentIntent = "pi_1"
	first, _, err := w.record(t, other)
	require.NoError(t, err)
	shop := w.ofShop()
	shop.PaymentIntent, shop.Currency = "pi_1", "USD"
	shop.Tax.Currency, shop.Shipping.Currency = "USD", "USD"
	for i := range shop.Lines {
		shop.Lines[i].Net.Currency = "USD"
	}
	o, c, err := w.record(t, shop)
	o = w.must(t, order.Joined, o, c, err)
	require.Equal(t, []any{first.ID, order.SourceCheckout, first.Total}, []any{o.ID, o.Source, o.Total})
}

func TestHearsayUnderTheShopsOwnIDChangesNothing(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	own, _, err := w.record(t, w.ofShop())
	require.NoError(t, err)
	other := w.ofOther(order.SourcePostback)
	other.ExternalID, other.Lines[0].Net = "5123456789", eur(20000)
	o, c, err := w.record(t, other)
	require.Equal(t, own.Total, w.must(t, order.Joined, o, c, err).Total)
}

func TestTwoSourcesAtOnceMakeOneOrder(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	const tellers = 12
	failed := make(chan error, tellers)
	for i := range tellers {
		in := w.ofShop()
		if i%2 == 1 {
			in = w.ofOther(hearsay[i/2%len(hearsay)])
			in.ExternalID = fmt.Sprintf("of-%d", i%6)
		}
		go func() {
			_, _, err := w.record(t, in)
			failed <- err
		}()
	}
	for range tellers {
		require.NoError(t, <-failed)
	}
	row := w.db.Ent.Order.Query().OnlyX(testdb.Context(t))
	require.Equal(t, []string{"SHOPIFY", "5123456789"}, []string{row.Source, row.ExternalID})
	require.Equal(t, 3, w.db.Ent.OrderAlias.Query().CountX(testdb.Context(t)), "an id of each of the others")
}

func TestNewsTakenTogetherKnowsSalesThatOthersTold(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	_, _, err := w.record(t, w.ofOther(order.SourcePostback))
	require.NoError(t, err)
	fresh := w.ofShop()
	fresh.ExternalID, fresh.Name, fresh.CustomerEmail = "6", "#6", "else@example.test"
	news := []order.Incoming{w.ofShop(), fresh, w.ofOther(order.SourceCheckout)}
	require.Equal(t, []order.Place{order.Together, order.Together, order.After}, w.s.Apart(news), "the last one is about the first one's sale")
	known := func(news ...order.Incoming) (out []bool) {
		require.NoError(t, w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) (err error) {
			out, err = w.s.LockAllTx(ctx, tx, news)
			return err
		}))
		return out
	}
	require.Equal(t, []bool{true, false}, known(news[:2]...))
	_, _, err = w.record(t, w.ofShop())
	require.NoError(t, err)
	alias := w.ofOther(order.SourcePostback)
	alias.Name = "" // nothing but the id that it was told with before
	require.Equal(t, []bool{true, false}, known(alias, fresh))
}
