package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

// market is a world whose return period is none and whose sellers have accounts at the sandbox, so that what is sold can be paid
// at once.
type market struct {
	*world
	sellers            []member
	preparer, approver uuid.UUID
	first, second      string // their access tokens
	jobs               *job.Queue
}

// Sizes of a round from click to paid.
const (
	paidOrders  = 200
	paidSellers = 20
	paidRounds  = 3
	// payPatience bounds the wait for a payout run.
	payPatience = 2 * time.Minute
)

func newMarket(t testing.TB, z size, sellers int) *market {
	t.Helper()
	m := &market{world: newWorld(t, z)}
	m.sellers = m.members[:sellers]
	m.exec(t, `UPDATE commission SET hold_until = 'infinity'`) // what was sold before is not part of it
	m.exec(t, `UPDATE program SET hold_days = 0`)
	m.holdDays = 0
	brand := id.Of(id.Brand, m.brand)
	m.preparer = m.Member(t, "first@example.test", brand, viewer.Finance).ID.UUID
	m.approver = m.Member(t, "second@example.test", brand, viewer.Finance).ID.UUID
	m.first, m.second = m.Token(t, "first@example.test"), m.Token(t, "second@example.test")
	var err error
	m.jobs, err = job.NewQueue(m.DB)
	require.NoError(t, err)
	for _, s := range m.sellers {
		m.onboard(t, s)
	}
	require.Eventually(t, func() bool {
		n, err := m.DB.Ent.PayoutAccount.Query().All(testdb.Context(t))
		enabled := 0
		for _, a := range n {
			if a.Status == "ENABLED" {
				enabled++
			}
		}
		return err == nil && enabled == len(m.sellers)
	}, payPatience, 50*time.Millisecond)
	m.Do(t, m.first, `mutation ($brand: ID!) { recordFunding(input: {brandId: $brand, amount: {amount: "1000000.00", currencyCode: "EUR"}}) { userErrors { message } } }`,
		map[string]any{"brand": brand.String()}, nil)
	return m
}

var pageSession = regexp.MustCompile(`name="session" value="([^"]+)"`)

// onboard opens a creator's account and fills in the sandbox's page.
func (m *market) onboard(t testing.TB, s member) {
	t.Helper()
	u, err := m.DB.Ent.User.Get(testdb.Context(t), s.user)
	require.NoError(t, err)
	var answer struct {
		StartPayoutOnboarding struct{ OnboardingURL string }
	}
	m.Do(t, m.Token(t, u.Email), `mutation { startPayoutOnboarding(input: {}) { onboardingUrl userErrors { message } } }`, nil, &answer)
	page := answer.StartPayoutOnboarding.OnboardingURL
	require.NotEmpty(t, page)
	shown, err := m.HTTP.Get(page)
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, shown.Write(&text))
	_ = shown.Body.Close()
	session := pageSession.FindStringSubmatch(text.String())
	require.NotNil(t, session, text.String())
	sent, err := m.HTTP.PostForm(page, url.Values{"session": {session[1]}, "outcome": {"complete"}})
	require.NoError(t, err)
	_ = sent.Body.Close()
	require.Equal(t, http.StatusSeeOther, sent.StatusCode)
}

// click follows a seller's link as a browser does, and gives the tid of the address that it leads to.
func (m *market) click(ctx context.Context, s member) (id.ID, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.URL+"/r/"+s.code, nil)
	if err != nil {
		return id.ID{}, err
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")
	response, err := m.HTTP.Do(r)
	if err != nil {
		return id.ID{}, err
	}
	_ = response.Body.Close()
	to, err := url.Parse(response.Header.Get("Location"))
	if err != nil {
		return id.ID{}, err
	}
	return id.Parse(to.Query().Get("tid"))
}

// sell lets clients click and buy, so many times in all.
func (m *market) sell(ctx context.Context, orders int, click func(context.Context, member) (id.ID, error), record func(context.Context, member, id.ID) error) error {
	numbers := make(chan int, orders)
	for i := range orders {
		numbers <- i
	}
	close(numbers)
	failures := make([]error, clients)
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := range numbers {
				s := m.sellers[i%len(m.sellers)]
				tid, err := click(ctx, s)
				if err == nil {
					err = record(ctx, s, tid)
				}
				failures[client] = cmp.Or(failures[client], err)
			}
		})
	}
	all.Wait()
	return errors.Join(failures...)
}

// run is a payout run as the API shows it.
type run struct {
	ID      string
	Version int
	Status  string
	Total   struct{ Amount string }
}

const runFields = `{ id version status total { amount } }`

