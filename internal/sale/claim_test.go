package sale_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/rollup"
	"tributary/internal/sale"
)

func (w *world) creatorOf(a fixture.Affiliate) context.Context {
	return viewer.With(w.t.Context(), a.AsCreator())
}

// claim is a creator's claim about an order's number.
func (w *world) claim(a fixture.Affiliate, number string) sale.Claim {
	w.t.Helper()
	c, err := w.sales.Dispute(w.creatorOf(a), sale.DisputeInput{Partnership: id.Of(id.Partnership, a.Partnership), OrderNumber: number, Evidence: "A viewer told me."})
	require.NoError(w.t, err)
	return c
}

func (w *world) answer(ctx context.Context, c sale.Claim, d sale.ClaimDecision) (sale.Claim, error) {
	return w.sales.AnswerClaim(ctx, sale.AnswerClaimInput{Claim: c.ID, Decision: d, Answer: "We looked at it."})
}

// contested is an order with Maya's code, and Noah's click before it, which lost to the code.
func (w *world) contested(number int) order.Order {
	w.t.Helper()
	click := w.click(w.noah, uuid.New(), w.clock.Now().Add(-day))
	in := w.input(number, "100.00")
	tid := id.Of(id.Click, click)
	in.Click, in.Codes = &tid, []string{"MAYA15"}
	return w.record(in)
}

func (w *world) approve() {
	w.t.Helper()
	w.clock.Advance(31 * day)
	_, err := w.commissions.ApproveDue(w.ctx)
	require.NoError(w.t, err)
}

// of is the commissions of one creator for an order.
func (w *world) of(a fixture.Affiliate, o order.Order) (out []commission.Commission) {
	for _, c := range w.commissionsOf(o) {
		if c.CreatorID.UUID == a.Creator {
			out = append(out, c)
		}
	}
	return out
}

// figuresHold says that what was added to the figures step by step is what the rows come to.
func (w *world) figuresHold() {
	w.t.Helper()
	sum := func() string {
		var text string
		require.NoError(w.t, w.db.SQL.QueryRowContext(w.ctx, `SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
			SELECT concat_ws(' ', creator_id, sum(orders_ppm), sum(revenue_minor), sum(refunds_minor), sum(commission_minor)) AS line FROM rollup_day
			GROUP BY creator_id HAVING sum(orders_ppm) <> 0 OR sum(revenue_minor) <> 0 OR sum(commission_minor) <> 0) x`).Scan(&text))
		return text
	}
	_, err := rollup.Fold(w.ctx, w.db)
	require.NoError(w.t, err)
	before := sum()
	require.NoError(w.t, rollup.Rebuild(w.ctx, w.db))
	require.Equal(w.t, sum(), before)
}

func codeOf(err error) string {
	all := fault.All(err)
	if len(all) == 0 {
		return ""
	}
	return all[0].Code
}

