// Package shopify translates the bodies of Shopify's webhooks into news about orders. It is pure: no database, no clock, no
// network. Amounts are those of the shop's currency; ids keep all of their 18 digits.
package shopify

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/wire"
)

// Topics that are understood, as in X-Shopify-Topic.
const (
	OrdersCreate    = "orders/create"
	OrdersPaid      = "orders/paid"
	OrdersUpdated   = "orders/updated"
	OrdersCancelled = "orders/cancelled"
	RefundsCreate   = "refunds/create"
)

// clickAttributes are the cart attributes that the storefront snippet writes the click id to.
var clickAttributes = []string{"tributary_tid", "tid", "_tid"}

type moneySet struct {
	Shop struct {
		Amount   wire.Text `json:"amount"`
		Currency wire.Text `json:"currency_code"`
	} `json:"shop_money"`
}

type amountLine struct {
	Price           wire.Text    `json:"price"`
	DiscountedPrice wire.Text    `json:"discounted_price"`
	Amount          wire.Text    `json:"amount"`
	TaxLines        []amountLine `json:"tax_lines"`
}

type lineItem struct {
	ID                  wire.Text    `json:"id"`
	ProductID           wire.Text    `json:"product_id"`
	Title               wire.Text    `json:"title"`
	Name                wire.Text    `json:"name"`
	Quantity            wire.Text    `json:"quantity"`
	Price               wire.Text    `json:"price"`
	TotalDiscount       wire.Text    `json:"total_discount"`
	GiftCard            bool         `json:"gift_card"`
	Tip                 *struct{}    `json:"tip"`
	DiscountAllocations []amountLine `json:"discount_allocations"`
	TaxLines            []amountLine `json:"tax_lines"`
}

type shopOrder struct {
	ID             wire.Text    `json:"id"`
	Name           wire.Text    `json:"name"`
	CreatedAt      wire.Text    `json:"created_at"`
	UpdatedAt      wire.Text    `json:"updated_at"`
	ProcessedAt    wire.Text    `json:"processed_at"`
	CancelledAt    wire.Text    `json:"cancelled_at"`
	Status         wire.Text    `json:"financial_status"`
	Test           bool         `json:"test"`
	Currency       wire.Text    `json:"currency"`
	TotalPrice     wire.Text    `json:"total_price"`
	TotalTax       wire.Text    `json:"total_tax"`
	TotalDiscounts wire.Text    `json:"total_discounts"`
	TaxesIncluded  bool         `json:"taxes_included"`
	Email          wire.Text    `json:"email"`
	ContactEmail   wire.Text    `json:"contact_email"`
	CheckoutToken  wire.Text    `json:"checkout_token"`
	BrowserIP      wire.Text    `json:"browser_ip"`
	LandingSite    wire.Text    `json:"landing_site"`
	LandingSiteRef wire.Text    `json:"landing_site_ref"`
	Lines          []lineItem   `json:"line_items"`
	ShippingSet    *moneySet    `json:"total_shipping_price_set"`
	ShippingLines  []amountLine `json:"shipping_lines"`
	DiscountCodes  []struct {
		Code wire.Text `json:"code"`
	} `json:"discount_codes"`
	NoteAttributes []struct {
		Name  wire.Text `json:"name"`
		Value wire.Text `json:"value"`
	} `json:"note_attributes"`
	Customer *struct {
		ID          wire.Text `json:"id"`
		Email       wire.Text `json:"email"`
		OrdersCount wire.Text `json:"orders_count"`
	} `json:"customer"`
	Refunds []shopRefund `json:"refunds"`
}

type shopRefund struct {
	ID          wire.Text `json:"id"`
	OrderID     wire.Text `json:"order_id"`
	CreatedAt   wire.Text `json:"created_at"`
	ProcessedAt wire.Text `json:"processed_at"`
	Note        wire.Text `json:"note"`
	Lines       []struct {
		LineItemID  wire.Text `json:"line_item_id"`
		Quantity    wire.Text `json:"quantity"`
		Subtotal    wire.Text `json:"subtotal"`
		TotalTax    wire.Text `json:"total_tax"`
		SubtotalSet *moneySet `json:"subtotal_set"`
	} `json:"refund_line_items"`
	Transactions []struct {
		Kind     wire.Text `json:"kind"`
		Status   wire.Text `json:"status"`
		Amount   wire.Text `json:"amount"`
		Currency wire.Text `json:"currency"`
	} `json:"transactions"`
	Adjustments []struct {
		Kind      wire.Text `json:"kind"`
		Amount    wire.Text `json:"amount"`
		TaxAmount wire.Text `json:"tax_amount"`
	} `json:"order_adjustments"`
}

