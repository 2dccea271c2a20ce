package bench

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/id"
)

// Names of the shop whose orders are told.
const (
	shopDomain = "bench.myshopify.test"
	shopSecret = "a secret of the shop"
)

const connectMutation = `mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integration { id } userErrors { message } } }`

// connect makes the integration of the shop and gives its id.
func (w *world) connect(t testing.TB) id.ID {
	t.Helper()
	var told struct {
		ConnectIntegration struct {
			Integration struct{ ID string }
		}
	}
	w.Do(t, w.manager, connectMutation, map[string]any{"input": map[string]any{
		"brandId": id.Of(id.Brand, w.brand).String(), "kind": "SHOPIFY", "store": shopDomain, "secret": shopSecret}}, &told)
	x, err := id.Parse(told.ConnectIntegration.Integration.ID)
	require.NoError(t, err)
	return x
}

// body is a paid order with one line that came by a click, as Shopify tells it.
func (w *world) body(number int64, click id.ID) []byte {
	at := time.Now().Add(-time.Second).UTC().Format(time.RFC3339)
	return fmt.Appendf(nil, `{"id": %[1]d, "name": "#%[1]d", "created_at": %[2]q, "updated_at": %[2]q, "processed_at": %[2]q, "financial_status": "paid",
		"test": false, "currency": "EUR", "total_price": "40.00", "total_tax": "0.00", "total_discounts": "0.00", "taxes_included": true,
		"email": "buyer%[1]d@customers.example", "discount_codes": [], "note_attributes": [{"name": "tid", "value": %[3]q}],
		"customer": {"id": %[1]d, "email": "buyer%[1]d@customers.example"},
		"line_items": [{"id": 1, "product_id": 11, "name": "Serum", "quantity": 1, "price": "40.00", "discount_allocations": [], "tax_lines": []}], "refunds": []}`,
		number, at, click.String())
}

// send posts a signed body, as the shop does.
func (w *world) send(ctx context.Context, url string, number int64, body []byte) error {
	h := hmac.New(sha256.New, []byte(shopSecret))
	h.Write(body)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Shopify-Topic", "orders/paid")
	r.Header.Set("X-Shopify-Webhook-Id", strconv.FormatInt(number, 10))
	r.Header.Set("X-Shopify-Hmac-Sha256", base64.StdEncoding.EncodeToString(h.Sum(nil)))
	response, err := w.HTTP.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", url, response.StatusCode, text)
	}
	return err
}

// orderNumbers keep the orders of all worlds of one process apart. They are longer than any other number of an order.
var orderNumbers = func() *atomic.Int64 {
	var n atomic.Int64
	n.Store(7_000_000)
	return &n
}()

// tellFor lets writers tell orders for a time and gives how many they told.
func (w *world) tellFor(t testing.TB, url string, writers int, d time.Duration) (told int64) {
	t.Helper()
	began := time.Now()
	var n atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for time.Since(began) < d && failed.Load() == nil {
				s := w.take()
				number := orderNumbers.Add(1)
				if err := w.send(t.Context(), url, number, w.body(number, s.click)); err != nil {
					failed.Store(&err)
					return
				}
				n.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		require.NoError(t, *err)
	}
	return n.Load()
}

// settled waits until no body is left to be handled: the order, its decision, its commission and its postings are committed.
func (w *world) settled(t testing.TB) {
	t.Helper()
	require.Eventually(t, func() bool {
		var open bool
		require.NoError(t, w.DB.SQL.QueryRow(`SELECT EXISTS (SELECT FROM inbox_delivery WHERE status IN ('STORED', 'WAITING'))`).Scan(&open))
		return !open
	}, time.Minute, 2*time.Millisecond)
}

// told checks that all that was told was recorded, decided and posted.
func (w *world) told(t testing.TB, atLeast int64) {
	t.Helper()
	var failed, orders, postings int64
	require.NoError(t, w.DB.SQL.QueryRow(`SELECT (SELECT count(*) FROM inbox_delivery WHERE status <> 'DONE'), (SELECT count(*) FROM "order" WHERE source = 'SHOPIFY'),
		(SELECT count(*) FROM ledger_transaction WHERE kind = 'COMMISSION_ACCRUED')`).Scan(&failed, &orders, &postings))
	require.Zero(t, failed)
	require.GreaterOrEqual(t, orders, atLeast)
	require.GreaterOrEqual(t, postings, atLeast)
}

// take gives the next click; a click may lead to many orders, so they go round.
func (w *world) take() sold {
	s := <-w.clicks
	w.clicks <- s
	return s
}

// fillClicks makes clicks for orders to come by, some of each seller.
func (w *world) fillClicks(t testing.TB, n int) {
	t.Helper()
	w.clicks, w.owners = make(chan sold, n), map[uuid.UUID]member{}
	for range n {
		_, m := w.next()
		c := w.clickOf(t, m)
		w.owners[c.UUID] = m
		w.clicks <- sold{m, c}
	}
}

// webhookWorld is a world whose shop is connected and tells its orders, and a server by hand beside it.
func webhookWorld(t testing.TB, z size) (w *world, server, floor string) {
	t.Helper()
	w = newWorld(t, z)
	integration := w.connect(t)
	server = w.URL + "/webhooks/shopify/" + integration.String()
	w.fillClicks(t, 10*len(w.members))
	floor = w.webhookByHand(t, integration.UUID, server)
	return w, server, floor
}

