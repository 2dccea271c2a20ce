// Package database opens PostgreSQL, runs transactions and applies migrations. It is the only importer of lib/pq and, among the
// kit, of the generated client.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	"github.com/lib/pq"

	"tributary/ent/gen"
	_ "tributary/ent/gen/runtime" // wires the net of ent/schema; queries fail without it
)

// PoolDefault is how many connections a process keeps; loaders fan out, so as many stay open as may be used.
const PoolDefault = 10

// connectionLife bounds the age of a connection, because plans of foreign-key checks made on empty tables stay sequential on
// long-lived ones.
const connectionLife = 5 * time.Minute

// txAttempts bounds how often a transaction runs when PostgreSQL asks to try again.
const txAttempts = 4

// DB is one database. Ent and SQL share the pool.
type DB struct {
	SQL *sql.DB
	Ent *gen.Client
	url string
}

// Tx is an open transaction; Ent and SQL are two views of it. It is passed as an argument, never in a context.
type Tx struct {
	SQL *sql.Tx
	Ent *gen.Client
}

// Options tune the pool.
type Options struct {
	// Pool is the number of connections. Defaults to PoolDefault.
	Pool int
	// StatementTimeout ends a statement that runs longer. Defaults to 30 s.
	StatementTimeout time.Duration
}

// Open connects to a PostgreSQL URL and checks that it answers.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	if o.Pool == 0 {
		o.Pool = PoolDefault
	}
	if o.StatementTimeout == 0 {
		o.StatementTimeout = 30 * time.Second
	}
	connector, err := pq.NewConnector(withSettings(url, map[string]string{
		"statement_timeout": milliseconds(o.StatementTimeout),
		"lock_timeout":      milliseconds(o.StatementTimeout / 3),
		"timezone":          "UTC",
		"application_name":  "tributary",
	}))
	if err != nil {
		return nil, fmt.Errorf("database url: %w", err)
	}
	db := sql.OpenDB(counting{connector})
	db.SetMaxOpenConns(o.Pool)
	db.SetMaxIdleConns(o.Pool)
	db.SetConnMaxLifetime(connectionLife)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("database does not answer: %w", err)
	}
	return &DB{SQL: db, Ent: gen.NewClient(gen.Driver(entsql.OpenDB(dialect.Postgres, db))), url: url}, nil
}

// URL gives the address that the database was opened with; it holds the password.
func (db *DB) URL() string { return db.url }

// Close gives the connections back.
func (db *DB) Close() error { return db.SQL.Close() }

// LazilyTx lets the commit of a transaction return before it is on disk: a crash of PostgreSQL within the next second may forget it,
// all of it and none before it. It is for what can be done again from something that stays. See PostgreSQL's manual, section 30.4.
func LazilyTx(ctx context.Context, tx Tx) error {
	_, err := tx.SQL.ExecContext(ctx, `SET LOCAL synchronous_commit = off`)
	return err
}

// Sync waits until everything that was committed before is on disk, also lazily.
func (db *DB) Sync(ctx context.Context) error {
	// A commit waits for the disk only where its transaction has written something into the log, which then goes there up to its end.
	_, err := db.SQL.ExecContext(ctx, `SELECT set_config('synchronous_commit', 'on', true), pg_logical_emit_message(true, 'tributary', '')`)
	return err
}

// InTx runs f in one transaction and commits it when f returns nil. PostgreSQL's serialization failures and deadlocks run it
// again, up to three times, so f must have no outside effects.
func (db *DB) InTx(ctx context.Context, f func(ctx context.Context, tx Tx) error) error {
	var err error
	for attempt := range txAttempts {
		if err = db.once(ctx, f); !again(err) || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Duration(attempt+1) * 5 * time.Millisecond):
		}
	}
	return err
}

func (db *DB) once(ctx context.Context, f func(ctx context.Context, tx Tx) error) (err error) {
	raw, err := db.SQL.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done {
			_ = raw.Rollback()
		}
	}()
	if err := f(ctx, Tx{SQL: raw, Ent: clientOn(raw)}); err != nil {
		return err
	}
	done = true
	if err := raw.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// clientOn makes an ent client whose statements run in an open transaction. Ent opens transactions of its own for writes with
// edges; txDriver answers those with the one that is open.
func clientOn(tx *sql.Tx) *gen.Client {
	return gen.NewClient(gen.Driver(&txDriver{entsql.Conn{ExecQuerier: tx}}))
}

type txDriver struct{ entsql.Conn }