// Translate reads the body of a topic. Topics that say nothing about orders are ignored with the reason. It fails with
// wire.ErrBody.
func Translate(topic string, body []byte) (order.News, error) {
	switch topic {
	case OrdersCreate, OrdersPaid, OrdersUpdated, OrdersCancelled:
		var o shopOrder
		if err := wire.Decode(body, "order", &o); err != nil {
			return order.News{}, err
		}
		return o.news(topic)
	case RefundsCreate:
		var r shopRefund
		if err := wire.Decode(body, "refund", &r); err != nil {
			return order.News{}, err
		}
		refund, err := r.translate(string(r.OrderID), r.currency())
		if err != nil {
			return order.News{}, err
		}
		return order.News{Refunds: []order.IncomingRefund{refund}}, nil
	}
	return order.News{Ignored: "The topic " + topic + " says nothing about orders."}, nil
}

func (o shopOrder) news(topic string) (order.News, error) {
	currency, err := money.ParseCurrency(string(o.Currency))
	if err != nil || o.ID == "" {
		return order.News{}, fmt.Errorf("%w: no id or no known currency", wire.ErrBody)
	}
	in := order.Incoming{
		Source: order.SourceShopify, ExternalID: string(o.ID), Name: string(o.Name), Currency: currency, Test: o.Test,
		CustomerEmail: first(o.Email, o.ContactEmail), CheckoutToken: string(o.CheckoutToken), Click: o.click(),
		Network: wire.Addr(o.BrowserIP),
	}
	if in.PlacedAt, err = wire.Time(o.CreatedAt); err != nil {
		return order.News{}, err
	}
	if in.ChangedAt, err = wire.Time(o.UpdatedAt); err != nil {
		return order.News{}, err
	}
	if in.Payment, in.PaidAt, err = o.payment(in.PlacedAt); err != nil {
		return order.News{}, err
	}
	if o.Customer != nil {
		in.CustomerExternalID = string(o.Customer.ID)
		if in.CustomerEmail == "" {
			in.CustomerEmail = string(o.Customer.Email)
		}
		// Later bodies count later orders, too, so only the first ones say whether this order was the first.
		if n, err := wire.Units(o.Customer.OrdersCount); err == nil && o.Customer.OrdersCount != "" && (topic == OrdersCreate || topic == OrdersPaid) {
			isNew := n <= 1
			in.NewCustomer = &isNew
		}
	}
	for _, c := range o.DiscountCodes {
		if c.Code != "" {
			in.Codes = append(in.Codes, string(c.Code))
		}
	}
	total, err := wire.Money(o.TotalPrice, currency)
	if err != nil {
		return order.News{}, err
	}
	in.Total = &total
	if in.Tax, err = wire.Money(o.TotalTax, currency); err != nil {
		return order.News{}, err
	}
	if in.Discount, err = wire.Money(o.TotalDiscounts, currency); err != nil {
		return order.News{}, err
	}
	if in.Shipping, err = o.shipping(currency); err != nil {
		return order.News{}, err
	}
	for _, l := range o.Lines {
		line, err := l.translate(currency, o.TaxesIncluded)
		if err != nil {
			return order.News{}, err
		}
		in.Lines = append(in.Lines, line)
	}
	news := order.News{Order: &in}
	for _, r := range o.Refunds {
		// The refund's own order id differs at times; it stands in this order.
		refund, err := r.translate(string(o.ID), currency)
		if err != nil {
			return order.News{}, err
		}
		news.Refunds = append(news.Refunds, refund)
	}
	return news, nil
}

