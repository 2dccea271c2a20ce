package stripeconnect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"tributary/internal/storefront"
)

// Bounds of what is looked through in a brand's account.
const (
	samePromotionsMax = 20 // promotion codes of one name, of which at most one is active
	endpointsMax      = 100
)

// ownEndpoint is the metadata by which a webhook endpoint is known to be made here.
const ownEndpoint = "tributary"

// checkoutEvents are what a brand's account has to tell of.
var checkoutEvents = []string{"checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
	"checkout.session.expired", "charge.refunded", "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "invoice.paid"}

// BrandAccounts reaches the Stripe accounts of brands, each by a key of its own; the platform's key plays no part.
type BrandAccounts struct{ backends *stripe.Backends }

// NewBrandAccounts makes it. Of the config, APIBase and Timeout count.
func NewBrandAccounts(c Config) *BrandAccounts {
	if c.Timeout <= 0 {
		c.Timeout = timeoutDefault
	}
	config := &stripe.BackendConfig{
		HTTPClient: &http.Client{Timeout: c.Timeout, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxConnsPerHost: connectionsMax,
			IdleConnTimeout: idleConnections, ForceAttemptHTTP2: true}},
		MaxNetworkRetries: stripe.Int64(0), // the job tries again
		EnableTelemetry:   stripe.Bool(false),
		LeveledLogger:     silent{},
	}
	if c.APIBase != "" {
		config.URL = stripe.String(c.APIBase)
	}
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, config)
	return &BrandAccounts{&stripe.Backends{API: backend, Connect: backend, Uploads: backend}}
}

// BrandAccount is the Stripe account of one brand, as a shop. The key needs the right to write coupons, promotion codes and webhook
// endpoints.
type BrandAccount struct{ api *client.API }

var _ storefront.Shop = (*BrandAccount)(nil)

// Of gives the account of a key. It makes no call.
func (b *BrandAccounts) Of(key string) *BrandAccount {
	return &BrandAccount{client.New(key, b.backends)}
}

// brandProblem says what a failed call to a brand's account means.
func brandProblem(ctx context.Context, err error) error {
	var answer *stripe.Error
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case !errors.As(err, &answer):
		return &storefront.Problem{Trouble: storefront.Later, Words: "Stripe gave no clear answer.", Cause: err}
	case answer.HTTPStatusCode == http.StatusUnauthorized:
		return &storefront.Problem{Trouble: storefront.Unauthorized, Words: "Stripe does not take the key. Make a new one there and enter it here.", Cause: answer}
	case answer.HTTPStatusCode == http.StatusForbidden:
		return &storefront.Problem{Trouble: storefront.Unauthorized, Words: "The key may not do this. Give it the right to write coupons, promotion codes and webhook endpoints.", Cause: answer}
	case answer.HTTPStatusCode == http.StatusTooManyRequests, answer.HTTPStatusCode == http.StatusConflict,
		answer.HTTPStatusCode >= http.StatusInternalServerError, answer.HTTPStatusCode < http.StatusBadRequest:
		return &storefront.Problem{Trouble: storefront.Later, Words: "Stripe has no answer at the moment.", Cause: answer}
	}
	words := []rune(strings.TrimRight(strings.TrimSpace(answer.Msg), "."))
	return &storefront.Problem{Trouble: storefront.Refused, Words: "Stripe says: " + string(words[:min(len(words), 300)]) + ".", Cause: answer}
}

// Check asks for one promotion code.
func (a *BrandAccount) Check(ctx context.Context) error {
	_, err := a.promotions(ctx, "", 1)
	return err
}

func (a *BrandAccount) promotions(ctx context.Context, code string, most int64) ([]*stripe.PromotionCode, error) {
	params := &stripe.PromotionCodeListParams{}
	params.Context = ctx
	params.Single = true
	params.Limit = stripe.Int64(most)
	if code != "" {
		params.Code = stripe.String(code)
	}
	all := a.api.PromotionCodes.List(params)
	var out []*stripe.PromotionCode
	for all.Next() {
		out = append(out, all.PromotionCode())
	}
	if err := all.Err(); err != nil {
		return nil, brandProblem(ctx, err)
	}
	return out, nil
}

