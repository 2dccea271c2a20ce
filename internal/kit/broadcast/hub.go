// Package broadcast tells every process that an object changed, by PostgreSQL's NOTIFY. It carries names, never data: a
// receiver reads the row with its own access check. Hints are published after commit and gathered, because a commit that
// carries a notification waits for every other such commit of the database. A hint can be lost (a crash between commit and
// publish, a broken connection), so receivers also look by themselves once in Floor.
package broadcast

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
)

// Floor is how often a receiver looks by itself, because a hint may be lost.
const Floor = 30 * time.Second

// Bounds of the hub.
const (
	channel         = "tributary_changes"
	flushInterval   = 100 * time.Millisecond // at most one NOTIFY in this time
	payloadMax      = 7_800                  // bytes of one NOTIFY; PostgreSQL takes 8,000
	idsMax          = 100                    // changes in one NOTIFY
	waitingMax      = 10_000                 // changes that wait to be published; above it all receivers are told to look again
	queueMax        = 64                     // changes that wait for one watcher; above it the watcher is told to look again
	pingInterval    = time.Minute
	publishDeadline = 5 * time.Second
)

// Change names an object that changed. Resync means that changes may have been missed: look at everything again.
type Change struct {
	Topic  string
	Brand  uuid.UUID
	Object uuid.UUID
	Resync bool
}

// Hub publishes and receives changes over one listening connection of its own.
type Hub struct {
	db  *database.DB
	log *slog.Logger

	mu       sync.Mutex
	waiting  map[Change]struct{}
	overflow bool
	watchers map[*watcher]struct{}
	wake     chan struct{}

	listener *database.Listener
	stop     context.CancelFunc
	running  sync.WaitGroup
}

type watcher struct {
	topic   string
	object  uuid.UUID // zero = every object of the topic
	changes chan Change
}

// New makes a hub. It keeps published changes until Start.
func New(db *database.DB, log *slog.Logger) *Hub {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Hub{db: db, log: log, waiting: map[Change]struct{}{}, watchers: map[*watcher]struct{}{}, wake: make(chan struct{}, 1)}
}

// Start opens the listening connection and begins to publish and to receive. Close ends both.
func (h *Hub) Start(ctx context.Context) error {
	if h.stop != nil {
		return errors.New("broadcast: started twice")
	}
	l, err := database.Listen(h.db.URL(), channel, func(err error) {
		h.log.Warn("the connection that hears of changes failed; it is opened again", "error", err)
	})
	if err != nil {
		return fmt.Errorf("broadcast: listen: %w", err)
	}
	h.listener = l
	ctx, h.stop = context.WithCancel(context.WithoutCancel(ctx))
	h.running.Go(func() { h.publish(ctx) })
	h.running.Go(func() { h.receive(ctx) })
	return nil
}

// Close publishes what waits and ends the hub. Channels of subscribers stay open until their contexts end.
func (h *Hub) Close() error {
	if h.stop == nil {
		return nil
	}
	h.stop()
	h.running.Wait()
	return h.listener.Close()
}

// Publish tells all processes, this one too, that an object changed. Call it after the commit; it does not wait. Equal
// changes within a tenth of a second are told once.
func (h *Hub) Publish(topic string, brand, object uuid.UUID) {
	h.mu.Lock()
	if len(h.waiting) >= waitingMax {
		clear(h.waiting)
		h.overflow = true
	}
	h.waiting[Change{Topic: topic, Brand: brand, Object: object}] = struct{}{}
	h.mu.Unlock()
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Subscribe gives a channel with a signal for each change of one object, or of every object of the topic when it is zero.
// Signals that are not taken are folded into one; a lost connection is a signal too. The channel is closed when ctx ends.
func (h *Hub) Subscribe(ctx context.Context, topic string, object uuid.UUID) <-chan struct{} {
	changes := h.Watch(ctx, topic, object)
	signals := make(chan struct{}, 1)
	go func() {
		defer close(signals)
		for range changes {
			select {
			case signals <- struct{}{}:
			default:
			}
		}
	}()
	return signals
}

// Watch gives the changes of one object, or of every object of the topic when it is zero. A receiver that falls more than 64
// behind, and everybody after a lost connection, gets one Resync in place of what was missed. The channel is closed when ctx
// ends.
func (h *Hub) Watch(ctx context.Context, topic string, object uuid.UUID) <-chan Change {
	w := &watcher{topic: topic, object: object, changes: make(chan Change, queueMax)}
	h.mu.Lock()
	h.watchers[w] = struct{}{}
	h.mu.Unlock()
	context.AfterFunc(ctx, func() {
		h.mu.Lock()
		delete(h.watchers, w)
		close(w.changes)
		h.mu.Unlock()
	})
	return w.changes
}

// deliver hands a change to those who asked for it.
func (h *Hub) deliver(c Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for w := range h.watchers {
		if c.Resync || w.topic == c.Topic && (w.object == uuid.Nil || w.object == c.Object) {
			w.offer(c)
		}
	}
}

// offer queues a change; a full queue is emptied and replaced by one Resync. Only deliver calls it, under the hub's lock, so
// nobody else sends.
func (w *watcher) offer(c Change) {
	select {
	case w.changes <- c:
		return
	default:
	}
	for {
		select {
		case <-w.changes:
			continue
		default:
		}
		break
	}
	w.changes <- Change{Topic: w.topic, Object: w.object, Resync: true}
}

// publish sends what waits, at most once in flushInterval, and the rest when the hub ends.
func (h *Hub) publish(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			h.flush(context.WithoutCancel(ctx))
			return
		case <-h.wake:
			h.flush(ctx)
		}
		select {
		case <-ctx.Done():
		case <-time.After(flushInterval):
		}
	}
}

// flush sends everything that waits. What cannot be sent is dropped with a warning: it is a hint, and receivers look by
// themselves.
func (h *Hub) flush(ctx context.Context) {
	h.mu.Lock()
	waiting, overflow := h.waiting, h.overflow
	h.waiting, h.overflow = map[Change]struct{}{}, false
	h.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, publishDeadline)
	defer cancel()
	for _, payload := range payloads(waiting, overflow) {
		// A hint holds nothing that must survive a crash, so its commit does not wait for the disk.
		if _, err := h.db.SQL.ExecContext(ctx, `SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`, channel, payload); err != nil {
			h.log.Warn("changes were not told to other processes", "error", err)
			return
		}
	}
}

func (h *Hub) receive(ctx context.Context) {
	ping := time.NewTicker(pingInterval)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ping.C:
			// A failure makes the listener reconnect, which is told to everybody below.
			if err := h.listener.Ping(); err != nil {
				h.log.Warn("the connection that hears of changes does not answer", "error", err)
			}
		case n := <-h.listener.C():
			if n == nil {
				h.deliver(Change{Resync: true})
				continue
			}
			for _, c := range read(n.Extra) {
				h.deliver(c)
			}
		}
	}
}
