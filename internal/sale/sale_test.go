package sale_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/rollup"
	"tributary/internal/sale"
)

func TestAnOrderAfterAClickEarnsCommission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	click := w.click(w.maya, uuid.New(), w.clock.Now().Add(-3*day))
	in := w.input(1, "120.00")
	tid := id.Of(id.Click, click)
	in.Click = &tid
	o := w.record(in)

	c := w.only(o)
	require.Equal(t, commission.StatusPending, c.Status)
	require.Equal(t, euros(1_200), c.Amount)
	require.Equal(t, w.maya.Creator, c.CreatorID.UUID)
	a, found := w.attribution(w.ctx, o)
	require.True(t, found)
	require.Equal(t, attribution.Credited, a.Verdict)
	require.Equal(t, sale.CauseFirst, a.Cause)
	require.Equal(t, "TikTok link Bio", a.Touches[0].Label)
	require.Equal(t, 1_000_000, a.Credits[0].Ppm)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit_log WHERE action = 'ORDER_RECORDED' AND object_id = $1`, o.ID.UUID))
	require.Equal(t, 120_00, w.count(`SELECT sum(revenue_minor) FROM rollup_delta`))
	require.Equal(t, 12_00, w.count(`SELECT sum(commission_minor) FROM rollup_delta`))
	w.sound()
}

func TestThirtyTwoTellingsAtOnceMakeOneOrderOneDecisionOneCommission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "120.00")
	in.Codes = []string{"Maya15"}
	const n = 32
	done := make(chan error, n)
	fresh := make(chan bool, n)
	for range n {
		go func() {
			r, err := w.sales.RecordOrder(w.as(viewer.Manager), in)
			fresh <- err == nil && !r.Duplicate
			done <- err
		}()
	}
	first := 0
	for range n {
		require.NoError(t, <-done)
		if <-fresh {
			first++
		}
	}
	require.Equal(t, 1, first)
	for _, table := range []string{`"order"`, "attribution_decision", "commission", "ledger_transaction", "order_version"} {
		require.Equal(t, 1, w.count(`SELECT count(*) FROM `+table), table)
	}
	require.Equal(t, 1_000_000, w.count(`SELECT sum(orders_ppm) FROM rollup_delta`))
	w.sound()
}

func TestARefundMayNotExceedWhatIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes = []string{"MAYA15"}
	o := w.record(in)
	_, err := w.refund(o, 1, "100.01")
	all := fault.All(err)
	require.Len(t, all, 1)
	require.Equal(t, "OUT_OF_RANGE", all[0].Code)
	require.Equal(t, euros(1_000), w.only(o).Amount)

	r, err := w.refund(o, 1, "40.00")
	require.NoError(t, err)
	require.False(t, r.Duplicate)
	r, err = w.refund(o, 1, "40.00")
	require.NoError(t, err)
	require.True(t, r.Duplicate)
	require.Equal(t, euros(600), w.only(o).Amount)
	w.sound()

	// A shop's word is kept and a person is told.
	told := order.IncomingRefund{Brand: w.maya.Brand, Source: order.SourceShopify, Store: "shop.example", OrderExternalID: "1", ExternalID: "2",
		Amount: euros(9_000), RefundedAt: w.clock.Now()}
	r, err = w.sales.ImportRefund(w.ctx, told)
	require.NoError(t, err)
	require.Contains(t, r.Order.Flags, order.FlagOverRefunded)
	c := w.only(o)
	require.True(t, c.Amount.IsZero())
	require.Equal(t, commission.StatusReversed, c.Status)
	w.sound()
}

func TestARefundAfterApprovalIsTakenFromWhatCanBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes = []string{"MAYA15"}
	o := w.record(in)
	w.clock.Advance(31 * day)
	n, err := w.commissions.ApproveDue(w.ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = w.refund(o, 1, "25.00")
	require.NoError(t, err)
	c := w.only(o)
	require.Equal(t, commission.StatusApproved, c.Status)
	require.Equal(t, euros(750), c.Amount)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM ledger_transaction WHERE kind = 'COMMISSION_CLAWED_BACK' AND reason LIKE '%EUR 25.00%'`))
	require.Equal(t, -250, w.count(`SELECT sum(commission_minor) FROM rollup_delta WHERE commission_minor < 0`))
	w.sound()
}

