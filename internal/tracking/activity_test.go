package tracking_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
	"tributary/internal/tracking"
)

func TestClicksAreToldAsTheyAreCounted(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := world{Affiliate: fixture.Join(t, w.db, w.Affiliate), s: w.s}
	mine, theirs := w.link(t, tracking.CreateLinkInput{VanityCode: "mine"}), other.link(t, tracking.CreateLinkInput{VanityCode: "theirs"})
	w.follow("GET", "/r/mine")
	w.s.SetPace(time.Millisecond, 2*time.Millisecond)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	watch := func(v viewer.Viewer, f tracking.ListFilter) <-chan *tracking.Activity {
		c, err := w.s.ClickActivity(viewer.With(ctx, v), f)
		require.NoError(t, err)
		first := <-c
		require.Equal(t, tracking.Activity{At: w.clock.Now()}, *first, "what was before is no news")
		return c
	}
	brand := id.Of(id.Brand, w.Brand)
	own, all := watch(w.AsCreator(), tracking.ListFilter{}), watch(w.AsMember(viewer.Analyst), tracking.ListFilter{Brand: &brand})
	one := watch(w.AsMember(viewer.Owner), tracking.ListFilter{Brand: &brand, Partnership: &theirs.PartnershipID})
	// gather adds messages up until so many clicks were told.
	gather := func(c <-chan *tracking.Activity, clicks int) map[string]int {
		out := map[string]int{}
		for clicks > 0 {
			select {
			case a := <-c:
				clicks -= a.Clicks
				for _, l := range a.Links {
					out[l.LinkID.String()] += l.Clicks
				}
			case <-time.After(20 * time.Second):
				require.Fail(t, "clicks were not told")
			}
		}
		require.Zero(t, clicks)
		return out
	}
	for range 3 {
		w.follow("GET", "/r/mine")
	}
	w.follow("GET", "/r/theirs")
	w.follow("HEAD", "/r/mine")
	w.follow("GET", "/r/mine", "User-Agent", "Googlebot/2.1")
	require.Equal(t, map[string]int{mine.ID.String(): 3}, gather(own, 3))
	require.Equal(t, map[string]int{mine.ID.String(): 3, theirs.ID.String(): 1}, gather(all, 4))
	require.Equal(t, map[string]int{theirs.ID.String(): 1}, gather(one, 1))
	w.clock.Set(w.clock.Now().AddDate(0, 0, 1))
	w.follow("GET", "/r/mine")
	require.Equal(t, map[string]int{mine.ID.String(): 1}, gather(own, 1), "a new day begins at nothing")
	leave()
	for range own {
	}
	_, err := w.s.ClickActivity(viewer.With(t.Context(), viewer.Viewer{}), tracking.ListFilter{})
	require.Error(t, err)
	_, err = w.s.ClickActivity(viewer.With(t.Context(), fixture.New(t, w.db).AsMember(viewer.Owner)), tracking.ListFilter{Brand: &brand})
	require.Error(t, err)
}

func TestALookAtClicksIsOneStatement(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	brand := id.Of(id.Brand, w.Brand)
	for range 10 {
		w.link(t, tracking.CreateLinkInput{})
	}
	ctx, n := database.CountStatements(viewer.With(t.Context(), w.AsMember(viewer.Owner)))
	_, err := w.s.ClickActivity(ctx, tracking.ListFilter{Brand: &brand})
	require.NoError(t, err)
	require.EqualValues(t, 1, n.Load())
}

func TestAHintBringsClicksAtOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	hub := broadcast.New(w.db, nil)
	require.NoError(t, hub.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, hub.Close()) })
	w.s.Changes = hub
	w.s.SetPace(time.Millisecond, time.Hour)
	other := fixture.New(t, w.db)
	l := w.link(t, tracking.CreateLinkInput{})
	brand := id.Of(id.Brand, w.Brand)
	own, err := w.s.ClickActivity(w.as(t, w.AsCreator()), tracking.ListFilter{})
	require.NoError(t, err)
	all, err := w.s.ClickActivity(w.as(t, w.AsMember(viewer.Owner)), tracking.ListFilter{Brand: &brand})
	require.NoError(t, err)
	<-own
	<-all
	w.follow("GET", "/r/"+l.Code)
	hub.Publish(tracking.TopicClicks, other.Brand, other.Creator)
	hub.Publish(tracking.TopicClicks, w.Brand, w.Creator)
	for _, c := range []<-chan *tracking.Activity{own, all} {
		select {
		case a := <-c:
			require.Equal(t, []tracking.LinkActivity{{LinkID: l.ID, Clicks: 1}}, a.Links)
		case <-time.After(20 * time.Second):
			require.Fail(t, "clicks were not told")
		}
	}
}
