package commission_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/fraud"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
)

// copyOffer publishes another version of a member's offer.
func (w *world) copyOffer(member int, terms rule.Terms) uuid.UUID {
	stored, err := json.Marshal(terms)
	require.NoError(w.t, err)
	offer, m := id.NewUUID(w.clock.Now()), w.members[member]
	w.db.Ent.OfferVersion.Create().SetID(offer).SetCreatedAt(fixture.At).SetBrandID(m.Brand).SetProgramID(m.Program).SetPartnershipID(m.Partnership).
		SetVersion(2).SetName("Offer").SetTerms(stored).SetEffectiveAt(w.clock.Now()).SetNote("").SaveX(w.ctx)
	return offer
}

func lastPosting(w *world) id.ID {
	c, err := w.ledger.List(w.ctx, w.members[0].Brand, uuid.NullUUID{}, page.All(1))
	require.NoError(w.t, err)
	return c.Nodes()[0].ID
}

func (w *world) as(roles ...viewer.Role) context.Context {
	return viewer.With(w.t.Context(), w.members[0].AsMember(roles...))
}

func (w *world) open(c commission.Commission) fraud.Hold {
	h, err := w.holds.OpenHold(w.as(viewer.Manager), fraud.OpenHoldInput{Commission: c.ID, Reason: "Looks odd"})
	require.NoError(w.t, err)
	return h
}

func (w *world) decide(h fraud.Hold, d fraud.Decision) {
	_, err := w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: h.ID, Decision: d, Reason: "Looked at it"})
	require.NoError(w.t, err)
}

func TestAHeldCommissionIsNotApprovedUntilItIsReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	c := s.accrue()[0]
	h := w.open(c)
	require.EqualValues(t, 1_000, w.balance(0, ledger.CreatorHeld))
	w.sound()
	w.pass(10 * day)
	w.decide(h, fraud.DecideRelease)
	require.EqualValues(t, 1_000, w.balance(0, ledger.CreatorPending))
	w.sound()

	h = w.open(c)
	w.pass(60 * day)
	require.EqualValues(t, 1_000, w.balance(0, ledger.CreatorHeld))
	w.decide(h, fraud.DecideRelease)
	require.EqualValues(t, 1_000, w.balance(0, ledger.CreatorPayable), "the return period is over, so it can be paid at once")
	w.sound()
}

func TestAnApprovedCommissionCanBeHeldAndRejected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	c := s.accrue()[0]
	w.pass(31 * day)
	h := w.open(c)
	require.Zero(t, w.balance(0, ledger.CreatorPayable))
	s.refund(0, 1_000)
	require.EqualValues(t, 900, w.balance(0, ledger.CreatorHeld), "a refund lowers what is held")
	w.decide(h, fraud.DecideReject)
	require.Zero(t, w.balance(0, ledger.CreatorHeld))
	w.sound()

	// A rejected sale stays at nothing, whatever happens to the order.
	got := s.edit(0, 20_000)
	require.Len(t, got, 1)
	require.Equal(t, commission.StatusReversed, got[0].Status)
	w.sound()
}

func TestAHoldIsDecidedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	h := w.open(w.newSale(whole, 10_000).accrue()[0])
	const n = 6
	done := make(chan error, n)
	for i := range n {
		d := fraud.DecideRelease
		if i%2 == 1 {
			d = fraud.DecideReject
		}
		go func() {
			_, err := w.holds.DecideHold(w.as(viewer.Owner), fraud.DecideHoldInput{Hold: h.ID, Decision: d, Reason: "x"})
			done <- err
		}()
	}
	decided := 0
	for range n {
		if err := <-done; err == nil {
			decided++
		} else {
			require.True(t, fault.Is(err, fault.Conflict), err)
		}
	}
	require.Equal(t, 1, decided)
	w.sound()
}

func TestAFullRefundClosesAnOpenHold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	h := w.open(s.accrue()[0])
	got := s.refund(0, 10_000)
	require.Equal(t, commission.StatusReversed, got[0].Status)
	now, err := w.holds.Get(w.ctx, h.ID)
	require.NoError(t, err)
	require.Equal(t, fraud.HoldReleased, now.Status)
	w.sound()
}

func TestAnApprovedCommissionThatAPayoutHasReservedCannotBeHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	c := s.accrue()[0]
	w.pass(31 * day)
	payout := w.preparedPayout(1_000)
	w.db.Ent.Payout.UpdateOneID(payout).SetStatus("RESERVED").SaveX(w.ctx)
	w.db.Ent.PayoutLine.Create().SetID(id.NewUUID(w.clock.Now())).SetCreatedAt(w.clock.Now()).SetBrandID(w.members[0].Brand).SetPayoutID(payout).
		SetCreatorID(w.members[0].Creator).SetItemID(uuid.New()).SetCommissionID(c.ID.UUID).SetAmountMinor(1_000).SaveX(w.ctx)
	_, err := w.holds.OpenHold(w.as(viewer.Owner), fraud.OpenHoldInput{Commission: c.ID, Reason: "x"})
	f, _ := fault.As(err)
	require.NotNil(t, f)
	require.Equal(t, "IN_PAYOUT", f.Code)
}

