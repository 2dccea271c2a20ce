package payout

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payout"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
)

// Send starts an approved run: it looks at the provider's balance, sets the money of all payouts aside in one transaction, and
// leaves out whole any payout whose creator can no longer bear it. Transfers follow in the background. Faults: UNAUTHENTICATED,
// NOT_FOUND, FORBIDDEN, WRONG_STATE, CONFLICT (version, expectedTotal), APPROVAL_LAPSED, OWN_EARNINGS, FUNDS_SHORT,
// PROVIDER_BALANCE_SHORT, WRONG_MODE, PROVIDER_UNAVAILABLE, and those of the second factor.
func (s *Service) Send(ctx context.Context, in ConfirmInput) (Run, error) {
	r, err := s.run(ctx, in.Run, access.SendPayouts)
	if err != nil {
		return Run{}, err
	}
	person, err := access.User(viewer.From(ctx))
	if err != nil {
		return Run{}, err
	}
	check := func(r *gen.PayoutRun) error {
		if RunStatus(r.Status) != RunApproved {
			return fault.State("payout run", r.Status, string(RunSending))
		}
		if r.ApprovedAt == nil || s.now().Sub(*r.ApprovedAt) > approvalHolds {
			return fault.New(fault.Conflict, "APPROVAL_LAPSED", "The approval is older than 72 hours. It has to be approved again.")
		}
		return seen(r, in.ExpectedVersion, &in.ExpectedTotal)
	}
	if err := check(r); err != nil {
		return Run{}, err
	}
	if err := s.notOwn(ctx, r.ID); err != nil {
		return Run{}, err
	}
	if err := s.checkProvider(ctx, in.ExpectedTotal); err != nil {
		return Run{}, err
	}
	if err := s.ConfirmMoney(ctx, person, in.TOTPCode); err != nil {
		return Run{}, err
	}
	run, err := s.changeRun(ctx, r.ID, func(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time) error {
		if err := check(r); err != nil {
			return err
		}
		return s.sendTx(ctx, tx, r, person, now)
	})
	if err != nil {
		return Run{}, err
	}
	if err := s.complete(ctx, r.ID); err != nil { // nothing is in flight when everybody was left out
		return Run{}, err
	}
	return s.RunByID(ctx, run.ID)
}

// checkProvider asks whether the money is there, and of the right mode.
func (s *Service) checkProvider(ctx context.Context, sum money.Money) error {
	ctx, cancel := context.WithTimeout(ctx, providerCall)
	defer cancel()
	b, err := s.Provider.Balance(ctx)
	if err != nil {
		return fault.New(fault.Conflict, "PROVIDER_UNAVAILABLE", "Stripe does not answer at the moment. Nothing was changed; try again.").With(err)
	}
	if b.Live != (s.Ledger.Mode() == ledger.ModeLive) {
		return fault.New(fault.Conflict, "WRONG_MODE", "The Stripe key does not belong to the mode of these books.")
	}
	if have := b.Available[sum.Currency]; have < sum.Minor {
		return fault.New(fault.Conflict, "PROVIDER_BALANCE_SHORT", "The Stripe balance is short by %s. Top it up, or wait until pending money is available.",
			money.New(sum.Minor-have, sum.Currency))
	}
	return nil
}

// sendTx sets the money aside and starts the run.
func (s *Service) sendTx(ctx context.Context, tx database.Tx, r *gen.PayoutRun, person uuid.UUID, now time.Time) error {
	currency := money.Currency(r.Currency)
	if err := lockItemsTx(ctx, tx, r.BrandID, currency); err != nil {
		return err
	}
	if err := lockFundsTx(ctx, tx, r.BrandID, currency); err != nil {
		return err
	}
	rows, err := tx.Ent.Payout.Query().Where(payout.RunID(r.ID), payout.Status(string(StatusApproved))).Order(payout.ByID()).All(ctx)
	if err != nil {
		return fmt.Errorf("payouts of run: %w", err)
	}
	state, err := s.bearingTx(ctx, tx, r.BrandID, currency, rows)
	if err != nil {
		return err
	}
	var reserved []*gen.Payout
	skipped := map[SkipReason][]uuid.UUID{}
	sum := money.Zero(currency)
	for _, p := range rows {
		if why, no := state.refuse(p); no {
			skipped[why] = append(skipped[why], p.ID)
			continue
		}
		if sum, err = sum.Add(money.New(p.AmountMinor, currency)); err != nil {
			return fmt.Errorf("total of run: %w", err)
		}
		reserved = append(reserved, p)
	}
	if err := s.drawTx(ctx, tx, r, sum); err != nil {
		return err
	}
	if err := s.reserveTx(ctx, tx, r.BrandID, currency, reserved, now); err != nil {
		return err
	}
	count := 0
	for why, ids := range skipped {
		count += len(ids)
		if err := skipTx(ctx, tx, ids, why, now); err != nil {
			return err
		}
	}
	err = moveRunTx(ctx, tx, r, RunSending, now, func(u *gen.PayoutRunUpdate) {
		u.SetSentBy(person).SetSentAt(now).SetTotalMinor(sum.Minor).SetPayoutCount(len(reserved))
	})
	if err != nil {
		return err
	}
	return deedTx(ctx, tx, r, now, "PAYOUT_RUN_SENT", map[string]any{"sent": sum.String(), "skipped": count})
}

