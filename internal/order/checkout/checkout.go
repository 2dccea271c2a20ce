// Package checkout translates the events of a brand's own Stripe account into news about orders: what was bought through Stripe
// Checkout, renewals of subscriptions, refunds and disputes. It is pure: no database, no clock, no network. Amounts are read in
// Stripe's smallest unit of their currency.
package checkout

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/money"
	"tributary/internal/kit/stripeunit"
	"tributary/internal/order"
	"tributary/internal/order/wire"
)

// Topics that are understood, as the event's type.
const (
	Completed      = "checkout.session.completed"
	AsyncSucceeded = "checkout.session.async_payment_succeeded"
	AsyncFailed    = "checkout.session.async_payment_failed"
	Expired        = "checkout.session.expired"
	InvoicePaid    = "invoice.paid"
	ChargeRefunded = "charge.refunded"

	// disputes begins the types of all events about disputes.
	disputes = "charge.dispute."
)

// metadata keys that a shop may set on its sessions.
var (
	clickKeys = []string{"tributary_tid", "tid", "_tid"}
	nameKeys  = []string{"order_name", "order_number", "order_id"}
	codeKeys  = []string{"tributary_code", "discount_code"}
)

type event struct {
	Type    string    `json:"type"`
	Created wire.Text `json:"created"`
	Live    bool      `json:"livemode"`
	Data    struct {
		Object json.RawMessage `json:"object"`
	} `json:"data"`
}

// reference is the id of an object, alone or in the object itself where it was expanded.
type reference struct {
	ID   wire.Text
	Code wire.Text // of a promotion code
}

// UnmarshalJSON takes both forms; anything else is empty.
func (r *reference) UnmarshalJSON(b []byte) error {
	*r = reference{}
	if len(b) > 0 && b[0] == '{' {
		var whole struct {
			ID   wire.Text `json:"id"`
			Code wire.Text `json:"code"`
		}
		if err := json.Unmarshal(b, &whole); err != nil {
			return err
		}
		r.ID, r.Code = whole.ID, whole.Code
		return nil
	}
	return r.ID.UnmarshalJSON(b)
}

type discount struct {
	Promotion reference `json:"promotion_code"`
}

type session struct {
	ID            wire.Text            `json:"id"`
	Mode          wire.Text            `json:"mode"`
	PaymentStatus wire.Text            `json:"payment_status"`
	Created       wire.Text            `json:"created"`
	Currency      wire.Text            `json:"currency"`
	Total         wire.Text            `json:"amount_total"`
	Client        wire.Text            `json:"client_reference_id"`
	Customer      reference            `json:"customer"`
	Email         wire.Text            `json:"customer_email"`
	Intent        reference            `json:"payment_intent"`
	Invoice       reference            `json:"invoice"`
	Metadata      map[string]wire.Text `json:"metadata"`
	Details       struct {
		Email wire.Text `json:"email"`
	} `json:"customer_details"`
	Sums struct {
		Discount  wire.Text `json:"amount_discount"`
		Shipping  wire.Text `json:"amount_shipping"`
		Tax       wire.Text `json:"amount_tax"`
		Breakdown struct {
			Discounts []struct {
				Discount discount `json:"discount"`
			} `json:"discounts"`
		} `json:"breakdown"`
	} `json:"total_details"`
	Discounts []discount `json:"discounts"`
	Lines     struct {
		Data []sessionLine `json:"data"`
		More bool          `json:"has_more"`
	} `json:"line_items"`
}

type sessionLine struct {
	ID          wire.Text `json:"id"`
	Description wire.Text `json:"description"`
	Quantity    wire.Text `json:"quantity"`
	Total       wire.Text `json:"amount_total"`
	Tax         wire.Text `json:"amount_tax"`
	Price       struct {
		Product reference `json:"product"`
	} `json:"price"`
}

// Translate reads an event. Events that say nothing about orders are ignored with the reason. It fails with wire.ErrBody.
func Translate(topic string, body []byte) (order.News, error) {
	var e event
	if err := wire.Decode(body, "", &e); err != nil {
		return order.News{}, err
	}
	if e.Type != "" && e.Type != topic {
		return order.News{}, fmt.Errorf("%w: the event is %.60q", wire.ErrBody, e.Type)
	}
	at, err := moment(e.Created)
	if err != nil {
		return order.News{}, err
	}
	switch {
	case topic == Completed || topic == AsyncSucceeded || topic == AsyncFailed || topic == Expired:
		var s session
		if err := wire.Decode(e.Data.Object, "", &s); err != nil {
			return order.News{}, err
		}
		return s.news(topic, at, e.Live)
	case topic == InvoicePaid:
		return renewal(e.Data.Object, at, e.Live)
	case topic == ChargeRefunded:
		return refunded(e.Data.Object, at)
	case strings.HasPrefix(topic, disputes):
		return disputed(e.Data.Object, at)
	}
	return order.News{Ignored: "The event " + topic + " says nothing about orders."}, nil
}

