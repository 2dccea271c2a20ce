package sale_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/fraud"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/sale"
)

// newLoyalWorld is a world whose policy knows every kind of touch, as published ones do.
func newLoyalWorld(t *testing.T) *world {
	w := newWorld(t)
	all := make([]string, len(attribution.Kinds))
	for i, k := range attribution.Kinds {
		all[i] = string(k)
	}
	w.db.Ent.AttributionPolicy.Update().SetPrecedence(all).ExecX(w.ctx)
	return w
}

// offer publishes the next terms of the program: 10% of a sale, and renewals as given.
func (w *world) offer(version int, recurring *rule.Recurring) {
	w.t.Helper()
	terms := rule.Terms{Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000), Recurring: recurring}
	require.Empty(w.t, terms.Problems())
	stored, err := json.Marshal(terms)
	require.NoError(w.t, err)
	now := w.clock.Now().Add(-time.Hour)
	w.db.Ent.OfferVersion.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(w.maya.Brand).SetProgramID(w.maya.Program).
		SetVersion(version).SetName("Offer").SetTerms(stored).SetEffectiveAt(now).SetNote("").SaveX(w.ctx)
}

func renewals(months int, rate money.BasisPoints) *rule.Recurring {
	r := rule.PercentRate(rate)
	return &rule.Recurring{Term: rule.RecurringMonths, Months: months, Rate: &r}
}

// purchase records an order of one customer.
func (w *world) purchase(number int, codes ...string) order.Order {
	in := w.input(number, "100.00")
	in.CustomerEmail, in.Codes = "ana@people.test", codes
	return w.record(in)
}

func (w *world) bindings() []sale.Binding {
	w.t.Helper()
	c, err := w.sales.CustomerBindings(w.as(viewer.Analyst), id.Of(id.Brand, w.maya.Brand), nil, page.All(10))
	require.NoError(w.t, err)
	return c.Nodes()
}

func TestANewCustomerIsBoundAndTheirRenewalsEarn(t *testing.T) {
	t.Parallel()
	w := newLoyalWorld(t)
	w.offer(2, renewals(12, 500))
	first := w.purchase(1, "MAYA15")
	require.Equal(t, commission.TypeSale, w.only(first).Kind)
	bound := w.bindings()
	require.Len(t, bound, 1)
	require.Equal(t, w.maya.Creator, bound[0].CreatorID.UUID)
	require.Equal(t, first.ID, bound[0].OrderID)
	require.Nil(t, bound[0].EndedAt)
	require.Equal(t, first.PlacedAt.AddDate(0, 12, 0), bound[0].EndsAt.UTC())

	w.clock.Advance(40 * day)
	second := w.purchase(2)
	c := w.only(second)
	require.Equal(t, commission.TypeRecurring, c.Kind)
	require.Equal(t, w.maya.Creator, c.CreatorID.UUID)
	require.Equal(t, euros(5_00), c.Amount)
	a, _ := w.attribution(w.ctx, second)
	require.Equal(t, attribution.Binding, a.Touches[0].Kind)
	require.Equal(t, attribution.Counted, a.Touches[0].Outcome)
	mine, _ := w.attribution(viewer.With(w.t.Context(), w.maya.AsCreator()), second)
	require.Equal(t, "Your earlier sale to this customer", mine.Touches[0].Label)

	// Another creator's code earns that order, and the tie stays.
	third := w.purchase(3, "NOAH10")
	require.Equal(t, w.noah.Creator, w.only(third).CreatorID.UUID)
	a, _ = w.attribution(w.ctx, third)
	for _, touch := range a.Touches {
		if touch.Kind == attribution.Binding {
			require.Equal(t, attribution.LostToPrecedence, *touch.Reason)
		}
	}
	fourth := w.purchase(4)
	require.Equal(t, w.maya.Creator, w.only(fourth).CreatorID.UUID)
	require.Len(t, w.bindings(), 1)
	came, err := w.sales.RenewalsOf(w.ctx, []uuid.UUID{bound[0].ID.UUID})
	require.NoError(t, err)
	require.Equal(t, sale.Renewals{Orders: 2, Earned: euros(10_00)}, came[bound[0].ID.UUID])

	// When the promised time is over, the tie is.
	w.clock.Advance(330 * day)
	last := w.purchase(5)
	require.Empty(t, w.commissionsOf(last))
	a, _ = w.attribution(w.ctx, last)
	require.Equal(t, attribution.BindingEnded, *a.Touches[0].Reason)
	require.Equal(t, sale.BindingTerm, *w.bindings()[0].EndReason)
	w.sound()
}