func TestAnUnpaidOrderWaitsUntilItIsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes, in.Payment = []string{"MAYA15"}, order.PaymentAwaitingPayment
	o := w.record(in)
	require.Equal(t, commission.StatusWaiting, w.only(o).Status)
	require.Zero(t, w.count(`SELECT count(*) FROM ledger_transaction`))
	w.clock.Advance(day)
	in.Payment = order.PaymentPaid
	w.record(in)
	c := w.only(o)
	require.Equal(t, commission.StatusPending, c.Status)
	require.Equal(t, w.clock.Now().AddDate(0, 0, 30), c.HoldUntil, "the return period begins when it is paid")
	w.sound()
}

func TestTestOrdersNeverEarn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes, in.Test = []string{"MAYA15"}, true
	o := w.record(in)
	require.Empty(t, w.commissionsOf(o))
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, attribution.NoCredit, a.Verdict)
	require.Equal(t, attribution.TestOrder, *a.Touches[0].Reason)
	w.sound()
}

func TestAnEditedOrderMovesItsCommission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes = []string{"MAYA15"}
	o := w.record(in)
	in.Lines[0].Net = "150.00"
	w.record(in)
	require.Equal(t, euros(1_500), w.only(o).Amount)
	in.Lines[0].Net = "20.00"
	w.record(in)
	require.Equal(t, euros(200), w.only(o).Amount)
	w.sound()

	// Another creator's code instead: the sale moves while nothing of it can be paid yet.
	in.Codes = []string{"NOAH10"}
	w.clock.Advance(time.Minute)
	w.record(in)
	all := w.commissionsOf(o)
	require.Len(t, all, 2)
	require.Equal(t, commission.StatusReversed, all[0].Status)
	require.Equal(t, w.noah.Creator, all[1].CreatorID.UUID)
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, 2, a.Version)
	require.Equal(t, sale.CauseOrderEdit, a.Cause)
	w.sound()

	// After approval it is only suggested.
	w.clock.Advance(40 * day)
	_, err := w.commissions.ApproveDue(w.ctx)
	require.NoError(t, err)
	in.Codes = []string{"MAYA15"}
	w.record(in)
	a, _ = w.attribution(w.ctx, o)
	require.Equal(t, 2, a.Version)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit_log WHERE action = 'ATTRIBUTION_SUGGESTED'`))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM attribution_suggestion WHERE status = 'OPEN'`))
	w.sound()
}

func TestAClickThatArrivesLateIsFoundByTheJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	late := id.NewUUID(w.clock.Now().Add(-time.Hour))
	in := w.input(1, "100.00")
	tid := id.Of(id.Click, late)
	in.Click = &tid
	o := w.record(in)
	require.Empty(t, w.commissionsOf(o))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM river_job WHERE kind = 'late_click'`))
	args := sale.LateClickArgs{OrderID: o.ID.UUID.String()}
	require.NoError(t, w.sales.LateClick(w.ctx, args))
	require.Equal(t, 2, w.count(`SELECT count(*) FROM river_job WHERE kind = 'late_click'`), "it looks again later")

	w.store(late, w.noah, uuid.New())
	require.NoError(t, w.sales.LateClick(w.ctx, args))
	require.Equal(t, w.noah.Creator, w.only(o).CreatorID.UUID)
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, sale.CauseLateClick, a.Cause)
	require.NoError(t, w.sales.LateClick(w.ctx, args))
	a, _ = w.attribution(w.ctx, o)
	require.Equal(t, 2, a.Version, "the same again changes nothing")
	require.Equal(t, 2, w.count(`SELECT count(*) FROM river_job WHERE kind = 'late_click'`))
	w.sound()
}

func TestABuyerWhoLooksLikeTheCreatorIsHeldAndTheNextTouchWinsOnceRejected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := uuid.New()
	w.click(w.noah, visitor, w.clock.Now().Add(-2*day))
	tid := id.Of(id.Click, w.click(w.maya, visitor, w.clock.Now().Add(-day)))
	in := w.input(1, "100.00")
	in.Click = &tid
	in.CustomerEmail = w.db.Ent.User.GetX(w.ctx, w.maya.User).Email
	o := w.record(in)
	require.Equal(t, commission.StatusHeld, w.only(o).Status)
	w.sound()
	held := w.holdsOpen()
	require.Len(t, held, 1)
	require.Equal(t, fraud.SignalSelfReferral, held[0].Signal)
	require.NotEmpty(t, held[0].Evidence)

	w.clock.Advance(time.Minute)
	_, err := w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: held[0].ID, Decision: fraud.DecideReject, Reason: "Own purchase"})
	require.NoError(t, err)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM river_job WHERE kind = 'hold_rejected'`))
	require.NoError(t, w.sales.HoldRejected(w.ctx, fraud.RejectedArgs{OrderID: o.ID.UUID.String()}))
	all := w.commissionsOf(o)
	require.Len(t, all, 2)
	require.Equal(t, commission.StatusReversed, all[0].Status)
	require.Equal(t, w.noah.Creator, all[1].CreatorID.UUID)
	require.Equal(t, commission.StatusPending, all[1].Status)
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, sale.CauseHoldRejected, a.Cause)
	require.Equal(t, attribution.SelfReferral, *a.Touches[1].Reason)
	w.sound()
}

func TestAReleasedHoldIsNotRaisedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes = []string{"MAYA15"}
	in.CustomerEmail = w.db.Ent.User.GetX(w.ctx, w.maya.User).Email
	o := w.record(in)
	_, err := w.holds.DecideHold(w.as(viewer.Owner), fraud.DecideHoldInput{Hold: w.holdsOpen()[0].ID, Decision: fraud.DecideRelease, Reason: "Bought for a client"})
	require.NoError(t, err)
	in.Lines[0].Net = "90.00"
	w.record(in)
	require.Empty(t, w.holdsOpen())
	require.Equal(t, commission.StatusPending, w.only(o).Status)
	w.sound()
}

func TestATouchOfAPausedPartnershipIsHeldOrRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tid := id.Of(id.Click, w.click(w.maya, uuid.New(), w.clock.Now().Add(-2*day)))
	w.move(w.maya, "ACTIVE", "PAUSED", "COMPLIANCE", w.clock.Now().Add(-day))
	in := w.input(1, "100.00")
	in.Click = &tid
	o := w.record(in)
	require.Equal(t, commission.StatusHeld, w.only(o).Status)
	require.Equal(t, fraud.SignalPausedPartnership, w.holdsOpen()[0].Signal)

	in = w.input(2, "100.00")
	in.Codes = []string{"MAYA15"}
	require.Empty(t, w.commissionsOf(w.record(in)))
	w.sound()
}

func TestCreatorsReadTheirOwnTouchesAndNobodyElses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := uuid.New()
	tid := id.Of(id.Click, w.click(w.noah, visitor, w.clock.Now().Add(-day)))
	in := w.input(1, "100.00")
	in.Click, in.Codes, in.CustomerEmail = &tid, []string{"MAYA15"}, "buyer@example.test"
	o := w.record(in)

	noah, maya := viewer.With(t.Context(), w.noah.AsCreator()), viewer.With(t.Context(), w.maya.AsCreator())
	a, found := w.attribution(noah, o)
	require.True(t, found)
	require.Len(t, a.Touches, 2)
	for _, touch := range a.Touches {
		if touch.Own {
			require.Equal(t, "Your TikTok link", touch.Label)
			require.Equal(t, attribution.LostToPrecedence, *touch.Reason)
			require.NotEmpty(t, touch.Sentence)
			continue
		}
		require.Equal(t, "Another creator's code", touch.Label)
		require.True(t, touch.CreatorID.IsZero())
		require.Nil(t, touch.Platform)
		require.NotContains(t, fmt.Sprint(touch), "MAYA")
	}
	require.True(t, a.Credits[0].CreatorID.IsZero())
	require.False(t, a.Credits[0].Own)

	a, _ = w.attribution(maya, o)
	require.True(t, a.Credits[0].Own)
	require.Equal(t, w.maya.Creator, a.Credits[0].CreatorID.UUID)
	stranger := viewer.With(t.Context(), viewer.Viewer{Kind: viewer.User, UserID: uuid.New(), CreatorID: uuid.New()})
	_, found = w.attribution(stranger, o)
	require.False(t, found)
	_, err := w.sales.Attribution(stranger, a.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = w.sales.Attribution(maya, a.ID)
	require.NoError(t, err)
	full, _ := w.attribution(w.as(viewer.Analyst), o)
	require.Equal(t, w.noah.Creator, full.Touches[0].CreatorID.UUID)
}

func TestOthersReadNothingOfAnInvestigation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := uuid.New()
	w.click(w.noah, visitor, w.clock.Now().Add(-3*day))
	tid := id.Of(id.Click, w.click(w.maya, visitor, w.clock.Now().Add(-2*day)))
	w.move(w.maya, "ACTIVE", "PAUSED", "FRAUD", w.clock.Now().Add(-day))
	in := w.input(1, "100.00")
	in.Click = &tid
	o := w.record(in)
	a, _ := w.attribution(viewer.With(t.Context(), w.noah.AsCreator()), o)
	for _, touch := range a.Touches {
		if !touch.Own {
			require.Equal(t, attribution.Counted, touch.Outcome)
			require.NotContains(t, touch.Sentence, "paused")
		}
	}
}

