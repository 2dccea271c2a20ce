package payout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payout"
	"tributary/ent/gen/payoutrun"
	"tributary/internal/auditlog"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
	"tributary/internal/ledger"
)

// errForeignTransfer is returned for a transfer that cannot be the one of its payout: a person has to look at it.
var errForeignTransfer = errors.New("payout: a transfer at the provider does not fit its payout")

// Observe brings the books to what a transfer at the provider shows: the payout is settled once (P20), each reversal is posted
// once (P22). It may be told of the same transfer any number of times, in any order. known is false for a transfer that is not
// of this installation. The caller is the system. It fails with errForeignTransfer when a person has to look.
func (s *Service) Observe(ctx context.Context, t Transfer) (known bool, err error) {
	payoutID, ok := payoutOfGroup(t.Group)
	if !ok {
		return false, nil
	}
	var run, brand uuid.UUID
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		p, err := tx.Ent.Payout.Query().Where(payout.ID(payoutID)).ForUpdate().Only(ctx)
		if database.IsMissing(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("payout of transfer: %w", err)
		}
		known, run, brand = true, p.RunID, p.BrandID
		if err := s.settleTx(ctx, tx, p, t); err != nil {
			return err
		}
		return s.reverseTx(ctx, tx, p, t)
	})
	if err != nil || !known {
		return known, err
	}
	s.changed(brand, run)
	return true, s.complete(ctx, run)
}

// settleTx posts that a payout's transfer exists (P20) and moves it to PAID.
func (s *Service) settleTx(ctx context.Context, tx database.Tx, p *gen.Payout, t Transfer) error {
	amount := money.New(p.AmountMinor, money.Currency(p.Currency))
	if t.Amount != amount || p.DestinationRef == nil || t.Destination != *p.DestinationRef || t.Live != (s.Ledger.Mode() == ledger.ModeLive) {
		return fmt.Errorf("%w: transfer %s of %s to %s for payout %s of %s", errForeignTransfer, t.Ref, t.Amount, t.Destination, p.ID, amount)
	}
	now := s.now()
	switch Status(p.Status) {
	case StatusPaid, StatusPartlyReversed, StatusReversed:
		if text(p.ProviderRef) != t.Ref {
			return fmt.Errorf("%w: payout %s was paid by %s, and there is %s too", errForeignTransfer, p.ID, text(p.ProviderRef), t.Ref)
		}
		return nil
	case StatusReserved, StatusWaiting:
		// The transfer of an earlier attempt came to light.
		if err := moveTx(ctx, tx, p, StatusSending, now, nil); err != nil {
			return err
		}
	case StatusSending, StatusUnknown:
	default:
		return fmt.Errorf("%w: transfer %s exists although payout %s is %s", errForeignTransfer, t.Ref, p.ID, p.Status)
	}
	_, _, err := s.Ledger.PostTx(ctx, tx, ledger.Posting{
		Reference: "payout:" + p.ID.String() + ":settle", Kind: ledger.KindPayoutSettled, Brand: p.BrandID, OccurredAt: t.CreatedAt,
		Dimensions: dimensions(p, t.Ref),
		Lines: []ledger.Line{
			{Account: account(p.BrandID, ledger.PayoutInTransit, p.CreatorID, amount.Currency), Amount: amount},
			{Account: account(p.BrandID, ledger.FundsReserved, uuid.Nil, amount.Currency), Amount: amount.Neg()},
		}})
	if err != nil {
		return err
	}
	err = moveTx(ctx, tx, p, StatusPaid, now, func(u *gen.PayoutUpdate) {
		u.SetProviderRef(t.Ref).SetPaidAt(now).ClearFailureCode().ClearFailureMessage()
	})
	if err != nil {
		return err
	}
	p.ProviderRef, p.PaidAt = &t.Ref, &now
	if err := s.payCommissionsTx(ctx, tx, p.ID, now); err != nil {
		return err
	}
	if err := s.tellPaidTx(ctx, tx, p, now); err != nil {
		return err
	}
	return payoutDeedTx(ctx, tx, p, now, "PAYOUT_PAID", map[string]any{"transfer": t.Ref})
}

// payCommissionsTx tells the commissions whose items the payout has paid.
func (s *Service) payCommissionsTx(ctx context.Context, tx database.Tx, payoutID uuid.UUID, now time.Time) error {
	var ids []uuid.UUID
	err := each(ctx, tx.SQL, func(scan func(...any) error) error {
		var u uuid.UUID
		err := scan(&u)
		ids = append(ids, u)
		return err
	}, `SELECT DISTINCT commission_id FROM payout_line WHERE payout_id = $1 AND live AND amount_minor > 0 AND commission_id IS NOT NULL
ORDER BY commission_id`, payoutID)
	if err != nil {
		return fmt.Errorf("commissions of payout: %w", err)
	}
	if len(ids) == 0 {
		return nil
	}
	return s.CommissionsPaidTx(ctx, tx, ids, now)
}

