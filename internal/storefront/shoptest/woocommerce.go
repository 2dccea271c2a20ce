package shoptest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// WooCommerceKey and WooCommerceSecret are what the WooCommerce shop takes.
const (
	WooCommerceKey    = "ck_of_a_test"
	WooCommerceSecret = "cs_of_a_test"
)

// NewWooCommerce starts a WooCommerce shop.
func NewWooCommerce(t testing.TB) *Shop {
	t.Helper()
	return newShop(t, "two."+Domain, true, wooCommerce)
}

func wooNumber(id string) json.Number { return json.Number(strings.TrimLeft(id, "0")) }

func (s *Shop) wooCoupon(c *Code) any {
	ends := any(nil)
	if c.EndsAt != "" {
		ends = c.EndsAt
	}
	kind := "percent"
	if c.Percent == "" {
		kind = "fixed_cart"
	}
	return map[string]any{"id": wooNumber(c.ID), "code": strings.ToLower(c.Code), "status": "publish", "amount": c.Percent, "discount_type": kind, "date_expires_gmt": ends}
}

func wooCommerce(s *Shop, w http.ResponseWriter, r *http.Request) {
	no := func(status int, code, message string) {
		write(w, status, map[string]any{"code": code, "message": message, "data": map[string]any{"status": status}})
	}
	path, ok := strings.CutPrefix(r.URL.Path, "/wp-json/wc/v3/")
	key, secret, given := r.BasicAuth()
	switch {
	case !ok:
		no(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
		return
	case !given || key != WooCommerceKey || secret != WooCommerceSecret || s.denied:
		no(http.StatusUnauthorized, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
		return
	}
	var in struct {
		Code, Amount, Name, Topic, Secret, Status string
		Kind                                      string           `json:"discount_type"`
		URL                                       string           `json:"delivery_url"`
		EndsAt                                    *json.RawMessage `json:"date_expires_gmt"`
	}
	if r.Method != http.MethodGet {
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			no(http.StatusBadRequest, "rest_invalid_json", "Invalid JSON body passed.")
			return
		}
	}
	kind, one, _ := strings.Cut(path, "/")
	switch {
	case kind == "coupons" && r.Method == http.MethodGet:
		found := []any{}
		for _, c := range s.codes {
			if q := r.URL.Query(); !q.Has("code") || strings.ToLower(c.Code) == q.Get("code") {
				found = append(found, s.wooCoupon(c))
			}
		}
		write(w, http.StatusOK, found)
	case kind == "coupons" && r.Method == http.MethodPost:
		if s.find(func(c *Code) bool { return strings.EqualFold(c.Code, in.Code) }) != nil {
			no(http.StatusBadRequest, "woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")
			return
		}
		c := &Code{ID: s.number(), Code: strings.ToLower(in.Code), Percent: in.Amount, Active: true}
		s.wooEnd(c, in.EndsAt)
		s.codes = append(s.codes, c)
		write(w, http.StatusCreated, s.wooCoupon(c))
	case kind == "coupons" && r.Method == http.MethodPut:
		c := s.find(func(c *Code) bool { return string(wooNumber(c.ID)) == one })
		if c == nil {
			no(http.StatusBadRequest, "woocommerce_rest_shop_coupon_invalid_id", "Invalid ID.")
			return
		}
		s.wooEnd(c, in.EndsAt)
		write(w, http.StatusOK, s.wooCoupon(c))
	case kind == "webhooks" && r.Method == http.MethodGet:
		found := []any{}
		for _, h := range s.webhooks {
			found = append(found, map[string]any{"id": wooNumber(h.ID), "status": "active", "topic": h.Topic, "delivery_url": h.URL})
		}
		write(w, http.StatusOK, found)
	case kind == "webhooks" && (r.Method == http.MethodPost || r.Method == http.MethodPut):
		h := &Webhook{ID: s.number()}
		if r.Method == http.MethodPut {
			h = nil
			for _, is := range s.webhooks {
				if string(wooNumber(is.ID)) == one {
					h = is
				}
			}
			if h == nil {
				no(http.StatusBadRequest, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.")
				return
			}
		} else {
			s.webhooks = append(s.webhooks, h)
		}
		h.Topic, h.URL, h.Secret = in.Topic, in.URL, in.Secret
		write(w, http.StatusCreated, map[string]any{"id": wooNumber(h.ID), "topic": h.Topic})
	default:
		no(http.StatusNotFound, "rest_no_route", "No route was found matching the URL and request method.")
	}
}

// wooEnd sets a coupon's end where one was told. A coupon that has ended works no more.
func (s *Shop) wooEnd(c *Code, told *json.RawMessage) {
	c.EndsAt, c.Active = "", true
	if told == nil {
		return
	}
	if c.EndsAt = text(*told); c.EndsAt != "" {
		at, err := time.Parse("2006-01-02T15:04:05", c.EndsAt)
		c.Active = err == nil && at.After(s.now())
	}
}
