package order_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
)

type world struct {
	fixture.Affiliate
	db    *database.DB
	clock *clock.Fake
	s     *order.Service
}

func setUp(t *testing.T) world {
	t.Helper()
	w := world{db: testdb.New(t), clock: clock.NewFake(fixture.At.AddDate(0, 0, 3))}
	w.Affiliate = fixture.New(t, w.db)
	w.s = order.New(order.Config{DB: w.db, Clock: w.clock, CustomerSecret: []byte("a secret of enough bytes")})
	return w
}

func eur(minor int64) money.Money { return money.New(minor, money.EUR) }

// basket is an order of 100 EUR net in two lines, with tax, shipping and a gift card.
func (w world) basket(source order.Source) order.Incoming {
	return order.Incoming{
		Brand: w.Brand, Source: source, Store: fixture.Store, ExternalID: "1001", PlacedAt: fixture.At.AddDate(0, 0, 2), Currency: money.EUR,
		Tax: eur(1900), Shipping: eur(500), Codes: []string{"MAYA15"}, CustomerEmail: "Ada@Example.test",
		Lines: []order.IncomingLine{
			{Name: "Serum", ProductID: "11", Quantity: 3, Net: eur(7000)}, {Name: "Brush", Quantity: 1, Net: eur(3000)},
			{Name: "Card", Kind: order.LineGiftCard, Quantity: 1, Net: eur(2500)},
		},
	}
}

func (w world) record(t *testing.T, in order.Incoming) (o order.Order, c order.Change, err error) {
	t.Helper()
	err = w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) (err error) {
		place, known, err := w.s.FindTx(ctx, tx, in)
		if err != nil {
			return err
		}
		if known {
			in.ID = place
			o, c, err = w.s.ChangeTx(ctx, tx, in)
			return err
		}
		created, err := w.s.CreateTx(ctx, tx, []order.Incoming{in})
		if err == nil {
			o, c = created[0].Order, order.Created
		}
		return err
	})
	return o, c, err
}

func (w world) refund(t *testing.T, in order.IncomingRefund) (o order.Order, c order.Change, err error) {
	t.Helper()
	in.Brand = w.Brand
	err = w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) (err error) {
		o, c, err = w.s.RefundTx(ctx, tx, in)
		return err
	})
	return o, c, err
}

func (w world) must(t *testing.T, want order.Change, o order.Order, c order.Change, err error) order.Order {
	t.Helper()
	require.NoError(t, err)
	require.Equal(t, want, c)
	return o
}

func (w world) versions(t *testing.T, o order.Order) (n int) {
	t.Helper()
	require.NoError(t, w.db.SQL.QueryRow(`SELECT count(*) FROM order_version WHERE order_id = $1`, o.ID.UUID).Scan(&n))
	return n
}

func codes(err error) map[string]string {
	out := map[string]string{}
	for _, f := range fault.All(err) {
		key := ""
		for i, p := range f.Field {
			if i > 0 {
				key += "."
			}
			key += p
		}
		out[key] = f.Code
	}
	return out
}

func TestOrderIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	o, c, err := w.record(t, w.basket(order.SourceApi))
	o = w.must(t, order.Created, o, c, err)
	require.Equal(t, eur(10000), o.Net, "a gift card earns nothing")
	require.Equal(t, eur(14900), o.Total)
	require.Equal(t, "1001", o.Name)
	require.True(t, o.NewCustomer && o.NewCustomerAssumed)
	require.NotEmpty(t, o.CustomerHash)

	again, c, err := w.record(t, w.basket(order.SourceApi))
	require.Equal(t, o.ID, w.must(t, order.Duplicate, again, c, err).ID)
	require.Equal(t, 1, w.versions(t, o))

	other := w.basket(order.SourceApi)
	other.Store = "second.example"
	other.PlacedAt = other.PlacedAt.Add(time.Hour)
	second, c, err := w.record(t, other)
	second = w.must(t, order.Created, second, c, err)
	require.NotEqual(t, o.ID, second.ID, "two stores may use one number")
	require.False(t, second.NewCustomer, "the same customer bought before")

	var snapshot []byte
	require.NoError(t, w.db.SQL.QueryRow(`SELECT snapshot FROM order_version WHERE order_id = $1`, o.ID.UUID).Scan(&snapshot))
	require.NotContains(t, string(snapshot), "xample.test", "no address is kept")
}

