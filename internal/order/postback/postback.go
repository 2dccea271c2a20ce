// Package postback translates the calls of a server of one's own, or of a network, into news about orders. The fields are those of
// recordOrder, recordRefund and recordChargeback. It is pure: no database, no clock, no network.
package postback

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/wire"
)

// Topics: how a call came.
const (
	JSON  = "json"  // as the body of a POST
	Query = "query" // as the parameters of a GET
)

// Events that a call may tell; an empty one is an order.
const (
	eventOrder      = "order"
	eventRefund     = "refund"
	eventChargeback = "chargeback"
)

// call is what may be said. Which fields count depends on the event.
type call struct {
	Event      wire.Text `json:"event"`
	ExternalID wire.Text `json:"externalId"`
	Currency   wire.Text `json:"currencyCode"`

	Name       wire.Text   `json:"name"`
	PlacedAt   wire.Text   `json:"placedAt"`
	PaidAt     wire.Text   `json:"paidAt"`
	ChangedAt  wire.Text   `json:"changedAt"`
	Payment    wire.Text   `json:"payment"`
	Net        wire.Text   `json:"net"`
	Total      wire.Text   `json:"total"`
	Tax        wire.Text   `json:"tax"`
	Shipping   wire.Text   `json:"shipping"`
	Discount   wire.Text   `json:"discount"`
	Lines      []line      `json:"lines"`
	Codes      []wire.Text `json:"codes"`
	ClickID    wire.Text   `json:"clickId"`
	Checkout   wire.Text   `json:"checkoutToken"`
	Intent     wire.Text   `json:"paymentIntent"`
	Email      wire.Text   `json:"customerEmail"`
	CustomerID wire.Text   `json:"customerId"`
	New        wire.Text   `json:"newCustomer"`
	Test       wire.Text   `json:"test"`

	OrderID    wire.Text `json:"orderId"`
	Amount     wire.Text `json:"amount"`
	Reason     wire.Text `json:"reason"`
	RefundedAt wire.Text `json:"refundedAt"`
	Stage      wire.Text `json:"stage"`
	At         wire.Text `json:"at"`
}

type line struct {
	ExternalID  wire.Text   `json:"externalId"`
	Kind        wire.Text   `json:"kind"`
	Name        wire.Text   `json:"name"`
	ProductID   wire.Text   `json:"productId"`
	Collections []wire.Text `json:"collections"`
	Quantity    wire.Text   `json:"quantity"`
	Net         wire.Text   `json:"net"`
}

// Translate reads a call. It fails with a fault.List that names the fields, or with one that names none for what cannot be read at
// all.
func Translate(topic string, body []byte) (order.News, error) {
	c, err := read(topic, body)
	if err != nil {
		return order.News{}, err
	}
	var bad fault.List
	currency, err := money.ParseCurrency(string(c.Currency))
	if err != nil && (c.Event != eventChargeback || c.Currency != "") {
		bad.Add(fault.At("currencyCode", "INVALID", "This is no currency."))
		return order.News{}, bad.Err()
	}
	var news order.News
	switch c.Event {
	case "", eventOrder:
		news.Order = c.order(&bad, currency)
	case eventRefund:
		news.Refunds = []order.IncomingRefund{c.refund(&bad, currency)}
	case eventChargeback:
		news.Chargeback = c.chargeback(&bad, currency)
	default:
		bad.Add(fault.At("event", "INVALID", "An event is order, refund or chargeback."))
	}
	if err := bad.Err(); err != nil {
		return order.News{}, err
	}
	return news, nil
}

