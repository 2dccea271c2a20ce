package shoptest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// StripeKey is what the Stripe account takes.
const StripeKey = "rk_test_of_a_brand"

// NewStripe starts Stripe with the account of one brand.
func NewStripe(t testing.TB) *Shop {
	t.Helper()
	return newShop(t, "stripe."+Domain, false, stripe)
}

func (s *Shop) stripePromotion(c *Code) any {
	coupon := map[string]any{"id": c.coupon, "object": "coupon", "valid": true}
	if p := s.coupons[c.coupon]; p != "" {
		coupon["percent_off"] = json.Number(p)
	}
	out := map[string]any{"id": "promo_" + c.ID, "object": "promotion_code", "code": c.Code, "active": c.Active, "coupon": coupon, "created": c.created}
	if c.EndsAt != "" {
		out["expires_at"] = json.Number(c.EndsAt)
	}
	return out
}

func stripe(s *Shop, w http.ResponseWriter, r *http.Request) {
	no := func(status int, code, message string) {
		write(w, status, map[string]any{"error": map[string]any{"type": "invalid_request_error", "code": code, "message": message}})
	}
	if r.Header.Get("Authorization") != "Bearer "+StripeKey || s.denied {
		no(http.StatusUnauthorized, "", "Invalid API Key provided: rk_test_***")
		return
	}
	if err := r.ParseForm(); err != nil {
		no(http.StatusBadRequest, "", "Invalid form")
		return
	}
	list := func(rows []any) {
		write(w, http.StatusOK, map[string]any{"object": "list", "has_more": false, "data": rows, "url": r.URL.Path})
	}
	kind, one, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	switch {
	case kind == "coupons" && r.Method == http.MethodPost:
		if _, there := s.coupons[r.Form.Get("id")]; there {
			no(http.StatusBadRequest, "resource_already_exists", "Coupon already exists.")
			return
		}
		s.coupons[r.Form.Get("id")] = trimZeros(r.Form.Get("percent_off"))
		write(w, http.StatusOK, map[string]any{"id": r.Form.Get("id"), "object": "coupon"})
	case kind == "promotion_codes" && r.Method == http.MethodGet:
		rows := []any{}
		for _, c := range s.codes {
			if !r.Form.Has("code") || strings.EqualFold(c.Code, r.Form.Get("code")) {
				rows = append(rows, s.stripePromotion(c))
			}
		}
		list(rows)
	case kind == "promotion_codes" && one == "":
		percent, there := s.coupons[r.Form.Get("coupon")]
		if !there {
			no(http.StatusNotFound, "resource_missing", "No such coupon: '"+r.Form.Get("coupon")+"'")
			return
		}
		if s.find(func(c *Code) bool { return c.Active && strings.EqualFold(c.Code, r.Form.Get("code")) }) != nil {
			no(http.StatusBadRequest, "", "An active promotion code with `code: "+r.Form.Get("code")+"` already exists.")
			return
		}
		c := &Code{ID: s.number(), Code: r.Form.Get("code"), Percent: percent, Active: true, EndsAt: r.Form.Get("expires_at"), coupon: r.Form.Get("coupon"),
			created: s.now().Add(time.Duration(s.next) * time.Second).Unix()}
		s.codes = append(s.codes, c)
		write(w, http.StatusOK, s.stripePromotion(c))
	case kind == "promotion_codes":
		c := s.find(func(c *Code) bool { return "promo_"+c.ID == one })
		if c == nil {
			no(http.StatusNotFound, "resource_missing", "No such promotion code: '"+one+"'")
			return
		}
		c.Active = r.Form.Get("active") == "true"
		write(w, http.StatusOK, s.stripePromotion(c))
	case kind == "webhook_endpoints" && r.Method == http.MethodGet:
		rows := []any{}
		for _, h := range s.webhooks {
			rows = append(rows, s.stripeEndpoint(h, false))
		}
		list(rows)
	case kind == "webhook_endpoints" && r.Method == http.MethodPost:
		h := &Webhook{ID: s.number(), URL: r.Form.Get("url"), metadata: map[string]string{}}
		h.Secret = "whsec_" + h.ID + "of_a_test"
		for name, values := range r.Form {
			if strings.HasPrefix(name, "enabled_events") {
				h.topics = append(h.topics, values...)
			}
			if key, ok := strings.CutPrefix(name, "metadata["); ok {
				h.metadata[strings.TrimSuffix(key, "]")] = values[0]
			}
		}
		h.Topic = strings.Join(h.topics, " ")
		s.webhooks = append(s.webhooks, h)
		write(w, http.StatusOK, s.stripeEndpoint(h, true))
	case kind == "webhook_endpoints" && r.Method == http.MethodDelete:
		for i, h := range s.webhooks {
			if "we_"+h.ID == one {
				s.webhooks = append(s.webhooks[:i], s.webhooks[i+1:]...)
				write(w, http.StatusOK, map[string]any{"id": one, "object": "webhook_endpoint", "deleted": true})
				return
			}
		}
		no(http.StatusNotFound, "resource_missing", "No such webhook endpoint: '"+one+"'")
	default:
		no(http.StatusNotFound, "", "Unrecognized request URL ("+r.Method+": "+r.URL.Path+").")
	}
}

// stripeEndpoint shows an endpoint; its secret is told only when it is made.
func (s *Shop) stripeEndpoint(h *Webhook, withSecret bool) any {
	out := map[string]any{"id": "we_" + h.ID, "object": "webhook_endpoint", "url": h.URL, "enabled_events": h.topics, "metadata": h.metadata, "status": "enabled"}
	if withSecret {
		out["secret"] = h.Secret
	}
	return out
}

// trimZeros writes a number as Stripe does, without zeros at the end.
func trimZeros(text string) string {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
