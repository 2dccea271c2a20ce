package commission_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/money"
	"tributary/internal/ledger"
)

const day = 24 * time.Hour

var whole = []money.PPM{money.One}

func TestAPaidOrderAccruesAndIsApprovedWhenTheReturnPeriodIsOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000, 2_345)
	got := s.accrue()
	require.Len(t, got, 1)
	require.Equal(t, commission.StatusPending, got[0].Status)
	require.Equal(t, euros(1_235), got[0].Amount) // 10% of each line, half up
	require.Equal(t, s.placedAt.AddDate(0, 0, 30), got[0].HoldUntil)
	require.True(t, strings.HasPrefix(got[0].Sentence, "On hold until "), got[0].Sentence)
	require.EqualValues(t, 1_235, w.balance(0, ledger.CreatorPending))

	w.pass(29 * day)
	require.EqualValues(t, 1_235, w.balance(0, ledger.CreatorPending))
	w.pass(2 * day)
	require.Zero(t, w.balance(0, ledger.CreatorPending))
	require.EqualValues(t, 1_235, w.balance(0, ledger.CreatorPayable))
	c, err := w.commissions.Get(w.ctx, got[0].ID)
	require.NoError(t, err)
	require.Equal(t, commission.StatusApproved, c.Status)
	require.NotNil(t, c.ApprovedAt)
	w.sound()
}

func TestTheSameEventAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	first := s.accrue()
	require.Equal(t, first, s.accrue())
	s.refund(0, 2_500)
	again := s.apply("refund:1", true)
	require.Equal(t, euros(750), again[0].Amount)
	require.Equal(t, euros(1_000), again[0].Accrued)
	require.EqualValues(t, 750, w.balance(0, ledger.CreatorPending))
	w.sound()
}

func TestEventsInAnotherOrderEndInTheSameBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	s.accrue()
	s.lines[0].Net.Minor = 4_000
	s.apply("refund:b", true) // knows both refunds already
	s.apply("refund:a", true) // the first one, told late
	require.EqualValues(t, 400, w.balance(0, ledger.CreatorPending))
	w.sound()
}

func TestAFullRefundInTheReturnPeriodReverses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	s.accrue()
	s.lines[0].Quantity = 0
	got := s.refund(0, 10_000)
	require.Equal(t, commission.StatusReversed, got[0].Status)
	require.True(t, got[0].Amount.IsZero())
	w.pass(60 * day)
	require.Zero(t, w.balance(0, ledger.CreatorPayable))
	w.sound()
}

func TestARefundAfterApprovalIsOwedBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	s.accrue()
	w.pass(31 * day)
	w.clock.Advance(time.Minute)
	got := s.refund(0, 4_000)
	require.Equal(t, commission.StatusApproved, got[0].Status, "a status never goes backwards")
	require.Equal(t, euros(600), got[0].Amount)
	require.EqualValues(t, 600, w.balance(0, ledger.CreatorPayable))

	postings, err := w.ledger.Get(w.ctx, lastPosting(w))
	require.NoError(t, err)
	require.Equal(t, ledger.KindClawedBack, postings.Kind)
	require.NotEmpty(t, postings.Reason)
	w.sound()
}

func TestARefundAfterTheClawbackLimitIsTheBrands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	s.accrue()
	w.pass(181 * day)
	got := s.refund(0, 4_000)
	require.Equal(t, euros(1_000), got[0].Amount)
	w.sound()
}

func TestAnOrderThatGrewAfterApprovalPaysASupplement(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	s.accrue()
	w.pass(31 * day)
	got := s.edit(0, 15_000)
	require.Len(t, got, 2)
	require.Equal(t, commission.TypeSupplement, got[1].Kind)
	require.Equal(t, euros(500), got[1].Amount)
	require.Equal(t, commission.StatusPending, got[1].Status)
	require.Equal(t, w.clock.Now().AddDate(0, 0, 30), got[1].HoldUntil)
	w.sound()

	got = s.edit(0, 16_000)
	require.Len(t, got, 2)
	require.Equal(t, euros(600), got[1].Amount, "more of the same goes to the supplement that still waits")
	w.sound()

	got = s.refund(0, 8_000)
	require.True(t, got[1].Amount.IsZero(), "what cannot be paid yet is lowered first")
	require.Equal(t, commission.StatusReversed, got[1].Status)
	require.Equal(t, euros(800), got[0].Amount)
	w.sound()
}

func TestAnEditInTheReturnPeriodMovesBothWaysAndKeepsTheHoldDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	before := s.accrue()[0]
	w.pass(5 * day)
	got := s.edit(0, 12_000)
	require.Equal(t, euros(1_200), got[0].Amount)
	require.Equal(t, before.HoldUntil, got[0].HoldUntil)
	got = s.edit(0, 3_000)
	require.Equal(t, euros(300), got[0].Amount)
	w.sound()
}

