package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// gcPercent lets the heap grow by half before it is collected: most of a large one are links, which stay. It trades a little of the
	// processor for much memory.
	gcPercent = 50
	// gcRoom is what the heap may grow by in any case. With few links half of the heap is a few MB, and a busy server would collect
	// a hundred times a second.
	gcRoom = 16 << 20
	// liveHeap names the bytes that the last collection found in use.
	liveHeap = "/gc/heap/live:bytes"
)

// manageMemory lets the heap grow by half of what is in use, and by gcRoom at least.
func manageMemory() {
	debug.SetGCPercent(gcPercent)
	watch(gcPercent)
}

// watch looks again after each collection, which is when it frees its mark.
func watch(percent int) {
	runtime.AddCleanup(new([16]byte), func(before int) {
		sample := []metrics.Sample{{Name: liveHeap}}
		metrics.Read(sample)
		next := percentFor(sample[0].Value.Uint64())
		if next != before {
			debug.SetGCPercent(next)
		}
		watch(next)
	}, percent)
}

// percentFor gives the growth in percent for a heap of which so many bytes are in use.
func percentFor(live uint64) int {
	return int(max(gcPercent, 100*gcRoom/max(live, 1<<20)))
}
