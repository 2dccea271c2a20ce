// Package spool keeps small records on disk in the order in which they came, until somebody has carried them elsewhere. A record
// is on disk when Append says so: writers share one write and one sync, whoever comes while the disk is busy goes with the next
// (group commit, without a timer). It never holds anybody up for long: a disk that refuses is counted as a loss at once, one that
// does not answer is waited for at most Config.Patience.
//
// A spool is a folder of segments, written one after the other and never changed:
//
//	segment header, 64 bytes: "TRBCLICK" | format u16 | spool id, 16 bytes | segment number u64 | created, Unix ms u64 | crc32c of these u32 | zeros
//	record: length of payload u32 | crc32c over (segment number u64, offset u64, payload) u32 | payload
//
// Numbers are big-endian. Because number and place are part of a record's checksum, no record passes for one of another place.
// The format is our own; crc32c is the Castagnoli polynomial of RFC 3720, appendix B.4.
//
// What a reader has carried away is its own affair: it remembers a Position, and Forget removes the segments before it.
package spool

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sys/unix"

	"tributary/internal/kit/clock"
)

// Bounds of a spool.
const (
	// PayloadMax bounds one record, in bytes.
	PayloadMax = 4 << 10
	// SegmentBytesDefault is how large a segment grows before the next one is begun.
	SegmentBytesDefault = 64 << 20
	// MaxBytesDefault bounds all segments together.
	MaxBytesDefault = 8 << 30
	// PatienceDefault bounds how long Append waits for the disk.
	PatienceDefault = 250 * time.Millisecond
	// batchMax bounds what one write carries, in bytes; what comes beyond it while the disk is busy is lost.
	batchMax = 4 << 20
	// freeShare is the part of the disk, one in so many, that is left to others.
	freeShare = 20
	// retryEvery is how often a disk that refused is tried again.
	retryEvery = time.Second
	// complainEvery bounds how often a lasting trouble is logged.
	complainEvery = time.Minute
	// foldersMax bounds how many spools lie side by side in a data folder.
	foldersMax = 16
)

// Outcome is what became of a record.
type Outcome string

// The outcomes.
const (
	// Durable: it is on disk.
	Durable Outcome = "DURABLE"
	// Unconfirmed: the disk has not answered in time; it is still on its way there.
	Unconfirmed Outcome = "UNCONFIRMED"
	// Full: the spool has reached its bound, or the disk has too little room left; the record is lost.
	Full Outcome = "FULL"
	// Refused: the disk refuses; the record is lost.
	Refused Outcome = "REFUSED"
	// Crowded: more came than a disk that is slow has taken; the record is lost.
	Crowded Outcome = "CROWDED"
	// Closed: the spool is closed or the record too long; the record is lost.
	Closed Outcome = "CLOSED"
)

// Lost tells whether the record is gone.
func (o Outcome) Lost() bool { return o != Durable && o != Unconfirmed }

// Config is what a spool needs. Folder is required; the rest has defaults.
type Config struct {
	// Folder holds the spool; it is made when it is missing.
	Folder string
	// MaxBytes bounds all segments together. Defaults to MaxBytesDefault.
	MaxBytes int64
	// SegmentBytes is how large a segment grows. Defaults to SegmentBytesDefault.
	SegmentBytes int64
	// Patience bounds how long Append waits. Defaults to PatienceDefault.
	Patience time.Duration
	// Clock dates segments. Waiting is measured without it, so that a clock that steps back holds nobody up.
	Clock clock.Clock
	Log   *slog.Logger

	// sync makes a file's data durable; tests make it fail or wait.
	sync func(*os.File) error
}

// Spool is an open spool. Its methods are safe for concurrent use, but only one reader may Read and Forget.
type Spool struct {
	Config
	id   uuid.UUID
	lock *os.File

	mu     sync.Mutex
	wake   *sync.Cond
	open   *batch // collects what comes; nil when nothing does
	flight *batch // is being written
	closed bool
	// refusing is set while the disk refuses, full while there is no room: what comes is lost at once.
	refusing, full bool
	done           chan struct{} // closed when the writer has ended
	quit           chan struct{}

	// Segments that hold records, oldest first; the last is being written unless the disk refuses. Guarded by mu.
	segments []*segment
	// ready is signalled when there is more to read.
	ready chan struct{}

	counts     counts
	complained atomic.Int64 // Unix seconds
}

