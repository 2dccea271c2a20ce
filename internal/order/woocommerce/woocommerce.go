// Package woocommerce translates the bodies of WooCommerce's webhooks into news about orders. It is pure: no database, no clock,
// no network.
package woocommerce

import (
	"fmt"
	"html"
	"strings"

	"github.com/google/uuid"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/wire"
)

// Topics that are understood, as in X-WC-Webhook-Topic.
const (
	OrderCreated  = "order.created"
	OrderUpdated  = "order.updated"
	OrderRestored = "order.restored"
	// OrderRefunded is no topic of WooCommerce itself; shops that send the refund of an order choose it.
	OrderRefunded = "order.refunded"
)

// clickKeys are the meta data keys that carry the click id; entryKey carries the address that the customer arrived at.
var clickKeys = []string{"_tributary_tid", "tributary_tid", "tid", "_tid"}

const entryKey = "_wc_order_attribution_session_entry"

type meta []struct {
	Key   wire.Text `json:"key"`
	Value wire.Text `json:"value"`
}

func (m meta) value(key string) string {
	for _, x := range m {
		if string(x.Key) == key {
			return string(x.Value)
		}
	}
	return ""
}

type shopLine struct {
	ID        wire.Text `json:"id"`
	Name      wire.Text `json:"name"`
	ProductID wire.Text `json:"product_id"`
	Quantity  wire.Text `json:"quantity"`
	Total     wire.Text `json:"total"`
	Meta      meta      `json:"meta_data"`
}

type shopOrder struct {
	ID            wire.Text  `json:"id"`
	Number        wire.Text  `json:"number"`
	Key           wire.Text  `json:"order_key"` // also in the address of the page that thanks for the order
	Status        wire.Text  `json:"status"`
	Currency      wire.Text  `json:"currency"`
	Created       wire.Text  `json:"date_created_gmt"`
	Modified      wire.Text  `json:"date_modified_gmt"`
	Paid          wire.Text  `json:"date_paid_gmt"`
	DiscountTotal wire.Text  `json:"discount_total"`
	ShippingTotal wire.Text  `json:"shipping_total"`
	Total         wire.Text  `json:"total"`
	TotalTax      wire.Text  `json:"total_tax"`
	CustomerID    wire.Text  `json:"customer_id"`
	CustomerIP    wire.Text  `json:"customer_ip_address"`
	TransactionID wire.Text  `json:"transaction_id"`
	Meta          meta       `json:"meta_data"`
	Lines         []shopLine `json:"line_items"`
	Fees          []shopLine `json:"fee_lines"`
	Billing       struct {
		Email wire.Text `json:"email"`
	} `json:"billing"`
	Coupons []struct {
		Code wire.Text `json:"code"`
	} `json:"coupon_lines"`
	Refunds []struct {
		ID     wire.Text `json:"id"`
		Reason wire.Text `json:"reason"`
		Total  wire.Text `json:"total"`
	} `json:"refunds"`
}

type shopRefund struct {
	ID       wire.Text  `json:"id"`
	ParentID wire.Text  `json:"parent_id"`
	Currency wire.Text  `json:"currency"`
	Created  wire.Text  `json:"date_created_gmt"`
	Amount   wire.Text  `json:"amount"`
	Reason   wire.Text  `json:"reason"`
	Lines    []shopLine `json:"line_items"`
	Links    struct {
		Up []struct {
			Href string `json:"href"`
		} `json:"up"`
	} `json:"_links"`
}

// Translate reads the body of a topic. Drafts and topics that say nothing about orders are ignored with the reason. It fails with
// wire.ErrBody.
func Translate(topic string, body []byte) (order.News, error) {
	switch topic {
	case OrderCreated, OrderUpdated, OrderRestored:
		var o shopOrder
		if err := wire.Decode(body, "order", &o); err != nil {
			return order.News{}, err
		}
		return o.news()
	case OrderRefunded:
		var r shopRefund
		if err := wire.Decode(body, "refund", &r); err != nil {
			return order.News{}, err
		}
		refund, err := r.translate()
		if err != nil {
			return order.News{}, err
		}
		return order.News{Refunds: []order.IncomingRefund{refund}}, nil
	}
	return order.News{Ignored: "The topic " + topic + " says nothing about orders."}, nil
}

func (o shopOrder) news() (order.News, error) {
	in := order.Incoming{Source: order.SourceWoocommerce, ExternalID: string(o.ID), Name: string(o.Number), CustomerEmail: string(o.Billing.Email),
		CheckoutToken: string(o.Key), Network: wire.Addr(o.CustomerIP)}
	paid := o.Paid != ""
	switch o.Status {
	case "checkout-draft", "auto-draft", "trash":
		return order.News{Ignored: "The order is a draft or was thrown away."}, nil
	case "processing", "completed", "refunded":
		in.Payment, paid = order.PaymentPaid, true
	case "cancelled":
		in.Payment = order.PaymentCancelled
	default:
		in.Payment = order.PaymentAwaitingPayment
	}
	var err error
	if in.Currency, err = money.ParseCurrency(string(o.Currency)); err != nil || o.ID == "" {
		return order.News{}, fmt.Errorf("%w: no id or no known currency", wire.ErrBody)
	}
	if in.PlacedAt, err = wire.Time(o.Created); err != nil {
		return order.News{}, err
	}
	if in.ChangedAt, err = wire.Time(o.Modified); err != nil {
		return order.News{}, err
	}
	if paid && in.Payment != order.PaymentAwaitingPayment {
		at, err := wire.Time(o.Paid)
		if err != nil {
			return order.News{}, err
		}
		if at.IsZero() {
			at = in.PlacedAt
		}
		in.PaidAt = &at
	}
	if o.CustomerID != "0" {
		in.CustomerExternalID = string(o.CustomerID)
	}
	in.Click = o.click()
	for _, intent := range []string{string(o.TransactionID), o.Meta.value("_stripe_intent_id")} {
		if strings.HasPrefix(intent, "pi_") {
			in.PaymentIntent = intent
		}
	}
	for _, c := range o.Coupons {
		if c.Code != "" {
			in.Codes = append(in.Codes, string(c.Code))
		}
	}
	if err := o.amounts(&in); err != nil {
		return order.News{}, err
	}
	news := order.News{Order: &in}
	for _, r := range o.Refunds {
		refund, err := o.refund(in, string(r.ID), string(r.Reason), r.Total)
		if err != nil {
			return order.News{}, err
		}
		news.Refunds = append(news.Refunds, refund)
	}
	return news, nil
}

