package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tributary/internal/identity"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/payout"
	"tributary/server/config"
)

// marketOpens is when the clocks of these tests begin.
var marketOpens = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

const marketPassword = "a long password"

// market is the whole API on a database of its own, with the services that it has in use and a clock that the test moves. Every
// change is made through GraphQL, as somebody.
type market struct {
	*services
	t        testing.TB
	now      func() time.Time
	pass     func(time.Duration) // lets time pass
	graphql  http.Handler
	redirect http.Handler
	n        atomic.Int64
}

// person is somebody with an account; a key instead makes it an app.
type person struct {
	email string
	user  id.ID
	key   string
	token string // of a session that began over HTTP
}

var nobody = person{}

func openMarket(t testing.TB) *market {
	t.Helper()
	return openPatientMarket(t, 0)
}

// openPatientMarket opens a market whose answers gather ids for longer, so that a busy machine does not add statements.
func openPatientMarket(t testing.TB, wait time.Duration) *market {
	t.Helper()
	moved := clock.NewFake(marketOpens)
	m := &market{t: t, now: moved.Now, pass: moved.Advance}
	a := App{Config: config.Config{DataDir: t.TempDir()}, Version: "test", Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}
	s, err := a.build(t.Context(), &opened{DB: testdb.New(t)}, slog.New(slog.DiscardHandler), moved, &url.URL{Scheme: "http", Host: "tributary.test"})
	require.NoError(t, err)
	t.Cleanup(func() { s.close(context.WithoutCancel(t.Context())) })
	require.NoError(t, s.tracking.EnsurePartitions(testdb.Context(t)))
	edge := *s
	edge.clock = clock.System{} // deadlines of connections are of the machine's time
	resolver := a.resolver(s)
	resolver.LoaderWait = wait
	m.services, m.graphql = s, a.graphQL(t.Context(), &edge, resolver, nil)
	redirect := s.tracking.Redirect()
	m.redirect = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		redirect.ServeHTTP(w, r)
		assert.NoError(t, s.clicks.Drain(testdb.Context(t)))
	})
	return m
}

// next gives a number that nothing else in the market has.
func (m *market) next() int64 { return m.n.Add(1) }

// person makes an account.
func (m *market) person(name string, admin bool) person {
	m.t.Helper()
	p := person{email: fmt.Sprintf("%s%d@people.test", name, m.next())}
	u, err := m.identity.CreateUser(testdb.Context(m.t), identity.NewUser{Email: p.email, Name: name, Password: marketPassword, Admin: admin, Demo: true, Verified: true})
	require.NoError(m.t, err)
	p.user = u.ID
	return p
}

// member makes an account with roles in a brand.
func (m *market) member(brand id.ID, name string, roles ...viewer.Role) person {
	m.t.Helper()
	p := m.person(name, false)
	_, err := m.identity.Enrol(testdb.Context(m.t), brand, p.user, roles)
	require.NoError(m.t, err)
	return p
}

// bearer gives what p sends in the Authorization header, from a session of its own, because access tokens are over soon.
func (m *market) bearer(p person) string {
	m.t.Helper()
	if p.key != "" {
		return "Bearer " + p.key
	}
	if p.token != "" {
		return "Bearer " + p.token
	}
	if p.email == "" {
		return ""
	}
	token, _, err := m.identity.TokenFor(testdb.Context(m.t), p.email)
	require.NoError(m.t, err)
	return "Bearer " + token
}

// vars are the variables of an operation, or the fields of an input.
type vars = map[string]any

// answer is what came back from /graphql.
type answer struct {
	Data   map[string]json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct {
			Code, Reason string
			Field        []string
		}
	}
}

// ask runs an operation as p.
func (m *market) ask(p person, query string, v vars) answer {
	m.t.Helper()
	return m.askIn(m.t.Context(), p, query, v)
}

