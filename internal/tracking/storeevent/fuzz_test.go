package storeevent

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"tributary/internal/kit/id"
)

// Whatever the body is, decoding ends, and what comes out keeps every bound that the tables have.
func FuzzDecode(f *testing.F) {
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	event := id.NewUUID(now).String()
	head := `{"brand":"` + id.New(id.Brand, now).String() + `","tid":"` + id.New(id.Click, now.Add(-time.Hour)).String() + `","events":[`
	for _, seed := range []string{
		head + `{"id":"` + event + `","type":"PAGE_VIEW"}]}`,
		head + `{"id":"` + event + `","type":"PURCHASE","orderId":"#1001","checkoutToken":"c1-0123456789abcdef","productId":"p"},{"id":"` + event + `","type":"CONSENT_DENIED"}]}`,
		head + `{"id":"` + event + `","type":"PURCHASE","orderId":"\u0000"}]}`,
		head + `]}`, `{"events":null}`, `null`, ``, `{"brand":1}`, head,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := decode(body, now)
		if err != nil {
			if len(events) > 0 {
				t.Fatal("events beside an error")
			}
			return
		}
		if len(events) == 0 || len(events) > eventsMax || !json.Valid(body) || !utf8.Valid(body) {
			t.Fatalf("%d events of %q", len(events), body)
		}
		for _, e := range events {
			at := id.TimeOf(e.id)
			if !e.typ.Valid() || e.source != fromBrowser || e.id.Version() != 7 || at.After(now.Add(clockAhead)) || at.Before(now.Add(-clockBehind)) || beforeClick(at, e.click) ||
				!plausibleClick(e.click, now) || len(e.product) > productMax || len(e.token) > tokenMax || len(e.reference) > referenceMax ||
				!fits(e.product, productMax) || !fits(e.token, tokenMax) || !fits(e.reference, referenceMax) || !e.received.Equal(now) {
				t.Fatalf("%+v of %q", e, body)
			}
		}
	})
}
