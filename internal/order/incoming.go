package order

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
)

// Limits of what is told about an order.
const (
	linesMax       = 250    // of an order that an app records
	linesOfShopMax = 1000   // of an order that a shop tells
	codesMax       = 20     // codes
	collectionsMax = 20     // collections of a line
	quantityMax    = 100000 // units of a line
	idMax          = 100    // bytes
	nameMax        = 100    // bytes
	lineNameMax    = 300    // bytes
	storeMax       = 253    // bytes
	tokenMax       = 200    // bytes
	codeMax        = 64     // bytes
	reasonMax      = 500    // bytes
	// clockSkew is how far a shop's clock may go ahead of ours.
	clockSkew = 5 * time.Minute
)

// Incoming is an order as somebody tells it, with exact amounts of one currency. The e-mail is hashed and never stored.
type Incoming struct {
	// ID is the id of a new order, from FindTx; a new one is made when it is zero.
	ID uuid.UUID `json:"-"`

	Brand       uuid.UUID `json:"-"`
	Integration uuid.UUID `json:"integration,omitzero"`
	Source      Source    `json:"source"`
	Store       string    `json:"store"`
	ExternalID  string    `json:"externalId"`
	Name        string    `json:"name"`

	PlacedAt time.Time  `json:"placedAt"`
	PaidAt   *time.Time `json:"paidAt,omitempty"`
	// ChangedAt is when the shop last changed the order; older news than what is stored changes nothing. Zero where the shop does
	// not say.
	ChangedAt time.Time `json:"changedAt,omitzero"`
	// Payment is what the teller knows of it: AWAITING_PAYMENT, PAID, CANCELLED, EXPIRED. Refunds are told apart.
	Payment Payment `json:"payment"`
	Test    bool    `json:"test,omitempty"`

	Currency money.Currency `json:"currency"`
	// Total is what the customer paid; nil means the sum of lines, tax and shipping.
	Total    *money.Money `json:"total,omitempty"`
	Tax      money.Money  `json:"tax,omitzero"`
	Shipping money.Money  `json:"shipping,omitzero"`
	Discount money.Money  `json:"discount,omitzero"`

	Lines []IncomingLine `json:"lines"`
	Codes []string       `json:"codes,omitempty"`
	// Click is the tid that the shop sent along; zero for none.
	Click uuid.UUID `json:"click,omitzero"`

	// Network is the address that the buyer ordered from; only a hash of its network is kept, and only on the day of the order.
	Network netip.Addr `json:"-"`

	CustomerEmail      string `json:"-"`
	CustomerExternalID string `json:"customerExternalId,omitempty"`
	NewCustomer        *bool  `json:"newCustomer,omitempty"`

	CheckoutToken string `json:"checkoutToken,omitempty"`
	PaymentIntent string `json:"paymentIntent,omitempty"`

	// OnlyKnown says that the news is of no interest unless the order is known: nobody bought.
	OnlyKnown bool `json:"-"`

	// Delivery is the inbox delivery that told it; zero for the API.
	Delivery uuid.UUID `json:"-"`
}

// IncomingLine is one line: Net is the amount of the whole line after discounts, without tax. An empty ExternalID means its place,
// an empty Kind PRODUCT, an empty currency of Net the order's.
type IncomingLine struct {
	ExternalID  string      `json:"externalId"`
	Kind        LineKind    `json:"kind"`
	Name        string      `json:"name"`
	ProductID   string      `json:"productId,omitempty"`
	Collections []string    `json:"collections,omitempty"`
	Quantity    int         `json:"quantity"`
	Net         money.Money `json:"net"`
}