func TestAnUnpaidOrderWaitsAndIsVoidWhenCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	unpaid, cancelled := w.newSale(whole, 10_000), w.newSale(whole, 10_000)
	unpaid.payment, cancelled.payment = commission.Unpaid, commission.Unpaid
	got := unpaid.accrue()
	require.Equal(t, commission.StatusWaiting, got[0].Status)
	require.Equal(t, commission.WaitingNotPaidYet, *got[0].WaitingReason)
	require.Zero(t, w.balance(0, ledger.CreatorPending))
	cancelled.accrue()
	w.sound()

	unpaid.payment, cancelled.payment = commission.Earning, commission.Void
	got = unpaid.apply("order:2", false)
	require.Equal(t, commission.StatusPending, got[0].Status)
	require.Nil(t, got[0].WaitingReason)
	require.EqualValues(t, 1_000, w.balance(0, ledger.CreatorPending))
	got = cancelled.apply("order:2", false)
	require.Equal(t, commission.StatusVoid, got[0].Status)
	w.sound()
}

func TestAnOrderInAnotherCurrencyWaitsForARate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	s.currency = "USD"
	s.lines[0].Net.Currency = "USD"
	got := s.accrue()
	require.Equal(t, commission.WaitingNoRate, *got[0].WaitingReason)
	lines, err := got[0].Trace()
	require.NoError(t, err)
	require.Empty(t, lines)
	w.sound()
}

func TestAnOrderWithNothingThatEarnsWaitsAtNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	s.lines[0].Kind = rule.LineGiftCard
	got := s.accrue()
	require.Equal(t, commission.StatusWaiting, got[0].Status)
	require.Equal(t, commission.WaitingZeroBase, *got[0].WaitingReason)
	w.sound()
}

func TestSplitCreditIsSharedToTheCent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(10_000), percent(10_000), percent(10_000))
	s := w.newSale([]money.PPM{333_334, 333_333, 333_333}, 10_001)
	got := s.accrue()
	sum, err := money.Sum(got[0].Amount, got[1].Amount, got[2].Amount)
	require.NoError(t, err)
	require.Equal(t, euros(10_001), sum)
	w.sound()
}

func TestANewDecisionMovesMoneyThatStillWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000), percent(2000))
	s := w.newSale([]money.PPM{money.One, 0}, 10_000)
	s.accrue()
	w.clock.Advance(time.Minute)
	s.decide([]money.PPM{0, money.One})
	got := s.apply("decision:2", false)
	require.Len(t, got, 2)
	require.Equal(t, commission.StatusReversed, got[0].Status)
	require.Equal(t, euros(2_000), got[1].Amount)
	require.Zero(t, w.balance(0, ledger.CreatorPending))
	require.EqualValues(t, 2_000, w.balance(1, ledger.CreatorPending))
	w.sound()

	s.decide([]money.PPM{0, 0})
	got = s.apply("decision:3", false)
	require.Equal(t, commission.StatusReversed, got[1].Status)
	w.sound()
}

func TestTheAuditFindsWhatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ spoil, identity string }{
		"posted figure":    {`UPDATE commission SET posted_minor = posted_minor + 1, amount_minor = amount_minor + 1`, "I7"},
		"pending balance":  {`UPDATE commission SET status = 'APPROVED'`, "I2"},
		"amount":           {`UPDATE commission SET amount_minor = 5`, "I7"},
		"trace":            {`UPDATE commission SET trace = jsonb_set(trace, '{amount,minor}', '7')`, "I7"},
		"hold":             {`UPDATE commission SET status = 'HELD'`, "I2"},
		"mode":             {`UPDATE setting SET value = 'LIVE' WHERE name = 'mode'`, "RULE"},
		"payout in flight": {`UPDATE payout SET status = 'SENDING', updated_at = updated_at - interval '2 days'`, "I3"},
		"stuck payout":     {`UPDATE payout SET status = 'SENDING', updated_at = updated_at - interval '2 days'`, "I8"},
		"paid payout":      {`UPDATE payout SET status = 'PAID'`, "I5"},
		"lines":            {`UPDATE payout SET status = 'PAID'`, "I4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, percent(1000))
			w.newSale(whole, 10_000).accrue()
			w.preparedPayout(1_000)
			w.sound()
			_, err := w.db.SQL.ExecContext(w.ctx, c.spoil)
			require.NoError(t, err)
			found, err := w.books.Audit(w.ctx)
			require.NoError(t, err)
			identities := []string{}
			for _, f := range found {
				identities = append(identities, f.Identity)
			}
			require.Contains(t, identities, c.identity)
		})
	}
}

func TestTermsStayLockedToTheSale(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	s.accrue()
	old := w.offers[0]
	w.offers[0], w.terms[0] = w.copyOffer(0, percent(5000)), percent(5000)
	got := s.refund(0, 5_000)
	require.Equal(t, euros(500), got[0].Amount)
	require.Equal(t, old, got[0].OfferID.UUID)
	w.sound()
}

