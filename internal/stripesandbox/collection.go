package stripesandbox

type object interface{ id() string }

// collection keeps objects of one kind by id and in the order of their creation.
type collection[T object] struct {
	position map[string]int
	items    []T
}

func newCollection[T object]() *collection[T] {
	return &collection[T]{position: map[string]int{}}
}

func (c *collection[T]) get(id string) (T, bool) {
	index, ok := c.position[id]
	if !ok {
		var none T
		return none, false
	}
	return c.items[index], true
}

// put stores a new object or replaces the one with the same id.
func (c *collection[T]) put(item T) (index int, added bool) {
	if index, ok := c.position[item.id()]; ok {
		c.items[index] = item
		return index, false
	}
	c.position[item.id()] = len(c.items)
	c.items = append(c.items, item)
	return len(c.items) - 1, true
}

// keepNewest drops all but the newest n objects.
func (c *collection[T]) keepNewest(n int) {
	if len(c.items) <= n {
		return
	}
	c.items = append([]T(nil), c.items[len(c.items)-n:]...)
	c.position = make(map[string]int, n)
	for index, item := range c.items {
		c.position[item.id()] = index
	}
}

// sequence gives positions from oldest to newest: of a whole collection, or of
// one index into it.
type sequence struct {
	length int
	at     func(int) int
}

func (c *collection[T]) all() sequence {
	return sequence{length: len(c.items), at: func(i int) int { return i }}
}

func indexed(positions []int) sequence {
	return sequence{length: len(positions), at: func(i int) int { return positions[i] }}
}
