package bench

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A race is a few rounds in which the server and the floor work in turns.
const (
	rounds     = 7
	roundTime  = time.Second
	warmUpTime = 500 * time.Millisecond
)

// loop lets clients do one thing again and again for a time and gives how often it was done in a second.
func loop(b *testing.B, d time.Duration, do func(ctx context.Context) error) float64 {
	b.Helper()
	var mu sync.Mutex
	var done int
	var failed error
	began := time.Now()
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			n := 0
			var err error
			for err == nil && time.Since(began) < d {
				if err = do(b.Context()); err == nil {
					n++
				}
			}
			mu.Lock()
			defer mu.Unlock()
			done, failed = done+n, cmp.Or(failed, err)
		})
	}
	all.Wait()
	require.NoError(b, failed)
	return float64(done) / time.Since(began).Seconds()
}

// race reports what part of the floor the server reaches: the median of the rounds, and the smallest and the largest.
func race(b *testing.B, server, floor func(ctx context.Context) error) {
	b.Helper()
	loop(b, warmUpTime, server)
	loop(b, warmUpTime, floor)
	var ratios, ofServer, ofFloor []float64
	for b.Loop() { // once: all rounds together take longer than a benchmark's time
		for range rounds {
			s, f := loop(b, roundTime, server), loop(b, roundTime, floor)
			ratios, ofServer, ofFloor = append(ratios, s/f), append(ofServer, s), append(ofFloor, f)
		}
	}
	report(b, ratios, ofServer, ofFloor)
}

func report(b *testing.B, ratios, ofServer, ofFloor []float64) {
	slices.Sort(ratios)
	b.ReportMetric(0, "ns/op") // a whole race is one operation, so its time says nothing
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(ratios[0], "ratio-min")
	b.ReportMetric(ratios[len(ratios)-1], "ratio-max")
	b.ReportMetric(median(ofServer), "server/s")
	b.ReportMetric(median(ofFloor), "floor/s")
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}
