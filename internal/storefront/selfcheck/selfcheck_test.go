package selfcheck_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/storefront/selfcheck"
	"tributary/internal/tracking"
)

func itoa(n int) string { return strconv.Itoa(n) }

func TestATestOrderWalksThroughEveryStep(t *testing.T) {
	t.Parallel()
	w := open(t)
	l := w.start()
	require.Equal(t, "https://"+fixture.Store+"/", l.DestinationURL)
	tid := w.click(l, person)
	w.is("PASSED, WAITING, WAITING, WAITING, WAITING, NOT_SEEN")
	w.clock.Advance(time.Second)
	w.browse(tid, "PAGE_VIEW")
	w.is("PASSED, PASSED, WAITING, WAITING, WAITING, NOT_SEEN")
	w.browse(tid, "ADD_TO_CART", "productId", "93")
	w.is("PASSED, PASSED, PASSED, WAITING, WAITING, NOT_SEEN")
	w.clock.Advance(time.Minute)
	n := w.buy(true, map[string]string{"tributary_tid": tid})
	c := w.is("PASSED, PASSED, PASSED, PASSED, PASSED, WAITING")
	require.False(t, c.Passed)
	require.Contains(t, c.Steps[4].Seen, "#1001")
	require.Contains(t, c.Steps[4].Seen, "earns nobody anything")
	require.Equal(t, w.db.Ent.Order.Query().OnlyX(testdb.Context(t)).ID, c.OrderID.UUID)
	w.clock.Advance(time.Minute)
	w.refund(n)
	c = w.is("PASSED, PASSED, PASSED, PASSED, PASSED, PASSED")
	require.True(t, c.Passed)
	for i, s := range c.Steps {
		require.NotNil(t, s.SeenAt)
		require.True(t, i == 0 || !s.SeenAt.Before(*c.Steps[0].SeenAt))
	}
	require.Zero(t, w.db.Ent.Commission.Query().CountX(testdb.Context(t)), "test orders never earn")
}

func TestEachStepSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	// walked opens the link and looks at the page, as far as a step needs it.
	walked := func(w *world) string {
		tid := w.click(w.start(), person)
		w.browse(tid, "PAGE_VIEW")
		return tid
	}
	for name, c := range map[string]struct {
		walk       func(w *world)
		states     string
		step       int // that is looked at
		seen, todo string
	}{
		"a robot opened the link": {func(w *world) { w.click(w.start(), "Googlebot/2.1 (+http://www.google.com/bot.html)") },
			"FAILED, NOT_SEEN, NOT_SEEN, NOT_SEEN, NOT_SEEN, NOT_SEEN", 0, "A program opened the link", "by hand"},
		"the page has no snippet": {func(w *world) {
			w.click(w.start(), person)
			w.clock.Advance(3 * time.Minute)
		}, "PASSED, FAILED, NOT_SEEN, WAITING, WAITING, NOT_SEEN", 1, "No page of the shop has told", "Put the snippet on every page"},
		"the tid was lost on the way": {func(w *world) {
			l := w.start()
			before := w.click(l, person)
			w.clock.Advance(time.Minute)
			w.click(l, person) // the walk follows this one
			w.clock.Advance(3 * time.Minute)
			w.browse(before, "PAGE_VIEW")
		}, "PASSED, FAILED, NOT_SEEN, WAITING, WAITING, NOT_SEEN", 1, "told of other visits", "The tid was lost"},
		"the destination drops parameters": {func(w *world) {
			l := w.start()
			w.click(l, person)
			_, err := w.db.SQL.ExecContext(testdb.Context(w.t), `UPDATE link SET health = 'PARAMETERS_LOST', health_detail = 'The page answers, but tid is lost.' WHERE id = $1`, l.ID.UUID)
			require.NoError(w.t, err)
		}, "PASSED, FAILED, NOT_SEEN, WAITING, WAITING, NOT_SEEN", 1, "tid is lost", "redirects keep the parameter tid"},
		"cookies were not accepted": {func(w *world) {
			tid := w.click(w.start(), person)
			w.browse(tid, "PAGE_VIEW")
			w.clock.Advance(time.Second)
			w.browse(tid, "CONSENT_DENIED")
		}, "PASSED, FAILED, NOT_SEEN, WAITING, WAITING, NOT_SEEN", 1, "did not allow", "accept cookies"},
		"the cart did not take the tid": {func(w *world) {
			walked(w)
			w.buy(true, nil)
		}, "PASSED, PASSED, FAILED, PASSED, FAILED, WAITING", 2, "came without the click's id", "theme.liquid"},
		"the browser kept an older click": {func(w *world) {
			other, err := w.tracking.CreateLink(w.owner(), tracking.CreateLinkInput{PartnershipID: id.Of(id.Partnership, w.Partnership)})
			require.NoError(w.t, err)
			old := w.click(other, person)
			w.clock.Advance(time.Minute)
			walked(w)
			w.buy(true, map[string]string{"tributary_tid": old})
		}, "PASSED, PASSED, FAILED, PASSED, FAILED, WAITING", 2, "the id of another click", "private window"},
		"no webhook comes": {func(w *world) {
			w.browse(walked(w), "PURCHASE", "orderId", "1001", "checkoutToken", token)
			w.clock.Advance(3 * time.Minute)
		}, "PASSED, PASSED, PASSED, FAILED, WAITING, NOT_SEEN", 3, "None has ever come", "whether the webhooks are on"},
		"the webhook cannot be handled": {func(w *world) {
			w.browse(walked(w), "ADD_TO_CART")
			w.tell("orders/paid", map[string]any{"id": 1, "currency": "nothing"})
		}, "PASSED, PASSED, PASSED, FAILED, WAITING, NOT_SEEN", 3, "could not be handled", "handled again"},
		"an order comes that may be another's": {func(w *world) {
			w.browse(walked(w), "ADD_TO_CART")
			w.buy(false, nil)
		}, "PASSED, PASSED, PASSED, PASSED, WAITING, NOT_SEEN", 4, "One order came from the shop since", "If one of them is yours"},
		"the refund cannot be handled": {func(w *world) {
			n := w.buy(true, map[string]string{"tid": walked(w)})
			w.clock.Advance(time.Second)
			w.tell("refunds/create", map[string]any{"id": 1, "order_id": n, "created_at": "never"})
		}, "PASSED, PASSED, PASSED, PASSED, PASSED, FAILED", 5, "could not be handled", "handled again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t)
			c.walk(w)
			step := w.is(c.states).Steps[c.step]
			require.Contains(t, step.Seen, c.seen)
			require.Contains(t, step.Todo, c.todo)
			require.False(t, w.check().Passed)
		})
	}
}

func TestAShopsServerMayKeepTheClickItself(t *testing.T) {
	t.Parallel()
	w := open(t)
	tid := w.click(w.start(), person)
	w.clock.Advance(3 * time.Minute)
	n := w.buy(true, map[string]string{"tid": tid})
	c := w.is("PASSED, NOT_SEEN, PASSED, PASSED, PASSED, WAITING")
	require.Contains(t, c.Steps[1].Todo, "without the snippet")
	w.refund(n)
	require.True(t, w.check().Passed)
}

func TestAnOrderIsKnownByTheCheckoutThatThePageToldOf(t *testing.T) {
	t.Parallel()
	w := open(t)
	tid := w.click(w.start(), person)
	w.browse(tid, "PURCHASE", "checkoutToken", token)
	w.buy(false, nil)
	w.buy(false, nil, "checkout_token", token)
	c := w.is("PASSED, PASSED, PASSED, PASSED, PASSED, WAITING")
	require.Contains(t, c.Steps[4].Seen, "#1002")
	require.Contains(t, c.Steps[4].Seen, "earns like any other")
}

