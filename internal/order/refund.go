package order

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entorder "tributary/ent/gen/order"
	"tributary/ent/gen/orderline"
	entrefund "tributary/ent/gen/refund"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// FindRefundedTx locks the order that a refund belongs to and gives its id. ErrWaits when it is not known (yet); NOT_FOUND when
// the refund names an order by our id that does not exist. The caller has checked access.
func (s *Service) FindRefundedTx(ctx context.Context, tx database.Tx, in IncomingRefund) (uuid.UUID, error) {
	row, err := in.named().lockTx(ctx, tx)
	if err != nil {
		return uuid.Nil, err
	}
	return row.ID, nil
}

// named is how somebody names an order that something was done to.
type named struct {
	order, brand      uuid.UUID
	store, externalID string
	payments          []string
}

func (in IncomingRefund) named() named {
	return named{in.Order, in.Brand, in.Store, in.OrderExternalID, in.Payments}
}

func (n named) lockTx(ctx context.Context, tx database.Tx) (*gen.Order, error) {
	if n.order != uuid.Nil {
		row, err := tx.Ent.Order.Query().Where(entorder.ID(n.order)).ForUpdate().Only(ctx)
		return row, database.OnMissing(err, "order")
	}
	query := tx.Ent.Order.Query().Where(entorder.BrandID(n.brand)).ForUpdate()
	if n.externalID != "" || len(n.payments) == 0 {
		query.Where(entorder.Store(strings.ToLower(n.store)), entorder.ExternalID(clean(n.externalID)))
	} else {
		payments := make([]string, len(n.payments))
		for i, name := range n.payments {
			payments[i] = clean(name)
		}
		query.Where(entorder.PaymentIntentIn(payments...)).Order(entorder.ByCreatedAt(), entorder.ByID())
	}
	row, err := query.First(ctx)
	if database.IsMissing(err) && n.externalID != "" {
		row, err = byAliasTx(ctx, tx, n.brand, strings.ToLower(n.store), clean(n.externalID))
	}
	if database.IsMissing(err) {
		return nil, &waits{n.names()}
	}
	return row, wrap("find the order that is named", err)
}

// names are those of the orders that it may be, in the form of Names.
func (n named) names() (out []string) {
	if n.externalID != "" || len(n.payments) == 0 {
		return []string{orderName(strings.ToLower(n.store), clean(n.externalID))}
	}
	for _, p := range n.payments {
		out = append(out, paymentName(clean(p)))
	}
	return out
}

