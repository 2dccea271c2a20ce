package storeevent

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"tributary/internal/kit/database"
)

const (
	// bufferMax bounds the events that wait for the database; more are lost, and counted.
	bufferMax = 20_000
	// batchMax bounds the events of one transaction.
	batchMax = 500
	// pace is the least time between two transactions, so that under load one stores many events.
	pace = 100 * time.Millisecond
	// retryAfter is how long storing pauses after the database failed.
	retryAfter = time.Second
	// clickPatience bounds how long events wait for clicks that are on their way into the database.
	clickPatience = 500 * time.Millisecond
	// lastPatience bounds the storing of what waits when the server stops.
	lastPatience = 5 * time.Second
)

// buffer holds events until they are stored. It is safe for concurrent use.
type buffer struct {
	mu     sync.Mutex
	events []event
	filled chan struct{} // holds one token while there may be events
}

func newBuffer() *buffer { return &buffer{filled: make(chan struct{}, 1)} }

// put adds events and gives how many had no room: all of them or none.
func (b *buffer) put(events []event) (lost int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.events)+len(events) > bufferMax {
		return len(events)
	}
	b.events = append(b.events, events...)
	b.signal()
	return 0
}

// take takes the oldest events out.
func (b *buffer) take() []event {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := min(len(b.events), batchMax)
	batch := b.events[:n:n]
	if b.events = b.events[n:]; len(b.events) == 0 {
		b.events = nil // so that what was stored is freed
	}
	return batch
}

// giveBack puts events that could not be stored before the others.
func (b *buffer) giveBack(batch []event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(batch, b.events...)
	b.signal()
}

func (b *buffer) signal() {
	select {
	case b.filled <- struct{}{}:
	default:
	}
}

// Run stores the events of beacons until ctx ends, many in one transaction, and then what is left. While the database is away they
// wait in the buffer. There is one Run for a service.
func (s *Service) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			s.finish(ctx)
			return
		case <-s.buffer.filled:
		}
		wait := pace
		if err := s.Flush(ctx); err != nil {
			wait = retryAfter
			s.Log.WarnContext(ctx, "store events wait for the database", "error", err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// finish stores what is left when the server stops; what the database does not take then is lost.
func (s *Service) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastPatience)
	defer cancel()
	if err := s.Flush(ctx); err == nil {
		return
	}
	for batch := s.buffer.take(); len(batch) > 0; batch = s.buffer.take() {
		s.counts.lost.Add(int64(len(batch)))
		s.sayLost(ctx, "the server stopped while the database was away", len(batch))
	}
}

// Flush stores the events that wait. A batch that the database refuses is lost; one that it could not take goes back and the error is
// given.
func (s *Service) Flush(ctx context.Context) error {
	for batch := s.buffer.take(); len(batch) > 0; batch = s.buffer.take() {
		s.awaitClicks(ctx)
		stored := 0
		err := s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
			stored, err = s.storeTx(ctx, tx, batch)
			return err
		})
		switch {
		case database.IsDataError(err):
			s.counts.lost.Add(int64(len(batch)))
			s.Log.ErrorContext(ctx, "store events refused by the database", "events", len(batch), "error", err)
		case err != nil:
			s.buffer.giveBack(batch)
			return err
		default:
			s.counts.stored.Add(int64(stored))
			s.counts.ignored.Add(int64(len(batch) - stored))
		}
	}
	return nil
}

// awaitClicks lets clicks become known that were answered just before the events; what comes later is found by Resolve.
func (s *Service) awaitClicks(ctx context.Context) {
	if s.Clicks == nil {
		return
	}
	waiting, cancel := context.WithTimeout(ctx, clickPatience)
	defer cancel()
	if err := s.Clicks.Drain(waiting); err != nil {
		s.Log.DebugContext(ctx, "clicks are still on their way", "error", err)
	}
}

func (s *Service) sayLost(ctx context.Context, why string, events int) {
	s.Log.ErrorContext(ctx, "store events lost", "why", why, "events", events)
}

// Stats are counts of the events of beacons since the start, by what became of them.
type Stats struct {
	Stored  int64
	Ignored int64 // known already, or of no click of the brand
	Robots  int64
	Lost    int64 // the buffer was full, or the database refused them or was away when the server stopped
}

type counts struct{ stored, ignored, robots, lost atomic.Int64 }

// Stats tells how events fare.
func (s *Service) Stats() Stats {
	return Stats{Stored: s.counts.stored.Load(), Ignored: s.counts.ignored.Load(), Robots: s.counts.robots.Load(), Lost: s.counts.lost.Load()}
}
