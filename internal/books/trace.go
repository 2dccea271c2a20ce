package books

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/money"
)

// traces proves the rest of I7: what a partnership earned of an order is what its stored trace recomputes to. An order that grew
// after approval is paid by several commissions, which count together; what a person rejected is nothing. Commissions without a
// trace have no order.
func traces(ctx context.Context, tx *sql.Tx) (found []Finding, err error) {
	rows, err := tx.QueryContext(ctx, `
SELECT c.id, c.trace, c.currency, (SELECT sum(g.posted_minor)::bigint FROM commission g WHERE g.order_id = c.order_id AND g.partnership_id = c.partnership_id)
FROM commission c
WHERE c.kind IN ('SALE', 'RECURRING') AND c.order_id IS NOT NULL AND c.status NOT IN ('WAITING', 'VOID')
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.commission_id = c.id AND h.status = 'REJECTED')`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() && len(found) < findingsMax {
		var (
			commission uuid.UUID
			stored     []byte
			posted     int64
			currency   money.Currency
		)
		if err := rows.Scan(&commission, &stored, &currency, &posted); err != nil {
			return nil, err
		}
		f := Finding{Identity: "I7", Subject: "commission " + commission.String(), Actual: posted, Currency: currency,
			Sentence: "The trace of a commission recomputes to its expense."}
		var t rule.Trace
		if err := json.Unmarshal(stored, &t); err != nil {
			f.Sentence = "The trace of a commission cannot be read."
			found = append(found, f)
			continue
		}
		amount, err := rule.Recompute(t)
		if err != nil {
			f.Sentence = "The figures of a commission's trace do not follow from each other."
		}
		if f.Expected = amount.Minor; err != nil || amount != money.New(posted, currency) {
			found = append(found, f)
		}
	}
	return found, rows.Err()
}