func TestOnlyTermsThatPromiseRenewalsBindAndOnlyPaidOrders(t *testing.T) {
	t.Parallel()
	w := newLoyalWorld(t)
	w.purchase(1, "MAYA15")
	require.Empty(t, w.bindings(), "these terms say nothing of later orders")
	w.offer(2, &rule.Recurring{Term: rule.RecurringFirstOrder})
	other := w.input(2, "100.00")
	other.CustomerEmail, other.Codes = "ben@people.test", []string{"MAYA15"}
	w.record(other)
	require.Empty(t, w.bindings(), "the first order only")

	w.offer(3, &rule.Recurring{Term: rule.RecurringLifetime})
	unpaid := w.input(3, "100.00")
	unpaid.CustomerEmail, unpaid.Codes, unpaid.Payment = "eva@people.test", []string{"MAYA15"}, order.PaymentAwaitingPayment
	w.record(unpaid)
	require.Empty(t, w.bindings(), "not paid yet")
	unpaid.Payment = order.PaymentPaid
	w.record(unpaid)
	require.Len(t, w.bindings(), 1)
	require.Nil(t, w.bindings()[0].EndsAt)
	w.clock.Advance(day)
	known := w.input(4, "100.00")
	known.CustomerEmail, known.Codes = "ben@people.test", []string{"MAYA15"}
	w.record(known)
	trial := w.input(5, "100.00")
	trial.CustomerEmail, trial.Codes, trial.Test = "joe@people.test", []string{"MAYA15"}, true
	w.record(trial)
	nameless := w.input(6, "100.00")
	nameless.Codes = []string{"MAYA15"}
	w.record(nameless)
	require.Len(t, w.bindings(), 1, "nobody else is a new customer with a name")
	w.sound()
}

func TestAFirstOrderThatIsGivenBackWholeUntiesUnlessThereIsAnother(t *testing.T) {
	t.Parallel()
	w := newLoyalWorld(t)
	w.offer(2, renewals(12, 500))
	first := w.purchase(1, "MAYA15")
	_, err := w.refund(first, 1, "40.00")
	require.NoError(t, err)
	require.Nil(t, w.bindings()[0].EndedAt, "a part of it")
	_, err = w.refund(first, 2, "60.00")
	require.NoError(t, err)
	require.Equal(t, sale.BindingRefunded, *w.bindings()[0].EndReason)
	w.clock.Advance(day)
	require.Empty(t, w.commissionsOf(w.purchase(2)))

	keeps := w.input(3, "100.00")
	keeps.CustomerEmail, keeps.Codes = "ben@people.test", []string{"NOAH10"}
	kept := w.record(keeps)
	w.clock.Advance(day)
	again := w.input(4, "100.00")
	again.CustomerEmail = "ben@people.test"
	require.Equal(t, commission.TypeRecurring, w.only(w.record(again)).Kind)
	_, err = w.refund(kept, 1, "100.00")
	require.NoError(t, err)
	for _, b := range w.bindings() {
		require.Equal(t, b.CreatorID.UUID == w.maya.Creator, b.EndedAt != nil)
	}
	w.sound()
}