// preparedPayout stores a payout of the first member that nothing has been posted for yet.
func (w *world) preparedPayout(minor int64) uuid.UUID {
	m, now := w.members[0], w.clock.Now()
	run, payout := id.NewUUID(now), id.NewUUID(now)
	w.db.Ent.PayoutRun.Create().SetID(run).SetCreatedAt(now).SetBrandID(m.Brand).SetNumber(1).SetCurrency("EUR").SetProviderAccount("default").
		SetStatus("PREPARED").SetCutoffAt(now).SetTotalMinor(minor).SetPayoutCount(1).SetSkipped(json.RawMessage(`[]`)).SetPreparedBy(m.User).SetUpdatedAt(now).SaveX(w.ctx)
	w.db.Ent.Payout.Create().SetID(payout).SetCreatedAt(now).SetBrandID(m.Brand).SetRunID(run).SetCreatorID(m.Creator).SetMethod("STRIPE").
		SetCurrency("EUR").SetAmountMinor(minor).SetStatus("PREPARED").SetBankArrival("NOT_KNOWN").SetUpdatedAt(now).SaveX(w.ctx)
	return payout
}

func TestWhoMaySeeAndDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000), percent(1000))
	s := w.newSale(whole, 10_000)
	c := s.accrue()[0]
	own, other := viewer.With(t.Context(), w.members[0].AsCreator()), viewer.With(t.Context(), w.members[1].AsCreator())

	_, err := w.commissions.Get(own, c.ID)
	require.NoError(t, err)
	_, err = w.commissions.Get(other, c.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	list, err := w.commissions.List(other, commission.Filter{}, page.All(10))
	require.NoError(t, err)
	require.Empty(t, list.Nodes())
	of, err := w.commissions.OfOrders(other, []uuid.UUID{s.order})
	require.NoError(t, err)
	require.Empty(t, of[s.order])
	_, err = w.commissions.List(other, commission.Filter{Brand: w.members[0].Brand}, page.All(10))
	require.True(t, fault.Is(err, fault.NotFound))
	list, err = w.commissions.List(w.as(viewer.Analyst), commission.Filter{Brand: w.members[0].Brand, Status: commission.StatusPending}, page.All(10))
	require.NoError(t, err)
	require.Len(t, list.Nodes(), 1)

	_, err = w.holds.OpenHold(own, fraud.OpenHoldInput{Commission: c.ID, Reason: "x"})
	require.True(t, fault.Is(err, fault.NotFound), err)
	_, err = w.holds.OpenHold(w.as(viewer.Manager), fraud.OpenHoldInput{Commission: c.ID, Reason: "  "})
	require.True(t, fault.Is(err, fault.Invalid))
	h := w.open(c)
	_, err = w.holds.DecideHold(w.as(viewer.Manager), fraud.DecideHoldInput{Hold: h.ID, Decision: fraud.DecideRelease, Reason: "x"})
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = w.holds.DecideHold(other, fraud.DecideHoldInput{Hold: h.ID, Decision: fraud.DecideRelease, Reason: "x"})
	require.True(t, fault.Is(err, fault.NotFound))
	both := w.members[0].AsCreator()
	both.Memberships = w.members[0].AsMember(viewer.Finance).Memberships
	_, err = w.holds.DecideHold(viewer.With(t.Context(), both), fraud.DecideHoldInput{Hold: h.ID, Decision: fraud.DecideRelease, Reason: "x"})
	f, _ := fault.As(err)
	require.Equal(t, "OWN_EARNINGS", f.Code)
	_, err = w.holds.Get(own, h.ID)
	require.NoError(t, err)
	_, err = w.holds.Get(other, h.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = w.holds.List(w.as(viewer.Analyst), w.members[0].Brand, "", "", page.All(5))
	require.True(t, fault.Is(err, fault.Forbidden))
	holds, err := w.holds.List(w.as(viewer.Owner), w.members[0].Brand, fraud.HoldOpen, "", page.All(5))
	require.NoError(t, err)
	require.Len(t, holds.Nodes(), 1)
}

func TestSentencesSayWhereACommissionStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, percent(1000))
	s := w.newSale(whole, 10_000)
	c := s.accrue()[0]
	require.Equal(t, "On hold until "+s.placedAt.AddDate(0, 0, 30).Format("2 January")+" (return period)", c.Sentence)
	w.clock.Advance(-365 * 24 * time.Hour)
	c, err := w.commissions.Get(w.ctx, c.ID)
	require.NoError(t, err)
	require.Contains(t, c.Sentence, "2026")
}
