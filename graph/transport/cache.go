package transport

import (
	"container/list"
	"context"
	"sync"
)

// cache keeps what belongs to a text, least recently used thrown out first. It is bounded in bytes and not only in entries,
// because whoever sends queries chooses their length.
type cache[T any] struct {
	maxBytes, maxEntry int
	weigh              func(key string, value T) int

	mu    sync.Mutex
	bytes int
	order *list.List // front = used last
	items map[string]*list.Element
}

type cached[T any] struct {
	key    string
	value  T
	weight int
}

func newCache[T any](maxBytes, maxEntry int, weigh func(key string, value T) int) *cache[T] {
	return &cache[T]{maxBytes: maxBytes, maxEntry: maxEntry, weigh: weigh, order: list.New(), items: map[string]*list.Element{}}
}

// Get gives the value of a key and marks it as used.
func (c *cache[T]) Get(_ context.Context, key string) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[key]; ok {
		c.order.MoveToFront(e)
		return e.Value.(*cached[T]).value, true
	}
	var zero T
	return zero, false
}

// Has reports whether a key is kept, without marking it as used.
func (c *cache[T]) Has(_ context.Context, key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.items[key]
	return ok
}

// Add keeps a value, unless it is heavier than one entry may be.
func (c *cache[T]) Add(_ context.Context, key string, value T) {
	weight := c.weigh(key, value)
	if weight > c.maxEntry {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[key]; ok {
		c.remove(e)
	}
	c.items[key] = c.order.PushFront(&cached[T]{key, value, weight})
	c.bytes += weight
	for c.bytes > c.maxBytes {
		c.remove(c.order.Back())
	}
}

func (c *cache[T]) remove(e *list.Element) {
	item := c.order.Remove(e).(*cached[T])
	delete(c.items, item.key)
	c.bytes -= item.weight
}
