package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
	"tributary/internal/kit/mail/mailtest"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/payout"
	"tributary/internal/stripeconnect"
	"tributary/internal/stripesandbox"
	"tributary/server/config"
)

// patience bounds what a test waits for work in the background.
const patience = time.Minute

// signUp makes an account over HTTP and stays signed in.
func (m *market) signUp(name, handle string) person {
	m.t.Helper()
	p := person{email: fmt.Sprintf("%s%d@people.test", name, m.next())}
	in := vars{"email": p.email, "password": marketPassword, "name": name}
	if handle != "" {
		in["creatorHandle"], in["country"] = handle, "DE"
	}
	var out struct{ AccessToken string }
	m.must(nobody, `mutation($input: SignUpInput!) { signUp(input: $input) { accessToken userErrors { code message field } } }`, input(in), &out)
	p.token = out.AccessToken
	return p
}

// finishOnboarding does what a creator does on Stripe's pages, and waits until Stripe has told the server.
func (p *process) finishOnboarding(m *market, who person) {
	p.t.Helper()
	var out struct{ OnboardingURL string }
	m.must(who, `mutation { startPayoutOnboarding { onboardingUrl userErrors { code message } } }`, nil, &out)
	page, err := url.Parse(out.OnboardingURL)
	require.NoError(p.t, err)
	require.Equal(p.t, p.base.Host, page.Host)
	status, html := p.send(http.MethodGet, page.RequestURI(), "", nil)
	require.Equal(p.t, http.StatusOK, status, html)
	session := regexp.MustCompile(`name="session" value="([^"]+)"`).FindStringSubmatch(html)
	require.Len(p.t, session, 2, html)
	status, html = p.send(http.MethodPost, page.RequestURI(), url.Values{"session": {session[1]}, "outcome": {"complete"}}.Encode(),
		map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
	require.Equal(p.t, http.StatusSeeOther, status, html)
	require.Eventually(p.t, func() bool {
		var account struct{ Status string }
		m.must(who, `{ payoutAccount { status } }`, nil, &account)
		return account.Status == "ENABLED"
	}, patience, 100*time.Millisecond)
}

// waitFor waits until a run is in a state.
func (s *shop) waitFor(r run, status string) {
	s.m.t.Helper()
	require.Eventually(s.m.t, func() bool { return s.look(r).Status == status }, patience, 100*time.Millisecond)
}

func (s *shop) look(r run) run {
	s.m.t.Helper()
	var out run
	s.m.must(s.treasurer, `query($id: ID!) { payoutRun(id: $id) `+runFields+` }`, vars{"id": r.ID}, &out)
	return out
}

// sendFunded sends a run as soon as the funding has reached Stripe's balance.
func (s *shop) sendFunded(r run) {
	s.m.t.Helper()
	require.Eventually(s.m.t, func() bool {
		a := s.m.ask(s.treasurer, `mutation($input: SendPayoutRunInput!) { sendPayoutRun(input: $input) { payoutRun { id } userErrors { code message } } }`,
			input(r.confirm()))
		require.Empty(s.m.t, a.Errors)
		var out struct {
			PayoutRun  *run
			UserErrors []struct{ Code, Message string }
		}
		require.NoError(s.m.t, json.Unmarshal(a.Data["sendPayoutRun"], &out))
		if out.PayoutRun == nil {
			require.Equal(s.m.t, "PROVIDER_BALANCE_SHORT", out.UserErrors[0].Code, out.UserErrors)
		}
		return out.PayoutRun != nil
	}, patience, 100*time.Millisecond)
}

// funded sets money aside over the API alone.
func (s *shop) funded() {
	s.m.t.Helper()
	s.m.change(s.finance, "recordFunding", "funding", vars{"brandId": s.brand.String(), "amount": vars{"amount": "1000.00", "currencyCode": "EUR"}})
}

func TestACreatorWhoSignsUpIsPaidForASale(t *testing.T) {
	t.Parallel()
	office := mailtest.Open(t, nil)
	p := install(t).serve(map[string]string{"SMTP_URL": office.URL})
	m := p.market()
	s := m.openShopOf(m.signUp("owner", ""))
	me := m.signUp("creator", "maya.test")
	var own struct{ Creator struct{ ID string } }
	m.must(me, `{ viewer { creator { id } } }`, nil, &own)
	creator, err := id.Parse(own.Creator.ID)
	require.NoError(t, err)
	maya := s.enter(partner{person: me, creator: creator})

	in := s.newOrder()
	in["clickId"], in["codes"] = s.click(maya), []string{maya.word}
	sold := m.now()
	order := m.change(s.owner, "recordOrder", "order", in)
	s.commission(order)
	n, err := m.commissions.ApproveDue(testdb.Context(t))
	require.NoError(t, err)
	require.LessOrEqual(t, n, 1, "the server's own job may have been first")

	s.funded()
	p.finishOnboarding(m, me)
	var prepared struct{ PayoutRun run }
	m.must(s.treasurer, `mutation($input: PreparePayoutRunInput!) { preparePayoutRun(input: $input) { payoutRun `+runFields+` userErrors { code message } } }`,
		input(vars{"brandId": s.brand.String(), "currencyCode": "EUR"}), &prepared)
	r := prepared.PayoutRun
	require.Equal(t, vars{"amount": "10.00", "currencyCode": "EUR"}, r.Total)

	// Who prepared a run does not approve it.
	a := m.ask(s.treasurer, `mutation($input: ApprovePayoutRunInput!) { approvePayoutRun(input: $input) { payoutRun { id } userErrors { code } } }`, input(r.confirm()))
	require.Contains(t, stripped(a), "SAME_PERSON")

	r = s.step(s.finance, "approvePayoutRun", "ApprovePayoutRunInput", r.confirm())
	s.sendFunded(r)
	s.waitFor(r, "COMPLETED")
	var paid struct {
		Nodes []struct {
			Status string
			Amount struct{ Amount string }
		}
	}
	m.must(me, `{ payouts { nodes { status amount { amount } } } }`, nil, &paid)
	require.Len(t, paid.Nodes, 1)
	require.Equal(t, "PAID", paid.Nodes[0].Status)
	require.Equal(t, "10.00", paid.Nodes[0].Amount.Amount)
	p.balanced()

	// One letter tells the creator of it.
	var told []mailtest.Letter
	require.Eventually(t, func() bool {
		told = slices.DeleteFunc(office.To(me.email), func(l mailtest.Letter) bool {
			_, subject := l.Read(t)
			return !strings.Contains(subject, "has paid you")
		})
		return len(told) > 0
	}, patience, 100*time.Millisecond)
	p.stop()
	require.Len(t, told, 1)
	var brand, program string
	require.NoError(t, p.db.SQL.QueryRow(`SELECT b.name, p.name FROM brand b JOIN program p ON p.brand_id = b.id`).Scan(&brand, &program))
	_, subject := told[0].Read(t)
	require.Equal(t, "Sandbox: "+brand+" has paid you EUR 10.00", subject)
	require.Equal(t, "Hello creator,\n\n"+brand+" has paid you EUR 10.00. The money is on its way by Stripe to your bank account.\n\n"+
		"It covers 1 sale of "+program+" on "+sold.Format("2 January 2006")+".\n\nSandbox – no real money moves.\n\n"+p.base.String()+"/creator/payouts\n",
		told[0].Text(t))
}

const shopSecret = "a secret of the shop"

// deliver sends what Shopify would, signed with a secret.
func (p *process) deliver(integration id.ID, topic, delivery, body, secret string) (int, string) {
	p.t.Helper()
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(body))
	return p.send(http.MethodPost, "/webhooks/shopify/"+integration.String(), body, map[string]string{"Content-Type": "application/json",
		"X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": delivery, "X-Shopify-Shop-Domain": "one.myshopify.test",
		"X-Shopify-Hmac-Sha256": base64.StdEncoding.EncodeToString(h.Sum(nil))})
}

