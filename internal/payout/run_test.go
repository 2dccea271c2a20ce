package payout_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
	"tributary/internal/payout"
)

func code(t *testing.T, err error) string {
	t.Helper()
	f, ok := fault.As(err)
	require.True(t, ok, "%v", err)
	return f.Code
}

func TestAWholeRunPaysEverybodyOnceByJobsAndEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.webhooks()
	w.runner()
	var creators []uuid.UUID
	for range 5 {
		c, _ := w.creator("DE")
		w.earn(c, eur(10_00))
		w.earn(c, eur(5_01))
		w.earn(c, eur(-1))
		creators = append(creators, c)
	}
	w.fund(eur(100_00))
	preview, err := w.payouts.Preview(w.as(w.preparer), w.brandID(), money.EUR, nil)
	require.NoError(t, err)
	require.Equal(t, "5 creators get EUR 75.00.", preview.Sentence)
	require.True(t, preview.Covered)
	run := w.sent(money.EUR)
	require.Eventually(t, func() bool { return w.refetch(run).Status == payout.RunCompleted }, 60*time.Second, 50*time.Millisecond)
	for _, c := range creators {
		p := w.payoutsOf(run)[c]
		require.Equal(t, payout.StatusPaid, p.Status)
		require.Equal(t, eur(15_00), p.Amount)
		made := w.transfers(p)
		require.Len(t, made, 1)
		require.Equal(t, made[0].Ref, *p.ProviderReference)
		require.Equal(t, eur(15_00), made[0].Amount)
		require.Zero(t, w.balance(ledger.CreatorPayable, c, money.EUR))
	}
	require.NoError(t, w.sandbox.WaitDelivered(w.ctx))
	require.Eventually(t, func() bool {
		var open int
		require.NoError(t, w.db.SQL.QueryRowContext(w.ctx, `SELECT count(*) FROM inbox_delivery WHERE status = 'STORED'`).Scan(&open))
		return open == 0
	}, 60*time.Second, 50*time.Millisecond)
	require.Equal(t, int64(25_00), w.balance(ledger.Funds, uuid.Nil, money.EUR))
	w.audited()
	progress, err := w.payouts.ProgressOf(w.as(w.checker), run.ID)
	require.NoError(t, err)
	require.Equal(t, 5, progress.Paid)
	require.Equal(t, eur(75_00), progress.PaidAmount)
}

func TestOfManyApproversAtOnceOneWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	run := w.prepare(money.EUR)
	var all sync.WaitGroup
	won, codes := make(chan payout.Run, 20), make(chan error, 20)
	for range 20 {
		v := w.member(viewer.Owner)
		all.Go(func() {
			r, err := w.payouts.Approve(w.as(v), confirm(run))
			if err != nil {
				codes <- err
				return
			}
			won <- r
		})
	}
	all.Wait()
	require.Len(t, won, 1)
	close(codes)
	for err := range codes {
		require.Equal(t, "ALREADY_APPROVED", code(t, err))
	}
}

func TestTheCheckerIsSomebodyElseWithAnOldEnoughRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	run := w.prepare(money.EUR)
	approve := func(v viewer.Viewer) error { _, err := w.payouts.Approve(w.as(v), confirm(run)); return err }
	require.Equal(t, "SAME_PERSON", code(t, approve(w.preparer)))
	young := w.member(viewer.Finance)
	young.Memberships[0].GrantedAt = w.clock.Now().Add(-time.Hour)
	require.Equal(t, "ROLE_TOO_NEW", code(t, approve(young)))
	friend := w.member(viewer.Owner)
	friend.Memberships[0].GrantedBy = w.preparer.UserID
	require.Equal(t, "ROLE_GRANTED_BY_PREPARER", code(t, approve(friend)))
	payee := w.member(viewer.Owner)
	payee.CreatorID = c
	require.Equal(t, "OWN_EARNINGS", code(t, approve(payee)))
	require.Equal(t, "FORBIDDEN", code(t, approve(w.member(viewer.Manager))))
	require.Equal(t, "NOT_FOUND", code(t, approve(viewer.Viewer{Kind: viewer.User, UserID: uuid.New()})))
	wrong := confirm(run)
	wrong.ExpectedTotal = eur(10_01)
	_, err := w.payouts.Approve(w.as(w.checker), wrong)
	require.Equal(t, "CONFLICT", code(t, err))
	wrong = confirm(run)
	wrong.ExpectedVersion++
	_, err = w.payouts.Approve(w.as(w.checker), wrong)
	require.Equal(t, "CONFLICT", code(t, err))
	require.NoError(t, approve(w.checker))
}

