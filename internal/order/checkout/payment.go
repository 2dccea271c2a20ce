package checkout

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/wire"
)

type invoice struct {
	ID       wire.Text `json:"id"`
	Reason   wire.Text `json:"billing_reason"`
	Number   wire.Text `json:"number"`
	Created  wire.Text `json:"created"`
	Currency wire.Text `json:"currency"`
	Paid     wire.Text `json:"amount_paid"`
	Total    wire.Text `json:"total"`
	Untaxed  wire.Text `json:"total_excluding_tax"`
	Tax      wire.Text `json:"tax"`
	Customer reference `json:"customer"`
	Email    wire.Text `json:"customer_email"`
	Intent   reference `json:"payment_intent"`
	Shipping struct {
		Untaxed wire.Text `json:"amount_subtotal"`
	} `json:"shipping_cost"`
}

// renewal reads an invoice that was paid: only that of a later period is an order of its own, for the first one is the session's.
func renewal(object json.RawMessage, at time.Time, live bool) (order.News, error) {
	var v invoice
	if err := wire.Decode(object, "", &v); err != nil {
		return order.News{}, err
	}
	if v.Reason != "subscription_cycle" {
		return order.News{Ignored: "The invoice is not the renewal of a subscription."}, nil
	}
	if v.ID == "" {
		return order.News{}, fmt.Errorf("%w: an invoice without id", wire.ErrBody)
	}
	old := false
	in := order.Incoming{Source: order.SourceCheckout, ExternalID: string(v.ID), Name: string(v.Number), Test: !live, ChangedAt: at, Payment: order.PaymentPaid, PaidAt: &at,
		PaymentIntent: first(v.Intent.ID, v.ID), CustomerExternalID: string(v.Customer.ID), CustomerEmail: string(v.Email), NewCustomer: &old}
	var err error
	if in.PlacedAt, err = moment(v.Created); err != nil {
		return order.News{}, err
	}
	if in.PlacedAt.IsZero() {
		in.PlacedAt = at
	}
	total, err := units(v.Total, v.Currency)
	if err != nil {
		return order.News{}, err
	}
	in.Total, in.Currency = &total, total.Currency
	if in.Shipping, err = units(v.Shipping.Untaxed, v.Currency); err != nil {
		return order.News{}, err
	}
	if in.Tax, err = units(v.Tax, v.Currency); err != nil {
		return order.News{}, err
	}
	if v.Untaxed != "" {
		if in.Tax, err = less(v.Total, v.Untaxed, v.Currency); err != nil {
			return order.News{}, err
		}
	}
	in.Lines, err = goods("Renewal", total, in.Tax, in.Shipping)
	return order.News{Order: &in}, err
}

type charge struct {
	ID       wire.Text `json:"id"`
	Currency wire.Text `json:"currency"`
	Refunded wire.Text `json:"amount_refunded"`
	Intent   reference `json:"payment_intent"`
	Invoice  reference `json:"invoice"`
	Refunds  struct {
		Data []struct {
			Reason wire.Text `json:"reason"`
		} `json:"data"`
	} `json:"refunds"`
}

// refunded reads a charge of which something was given back. Stripe says how much that is altogether, so that a repeated or late
// event changes nothing.
func refunded(object json.RawMessage, at time.Time) (order.News, error) {
	var c charge
	if err := wire.Decode(object, "", &c); err != nil {
		return order.News{}, err
	}
	if c.ID == "" {
		return order.News{}, fmt.Errorf("%w: a charge without id", wire.ErrBody)
	}
	of := payments(c.Intent, c.Invoice)
	if len(of) == 0 {
		return order.News{Ignored: "The charge belongs to no payment of Checkout."}, nil
	}
	amount, err := units(c.Refunded, c.Currency)
	if err != nil {
		return order.News{}, err
	}
	if amount.Sign() <= 0 {
		return order.News{Ignored: "Nothing of the charge was given back."}, nil
	}
	out := order.IncomingRefund{Source: order.SourceCheckout, Payments: of, ExternalID: string(c.ID) + ":" + string(c.Refunded), Amount: amount,
		Altogether: true, OfTotal: true, RefundedAt: at}
	if len(c.Refunds.Data) > 0 {
		out.Reason = strings.ReplaceAll(string(c.Refunds.Data[0].Reason), "_", " ")
	}
	return order.News{Refunds: []order.IncomingRefund{out}}, nil
}

type dispute struct {
	ID       wire.Text `json:"id"`
	Amount   wire.Text `json:"amount"`
	Currency wire.Text `json:"currency"`
	Status   wire.Text `json:"status"`
	Reason   wire.Text `json:"reason"`
	Intent   reference `json:"payment_intent"`
	Charge   struct {
		Intent  reference `json:"payment_intent"`
		Invoice reference `json:"invoice"`
	} `json:"-"`
	ChargeObject json.RawMessage `json:"charge"`
}

// stages says how far a dispute has come by its status, whichever event tells it. An inquiry asks for no money yet.
var stages = map[wire.Text]order.ChargebackStage{
	"needs_response": order.ChargebackOpened, "under_review": order.ChargebackOpened,
	"lost": order.ChargebackLost, "won": order.ChargebackWon, "prevented": order.ChargebackWon,
}

func disputed(object json.RawMessage, at time.Time) (order.News, error) {
	var d dispute
	if err := wire.Decode(object, "", &d); err != nil {
		return order.News{}, err
	}
	stage, asks := stages[d.Status]
	if !asks {
		return order.News{Ignored: "The bank only asks about the payment."}, nil
	}
	if d.ID == "" {
		return order.News{}, fmt.Errorf("%w: a dispute without id", wire.ErrBody)
	}
	if len(d.ChargeObject) > 0 && d.ChargeObject[0] == '{' { // expanded
		if err := wire.Decode(d.ChargeObject, "", &d.Charge); err != nil {
			return order.News{}, err
		}
	}
	of := payments(d.Intent, d.Charge.Intent, d.Charge.Invoice)
	if len(of) == 0 {
		return order.News{Ignored: "The dispute belongs to no payment of Checkout."}, nil
	}
	amount, err := units(d.Amount, d.Currency)
	if err != nil {
		return order.News{}, err
	}
	if amount.Sign() < 0 {
		amount = money.Zero(amount.Currency)
	}
	return order.News{Chargeback: &order.IncomingChargeback{Source: order.SourceCheckout, Payments: of, ExternalID: string(d.ID), Stage: stage,
		Amount: &amount, Reason: strings.ReplaceAll(string(d.Reason), "_", " "), At: at}}, nil
}

// payments are the names by which the order of a payment may be known.
func payments(names ...reference) (out []string) {
	for _, n := range names {
		if n.ID != "" {
			out = append(out, string(n.ID))
		}
	}
	return out
}
