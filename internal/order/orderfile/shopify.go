package orderfile

import (
	"strings"

	"github.com/google/uuid"

	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/order/wire"
)

// shopifyLayout is Shopify's export of orders: the first row of an order has its sums, the others only a line each.
var shopifyLayout = layout{
	required: []string{"name", "financial_status", "currency", "total", "created_at", "lineitem_name", "lineitem_quantity", "lineitem_price"},
	key:      "name",
	read:     readShopify,
	columns: map[string]string{"externalId": "id", "name": "name", "placedAt": "created_at", "currencyCode": "currency", "total": "total", "tax": "taxes",
		"shipping": "shipping", "discount": "discount_amount", "codes": "discount_code", "lines.name": "lineitem_name", "lines.quantity": "lineitem_quantity",
		"lines.net": "lineitem_price", "lines": "lineitem_name"},
	titles: map[string]string{"id": "Id", "name": "Name", "financial_status": "Financial Status", "currency": "Currency", "total": "Total", "taxes": "Taxes",
		"shipping": "Shipping", "subtotal": "Subtotal", "discount_amount": "Discount Amount", "discount_code": "Discount Code", "created_at": "Created at", "paid_at": "Paid at",
		"cancelled_at": "Cancelled at", "email": "Email", "note_attributes": "Note Attributes", "refunded_amount": "Refunded Amount", "payment_reference": "Payment Reference",
		"lineitem_name": "Lineitem name", "lineitem_quantity": "Lineitem quantity", "lineitem_price": "Lineitem price", "lineitem_discount": "Lineitem discount",
		"lineitem_sku": "Lineitem sku"},
}

func readShopify(rows []row) (e Entry) {
	r := rows[0]
	c := r.currency("currency")
	in := &order.Incoming{Source: order.SourceCsv, Name: r.required("name"), ExternalID: r.text("id"), PlacedAt: r.moment("created_at"), Currency: c,
		Tax: r.amount("taxes", c), Shipping: r.amount("shipping", c), Discount: r.amount("discount_amount", c), Codes: r.list("discount_code", ","),
		Click: clickOfNotes(r.text("note_attributes")), CustomerEmail: r.text("email")}
	if in.ExternalID == "" {
		in.ExternalID = in.Name
	}
	total := r.amount("total", c)
	in.Total = &total
	paidAt := r.moment("paid_at")
	switch status := strings.ToLower(r.text("financial_status")); {
	case strings.TrimSpace(r.raw("cancelled_at")) != "", status == "voided", status == "expired":
		e.Skipped = "The order was never paid or was cancelled."
		return e
	case status == "paid", status == "partially_refunded", status == "refunded":
		in.Payment = order.PaymentPaid
		if !paidAt.IsZero() {
			in.PaidAt = &paidAt
		}
	case status == "pending", status == "authorized", status == "partially_paid", status == "unpaid":
		in.Payment = order.PaymentAwaitingPayment
	default:
		r.problem("financial_status", "INVALID", "This is none of the states that Shopify writes.")
	}
	gross := make([]int64, len(rows))
	for i, l := range rows {
		line := order.IncomingLine{ExternalID: "", Kind: order.LineProduct, Name: l.text("lineitem_name"), ProductID: l.text("lineitem_sku"), Quantity: l.count("lineitem_quantity", 1)}
		price, err := l.amount("lineitem_price", c).MulCount(int64(line.Quantity))
		if err != nil {
			l.problem("lineitem_price", "OUT_OF_RANGE", "This amount is too large.")
			continue
		}
		gross[i] = max(price.Minor-l.amount("lineitem_discount", c).Minor, 0)
		in.Lines = append(in.Lines, line)
	}
	if c == "" || len(*r.problems) > 0 || len(in.Lines) != len(rows) {
		return e
	}
	goods := goodsOfShopify(r, in, c)
	shares, err := money.SplitInteger(goods, weights(gross))
	if err != nil {
		r.problem("lineitem_price", "OUT_OF_RANGE", "These amounts are too large.")
		return e
	}
	for i := range in.Lines {
		in.Lines[i].Net = money.New(shares[i], c)
	}
	e.Order, e.Refund = in, givenBack(in, r.amount("refunded_amount", c))
	return e
}

// goodsOfShopify is what the goods of an order cost after discounts, without tax: the subtotal, less the tax in it where prices hold
// tax, which shows by the total being subtotal and shipping alone.
func goodsOfShopify(r row, in *order.Incoming, c money.Currency) int64 {
	subtotal := r.amount("subtotal", c).Minor
	if strings.TrimSpace(r.raw("subtotal")) == "" {
		return max(in.Total.Minor-in.Tax.Minor-in.Shipping.Minor, 0)
	}
	if in.Tax.Minor == 0 || in.Total.Minor != subtotal+in.Shipping.Minor || in.Total.Minor == 0 {
		return subtotal
	}
	parts, err := money.SplitInteger(in.Tax.Minor, weights([]int64{subtotal, in.Shipping.Minor}))
	if err != nil {
		return subtotal
	}
	return max(subtotal-parts[0], 0)
}

// weights makes every weight count when all are nothing.
func weights(in []int64) []int64 {
	for _, w := range in {
		if w > 0 {
			return in
		}
	}
	out := make([]int64, len(in))
	for i := range out {
		out[i] = 1
	}
	return out
}

// clickOfNotes finds the click id among "name: value" lines.
func clickOfNotes(notes string) uuid.UUID {
	for line := range strings.Lines(notes) {
		name, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(name) {
		case "tributary_tid", "tid", "_tid":
			if u := wire.Click(value); u != uuid.Nil {
				return u
			}
		}
	}
	return uuid.Nil
}
