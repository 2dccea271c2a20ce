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
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/rollup"
)

func (w *world) fold() {
	w.t.Helper()
	_, err := rollup.Fold(w.ctx, w.db)
	require.NoError(w.t, err)
}

func (w *world) code(word string) id.ID {
	w.t.Helper()
	var u uuid.UUID
	require.NoError(w.t, w.db.SQL.QueryRowContext(w.ctx, `SELECT id FROM code WHERE code = $1`, word).Scan(&u))
	return id.Of(id.Code, u)
}

func (w *world) leak(word string, mode *fraud.LeakMode, leaked bool) fraud.CodeGuard {
	w.t.Helper()
	g, err := w.holds.UpdateCodeGuard(w.as(viewer.Manager), fraud.UpdateCodeGuardInput{Code: w.code(word), Mode: mode, Leaked: leaked})
	require.NoError(w.t, err)
	w.clock.Advance(time.Second)
	return g
}

func (w *world) guard(in fraud.UpdateProgramGuardInput) fraud.ProgramGuard {
	w.t.Helper()
	in.Program = id.Of(id.Program, w.maya.Program)
	g, err := w.holds.UpdateProgramGuard(w.as(viewer.Manager), in)
	require.NoError(w.t, err)
	return g
}

// buy records an order with codes, by a shopper who clicked on somebody's link an hour before where one is named.
func (w *world) buy(number int, clicked *fixture.Affiliate, codes ...string) order.Order {
	w.t.Helper()
	in := w.input(number, "100.00")
	in.Codes = codes
	if clicked != nil {
		tid := id.Of(id.Click, w.click(*clicked, uuid.New(), w.clock.Now().Add(-time.Hour)))
		in.Click = &tid
	}
	return w.record(in)
}

// money.md 5: A's code is leaked, mode "pay only with a click": CODE_LEAKED, next touch; mode hold: COUNTED_HELD; mode observe: COUNTED.
func TestALeakedCodeCountsByItsMode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.leak("MAYA15", nil, true)
	require.Equal(t, commission.StatusPending, w.only(w.buy(1, nil, "MAYA15")).Status, "a program only observes until it says otherwise")

	hold, pay := fraud.LeakHold, fraud.LeakPayOnlyWithClick
	w.guard(fraud.UpdateProgramGuardInput{LeakMode: &hold})
	o := w.buy(2, nil, "MAYA15")
	require.Equal(t, commission.StatusHeld, w.only(o).Status)
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceLeakedCode}, w.seen())
	require.Equal(t, "MAYA15", *w.holdsOpen()[0].Evidence[0].Name)
	require.Equal(t, fraud.SignalCodeLeak, w.holdsOpen()[0].Signal)
	w.decideOnly(fraud.DecideRelease)
	require.Equal(t, commission.StatusPending, w.only(o).Status)

	w.leak("MAYA15", &pay, true) // a code's own mode comes first
	o = w.buy(3, &w.noah, "MAYA15")
	require.Equal(t, w.noah.Creator, w.only(o).CreatorID.UUID, "the next touch wins")
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, attribution.CodeLeaked, *a.Touches[1].Reason)
	o = w.buy(4, &w.maya, "MAYA15")
	require.Equal(t, w.maya.Creator, w.only(o).CreatorID.UUID, "with a click it is paid")
	require.Equal(t, commission.StatusPending, w.only(o).Status)
	require.Empty(t, w.commissionsOf(w.buy(5, nil, "MAYA15")))
	require.Equal(t, commission.StatusPending, w.only(w.buy(6, nil, "NOAH10")).Status, "another code")

	w.leak("MAYA15", nil, false)
	require.Equal(t, commission.StatusPending, w.only(w.buy(7, nil, "MAYA15")).Status)
	w.sound()
}