// reverseTx posts what came back of a transfer (P22), once for each reversal.
func (s *Service) reverseTx(ctx context.Context, tx database.Tx, p *gen.Payout, t Transfer) error {
	currency := money.Currency(p.Currency)
	sum := money.Zero(currency)
	for _, r := range t.Reversals {
		_, _, err := s.Ledger.PostTx(ctx, tx, ledger.Posting{
			Reference: "reversal:" + r.Ref, Kind: ledger.KindPayoutReversed, Brand: p.BrandID, OccurredAt: r.CreatedAt, Dimensions: dimensions(p, t.Ref),
			Reason: "A transfer at Stripe was reversed; the money is owed to you again.",
			Lines: []ledger.Line{
				{Account: account(p.BrandID, ledger.Funds, uuid.Nil, currency), Amount: r.Amount},
				{Account: account(p.BrandID, ledger.CreatorPayable, p.CreatorID, currency), Amount: r.Amount.Neg()},
			}})
		if err != nil {
			return err
		}
		if sum, err = sum.Add(r.Amount); err != nil {
			return fmt.Errorf("reversals of payout: %w", err)
		}
	}
	if sum.Minor <= p.ReversedMinor {
		return nil
	}
	now, to := s.now(), StatusPartlyReversed
	if sum.Minor == p.AmountMinor {
		to = StatusReversed
	}
	change := func(u *gen.PayoutUpdate) { u.SetReversedMinor(sum.Minor) }
	if Status(p.Status) == to {
		if _, err := change0(tx, p, now, change).Save(ctx); err != nil {
			return fmt.Errorf("reversed part of payout: %w", err)
		}
	} else if err := moveTx(ctx, tx, p, to, now, change); err != nil {
		return err
	}
	return payoutDeedTx(ctx, tx, p, now, "PAYOUT_"+string(to), map[string]any{"transfer": t.Ref, "reversed": sum.String()})
}

// failTx gives the money of a payout back to its creator and the brand (P21) and frees its items.
func (s *Service) failTx(ctx context.Context, tx database.Tx, p *gen.Payout, code, message string, now time.Time) error {
	amount := money.New(p.AmountMinor, money.Currency(p.Currency))
	_, _, err := s.Ledger.PostTx(ctx, tx, ledger.Posting{
		Reference: fmt.Sprintf("payout:%s:fail:%d", p.ID, p.Attempt), Kind: ledger.KindPayoutFailed, Brand: p.BrandID, Dimensions: dimensions(p, ""),
		Reason: cut(message, 500),
		Lines: []ledger.Line{
			{Account: account(p.BrandID, ledger.PayoutInTransit, p.CreatorID, amount.Currency), Amount: amount},
			{Account: account(p.BrandID, ledger.Funds, uuid.Nil, amount.Currency), Amount: amount},
			{Account: account(p.BrandID, ledger.CreatorPayable, p.CreatorID, amount.Currency), Amount: amount.Neg()},
			{Account: account(p.BrandID, ledger.FundsReserved, uuid.Nil, amount.Currency), Amount: amount.Neg()},
		}})
	if err != nil {
		return err
	}
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE payout_line SET live = false WHERE payout_id = $1 AND live`, p.ID); err != nil {
		return fmt.Errorf("free payout lines: %w", err)
	}
	err = moveTx(ctx, tx, p, StatusFailed, now, func(u *gen.PayoutUpdate) {
		u.SetFailureCode(cut(code, 100)).SetFailureMessage(cut(message, 500))
	})
	if err != nil {
		return err
	}
	return payoutDeedTx(ctx, tx, p, now, "PAYOUT_FAILED", map[string]any{"code": code, "message": message, "attempt": p.Attempt})
}

func dimensions(p *gen.Payout, transfer string) map[string]string {
	out := map[string]string{"payout": p.ID.String(), "run": p.RunID.String()}
	if transfer != "" {
		out["transfer"] = transfer
	}
	return out
}

func payoutDeedTx(ctx context.Context, tx database.Tx, p *gen.Payout, now time.Time, action string, detail map[string]any) error {
	detail["amount"] = money.New(p.AmountMinor, money.Currency(p.Currency)).String()
	return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: action, ObjectKind: "PAYOUT", ObjectID: p.ID, BrandID: p.BrandID, CreatorID: p.CreatorID, Detail: detail})
}

// complete ends a run when nothing of it is in flight any more. It runs after the commit of what may have been the last payout,
// so that of two that end at once the later one sees both.
func (s *Service) complete(ctx context.Context, run uuid.UUID) error {
	done, err := s.settled(ctx, s.DB.Ent, run)
	if err != nil || !done {
		return err
	}
	var brand uuid.UUID
	err = s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		r, err := tx.Ent.PayoutRun.Query().Where(payoutrun.ID(run)).ForUpdate().Only(ctx)
		if err != nil {
			return fmt.Errorf("run to complete: %w", err)
		}
		done, err := s.settled(ctx, tx.Ent, run)
		if err != nil || !done {
			return err
		}
		brand = r.BrandID
		failed, err := tx.Ent.Payout.Query().Where(payout.RunID(run), payout.Status(string(StatusFailed))).Exist(ctx)
		if err != nil {
			return fmt.Errorf("failed payouts: %w", err)
		}
		to := RunCompleted
		if failed {
			to = RunCompletedWithFailures
		}
		now := s.now()
		if err := moveRunTx(ctx, tx, r, to, now, func(u *gen.PayoutRunUpdate) { u.SetCompletedAt(now) }); err != nil {
			return err
		}
		return deedTx(ctx, tx, r, now, "PAYOUT_RUN_"+string(to), nil)
	})
	if err == nil && brand != uuid.Nil {
		s.changed(brand, run)
	}
	return err
}

// settled tells whether a run is being sent and nothing of it is in flight.
func (s *Service) settled(ctx context.Context, c *gen.Client, run uuid.UUID) (bool, error) {
	sending, err := c.PayoutRun.Query().Where(payoutrun.ID(run), payoutrun.Status(string(RunSending))).Exist(ctx)
	if err != nil || !sending {
		return false, err
	}
	open := make([]string, len(inFlight))
	for i, st := range inFlight {
		open[i] = string(st)
	}
	flying, err := c.Payout.Query().Where(payout.RunID(run), payout.StatusIn(open...)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("payouts in flight: %w", err)
	}
	return !flying, nil
}