// bearing is what stands on the accounts of creators, and what else may keep a payout back.
type bearing struct {
	payable     map[uuid.UUID]int64 // creator → minor units
	underReview map[uuid.UUID]bool  // payout
	active      map[uuid.UUID]bool  // payout account
}

// refuse tells why a payout cannot be reserved any more.
func (b bearing) refuse(p *gen.Payout) (SkipReason, bool) {
	switch {
	case b.underReview[p.ID]:
		return SkipUnderReview, true
	case p.PayoutAccountID == nil || !b.active[*p.PayoutAccountID]:
		return SkipTransfersInactive, true
	case b.payable[p.CreatorID] < p.AmountMinor:
		return SkipBalanceChanged, true
	}
	return "", false
}

// bearingTx reads what bearing says, after it has locked the commissions that the payouts pay, so that nobody holds or lowers
// one of them until the transaction ends.
func (s *Service) bearingTx(ctx context.Context, tx database.Tx, brand uuid.UUID, currency money.Currency, rows []*gen.Payout) (bearing, error) {
	b := bearing{payable: map[uuid.UUID]int64{}, underReview: map[uuid.UUID]bool{}, active: map[uuid.UUID]bool{}}
	payouts, creators := make([]uuid.UUID, len(rows)), make([]uuid.UUID, len(rows))
	var accounts []uuid.UUID
	for i, p := range rows {
		payouts[i], creators[i] = p.ID, p.CreatorID
		if p.PayoutAccountID != nil {
			accounts = append(accounts, *p.PayoutAccountID)
		}
	}
	err := each(ctx, tx.SQL, func(scan func(...any) error) error {
		var commission, of uuid.UUID
		var status string
		if err := scan(&commission, &of, &status); err != nil {
			return err
		}
		b.underReview[of] = b.underReview[of] || status == "HELD"
		return nil
	}, `SELECT c.id, l.payout_id, c.status FROM payout_line l JOIN commission c ON c.id = l.commission_id
WHERE l.payout_id = ANY($1::uuid[]) ORDER BY c.id FOR SHARE OF c`, uuids(payouts))
	if err != nil {
		return b, fmt.Errorf("commissions of payouts: %w", err)
	}
	err = each(ctx, tx.SQL, func(scan func(...any) error) error {
		var creator uuid.UUID
		var minor int64
		if err := scan(&creator, &minor); err != nil {
			return err
		}
		b.payable[creator] = minor
		return nil
	}, `SELECT a.party_id, -sum(e.amount_minor)::bigint FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
WHERE a.brand_id = $1 AND a.kind = $2 AND a.currency = $3 AND a.mode = $4 AND a.party_id = ANY($5::uuid[]) GROUP BY a.party_id`,
		brand, ledger.CreatorPayable, currency, s.Ledger.Mode(), uuids(creators))
	if err != nil {
		return b, fmt.Errorf("payable of creators: %w", err)
	}
	err = each(ctx, tx.SQL, func(scan func(...any) error) error {
		var u uuid.UUID
		if err := scan(&u); err != nil {
			return err
		}
		b.active[u] = true
		return nil
	}, `SELECT id FROM payout_account WHERE id = ANY($1::uuid[]) AND transfers_active AND disconnected_at IS NULL`, uuids(accounts))
	if err != nil {
		return b, fmt.Errorf("payout accounts: %w", err)
	}
	return b, nil
}

