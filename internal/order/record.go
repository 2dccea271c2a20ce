package order

import (
	"bytes"
	"context"
	"fmt"
	"slices"
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

// FindTx locks the places of an order until the transaction ends and tells whether the order that the news is about is known, and its id.
// The order's row is locked too. The caller has checked access. Faults as CreateTx.
func (s *Service) FindTx(ctx context.Context, tx database.Tx, in Incoming) (order uuid.UUID, known bool, err error) {
	if err := in.normalize(s.Clock.Now()); err != nil {
		return uuid.Nil, false, err
	}
	if err := database.AdvisoryLocksTx(ctx, tx, in.locks()); err != nil {
		return uuid.Nil, false, fmt.Errorf("find order: %w", err)
	}
	found, err := sameSalesTx(ctx, tx, []Incoming{in})
	if err != nil || found[0] == uuid.Nil {
		return uuid.Nil, false, err
	}
	if _, err := tx.SQL.ExecContext(ctx, `SELECT FROM "order" WHERE id = $1 FOR UPDATE`, found[0]); err != nil {
		return uuid.Nil, false, fmt.Errorf("find order: %w", err)
	}
	return found[0], true, nil
}

// ChangeTx records what changed of the order that FindTx knows and in.ID names, in the caller's transaction. The same again changes
// nothing; a changed one is a new version. What a lesser source tells of an order is kept as evidence; a shop takes an order over that
// another source told before it. The caller has checked access. Faults, all with fields of recordOrder: REQUIRED, TOO_LONG, OUT_OF_RANGE,
// INVALID, TAKEN; NOT_FOUND.
func (s *Service) ChangeTx(ctx context.Context, tx database.Tx, in Incoming) (Order, Change, error) {
	if err := in.normalize(s.Clock.Now()); err != nil {
		return Order{}, "", err
	}
	row, err := tx.Ent.Order.Query().Where(entorder.ID(in.ID), entorder.BrandID(in.Brand)).ForUpdate().Only(ctx)
	if err != nil {
		return Order{}, "", database.OnMissing(err, "order")
	}
	switch {
	case in.takesOver(row):
		return s.updateTx(ctx, tx, row, in, true)
	case in.joins(row):
		return s.joinTx(ctx, tx, row, in)
	}
	return s.updateTx(ctx, tx, row, in, false)
}

func firstOf(at *time.Time, otherwise time.Time) time.Time {
	if at != nil {
		return *at
	}
	return otherwise
}

// updateTx brings an order to what its teller says now; taken says that another source told it so far.
func (s *Service) updateTx(ctx context.Context, tx database.Tx, row *gen.Order, in Incoming, taken bool) (Order, Change, error) {
	if string(in.Currency) != row.Currency {
		return Order{}, "", fault.At("currencyCode", "INVALID", "This order was recorded in %s; an order keeps its currency.", row.Currency)
	}
	stale, err := staleTx(ctx, tx, row.ID, in)
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
	edited := taken || differs(row, in) || len(flags) != len(row.Flags)
	if hash != nil && (row.CustomerHash == nil || !bytes.Equal(*row.CustomerHash, hash)) {
		update.SetCustomerHash(hash)
		edited = true
	}
	if in.Click != uuid.Nil && (row.ClickID == nil || taken) {
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
	if taken {
		if err := in.takeOverTx(ctx, tx, row, update, lines, now); err != nil {
			return Order{}, "", err
		}
	}
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

// staleTx reports whether its source has told a later change of the order already.
func staleTx(ctx context.Context, tx database.Tx, order uuid.UUID, in Incoming) (stale bool, err error) {
	if in.ChangedAt.IsZero() {
		return false, nil
	}
	err = tx.SQL.QueryRowContext(ctx, `SELECT coalesce(max((snapshot->>'changedAt')::timestamptz) > $2, false) FROM order_version
		WHERE order_id = $1 AND cause <> $3 AND snapshot->>'source' = $4`, order, in.ChangedAt, string(Joined), string(in.Source)).Scan(&stale)
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
