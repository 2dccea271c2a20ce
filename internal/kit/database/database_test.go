package database_test

import (
	"context"
	"io/fs"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tributary/ent/migrations"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
)

func TestMigrateTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	require.NoError(t, database.Migrate(testdb.Context(t), db))
	var n int
	require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT count(*) FROM schema_revision WHERE applied = total`).Scan(&n))
	files, err := fs.Glob(migrations.Files, "*.sql")
	require.NoError(t, err)
	require.Len(t, files, n)
}

func TestQueryWithoutViewerIsDenied(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	_, err := db.Ent.User.Query().All(t.Context())
	require.ErrorContains(t, err, "no viewer")
	_, err = db.Ent.User.Query().All(testdb.Context(t))
	require.NoError(t, err)
}

func TestTransactionRollsBackBothViews(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	now := time.Now()
	boom := context.Canceled
	err := db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		_, err := tx.Ent.User.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetEmail("a@b.test").SetName("A").SetPasswordHash("x").Save(ctx)
		require.NoError(t, err)
		var n int
		require.NoError(t, tx.SQL.QueryRowContext(ctx, `SELECT count(*) FROM "user"`).Scan(&n))
		require.Equal(t, 1, n)
		return boom
	})
	require.ErrorIs(t, err, boom)
	n, err := db.Ent.User.Query().Count(testdb.Context(t))
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestStatementsAreCountedInTheirContext(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	ctx, n := database.CountStatements(testdb.Context(t))
	_, err := db.Ent.User.Query().Count(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 1, n.Load())
}

func TestOneHoldsALockAndTheNextWaits(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	release, err := db.Hold(t.Context(), "a thing")
	require.NoError(t, err)
	other, err := db.Hold(t.Context(), "another thing")
	require.NoError(t, err)
	defer other()
	got := make(chan func(), 1)
	go func() {
		second, err := db.Hold(t.Context(), "a thing")
		assert.NoError(t, err)
		got <- second
	}()
	impatient, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = db.Hold(impatient, "a thing")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Empty(t, got)
	release()
	(<-got)()
}