func TestChangedOrderIsANewVersion(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	in := w.basket(order.SourceShopify)
	in.Payment = order.PaymentAwaitingPayment
	in.ChangedAt = fixture.At.AddDate(0, 0, 2)
	o, c, err := w.record(t, in)
	w.must(t, order.Created, o, c, err)

	paid := in
	paid.Payment, paid.ChangedAt = order.PaymentPaid, in.ChangedAt.Add(time.Minute)
	o, c, err = w.record(t, paid)
	o = w.must(t, order.Moved, o, c, err)
	require.Equal(t, w.clock.Now(), *o.PaidAt)

	o, c, err = w.record(t, in)
	o = w.must(t, order.Duplicate, o, c, err)
	require.Equal(t, order.PaymentPaid, o.Payment, "older news changes nothing")

	edited := paid
	edited.ChangedAt = paid.ChangedAt.Add(time.Minute)
	edited.Lines = []order.IncomingLine{{ExternalID: "1", Name: "Serum", Quantity: 1, Net: eur(2500)}, {ExternalID: "9", Name: "Oil", Quantity: 1, Net: eur(1000)}}
	o, c, err = w.record(t, edited)
	o = w.must(t, order.Edited, o, c, err)
	require.Equal(t, eur(3500), o.Net)
	require.Equal(t, 3, o.Version)
	lines, err := w.s.LinesByOrders(testdb.Context(t), []uuid.UUID{o.ID.UUID})
	require.NoError(t, err)
	require.Len(t, lines[o.ID.UUID], 4)
	require.Zero(t, lines[o.ID.UUID][1].Net.Minor, "a line that is gone stays empty")

	cancelled := edited
	cancelled.Payment, cancelled.ChangedAt = order.PaymentCancelled, edited.ChangedAt.Add(time.Minute)
	o, c, err = w.record(t, cancelled)
	require.Equal(t, order.PaymentCancelled, w.must(t, order.Moved, o, c, err).Payment)
	reopened := edited
	reopened.ChangedAt = cancelled.ChangedAt.Add(time.Minute)
	o, c, err = w.record(t, reopened)
	o = w.must(t, order.Edited, o, c, err)
	require.Equal(t, order.PaymentCancelled, o.Payment)
	require.Equal(t, []string{order.FlagReopened}, o.Flags)
}

func TestWrongOrderNamesEveryField(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	in := w.basket(order.SourceApi)
	in.Store, in.PlacedAt, in.Payment = "", w.clock.Now().Add(time.Hour), order.PaymentRefunded
	in.Tax = money.New(1, money.USD)
	in.Lines[1].Net = eur(-1)
	in.Lines[2].Quantity = 0
	_, _, err := w.record(t, in)
	require.Equal(t, map[string]string{"store": "REQUIRED", "placedAt": "OUT_OF_RANGE", "payment": "INVALID", "tax": "INVALID",
		"lines.1.net": "OUT_OF_RANGE", "lines.2.quantity": "OUT_OF_RANGE"}, codes(err))
	dollars := w.basket(order.SourceApi)
	_, _, err = w.record(t, dollars)
	require.NoError(t, err)
	dollars.Currency, dollars.Lines, dollars.Tax, dollars.Shipping = money.USD, []order.IncomingLine{{Name: "x", Quantity: 1, Net: money.New(1, money.USD)}}, money.Money{}, money.Money{}
	_, _, err = w.record(t, dollars)
	require.Equal(t, map[string]string{"currencyCode": "INVALID"}, codes(err))
}

func TestShopsOddWordsAreKeptAsFarAsTheyGo(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	in := w.basket(order.SourceShopify)
	in.Codes = []string{" ", "\x00", "SPRING\x00"}
	in.Name = strings.Repeat("ä", 80)
	in.Lines[0].Name, in.Lines[0].Collections, in.Lines[0].Quantity = "\x00", []string{"a\x00b"}, 0
	o, c, err := w.record(t, in)
	o = w.must(t, order.Created, o, c, err)
	require.Equal(t, []string{"SPRING"}, o.Codes)
	require.Equal(t, strings.Repeat("ä", 50), o.Name)
	_, _, err = w.refund(t, order.IncomingRefund{Source: order.SourceShopify, Store: fixture.Store, OrderExternalID: "10\x0001", ExternalID: "r\x00", Amount: eur(1),
		Reason: "\x00", Lines: []order.IncomingRefundLine{{ExternalID: "\x001", Net: eur(1)}}})
	require.NoError(t, err)
}