// RefundTx records money given back, in the caller's transaction. The same refund again changes nothing. What an app tells and
// exceeds what is left is refused; a shop's word is kept and the order flagged OVER_REFUNDED. The caller has checked access.
// Faults, with fields of recordRefund: REQUIRED, TOO_LONG, OUT_OF_RANGE, INVALID, NOT_FOUND (a line), CONFLICT (the same id with
// other amounts), WRONG_STATE. ErrWaits when the order is not known.
func (s *Service) RefundTx(ctx context.Context, tx database.Tx, in IncomingRefund) (Order, Change, error) {
	now := s.Clock.Now()
	row, err := in.named().lockTx(ctx, tx)
	if err != nil {
		return Order{}, "", err
	}
	if err := in.normalize(now, money.Currency(row.Currency)); err != nil {
		return Order{}, "", err
	}
	known, err := tx.Ent.Refund.Query().Where(entrefund.OrderID(row.ID), entrefund.ExternalID(in.ExternalID)).Only(ctx)
	switch {
	case err == nil && known.AmountMinor != in.Amount.Minor && in.Source.trusted():
		return Order{}, "", fault.At("externalId", "CONFLICT", "This refund was recorded with another amount.")
	case err == nil:
		if in.Source.tellsRefunds() {
			_, err = confirmTx(ctx, tx, row, known, in.Amount)
		}
		return orderOf(row), Duplicate, err
	case !database.IsMissing(err):
		return Order{}, "", fmt.Errorf("record refund: %w", err)
	}
	if in.Source.hearsay() && !in.lost && Source(row.Source).tellsRefunds() {
		return orderOf(row), Duplicate, nil // the shop tells all its refunds itself
	}
	if in.Altogether {
		in.Amount.Minor -= row.RefundedMinor
		if in.Amount.Minor <= 0 {
			return orderOf(row), Duplicate, nil
		}
	}
	if in.Source.trusted() && row.Payment != string(PaymentPaid) && row.Payment != string(PaymentPartlyRefunded) {
		return Order{}, "", fault.New(fault.Conflict, "WRONG_STATE", "This order is %s, so nothing of it can be given back.", row.Payment)
	}
	lines, err := tx.Ent.OrderLine.Query().Where(orderline.OrderID(row.ID)).Order(orderline.ByPosition()).All(ctx)
	if err != nil {
		return Order{}, "", fmt.Errorf("record refund: %w", err)
	}
	counted := in
	if in.Source.tellsRefunds() {
		if counted.Amount, err = confirmTx(ctx, tx, row, nil, in.Amount); err != nil {
			return Order{}, "", err
		}
	}
	if counted.Amount != in.Amount || !in.Source.trusted() && in.Source != Source(row.Source) && !in.namesAny(lines) {
		// Other lines than the shop's were told, or a part of it: goods came back in the measure that they have in the total.
		counted.Lines, counted.Unlined, counted.OfTotal = nil, nil, true
	}
	given, over, err := counted.takeOff(row, lines)
	if err != nil {
		return Order{}, "", err
	}
	refundedNet := int64(0)
	for _, g := range given {
		if g.line.Kind == string(LineProduct) {
			refundedNet += g.net
		}
		if g.net == 0 && g.quantity == 0 {
			continue
		}
		if err := g.line.Update().AddRefundedNetMinor(g.net).AddRefundedQuantity(g.quantity).Exec(ctx); err != nil {
			return Order{}, "", fmt.Errorf("record refund: %w", err)
		}
	}
	body, err := marshal(in.Lines)
	if err != nil {
		return Order{}, "", fmt.Errorf("record refund: %w", err)
	}
	unconfirmed := int64(0)
	if in.Source.hearsay() && !in.lost {
		unconfirmed = counted.Amount.Minor
	}
	if err := tx.Ent.Refund.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(row.BrandID).SetOrderID(row.ID).
		SetExternalID(in.ExternalID).SetCurrency(row.Currency).SetAmountMinor(counted.Amount.Minor).SetNetMinor(refundedNet).SetUnconfirmedMinor(unconfirmed).
		SetLines(body).SetReason(in.Reason).SetRefundedAt(in.RefundedAt).Exec(ctx); err != nil {
		return Order{}, "", fmt.Errorf("record refund: %w", err)
	}
	refunded := row.RefundedMinor + counted.Amount.Minor
	payment, flag := Payment(row.Payment), ""
	if !counted.Amount.IsZero() { // goods that came back without money move nothing
		payment, flag = afterRefund(payment, refunded, row.TotalMinor)
	}
	flags := withFlag(row.Flags, flag)
	if over {
		flags = withFlag(flags, FlagOverRefunded)
	}
	row, err = row.Update().Where(entorder.Payment(row.Payment)).SetPayment(string(payment)).SetRefundedMinor(refunded).
		SetRefundedNetMinor(row.RefundedNetMinor + refundedNet).SetFlags(flags).SetVersion(row.Version + 1).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return Order{}, "", fmt.Errorf("record refund: %w", err)
	}
	return orderOf(row), Refunded, versionTx(ctx, tx, row, Refunded, in, in.Delivery, now)
}

// namesAny reports whether the refund names a line that is known, or none at all.
func (in IncomingRefund) namesAny(lines []*gen.OrderLine) bool {
	return len(in.Lines) == 0 || slices.ContainsFunc(in.Lines, func(told IncomingRefundLine) bool {
		return slices.ContainsFunc(lines, func(l *gen.OrderLine) bool { return l.ExternalID == told.ExternalID })
	})
}

// givenBack is what a refund takes off one stored line.
type givenBack struct {
	line     *gen.OrderLine
	net      int64
	quantity int
}

