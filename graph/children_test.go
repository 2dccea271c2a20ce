package graph

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/id"
)

func TestChildrenOfManyParentsAreFetchedTogetherByFieldAndArguments(t *testing.T) {
	t.Parallel()
	parents := []id.ID{id.Of(id.Program, uuid.New()), id.Of(id.Program, uuid.New()), id.Of(id.Program, uuid.New())}
	ctx := WithChildren(t.Context(), loaderWait)
	var mu sync.Mutex
	asked := map[string][]int{}
	get := func(field string, shape any) {
		var wg sync.WaitGroup
		for i, p := range parents {
			wg.Add(1)
			go func() {
				defer wg.Done()
				got, err := child(ctx, field, shape, p, func(_ context.Context, ids []uuid.UUID) (map[uuid.UUID]string, error) {
					mu.Lock()
					defer mu.Unlock()
					asked[field] = append(asked[field], len(ids))
					return map[uuid.UUID]string{parents[0].UUID: "first", parents[1].UUID: "second"}, nil
				})
				mu.Lock()
				defer mu.Unlock()
				if err != nil || i == 2 && got != nil || i == 1 && (got == nil || *got != "second") {
					t.Errorf("parent %d got %v, %v", i, got, err)
				}
			}()
		}
		wg.Wait()
	}
	sum := func(field string) (n int) {
		for _, x := range asked[field] {
			n += x
		}
		return n
	}
	get("A", nil)
	get("A", nil)
	require.Equal(t, 3, sum("A"), "what was fetched once is not fetched again")
	require.Less(t, len(asked["A"]), 4)
	get("A", 5)
	require.Equal(t, 6, sum("A"), "other arguments are fetched apart")
	get("B", nil)
	require.Equal(t, 3, sum("B"))
}

func TestAChildIsFoundWithoutALoaderToo(t *testing.T) {
	t.Parallel()
	parent := id.Of(id.Program, uuid.New())
	got, err := child(t.Context(), "A", nil, parent, func(_ context.Context, ids []uuid.UUID) (map[uuid.UUID]int, error) {
		return map[uuid.UUID]int{ids[0]: 7}, nil
	})
	require.NoError(t, err)
	require.Equal(t, 7, *got)
	none, err := child(t.Context(), "A", nil, parent, func(context.Context, []uuid.UUID) (map[uuid.UUID]int, error) { return nil, nil })
	require.NoError(t, err)
	require.Nil(t, none)
	broken := errors.New("broken")
	_, err = child(t.Context(), "A", nil, parent, func(context.Context, []uuid.UUID) (map[uuid.UUID]int, error) { return nil, broken })
	require.ErrorIs(t, err, broken)
}