// askIn runs an operation as p in a context.
func (m *market) askIn(ctx context.Context, p person, query string, v vars) answer {
	m.t.Helper()
	body, err := json.Marshal(vars{"query": query, "variables": v})
	require.NoError(m.t, err)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if bearer := m.bearer(p); bearer != "" {
		r.Header.Set("Authorization", bearer)
	}
	w := httptest.NewRecorder()
	m.graphql.ServeHTTP(w, r)
	var out answer
	require.NoError(m.t, json.Unmarshal(w.Body.Bytes(), &out), w.Body.String())
	return out
}

// must runs an operation with one field that has to succeed, and reads what it gave into out.
func (m *market) must(p person, query string, v vars, out any) {
	m.t.Helper()
	a := m.ask(p, query, v)
	require.Empty(m.t, a.Errors, query)
	for name, raw := range a.Data {
		var payload struct{ UserErrors []any }
		if json.Unmarshal(raw, &payload) == nil {
			require.Empty(m.t, payload.UserErrors, name)
		}
		if out != nil {
			require.NoError(m.t, json.Unmarshal(raw, out), string(raw))
		}
	}
}

// change runs a mutation that has to succeed and gives the id of the object in its answer.
func (m *market) change(p person, mutation, object string, input vars) id.ID {
	m.t.Helper()
	var out map[string]json.RawMessage
	m.must(p, fmt.Sprintf(`mutation($input: %sInput!) { %s(input: $input) { %s { id } userErrors { code message field } } }`,
		strings.ToUpper(mutation[:1])+mutation[1:], mutation, object), vars{"input": input}, &out)
	var made struct{ ID string }
	require.NoError(m.t, json.Unmarshal(out[object], &made))
	x, err := id.Parse(made.ID)
	require.NoError(m.t, err, mutation)
	return x
}

// shop is a brand with its people, a program that anybody can join, and the creators in it.
type shop struct {
	m                                            *market
	owner, manager, analyst, finance, treasurer  person
	brand, program, offer, terms, policy, domain id.ID
	partners                                     []partner
	currency                                     string
}

// partner is a creator in the program, with a link and a code.
type partner struct {
	person
	creator, application, partnership, link, code id.ID
	linkCode, word                                string
}

// openShop makes a brand with an active program whose commissions are payable at once. The roles of its people are older than the
// day that money asks for.
func (m *market) openShop() *shop {
	m.t.Helper()
	return m.openShopOf(m.person("owner", false))
}

func (m *market) openShopOf(owner person) *shop {
	m.t.Helper()
	s := &shop{m: m, currency: "EUR", owner: owner}
	n := m.next()
	host := fmt.Sprintf("shop%d.test", n)
	s.brand = m.change(s.owner, "createBrand", "brand", vars{"name": fmt.Sprintf("Shop %d", n), "websiteUrl": "https://" + host, "country": "DE", "currency": "EUR"})
	s.manager = m.member(s.brand, "manager", viewer.Manager)
	s.analyst = m.member(s.brand, "analyst", viewer.Analyst)
	s.finance = m.member(s.brand, "finance", viewer.Finance)
	s.treasurer = m.member(s.brand, "treasurer", viewer.Finance)
	s.domain = m.change(s.owner, "addBrandDomain", "domain", vars{"brandId": s.brand.String(), "host": "www." + host})
	m.change(s.owner, "verifyBrandDomain", "domain", vars{"domainId": s.domain.String()})
	s.policy = m.change(s.owner, "publishPolicy", "policy", vars{"brandId": s.brand.String(), "model": "LAST_TOUCH",
		"precedence": precedence})
	s.program = m.change(s.owner, "createProgram", "program", vars{"brandId": s.brand.String(), "name": fmt.Sprintf("Circle %d", n), "holdDays": 0,
		"minimumPayout": "0.01", "trialDays": 1})
	s.offer = m.change(s.owner, "publishOffer", "offer", vars{"programId": s.program.String(), "name": "Standard", "kind": "PERCENT", "rate": 1000})
	s.terms = m.change(s.owner, "publishTerms", "terms", vars{"programId": s.program.String(), "body": "Mark advertising."})
	m.change(s.owner, "setProgramStatus", "program", vars{"programId": s.program.String(), "status": "ACTIVE"})
	m.pass(25 * time.Hour)
	return s
}