func TestAClaimSaysAtOnceWhyTheSaleDidNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.contested(1)
	c := w.claim(w.noah, " #1 ")
	require.Equal(t, sale.ClaimOpen, c.Status)
	require.Contains(t, c.Finding, "Order #1 is known")
	require.Contains(t, c.Finding, "Your TikTok link: A creator's code was used, and codes come before links in the brand's policy.")
	require.NotContains(t, c.Finding, "MAYA15", "another creator's code is not told")
	require.Equal(t, o.ID, c.OrderID)
	require.Equal(t, w.clock.Now().Add(72*time.Hour), c.AnswerDueAt)
	require.False(t, c.Overdue)

	w.clock.Advance(73 * time.Hour)
	c, err := w.sales.Claim(w.as(viewer.Manager), c.ID)
	require.NoError(t, err)
	require.True(t, c.Overdue)

	all, err := w.sales.Claims(w.creatorOf(w.noah), sale.ClaimFilter{}, page.All(10))
	require.NoError(t, err)
	require.Len(t, all.Nodes(), 1)
	none, err := w.sales.Claims(w.creatorOf(w.maya), sale.ClaimFilter{}, page.All(10))
	require.NoError(t, err)
	require.Empty(t, none.Nodes())
	_, err = w.sales.Claim(w.creatorOf(w.maya), c.ID)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestAnOrderOfOthersReadsLikeOneThatDoesNotExist(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes = []string{"MAYA15"}
	o := w.record(in)
	in = w.input(2, "77.00")
	in.Codes, in.Test = []string{"MAYA15"}, true
	w.record(in)

	known, unknown, test := w.claim(w.noah, "1"), w.claim(w.noah, "404"), w.claim(w.noah, "2")
	today := clock.DateOf(w.clock.Now())
	byDay := func(amount string) sale.Claim {
		c, err := w.sales.Dispute(w.creatorOf(w.noah), sale.DisputeInput{Partnership: id.Of(id.Partnership, w.noah.Partnership), PlacedOn: &today, Amount: amount,
			Currency: money.EUR, Evidence: "A viewer told me."})
		require.NoError(t, err)
		return c
	}
	said := func(c sale.Claim) string {
		c.ID, c.OrderNumber, c.PlacedOn, c.Amount = id.ID{}, nil, nil, nil
		return fmt.Sprintf("%+v", c)
	}
	for _, c := range []sale.Claim{unknown, test, byDay("100.00"), byDay("3.00")} {
		require.Equal(t, said(known), said(c))
	}
	// The brand sees which order is meant; the creator does not, also not later.
	c, err := w.sales.Claim(w.as(viewer.Manager), known.ID)
	require.NoError(t, err)
	require.Equal(t, o.ID, c.OrderID)
	_, err = w.answer(w.as(viewer.Manager), known, sale.ClaimDecline)
	require.NoError(t, err)
	c, err = w.sales.Claim(w.creatorOf(w.noah), known.ID)
	require.NoError(t, err)
	require.True(t, c.OrderID.IsZero())
}

func TestAnAcceptedClaimMovesTheSaleWhileNothingCanBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.contested(1)
	c, err := w.answer(w.as(viewer.Manager), w.claim(w.noah, "1"), sale.ClaimAccept)
	require.NoError(t, err)
	require.Equal(t, sale.ClaimAccepted, c.Status)

	require.Equal(t, commission.StatusReversed, w.of(w.maya, o)[0].Status)
	got := w.of(w.noah, o)
	require.Len(t, got, 1)
	require.Equal(t, commission.StatusPending, got[0].Status)
	require.Equal(t, euros(1_000), got[0].Amount)
	a, _ := w.attribution(w.creatorOf(w.noah), o)
	require.Equal(t, 2, a.Version)
	require.Equal(t, sale.CauseClaim, a.Cause)
	last := a.Touches[len(a.Touches)-1]
	require.Equal(t, attribution.Person, last.Kind)
	require.True(t, last.Own)
	require.Contains(t, last.Sentence, "We looked at it.")
	a, _ = w.attribution(w.creatorOf(w.maya), o)
	last = a.Touches[len(a.Touches)-1]
	require.Equal(t, "The brand's decision for another creator", last.Label)
	require.NotContains(t, last.Sentence, "We looked at it.")
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit_log WHERE action = 'ATTRIBUTION_CLAIM' AND object_id = $1`, o.ID.UUID))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit_log WHERE action = 'CLAIM_ACCEPTED' AND object_id = $1`, c.ID.UUID))
	// Both statements say why.
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction WHERE kind = 'COMMISSION_LOWERED' AND reason LIKE '%another creator%'`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction WHERE kind = 'COMMISSION_ACCRUED' AND reason LIKE '%accepted your claim%'`))
	w.sound()
	w.figuresHold()

	// What a person said stays when a machine looks again.
	in := w.input(1, "120.00")
	in.PlacedAt, in.Codes = o.PlacedAt, []string{"MAYA15"}
	w.record(in)
	require.Equal(t, euros(1_200), w.of(w.noah, o)[0].Amount)
	require.NoError(t, w.sales.Redecide(w.ctx, o.ID.UUID, sale.CauseLateClick))
	require.Equal(t, commission.StatusReversed, w.of(w.maya, o)[0].Status)
	w.sound()
	w.figuresHold()
}