// IncomingRefund is money given back, as somebody tells it. Order names the order for the API; shops name it by store and id, and
// those who know neither by its payment.
type IncomingRefund struct {
	Order           uuid.UUID `json:"-"`
	Brand           uuid.UUID `json:"-"`
	Source          Source    `json:"source"`
	Store           string    `json:"store"`
	OrderExternalID string    `json:"orderExternalId"`
	ExternalID      string    `json:"externalId"`
	// Payments are names of the payment: its intent, its invoice. They count where OrderExternalID is empty.
	Payments []string `json:"payments,omitempty"`

	// Amount is what the customer got back, with tax and shipping. An empty currency means the order's.
	Amount money.Money `json:"amount"`
	// Altogether says that Amount is all that was given back of the order so far, not only this time.
	Altogether bool `json:"-"`
	// OfTotal says that goods came back in the measure that they have in the order's total, for tellers that know of no lines.
	OfTotal bool `json:"ofTotal,omitempty"`

	// Lines are what came back of the lines.
	Lines []IncomingRefundLine `json:"lines,omitempty"`
	// Unlined is the part, without tax and shipping, that no line is named for; it is spread over the lines by what is left of
	// them. Without lines and without Unlined the whole amount is.
	Unlined    *money.Money `json:"unlined,omitempty"`
	Reason     string       `json:"reason,omitempty"`
	RefundedAt time.Time    `json:"refundedAt"`
	Delivery   uuid.UUID    `json:"-"`

	lost bool // what a bank took, which no shop tells as a refund
}

// IncomingChargeback is what a customer's bank does about a payment, as somebody tells it. It names the order as a refund does.
type IncomingChargeback struct {
	Order           uuid.UUID `json:"-"`
	Brand           uuid.UUID `json:"-"`
	Source          Source    `json:"source"`
	Store           string    `json:"store"`
	OrderExternalID string    `json:"orderExternalId"`
	Payments        []string  `json:"payments,omitempty"`

	ExternalID string          `json:"externalId"`
	Stage      ChargebackStage `json:"stage"`
	// Amount is what the bank asks for; nil for all that is left of the order. An empty currency means the order's.
	Amount *money.Money `json:"amount,omitempty"`
	Reason string       `json:"reason,omitempty"`
	// At is when it came to the stage; the present when it is zero.
	At       time.Time `json:"at,omitzero"`
	Delivery uuid.UUID `json:"-"`
}

// IncomingRefundLine is what came back of one line, without tax. ByUnits says that the net is not known but follows from the units
// that came back, so that the whole line is off when the last unit is.
type IncomingRefundLine struct {
	ExternalID string      `json:"externalId"`
	Quantity   int         `json:"quantity,omitempty"`
	Net        money.Money `json:"net,omitzero"`
	ByUnits    bool        `json:"byUnits,omitempty"`
}

// News is what one body of a shop tells: an order, refunds, a chargeback, or nothing of interest, with the reason. Money is exact;
// brand, store and integration are filled in by the one who knows from whom the body came (Address).
type News struct {
	Order      *Incoming
	Refunds    []IncomingRefund
	Chargeback *IncomingChargeback
	Ignored    string
}

// Address says from whom the news came.
func (n *News) Address(brand, integration uuid.UUID, store string, delivery uuid.UUID) {
	if n.Order != nil {
		n.Order.Brand, n.Order.Integration, n.Order.Store, n.Order.Delivery = brand, integration, store, delivery
	}
	for i := range n.Refunds {
		n.Refunds[i].Brand, n.Refunds[i].Store, n.Refunds[i].Delivery = brand, store, delivery
	}
	if c := n.Chargeback; c != nil {
		c.Brand, c.Store, c.Delivery = brand, store, delivery
	}
}

// Check tells what would be refused of the news whatever is known, with the fields of recordOrder, recordRefund or recordChargeback.
// The store is the integration's.
func (n News) Check(now time.Time) error {
	if n.Order != nil {
		in := *n.Order
		in.Store, in.Codes, in.Lines = "store", slices.Clone(in.Codes), slices.Clone(in.Lines)
		return in.normalize(now)
	}
	for _, r := range n.Refunds {
		r.Lines = slices.Clone(r.Lines)
		if err := r.normalize(now, r.Amount.Currency); err != nil {
			return err
		}
	}
	if n.Chargeback != nil {
		in, c := *n.Chargeback, money.Currency("")
		if in.Amount != nil {
			c = in.Amount.Currency
		}
		return in.normalize(now, c)
	}
	return nil
}

// trusted reports whether the teller is a person's app, which is refused what is wrong, rather than a shop, whose words are kept
// and cut to fit.
func (s Source) trusted() bool { return s == SourceApi || s == SourceCsv }

