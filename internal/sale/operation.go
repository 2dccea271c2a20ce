package sale

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
)

// idempotencyKeyMax bounds the key of a repeat, in bytes. The id of an order or refund in the shop already makes a repeat change
// nothing, so the key is only checked.
const idempotencyKeyMax = 200

// OrderLineInput is one line of an order that an app or a person records.
type OrderLineInput struct {
	ExternalID  string
	Kind        order.LineKind
	Name        string
	ProductID   string
	Collections []string
	Quantity    *int // one when left out
	Net         string
}

// RecordOrderInput is an order that an app or a person records. Amounts are decimals in the currency.
type RecordOrderInput struct {
	Brand                          id.ID
	Store                          string // the host of the brand's website when left out
	ExternalID, Name               string
	PlacedAt                       time.Time
	Payment                        order.Payment
	Currency                       money.Currency
	Total, Tax, Shipping, Discount *string
	Lines                          []OrderLineInput
	Codes                          []string
	Click                          *id.ID
	CheckoutToken                  string
	CustomerEmail, CustomerID      string
	NewCustomer                    *bool
	Test                           bool
	IdempotencyKey                 string
}

// Recorded is what recording came to.
type Recorded struct {
	Order order.Order
	// Duplicate tells that it was known already and nothing changed.
	Duplicate bool
}

// RecordOrder records an order and all that follows from it in one transaction; the same order again changes nothing, a changed
// one moves its commissions. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; REQUIRED, TOO_LONG, OUT_OF_RANGE, BAD_FORMAT, INVALID,
// TAKEN with the field; NO_POLICY when the brand has not said how credit is divided.
func (s *Service) RecordOrder(ctx context.Context, in RecordOrderInput) (Recorded, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Recorded{}, err
	}
	brand, err := id.Want(in.Brand, id.Brand, "brand")
	if err != nil {
		return Recorded{}, err
	}
	if err := access.Brand(v, access.WriteOrders, brand); err != nil {
		return Recorded{}, err
	}
	told, err := in.incoming(brand)
	if err != nil {
		return Recorded{}, err
	}
	if told.Store == "" {
		if told.Store, err = s.storeOf(ctx, brand); err != nil {
			return Recorded{}, err
		}
	}
	if told.Click != uuid.Nil {
		s.awaitClicks(ctx)
	}
	var out Recorded
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		o, change, err := s.recordTx(ctx, tx, told)
		out = Recorded{Order: o, Duplicate: change == order.Duplicate || change == order.Joined}
		return err
	})
	if errors.Is(err, errNoPolicy) {
		return Recorded{}, fault.New(fault.Conflict, "NO_POLICY", "The brand has not published how credit is divided.").With(err)
	}
	if err == nil {
		s.orders.Tell(brand)
	}
	return out, err
}

// storeOf is the host of a brand's website.
func (s *Service) storeOf(ctx context.Context, brand uuid.UUID) (string, error) {
	row, err := s.db.Ent.Brand.Get(ctx, brand)
	if err != nil {
		return "", database.OnMissing(err, "brand")
	}
	u, err := url.Parse(row.WebsiteURL)
	if err != nil {
		return "", fmt.Errorf("website of a brand: %w", err)
	}
	return u.Hostname(), nil
}

// incoming reads the amounts; everything else is checked where orders are kept.
func (in RecordOrderInput) incoming(brand uuid.UUID) (order.Incoming, error) {
	var wrong fault.List
	if !in.Currency.Valid() {
		return order.Incoming{}, fault.List{fault.At("currencyCode", "INVALID", "This is no currency.")}
	}
	field.Line(&wrong, "idempotencyKey", in.IdempotencyKey, 0, idempotencyKeyMax)
	out := order.Incoming{
		Brand: brand, Source: order.SourceApi, Store: in.Store, ExternalID: in.ExternalID, Name: in.Name, PlacedAt: in.PlacedAt,
		Payment: in.Payment, Test: in.Test, Currency: in.Currency, Codes: in.Codes, CustomerEmail: in.CustomerEmail,
		CustomerExternalID: in.CustomerID, NewCustomer: in.NewCustomer, CheckoutToken: in.CheckoutToken,
		Tax: optional(&wrong, "tax", in.Tax, in.Currency), Shipping: optional(&wrong, "shipping", in.Shipping, in.Currency),
		Discount: optional(&wrong, "discount", in.Discount, in.Currency),
	}
	if in.Total != nil {
		total := optional(&wrong, "total", in.Total, in.Currency)
		out.Total = &total
	}
	if in.Click != nil {
		// A tid of another kind ties nobody to the order; the shop only passes on what was in the address.
		if u, err := id.Want(*in.Click, id.Click, "click"); err == nil {
			out.Click = u
		}
	}
	for i, l := range in.Lines {
		quantity := 1
		if l.Quantity != nil {
			quantity = *l.Quantity
		}
		out.Lines = append(out.Lines, order.IncomingLine{ExternalID: l.ExternalID, Kind: l.Kind, Name: l.Name, ProductID: l.ProductID,
			Collections: l.Collections, Quantity: quantity, Net: amount(&wrong, "lines."+strconv.Itoa(i)+".net", l.Net, in.Currency)})
	}
	return out, wrong.Err()
}

