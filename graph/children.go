package graph

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/vikstrous/dataloadgen"

	"tributary/internal/kit/id"
)

type childrenKey struct{}

// WithChildren gives a context in which what belongs to many parents is fetched together, for one request.
func WithChildren(ctx context.Context) context.Context {
	return context.WithValue(ctx, childrenKey{}, new(sync.Map))
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
	together, ok := ctx.Value(childrenKey{}).(*sync.Map)
	if !ok {
		rows, err := fetch(ctx, []uuid.UUID{parent.UUID})
		if v, found := rows[parent.UUID]; found && err == nil {
			return &v, nil
		}
		return nil, err
	}
	key := childrenOf{field, shape}
	l, ok := together.Load(key)
	if !ok {
		l, _ = together.LoadOrStore(key, load(fetch))
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