// creator makes a person with a creator profile who is in no program.
func (m *market) creator() (p person, creator id.ID) {
	m.t.Helper()
	p = m.person("creator", false)
	creator = m.change(p, "updateCreatorProfile", "creator", vars{"handle": fmt.Sprintf("creator%d", m.next()), "name": "A Creator", "country": "DE"})
	return p, creator
}

// apply has a creator ask to join.
func (s *shop) apply(p person) id.ID {
	s.m.t.Helper()
	return s.m.change(p, "applyToProgram", "application", vars{"programId": s.program.String(), "platforms": []string{"YOUTUBE"}, "plan": "One post a week."})
}

// join makes a creator and brings them into the program with a link and a code.
func (s *shop) join() partner {
	s.m.t.Helper()
	var p partner
	p.person, p.creator = s.m.creator()
	return s.enter(p)
}

// enter brings a creator into the program.
func (s *shop) enter(p partner) partner {
	s.m.t.Helper()
	p.application = s.apply(p.person)
	p.partnership = s.m.change(s.owner, "decideApplication", "partnership", vars{"applicationId": p.application.String(), "decision": "APPROVE"})
	s.m.change(p.person, "acceptTerms", "partnership", vars{"partnershipId": p.partnership.String(), "version": 1, "disclosureAccepted": true})
	p.link = s.newLink(p)
	p.word = fmt.Sprintf("WORD%d", s.m.next())
	p.code = s.m.change(s.owner, "createCode", "code", vars{"partnershipId": p.partnership.String(), "code": p.word})
	var out struct{ Link struct{ Code string } }
	a := s.m.ask(p.person, `query($id: ID!) { link(id: $id) { code } }`, vars{"id": p.link.String()})
	require.Empty(s.m.t, a.Errors)
	require.NoError(s.m.t, json.Unmarshal(a.Data["link"], &out.Link))
	p.linkCode = out.Link.Code
	s.partners = append(s.partners, p)
	return p
}

func (s *shop) newLink(p partner) id.ID {
	s.m.t.Helper()
	return s.m.change(p.person, "createLink", "link", vars{"partnershipId": p.partnership.String(), "platform": "YOUTUBE"})
}

// click follows a link as a visitor's browser would and gives the id that the shop finds in the address.
func (s *shop) click(p partner) string {
	s.m.t.Helper()
	r := httptest.NewRequestWithContext(s.m.t.Context(), http.MethodGet, "/r/"+p.linkCode, nil)
	n := s.m.next()
	r.RemoteAddr = fmt.Sprintf("198.51.%d.%d:443", n/250%250, 1+n%250) // shoppers are at home, and creators elsewhere
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	w := httptest.NewRecorder()
	s.m.redirect.ServeHTTP(w, r)
	require.Equal(s.m.t, http.StatusFound, w.Code, w.Body.String())
	to, err := url.Parse(w.Header().Get("Location"))
	require.NoError(s.m.t, err)
	tid := to.Query().Get("tid")
	require.NotEmpty(s.m.t, tid, to)
	return tid
}

// sell records an order that a creator brought with their code and a click.
func (s *shop) sell(p partner) id.ID {
	s.m.t.Helper()
	input := s.newOrder()
	input["clickId"], input["codes"] = s.click(p), []string{p.word}
	return s.m.change(s.owner, "recordOrder", "order", input)
}

// newOrder is an order of 100.00 that nobody brought.
func (s *shop) newOrder() vars {
	return vars{"brandId": s.brand.String(), "externalId": fmt.Sprintf("order-%d", s.m.next()), "placedAt": s.m.now().Format(time.RFC3339Nano),
		"currencyCode": s.currency, "lines": []vars{{"name": "Cream", "net": "100.00"}}}
}

// commission gives the commission of an order.
func (s *shop) commission(order id.ID) id.ID {
	s.m.t.Helper()
	var out struct{ Commissions []struct{ ID string } }
	s.m.must(s.owner, `query($id: ID!) { order(id: $id) { commissions { id } } }`, vars{"id": order.String()}, &out)
	require.Len(s.m.t, out.Commissions, 1)
	x, err := id.Parse(out.Commissions[0].ID)
	require.NoError(s.m.t, err)
	return x
}

