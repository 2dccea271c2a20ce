package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	segmentEnding = ".clk"
	magic         = "TRBCLICK"
	format        = 1
	headerBytes   = 64
	headerUsed    = 8 + 2 + 16 + 8 + 8 // before its checksum
	recordHead    = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// segment is one file.
type segment struct {
	number uint64
	path   string
	file   *os.File // open while it is written
	// end is where the durable part ends, and so how far a reader may go.
	end int64
}

func segmentName(number uint64) string { return fmt.Sprintf("%010d%s", number, segmentEnding) }

func header(spool uuid.UUID, number uint64, created time.Time) []byte {
	b := make([]byte, 0, headerBytes)
	b = append(b, magic...)
	b = binary.BigEndian.AppendUint16(b, format)
	b = append(b, spool[:]...)
	b = binary.BigEndian.AppendUint64(b, number)
	b = binary.BigEndian.AppendUint64(b, uint64(created.UnixMilli()))
	b = binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return b[:headerBytes]
}

var errHeader = errors.New("the segment's header is not whole or of another spool")

// checkHeader accepts the header of a segment of a spool.
func checkHeader(b []byte, spool uuid.UUID, number uint64) error {
	if len(b) < headerBytes || string(b[:8]) != magic || binary.BigEndian.Uint16(b[8:]) != format ||
		uuid.UUID(b[10:26]) != spool || binary.BigEndian.Uint64(b[26:]) != number ||
		binary.BigEndian.Uint32(b[headerUsed:]) != crc32.Checksum(b[:headerUsed], castagnoli) {
		return errHeader
	}
	return nil
}

// appendRecord adds a record whose checksum is not known yet, because its place is not.
func appendRecord(buf, payload []byte) []byte {
	buf = binary.BigEndian.AppendUint32(buf, uint32(len(payload)))
	buf = append(buf, 0, 0, 0, 0)
	return append(buf, payload...)
}

func checksum(number uint64, at int64, payload []byte) uint32 {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:], number)
	binary.BigEndian.PutUint64(place[8:], uint64(at))
	return crc32.Update(crc32.Checksum(place[:], castagnoli), castagnoli, payload)
}

// stamp fills in the checksums of a batch that is written at a place.
func stamp(buf []byte, number uint64, at int64) {
	for i := 0; i < len(buf); {
		n := int(binary.BigEndian.Uint32(buf[i:]))
		binary.BigEndian.PutUint32(buf[i+4:], checksum(number, at+int64(i), buf[i+recordHead:i+recordHead+n]))
		i += recordHead + n
	}
}

// record reads the record at the beginning of b, which lies at a place of a segment. It gives the payload, a part of b, and the
// whole length. A length of 0 means that b ends in the middle; ok is false where no record of this place stands.
func record(b []byte, number uint64, at int64) (payload []byte, length int, ok bool) {
	if len(b) < recordHead {
		return nil, 0, true
	}
	n := int(binary.BigEndian.Uint32(b))
	if n == 0 || n > PayloadMax {
		return nil, 0, false
	}
	if len(b) < recordHead+n {
		return nil, 0, true
	}
	payload = b[recordHead : recordHead+n]
	if binary.BigEndian.Uint32(b[4:]) != checksum(number, at, payload) {
		return nil, 0, false
	}
	return payload, recordHead + n, true
}

// begin makes the next segment and its header durable, and makes it the one that is written. Its number is at least the time in
// seconds, so that it is larger than that of any segment before it also where the folder was lost or put back from a backup, and a
// reader who remembers a later place does not take new records for known ones. The caller is the writer or Open.
func (s *Spool) begin() error {
	s.mu.Lock()
	number, size := uint64(max(s.Clock.Now().Unix(), 1)), int64(0)
	for _, g := range s.segments {
		number = max(number, g.number+1)
		size += g.end
	}
	s.mu.Unlock()
	if err := s.room(size); err != nil {
		return err
	}
	path := filepath.Join(s.Folder, segmentName(number))
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(header(s.id, number, s.Clock.Now()), 0)
	if err == nil {
		err = s.sync(file)
	}
	if err == nil {
		err = syncFolder(s.Folder)
	}
	if err != nil {
		return errors.Join(err, file.Close(), os.Remove(path))
	}
	s.mu.Lock()
	s.segments = append(s.segments, &segment{number: number, path: path, file: file, end: headerBytes})
	s.mu.Unlock()
	return nil
}

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

func takeBuffer() []byte { return (*buffers.Get().(*[]byte))[:0] }

func giveBuffer(b []byte) {
	if cap(b) <= 256<<10 {
		buffers.Put(&b)
	}
}
