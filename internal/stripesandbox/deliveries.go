package stripesandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Bounds of webhook delivery.
const (
	maxWaitingDeliveries = 20_000 // events; above it an event is not sent until the next start
	deliveryWorkers      = 4
	maxDeliveryAttempts  = 16
	defaultRetryBase     = time.Second
	maxRetryPause        = 5 * time.Minute
	deliveryTimeout      = 10 * time.Second
	maxDeliveryReply     = 64 << 10 // bytes read of a receiver's answer
)

// Endpoint is a receiver of webhooks. While a secret is being rotated it has two,
// and each event is signed with both.
type Endpoint struct {
	URL     string
	Secrets []string
}

type delivery struct {
	event    *event
	attempts int
}

// sender delivers events in no particular order, with retries, from a bounded
// queue in memory. What it gives up stays marked as undelivered.
type sender struct {
	ctx       context.Context // of all requests; ends with close
	cancel    context.CancelFunc
	client    *http.Client
	now       func() time.Time
	base      time.Duration
	log       *slog.Logger
	delivered func(eventID string)
	workers   sync.WaitGroup

	mu       sync.Mutex
	changed  *sync.Cond // queue, open or closed changed
	platform Endpoint
	connect  Endpoint
	queue    []*delivery
	open     map[*delivery]*time.Timer // queued, running (nil) or waiting for a retry
	waiting  map[string]bool           // ids of the events in open
	closed   bool
}

func newSender(ctx context.Context, config Config, log *slog.Logger, delivered func(string)) *sender {
	s := &sender{client: config.WebhookClient, now: config.SignatureTime, base: config.RetryBase, log: log, delivered: delivered,
		open: map[*delivery]*time.Timer{}, waiting: map[string]bool{}}
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.changed = sync.NewCond(&s.mu)
	if s.base <= 0 {
		s.base = defaultRetryBase
	}
	if s.client == nil {
		s.client = &http.Client{Timeout: deliveryTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	for range deliveryWorkers {
		s.workers.Go(s.work)
	}
	return s
}

func (s *sender) setEndpoints(platform, connect Endpoint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.platform, s.connect = platform, connect
}

func (s *sender) endpointOf(e *event) Endpoint {
	if e.Account != "" {
		return s.connect
	}
	return s.platform
}

// enqueue takes an event that has a receiver and is not on its way already.
func (s *sender) enqueue(e *event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.endpointOf(e).URL == "" || s.waiting[e.ID] {
		return
	}
	if len(s.open) >= maxWaitingDeliveries {
		s.log.Warn("stripe sandbox: too many webhooks wait; one is left for the next start", "event", e.ID)
		return
	}
	one := &delivery{event: e}
	s.open[one] = nil
	s.waiting[e.ID] = true
	s.queue = append(s.queue, one)
	s.changed.Broadcast()
}

func (s *sender) work() {
	for {
		s.mu.Lock()
		for len(s.queue) == 0 && !s.closed {
			s.changed.Wait()
		}
		if s.closed {
			s.mu.Unlock()
			return
		}
		one := s.queue[0]
		s.queue = s.queue[1:]
		endpoint := s.endpointOf(one.event)
		s.mu.Unlock()

		err := s.send(endpoint, one.event)
		if err == nil {
			s.delivered(one.event.ID)
		}
		s.settle(one, err)
	}
}

// settle forgets a delivery that succeeded or was tried often enough, and plans
// the next attempt of any other.
func (s *sender) settle(one *delivery, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one.attempts++
	if err == nil || one.attempts == maxDeliveryAttempts || s.closed {
		if err != nil && !s.closed {
			s.log.Warn("stripe sandbox: a webhook is given up", "event", one.event.ID, "attempts", one.attempts, "error", err)
		}
		delete(s.open, one)
		delete(s.waiting, one.event.ID)
		s.changed.Broadcast()
		return
	}
	pause := min(s.base<<min(one.attempts-1, 20), maxRetryPause)
	pause += time.Duration(rand.Int64N(int64(pause)/4 + 1)) // spreads retries that failed together
	s.open[one] = time.AfterFunc(pause, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed {
			s.open[one] = nil
			s.queue = append(s.queue, one)
			s.changed.Broadcast()
		}
	})
}

func (s *sender) send(endpoint Endpoint, e *event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(s.ctx, http.MethodPost, endpoint.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("User-Agent", "Stripe/1.0 (sandbox)")
	request.Header.Set("Stripe-Signature", signature(s.now(), body, endpoint.Secrets))
	reply, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }()                                // nothing is left to be read
	_, _ = io.Copy(io.Discard, io.LimitReader(reply.Body, maxDeliveryReply)) // so that the connection is used again
	if reply.StatusCode/100 != 2 {
		return fmt.Errorf("the receiver answered %s", reply.Status)
	}
	return nil
}

// signature is the value of Stripe-Signature: the time, and one HMAC-SHA256 of
// "time.body" for each secret.
func signature(at time.Time, body []byte, secrets []string) string {
	parts := []string{fmt.Sprintf("t=%d", at.Unix())}
	for _, secret := range secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(append(strconv.AppendInt(nil, at.Unix(), 10), '.'))
		mac.Write(body)
		parts = append(parts, "v1="+hex.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(parts, ",")
}

// WaitDelivered returns once every event that has a receiver was delivered or
// given up, or with the error of ctx.
func (s *Server) WaitDelivered(ctx context.Context) error {
	q := s.sender
	stop := context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.changed.Broadcast()
	})
	defer stop()
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.open) > 0 && !q.closed {
		if err := ctx.Err(); err != nil {
			return err
		}
		q.changed.Wait()
	}
	return nil
}

func (s *sender) close() {
	s.mu.Lock()
	s.closed = true
	for _, timer := range s.open {
		if timer != nil {
			timer.Stop()
		}
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	s.cancel()
	s.workers.Wait()
}
