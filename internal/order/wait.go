package order

import (
	"errors"
	"strings"
)

// ErrWaits says that a refund or a chargeback came before its order; the delivery waits in the inbox.
var ErrWaits = errors.New("order: the order that this belongs to is not known yet")

// waits is ErrWaits with the names of the orders that would do.
type waits struct{ names []string }

func (w *waits) Error() string { return ErrWaits.Error() }
func (w *waits) Unwrap() error { return ErrWaits }

// WaitsFor gives the names, in the form of Names, of the orders that an ErrWaits waits for.
func WaitsFor(err error) []string {
	if w := (*waits)(nil); errors.As(err, &w) {
		return w.names
	}
	return nil
}

// Names are what refunds and chargebacks may call the order that is told: its shop and id, or its payment. They are unique in a brand.
func (in Incoming) Names() []string {
	out := []string{orderName(strings.ToLower(strings.TrimSpace(clean(in.Store))), strings.TrimSpace(clean(in.ExternalID)))}
	if in.PaymentIntent != "" {
		out = append(out, paymentName(clean(in.PaymentIntent)))
	}
	return out
}

func orderName(store, externalID string) string { return "order:" + store + "/" + externalID }
func paymentName(intent string) string          { return "payment:" + intent }