func TestASignedOrderOfAShopIsCreditedAndAnOverlargeRefundTakesNoMoreThanWasEarned(t *testing.T) {
	t.Parallel()
	p := install(t).serve(nil)
	m := p.market()
	s := m.openShop()
	maya := s.join()
	integration := m.change(s.owner, "connectIntegration", "integration", vars{"brandId": s.brand.String(), "kind": "SHOPIFY", "store": "one.myshopify.test", "secret": shopSecret})
	at := m.now().Add(time.Second).Format(time.RFC3339) // shops tell whole seconds
	order := fmt.Sprintf(`{"id": 5123, "name": "#1042", "created_at": %[1]q, "updated_at": %[1]q, "processed_at": %[1]q, "financial_status": "paid", "test": false,
		"currency": "EUR", "total_price": "100.00", "total_tax": "0.00", "total_discounts": "0.00", "taxes_included": true, "email": "ada@example.test",
		"discount_codes": [{"code": %[2]q, "amount": "0.00", "type": "percentage"}], "customer": {"id": 7, "email": "ada@example.test"},
		"line_items": [{"id": 9, "product_id": 11, "name": "Serum", "quantity": 2, "price": "50.00", "discount_allocations": [], "tax_lines": []}], "refunds": []}`, at, maya.word)

	before := p.counts()
	status, text := p.deliver(integration, "orders/paid", "w1", order, "another secret")
	require.Equal(t, http.StatusUnauthorized, status, text)
	require.Equal(t, before, p.counts(), "a message with a wrong signature is not kept")

	status, text = p.deliver(integration, "orders/paid", "w1", order, shopSecret)
	require.Equal(t, http.StatusOK, status, text)
	type seen struct {
		ID          string
		Flags       []string
		Refunded    struct{ Amount string }
		Commissions []struct {
			ID     string
			Amount struct{ Amount string }
		}
	}
	orders := func() []seen {
		var out struct{ Nodes []seen }
		m.must(s.owner, `query($id: ID!) { orders(brandId: $id) { nodes { id flags refunded { amount } commissions { id amount { amount } } } } }`, vars{"id": s.brand.String()}, &out)
		return out.Nodes
	}
	require.Eventually(t, func() bool { return len(orders()) == 1 }, patience, 100*time.Millisecond)
	require.Len(t, orders()[0].Commissions, 1)
	require.Equal(t, "10.00", orders()[0].Commissions[0].Amount.Amount)

	status, text = p.deliver(integration, "orders/paid", "w1", order, shopSecret)
	require.Equal(t, http.StatusOK, status, text)
	require.Contains(t, text, "Known already")

	refund := fmt.Sprintf(`{"id": 800, "order_id": 5123, "created_at": %q, "note": "too much", "refund_line_items": [],
		"transactions": [{"kind": "refund", "status": "success", "amount": "150.00", "currency": "EUR"}], "order_adjustments": []}`, at)
	status, text = p.deliver(integration, "refunds/create", "w2", refund, shopSecret)
	require.Equal(t, http.StatusOK, status, text)
	require.Eventually(t, func() bool { return orders()[0].Refunded.Amount == "150.00" }, patience, 100*time.Millisecond)
	require.Len(t, orders(), 1)
	require.Equal(t, []string{"OVER_REFUNDED"}, orders()[0].Flags)
	require.Equal(t, "0.00", orders()[0].Commissions[0].Amount.Amount)
	p.balanced()
}