func TestWhoEarnsDoesNotPrepareTheirOwnPayout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	own := w.preparer
	own.CreatorID = c
	_, err := w.payouts.Prepare(w.as(own), payout.PrepareInput{Brand: w.brandID(), Currency: money.EUR})
	require.Equal(t, "OWN_EARNINGS", code(t, err))
}

func TestAnApprovalLapsesAfter72Hours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	w.fund(eur(10_00))
	run, err := w.payouts.Approve(w.as(w.checker), confirm(w.prepare(money.EUR)))
	require.NoError(t, err)
	require.NotNil(t, run.ApprovalLapsesAt)
	w.clock.Set(*run.ApprovalLapsesAt)
	require.NoError(t, w.payouts.Sweep(w.ctx))
	require.Equal(t, payout.RunApproved, w.refetch(run).Status)
	w.clock.Advance(time.Second)
	_, err = w.payouts.Send(w.as(w.preparer), confirm(run))
	require.Equal(t, "APPROVAL_LAPSED", code(t, err))
	require.NoError(t, w.payouts.Sweep(w.ctx))
	after := w.refetch(run)
	require.Equal(t, payout.RunPrepared, after.Status)
	require.True(t, after.ApprovedByID.IsZero())
	_, err = w.payouts.Approve(w.as(w.checker), confirm(after))
	require.NoError(t, err)
}

func TestPreparingClaimsItemsOnceAndCancellingFreesThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	in := payout.PrepareInput{Brand: w.brandID(), Currency: money.EUR, IdempotencyKey: "november"}
	run, err := w.payouts.Prepare(w.as(w.preparer), in)
	require.NoError(t, err)
	again, err := w.payouts.Prepare(w.as(w.preparer), in)
	require.NoError(t, err)
	require.Equal(t, run.ID, again.ID)
	in.Currency = money.USD
	_, err = w.payouts.Prepare(w.as(w.preparer), in)
	require.Equal(t, "CONFLICT", code(t, err))
	_, err = w.payouts.Prepare(w.as(w.checker), payout.PrepareInput{Brand: w.brandID(), Currency: money.EUR})
	require.Equal(t, "NOTHING_TO_PAY", code(t, err))
	_, err = w.payouts.Cancel(w.as(w.preparer), payout.MoveInput{Run: run.ID, ExpectedVersion: run.Version})
	require.NoError(t, err)
	next := w.prepare(money.EUR)
	require.Equal(t, run.Number+1, next.Number)
	require.Equal(t, run.Total, next.Total)
	_, err = w.payouts.Reject(w.as(w.checker), payout.RejectInput{Run: next.ID, ExpectedVersion: next.Version})
	require.Equal(t, "REQUIRED", code(t, err))
	rejected, err := w.payouts.Reject(w.as(w.checker), payout.RejectInput{Run: next.ID, ExpectedVersion: next.Version, Reason: "Wait for the audit"})
	require.NoError(t, err)
	require.Equal(t, payout.RunRejected, rejected.Status)
	require.Equal(t, run.Total, w.prepare(money.EUR).Total)
	w.audited()
}

func TestWhoIsLeftOutAndWhyIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reasons := map[uuid.UUID]payout.SkipReason{}
	expect := func(r payout.SkipReason, c uuid.UUID, amounts ...int64) {
		reasons[c] = r
		for _, a := range amounts {
			w.earn(c, eur(a))
		}
	}
	c, _ := w.creator("DE")
	expect(payout.SkipNegativeBalance, c, 10_00, -10_01)
	c, account := w.creator("FR")
	expect(payout.SkipTransfersInactive, c, 10_00)
	require.NoError(t, w.sandbox.RestrictAccount(account))
	require.NoError(t, w.payouts.DoEvent(w.ctx, payout.EventJob{Delivery: uuid.New(), Type: "account.updated", Account: account, Object: account}))
	c, _ = w.creator("DE")
	expect(payout.SkipCurrencyUnsupported, c, 1_000_000_00)
	paid, _ := w.creator("DE")
	w.earn(paid, eur(7))
	even, _ := w.creator("DE")
	w.earn(even, eur(5_00))
	w.earn(even, eur(-5_00))
	preview, err := w.payouts.Preview(w.as(w.preparer), w.brandID(), money.EUR, nil)
	require.NoError(t, err)
	require.Equal(t, 1, preview.PayoutCount)
	require.Equal(t, eur(7), preview.Total)
	require.False(t, preview.Covered)
	require.Len(t, preview.Skipped, len(reasons))
	for _, s := range preview.Skipped {
		require.Equal(t, reasons[s.CreatorID.UUID], s.Reason)
		require.NotEmpty(t, s.Sentence)
	}
	run := w.prepare(money.EUR)
	skipped, err := w.payouts.SkippedOfRuns(w.as(w.checker), []uuid.UUID{run.ID.UUID})
	require.NoError(t, err)
	require.ElementsMatch(t, preview.Skipped, skipped[run.ID.UUID])
}