// batch is what goes to disk in one write.
type batch struct {
	buf     []byte
	records int64
	ticks   int // how many ticks of watch it has seen; guarded by mu
	settled chan struct{}
	written chan struct{} // closed when the writer is done with it, whatever became of it
	once    sync.Once
	outcome Outcome // read after settled
}

// settle lets all who wait for the batch go. It tells whether they were still waiting.
func (b *batch) settle(o Outcome) (first bool) {
	b.once.Do(func() { b.outcome, first = o, true; close(b.settled) })
	return first
}

type counts struct {
	durable, unconfirmed, full, refused, crowded, closed, bad atomic.Int64
}

// Stats are counts since the spool was opened, and its present size.
type Stats struct {
	Durable, Unconfirmed       int64 // records
	Full, Refused, Crowded     int64 // records lost, by outcome
	Bad                        int64 // stretches of a segment that could not be read and were put aside
	Bytes                      int64 // of all segments
	Segments                   int
	Refusing, NoRoom, Stalling bool
}

// Open opens the spool of a folder and begins to write into a new segment. A folder that another process has open is refused with
// ErrInUse.
func Open(c Config) (*Spool, error) {
	if c.MaxBytes <= 0 {
		c.MaxBytes = MaxBytesDefault
	}
	if c.SegmentBytes <= 0 {
		c.SegmentBytes = SegmentBytesDefault
	}
	// Room is given back by whole segments, so that there must be several.
	c.SegmentBytes = min(c.SegmentBytes, c.MaxBytes/4)
	if c.Patience <= 0 {
		c.Patience = PatienceDefault
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	if c.sync == nil {
		c.sync = func(f *os.File) error { return unix.Fdatasync(int(f.Fd())) }
	}
	s := &Spool{Config: c, ready: make(chan struct{}, 1), done: make(chan struct{}), quit: make(chan struct{})}
	s.wake = sync.NewCond(&s.mu)
	if err := s.take(); err != nil {
		return nil, err
	}
	if err := s.find(); err != nil {
		return nil, errors.Join(err, s.lock.Close())
	}
	// A folder without room is no reason not to start: links go on, and the loss is counted.
	if err := s.begin(); err != nil {
		s.trouble(err)
	}
	go s.write()
	go s.watch()
	return s, nil
}

// ErrInUse says that another process has the spool open.
var ErrInUse = errors.New("the spool is in use by another process")

// ID names the spool for good; readers keep their place by it.
func (s *Spool) ID() uuid.UUID { return s.id }

// take makes the folder and takes its lock and id.
func (s *Spool) take() error {
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(s.Folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return ErrInUse
		}
		return fmt.Errorf("click spool: lock: %w", err)
	}
	s.lock = lock
	path := filepath.Join(s.Folder, "id")
	text, err := os.ReadFile(path)
	if err == nil {
		if s.id, err = uuid.Parse(strings.TrimSpace(string(text))); err == nil {
			return nil
		}
		s.Log.Error("the click spool's id cannot be read; it gets a new one, and what was stored under the old one is put aside",
			"folder", s.Folder, "error", err)
	} else if !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("click spool: %w", err), lock.Close())
	}
	if s.id, err = uuid.NewRandomFromReader(rand.Reader); err == nil {
		err = writeDurably(path, s.id.String()+"\n")
	}
	if err != nil {
		return errors.Join(fmt.Errorf("click spool: %w", err), lock.Close())
	}
	return nil
}

func writeDurably(path, text string) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	return errors.Join(err, syncFolder(filepath.Dir(path)))
}

// syncFolder makes a new name in a folder durable.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// find lists the segments of earlier runs.
func (s *Spool) find() error {
	names, err := filepath.Glob(filepath.Join(s.Folder, "*"+segmentEnding))
	if err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	for _, name := range names {
		number, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(name), segmentEnding), 10, 63)
		if err != nil {
			continue // not ours
		}
		info, err := os.Stat(name)
		if err != nil {
			return fmt.Errorf("click spool: %w", err)
		}
		s.segments = append(s.segments, &segment{number: number, path: name, end: info.Size()})
	}
	slices.SortFunc(s.segments, func(a, b *segment) int {
		if a.number < b.number {
			return -1
		}
		return 1
	})
	if n := len(s.segments); n > 0 {
		return s.cutTorn(s.segments[n-1])
	}
	return nil
}

