package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

const (
	journeys    = 1_000_000
	touchesMean = 4
)

// comparisonQuery compares every model, for every creator.
const comparisonQuery = `query ($brand: ID!, $from: Date!, $to: Date!, $models: [ComparedModel!], $order: Int) {
	attributionComparison(filter: {brandId: $brand, from: $from, to: $to, models: $models, markovOrder: $order}) { orders touches
		rows { creator { id } paid { orders } modelled { model orders revenue { amount } } } } }`

// comparedAlike are the questions whose time is shown: all models as the portal asks, and parts of it.
var comparedAlike = []struct {
	name   string
	models []string
	order  int
}{
	{"all-models", nil, 1},
	{"rules", []string{"LAST_TOUCH", "FIRST_TOUCH", "LINEAR", "POSITION_BASED", "TIME_DECAY"}, 1},
	{"rules+markov", []string{"LAST_TOUCH", "FIRST_TOUCH", "LINEAR", "POSITION_BASED", "TIME_DECAY", "MARKOV"}, 1},
	{"shapley", []string{"SHAPLEY"}, 1},
	{"markov-of-order-2", []string{"MARKOV"}, 2},
}

// BenchmarkAttribution compares models over a million journeys, over HTTP, beside what it takes to only stream the same rows out of
// PostgreSQL with COPY, in its own format and to nowhere. "ratio" is how many times as long the comparison takes.
func BenchmarkAttribution(b *testing.B) {
	w := newWorld(b, size{programs: 1, creators: 30, links: 1, days: 1})
	w.fillJourneys(b)
	from, to := fixture.At.Format(time.DateOnly), fixture.At.AddDate(1, 0, 0).Format(time.DateOnly)
	stream := fmt.Sprintf(`\copy (SELECT net_minor, touches FROM journey WHERE brand_id = '%s' AND placed_at >= '%s' AND placed_at < '%s' AND currency = 'EUR') TO '/dev/null' (FORMAT binary)`, w.brand, from, to)
	for _, q := range comparedAlike {
		b.Run(q.name, func(b *testing.B) {
			var ratios, seconds, floors, megabytes []float64
			ask := func(ctx context.Context) error {
				a, err := w.Ask(ctx, w.manager, comparisonQuery, map[string]any{"brand": id.Of(id.Brand, w.brand).String(), "from": from, "to": to, "models": q.models, "order": q.order})
				if err == nil && len(a.Errors) > 0 {
					err = fmt.Errorf("%+v", a.Errors)
				}
				return err
			}
			require.NoError(b, ask(b.Context()))
			for b.Loop() {
				for range rounds {
					runtime.GC()
					peak := heapPeak()
					began := time.Now()
					require.NoError(b, ask(b.Context()))
					took := time.Since(began).Seconds()
					megabytes = append(megabytes, peak())
					began = time.Now()
					out, err := exec.CommandContext(b.Context(), "psql", w.DB.URL(), "-qc", stream).CombinedOutput()
					require.NoError(b, err, "%s", out)
					floor := time.Since(began).Seconds()
					ratios, seconds, floors = append(ratios, took/floor), append(seconds, took), append(floors, floor)
				}
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(median(ratios), "ratio")
			b.ReportMetric(median(seconds), "s")
			b.ReportMetric(median(floors), "floor-s")
			b.ReportMetric(median(megabytes), "MB")
		})
	}
}

// heapPeak watches the heap and gives by how many megabytes it grew at most.
func heapPeak() (stop func() float64) {
	read := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, done, peak := read(), make(chan struct{}), make(chan uint64)
	go func() {
		most := before
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				most = max(most, read())
			case <-done:
				peak <- max(most, read())
				return
			}
		}
	}()
	return func() float64 {
		close(done)
		return float64(<-peak-before) / (1 << 20)
	}
}

// fillJourneys stores a million journeys of the world's creators over a year, four touches long on average; half of the touches are of a
// fifth of the creators.
func (w *world) fillJourneys(b *testing.B) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	some := func() uuid.UUID {
		n := len(w.members)
		if r.IntN(2) == 0 {
			n = max(1, n/5)
		}
		return w.members[r.IntN(n)].partnership
	}
	require.NoError(b, w.DB.InTx(b.Context(), func(ctx context.Context, tx database.Tx) error {
		rows, err := database.CopyIn(ctx, tx, "journey", "brand_id", "placed_at", "order_id", "currency", "net_minor", "touches")
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		var touches []byte
		for i := range journeys {
			touches = touches[:0]
			for age := uint32(30 * 86_400); len(touches) == 0 || r.IntN(touchesMean) > 0; {
				age = r.Uint32N(age + 1)
				whose := some()
				touches = binary.BigEndian.AppendUint32(append(touches, whose[:]...), age)
			}
			placed := fixture.At.Add(time.Duration(i) * (365 * 24 * time.Hour / journeys))
			if _, err := rows.ExecContext(ctx, w.brand, placed, uuid.New(), string(money.EUR), 1000+r.IntN(20_000), touches); err != nil {
				return err
			}
		}
		_, err = rows.ExecContext(ctx)
		return err
	}))
	w.exec(b, `VACUUM ANALYZE journey`)
}
