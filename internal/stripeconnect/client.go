// Package stripeconnect speaks with Stripe: connected accounts, transfers, balances and signed events. It is the only importer
// of stripe-go and implements payout.Provider. It keeps nothing and decides nothing about money: it says exactly what an
// answer means, above all whether a call that failed may have done its work.
package stripeconnect

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"
	"golang.org/x/time/rate"

	"tributary/internal/payout"
)

// APIVersion is the version of Stripe's API that stripe-go v76 speaks; webhook endpoints are pinned to it.
const APIVersion = stripe.APIVersion

// Defaults and bounds of calls.
const (
	rateDefault     = 20 // calls a second
	timeoutDefault  = 20 * time.Second
	connectionsMax  = 32
	idleConnections = 90 * time.Second
)

// Config is how to reach Stripe.
type Config struct {
	// SecretKey of the platform account.
	SecretKey string
	// APIBase is the address of the API without a slash at the end; empty for Stripe itself.
	APIBase string
	// RatePerSecond bounds the calls of this process. Defaults to 20.
	RatePerSecond int
	// Timeout ends a call that gives no answer. Defaults to 20 s.
	Timeout time.Duration
	// WebhookSecrets and ConnectWebhookSecrets are the signing secrets of the two endpoints, several while one is rotated.
	WebhookSecrets, ConnectWebhookSecrets []string
	// Log hears of messages that are refused. Defaults to no log.
	Log *slog.Logger
}

// Client calls Stripe. It is safe for use by many goroutines.
type Client struct {
	api     *client.API
	pace    *rate.Limiter
	secrets []string
	log     *slog.Logger

	mu              sync.Mutex
	platformCountry string // read once
}

var _ payout.Provider = (*Client)(nil)

// New makes a client. It makes no call.
func New(c Config) *Client {
	if c.RatePerSecond <= 0 {
		c.RatePerSecond = rateDefault
	}
	if c.Timeout <= 0 {
		c.Timeout = timeoutDefault
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, MaxConnsPerHost: connectionsMax, MaxIdleConnsPerHost: connectionsMax,
		IdleConnTimeout: idleConnections, ForceAttemptHTTP2: true}
	config := &stripe.BackendConfig{
		HTTPClient: &http.Client{Timeout: c.Timeout, Transport: transport},
		// Every retry is a decision of the payout's own record, so the library makes none.
		MaxNetworkRetries: stripe.Int64(0),
		EnableTelemetry:   stripe.Bool(false),
		LeveledLogger:     silent{},
	}
	if c.APIBase != "" {
		config.URL = stripe.String(c.APIBase)
	}
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, config)
	return &Client{
		api:     client.New(c.SecretKey, &stripe.Backends{API: backend, Connect: backend, Uploads: backend}),
		pace:    rate.NewLimiter(rate.Limit(c.RatePerSecond), c.RatePerSecond),
		secrets: append(append([]string{}, c.WebhookSecrets...), c.ConnectWebhookSecrets...),
		log:     c.Log,
	}
}

// turn waits for this call's place under the rate.
func (c *Client) turn(ctx context.Context) error {
	if err := c.pace.Wait(ctx); err != nil {
		return &payout.Problem{Kind: payout.Later, Code: "not_sent", Message: "The call was not made in time.", Cause: err}
	}
	return nil
}

// silent keeps the library from writing to standard output; what failed is returned and logged by the caller.
type silent struct{}

func (silent) Debugf(string, ...any) {}
func (silent) Infof(string, ...any)  {}
func (silent) Warnf(string, ...any)  {}
func (silent) Errorf(string, ...any) {}

// Codes of answers that say something about the platform, not about the request.
var platformCodes = map[stripe.ErrorCode]bool{stripe.ErrorCodeAPIKeyExpired: true, stripe.ErrorCodePlatformAPIKeyExpired: true,
	stripe.ErrorCodeRateLimit: true, stripe.ErrorCodeLockTimeout: true}

// problem says what a failed call means.
func problem(err error) *payout.Problem {
	var answer *stripe.Error
	if !errors.As(err, &answer) {
		return &payout.Problem{Kind: payout.Unclear, Code: "no_answer", Message: "Stripe gave no clear answer.", Cause: err}
	}
	p := &payout.Problem{Code: string(answer.Code), Message: answer.Msg, Cause: answer}
	if p.Code == "" {
		p.Code = string(answer.Type)
	}
	status := answer.HTTPStatusCode
	switch {
	case status == http.StatusUnauthorized || status == http.StatusTooManyRequests || platformCodes[answer.Code]:
		p.Kind = payout.Later
	case status == http.StatusConflict || answer.Type == stripe.ErrorTypeIdempotency:
		p.Kind = payout.Unclear
	case status >= http.StatusInternalServerError || status < http.StatusBadRequest:
		p.Kind = payout.Unclear
		if answer.LastResponse != nil && strings.EqualFold(answer.LastResponse.Header.Get("Idempotent-Replayed"), "true") {
			p.Kind = payout.UnclearForever
		}
	case answer.Code == stripe.ErrorCodeBalanceInsufficient || answer.Code == stripe.ErrorCodeInsufficientFunds:
		p.Kind = payout.BalanceShort
	case answer.Code == stripe.ErrorCodeAccountInvalid || answer.Code == stripe.ErrorCodeResourceMissing:
		p.Kind = payout.Gone
	case status == http.StatusForbidden:
		p.Kind = payout.Later // the platform's key lacks a right
	default:
		p.Kind = payout.Refused
	}
	return p
}
