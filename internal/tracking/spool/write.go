package spool

import (
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// errRoom says that the spool has reached its bound or the disk has too little room left.
var errRoom = errors.New("no room")

// room tells whether the segments may grow beyond size bytes.
func (s *Spool) room(size int64) error {
	if size >= s.MaxBytes {
		return fmt.Errorf("%w: the click spool has reached %d bytes (TRIBUTARY_SPOOL_MAX_BYTES)", errRoom, s.MaxBytes)
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(s.Folder, &disk); err != nil {
		return err
	}
	if disk.Blocks > 0 && disk.Bavail < disk.Blocks/freeShare {
		return fmt.Errorf("%w: less than one part in %d of the disk is free", errRoom, freeShare)
	}
	return nil
}

// write is the one writer: it takes what has come, writes it, syncs, settles, and begins again. While the disk was busy more has
// come, which makes the next batch.
func (s *Spool) write() {
	defer close(s.done)
	for {
		s.mu.Lock()
		for s.open == nil && !s.closed && !s.refusing && !s.full {
			s.wake.Wait()
		}
		b := s.open
		s.open, s.flight = nil, b
		stopped := s.refusing || s.full
		end := s.closed && b == nil
		s.mu.Unlock()
		switch {
		case end:
			return
		case b == nil && stopped:
			s.tryAgain()
			continue
		case b == nil:
			continue
		}
		outcome := s.put(b)
		if !b.settle(outcome) && outcome.Lost() {
			s.counts.of(outcome).Add(b.records) // they were told that it was on its way
		}
		giveBuffer(b.buf)
		s.mu.Lock()
		s.flight = nil
		s.mu.Unlock()
		close(b.written)
		if outcome == Durable {
			select {
			case s.ready <- struct{}{}:
			default:
			}
		}
	}
}

// put makes a batch durable. A file whose write or sync failed is never written again, because nobody knows what of it the system
// still remembers: the batch goes to the next segment, and what may then be there twice is told apart by its readers.
func (s *Spool) put(b *batch) Outcome {
	var err error
	for range 2 {
		var g *segment
		if g, err = s.current(int64(len(b.buf))); err != nil {
			break
		}
		s.mu.Lock()
		at := g.end
		s.mu.Unlock()
		stamp(b.buf, g.number, at)
		if _, err = g.file.WriteAt(b.buf, at); err == nil {
			err = s.sync(g.file)
		}
		if err == nil {
			s.mu.Lock()
			g.end = at + int64(len(b.buf))
			s.mu.Unlock()
			return Durable
		}
		s.abandon(g, at)
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			break
		}
	}
	return s.trouble(err)
}

// current gives the segment that takes the next n bytes, a new one when the last is full or was given up.
func (s *Spool) current(n int64) (*segment, error) {
	s.mu.Lock()
	var g *segment
	size := int64(0)
	for _, one := range s.segments {
		g = one
		size += one.end
	}
	s.mu.Unlock()
	if g == nil || g.file == nil || g.end+n > s.SegmentBytes && g.end > headerBytes {
		if err := s.begin(); err != nil {
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.release(g)
		return s.segments[len(s.segments)-1], nil
	}
	return g, s.room(size)
}

// release gives back the file of a segment that is no longer written. The caller holds mu. Readers open it again.
func (s *Spool) release(g *segment) {
	if g != nil && g.file != nil {
		_ = g.file.Close() // all of it is durable
		g.file = nil
	}
}

// abandon gives a segment up and cuts off what was never answered.
func (s *Spool) abandon(g *segment, end int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// A disk that refuses may refuse this as well; a reader then finds the same end by the checksums.
	_ = g.file.Truncate(end)
	s.release(g)
}

// trouble notes that the disk refuses or is full, says so now and then, and gives the outcome.
func (s *Spool) trouble(err error) Outcome {
	full := errors.Is(err, errRoom) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
	s.mu.Lock()
	s.refusing, s.full = !full, full
	s.mu.Unlock()
	s.complain("clicks are not stored: links go on, the loss is counted", "error", err)
	if full {
		return Full
	}
	return Refused
}

// tryAgain looks after a while whether the disk takes anything again.
func (s *Spool) tryAgain() {
	select {
	case <-time.After(retryEvery):
	case <-s.quit:
		s.mu.Lock()
		s.refusing, s.full = false, false // lets the writer end
		s.mu.Unlock()
		return
	}
	s.mu.Lock()
	var last *segment
	size := int64(0)
	for _, g := range s.segments {
		last = g
		size += g.end
	}
	usable := last != nil && last.file != nil
	s.mu.Unlock()
	err := s.room(size)
	if errors.Is(err, errRoom) && usable && last.end > headerBytes {
		// The segment is closed, so that its room is given back as soon as it has been read.
		s.mu.Lock()
		s.release(last)
		s.mu.Unlock()
	}
	if err == nil && usable {
		err = s.sync(last.file)
	} else if err == nil {
		err = s.begin()
	}
	if err != nil {
		s.trouble(err)
		return
	}
	s.mu.Lock()
	s.refusing, s.full = false, false
	s.mu.Unlock()
	s.Log.Info("clicks are stored again", "folder", s.Folder)
}

// A batch is late after lateTicks of the ticksOfPatience; the others are for the tick that it had already missed, and for a busy
// machine, because the bound is a promise.
const (
	ticksOfPatience = 10
	lateTicks       = 8
)

// watch lets nobody wait longer than Patience for a disk that does not answer.
func (s *Spool) watch() {
	tick := time.NewTicker(s.Patience / ticksOfPatience)
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-tick.C:
		}
		var late []*batch
		s.mu.Lock()
		for _, b := range []*batch{s.flight, s.open} {
			if b == nil {
				continue
			}
			if b.ticks++; b.ticks >= lateTicks {
				late = append(late, b)
			}
		}
		s.mu.Unlock()
		for _, b := range late {
			b.settle(Unconfirmed)
			s.complain("the disk of the click spool does not answer; clicks are confirmed late")
		}
	}
}

// of gives the count of an outcome.
func (c *counts) of(o Outcome) *atomic.Int64 {
	switch o {
	case Durable:
		return &c.durable
	case Unconfirmed:
		return &c.unconfirmed
	case Full:
		return &c.full
	case Refused:
		return &c.refused
	case Crowded:
		return &c.crowded
	}
	return &c.closed
}
