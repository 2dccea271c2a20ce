package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
)

const recordOrderMutation = `mutation ($input: RecordOrderInput!) { recordOrder(input: $input) { order { id } duplicate userErrors { code message field } } }`

// recordOrder tells the server an order that came by a click, as a shop's program does.
func (w *world) recordOrder(ctx context.Context, _ member, click id.ID) error {
	n, _ := w.next()
	name := fmt.Sprintf("S%d", n)
	a, err := w.Ask(ctx, w.key, recordOrderMutation, map[string]any{"input": map[string]any{
		"brandId": id.Of(id.Brand, w.brand).String(), "externalId": name, "placedAt": time.Now().Add(-time.Second).UTC().Format(time.RFC3339),
		"currencyCode": "EUR", "customerEmail": name + "@customers.example", "clickId": click.String(),
		"lines": []any{map[string]any{"externalId": "1", "name": "Serum", "productId": "LS-1", "net": "40.00"}},
	}})
	if err != nil {
		return err
	}
	var told struct {
		RecordOrder struct {
			Order      *struct{ ID string }
			UserErrors []struct{ Message string }
		}
	}
	if err := json.Unmarshal(a.Data, &told); err != nil || told.RecordOrder.Order == nil {
		return errors.Join(err, fmt.Errorf("recordOrder: %+v %+v", told.RecordOrder.UserErrors, a.Errors))
	}
	return nil
}

// BenchmarkOrder races orders with one line that came by one click: over HTTP with an API key, against their rows written by hand.
func BenchmarkOrder(b *testing.B) {
	w := newWorld(b, large)
	// A click may lead to many orders, so clicks go round: making them is not what is measured.
	w.fillClicks(b, 1000)
	race(b, func(ctx context.Context) error {
		s := w.take()
		return w.recordOrder(ctx, s.member, s.click)
	}, func(ctx context.Context) error {
		s := w.take()
		return w.hand.recordOrder(ctx, s.member, s.click)
	})
}

type sold struct {
	member member
	click  id.ID
}

// rowsOfOrder are the rows that one order leaves, each as JSON.
var rowsOfOrder = []string{
	`SELECT to_jsonb(x) - 'customer_hash' FROM "order" x WHERE id = $1`,
	`SELECT to_jsonb(x) FROM order_line x WHERE order_id = $1`,
	`SELECT to_jsonb(x) FROM order_version x WHERE order_id = $1`,
	`SELECT to_jsonb(x) FROM attribution_decision x WHERE order_id = $1`,
	`SELECT to_jsonb(x) FROM commission x WHERE order_id = $1`,
	`SELECT to_jsonb(x) - 'request_hash' - 'actor' FROM ledger_transaction x WHERE dimensions->>'order' = $1::text`,
	`SELECT to_jsonb(x) FROM ledger_entry x JOIN commission c ON c.id = x.commission_id WHERE c.order_id = $1 ORDER BY x.amount_minor`,
	`SELECT to_jsonb(x) - 'request_id' - 'actor' FROM audit_log x WHERE object_id = $1`,
}

func TestServerAndHandWriteTheSameRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small)
	m := w.members[0]
	orders, figures := map[string]uuid.UUID{}, map[string][5]int64{}
	for side, record := range map[string]func(context.Context, member, id.ID) error{"S": w.recordOrder, "H": w.hand.recordOrder} {
		n, before := w.numbers.Load()+1, w.figures(t, m)
		require.NoError(t, record(t.Context(), m, w.clickOf(t, m)))
		var u uuid.UUID
		require.NoError(t, w.DB.SQL.QueryRow(`SELECT id FROM "order" WHERE external_id = $1`, fmt.Sprint(side, n)).Scan(&u))
		orders[side] = u
		after := w.figures(t, m)
		for i := range after {
			after[i] -= before[i]
		}
		figures[side] = after
	}
	for _, query := range rowsOfOrder {
		require.Equal(t, w.rows(t, query, orders["S"]), w.rows(t, query, orders["H"]), query)
	}
	require.Equal(t, figures["S"], figures["H"])
}

// figures are what a member's link brought: clicks, orders, new customers, revenue, commission, folded and not.
func (w *world) figures(t *testing.T, m member) (f [5]int64) {
	t.Helper()
	require.NoError(t, w.DB.SQL.QueryRow(`SELECT sum(clicks), sum(orders_ppm), sum(new_customers_ppm), sum(revenue_minor), sum(commission_minor) FROM (
		SELECT clicks, orders_ppm, new_customers_ppm, revenue_minor, commission_minor FROM rollup_link WHERE link_id = $1 UNION ALL
		SELECT clicks, orders_ppm, new_customers_ppm, revenue_minor, commission_minor FROM rollup_delta WHERE link_id = $1) x`, m.link).
		Scan(&f[0], &f[1], &f[2], &f[3], &f[4]))
	return f
}

var (
	anyUUID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyTime = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)`)
	anyName = regexp.MustCompile(`"[SH]\d+"`)
)

// rows reads rows without what differs between two orders: times, names, and the ids that were made for them.
func (w *world) rows(t *testing.T, query string, order uuid.UUID) (out []string) {
	t.Helper()
	rows, err := w.DB.SQL.Query(query, order)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var row string
		require.NoError(t, rows.Scan(&row))
		row = anyUUID.ReplaceAllStringFunc(row, func(s string) string {
			if u := uuid.MustParse(s); u.Version() == 7 && id.TimeOf(u).After(fixture.At.AddDate(0, 1, 0)) {
				return "new"
			}
			return s
		})
		out = append(out, anyName.ReplaceAllString(anyTime.ReplaceAllString(row, "time"), `"name"`))
	}
	require.NoError(t, rows.Err())
	require.NotEmpty(t, out, query)
	return out
}
