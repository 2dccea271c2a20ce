package sale_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
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
	"tributary/internal/tracking/storeevent"
)

const checkout = "4f2a-checkout-token"

// browse tells an event as the snippet does on a page of the shop.
func (w *world) browse(click uuid.UUID, event map[string]any) {
	w.t.Helper()
	event["id"] = id.NewUUID(w.clock.Now()).String()
	body, err := json.Marshal(map[string]any{"brand": id.Of(id.Brand, w.maya.Brand).String(), "tid": id.Of(id.Click, click).String(), "events": []any{event}})
	require.NoError(w.t, err)
	r := httptest.NewRequest(http.MethodPost, "/t/events", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Origin", "https://"+fixture.Store)
	r.Header.Set("User-Agent", "Mozilla/5.0 (iPhone)")
	rec := httptest.NewRecorder()
	w.events.Beacons().ServeHTTP(rec, r)
	require.Equal(w.t, http.StatusNoContent, rec.Code, rec.Body.String())
	require.NoError(w.t, w.events.Flush(w.ctx))
}

// told does the jobs that stored events have left, once each.
func (w *world) told() {
	w.t.Helper()
	rows, err := w.db.SQL.QueryContext(w.ctx, `DELETE FROM river_job WHERE kind = 'store_events_told' RETURNING args`)
	require.NoError(w.t, err)
	defer rows.Close()
	var all []storeevent.TellArgs
	for rows.Next() {
		var text []byte
		var args storeevent.TellArgs
		require.NoError(w.t, rows.Scan(&text))
		require.NoError(w.t, json.Unmarshal(text, &args))
		all = append(all, args)
	}
	require.NoError(w.t, rows.Err())
	for _, args := range all {
		require.NoError(w.t, w.sales.StoreEventsTold(w.ctx, args))
	}
}

// touches are the outcomes of an order's touches with their reasons.
func (w *world) touches(o order.Order) (out []string) {
	w.t.Helper()
	a, found := w.attribution(w.ctx, o)
	require.True(w.t, found)
	for _, t := range a.Touches {
		text := string(t.Outcome)
		if t.Reason != nil {
			text += " " + string(*t.Reason)
		}
		out = append(out, text)
	}
	return out
}

func TestACheckoutTokenTiesAnOrderToItsClick(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	click := w.click(w.maya, uuid.New(), w.clock.Now().Add(-2*day))
	w.clock.Advance(-3 * day / 2)
	w.browse(click, map[string]any{"type": "CHECKOUT", "checkoutToken": checkout})
	w.clock.Advance(3 * day / 2)
	in := w.input(1, "100.00")
	in.CheckoutToken = checkout
	o := w.record(in)
	require.Equal(t, w.maya.Creator, w.only(o).CreatorID.UUID)
	require.Equal(t, []string{"COUNTED"}, w.touches(o))

	// Another order with another token, and another brand's with the same, are others' affairs.
	in = w.input(2, "100.00")
	in.CheckoutToken = checkout + "2"
	require.Empty(t, w.commissionsOf(w.record(in)))
	w.told()
	require.Equal(t, 2, w.count(`SELECT count(*) FROM attribution_decision`), "what was known when the order came changes nothing")
	w.sound()
}

func TestAPurchaseThatIsToldAfterItsOrderMovesTheCredit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.click(w.noah, uuid.New(), w.clock.Now().Add(-5*day))
	later := w.click(w.maya, uuid.New(), w.clock.Now().Add(-time.Hour))
	in := w.input(1, "100.00")
	tid := id.Of(id.Click, first)
	in.CheckoutToken, in.Click = checkout, &tid
	o := w.record(in)
	require.Equal(t, w.noah.Creator, w.only(o).CreatorID.UUID)

	w.clock.Advance(time.Minute)
	w.browse(later, map[string]any{"type": "PURCHASE", "checkoutToken": checkout})
	w.told()
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, sale.CauseLateClick, a.Cause)
	require.Equal(t, []string{"NOT_COUNTED LOST_TO_LATER_TOUCH", "COUNTED"}, w.touches(o))
	var earned []commission.Commission
	for _, c := range w.commissionsOf(o) {
		if !c.Amount.IsZero() {
			earned = append(earned, c)
		}
	}
	require.Len(t, earned, 1)
	require.Equal(t, w.maya.Creator, earned[0].CreatorID.UUID)
	w.sound()
	w.browse(later, map[string]any{"type": "PURCHASE", "checkoutToken": checkout})
	w.told()
	require.Equal(t, 2, w.count(`SELECT count(*) FROM attribution_decision`), "told again, nothing is new")
}

func TestAWooCommerceOrderIsFoundByItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	click := w.click(w.maya, uuid.New(), fixture.At.Add(3*time.Hour))
	text := body(t, "../order/woocommerce/testdata/order_refunded.json")
	var shown struct {
		Key  string `json:"order_key"`
		Date string `json:"date_created_gmt"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &shown))
	require.NotEmpty(t, shown.Key)
	placed, err := time.Parse("2006-01-02T15:04:05", shown.Date)
	require.NoError(t, err)
	w.clock.Set(placed.Add(time.Minute))
	w.browse(click, map[string]any{"type": "PURCHASE", "checkoutToken": shown.Key})
	status, outcome := w.handle(w.send(w.woo, "X-WC-Webhook-", w.inbox.WooCommerce(), "order.updated", text))
	require.Equal(t, "DONE", status, outcome)
	row := w.db.Ent.Order.Query().OnlyX(w.ctx)
	require.Equal(t, shown.Key, *row.CheckoutToken)
	require.Equal(t, 1, w.count(`SELECT count(*) FROM attribution_decision WHERE touches @> jsonb_build_array(jsonb_build_object('touchId', $1::text))`, click.String()))
}

func TestAnOrdersNumberFromABrowserWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	click := w.click(w.maya, uuid.New(), w.clock.Now().Add(-time.Hour))
	w.browse(click, map[string]any{"type": "PURCHASE", "orderId": "1001"})
	in := w.input(1001, "100.00")
	o := w.record(in)
	c := w.only(o)
	require.Equal(t, commission.StatusHeld, c.Status)
	require.Equal(t, []string{"COUNTED_HELD"}, w.touches(o))
	a, _ := w.attribution(w.ctx, o)
	require.Contains(t, a.Touches[0].Sentence, "only a browser named the order")
	hold := w.db.Ent.Hold.Query().OnlyX(w.ctx)
	_, err := w.holds.DecideHold(w.as(viewer.Finance), fraud.DecideHoldInput{Hold: id.Of(id.Hold, hold.ID), Decision: fraud.DecideRelease, Reason: "The shop confirmed it."})
	require.NoError(t, err)
	require.NoError(t, w.sales.Redecide(w.ctx, o.ID.UUID, sale.CauseLateClick))
	require.Equal(t, []string{"COUNTED"}, w.touches(o), "what a person has seen is not asked again")
	require.Equal(t, commission.StatusPending, w.only(o).Status)
	w.sound()
}

func TestAnOrdersNumberFromABrowserTakesNothingFromAnybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guesser := w.click(w.noah, uuid.New(), w.clock.Now().Add(-time.Minute))
	for _, number := range []string{"1", "#2", "3", "4"} {
		w.browse(guesser, map[string]any{"type": "PURCHASE", "orderId": number})
	}
	mine := w.click(w.maya, uuid.New(), w.clock.Now().Add(-day))
	tid := id.Of(id.Click, mine)

	byClick := w.input(1, "100.00")
	byClick.Click = &tid
	require.Equal(t, []string{"COUNTED"}, w.touches(w.record(byClick)))
	byCode := w.input(2, "100.00")
	byCode.Codes = []string{"MAYA15"}
	require.Equal(t, []string{"COUNTED"}, w.touches(w.record(byCode)))
	w.browse(mine, map[string]any{"type": "PURCHASE", "checkoutToken": checkout})
	byToken := w.input(3, "100.00")
	byToken.CheckoutToken = checkout
	require.Equal(t, []string{"COUNTED"}, w.touches(w.record(byToken)))
	w.clock.Advance(3 * time.Hour)
	require.Empty(t, w.touches(w.record(w.input(4, "100.00"))), "a number told long before its order is a guess")
	for _, c := range w.db.Ent.Commission.Query().AllX(w.ctx) {
		require.Equal(t, w.maya.Creator, c.CreatorID)
	}
	w.told()
	require.Equal(t, 4, w.count(`SELECT count(*) FROM attribution_decision`))
	w.sound()
}

func TestAShopsServerNamesAnOrderByItsNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	click := w.click(w.maya, uuid.New(), w.clock.Now().Add(-time.Hour))
	o := w.record(w.input(7, "100.00"))
	require.Empty(t, w.commissionsOf(o))
	tell := func(store string, number string) {
		_, err := w.events.Record(w.as(viewer.Manager), storeevent.RecordInput{Brand: id.Of(id.Brand, w.maya.Brand), Events: []storeevent.EventInput{
			{ID: "purchase-" + store + number, Type: storeevent.Purchase, Click: id.Of(id.Click, click), OccurredAt: w.clock.Now(), OrderID: number, Store: store}}})
		require.NoError(t, err)
		w.told()
	}
	tell("another.example", "7")
	require.Empty(t, w.commissionsOf(o), "two shops of a brand may have the same number")
	tell("shop.example", "#7")
	require.Equal(t, []string{"COUNTED"}, w.touches(o))
	require.Equal(t, commission.StatusPending, w.only(o).Status)
	w.sound()
}

func TestAClickWhoseVisitorSaidNoEarnsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	click := w.click(w.maya, uuid.New(), w.clock.Now().Add(-time.Hour))
	tid := id.Of(id.Click, click)
	w.browse(click, map[string]any{"type": "PAGE_VIEW"})
	w.clock.Advance(time.Second)
	w.browse(click, map[string]any{"type": "CONSENT_DENIED"})
	in := w.input(1, "100.00")
	in.Click = &tid
	o := w.record(in)
	require.Equal(t, []string{"NOT_COUNTED CONSENT_DENIED"}, w.touches(o))
	require.Empty(t, w.commissionsOf(o))
	a, _ := w.attribution(w.ctx, o)
	require.Equal(t, attribution.NoCredit, a.Verdict)

	w.clock.Advance(time.Second)
	w.browse(click, map[string]any{"type": "PAGE_VIEW"})
	in = w.input(2, "100.00")
	in.Click = &tid
	require.Equal(t, []string{"COUNTED"}, w.touches(w.record(in)), "who says yes later is remembered from then on")
	w.sound()
}