func TestABeaconOfAShopTiesAnOrderToItsClick(t *testing.T) {
	t.Parallel()
	p := install(t).serve(nil)
	m := p.market()
	s := m.openShop()
	maya := s.join()
	var site struct{ WebsiteURL string }
	m.must(s.owner, `query($id: ID!) { brand(id: $id) { websiteUrl } }`, vars{"id": s.brand.String()}, &site)
	tid, now := s.click(maya), m.now()
	event := func(typ string) vars {
		return vars{"id": id.NewUUID(now).String(), "type": typ, "checkoutToken": "a token of 16 letters"}
	}
	tell := func(origin string, events ...vars) (int, string) {
		body, err := json.Marshal(vars{"brand": s.brand.String(), "tid": tid, "events": events})
		require.NoError(t, err)
		return p.send(http.MethodPost, "/t/events", string(body), map[string]string{"Content-Type": "text/plain;charset=UTF-8", "Origin": origin,
			"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
	}
	status, text := tell("https://evil.test", event("PURCHASE"))
	require.Equal(t, http.StatusForbidden, status, text)
	status, text = tell(site.WebsiteURL, event("PAGE_VIEW"), event("ADD_TO_CART"), event("CHECKOUT"))
	require.Equal(t, http.StatusNoContent, status, text)
	steps := func() (out []float64) {
		var funnel struct{ Total []struct{ Count float64 } }
		day := now.Format(time.DateOnly)
		m.must(s.analyst, `query($f: FunnelFilter!) { funnel(filter: $f) { total { kind count } } }`, vars{"f": vars{"brandId": s.brand.String(), "from": day, "to": day}}, &funnel)
		for _, step := range funnel.Total {
			out = append(out, step.Count)
		}
		return out
	}
	require.Eventually(t, func() bool { return slices.Equal(steps(), []float64{1, 1, 1, 1, 0}) }, patience, 100*time.Millisecond)

	in := s.newOrder()
	in["checkoutToken"] = "a token of 16 letters"
	s.commission(m.change(s.owner, "recordOrder", "order", in))
	require.Equal(t, []float64{1, 1, 1, 1, 1}, steps())

	// The last event is stored although the server stops right after it was told.
	status, text = tell(site.WebsiteURL, event("PURCHASE"))
	require.Equal(t, http.StatusNoContent, status, text)
	p.stop()
	var stored int
	require.NoError(t, p.db.SQL.QueryRow(`SELECT count(*) FROM store_event`).Scan(&stored))
	require.Equal(t, 4, stored)
}

// counts tells how many rows each table has that a call could have written to. Sessions begin with each access token of a test, and
// figures are folded in the background.
func (i *installation) counts() map[string]int {
	i.t.Helper()
	ctx := testdb.Context(i.t)
	rows, err := i.db.SQL.QueryContext(ctx, `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
		AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'river%' AND relname NOT LIKE 'rollup%' AND relname <> 'session'`)
	require.NoError(i.t, err)
	defer func() { _ = rows.Close() }()
	var names []string
	for rows.Next() {
		var name string
		require.NoError(i.t, rows.Scan(&name))
		names = append(names, name)
	}
	require.NoError(i.t, rows.Err())
	out := map[string]int{}
	for _, name := range names {
		var n int
		require.NoError(i.t, i.db.SQL.QueryRowContext(ctx, `SELECT count(*) FROM "`+name+`"`).Scan(&n))
		out[name] = n
	}
	require.Greater(i.t, len(out), 20)
	return out
}

// answerTo is what a person or program reads when something was wrong: the status, the codes and the fields.
func (p *process) answerTo(token, query string, v vars) (status int, told string) {
	p.t.Helper()
	body, err := json.Marshal(vars{"query": query, "variables": v})
	require.NoError(p.t, err)
	headers := map[string]string{"Content-Type": "application/json"}
	if token != "" {
		headers["Authorization"] = token
	}
	status, text := p.send(http.MethodPost, "/graphql", string(body), headers)
	var a answer
	require.NoError(p.t, json.Unmarshal([]byte(text), &a), text)
	for _, e := range a.Errors {
		return status, e.Extensions.Code + " " + strings.Join(e.Extensions.Field, ".")
	}
	for _, raw := range a.Data {
		var payload struct {
			UserErrors []struct {
				Code, Message string
				Field         []string
			}
		}
		require.NoError(p.t, json.Unmarshal(raw, &payload))
		for _, e := range payload.UserErrors {
			require.NotEmpty(p.t, e.Message)
			return status, "user " + e.Code + " " + strings.Join(e.Field, ".")
		}
		if string(raw) == "null" {
			return status, "null"
		}
	}
	return status, "done"
}

const (
	askSignIn = `mutation($input: SignInInput!) { signIn(input: $input) { accessToken userErrors { code message field } } }`
	askOrder  = `mutation($input: RecordOrderInput!) { recordOrder(input: $input) { order { id } duplicate userErrors { code message field } } }`
	askRefund = `mutation($input: RecordRefundInput!) { recordRefund(input: $input) { order { id } userErrors { code message field } } }`
	askLink   = `mutation($input: CreateLinkInput!) { createLink(input: $input) { link { id } userErrors { code message field } } }`
	askFund   = `mutation($input: RecordFundingInput!) { recordFunding(input: $input) { funding { id } userErrors { code message field } } }`
)

func TestBadInputGetsAClearAnswerAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	p := install(t).serve(nil)
	m := p.market()
	s, other := m.openShop(), m.openShop()
	maya := s.join()
	order := s.sell(maya)
	approve := func() { // so that the server's own job finds nothing to do between two counts
		_, err := m.commissions.ApproveDue(testdb.Context(t))
		require.NoError(t, err)
	}
	approve()
	owner, finance := m.bearer(s.owner), m.bearer(s.finance)
	stranger := m.bearer(other.owner)

	with := func(v vars, changes ...any) vars {
		out := vars{}
		for k, x := range v {
			out[k] = x
		}
		for i := 0; i < len(changes); i += 2 {
			if changes[i+1] == nil {
				delete(out, changes[i].(string))
			} else {
				out[changes[i].(string)] = changes[i+1]
			}
		}
		return input(out)
	}
	sale := s.newOrder()
	refund := vars{"orderId": order.String(), "externalId": "r-1", "amount": vars{"amount": "100.01", "currencyCode": "EUR"}}
	for name, c := range map[string]struct {
		token, query string
		v            vars
		status       int
		told         string
	}{
		"wrong password":        {"", askSignIn, input(vars{"email": s.owner.email, "password": "wrong"}), 200, "user INVALID "},
		"unknown account":       {"", askSignIn, input(vars{"email": "nobody@people.test", "password": "wrong"}), 200, "user INVALID "},
		"no token":              {"", askOrder, input(sale), 200, "UNAUTHENTICATED "},
		"forged token":          {owner[:len(owner)-4] + "AAAA", askOrder, input(sale), 200, "UNAUTHENTICATED "},
		"token that is over":    {p.tokenOfAnHourAgo(s.owner), askOrder, input(sale), 200, "UNAUTHENTICATED "},
		"unknown key":           {"Bearer trb_" + strings.Repeat("A", 43), askOrder, input(sale), 200, "UNAUTHENTICATED "},
		"unknown brand":         {owner, askOrder, with(sale, "brandId", missing(s.brand).String()), 200, "NOT_FOUND "},
		"no id at all":          {owner, askOrder, with(sale, "brandId", "nonsense"), 200, "NOT_FOUND "},
		"another brand":         {stranger, askOrder, input(sale), 200, "NOT_FOUND "},
		"another brand's order": {stranger, askRefund, input(refund), 200, "NOT_FOUND "},
		"not the role":          {finance, askOrder, input(sale), 200, "FORBIDDEN "},
		"no currency":           {owner, askOrder, with(sale, "currencyCode", nil), 200, "BAD_USER_INPUT "},
		"made-up currency":      {owner, askOrder, with(sale, "currencyCode", "XQX"), 200, "BAD_USER_INPUT "},
		"no lines":              {owner, askOrder, with(sale, "lines", []vars{}), 200, "user OUT_OF_RANGE lines"},
		"negative amount":       {owner, askOrder, with(sale, "lines", []vars{{"name": "Cream", "net": "-1.00"}}), 200, "user OUT_OF_RANGE lines.0.net"},
		"three decimals":        {owner, askOrder, with(sale, "lines", []vars{{"name": "Cream", "net": "1.005"}}), 200, "user BAD_FORMAT lines.0.net"},
		"unknown field":         {owner, askOrder, with(sale, "approved", true), 200, "BAD_USER_INPUT "},
		"refund of too much":    {owner, askRefund, input(refund), 200, "user OUT_OF_RANGE amount"},
		"link away from the brand": {m.bearer(maya.person), askLink, with(vars{"partnershipId": maya.partnership.String(), "destinationUrl": "https://elsewhere.test/"}),
			200, "user UNVERIFIED_DOMAIN destinationUrl"},
		"negative funding": {finance, askFund, input(vars{"brandId": s.brand.String(), "amount": vars{"amount": "-5.00", "currencyCode": "EUR"}}), 200,
			"user OUT_OF_RANGE amount"},
	} {
		before := p.counts()
		status, told := p.answerTo(c.token, c.query, c.v)
		require.Equal(t, c.told, told, name)
		require.Equal(t, c.status, status, name)
		require.Equal(t, before, p.counts(), name)
	}

	status, told := p.answerTo(owner, askOrder, input(sale))
	require.Equal(t, "done", told, status)
	approve()
	before := p.counts()
	_, told = p.answerTo(owner, askOrder, input(sale))
	require.Equal(t, "done", told)
	require.Equal(t, before, p.counts(), "the same order again")
	again := m.ask(s.owner, askOrder, input(sale))
	require.Contains(t, string(again.Data["recordOrder"]), `"duplicate":true`)
	before = p.counts()

	status, text := p.send(http.MethodPost, "/graphql", `{"query":"`+strings.Repeat("canary ", 300_000)+`"}`, map[string]string{"Content-Type": "application/json"})
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
	require.NotContains(t, text, "canary")
	status, _ = p.send(http.MethodGet, "/r/nosuchlink", "", nil)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, before, p.counts())
	require.NotContains(t, p.log.String(), "canary")
	p.balanced()
}

