package spool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
)

func open(t testing.TB, c Config) *Spool {
	t.Helper()
	if c.Folder == "" {
		c.Folder = filepath.Join(t.TempDir(), "spool")
	}
	if c.Patience == 0 {
		c.Patience = time.Hour // the machine's disk may be busy
	}
	s, err := Open(c)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func put(t testing.TB, s *Spool, payloads ...string) {
	t.Helper()
	for _, p := range payloads {
		require.Equal(t, Durable, s.Append([]byte(p)))
	}
}

// all reads what lies behind a position.
func all(t testing.TB, s *Spool, from Position) (got []string, end Position) {
	t.Helper()
	end, err := s.Read(from, 1<<30, func(_ Position, p []byte) { got = append(got, string(p)) })
	require.NoError(t, err)
	return got, end
}

// segments gives the files of a spool, oldest first.
func segments(t testing.TB, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*"+segmentEnding))
	require.NoError(t, err)
	return names
}

// copied gives what a machine that stopped now would find.
func copied(t testing.TB, folder string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	require.NoError(t, os.CopyFS(to, os.DirFS(folder)))
	return to
}

func change(t testing.TB, path string, f func([]byte) []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, f(b), 0o600))
}

func TestWhatWasConfirmedIsFoundByTheNextRunInItsOrder(t *testing.T) {
	t.Parallel()
	s := open(t, Config{SegmentBytes: 4096})
	const writers, each = 16, 200
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				if o := s.Append(fmt.Appendf(nil, "%d:%d", w, i)); o != Durable {
					t.Errorf("record %d:%d is %s", w, i, o)
				}
			}
		})
	}
	group.Wait()
	next := open(t, Config{Folder: copied(t, s.Folder)})
	got, _ := all(t, next, Position{})
	require.Len(t, got, writers*each)
	seen := make([]int, writers)
	for _, p := range got {
		var w, i int
		_, err := fmt.Sscanf(p, "%d:%d", &w, &i)
		require.NoError(t, err)
		require.Equal(t, seen[w], i, "each writer's records stand in the order in which it wrote them")
		seen[w]++
	}
	require.Greater(t, len(segments(t, s.Folder)), 5)
	require.EqualValues(t, writers*each, s.Stats().Durable)
}

func TestReadingGoesOnWhereItEndedAndForgettingFreesTheDisk(t *testing.T) {
	t.Parallel()
	s := open(t, Config{SegmentBytes: 256})
	var want []string
	for i := range 100 {
		want = append(want, fmt.Sprintf("record %d", i))
	}
	put(t, s, want...)
	var got []string
	at := Position{}
	for len(got) < len(want) {
		before := len(got)
		next, err := s.Read(at, 7, func(_ Position, p []byte) { got = append(got, string(p)) })
		require.NoError(t, err)
		require.Greater(t, len(got), before)
		require.True(t, at.Before(next))
		at = next
		there, removes := len(segments(t, s.Folder)), s.Forgets(at)
		require.NoError(t, s.Forget(at))
		require.Equal(t, removes, len(segments(t, s.Folder)) < there)
	}
	require.Equal(t, want, got)
	require.Len(t, segments(t, s.Folder), 1, "only the one that is written is left")
	require.Zero(t, s.Backlog(at))
	put(t, s, "one more")
	require.Positive(t, s.Backlog(at))
	got, _ = all(t, s, at)
	require.Equal(t, []string{"one more"}, got)
}

func TestATornEndWasNeverConfirmedAndIsCutOff(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	put(t, s, "first", "second")
	for name, tear := range map[string]func([]byte) []byte{
		"half a record":     func(b []byte) []byte { return b[:len(b)-3] },
		"half a head":       func(b []byte) []byte { return append(b, 0, 0, 0) },
		"garbage":           func(b []byte) []byte { return append(b, "any bytes that are no record at all"...) },
		"zeros":             func(b []byte) []byte { return append(b, make([]byte, 5000)...) },
		"a record's double": func(b []byte) []byte { return append(b, b[len(b)-14:]...) },
	} {
		folder := copied(t, s.Folder)
		change(t, segments(t, folder)[0], tear)
		next := open(t, Config{Folder: folder})
		put(t, next, "third")
		got, _ := all(t, next, Position{})
		want := []string{"first", "second", "third"}
		if name == "half a record" {
			want = []string{"first", "third"}
		}
		require.Equal(t, want, got, name)
		require.Zero(t, next.Stats().Bad, name)
		// Another kill before anything was carried away changes nothing.
		again := open(t, Config{Folder: copied(t, folder)})
		got, _ = all(t, again, Position{})
		require.Equal(t, want, got, name)
		require.Zero(t, again.Stats().Bad, name)
	}
}