// normalize fills defaults in and checks. Faults name the fields of recordOrder.
func (in *Incoming) normalize(now time.Time) error {
	var bad fault.List
	fromShop := !in.Source.trusted()
	in.Store = text(&bad, "store", strings.ToLower(strings.TrimSpace(in.Store)), storeMax, true, false)
	in.ExternalID = text(&bad, "externalId", strings.TrimSpace(in.ExternalID), idMax, true, false)
	if strings.TrimSpace(clean(in.Name)) == "" {
		in.Name = in.ExternalID
	}
	in.Name = text(&bad, "name", in.Name, nameMax, true, fromShop)
	in.CustomerExternalID = text(&bad, "customerId", in.CustomerExternalID, idMax, false, fromShop)
	in.CheckoutToken = text(&bad, "checkoutToken", in.CheckoutToken, tokenMax, false, fromShop)
	in.PaymentIntent = text(&bad, "paymentIntent", in.PaymentIntent, tokenMax, false, fromShop)
	in.PlacedAt = in.PlacedAt.UTC().Truncate(time.Microsecond)
	switch {
	case in.PlacedAt.IsZero() || in.PlacedAt.Year() < 2000:
		bad.Add(fault.At("placedAt", "OUT_OF_RANGE", "Say when the order was placed, not before the year 2000."))
	case in.Source.trusted() && in.PlacedAt.After(now.Add(clockSkew)):
		bad.Add(fault.At("placedAt", "OUT_OF_RANGE", "An order is not placed in the future."))
	}
	if in.Payment == "" {
		in.Payment = PaymentPaid
	}
	if in.Payment != PaymentPaid && in.Payment != PaymentAwaitingPayment && (!fromShop || in.Payment != PaymentCancelled && in.Payment != PaymentExpired) {
		bad.Add(fault.At("payment", "INVALID", "An order is recorded as PAID or AWAITING_PAYMENT."))
	}
	if !in.Currency.Valid() {
		bad.Add(fault.At("currencyCode", "INVALID", "This is no currency."))
		return bad.Err()
	}
	lineLimit := linesMax
	if fromShop {
		lineLimit = linesOfShopMax
	}
	if len(in.Lines) > lineLimit || len(in.Lines) == 0 && in.Source.trusted() {
		bad.Add(fault.At("lines", "OUT_OF_RANGE", "An order has 1 to %d lines.", lineLimit))
		return bad.Err()
	}
	for _, a := range []struct {
		field  string
		amount *money.Money
	}{{"total", in.Total}, {"tax", &in.Tax}, {"shipping", &in.Shipping}, {"discount", &in.Discount}} {
		if a.amount != nil {
			amount(&bad, a.field, a.amount, in.Currency)
		}
	}
	sum := in.Tax.Minor + in.Shipping.Minor
	seen := map[string]bool{}
	for i := range in.Lines {
		sum += in.Lines[i].normalize(&bad, i, in.Currency, fromShop)
		if seen[in.Lines[i].ExternalID] {
			bad.Add(fault.At(at("lines", i, "externalId"), "TAKEN", "Two lines have the same id."))
		}
		seen[in.Lines[i].ExternalID] = true
	}
	if in.Total == nil {
		total := money.New(sum, in.Currency)
		in.Total = &total
	}
	if fromShop {
		in.Codes = slices.DeleteFunc(slices.Clone(in.Codes), func(c string) bool { return strings.Trim(c, " \t\r\n\x00") == "" })
	}
	if len(in.Codes) > codesMax {
		if in.Source.trusted() {
			bad.Add(fault.At("codes", "TOO_LONG", "At most %d codes.", codesMax))
		}
		in.Codes = in.Codes[:codesMax]
	}
	in.Codes = append([]string{}, in.Codes...)
	for i := range in.Codes {
		in.Codes[i] = text(&bad, at("codes", i), strings.TrimSpace(in.Codes[i]), codeMax, true, fromShop)
	}
	return bad.Err()
}