// tokenOfAnHourAgo is an access token that was good an hour ago.
func (p *process) tokenOfAnHourAgo(who person) string {
	p.t.Helper()
	a := App{Config: config.Config{DataDir: p.settings["TRIBUTARY_DATA_DIR"], BaseURL: p.base}, Out: io.Discard, Err: io.Discard}
	past := clock.NewFake(clock.System{}.Now().Add(-time.Hour))
	s, err := a.build(p.t.Context(), &opened{DB: p.db}, slog.New(slog.DiscardHandler), past, nil)
	require.NoError(p.t, err)
	token, _, err := s.identity.TokenFor(viewer.WithSystem(p.t.Context(), "test"), who.email)
	require.NoError(p.t, err)
	return "Bearer " + token
}

func TestAWrongStartSaysWhyAndEnds(t *testing.T) {
	t.Parallel()
	i := install(t)
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	file := filepath.Join(t.TempDir(), "a file")
	require.NoError(t, os.WriteFile(file, []byte("x"), 0o600))
	for name, c := range map[string]struct {
		settings map[string]string
		says     []string
	}{
		"unknown setting":           {map[string]string{"TRIBUTARY_ADRR": ":0"}, []string{"TRIBUTARY_ADRR", "no such setting", "TRIBUTARY_ADDR"}},
		"wrong setting":             {map[string]string{"TRIBUTARY_STRIPE_RATE_PER_SECOND": "many"}, []string{"TRIBUTARY_STRIPE_RATE_PER_SECOND"}},
		"wrong address":             {map[string]string{"TRIBUTARY_ADDR": "nonsense"}, []string{"TRIBUTARY_ADDR"}},
		"missing secret file":       {map[string]string{"TRIBUTARY_SECRET_FILE": filepath.Join(filepath.Dir(file), "none")}, []string{"TRIBUTARY_SECRET_FILE", "cannot be read"}},
		"short secret":              {map[string]string{"TRIBUTARY_SECRET": "short"}, []string{"TRIBUTARY_SECRET"}},
		"Stripe server without key": {map[string]string{"STRIPE_API_BASE": "http://127.0.0.1:1"}, []string{"STRIPE_API_BASE", "STRIPE_SECRET_KEY"}},
		"port in use":               {map[string]string{"TRIBUTARY_ADDR": taken.Addr().String()}, []string{taken.Addr().String(), "in use", "TRIBUTARY_ADDR"}},
		"unusable data folder":      {map[string]string{"TRIBUTARY_DATA_DIR": filepath.Join(file, "data")}, []string{filepath.Join(file, "data")}},
		"unusable data folder of the local database": {map[string]string{"TRIBUTARY_DATA_DIR": filepath.Join(file, "data"), "DATABASE_URL": ""},
			[]string{filepath.Join(file, "data"), "TRIBUTARY_DATA_DIR"}},
	} {
		out, status := i.run("serve", c.settings)
		require.Equal(t, 1, status, "%s: %s", name, out)
		for _, word := range c.says {
			require.Contains(t, out, word, name)
		}
		require.Equal(t, 1, strings.Count(out, "\n"), "%s: one line: %s", name, out)
	}
}

