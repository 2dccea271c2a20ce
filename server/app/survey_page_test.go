package app_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/server/app/apptest"
)

// A customer opens the page of an order, answers, and is thanked, without any script.
func TestACustomerAnswersOnAPage(t *testing.T) {
	t.Parallel()
	s := apptest.Start(t)
	ctx := testdb.Context(t)
	maya := fixture.New(t, s.DB)
	fixture.Policy(t, s.DB, maya.Brand)
	now := time.Now().UTC()
	order := id.NewUUID(now)
	s.DB.Ent.Order.Create().SetID(order).SetCreatedAt(now).SetUpdatedAt(now).SetBrandID(maya.Brand).SetSource("API").SetStore(fixture.Store).SetExternalID("1").
		SetName("#40213").SetPlacedAt(now).SetPayment("PAID").SetCurrency("EUR").SetTotalMinor(100).SetDiscountMinor(0).SetTaxMinor(0).SetShippingMinor(0).SetNetMinor(100).
		SetCodes([]string{}).SetFlags([]string{}).SetCheckoutToken("checkout of a customer").SaveX(ctx)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, address, body string) (*http.Response, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
		require.NoError(t, err)
		if method == http.MethodPost {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer, err := client.Do(r)
		require.NoError(t, err)
		defer func() { _ = answer.Body.Close() }()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer, string(text)
	}
	lead, _ := ask(http.MethodGet, s.URL+"/s/"+id.Of(id.Brand, maya.Brand).String()+"/"+url.PathEscape("checkout of a customer"), "")
	require.Equal(t, http.StatusSeeOther, lead.StatusCode)
	page := s.URL + lead.Header.Get("Location")

	shown, text := ask(http.MethodGet, page, "")
	require.Equal(t, http.StatusOK, shown.StatusCode)
	require.Contains(t, text, "What or who brought you to us?")
	require.NotContains(t, text, "<script")
	require.NotContains(t, text, "#40213", "nothing of the order is shown")
	require.Contains(t, shown.Header.Get("Content-Security-Policy"), "default-src 'none'; style-src 'nonce-")
	require.Equal(t, "no-store", shown.Header.Get("Cache-Control"))

	wrong, text := ask(http.MethodPost, page, "answer="+url.QueryEscape(strings.Repeat(`"><b>`, 80)))
	require.Equal(t, http.StatusUnprocessableEntity, wrong.StatusCode)
	require.Contains(t, text, "at most 300 characters")
	require.NotContains(t, text, `"><b>`)
	large, _ := ask(http.MethodPost, page, "answer="+strings.Repeat("x", 8<<10))
	require.Equal(t, http.StatusBadRequest, large.StatusCode)
	empty, _ := ask(http.MethodPost, page, "answer=")
	require.Equal(t, http.StatusUnprocessableEntity, empty.StatusCode)
	put, _ := ask(http.MethodPut, page, "")
	require.Equal(t, http.StatusMethodNotAllowed, put.StatusCode)

	for range 2 { // a form sent twice is thanked for twice
		sent, _ := ask(http.MethodPost, page, "answer=Maya")
		require.Equal(t, http.StatusSeeOther, sent.StatusCode)
	}
	thanked, text := ask(http.MethodGet, page, "")
	require.Equal(t, http.StatusOK, thanked.StatusCode)
	require.Contains(t, text, "Your answer is with")
	require.NotContains(t, text, "<form")

	for _, unknown := range []string{page + "0", s.URL + "/s/none", s.URL + "/s/none/none"} {
		missing, text := ask(http.MethodGet, unknown, "")
		require.Equal(t, http.StatusNotFound, missing.StatusCode, unknown)
		require.NotContains(t, text, "<form")
	}
}
