package tracking

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Bounds of what a click keeps in words, in bytes.
const (
	referrerMax   = 253 // of a host's name
	subIDBytesMax = 4 * subIDMax
)

// clickRecord is a click as it lies in the spool: what the redirect knew when it answered. Whose link it was is looked up when it
// is loaded.
type clickRecord struct {
	click, link, visitor uuid.UUID
	network              [networkHashBytes]byte // zero when the address is unknown
	country              string                 // two letters or empty
	device               Device
	notCounted           NotCounted
	returning            bool // the browser brought its visitor id
	referrer             string
	subID                string
}

// The form of a record, version 1. Numbers are big-endian:
//
//	version u8 | click 16 | link 16 | visitor 16 | network hash 16 | country 2 (zeros: none) | device u8 | not counted u8 | flags u16 |
//	length u8, referrer host | length u16, sub-id
const (
	recordVersion = 1
	recordFixed   = 1 + 16*4 + 2 + 1 + 1 + 2
	flagReturning = 1
)

// The places of these lists are written to disk: new values are added at the end.
var (
	recordDevices    = []Device{DeviceOther, DevicePhone, DeviceTablet, DeviceDesktop}
	recordNotCounted = []NotCounted{"", NotCountedBot, NotCountedHead, NotCountedPrefetch, NotCountedPreview}
)

func placeIn[T comparable](list []T, x T) byte {
	for i, one := range list {
		if one == x {
			return byte(i)
		}
	}
	return 0
}

// append writes the record behind buf. Words are cut to their bounds.
func (c *clickRecord) append(buf []byte) []byte {
	buf = append(buf, recordVersion)
	buf = append(buf, c.click[:]...)
	buf = append(buf, c.link[:]...)
	buf = append(buf, c.visitor[:]...)
	buf = append(buf, c.network[:]...)
	if len(c.country) == 2 {
		buf = append(buf, c.country...)
	} else {
		buf = append(buf, 0, 0)
	}
	buf = append(buf, placeIn(recordDevices, c.device), placeIn(recordNotCounted, c.notCounted))
	flags := uint16(0)
	if c.returning {
		flags |= flagReturning
	}
	buf = binary.BigEndian.AppendUint16(buf, flags)
	referrer := c.referrer[:min(len(c.referrer), referrerMax)]
	buf = append(buf, byte(len(referrer)))
	buf = append(buf, referrer...)
	subID := c.subID[:min(len(c.subID), subIDBytesMax)]
	buf = binary.BigEndian.AppendUint16(buf, uint16(len(subID)))
	return append(buf, subID...)
}

var errRecord = errors.New("tracking: this is no click that this version can read")

// read takes a record apart. It accepts exactly what append writes, so that what is loaded fits into the database.
func (c *clickRecord) read(b []byte) error {
	if len(b) < recordFixed+1 || b[0] != recordVersion {
		return errRecord
	}
	b = b[1:]
	for _, to := range []*uuid.UUID{&c.click, &c.link, &c.visitor} {
		copy(to[:], b)
		b = b[16:]
	}
	copy(c.network[:], b)
	b = b[networkHashBytes:]
	switch {
	case b[0] == 0 && b[1] == 0:
		c.country = ""
	case isLetter(b[0]) && isLetter(b[1]):
		c.country = string(b[:2])
	default:
		return errRecord
	}
	if int(b[2]) >= len(recordDevices) || int(b[3]) >= len(recordNotCounted) {
		return errRecord
	}
	c.device, c.notCounted = recordDevices[b[2]], recordNotCounted[b[3]]
	c.returning = binary.BigEndian.Uint16(b[4:])&flagReturning != 0
	b = b[6:]
	n := int(b[0])
	if n > referrerMax || len(b) < 1+n+2 {
		return errRecord
	}
	c.referrer, b = string(b[1:1+n]), b[1+n:]
	n = int(binary.BigEndian.Uint16(b))
	if n > subIDBytesMax || len(b) != 2+n {
		return errRecord
	}
	c.subID = string(b[2:])
	if !storable(c.referrer) || !storable(c.subID) {
		return errRecord
	}
	return nil
}

// storable tells whether PostgreSQL takes a text.
func storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' }
