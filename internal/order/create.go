package order

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
)

// NewOrder is an order that was recorded for the first time, with its lines as they stand.
type NewOrder struct {
	Order Order
	Lines []Line
}

// Place says how news about an order may be recorded among others.
type Place int

// The places. Alone is what something is wrong with and what is of interest for known orders only. After is what another one before it in the list has to be recorded first for: it is about the same order, or
// has the same customer, whose first order changes what the second is.
const (
	Alone Place = iota
	Together
	After
)

// Apart says which of the news may be recorded together as new orders.
func (s *Service) Apart(news []Incoming) []Place {
	out := make([]Place, len(news))
	taken := map[string]bool{}
	for i := range news {
		in := news[i]
		in.Codes, in.Lines = slices.Clone(in.Codes), slices.Clone(in.Lines)
		if in.OnlyKnown || in.normalize(s.Clock.Now()) != nil {
			continue
		}
		names := in.locks()
		if hash := s.HashEmail(in.Brand, in.CustomerEmail); hash != nil {
			names = append(names, "hash:"+in.Brand.String()+string(hash))
		}
		if in.CustomerExternalID != "" {
			names = append(names, "customer:"+in.Brand.String()+in.Store+"\x1f"+in.CustomerExternalID)
		}
		out[i] = Together
		if slices.ContainsFunc(names, func(n string) bool { return taken[n] }) {
			out[i] = After
		}
		for _, n := range names {
			taken[n] = true
		}
	}
	return out
}

// LockAllTx locks the places of orders until the transaction ends, as FindTx does for one, and tells which of them are known. It is for
// news that Apart lets be recorded together.
func (s *Service) LockAllTx(ctx context.Context, tx database.Tx, news []Incoming) (known []bool, err error) {
	known = make([]bool, len(news))
	if len(news) == 0 {
		return known, nil
	}
	var places []string
	normal := slices.Clone(news)
	for i := range normal {
		if err := normal[i].normalize(s.Clock.Now()); err != nil {
			return nil, err
		}
		places = append(places, normal[i].locks()...)
	}
	if err := database.AdvisoryLocksTx(ctx, tx, places); err != nil {
		return nil, fmt.Errorf("find orders: %w", err)
	}
	found, err := sameSalesTx(ctx, tx, normal)
	for i := range found {
		known[i] = found[i] != uuid.Nil
	}
	return known, err
}

var (
	insertOrders = database.InsertInto("order", "id uuid", "created_at timestamptz", "updated_at timestamptz", "brand_id uuid", "integration_id uuid", "source text",
		"store text", "external_id text", "name text", "placed_at timestamptz", "paid_at timestamptz", "payment text", "test boolean", "currency text",
		"total_minor bigint", "discount_minor bigint", "tax_minor bigint", "shipping_minor bigint", "net_minor bigint", "refunded_minor bigint",
		"refunded_net_minor bigint", "customer_hash bytea", "network_hash bytea", "customer_external_id text", "new_customer boolean", "new_customer_assumed boolean", "codes jsonb",
		"click_id uuid", "checkout_token text", "payment_intent text", "flags jsonb", "version bigint")
	insertLines = database.InsertInto("order_line", "id uuid", "created_at timestamptz", "order_id uuid", "external_id text", "position bigint", "kind text",
		"name text", "product_id text", "collections jsonb", "quantity bigint", "currency text", "net_minor bigint", "refunded_quantity bigint",
		"refunded_net_minor bigint")
	insertVersions = database.InsertInto("order_version", "order_id uuid", "version bigint", "brand_id uuid", "cause text", "snapshot jsonb", "delivery_id uuid",
		"recorded_at timestamptz")
)

// CreateTx records orders that are new, in the caller's transaction and in as many statements for many as for one. Their places are
// locked by FindTx or LockAllTx, which knew none of them; no two have the same customer. The caller has checked access. Faults, all with
// fields of recordOrder: REQUIRED, TOO_LONG, OUT_OF_RANGE, INVALID, TAKEN.
func (s *Service) CreateTx(ctx context.Context, tx database.Tx, news []Incoming) ([]NewOrder, error) {
	now := s.Clock.Now()
	rows := make([]*gen.Order, len(news))
	for i := range news {
		if err := news[i].normalize(now); err != nil {
			return nil, err
		}
		rows[i] = s.rowOf(ctx, news[i], now)
	}
	if err := assumeCustomersTx(ctx, tx, news, rows); err != nil {
		return nil, err
	}
	orders, lines, versions := insertOrders.Rows(), insertLines.Rows(), insertVersions.Rows()
	out := make([]NewOrder, len(news))
	for i, o := range rows {
		in := news[i]
		codes, err := json.Marshal(o.Codes)
		if err != nil {
			return nil, fmt.Errorf("record order: %w", err)
		}
		var hash, network []byte
		if o.CustomerHash != nil {
			hash = *o.CustomerHash
		}
		if o.NetworkHash != nil {
			network = *o.NetworkHash
		}
		orders.Add(o.ID, now, now, o.BrandID, o.IntegrationID, o.Source, o.Store, o.ExternalID, o.Name, o.PlacedAt, o.PaidAt, o.Payment, o.Test, o.Currency,
			o.TotalMinor, o.DiscountMinor, o.TaxMinor, o.ShippingMinor, o.NetMinor, 0, 0, hash, network, o.CustomerExternalID, o.NewCustomer, o.NewCustomerAssumed,
			json.RawMessage(codes), o.ClickID, o.CheckoutToken, o.PaymentIntent, "[]", o.Version)
		out[i].Order = orderOf(o)
		for place, l := range in.Lines {
			line := lineRow(o, place, l, now)
			if err := addLine(lines, line); err != nil {
				return nil, err
			}
			out[i].Lines = append(out[i].Lines, lineOf(line))
		}
		snapshot, err := marshal(in)
		if err != nil {
			return nil, fmt.Errorf("version of an order: %w", err)
		}
		versions.Add(o.ID, o.Version, o.BrandID, string(Created), snapshot, uuid.NullUUID{UUID: in.Delivery, Valid: in.Delivery != uuid.Nil}, now)
	}
	for _, rows := range []*database.Rows{orders, lines, versions} {
		if err := rows.ExecTx(ctx, tx); err != nil {
			return nil, fmt.Errorf("record order: %w", err)
		}
	}
	return out, nil
}

