// Package storefront makes things in the shops of brands: discount codes of creators, and the webhooks that tell of orders. It owns what
// brands gave for it (credentials, sealed) and how each code stands in each shop. A change is kept, and its job enqueued, in the
// transaction that causes it; the shop is called afterwards, and asked what it has before anything is made there.
package storefront

import (
	"context"
	"errors"
	"log/slog"
	"math/big"
	"time"

	"tributary/internal/kit/money"
)

// Credentials are what a shop takes for its API, as the brand gave them.
type Credentials struct {
	// Key is the consumer key of WooCommerce; other shops have none.
	Key string `json:"key,omitempty"`
	// Secret is the access token of Shopify, the consumer secret of WooCommerce, or the restricted key of Stripe.
	Secret string `json:"secret"`
}

// String keeps credentials out of messages.
func (Credentials) String() string { return "(credentials)" }

// LogValue keeps credentials out of logs.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Discount is a code as it should stand in a shop.
type Discount struct {
	Code     string
	Percent  money.BasisPoints // off the whole order, above 0
	StartsAt time.Time
	EndsAt   *time.Time // nil for no end
}

// Found is a code as a shop has it.
type Found struct {
	ID      string            // the shop's own
	Active  bool              // while it has not ended
	Percent money.BasisPoints // 0 for a discount of another sort
	EndsAt  *time.Time
}

// ReadPercent reads what a shop writes for a percentage, in which one stands for all of the price: 1 or 100. What is finer than a basis
// point is cut off.
func ReadPercent(text string, one int64) (money.BasisPoints, error) {
	r, ok := new(big.Rat).SetString(text)
	if !ok || len(text) > percentMax {
		return 0, &Problem{Trouble: Refused, Words: "The shop gives a discount that is no number."}
	}
	r.Mul(r, big.NewRat(int64(money.OneHundredPercent), one))
	points := new(big.Int).Quo(r.Num(), r.Denom())
	if !points.IsInt64() || points.Sign() < 0 || points.Int64() > int64(money.OneHundredPercent) {
		return 0, &Problem{Trouble: Refused, Words: "The shop gives a discount that is no part of a price."}
	}
	return money.BasisPoints(points.Int64()), nil
}

// percentMax bounds what is read as a number, in bytes: an exponent could make a long one of a short text.
const percentMax = 20

// Hooks are the webhooks that a shop should have.
type Hooks struct {
	// URL takes them.
	URL string
	// Secret is what the shop is to sign with, where the shop lets us choose.
	Secret string
	// Known is the shop's id of the webhook whose secret is in use already; empty for none.
	Known string
}

// Hooked is what a shop has after its webhooks were registered.
type Hooked struct {
	Topics []string // in the shop's own words
	// ID and Secret are of a webhook made now, where the shop chooses the secret; else empty.
	ID, Secret string
}

// Shop is a shop's API. Every method may be called again after it failed, whether or not it had done its work. Errors are *Problem, or
// the end of the caller's context.
type Shop interface {
	// Check asks whether the shop takes the credentials.
	Check(ctx context.Context) error
	// Find looks a code up, without regard to letter case; false when the shop has none.
	Find(ctx context.Context, code string) (Found, bool, error)
	// Create makes a code that works. The shop refuses one that it has already.
	Create(ctx context.Context, d Discount) (Found, error)
	// SetActive switches a code on or off that the shop has; it ends then when d says so.
	SetActive(ctx context.Context, shopsID string, d Discount, active bool) error
	// RegisterWebhooks makes the webhooks that are missing.
	RegisterWebhooks(ctx context.Context, h Hooks) (Hooked, error)
}

// Trouble is what a call that failed means for the next.
type Trouble int

// The values of Trouble.
const (
	Later        Trouble = iota // the shop gave no answer, or none now: ask again
	Refused                     // the shop said no to what was asked
	Unauthorized                // the shop does not take the credentials, or they may not do this
)

// Problem is a call to a shop that failed.
type Problem struct {
	Trouble Trouble
	Words   string // what went wrong, as a sentence for the brand
	Cause   error  // for logs
}

// Error gives the words and the cause, for logs.
func (p *Problem) Error() string {
	if p.Cause == nil {
		return p.Words
	}
	return p.Words + " (" + p.Cause.Error() + ")"
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Cause }

// problemOf finds the Problem in an error.
func problemOf(err error) (*Problem, bool) {
	var p *Problem
	ok := errors.As(err, &p)
	return p, ok
}
