package insight_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/creator"
	"tributary/internal/insight"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/rollup"
	"tributary/internal/tracking"
)

// way adds what visitors of a link did on a day: clicks, visits, carts, checkouts, each by as many visitors, and orders.
func (w world) way(t *testing.T, a fixture.Affiliate, l *tracking.Link, on clock.Date, n ...int64) {
	t.Helper()
	d := rollup.Delta{Brand: a.Brand, Program: a.Program, Creator: a.Creator, Partnership: a.Partnership, Platform: "OTHER", Day: on, Currency: "EUR",
		Clicks: 2 * n[0], UniqueClicks: n[0], PageViews: 3 * n[1], PageVisitors: n[1], AddToCarts: n[2], CartVisitors: n[2], Checkouts: n[3],
		CheckoutVisitors: n[3], OrdersPPM: n[4]}
	if l != nil {
		d.Link, d.Platform = uuid.NullUUID{UUID: l.ID.UUID, Valid: true}, string(l.Platform)
	}
	require.NoError(t, w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error { return rollup.AddTx(ctx, tx, d) }))
}

// counts are the steps of a funnel: how often and by how many, then orders.
func counts(steps []insight.FunnelStep) (out []float64) {
	for _, s := range steps {
		out = append(out, s.Count)
		if s.Visitors != nil {
			out = append(out, float64(*s.Visitors))
		}
	}
	return out
}

func TestAFunnelLeadsFromClicksToOrders(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := fixture.Join(t, w.db, w.Affiliate)
	mine, theirs := w.link(t, w.Affiliate, creator.PlatformTiktok), w.link(t, other, creator.PlatformYoutube)
	w.way(t, w.Affiliate, &mine, day(0), 40, 30, 12, 8, 3_000_000)
	w.way(t, w.Affiliate, &mine, day(2), 10, 6, 3, 2, 500_000)
	w.way(t, other, &theirs, day(2), 7, 0, 0, 0, 0)
	w.way(t, w.Affiliate, nil, day(2), 0, 0, 0, 0, 1_000_000) // by a code
	w.way(t, w.Affiliate, &mine, day(-1), 5, 4, 3, 2, 1_000_000)
	brand, link := id.Of(id.Brand, w.Brand), mine.ID
	member := viewer.With(t.Context(), w.AsMember(viewer.Analyst))
	read := func(f insight.FunnelFilter, by ...insight.Group) insight.Funnel {
		t.Helper()
		f.Brand, f.From, f.To = &brand, day(0), day(2)
		var group *insight.Group
		if len(by) > 0 {
			group = &by[0]
		}
		ctx, statements := database.CountStatements(member)
		out, err := w.s.Funnel(ctx, f, group)
		require.NoError(t, err)
		require.EqualValues(t, 1, statements.Load())
		return out
	}
	for _, when := range []string{"fresh", "folded"} {
		all := read(insight.FunnelFilter{})
		require.Equal(t, []float64{114, 57, 108, 36, 15, 15, 10, 10, 4.5}, counts(all.Total), when)
		require.Equal(t, []float64{10, 5, 12, 4, 3, 3, 2, 2, 1}, counts(all.Previous), when)
		require.Empty(t, all.Rows)
		require.Nil(t, all.Total[0].FromPrevious)
		require.Nil(t, all.Total[4].Visitors)
		for i, want := range [][2]int64{{10_000, 0}, {6_316, 6_316}, {2_632, 4_167}, {1_754, 6_667}, {789, 4_500}} {
			require.EqualValues(t, want[0], *all.Total[i].FromClicks, all.Total[i].Kind)
			if i > 0 {
				require.EqualValues(t, want[1], *all.Total[i].FromPrevious, all.Total[i].Kind)
			}
		}

		days := read(insight.FunnelFilter{}, insight.ByDay).Rows
		require.Len(t, days, 3, "days have no gaps")
		require.Equal(t, []float64{0, 0, 0, 0, 0, 0, 0, 0, 0}, counts(days[1].Steps))
		require.Nil(t, days[1].Steps[4].FromPrevious)
		require.Equal(t, day(2), *days[2].Date)
		creators := read(insight.FunnelFilter{}, insight.ByCreator).Rows
		require.Equal(t, []id.ID{id.Of(id.Creator, w.Creator), id.Of(id.Creator, other.Creator)}, []id.ID{creators[0].CreatorID, creators[1].CreatorID})
		require.Equal(t, []float64{14, 7, 0, 0, 0, 0, 0, 0, 0}, counts(creators[1].Steps))
		links := read(insight.FunnelFilter{}, insight.ByLink).Rows
		require.Equal(t, []id.ID{mine.ID, theirs.ID}, []id.ID{links[0].LinkID, links[1].LinkID})
		require.Equal(t, []float64{100, 50, 108, 36, 15, 15, 10, 10, 3.5}, counts(links[0].Steps))

		own := read(insight.FunnelFilter{Link: &link}, insight.ByPlatform)
		require.Equal(t, []float64{100, 50, 108, 36, 15, 15, 10, 10, 3.5}, counts(own.Total), "what came by a code is of no link")
		require.Equal(t, []float64{10, 5, 12, 4, 3, 3, 2, 2, 1}, counts(own.Previous))
		require.Len(t, own.Rows, 1)
		require.Equal(t, creator.PlatformTiktok, *own.Rows[0].Platform)
		require.Equal(t, "Program", read(insight.FunnelFilter{Link: &link}, insight.ByProgram).Rows[0].Label)
		require.Equal(t, own.Total, read(insight.FunnelFilter{Link: &link}, insight.ByLink).Rows[0].Steps)

		_, err := rollup.Fold(testdb.Context(t), w.db)
		require.NoError(t, err)
	}
}

