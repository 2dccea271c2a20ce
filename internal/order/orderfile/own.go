package orderfile

import (
	"slices"
	"strings"

	"tributary/internal/kit/money"
	"tributary/internal/order"
)

// ownLayout are our own columns. Each row is a line of an order; what concerns the whole order counts in its first row.
var ownLayout = layout{
	required: []string{"order_id", "placed_at", "currency", "net"},
	key:      "order_id",
	read:     readOwn,
	columns: map[string]string{"externalId": "order_id", "name": "name", "placedAt": "placed_at", "payment": "payment", "currencyCode": "currency", "total": "total",
		"tax": "tax", "shipping": "shipping", "discount": "discount", "codes": "codes", "checkoutToken": "checkout_token", "paymentIntent": "payment_intent",
		"customerId": "customer_id", "lines.externalId": "line_id", "lines.name": "line_name", "lines.productId": "product_id", "lines.collections": "collections",
		"lines.quantity": "quantity", "lines.net": "net"},
}

var lineKinds = []order.LineKind{order.LineProduct, order.LineGiftCard, order.LineShipping, order.LineTip, order.LineOther}

func readOwn(rows []row) (e Entry) {
	r := rows[0]
	c := r.currency("currency")
	in := &order.Incoming{Source: order.SourceCsv, ExternalID: r.required("order_id"), Name: r.text("name"), PlacedAt: r.moment("placed_at"), Currency: c,
		Payment: order.Payment(strings.ToUpper(r.text("payment"))), Tax: r.amount("tax", c), Shipping: r.amount("shipping", c), Discount: r.amount("discount", c),
		Codes: r.list("codes", ";,"), Click: r.click("click_id"), CheckoutToken: r.text("checkout_token"), PaymentIntent: r.text("payment_intent"),
		CustomerEmail: r.text("customer_email"), CustomerExternalID: r.text("customer_id"), NewCustomer: r.truth("new_customer")}
	if test := r.truth("test"); test != nil {
		in.Test = *test
	}
	if at := r.moment("paid_at"); !at.IsZero() {
		in.PaidAt = &at
	}
	if strings.TrimSpace(r.raw("total")) != "" {
		total := r.amount("total", c)
		in.Total = &total
	}
	switch in.Payment {
	case order.PaymentCancelled, order.PaymentExpired:
		e.Skipped = "The order was never paid or was cancelled."
		return e
	}
	for _, l := range rows {
		line := order.IncomingLine{ExternalID: l.text("line_id"), Kind: order.LineKind(strings.ToUpper(l.text("line_kind"))), Name: l.text("line_name"),
			ProductID: l.text("product_id"), Collections: l.list("collections", ";"), Quantity: l.count("quantity", 1), Net: l.amount("net", c)}
		if line.Name == "" {
			line.Name = "Goods"
		}
		if line.Kind != "" && !slices.Contains(lineKinds, line.Kind) {
			l.problem("line_kind", "INVALID", "A line is PRODUCT, GIFT_CARD, SHIPPING, TIP or OTHER.")
		}
		in.Lines = append(in.Lines, line)
	}
	e.Order = in
	e.Refund = givenBack(in, r.amount("refunded", c))
	if e.Refund != nil {
		e.Refund.RefundedAt = r.moment("refunded_at")
	}
	return e
}

// givenBack is what was given back of an order altogether, by the time of the file; nil when nothing was.
func givenBack(in *order.Incoming, amount money.Money) *order.IncomingRefund {
	if amount.Sign() <= 0 {
		return nil
	}
	return &order.IncomingRefund{Source: order.SourceCsv, OrderExternalID: in.ExternalID, ExternalID: "file:" + amount.String(), Amount: amount, Altogether: true, OfTotal: true}
}