func TestSameSaleFromTwoSourcesIsOneOrder(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	in := w.basket(order.SourceShopify)
	in.CheckoutToken = "chk_1"
	o, _, err := w.record(t, in)
	require.NoError(t, err)
	other := w.basket(order.SourceCheckout)
	other.ExternalID, other.Store, other.CheckoutToken = "cs_77", "stripe", "chk_1"
	joined, c, err := w.record(t, other)
	require.Equal(t, o.ID, w.must(t, order.Joined, joined, c, err).ID)
	joined, c, err = w.record(t, other)
	w.must(t, order.Duplicate, joined, c, err)
	require.Equal(t, 2, w.versions(t, o))
}

func TestAShopsNumberMakesOneOrderOfWhatTwoSourcesTell(t *testing.T) {
	t.Parallel()
	told := func(source order.Source, change func(in *order.Incoming)) (order.Change, int) {
		w := setUp(t)
		shop := w.basket(order.SourceShopify)
		shop.ExternalID, shop.Name = "5123456789", "#1042"
		first, _, err := w.record(t, shop)
		require.NoError(t, err)
		other := w.basket(source)
		other.ExternalID, other.Name, other.PlacedAt = "affiliate-77", "1042", shop.PlacedAt.Add(40*time.Minute)
		if change != nil {
			change(&other)
		}
		o, c, err := w.record(t, other)
		require.NoError(t, err)
		require.Equal(t, c == order.Joined, o.ID == first.ID)
		if c == order.Joined {
			_, c, err := w.record(t, other)
			require.NoError(t, err)
			require.Equal(t, order.Duplicate, c, "told again")
			require.Equal(t, first.Total, o.Total)
		}
		return c, w.db.Ent.Order.Query().CountX(testdb.Context(t))
	}
	for _, source := range []order.Source{order.SourceCsv, order.SourcePostback, order.SourceCheckout} {
		c, orders := told(source, nil)
		require.Equal(t, order.Joined, c, source)
		require.Equal(t, 1, orders, source)
	}
	for name, change := range map[string]func(in *order.Incoming){
		"another number":                         func(in *order.Incoming) { in.Name = "1043" },
		"another total":                          func(in *order.Incoming) { in.Lines[0].Net = eur(7001) },
		"another time":                           func(in *order.Incoming) { in.PlacedAt = in.PlacedAt.Add(21 * time.Minute) },
		"another shop":                           func(in *order.Incoming) { in.Store = "other.example" },
		"no number at it":                        func(in *order.Incoming) { in.Name = "" },
		"an app, which names orders as it likes": func(in *order.Incoming) { in.Source = order.SourceApi },
	} {
		c, orders := told(order.SourcePostback, change)
		require.Equal(t, order.Created, c, name)
		require.Equal(t, 2, orders, name)
	}
}

