package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tributary/internal/kit/database"
)

// Mode is: how real the money is that this deployment moves. Spelled alike in Go, SQL and GraphQL.
type Mode string

// The values of Mode.
const (
	ModeSandbox Mode = "SANDBOX" // Stripe is played by the built-in sandbox; no real money moves.
	ModeTest    Mode = "TEST"    // Stripe's test mode; no real money moves.
	ModeLive    Mode = "LIVE"    // Real money moves.
)

// ErrMode is returned when money of one mode would be written into, or a deployment of one mode started on, the books of
// another.
var ErrMode = errors.New("ledger: the database belongs to another mode")

// modeSetting is the row of the table setting that stamps the database.
const modeSetting = "mode"

// Mode gives the mode of this deployment.
func (s *Service) Mode() Mode { return s.mode }

// CheckMode refuses a deployment whose mode is not the one that the first posting stamped the database with. A database
// without postings fits every mode. It fails with ErrMode.
func (s *Service) CheckMode(ctx context.Context) error {
	stamped, err := stampedMode(ctx, s.db.SQL)
	if err != nil || stamped == "" || stamped == s.mode {
		return err
	}
	return fmt.Errorf("%w: its books are %s and the settings say %s", ErrMode, stamped, s.mode)
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// stampedMode gives the mode of the database, "" before its first posting.
func stampedMode(ctx context.Context, q queryer) (Mode, error) {
	var m Mode
	err := q.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = $1`, modeSetting).Scan(&m)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the mode: %w", err)
	}
	return m, nil
}

// stampTx makes sure that the database carries this deployment's mode, stamping it with its first posting.
func (s *Service) stampTx(ctx context.Context, tx database.Tx, now time.Time) error {
	stamped, err := stampedMode(ctx, tx.SQL)
	if err != nil {
		return err
	}
	if stamped == "" {
		if _, err := tx.SQL.ExecContext(ctx, `INSERT INTO setting (name, value, set_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			modeSetting, s.mode, now); err != nil {
			return fmt.Errorf("stamp the mode: %w", err)
		}
		// Another process may have stamped it first; the next statement sees what it committed.
		if stamped, err = stampedMode(ctx, tx.SQL); err != nil {
			return err
		}
	}
	if stamped != s.mode {
		return fmt.Errorf("%w: its books are %s and this posting is %s", ErrMode, stamped, s.mode)
	}
	return nil
}