// takeOff says what a refund takes off each line. over tells that it exceeds what is left of the order or of a line, which only a
// shop may tell.
func (in IncomingRefund) takeOff(row *gen.Order, lines []*gen.OrderLine) (given []givenBack, over bool, err error) {
	var bad fault.List
	refuse := in.Source.trusted()
	left := row.TotalMinor - row.RefundedMinor
	if in.Amount.Minor > left {
		over = true
		if refuse {
			bad.Add(fault.At("amount", "OUT_OF_RANGE", "Only %s is left of this order.", money.New(max(left, 0), in.Amount.Currency)))
		}
	}
	given = make([]givenBack, len(lines))
	index := make(map[string]int, len(lines))
	for i, l := range lines {
		given[i].line, index[l.ExternalID] = l, i
	}
	for i, told := range in.Lines {
		k, known := index[told.ExternalID]
		if !known {
			if refuse {
				bad.Add(fault.At(at("lines", i, "externalId"), "NOT_FOUND", "The order has no such line."))
			}
			continue // a shop may name a line that was never told; the amount still counts
		}
		g, l := &given[k], lines[k]
		room := max(l.NetMinor-l.RefundedNetMinor-g.net, 0)
		if told.ByUnits {
			units := min(told.Quantity, max(l.Quantity-l.RefundedQuantity-g.quantity, 0))
			over = over || units < told.Quantity
			before, err := netOfUnits(l, g.quantity)
			if err != nil {
				return nil, over, err
			}
			g.quantity += units
			after, err := netOfUnits(l, g.quantity)
			if err != nil {
				return nil, over, err
			}
			// What came off apart from units stays off, whichever came first.
			back := min(max(after-before, 0), room)
			if l.RefundedQuantity+g.quantity >= l.Quantity && units > 0 {
				back = room
			}
			g.net += back
			continue
		}
		if told.Net.Minor > room {
			over = true
			if refuse {
				bad.Add(fault.At(at("lines", i, "net"), "OUT_OF_RANGE", "Only %s is left of this line.", money.New(room, in.Amount.Currency)))
			}
		}
		units := max(l.Quantity-l.RefundedQuantity-g.quantity, 0)
		if told.Quantity > units && refuse {
			bad.Add(fault.At(at("lines", i, "quantity"), "OUT_OF_RANGE", "Only %d units are left of this line.", units))
		}
		g.net += min(told.Net.Minor, room)
		g.quantity += min(told.Quantity, units)
	}
	if err := bad.Err(); err != nil {
		return nil, over, err
	}
	spread := money.Zero(in.Amount.Currency)
	switch {
	case in.Unlined != nil:
		spread = *in.Unlined
	case in.OfTotal:
		if spread, err = goodsOf(row, in.Amount); err != nil {
			return nil, over, err
		}
	case len(in.Lines) == 0:
		spread = in.Amount
	}
	if spread.IsZero() {
		return given, over, nil
	}
	remaining := make([]rule.Line, len(lines))
	for i, l := range lines {
		remaining[i] = rule.Line{ID: strconv.Itoa(i), Kind: rule.LineKind(l.Kind), Quantity: int64(l.Quantity),
			Net: money.New(max(l.NetMinor-l.RefundedNetMinor-given[i].net, 0), spread.Currency)}
	}
	after, err := rule.SpreadRefund(remaining, spread)
	if err != nil {
		return nil, over, fmt.Errorf("spread refund: %w", err)
	}
	for i := range after {
		given[i].net += remaining[i].Net.Minor - after[i].Net.Minor
	}
	return given, over, nil
}

// goodsOf is the part of an amount that was for goods, taken to be as large as the goods' part of the order's total.
func goodsOf(row *gen.Order, amount money.Money) (money.Money, error) {
	if row.NetMinor >= row.TotalMinor {
		return amount, nil
	}
	parts, err := money.SplitInteger(amount.Minor, []int64{row.NetMinor, row.TotalMinor - row.NetMinor})
	if err != nil {
		return amount, fmt.Errorf("goods in a refund: %w", err)
	}
	return money.New(parts[0], amount.Currency), nil
}

// netOfUnits is the net of the units of a line that are back when more come, rounded down but for the last unit.
func netOfUnits(l *gen.OrderLine, more int) (int64, error) {
	back := l.RefundedQuantity + more
	if back == 0 {
		return 0, nil
	}
	if l.Quantity <= 0 || back >= l.Quantity {
		return l.NetMinor, nil
	}
	parts, err := money.SplitInteger(l.NetMinor, []int64{int64(l.Quantity - back), int64(back)})
	if err != nil {
		return 0, fmt.Errorf("net of units: %w", err)
	}
	return parts[1], nil
}