func TestACapOfTheMonthGivesTheRestToTheSecondOrder(t *testing.T) {
	t.Parallel()
	terms := percent(1000)
	limit := euros(1_500)
	terms.CapPerCreatorMonth = &limit
	w := newWorld(t, terms)
	first, second, third := w.newSale(whole, 10_000), w.newSale(whole, 10_000), w.newSale(whole, 10_000)
	require.Equal(t, euros(1_000), first.accrue()[0].Amount)
	require.Equal(t, euros(500), second.accrue()[0].Amount)
	got := third.accrue()
	require.Equal(t, commission.StatusWaiting, got[0].Status)
	require.Equal(t, commission.WaitingCapReached, *got[0].WaitingReason)

	// Room that a refund frees helps later orders only.
	require.Equal(t, euros(500), first.refund(0, 5_000)[0].Amount)
	require.Equal(t, euros(500), second.apply("edit:1", false)[0].Amount)
	require.Equal(t, euros(500), w.newSale(whole, 10_000).accrue()[0].Amount)
	w.sound()
}

func TestConcurrentOrdersNeverExceedABudget(t *testing.T) {
	t.Parallel()
	terms := percent(1000)
	budget := euros(2_500)
	terms.ProgramBudget = &budget
	w := newWorld(t, terms)
	const n = 8
	done := make(chan error, n)
	for range n {
		s := w.newSale(whole, 10_000)
		go func() { _, err := s.try(s.input("order:1", false)); done <- err }()
	}
	for range n {
		require.NoError(t, <-done)
	}
	require.EqualValues(t, 2_500, w.balance(0, ledger.CreatorPending))
	w.sound()
}

func TestATierReachedByAnOrderCountsFromTheNext(t *testing.T) {
	t.Parallel()
	terms := percent(1000)
	terms.Tiers = []rule.Tier{{Name: "Gold", Threshold: 10_000, Rate: rule.PercentRate(2000)}}
	terms.TierMetric, terms.TierPeriod = rule.TierByRevenue, rule.TierTrailing30Days
	w := newWorld(t, terms)
	require.Equal(t, euros(1_000), w.newSale(whole, 10_000).accrue()[0].Amount)
	w.clock.Advance(time.Hour)
	s := w.newSale(whole, 10_000)
	got := s.accrue()[0]
	require.Equal(t, euros(2_000), got.Amount)
	lines, err := got.Trace()
	require.NoError(t, err)
	require.Equal(t, "Gold", lines[0].RateName)
	w.sound()
}

func TestTheTraceSumsToTheCommission(t *testing.T) {
	t.Parallel()
	terms := percent(1000)
	limit := euros(1_100)
	terms.CapPerOrder = &limit
	terms.Overrides = []rule.Override{{Name: "Sale goods", ProductIDs: []string{"x"}, Exclude: true}}
	w := newWorld(t, terms)
	s := w.newSale(whole, 10_000, 10_000, 3_000)
	s.lines[2].ProductID = "x"
	got := s.accrue()[0]
	lines, err := got.Trace()
	require.NoError(t, err)
	sum := money.Zero(money.EUR)
	for _, l := range lines {
		sum, err = sum.Add(l.Amount)
		require.NoError(t, err)
	}
	require.Equal(t, got.Amount, sum)
	require.Len(t, lines, 4)
	require.Contains(t, lines[2].RateName, "earns no commission")
	w.sound()

	w.pass(31 * day)
	s.lines[2].ProductID = ""
	s.edit(2, 3_000)
	for _, c := range s.edit(0, 500) {
		lines, err := c.Trace()
		require.NoError(t, err)
		sum := money.Zero(money.EUR)
		for _, l := range lines {
			sum, err = sum.Add(l.Amount)
			require.NoError(t, err)
		}
		require.Equal(t, c.Amount, sum, c.Kind)
	}
	w.sound()
}

func TestThirtyTwoAtOnceMakeOneCommission(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	const n = 32
	done := make(chan error, n)
	for range n {
		go func() { _, err := s.try(s.input("order:1", false)); done <- err }()
	}
	for range n {
		require.NoError(t, <-done)
	}
	require.Len(t, s.accrue(), 1)
	require.EqualValues(t, 1_000, w.balance(0, ledger.CreatorPending))
	w.sound()
}

func TestApprovalGoesOnOverManyBatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	for range 30 {
		w.newSale(whole, 10_000).accrue()
	}
	w.clock.Advance(31 * day)
	done := make(chan int, 2)
	for range 2 { // two processes
		go func() {
			n, err := w.commissions.ApproveDue(w.ctx)
			if err != nil {
				n = -1_000
			}
			done <- n
		}()
	}
	require.Equal(t, 30, <-done+<-done)
	require.EqualValues(t, 30_000, w.balance(0, ledger.CreatorPayable))
	w.sound()
}

func TestSharesThatAreNotSoundAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	in := s.input("order:1", false)
	in.Shares = append(in.Shares, in.Shares[0])
	_, err := s.try(in)
	require.ErrorIs(t, err, commission.ErrSharing)
	in = s.input("order:1", false)
	in.Shares[0].PPM = 999_999
	_, err = s.try(in)
	require.ErrorIs(t, err, rule.ErrShares, fmt.Sprint(err))
}
