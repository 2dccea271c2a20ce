package inbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

const (
	// BodyMax bounds a body, in bytes.
	BodyMax = 1 << 20
	// answerWithin bounds the storing of a body; shops give up after five seconds.
	answerWithin = 4 * time.Second
	keyMax       = 200 // bytes
	topicMax     = 100 // bytes
)

// dialect is how a kind of shop signs and names its deliveries.
type dialect struct {
	source, kind     string
	signature, topic string
	delivery         string   // header with the id of the delivery; empty when it names no body for good
	kept             []string // headers that are kept with the body
	ping             func(r *http.Request, body []byte) bool
}

var shopify = dialect{source: "shopify", kind: "SHOPIFY", signature: "X-Shopify-Hmac-Sha256", topic: "X-Shopify-Topic", delivery: "X-Shopify-Webhook-Id",
	kept: []string{"X-Shopify-Shop-Domain", "X-Shopify-Event-Id", "X-Shopify-Api-Version", "X-Shopify-Triggered-At"}}

// WooCommerce sends no id that stays the same when a delivery is repeated, so the body itself is the key. When a webhook is
// made, it sends an unsigned form with the webhook's number and wants it to be answered.
var wooCommerce = dialect{source: "woocommerce", kind: "WOOCOMMERCE", signature: "X-WC-Webhook-Signature", topic: "X-WC-Webhook-Topic",
	kept: []string{"X-WC-Webhook-Source", "X-WC-Webhook-ID", "X-WC-Webhook-Delivery-ID"},
	ping: func(r *http.Request, body []byte) bool {
		number, isPing := strings.CutPrefix(string(body), "webhook_id=")
		_, err := strconv.ParseUint(number, 10, 63)
		return isPing && err == nil && r.Header.Get("X-WC-Webhook-Topic") == ""
	}}

// Shopify answers POST /webhooks/shopify/{integration}.
func (s *Service) Shopify() http.Handler { return s.webhook(shopify) }

// WooCommerce answers POST /webhooks/woocommerce/{integration}.
func (s *Service) WooCommerce() http.Handler { return s.webhook(wooCommerce) }

// Webhooks gives the handlers of all shops by what follows /webhooks/ in their addresses; each takes the integration as the path
// value "integration".
func (s *Service) Webhooks() map[string]http.Handler {
	return map[string]http.Handler{"shopify/": s.Shopify(), "woocommerce/": s.WooCommerce()}
}

func (s *Service) webhook(d dialect) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, BodyMax))
		if err != nil {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				say(w, http.StatusRequestEntityTooLarge, "A body has at most 1 MiB.")
				return
			}
			say(w, http.StatusBadRequest, "The body could not be read.")
			return
		}
		// What was received is stored also when the shop hangs up meanwhile.
		ctx, cancel := context.WithTimeout(viewer.WithSystem(context.WithoutCancel(r.Context()), "webhook:"+d.source), answerWithin)
		defer cancel()
		from, err := s.sender(ctx, d, r.PathValue("integration"))
		switch {
		case fault.Is(err, fault.NotFound):
			say(w, http.StatusNotFound, "There is no such integration.")
			return
		case err != nil:
			s.Log.ErrorContext(ctx, "integration not read", "source", d.source, "error", err)
			say(w, http.StatusServiceUnavailable, "Please send this again later.")
			return
		case d.ping != nil && d.ping(r, body):
			say(w, http.StatusOK, "Reached.")
			return
		case !signed(body, r.Header.Get(d.signature), from.Secret):
			say(w, http.StatusUnauthorized, "The signature does not belong to this body; check the secret of the integration.")
			return
		}
		topic := r.Header.Get(d.topic)
		if topic == "" || len(topic) > topicMax || !utf8.ValidString(topic) {
			say(w, http.StatusBadRequest, "The header "+d.topic+" is missing.")
			return
		}
		stored, err := s.Store(ctx, Delivery{Source: d.source, Integration: from.ID, Brand: from.Brand, Topic: topic,
			Key: d.key(r, topic, body), Headers: d.keep(r), Body: body})
		switch {
		case err != nil:
			s.Log.ErrorContext(ctx, "delivery not stored", "source", d.source, "error", err)
			say(w, http.StatusServiceUnavailable, "Please send this again later.")
		case stored:
			say(w, http.StatusOK, "Stored.")
		default:
			say(w, http.StatusOK, "Known already.")
		}
	})
}

// sender gives the integration named in the path when it is active and of the dialect's kind.
func (s *Service) sender(ctx context.Context, d dialect, path string) (Integration, error) {
	x, err := id.Parse(path)
	if err != nil || x.Kind != id.Integration {
		return Integration{}, ErrNoIntegration
	}
	from, err := s.Open(ctx, x.UUID)
	if err != nil {
		return Integration{}, err
	}
	if from.Kind != d.kind || !from.Active {
		return Integration{}, ErrNoIntegration
	}
	return from, nil
}

// signed compares base64(HMAC-SHA256(body)) with what the header says, in constant time.
func signed(body []byte, header string, secret []byte) bool {
	if len(secret) == 0 {
		return false
	}
	told, err := base64.StdEncoding.DecodeString(header)
	if err != nil {
		return false
	}
	h := hmac.New(sha256.New, secret)
	h.Write(body)
	return hmac.Equal(told, h.Sum(nil))
}

// key names a delivery for good: by the sender's own id, else by topic and body. The id is not signed, so the body's hash stands
// beside it: another body under a known id is another delivery.
func (d dialect) key(r *http.Request, topic string, body []byte) string {
	h := sha256.New()
	h.Write([]byte(topic + "\n"))
	h.Write(body)
	hash := hex.EncodeToString(h.Sum(nil))
	if d.delivery == "" {
		return hash
	}
	name := r.Header.Get(d.delivery)
	if name == "" || len(name) > keyMax-len(hash)-1 || !utf8.ValidString(name) {
		return hash
	}
	return name + ":" + hash
}

func (d dialect) keep(r *http.Request) map[string]string {
	out := map[string]string{}
	for _, name := range d.kept {
		if v := r.Header.Get(name); v != "" {
			out[name] = strings.ToValidUTF8(v[:min(len(v), 500)], "")
		}
	}
	return out
}

func say(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, sentence+"\n")
}