func TestARejectedLeakGivesTheOrderToTheNextTouch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hold := fraud.LeakHold
	w.leak("MAYA15", &hold, true)
	o := w.buy(1, &w.noah, "MAYA15")
	w.decideOnly(fraud.DecideReject)
	require.NoError(t, w.sales.HoldRejected(w.ctx, fraud.RejectedArgs{OrderID: o.ID.UUID.String()}))
	all := w.commissionsOf(o)
	require.Len(t, all, 2)
	require.Equal(t, w.noah.Creator, all[1].CreatorID.UUID)
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, attribution.CodeLeaked, *a.Touches[1].Reason)
	w.sound()
}

func TestClicksFromBannedPlacesAreHeldOrRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.guard(fraud.UpdateProgramGuardInput{BannedSources: []string{"https://www.Coupons.example/deals", "coupons.example", "ads.example:443"}})
	g, err := w.holds.Guard(w.as(viewer.Finance), id.Of(id.Program, w.maya.Program))
	require.NoError(t, err)
	require.Equal(t, []string{"coupons.example", "ads.example"}, g.BannedSources)
	from := func(number int, host string) order.Order {
		in := w.input(number, "100.00")
		in.Click = w.clickFrom(w.maya, uuid.New(), w.clock.Now().Add(-time.Hour), "")
		_, err := w.db.SQL.ExecContext(w.ctx, `UPDATE click SET referrer_host = $2 WHERE id = $1`, in.Click.UUID, host)
		require.NoError(t, err)
		return w.record(in)
	}
	require.Equal(t, commission.StatusPending, w.only(from(1, "notcoupons.example")).Status)
	require.Equal(t, commission.StatusHeld, w.only(from(2, "deals.coupons.example")).Status)
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceBannedSource}, w.seen())
	require.Equal(t, fraud.SignalBannedSource, w.holdsOpen()[0].Signal)
	refuse := fraud.BannedRefuse
	w.guard(fraud.UpdateProgramGuardInput{BannedMode: &refuse})
	o := from(3, "coupons.example")
	require.Empty(t, w.commissionsOf(o))
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, attribution.BannedSource, *a.Touches[0].Reason)
	w.sound()
}

func TestAGuardRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	program := id.Of(id.Program, w.maya.Program)
	wrong := fraud.LeakMode("SOMETIMES")
	for _, in := range []fraud.UpdateProgramGuardInput{
		{LeakMode: &wrong}, {BannedSources: []string{"coupons"}}, {BannedSources: []string{"a b.example"}}, {BannedSources: []string{"203.0.113.7"}},
		{BannedSources: make([]string, 101)},
	} {
		in.Program = program
		_, err := w.holds.UpdateProgramGuard(w.as(viewer.Manager), in)
		require.True(t, fault.Is(err, fault.Invalid), "%v: %v", in, err)
	}
	own := w.maya.AsMember(viewer.Manager)
	own.CreatorID = w.maya.Creator
	_, err := w.holds.UpdateCodeGuard(viewer.With(t.Context(), own), fraud.UpdateCodeGuardInput{Code: w.code("MAYA15")})
	require.ErrorContains(t, err, "your own earnings")
}

// leakage makes a code look as if it had leaked: many orders without a click, all on one day, without a post.
func (w *world) leakage(orders int) (out []order.Order) {
	for i := range orders {
		w.clock.Advance(time.Minute)
		out = append(out, w.buy(1000+i, nil, "MAYA15"))
	}
	return out
}

