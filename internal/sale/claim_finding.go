package sale

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
)

// Bounds of a finding.
const (
	candidatesMax  = 20 // orders that a claim may mean
	sentencesShown = 5  // touches that a finding explains
	// dayBefore and dayAfter widen the day of an order, which the creator names by a clock of their own.
	dayBefore, dayAfter = 14 * time.Hour, 12 * time.Hour
)

// finding is what can be said to a claim at once.
type finding struct {
	order uuid.UUID // zero when none or several may be meant
	known bool      // whether the creator has a part in it
	words string    // what the creator reads
}

// nothingFound is what is said of an order that does not exist and of one in which the creator has no part.
const nothingFound = "No click, code or answer of yours is known for an order like that. A person looks at it."

// findTx looks for the order of a claim and explains it where the creator has a part in it. Faults: INVALID of a test order or a
// sale that is theirs already.
func (s *Service) findTx(ctx context.Context, tx database.Tx, brand, creator uuid.UUID, m missing) (finding, error) {
	orders, err := s.candidatesTx(ctx, tx, brand, m)
	if err != nil {
		return finding{}, err
	}
	out := finding{words: nothingFound}
	if len(orders) == 1 {
		out.order = orders[0].id
	}
	me := reader{creator: creator}
	for _, o := range orders {
		d, found, err := currentTx(ctx, tx, o.id)
		if err != nil {
			return finding{}, err
		}
		if !found || !me.concerned(d) {
			continue
		}
		a, err := me.read(d)
		if err != nil {
			return finding{}, err
		}
		credit := 0
		for _, c := range a.Credits {
			if c.Own {
				credit += c.Ppm
			}
		}
		if credit == int(money.One) {
			return finding{}, fault.At(m.field(), "INVALID", "Order %s is yours already. It stands under your sales, with what it earns.", o.name)
		}
		if o.test {
			return finding{}, fault.At(m.field(), "INVALID", "Order %s is a test of the shop. Test orders never earn.", o.name)
		}
		return finding{order: o.id, known: true, words: explained(o.name, a)}, nil
	}
	return out, nil
}

// field is what in the input names the order.
func (m missing) field() string {
	if m.number != "" {
		return "orderNumber"
	}
	return "placedOn"
}

// explained says what became of the creator's touches.
func explained(name string, a Attribution) string {
	words := []string{"Order " + name + " is known, and this is what was found of you."}
	shown := 0
	for _, t := range a.Touches {
		if t.Own && shown < sentencesShown {
			shown++
			words = append(words, t.Label+": "+t.Sentence)
		}
	}
	return strings.Join(append(words, a.Rule, "A person looks at it."), "\n")
}

type candidate struct {
	id   uuid.UUID
	name string
	test bool
}

// candidatesTx gives the orders that a claim may mean, the latest first.
func (s *Service) candidatesTx(ctx context.Context, tx database.Tx, brand uuid.UUID, m missing) (out []candidate, err error) {
	since := s.clock.Now().AddDate(0, 0, -claimReach)
	query, args := `placed_at >= $2 AND $3 IN (lower(ltrim(name, '#')), lower(ltrim(external_id, '#')))`, []any{brand, since, foldNumber(m.number)}
	if m.number == "" {
		from := m.on.Start()
		query = `placed_at >= $2 AND placed_at < $3 AND currency = $4 AND $5 IN (total_minor, net_minor)`
		args = []any{brand, from.Add(-dayBefore), from.Add(24*time.Hour + dayAfter), m.amount.Currency, m.amount.Minor}
	}
	rows, err := tx.SQL.QueryContext(ctx, fmt.Sprintf(`SELECT id, name, test FROM "order" WHERE brand_id = $1 AND %s ORDER BY placed_at DESC, id LIMIT %d`, query, candidatesMax), args...)
	if err != nil {
		return nil, fmt.Errorf("orders of a claim: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var c candidate
		if err := rows.Scan(&c.id, &c.name, &c.test); err != nil {
			return nil, fmt.Errorf("orders of a claim: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}
