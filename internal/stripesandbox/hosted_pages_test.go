package stripesandbox_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/client"

	"tributary/internal/stripesandbox"
)

var sessionField = regexp.MustCompile(`name="session" value="([0-9A-Za-z]+)"`)

func newLink(t *testing.T, api *client.API, account string) *stripe.AccountLink {
	t.Helper()
	link, err := api.AccountLinks.New(&stripe.AccountLinkParams{Account: stripe.String(account), Type: stripe.String("account_onboarding"),
		RefreshURL: stripe.String("http://portal.test/refresh"), ReturnURL: stripe.String("http://portal.test/return?x=1")})
	require.NoError(t, err)
	return link
}

func TestOnboardingPageLeadsBackAndChangesTheAccount(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	const form = "application/x-www-form-urlencoded"
	for outcome, status := range map[string]stripe.AccountCapabilityStatus{"complete": "active", "restrict": "inactive"} {
		account := newExpress(t, api, "US").ID
		link := newLink(t, api, account)
		require.Equal(t, link.Created+300, link.ExpiresAt)
		code, _, _ := raw(t, http.MethodHead, link.URL, "", "", nil)
		require.Equal(t, http.StatusOK, code)

		code, page, header := raw(t, http.MethodGet, link.URL, "", "", nil)
		require.Equal(t, http.StatusOK, code, "a look with HEAD does not use the link up")
		require.Contains(t, page, "Complete onboarding")
		require.Contains(t, page, "Leave restricted")
		require.Contains(t, page, "No real money moves")
		require.Contains(t, header.Get("Content-Security-Policy"), "form-action 'self' http://portal.test")
		session := sessionField.FindStringSubmatch(page)[1]

		code, _, header = raw(t, http.MethodGet, link.URL, "", "", nil)
		require.Equal(t, http.StatusSeeOther, code)
		require.Equal(t, "http://portal.test/refresh", header.Get("Location"), "a link works once")

		code, _, _ = raw(t, http.MethodPost, link.URL, form, url.Values{"session": {"guessed"}, "outcome": {outcome}}.Encode(), nil)
		require.Equal(t, http.StatusNotFound, code)
		code, _, header = raw(t, http.MethodPost, link.URL, form, url.Values{"session": {session}, "outcome": {outcome}}.Encode(), nil)
		require.Equal(t, http.StatusSeeOther, code)
		require.Equal(t, "http://portal.test/return?x=1", header.Get("Location"))
		code, _, header = raw(t, http.MethodPost, link.URL, form, url.Values{"session": {session}, "outcome": {outcome}}.Encode(), nil)
		require.Equal(t, http.StatusSeeOther, code)
		require.Equal(t, "http://portal.test/refresh", header.Get("Location"), "the form works once")

		got, err := api.Accounts.GetByID(account, nil)
		require.NoError(t, err)
		require.Equal(t, status, got.Capabilities.Transfers)
		require.True(t, got.DetailsSubmitted)
		if outcome == "restrict" {
			require.Equal(t, []string{"individual.verification.document"}, got.Requirements.PastDue)
			require.Len(t, got.Requirements.Errors, 1)
		}
	}
}

func TestOnboardingLinkEndsAfterFiveMinutes(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	sandbox := start(t, func(c *stripesandbox.Config) { c.Now = clock.Now })
	api := connect(sandbox.URL(), 0)
	link := newLink(t, api, newExpress(t, api, "US").ID)
	clock.move(5 * time.Minute)
	code, _, header := raw(t, http.MethodGet, link.URL, "", "", nil)
	require.Equal(t, http.StatusSeeOther, code)
	require.Equal(t, "http://portal.test/refresh", header.Get("Location"))
	code, page, _ := raw(t, http.MethodGet, sandbox.URL()+"/connect/onboarding/unknown", "", "", nil)
	require.Equal(t, http.StatusNotFound, code)
	require.Contains(t, page, "This link has ended")
}

func TestOnboardingLinkNeedsWebAddresses(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	account := newExpress(t, api, "US").ID
	for _, wrong := range []string{"javascript:alert(1)", "/relative", "http://a;b/", "http://"} {
		_, err := api.AccountLinks.New(&stripe.AccountLinkParams{Account: stripe.String(account), Type: stripe.String("account_onboarding"),
			RefreshURL: stripe.String("http://portal.test/"), ReturnURL: stripe.String(wrong)})
		require.Equal(t, stripe.ErrorCodeURLInvalid, refusalOf(t, err).Code, wrong)
	}
}

func TestPagesCanBeMountedOnAnotherServer(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	host := httptest.NewServer(http.StripPrefix("/sandbox/stripe", sandbox.Pages()))
	t.Cleanup(host.Close)
	sandbox.SetPublicURL(host.URL + "/sandbox/stripe/")
	api := connect(sandbox.URL(), 0)
	link := newLink(t, api, newExpress(t, api, "US").ID)
	require.Contains(t, link.URL, host.URL+"/sandbox/stripe/onboarding/")
	code, page, _ := raw(t, http.MethodGet, link.URL, "", "", nil)
	require.Equal(t, http.StatusOK, code)
	session := sessionField.FindStringSubmatch(page)[1]
	code, _, _ = raw(t, http.MethodPost, link.URL, "application/x-www-form-urlencoded", "session="+session+"&outcome=complete", nil)
	require.Equal(t, http.StatusSeeOther, code)
}
