package sale

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/fraud"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/rollup"
)

// RecordChargebackInput is what a customer's bank does about a payment, as an app or a person records it.
type RecordChargebackInput struct {
	Order          id.ID
	ExternalID     string
	Stage          order.ChargebackStage
	Amount         *string // all that is left of the order when left out
	Currency       money.Currency
	Reason         string
	At             *time.Time
	IdempotencyKey string
}

// RecordChargeback records that a customer's bank asks for a payment, took it, or gave it back: the commissions of the order are held,
// lowered as by a refund, or go on under their terms. The same stage again changes nothing. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN; REQUIRED, TOO_LONG, OUT_OF_RANGE, BAD_FORMAT, INVALID with the field; WRONG_STATE for a stage that cannot follow.
func (s *Service) RecordChargeback(ctx context.Context, in RecordChargebackInput) (Recorded, error) {
	if err := access.SignedIn(viewer.From(ctx)); err != nil {
		return Recorded{}, err
	}
	o, err := s.orders.Writable(ctx, in.Order)
	if err != nil {
		return Recorded{}, err
	}
	told := order.IncomingChargeback{Order: o.ID.UUID, Brand: o.BrandID.UUID, Source: order.SourceApi, ExternalID: in.ExternalID, Stage: in.Stage, Reason: in.Reason}
	var wrong fault.List
	field.Line(&wrong, "idempotencyKey", in.IdempotencyKey, 0, idempotencyKeyMax)
	if in.Amount != nil {
		if !in.Currency.Valid() {
			return Recorded{}, fault.List{fault.At("amount.currencyCode", "INVALID", "This is no currency.")}
		}
		m := amount(&wrong, "amount.amount", *in.Amount, in.Currency)
		told.Amount = &m
	}
	if err := wrong.Err(); err != nil {
		return Recorded{}, err
	}
	if in.At != nil {
		told.At = *in.At
	}
	var out Recorded
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		o, change, err := s.chargebackTx(ctx, tx, told)
		out = Recorded{Order: o, Duplicate: change == order.Duplicate}
		return err
	})
	return out, err
}

// chargebackTx records a chargeback with all that follows from it, in the caller's transaction. The caller has checked access.
func (s *Service) chargebackTx(ctx context.Context, tx database.Tx, in order.IncomingChargeback) (out order.Order, change order.Change, err error) {
	place, err := s.orders.FindChargedBackTx(ctx, tx, in)
	if err != nil {
		return order.Order{}, "", err
	}
	err = rollup.AroundOrderTx(ctx, tx, place, func() error {
		var back order.Chargeback
		if out, back, change, err = s.orders.ChargebackTx(ctx, tx, in); err != nil || change == order.Duplicate {
			return err
		}
		o, lines, err := s.orders.ReadTx(ctx, tx, place)
		if err != nil {
			return err
		}
		d, found, err := currentTx(ctx, tx, place)
		if err != nil || !found {
			return err
		}
		if back.Stage == order.ChargebackOpened {
			err = s.holdDisputedTx(ctx, tx, place, back)
		} else {
			err = s.settleDisputedTx(ctx, tx, o, lines, d, back)
		}
		if err != nil {
			return err
		}
		return s.logTx(ctx, tx, o, "ORDER_CHARGEBACK_"+string(back.Stage), map[string]any{"name": o.Name, "payment": o.Payment, "version": o.Version,
			"chargeback": back.ExternalID, "amount": back.Amount.String()})
	})
	return out, change, err
}

// holdDisputedTx keeps the commissions of a disputed order back. One that a payout has is only marked, by the order's flag.
func (s *Service) holdDisputedTx(ctx context.Context, tx database.Tx, place uuid.UUID, back order.Chargeback) error {
	all, err := s.commissions.OfOrderTx(ctx, tx, place)
	if err != nil {
		return err
	}
	evidence := fmt.Sprintf("The customer's bank asks for %s of the payment since %s.", back.Amount, back.OpenedAt.Format("2 January 2006"))
	if back.Reason != "" {
		evidence += " It says: " + back.Reason + "."
	}
	for _, c := range all {
		if err := s.holds.RaiseTx(ctx, tx, c, fraud.Alarm{Signal: fraud.SignalChargeback,
			Reason:   "The customer's bank disputes the payment. The commission waits until the bank has decided.",
			Evidence: []fraud.Evidence{fraud.Named(fraud.EvidenceNote, fraud.SignalChargeback, evidence)}}); err != nil {
			return err
		}
	}
	return nil
}

// settleDisputedTx brings the money of an order to what the bank decided, and lets what was kept back for the dispute go on.
func (s *Service) settleDisputedTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line, d decision, back order.Chargeback) error {
	why := event{cause: "chargeback:" + back.ID.UUID.String(), reason: "The customer's bank took the payment back.", refund: true}
	words := "The bank took the payment; its part of the commission is gone."
	if back.Stage == order.ChargebackWon {
		why = event{cause: why.cause + ":won", reason: "The customer's bank left the payment with the shop."}
		words = "The bank left the payment with the shop."
	}
	why.occurred = s.clock.Now()
	if back.DecidedAt != nil {
		why.occurred = *back.DecidedAt
	}
	if err := s.settleTx(ctx, tx, o, lines, d, why); err != nil {
		return err
	}
	if slices.Contains(o.Flags, order.FlagDisputed) { // by another chargeback
		return nil
	}
	return s.holds.ReleaseSignalTx(ctx, tx, o.ID.UUID, fraud.SignalChargeback, words)
}