func TestTheEndOfAPartnershipUntiesUnlessTheTermsKeepIt(t *testing.T) {
	t.Parallel()
	w := newLoyalWorld(t)
	w.offer(2, renewals(12, 500))
	w.purchase(1, "MAYA15")
	w.clock.Advance(10 * day)
	kept := renewals(12, 500)
	kept.KeptAfterRetirement = true
	w.offer(3, kept)
	other := w.input(2, "100.00")
	other.CustomerEmail, other.Codes = "ben@people.test", []string{"NOAH10"}
	w.record(other)
	w.clock.Advance(10 * day)
	for _, a := range []fixture.Affiliate{w.maya, w.noah} {
		w.move(a, "RETIRING", "RETIRED", "", w.clock.Now())
	}
	w.clock.Advance(day)
	ended := w.purchase(3)
	require.Empty(t, w.commissionsOf(ended))
	a, _ := w.attribution(w.ctx, ended)
	require.Equal(t, attribution.BindingEnded, *a.Touches[0].Reason)
	again := w.input(4, "100.00")
	again.CustomerEmail = "ben@people.test"
	require.Equal(t, w.noah.Creator, w.only(w.record(again)).CreatorID.UUID)
	for _, b := range w.bindings() {
		if b.CreatorID.UUID == w.maya.Creator {
			require.Equal(t, sale.BindingRetired, *b.EndReason)
		} else {
			require.Nil(t, b.EndedAt)
		}
	}
	w.sound()
}

func TestARenewalEarnsByTodaysTermsButNeverLessThanWasPromised(t *testing.T) {
	t.Parallel()
	w := newLoyalWorld(t)
	w.offer(2, renewals(12, 500))
	w.purchase(1, "MAYA15")
	w.clock.Advance(day)
	for i, c := range []struct {
		recurring *rule.Recurring
		want      int64
	}{{renewals(6, 300), 5_00}, {renewals(6, 800), 8_00}, {nil, 5_00}} {
		w.clock.Advance(2 * time.Hour)
		w.offer(3+i, c.recurring)
		require.Equal(t, euros(c.want), w.only(w.purchase(2+i)).Amount, i)
	}
	w.sound()
}

func TestABindingFollowsTheDecisionAboutTheFirstOrder(t *testing.T) {
	t.Parallel()
	w := newLoyalWorld(t)
	w.offer(2, renewals(12, 500))
	in := w.twoClicks(1, "100.00") // Noah first, Maya last
	in.CustomerEmail = w.db.Ent.User.GetX(w.ctx, w.maya.User).Email
	o := w.record(in)
	require.Equal(t, w.maya.Creator, w.bindings()[0].CreatorID.UUID)
	w.clock.Advance(time.Minute)
	_, err := w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: w.holdsOpen()[0].ID, Decision: fraud.DecideReject, Reason: "Own purchase"})
	require.NoError(t, err)
	require.NoError(t, w.sales.HoldRejected(w.ctx, fraud.RejectedArgs{OrderID: o.ID.UUID.String()}))
	bound := w.bindings()
	require.Len(t, bound, 1)
	require.Equal(t, w.noah.Creator, bound[0].CreatorID.UUID)
	require.Nil(t, bound[0].EndedAt)
	w.sound()
}

func TestBindingsAreForWhoMayReadOrders(t *testing.T) {
	t.Parallel()
	w := newLoyalWorld(t)
	w.offer(2, renewals(12, 500))
	w.purchase(1, "MAYA15")
	b := w.bindings()[0]
	_, err := w.sales.BindingByID(viewer.With(t.Context(), w.maya.AsCreator()), b.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = w.sales.CustomerBindings(viewer.With(t.Context(), w.maya.AsCreator()), id.Of(id.Brand, w.maya.Brand), nil, page.All(10))
	require.True(t, fault.Is(err, fault.NotFound))
	got, err := w.sales.BindingByID(w.as(viewer.Finance), b.ID)
	require.NoError(t, err)
	require.Equal(t, b, got)
	partnership := id.Of(id.Partnership, w.noah.Partnership)
	c, err := w.sales.CustomerBindings(w.as(viewer.Analyst), b.BrandID, &partnership, page.All(10))
	require.NoError(t, err)
	require.Empty(t, c.Nodes())
}