// payment reads the state of the money. What was refunded had been paid; refunds are told apart.
func (o shopOrder) payment(placed time.Time) (order.Payment, *time.Time, error) {
	cancelled := o.CancelledAt != ""
	paid := false
	switch strings.ToLower(string(o.Status)) {
	case "paid", "partially_refunded", "refunded":
		paid = true
	case "voided":
		cancelled = true
	}
	var paidAt *time.Time
	if paid {
		at, err := wire.Time(o.ProcessedAt)
		if err != nil {
			return "", nil, err
		}
		if at.IsZero() || at.Before(placed) {
			at = placed
		}
		paidAt = &at
	}
	switch {
	case cancelled:
		return order.PaymentCancelled, paidAt, nil
	case paid:
		return order.PaymentPaid, paidAt, nil
	}
	return order.PaymentAwaitingPayment, nil, nil
}

// click finds the click id: a cart attribute, else the address that the customer arrived at.
func (o shopOrder) click() (found uuid.UUID) {
	for _, name := range clickAttributes {
		for _, a := range o.NoteAttributes {
			if string(a.Name) == name {
				if found = wire.Click(string(a.Value)); found != uuid.Nil {
					return found
				}
			}
		}
	}
	if found = wire.ClickOfAddress(string(o.LandingSite)); found != uuid.Nil {
		return found
	}
	return wire.Click(string(o.LandingSiteRef))
}

