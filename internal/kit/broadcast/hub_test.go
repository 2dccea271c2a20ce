package broadcast_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/database"
	"tributary/internal/kit/testdb"
)

const patience = 20 * time.Second

func start(t *testing.T, db *database.DB) *broadcast.Hub {
	t.Helper()
	h := broadcast.New(db, nil)
	require.NoError(t, h.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, h.Close()) })
	return h
}

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v, ok := <-c:
		require.True(t, ok, "the channel was closed")
		return v
	case <-time.After(patience):
		require.Fail(t, "nothing came")
		panic("unreachable")
	}
}

func TestAChangeReachesEveryProcessAndOnlyThoseWhoAskedForIt(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	one, other := start(t, db), start(t, db)
	brand, object := uuid.New(), uuid.New()
	here, there := one.Subscribe(t.Context(), "run", object), other.Subscribe(t.Context(), "run", object)
	everyRun := other.Watch(t.Context(), "run", uuid.Nil)
	otherTopic, otherObject := other.Watch(t.Context(), "link", uuid.Nil), other.Watch(t.Context(), "run", uuid.New())
	one.Publish("run", brand, object)
	next(t, here)
	next(t, there)
	require.Equal(t, broadcast.Change{Topic: "run", Brand: brand, Object: object}, next(t, everyRun))
	require.Empty(t, otherTopic)
	require.Empty(t, otherObject)
}

func TestChangesPublishedTogetherAreToldOnceEach(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	h := broadcast.New(db, nil)
	changes := h.Watch(t.Context(), "run", uuid.Nil)
	objects := map[uuid.UUID]bool{}
	for range 60 {
		object := uuid.New()
		objects[object] = true
		for range 10 {
			h.Publish("run", uuid.Nil, object)
		}
	}
	require.NoError(t, h.Start(t.Context()))
	defer func() { require.NoError(t, h.Close()) }()
	for range 60 {
		c := next(t, changes)
		require.True(t, objects[c.Object], "told twice, or never published")
		delete(objects, c.Object)
	}
	require.Empty(t, objects)
}

func TestAWatcherThatFallsBehindIsToldToLookAgain(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	h := start(t, db)
	slow := h.Watch(t.Context(), "run", uuid.Nil)
	var told []<-chan struct{} // they are told in any order
	for range 500 {
		object := uuid.New()
		told = append(told, h.Subscribe(t.Context(), "run", object))
		h.Publish("run", uuid.Nil, object)
	}
	for _, one := range told {
		next(t, one)
	}
	resynced := false
	for range 65 {
		select {
		case c := <-slow:
			resynced = resynced || c.Resync
		default:
		}
	}
	require.True(t, resynced)
}

func TestALostConnectionTellsEverybodyToLookAgain(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	h := start(t, db)
	changes := h.Watch(t.Context(), "run", uuid.New())
	_, err := db.SQL.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
	require.NoError(t, err)
	require.True(t, next(t, changes).Resync)
	after := h.Subscribe(t.Context(), "link", uuid.Nil)
	h.Publish("link", uuid.Nil, uuid.New())
	next(t, after)
}

func TestASubscriptionEndsWithItsContext(t *testing.T) {
	t.Parallel()
	h := broadcast.New(testdb.New(t), nil)
	ctx, cancel := context.WithCancel(t.Context())
	signals := h.Subscribe(ctx, "run", uuid.Nil)
	cancel()
	select {
	case _, open := <-signals:
		require.False(t, open)
	case <-time.After(patience):
		require.Fail(t, "the channel stayed open")
	}
}
