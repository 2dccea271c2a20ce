package payout_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/id"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/money"
	"tributary/internal/ledger"
	"tributary/internal/payout"
	"tributary/internal/stripesandbox"
)

// everyFault is each way in which the sandbox lets a call go wrong. Silences and slow calls last longer than the client waits.
var everyFault = []stripesandbox.FaultKind{stripesandbox.Fault500Before, stripesandbox.Fault500After, stripesandbox.Fault500Kept,
	stripesandbox.FaultResetBefore, stripesandbox.FaultResetAfter, stripesandbox.FaultSilenceBefore, stripesandbox.FaultSilenceAfter,
	stripesandbox.FaultRateLimit, stripesandbox.FaultLockTimeout, stripesandbox.FaultConflict, stripesandbox.FaultUnavailable,
	stripesandbox.FaultHalfJSON, stripesandbox.FaultInsufficientBalance, stripesandbox.FaultSlow}

// paidOnce proves that a creator got the money exactly once and that the books say so.
func (w *world) paidOnce(run payout.Run, creator uuid.UUID, amount money.Money) {
	w.t.Helper()
	p := w.payoutsOf(run)[creator]
	require.Equal(w.t, payout.StatusPaid, p.Status, p.Sentence)
	made := w.transfers(p)
	require.Len(w.t, made, 1)
	require.Equal(w.t, amount, made[0].Amount)
	require.Equal(w.t, made[0].Ref, *p.ProviderReference)
	require.Zero(w.t, w.balance(ledger.CreatorPayable, creator, amount.Currency))
	require.Zero(w.t, w.balance(ledger.PayoutInTransit, creator, amount.Currency))
	require.Zero(w.t, w.balance(ledger.FundsReserved, uuid.Nil, amount.Currency))
	told := slices.DeleteFunc(w.letters(creator), func(m mail.Message) bool { return !strings.HasSuffix(m.Subject, " "+amount.String()) })
	require.Len(w.t, told, 1)
	w.audited()
}

func TestEveryFaultOfATransferEndsSettledExactlyOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range everyFault {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c, _ := w.creator("DE")
			w.fund(eur(100_00))
			for i, hit := range []struct {
				method string
				times  int
			}{{"POST", 1}, {"POST", 3}, {"GET", 1}, {"", 3}} {
				amount := eur(12_34 + int64(i))
				w.earn(c, amount)
				run := w.sent(money.EUR)
				if hit.method == "GET" { // the first call of a payout makes no look-up: lose its answer
					require.NoError(t, w.sandbox.AddFault(stripesandbox.Fault{Method: "POST", Path: transfersPath, Kind: stripesandbox.Fault500After}))
				}
				require.NoError(t, w.sandbox.AddFault(stripesandbox.Fault{Method: hit.method, Path: transfersPath, Kind: kind, Times: hit.times, Delay: 500 * time.Millisecond}))
				w.drain()
				for range hit.times { // a refusal that the provider keeps is given back to a person
					if p := w.payoutsOf(run)[c]; p.Status == payout.StatusFailed {
						require.Equal(t, stripesandbox.Fault500Kept, kind)
						require.Equal(t, payout.RunCompletedWithFailures, w.refetch(run).Status)
						require.Empty(t, w.transfers(p))
						w.audited()
						_, err := w.payouts.Retry(w.as(w.preparer), p.ID)
						require.NoError(t, err)
						w.drain()
					}
				}
				w.sandbox.ClearFaults()
				w.paidOnce(run, c, amount)
				require.Equal(t, payout.RunCompleted, w.refetch(run).Status)
			}
		})
	}
}

