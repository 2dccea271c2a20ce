// Package page bounds and cuts every list: cursor pagination in the shape of the Relay connection specification, ordered by a
// time and an id, newest first unless a list says otherwise.
package page

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/internal/kit/fault"
)

// Sizes of pages, in rows.
const (
	SizeDefault = 20
	SizeMax     = 100
)

// Args are the four arguments of a connection field.
type Args struct {
	First  *int
	After  *string
	Last   *int
	Before *string
}

// Cursor is the place of a row in a list.
type Cursor struct {
	At time.Time
	ID uuid.UUID
}

const cursorVersion = 1

// String encodes a cursor; clients treat it as opaque.
func (c Cursor) String() string {
	var b [25]byte
	b[0] = cursorVersion
	binary.BigEndian.PutUint64(b[1:9], uint64(c.At.UnixMicro()))
	copy(b[9:], c.ID[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func parseCursor(field, s string) (*Cursor, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) != 25 || b[0] != cursorVersion {
		return nil, fault.At(field, "BAD_CURSOR", "%s is not a cursor of this list.", field)
	}
	c := &Cursor{At: time.UnixMicro(int64(binary.BigEndian.Uint64(b[1:9]))).UTC()}
	copy(c.ID[:], b[9:])
	return c, nil
}

// Request is a checked page: at most Limit rows after or before a cursor. It is comparable, so it can be part of a loader's key.
type Request struct {
	Limit    int
	Cursor   Cursor
	HasStart bool
	Backward bool
}

// Parse checks the arguments of a connection. Faults: PAGE_SIZE, BAD_CURSOR, PAGE_DIRECTION, each naming its argument.
func Parse(a Args) (Request, error) {
	r := Request{Limit: SizeDefault}
	if a.First != nil && a.Last != nil || a.First != nil && a.Before != nil || a.Last != nil && a.After != nil {
		return r, fault.At("first", "PAGE_DIRECTION", "Use first with after, or last with before.")
	}
	size, field := a.First, "first"
	if a.Last != nil || a.Before != nil {
		r.Backward = true
		size, field = a.Last, "last"
	}
	if size != nil {
		if *size < 0 || *size > SizeMax {
			return r, fault.At(field, "PAGE_SIZE", "%s is at most %d and not negative.", field, SizeMax)
		}
		r.Limit = *size
	}
	from, field := a.After, "after"
	if r.Backward {
		from, field = a.Before, "before"
	}
	if from != nil && *from != "" {
		c, err := parseCursor(field, *from)
		if err != nil {
			return r, err
		}
		r.Cursor, r.HasStart = *c, true
	}
	return r, nil
}

// All is the request of a caller inside the program that wants up to n rows, n at most SizeMax.
func All(n int) Request { return Request{Limit: min(n, SizeMax)} }

// Keyset restricts and orders an ent query so that it gives the page, newest first, and one row more that tells whether there are
// others. Pass it to Modify or Where; timeColumn and id are columns of the query's own table and together have an index.
func (r Request) Keyset(timeColumn string) func(*entsql.Selector) {
	return func(s *entsql.Selector) {
		t, i := s.C(timeColumn), s.C("id")
		if r.HasStart {
			op := "<"
			if r.Backward {
				op = ">"
			}
			s.Where(entsql.P(func(b *entsql.Builder) {
				b.WriteString("(" + t + ", " + i + ") " + op + " (").Arg(r.Cursor.At).WriteString(", ").Arg(r.Cursor.ID).WriteString(")")
			}))
		}
		if r.Backward {
			s.OrderBy(entsql.Asc(t), entsql.Asc(i))
		} else {
			s.OrderBy(entsql.Desc(t), entsql.Desc(i))
		}
		s.Limit(r.Limit + 1)
	}
}

// Info is the PageInfo of the Relay specification.
type Info struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// Edge is one row of a connection and its place.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// Connection is one page of rows. Total, when set, counts all rows of the list; it runs only when asked for.
type Connection[T any] struct {
	Edges    []Edge[T]
	PageInfo Info
	Total    func() (int, error)
}

// Nodes gives the rows without their cursors.
func (c Connection[T]) Nodes() []T {
	out := make([]T, len(c.Edges))
	for i, e := range c.Edges {
		out[i] = e.Node
	}
	return out
}

// TotalCount counts all rows of the list, or gives nil where the list does not count.
func (c Connection[T]) TotalCount() (*int, error) {
	if c.Total == nil {
		return nil, nil
	}
	n, err := c.Total()
	return &n, err
}

// Build makes a connection of rows read with Keyset (in the order of the query, at most Limit+1 of them).
func Build[T any](r Request, rows []T, place func(T) Cursor) Connection[T] {
	more := len(rows) > r.Limit
	if more {
		rows = rows[:r.Limit]
	}
	edges := make([]Edge[T], len(rows))
	for i, row := range rows {
		at := i
		if r.Backward {
			at = len(rows) - 1 - i
		}
		edges[at] = Edge[T]{Cursor: place(row).String(), Node: row}
	}
	c := Connection[T]{Edges: edges}
	if r.Backward {
		c.PageInfo.HasPreviousPage, c.PageInfo.HasNextPage = more, r.HasStart
	} else {
		c.PageInfo.HasNextPage, c.PageInfo.HasPreviousPage = more, r.HasStart
	}
	if len(edges) > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &edges[0].Cursor, &edges[len(edges)-1].Cursor
	}
	return c
}

// Convert changes the rows of a connection, keeping places and counts.
func Convert[A, B any](c Connection[A], f func(A) B) Connection[B] {
	out := Connection[B]{PageInfo: c.PageInfo, Total: c.Total, Edges: make([]Edge[B], len(c.Edges))}
	for i, e := range c.Edges {
		out.Edges[i] = Edge[B]{Cursor: e.Cursor, Node: f(e.Node)}
	}
	return out
}
