package ledger_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
)

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

type books struct {
	t       *testing.T
	ctx     context.Context
	db      *database.DB
	clock   *clock.Fake
	ledger  *ledger.Service
	brand   uuid.UUID
	creator uuid.UUID
}

func newBooks(t *testing.T) *books {
	db := testdb.New(t)
	c := clock.NewFake(start)
	return &books{t: t, ctx: testdb.Context(t), db: db, clock: c, brand: uuid.New(), creator: uuid.New(),
		ledger: ledger.New(ledger.Config{DB: db, Clock: c, Mode: ledger.ModeSandbox})}
}

func (b *books) of(kind ledger.AccountKind) ledger.Account {
	a := ledger.Account{Brand: b.brand, Kind: kind, Currency: money.EUR}
	switch kind {
	case ledger.CreatorPending, ledger.CreatorHeld, ledger.CreatorPayable, ledger.PayoutInTransit, ledger.CreatorAdvance:
		a.Party = b.creator
	case ledger.OperatorFloat, ledger.OperatorTreasury, ledger.OperatorFees:
		a.Brand = uuid.Nil
	}
	return a
}

func (b *books) posting(reference, kind string, to, from ledger.AccountKind, minor int64, commission uuid.UUID) ledger.Posting {
	return ledger.Posting{Reference: reference, Kind: kind, Brand: b.brand, Lines: []ledger.Line{
		{Account: b.of(to), Amount: money.New(minor, money.EUR), Commission: commission},
		{Account: b.of(from), Amount: money.New(-minor, money.EUR), Commission: commission},
	}}
}

func (b *books) post(p ledger.Posting) (posted bool, err error) {
	err = b.db.InTx(b.ctx, func(ctx context.Context, tx database.Tx) error {
		_, posted, err = b.ledger.PostTx(ctx, tx, p)
		return err
	})
	return posted, err
}

func (b *books) balance(kind ledger.AccountKind) int64 {
	var out money.Money
	require.NoError(b.t, b.db.InTx(b.ctx, func(ctx context.Context, tx database.Tx) (err error) {
		out, err = b.ledger.BalanceTx(ctx, tx, b.of(kind))
		return err
	}))
	return out.Minor
}

func TestACauseIsPostedOnceHoweverOftenItIsTold(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	p := b.posting("commission:1:accrue", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, uuid.New())
	posted, err := b.post(p)
	require.NoError(t, err)
	require.True(t, posted)
	b.clock.Advance(time.Hour)
	p.Reason = "told again"
	posted, err = b.post(p)
	require.NoError(t, err)
	require.False(t, posted)
	require.EqualValues(t, -700, b.balance(ledger.CreatorPending))

	p.Lines[0].Amount.Minor, p.Lines[1].Amount.Minor = 701, -701
	_, err = b.post(p)
	require.ErrorIs(t, err, ledger.ErrOtherContent)
	require.EqualValues(t, -700, b.balance(ledger.CreatorPending))
}

func TestManyAtOncePostACauseOnce(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	p := b.posting("commission:1:accrue", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, uuid.New())
	const writers = 32
	done := make(chan bool, writers)
	for range writers {
		go func() {
			posted, err := b.post(p)
			done <- posted && err == nil
		}()
	}
	posts := 0
	for range writers {
		if <-done {
			posts++
		}
	}
	require.Equal(t, 1, posts)
	require.EqualValues(t, -700, b.balance(ledger.CreatorPending))
}

func TestPostingsThatTheChartForbidsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for name, spoil := range map[string]func(*ledger.Posting){
		"does not sum to zero":  func(p *ledger.Posting) { p.Lines[0].Amount.Minor++ },
		"two currencies":        func(p *ledger.Posting) { p.Lines[0].Amount.Currency, p.Lines[0].Account.Currency = "USD", "USD" },
		"unknown account":       func(p *ledger.Posting) { p.Lines[0].Account.Kind = "CASH" },
		"no party":              func(p *ledger.Posting) { p.Lines[1].Account.Party = uuid.Nil },
		"party where none is":   func(p *ledger.Posting) { p.Lines[0].Account.Party = b.creator },
		"brand account nowhere": func(p *ledger.Posting) { p.Lines[0].Account.Brand = uuid.Nil },
		"one line":              func(p *ledger.Posting) { p.Lines = p.Lines[:1] },
		"only zeros":            func(p *ledger.Posting) { p.Lines[0].Amount.Minor, p.Lines[1].Amount.Minor = 0, 0 },
		"no reference":          func(p *ledger.Posting) { p.Reference = "" },
		"sums to zero in two books only together": func(p *ledger.Posting) { p.Lines[1].Account.Brand = uuid.New() },
	} {
		p := b.posting("x", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, uuid.New())
		spoil(&p)
		_, err := b.post(p)
		require.ErrorIs(t, err, ledger.ErrPosting, name)
	}
}

