package order

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entorder "tributary/ent/gen/order"
	"tributary/ent/gen/orderline"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
)

// Change says what news did to an order.
type Change string

// The changes. Anything but Duplicate means that attribution and commission have to be looked at again.
const (
	Created   Change = "CREATED"   // The order is new.
	Duplicate Change = "DUPLICATE" // Nothing changed: told again, or older than what is known.
	Joined    Change = "JOINED"    // Another source told a known order; it was kept as evidence and nothing changed.
	Edited    Change = "EDITED"    // Lines, amounts, codes or the customer changed; the payment may have, too.
	Moved     Change = "MOVED"     // Only the payment state changed.
	Refunded  Change = "REFUNDED"  // Money was given back.
	Disputed  Change = "DISPUTED"  // The customer's bank asks for the money, or has decided about it.
	Unknown   Change = "UNKNOWN"   // The order is not known, and the news is of interest for known ones only.
)

// sameSaleWithin is how far apart two sources may date one sale that they name by the same payment intent.
const sameSaleWithin = 7 * 24 * time.Hour

// sameNameWithin is how far apart two sources may date one sale of a shop that they call by the same number and the same total.
const sameNameWithin = time.Hour

// FindTx locks the place of an order until the transaction ends and tells whether the order that the news is about is known, and its id.
// The order's row is locked too. The caller has checked access. Faults as CreateTx.
func (s *Service) FindTx(ctx context.Context, tx database.Tx, in Incoming) (order uuid.UUID, known bool, err error) {
	if err := in.normalize(s.Clock.Now()); err != nil {
		return uuid.Nil, false, err
	}
	row, _, err := s.lockTx(ctx, tx, in)
	if err != nil || row == nil {
		return uuid.Nil, false, err
	}
	return row.ID, true, nil
}

// lockTx finds the order of the news, by the shop's id or, told by another source, by checkout token or payment intent.
func (s *Service) lockTx(ctx context.Context, tx database.Tx, in Incoming) (row *gen.Order, joined bool, err error) {
	if err := database.AdvisoryLocksTx(ctx, tx, in.locks()); err != nil {
		return nil, false, fmt.Errorf("find order: %w", err)
	}
	query := tx.Ent.Order.Query().Where(entorder.BrandID(in.Brand))
	row, err = query.Clone().Where(entorder.Store(in.Store), entorder.ExternalID(in.ExternalID)).ForUpdate().Only(ctx)
	if err == nil || !database.IsMissing(err) {
		// A table of old orders says less than whoever told the order first; it never takes anything back.
		return row, err == nil && in.Source == SourceCsv && row.Source != string(SourceCsv), wrap("find order", err)
	}
	if in.CheckoutToken != "" {
		row, err = query.Clone().Where(entorder.CheckoutToken(in.CheckoutToken), entorder.SourceNEQ(string(in.Source))).
			Order(entorder.ByCreatedAt()).ForUpdate().First(ctx)
		if err == nil || !database.IsMissing(err) {
			return row, true, wrap("find order", err)
		}
	}
	if in.PaymentIntent != "" {
		row, err = query.Clone().Where(entorder.PaymentIntent(in.PaymentIntent), entorder.SourceNEQ(string(in.Source)),
			entorder.PlacedAtGTE(in.PlacedAt.Add(-sameSaleWithin)), entorder.PlacedAtLTE(in.PlacedAt.Add(sameSaleWithin))).
			Order(entorder.ByCreatedAt()).ForUpdate().First(ctx)
		if err == nil || !database.IsMissing(err) {
			return row, true, wrap("find order", err)
		}
	}
	if in.namesSale() {
		row, err = query.Clone().Where(entorder.Store(in.Store), entorder.NameIn(in.Name, "#"+in.Name, strings.TrimPrefix(in.Name, "#")),
			entorder.SourceNEQ(string(in.Source)), entorder.Currency(string(in.Currency)), entorder.TotalMinor(in.Total.Minor),
			entorder.PlacedAtGTE(in.PlacedAt.Add(-sameNameWithin)), entorder.PlacedAtLTE(in.PlacedAt.Add(sameNameWithin))).
			Order(entorder.ByCreatedAt()).ForUpdate().First(ctx)
		if err == nil || !database.IsMissing(err) {
			return row, true, wrap("find order", err)
		}
	}
	return nil, false, nil
}

// locks names the places that the news may take. The same sale may come from two sources at once; whoever names a checkout waits for the
// other.
func (in Incoming) locks() []string {
	out := []string{"order:" + in.Brand.String() + in.Store + "\x1f" + in.ExternalID}
	if in.CheckoutToken != "" {
		out = append(out, "checkout:"+in.Brand.String()+in.CheckoutToken)
	}
	if in.PaymentIntent != "" {
		out = append(out, "payment:"+in.Brand.String()+in.PaymentIntent)
	}
	return out
}