func TestADefiniteRefusalGivesTheMoneyBackAndCanBeRetried(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, account := w.creator("DE")
	w.earn(c, eur(10_00))
	w.fund(eur(10_00))
	run := w.sent(money.EUR)
	require.NoError(t, w.sandbox.RestrictAccount(account))
	w.drain()
	p := w.payoutsOf(run)[c]
	require.Equal(t, payout.StatusFailed, p.Status)
	require.Contains(t, p.Sentence, "Stripe says")
	require.Equal(t, int64(-10_00), w.balance(ledger.CreatorPayable, c, money.EUR))
	require.Equal(t, int64(10_00), w.balance(ledger.Funds, uuid.Nil, money.EUR))
	require.Equal(t, payout.RunCompletedWithFailures, w.refetch(run).Status)
	w.audited()
	require.NoError(t, w.sandbox.CompleteOnboarding(account))
	retried, err := w.payouts.Retry(w.as(w.preparer), p.ID)
	require.NoError(t, err)
	require.Equal(t, payout.StatusReserved, retried.Status)
	_, err = w.payouts.Retry(w.as(w.preparer), p.ID)
	require.Equal(t, "WRONG_STATE", code(t, err))
	w.drain()
	w.paidOnce(run, c, eur(10_00))
}

func TestAFailedPayoutWhoseItemsALaterRunTookIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, account := w.creator("DE")
	w.earn(c, eur(10_00))
	w.fund(eur(10_00))
	run := w.sent(money.EUR)
	require.NoError(t, w.sandbox.RestrictAccount(account))
	w.drain()
	require.NoError(t, w.sandbox.CompleteOnboarding(account))
	later := w.sent(money.EUR)
	closed, err := w.payouts.Retry(w.as(w.preparer), w.payoutsOf(run)[c].ID)
	require.NoError(t, err)
	require.Equal(t, payout.StatusClosed, closed.Status)
	w.drain()
	w.paidOnce(later, c, eur(10_00))
}

func TestAShortBalanceWaitsPaysTheOthersAndGoesOnByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	large, _ := w.creator("DE")
	small, _ := w.creator("DE")
	w.earn(large, eur(80_00))
	w.earn(small, eur(20_00))
	w.fund(eur(100_00))
	run := w.sent(money.EUR)
	_, err := w.sandbox.SweepPlatform("eur", 70_00)
	require.NoError(t, err)
	w.step(w.payouts)
	of := w.payoutsOf(run)
	require.Equal(t, payout.StatusPaid, of[small].Status)
	require.Equal(t, payout.StatusWaiting, of[large].Status)
	require.Contains(t, of[large].Sentence, "topped up")
	w.clock.Advance(time.Minute)
	queued := func() (n int) {
		require.NoError(t, w.db.SQL.QueryRowContext(w.ctx, `SELECT count(*) FROM river_job WHERE kind = 'payout_transfer' AND args->>'payout' = $1`,
			of[large].ID.UUID.String()).Scan(&n))
		return n
	}
	_, err = w.db.SQL.ExecContext(w.ctx, `DELETE FROM river_job WHERE kind = 'payout_transfer'`)
	require.NoError(t, err)
	require.NoError(t, w.payouts.Sweep(w.ctx))
	require.Zero(t, queued(), "the balance does not cover it yet")
	_, err = w.sandbox.Fund("eur", 75_00)
	require.NoError(t, err)
	require.NoError(t, w.payouts.Sweep(w.ctx))
	require.NoError(t, w.payouts.Sweep(w.ctx))
	require.Equal(t, 1, queued())
	w.drain()
	w.paidOnce(run, large, eur(80_00))
	w.paidOnce(run, small, eur(20_00))
}

func TestAKeyThatStripeForgotIsLookedUpFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	w.fund(eur(10_00))
	run := w.sent(money.EUR)
	require.NoError(t, w.sandbox.AddFault(stripesandbox.Fault{Method: "POST", Path: transfersPath, Kind: stripesandbox.Fault500After}))
	w.step(w.payouts)
	require.Equal(t, payout.StatusUnknown, w.payoutsOf(run)[c].Status)
	w.clock.Advance(25 * time.Hour)
	w.sandbox.ForgetKeys()
	w.drain()
	w.paidOnce(run, c, eur(10_00))
}

func TestManyWorkersOnOnePayoutPayItOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	w.fund(eur(10_00))
	run := w.sent(money.EUR)
	require.NoError(t, w.sandbox.AddFault(stripesandbox.Fault{Method: "POST", Path: transfersPath, Kind: stripesandbox.Fault500After}))
	for range 4 {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() { _ = w.payouts.DoTransfer(w.ctx, payout.TransferJob{Payout: w.payoutsOf(run)[c].ID.UUID}) })
		}
		all.Wait()
		w.clock.Advance(2 * time.Minute)
	}
	w.drain()
	w.paidOnce(run, c, eur(10_00))
}

// TestAWorkerThatDiesAtAnyStepLosesNothing stops a worker at each step by ending it there, as a crash would, and lets another
// one take over.
func TestAWorkerThatDiesAtAnyStepLosesNothing(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"begun", "looked", "called", "stored"} {
		for _, lost := range []bool{false, true} { // whether the answer of the call before was lost, so that there is a look-up
			t.Run(fmt.Sprintf("%s, after a lost answer: %t", at, lost), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				c, _ := w.creator("DE")
				w.earn(c, eur(10_00))
				w.fund(eur(10_00))
				run := w.sent(money.EUR)
				if lost {
					require.NoError(t, w.sandbox.AddFault(stripesandbox.Fault{Method: "POST", Path: transfersPath, Kind: stripesandbox.Fault500Before}))
					w.step(w.payouts)
					w.clock.Advance(time.Minute)
				}
				_, dying := w.serve(w.sandbox.URL())
				type death struct{}
				dying.OnStep(func(name string) {
					if name == at {
						panic(death{})
					}
				})
				func() {
					defer func() {
						if r := recover(); r != nil {
							require.IsType(t, death{}, r)
						}
					}()
					w.step(dying)
				}()
				w.drain()
				w.paidOnce(run, c, eur(10_00))
			})
		}
	}
}

func TestAWorkerThatIsStoppedDuringItsCallWritesDownThatNobodyKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	w.fund(eur(10_00))
	run := w.sent(money.EUR)
	require.NoError(t, w.sandbox.AddFault(stripesandbox.Fault{Method: "POST", Path: transfersPath, Kind: stripesandbox.FaultSilenceAfter, Delay: time.Minute}))
	ctx, cancel := context.WithCancel(w.ctx)
	_, s := w.serve(w.sandbox.URL())
	s.OnStep(func(name string) {
		if name == "begun" {
			time.AfterFunc(50*time.Millisecond, cancel)
		}
	})
	_ = s.DoTransfer(ctx, payout.TransferJob{Payout: w.open()[0]})
	require.Equal(t, payout.StatusUnknown, w.payoutsOf(run)[c].Status)
	w.sandbox.ClearFaults()
	w.drain()
	w.paidOnce(run, c, eur(10_00))
}

func TestACreatorSeesAPayoutOnceItIsOnItsWayAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, _ := w.creator("DE")
	other, _ := w.creator("DE")
	w.earn(c, eur(10_00))
	w.fund(eur(10_00))
	run := w.prepare(money.EUR)
	p := w.payoutsOf(run)[c]
	see := func(creator uuid.UUID) error {
		_, err := w.payouts.PayoutByID(w.as(asCreator(creator)), p.ID)
		return err
	}
	require.Equal(t, "NOT_FOUND", code(t, see(c)))
	run, err := w.payouts.Approve(w.as(w.checker), confirm(run))
	require.NoError(t, err)
	_, err = w.payouts.Send(w.as(w.preparer), confirm(run))
	require.NoError(t, err)
	require.NoError(t, see(c))
	require.Equal(t, "NOT_FOUND", code(t, see(other)))
	runs, err := w.payouts.RunsByIDs(w.as(asCreator(c)), []uuid.UUID{run.ID.UUID})
	require.NoError(t, err)
	require.Empty(t, runs)
	_, err = w.payouts.PayoutByID(w.as(w.preparer), id.Of(id.Creator, p.ID.UUID))
	require.Equal(t, "NOT_FOUND", code(t, err))
}