func TestBoundedAccountsNeverCrossZero(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	one, other := uuid.New(), uuid.New()
	_, err := b.post(b.posting("commission:1:accrue", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, one))
	require.NoError(t, err)
	_, err = b.post(b.posting("commission:2:accrue", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 500, other))
	require.NoError(t, err)

	// The creator's pending balance would bear it, this commission's does not.
	_, err = b.post(b.posting("commission:1:approve", ledger.KindApproved, ledger.CreatorPending, ledger.CreatorPayable, 701, one))
	require.True(t, fault.Is(err, fault.Conflict), err)
	_, err = b.post(b.posting("payout:1:settle", ledger.KindPayoutSettled, ledger.PayoutInTransit, ledger.FundsReserved, 1, uuid.Nil))
	require.True(t, fault.Is(err, fault.Conflict), err)

	_, err = b.post(b.posting("commission:1:approve", ledger.KindApproved, ledger.CreatorPending, ledger.CreatorPayable, 700, one))
	require.NoError(t, err)
	// A creator may owe.
	_, err = b.post(b.posting("commission:1:refund:1", ledger.KindClawedBack, ledger.CreatorPayable, ledger.CommissionExpense, 900, one))
	require.NoError(t, err)
	require.EqualValues(t, 200, b.balance(ledger.CreatorPayable))
}

func TestTwoDrawsNeverSpendTheSameFunds(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	_, err := b.post(b.posting("funding:1", ledger.KindFunding, ledger.Funds, ledger.BrandTreasury, 1000, uuid.Nil))
	require.NoError(t, err)
	const writers = 16
	done := make(chan error, writers)
	for i := range writers {
		go func() {
			_, err := b.post(b.posting("payout:"+string(rune('a'+i))+":reserve:1", ledger.KindPayoutReserved, ledger.FundsReserved, ledger.Funds, 300, uuid.Nil))
			done <- err
		}()
	}
	paid := 0
	for range writers {
		if err := <-done; err == nil {
			paid++
		} else {
			require.True(t, fault.Is(err, fault.Conflict), err)
		}
	}
	require.Equal(t, 3, paid)
	require.EqualValues(t, 100, b.balance(ledger.Funds))

	_, err = b.post(b.posting("topup:1:reversed", ledger.KindTopupReversed, ledger.BrandTreasury, ledger.Funds, 400, uuid.Nil))
	require.NoError(t, err, "a top-up that is taken back may leave funds below zero")
	require.EqualValues(t, -300, b.balance(ledger.Funds))
}

func TestTheDatabaseRefusesChangesAndSumsThatAreNotZero(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	_, err := b.post(b.posting("commission:1:accrue", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, uuid.New()))
	require.NoError(t, err)
	for _, q := range []string{`UPDATE ledger_entry SET amount_minor = 1`, `DELETE FROM ledger_entry`, `TRUNCATE ledger_entry`,
		`UPDATE ledger_transaction SET reason = 'x'`, `DELETE FROM ledger_transaction`,
		`INSERT INTO ledger_entry (id, transaction_id, account_id, amount_minor, currency, effective_at)
		 SELECT gen_random_uuid(), transaction_id, account_id, 1, currency, effective_at FROM ledger_entry LIMIT 1`} {
		_, err := b.db.SQL.ExecContext(b.ctx, q)
		require.Error(t, err, q)
	}
}

func TestTheFirstPostingStampsTheModeAndOthersAreRefused(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	live := ledger.New(ledger.Config{DB: b.db, Clock: b.clock, Mode: ledger.ModeLive})
	require.NoError(t, live.CheckMode(b.ctx), "an empty database fits every mode")
	p := b.posting("commission:1:accrue", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, uuid.New())
	_, err := b.post(p)
	require.NoError(t, err)
	require.NoError(t, b.ledger.CheckMode(b.ctx))
	require.ErrorIs(t, live.CheckMode(b.ctx), ledger.ErrMode)
	p.Reference = "commission:2:accrue"
	err = b.db.InTx(b.ctx, func(ctx context.Context, tx database.Tx) error {
		_, _, err := live.PostTx(ctx, tx, p)
		return err
	})
	require.ErrorIs(t, err, ledger.ErrMode)
}

func TestTrialBalanceCloses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	c := uuid.New()
	_, err := b.post(b.posting("a", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, c))
	require.NoError(t, err)
	before := b.clock.Now()
	b.clock.Advance(time.Hour)
	_, err = b.post(b.posting("b", ledger.KindApproved, ledger.CreatorPending, ledger.CreatorPayable, 700, c))
	require.NoError(t, err)

	tb, err := b.ledger.TrialBalances(b.ctx, b.brand, time.Time{})
	require.NoError(t, err)
	require.Len(t, tb, 1)
	require.True(t, tb[0].Balanced)
	require.EqualValues(t, 700, tb[0].Debits.Minor)
	require.Equal(t, []ledger.TrialBalanceRow{
		{Account: ledger.CreatorPayable, Balance: money.New(-700, money.EUR)},
		{Account: ledger.CommissionExpense, Balance: money.New(700, money.EUR)},
	}, tb[0].Rows)

	tb, err = b.ledger.TrialBalances(b.ctx, b.brand, before)
	require.NoError(t, err)
	require.Equal(t, ledger.CreatorPending, tb[0].Rows[0].Account)

	parts, err := b.ledger.BalancesOfParty(b.ctx, b.creator)
	require.NoError(t, err)
	require.Equal(t, []ledger.Balance{{Account: b.of(ledger.CreatorPayable), Amount: money.New(-700, money.EUR)}}, parts)
}