func TestAServerThatIsKilledInAPayoutRunPaysEverybodyOnceAfterItsRestart(t *testing.T) {
	t.Parallel()
	const creators = 12
	i := install(t)
	p := i.serve(nil)
	m := p.market()
	s := m.openShop()
	s.funded()
	for range creators {
		maya := s.join()
		p.finishOnboarding(m, maya.person)
		s.sell(maya)
	}
	_, err := m.commissions.ApproveDue(testdb.Context(t))
	require.NoError(t, err)
	var prepared struct{ PayoutRun run }
	m.must(s.treasurer, `mutation($input: PreparePayoutRunInput!) { preparePayoutRun(input: $input) { payoutRun `+runFields+` userErrors { code message } } }`,
		input(vars{"brandId": s.brand.String(), "currencyCode": "EUR"}), &prepared)
	r := s.step(s.finance, "approvePayoutRun", "ApprovePayoutRunInput", prepared.PayoutRun.confirm())
	require.Equal(t, vars{"amount": "120.00", "currencyCode": "EUR"}, r.Total)
	s.sendFunded(r)
	for range 2 {
		p.kill()
		p.balanced()
		i.pass(time.Hour)
		p = i.serve(nil)
	}
	m = p.market()
	s.m = m
	s.waitFor(r, "COMPLETED")
	var out struct {
		Payouts struct {
			Nodes []struct{ Status, ProviderReference string }
		}
	}
	m.must(s.treasurer, `query($id: ID!) { payoutRun(id: $id) { payouts(first: 50) { nodes { status providerReference } } } }`, vars{"id": r.ID}, &out)
	transfers := map[string]bool{}
	for _, x := range out.Payouts.Nodes {
		require.Equal(t, "PAID", x.Status)
		transfers[x.ProviderReference] = true
	}
	require.Len(t, transfers, creators)
	// Stripe moved what the run says, and nothing twice.
	p.balanced()
	p.stop()
	require.Equal(t, creators, transfersAtStripe(t, m, i.settings["TRIBUTARY_DATA_DIR"]))
}

