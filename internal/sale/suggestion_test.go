package sale_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/sale"
)

// suggested gives an order of Noah's that is payable and would be Maya's by a later word of the shop, with the edit that says so.
func (w *world) suggested() (order.Order, sale.RecordOrderInput) {
	w.t.Helper()
	in := w.input(1, "100.00")
	in.Codes = []string{"NOAH10"}
	o := w.record(in)
	w.clock.Advance(40 * day)
	_, err := w.commissions.ApproveDue(w.ctx)
	require.NoError(w.t, err)
	require.Equal(w.t, commission.StatusApproved, w.only(o).Status)
	in.Codes = []string{"MAYA15"}
	w.record(in)
	return o, in
}

func (w *world) suggestions(status sale.SuggestionStatus) []sale.Suggestion {
	w.t.Helper()
	c, err := w.sales.Suggestions(w.as(viewer.Manager), w.maya.Brand, status, page.Request{Limit: 10})
	require.NoError(w.t, err)
	return c.Nodes()
}

func TestASuggestionIsAcceptedByAnOwnerOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, in := w.suggested()
	w.clock.Advance(time.Minute)
	w.record(in)
	all := w.suggestions(sale.SuggestionOpen)
	require.Len(t, all, 1, "the same again is suggested once")
	require.Equal(t, w.maya.Partnership, all[0].PartnershipID.UUID)
	require.Equal(t, sale.CauseOrderEdit, all[0].Cause)
	require.NotEmpty(t, all[0].Sentence)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit_log WHERE action = 'ATTRIBUTION_SUGGESTED'`))

	_, err := w.sales.AcceptSuggestion(w.as(viewer.Finance), all[0].ID, "The shop says so.")
	require.True(t, fault.Is(err, fault.Forbidden), "finance confirms only what somebody proposed: %v", err)
	_, err = w.sales.DismissSuggestion(w.as(viewer.Finance), all[0].ID, "The shop says so.")
	require.True(t, fault.Is(err, fault.Forbidden), err)
	require.Len(t, w.suggestions(sale.SuggestionOpen), 1, "what was refused changes nothing")
	_, err = w.sales.AcceptSuggestion(w.as(viewer.Owner), all[0].ID, " ")
	require.Equal(t, []string{"reason"}, fault.All(err)[0].Field)
	_, err = w.sales.Suggestion(w.as(viewer.Analyst), all[0].ID)
	require.True(t, fault.Is(err, fault.Forbidden))

	done, err := w.sales.AcceptSuggestion(w.as(viewer.Owner), all[0].ID, "The shop says so.")
	require.NoError(t, err)
	require.Equal(t, sale.SuggestionAccepted, done.Status)
	require.Equal(t, "The shop says so.", *done.Reason)
	require.NotNil(t, done.DecidedAt)
	_, err = w.sales.AcceptSuggestion(w.as(viewer.Owner), all[0].ID, "Again.")
	require.True(t, fault.Is(err, fault.Conflict))
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, sale.CauseReassigned, a.Cause)
	both := w.commissionsOf(o)
	require.Len(t, both, 2, "the first creator keeps what could be paid")
	for _, c := range both {
		require.Equal(t, commission.StatusApproved, c.Status)
	}
	w.record(in)
	require.Empty(t, w.suggestions(sale.SuggestionOpen))
	w.sound()
}

func TestADismissedSuggestionIsNotMadeAgainButAnotherIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, in := w.suggested()
	open := w.suggestions(sale.SuggestionOpen)
	require.Len(t, open, 1)
	done, err := w.sales.DismissSuggestion(w.as(viewer.Manager), open[0].ID, "The shop mistyped the code.")
	require.NoError(t, err)
	require.Equal(t, sale.SuggestionDismissed, done.Status)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM audit_log WHERE action = 'ATTRIBUTION_SUGGESTION_DISMISSED' AND detail->>'sentence' LIKE '%mistyped%'`))
	_, err = w.sales.DismissSuggestion(w.as(viewer.Manager), open[0].ID, "Again.")
	require.True(t, fault.Is(err, fault.Conflict))
	w.clock.Advance(time.Minute)
	w.record(in)
	require.Empty(t, w.suggestions(sale.SuggestionOpen))

	in.Codes = nil
	w.clock.Advance(time.Minute)
	w.record(in)
	open = w.suggestions(sale.SuggestionOpen)
	require.Len(t, open, 1, "nobody would earn it now: that is another one")
	require.True(t, open[0].PartnershipID.IsZero())
	_, err = w.sales.AcceptSuggestion(w.as(viewer.Owner), open[0].ID, "Nobody.")
	require.True(t, fault.Is(err, fault.Conflict), "what could be paid stays paid")

	in.Codes = []string{"NOAH10"}
	w.clock.Advance(time.Minute)
	w.record(in)
	require.Empty(t, w.suggestions(sale.SuggestionOpen), "the evidence agrees with the decision again")
	require.Len(t, w.suggestions(sale.SuggestionOvertaken), 1)
	require.Equal(t, commission.StatusApproved, w.only(o).Status)
	w.sound()
}

func TestAPersonsDecisionOvertakesASuggestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, _ := w.suggested()
	open := w.suggestions(sale.SuggestionOpen)
	_, err := w.sales.Reassign(w.as(viewer.Owner), sale.ReassignInput{Order: o.ID, Partnership: open[0].PartnershipID, Reason: "We saw it."})
	require.NoError(t, err)
	require.Empty(t, w.suggestions(sale.SuggestionOpen))
	require.Len(t, w.suggestions(sale.SuggestionOvertaken), 1)
	w.sound()
}