func optional(wrong *fault.List, path string, text *string, c money.Currency) money.Money {
	if text == nil {
		return money.Zero(c)
	}
	return amount(wrong, path, *text, c)
}

// amount reads a decimal.
func amount(wrong *fault.List, path, text string, c money.Currency) money.Money {
	m, err := money.ParseDecimal(text, c)
	switch {
	case errors.Is(err, money.ErrTooPrecise):
		wrong.Add(fault.At(path, "BAD_FORMAT", "An amount in %s has at most %d decimals.", c, c.Exponent()))
	case errors.Is(err, money.ErrOverflow):
		wrong.Add(fault.At(path, "OUT_OF_RANGE", "This amount is too large."))
	case err != nil:
		wrong.Add(fault.At(path, "BAD_FORMAT", "Write an amount like 12.34."))
	}
	return m
}

// RefundLineInput is what came back of one line.
type RefundLineInput struct {
	ExternalID string
	Quantity   int
	Net        string
}

// RecordRefundInput is money given back that an app or a person records.
type RecordRefundInput struct {
	Order          id.ID
	ExternalID     string
	Amount         string
	Currency       money.Currency
	Lines          []RefundLineInput
	Reason         string
	RefundedAt     *time.Time
	IdempotencyKey string
}

// RecordRefund records money given back and lowers the commissions of the order; the same refund again changes nothing. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; REQUIRED, TOO_LONG, OUT_OF_RANGE (more than is left), BAD_FORMAT, INVALID, CONFLICT (the
// same id with another amount) with the field; WRONG_STATE of an order that is not paid.
func (s *Service) RecordRefund(ctx context.Context, in RecordRefundInput) (Recorded, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return Recorded{}, err
	}
	o, err := s.orders.Writable(ctx, in.Order)
	if err != nil {
		return Recorded{}, err
	}
	var wrong fault.List
	if !in.Currency.Valid() {
		return Recorded{}, fault.List{fault.At("amount.currencyCode", "INVALID", "This is no currency.")}
	}
	field.Line(&wrong, "idempotencyKey", in.IdempotencyKey, 0, idempotencyKeyMax)
	told := order.IncomingRefund{Order: o.ID.UUID, Brand: o.BrandID.UUID, Source: order.SourceApi, Store: o.Store, ExternalID: in.ExternalID,
		Amount: amount(&wrong, "amount.amount", in.Amount, in.Currency), Reason: in.Reason}
	if in.RefundedAt != nil {
		told.RefundedAt = *in.RefundedAt
	}
	for i, l := range in.Lines {
		told.Lines = append(told.Lines, order.IncomingRefundLine{ExternalID: l.ExternalID, Quantity: l.Quantity,
			Net: amount(&wrong, "lines."+strconv.Itoa(i)+".net", l.Net, in.Currency)})
	}
	if err := wrong.Err(); err != nil {
		return Recorded{}, err
	}
	var out Recorded
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		o, change, err := s.refundTx(ctx, tx, told)
		out = Recorded{Order: o, Duplicate: change == order.Duplicate}
		return err
	})
	return out, err
}

// Import records an order of any source with exact amounts, for the demo and for tools beside the API. Faults as RecordOrder.
func (s *Service) Import(ctx context.Context, in order.Incoming) (Recorded, error) {
	if err := access.Brand(viewer.From(ctx), access.WriteOrders, in.Brand); err != nil {
		return Recorded{}, err
	}
	if in.Click != uuid.Nil {
		s.awaitClicks(ctx)
	}
	var out Recorded
	err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		o, change, err := s.recordTx(ctx, tx, in)
		out = Recorded{Order: o, Duplicate: change == order.Duplicate || change == order.Joined}
		return err
	})
	return out, err
}

// ImportRefund records a refund of any source with exact amounts, as Import does an order. Faults as RecordRefund.
func (s *Service) ImportRefund(ctx context.Context, in order.IncomingRefund) (Recorded, error) {
	if err := access.Brand(viewer.From(ctx), access.WriteOrders, in.Brand); err != nil {
		return Recorded{}, err
	}
	var out Recorded
	err := s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		o, change, err := s.refundTx(ctx, tx, in)
		out = Recorded{Order: o, Duplicate: change == order.Duplicate}
		return err
	})
	return out, err
}
