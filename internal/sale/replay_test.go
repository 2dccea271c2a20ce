package sale_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/fraud"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/sale"
)

// draft is the policy that the world has, for all days of the test.
func (w *world) draft() sale.ReplayPolicyInput {
	return sale.ReplayPolicyInput{Brand: id.Of(id.Brand, w.maya.Brand), Model: attribution.LastTouch, Precedence: attribution.Kinds, HalfLifeDays: 7,
		MinimumConfidence: 900_000, From: clock.DateOf(w.clock.Now()).AddDays(-200), To: clock.DateOf(w.clock.Now())}
}

// replay runs a draft to its end.
func (w *world) replay(change func(*sale.ReplayPolicyInput)) sale.Replay {
	w.t.Helper()
	in := w.draft()
	if change != nil {
		change(&in)
	}
	r, err := w.sales.ReplayPolicy(w.as(viewer.Manager), in)
	require.NoError(w.t, err)
	require.Equal(w.t, sale.ReplayRunning, r.Status)
	require.NoError(w.t, w.sales.Replay(w.ctx, sale.ReplayArgs{ReplayID: r.ID.UUID.String()}))
	r, err = w.sales.ReplayByID(w.as(viewer.Manager), r.ID)
	require.NoError(w.t, err)
	return r
}

func (w *world) replayRows(r sale.Replay) (rows []sale.ReplayRow, totals []sale.ReplayTotal) {
	of, err := w.sales.ReplayRows(w.ctx, []uuid.UUID{r.ID.UUID})
	require.NoError(w.t, err)
	sums, err := w.sales.ReplayTotals(w.ctx, []uuid.UUID{r.ID.UUID})
	require.NoError(w.t, err)
	return of[r.ID.UUID], sums[r.ID.UUID]
}

// stored is everything that a replay must leave as it is.
func (w *world) stored() (out []string) {
	for _, table := range []string{"attribution_decision", "commission", "ledger_transaction", "ledger_entry", "hold", "attribution_policy", "journey", "rollup_delta", "rollup_day", `"order"`} {
		rows, err := w.db.SQL.QueryContext(w.ctx, `SELECT t::text FROM `+table+` t ORDER BY 1`)
		require.NoError(w.t, err)
		for rows.Next() {
			var s string
			require.NoError(w.t, rows.Scan(&s))
			out = append(out, s)
		}
		require.NoError(w.t, rows.Err())
		require.NoError(w.t, rows.Close())
	}
	return out
}

func TestADraftShowsWhoWouldGainAndLoseAndChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.record(w.twoClicks(1, "90.00")) // Noah first, Maya last
	code := w.input(2, "50.00")
	code.Codes = []string{"NOAH10"}
	w.record(code)
	w.record(w.input(3, "10.00")) // nobody's
	_, err := w.refund(o, 1, "30.00")
	require.NoError(t, err)
	before := w.stored()

	same := w.replay(nil)
	require.Equal(t, sale.ReplayDone, same.Status)
	require.Equal(t, [3]int{3, 3, 0}, [3]int{same.Total, same.Done, same.Changed})
	require.NotNil(t, same.FinishedAt)
	rows, totals := w.replayRows(same)
	require.Len(t, rows, 2)
	for _, r := range rows {
		require.True(t, r.Difference.IsZero())
	}
	require.Equal(t, []sale.ReplayTotal{{Creators: 2, Before: euros(11_00), After: euros(11_00), Difference: euros(0)}}, totals)

	linear := w.replay(func(in *sale.ReplayPolicyInput) { in.Model = attribution.Linear })
	require.Equal(t, 1, linear.Changed)
	rows, totals = w.replayRows(linear)
	require.Equal(t, []sale.ReplayTotal{{Creators: 2, Gaining: 1, Losing: 1, Before: euros(11_00), After: euros(11_00), Difference: euros(0)}}, totals)
	by := map[uuid.UUID]sale.ReplayRow{}
	for _, r := range rows {
		by[r.CreatorID.UUID] = r
	}
	require.Equal(t, sale.ReplayRow{CreatorID: id.Of(id.Creator, w.maya.Creator), OrdersBefore: 1, OrdersAfter: 0.5, Before: euros(6_00), After: euros(3_00), Difference: euros(-3_00)}, by[w.maya.Creator])
	require.Equal(t, sale.ReplayRow{CreatorID: id.Of(id.Creator, w.noah.Creator), OrdersBefore: 1, OrdersAfter: 1.5, Before: euros(5_00), After: euros(8_00), Difference: euros(3_00)}, by[w.noah.Creator])

	// A shorter window takes Noah's click away, a list of kinds his code.
	days := 3
	narrow := w.replay(func(in *sale.ReplayPolicyInput) {
		in.Model, in.WindowDays, in.TouchKinds = attribution.FirstTouch, &days, []attribution.Kind{attribution.Click}
	})
	_, totals = w.replayRows(narrow)
	require.Equal(t, []sale.ReplayTotal{{Creators: 2, Losing: 1, Before: euros(11_00), After: euros(6_00), Difference: euros(-5_00)}}, totals)

	require.Equal(t, before, w.stored())
	w.sound()
}

