// Package ratelimit bounds how often something may be tried for a key (an account, a network). It counts in the memory of one
// process and forgets the keys that were quiet longest when there are too many.
package ratelimit

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
)

// KeysDefault is how many keys a limiter remembers; a key costs about 200 bytes.
const KeysDefault = 50_000

// Config says how much is allowed.
type Config struct {
	Clock clock.Clock
	// Burst is how many tries are allowed at once.
	Burst int
	// Every is how long it takes until one more try is allowed.
	Every time.Duration
	// Keys bounds how many keys are remembered. Defaults to KeysDefault.
	Keys int
}

// Limiter holds a bucket of tries for each key. It is safe for concurrent use.
type Limiter struct {
	clock   clock.Clock
	burst   time.Duration // a full bucket, as time
	every   time.Duration
	mu      sync.Mutex
	buckets *simplelru.LRU[string, time.Time]
}

// New makes a limiter.
func New(c Config) *Limiter {
	if c.Keys <= 0 {
		c.Keys = KeysDefault
	}
	buckets, err := simplelru.NewLRU[string, time.Time](c.Keys, nil)
	if err != nil {
		panic("ratelimit: " + err.Error()) // the size is positive
	}
	return &Limiter{clock: c.Clock, burst: time.Duration(c.Burst) * c.Every, every: c.Every, buckets: buckets}
}

// Take uses up one try of the key. When none is left it gives how long to wait and changes nothing.
//
// A bucket is stored as the instant at which it will be full again: a try moves that instant by Every, and it may lie at most
// Burst tries ahead. One that lies further ahead is from before the clock stepped back: it begins anew, or its owner would be locked out
// for as long as the step was.
func (l *Limiter) Take(key string) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	full := now
	if at, known := l.buckets.Get(key); known && at.After(now) && !at.After(now.Add(l.burst)) {
		full = at
	}
	full = full.Add(l.every)
	if over := full.Sub(now.Add(l.burst)); over > 0 {
		return over, false
	}
	l.buckets.Add(key, full)
	return 0, true
}

// GiveBack returns a try that turned out not to count, for example a sign-in with the right password.
func (l *Limiter) GiveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at, known := l.buckets.Get(key); known {
		l.buckets.Add(key, at.Add(-l.every))
	}
}

// Err is the answer to somebody who has to wait: RATE_LIMITED, with the seconds in the sentence.
func Err(wait time.Duration) error {
	seconds := int64(wait+time.Second-1) / int64(time.Second)
	return fault.New(fault.RateLimited, "RATE_LIMITED", "Too many tries. Try again in %d seconds.", max(seconds, 1))
}
