package storeevent

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/golang-lru/v2/simplelru"

	"tributary/internal/kit/clock"
)

const (
	// originsKept bounds the brands whose hosts are remembered.
	originsKept = 10_000
	// originsFresh is how long hosts are remembered, originsNone how long it is that a brand has none, or does not exist.
	originsFresh = time.Minute
	originsNone  = 5 * time.Second
	// originMax bounds the header, in bytes.
	originMax = 300
)

// opaque is the origin of pages that have none of their own, such as sandboxed frames.
const opaque = "null"

// origins remembers which hosts are a brand's own. It is safe for concurrent use.
type origins struct {
	clock clock.Clock
	read  func(context.Context, uuid.UUID) ([]string, error)
	mu    sync.Mutex
	known *simplelru.LRU[uuid.UUID, hosts]
}

type hosts struct {
	names []string
	until time.Time
}

func newOrigins(c clock.Clock, read func(context.Context, uuid.UUID) ([]string, error)) *origins {
	known, err := simplelru.NewLRU[uuid.UUID, hosts](originsKept, nil)
	if err != nil {
		panic("storeevent: " + err.Error()) // the size is positive
	}
	return &origins{clock: c, read: read, known: known}
}

// allowed reports whether pages of an origin may speak for a brand: those on a verified host of it, or below one. While the
// database does not answer, what was known last counts.
func (o *origins) allowed(ctx context.Context, brand uuid.UUID, origin string) (bool, error) {
	host := hostOf(origin)
	if host == "" {
		return false, nil
	}
	o.mu.Lock()
	h, known := o.known.Get(brand)
	o.mu.Unlock()
	if now := o.clock.Now(); !known || !now.Before(h.until) {
		names, err := o.read(ctx, brand)
		switch {
		case err != nil && !known:
			return false, err
		case err == nil:
			h = hosts{names: names, until: now.Add(originsFresh)}
			if len(names) == 0 {
				h.until = now.Add(originsNone)
			}
			o.mu.Lock()
			o.known.Add(brand, h)
			o.mu.Unlock()
		}
	}
	for _, name := range h.names {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true, nil
		}
	}
	return false, nil
}

// hostOf gives the host of an origin as browsers write it; empty when it is none.
func hostOf(origin string) string {
	if origin == "" || len(origin) > originMax {
		return ""
	}
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}
