package payout

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/payout"
	"tributary/ent/gen/payoutaccount"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
)

// Times of sending.
const (
	// lease is how long one worker has a payout in SENDING to itself; after it the worker is taken for dead.
	lease = 90 * time.Second
	// absenceAfter is how long after the last call a look-up that finds nothing proves that there is no transfer.
	absenceAfter = 10 * time.Minute
	// Pauses between calls for a payout without a clear answer, by the age of its key.
	pauseFirst, pauseLater, pauseLong = 3 * time.Second, 20 * time.Second, 2 * time.Minute
	// pauseLimited is the pause after the provider did not look at a request.
	pauseLimited = 5 * time.Second
)

// Codes of failures that the service itself writes.
const (
	codeNoTransfer   = "no_transfer"   // the provider never made the transfer and never will under its key
	codeKeptAnswer   = "kept_answer"   // the provider repeats an answer that does not tell
	codeBalanceShort = "balance_short" // kept under the key: the next try takes a new one
)

// TransferJob does or takes up the transfer of one payout.
type TransferJob struct {
	Payout uuid.UUID `json:"payout"`
}

// Kind names the job in the queue.
func (TransferJob) Kind() string { return "payout_transfer" }

// DoTransfer brings a payout one step further: it makes the transfer, or finds out what became of one that was begun. It can be
// stopped at any instruction and run any number of times, also at once; the money moves at most once.
func (s *Service) DoTransfer(ctx context.Context, j TransferJob) error {
	a, next, err := s.begin(ctx, j.Payout)
	if err != nil {
		return err
	}
	if a == nil {
		return next.err()
	}
	s.step("begun")
	next, err = s.try(ctx, a)
	if err != nil {
		return err
	}
	s.step("stored")
	s.changed(a.brand, a.run)
	if err := s.complete(ctx, a.run); err != nil {
		return err
	}
	return next.err()
}

// again says when a payout is to be looked at next; zero = not by this job.
type again time.Duration

func (a again) err() error {
	if a == 0 {
		return nil
	}
	return job.Snooze(time.Duration(a))
}

// attempt is a payout that this worker has moved to SENDING, with all that the call needs. It was committed.
type attempt struct {
	payout, brand, run uuid.UUID
	order              TransferOrder
	number             int
	began              time.Time // the worker's token: the row is this worker's while updated_at is this
	// lookFirst asks for the transfer before the call. It is left out only at the very first call of a payout, so that it does
	// not matter whether the provider still remembers a key.
	lookFirst  bool
	keptAnswer bool // the provider repeats an unclear answer under this key
	before     Status
	lastCall   time.Time
}

// begin takes a payout over and commits the attempt, its key and its parameters before any call. It gives nil when there is
// nothing to do now.
func (s *Service) begin(ctx context.Context, payoutID uuid.UUID) (*attempt, again, error) {
	var a *attempt
	var wait again
	err := s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		a, wait = nil, 0
		p, err := lockPayoutTx(ctx, tx, payoutID)
		if err != nil {
			return err
		}
		r, err := tx.Ent.PayoutRun.Get(ctx, p.RunID)
		if err != nil {
			return fmt.Errorf("run of payout: %w", err)
		}
		now := s.now()
		if wait = s.notYet(p, RunStatus(r.Status), now); wait != 0 || !startable(p, RunStatus(r.Status)) {
			return nil
		}
		a, err = s.takeTx(ctx, tx, p, r, now)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, 0, job.Discard(err)
	}
	return a, wait, err
}

// startable tells whether a payout is to be worked on: what was not sent yet only while its run is being sent.
func startable(p *gen.Payout, run RunStatus) bool {
	switch Status(p.Status) {
	case StatusReserved, StatusWaiting:
		return run == RunSending
	case StatusSending, StatusUnknown:
		return true
	default:
		return false
	}
}

