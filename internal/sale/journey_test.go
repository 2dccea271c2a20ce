package sale_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution/model"
	"tributary/internal/fraud"
	"tributary/internal/insight"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/rollup"
	"tributary/internal/sale"
)

// twoClicks is an order after a click on a link of Noah and then one of Maya.
func (w *world) twoClicks(number int, net string) sale.RecordOrderInput {
	visitor := uuid.New()
	w.click(w.noah, visitor, w.clock.Now().Add(-7*day))
	tid := id.Of(id.Click, w.click(w.maya, visitor, w.clock.Now().Add(-time.Minute)))
	in := w.input(number, net)
	in.Click = &tid
	return in
}

// compare compares models over all days of the test.
func (w *world) compare(change func(*insight.ComparisonFilter)) (insight.Comparison, error) {
	f := insight.ComparisonFilter{Brand: id.Of(id.Brand, w.maya.Brand), From: clock.DateOf(w.clock.Now()).AddDays(-300), To: clock.DateOf(w.clock.Now())}
	if change != nil {
		change(&f)
	}
	return insight.New(insight.Config{DB: w.db, Clock: w.clock}).Compare(w.as(viewer.Analyst), f)
}

func TestModelsDivideTheOrdersThatThePolicyPaidForOnePart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.record(w.twoClicks(1, "90.00"))
	alone := w.input(2, "10.01")
	alone.Codes = []string{"NOAH10"}
	w.record(alone)
	unknown := w.input(3, "1000.00") // nobody's
	w.record(unknown)
	trial := w.twoClicks(4, "500.00")
	trial.Test = true
	w.record(trial)

	c, err := w.compare(nil)
	require.NoError(t, err)
	require.Equal(t, model.Models, c.Models)
	require.Equal(t, 2, c.Orders)
	require.Equal(t, 3, c.Touches)
	require.Equal(t, euros(100_01), c.Revenue)
	require.Equal(t, insight.Credit{Orders: 2, Revenue: euros(100_01)}, c.Paid)
	require.Equal(t, 2, c.Creators)
	require.Len(t, c.Rows, 2)
	maya, noah := c.Rows[0], c.Rows[1]
	require.Equal(t, w.maya.Creator, maya.CreatorID.UUID)
	require.Equal(t, w.noah.Creator, noah.CreatorID.UUID)
	require.Equal(t, insight.Credit{Orders: 1, Revenue: euros(90_00)}, maya.Paid)
	require.Equal(t, insight.Credit{Orders: 1, Revenue: euros(10_01)}, noah.Paid)
	// A click seven days before weighs half of one on the day. Without Noah no order would be left in the chain, without Maya that with
	// the code: removal effects of 1 and 1/2.
	want := map[model.Model]struct {
		orders  float64 // Maya's
		revenue int64
	}{
		model.LastTouch: {1, 90_00}, model.FirstTouch: {0, 0}, model.Linear: {0.5, 45_00}, model.PositionBased: {0.5, 45_00},
		model.TimeDecay: {2 / 3.0, 60_00}, model.Markov: {2 / 3.0, 0}, model.Shapley: {0.5, 45_00},
	}
	for i, m := range c.Models {
		require.Equal(t, m, maya.Modelled[i].Model)
		require.InDelta(t, want[m].orders, maya.Modelled[i].Orders, 1e-4, m)
		require.InDelta(t, 2, maya.Modelled[i].Orders+noah.Modelled[i].Orders, 1e-9, m)
		require.Equal(t, int64(100_01), maya.Modelled[i].Revenue.Minor+noah.Modelled[i].Revenue.Minor, m)
		if m != model.Markov {
			require.InDelta(t, want[m].revenue, maya.Modelled[i].Revenue.Minor, 1, m)
		}
	}
	w.sound()
}

func TestJourneysFollowWhatBecomesOfAnOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	touches := func() int { return w.count(`SELECT coalesce(sum(length(touches)), 0) / 20 FROM journey`) }
	in := w.twoClicks(1, "90.00")
	in.Payment = order.PaymentAwaitingPayment
	o := w.record(in)
	require.Zero(t, touches(), "an unpaid order is no journey's end")
	in.Payment = order.PaymentPaid
	w.record(in)
	require.Equal(t, 2, touches())
	require.Equal(t, 7*86_400, w.count(`SELECT ('x' || encode(substr(touches, 17, 4), 'hex'))::bit(32)::integer FROM journey`))
	_, err := w.refund(o, 1, "20.00")
	require.NoError(t, err)
	require.Equal(t, 90_00, w.count(`SELECT net_minor FROM journey`), "revenue is before refunds")
	in.Lines[0].Net = "70.00"
	w.record(in)
	require.Equal(t, 70_00, w.count(`SELECT net_minor FROM journey`))

	// A touch that a person found to be fraud is none.
	held := w.input(2, "10.00")
	held.Codes, held.CustomerEmail = []string{"MAYA15"}, w.db.Ent.User.GetX(w.ctx, w.maya.User).Email
	own := w.record(held)
	require.Equal(t, 3, touches(), "what is only suspected counts")
	w.clock.Advance(time.Minute)
	_, err = w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: w.holdsOpen()[0].ID, Decision: fraud.DecideReject, Reason: "Own purchase"})
	require.NoError(t, err)
	require.NoError(t, w.sales.HoldRejected(w.ctx, fraud.RejectedArgs{OrderID: own.ID.UUID.String()}))
	require.Equal(t, 2, touches())
	require.NoError(t, rollup.Rebuild(w.ctx, w.db))
	require.Equal(t, 2, touches())
	w.sound()
}

func TestAComparisonIsNarrowedAndBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.record(w.twoClicks(1, "90.00"))
	none, err := w.compare(func(f *insight.ComparisonFilter) { f.To = f.From })
	require.NoError(t, err)
	require.Zero(t, none.Orders)
	require.Empty(t, none.Rows)
	dollars := money.Currency("USD")
	none, err = w.compare(func(f *insight.ComparisonFilter) { f.Currency = &dollars })
	require.NoError(t, err)
	require.Zero(t, none.Orders)
	elsewhere := id.New(id.Program, w.clock.Now())
	none, err = w.compare(func(f *insight.ComparisonFilter) { f.Program = &elsewhere })
	require.NoError(t, err)
	require.Zero(t, none.Orders)
	two, err := w.compare(func(f *insight.ComparisonFilter) {
		own := id.Of(id.Program, w.maya.Program)
		f.Program, f.Models = &own, []model.Model{model.Shapley, model.FirstTouch}
	})
	require.NoError(t, err)
	require.Equal(t, 1, two.Orders)
	require.InDelta(t, 1, two.Rows[1].Modelled[1].Orders, 0)

	big, zero := 91, 0
	for path, change := range map[string]func(*insight.ComparisonFilter){
		"filter.models.1":     func(f *insight.ComparisonFilter) { f.Models = []model.Model{model.Markov, model.Markov} },
		"filter.models.0":     func(f *insight.ComparisonFilter) { f.Models = []model.Model{"BEST"} },
		"filter.halfLifeDays": func(f *insight.ComparisonFilter) { f.HalfLifeDays = &big },
		"filter.markovOrder":  func(f *insight.ComparisonFilter) { f.MarkovOrder = &zero },
		"filter.to":           func(f *insight.ComparisonFilter) { f.To = f.From.AddDays(-1) },
	} {
		_, err := w.compare(change)
		require.Equal(t, path, strings.Join(fault.All(err)[0].Field, "."), path)
	}
}
