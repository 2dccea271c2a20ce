// Package wire reads the loose JSON of shops: numbers that come as text and text that comes as numbers, ids beyond what a
// floating-point number holds, amounts without any floating point. It is pure.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// ErrBody is returned for a body that is not the JSON that was expected.
var ErrBody = errors.New("the body is not what this topic has")

// Text is a string, a number, true or false as it was written; null and everything else are empty.
type Text string

// UnmarshalJSON keeps the digits of a number as they are.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = ""
	switch {
	case len(b) == 0 || b[0] == '{' || b[0] == '[' || bytes.Equal(b, []byte("null")):
		return nil
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Text(s)
	default:
		*t = Text(b)
	}
	return nil
}

// Decode reads one JSON document. A document with a single member named wrapper is taken out of it.
func Decode(body []byte, wrapper string, into any) error {
	var outer map[string]json.RawMessage
	if err := json.Unmarshal(body, &outer); err != nil {
		return fmt.Errorf("%w: %w", ErrBody, err)
	}
	if inner, wrapped := outer[wrapper]; wrapped && len(outer) == 1 {
		body = inner
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrBody, err)
	}
	return nil
}

// Addr reads an address of the internet; nothing where there is none.
func Addr(s Text) netip.Addr {
	addr, err := netip.ParseAddr(strings.TrimSpace(string(s)))
	if err != nil {
		return netip.Addr{}
	}
	return addr
}

// Money reads an exact amount; empty is zero. Digits beyond those of the currency are refused unless they are zeros.
func Money(t Text, c money.Currency) (money.Money, error) {
	if t == "" {
		return money.Zero(c), nil
	}
	m, err := money.ParseDecimal(strings.TrimSpace(string(t)), c)
	if err != nil {
		return m, fmt.Errorf("%w: amount %.40q: %w", ErrBody, string(t), err)
	}
	return m, nil
}

// Units reads a number of units; empty is zero. Parts of units are cut off, because shops sell by weight, too.
func Units(t Text) (int, error) {
	whole, _, _ := strings.Cut(string(t), ".")
	if whole == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(whole)
	if err != nil || n > 1<<30 || n < -1<<30 {
		return 0, fmt.Errorf("%w: quantity %.40q", ErrBody, string(t))
	}
	return n, nil
}

// Time reads a moment in RFC 3339, or without a zone in UTC; empty is the zero time.
func Time(t Text) (time.Time, error) {
	if t == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, string(t)); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%w: time %.40q", ErrBody, string(t))
}

// Click reads a click id as our links hand it out; anything else is the zero UUID.
func Click(s string) uuid.UUID {
	x, err := id.Parse(strings.TrimSpace(s))
	if err != nil || x.Kind != id.Click {
		return uuid.Nil
	}
	return x.UUID
}

// ClickOfAddress finds tid in an address that a visitor arrived at.
func ClickOfAddress(address string) uuid.UUID {
	u, err := url.Parse(address)
	if err != nil {
		return uuid.Nil
	}
	return Click(u.Query().Get("tid"))
}
