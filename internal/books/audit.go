// Package books proves that the books are right: it reads all of them at one moment and reports every identity that does not
// hold. It changes nothing. The identities are numbered as in the guide; those that compare with the payment provider's own
// records belong to reconciliation.
package books

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// findingsMax bounds the findings of one check; where there are as many, there are more.
const findingsMax = 1_000

// StuckAfter is how long a payout may be on its way before the audit reports it.
const StuckAfter = 24 * time.Hour

// Finding is one identity that does not hold for one subject.
type Finding struct {
	Identity string // I1 to I10, or RULE for a rule of the chart of accounts
	Subject  string // what it is about, for example "commission 0197…"
	Expected int64  // minor units, or a count
	Actual   int64
	Currency money.Currency // empty for counts
	Sentence string         // for a person
}

// Config is what the audit needs. Every field is required.
type Config struct {
	DB    *database.DB
	Clock clock.Clock
}

// Service checks the books.
type Service struct {
	db    *database.DB
	clock clock.Clock
}

// New makes the service.
func New(c Config) *Service { return &Service{db: c.DB, clock: c.Clock} }

// Audit checks every identity over all brands, currencies and modes at one moment and gives what does not hold; an empty
// result means that the books are right. It is for the command line and tests; whoever calls it has the run of the machine.
func (s *Service) Audit(ctx context.Context) (found []Finding, err error) {
	tx, err := s.db.SQL.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `SET LOCAL statement_timeout = 0`); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	for _, c := range checks {
		part, err := c.run(ctx, tx, s.clock.Now().Add(-StuckAfter))
		if err != nil {
			return nil, fmt.Errorf("audit %s: %w", c.identity, err)
		}
		found = append(found, part...)
	}
	part, err := traces(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("audit I7: %w", err)
	}
	return append(found, part...), nil
}

// check is one identity as a query that gives the rows for which it does not hold: subject, expected, actual, currency.
type check struct {
	identity string
	sentence string
	query    string
	stuck    bool // the query takes the moment before which a payout is stuck
}

func (c check) run(ctx context.Context, tx *sql.Tx, stuckBefore time.Time) (found []Finding, err error) {
	args := []any{findingsMax}
	if c.stuck {
		args = append(args, stuckBefore)
	}
	rows, err := tx.QueryContext(ctx, c.query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		f := Finding{Identity: c.identity, Sentence: c.sentence}
		if err := rows.Scan(&f.Subject, &f.Expected, &f.Actual, &f.Currency); err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	return found, rows.Err()
}
