// Package testdb gives each test a database of its own, cloned from a migrated template in milliseconds. Tests need a
// PostgreSQL server named by TEST_DATABASE_URL (a superuser's address); without it they fail.
package testdb

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"testing"

	"github.com/peterldowns/pgtestdb"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/viewer"
)

// poolOfTest is how many connections one test may hold; many tests run at once.
const poolOfTest = 4

// New gives a migrated, empty database that is dropped when the test passes.
func New(t testing.TB) *database.DB {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	require.NotEmpty(t, server, "TEST_DATABASE_URL names no PostgreSQL server; `make test` starts one")
	u, err := url.Parse(server)
	require.NoError(t, err)
	password, _ := u.User.Password()
	conf := pgtestdb.Custom(t, pgtestdb.Config{
		DriverName: "postgres", Host: u.Hostname(), Port: u.Port(), User: u.User.Username(), Password: password,
		Database: trimSlash(u.Path), Options: u.RawQuery,
	}, migrator{})
	db, err := database.Open(Context(t), conf.URL(), database.Options{Pool: poolOfTest})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Context gives a context in which the program itself acts, for tests of rules that are not about who acts.
func Context(t testing.TB) context.Context { return viewer.WithSystem(t.Context(), "test") }

func trimSlash(s string) string {
	if len(s) > 0 && s[0] == '/' {
		return s[1:]
	}
	return s
}

type migrator struct{}

// Hash changes with each migration and each version of the job queue's own.
func (migrator) Hash() (string, error) { return database.MigrationsSum() + jobQueueVersion, nil }

// jobQueueVersion follows the pinned version of River in go.mod.
const jobQueueVersion = "river v0.51.1"

func (migrator) Migrate(ctx context.Context, _ *sql.DB, conf pgtestdb.Config) error {
	db, err := database.Open(ctx, conf.URL(), database.Options{Pool: 2})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return database.Migrate(ctx, db)
}