func TestPostingsAreListedNewestFirstAndOnlyToThoseWhoMayReadThem(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for _, ref := range []string{"a", "b", "c"} {
		_, err := b.post(b.posting(ref, ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, uuid.New()))
		require.NoError(t, err)
		b.clock.Advance(time.Minute)
	}
	first, err := b.ledger.List(b.ctx, b.brand, uuid.NullUUID{UUID: b.creator, Valid: true}, page.All(2))
	require.NoError(t, err)
	require.True(t, first.PageInfo.HasNextPage)
	require.Equal(t, []string{"c", "b"}, []string{first.Nodes()[0].Reference, first.Nodes()[1].Reference})
	require.Len(t, first.Nodes()[0].Entries, 2)
	rest, err := page.Parse(page.Args{After: first.PageInfo.EndCursor})
	require.NoError(t, err)
	second, err := b.ledger.List(b.ctx, b.brand, uuid.NullUUID{}, rest)
	require.NoError(t, err)
	require.Len(t, second.Nodes(), 1)
	got, err := b.ledger.Get(b.ctx, second.Nodes()[0].ID)
	require.NoError(t, err)
	require.Equal(t, "a", got.Reference)
	none, err := b.ledger.List(b.ctx, b.brand, uuid.NullUUID{UUID: uuid.New(), Valid: true}, page.All(2))
	require.NoError(t, err)
	require.Empty(t, none.Nodes())

	member := func(roles ...viewer.Role) context.Context {
		return viewer.With(t.Context(), viewer.Viewer{Kind: viewer.User, UserID: uuid.New(), Memberships: []viewer.Membership{{BrandID: b.brand, Roles: roles}}})
	}
	_, err = b.ledger.List(member(viewer.Finance), b.brand, uuid.NullUUID{}, page.All(2))
	require.NoError(t, err)
	_, err = b.ledger.List(member(viewer.Analyst), b.brand, uuid.NullUUID{}, page.All(2))
	require.True(t, fault.Is(err, fault.Forbidden))
	stranger := viewer.With(t.Context(), viewer.Viewer{Kind: viewer.User, UserID: uuid.New()})
	_, err = b.ledger.Get(stranger, got.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = b.ledger.TrialBalances(stranger, b.brand, time.Time{})
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestItemsLeaveOutReservationsOfPayouts(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	c := uuid.New()
	for _, p := range []ledger.Posting{
		b.posting("f", ledger.KindFunding, ledger.Funds, ledger.BrandTreasury, 1000, uuid.Nil),
		b.posting("a", ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, 700, c),
		b.posting("b", ledger.KindApproved, ledger.CreatorPending, ledger.CreatorPayable, 700, c),
		b.posting("d", ledger.KindClawedBack, ledger.CreatorPayable, ledger.CommissionExpense, 200, c),
		b.posting("e", ledger.KindPayoutReserved, ledger.CreatorPayable, ledger.PayoutInTransit, 500, uuid.Nil),
	} {
		_, err := b.post(p)
		require.NoError(t, err)
		b.clock.Advance(time.Second)
	}
	require.NoError(t, b.db.InTx(b.ctx, func(ctx context.Context, tx database.Tx) error {
		items, err := b.ledger.ItemsTx(ctx, tx, b.brand, b.creator, money.EUR)
		require.NoError(t, err)
		require.Len(t, items, 2)
		require.EqualValues(t, 700, items[0].Amount.Minor)
		require.EqualValues(t, -200, items[1].Amount.Minor)
		require.Equal(t, c, items[1].Commission)
		return nil
	}))
}

func TestManyPostingsAreWrittenTogether(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	var all []ledger.Posting
	for i := range 300 {
		all = append(all, b.posting("commission:"+uuid.NewString(), ledger.KindAccrued, ledger.CommissionExpense, ledger.CreatorPending, int64(i+1), uuid.New()))
	}
	ctx, statements := database.CountStatements(b.ctx)
	require.NoError(t, b.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		out, err := b.ledger.PostAllTx(ctx, tx, all)
		require.NoError(t, err)
		require.Len(t, out, 300)
		return nil
	}))
	require.LessOrEqual(t, statements.Load(), int64(8))
	require.EqualValues(t, -300*301/2, b.balance(ledger.CreatorPending))
}
