package order

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entback "tributary/ent/gen/chargeback"
	entorder "tributary/ent/gen/order"
	entrefund "tributary/ent/gen/refund"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// chargebacksMax bounds the chargebacks of an order.
const chargebacksMax = 20

// chargebackMoves is the table of stages. A bank that took the money may give it back; what was won is final.
var chargebackMoves = map[ChargebackStage][]ChargebackStage{
	ChargebackOpened: {ChargebackLost, ChargebackWon},
	ChargebackLost:   {ChargebackWon},
	ChargebackWon:    {},
}

func (in IncomingChargeback) named() named {
	return named{in.Order, in.Brand, in.Store, in.OrderExternalID, in.Payments}
}

// FindChargedBackTx locks the order that a chargeback belongs to, as FindRefundedTx does for a refund.
func (s *Service) FindChargedBackTx(ctx context.Context, tx database.Tx, in IncomingChargeback) (uuid.UUID, error) {
	row, err := in.named().lockTx(ctx, tx)
	if err != nil {
		return uuid.Nil, err
	}
	return row.ID, nil
}

// normalize fills defaults in and checks. Faults name the fields of recordChargeback.
func (in *IncomingChargeback) normalize(now time.Time, c money.Currency) error {
	var bad fault.List
	fromShop := !in.Source.trusted()
	in.ExternalID = text(&bad, "externalId", strings.TrimSpace(in.ExternalID), idMax, true, false)
	in.Reason = text(&bad, "reason", strings.TrimSpace(in.Reason), reasonMax, false, fromShop)
	if _, known := chargebackMoves[in.Stage]; !known {
		bad.Add(fault.At("stage", "INVALID", "A chargeback is OPENED, LOST or WON."))
	}
	if in.Amount != nil {
		told := *in.Amount
		amount(&bad, "amount", &told, c)
		in.Amount = &told
	}
	if in.At.IsZero() {
		in.At = now
	}
	in.At = in.At.UTC().Truncate(time.Microsecond)
	if !fromShop && in.At.After(now.Add(clockSkew)) {
		bad.Add(fault.At("at", "OUT_OF_RANGE", "This is in the future."))
	}
	return bad.Err()
}

// ChargebackTx records what a customer's bank does about a payment, in the caller's transaction: while it is open the order is
// flagged DISPUTED; what is lost takes the order, or its part of it as a refund; what is won gives the order back. The same stage
// again and older news change nothing (Duplicate). The caller has checked access. Faults, with fields of recordChargeback: REQUIRED,
// TOO_LONG, OUT_OF_RANGE, INVALID, NOT_FOUND; WRONG_STATE, of an app, for a move that the table does not have. ErrWaits when the
// order is not known.
func (s *Service) ChargebackTx(ctx context.Context, tx database.Tx, in IncomingChargeback) (Order, Chargeback, Change, error) {
	now := s.Clock.Now()
	row, err := in.named().lockTx(ctx, tx)
	if err != nil {
		return Order{}, Chargeback{}, "", err
	}
	if err := in.normalize(now, money.Currency(row.Currency)); err != nil {
		return Order{}, Chargeback{}, "", err
	}
	all, err := tx.Ent.Chargeback.Query().Where(entback.OrderID(row.ID)).All(ctx)
	if err != nil {
		return Order{}, Chargeback{}, "", fmt.Errorf("chargebacks of an order: %w", err)
	}
	at := slices.IndexFunc(all, func(b *gen.Chargeback) bool { return b.ExternalID == in.ExternalID })
	before := ChargebackStage("")
	if at >= 0 {
		before = ChargebackStage(all[at].Stage)
		if before == in.Stage || !slices.Contains(chargebackMoves[before], in.Stage) {
			if before != in.Stage && in.Source.trusted() {
				return Order{}, Chargeback{}, "", fault.State("chargeback", string(before), string(in.Stage))
			}
			return orderOf(row), chargebackOf(all[at]), Duplicate, nil
		}
	} else if len(all) >= chargebacksMax {
		return Order{}, Chargeback{}, "", fault.New(fault.Conflict, "WRONG_STATE", "An order has at most %d chargebacks.", chargebacksMax)
	}
	back, err := storeChargebackTx(ctx, tx, row, all, at, in, now)
	if err != nil {
		return Order{}, Chargeback{}, "", err
	}
	if at >= 0 {
		all[at] = back
	} else {
		all = append(all, back)
	}
	if part := back.AmountMinor; in.Stage == ChargebackLost && part < row.TotalMinor-row.RefundedMinor {
		// A part of the payment is gone: it comes off the goods as a refund does.
		if _, _, err := s.RefundTx(ctx, tx, IncomingRefund{Order: row.ID, Brand: row.BrandID, Source: shopOr(in.Source), ExternalID: chargebackRefund + back.ExternalID,
			Amount: money.New(part, money.Currency(row.Currency)), OfTotal: true, Reason: in.Reason, RefundedAt: in.At,
			Delivery: in.Delivery, lost: true}); err != nil {
			return Order{}, Chargeback{}, "", err
		}
		if row, err = tx.Ent.Order.Get(ctx, row.ID); err != nil {
			return Order{}, Chargeback{}, "", fmt.Errorf("order of a chargeback: %w", err)
		}
	}
	parts, err := lostPartsTx(ctx, tx, row.ID)
	if err != nil {
		return Order{}, Chargeback{}, "", err
	}
	payment, flags := afterChargeback(row, all, parts, before, in.Stage)
	row, err = row.Update().Where(entorder.Payment(row.Payment)).SetPayment(string(payment)).SetFlags(flags).SetVersion(row.Version + 1).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return Order{}, Chargeback{}, "", fmt.Errorf("record chargeback: %w", err)
	}
	return orderOf(row), chargebackOf(back), Disputed, versionTx(ctx, tx, row, Disputed, in, in.Delivery, now)
}

