package storeevent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/internal/kit/id"
)

const (
	// bodyMax bounds the body of a beacon, in bytes; browsers send at most 64 KiB.
	bodyMax = 16 << 10
	// eventsMax bounds the events of one beacon.
	eventsMax = 20
)

// errBody is returned for a body that is not what the snippet sends.
var errBody = errors.New("the body is not a beacon of the snippet")

// beacon is the body as the snippet writes it. Other members are left alone, so that a shop may run a newer snippet than the
// server for as long as its browsers keep it.
type beacon struct {
	Brand  string `json:"brand"`
	TID    string `json:"tid"`
	Events []struct {
		ID            string `json:"id"`
		Type          Type   `json:"type"`
		ProductID     string `json:"productId"`
		CheckoutToken string `json:"checkoutToken"`
		OrderID       string `json:"orderId"`
	} `json:"events"`
}

// decode reads a beacon that came at a moment: one JSON object of a brand, a click and 1 to eventsMax events. One wrong event makes
// the whole body wrong. Errors are errBody.
func decode(body []byte, now time.Time) (events []event, err error) {
	var b beacon
	d := json.NewDecoder(bytes.NewReader(body))
	if !utf8.Valid(body) {
		return nil, fmt.Errorf("%w: it is not UTF-8", errBody)
	}
	if err := d.Decode(&b); err != nil {
		return nil, fmt.Errorf("%w: %w", errBody, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something stands behind it", errBody)
	}
	brand, click := kindOf(b.Brand, id.Brand), kindOf(b.TID, id.Click)
	if brand == uuid.Nil || click == uuid.Nil || !plausibleClick(click, now) {
		return nil, fmt.Errorf("%w: no brand or no click", errBody)
	}
	if len(b.Events) == 0 || len(b.Events) > eventsMax {
		return nil, fmt.Errorf("%w: it has 1 to %d events", errBody, eventsMax)
	}
	events = make([]event, len(b.Events))
	for i, e := range b.Events {
		own := id.NewUUID(now) // where the sender cares for no repeats
		if e.ID != "" {
			own, err = uuid.Parse(e.ID)
		}
		switch {
		case err != nil || e.ID != "" && len(e.ID) != 36 || own.Version() != 7:
			return nil, fmt.Errorf("%w: the id of event %d is no UUIDv7", errBody, i)
		case !e.Type.Valid():
			return nil, fmt.Errorf("%w: the type of event %d", errBody, i)
		case !fits(e.ProductID, productMax) || !fits(e.CheckoutToken, tokenMax) || !fits(e.OrderID, referenceMax):
			return nil, fmt.Errorf("%w: a text of event %d", errBody, i)
		}
		if at := id.TimeOf(own); at.After(now.Add(clockAhead)) || at.Before(now.Add(-clockBehind)) || beforeClick(at, click) {
			own = id.NewUUID(now)
		}
		events[i] = event{brand: brand, id: own, click: click, received: now, source: fromBrowser, typ: e.Type, product: e.ProductID,
			token: e.CheckoutToken, reference: bare(e.OrderID)}
	}
	return events, nil
}

// kindOf reads an id of a kind; anything else is the zero UUID.
func kindOf(text string, kind id.Kind) uuid.UUID {
	x, err := id.Parse(text)
	if err != nil || x.Kind != kind {
		return uuid.Nil
	}
	return x.UUID
}

// plausibleClick reports whether a click of this id could earn anything at a moment.
func plausibleClick(click uuid.UUID, now time.Time) bool {
	at := id.TimeOf(click)
	return !at.After(now.Add(clockAhead)) && !at.Before(now.Add(-clickAge))
}

// beforeClick reports whether a moment is too long before a click to be after it by another clock.
func beforeClick(at time.Time, click uuid.UUID) bool {
	return at.Before(id.TimeOf(click).Add(-clockAhead))
}

// fits reports whether a text is one line of at most max bytes.
func fits(text string, max int) bool {
	if len(text) > max {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) {
			return false
		}
	}
	return true
}