// notYet gives how long to leave a payout alone.
func (s *Service) notYet(p *gen.Payout, run RunStatus, now time.Time) again {
	if !startable(p, run) {
		return 0
	}
	since := now.Sub(p.UpdatedAt)
	var pause time.Duration
	switch Status(p.Status) {
	case StatusSending:
		pause = lease // another worker has it, or died with it
	case StatusUnknown:
		pause = pauseFirst
		switch age := ageOf(p, now); {
		case text(p.FailureCode) == codeKeptAnswer:
			pause = absenceAfter
		case age > absenceAfter:
			pause = pauseLong
		case age > time.Minute:
			pause = pauseLater
		}
	case StatusWaiting:
		pause = pauseLimited
	}
	if since < pause {
		return again(pause - since)
	}
	return 0
}

func ageOf(p *gen.Payout, now time.Time) time.Duration {
	if p.CalledAt == nil {
		return 0
	}
	return now.Sub(*p.CalledAt)
}

// takeTx moves a payout to SENDING and commits what the call will be made with.
func (s *Service) takeTx(ctx context.Context, tx database.Tx, p *gen.Payout, r *gen.PayoutRun, now time.Time) (*attempt, error) {
	before := Status(p.Status)
	a := &attempt{payout: p.ID, brand: p.BrandID, run: p.RunID, number: p.Attempt, before: before, lastCall: p.UpdatedAt, began: now,
		lookFirst: before != StatusReserved || p.Attempt > 1, keptAnswer: text(p.FailureCode) == codeKeptAnswer}
	destination := text(p.DestinationRef)
	if before == StatusReserved {
		acc, err := tx.Ent.PayoutAccount.Query().Where(payoutaccount.ID(*p.PayoutAccountID)).Only(ctx)
		if err != nil {
			return nil, fmt.Errorf("payout account: %w", err)
		}
		destination = acc.ProviderRef
	}
	called := now
	if before != StatusReserved && p.CalledAt != nil {
		called = *p.CalledAt
	}
	if before == StatusWaiting && text(p.FailureCode) == codeBalanceShort {
		// The refusal is stored and the provider repeats it under the old key.
		a.number++
		called = now
	}
	var slug string
	if err := tx.SQL.QueryRowContext(ctx, `SELECT slug FROM brand WHERE id = $1`, p.BrandID).Scan(&slug); err != nil {
		return nil, fmt.Errorf("brand of payout: %w", err)
	}
	// Every part follows from columns that never change, so that a repeat under the same key is equal.
	a.order = TransferOrder{
		Key: fmt.Sprintf("%s:%d", p.ID, a.number), Group: groupOf(p.ID), Destination: destination,
		Amount: money.New(p.AmountMinor, money.Currency(p.Currency)), Description: fmt.Sprintf("Payout run %d of %s", r.Number, slug),
		Metadata: map[string]string{"brand": id.Of(id.Brand, p.BrandID).String(), "run": id.Of(id.PayoutRun, p.RunID).String(),
			"payout": groupOf(p.ID), "attempt": strconv.Itoa(a.number)},
	}
	change := func(u *gen.PayoutUpdate) {
		u.SetAttempt(a.number).SetIdempotencyKey(a.order.Key).SetCalledAt(called).SetDestinationRef(destination)
	}
	if before == StatusSending {
		// The worker that had it is gone: take the lease over.
		n, err := change0(tx, p, now, change).Save(ctx)
		if err == nil && n != 1 {
			err = fault.State("payout", "being changed by somebody else", string(StatusSending))
		}
		return a, err
	}
	return a, moveTx(ctx, tx, p, StatusSending, now, change)
}

// change0 changes a payout without moving it.
func change0(tx database.Tx, p *gen.Payout, now time.Time, change func(*gen.PayoutUpdate)) *gen.PayoutUpdate {
	u := tx.Ent.Payout.Update().Where(payout.ID(p.ID), payout.Status(p.Status)).SetUpdatedAt(now)
	change(u)
	return u
}

