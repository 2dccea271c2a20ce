package inbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	source, kind string
	signature    string // header
	timed        bool   // the signature holds its time
	topic        string // header
	delivery     string // header with the id of the delivery; empty when it names no body for good
	// named gives topic and key where they stand in no header; both are empty for a body that is none of this kind.
	named func(r *http.Request, body []byte) (topic, key string)
	kept  []string // headers that are kept with the body
	ping  func(r *http.Request, body []byte) bool
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

// Stripe names type and id inside the event, which it may send again with other words around it, so that the id is the key.
var checkout = dialect{source: "checkout", kind: "CHECKOUT", signature: "Stripe-Signature", timed: true,
	named: func(_ *http.Request, body []byte) (topic, key string) {
		var e struct{ ID, Object, Type string }
		if json.Unmarshal(body, &e) != nil || e.Object != "event" || len(e.ID) > keyMax {
			return "", ""
		}
		return e.Type, e.ID
	}}

// Shopify answers POST /webhooks/shopify/{integration}.
func (s *Service) Shopify() http.Handler { return s.webhook(shopify) }

// WooCommerce answers POST /webhooks/woocommerce/{integration}.
func (s *Service) WooCommerce() http.Handler { return s.webhook(wooCommerce) }

// Checkout answers POST /webhooks/checkout/{integration}, for events of a brand's own Stripe account.
func (s *Service) Checkout() http.Handler { return s.webhook(checkout) }

// Webhooks gives the handlers of all shops by what follows /webhooks/ in their addresses; each takes the integration as the path
// value "integration".
func (s *Service) Webhooks() map[string]http.Handler {
	return map[string]http.Handler{"shopify/": s.Shopify(), "woocommerce/": s.WooCommerce(), "checkout/": s.Checkout()}
}

// receiving gives the context in which a delivery is stored: what was received is stored also when the shop hangs up meanwhile.
func (s *Service) receiving(r *http.Request, d dialect) (context.Context, context.CancelFunc) {
	return context.WithTimeout(viewer.WithSystem(context.WithoutCancel(r.Context()), "webhook:"+d.source), answerWithin)
}

// from gives the integration that a delivery says it comes from, or answers why there is none.
func (s *Service) from(ctx context.Context, w http.ResponseWriter, d dialect, r *http.Request) (Integration, bool) {
	from, err := s.sender(ctx, d, r.PathValue("integration"))
	switch {
	case fault.Is(err, fault.NotFound):
		say(w, http.StatusNotFound, "There is no such integration.")
	case err != nil:
		s.Log.ErrorContext(ctx, "integration not read", "source", d.source, "error", err)
		say(w, http.StatusServiceUnavailable, "Please send this again later.")
	}
	return from, err == nil
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
		ctx, cancel := s.receiving(r, d)
		defer cancel()
		from, ok := s.from(ctx, w, d, r)
		if !ok {
			return
		}
		if d.ping != nil && d.ping(r, body) {
			say(w, http.StatusOK, "Reached.")
			return
		}
		if refusal := s.refuse(ctx, from, func(secrets [][]byte) string {
			return d.refuse(r.Header.Get(d.signature), body, secrets, s.Clock.Now())
		}); refusal != "" {
			say(w, http.StatusUnauthorized, refusal)
			return
		}
		topic, key := d.name(r, body)
		if topic == "" || len(topic) > topicMax || !utf8.ValidString(topic) {
			say(w, http.StatusBadRequest, d.nameless())
			return
		}
		if !s.sound(ctx, w, d.source, topic, body) {
			return
		}
		stored, err := s.Store(ctx, Delivery{Source: d.source, Integration: from.ID, Brand: from.Brand, Topic: topic, Key: key, Headers: d.keep(r), Body: body})
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

// refuse says why a signature does not hold; nothing when it does.
func (d dialect) refuse(header string, body []byte, secrets [][]byte, now time.Time) string {
	if d.timed {
		return timed(header, body, secrets, now)
	}
	return plain(header, body, secrets)
}

// name gives the topic of a delivery and the key that names it for good.
func (d dialect) name(r *http.Request, body []byte) (topic, key string) {
	if d.named != nil {
		return d.named(r, body)
	}
	topic = r.Header.Get(d.topic)
	return topic, d.key(r, topic, body)
}

func (d dialect) nameless() string {
	if d.topic != "" {
		return "The header " + d.topic + " is missing."
	}
	return "The body is no event with an id and a type."
}

// sender gives the integration named in the path when it is active and of the dialect's kind.
func (s *Service) sender(ctx context.Context, d dialect, path string) (Integration, error) {
	x, err := id.Parse(path)
	if err != nil || x.Kind != id.Integration {
		return Integration{}, ErrNoIntegration
	}
	from, err := s.senders.open(ctx, x.UUID, s.Clock.Now(), s.Open)
	if err != nil {
		return Integration{}, err
	}
	if from.Kind != d.kind || !from.Active {
		return Integration{}, ErrNoIntegration
	}
	return from, nil
}

// key names a delivery for good: by the sender's own id, else by topic and body. The id is not signed, so the body's hash stands
// beside it: another body under a known id is another delivery.
func (d dialect) key(r *http.Request, topic string, body []byte) string {
	hash := bodyKey(topic, body)
	if d.delivery == "" {
		return hash
	}
	name := r.Header.Get(d.delivery)
	if name == "" || len(name) > keyMax-len(hash)-1 || !utf8.ValidString(name) {
		return hash
	}
	return name + ":" + hash
}

// bodyKey names a delivery by its topic and body.
func bodyKey(topic string, body []byte) string {
	h := sha256.New()
	h.Write([]byte(topic + "\n"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
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
