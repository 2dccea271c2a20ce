package sale_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/sale"
)

// seen gives the kinds of evidence of the only open hold.
func (w *world) seen() (out []fraud.EvidenceKind) {
	w.t.Helper()
	held := w.holdsOpen()
	require.Len(w.t, held, 1)
	for _, e := range held[0].Evidence {
		out = append(out, e.Kind)
	}
	return out
}

// clickFrom stores a visit from a network.
func (w *world) clickFrom(a fixture.Affiliate, visitor uuid.UUID, at time.Time, network string) *id.ID {
	c := w.click(a, visitor, at)
	_, err := w.db.SQL.ExecContext(w.ctx, `UPDATE click SET network_hash = $2 WHERE id = $1`, c, []byte(network))
	require.NoError(w.t, err)
	tid := id.Of(id.Click, c)
	return &tid
}

func (w *world) decideOnly(d fraud.Decision) {
	w.t.Helper()
	held := w.holdsOpen()
	require.Len(w.t, held, 1)
	w.clock.Advance(time.Minute)
	_, err := w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: held[0].ID, Decision: d, Reason: "Looked at it"})
	require.NoError(w.t, err)
}

func TestAnOrderFasterThanAShopperIsHeldWithItsFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Click = w.clickFrom(w.maya, uuid.New(), w.clock.Now().Add(-3*time.Second), "")
	o := w.record(in)
	require.Equal(t, commission.StatusHeld, w.only(o).Status)
	held := w.holdsOpen()[0]
	require.Equal(t, fraud.SignalClickToOrderTime, held.Signal)
	require.Equal(t, 3, *held.Evidence[0].Seen)
	require.Equal(t, 10, *held.Evidence[0].Limit)

	own, err := w.holds.Get(viewer.With(t.Context(), w.maya.AsCreator()), held.ID)
	require.NoError(t, err)
	require.Empty(t, own.Evidence, "the creator reads the reason, not what was seen")
	require.NotEmpty(t, own.Reason)

	w.decideOnly(fraud.DecideRelease)
	require.Equal(t, commission.StatusPending, w.only(o).Status)
	_, err = w.refund(o, 1, "10.00")
	require.NoError(t, err)
	require.Empty(t, w.holdsOpen(), "what a person has looked at is not raised again")
	w.sound()
}

func TestAClickPutBeforeSomebodyElsesSaleGivesItBackOnceRejected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := uuid.New()
	w.click(w.noah, visitor, w.clock.Now().Add(-time.Hour))
	in := w.input(1, "100.00")
	in.Click = w.clickFrom(w.maya, visitor, w.clock.Now().Add(-2*time.Second), "")
	o := w.record(in)
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceFastOrder}, w.seen())
	w.decideOnly(fraud.DecideReject)
	require.NoError(t, w.sales.HoldRejected(w.ctx, fraud.RejectedArgs{OrderID: o.ID.UUID.String()}))
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, sale.CauseHoldRejected, a.Cause)
	require.Equal(t, attribution.Fraud, *a.Touches[1].Reason)
	require.Equal(t, attribution.Counted, a.Touches[0].Outcome)
	w.sound()
}

func TestOneCreatorsOwnLaterClickIsNoHaste(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := uuid.New()
	w.click(w.maya, visitor, w.clock.Now().Add(-time.Hour))
	in := w.input(1, "100.00")
	in.Click = w.clickFrom(w.maya, visitor, w.clock.Now().Add(-2*time.Second), "")
	require.Equal(t, commission.StatusPending, w.only(w.record(in)).Status)
}

func TestManyOrdersFromOneNetworkAreHeldFromTheFifthOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	buy := func(number int, a fixture.Affiliate, network string) order.Order {
		in := w.input(number, "20.00")
		in.Click = w.clickFrom(a, uuid.New(), w.clock.Now().Add(-time.Hour), network)
		w.clock.Advance(time.Second)
		return w.record(in)
	}
	for i := 1; i < fraud.SameNetworkOrders; i++ {
		require.Equal(t, commission.StatusPending, w.only(buy(i, w.maya, "office")).Status)
	}
	require.Equal(t, commission.StatusPending, w.only(buy(90, w.maya, "elsewhere")).Status)
	require.Equal(t, commission.StatusPending, w.only(buy(91, w.noah, "office")).Status, "another creator's")
	for i := range fraud.SameNetworkOrders { // clicks from nowhere are of no network
		require.Equal(t, commission.StatusPending, w.only(buy(100+i, w.maya, "\x00\x00")).Status)
	}
	fifth := buy(5, w.maya, "office")
	require.Equal(t, commission.StatusHeld, w.only(fifth).Status)
	held := w.holdsOpen()
	require.Len(t, held, 1)
	require.Equal(t, fraud.SignalSameNetwork, held[0].Signal)
	require.Equal(t, 5, *held[0].Evidence[0].Seen)

	require.NoError(t, w.sales.Redecide(w.ctx, fifth.ID.UUID, sale.CauseLateClick))
	require.Equal(t, 1, w.count(`SELECT count(*) FROM attribution_decision WHERE order_id = $1`, fifth.ID.UUID), "the order is not counted twice")
	require.Equal(t, 7, w.count(`SELECT count(*) FROM order_network`))
	w.sound()
}

func TestABuyersAccountAtTheShopRemembersTheCreatorsAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "20.00")
	in.CustomerID, in.CustomerEmail = "c77", w.db.Ent.User.GetX(w.ctx, w.maya.User).Email
	w.record(in) // nobody's touch: nothing to hold
	require.Empty(t, w.holdsOpen())

	in = w.input(2, "100.00")
	in.CustomerID, in.CustomerEmail, in.Codes = "c77", "another@example.test", []string{"MAYA15"}
	o := w.record(in)
	require.Equal(t, commission.StatusHeld, w.only(o).Status)
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceSameCustomer}, w.seen())
	w.sound()
}

func TestOneHoldShowsAllThatWasSeenAndOneReleaseSettlesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Click = w.clickFrom(w.maya, uuid.New(), w.clock.Now().Add(-time.Second), "")
	in.CustomerEmail = w.db.Ent.User.GetX(w.ctx, w.maya.User).Email
	in.Payment = order.PaymentAwaitingPayment
	o := w.record(in)
	require.Empty(t, w.holdsOpen(), "nothing is earned yet")
	in.Payment = order.PaymentPaid
	w.record(in)
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceSameUnconfirmedEmail, fraud.EvidenceFastOrder}, w.seen(), "kept from when the order came")
	require.Equal(t, fraud.SignalSelfReferral, w.holdsOpen()[0].Signal)
	w.decideOnly(fraud.DecideRelease)
	in.Lines[0].Net = "90.00"
	w.record(in)
	require.Empty(t, w.holdsOpen())
	require.Equal(t, commission.StatusPending, w.only(o).Status)
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, attribution.Counted, a.Touches[0].Outcome)
	w.sound()
}

func TestACodeIsNotHeldForWhenSomebodyClicked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.input(1, "100.00")
	in.Click = w.clickFrom(w.maya, uuid.New(), w.clock.Now().Add(-time.Second), "")
	in.Codes = []string{"MAYA15"}
	require.Equal(t, commission.StatusPending, w.only(w.record(in)).Status)
}
