// Package woocommerce makes codes and webhooks in a WooCommerce shop, by its REST API, version 3. The consumer key needs the right to read
// and write.
package woocommerce

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/internal/kit/money"
	"tributary/internal/kit/outbound"
	"tributary/internal/storefront"
)

// pageMax is how many webhooks of a shop are looked through, the most that it gives at once.
const pageMax = 100

// dateForm is how WooCommerce writes times, in UTC where the field's name ends in _gmt.
const dateForm = "2006-01-02T15:04:05"

// topics are what we have to be told of.
var topics = []string{"order.created", "order.updated"}

// Shop is one WooCommerce shop.
type Shop struct {
	client *outbound.Client
	base   string
	host   string
	header http.Header
}

var _ storefront.Shop = (*Shop)(nil)

// New gives the shop at a domain. It makes no call.
func New(client *outbound.Client, domain string, c storefront.Credentials) *Shop {
	token := base64.StdEncoding.EncodeToString([]byte(c.Key + ":" + c.Secret))
	return &Shop{client: client, base: "https://" + domain + "/wp-json/wc/v3/", host: domain, header: http.Header{"Authorization": {"Basic " + token}}}
}

// call makes a request and explains what the shop refuses.
func (s *Shop) call(ctx context.Context, method, path string, body, out any) error {
	status, raw, err := storefront.Call(ctx, s.client, method, s.base+path, s.header, body, out)
	if err != nil || status < http.StatusBadRequest {
		return err
	}
	var no struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	p := &storefront.Problem{Trouble: storefront.Refused}
	switch err := json.Unmarshal(raw, &no); {
	case err != nil || no.Message == "", no.Code == "rest_no_route":
		p.Words, p.Cause = fmt.Sprintf("There is no WooCommerce API at %s (%d). Are permalinks on, and is this the shop's domain?", s.host, status), err
	default:
		r := []rune(strings.TrimRight(strings.TrimSpace(no.Message), "."))
		p.Words = "WooCommerce says: " + string(r[:min(len(r), 300)]) + "."
	}
	return p
}

// coupon is a code as WooCommerce has it.
type coupon struct {
	ID     int64   `json:"id"`
	Code   string  `json:"code"`
	Amount string  `json:"amount"`
	Kind   string  `json:"discount_type"`
	EndsAt *string `json:"date_expires_gmt"`
}

func (c coupon) found() (storefront.Found, error) {
	out := storefront.Found{ID: strconv.FormatInt(c.ID, 10), Active: true}
	if c.EndsAt != nil && *c.EndsAt != "" {
		at, err := time.Parse(dateForm, *c.EndsAt)
		if err != nil {
			return out, &storefront.Problem{Trouble: storefront.Refused, Words: "WooCommerce gives an end that is no time.", Cause: err}
		}
		out.EndsAt = &at
	}
	if c.Kind != "percent" {
		return out, nil
	}
	var err error
	out.Percent, err = storefront.ReadPercent(c.Amount, 100)
	return out, err
}

// Check asks for one coupon. Whether the key may write is seen when webhooks are made.
func (s *Shop) Check(ctx context.Context) error {
	var out []coupon
	return s.call(ctx, http.MethodGet, "coupons?per_page=1", nil, &out)
}

// Find looks a code up. WooCommerce keeps codes in small letters and finds those that are published.
func (s *Shop) Find(ctx context.Context, code string) (storefront.Found, bool, error) {
	var out []coupon
	if err := s.call(ctx, http.MethodGet, "coupons?"+url.Values{"code": {strings.ToLower(code)}}.Encode(), nil, &out); err != nil {
		return storefront.Found{}, false, err
	}
	for _, c := range out {
		if strings.EqualFold(c.Code, code) {
			found, err := c.found()
			return found, err == nil, err
		}
	}
	return storefront.Found{}, false, nil
}

// percent writes basis points as WooCommerce takes a percentage.
func percent(b money.BasisPoints) string { return fmt.Sprintf("%d.%02d", b/100, b%100) }

func end(d storefront.Discount) any {
	if d.EndsAt == nil {
		return nil
	}
	return d.EndsAt.UTC().Format(dateForm)
}

// Create makes a code for every customer, on all goods. WooCommerce knows no start, so that the code works at once.
func (s *Shop) Create(ctx context.Context, d storefront.Discount) (storefront.Found, error) {
	var made coupon
	err := s.call(ctx, http.MethodPost, "coupons", map[string]any{"code": d.Code, "discount_type": "percent", "amount": percent(d.Percent),
		"date_expires_gmt": end(d), "individual_use": false, "description": "Made by Tributary"}, &made)
	if err != nil {
		return storefront.Found{}, err
	}
	if made.ID == 0 {
		return storefront.Found{}, &storefront.Problem{Trouble: storefront.Refused, Words: s.host + " does not answer as WooCommerce does."}
	}
	return made.found()
}

// SetActive lets a coupon end at its start, or as d says. A draft would do as well, but WooCommerce does not find drafts by their code.
func (s *Shop) SetActive(ctx context.Context, shopsID string, d storefront.Discount, active bool) error {
	if !active {
		d.EndsAt = &d.StartsAt
	}
	return s.call(ctx, http.MethodPut, "coupons/"+url.PathEscape(shopsID), map[string]any{"date_expires_gmt": end(d)}, nil)
}

type webhook struct {
	ID     int64  `json:"id"`
	Status string `json:"status"`
	Topic  string `json:"topic"`
	URL    string `json:"delivery_url"`
}

// RegisterWebhooks makes the webhooks that are missing, signed with our secret, and switches on what WooCommerce has switched off.
func (s *Shop) RegisterWebhooks(ctx context.Context, h storefront.Hooks) (storefront.Hooked, error) {
	var present []webhook
	if err := s.call(ctx, http.MethodGet, fmt.Sprintf("webhooks?per_page=%d", pageMax), nil, &present); err != nil {
		return storefront.Hooked{}, err
	}
	var out storefront.Hooked
	for _, topic := range topics {
		i := slices.IndexFunc(present, func(w webhook) bool { return w.Topic == topic && w.URL == h.URL })
		// The secret is told each time: WooCommerce does not say which one it has.
		is := map[string]any{"name": "Tributary " + topic, "topic": topic, "delivery_url": h.URL, "secret": h.Secret, "status": "active"}
		method, path := http.MethodPost, "webhooks"
		if i >= 0 {
			method, path = http.MethodPut, fmt.Sprintf("webhooks/%d", present[i].ID)
		}
		if err := s.call(ctx, method, path, is, nil); err != nil {
			return out, err
		}
		out.Topics = append(out.Topics, topic)
	}
	return out, nil
}