func TestACreatorWhoCanNoLongerBearItIsLeftOutWholeAtSending(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stays, _ := w.creator("DE")
	falls, _ := w.creator("DE")
	stopped, account := w.creator("DE")
	for _, c := range []uuid.UUID{stays, falls, stopped} {
		w.earn(c, eur(20_00))
	}
	w.fund(eur(60_00))
	run, err := w.payouts.Approve(w.as(w.checker), confirm(w.prepare(money.EUR)))
	require.NoError(t, err)
	w.earn(falls, eur(-1))
	require.NoError(t, w.sandbox.RestrictAccount(account))
	require.NoError(t, w.payouts.DoEvent(w.ctx, payout.EventJob{Delivery: uuid.New(), Type: "capability.updated", Account: account, Object: "transfers"}))
	run, err = w.payouts.Send(w.as(w.preparer), confirm(run))
	require.NoError(t, err)
	require.Equal(t, eur(20_00), run.Total)
	w.drain()
	of := w.payoutsOf(run)
	require.Equal(t, payout.StatusPaid, of[stays].Status)
	require.Equal(t, payout.SkipBalanceChanged, *of[falls].SkipReason)
	require.Equal(t, payout.SkipTransfersInactive, *of[stopped].SkipReason)
	require.Equal(t, payout.RunCompleted, w.refetch(run).Status)
	require.Equal(t, eur(19_99), w.prepare(money.EUR).Total)
	w.audited()
}

func TestNothingIsSentWithoutFundsOrBalance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(20_00))
	run, err := w.payouts.Approve(w.as(w.checker), confirm(w.prepare(money.EUR)))
	require.NoError(t, err)
	_, err = w.payouts.Send(w.as(w.preparer), confirm(run))
	require.Equal(t, "PROVIDER_BALANCE_SHORT", code(t, err))
	_, err = w.sandbox.Fund("eur", 50_00)
	require.NoError(t, err)
	_, err = w.payouts.Send(w.as(w.preparer), confirm(run))
	require.Equal(t, "FUNDS_SHORT", code(t, err))
	require.Equal(t, payout.RunApproved, w.refetch(run).Status)
	w.fund(eur(20_00))
	_, err = w.payouts.Send(w.as(w.checker), confirm(run))
	require.NoError(t, err)
	w.drain()
	w.audited()
}

func TestAPausedRunSendsNothingMoreUntilItIsResumed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(20_00))
	w.fund(eur(20_00))
	run := w.sent(money.EUR)
	run, err := w.payouts.Pause(w.as(w.preparer), payout.MoveInput{Run: run.ID, ExpectedVersion: run.Version})
	require.NoError(t, err)
	w.step(w.payouts)
	require.NoError(t, w.payouts.Sweep(w.ctx))
	require.Equal(t, payout.StatusReserved, w.payoutsOf(run)[c].Status)
	_, err = w.payouts.Pause(w.as(w.preparer), payout.MoveInput{Run: run.ID, ExpectedVersion: run.Version})
	require.Equal(t, "WRONG_STATE", code(t, err))
	_, err = w.payouts.Resume(w.as(w.preparer), payout.MoveInput{Run: run.ID, ExpectedVersion: run.Version})
	require.NoError(t, err)
	w.drain()
	require.Equal(t, payout.RunCompleted, w.refetch(run).Status)
	w.audited()
}

func TestAmountsWithoutAndWithThreeDecimalsAreExact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for currency, amount := range map[money.Currency]int64{money.JPY: 1234, money.USD: 12_34} {
		c, _ := w.creator("US")
		w.earn(c, money.New(amount, currency))
		w.fund(money.New(amount, currency))
		run := w.sent(currency)
		w.drain()
		p := w.payoutsOf(run)[c]
		require.Equal(t, payout.StatusPaid, p.Status, currency)
		require.Equal(t, money.New(amount, currency), w.transfers(p)[0].Amount)
		require.Zero(t, w.balance(ledger.Funds, uuid.Nil, currency))
	}
	c, _ := w.creator("US")
	w.earn(c, money.New(12_345, money.KWD))
	_, err := w.payouts.Prepare(w.as(w.preparer), payout.PrepareInput{Brand: w.brandID(), Currency: money.KWD})
	require.Equal(t, "NOTHING_TO_PAY", code(t, err))
	w.earn(c, money.New(5, money.KWD))
	require.Equal(t, money.New(12_350, money.KWD), w.prepare(money.KWD).Total)
	w.audited()
}
