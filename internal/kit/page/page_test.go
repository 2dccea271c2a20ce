package page_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/page"
)

func ptr[T any](v T) *T { return &v }

func TestPagesAreTwentyRowsUnlessAskedAndAHundredAtMost(t *testing.T) {
	t.Parallel()
	r, err := page.Parse(page.Args{})
	require.NoError(t, err)
	require.Equal(t, 20, r.Limit)
	for _, n := range []int{-1, 101, 1 << 30} {
		_, err := page.Parse(page.Args{First: ptr(n)})
		require.True(t, fault.Is(err, fault.Invalid))
		f, _ := fault.As(err)
		require.Equal(t, []string{"first"}, f.Field)
	}
}

func TestDirectionsAreNotMixed(t *testing.T) {
	t.Parallel()
	for _, a := range []page.Args{{First: ptr(1), Last: ptr(1)}, {First: ptr(1), Before: ptr("x")}, {Last: ptr(1), After: ptr("x")}} {
		_, err := page.Parse(a)
		require.True(t, fault.Is(err, fault.Invalid))
	}
}

func TestACursorLeadsBackToItsRow(t *testing.T) {
	t.Parallel()
	c := page.Cursor{At: time.Date(2026, 11, 14, 19, 42, 0, 123000, time.UTC), ID: uuid.MustParse("0199a7d0-0000-7000-8000-000000000001")}
	r, err := page.Parse(page.Args{After: ptr(c.String())})
	require.NoError(t, err)
	require.True(t, r.HasStart)
	require.Equal(t, c, r.Cursor)
}

func TestBuildCutsTheExtraRowAndSaysThatThereAreMore(t *testing.T) {
	t.Parallel()
	place := func(n int) page.Cursor { return page.Cursor{At: time.Unix(int64(n), 0)} }
	forward := page.Build(page.Request{Limit: 2}, []int{5, 4, 3}, place)
	require.Equal(t, []int{5, 4}, forward.Nodes())
	require.True(t, forward.PageInfo.HasNextPage)
	require.False(t, forward.PageInfo.HasPreviousPage)
	backward := page.Build(page.Request{Limit: 2, Backward: true, HasStart: true}, []int{6, 7, 8}, place)
	require.Equal(t, []int{7, 6}, backward.Nodes())
	require.True(t, backward.PageInfo.HasPreviousPage)
	require.True(t, backward.PageInfo.HasNextPage)
	empty := page.Build(page.Request{Limit: 2}, nil, place)
	require.Nil(t, empty.PageInfo.StartCursor)
}

func FuzzCursor(f *testing.F) {
	f.Add("AQAAAAAAAAAAAZmn0AAAcACAAAAAAAAAAQ")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := page.Parse(page.Args{After: &s})
		if err != nil {
			require.True(t, fault.Is(err, fault.Invalid))
			return
		}
		if r.HasStart {
			again, err := page.Parse(page.Args{After: ptr(r.Cursor.String())})
			require.NoError(t, err)
			require.Equal(t, r, again)
		}
	})
}
