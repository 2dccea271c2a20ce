package app_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/server/app/apptest"
)

// A shop that sends five megabytes is told the limit, whether it says the length before or not, and nothing of it is stored.
func TestAWebhookOfFiveMegabytesIsRefusedAndNothingIsStored(t *testing.T) {
	t.Parallel()
	const secret = "a secret of a shop"
	s := apptest.Start(t)
	brand := fixture.New(t, s.DB).Brand
	s.Member(t, "owner@shop.test", id.Of(id.Brand, brand), viewer.Owner)
	var out struct {
		ConnectIntegration struct {
			Integration struct{ WebhookURL string }
		}
	}
	s.Do(t, s.Token(t, "owner@shop.test"), `mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integration { webhookUrl } userErrors { message } } }`,
		map[string]any{"input": map[string]any{"brandId": id.Of(id.Brand, brand).String(), "kind": "SHOPIFY", "store": "shop.test", "secret": secret}}, &out)

	large := append([]byte(`{"id": 1, "note": "`), bytes.Repeat([]byte("x"), 5<<20)...)
	large = append(large, `"}`...)
	for name, body := range map[string]func() io.Reader{
		"length is said":   func() io.Reader { return bytes.NewReader(large) },
		"length is unsaid": func() io.Reader { return io.MultiReader(bytes.NewReader(large)) },
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, out.ConnectIntegration.Integration.WebhookURL, body())
		require.NoError(t, err)
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = mac.Write(large)
		r.Header.Set("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
		r.Header.Set("X-Shopify-Topic", "orders/paid")
		answer, err := s.HTTP.Do(r)
		require.NoError(t, err, name)
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, answer.Body.Close())
		require.NoError(t, err, name)
		require.Equal(t, http.StatusRequestEntityTooLarge, answer.StatusCode, name)
		require.Regexp(t, `at most (1024 KiB|1 MiB)`, string(text), name)
	}
	stored := 0
	require.NoError(t, s.DB.SQL.QueryRowContext(testdb.Context(t), `SELECT count(*) FROM inbox_delivery`).Scan(&stored))
	require.Zero(t, stored)
}