// transfersAtStripe counts the transfers that the Stripe sandbox of a stopped server has on disk.
func transfersAtStripe(t *testing.T, m *market, dir string) int {
	t.Helper()
	key := "sk_test_" + hex.EncodeToString(m.master.Key("stripe sandbox key"))[:32]
	stripe, err := stripesandbox.Start(t.Context(), stripesandbox.Config{SecretKey: key, Now: clock.System{}.Now, SignatureTime: clock.System{}.Now,
		StateFile: filepath.Join(dir, "stripe-sandbox.journal"), Logger: slog.New(slog.DiscardHandler)}, "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = stripe.Close() }()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, stripe.URL()+"/v1/transfers?limit=100", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+key)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var list struct{ Data []json.RawMessage }
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&list))
	return len(list.Data)
}

func TestAMessageOfStripeIsHandledAgainAsStripes(t *testing.T) {
	t.Parallel()
	m := openMarket(t)
	ctx := testdb.Context(t)
	body := []byte(`{"id":"evt_1","type":"charge.refunded","livemode":false,"created":1772442000,"data":{"object":{"id":"ch_1"}}}`)
	e, err := stripeconnect.ReadEvent(body)
	require.NoError(t, err)
	require.NoError(t, m.payouts.Receive(ctx, e))
	// handle does the one job that waits, as the queue would.
	handle := func() (status, outcome string) {
		var kind string
		var args []byte
		require.NoError(t, m.db.SQL.QueryRow(`UPDATE river_job SET state = 'completed', finalized_at = now() WHERE state = 'available' RETURNING kind, args`).Scan(&kind, &args))
		var j payout.EventJob
		require.Equal(t, j.Kind(), kind)
		require.NoError(t, json.Unmarshal(args, &j))
		require.Equal(t, "ch_1", j.Object)
		require.NoError(t, m.payouts.DoEvent(ctx, j))
		require.NoError(t, m.db.SQL.QueryRow(`SELECT status, outcome FROM inbox_delivery`).Scan(&status, &outcome))
		return status, outcome
	}
	status, outcome := handle()
	require.Equal(t, "IGNORED", status)

	var delivery uuid.UUID
	require.NoError(t, m.db.SQL.QueryRow(`SELECT id FROM inbox_delivery`).Scan(&delivery))
	operator, err := m.identity.ViewerOf(ctx, m.person("operator", true).user)
	require.NoError(t, err)
	require.NoError(t, m.inbox.Replay(viewer.With(t.Context(), operator), id.Of(id.Delivery, delivery)))
	again, outcomeAgain := handle()
	require.Equal(t, status, again)
	require.Equal(t, outcome, outcomeAgain)
}

