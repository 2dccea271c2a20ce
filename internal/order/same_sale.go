package order

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entorder "tributary/ent/gen/order"
	"tributary/ent/gen/orderalias"
	"tributary/ent/gen/orderline"
	entrefund "tributary/ent/gen/refund"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// sameSaleWithin is how far apart two sources may date one sale that they name by the same payment intent.
const sameSaleWithin = 7 * 24 * time.Hour

// sameNumberWithin is how far apart two sources may date one sale of a shop that they call by the same number and the same total.
const sameNumberWithin = time.Hour

// tellsRefunds reports whether a source is the shop itself: it tells all refunds of its orders, so that what others say of them would
// count twice, and its word on an order goes before that of others.
func (s Source) tellsRefunds() bool { return s == SourceShopify || s == SourceWoocommerce }

// hearsay reports whether a source tells of a shop's sales without being the shop: it may have ids of its own for them, but it knows
// the shop's numbers.
func (s Source) hearsay() bool {
	return s == SourceCsv || s == SourcePostback || s == SourceCheckout
}

// locks names the places that the news may take. The same sale may come from two sources at once; whoever names a checkout, a payment or
// a number waits for the other.
func (in Incoming) locks() []string {
	out := []string{"order:" + in.Brand.String() + in.Store + "\x1f" + in.ExternalID}
	if in.CheckoutToken != "" {
		out = append(out, "checkout:"+in.Brand.String()+in.CheckoutToken)
	}
	if in.PaymentIntent != "" {
		out = append(out, "payment:"+in.Brand.String()+in.PaymentIntent)
	}
	if in.Source.hearsay() || in.Source.tellsRefunds() {
		out = append(out, "number:"+in.Brand.String()+in.Store+"\x1f"+bareNumber(in.Name))
	}
	return out
}

// bareNumber is an order's number without the sign that Shopify puts before it.
func bareNumber(name string) string { return strings.TrimPrefix(name, "#") }