// Find looks a promotion code up: the active one of that name, else the newest.
func (a *BrandAccount) Find(ctx context.Context, code string) (storefront.Found, bool, error) {
	all, err := a.promotions(ctx, code, samePromotionsMax)
	if err != nil {
		return storefront.Found{}, false, err
	}
	all = slices.DeleteFunc(all, func(p *stripe.PromotionCode) bool { return !strings.EqualFold(p.Code, code) })
	if len(all) == 0 {
		return storefront.Found{}, false, nil
	}
	best := all[0]
	for _, p := range all[1:] {
		if p.Active && !best.Active || p.Active == best.Active && p.Created > best.Created {
			best = p
		}
	}
	found, err := promotion(best)
	return found, err == nil, err
}

func promotion(p *stripe.PromotionCode) (storefront.Found, error) {
	out := storefront.Found{ID: p.ID, Active: p.Active}
	if p.ExpiresAt > 0 {
		at := time.Unix(p.ExpiresAt, 0).UTC()
		out.EndsAt = &at
	}
	if p.Coupon == nil || p.Coupon.PercentOff <= 0 {
		return out, nil
	}
	var err error
	out.Percent, err = storefront.ReadPercent(strconv.FormatFloat(p.Coupon.PercentOff, 'f', -1, 64), 100)
	return out, err
}

// Create makes a promotion code on the coupon of its percentage, which all codes of that percentage share. Stripe knows no start, so
// that the code works at once.
func (a *BrandAccount) Create(ctx context.Context, d storefront.Discount) (storefront.Found, error) {
	coupon := &stripe.CouponParams{ID: stripe.String(fmt.Sprintf("tributary-%d", d.Percent)), Name: stripe.String("Creators' codes"),
		PercentOff: stripe.Float64(float64(d.Percent) / 100), Duration: stripe.String(string(stripe.CouponDurationOnce))}
	coupon.Context = ctx
	var answer *stripe.Error
	if _, err := a.api.Coupons.New(coupon); err != nil && (!errors.As(err, &answer) || answer.Code != stripe.ErrorCodeResourceAlreadyExists) {
		return storefront.Found{}, brandProblem(ctx, err)
	}
	params := &stripe.PromotionCodeParams{Coupon: coupon.ID, Code: stripe.String(d.Code)}
	params.Context = ctx
	if d.EndsAt != nil {
		params.ExpiresAt = stripe.Int64(d.EndsAt.Unix())
	}
	made, err := a.api.PromotionCodes.New(params)
	if err != nil {
		return storefront.Found{}, brandProblem(ctx, err)
	}
	return promotion(made)
}

// SetActive switches a promotion code on or off. Its end stays what it was.
func (a *BrandAccount) SetActive(ctx context.Context, shopsID string, _ storefront.Discount, active bool) error {
	params := &stripe.PromotionCodeParams{Active: stripe.Bool(active)}
	params.Context = ctx
	if _, err := a.api.PromotionCodes.Update(shopsID, params); err != nil {
		return brandProblem(ctx, err)
	}
	return nil
}

// RegisterWebhooks makes the endpoint when there is none. Stripe tells an endpoint's secret only once: one that was made here, and whose
// secret did not come to us, is made anew.
func (a *BrandAccount) RegisterWebhooks(ctx context.Context, h storefront.Hooks) (storefront.Hooked, error) {
	params := &stripe.WebhookEndpointListParams{}
	params.Context = ctx
	params.Single = true
	params.Limit = stripe.Int64(endpointsMax)
	all := a.api.WebhookEndpoints.List(params)
	for all.Next() {
		e := all.WebhookEndpoint()
		if e.URL != h.URL {
			continue
		}
		if e.Metadata[ownEndpoint] == "" || e.ID == h.Known {
			return storefront.Hooked{Topics: e.EnabledEvents}, nil
		}
		gone := &stripe.WebhookEndpointParams{}
		gone.Context = ctx
		if _, err := a.api.WebhookEndpoints.Del(e.ID, gone); err != nil {
			return storefront.Hooked{}, brandProblem(ctx, err)
		}
	}
	if err := all.Err(); err != nil {
		return storefront.Hooked{}, brandProblem(ctx, err)
	}
	endpoint := &stripe.WebhookEndpointParams{URL: stripe.String(h.URL), EnabledEvents: stripe.StringSlice(checkoutEvents),
		Description: stripe.String("Orders for Tributary"), Metadata: map[string]string{ownEndpoint: "1"}}
	endpoint.Context = ctx
	made, err := a.api.WebhookEndpoints.New(endpoint)
	if err != nil {
		return storefront.Hooked{}, brandProblem(ctx, err)
	}
	return storefront.Hooked{Topics: made.EnabledEvents, ID: made.ID, Secret: made.Secret}, nil
}