func TestASegmentWithoutAWholeHeaderHoldsNothing(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	put(t, s, "first")
	folder := copied(t, s.Folder)
	require.NoError(t, os.WriteFile(filepath.Join(folder, segmentName(9999999999)), []byte("TRBCL"), 0o600))
	next := open(t, Config{Folder: folder})
	put(t, next, "second")
	got, _ := all(t, next, Position{})
	require.Equal(t, []string{"first", "second"}, got)
	require.Zero(t, next.Stats().Bad)
}

func TestDamageIsPutAsideAndTheRestIsRead(t *testing.T) {
	t.Parallel()
	s := open(t, Config{SegmentBytes: 128})
	put(t, s, "aaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb", "cccccccccccccccccccc", "dddddddddddddddddddd", "eeeeeeeeeeeeeeeeeeee")
	folder := copied(t, s.Folder)
	files := segments(t, folder)
	require.Len(t, files, 3)
	change(t, files[0], func(b []byte) []byte { b[headerBytes+recordHead] ^= 1; return b })
	change(t, files[1], func(b []byte) []byte { b[12] ^= 1; return b })
	next := open(t, Config{Folder: folder})
	got, at := all(t, next, Position{})
	require.Equal(t, []string{"eeeeeeeeeeeeeeeeeeee"}, got)
	require.EqualValues(t, 2, next.Stats().Bad)
	require.Equal(t, 2, BadFiles(folder))
	kept, err := filepath.Glob(filepath.Join(folder, "bad", "*.bin"))
	require.NoError(t, err)
	b, err := os.ReadFile(kept[0])
	require.NoError(t, err)
	require.Contains(t, string(b), "aaaaaaaaaaaaaaaaaaa", "a person can still read what it was")
	require.NoError(t, next.Forget(at))
	require.Len(t, segments(t, folder), 1)
}

func TestAFolderPutBackFromABackupIsNotReadTwice(t *testing.T) {
	t.Parallel()
	now := clock.NewFake(time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC))
	s := open(t, Config{Clock: now})
	put(t, s, "loaded long ago")
	backup := copied(t, s.Folder)
	put(t, s, "loaded later")
	_, watermark := all(t, s, Position{})
	now.Advance(time.Hour)
	next := open(t, Config{Folder: backup, Clock: now})
	put(t, next, "new")
	got, _ := all(t, next, watermark)
	require.Equal(t, []string{"new"}, got)
	// The same when the clock has stepped back since: a segment's number never falls below that of its forerunners.
	now.Advance(-24 * time.Hour)
	third := open(t, Config{Folder: copied(t, backup), Clock: now})
	put(t, third, "newer")
	got, _ = all(t, third, watermark)
	require.Equal(t, []string{"new", "newer"}, got)
}

// disk is a disk whose syncs can be made to fail or to wait.
type disk struct {
	fail atomic.Int32 // how many syncs fail
	gate atomic.Pointer[chan struct{}]
}

func (d *disk) sync(*os.File) error {
	if gate := d.gate.Load(); gate != nil {
		<-*gate
	}
	if d.fail.Add(-1) >= 0 {
		return syscall.EIO
	}
	return nil
}

func TestAFileWhoseSyncFailedIsGivenUp(t *testing.T) {
	t.Parallel()
	var d disk
	s := open(t, Config{sync: d.sync})
	put(t, s, "before")
	d.fail.Store(1)
	put(t, s, "during", "after")
	require.Len(t, segments(t, s.Folder), 2)
	got, _ := all(t, s, Position{})
	require.Equal(t, []string{"before", "during", "after"}, got)
}

func TestADiskThatRefusesLosesAtOnceIsCountedAndComesBack(t *testing.T) {
	t.Parallel()
	var d disk
	s := open(t, Config{sync: d.sync})
	put(t, s, "before")
	d.fail.Store(1 << 20)
	require.Equal(t, Refused, s.Append([]byte("lost")))
	require.Equal(t, Refused, s.Append([]byte("lost")))
	require.True(t, s.Stats().Refusing)
	d.fail.Store(0)
	require.Eventually(t, func() bool { return s.Append([]byte("after")) == Durable }, 20*time.Second, 20*time.Millisecond)
	got, _ := all(t, s, Position{})
	require.Equal(t, []string{"before", "after"}, got)
	stats := s.Stats()
	require.GreaterOrEqual(t, stats.Refused, int64(2))
	require.EqualValues(t, 2, stats.Durable)
	require.False(t, stats.Refusing)
}

func TestADiskThatDoesNotAnswerHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	var d disk
	s := open(t, Config{sync: d.sync, Patience: 20 * time.Millisecond})
	put(t, s, "before")
	gate := make(chan struct{})
	d.gate.Store(&gate)
	for i := range 3 {
		require.Equal(t, Unconfirmed, s.Append(fmt.Appendf(nil, "late %d", i)))
	}
	require.True(t, s.Stats().Stalling)
	// What the memory does not take any more is lost, and counted.
	big := make([]byte, PayloadMax)
	for s.Append(big) == Unconfirmed {
	}
	require.EqualValues(t, 1, s.Stats().Crowded)
	soon, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	require.ErrorIs(t, s.Flush(soon), context.DeadlineExceeded)
	d.gate.Store(nil)
	close(gate)
	require.NoError(t, s.Flush(t.Context()))
	require.Eventually(t, func() bool { return s.Append([]byte("after")) == Durable }, 20*time.Second, 5*time.Millisecond)
	got, _ := all(t, s, Position{})
	require.Subset(t, got, []string{"before", "late 0", "late 1", "late 2", "after"}, "they were on their way and arrived")
}

func TestAFullSpoolLosesWhatComesUntilItIsRead(t *testing.T) {
	t.Parallel()
	s := open(t, Config{MaxBytes: 4096, SegmentBytes: 1024})
	stored := 0
	for {
		o := s.Append([]byte("a record of some length"))
		if o != Durable {
			require.Equal(t, Full, o)
			break
		}
		stored++
	}
	require.True(t, s.Stats().NoRoom)
	require.LessOrEqual(t, s.Stats().Bytes, int64(4096+1024))
	got, at := all(t, s, Position{})
	require.Len(t, got, stored)
	require.Eventually(t, func() bool {
		if err := s.Forget(at); err != nil {
			t.Error(err)
		}
		return s.Append([]byte("after")) == Durable
	}, 20*time.Second, 20*time.Millisecond)
	got, _ = all(t, s, at)
	require.Equal(t, []string{"after"}, got)
}

func TestOneFolderHasOneOwner(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	first, err := OpenFree(data, Config{})
	require.NoError(t, err)
	_, err = Open(Config{Folder: first.Folder})
	require.ErrorIs(t, err, ErrInUse)
	second, err := OpenFree(data, Config{})
	require.NoError(t, err)
	require.NotEqual(t, first.Folder, second.Folder)
	require.NotEqual(t, first.ID(), second.ID())
	name := first.ID()
	require.NoError(t, errors.Join(first.Close(), second.Close()))
	require.Equal(t, Closed, first.Append([]byte("too late")))
	again, err := OpenFree(data, Config{})
	require.NoError(t, err)
	require.Equal(t, name, again.ID(), "readers know their place by it")
	require.NoError(t, again.Close())
}

func TestWhatIsOnItsWayIsWrittenBeforeClosing(t *testing.T) {
	t.Parallel()
	var d disk
	s := open(t, Config{sync: d.sync, Patience: time.Hour})
	gate := make(chan struct{})
	d.gate.Store(&gate)
	outcomes := make(chan Outcome, 2)
	go func() { outcomes <- s.Append([]byte("one")) }()
	require.Eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.flight != nil }, 20*time.Second, time.Millisecond)
	go func() { outcomes <- s.Append([]byte("two")) }()
	require.Eventually(t, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.open != nil }, 20*time.Second, time.Millisecond)
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	close(gate)
	require.NoError(t, <-closed)
	require.Equal(t, []Outcome{Durable, Durable}, []Outcome{<-outcomes, <-outcomes})
}

func TestRecordsOfWrongLengthAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	require.Equal(t, Closed, s.Append(nil))
	require.Equal(t, Closed, s.Append(make([]byte, PayloadMax+1)))
	put(t, s, string(make([]byte, PayloadMax)))
}

// FuzzSegment opens a spool whose segments are arbitrary bytes: it never panics, never hands over what is no record of its place,
// and still takes new records.
func FuzzSegment(f *testing.F) {
	s := open(f, Config{})
	put(f, s, "first", "second", "third")
	whole, err := os.ReadFile(segments(f, s.Folder)[0])
	require.NoError(f, err)
	number := s.segments[0].number
	known := map[string]bool{"first": true, "second": true, "third": true, "new": true}
	name := s.id.String()
	f.Add(whole)
	f.Add(whole[:len(whole)-2])
	f.Add(append(append([]byte{}, whole...), whole[headerBytes:]...))
	f.Add(whole[:20])
	f.Fuzz(func(t *testing.T, b []byte) {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "id"), []byte(name), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(folder, segmentName(number)), b, 0o600))
		s, err := Open(Config{Folder: folder, Patience: time.Hour})
		require.NoError(t, err)
		put(t, s, "new")
		got, _ := all(t, s, Position{})
		for _, p := range got {
			require.True(t, known[p], "%q", p)
		}
		require.Equal(t, "new", got[len(got)-1])
		require.NoError(t, s.Close())
	})
}