// namesSale reports whether the news comes from somebody who has another id for orders than the shop, but tells the shop's number.
func (in Incoming) namesSale() bool {
	return in.Name != in.ExternalID && (in.Source == SourceCsv || in.Source == SourcePostback || in.Source == SourceCheckout)
}

// ChangeTx records what changed of an order that FindTx knows, in the caller's transaction. The same again changes nothing; a changed one
// is a new version. The caller has checked access. Faults, all with fields of recordOrder: REQUIRED, TOO_LONG, OUT_OF_RANGE, INVALID,
// TAKEN; NOT_FOUND.
func (s *Service) ChangeTx(ctx context.Context, tx database.Tx, in Incoming) (Order, Change, error) {
	if err := in.normalize(s.Clock.Now()); err != nil {
		return Order{}, "", err
	}
	row, joined, err := s.lockTx(ctx, tx, in)
	switch {
	case err != nil:
		return Order{}, "", err
	case row == nil:
		return Order{}, "", fault.Missing("order")
	case joined:
		return s.joinTx(ctx, tx, row, in)
	}
	return s.updateTx(ctx, tx, row, in)
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
	row, err = update.Save(ctx)
	if err != nil {
		return Order{}, "", fmt.Errorf("join order: %w", err)
	}
	return orderOf(row), change, versionTx(ctx, tx, row, Joined, in, in.Delivery, now)
}

func firstOf(at *time.Time, otherwise time.Time) time.Time {
	if at != nil {
		return *at
	}
	return otherwise
}

func (s *Service) updateTx(ctx context.Context, tx database.Tx, row *gen.Order, in Incoming) (Order, Change, error) {
	if string(in.Currency) != row.Currency {
		return Order{}, "", fault.At("currencyCode", "INVALID", "This order was recorded in %s; an order keeps its currency.", row.Currency)
	}
	stale, err := staleTx(ctx, tx, row.ID, in.ChangedAt)
	if err != nil || stale {
		return orderOf(row), Duplicate, err
	}
	lines, err := tx.Ent.OrderLine.Query().Where(orderline.OrderID(row.ID)).Order(orderline.ByPosition()).All(ctx)
	if err != nil {
		return Order{}, "", fmt.Errorf("record order: %w", err)
	}
	now := s.Clock.Now()
	payment, flag := told(Payment(row.Payment), in.Payment)
	flags := withFlag(row.Flags, flag)
	moved := string(payment) != row.Payment
	hash := s.HashEmail(in.Brand, in.CustomerEmail)

	update := row.Update()
	edited := differs(row, in) || len(flags) != len(row.Flags)
	if hash != nil && (row.CustomerHash == nil || !bytes.Equal(*row.CustomerHash, hash)) {
		update.SetCustomerHash(hash)
		edited = true
	}
	if in.Click != uuid.Nil && row.ClickID == nil {
		update.SetClickID(in.Click)
		edited = true
	}
	if in.CheckoutToken != "" && row.CheckoutToken == nil {
		update.SetCheckoutToken(in.CheckoutToken)
	}
	if in.PaymentIntent != "" && row.PaymentIntent == nil {
		update.SetPaymentIntent(in.PaymentIntent)
	}
	if in.NewCustomer != nil && row.NewCustomerAssumed {
		update.SetNewCustomer(*in.NewCustomer).SetNewCustomerAssumed(false)
		edited = true
	}
	linesChanged, err := syncLinesTx(ctx, tx, row, lines, in.Lines, now)
	if err != nil {
		return Order{}, "", err
	}
	edited = edited || linesChanged
	if !edited && !moved {
		return orderOf(row), Duplicate, nil
	}
	if moved && payment == PaymentPaid && row.PaidAt == nil {
		update.SetPaidAt(firstOf(in.PaidAt, now))
	}
	present := row.Payment
	row, err = update.Where(entorder.Payment(present)).SetName(in.Name).SetPayment(string(payment)).SetTotalMinor(in.Total.Minor).
		SetDiscountMinor(in.Discount.Minor).SetTaxMinor(in.Tax.Minor).SetShippingMinor(in.Shipping.Minor).SetNetMinor(net(in.Lines)).
		SetCodes(in.Codes).SetFlags(flags).SetVersion(row.Version + 1).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return Order{}, "", fmt.Errorf("record order: %w", err)
	}
	change := Edited
	if !edited {
		change = Moved
	}
	return orderOf(row), change, versionTx(ctx, tx, row, change, in, in.Delivery, now)
}