func TestAReplayGoesOnWhereItEndedAndOneAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 120 {
		in := w.input(i+1, "10.00")
		in.Codes = []string{"MAYA15"}
		w.record(in)
		w.clock.Advance(time.Minute)
	}
	r, err := w.sales.ReplayPolicy(w.as(viewer.Owner), w.draft())
	require.NoError(t, err)
	require.Equal(t, 120, r.Total)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM river_job WHERE kind = 'policy_replay'`))
	_, err = w.sales.ReplayPolicy(w.as(viewer.Owner), w.draft())
	require.Equal(t, "WRONG_STATE", fault.All(err)[0].Code)

	// The server is stopped in the middle of it, at a moment that no batch knows: what was done stays, and nothing is counted twice.
	ctx, cancel := context.WithCancel(w.ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := w.sales.Replay(ctx, sale.ReplayArgs{ReplayID: r.ID.UUID.String()}); err == nil {
			t.Log("it was done before it could be stopped")
		}
	}()
	require.Eventually(t, func() bool { return w.db.Ent.PolicyReplay.GetX(w.ctx, r.ID.UUID).Done > 0 }, time.Minute, time.Millisecond)
	cancel()
	<-ended
	require.NoError(t, w.sales.Replay(w.ctx, sale.ReplayArgs{ReplayID: r.ID.UUID.String()}))
	require.NoError(t, w.sales.Replay(w.ctx, sale.ReplayArgs{ReplayID: r.ID.UUID.String()}), "once more changes nothing")
	done, err := w.sales.ReplayByID(w.as(viewer.Owner), r.ID)
	require.NoError(t, err)
	require.Equal(t, sale.ReplayDone, done.Status)
	require.Equal(t, 120, done.Done)
	_, totals := w.replayRows(done)
	require.Equal(t, euros(120_00), totals[0].After)

	// A stopped one ends; the next may begin.
	r, err = w.sales.ReplayPolicy(w.as(viewer.Owner), w.draft())
	require.NoError(t, err)
	stopped, err := w.sales.StopReplay(w.as(viewer.Manager), r.ID)
	require.NoError(t, err)
	require.Equal(t, sale.ReplayStopped, stopped.Status)
	require.NoError(t, w.sales.Replay(w.ctx, sale.ReplayArgs{ReplayID: r.ID.UUID.String()}))
	require.Zero(t, w.count(`SELECT count(*) FROM policy_replay_row WHERE replay_id = $1`, r.ID.UUID))
	_, err = w.sales.StopReplay(w.as(viewer.Manager), r.ID)
	require.Equal(t, "WRONG_STATE", fault.All(err)[0].Code)
	list, err := w.sales.Replays(w.as(viewer.Manager), id.Of(id.Brand, w.maya.Brand), page.All(10))
	require.NoError(t, err)
	require.Len(t, list.Nodes(), 2)
}

func TestWhatAPersonFoundHoldsInAReplayToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.twoClicks(1, "100.00")
	in.CustomerEmail = w.db.Ent.User.GetX(w.ctx, w.maya.User).Email
	o := w.record(in)
	w.clock.Advance(time.Minute)
	_, err := w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: w.holdsOpen()[0].ID, Decision: fraud.DecideReject, Reason: "Own purchase"})
	require.NoError(t, err)
	require.NoError(t, w.sales.HoldRejected(w.ctx, fraud.RejectedArgs{OrderID: o.ID.UUID.String()}))
	r := w.replay(func(in *sale.ReplayPolicyInput) { in.Model = attribution.Linear })
	require.Zero(t, r.Changed)
	rows, _ := w.replayRows(r)
	require.Len(t, rows, 1)
	require.Equal(t, w.noah.Creator, rows[0].CreatorID.UUID)
}

func TestADraftIsCheckedAndForWhoMayPublishIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := w.draft()
	days := 0
	bad.Model, bad.Precedence, bad.HalfLifeDays, bad.MinimumConfidence, bad.WindowDays = "BEST", attribution.Kinds[:2], 91, -1, &days
	bad.TouchKinds, bad.To = []attribution.Kind{attribution.Click, attribution.Click}, bad.From.AddDays(-1)
	_, err := w.sales.ReplayPolicy(w.as(viewer.Owner), bad)
	fields := map[string]string{}
	for _, f := range fault.All(err) {
		fields[f.Field[0]] = f.Code
	}
	require.Equal(t, map[string]string{"model": "INVALID", "precedence": "REQUIRED", "halfLifeDays": "OUT_OF_RANGE", "minimumConfidencePpm": "OUT_OF_RANGE",
		"windowDays": "OUT_OF_RANGE", "touchKinds": "INVALID", "to": "OUT_OF_RANGE"}, fields)
	for _, role := range []viewer.Role{viewer.Analyst, viewer.Finance} {
		_, err = w.sales.ReplayPolicy(w.as(role), w.draft())
		require.True(t, fault.Is(err, fault.Forbidden), role)
	}
	r, err := w.sales.ReplayPolicy(w.as(viewer.Owner), w.draft())
	require.NoError(t, err)
	_, err = w.sales.ReplayByID(viewer.With(t.Context(), w.maya.AsCreator()), r.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = w.sales.StopReplay(viewer.With(t.Context(), w.maya.AsCreator()), r.ID)
	require.True(t, fault.Is(err, fault.NotFound))
}