// cutTorn cuts off what the last run had not finished writing when it was killed: nobody was told that it is durable. It is at most
// one batch; more than that is damage, and is put aside when it is read.
func (s *Spool) cutTorn(g *segment) error {
	var end int64 = headerBytes
	_, err := s.scan(g, Position{g.number, 0}, g.end, math.MaxInt, func(at Position, _ []byte) { end = at.Offset })
	if !errors.Is(err, errDamage) {
		return err
	}
	if g.end-end > batchMax {
		return nil
	}
	if end == headerBytes {
		// Not even its header was finished, or nothing behind it.
		end = 0
	}
	if err := os.Truncate(g.path, end); err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	g.end = end
	return nil
}

// Append puts a record behind the others and waits until it is on disk, at most Patience. The payload is copied.
func (s *Spool) Append(payload []byte) Outcome {
	o := s.join(payload)
	s.counts.of(o).Add(1)
	return o
}

// join adds a record to the open batch and waits for it.
func (s *Spool) join(payload []byte) Outcome {
	if len(payload) == 0 || len(payload) > PayloadMax {
		return Closed
	}
	s.mu.Lock()
	switch {
	case s.closed:
		s.mu.Unlock()
		return Closed
	case s.full:
		s.mu.Unlock()
		return Full
	case s.refusing:
		s.mu.Unlock()
		return Refused
	}
	b := s.open
	if b == nil {
		b = &batch{settled: make(chan struct{}), written: make(chan struct{}), buf: takeBuffer()}
		s.open = b
		s.wake.Signal()
	}
	if len(b.buf)+recordHead+len(payload) > batchMax {
		s.mu.Unlock()
		return Crowded
	}
	b.buf = appendRecord(b.buf, payload)
	b.records++
	s.mu.Unlock()
	<-b.settled
	return b.outcome
}

// Flush waits until what was appended before is on disk or lost, also what was answered as unconfirmed.
func (s *Spool) Flush(ctx context.Context) error {
	s.mu.Lock()
	waiting := [2]*batch{s.flight, s.open}
	s.mu.Unlock()
	for _, b := range waiting {
		if b == nil {
			continue
		}
		select {
		case <-b.written:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Stats tells how the spool fares.
func (s *Spool) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Stats{Durable: s.counts.durable.Load(), Unconfirmed: s.counts.unconfirmed.Load(), Full: s.counts.full.Load(),
		Refused: s.counts.refused.Load(), Crowded: s.counts.crowded.Load(), Bad: s.counts.bad.Load(),
		Segments: len(s.segments), Refusing: s.refusing, NoRoom: s.full}
	for _, g := range s.segments {
		out.Bytes += g.end
	}
	for _, b := range []*batch{s.open, s.flight} {
		out.Stalling = out.Stalling || b != nil && b.ticks >= lateTicks
	}
	return out
}

// Ready is signalled when there may be more to read.
func (s *Spool) Ready() <-chan struct{} { return s.ready }

// Close writes what is on its way and gives the folder free.
func (s *Spool) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	close(s.quit)
	s.wake.Broadcast()
	s.mu.Unlock()
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for _, g := range s.segments {
		if g.file != nil {
			err = errors.Join(err, g.file.Close())
			g.file = nil
		}
	}
	return errors.Join(err, s.lock.Close())
}

// complain logs a lasting trouble now and then.
func (s *Spool) complain(message string, args ...any) {
	now := s.Clock.Now().Unix()
	if last := s.complained.Load(); now-last >= int64(complainEvery/time.Second) && s.complained.CompareAndSwap(last, now) {
		s.Log.Error(message, append(args, "folder", s.Folder)...)
	}
}

// Folders gives the folders of the spools in a data folder: the one to open first, and those that other processes have, or had
// before they were killed.
func Folders(data string) []string {
	out := []string{filepath.Join(data, "spool")}
	for i := 2; i <= foldersMax; i++ {
		out = append(out, filepath.Join(data, fmt.Sprintf("spool-%d", i)))
	}
	return out
}

// OpenFree opens the first spool of a data folder that no other process has open.
func OpenFree(data string, c Config) (*Spool, error) {
	for _, folder := range Folders(data) {
		c.Folder = folder
		s, err := Open(c)
		if !errors.Is(err, ErrInUse) {
			return s, err
		}
	}
	return nil, fmt.Errorf("click spool: %d processes have their spools in %s already; give this one a data folder of its own (TRIBUTARY_DATA_DIR)", foldersMax, data)
}