// each runs a query and hands every row to f.
func each(ctx context.Context, q reader, f func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// drawTx makes sure that the funds cover a run, with the credit of an invoiced brand (P23). Fault: FUNDS_SHORT.
func (s *Service) drawTx(ctx context.Context, tx database.Tx, r *gen.PayoutRun, sum money.Money) error {
	funds, err := s.Ledger.BalanceTx(ctx, tx, account(r.BrandID, ledger.Funds, uuid.Nil, sum.Currency))
	if err != nil {
		return err
	}
	short := sum.Minor - funds.Minor
	if short <= 0 {
		return nil
	}
	all, err := s.spendable(ctx, tx.SQL, r.BrandID, sum.Currency)
	if err != nil {
		return err
	}
	if all.Minor < sum.Minor {
		return errFundsShort(money.New(sum.Minor-all.Minor, sum.Currency))
	}
	d := money.New(short, sum.Currency)
	_, _, err = s.Ledger.PostTx(ctx, tx, ledger.Posting{
		Reference: "run:" + r.ID.String() + ":draw", Kind: ledger.KindCreditDrawn, Brand: r.BrandID, Dimensions: map[string]string{"run": r.ID.String()},
		Lines: []ledger.Line{
			{Account: account(r.BrandID, ledger.Funds, uuid.Nil, sum.Currency), Amount: d},
			{Account: account(r.BrandID, ledger.DueToOperator, uuid.Nil, sum.Currency), Amount: d.Neg()},
			{Account: account(uuid.Nil, ledger.OperatorReceivable, r.BrandID, sum.Currency), Amount: d},
			{Account: account(uuid.Nil, ledger.OperatorFloat, uuid.Nil, sum.Currency), Amount: d.Neg()},
		}})
	if f, ok := fault.As(err); ok && f.Code == "BALANCE_TOO_LOW" {
		return errFundsShort(d)
	}
	return err
}

func errFundsShort(by money.Money) error {
	return fault.New(fault.Conflict, "FUNDS_SHORT", "The funds of the brand are short by %s. Record more funding first.", by)
}

// reserveTx sets the money of payouts aside (P19), moves them to RESERVED and enqueues their transfers. The caller holds the
// locks of items and funds and has compared both.
func (s *Service) reserveTx(ctx context.Context, tx database.Tx, brand uuid.UUID, currency money.Currency, rows []*gen.Payout, now time.Time) error {
	if len(rows) == 0 {
		return nil
	}
	postings := make([]ledger.Posting, len(rows))
	ids := make([]uuid.UUID, len(rows))
	jobs := make([]TransferJob, len(rows))
	for i, p := range rows {
		amount := money.New(p.AmountMinor, currency)
		postings[i] = ledger.Posting{
			Reference: fmt.Sprintf("payout:%s:reserve:%d", p.ID, p.Attempt+1), Kind: ledger.KindPayoutReserved, Brand: brand,
			Dimensions: map[string]string{"payout": p.ID.String(), "run": p.RunID.String()},
			Lines: []ledger.Line{
				{Account: account(brand, ledger.CreatorPayable, p.CreatorID, currency), Amount: amount},
				{Account: account(brand, ledger.FundsReserved, uuid.Nil, currency), Amount: amount},
				{Account: account(brand, ledger.PayoutInTransit, p.CreatorID, currency), Amount: amount.Neg()},
				{Account: account(brand, ledger.Funds, uuid.Nil, currency), Amount: amount.Neg()},
			}}
		ids[i], jobs[i] = p.ID, TransferJob{Payout: p.ID}
	}
	if _, err := s.Ledger.PostAllTx(ctx, tx, postings); err != nil {
		return err
	}
	from := rows[0].Status
	result, err := tx.SQL.ExecContext(ctx, `UPDATE payout SET status = $1, attempt = attempt + 1, idempotency_key = NULL, called_at = NULL,
  failure_code = NULL, failure_message = NULL, updated_at = $2 WHERE id = ANY($3::uuid[]) AND status = $4`, StatusReserved, now, uuids(ids), from)
	if err != nil {
		return fmt.Errorf("reserve payouts: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != int64(len(ids)) {
		return fault.State("payout", "being changed by somebody else", string(StatusReserved)).With(err)
	}
	return job.EnqueueAllTx(ctx, s.Queue, tx, jobs, job.Once())
}

// skipTx leaves approved payouts out of their run and frees their items.
func skipTx(ctx context.Context, tx database.Tx, ids []uuid.UUID, why SkipReason, now time.Time) error {
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE payout SET status = $1, skip_reason = $2, updated_at = $3
WHERE id = ANY($4::uuid[]) AND status = $5`, StatusSkipped, why, now, uuids(ids), StatusApproved); err != nil {
		return fmt.Errorf("skip payouts: %w", err)
	}
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE payout_line SET live = false WHERE payout_id = ANY($1::uuid[]) AND live`, uuids(ids)); err != nil {
		return fmt.Errorf("free payout lines: %w", err)
	}
	return nil
}

// Retry sends a failed payout again in its run, with a new attempt. When a later run has taken its items it is closed instead.
// Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, WRONG_STATE, OWN_EARNINGS, FUNDS_SHORT, UNDER_REVIEW, TRANSFERS_INACTIVE,
// BALANCE_CHANGED.
func (s *Service) Retry(ctx context.Context, x id.ID) (Payout, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Payout{}, err
	}
	u, err := id.Want(x, id.Payout, "payout")
	if err != nil {
		return Payout{}, err
	}
	p, err := s.DB.Ent.Payout.Get(ctx, u)
	if err != nil {
		return Payout{}, database.OnMissing(err, "payout")
	}
	if err := access.Noun(access.Brand(v, access.SendPayouts, p.BrandID), "payout"); err != nil {
		return Payout{}, err
	}
	if v.CreatorID != uuid.Nil && v.CreatorID == p.CreatorID {
		return Payout{}, errOwnEarnings()
	}
	_, err = s.changeRun(ctx, p.RunID, func(ctx context.Context, tx database.Tx, r *gen.PayoutRun, now time.Time) error {
		return s.retryTx(ctx, tx, r, u, now)
	})
	if err != nil {
		return Payout{}, err
	}
	return s.PayoutByID(ctx, x)
}