func (s session) news(topic string, at time.Time, live bool) (order.News, error) {
	if s.Mode == "setup" {
		return order.News{Ignored: "The session only saved a way to pay."}, nil
	}
	if s.ID == "" {
		return order.News{}, fmt.Errorf("%w: a session without id", wire.ErrBody)
	}
	in := order.Incoming{Source: order.SourceCheckout, ExternalID: string(s.ID), Name: s.meta(nameKeys), Test: !live, ChangedAt: at,
		CheckoutToken: string(s.ID), PaymentIntent: first(s.Intent.ID, s.Invoice.ID), Click: s.click(), CustomerExternalID: string(s.Customer.ID),
		CustomerEmail: first(s.Details.Email, s.Email), Codes: s.codes()}
	var err error
	if in.PlacedAt, err = moment(s.Created); err != nil {
		return order.News{}, err
	}
	if in.PlacedAt.IsZero() {
		in.PlacedAt = at
	}
	switch {
	case topic == Expired:
		in.Payment, in.OnlyKnown = order.PaymentExpired, true
	case topic == AsyncFailed:
		in.Payment = order.PaymentCancelled
	case topic == AsyncSucceeded, s.PaymentStatus == "paid", s.PaymentStatus == "no_payment_required":
		in.Payment, in.PaidAt = order.PaymentPaid, &at
	default:
		in.Payment = order.PaymentAwaitingPayment
	}
	total, err := units(s.Total, s.Currency)
	if err != nil {
		return order.News{}, err
	}
	in.Total, in.Currency = &total, total.Currency
	for _, sum := range []struct {
		text wire.Text
		to   *money.Money
	}{{s.Sums.Discount, &in.Discount}, {s.Sums.Shipping, &in.Shipping}, {s.Sums.Tax, &in.Tax}} {
		if *sum.to, err = units(sum.text, s.Currency); err != nil {
			return order.News{}, err
		}
	}
	if in.Lines, err = s.lines(in); err != nil {
		return order.News{}, err
	}
	return order.News{Order: &in}, nil
}

// lines are those of the session where it was sent with them, else one line with what is left of the total without tax and shipping.
func (s session) lines(in order.Incoming) ([]order.IncomingLine, error) {
	if len(s.Lines.Data) == 0 || s.Lines.More {
		return goods("Stripe Checkout", *in.Total, in.Tax, in.Shipping)
	}
	out := make([]order.IncomingLine, len(s.Lines.Data))
	for i, l := range s.Lines.Data {
		n, err := wire.Units(l.Quantity)
		if err != nil {
			return nil, err
		}
		net, err := less(l.Total, l.Tax, s.Currency)
		if err != nil {
			return nil, err
		}
		out[i] = order.IncomingLine{ExternalID: string(l.ID), Kind: order.LineProduct, Name: string(l.Description), ProductID: string(l.Price.Product.ID),
			Quantity: max(n, 0), Net: net}
	}
	return out, nil
}

// goods is one line that stands for all goods of a total.
func goods(name string, total, tax, shipping money.Money) ([]order.IncomingLine, error) {
	net, err := total.Sub(tax)
	if err == nil {
		net, err = net.Sub(shipping)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", wire.ErrBody, err)
	}
	if net.Sign() < 0 {
		net = money.Zero(total.Currency)
	}
	return []order.IncomingLine{{ExternalID: "1", Kind: order.LineProduct, Name: name, Quantity: 1, Net: net}}, nil
}

func (s session) meta(keys []string) string {
	for _, k := range keys {
		if v := strings.TrimSpace(string(s.Metadata[k])); v != "" {
			return v
		}
	}
	return ""
}

// click finds the click id: what the shop gave the session as its own reference, else its metadata.
func (s session) click() (found uuid.UUID) {
	if found = wire.Click(string(s.Client)); found != uuid.Nil {
		return found
	}
	for _, k := range clickKeys {
		if found = wire.Click(string(s.Metadata[k])); found != uuid.Nil {
			return found
		}
	}
	return uuid.Nil
}

// codes are the promotion codes that were used. Where Stripe names one by its id only, the id stands for it.
func (s session) codes() (out []string) {
	seen := map[string]bool{}
	add := func(code string) {
		if code != "" && !seen[code] {
			seen[code] = true
			out = append(out, code)
		}
	}
	for _, d := range s.Sums.Breakdown.Discounts {
		add(first(d.Discount.Promotion.Code, d.Discount.Promotion.ID))
	}
	if len(out) == 0 {
		for _, d := range s.Discounts {
			add(first(d.Promotion.Code, d.Promotion.ID))
		}
	}
	add(s.meta(codeKeys))
	return out
}

// units reads an amount in Stripe's smallest unit; nothing is zero.
func units(t, code wire.Text) (money.Money, error) {
	n := int64(0)
	if t != "" {
		var err error
		if n, err = strconv.ParseInt(string(t), 10, 64); err != nil {
			return money.Money{}, fmt.Errorf("%w: amount %.40q", wire.ErrBody, string(t))
		}
	}
	m, err := stripeunit.Money(n, string(code))
	if err != nil {
		return m, fmt.Errorf("%w: %w", wire.ErrBody, err)
	}
	return m, nil
}

// less is an amount without its tax, never below zero.
func less(amount, tax, code wire.Text) (money.Money, error) {
	all, err := units(amount, code)
	if err != nil {
		return all, err
	}
	part, err := units(tax, code)
	if err != nil {
		return part, err
	}
	net, err := all.Sub(part)
	if err != nil {
		return net, fmt.Errorf("%w: %w", wire.ErrBody, err)
	}
	if net.Sign() < 0 {
		net = money.Zero(net.Currency)
	}
	return net, nil
}

// latest is the last second of the year 9999, the last that is written with four digits.
const latest = 253402300799

// moment reads seconds since 1970; nothing is the zero time.
func moment(t wire.Text) (time.Time, error) {
	if t == "" {
		return time.Time{}, nil
	}
	n, err := strconv.ParseInt(string(t), 10, 64)
	if err != nil || n < 0 || n > latest {
		return time.Time{}, fmt.Errorf("%w: time %.40q", wire.ErrBody, string(t))
	}
	return time.Unix(n, 0).UTC(), nil
}

func first(texts ...wire.Text) string {
	for _, t := range texts {
		if t != "" {
			return string(t)
		}
	}
	return ""
}
