package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"tributary/internal/kit/id"
	"tributary/internal/tracking/storeevent"
)

// How far visitors go at the shop; those who buy go all the way.
const (
	seenChance     = 0.94 // the shop's page is seen, and the snippet on it runs
	moreChance     = 0.45 // that one more page is looked at
	cartChance     = 0.17
	checkoutChance = 0.3 // of those with something in the cart
	pagesMax       = 6
)

// browse plays what a visitor does at the shop, as the snippet on its pages tells it. Its choices are drawn apart, so that they
// change nothing else of the demo.
func (w *world) browse(ctx context.Context, s shop, who *shopper, buys bool) error {
	if !buys && w.browsing.Float64() > seenChance {
		return nil
	}
	done := []storeevent.Type{storeevent.PageView}
	for len(done) < pagesMax && w.browsing.Float64() < moreChance {
		done = append(done, storeevent.PageView)
	}
	if buys || w.browsing.Float64() < cartChance {
		done = append(done, storeevent.AddToCart)
		if buys || w.browsing.Float64() < checkoutChance {
			done = append(done, storeevent.Checkout)
		}
	}
	type event struct {
		ID   string          `json:"id"`
		Type storeevent.Type `json:"type"`
	}
	events := make([]event, len(done))
	for i, typ := range done {
		events[i] = event{id.NewUUID(w.Clock.Now()).String(), typ}
	}
	body, err := json.Marshal(map[string]any{"brand": w.brands[s.brand].ID.String(), "tid": id.Of(id.Click, who.click).String(), "events": events})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/t/events", strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	r.RemoteAddr = fmt.Sprintf("203.0.113.%d:443", 1+w.browsing.IntN(250))
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Origin", "https://"+s.host)
	r.Header.Set("User-Agent", agents[w.browsing.IntN(len(agents))])
	answer := &recorder{header: http.Header{}}
	w.StoreEvents.Beacons().ServeHTTP(answer, r)
	if answer.status != http.StatusNoContent {
		return fmt.Errorf("events of shop %s answered %d", s.brand, answer.status)
	}
	return nil
}
