package inbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/inbox"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
)

func hexMAC(secret []byte, text string) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// stamped signs as Stripe does, and as we do.
func stamped(secret []byte, at time.Time, body string) string {
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hexMAC(secret, fmt.Sprintf("%d.%s", at.Unix(), body)))
}

func TestAnEventOfStripeIsKnownByItsId(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	body := `{"id":"evt_1","object":"event","type":"charge.refunded","data":{}}`
	status, text := w.post(w.s.Checkout(), w.pay, body, "Stripe-Signature", stamped(secret, fixture.At, body))
	require.Equal(t, http.StatusOK, status, text)
	again := strings.Replace(body, `"data"`, `"pending_webhooks":1,"data"`, 1)
	status, text = w.post(w.s.Checkout(), w.pay, again, "Stripe-Signature", "v0=00,"+stamped(secret, fixture.At, again))
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "Known already.\n", text)
	var topic, key string
	require.NoError(t, w.db.SQL.QueryRow(`SELECT topic, dedup_key FROM inbox_delivery`).Scan(&topic, &key))
	require.Equal(t, []string{"charge.refunded", "evt_1"}, []string{topic, key})
	for _, none := range []string{`{`, `{"id":"evt_1"}`, `{"object":"event","id":"` + strings.Repeat("x", 201) + `","type":"a"}`} {
		status, _ = w.post(w.s.Checkout(), w.pay, none, "Stripe-Signature", stamped(secret, fixture.At, none))
		require.Equal(t, http.StatusBadRequest, status, none)
	}
}

func TestASignatureWithATimeHoldsForFiveMinutesAndByEitherSecret(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	body := `{"n":%d}`
	for i, c := range []struct {
		name, header string
		want         int
	}{
		{"now", stamped(secret, fixture.At, fmt.Sprintf(body, 0)), http.StatusOK},
		{"by the former secret", stamped(formerSecret, fixture.At, fmt.Sprintf(body, 1)), http.StatusOK},
		{"one of two signatures", stamped(secret, fixture.At, fmt.Sprintf(body, 2)) + ",v1=" + strings.Repeat("00", 32), http.StatusOK},
		{"five minutes old", stamped(secret, fixture.At.Add(-5*time.Minute), fmt.Sprintf(body, 3)), http.StatusOK},
		{"older", stamped(secret, fixture.At.Add(-301*time.Second), fmt.Sprintf(body, 4)), http.StatusUnauthorized},
		{"from the future", stamped(secret, fixture.At.Add(301*time.Second), fmt.Sprintf(body, 5)), http.StatusUnauthorized},
		{"by nobody's secret", stamped([]byte("x"), fixture.At, fmt.Sprintf(body, 6)), http.StatusUnauthorized},
		{"of another body", stamped(secret, fixture.At, "x"), http.StatusUnauthorized},
		{"of another time", strings.Replace(stamped(secret, fixture.At, fmt.Sprintf(body, 8)), "t=", "t=1", 1), http.StatusUnauthorized},
		{"none", "", http.StatusUnauthorized},
		{"no time", "v1=" + hexMAC(secret, "."+fmt.Sprintf(body, 10)), http.StatusUnauthorized},
		{"endless", stamped(secret, fixture.At, fmt.Sprintf(body, 11)) + strings.Repeat(",v1=00", 1000), http.StatusUnauthorized},
	} {
		status, text := w.post(w.s.Postback(), w.call, fmt.Sprintf(body, i), "Tributary-Signature", c.header)
		require.Equal(t, c.want, status, c.name+": "+text)
	}
	deliveries, _ := w.count(t)
	require.Equal(t, 4, deliveries)
}

// get calls a signed address.
func (w world) get(method string, integration uuid.UUID, query string) (int, string) {
	r := httptest.NewRequest(method, "/postback/x?"+query, nil)
	r.SetPathValue("integration", id.Of(id.Integration, integration).String())
	rec := httptest.NewRecorder()
	w.s.Postback().ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}

func signQuery(secret []byte, at time.Time, values url.Values) string {
	sig := hexMAC(secret, fmt.Sprintf("%d.%s", at.Unix(), values.Encode()))
	return values.Encode() + fmt.Sprintf("&ts=%d&sig=%s", at.Unix(), sig)
}

func TestASignedAddressHoldsOnceAndForFiveMinutes(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	values := url.Values{"externalId": {"1000"}, "net": {"10.00"}, "codes": {"MAYA15,Ü"}}
	signed := signQuery(secret, fixture.At, values)
	status, text := w.get(http.MethodGet, w.call, signed)
	require.Equal(t, http.StatusOK, status, text)
	status, _ = w.get(http.MethodGet, w.call, signed)
	require.Equal(t, http.StatusConflict, status)
	var topic string
	var body []byte
	require.NoError(t, w.db.SQL.QueryRow(`SELECT topic, body FROM inbox_delivery`).Scan(&topic, &body))
	require.Equal(t, "query", topic)
	require.Equal(t, values.Encode(), string(body), "what was signed, without time and signature")

	for name, query := range map[string]string{
		"changed":  strings.Replace(signed, "10.00", "99.00", 1),
		"added":    signed + "&test=true",
		"too old":  signQuery(secret, fixture.At.Add(-6*time.Minute), values),
		"wrong":    signQuery([]byte("x"), fixture.At, values),
		"unsigned": values.Encode(),
		"twice":    signed + "&sig=00",
	} {
		status, text = w.get(http.MethodGet, w.call, query)
		require.Contains(t, []int{http.StatusUnauthorized, http.StatusBadRequest}, status, name+": "+text)
	}
	status, _ = w.get(http.MethodGet, w.shop, signed)
	require.Equal(t, http.StatusNotFound, status, "the integration is of another sort")
	status, _ = w.get(http.MethodHead, w.call, signQuery(secret, fixture.At.Add(time.Second), values))
	require.Equal(t, http.StatusMethodNotAllowed, status, "what only looks at an address changes nothing")
	status, _ = w.get(http.MethodGet, w.call, "x="+strings.Repeat("x", 8_000))
	require.Equal(t, http.StatusRequestURITooLong, status)
	deliveries, jobs := w.count(t)
	require.Equal(t, []int{1, 0}, []int{deliveries, jobs})
}

func TestWhatCanNeverBecomeAnOrderIsToldAtOnce(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	w.s.Checks = map[string]func(string, []byte) error{"postback": func(topic string, body []byte) error {
		return fault.List{fault.At("lines.0.net", "BAD_FORMAT", "Write an amount like 12.34."), fault.At(topic, "INVALID", "%s", body)}
	}}
	status, text := w.post(w.s.Postback(), w.call, "{}", "Tributary-Signature", stamped(secret, fixture.At, "{}"))
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "lines.0.net: Write an amount like 12.34.\njson: {}\n", text)
	status, _ = w.post(w.s.Postback(), w.call, "{}", "Tributary-Signature", stamped([]byte("x"), fixture.At, "{}"))
	require.Equal(t, http.StatusUnauthorized, status, "only to who knows the secret")
	status, _ = w.get(http.MethodGet, w.call, signQuery(secret, fixture.At, url.Values{"a": {"1"}}))
	require.Equal(t, http.StatusBadRequest, status)
	deliveries, _ := w.count(t)
	require.Zero(t, deliveries)
	status, _ = w.post(w.s.Postback(), w.call, strings.Repeat(" ", inbox.BodyMax+1))
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
}