func TestRefundsTakeOffLinesAndMoveThePayment(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	o, _, err := w.record(t, w.basket(order.SourceApi))
	require.NoError(t, err)
	spread := order.IncomingRefund{Order: o.ID.UUID, Source: order.SourceApi, ExternalID: "r1", Amount: eur(1001)}
	o, c, err := w.refund(t, spread)
	o = w.must(t, order.Refunded, o, c, err)
	require.Equal(t, order.PaymentPartlyRefunded, o.Payment)
	require.Equal(t, eur(1001), o.RefundedNet)
	lines, err := w.s.LinesByOrders(testdb.Context(t), []uuid.UUID{o.ID.UUID})
	require.NoError(t, err)
	require.Equal(t, []int64{701, 300, 0}, []int64{lines[o.ID.UUID][0].RefundedNet.Minor, lines[o.ID.UUID][1].RefundedNet.Minor, lines[o.ID.UUID][2].RefundedNet.Minor})

	o, c, err = w.refund(t, spread)
	w.must(t, order.Duplicate, o, c, err)
	spread.Amount = eur(5)
	_, _, err = w.refund(t, spread)
	require.Equal(t, map[string]string{"externalId": "CONFLICT"}, codes(err))

	tooMuch := order.IncomingRefund{Order: o.ID.UUID, Source: order.SourceApi, ExternalID: "r2", Amount: eur(14000),
		Lines: []order.IncomingRefundLine{{ExternalID: "1", Quantity: 4, Net: eur(7000)}, {ExternalID: "nope", Net: eur(1)}}}
	_, _, err = w.refund(t, tooMuch)
	require.Equal(t, map[string]string{"amount": "OUT_OF_RANGE", "lines.0.net": "OUT_OF_RANGE", "lines.0.quantity": "OUT_OF_RANGE", "lines.1.externalId": "NOT_FOUND"}, codes(err))

	rest := order.IncomingRefund{Order: o.ID.UUID, Source: order.SourceApi, ExternalID: "r3", Amount: eur(13899)}
	o, c, err = w.refund(t, rest)
	o = w.must(t, order.Refunded, o, c, err)
	require.Equal(t, order.PaymentRefunded, o.Payment)
	require.Equal(t, eur(10000), o.RefundedNet)
	rest.ExternalID, rest.Amount = "r4", eur(1)
	_, _, err = w.refund(t, rest)
	require.Equal(t, map[string]string{"": "WRONG_STATE"}, codes(err))
	refunds, err := w.s.RefundsByOrders(testdb.Context(t), []uuid.UUID{o.ID.UUID, uuid.New()})
	require.NoError(t, err)
	require.Len(t, refunds[o.ID.UUID], 2)
}

func TestShopsRefundIsKeptWhateverItSays(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	in := order.IncomingRefund{Source: order.SourceShopify, Store: fixture.Store, OrderExternalID: "1001", ExternalID: "r1", Amount: eur(2400),
		Lines: []order.IncomingRefundLine{{ExternalID: "1", Quantity: 1, ByUnits: true}}, Unlined: new(eur(0)), RefundedAt: w.clock.Now()}
	_, _, err := w.refund(t, in)
	require.ErrorIs(t, err, order.ErrWaits)
	_, _, err = w.record(t, w.basket(order.SourceShopify))
	require.NoError(t, err)
	o, c, err := w.refund(t, in)
	o = w.must(t, order.Refunded, o, c, err)
	require.Equal(t, eur(2333), o.RefundedNet, "one of three units of 70")
	in.ExternalID, in.Amount, in.Lines[0].Quantity = "r2", eur(20000), 2
	o, c, err = w.refund(t, in)
	o = w.must(t, order.Refunded, o, c, err)
	require.Equal(t, eur(7000), o.RefundedNet, "the last unit takes the rest")
	require.Equal(t, []string{order.FlagOverRefunded}, o.Flags)
	require.Equal(t, order.PaymentRefunded, o.Payment)
}

func TestGoodsBackWithoutMoneyMoveNothing(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	_, _, err := w.record(t, w.basket(order.SourceShopify))
	require.NoError(t, err)
	o, c, err := w.refund(t, order.IncomingRefund{Source: order.SourceShopify, Store: fixture.Store, OrderExternalID: "1001", ExternalID: "r1", Unlined: new(eur(0))})
	o = w.must(t, order.Refunded, o, c, err)
	require.Equal(t, order.PaymentPaid, o.Payment)
	require.Zero(t, o.RefundedNet.Minor)
}

func TestOnlyListedMovesOfPayment(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	o, _, err := w.record(t, w.basket(order.SourceShopify))
	require.NoError(t, err)
	move := func(to order.Payment) error {
		return w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
			_, err := w.s.MoveTx(ctx, tx, o.ID.UUID, to, "dispute")
			return err
		})
	}
	require.Equal(t, map[string]string{"": "WRONG_STATE"}, codes(move(order.PaymentAwaitingPayment)))
	require.NoError(t, move(order.PaymentChargedBack))
	got, c, err := w.record(t, w.basket(order.SourceShopify))
	require.Equal(t, order.PaymentChargedBack, w.must(t, order.Duplicate, got, c, err).Payment, "a shop goes on calling a disputed order paid")
	require.NoError(t, move(order.PaymentPaid))
}