func TestAReaderWhoLeavesIsNoErrorOfTheServer(t *testing.T) {
	t.Parallel()
	p := install(t).serve(map[string]string{"TRIBUTARY_LOG": "json,debug"})
	lock, err := p.db.SQL.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = lock.ExecContext(t.Context(), `LOCK TABLE program IN ACCESS EXCLUSIVE MODE`)
	require.NoError(t, err)
	waiting := func() (n int) {
		require.NoError(t, p.db.SQL.QueryRow(`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%"slug" = $%'`).Scan(&n))
		return n
	}

	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 2)
	ask := func(method, path, body string) {
		r, err := http.NewRequestWithContext(ctx, method, p.base.String()+path, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/json")
		go func() {
			resp, err := http.DefaultClient.Do(r)
			if err == nil {
				_ = resp.Body.Close()
			}
			left <- err
		}()
	}
	ask(http.MethodPost, "/graphql", `{"query":"{ program(slug: \"circle\") { id } }"}`)
	ask(http.MethodGet, "/p/circle", "")
	require.Eventually(t, func() bool { return waiting() == 2 }, patience, 10*time.Millisecond, "both queries are under way")
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	require.ErrorIs(t, <-left, context.Canceled)
	require.Eventually(t, func() bool { return waiting() == 0 }, patience, 10*time.Millisecond, "the queries are given up")
	require.NoError(t, lock.Rollback())

	p.stop()
	require.Contains(t, p.log.String(), "the client left")
	require.NotContains(t, p.log.String(), `"level":"ERROR"`)
	require.NotContains(t, p.log.String(), `"level":"WARN"`)
}
