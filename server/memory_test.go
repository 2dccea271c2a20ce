package main

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestASmallHeapHasRoomAndALargeOneGrowsByHalf(t *testing.T) {
	for _, c := range []struct {
		live    uint64
		percent int
	}{{0, 1600}, {1 << 20, 1600}, {16 << 20, 100}, {32 << 20, 50}, {1 << 30, 50}} {
		require.Equal(t, c.percent, percentFor(c.live), "%d MB", c.live>>20)
	}
}

func TestTheRoomFollowsTheHeap(t *testing.T) {
	manageMemory()
	growth := func() uint64 {
		runtime.GC()
		sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	require.Eventually(t, func() bool { return growth() > 2*gcPercent }, 10*time.Second, time.Millisecond, "a small heap")
	links := make([]byte, 64<<20)
	require.Eventually(t, func() bool { return growth() == gcPercent }, 10*time.Second, time.Millisecond, "a large heap")
	runtime.KeepAlive(links)
}
