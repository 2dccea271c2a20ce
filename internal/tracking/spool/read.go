package spool

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Position is a place between two records. The zero value is before all of them. Positions are compared by segment, then offset.
type Position struct {
	Segment uint64
	Offset  int64
}

// Before tells whether p is earlier than o.
func (p Position) Before(o Position) bool {
	return p.Segment < o.Segment || p.Segment == o.Segment && p.Offset < o.Offset
}

// readMax bounds how much of a segment is held in memory at once, in bytes.
const readMax = 2 << 20

// Read gives up to limit records behind a position, each handed to take, and the position behind the last one. It gives durable
// records only, so that nothing is carried away that a crash could still undo. The payload is valid during the call. A stretch of a
// segment that cannot be read is put aside in the folder bad, counted, and left out. When nothing is left the position is returned
// as it was or moved to the beginning of a later segment.
func (s *Spool) Read(from Position, limit int, take func(at Position, payload []byte)) (Position, error) {
	for limit > 0 {
		g, end, last, ok := s.segmentAt(from)
		if !ok {
			return from, nil
		}
		if from.Segment != g.number {
			from = Position{Segment: g.number}
		}
		next, n, err := s.readSegment(g, from, end, limit, take)
		if err != nil {
			return from, err
		}
		limit -= n
		from = next
		if from.Offset >= end {
			if last {
				return from, nil
			}
			from = Position{Segment: g.number + 1}
		}
	}
	return from, nil
}

// segmentAt gives the segment that a position lies in, or the first one behind it, with the end of its durable part; last tells
// that more may still be written to it.
func (s *Spool) segmentAt(from Position) (g *segment, end int64, last, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, one := range s.segments {
		if one.number >= from.Segment {
			return one, one.end, i == len(s.segments)-1, true
		}
	}
	return nil, 0, false, false
}

// errDamage says that no record stands where one should.
var errDamage = errors.New("no record stands here")

// readSegment reads records of one segment, up to limit or to its end, and puts aside what cannot be read.
func (s *Spool) readSegment(g *segment, from Position, end int64, limit int, take func(Position, []byte)) (Position, int, error) {
	n := 0
	from, err := s.scan(g, from, end, limit, func(at Position, payload []byte) { n++; take(at, payload) })
	if errors.Is(err, errDamage) {
		from, err = s.putAside(g, from, end)
	}
	return from, n, err
}

// scan hands over the records of one segment up to limit or to its end. The position that it gives with errDamage is where the
// damage begins.
func (s *Spool) scan(g *segment, from Position, end int64, limit int, take func(Position, []byte)) (Position, error) {
	if from.Offset >= end {
		return from, nil
	}
	file, err := os.Open(g.path)
	if err != nil {
		return from, fmt.Errorf("click spool: %w", err)
	}
	defer func() { _ = file.Close() }()
	if from.Offset < headerBytes {
		head := make([]byte, headerBytes)
		if _, err := file.ReadAt(head, 0); err != nil && !cutOff(err) {
			return from, fmt.Errorf("click spool: %w", err)
		}
		if err := checkHeader(head, s.id, g.number); err != nil {
			return from, errDamage
		}
		from.Offset = headerBytes
	}
	for n := 0; n < limit && from.Offset < end; {
		buf := make([]byte, min(end-from.Offset, readMax))
		if got, err := file.ReadAt(buf, from.Offset); err != nil && !cutOff(err) {
			return from, fmt.Errorf("click spool: %w", err)
		} else if got == 0 {
			return from, errDamage // the file is shorter than it was
		}
		whole := from.Offset+int64(len(buf)) >= end
		for used := 0; n < limit && used < len(buf); n++ {
			payload, length, ok := record(buf[used:], g.number, from.Offset)
			if !ok || length == 0 && whole {
				return from, errDamage
			}
			if length == 0 {
				break // the rest of the record is in the next stretch
			}
			from.Offset += int64(length)
			take(from, payload)
			used += length
		}
	}
	return from, nil
}