// rowOf is the row of a new order; whether its customer is new is still to be said.
func (s *Service) rowOf(ctx context.Context, in Incoming, now time.Time) *gen.Order {
	o := &gen.Order{ID: in.ID, CreatedAt: now, UpdatedAt: now, BrandID: in.Brand, IntegrationID: maybeID(in.Integration), Source: string(in.Source), Store: in.Store,
		ExternalID: in.ExternalID, Name: in.Name, PlacedAt: in.PlacedAt, Payment: string(in.Payment), Test: in.Test, Currency: string(in.Currency),
		TotalMinor: in.Total.Minor, DiscountMinor: in.Discount.Minor, TaxMinor: in.Tax.Minor, ShippingMinor: in.Shipping.Minor, NetMinor: net(in.Lines),
		CustomerExternalID: maybeText(in.CustomerExternalID), Codes: in.Codes, ClickID: maybeID(in.Click), CheckoutToken: maybeText(in.CheckoutToken),
		PaymentIntent: maybeText(in.PaymentIntent), Flags: []string{}, Version: 1}
	if o.ID == uuid.Nil {
		o.ID = id.NewUUID(now)
	}
	if hash := s.HashEmail(in.Brand, in.CustomerEmail); hash != nil {
		o.CustomerHash = &hash
	}
	// Networks of different days have different salts, so that only what is of this day can be compared.
	if s.NetworkHash != nil && in.Network.IsValid() && clock.DateOf(in.PlacedAt) == clock.DateOf(now) {
		if network := s.NetworkHash(ctx, in.Network); len(bytes.Trim(network, "\x00")) > 0 {
			o.NetworkHash = &network
		}
	}
	switch {
	case in.PaidAt != nil:
		at := in.PaidAt.UTC().Round(time.Microsecond) // as it is stored
		o.PaidAt = &at
	case in.Payment == PaymentPaid:
		o.PaidAt = &in.PlacedAt
	}
	return o
}

func maybeID(u uuid.UUID) *uuid.UUID {
	if u == uuid.Nil {
		return nil
	}
	return &u
}

func maybeText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func lineRow(o *gen.Order, place int, l IncomingLine, now time.Time) *gen.OrderLine {
	return &gen.OrderLine{ID: id.NewUUID(now), CreatedAt: now, OrderID: o.ID, ExternalID: l.ExternalID, Position: place, Kind: string(l.Kind), Name: l.Name,
		ProductID: maybeText(l.ProductID), Collections: l.Collections, Quantity: l.Quantity, Currency: o.Currency, NetMinor: l.Net.Minor}
}

func addLine(to *database.Rows, l *gen.OrderLine) error {
	collections, err := json.Marshal(l.Collections)
	if err != nil {
		return fmt.Errorf("collections of a line: %w", err)
	}
	to.Add(l.ID, l.CreatedAt, l.OrderID, l.ExternalID, l.Position, l.Kind, l.Name, l.ProductID, json.RawMessage(collections), l.Quantity, l.Currency, l.NetMinor, 0, 0)
	return nil
}

// assumeCustomersTx says of each order whether it is its customer's first: by the shop's word, else by our own history, where silence
// only lets it be assumed.
func assumeCustomersTx(ctx context.Context, tx database.Tx, news []Incoming, rows []*gen.Order) error {
	var brands, hashes, stores, externals, placed database.Column
	var asked []*gen.Order
	for i, o := range rows {
		switch {
		case news[i].NewCustomer != nil:
			o.NewCustomer = *news[i].NewCustomer
			continue
		case o.CustomerHash == nil && o.CustomerExternalID == nil:
			o.NewCustomer, o.NewCustomerAssumed = true, true
			continue
		}
		asked = append(asked, o)
		o.NewCustomer, o.NewCustomerAssumed = true, true
		brands.UUID(o.BrandID)
		if o.CustomerHash == nil {
			hashes.Null()
		} else {
			hashes.Hex(*o.CustomerHash)
		}
		stores.Text(o.Store)
		externals.Text(news[i].CustomerExternalID)
		placed.Time(o.PlacedAt)
	}
	if len(asked) == 0 {
		return nil
	}
	found, err := tx.SQL.QueryContext(ctx, `
		SELECT u.n FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) WITH ORDINALITY AS u (brand, hash, store, external, placed, n)
		CROSS JOIN LATERAL (
			SELECT FROM "order" o WHERE o.brand_id = u.brand AND o.customer_hash = decode(u.hash, 'hex') AND o.placed_at < u.placed
			UNION ALL
			SELECT FROM "order" o WHERE u.external <> '' AND o.brand_id = u.brand AND o.store = u.store AND o.customer_external_id = u.external
				AND o.placed_at < u.placed
			LIMIT 1) AS earlier`,
		&brands, &hashes, &stores, &externals, &placed)
	if err != nil {
		return fmt.Errorf("earlier orders of customers: %w", err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		var n int
		if err := found.Scan(&n); err != nil {
			return fmt.Errorf("earlier orders of customers: %w", err)
		}
		asked[n-1].NewCustomer, asked[n-1].NewCustomerAssumed = false, false
	}
	return found.Err()
}