// sameSalesTx gives the order that each of the news is about, by the teller's id, else by an id that it was told with before, else by
// checkout token, payment intent or number; zero where none is known. The news is normalized and its places are locked.
func sameSalesTx(ctx context.Context, tx database.Tx, news []Incoming) ([]uuid.UUID, error) {
	var brands, stores, externals, checkouts, intents, numbers, sources, hearsay, shops, currencies, totals, placed database.Column
	for _, in := range news {
		brands.UUID(in.Brand)
		stores.Text(in.Store)
		externals.Text(in.ExternalID)
		checkouts.Text(in.CheckoutToken)
		intents.Text(in.PaymentIntent)
		numbers.Text(bareNumber(in.Name))
		sources.Text(string(in.Source))
		hearsay.Bool(in.Source.hearsay())
		shops.Bool(in.Source.tellsRefunds())
		currencies.Text(string(in.Currency))
		totals.Int(in.Total.Minor)
		placed.Time(in.PlacedAt)
	}
	// A look each of its own, by an index: LIMIT keeps the planner from joining with the whole table, which is small only while it is new.
	rows, err := tx.SQL.QueryContext(ctx, `
		SELECT u.n, known.id FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::boolean[], $9::boolean[],
			$10::text[], $11::bigint[], $12::timestamptz[]) WITH ORDINALITY
			AS u (brand, store, external, checkout, intent, number, source, hearsay, shop, currency, total, placed, n)
		CROSS JOIN LATERAL (
			SELECT 1 AS way, o.id FROM "order" o WHERE o.brand_id = u.brand AND o.store = u.store AND o.external_id = u.external
			UNION ALL
			SELECT 2, a.order_id FROM order_alias a WHERE a.brand_id = u.brand AND a.store = u.store AND a.external_id = u.external
			UNION ALL
			SELECT 3, o.id FROM "order" o WHERE u.checkout <> '' AND o.brand_id = u.brand AND o.checkout_token = u.checkout AND o.source <> u.source
			UNION ALL
			SELECT 4, o.id FROM "order" o WHERE u.intent <> '' AND o.brand_id = u.brand AND o.payment_intent = u.intent AND o.source <> u.source
				AND o.placed_at BETWEEN u.placed - $13 * interval '1 second' AND u.placed + $13 * interval '1 second'
			UNION ALL
			SELECT 5, o.id FROM "order" o WHERE (u.hearsay OR u.shop) AND o.brand_id = u.brand AND o.store = u.store
				AND o.name IN (u.number, '#' || u.number) AND o.source <> u.source AND (u.hearsay OR o.source IN ('CSV', 'POSTBACK', 'CHECKOUT'))
				AND o.currency = u.currency AND o.total_minor = u.total
				AND o.placed_at BETWEEN u.placed - $14 * interval '1 second' AND u.placed + $14 * interval '1 second'
			ORDER BY way, id LIMIT 1) AS known`,
		&brands, &stores, &externals, &checkouts, &intents, &numbers, &sources, &hearsay, &shops, &currencies, &totals, &placed,
		sameSaleWithin.Seconds(), sameNumberWithin.Seconds())
	if err != nil {
		return nil, fmt.Errorf("find orders: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := make([]uuid.UUID, len(news))
	for rows.Next() {
		var n int
		var of uuid.UUID
		if err := rows.Scan(&n, &of); err != nil {
			return nil, fmt.Errorf("find orders: %w", err)
		}
		out[n-1] = of
	}
	return out, rows.Err()
}

// ofOwnID reports whether the news calls the order by the id that the order has.
func (in Incoming) ofOwnID(row *gen.Order) bool {
	return row.Store == in.Store && row.ExternalID == in.ExternalID
}

// takesOver reports whether the order becomes the shop's that tells it, because only others have told it so far.
func (in Incoming) takesOver(row *gen.Order) bool {
	return in.Source.tellsRefunds() && !Source(row.Source).tellsRefunds() && row.Currency == string(in.Currency)
}

// joins reports whether the news is only evidence beside what is known: it comes from another source than the order's, or from one that
// says less. A table of old orders says less than whoever told the order first, and nobody says more than the shop.
func (in Incoming) joins(row *gen.Order) bool {
	switch {
	case !in.ofOwnID(row):
		return true
	case in.Source == SourceCsv:
		return row.Source != string(SourceCsv)
	}
	return in.Source.hearsay() && Source(row.Source).tellsRefunds()
}

// joinTx keeps what another source told of a known order as evidence: names that tie more news to it, the click that led to it, and
// that it was paid where no shop tells so itself. Amounts and lines stay as they were told first.
func (s *Service) joinTx(ctx context.Context, tx database.Tx, row *gen.Order, in Incoming) (Order, Change, error) {
	payment := Payment(row.Payment)
	if !Source(row.Source).tellsRefunds() && in.Source != SourceCsv {
		payment, _ = told(payment, in.Payment)
	}
	paid := string(payment) != row.Payment
	var kept bool
	err := tx.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM order_version WHERE order_id = $1 AND cause = $2
		AND snapshot->>'source' = $3 AND snapshot->>'externalId' = $4)`, row.ID, string(Joined), string(in.Source), in.ExternalID).Scan(&kept)
	if err != nil {
		return Order{}, "", fmt.Errorf("join order: %w", err)
	}
	if kept && !paid {
		return orderOf(row), Duplicate, nil
	}
	now := s.Clock.Now()
	update := row.Update().Where(entorder.Payment(row.Payment)).SetPayment(string(payment)).SetVersion(row.Version + 1).SetUpdatedAt(now)
	change := Joined
	if paid {
		change = Moved
		if payment == PaymentPaid && row.PaidAt == nil {
			update.SetPaidAt(firstOf(in.PaidAt, now))
		}
	}
	if in.Click != uuid.Nil && row.ClickID == nil {
		update.SetClickID(in.Click)
		change = Edited
	}
	if in.PaymentIntent != "" && row.PaymentIntent == nil {
		update.SetPaymentIntent(in.PaymentIntent)
	}
	if in.CheckoutToken != "" && row.CheckoutToken == nil {
		update.SetCheckoutToken(in.CheckoutToken)
	}
	if err := aliasTx(ctx, tx, row, in.Source, in.Store, in.ExternalID, now); err != nil {
		return Order{}, "", err
	}
	row, err = update.Save(ctx)
	if err != nil {
		return Order{}, "", fmt.Errorf("join order: %w", err)
	}
	return orderOf(row), change, versionTx(ctx, tx, row, Joined, in, in.Delivery, now)
}

// aliasTx keeps another id that an order is called by, unless it is the order's own, so that what comes with that id is tied to it.
func aliasTx(ctx context.Context, tx database.Tx, row *gen.Order, source Source, store, externalID string, now time.Time) error {
	if row.Store == store && row.ExternalID == externalID {
		return nil
	}
	_, err := tx.SQL.ExecContext(ctx, `INSERT INTO order_alias (id, created_at, brand_id, order_id, source, store, external_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (brand_id, store, external_id) DO NOTHING`,
		id.NewUUID(now), now, row.BrandID, row.ID, string(source), store, externalID)
	return wrap("another id of an order", err)
}

// byAliasTx gives the order, locked, that was told with an id beside its own. The error is gen's for a missing row when there is none.
func byAliasTx(ctx context.Context, tx database.Tx, brand uuid.UUID, store, externalID string) (*gen.Order, error) {
	alias, err := tx.Ent.OrderAlias.Query().Where(orderalias.BrandID(brand), orderalias.Store(store), orderalias.ExternalID(externalID)).Only(ctx)
	if err != nil {
		return nil, err
	}
	return tx.Ent.Order.Query().Where(entorder.ID(alias.OrderID)).ForUpdate().Only(ctx)
}

// takeOverTx makes an order the shop's that tells it now: the id that it was told with before stays another name of it, and what was
// given back of lines that the shop does not know comes off those that it does.
func (in Incoming) takeOverTx(ctx context.Context, tx database.Tx, row *gen.Order, update *gen.OrderUpdateOne, before []*gen.OrderLine, now time.Time) error {
	if !in.ofOwnID(row) {
		if _, err := tx.SQL.ExecContext(ctx, `DELETE FROM order_alias WHERE brand_id = $1 AND store = $2 AND external_id = $3`, row.BrandID, in.Store, in.ExternalID); err != nil {
			return fmt.Errorf("another id of an order: %w", err)
		}
		renamed := *row
		renamed.Store, renamed.ExternalID = in.Store, in.ExternalID
		if err := aliasTx(ctx, tx, &renamed, Source(row.Source), row.Store, row.ExternalID, now); err != nil {
			return err
		}
	}
	update.SetSource(string(in.Source)).SetStore(in.Store).SetExternalID(in.ExternalID)
	if in.Integration != uuid.Nil {
		update.SetIntegrationID(in.Integration)
	}
	if in.CustomerExternalID != "" {
		update.SetCustomerExternalID(in.CustomerExternalID)
	}
	return moveRefundsTx(ctx, tx, row, before)
}

// moveRefundsTx takes what was given back of lines that are no longer told off those that are.
func moveRefundsTx(ctx context.Context, tx database.Tx, row *gen.Order, before []*gen.OrderLine) error {
	refunded := false
	for _, l := range before {
		refunded = refunded || l.RefundedNetMinor > 0
	}
	if !refunded {
		return nil
	}
	lines, err := tx.Ent.OrderLine.Query().Where(orderline.OrderID(row.ID)).Order(orderline.ByPosition()).All(ctx)
	if err != nil {
		return fmt.Errorf("refunds of lines that are gone: %w", err)
	}
	moved := money.Zero(money.Currency(row.Currency))
	remaining := make([]rule.Line, len(lines))
	for i, l := range lines {
		gone := max(l.RefundedNetMinor-l.NetMinor, 0)
		if gone > 0 {
			moved.Minor += gone
			if l, err = l.Update().AddRefundedNetMinor(-gone).SetRefundedQuantity(min(l.RefundedQuantity, l.Quantity)).Save(ctx); err != nil {
				return fmt.Errorf("refunds of lines that are gone: %w", err)
			}
			lines[i] = l
		}
		remaining[i] = rule.Line{ID: l.ExternalID, Kind: rule.LineKind(l.Kind), Quantity: int64(l.Quantity), Net: money.New(l.NetMinor-l.RefundedNetMinor, moved.Currency)}
	}
	after, err := rule.SpreadRefund(remaining, moved)
	if err != nil {
		return fmt.Errorf("refunds of lines that are gone: %w", err)
	}
	for i := range after {
		if off := remaining[i].Net.Minor - after[i].Net.Minor; off > 0 {
			if err := lines[i].Update().AddRefundedNetMinor(off).Exec(ctx); err != nil {
				return fmt.Errorf("refunds of lines that are gone: %w", err)
			}
		}
	}
	return nil
}

// confirmTx gives what of a shop's refund is still to be counted. Others may have told it before the shop took the order over: what they
// told is confirmed by what the shop tells, the oldest first, and counts once. known is the refund of the same id, where there is one.
func confirmTx(ctx context.Context, tx database.Tx, row *gen.Order, known *gen.Refund, amount money.Money) (left money.Money, err error) {
	left = amount
	if row.RefundedMinor == 0 {
		return left, nil
	}
	query := tx.Ent.Refund.Query().Where(entrefund.OrderID(row.ID), entrefund.UnconfirmedMinorGT(0))
	if known != nil {
		query.Where(entrefund.ID(known.ID))
	}
	told, err := query.Order(entrefund.ByCreatedAt(), entrefund.ByID()).All(ctx)
	if err != nil {
		return left, fmt.Errorf("refunds that others told: %w", err)
	}
	for _, r := range told {
		part := min(r.UnconfirmedMinor, left.Minor)
		if part == 0 {
			break
		}
		left.Minor -= part
		if err := r.Update().AddUnconfirmedMinor(-part).Exec(ctx); err != nil {
			return left, fmt.Errorf("refunds that others told: %w", err)
		}
	}
	return left, nil
}
