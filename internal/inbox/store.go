package inbox

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// storeMax bounds the bodies of one transaction.
const storeMax = 100

// gate lets bodies that come at the same time be stored in one transaction: while one is on its way to the disk, those that come meanwhile
// gather for the next. Nobody waits for others to come.
type gate struct {
	mu      sync.Mutex
	waiting []*arrival
	open    bool // somebody is storing
}

// arrival is a body that waits to be stored.
type arrival struct {
	Delivery
	stored bool
	err    error
	done   chan struct{}
}

// Store stores a body whose signature was checked, once, and has it handled; stored is false for one that is known already. When it
// returns without an error, the body is on the disk.
func (s *Service) Store(ctx context.Context, d Delivery) (stored bool, err error) {
	d.ID = id.NewUUID(s.Clock.Now())
	a := &arrival{Delivery: d, done: make(chan struct{})}
	s.gate.mu.Lock()
	s.gate.waiting = append(s.gate.waiting, a)
	if !s.gate.open {
		s.gate.open = true
		go s.storeWaiting(context.WithoutCancel(ctx))
	}
	s.gate.mu.Unlock()
	select {
	case <-a.done:
		return a.stored, a.err
	case <-ctx.Done(): // it may be stored all the same; who sends it again is told that it is known
		return false, ctx.Err()
	}
}

// storeWaiting stores what waits until nothing does.
func (s *Service) storeWaiting(ctx context.Context) {
	ctx = viewer.WithSystem(ctx, "inbox")
	for {
		s.gate.mu.Lock()
		n := min(len(s.gate.waiting), storeMax)
		batch := s.gate.waiting[:n:n]
		if s.gate.waiting = s.gate.waiting[n:]; n == 0 {
			s.gate.waiting, s.gate.open = nil, false
		}
		s.gate.mu.Unlock()
		if n == 0 {
			return
		}
		s.storeBatch(ctx, batch)
		for _, a := range batch {
			close(a.done)
		}
	}
}

// storeBatch stores bodies together, or each by itself when one of them is refused.
func (s *Service) storeBatch(ctx context.Context, batch []*arrival) {
	err := s.storeTogether(ctx, batch)
	if database.IsDataError(err) && len(batch) > 1 {
		for i := range batch {
			s.storeBatch(ctx, batch[i:i+1])
		}
		return
	}
	for _, a := range batch {
		a.err = err
	}
	if err == nil {
		s.wake()
	}
}

func (s *Service) storeTogether(ctx context.Context, batch []*arrival) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	all := make([]Delivery, len(batch))
	for i, a := range batch {
		all[i] = a.Delivery
	}
	now := s.Clock.Now()
	senders := s.heard.due(all, now)
	store := func(on database.Queryer) error {
		known, err := s.insert(ctx, on, all, false)
		for _, a := range batch {
			a.stored = !known[a.ID]
		}
		return err
	}
	if s.DeliveredTx == nil || len(senders) == 0 {
		return store(s.DB.SQL)
	}
	err := s.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		for _, sender := range senders {
			if err := s.DeliveredTx(ctx, tx, sender, now); err != nil {
				return err
			}
		}
		return store(tx.SQL)
	})
	if err == nil {
		s.heard.said(senders, now)
	}
	return err
}

// heardEvery is how exactly it is kept when a sender was last heard of.
const heardEvery = time.Second

// heard remembers when it was last written that a sender was heard of, so that a busy one is not written for each of its deliveries. Only
// one goroutine stores at a time.
type heard map[uuid.UUID]time.Time

// due gives the senders of deliveries for whom it is time to write it.
func (h heard) due(all []Delivery, now time.Time) (out []uuid.UUID) {
	for _, d := range all {
		if d.Integration != uuid.Nil && !slices.Contains(out, d.Integration) && now.Sub(h[d.Integration]) >= heardEvery {
			out = append(out, d.Integration)
		}
	}
	return out
}

func (h heard) said(senders []uuid.UUID, now time.Time) {
	if len(h)+len(senders) > sendersMax {
		clear(h)
	}
	for _, u := range senders {
		h[u] = now
	}
}
