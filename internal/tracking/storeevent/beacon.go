package storeevent

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"strconv"
	"time"
)

const (
	// beaconsAtOnce and beaconEvery bound the beacons of one network: an office or a mobile network shares an address among many.
	beaconsAtOnce = 300
	beaconEvery   = 50 * time.Millisecond
	// preflightAge is how long a browser may remember that it may send, in seconds.
	preflightAge = "600"
)

// Beacons answers POST /t/events on any host. It checks who speaks, hands the events to the buffer and answers 204 without waiting
// for the database. Only pages on a verified host of the brand that the body names may speak for it; others read 403 and nothing
// is stored. Robots' events are dropped.
func (s *Service) Beacons() http.Handler { return http.HandlerFunc(s.beacons) }

func (s *Service) beacons(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	switch r.Method {
	case http.MethodPost:
	case http.MethodOptions:
		// A page that sends JSON asks first, without saying for which brand. Leave to send is no leave to be heard.
		if hostOf(origin) != "" || origin == opaque {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Allow-Methods", http.MethodPost)
			h.Set("Access-Control-Allow-Headers", "Content-Type")
			h.Set("Access-Control-Max-Age", preflightAge)
		}
		w.WriteHeader(http.StatusNoContent)
		return
	default:
		h.Set("Allow", "POST, OPTIONS")
		http.Error(w, "Send POST.", http.StatusMethodNotAllowed)
		return
	}
	if wait, ok := s.limit.Take(networkOf(s.ClientAddress(r))); !ok {
		h.Set("Retry-After", strconv.Itoa(max(int(wait/time.Second), 1)))
		http.Error(w, "Too many events from this network.", http.StatusTooManyRequests)
		return
	}
	if mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || mediaType != "text/plain" && mediaType != "application/json" {
		http.Error(w, "Send text/plain or application/json.", http.StatusUnsupportedMediaType)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMax))
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		http.Error(w, "The body is too large.", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "The body ended early.", http.StatusBadRequest)
		return
	}
	events, err := decode(body, s.Clock.Now())
	if err != nil {
		http.Error(w, "This is not what the snippet sends.", http.StatusBadRequest)
		return
	}
	allowed, err := s.mayTell(r, origin, events)
	switch {
	case err != nil:
		s.Log.ErrorContext(r.Context(), "hosts of a brand not read", "error", err)
		h.Set("Retry-After", "5")
		http.Error(w, "This cannot be checked right now.", http.StatusServiceUnavailable)
		return
	case !allowed:
		http.Error(w, "This page does not belong to the brand.", http.StatusForbidden)
		return
	}
	h.Set("Access-Control-Allow-Origin", origin)
	if s.Robot(r) {
		s.counts.robots.Add(int64(len(events)))
	} else if lost := s.buffer.put(events); lost > 0 {
		s.counts.lost.Add(int64(lost))
		s.sayLost(r.Context(), "the buffer is full", lost)
	}
	w.WriteHeader(http.StatusNoContent)
}

// mayTell reports whether a page of an origin may tell these events. Sandboxed frames, in which Shopify runs pixels at the
// checkout, have no origin; they may only tell of checkouts by a token, which nobody but the shopper's browser and the shop knows.
func (s *Service) mayTell(r *http.Request, origin string, events []event) (bool, error) {
	if origin == opaque {
		for _, e := range events {
			if e.typ != Checkout && e.typ != Purchase || !proves(e.token) || e.reference != "" {
				return false, nil
			}
		}
		return true, nil
	}
	return s.origins.allowed(r.Context(), events[0].brand, origin)
}

// tokenProves is from how many bytes on a checkout's token is taken to be beyond guessing.
const tokenProves = 16

// proves reports whether knowing a token shows that one was at the checkout.
func proves(token string) bool { return len(token) >= tokenProves }

// networkOf is the part of an address that a household or office shares.
func networkOf(a netip.Addr) string {
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