func (d *txDriver) Dialect() string                        { return dialect.Postgres }
func (d *txDriver) Close() error                           { return nil }
func (d *txDriver) Tx(context.Context) (dialect.Tx, error) { return dialect.NopTx(d), nil }
func (d *txDriver) BeginTx(context.Context, *entsql.TxOptions) (dialect.Tx, error) {
	return dialect.NopTx(d), nil
}

// Array passes a Go slice as a PostgreSQL array, and reads one into a pointer to a slice.
func Array(a any) interface {
	sql.Scanner
	driverValuer
} {
	return pq.Array(a)
}

// CopyIn prepares a bulk load into a table. The statement takes one row an Exec and ends with an Exec without arguments.
func CopyIn(ctx context.Context, tx Tx, table string, columns ...string) (*sql.Stmt, error) {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = pq.QuoteIdentifier(c)
	}
	return tx.SQL.PrepareContext(ctx, "COPY "+pq.QuoteIdentifier(table)+" ("+strings.Join(quoted, ", ")+") FROM STDIN")
}

// AdvisoryLockTx holds a lock named by a word and a key until the transaction ends; others with the same name wait.
func AdvisoryLockTx(ctx context.Context, tx Tx, name string) error {
	_, err := tx.SQL.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, name)
	return err
}

// AdvisoryLocksTx holds many such locks, in the order of their names, so that two who take some of the same never wait for each other in
// a circle.
func AdvisoryLocksTx(ctx context.Context, tx Tx, names []string) error {
	names = slices.Clone(names)
	slices.Sort(names)
	names = slices.Compact(names)
	switch len(names) {
	case 0:
		return nil
	case 1:
		return AdvisoryLockTx(ctx, tx, names[0])
	}
	// OFFSET keeps the planner from taking the list apart; rows come as they stand in it.
	_, err := tx.SQL.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended(n, 0)) FROM (SELECT n FROM unnest($1::text[]) AS u (n) OFFSET 0) AS l`, Array(names))
	return err
}

// AnyOf is a condition of ent: a column of UUIDs holds one of the values. Unlike ent's own IN it has one text for any number of them, so
// that it stays prepared.
func AnyOf(column string, values []uuid.UUID) func(*entsql.Selector) {
	list := UUIDs(values)
	return func(s *entsql.Selector) {
		s.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(s.C(column)).WriteString(" = ANY(").Arg(list).WriteString("::uuid[])")
		}))
	}
}

// TryAdvisoryLockTx takes the same lock if it is free and tells whether it did; it never waits.
func TryAdvisoryLockTx(ctx context.Context, tx Tx, name string) (mine bool, err error) {
	err = tx.SQL.QueryRowContext(ctx, `SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))`, name).Scan(&mine)
	return mine, err
}

// lockPause is how often Hold asks for a lock that another process has.
const lockPause = 200 * time.Millisecond

// Hold waits for the lock of a name, which is free again when the process ends, however it ends, and gives what frees it. It keeps a
// connection. These locks are not those of AdvisoryLockTx.
func (db *DB) Hold(ctx context.Context, name string) (release func(), err error) {
	conn, err := db.SQL.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("hold %s: %w", name, err)
	}
	for {
		var mine bool
		if err := conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock(hashtextextended('hold:' || $1, 0))`, name).Scan(&mine); err != nil {
			return nil, errors.Join(fmt.Errorf("hold %s: %w", name, err), conn.Close())
		}
		if mine {
			return func() {
				// The connection goes back to the pool: free the lock even when ctx has ended.
				_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(hashtextextended('hold:' || $1, 0))`, name)
				_ = conn.Close()
			}, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), conn.Close())
		case <-time.After(lockPause):
		}
	}
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// withSettings appends run-time parameters to a URL or a key=value string; lib/pq passes unknown keys to the server.
func withSettings(url string, settings map[string]string) string {
	var b strings.Builder
	b.WriteString(url)
	isURL := strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
	sep := " "
	if isURL {
		sep = "?"
		if strings.Contains(url, "?") {
			sep = "&"
		}
	}
	for _, k := range []string{"statement_timeout", "lock_timeout", "timezone", "application_name"} {
		if strings.Contains(url, k+"=") {
			continue
		}
		b.WriteString(sep + k + "=" + settings[k])
		if isURL {
			sep = "&"
		}
	}
	return b.String()
}

type statements struct{}

// CountStatements gives a context in which statements are counted, and the counter.
func CountStatements(ctx context.Context) (context.Context, *atomic.Int64) {
	n := new(atomic.Int64)
	return context.WithValue(ctx, statements{}, n), n
}