func cutOff(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// putAside keeps the rest of a damaged segment for a person to look at, and ends the segment before it.
func (s *Spool) putAside(g *segment, at Position, end int64) (Position, error) {
	if err := s.keep(g, at.Offset); err != nil {
		return at, err
	}
	return Position{Segment: g.number, Offset: end}, nil
}

// keep copies the rest of a segment into the folder bad.
func (s *Spool) keep(g *segment, at int64) error {
	from, err := os.Open(g.path)
	if err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	defer func() { _ = from.Close() }()
	info, err := from.Stat()
	if err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	rest := io.NewSectionReader(from, at, max(info.Size()-at, 0))
	return s.keepAs(Position{g.number, at}, "rest", rest, "a part of the click spool cannot be read; it was put aside")
}

// KeepBad puts one record aside that its reader cannot carry anywhere. at is the position behind it. The same record again is kept
// and counted once.
func (s *Spool) KeepBad(at Position, payload []byte) error {
	return s.keepAs(at, "record", bytes.NewReader(payload), "a click cannot be stored; it was put aside")
}

func (s *Spool) keepAs(at Position, what string, content io.Reader, message string) error {
	folder := filepath.Join(s.Folder, "bad")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	name := filepath.Join(folder, fmt.Sprintf("%010d-%d-%s.bin", at.Segment, at.Offset, what))
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	to, err := os.OpenFile(name+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	_, err = io.Copy(to, content)
	if err = errors.Join(err, to.Sync(), to.Close()); err == nil {
		err = os.Rename(name+".new", name)
	}
	if err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	s.counts.bad.Add(1)
	s.Log.Error(message, "kept", name)
	return nil
}

// BadFiles counts what was put aside and is still there.
func BadFiles(folder string) int {
	names, _ := filepath.Glob(filepath.Join(folder, "bad", "*.bin")) // the pattern is well-formed
	return len(names)
}

// BytesIn tells how many bytes of records lie in the segments of a folder, read ones too while their segment stands.
func BytesIn(folder string) (bytes int64) {
	names, _ := filepath.Glob(filepath.Join(folder, "*"+segmentEnding)) // the pattern is well-formed
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			bytes += max(info.Size()-headerBytes, 0)
		}
	}
	return bytes
}

// Look tells the id of the spool in a folder and the number of its first segment, beside whoever has it open.
func Look(folder string) (id uuid.UUID, first uint64, found bool) {
	text, err := os.ReadFile(filepath.Join(folder, "id"))
	if err != nil {
		return id, 0, false
	}
	if id, err = uuid.Parse(strings.TrimSpace(string(text))); err != nil {
		return id, 0, false
	}
	names, _ := filepath.Glob(filepath.Join(folder, "*"+segmentEnding)) // the pattern is well-formed, names come in order
	for _, name := range names {
		if number, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(name), segmentEnding), 10, 63); err == nil {
			return id, number, true
		}
	}
	return id, 0, false
}

// spent tells whether a segment lies wholly before a position and is not being written. The caller holds mu.
func (g *segment) spent(before Position) bool {
	return g.file == nil && (g.number < before.Segment || g.number == before.Segment && before.Offset >= g.end)
}

// Forgets tells whether Forget of a position would remove anything.
func (s *Spool) Forgets(before Position) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.segments, func(g *segment) bool { return g.spent(before) })
}

// Forget removes the segments that lie wholly before a position. The one that is being written stays.
func (s *Spool) Forget(before Position) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	kept := s.segments[:0]
	for _, g := range s.segments {
		if !g.spent(before) {
			kept = append(kept, g)
			continue
		}
		if removed := os.Remove(g.path); removed != nil && !errors.Is(removed, os.ErrNotExist) {
			err = errors.Join(err, removed)
		}
	}
	clear(s.segments[len(kept):])
	s.segments = kept
	if err != nil {
		return fmt.Errorf("click spool: %w", err)
	}
	return nil
}

// End gives the end of what is durable.
func (s *Spool) End() (at Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.segments); n > 0 {
		at = Position{s.segments[n-1].number, s.segments[n-1].end}
	}
	return at
}

// Backlog tells how many durable bytes lie behind a position.
func (s *Spool) Backlog(from Position) (bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.segments {
		switch {
		case g.number == from.Segment:
			bytes += max(g.end-max(from.Offset, headerBytes), 0)
		case g.number > from.Segment:
			bytes += max(g.end-headerBytes, 0)
		}
	}
	return bytes
}