func TestAnAcceptedClaimIsPaidBesideWhatCouldBePaidAlready(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.contested(1)
	w.approve()
	c := w.claim(w.noah, "1")
	_, err := w.answer(w.as(viewer.Manager), c, sale.ClaimAccept)
	require.NoError(t, err)

	require.Equal(t, commission.StatusApproved, w.of(w.maya, o)[0].Status)
	require.Equal(t, euros(1_000), w.of(w.maya, o)[0].Amount, "who could be paid already keeps it")
	got := w.of(w.noah, o)
	require.Len(t, got, 1)
	require.Equal(t, commission.StatusApproved, got[0].Status)
	require.Equal(t, euros(1_000), got[0].Amount)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction WHERE reference = $1 AND kind = 'COMMISSION_AWARDED'`, "claim:"+c.ID.UUID.String()+":pay"))
	require.Equal(t, 1_000, w.count(`SELECT sum(e.amount_minor) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE a.kind = 'ADJUSTMENT_EXPENSE'`))
	w.sound()
	w.figuresHold()

	// A refund lowers both, each under its own decision.
	_, err = w.refund(o, 1, "40.00")
	require.NoError(t, err)
	require.Equal(t, euros(600), w.of(w.maya, o)[0].Amount)
	require.Equal(t, euros(600), w.of(w.noah, o)[0].Amount)
	w.sound()
	w.figuresHold()

	// An order that grows pays only who has the credit now.
	in := w.input(1, "200.00")
	in.PlacedAt, in.Codes = o.PlacedAt, []string{"MAYA15"}
	w.record(in)
	require.Equal(t, euros(600), w.of(w.maya, o)[0].Amount)
	w.sound()
	w.figuresHold()
}

func TestADeclinedClaimMayBeReopenedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.contested(1)
	c := w.claim(w.noah, "1")
	c, err := w.answer(w.as(viewer.Manager), c, sale.ClaimDecline)
	require.NoError(t, err)
	require.Equal(t, sale.ClaimAnswered, c.Status)
	require.True(t, c.CanReopen)
	_, err = w.answer(w.as(viewer.Manager), c, sale.ClaimAccept)
	require.Equal(t, "WRONG_STATE", codeOf(err))

	w.clock.Advance(5 * day)
	_, err = w.sales.ReopenClaim(w.creatorOf(w.noah), sale.ReopenClaimInput{Claim: c.ID})
	require.Equal(t, "REQUIRED", codeOf(err))
	_, err = w.sales.ReopenClaim(w.creatorOf(w.maya), sale.ReopenClaimInput{Claim: c.ID, Reason: "Mine."})
	require.True(t, fault.Is(err, fault.NotFound))
	c, err = w.sales.ReopenClaim(w.creatorOf(w.noah), sale.ReopenClaimInput{Claim: c.ID, Reason: "Here is a picture."})
	require.NoError(t, err)
	require.Equal(t, sale.ClaimOpen, c.Status)
	require.Equal(t, w.clock.Now().Add(72*time.Hour), c.AnswerDueAt)

	c, err = w.answer(w.as(viewer.Owner), c, sale.ClaimDecline)
	require.NoError(t, err)
	require.Equal(t, sale.ClaimClosed, c.Status)
	_, err = w.sales.ReopenClaim(w.creatorOf(w.noah), sale.ReopenClaimInput{Claim: c.ID, Reason: "Again."})
	require.Equal(t, "WRONG_STATE", codeOf(err))

	other := w.claim(w.noah, "1")
	_, err = w.answer(w.as(viewer.Owner), other, sale.ClaimDecline)
	require.NoError(t, err)
	other, err = w.sales.CloseClaim(w.creatorOf(w.noah), other.ID)
	require.NoError(t, err)
	require.Equal(t, sale.ClaimClosed, other.Status)
	_, err = w.sales.CloseClaim(w.creatorOf(w.noah), other.ID)
	require.Equal(t, "WRONG_STATE", codeOf(err))
}

func TestOneOfManyAnswersAtOnceCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.contested(1)
	c := w.claim(w.noah, "1")
	const n = 16
	done := make(chan error, n)
	for i := range n {
		d := sale.ClaimAccept
		if i%2 == 1 {
			d = sale.ClaimDecline
		}
		go func() {
			_, err := w.answer(w.as(viewer.Manager), c, d)
			done <- err
		}()
	}
	ok := 0
	for range n {
		if err := <-done; err == nil {
			ok++
		} else {
			require.Equal(t, "WRONG_STATE", codeOf(err), "%v", err)
		}
	}
	require.Equal(t, 1, ok)
	c, err := w.sales.Claim(w.as(viewer.Manager), c.ID)
	require.NoError(t, err)
	require.Equal(t, c.Status == sale.ClaimAccepted, len(w.of(w.noah, o)) == 1)
	w.sound()
}

func TestNobodyAnswersAClaimAboutOwnEarnings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.contested(1)
	c := w.claim(w.noah, "1")
	for _, a := range []fixture.Affiliate{w.noah, w.maya} { // who would earn, and who would lose
		v := a.AsMember(viewer.Owner)
		v.CreatorID = a.Creator
		for _, d := range []sale.ClaimDecision{sale.ClaimAccept, sale.ClaimDecline} {
			_, err := w.answer(viewer.With(t.Context(), v), c, d)
			require.Equal(t, "OWN_EARNINGS", codeOf(err))
		}
	}
	for _, role := range []viewer.Role{viewer.Finance, viewer.Analyst} {
		_, err := w.answer(w.as(role), c, sale.ClaimAccept)
		require.True(t, fault.Is(err, fault.Forbidden), role)
	}
	_, err := w.answer(w.creatorOf(w.noah), c, sale.ClaimAccept)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestAClaimNeedsItsOrderToBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(2, "80.00")
	in.Codes, in.Test = []string{"MAYA15"}, true
	test := w.record(in)
	c := w.claim(w.noah, "77")
	_, err := w.answer(w.as(viewer.Manager), c, sale.ClaimAccept)
	require.Equal(t, "REQUIRED", codeOf(err))
	answer := func(o id.ID) error {
		_, err := w.sales.AnswerClaim(w.as(viewer.Manager), sale.AnswerClaimInput{Claim: c.ID, Decision: sale.ClaimAccept, Order: &o, Answer: "Yes."})
		return err
	}
	require.Equal(t, "NOT_FOUND", codeOf(answer(id.New(id.Order, w.clock.Now()))))
	require.Equal(t, "WRONG_STATE", codeOf(answer(test.ID)))
	o := w.record(w.input(3, "80.00"))
	require.NoError(t, answer(o.ID))
	require.Equal(t, euros(800), w.only(o).Amount)
	require.Equal(t, w.noah.Creator, w.only(o).CreatorID.UUID)
	c, err = w.sales.Claim(w.creatorOf(w.noah), c.ID)
	require.NoError(t, err)
	require.Equal(t, o.ID, c.OrderID)
	w.sound()
	w.figuresHold()
}

func TestAClaimIsChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes = []string{"MAYA15"}
	w.record(in)
	in = w.input(2, "100.00")
	in.Codes, in.Test = []string{"MAYA15"}, true
	w.record(in)
	today, old := clock.DateOf(w.clock.Now()), clock.DateOf(w.clock.Now()).AddDays(-401)
	mine := id.Of(id.Partnership, w.maya.Partnership)
	for name, c := range map[string]struct {
		in   sale.DisputeInput
		want string
	}{
		"nothing named":      {sale.DisputeInput{Evidence: "x"}, "REQUIRED"},
		"only a mark":        {sale.DisputeInput{OrderNumber: " # ", Evidence: "x"}, "REQUIRED"},
		"no evidence":        {sale.DisputeInput{OrderNumber: "9"}, "REQUIRED"},
		"long number":        {sale.DisputeInput{OrderNumber: strings.Repeat("9", 101), Evidence: "x"}, "TOO_LONG"},
		"long evidence":      {sale.DisputeInput{OrderNumber: "9", Evidence: strings.Repeat("x", 2001)}, "TOO_LONG"},
		"odd address":        {sale.DisputeInput{OrderNumber: "9", Evidence: "x", EvidenceURL: "javascript:alert(1)"}, "BAD_FORMAT"},
		"day without amount": {sale.DisputeInput{PlacedOn: &today, Evidence: "x"}, "REQUIRED"},
		"long ago":           {sale.DisputeInput{PlacedOn: &old, Amount: "1.00", Currency: money.EUR, Evidence: "x"}, "OUT_OF_RANGE"},
		"nothing paid":       {sale.DisputeInput{PlacedOn: &today, Amount: "0.00", Currency: money.EUR, Evidence: "x"}, "OUT_OF_RANGE"},
		"no money":           {sale.DisputeInput{PlacedOn: &today, Amount: "1.00", Currency: "XXQ", Evidence: "x"}, "INVALID"},
	} {
		c.in.Partnership = mine
		_, err := w.sales.Dispute(w.creatorOf(w.maya), c.in)
		require.Equal(t, c.want, codeOf(err), "%s: %v", name, err)
	}
	_, err := w.sales.Dispute(w.creatorOf(w.noah), sale.DisputeInput{Partnership: mine, OrderNumber: "1", Evidence: "x"})
	require.True(t, fault.Is(err, fault.NotFound), "another creator's partnership")
	for number, words := range map[string]string{"1": "yours already", "2": "test"} {
		_, err := w.sales.Dispute(w.creatorOf(w.maya), sale.DisputeInput{Partnership: mine, OrderNumber: number, Evidence: "x"})
		require.Equal(t, "INVALID", codeOf(err))
		require.ErrorContains(t, err, words)
	}
	w.claim(w.maya, "9")
	_, err = w.sales.Dispute(w.creatorOf(w.maya), sale.DisputeInput{Partnership: mine, OrderNumber: "#9", Evidence: "x"})
	require.Equal(t, "TAKEN", codeOf(err))
	for i := range 6 {
		w.claim(w.maya, fmt.Sprint(100+i))
	}
	_, err = w.sales.Dispute(w.creatorOf(w.maya), sale.DisputeInput{Partnership: mine, OrderNumber: "200", Evidence: "x"})
	require.Equal(t, "RATE_LIMITED", codeOf(err))
	w.claim(w.noah, "200")
	w.clock.Advance(10 * day)
	for i := range 10 {
		w.claim(w.maya, fmt.Sprint(300+i))
	}
	w.clock.Advance(day)
	for i := range 3 {
		w.claim(w.maya, fmt.Sprint(400+i))
	}
	_, err = w.sales.Dispute(w.creatorOf(w.maya), sale.DisputeInput{Partnership: mine, OrderNumber: "500", Evidence: "x"})
	require.Equal(t, "WRONG_STATE", codeOf(err))
}

func TestLettersGoToBothSidesOfAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := id.NewUUID(fixture.At)
	w.db.Ent.User.Create().SetID(desk).SetCreatedAt(fixture.At).SetEmail("desk@brand.test").SetName("Desk").SetPasswordHash("x").SaveX(w.ctx)
	w.db.Ent.Membership.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(w.maya.Brand).SetUserID(desk).SetRoles([]string{"MANAGER"}).
		SetRolesGrantedAt(fixture.At).SaveX(w.ctx)
	w.contested(1)
	letters := func(words string) int {
		return w.count(`SELECT count(*) FROM river_job WHERE args::text LIKE '%' || $1 || '%'`, words)
	}
	c := w.claim(w.noah, "1")
	require.Equal(t, 1, letters("desk@brand.test"))
	require.Equal(t, 1, letters("Your claim about order 1"))
	_, err := w.answer(w.as(viewer.Manager), c, sale.ClaimDecline)
	require.NoError(t, err)
	require.Equal(t, 1, letters("was declined"))
	_, err = w.sales.ReopenClaim(w.creatorOf(w.noah), sale.ReopenClaimInput{Claim: c.ID, Reason: "See."})
	require.NoError(t, err)
	require.Equal(t, 1, letters("asks again"))
	_, err = w.answer(w.as(viewer.Manager), c, sale.ClaimAccept)
	require.NoError(t, err)
	require.Equal(t, 1, letters("was accepted"))
}

func TestAReassignedSaleMovesWhileNothingCanBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.contested(1)
	to := func(a fixture.Affiliate) sale.ReassignInput {
		return sale.ReassignInput{Order: o.ID, Partnership: id.Of(id.Partnership, a.Partnership), Reason: "Noah made the video."}
	}
	_, err := w.sales.Reassign(w.as(viewer.Manager), to(w.maya))
	require.Equal(t, "WRONG_STATE", codeOf(err), "it is hers already")
	_, err = w.sales.Reassign(w.as(viewer.Manager), sale.ReassignInput{Order: o.ID, Partnership: id.Of(id.Partnership, w.noah.Partnership)})
	require.Equal(t, "REQUIRED", codeOf(err))
	_, err = w.sales.Reassign(w.as(viewer.Finance), to(w.noah))
	require.True(t, fault.Is(err, fault.Forbidden))
	own := w.noah.AsMember(viewer.Owner)
	own.CreatorID = w.noah.Creator
	_, err = w.sales.Reassign(viewer.With(t.Context(), own), to(w.noah))
	require.Equal(t, "OWN_EARNINGS", codeOf(err))

	_, err = w.sales.Reassign(w.as(viewer.Manager), to(w.noah))
	require.NoError(t, err)
	require.Equal(t, commission.StatusReversed, w.of(w.maya, o)[0].Status)
	require.Equal(t, euros(1_000), w.of(w.noah, o)[0].Amount)
	a, _ := w.attribution(w.as(viewer.Manager), o)
	require.Equal(t, sale.CauseReassigned, a.Cause)
	require.Equal(t, 2, w.count(`SELECT count(*) FROM ledger_transaction WHERE reason LIKE '%Noah made the video.%'`), "both statements say why")
	w.sound()
	w.figuresHold()

	// And back: the last word counts.
	_, err = w.sales.Reassign(w.as(viewer.Owner), to(w.maya))
	require.NoError(t, err)
	require.Equal(t, commission.StatusReversed, w.of(w.noah, o)[0].Status)
	sum := money.Zero(money.EUR)
	for _, c := range w.of(w.maya, o) {
		sum, err = sum.Add(c.Amount)
		require.NoError(t, err)
	}
	require.Equal(t, euros(1_000), sum)
	w.sound()
	w.figuresHold()
}

func TestAfterApprovalAnOwnerMovesASaleAloneAndTheFirstKeepsTheMoney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.contested(1)
	w.approve()
	in := sale.ReassignInput{Order: o.ID, Partnership: id.Of(id.Partnership, w.noah.Partnership), Reason: "Noah made the video."}
	done, err := w.sales.Reassign(w.as(viewer.Owner), in)
	require.NoError(t, err)
	require.Nil(t, done.Proposal)
	require.Equal(t, euros(1_000), w.of(w.maya, o)[0].Amount)
	got := w.of(w.noah, o)[0]
	require.Equal(t, commission.StatusApproved, got.Status)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction WHERE reference = $1`, "commission:"+got.ID.UUID.String()+":decision:2"))
	w.sound()
	w.figuresHold()
}
