package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"

	"tributary/ent/migrations"
)

// migrationLock is the advisory lock that lets one process migrate at a time.
const migrationLock = 0x7472696275746172 // "tributar"

// Migrate brings the database to the version of this program: our own files first, the job queue's after them, each file in a
// transaction, all under one advisory lock. It does nothing when nothing is missing. It refuses files that were tampered with.
func Migrate(ctx context.Context, db *DB) error {
	conn, err := db.SQL.Conn(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer func() { _ = conn.Close() }()
	for _, set := range []string{"SET statement_timeout = 0", "SET lock_timeout = 0"} {
		if _, err := conn.ExecContext(ctx, set); err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return fmt.Errorf("migrate: lock: %w", err)
	}
	defer func() {
		// The connection goes back to the pool: free the lock even when ctx has ended.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migrationLock))
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "RESET statement_timeout; RESET lock_timeout")
	}()
	if err := applyFiles(ctx, conn); err != nil {
		return err
	}
	m, err := rivermigrate.New(riverdatabasesql.New(db.SQL), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("migrate: job queue: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate: job queue: %w", err)
	}
	return nil
}

// MigrationsSum is a fingerprint of all migrations, for caches of migrated databases.
func MigrationsSum() string {
	b, err := migrations.Files.ReadFile(atlas.HashFileName)
	if err != nil {
		return "none"
	}
	return string(b)
}

func applyFiles(ctx context.Context, conn *sql.Conn) error {
	dir, err := embedded()
	if err != nil {
		return err
	}
	if err := atlas.Validate(dir); err != nil {
		return fmt.Errorf("migrate: the files do not match atlas.sum: %w", err)
	}
	if _, err := conn.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_revision (
		version text PRIMARY KEY, description text NOT NULL, applied int NOT NULL, total int NOT NULL,
		hash text NOT NULL, executed_at timestamptz NOT NULL)`); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	files, err := dir.Files()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	done, err := (&revisions{conn}).ReadRevisions(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if len(done) == len(files) && len(files) > 0 && done[len(done)-1].Version == files[len(files)-1].Version() {
		return nil
	}
	drv, err := postgres.Open(conn)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	rw := &revisions{conn}
	ex, err := atlas.NewExecutor(drv, dir, rw, atlas.WithAllowDirty(true))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	pending, err := ex.Pending(ctx)
	if err != nil && !errors.Is(err, atlas.ErrNoPendingFiles) {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, f := range pending {
		if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
			return fmt.Errorf("migrate %s: %w", f.Name(), err)
		}
		if err := ex.Execute(ctx, f); err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
			return fmt.Errorf("migrate %s: %w", f.Name(), err)
		}
		if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
			return fmt.Errorf("migrate %s: %w", f.Name(), err)
		}
	}
	return nil
}

func embedded() (*atlas.MemDir, error) {
	dir := &atlas.MemDir{}
	err := fs.WalkDir(migrations.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := migrations.Files.ReadFile(path)
		if err != nil {
			return err
		}
		return dir.WriteFile(path, b)
	})
	return dir, err
}

// revisions keeps what has been applied in the table schema_revision.
type revisions struct{ conn *sql.Conn }

func (r *revisions) Ident() *atlas.TableIdent { return &atlas.TableIdent{Name: "schema_revision"} }

func (r *revisions) ReadRevisions(ctx context.Context) ([]*atlas.Revision, error) {
	rows, err := r.conn.QueryContext(ctx, `SELECT version, description, applied, total, hash, executed_at FROM schema_revision ORDER BY version`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []*atlas.Revision
	for rows.Next() {
		rev := &atlas.Revision{Type: atlas.RevisionTypeExecute}
		if err := rows.Scan(&rev.Version, &rev.Description, &rev.Applied, &rev.Total, &rev.Hash, &rev.ExecutedAt); err != nil {
			return nil, err
		}
		out = append(out, rev)
	}
	return out, rows.Err()
}

func (r *revisions) ReadRevision(ctx context.Context, version string) (*atlas.Revision, error) {
	rev := &atlas.Revision{Type: atlas.RevisionTypeExecute}
	err := r.conn.QueryRowContext(ctx, `SELECT version, description, applied, total, hash, executed_at FROM schema_revision WHERE version = $1`, version).
		Scan(&rev.Version, &rev.Description, &rev.Applied, &rev.Total, &rev.Hash, &rev.ExecutedAt)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, atlas.ErrRevisionNotExist
	}
	return rev, err
}

func (r *revisions) WriteRevision(ctx context.Context, rev *atlas.Revision) error {
	at := rev.ExecutedAt
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	_, err := r.conn.ExecContext(ctx, `INSERT INTO schema_revision (version, description, applied, total, hash, executed_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (version) DO UPDATE
		SET applied = excluded.applied, total = excluded.total, hash = excluded.hash, executed_at = excluded.executed_at`,
		rev.Version, rev.Description, rev.Applied, rev.Total, rev.Hash, at)
	return err
}

func (r *revisions) DeleteRevision(ctx context.Context, version string) error {
	_, err := r.conn.ExecContext(ctx, `DELETE FROM schema_revision WHERE version = $1`, version)
	return err
}

// Pending names our migrations that the database has not had yet. It changes nothing.
func Pending(ctx context.Context, db *DB) ([]string, error) {
	dir, err := embedded()
	if err != nil {
		return nil, err
	}
	files, err := dir.Files()
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	var known bool
	if err := db.SQL.QueryRowContext(ctx, `SELECT to_regclass('schema_revision') IS NOT NULL`).Scan(&known); err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	applied := map[string]bool{}
	if known {
		rows, err := db.SQL.QueryContext(ctx, `SELECT version FROM schema_revision WHERE applied = total`)
		if err != nil {
			return nil, fmt.Errorf("migrations: %w", err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var version string
			if err := rows.Scan(&version); err != nil {
				return nil, err
			}
			applied[version] = true
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	var missing []string
	for _, f := range files {
		if !applied[f.Version()] {
			missing = append(missing, f.Name())
		}
	}
	return missing, nil
}