func TestConcurrentRecordingMakesOneOrder(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	results := make(chan order.Change, 3)
	for range 3 {
		go func() {
			_, c, err := w.record(t, w.basket(order.SourceShopify))
			if err != nil {
				c = order.Change(err.Error())
			}
			results <- c
		}()
	}
	got := map[order.Change]int{}
	for range 3 {
		got[<-results]++
	}
	require.Equal(t, map[order.Change]int{order.Created: 1, order.Duplicate: 2}, got)
}

func TestReadingIsForMembersAndRedactedForCreatorsConcerned(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	o, _, err := w.record(t, w.basket(order.SourceApi))
	require.NoError(t, err)
	as := func(v viewer.Viewer) context.Context { return viewer.With(t.Context(), v) }

	full, err := w.s.Order(as(w.AsMember(viewer.Analyst)), o.ID)
	require.NoError(t, err)
	require.Equal(t, "1001", *full.ExternalID)
	_, err = w.s.Order(as(w.AsCreator()), o.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = w.s.Order(t.Context(), o.ID)
	require.True(t, fault.Is(err, fault.Unauthenticated))

	touches, err := json.Marshal([]map[string]any{{"creatorId": id.Of(id.Creator, w.Creator).String(), "credit": 0}})
	require.NoError(t, err)
	w.db.Ent.AttributionDecision.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(w.Brand).SetOrderID(o.ID.UUID).SetVersion(1).
		SetPolicyID(fixture.Policy(t, w.db, w.Brand)).SetPolicyVersion(1).SetModel("LAST_TOUCH").SetVerdict("NO_CREDIT").SetCause("FIRST").SetRule("").
		SetTouches(touches).SetCredits(json.RawMessage(`[]`)).SaveX(testdb.Context(t))
	own, err := w.s.Order(as(w.AsCreator()), o.ID)
	require.NoError(t, err)
	require.Nil(t, own.ExternalID)
	require.Empty(t, own.CustomerHash)
	_, err = w.s.Writable(as(w.AsCreator()), o.ID)
	require.True(t, fault.Is(err, fault.Forbidden), "a creator sees the order and may not change it")
	_, err = w.s.Writable(as(fixture.Join(t, w.db, w.Affiliate).AsCreator()), o.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	app := viewer.Viewer{Kind: viewer.App, BrandID: w.Brand, Scopes: []viewer.Scope{viewer.WriteOrders}}
	_, err = w.s.Writable(as(app), o.ID)
	require.NoError(t, err, "who may only write may still give back")
	byID, err := w.s.ByIDs(as(w.AsCreator()), []uuid.UUID{o.ID.UUID})
	require.NoError(t, err)
	require.Nil(t, byID[o.ID.UUID].ExternalID)

	list := func(v viewer.Viewer, f order.ListFilter) (int, error) {
		f.Brand = id.Of(id.Brand, w.Brand)
		c, err := w.s.Orders(as(v), f, page.All(10))
		return len(c.Edges), err
	}
	n, err := list(w.AsMember(viewer.Finance), order.ListFilter{Search: new("100")})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = list(w.AsMember(viewer.Finance), order.ListFilter{Search: new("%")})
	require.NoError(t, err)
	require.Zero(t, n)
	n, err = list(w.AsMember(viewer.Finance), order.ListFilter{Payment: new(order.PaymentRefunded)})
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = list(w.AsCreator(), order.ListFilter{})
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestRefundsOfUnitsAndOfAmountsComeToTheSameInEitherOrder(t *testing.T) {
	t.Parallel()
	units := order.IncomingRefund{Source: order.SourceShopify, Store: fixture.Store, OrderExternalID: "1001", ExternalID: "units", Amount: eur(2400),
		Lines: []order.IncomingRefundLine{{ExternalID: "1", Quantity: 1, ByUnits: true}}, Unlined: new(eur(0))}
	amount := order.IncomingRefund{Source: order.SourceShopify, Store: fixture.Store, OrderExternalID: "1001", ExternalID: "amount", Amount: eur(1000)}
	var ends []money.Money
	for _, refunds := range [][]order.IncomingRefund{{units, amount}, {amount, units}} {
		w := setUp(t)
		_, _, err := w.record(t, w.basket(order.SourceShopify))
		require.NoError(t, err)
		for _, r := range refunds {
			o, c, err := w.refund(t, r)
			o = w.must(t, order.Refunded, o, c, err)
			ends = append(ends, o.RefundedNet)
		}
	}
	require.Equal(t, ends[1], ends[3])
}
