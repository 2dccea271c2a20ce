// Package order keeps purchases as shops tell them: the present state, each version that was recorded, lines and refunds. What a
// shop tells is translated by the pure packages below it into Incoming and IncomingRefund; the package sale records those
// together with attribution and commission in one transaction.
package order

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Order is a purchase at a brand's shop. Creators see it without the customer.
type Order struct {
	ID                 id.ID       // id, prefix ord.
	Name               string      // number as the shop shows it.
	ExternalID         *string     // id in the shop; null for creators.
	Store              string      // the shop.
	Source             Source      // where it was told from.
	BrandID            id.ID       // the brand.
	PlacedAt           time.Time   // when it was placed, by the shop's clock.
	PaidAt             *time.Time  // when it was paid.
	Payment            Payment     // payment state.
	Test               bool        // whether it is a test, which never earns.
	Total              money.Money // what the customer paid, with tax and shipping.
	Net                money.Money // what may earn: goods after discounts, without tax and shipping.
	Refunded           money.Money // what was given back of the total.
	RefundedNet        money.Money // what was given back of the net.
	NewCustomer        bool        // whether it is the customer's first order.
	NewCustomerAssumed bool        // whether that is only assumed, because no older history is known.
	Codes              []string    // codes used. At most 20.
	Flags              []string    // things a person should look at, for example OVER_REFUNDED. At most 10.
	Version            int         // number of the recorded state, from 1.

	ClickID            uuid.UUID // the tid that the shop sent along; zero for none. Not for people.
	NetworkHash        []byte    // hash of the buyer's network, by the salt of the order's day; empty when unknown. Not for people.
	CustomerHash       []byte    // keyed hash of the customer's address; empty when unknown. Not for people.
	CustomerExternalID string    // the customer's id in the shop; empty when unknown. Not for people.
	CheckoutToken      string    // of the checkout that it came from; empty when unknown. Not for people.
}

// IsNode marks Order as refetchable by id.
func (Order) IsNode() {}

// Paid reports whether commission may be earned: the money is there, or was and part of it is.
func (o Order) Paid() bool { return o.Payment == PaymentPaid || o.Payment == PaymentPartlyRefunded }

// Line is one line of an order.
type Line struct {
	ID          id.ID       // id, prefix oli.
	ExternalID  string      // id in the shop, or its place.
	Kind        LineKind    // sort.
	Name        string      // name of the goods.
	ProductID   *string     // id of the product in the shop.
	Collections []string    // collections that the product is in. At most 20.
	Quantity    int         // how many.
	Net         money.Money // amount after discounts, without tax.
	RefundedNet money.Money // given back of it.
	RefundedQty int         // how many came back.
}

// Refund is money given back to a customer.
type Refund struct {
	ID         id.ID       // id, prefix ref.
	ExternalID string      // id in the shop.
	Amount     money.Money // what the customer got back, with tax and shipping.
	Net        money.Money // part of it that had earned.
	Reason     string      // what the shop said.
	RefundedAt time.Time   // when.
}

// Chargeback is a payment that the customer's bank asks back.
type Chargeback struct {
	ID         id.ID           // id, prefix cbk.
	ExternalID string          // id at whom tells it.
	Amount     money.Money     // what the bank asks for.
	Stage      ChargebackStage // how far it has come.
	Reason     string          // what the bank said.
	OpenedAt   time.Time       // when it began.
	DecidedAt  *time.Time      // when it was decided; null before.
}

func orderOf(r *gen.Order) Order {
	c := money.Currency(r.Currency)
	o := Order{
		ID: id.Of(id.Order, r.ID), Name: r.Name, ExternalID: &r.ExternalID, Store: r.Store, Source: Source(r.Source),
		BrandID: id.Of(id.Brand, r.BrandID), PlacedAt: r.PlacedAt.UTC(), PaidAt: r.PaidAt, Payment: Payment(r.Payment), Test: r.Test,
		Total: money.New(r.TotalMinor, c), Net: money.New(r.NetMinor, c), Refunded: money.New(r.RefundedMinor, c),
		RefundedNet: money.New(r.RefundedNetMinor, c), NewCustomer: r.NewCustomer, NewCustomerAssumed: r.NewCustomerAssumed,
		Codes: r.Codes, Flags: r.Flags, Version: r.Version,
	}
	if r.ClickID != nil {
		o.ClickID = *r.ClickID
	}
	if r.CustomerHash != nil {
		o.CustomerHash = *r.CustomerHash
	}
	if r.NetworkHash != nil {
		o.NetworkHash = *r.NetworkHash
	}
	if r.CustomerExternalID != nil {
		o.CustomerExternalID = *r.CustomerExternalID
	}
	if r.CheckoutToken != nil {
		o.CheckoutToken = *r.CheckoutToken
	}
	return o
}

func lineOf(r *gen.OrderLine) Line {
	c := money.Currency(r.Currency)
	return Line{ID: id.Of(id.OrderLine, r.ID), ExternalID: r.ExternalID, Kind: LineKind(r.Kind), Name: r.Name, ProductID: r.ProductID,
		Collections: r.Collections, Quantity: r.Quantity, Net: money.New(r.NetMinor, c), RefundedNet: money.New(r.RefundedNetMinor, c),
		RefundedQty: r.RefundedQuantity}
}

func refundOf(r *gen.Refund) Refund {
	c := money.Currency(r.Currency)
	return Refund{ID: id.Of(id.Refund, r.ID), ExternalID: r.ExternalID, Amount: money.New(r.AmountMinor, c), Net: money.New(r.NetMinor, c),
		Reason: r.Reason, RefundedAt: r.RefundedAt.UTC()}
}

func chargebackOf(r *gen.Chargeback) Chargeback {
	return Chargeback{ID: id.Of(id.Chargeback, r.ID), ExternalID: r.ExternalID, Amount: money.New(r.AmountMinor, money.Currency(r.Currency)),
		Stage: ChargebackStage(r.Stage), Reason: r.Reason, OpenedAt: r.OpenedAt.UTC(), DecidedAt: r.DecidedAt}
}

// redacted is the order as a creator sees it.
func (o Order) redacted() Order {
	o.ExternalID, o.ClickID, o.CustomerHash, o.CustomerExternalID, o.CheckoutToken, o.NetworkHash = nil, uuid.Nil, nil, "", "", nil
	return o
}

func marshal(v any) (json.RawMessage, error) { return json.Marshal(v) }