// bank opens a creator's payout account and finishes it at the sandbox.
func (s *shop) bank(p partner) id.ID {
	s.m.t.Helper()
	ctx := testdb.Context(s.m.t)
	v, err := s.m.identity.ViewerOf(ctx, p.user)
	require.NoError(s.m.t, err)
	c, err := s.m.creators.Get(viewer.With(s.m.t.Context(), v), p.creator)
	require.NoError(s.m.t, err)
	require.NoError(s.m.t, s.m.onboard(viewer.With(s.m.t.Context(), v), c))
	s.m.pass(time.Hour) // an account that needs something is looked at again
	account, err := s.m.payouts.MyAccount(viewer.With(s.m.t.Context(), v))
	require.NoError(s.m.t, err)
	require.Equal(s.m.t, payout.AccountEnabled, account.Status)
	return account.ID
}

// fund sets money aside that is at the sandbox.
func (s *shop) fund() id.ID {
	s.m.t.Helper()
	_, err := s.m.sandbox.Fund("eur", 100_000)
	require.NoError(s.m.t, err)
	return s.m.change(s.finance, "recordFunding", "funding", vars{"brandId": s.brand.String(), "amount": vars{"amount": "1000.00", "currencyCode": s.currency}})
}

// run is a payout run as somebody saw it.
type run struct {
	ID      string
	Version int
	Status  string
	Total   vars
}

// confirm is the input of approvePayoutRun and sendPayoutRun.
func (r run) confirm() vars {
	return vars{"payoutRunId": r.ID, "expectedVersion": r.Version, "expectedTotal": r.Total}
}

// move is the input of the mutations that move a run.
func (r run) move() vars { return vars{"payoutRunId": r.ID, "expectedVersion": r.Version} }

const runFields = `{ id version status total { amount currencyCode } }`

// payable sells something and approves the commission.
func (s *shop) payable(p partner) {
	s.m.t.Helper()
	s.sell(p)
	s.m.pass(time.Minute)
	n, err := s.m.commissions.ApproveDue(testdb.Context(s.m.t))
	require.NoError(s.m.t, err)
	require.Positive(s.m.t, n)
}

// prepared makes a run of a new sale, prepared by the treasurer.
func (s *shop) prepared(p partner) run {
	s.m.t.Helper()
	s.payable(p)
	var out struct{ PayoutRun run }
	s.m.must(s.treasurer, `mutation($input: PreparePayoutRunInput!) { preparePayoutRun(input: $input) { payoutRun `+runFields+` userErrors { code message } } }`,
		vars{"input": vars{"brandId": s.brand.String(), "currencyCode": s.currency}}, &out)
	return out.PayoutRun
}

// step moves a run by a mutation that has to succeed.
func (s *shop) step(p person, mutation, inputType string, input vars) run {
	s.m.t.Helper()
	var out struct{ PayoutRun run }
	s.m.must(p, fmt.Sprintf(`mutation($input: %s!) { %s(input: $input) { payoutRun %s userErrors { code message } } }`, inputType, mutation, runFields),
		vars{"input": input}, &out)
	return out.PayoutRun
}

// approved makes a run that the owner approved.
func (s *shop) approved(p partner) run {
	s.m.t.Helper()
	return s.step(s.owner, "approvePayoutRun", "ApprovePayoutRunInput", s.prepared(p).confirm())
}

// sending makes a run that was sent and whose transfers have not begun.
func (s *shop) sending(p partner) run {
	s.m.t.Helper()
	return s.step(s.treasurer, "sendPayoutRun", "SendPayoutRunInput", s.approved(p).confirm())
}

// missing is an id of the same kind that nothing has.
func missing(x id.ID) id.ID { return id.Of(x.Kind, uuid.New()) }

// precedence is the order of touches that the shops of tests use.
var precedence = []string{"CODE", "CLICK", "BINDING", "SURVEY", "MODELLED"}
