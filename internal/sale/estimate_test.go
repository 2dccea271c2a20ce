package sale_test

import (
	"bytes"
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
)

// home is the address of a buyer, and what stands for its network on a day.
var home = netip.MustParseAddr("203.0.113.7")

func networkOf(day clock.Date, addr netip.Addr) []byte {
	return append([]byte(day.String())[:10], addr.AsSlice()...)
}

// estimates lets the program allow estimated matches and orders keep networks.
func (w *world) estimates() {
	w.orders.NetworkHash = func(_ context.Context, addr netip.Addr) []byte { return networkOf(clock.DateOf(w.clock.Now()), addr) }
	w.db.Ent.Program.UpdateOneID(w.maya.Program).SetTouchKinds([]string{"CLICK", "CODE", "MODELLED"}).ExecX(w.ctx)
}

// near stores a click from a network, as the loader does.
func (w *world) near(a fixture.Affiliate, visitor uuid.UUID, at time.Time, addr netip.Addr) uuid.UUID {
	c := w.click(a, visitor, at)
	_, err := w.db.SQL.ExecContext(w.ctx, `INSERT INTO click_network (brand_id, network_hash, clicked_at, click_id) VALUES ($1, $2, $3, $4)`,
		a.Brand, networkOf(clock.DateOf(at), addr), id.TimeOf(c), c)
	require.NoError(w.t, err)
	return c
}

// from is an order that was made from an address.
func (w *world) from(number int, addr netip.Addr) order.Order {
	w.t.Helper()
	r, err := w.sales.Import(w.ctx, order.Incoming{Brand: w.maya.Brand, Source: order.SourceShopify, Store: fixture.Store, ExternalID: string(rune('a' + number)),
		PlacedAt: w.clock.Now(), Currency: "EUR", Network: addr, Lines: []order.IncomingLine{{Name: "Serum", Quantity: 1, Net: euros(10_000)}}})
	require.NoError(w.t, err)
	return r.Order
}

func TestAClickFromTheBuyersNetworkIsAnEstimateThatPaysOnlyWhereThePolicyLetsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.Set(fixture.At.Add(30 * day).Truncate(day).Add(15 * time.Hour))
	w.estimates()
	now := w.clock.Now()
	old := w.near(w.maya, uuid.New(), now.Add(-7*time.Hour), home) // too long ago
	latest := w.near(w.maya, uuid.New(), now.Add(-36*time.Second), home)
	w.near(w.noah, uuid.New(), now.Add(-time.Hour), netip.MustParseAddr("203.0.113.8")) // somebody else's

	a, found := w.attribution(w.as(viewer.Owner), w.from(1, home))
	require.True(t, found)
	require.Equal(t, attribution.NoCredit, a.Verdict)
	require.Len(t, a.Touches, 1)
	require.Equal(t, attribution.Modelled, a.Touches[0].Kind)
	require.Equal(t, id.TimeOf(latest), a.Touches[0].At)
	require.Contains(t, a.Touches[0].Sentence, "earn no pay here")

	policy := w.db.Ent.AttributionPolicy.Query().FirstX(w.ctx)
	w.db.Ent.AttributionPolicy.Create().SetID(uuid.New()).SetCreatedAt(now).SetBrandID(policy.BrandID).SetVersion(2).SetModel("LAST_TOUCH").
		SetPrecedence([]string{"CODE", "CLICK", "BINDING", "SURVEY", "MODELLED"}).SetHalfLifeDays(7).SetMinimumConfidencePpm(900_000).SetSurveyPays(false).SetModelledPays(true).
		SetEffectiveAt(now).SetNote("").SaveX(w.ctx)
	paid := w.from(2, home)
	require.Equal(t, w.maya.Creator, w.only(paid).CreatorID.UUID, "one visitor, seconds ago: 94.9% sure")
	// The next day nobody knows the network any more, but the decision does: an edit changes the amount, and not who earns.
	_, err := w.db.SQL.ExecContext(w.ctx, `DELETE FROM click_network WHERE brand_id = $1`, w.maya.Brand)
	require.NoError(t, err)
	require.NoError(t, w.sales.Redecide(w.ctx, paid.ID.UUID, "LATE_CLICK"))
	a, _ = w.attribution(w.as(viewer.Owner), paid)
	require.Equal(t, 1, a.Version)
	_, err = w.sales.Import(w.ctx, order.Incoming{Brand: w.maya.Brand, Source: order.SourceShopify, Store: fixture.Store, ExternalID: *paid.ExternalID, PlacedAt: now, Currency: "EUR",
		Lines: []order.IncomingLine{{Name: "Serum", Quantity: 1, Net: euros(5_000)}}})
	require.NoError(t, err)
	require.Equal(t, euros(500), w.only(paid).Amount)

	w.near(w.maya, uuid.New(), now.Add(-40*time.Second), home)
	w.near(w.noah, uuid.New(), now.Add(-2*time.Hour), home)
	a, _ = w.attribution(w.as(viewer.Owner), w.from(3, home))
	require.Equal(t, attribution.NoCredit, a.Verdict)
	require.Len(t, a.Touches, 2)
	for _, touch := range a.Touches {
		require.Equal(t, attribution.BelowConfidence, *touch.Reason, "two visitors share the network")
	}
	require.NotEqual(t, old, uuid.Nil)

	// A click that is known says more than an estimate of it.
	r, err := w.sales.Import(w.ctx, order.Incoming{Brand: w.maya.Brand, Source: order.SourceShopify, Store: fixture.Store, ExternalID: "known", PlacedAt: now, Currency: "EUR",
		Network: home, Click: latest, Lines: []order.IncomingLine{{Name: "Serum", Quantity: 1, Net: euros(10_000)}}})
	require.NoError(t, err)
	a, _ = w.attribution(w.as(viewer.Owner), r.Order)
	require.Len(t, a.Touches, 2)
	require.Equal(t, attribution.Modelled, a.Touches[0].Kind, "of the other creator")
	require.Equal(t, attribution.Click, a.Touches[1].Kind)
	w.sound()
	w.figuresHold()
}

func TestAnOrderKeepsNoNetworkOfAnotherDayAndNoAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.estimates()
	kept := w.from(1, home)
	require.Equal(t, networkOf(clock.DateOf(w.clock.Now()), home), kept.NetworkHash)
	late, err := w.sales.Import(w.ctx, order.Incoming{Brand: w.maya.Brand, Source: order.SourceShopify, Store: fixture.Store, ExternalID: "late", PlacedAt: w.clock.Now().Add(-day),
		Currency: "EUR", Network: home, Lines: []order.IncomingLine{{Name: "Serum", Quantity: 1, Net: euros(10_000)}}})
	require.NoError(t, err)
	require.Empty(t, late.Order.NetworkHash)
	require.Empty(t, w.from(2, netip.Addr{}).NetworkHash)
	w.orders.NetworkHash = func(context.Context, netip.Addr) []byte { return bytes.Repeat([]byte{0}, 16) } // of no network
	require.Empty(t, w.from(3, home).NetworkHash)
	require.Zero(t, w.count(`SELECT count(*) FROM order_version WHERE snapshot::text LIKE '%203.0.113.7%'`))
}