// chargebackRefund begins the id of the refund that a lost part of a payment is kept as.
const chargebackRefund = "chargeback:"

// lostPartsTx gives the chargebacks, by their outside ids, of which only a part of the order was lost.
func lostPartsTx(ctx context.Context, tx database.Tx, order uuid.UUID) (map[string]bool, error) {
	refunds, err := tx.Ent.Refund.Query().Where(entrefund.OrderID(order), entrefund.ExternalIDHasPrefix(chargebackRefund)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("lost parts of an order: %w", err)
	}
	out := make(map[string]bool, len(refunds))
	for _, r := range refunds {
		out[strings.TrimPrefix(r.ExternalID, chargebackRefund)] = true
	}
	return out, nil
}

// shopOr makes the word of an app about a chargeback as good as a shop's: what a bank took is a fact, also where more was given back
// before than the app knows of.
func shopOr(s Source) Source {
	if s.trusted() {
		return SourcePostback
	}
	return s
}

func storeChargebackTx(ctx context.Context, tx database.Tx, row *gen.Order, all []*gen.Chargeback, at int, in IncomingChargeback, now time.Time) (back *gen.Chargeback, err error) {
	if at >= 0 {
		update := all[at].Update().Where(entback.Stage(all[at].Stage)).SetStage(string(in.Stage)).SetDecidedAt(in.At)
		if in.Reason != "" {
			update.SetReason(in.Reason)
		}
		back, err = update.Save(ctx)
		return back, wrap("record chargeback", err)
	}
	asked := max(row.TotalMinor-row.RefundedMinor, 0)
	if in.Amount != nil {
		asked = in.Amount.Minor
	}
	create := tx.Ent.Chargeback.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(row.BrandID).SetOrderID(row.ID).SetExternalID(in.ExternalID).
		SetCurrency(row.Currency).SetAmountMinor(asked).SetStage(string(in.Stage)).SetReason(in.Reason).SetOpenedAt(in.At)
	if in.Stage != ChargebackOpened {
		create.SetDecidedAt(in.At)
	}
	back, err = create.Save(ctx)
	return back, wrap("record chargeback", err)
}

// afterChargeback gives the payment state and the flags of an order after one of its chargebacks has moved.
func afterChargeback(row *gen.Order, all []*gen.Chargeback, parts map[string]bool, before, after ChargebackStage) (Payment, []string) {
	present, flags := Payment(row.Payment), row.Flags
	open, lost := false, false
	for _, b := range all {
		open = open || b.Stage == string(ChargebackOpened)
		lost = lost || b.Stage == string(ChargebackLost) && !parts[b.ExternalID]
	}
	if open {
		flags = withFlag(flags, FlagDisputed)
	} else {
		flags = withoutFlag(flags, FlagDisputed)
	}
	switch {
	case lost && MayMove(present, PaymentChargedBack):
		return PaymentChargedBack, flags
	case present == PaymentChargedBack && !lost:
		if row.RefundedMinor > 0 {
			return PaymentPartlyRefunded, flags
		}
		return PaymentPaid, flags
	case before == ChargebackLost && after == ChargebackWon:
		// A part that had come off as a refund is back; what a refund took off no machine puts on again.
		return present, withFlag(flags, FlagReinstated)
	}
	return present, flags
}

// ChargebacksByOrders gives the chargebacks of orders that the caller was allowed to see, oldest first, in one statement; at most 20
// of an order.
func (s *Service) ChargebacksByOrders(ctx context.Context, orders []uuid.UUID) (map[uuid.UUID][]Chargeback, error) {
	rows, err := s.DB.Ent.Chargeback.Query().Where(entback.OrderIDIn(orders...)).Order(entback.ByOpenedAt(), entback.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("chargebacks of orders: %w", err)
	}
	out := make(map[uuid.UUID][]Chargeback, len(orders))
	for _, r := range rows {
		out[r.OrderID] = append(out[r.OrderID], chargebackOf(r))
	}
	return out, nil
}
