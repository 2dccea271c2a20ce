package orderfile

import (
	"strings"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/wire"
)

// wooNames are the names under which exports of WooCommerce write a column, the most usual first.
var wooNames = map[string][]string{
	"id": {"order_id", "id", "order_number", "order_number_formatted"}, "number": {"order_number", "order_number_formatted", "order_id"},
	"status": {"status", "order_status"}, "placed": {"date", "order_date", "date_created", "date_created_gmt"}, "paid": {"date_paid", "paid_date", "date_paid_gmt"},
	"currency": {"order_currency", "currency"}, "total": {"order_total", "total", "order_total_amount"}, "tax": {"tax_total", "total_tax", "order_tax", "order_total_tax_amount"},
	"shipping": {"shipping_total", "order_shipping", "order_shipping_amount"}, "discount": {"discount_total", "cart_discount", "cart_discount_amount"},
	"refunded": {"refunded_total", "order_refund_amount", "total_refunded"}, "email": {"billing_email", "email_billing", "customer_email"},
	"customer": {"customer_id", "customer_user", "customer_user_id"}, "coupons": {"coupons", "coupon_items", "coupon_code", "coupon_codes"},
	"tid": {"tributary_tid", "meta_tributary_tid", "tid"}, "intent": {"stripe_intent_id", "transaction_id"},
	"item_id": {"item_id", "line_item_id"}, "item_name": {"item_name", "line_item_name", "product_name"}, "item_product": {"item_product_id", "product_id"},
	"item_quantity": {"item_quantity", "quantity", "quantity_refund", "qty"}, "item_total": {"item_total", "line_total", "order_line_total"},
}

// wooLayout are the columns that exports of WooCommerce share: a row for each item, or one for each order.
var wooLayout = layout{
	key: "id", read: readWoo,
	columns: map[string]string{"externalId": "order_id", "name": "order_number", "placedAt": "order_date", "currencyCode": "order_currency", "total": "order_total", "tax": "tax_total",
		"shipping": "shipping_total", "discount": "discount_total", "codes": "coupons", "customerId": "customer_id", "paymentIntent": "transaction_id",
		"lines.name": "item_name", "lines.quantity": "item_quantity", "lines.net": "item_total", "lines.productId": "product_id"},
}

// called gives the name under which a file has a column.
func (r row) called(column string) string {
	names := wooNames[column]
	for _, n := range names {
		if r.table.column(n) >= 0 {
			return n
		}
	}
	return names[0]
}

func readWoo(rows []row) (e Entry) {
	r := rows[0]
	c := r.currency(r.called("currency"))
	in := &order.Incoming{Source: order.SourceCsv, ExternalID: r.required(r.called("id")), Name: r.text(r.called("number")), PlacedAt: r.moment(r.called("placed")), Currency: c,
		Tax: r.amount(r.called("tax"), c), Shipping: r.amount(r.called("shipping"), c), Discount: r.amount(r.called("discount"), c), Codes: coupons(r.text(r.called("coupons"))),
		Click: wire.Click(r.text(r.called("tid"))), CustomerEmail: r.text(r.called("email"))}
	if customer := r.text(r.called("customer")); customer != "0" {
		in.CustomerExternalID = customer
	}
	if intent := r.text(r.called("intent")); strings.HasPrefix(intent, "pi_") {
		in.PaymentIntent = intent
	}
	total := r.amount(r.called("total"), c)
	in.Total = &total
	switch status := strings.TrimPrefix(strings.ToLower(r.text(r.called("status"))), "wc-"); status {
	case "processing", "completed", "refunded":
		in.Payment = order.PaymentPaid
		if at := r.moment(r.called("paid")); !at.IsZero() {
			in.PaidAt = &at
		}
	case "cancelled", "failed", "trash", "checkout-draft", "auto-draft":
		e.Skipped = "The order was never paid or was cancelled."
		return e
	default:
		in.Payment = order.PaymentAwaitingPayment
	}
	if r.table.any(wooNames["item_total"]) {
		for _, l := range rows {
			line := order.IncomingLine{ExternalID: l.text(l.called("item_id")), Kind: order.LineProduct, Name: l.text(l.called("item_name")), ProductID: l.text(l.called("item_product")),
				Quantity: max(l.count(l.called("item_quantity"), 1), 1), Net: l.amount(l.called("item_total"), c)}
			if line.Name == "" {
				line.Name = "Goods"
			}
			in.Lines = append(in.Lines, line)
		}
	} else {
		in.Lines = []order.IncomingLine{{Kind: order.LineProduct, Name: "Goods", Quantity: 1, Net: money.New(max(total.Minor-in.Tax.Minor-in.Shipping.Minor, 0), c)}}
	}
	e.Order, e.Refund = in, givenBack(in, r.amount(r.called("refunded"), c))
	return e
}

// coupons reads codes, alone or as "code:MAYA15|amount:5.00", with semicolons or commas between them.
func coupons(cell string) (out []string) {
	separators := ";,"
	if strings.Contains(cell, "code:") {
		separators = ";"
	}
	for _, part := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		for field := range strings.SplitSeq(part, "|") {
			name, value, named := strings.Cut(field, ":")
			switch {
			case !named:
				value = name
			case strings.TrimSpace(name) != "code":
				continue
			}
			if value = strings.TrimSpace(value); value != "" {
				out = append(out, value)
			}
			break
		}
	}
	return out
}