func TestAWalkBeginsAnewWithItsLinkAndEndsWithIt(t *testing.T) {
	t.Parallel()
	w := open(t)
	_, there, err := w.s.Get(w.owner(), w.shop.ID)
	require.NoError(t, err)
	require.False(t, there)
	l := w.start()
	w.click(l, person)
	w.is("PASSED, WAITING, WAITING, WAITING, WAITING, NOT_SEEN")
	w.clock.Advance(time.Second)
	again := w.start() // earlier clicks are not looked at
	require.Equal(t, l.ID, again.ID, "links do not pile up")
	w.click(l, person)
	ended, err := w.s.End(w.owner(), w.shop.ID)
	require.NoError(t, err)
	require.NotNil(t, ended.EndedAt)
	after, err := w.tracking.Link(w.owner(), l.ID)
	require.NoError(t, err)
	require.NotNil(t, after.ArchivedAt)
	require.Equal(t, selfcheck.StepPassed, w.check().Steps[0].State, "what was seen stays")
	_, err = w.s.End(w.owner(), w.shop.ID)
	require.NoError(t, err, "again changes nothing")
	require.NotEqual(t, l.ID, w.start().ID)
}

func TestASelfCheckIsOfTheBrandThatManagesTheShop(t *testing.T) {
	t.Parallel()
	w := open(t)
	stranger := fixture.New(t, w.db)
	for name, v := range map[string]viewer.Viewer{"creator": w.AsCreator(), "foreign": stranger.AsMember(viewer.Owner)} {
		ctx := viewer.With(t.Context(), v)
		_, _, err := w.s.Get(ctx, w.shop.ID)
		require.True(t, fault.Is(err, fault.NotFound), "%s: %v", name, err)
		_, err = w.s.Start(ctx, selfcheck.StartInput{IntegrationID: w.shop.ID})
		require.True(t, fault.Is(err, fault.NotFound), "%s: %v", name, err)
		_, err = w.s.End(ctx, w.shop.ID)
		require.True(t, fault.Is(err, fault.NotFound), "%s: %v", name, err)
	}
	foreign := id.Of(id.Partnership, stranger.Partnership)
	_, err := w.s.Start(w.owner(), selfcheck.StartInput{IntegrationID: w.shop.ID, PartnershipID: &foreign})
	require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	_, err = w.s.End(w.owner(), w.shop.ID)
	require.True(t, fault.Is(err, fault.NotFound), "there is none yet: %v", err)

	// Without a creator whose links work there is no way to walk.
	w.db.Ent.Partnership.UpdateOneID(w.Partnership).SetStatus("PAUSED").ExecX(testdb.Context(t))
	_, err = w.s.Start(w.owner(), selfcheck.StartInput{IntegrationID: w.shop.ID})
	require.Equal(t, []string{"partnershipId"}, fault.All(err)[0].Field)
	_, err = w.brands.Disconnect(w.owner(), w.shop.ID)
	require.NoError(t, err)
	_, err = w.s.Start(w.owner(), selfcheck.StartInput{IntegrationID: w.shop.ID})
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)
}

func TestASelfCheckAsksAFewStatementsAndFindsItsClickByAnIndex(t *testing.T) {
	t.Parallel()
	w := open(t)
	tid := w.click(w.start(), person)
	w.browse(tid, "PAGE_VIEW")
	w.refund(w.buy(true, map[string]string{"tid": tid}))
	w.check()
	ctx, n := database.CountStatements(w.owner())
	_, _, err := w.s.Get(ctx, w.shop.ID)
	require.NoError(t, err)
	require.LessOrEqual(t, n.Load(), int64(8))
	plan := ""
	err = w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		if _, err := tx.SQL.ExecContext(ctx, `SET LOCAL enable_seqscan = off`); err != nil {
			return err
		}
		rows, err := tx.SQL.QueryContext(ctx, `EXPLAIN SELECT id FROM click WHERE link_id = $1 AND clicked_at >= $2 AND sub_id = 'tributary-self-check' ORDER BY clicked_at DESC LIMIT 20`,
			uuid.New(), w.clock.Now())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			plan += line + "\n"
		}
		return rows.Err()
	})
	require.NoError(t, err)
	require.Regexp(t, `Index (Only )?Scan.*link_id_clicked_at|click_of_self_check`, plan)
	require.Equal(t, "tributary-self-check", selfcheck.SubID)
}
