// Package storeevent keeps what visitors do at a shop after a click (page views, add to carts, checkouts, purchases), as the
// snippet on the shop's pages or the shop's server tells it. Events feed the funnel, and a purchase says which click an order came
// from. They are evidence: none of them ever makes an order.
package storeevent

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/ratelimit"
	"tributary/internal/tracking"
)

// Type is: what a visitor did. Spelled alike in Go, SQL and GraphQL.
type Type string

// The values of Type.
const (
	PageView      Type = "PAGE_VIEW"      // Looked at a page.
	AddToCart     Type = "ADD_TO_CART"    // Put something into the cart.
	Checkout      Type = "CHECKOUT"       // Began to pay.
	Purchase      Type = "PURCHASE"       // Placed an order.
	ConsentDenied Type = "CONSENT_DENIED" // Did not allow to be remembered.
)

// Valid reports whether it is one of the values.
func (t Type) Valid() bool {
	switch t {
	case PageView, AddToCart, Checkout, Purchase, ConsentDenied:
		return true
	}
	return false
}

// source is who told an event. Spelled alike in Go and SQL.
type source string

const (
	fromBrowser source = "BROWSER" // A shop's page; anybody could write the same.
	fromAPI     source = "API"     // The shop's server, with a key.
)

// Limits of an event, in bytes.
const (
	productMax   = 100
	tokenMax     = 200
	referenceMax = 100
	storeMax     = 253
)

const (
	// clockAhead and clockBehind are how far the clock of a shopper's device may be off; an event whose time is further off, or lies
	// before its click, is given our own.
	clockAhead  = time.Hour
	clockBehind = 7 * 24 * time.Hour
	// clickAge is how old the click of an event may be. No program's window is longer than a year.
	clickAge = 400 * 24 * time.Hour
	// clickWait is how long an event waits for its click, which comes later when the server that took it could not store it.
	clickWait = 26 * time.Hour
)

// event is one checked event.
type event struct {
	brand, id, click uuid.UUID // the id is a UUIDv7: it holds when the event occurred
	received         time.Time
	source           source
	typ              Type
	product          string
	token            string // of the checkout
	reference        string // number or id of the order, without a number sign before it
	store            string // empty = any of the brand's
}

// Config is what the service needs. All but Clicks and Log are required.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
	Queue *job.Queue
	// Clicks are asked for those that are still on their way; nil for services that take no beacons.
	Clicks *tracking.Clicks
	// ClientAddress says where a request comes from; the address bounds how much one network may tell and is not kept.
	ClientAddress func(*http.Request) netip.Addr
	// VerifiedHosts gives the hosts that a brand has shown to be its own.
	VerifiedHosts func(ctx context.Context, brand uuid.UUID) ([]string, error)
	// Robot tells requests that no person's browser made.
	Robot func(*http.Request) bool
	// Log hears of events that were lost. Defaults to no log.
	Log *slog.Logger
}

// Service is the domain's operations.
type Service struct {
	Config
	limit   *ratelimit.Limiter
	origins *origins
	buffer  *buffer
	counts  counts
}

// New makes the service. Events of beacons are stored once it runs (see Run).
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		Config:  c,
		limit:   ratelimit.New(ratelimit.Config{Clock: c.Clock, Burst: beaconsAtOnce, Every: beaconEvery}),
		origins: newOrigins(c.Clock, c.VerifiedHosts),
		buffer:  newBuffer(),
	}
}

// bare takes the sign off that shops write before the number of an order.
func bare(reference string) string { return strings.TrimPrefix(reference, "#") }