func TestTheLookFindsALeakOnceAndRestsAfterAPersonClosedIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.leakage(fraud.LeakOrders - 1)
	require.NoError(t, w.holds.Watch(w.ctx))
	findings, err := w.holds.Findings(w.as(viewer.Owner), id.Of(id.Brand, w.maya.Brand))
	require.NoError(t, err)
	require.Empty(t, findings)

	w.buy(1, nil, "MAYA15")
	for range 2 {
		require.NoError(t, w.holds.Watch(w.ctx))
		findings, err = w.holds.Findings(w.as(viewer.Owner), id.Of(id.Brand, w.maya.Brand))
		require.NoError(t, err)
		require.Len(t, findings, 1)
	}
	require.Equal(t, fraud.SignalCodeLeak, findings[0].Signal)
	require.Len(t, findings[0].Evidence, 2)
	require.Empty(t, w.holdsOpen(), "the program only observes")
	guards, err := w.holds.CodeGuards(w.as(viewer.Owner), id.Of(id.Brand, w.maya.Brand))
	require.NoError(t, err)
	require.Len(t, guards, 1)
	require.NotNil(t, guards[0].LeakedAt)
	require.Equal(t, []int{20, 20, 0, 20}, []int{guards[0].Orders, guards[0].WithoutClick, guards[0].FromCouponSites, guards[0].LastDay})

	closed, err := w.holds.CloseFinding(w.as(viewer.Finance), fraud.CloseFindingInput{Finding: findings[0].ID, Reason: "A podcast"})
	require.NoError(t, err)
	require.Equal(t, fraud.FindingClosed, closed.Status)
	_, err = w.holds.CloseFinding(w.as(viewer.Finance), fraud.CloseFindingInput{Finding: findings[0].ID, Reason: "Again"})
	require.True(t, fault.Is(err, fault.Conflict))
	w.clock.Advance(time.Hour)
	require.NoError(t, w.holds.Watch(w.ctx))
	findings, err = w.holds.Findings(w.as(viewer.Owner), id.Of(id.Brand, w.maya.Brand))
	require.NoError(t, err)
	require.Empty(t, findings)
}

func TestALeakHoldsPendingCommissionsWhereTheProgramSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hold := fraud.LeakHold
	w.guard(fraud.UpdateProgramGuardInput{LeakMode: &hold})
	clicked := w.buy(1, &w.maya, "MAYA15")
	orders := w.leakage(fraud.LeakOrders)
	for range 2 {
		require.NoError(t, w.holds.Watch(w.ctx))
	}
	require.Equal(t, commission.StatusPending, w.only(clicked).Status, "this shopper came by the creator's link")
	for _, o := range orders {
		require.Equal(t, commission.StatusHeld, w.only(o).Status)
	}
	require.Equal(t, len(orders), w.count(`SELECT count(*) FROM hold WHERE status = 'OPEN' AND signal = 'CODE_LEAK'`))
	w.sound()
}

func TestAFloodHoldsTheOrdersOfItsNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	holdThem := fraud.FindingHold
	w.guard(fraud.UpdateProgramGuardInput{FindingMode: &holdThem})
	buy := func(number int, network string) order.Order {
		in := w.input(number, "100.00")
		in.Click = w.clickFrom(w.maya, uuid.New(), w.clock.Now().Add(-time.Minute), network)
		return w.record(in)
	}
	flooded, other := buy(1, "one network"), buy(2, "another")
	for range fraud.FloodClicks {
		w.clickFrom(w.maya, uuid.New(), w.clock.Now().Add(-time.Minute), "one network")
	}
	require.NoError(t, w.db.InTx(w.ctx, func(ctx context.Context, tx database.Tx) error {
		return rollup.AddTx(ctx, tx, rollup.Delta{Brand: w.maya.Brand, Program: w.maya.Program, Creator: w.maya.Creator, Partnership: w.maya.Partnership,
			Platform: "TIKTOK", Day: clock.DateOf(w.clock.Now()), Currency: money.EUR, Clicks: fraud.FloodClicks + 2})
	}))
	w.fold()
	require.NoError(t, w.holds.Watch(w.ctx))
	require.Equal(t, commission.StatusHeld, w.only(flooded).Status)
	require.Equal(t, commission.StatusPending, w.only(other).Status)
	held := w.holdsOpen()
	require.Equal(t, fraud.SignalClickFlood, held[0].Signal)
	require.Equal(t, 201, *held[0].Evidence[0].Seen)
	w.sound()
}

func TestFarMoreRefundsThanOthersAreFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range fraud.RefundOrders {
		o := w.buy(100+i, nil, "MAYA15")
		w.buy(200+i, nil, "NOAH10")
		if i < fraud.RefundOrders/2 {
			_, err := w.refund(o, i, "100.00")
			require.NoError(t, err)
		}
	}
	w.fold()
	require.NoError(t, w.holds.Watch(w.ctx))
	findings, err := w.holds.Findings(w.as(viewer.Owner), id.Of(id.Brand, w.maya.Brand))
	require.NoError(t, err)
	var rates []fraud.Finding
	for _, f := range findings {
		if f.Signal == fraud.SignalRefundRate {
			rates = append(rates, f)
		}
	}
	require.Len(t, rates, 1)
	require.Equal(t, w.maya.Partnership, rates[0].PartnershipID.UUID)
	require.Equal(t, "[50 0 20]", fmt.Sprint([]int{*rates[0].Evidence[0].Seen, *rates[0].Evidence[0].Limit, *rates[0].Evidence[0].Of}))
}

func TestABuyerFromTheCreatorsNetworkIsHeldAndNeverRejectedByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.holds.CreatorSeen(w.ctx, w.maya.Creator, []byte("home")))
	require.NoError(t, w.holds.CreatorSeen(w.ctx, w.maya.Creator, []byte("home")))
	require.NoError(t, w.holds.CreatorSeen(w.ctx, w.maya.Creator, make([]byte, 16)), "from nowhere")
	require.Equal(t, 1, w.count(`SELECT count(*) FROM creator_network`))
	buy := func(number int, network string) order.Order {
		in := w.input(number, "100.00")
		in.Click = w.clickFrom(w.maya, uuid.New(), w.clock.Now().Add(-time.Hour), network)
		return w.record(in)
	}
	require.Equal(t, commission.StatusPending, w.only(buy(1, "elsewhere")).Status)
	o := buy(2, "home")
	require.Equal(t, commission.StatusHeld, w.only(o).Status)
	require.Equal(t, []fraud.EvidenceKind{fraud.EvidenceCreatorsNetwork}, w.seen())
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, attribution.CountedHeld, a.Touches[0].Outcome)
	w.sound()
}

func TestABrandMayLetACreatorBuyForClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	email := w.db.Ent.User.GetX(w.ctx, w.maya.User).Email
	buy := func(number int) order.Order {
		in := w.input(number, "100.00")
		in.Codes, in.CustomerEmail = []string{"MAYA15"}, email
		return w.record(in)
	}
	o := buy(1)
	hold := w.holdsOpen()[0]
	_, err := w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: hold.ID, Decision: fraud.DecideReject, Reason: "No", AllowOwnPurchases: true})
	require.True(t, fault.Is(err, fault.Invalid))
	_, err = w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: hold.ID, Decision: fraud.DecideRelease, Reason: "Buys for clients", AllowOwnPurchases: true})
	require.NoError(t, err)
	require.Equal(t, commission.StatusPending, w.only(o).Status)
	require.Equal(t, commission.StatusPending, w.only(buy(2)).Status)
	partnership := id.Of(id.Partnership, w.maya.Partnership)
	g, err := w.holds.PartnershipGuard(w.as(viewer.Manager), partnership)
	require.NoError(t, err)
	require.True(t, g.OwnPurchases)
	require.Equal(t, "Buys for clients", g.Reason)

	own := w.maya.AsMember(viewer.Owner)
	own.CreatorID = w.maya.Creator
	_, err = w.holds.UpdatePartnershipGuard(viewer.With(t.Context(), own), fraud.UpdatePartnershipGuardInput{Partnership: partnership, OwnPurchases: true, Reason: "Me"})
	require.ErrorContains(t, err, "your own earnings")
	_, err = w.holds.UpdatePartnershipGuard(w.as(viewer.Finance), fraud.UpdatePartnershipGuardInput{Partnership: partnership, Reason: "No more"})
	require.NoError(t, err)
	require.Equal(t, commission.StatusHeld, w.only(buy(3)).Status)
	w.sound()
}
