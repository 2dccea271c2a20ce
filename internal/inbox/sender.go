package inbox

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/singleflight"
)

const (
	// senderFresh is how long an integration that was read is taken for what it is: so long after it is disconnected, a busy shop may still
	// be heard.
	senderFresh = time.Second
	// sendersMax bounds the integrations that are remembered.
	sendersMax = 10_000
)

// senders remembers integrations that deliveries come from, so that a busy shop does not have its integration read for each of them.
type senders struct {
	mu      sync.Mutex
	known   map[uuid.UUID]opened
	reading singleflight.Group // of those that are asked for at the same time
}

// opened is an integration and when it was read.
type opened struct {
	Integration
	at time.Time
}

// open gives an integration, read at most a second ago. One that does not exist is asked for each time.
func (s *senders) open(ctx context.Context, integration uuid.UUID, now time.Time, read func(context.Context, uuid.UUID) (Integration, error)) (Integration, error) {
	s.mu.Lock()
	o, known := s.known[integration]
	s.mu.Unlock()
	if age := now.Sub(o.at); known && age >= 0 && age < senderFresh {
		return o.Integration, nil
	}
	found, err, _ := s.reading.Do(integration.String(), func() (any, error) {
		from, err := read(ctx, integration)
		if err != nil {
			return from, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.known) >= sendersMax {
			clear(s.known)
		}
		s.known[integration] = opened{from, now}
		return from, nil
	})
	if err != nil {
		return Integration{}, err
	}
	return found.(Integration), nil
}

// refuse checks a signature by the secrets of a sender, which are read anew when those that are remembered do not fit: one may have been
// rotated a moment ago. It gives why the signature does not hold; nothing when it does.
func (s *Service) refuse(ctx context.Context, from Integration, check func(secrets [][]byte) string) (refusal string) {
	refusal = check(from.Secrets)
	if refusal == "" {
		return ""
	}
	s.senders.forget(from.ID)
	fresh, err := s.senders.open(ctx, from.ID, s.Clock.Now(), s.Open)
	if err != nil || !fresh.Active {
		return refusal
	}
	return check(fresh.Secrets)
}

func (s *senders) forget(integration uuid.UUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.known, integration)
}
