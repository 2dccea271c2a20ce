package sale_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
)

func TestOrdersAreToldToWhoWatchesAsTheyAreRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hub := broadcast.New(w.db, nil)
	require.NoError(t, hub.Start(w.ctx))
	t.Cleanup(func() { require.NoError(t, hub.Close()) })
	w.orders.Changes = hub
	w.record(w.input(1, "10.00")) // before anybody watches

	brand := id.Of(id.Brand, w.maya.Brand)
	ctx, stop := context.WithCancel(w.as(viewer.Analyst))
	live, err := w.orders.OrderRecorded(ctx, brand)
	require.NoError(t, err)
	next := func() *order.Recorded {
		select {
		case r := <-live:
			return r
		case <-time.After(20 * time.Second):
			t.Fatal("nothing was told")
			return nil
		}
	}
	require.Zero(t, next().Count, "the first message says that the view is live")

	for i := range 30 {
		w.shopify("orders/paid", w.body(tell{number: 100 + i, net: "20.00", customer: i}))
	}
	require.NoError(t, w.inbox.TakeAll(w.ctx, w.sales))
	count := 0
	var names []string
	for count < 30 {
		r := next()
		count += r.Count
		for _, o := range r.Orders {
			names = append(names, o.Name)
		}
	}
	require.Equal(t, 30, count)
	require.GreaterOrEqual(t, len(names), 20)
	require.NotContains(t, names, "#1")

	w.record(w.input(2, "10.00"))
	require.Equal(t, "#2", next().Orders[0].Name)
	stop()
	for range live { // it ends
	}

	_, err = w.orders.OrderRecorded(w.ctx, id.Of(id.Program, w.maya.Program))
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = w.orders.OrderRecorded(viewer.With(t.Context(), w.maya.AsCreator()), brand)
	require.True(t, fault.Is(err, fault.NotFound))
}
