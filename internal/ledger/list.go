package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// List gives a brand's postings, newest first by the time they count in; with a creator only those that touch one of the
// creator's accounts. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) List(ctx context.Context, brand uuid.UUID, creator uuid.NullUUID, r page.Request) (page.Connection[Transaction], error) {
	if err := access.Brand(viewer.From(ctx), access.ReadLedger, brand); err != nil {
		return page.Connection[Transaction]{}, err
	}
	comparison, direction := "<", "DESC"
	if r.Backward {
		comparison, direction = ">", "ASC"
	}
	args := []any{brand, s.mode, r.Limit + 1}
	where := ""
	if r.HasStart {
		args = append(args, r.Cursor.At, r.Cursor.ID)
		where += fmt.Sprintf(" AND (t.effective_at, t.id) %s ($%d, $%d)", comparison, len(args)-1, len(args))
	}
	if creator.Valid {
		args = append(args, creator.UUID)
		where += fmt.Sprintf(` AND EXISTS (SELECT 1 FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
  WHERE e.transaction_id = t.id AND a.party_id = $%d)`, len(args))
	}
	rows, err := s.transactions(ctx, `t.brand_id = $1 AND t.mode = $2`+where+` ORDER BY t.effective_at `+direction+`, t.id `+direction+` LIMIT $3`, args...)
	if err != nil {
		return page.Connection[Transaction]{}, err
	}
	return page.Build(r, rows, func(t Transaction) page.Cursor { return page.Cursor{At: t.EffectiveAt, ID: t.ID.UUID} }), nil
}

// Get gives one posting. Faults: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN.
func (s *Service) Get(ctx context.Context, transaction id.ID) (Transaction, error) {
	u, err := id.Want(transaction, id.Transaction, "posting")
	if err != nil {
		return Transaction{}, err
	}
	rows, err := s.transactions(ctx, `t.id = $1`, u)
	if err != nil {
		return Transaction{}, err
	}
	if len(rows) == 0 {
		return Transaction{}, fault.Missing("posting")
	}
	v := viewer.From(ctx)
	if rows[0].brand == uuid.Nil {
		return rows[0], access.Noun(access.Admin(v), "posting")
	}
	if err := access.Noun(access.Brand(v, access.ReadLedger, rows[0].brand), "posting"); err != nil {
		return Transaction{}, err
	}
	return rows[0], nil
}

// transactions reads postings with their entries in two statements.
func (s *Service) transactions(ctx context.Context, where string, args ...any) ([]Transaction, error) {
	rows, err := s.db.SQL.QueryContext(ctx, `SELECT t.id, t.brand_id, t.kind, t.reference, t.reason, t.occurred_at, t.effective_at, t.recorded_at
FROM ledger_transaction t WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("ledger transactions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out, place, ids := []Transaction{}, map[uuid.UUID]int{}, []string{}
	for rows.Next() {
		t := Transaction{ID: id.ID{Kind: id.Transaction}, Entries: []Entry{}}
		var brand uuid.NullUUID
		if err := rows.Scan(&t.ID.UUID, &brand, &t.Kind, &t.Reference, &t.Reason, &t.OccurredAt, &t.EffectiveAt, &t.RecordedAt); err != nil {
			return nil, fmt.Errorf("ledger transactions: %w", err)
		}
		t.brand = brand.UUID
		place[t.ID.UUID] = len(out)
		ids = append(ids, t.ID.UUID.String())
		out = append(out, t)
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		return out, err
	}
	return out, s.fillEntries(ctx, out, place, ids)
}

func (s *Service) fillEntries(ctx context.Context, out []Transaction, place map[uuid.UUID]int, ids []string) error {
	rows, err := s.db.SQL.QueryContext(ctx, `SELECT e.transaction_id, a.kind, a.party_id, e.amount_minor, e.currency
FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
WHERE e.transaction_id = ANY($1::uuid[]) ORDER BY e.id`, database.Array(ids))
	if err != nil {
		return fmt.Errorf("ledger entries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var transaction uuid.UUID
		var party uuid.NullUUID
		var e Entry
		if err := rows.Scan(&transaction, &e.Account, &party, &e.Amount.Minor, &e.Amount.Currency); err != nil {
			return fmt.Errorf("ledger entries: %w", err)
		}
		if r, _ := ruleOf(e.Account); party.Valid && !r.operator {
			e.CreatorID = id.Of(id.Creator, party.UUID)
		}
		t := &out[place[transaction]]
		t.Entries = append(t.Entries, e)
	}
	for i := range out {
		slices.SortStableFunc(out[i].Entries, func(a, b Entry) int { return b.Amount.Sign() - a.Amount.Sign() })
	}
	return rows.Err()
}

// currenciesMax bounds the trial balances of a brand.
const currenciesMax = 20

// TrialBalances sums a brand's book up to a time (now when zero), one result a currency. Faults: UNAUTHENTICATED, NOT_FOUND,
// FORBIDDEN.
func (s *Service) TrialBalances(ctx context.Context, brand uuid.UUID, asOf time.Time) ([]TrialBalance, error) {
	if err := access.Brand(viewer.From(ctx), access.ReadLedger, brand); err != nil {
		return nil, err
	}
	if asOf.IsZero() {
		asOf = s.clock.Now()
	}
	rows, err := s.db.SQL.QueryContext(ctx, `SELECT a.currency, a.kind, sum(e.amount_minor)::bigint
FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
WHERE a.brand_id = $1 AND a.mode = $2 AND e.effective_at <= $3
GROUP BY a.currency, a.kind ORDER BY a.currency`, brand, s.mode, asOf)
	if err != nil {
		return nil, fmt.Errorf("trial balance: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := []TrialBalance{}
	for rows.Next() {
		var currency money.Currency
		var row TrialBalanceRow
		if err := rows.Scan(&currency, &row.Account, &row.Balance.Minor); err != nil {
			return nil, fmt.Errorf("trial balance: %w", err)
		}
		row.Balance.Currency = currency
		if len(out) == 0 || out[len(out)-1].CurrencyCode != currency {
			if len(out) == currenciesMax {
				break
			}
			out = append(out, TrialBalance{CurrencyCode: currency, AsOf: asOf, Rows: []TrialBalanceRow{}, Debits: money.Zero(currency)})
		}
		if !row.Balance.IsZero() {
			last := &out[len(out)-1]
			last.Rows = append(last.Rows, row)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("trial balance: %w", err)
	}
	for i := range out {
		if err := out[i].close(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// close puts the rows into the order of the chart and adds up both sides.
func (b *TrialBalance) close() error {
	order := AccountKinds()
	slices.SortFunc(b.Rows, func(x, y TrialBalanceRow) int {
		return slices.Index(order, x.Account) - slices.Index(order, y.Account)
	})
	credits := money.Zero(b.CurrencyCode)
	for _, r := range b.Rows {
		var err error
		if r.Balance.Sign() > 0 {
			b.Debits, err = b.Debits.Add(r.Balance)
		} else {
			credits, err = credits.Add(r.Balance)
		}
		if err != nil {
			return fmt.Errorf("trial balance: %w", err)
		}
	}
	b.Balanced = credits.Neg() == b.Debits
	return nil
}
