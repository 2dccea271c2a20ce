// Package id makes and reads the identifiers of the product: UUIDv7 in the database, a typed prefix with Crockford base32 at
// the edge ("ord_01hxq…"). The time inside a UUIDv7 makes newer rows sort after older ones.
package id

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/fault"
)

// Kind is the prefix of an identifier and names the type of its object.
type Kind string

// The kinds, one for each type that has an identifier outside.
const (
	User          Kind = "usr"
	Session       Kind = "ses"
	Membership    Kind = "mem"
	Invitation    Kind = "inv"
	APIKey        Kind = "key"
	Brand         Kind = "brd"
	BrandDomain   Kind = "dom"
	Integration   Kind = "int"
	Policy        Kind = "pol"
	Replay        Kind = "rpl"
	Program       Kind = "prg"
	Offer         Kind = "off"
	Terms         Kind = "trm"
	Resource      Kind = "res"
	Creator       Kind = "cre"
	SocialAccount Kind = "soc"
	Application   Kind = "app"
	Partnership   Kind = "par"
	Link          Kind = "lnk"
	Code          Kind = "cod"
	Click         Kind = "clk"
	Order         Kind = "ord"
	OrderLine     Kind = "oli"
	Refund        Kind = "ref"
	Chargeback    Kind = "cbk"
	Decision      Kind = "dec"
	Commission    Kind = "com"
	Hold          Kind = "hld"
	Binding       Kind = "bnd"
	Claim         Kind = "clm"
	SurveyAnswer  Kind = "sur"
	Suggestion    Kind = "sug"
	Finding       Kind = "fnd"
	Transaction   Kind = "txn"
	Account       Kind = "acc"
	PayoutAccount Kind = "pac"
	PayoutRun     Kind = "run"
	Payout        Kind = "pay"
	Funding       Kind = "fun"
	Prospect      Kind = "pro"
	ProspectEvent Kind = "pev"
	Post          Kind = "pst"
	Review        Kind = "rev"
	Experiment    Kind = "exp"
	AuditEntry    Kind = "aud"
	Delivery      Kind = "dlv"
	OrderImport   Kind = "imp"
)

// ID names one object. It is comparable and so can be a map key. The zero ID names nothing.
type ID struct {
	Kind Kind
	UUID uuid.UUID
}

// Node is an object that the API can refetch by its identifier.
type Node interface{ IsNode() }

// crockford is base32 without I, L, O and U, lower case; a UUID takes 26 letters.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

const encodedLength = 26

// Of puts a kind before a stored UUID.
func Of(kind Kind, u uuid.UUID) ID { return ID{Kind: kind, UUID: u} }

// New makes an identifier whose time is t: 48 bits of Unix milliseconds, version and variant bits, 74 random bits
// (RFC 9562, section 5.7).
func New(kind Kind, t time.Time) ID { return ID{Kind: kind, UUID: NewUUID(t)} }

// NewUUID makes a UUIDv7 whose time is t.
func NewUUID(t time.Time) uuid.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(t.UnixMilli())<<16)
	if _, err := rand.Read(u[6:]); err != nil {
		panic("id: the system's random source failed: " + err.Error())
	}
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return u
}

// FirstAt gives the smallest UUIDv7 of a time: those made at t or later are not smaller.
func FirstAt(t time.Time) uuid.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(t.UnixMilli())<<16)
	u[6], u[8] = 0x70, 0x80
	return u
}

// TimeOf reads the milliseconds inside a UUIDv7.
func TimeOf(u uuid.UUID) time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(u[:8]) >> 16)).UTC()
}

// IsZero reports whether the identifier names nothing.
func (i ID) IsZero() bool { return i.UUID == uuid.Nil }

// String gives the form used outside, "" for the zero ID.
func (i ID) String() string {
	if i.IsZero() {
		return ""
	}
	var b [encodedLength]byte
	hi, lo := binary.BigEndian.Uint64(i.UUID[:8]), binary.BigEndian.Uint64(i.UUID[8:])
	for k := encodedLength - 1; k >= 0; k-- {
		b[k] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(i.Kind) + "_" + string(b[:])
}

// Parse reads the form used outside. Letters may be upper case. The error never says which part was wrong.
func Parse(s string) (ID, error) {
	kind, body, ok := strings.Cut(s, "_")
	if !ok || len(kind) != 3 || len(body) != encodedLength {
		return ID{}, errNotAnID
	}
	var hi, lo uint64
	for k := range len(body) {
		v := strings.IndexByte(crockford, lower(body[k]))
		if v < 0 || k == 0 && v > 7 {
			return ID{}, errNotAnID
		}
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(v)
	}
	out := ID{Kind: Kind(strings.ToLower(kind))}
	binary.BigEndian.PutUint64(out.UUID[:8], hi)
	binary.BigEndian.PutUint64(out.UUID[8:], lo)
	return out, nil
}

var errNotAnID = fmt.Errorf("not an identifier")

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Want gives the UUID of an identifier of the wanted kind. Another kind is NOT_FOUND, not a hint about the format.
func Want(i ID, kind Kind, noun string) (uuid.UUID, error) {
	if i.Kind != kind || i.IsZero() {
		return uuid.Nil, fault.Missing(noun)
	}
	return i.UUID, nil
}

// MarshalGQLContext writes the identifier as a JSON string.
func (i ID) MarshalGQLContext(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, strconv.Quote(i.String()))
	return err
}

// UnmarshalGQLContext reads an identifier. A string that is no identifier becomes one of no kind, which no service finds, so
// that a malformed id reads like an unknown one.
func (i *ID) UnmarshalGQLContext(_ context.Context, v any) error {
	s, ok := v.(string)
	if !ok {
		return fault.New(fault.Invalid, "BAD_FORMAT", "An ID is a string.")
	}
	parsed, err := Parse(s)
	if err != nil {
		*i = ID{}
		return nil
	}
	*i = parsed
	return nil
}
