package postback_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/postback"
)

func eur(minor int64) money.Money { return money.New(minor, money.EUR) }

const full = `{"externalId":"1000","name":"#1000","placedAt":"2026-11-01T10:00:00Z","payment":"PAID","currencyCode":"EUR","total":"119.00","tax":"19.00",
	"lines":[{"externalId":"a","kind":"PRODUCT","name":"Serum","productId":"11","collections":["care"],"quantity":2,"net":"80.00"},{"name":"Card","kind":"GIFT_CARD","net":20}],
	"codes":["MAYA15"],"clickId":"clk_01k0000000e000000000000001","customerEmail":"ada@example.test","customerId":"7","newCustomer":true}`

func TestACallHasTheFieldsOfTheAPI(t *testing.T) {
	t.Parallel()
	n, err := postback.Translate(postback.JSON, []byte(full))
	require.NoError(t, err)
	o := n.Order
	require.Equal(t, "1000", o.ExternalID)
	require.Equal(t, time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC), o.PlacedAt)
	require.Equal(t, []order.IncomingLine{{ExternalID: "a", Kind: order.LineProduct, Name: "Serum", ProductID: "11", Collections: []string{"care"}, Quantity: 2, Net: eur(8000)},
		{Kind: order.LineGiftCard, Name: "Card", Quantity: 1, Net: eur(2000)}}, o.Lines)
	require.Equal(t, eur(11900), *o.Total)
	require.Equal(t, []string{"MAYA15"}, o.Codes)
	require.NotZero(t, o.Click)
	require.True(t, *o.NewCustomer)
	require.NoError(t, n.Check(o.PlacedAt))
}

func TestTheSameIsSaidByParameters(t *testing.T) {
	t.Parallel()
	n, err := postback.Translate(postback.Query, []byte(url.Values{"externalId": {"1000"}, "placedAt": {"2026-11-01T10:00:00Z"}, "currencyCode": {"EUR"}, "net": {"80.00"},
		"codes": {"MAYA15,NOAH10"}, "newCustomer": {"false"}, "test": {"true"}}.Encode()))
	require.NoError(t, err)
	require.Equal(t, []string{"MAYA15", "NOAH10"}, n.Order.Codes)
	require.Equal(t, eur(8000), n.Order.Lines[0].Net)
	require.True(t, n.Order.Test)
	require.False(t, *n.Order.NewCustomer)
}

func TestRefundsAndChargebacks(t *testing.T) {
	t.Parallel()
	n, err := postback.Translate(postback.JSON, []byte(`{"event":"refund","orderId":"1000","externalId":"r1","amount":"59.50","currencyCode":"EUR","reason":"too big"}`))
	require.NoError(t, err)
	require.Equal(t, []order.IncomingRefund{{Source: order.SourcePostback, OrderExternalID: "1000", ExternalID: "r1", Amount: eur(5950), OfTotal: true, Reason: "too big"}}, n.Refunds)
	n, err = postback.Translate(postback.JSON, []byte(`{"event":"refund","orderId":"1000","externalId":"r1","amount":"59.50","currencyCode":"EUR","lines":[{"externalId":"a","quantity":1,"net":"40.00"}]}`))
	require.NoError(t, err)
	require.Equal(t, []order.IncomingRefundLine{{ExternalID: "a", Quantity: 1, Net: eur(4000)}}, n.Refunds[0].Lines)
	require.False(t, n.Refunds[0].OfTotal)
	n, err = postback.Translate(postback.JSON, []byte(`{"event":"chargeback","orderId":"1000","externalId":"c1","stage":"LOST"}`))
	require.NoError(t, err)
	require.Equal(t, order.IncomingChargeback{Source: order.SourcePostback, OrderExternalID: "1000", ExternalID: "c1", Stage: order.ChargebackLost}, *n.Chargeback)
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	with := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(full) }
	for name, c := range map[string]struct{ topic, body, want string }{
		"no JSON":          {postback.JSON, `{`, "BAD_FORMAT "},
		"a list":           {postback.JSON, `[]`, "BAD_FORMAT "},
		"two documents":    {postback.JSON, `{"currencyCode":"EUR"} {}`, "BAD_FORMAT "},
		"unknown field":    {postback.JSON, `{"orderid2":"1"}`, "INVALID orderid2"},
		"unknown currency": {postback.JSON, with(`"EUR"`, `"XXX"`), "INVALID currencyCode"},
		"unknown event":    {postback.JSON, `{"event":"visit","currencyCode":"EUR"}`, "INVALID event"},
		"too precise":      {postback.JSON, with(`"80.00"`, `"80.005"`), "BAD_FORMAT lines.0.net"},
		"negative":         {postback.JSON, with(`"80.00"`, `"-80.00"`), "OUT_OF_RANGE lines.0.net"},
		"absurd":           {postback.JSON, with(`"80.00"`, `"`+strings.Repeat("9", 30)+`"`), "OUT_OF_RANGE lines.0.net"},
		"not a number":     {postback.JSON, with(`"80.00"`, `"NaN"`), "BAD_FORMAT lines.0.net"},
		"no click":         {postback.JSON, with("clk_01k0000000e000000000000001", "hello"), "BAD_FORMAT clickId"},
		"no time":          {postback.JSON, with("2026-11-01T10:00:00Z", "1.11.2026"), "BAD_FORMAT placedAt"},
		"no kind":          {postback.JSON, with("GIFT_CARD", "GIFT"), "INVALID lines.1.kind"},
		"both":             {postback.JSON, with(`"tax"`, `"net":"1","tax"`), "INVALID net"},
		"neither":          {postback.JSON, `{"externalId":"1","currencyCode":"EUR"}`, "REQUIRED net"},
		"refund of none":   {postback.JSON, `{"event":"refund","externalId":"1","amount":"1","currencyCode":"EUR"}`, "REQUIRED orderId"},
		"twice":            {postback.Query, "net=1&net=2", "INVALID net"},
		"lines":            {postback.Query, "lines=1&currencyCode=EUR", "INVALID lines"},
		"no query":         {postback.Query, "%zz", "BAD_FORMAT "},
	} {
		_, err := postback.Translate(c.topic, []byte(c.body))
		require.NotEmpty(t, fault.All(err), name)
		f := fault.All(err)[0]
		require.Equal(t, c.want, f.Code+" "+strings.Join(f.Field, "."), name)
	}
	n, err := postback.Translate(postback.JSON, []byte(`{"currencyCode":"EUR","net":"1.00"}`))
	require.NoError(t, err)
	f := fault.All(n.Check(time.Now()))
	require.Equal(t, []string{"externalId"}, f[0].Field, "and what recording would refuse is known at once")
}

func FuzzTranslate(f *testing.F) {
	f.Add(postback.JSON, []byte(full))
	f.Add(postback.JSON, []byte(`{"event":"refund","orderId":"1000","externalId":"r1","amount":"59.50","currencyCode":"EUR","lines":[{"externalId":"a","quantity":1,"net":"40.00"}]}`))
	f.Add(postback.Query, []byte("event=chargeback&orderId=1&externalId=2&stage=WON"))
	f.Fuzz(func(t *testing.T, topic string, body []byte) {
		n, err := postback.Translate(topic, body)
		if err != nil {
			require.NotEmpty(t, fault.All(err), "every refusal can be shown")
			return
		}
		require.True(t, n.Order != nil || len(n.Refunds) == 1 || n.Chargeback != nil)
		if err := n.Check(time.Unix(1_800_000_000, 0)); err != nil {
			require.NotEmpty(t, fault.All(err))
		}
	})
}
