package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// nestedQuery reads a program, twenty of its creators, and five links of each with their figures of all time.
const nestedQuery = `query ($id: ID!) { program(id: $id) { name partnerships(first: 20) { nodes { id creator { handle name }
	links(first: 5) { nodes { code label platform totals { clicks orders revenue { amount currencyCode } } } } } } } }`

// nestedSQL reads the same by hand, with the same care for figures that are not folded yet.
const nestedSQL = `
	WITH s AS (SELECT id, creator_id, created_at FROM partnership WHERE program_id = $1 ORDER BY created_at DESC, id DESC LIMIT 20),
	l AS (SELECT s.id AS partnership, x.* FROM s CROSS JOIN LATERAL (SELECT id, code, label, platform, created_at FROM link
		WHERE partnership_id = s.id AND archived_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 5) x),
	f AS (SELECT link_id, sum(clicks) AS clicks, sum(orders_ppm) AS orders, sum(revenue_minor) AS revenue FROM (
		SELECT link_id, clicks, orders_ppm, revenue_minor FROM rollup_link WHERE link_id IN (SELECT id FROM l) AND currency = 'EUR' UNION ALL
		SELECT link_id, clicks, orders_ppm, revenue_minor FROM rollup_delta WHERE link_id IN (SELECT id FROM l) AND currency = 'EUR') x GROUP BY link_id)
	SELECT p.name, s.id, c.handle, c.name, l.code, l.label, l.platform, coalesce(f.clicks, 0), coalesce(f.orders, 0), coalesce(f.revenue, 0)
	FROM program p JOIN s ON true JOIN creator c ON c.id = s.creator_id LEFT JOIN l ON l.partnership = s.id LEFT JOIN f ON f.link_id = l.id
	WHERE p.id = $1 ORDER BY s.created_at DESC, s.id DESC, l.created_at DESC, l.id DESC`

// The shape of the answer, in the order of the query's fields.
type (
	nestedMoney struct {
		Amount       string `json:"amount"`
		CurrencyCode string `json:"currencyCode"`
	}
	nestedTotals struct {
		Clicks  int         `json:"clicks"`
		Orders  float64     `json:"orders"`
		Revenue nestedMoney `json:"revenue"`
	}
	nestedLink struct {
		Code     string       `json:"code"`
		Label    string       `json:"label"`
		Platform string       `json:"platform"`
		Totals   nestedTotals `json:"totals"`
	}
	nestedList[T any] struct {
		Nodes []T `json:"nodes"`
	}
	nestedCreator struct {
		Handle string `json:"handle"`
		Name   string `json:"name"`
	}
	nestedPartnership struct {
		ID      string                 `json:"id"`
		Creator nestedCreator          `json:"creator"`
		Links   nestedList[nestedLink] `json:"links"`
	}
	nestedProgram struct {
		Program struct {
			Name         string                        `json:"name"`
			Partnerships nestedList[nestedPartnership] `json:"partnerships"`
		} `json:"program"`
	}
)

func (w *world) readNested(ctx context.Context, program uuid.UUID) ([]byte, error) {
	a, err := w.Ask(ctx, w.manager, nestedQuery, map[string]any{"id": id.Of(id.Program, program).String()})
	if err == nil && len(a.Errors) > 0 {
		err = fmt.Errorf("%+v", a.Errors)
	}
	return a.Data, err
}

func (w *world) readNestedByHand(ctx context.Context, program uuid.UUID) ([]byte, error) {
	rows, err := w.floor.QueryContext(ctx, nestedSQL, program)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out nestedProgram
	var before uuid.UUID
	for rows.Next() {
		var s uuid.UUID
		var c nestedCreator
		var l nestedLink
		var orders, revenue int64
		if err := rows.Scan(&out.Program.Name, &s, &c.Handle, &c.Name, &l.Code, &l.Label, &l.Platform, &l.Totals.Clicks, &orders, &revenue); err != nil {
			return nil, err
		}
		l.Totals.Orders = float64(orders) / float64(money.One)
		sum := money.New(revenue, money.EUR)
		l.Totals.Revenue = nestedMoney{Amount: sum.Decimal(), CurrencyCode: "EUR"}
		all := &out.Program.Partnerships.Nodes
		if s != before {
			*all = append(*all, nestedPartnership{ID: id.Of(id.Partnership, s).String(), Creator: c})
			before = s
		}
		links := &(*all)[len(*all)-1].Links
		links.Nodes = append(links.Nodes, l)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// BenchmarkNestedRead races a nested GraphQL query over HTTP against one SQL statement by hand, without HTTP.
func BenchmarkNestedRead(b *testing.B) {
	w := newWorld(b, large)
	race(b, func(ctx context.Context) error {
		_, m := w.next()
		_, err := w.readNested(ctx, m.program)
		return err
	}, func(ctx context.Context) error {
		_, m := w.next()
		_, err := w.readNestedByHand(ctx, m.program)
		return err
	})
}

func TestGraphQLAndHandReadTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small)
	for program := range w.offers {
		over, err := w.readNested(t.Context(), program)
		require.NoError(t, err)
		byHand, err := w.readNestedByHand(t.Context(), program)
		require.NoError(t, err)
		require.Equal(t, string(byHand), string(bytes.TrimSpace(over)))
		require.Contains(t, string(byHand), `"clicks":400`)
	}
}
