package ratelimit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/ratelimit"
)

func TestTriesRunOutAndComeBackOneByOne(t *testing.T) {
	t.Parallel()
	now := clock.NewFake(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	l := ratelimit.New(ratelimit.Config{Clock: now, Burst: 3, Every: time.Minute})
	for range 3 {
		_, ok := l.Take("a")
		require.True(t, ok)
	}
	wait, ok := l.Take("a")
	require.False(t, ok)
	require.Equal(t, time.Minute, wait)
	_, ok = l.Take("b")
	require.True(t, ok, "another key has its own tries")

	now.Advance(time.Minute)
	_, ok = l.Take("a")
	require.True(t, ok)
	_, ok = l.Take("a")
	require.False(t, ok)

	now.Advance(24 * time.Hour)
	for range 3 {
		_, ok = l.Take("a")
		require.True(t, ok)
	}
	_, ok = l.Take("a")
	require.False(t, ok, "quiet time does not gather more than the burst")
}

func TestATryThatDoesNotCountIsGivenBack(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Config{Clock: clock.NewFake(time.Unix(0, 0)), Burst: 1, Every: time.Minute})
	for range 5 {
		_, ok := l.Take("a")
		require.True(t, ok)
		l.GiveBack("a")
	}
	l.GiveBack("a")
	_, ok := l.Take("a")
	require.True(t, ok)
	l.GiveBack("unknown")
}

func TestOnlySoManyKeysAreRemembered(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Config{Clock: clock.NewFake(time.Unix(0, 0)), Burst: 1, Every: time.Minute, Keys: 10})
	_, _ = l.Take("first")
	for i := range 10 {
		_, _ = l.Take(fmt.Sprint(i))
	}
	_, ok := l.Take("first")
	require.True(t, ok)
}

func TestTheAnswerSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	err := ratelimit.Err(1500 * time.Millisecond)
	require.True(t, fault.Is(err, fault.RateLimited))
	require.ErrorContains(t, err, "2 seconds")
}

func TestAClockThatStepsBackLocksNobodyOut(t *testing.T) {
	t.Parallel()
	now := clock.NewFake(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	l := ratelimit.New(ratelimit.Config{Clock: now, Burst: 3, Every: time.Minute})
	_, ok := l.Take("a")
	require.True(t, ok)
	now.Advance(-time.Hour)
	for range 3 {
		_, ok = l.Take("a")
		require.True(t, ok)
	}
	wait, ok := l.Take("a")
	require.False(t, ok, "the burst is bounded as ever")
	require.Equal(t, time.Minute, wait)
}