// step sends one mutation of a payout run.
func (m *market) step(t testing.TB, token, name string, input map[string]any) run {
	t.Helper()
	var answer map[string]struct {
		PayoutRun  *run
		UserErrors []struct{ Message string }
	}
	m.Do(t, token, fmt.Sprintf(`mutation ($input: %s%sInput!) { %s(input: $input) { payoutRun %s userErrors { message } } }`,
		strings.ToUpper(name[:1]), name[1:], name, runFields), map[string]any{"input": input}, &answer)
	require.NotNil(t, answer[name].PayoutRun, "%s: %+v", name, answer[name].UserErrors)
	return *answer[name].PayoutRun
}

// pay has the server approve what was sold, and two people pay it.
func (m *market) pay(t testing.TB) {
	t.Helper()
	ctx := testdb.Context(t)
	require.NoError(t, m.DB.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		return m.jobs.EnqueueTx(ctx, tx, commission.ApproveArgs{}, nil) // it runs each minute by itself
	}))
	m.until(t, `SELECT count(*) = 0 FROM commission WHERE status = 'PENDING' AND hold_until < 'infinity'`)
	r := m.step(t, m.first, "preparePayoutRun", map[string]any{"brandId": id.Of(id.Brand, m.brand).String(), "currencyCode": "EUR"})
	confirm := func() map[string]any {
		return map[string]any{"payoutRunId": r.ID, "expectedVersion": r.Version, "expectedTotal": map[string]any{"amount": r.Total.Amount, "currencyCode": "EUR"}}
	}
	r = m.step(t, m.second, "approvePayoutRun", confirm())
	r = m.step(t, m.first, "sendPayoutRun", confirm())
	m.until(t, `SELECT count(*) = 0 FROM payout_run WHERE status <> 'COMPLETED'`)
}

// until waits for something to be so in the database.
func (m *market) until(t testing.TB, query string) {
	t.Helper()
	require.Eventually(t, func() (so bool) {
		return m.DB.SQL.QueryRowContext(t.Context(), query).Scan(&so) == nil && so
	}, payPatience, 20*time.Millisecond)
}

func (m *market) roundOfServer(t testing.TB, orders int) {
	t.Helper()
	require.NoError(t, m.sell(t.Context(), orders, m.click, m.recordOrder))
	m.pay(t)
}

func (m *market) roundByHand(t testing.TB, orders int) {
	t.Helper()
	require.NoError(t, m.sell(t.Context(), orders, m.hand.click, m.hand.recordOrder))
	require.NoError(t, m.hand.pay(t.Context(), m.preparer, m.approver))
}

// BenchmarkClickToPaid races the whole path: click, order, approval, and a payout run with two people and the Stripe sandbox,
// against its rows by hand, where nobody is asked and Stripe answers at once.
func BenchmarkClickToPaid(b *testing.B) {
	m := newMarket(b, size{programs: 1, creators: paidSellers, links: 5, days: 30, orders: 1000}, paidSellers)
	m.roundOfServer(b, paidSellers) // makes the accounts in the books
	var ratios, ofServer, ofFloor []float64
	timed := func(round func(testing.TB, int)) float64 {
		began := time.Now()
		round(b, paidOrders)
		return paidOrders / time.Since(began).Seconds()
	}
	for b.Loop() {
		for range paidRounds {
			s, f := timed(m.roundOfServer), timed(m.roundByHand)
			ratios, ofServer, ofFloor = append(ratios, s/f), append(ofServer, s), append(ofFloor, f)
		}
	}
	report(b, ratios, ofServer, ofFloor)
}

// tables are where a sale leaves rows from click to paid.
var tables = []string{"click", `"order"`, "order_line", "order_version", "attribution_decision", "commission WHERE status = 'PAID'", "ledger_transaction",
	"ledger_entry", "payout", "payout WHERE status = 'PAID'", "payout_line", "payout_run WHERE status = 'COMPLETED'"}

func TestServerAndHandPayTheSame(t *testing.T) {
	t.Parallel()
	m := newMarket(t, small, 3)
	m.roundOfServer(t, 3)
	count := func() (n []int) {
		for _, table := range tables {
			var rows int
			require.NoError(t, m.DB.SQL.QueryRow("SELECT count(*) FROM "+table).Scan(&rows))
			n = append(n, rows)
		}
		return n
	}
	less := func(after, before []int) (n []int) {
		for i := range after {
			n = append(n, after[i]-before[i])
		}
		return n
	}
	start := count()
	m.roundOfServer(t, 6)
	middle := count()
	m.roundByHand(t, 6)
	require.Equal(t, less(middle, start), less(count(), middle), tables)
	require.Equal(t, []int{6, 6, 6, 6, 6, 6, 18, 42, 3, 3, 6, 1}, less(middle, start), tables)
	var unbalanced int
	require.NoError(t, m.DB.SQL.QueryRow(`SELECT count(*) FROM (SELECT a.party_id FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
		WHERE a.kind IN ('CREATOR_PAYABLE', 'PAYOUT_IN_TRANSIT', 'FUNDS_RESERVED') GROUP BY a.id HAVING sum(e.amount_minor) <> 0) x`).Scan(&unbalanced))
	require.Zero(t, unbalanced)
}