func (s *Service) retryTx(ctx context.Context, tx database.Tx, r *gen.PayoutRun, payoutID uuid.UUID, now time.Time) error {
	currency := money.Currency(r.Currency)
	if err := lockItemsTx(ctx, tx, r.BrandID, currency); err != nil {
		return err
	}
	if err := lockFundsTx(ctx, tx, r.BrandID, currency); err != nil {
		return err
	}
	p, err := lockPayoutTx(ctx, tx, payoutID)
	if err != nil {
		return err
	}
	if Status(p.Status) != StatusFailed {
		return fault.State("payout", p.Status, string(StatusReserved))
	}
	taken := false
	if err := tx.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM payout_line mine JOIN payout_line other ON other.item_id = mine.item_id AND other.live
WHERE mine.payout_id = $1)`, p.ID).Scan(&taken); err != nil {
		return fmt.Errorf("items of payout: %w", err)
	}
	if taken {
		return moveTx(ctx, tx, p, StatusClosed, now, nil)
	}
	state, err := s.bearingTx(ctx, tx, r.BrandID, currency, []*gen.Payout{p})
	if err != nil {
		return err
	}
	if why, no := state.refuse(p); no {
		return fault.New(fault.Conflict, string(why), "%s", skipSentences[why])
	}
	amount := money.New(p.AmountMinor, currency)
	funds, err := s.Ledger.BalanceTx(ctx, tx, account(r.BrandID, ledger.Funds, uuid.Nil, currency))
	if err != nil {
		return err
	}
	if funds.Minor < amount.Minor {
		return errFundsShort(money.New(amount.Minor-funds.Minor, currency))
	}
	if _, err := tx.SQL.ExecContext(ctx, `UPDATE payout_line SET live = true WHERE payout_id = $1`, p.ID); err != nil {
		return fmt.Errorf("claim items: %w", err)
	}
	if err := s.reserveTx(ctx, tx, r.BrandID, currency, []*gen.Payout{p}, now); err != nil {
		return err
	}
	if RunStatus(r.Status) == RunCompletedWithFailures {
		if err := moveRunTx(ctx, tx, r, RunSending, now, func(u *gen.PayoutRunUpdate) { u.ClearCompletedAt() }); err != nil {
			return err
		}
	}
	return deedTx(ctx, tx, r, now, "PAYOUT_RETRIED", map[string]any{"payout": id.Of(id.Payout, p.ID).String()})
}

// lockPayoutTx reads a payout and keeps others from changing it until the transaction ends.
func lockPayoutTx(ctx context.Context, tx database.Tx, u uuid.UUID) (*gen.Payout, error) {
	p, err := tx.Ent.Payout.Query().Where(payout.ID(u)).ForUpdate().Only(ctx)
	return p, database.OnMissing(err, "payout")
}