func TestAFunnelIsForMembersAndForTheCreatorsOwn(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, w.Affiliate, creator.PlatformBlog)
	w.way(t, w.Affiliate, &l, day(0), 4, 3, 2, 1, 1_000_000)
	other, stranger := fixture.Join(t, w.db, w.Affiliate), fixture.New(t, w.db)
	brand, own, program := id.Of(id.Brand, w.Brand), id.Of(id.Creator, w.Creator), id.Of(id.Program, w.Program)
	clicks := func(v viewer.Viewer, f insight.FunnelFilter) (float64, error) {
		f.From, f.To = day(0), day(0)
		out, err := w.s.Funnel(viewer.With(t.Context(), v), f, nil)
		if err != nil {
			return 0, err
		}
		return out.Total[0].Count, nil
	}
	for name, c := range map[string]struct {
		v    viewer.Viewer
		f    insight.FunnelFilter
		want float64
	}{
		"the creator":                   {w.AsCreator(), insight.FunnelFilter{Program: &program}, 8},
		"the creator about a link":      {w.AsCreator(), insight.FunnelFilter{Link: &l.ID}, 8},
		"another about it":              {other.AsCreator(), insight.FunnelFilter{Link: &l.ID}, 0},
		"finance":                       {w.AsMember(viewer.Finance), insight.FunnelFilter{Brand: &brand, Creator: &own}, 8},
		"another brand about this link": {stranger.AsMember(viewer.Owner), insight.FunnelFilter{Brand: ptr(id.Of(id.Brand, stranger.Brand)), Link: &l.ID}, 0},
	} {
		got, err := clicks(c.v, c.f)
		require.NoError(t, err, name)
		require.InDelta(t, c.want, got, 1e-9, name)
	}
	for _, c := range []struct {
		v    viewer.Viewer
		f    insight.FunnelFilter
		want fault.Kind
	}{
		{other.AsCreator(), insight.FunnelFilter{Creator: &own}, fault.NotFound},
		{w.AsCreator(), insight.FunnelFilter{Brand: &brand}, fault.NotFound},
		{stranger.AsMember(viewer.Owner), insight.FunnelFilter{Brand: &brand}, fault.NotFound},
		{w.AsMember(viewer.Owner), insight.FunnelFilter{Brand: &brand, Link: &own}, fault.NotFound},
		{viewer.Viewer{Kind: viewer.Anonymous}, insight.FunnelFilter{}, fault.Unauthenticated},
	} {
		_, err := clicks(c.v, c.f)
		require.True(t, fault.Is(err, c.want), "%v", err)
	}
	wrong := insight.Group("MOON")
	_, err := w.s.Funnel(viewer.With(t.Context(), w.AsCreator()), insight.FunnelFilter{From: day(0), To: day(0)}, &wrong)
	require.True(t, fault.Is(err, fault.Invalid))
	_, err = w.s.Funnel(viewer.With(t.Context(), w.AsCreator()), insight.FunnelFilter{From: day(0), To: day(801)}, nil)
	require.True(t, fault.Is(err, fault.Invalid))
}

func ptr[T any](v T) *T { return &v }
