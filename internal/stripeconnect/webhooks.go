package stripeconnect

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76/webhook"

	"tributary/internal/kit/money"
	"tributary/internal/payout"
)

// bodyMax bounds a message, in bytes; Stripe's are a few kilobytes.
const bodyMax = 512 << 10

// signatureAge is how old a signature may be when a message arrives. Replays from our own store skip the signature.
const signatureAge = 5 * time.Minute

// errSignature is returned for a message that none of the secrets has signed.
var errSignature = errors.New("stripe: the signature fits none of the secrets")

// Webhooks answers POST /webhooks/stripe for both endpoints (the platform's and Connect's): it checks the signature over the
// raw body, hands the message to receive, and answers 200 once receive has stored it. 400 for a body that is not signed, 413
// for one that is too long, 500 when it could not be stored, so that Stripe sends it again.
func (c *Client) Webhooks(receive func(ctx context.Context, e payout.Event) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyMax))
		var tooLong *http.MaxBytesError
		if errors.As(err, &tooLong) {
			http.Error(w, "body too long", http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "body cut off", http.StatusBadRequest)
			return
		}
		e, err := c.event(body, r.Header.Get("Stripe-Signature"))
		if err != nil {
			c.log.WarnContext(r.Context(), "a message to the Stripe webhook was refused", "error", err)
			http.Error(w, "not signed by Stripe", http.StatusBadRequest)
			return
		}
		if err := receive(r.Context(), e); err != nil {
			c.log.ErrorContext(r.Context(), "a message of Stripe was not stored", "event", e.ID, "error", err)
			http.Error(w, "try again", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}

// event verifies and reads a message.
func (c *Client) event(body []byte, header string) (payout.Event, error) {
	signed := false
	for _, secret := range c.secrets {
		if secret != "" && webhook.ValidatePayloadWithTolerance(body, header, secret, signatureAge) == nil {
			signed = true
			break
		}
	}
	if !signed {
		return payout.Event{}, errSignature
	}
	return ReadEvent(body)
}

// ReadEvent reads a message whose signature was checked when it came. Fields are read defensively: an endpoint may be pinned to
// another version.
func ReadEvent(body []byte) (payout.Event, error) {
	var e struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Account  string `json:"account"`
		Livemode bool   `json:"livemode"`
		Created  int64  `json:"created"`
		Data     struct {
			Object struct {
				ID string `json:"id"`
			} `json:"object"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return payout.Event{}, err
	}
	if e.ID == "" || e.Type == "" {
		return payout.Event{}, errors.New("stripe: a message without id or type")
	}
	return payout.Event{ID: e.ID, Type: e.Type, Account: e.Account, Object: e.Data.Object.ID, Live: e.Livemode, Body: body,
		CreatedAt: time.Unix(e.Created, 0).UTC()}, nil
}

func lower(c money.Currency) string { return strings.ToLower(string(c)) }