func (o shopOrder) shipping(c money.Currency) (money.Money, error) {
	if o.ShippingSet != nil && o.ShippingSet.Shop.Amount != "" {
		return wire.Money(o.ShippingSet.Shop.Amount, c)
	}
	sum := money.Zero(c)
	for _, l := range o.ShippingLines {
		price := l.DiscountedPrice
		if price == "" {
			price = l.Price
		}
		m, err := wire.Money(price, c)
		if err != nil {
			return sum, err
		}
		if sum, err = sum.Add(m); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// translate takes a line's discounts off, and its tax where prices include it.
func (l lineItem) translate(c money.Currency, taxesIncluded bool) (out order.IncomingLine, err error) {
	out = order.IncomingLine{ExternalID: string(l.ID), Kind: order.LineProduct, Name: first(l.Name, l.Title), ProductID: string(l.ProductID)}
	switch {
	case l.GiftCard:
		out.Kind = order.LineGiftCard
	case l.Tip != nil:
		out.Kind = order.LineTip
	}
	if out.Quantity, err = wire.Units(l.Quantity); err != nil {
		return out, err
	}
	price, err := wire.Money(l.Price, c)
	if err != nil {
		return out, err
	}
	net, err := price.MulCount(int64(out.Quantity))
	if err != nil {
		return out, fmt.Errorf("%w: %w", wire.ErrBody, err)
	}
	off := []wire.Text{}
	for _, d := range l.DiscountAllocations {
		off = append(off, d.Amount)
	}
	if len(off) == 0 {
		off = append(off, l.TotalDiscount)
	}
	if taxesIncluded {
		for _, t := range l.TaxLines {
			off = append(off, t.Price)
		}
	}
	for _, text := range off {
		m, err := wire.Money(text, c)
		if err != nil {
			return out, err
		}
		if net, err = net.Sub(m); err != nil {
			return out, fmt.Errorf("%w: %w", wire.ErrBody, err)
		}
	}
	if net.Sign() < 0 {
		net = money.Zero(c)
	}
	out.Net = net
	return out, nil
}

// currency finds the currency of a refund that comes without its order.
func (r shopRefund) currency() money.Currency {
	for _, l := range r.Lines {
		if l.SubtotalSet != nil {
			if c, err := money.ParseCurrency(string(l.SubtotalSet.Shop.Currency)); err == nil {
				return c
			}
		}
	}
	for _, t := range r.Transactions {
		if c, err := money.ParseCurrency(string(t.Currency)); err == nil {
			return c
		}
	}
	return ""
}

// translate reads a refund. Lines come back by units, because their subtotals hold tax in some shops and not in others. What was
// given back beyond lines and shipping is spread by the order. Goods that came back without money are no refund of money.
func (r shopRefund) translate(orderID string, c money.Currency) (out order.IncomingRefund, err error) {
	if r.ID == "" || orderID == "" {
		return out, fmt.Errorf("%w: a refund without id or order", wire.ErrBody)
	}
	out = order.IncomingRefund{Source: order.SourceShopify, OrderExternalID: orderID, ExternalID: string(r.ID), Reason: string(r.Note)}
	at := r.ProcessedAt
	if at == "" {
		at = r.CreatedAt
	}
	if out.RefundedAt, err = wire.Time(at); err != nil {
		return out, err
	}
	if out.Amount, err = r.amount(c); err != nil {
		return out, err
	}
	if out.Amount.IsZero() {
		none := money.Zero(c)
		out.Unlined = &none
		return out, nil
	}
	for _, l := range r.Lines {
		n, err := wire.Units(l.Quantity)
		if err != nil {
			return out, err
		}
		if n > 0 {
			out.Lines = append(out.Lines, order.IncomingRefundLine{ExternalID: string(l.LineItemID), Quantity: n, ByUnits: true})
		}
	}
	unlined, err := r.unlined(c, out.Amount, len(out.Lines) > 0)
	if err != nil {
		return out, err
	}
	out.Unlined = &unlined
	return out, nil
}

// amount is what the customer gets back: the transfers that were made or are under way. Where they are in the customer's own
// currency, it is what lines and adjustments say in the shop's.
func (r shopRefund) amount(c money.Currency) (money.Money, error) {
	sum := money.Zero(c)
	add := func(text wire.Text, negate bool) error {
		m, err := wire.Money(text, c)
		if err != nil {
			return err
		}
		if negate {
			m = m.Neg()
		}
		if sum, err = sum.Add(m); err != nil {
			return fmt.Errorf("%w: %w", wire.ErrBody, err)
		}
		return nil
	}
	given, foreign := false, false
	for _, t := range r.Transactions {
		if t.Kind == "refund" && (t.Status == "success" || t.Status == "pending") {
			given = true
			foreign = foreign || t.Currency != "" && !strings.EqualFold(string(t.Currency), string(c))
		}
	}
	switch {
	case !given:
		return sum, nil
	case !foreign:
		for _, t := range r.Transactions {
			if t.Kind == "refund" && (t.Status == "success" || t.Status == "pending") {
				if err := add(t.Amount, false); err != nil {
					return sum, err
				}
			}
		}
	default:
		for _, l := range r.Lines {
			if err := errors.Join(add(l.Subtotal, false), add(l.TotalTax, false)); err != nil {
				return sum, err
			}
		}
		for _, a := range r.Adjustments {
			if err := errors.Join(add(a.Amount, true), add(a.TaxAmount, true)); err != nil {
				return sum, err
			}
		}
	}
	if sum.Sign() < 0 {
		sum = money.Zero(c)
	}
	return sum, nil
}

// unlined is what was given back for no line and not for shipping: beside lines, what the shop calls a discrepancy; without any
// line, the whole amount but for shipping.
func (r shopRefund) unlined(c money.Currency, amount money.Money, lined bool) (money.Money, error) {
	shipping, discrepancy := money.Zero(c), money.Zero(c)
	for _, a := range r.Adjustments {
		m, err := wire.Money(a.Amount, c)
		if err != nil {
			return m, err
		}
		// Adjustments lower the order, so what was given back is negative; a positive one was kept by the shop.
		if m.Sign() >= 0 {
			continue
		}
		if a.Kind != "shipping_refund" {
			if discrepancy, err = discrepancy.Sub(m); err != nil {
				return m, fmt.Errorf("%w: %w", wire.ErrBody, err)
			}
			continue
		}
		tax, err := wire.Money(a.TaxAmount, c)
		if err != nil {
			return tax, err
		}
		if shipping, err = shipping.Sub(m); err == nil {
			shipping, err = shipping.Sub(tax)
		}
		if err != nil {
			return m, fmt.Errorf("%w: %w", wire.ErrBody, err)
		}
	}
	if lined {
		return discrepancy, nil
	}
	rest, err := amount.Sub(shipping)
	if err != nil {
		return rest, fmt.Errorf("%w: %w", wire.ErrBody, err)
	}
	if rest.Sign() < 0 {
		return money.Zero(c), nil
	}
	return rest, nil
}

func first(texts ...wire.Text) string {
	for _, t := range texts {
		if t != "" {
			return string(t)
		}
	}
	return ""
}