// try looks the transfer up where it may exist already, makes it where it does not, and stores the outcome.
func (s *Service) try(ctx context.Context, a *attempt) (again, error) {
	call, cancel := context.WithTimeout(ctx, providerCall)
	defer cancel()
	if a.lookFirst {
		found, err := s.Provider.TransfersOf(call, a.order.Group)
		s.step("looked")
		if err != nil {
			return s.store(ctx, a, nil, problemOf(err), true)
		}
		if len(found) > 1 {
			s.Log.ErrorContext(ctx, "a payout has more than one transfer at the provider", "payout", a.payout, "transfers", len(found))
		}
		if len(found) > 0 {
			return s.store(ctx, a, &found[0], nil, false)
		}
		if a.keptAnswer && a.began.Sub(a.lastCall) >= absenceAfter {
			return s.store(ctx, a, nil, &Problem{Kind: Refused, Code: codeNoTransfer, Message: "Stripe answered with an error and made no transfer."}, false)
		}
	}
	mine, err := s.stillMine(ctx, a)
	if err != nil || !mine {
		return 0, err
	}
	made, err := s.Provider.Transfer(call, a.order)
	s.step("called")
	if err != nil {
		return s.store(ctx, a, nil, problemOf(err), false)
	}
	return s.store(ctx, a, &made, nil, false)
}

// stillMine looks directly before the call whether this worker still has the payout.
func (s *Service) stillMine(ctx context.Context, a *attempt) (bool, error) {
	ok, err := s.DB.Ent.Payout.Query().Where(payout.ID(a.payout), payout.Status(string(StatusSending)), payout.AttemptEQ(a.number),
		payout.UpdatedAt(a.began)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("payout before its call: %w", err)
	}
	return ok && s.now().Sub(a.began) < lease, nil
}

// store writes down what a call gave, also while the process is being stopped. looking says that the failed call was a look-up,
// which moved nothing.
func (s *Service) store(ctx context.Context, a *attempt, made *Transfer, p *Problem, looking bool) (again, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeDeadline)
	defer cancel()
	if made != nil {
		_, err := s.Observe(ctx, *made)
		if errors.Is(err, errForeignTransfer) {
			return 0, job.Discard(err)
		}
		return 0, err
	}
	s.Log.WarnContext(ctx, "a transfer was not made", "payout", a.payout, "attempt", a.number, "looking", looking, "problem", p)
	var wait again
	err := s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := lockPayoutTx(ctx, tx, a.payout)
		if err != nil {
			return err
		}
		// An event may have settled it meanwhile, or another worker may have taken it over.
		if Status(row.Status) != StatusSending || !row.UpdatedAt.Equal(a.began) || row.Attempt != a.number {
			return nil
		}
		wait, err = s.failedCallTx(ctx, tx, row, a, p, looking)
		return err
	})
	return wait, err
}

func (s *Service) failedCallTx(ctx context.Context, tx database.Tx, row *gen.Payout, a *attempt, p *Problem, looking bool) (again, error) {
	now := s.now()
	note := func(code, message string) func(*gen.PayoutUpdate) {
		return func(u *gen.PayoutUpdate) { u.SetFailureCode(cut(code, 100)).SetFailureMessage(cut(message, 500)) }
	}
	switch {
	case looking && a.before == StatusWaiting:
		// Nothing was called: it waits for what it waited for.
		return again(pauseLater), moveTx(ctx, tx, row, StatusWaiting, now, nil)
	case looking:
		code := "no_answer"
		if a.keptAnswer {
			code = codeKeptAnswer
		}
		return again(pauseLater), moveTx(ctx, tx, row, StatusUnknown, now, note(code, "Stripe does not answer; it is asked again."))
	case p.Kind == Refused || p.Kind == Gone:
		return 0, s.failTx(ctx, tx, row, p.Code, p.Message, now)
	case p.Kind == BalanceShort:
		return 0, moveTx(ctx, tx, row, StatusWaiting, now, note(codeBalanceShort, p.Message))
	case p.Kind == Later && a.before != StatusUnknown && a.before != StatusSending:
		return again(pauseLimited), moveTx(ctx, tx, row, StatusWaiting, now, note(p.Code, p.Message))
	case p.Kind == UnclearForever:
		return again(absenceAfter), moveTx(ctx, tx, row, StatusUnknown, now, note(codeKeptAnswer, p.Message))
	default:
		// A request that was not looked at leaves an earlier one under the same key as unclear as it was.
		return again(pauseFirst), moveTx(ctx, tx, row, StatusUnknown, now, note(p.Code, p.Message))
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// cut bounds a text to the bytes of its column.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return string([]rune(s[:most-3])) + "…"
}