func read(topic string, body []byte) (c call, err error) {
	switch topic {
	case JSON:
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		err = d.Decode(&c)
		if err == nil {
			if _, more := d.Token(); !errors.Is(more, io.EOF) {
				err = errors.New("more than one document")
			}
		}
		if name, unknown := strings.CutPrefix(text(err), "json: unknown field "); unknown {
			if plain, failed := strconv.Unquote(name); failed == nil {
				name = plain
			}
			return c, fault.List{fault.At(name, "INVALID", "There is no such field.")}
		}
		if err != nil {
			return c, fault.List{fault.New(fault.Invalid, "BAD_FORMAT", "The body is no JSON object of the documented form.")}
		}
		return c, nil
	case Query:
		return readQuery(string(body))
	}
	return c, fault.List{fault.New(fault.Invalid, "BAD_FORMAT", "A call is JSON or a query.")}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// readQuery reads parameters: each once, codes with commas between them.
func readQuery(query string) (c call, err error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return c, fault.List{fault.New(fault.Invalid, "BAD_FORMAT", "The parameters cannot be read.")}
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := map[string]any{}
	for _, name := range names {
		if len(values[name]) != 1 {
			return c, fault.List{fault.At(name, "INVALID", "Give each parameter once.")}
		}
		switch value := values.Get(name); name {
		case "codes":
			fields[name] = strings.Split(value, ",")
		case "lines":
			return c, fault.List{fault.At(name, "INVALID", "Send lines with POST; here net is the amount of all goods.")}
		default:
			fields[name] = value
		}
	}
	body, err := json.Marshal(fields)
	if err != nil {
		return c, fault.List{fault.New(fault.Invalid, "BAD_FORMAT", "The parameters cannot be read.")}
	}
	return read(JSON, body)
}

func (c call) order(bad *fault.List, currency money.Currency) *order.Incoming {
	in := &order.Incoming{Source: order.SourcePostback, ExternalID: string(c.ExternalID), Name: string(c.Name), Currency: currency,
		Payment: order.Payment(c.Payment), Test: c.Test == "true", CustomerEmail: string(c.Email), CustomerExternalID: string(c.CustomerID),
		CheckoutToken: string(c.Checkout), PaymentIntent: string(c.Intent), Click: wire.Click(string(c.ClickID)),
		Tax: amount(bad, "tax", c.Tax, currency), Shipping: amount(bad, "shipping", c.Shipping, currency), Discount: amount(bad, "discount", c.Discount, currency)}
	if c.ClickID != "" && in.Click == uuid.Nil {
		bad.Add(fault.At("clickId", "BAD_FORMAT", "This is no tid of a click."))
	}
	if c.Total != "" {
		total := amount(bad, "total", c.Total, currency)
		in.Total = &total
	}
	in.PlacedAt, in.ChangedAt = moment(bad, "placedAt", c.PlacedAt), moment(bad, "changedAt", c.ChangedAt)
	if c.PaidAt != "" {
		at := moment(bad, "paidAt", c.PaidAt)
		in.PaidAt = &at
	}
	switch c.New {
	case "true", "false":
		is := c.New == "true"
		in.NewCustomer = &is
	case "":
	default:
		bad.Add(fault.At("newCustomer", "BAD_FORMAT", "This is true or false."))
	}
	if c.Test != "" && c.Test != "true" && c.Test != "false" {
		bad.Add(fault.At("test", "BAD_FORMAT", "This is true or false."))
	}
	for _, code := range c.Codes {
		in.Codes = append(in.Codes, string(code))
	}
	switch {
	case len(c.Lines) > 0 && c.Net != "":
		bad.Add(fault.At("net", "INVALID", "Give lines, or net, not both."))
	case len(c.Lines) > 0:
		for i, l := range c.Lines {
			in.Lines = append(in.Lines, l.translate(bad, "lines."+strconv.Itoa(i)+".", currency))
		}
	case c.Net != "":
		in.Lines = []order.IncomingLine{{ExternalID: "1", Kind: order.LineProduct, Name: "Goods", Quantity: 1, Net: amount(bad, "net", c.Net, currency)}}
	default:
		bad.Add(fault.At("net", "REQUIRED", "Give net, the amount of all goods after discounts without tax and shipping, or lines."))
	}
	return in
}

// kinds are the kinds of lines that may be told.
var kinds = []order.LineKind{order.LineProduct, order.LineGiftCard, order.LineShipping, order.LineTip, order.LineOther}

func (l line) translate(bad *fault.List, at string, currency money.Currency) order.IncomingLine {
	out := order.IncomingLine{ExternalID: string(l.ExternalID), Kind: order.LineKind(l.Kind), Name: string(l.Name), ProductID: string(l.ProductID), Quantity: 1,
		Net: amount(bad, at+"net", l.Net, currency)}
	if out.Kind != "" && !slices.Contains(kinds, out.Kind) {
		bad.Add(fault.At(at+"kind", "INVALID", "A line is PRODUCT, GIFT_CARD, SHIPPING, TIP or OTHER."))
	}
	if l.Quantity != "" {
		out.Quantity = quantity(bad, at+"quantity", l.Quantity)
	}
	for _, c := range l.Collections {
		out.Collections = append(out.Collections, string(c))
	}
	return out
}

func (c call) refund(bad *fault.List, currency money.Currency) order.IncomingRefund {
	out := order.IncomingRefund{Source: order.SourcePostback, OrderExternalID: required(bad, "orderId", c.OrderID), ExternalID: string(c.ExternalID),
		Amount: amount(bad, "amount", c.Amount, currency), Reason: string(c.Reason), RefundedAt: moment(bad, "refundedAt", c.RefundedAt)}
	required(bad, "amount", c.Amount)
	for i, l := range c.Lines {
		at := "lines." + strconv.Itoa(i) + "."
		out.Lines = append(out.Lines, order.IncomingRefundLine{ExternalID: string(l.ExternalID), Quantity: quantity(bad, at+"quantity", l.Quantity),
			Net: amount(bad, at+"net", l.Net, currency)})
	}
	out.OfTotal = len(out.Lines) == 0
	return out
}

func (c call) chargeback(bad *fault.List, currency money.Currency) *order.IncomingChargeback {
	out := &order.IncomingChargeback{Source: order.SourcePostback, OrderExternalID: required(bad, "orderId", c.OrderID), ExternalID: string(c.ExternalID),
		Stage: order.ChargebackStage(c.Stage), Reason: string(c.Reason), At: moment(bad, "at", c.At)}
	if c.Amount != "" {
		if currency == "" {
			bad.Add(fault.At("currencyCode", "REQUIRED", "Say which currency the amount is in."))
			return out
		}
		m := amount(bad, "amount", c.Amount, currency)
		out.Amount = &m
	}
	return out
}

func required(bad *fault.List, at string, t wire.Text) string {
	s := strings.TrimSpace(string(t))
	if s == "" {
		bad.Add(fault.At(at, "REQUIRED", "Fill this in."))
	}
	return s
}

func amount(bad *fault.List, at string, t wire.Text, c money.Currency) money.Money {
	if t == "" {
		return money.Zero(c)
	}
	m, err := money.ParseDecimal(strings.TrimSpace(string(t)), c)
	switch {
	case errors.Is(err, money.ErrTooPrecise):
		bad.Add(fault.At(at, "BAD_FORMAT", "An amount in %s has at most %d decimals.", c, c.Exponent()))
	case errors.Is(err, money.ErrOverflow):
		bad.Add(fault.At(at, "OUT_OF_RANGE", "This amount is too large."))
	case err != nil:
		bad.Add(fault.At(at, "BAD_FORMAT", "Write an amount like 12.34."))
	case m.Sign() < 0:
		bad.Add(fault.At(at, "OUT_OF_RANGE", "An amount is not negative."))
	}
	return m
}

func quantity(bad *fault.List, at string, t wire.Text) int {
	n, err := wire.Units(t)
	if err != nil {
		bad.Add(fault.At(at, "BAD_FORMAT", "This is a whole number."))
	}
	return n
}

func moment(bad *fault.List, at string, t wire.Text) time.Time {
	m, err := wire.Time(t)
	if err != nil {
		bad.Add(fault.At(at, "BAD_FORMAT", "Write a time like 2026-11-01T10:00:00Z."))
	}
	return m
}