func TestOnlyTheBrandRecords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	for name, c := range map[string]struct {
		ctx  context.Context
		kind fault.Kind
	}{
		"analyst":  {w.as(viewer.Analyst), fault.Forbidden},
		"finance":  {w.as(viewer.Finance), fault.Forbidden},
		"creator":  {viewer.With(t.Context(), w.maya.AsCreator()), fault.NotFound},
		"nobody":   {viewer.With(t.Context(), viewer.Viewer{Kind: viewer.Anonymous}), fault.Unauthenticated},
		"read key": {viewer.With(t.Context(), viewer.Viewer{Kind: viewer.App, BrandID: w.maya.Brand, Scopes: []viewer.Scope{viewer.ReadOrders}}), fault.Forbidden},
	} {
		_, err := w.sales.RecordOrder(c.ctx, in)
		require.True(t, fault.Is(err, c.kind), name)
	}
	key := viewer.With(t.Context(), viewer.Viewer{Kind: viewer.App, KeyID: uuid.New(), BrandID: w.maya.Brand, Scopes: []viewer.Scope{viewer.WriteOrders}})
	r, err := w.sales.RecordOrder(key, in)
	require.NoError(t, err)
	require.Equal(t, "shop.example", r.Order.Store)
	_, err = w.sales.RecordRefund(viewer.With(t.Context(), w.maya.AsCreator()), sale.RecordRefundInput{Order: r.Order.ID, ExternalID: "1", Amount: "1", Currency: "EUR"})
	require.True(t, fault.Is(err, fault.NotFound), err)
}

func TestEveryWrongFieldIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "1.234")
	tax := "x"
	in.Tax = &tax
	_, err := w.sales.RecordOrder(w.as(viewer.Owner), in)
	fields := []string{}
	for _, f := range fault.All(err) {
		fields = append(fields, fmt.Sprint(f.Field))
	}
	require.ElementsMatch(t, []string{"[tax]", "[lines 0 net]"}, fields)
}

// TestFiguresAreWhatTheRowsSay rebuilds all figures after a life of orders and compares.
func TestFiguresAreWhatTheRowsSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 12 {
		in := w.input(i+1, fmt.Sprintf("%d.50", 20+i))
		in.Codes = [][]string{{"MAYA15"}, {"NOAH10"}, nil}[i%3]
		o := w.record(in)
		if i%2 == 0 {
			_, err := w.refund(o, 1, "7.25")
			require.NoError(t, err)
		}
		if i%4 == 1 {
			in.Lines[0].Net = "88.00"
			w.record(in)
		}
		w.clock.Advance(9 * day)
		_, err := w.commissions.ApproveDue(w.ctx)
		require.NoError(t, err)
	}
	for {
		n, err := rollup.Fold(w.ctx, w.db)
		require.NoError(t, err)
		if n == 0 {
			break
		}
	}
	written := w.figures()
	require.NotEmpty(t, written)
	require.NoError(t, rollup.Rebuild(w.ctx, w.db))
	require.Equal(t, w.figures(), written)
	w.sound()
}

func (w *world) figures() (out []string) {
	rows, err := w.db.SQL.QueryContext(w.ctx, `SELECT d::text FROM rollup_day d WHERE orders_ppm <> 0 OR commission_minor <> 0
		UNION ALL SELECT j::text FROM journey j ORDER BY 1`)
	require.NoError(w.t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s string
		require.NoError(w.t, rows.Scan(&s))
		out = append(out, s)
	}
	return out
}

func (w *world) holdsOpen() []fraud.Hold {
	c, err := w.holds.List(w.ctx, w.maya.Brand, fraud.HoldOpen, "", page.All(10))
	require.NoError(w.t, err)
	return c.Nodes()
}

func TestASaleTakesFewStatements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Codes = []string{"MAYA15"}
	w.record(in)
	in = w.input(2, "100.00")
	in.Codes = []string{"MAYA15"}
	ctx, statements := database.CountStatements(w.as(viewer.Manager))
	_, err := w.sales.RecordOrder(ctx, in)
	require.NoError(t, err)
	require.LessOrEqual(t, statements.Load(), int64(60))
	t.Logf("%d statements", statements.Load())
}
