package transport

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCacheIsBoundedInBytesAndForgetsWhatWasUsedLongestAgo(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	c := newCache(100, 40, func(_, value string) int { return len(value) })
	for i := range 10 {
		c.Add(ctx, fmt.Sprint(i), strings.Repeat("x", 10))
	}
	_, ok := c.Get(ctx, "0")
	require.True(t, ok)
	c.Add(ctx, "new", strings.Repeat("x", 20))
	require.True(t, c.Has(ctx, "0"), "used a moment ago")
	require.False(t, c.Has(ctx, "1"))
	require.False(t, c.Has(ctx, "2"))
	require.True(t, c.Has(ctx, "3"))

	c.Add(ctx, "heavy", strings.Repeat("x", 41))
	require.False(t, c.Has(ctx, "heavy"))
	c.Add(ctx, "new", "short")
	require.Equal(t, 85, c.bytes)
	value, _ := c.Get(ctx, "new")
	require.Equal(t, "short", value)
}