func (l *IncomingLine) normalize(bad *fault.List, i int, c money.Currency, fromShop bool) (net int64) {
	if l.ExternalID == "" {
		l.ExternalID = strconv.Itoa(i + 1)
	}
	l.ExternalID = text(bad, at("lines", i, "externalId"), l.ExternalID, idMax, true, false)
	if l.Kind == "" {
		l.Kind = LineProduct
	}
	if fromShop && strings.TrimSpace(clean(l.Name)) == "" {
		l.Name = "Line " + strconv.Itoa(i+1)
	}
	l.Name = text(bad, at("lines", i, "name"), strings.TrimSpace(l.Name), lineNameMax, true, fromShop)
	l.ProductID = text(bad, at("lines", i, "productId"), l.ProductID, idMax, false, fromShop)
	if len(l.Collections) > collectionsMax {
		bad.Add(fault.At(at("lines", i, "collections"), "TOO_LONG", "At most %d collections.", collectionsMax))
	}
	l.Collections = append([]string{}, l.Collections[:min(len(l.Collections), collectionsMax)]...)
	for k := range l.Collections {
		l.Collections[k] = text(bad, at("lines", i, "collections", k), l.Collections[k], idMax, !fromShop, fromShop)
	}
	least := 1
	if fromShop {
		least = 0
	}
	if l.Quantity < least || l.Quantity > quantityMax {
		bad.Add(fault.At(at("lines", i, "quantity"), "OUT_OF_RANGE", "A line has 1 to %d units.", quantityMax))
	}
	amount(bad, at("lines", i, "net"), &l.Net, c)
	return l.Net.Minor
}

// normalize fills defaults in and checks against the order. Faults name the fields of recordRefund.
func (in *IncomingRefund) normalize(now time.Time, c money.Currency) error {
	var bad fault.List
	fromShop := !in.Source.trusted()
	in.ExternalID = text(&bad, "externalId", strings.TrimSpace(in.ExternalID), idMax, true, false)
	in.Reason = text(&bad, "reason", strings.TrimSpace(in.Reason), reasonMax, false, fromShop)
	if in.RefundedAt.IsZero() {
		in.RefundedAt = now
	}
	in.OrderExternalID = text(&bad, "orderExternalId", in.OrderExternalID, idMax, false, fromShop)
	in.RefundedAt = in.RefundedAt.UTC().Truncate(time.Microsecond)
	if !fromShop && in.RefundedAt.After(now.Add(clockSkew)) {
		bad.Add(fault.At("refundedAt", "OUT_OF_RANGE", "A refund is not made in the future."))
	}
	amount(&bad, "amount", &in.Amount, c)
	if in.Unlined != nil {
		amount(&bad, "amount", in.Unlined, c)
	}
	if len(in.Lines) > linesOfShopMax || !fromShop && len(in.Lines) > linesMax {
		bad.Add(fault.At("lines", "TOO_LONG", "At most %d lines.", linesMax))
		return bad.Err()
	}
	for i := range in.Lines {
		l := &in.Lines[i]
		l.ExternalID = text(&bad, at("lines", i, "externalId"), l.ExternalID, idMax, true, fromShop)
		if l.Quantity < 0 || l.Quantity > quantityMax {
			bad.Add(fault.At(at("lines", i, "quantity"), "OUT_OF_RANGE", "Between 0 and %d units come back.", quantityMax))
		}
		amount(&bad, at("lines", i, "net"), &l.Net, c)
	}
	return bad.Err()
}

// amount checks one amount and gives it the order's currency when it has none.
func amount(bad *fault.List, field string, m *money.Money, c money.Currency) {
	if m.Currency == "" {
		m.Currency = c
	}
	switch {
	case m.Currency != c:
		bad.Add(fault.At(field, "INVALID", "Every amount of an order is in %s.", c))
	case m.Minor < 0 || m.Minor > money.MaxParsedMinor:
		bad.Add(fault.At(field, "OUT_OF_RANGE", "An amount is not negative, and not larger than %s.", money.New(money.MaxParsedMinor, c)))
		m.Minor = 0
	}
}

// text checks a text of at most max bytes; a shop's is cut instead of refused.
func text(bad *fault.List, field, s string, max int, required, cut bool) string {
	s = clean(s)
	switch {
	case s == "" && required:
		bad.Add(fault.At(field, "REQUIRED", "Fill this in."))
	case len(s) > max && cut:
		s = s[:max]
		for !utf8.ValidString(s) {
			s = s[:len(s)-1]
		}
	case len(s) > max:
		bad.Add(fault.At(field, "TOO_LONG", "This takes at most %d bytes; letters outside ASCII take several.", max))
	}
	return s
}

// clean takes out what PostgreSQL keeps in no text.
func clean(s string) string { return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "") }

func at(path ...any) string {
	parts := make([]string, len(path))
	for i, p := range path {
		parts[i] = fmt.Sprint(p)
	}
	return strings.Join(parts, ".")
}
