package graph

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/vikstrous/dataloadgen"

	"tributary/internal/kit/id"
)

type childrenKey struct{}

// children are the loaders of one request, by what they load.
type children struct {
	wait    time.Duration
	loaders sync.Map
}

// WithChildren gives a context in which what belongs to many parents is fetched together, for one request. Parents that come within
// wait of the first share a statement.
func WithChildren(ctx context.Context, wait time.Duration) context.Context {
	return context.WithValue(ctx, childrenKey{}, &children{wait: wait})
}

// childrenOf names one loader: the field, and its arguments in a comparable form, because parents can share a statement only when
// their fields were asked with the same arguments.
type childrenOf struct {
	field string
	shape any
}

// child gives what a field of a parent holds, fetched in one statement together with the same field of the parents beside it; nil
// when there is nothing. Fetch answers for many parents and checks access by the rows' scope. In a context without WithChildren it
// asks for the one parent.
func child[V any](ctx context.Context, field string, shape any, parent id.ID,
	fetch func(context.Context, []uuid.UUID) (map[uuid.UUID]V, error)) (*V, error) {
	together, ok := ctx.Value(childrenKey{}).(*children)
	if !ok {
		rows, err := fetch(ctx, []uuid.UUID{parent.UUID})
		if v, found := rows[parent.UUID]; found && err == nil {
			return &v, nil
		}
		return nil, err
	}
	key := childrenOf{field, shape}
	l, ok := together.loaders.Load(key)
	if !ok {
		l, _ = together.loaders.LoadOrStore(key, load(together.wait, fetch))
	}
	return l.(*dataloadgen.Loader[id.ID, *V]).Load(ctx, parent)
}

// zeroIfNil gives what an optional input holds.
func zeroIfNil[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