// staleTx reports whether a later change of the order is stored already.
func staleTx(ctx context.Context, tx database.Tx, order uuid.UUID, changedAt time.Time) (stale bool, err error) {
	if changedAt.IsZero() {
		return false, nil
	}
	err = tx.SQL.QueryRowContext(ctx, `SELECT coalesce(max((snapshot->>'changedAt')::timestamptz) > $2, false) FROM order_version
		WHERE order_id = $1 AND cause <> $3`, order, changedAt, string(Joined)).Scan(&stale)
	if err != nil {
		return false, fmt.Errorf("record order: %w", err)
	}
	return stale, nil
}

func differs(row *gen.Order, in Incoming) bool {
	return row.Name != in.Name || row.TotalMinor != in.Total.Minor || row.DiscountMinor != in.Discount.Minor || row.TaxMinor != in.Tax.Minor ||
		row.ShippingMinor != in.Shipping.Minor || !slices.Equal(row.Codes, in.Codes)
}

// syncLinesTx brings the stored lines to what was told. A line that is no longer told stays with nothing in it, because refunds
// may refer to it.
func syncLinesTx(ctx context.Context, tx database.Tx, row *gen.Order, stored []*gen.OrderLine, told []IncomingLine, now time.Time) (changed bool, err error) {
	byID := make(map[string]*gen.OrderLine, len(stored))
	for _, l := range stored {
		byID[l.ExternalID] = l
	}
	next, fresh := len(stored), insertLines.Rows()
	for _, l := range told {
		have, known := byID[l.ExternalID]
		delete(byID, l.ExternalID)
		switch {
		case !known:
			if err := addLine(fresh, lineRow(row, next, l, now)); err != nil {
				return false, err
			}
			next++
		case have.Quantity == l.Quantity && have.NetMinor == l.Net.Minor && have.Name == l.Name && slices.Equal(have.Collections, l.Collections):
			continue
		default:
			if err := have.Update().SetQuantity(l.Quantity).SetNetMinor(l.Net.Minor).SetName(l.Name).SetCollections(l.Collections).Exec(ctx); err != nil {
				return false, fmt.Errorf("record lines: %w", err)
			}
		}
		changed = true
	}
	for _, gone := range stored {
		if byID[gone.ExternalID] == nil || gone.Quantity == 0 && gone.NetMinor == 0 {
			continue
		}
		if err := gone.Update().SetQuantity(0).SetNetMinor(0).Exec(ctx); err != nil {
			return false, fmt.Errorf("record lines: %w", err)
		}
		changed = true
	}
	if err := fresh.ExecTx(ctx, tx); err != nil {
		return false, fmt.Errorf("record lines: %w", err)
	}
	return changed, nil
}

// net is what may earn.
func net(lines []IncomingLine) (sum int64) {
	for _, l := range lines {
		if l.Kind == LineProduct {
			sum += l.Net.Minor
		}
	}
	return sum
}

// MoveTx moves an order's payment state for a cause that no shop's order tells: a chargeback that was lost or won, or an order
// that was never paid. The caller has checked access. Faults: NOT_FOUND, WRONG_STATE.
func (s *Service) MoveTx(ctx context.Context, tx database.Tx, order uuid.UUID, to Payment, cause string) (Order, error) {
	row, err := tx.Ent.Order.Query().Where(entorder.ID(order)).ForUpdate().Only(ctx)
	if err != nil {
		return Order{}, database.OnMissing(err, "order")
	}
	if !MayMove(Payment(row.Payment), to) {
		return Order{}, fault.State("order", row.Payment, string(to))
	}
	now := s.Clock.Now()
	update := row.Update().Where(entorder.Payment(row.Payment)).SetPayment(string(to)).SetVersion(row.Version + 1).SetUpdatedAt(now)
	if to == PaymentPaid && row.PaidAt == nil {
		update.SetPaidAt(now)
	}
	row, err = update.Save(ctx)
	if err != nil {
		return Order{}, fmt.Errorf("move order: %w", err)
	}
	return orderOf(row), versionTx(ctx, tx, row, Moved, map[string]string{"payment": string(to), "cause": cause}, uuid.Nil, now)
}

// versionTx keeps what was told as the version that the row now has.
func versionTx(ctx context.Context, tx database.Tx, row *gen.Order, cause Change, snapshot any, delivery uuid.UUID, now time.Time) error {
	body, err := marshal(snapshot)
	if err != nil {
		return fmt.Errorf("version of an order: %w", err)
	}
	rows := insertVersions.Rows()
	rows.Add(row.ID, row.Version, row.BrandID, string(cause), body, uuid.NullUUID{UUID: delivery, Valid: delivery != uuid.Nil}, now)
	if err := rows.ExecTx(ctx, tx); err != nil {
		return fmt.Errorf("version of an order: %w", err)
	}
	return nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
