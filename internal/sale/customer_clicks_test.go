package sale_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/sale"
)

func TestACustomersClicksOnAnotherDeviceAreTheirs(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]func(*sale.RecordOrderInput){
		"by e-mail":        func(in *sale.RecordOrderInput) { in.CustomerEmail = "Ada@Customers.example" },
		"by the shop's id": func(in *sale.RecordOrderInput) { in.CustomerID = "c-1" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			phone := uuid.New()
			click := func(at time.Time) *id.ID {
				x := id.Of(id.Click, w.click(w.maya, phone, at))
				return &x
			}
			first := w.input(1, "100.00")
			who(&first)
			first.Click = click(w.clock.Now().Add(-time.Hour))
			require.Len(t, w.commissionsOf(w.record(first)), 1)

			// Weeks later they click on the phone, and buy on a computer, which the shop knows by their account only.
			w.clock.Advance(100 * day)
			late := click(w.clock.Now().Add(-2 * day))
			second := w.input(2, "50.00")
			who(&second)
			o := w.record(second)
			require.Len(t, w.commissionsOf(o), 1)
			a, found := w.attribution(w.as(viewer.Owner), o)
			require.True(t, found)
			require.Equal(t, attribution.Credited, a.Verdict)
			require.Len(t, a.Touches, 2)
			require.Equal(t, attribution.OutsideWindow, *a.Touches[0].Reason, "the click of the first order is too old")
			require.Equal(t, id.TimeOf(late.UUID), a.Touches[1].At)
			require.Contains(t, a.Touches[1].Sentence, "on another device")

			// Somebody else's orders are not joined.
			third := w.input(3, "50.00")
			third.CustomerEmail, third.CustomerID = "grace@customers.example", "c-2"
			a, _ = w.attribution(w.as(viewer.Owner), w.record(third))
			require.Empty(t, a.Touches)
			w.sound()
			w.figuresHold()
		})
	}
}

func TestAClickOfTheSameDeviceIsNotCalledAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := uuid.New()
	first := w.input(1, "100.00")
	first.CustomerEmail = "ada@customers.example"
	x := id.Of(id.Click, w.click(w.maya, visitor, w.clock.Now().Add(-time.Hour)))
	first.Click = &x
	w.record(first)
	w.clock.Advance(day)
	second := first
	second.ExternalID, second.Name, second.PlacedAt = "2", "#2", w.clock.Now()
	a, _ := w.attribution(w.as(viewer.Owner), w.record(second))
	require.Len(t, a.Touches, 1)
	require.NotContains(t, a.Touches[0].Sentence, "another device")
}