func (o shopOrder) click() uuid.UUID {
	for _, key := range clickKeys {
		if found := wire.Click(o.Meta.value(key)); found != uuid.Nil {
			return found
		}
	}
	return wire.ClickOfAddress(o.Meta.value(entryKey))
}

// amounts reads the sums and lines. Totals of lines are after discounts and without tax.
func (o shopOrder) amounts(in *order.Incoming) error {
	total, err := wire.Money(o.Total, in.Currency)
	if err != nil {
		return err
	}
	in.Total = &total
	if in.Tax, err = wire.Money(o.TotalTax, in.Currency); err != nil {
		return err
	}
	if in.Shipping, err = wire.Money(o.ShippingTotal, in.Currency); err != nil {
		return err
	}
	if in.Discount, err = wire.Money(o.DiscountTotal, in.Currency); err != nil {
		return err
	}
	for i, l := range append(append([]shopLine{}, o.Lines...), o.Fees...) {
		line := order.IncomingLine{ExternalID: string(l.ID), Kind: order.LineProduct, Name: html.UnescapeString(string(l.Name)), ProductID: string(l.ProductID)}
		if line.Quantity, err = wire.Units(l.Quantity); err != nil {
			return err
		}
		if i >= len(o.Lines) {
			line.Kind, line.ProductID, line.Quantity = order.LineOther, "", 1
		}
		if line.Net, err = wire.Money(l.Total, in.Currency); err != nil {
			return err
		}
		if line.Net.Sign() < 0 { // a fee that is a discount lowers no goods
			continue
		}
		in.Lines = append(in.Lines, line)
	}
	return nil
}

// refund reads an entry of the order's list of refunds, which names only the amount. The part of it that was for goods is taken to
// be as large as the goods' part of the order.
func (o shopOrder) refund(in order.Incoming, refundID, reason string, total wire.Text) (out order.IncomingRefund, err error) {
	if refundID == "" {
		return out, fmt.Errorf("%w: a refund without id", wire.ErrBody)
	}
	out = order.IncomingRefund{Source: order.SourceWoocommerce, OrderExternalID: in.ExternalID, ExternalID: refundID, Reason: reason, RefundedAt: in.ChangedAt}
	if out.Amount, err = wire.Money(wire.Text(strings.TrimPrefix(string(total), "-")), in.Currency); err != nil {
		return out, err
	}
	goods := money.Zero(in.Currency)
	for _, l := range in.Lines {
		if l.Kind == order.LineProduct {
			if goods, err = goods.Add(l.Net); err != nil {
				return out, fmt.Errorf("%w: %w", wire.ErrBody, err)
			}
		}
	}
	other := max(in.Total.Minor-goods.Minor, 0)
	if goods.Minor+other == 0 {
		return out, nil
	}
	parts, err := money.SplitInteger(out.Amount.Minor, []int64{goods.Minor, other})
	if err != nil {
		return out, fmt.Errorf("%w: %w", wire.ErrBody, err)
	}
	unlined := money.New(parts[0], in.Currency)
	out.Unlined = &unlined
	return out, nil
}

// translate reads a refund that comes by itself. A body that names no currency is refused: how many decimals its amounts have
// would be a guess. The order's own list of refunds tells such a refund as well.
func (r shopRefund) translate() (out order.IncomingRefund, err error) {
	orderID := string(r.ParentID)
	if orderID == "" && len(r.Links.Up) > 0 {
		orderID = r.Links.Up[0].Href[strings.LastIndexByte(r.Links.Up[0].Href, '/')+1:]
	}
	if r.ID == "" || orderID == "" {
		return out, fmt.Errorf("%w: a refund without id or order", wire.ErrBody)
	}
	out = order.IncomingRefund{Source: order.SourceWoocommerce, OrderExternalID: orderID, ExternalID: string(r.ID), Reason: string(r.Reason)}
	if out.RefundedAt, err = wire.Time(r.Created); err != nil {
		return out, err
	}
	c, err := money.ParseCurrency(string(r.Currency))
	if err != nil {
		return out, fmt.Errorf("%w: a refund without a currency", wire.ErrBody)
	}
	if out.Amount, err = wire.Money(wire.Text(strings.TrimPrefix(string(r.Amount), "-")), c); err != nil {
		return out, err
	}
	for _, l := range r.Lines {
		line := order.IncomingRefundLine{ExternalID: l.Meta.value("_refunded_item_id")}
		if line.ExternalID == "" {
			line.ExternalID = string(l.ID)
		}
		n, err := wire.Units(wire.Text(strings.TrimPrefix(string(l.Quantity), "-")))
		if err != nil {
			return out, err
		}
		line.Quantity = max(n, 0)
		if line.Net, err = wire.Money(wire.Text(strings.TrimPrefix(string(l.Total), "-")), c); err != nil {
			return out, err
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}