// BenchmarkWebhook races orders that a shop tells by signed webhooks, from the first until the last is decided and posted, against a
// server by hand that checks the signature and writes the same rows in one SQL function.
func BenchmarkWebhook(b *testing.B) {
	for _, writers := range []int{1, 8, 32} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			w, server, floor := webhookWorld(b, large)
			rate := func(url string) float64 {
				began := time.Now()
				n := w.tellFor(b, url, writers, roundTime)
				w.settled(b)
				return float64(n) / time.Since(began).Seconds()
			}
			rate(server)
			rate(floor)
			var ratios, ofServer, ofFloor []float64
			for b.Loop() { // once
				for range rounds {
					s, f := rate(server), rate(floor)
					ratios, ofServer, ofFloor = append(ratios, s/f), append(ofServer, s), append(ofFloor, f)
				}
			}
			w.told(b, 100)
			report(b, ratios, ofServer, ofFloor)
		})
	}
}

// BenchmarkFirstOrders compares a shop's first orders, told into an empty database by connections that stay, with those told when
// there are many: the cached plans of a new database's foreign keys must not make it slow. The two take turns of a moment each.
func BenchmarkFirstOrders(b *testing.B) {
	const writers, orders, worlds = 8, 4000, 4
	for b.Loop() { // once
		var ratios, ofEmpty, ofFull []float64
		for range worlds {
			empty, into, _ := webhookWorld(b, size{programs: 2, creators: 50, links: 1, days: 1})
			full, alike, _ := webhookWorld(b, size{programs: 2, creators: 50, links: 1, days: 1})
			full.multiplyOrders(b, 20_000)
			var first, later pace
			for turn := 0; first.orders < orders; turn++ {
				if turn%2 == 0 { // who comes second finds a machine that is warm
					first.tell(b, empty, into, writers)
					later.tell(b, full, alike, writers)
				} else {
					later.tell(b, full, alike, writers)
					first.tell(b, empty, into, writers)
				}
			}
			b.Logf("%.0f orders a second into the empty one, %.0f into the other; by turns %.2f", first.rate(), later.rate(), first.over(later))
			ratios, ofEmpty, ofFull = append(ratios, first.rate()/later.rate()), append(ofEmpty, first.rate()), append(ofFull, later.rate())
		}
		report(b, ratios, ofEmpty, ofFull)
	}
}

// pace is how fast a shop told its orders, turn by turn.
type pace struct {
	orders int64
	took   time.Duration
	turns  []float64 // orders a second
}

// tell has orders told for a moment and adds how long it took until they were settled.
func (p *pace) tell(t testing.TB, w *world, url string, writers int) {
	t.Helper()
	began := time.Now()
	n := w.tellFor(t, url, writers, 250*time.Millisecond)
	w.settled(t)
	took := time.Since(began)
	p.orders, p.took, p.turns = p.orders+n, p.took+took, append(p.turns, float64(n)/took.Seconds())
}

// rate gives the orders of a second.
func (p *pace) rate() float64 { return float64(p.orders) / p.took.Seconds() }

// over gives the ratio of each turn to the other's.
func (p *pace) over(other pace) (ratios []float64) {
	for i := range p.turns {
		ratios = append(ratios, p.turns[i]/other.turns[i])
	}
	return ratios
}

// BenchmarkOrderGrowth tells whether an order costs the same with ORDERS of them stored as with ten thousand. Without ORDERS it does
// nothing, for filling takes long.
func BenchmarkOrderGrowth(b *testing.B) {
	many, _ := strconv.Atoi(os.Getenv("ORDERS"))
	const few, writers = 10_000, 8
	if many <= few {
		return
	}
	w, server, floor := webhookWorld(b, size{programs: 20, creators: 100, links: 1, days: 1})
	rate := func(url string) float64 {
		var all []float64
		for range rounds {
			began := time.Now()
			n := w.tellFor(b, url, writers, roundTime)
			w.settled(b)
			all = append(all, float64(n)/time.Since(began).Seconds())
		}
		return median(all)
	}
	for b.Loop() { // once
		w.multiplyOrders(b, few)
		server1, floor1 := rate(server), rate(floor)
		w.multiplyOrders(b, many)
		server2, floor2 := rate(server), rate(floor)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(server2/server1, "rate_of_few")
		b.ReportMetric(floor2/floor1, "floor_rate_of_few")
		b.Logf("%.0f orders a second with %d stored, %.0f with %d; by hand %.0f and %.0f", server1, few, server2, many, floor1, floor2)
	}
}

func TestWebhookAndHandWriteTheSameRows(t *testing.T) {
	t.Parallel()
	w, server, floor := webhookWorld(t, small)
	s := w.take()
	tell := func(url string) (order uuid.UUID, name string) {
		number := orderNumbers.Add(1)
		require.NoError(t, w.send(t.Context(), url, number, w.body(number, s.click)))
		w.settled(t)
		require.NoError(t, w.DB.SQL.QueryRow(`SELECT id FROM "order" WHERE external_id = $1 AND source = 'SHOPIFY'`, strconv.FormatInt(number, 10)).Scan(&order))
		return order, strconv.FormatInt(number, 10)
	}
	byServer, first := tell(server)
	byHand, second := tell(floor)
	for _, query := range append(rowsOfOrder, `SELECT to_jsonb(x) - 'body' - 'dedup_key' - 'headers' - 'outcome' - 'attempts' FROM inbox_delivery x WHERE id =
		(SELECT delivery_id FROM order_version WHERE order_id = $1)`) {
		require.Equal(t, withoutNumber(w.rows(t, query, byServer), first), withoutNumber(w.rows(t, query, byHand), second), query)
	}
}

// withoutNumber takes the number of an order out of its rows.
func withoutNumber(rows []string, number string) (out []string) {
	for _, row := range rows {
		out = append(out, regexp.MustCompile(`(\b|r)`+number+`\b`).ReplaceAllString(row, "${1}number"))
	}
	return out
}
