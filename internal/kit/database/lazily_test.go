package database_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/testdb"
)

func TestSyncPutsLazyCommitsOnDisk(t *testing.T) {
	t.Parallel()
	db, ctx := testdb.New(t), testdb.Context(t)
	_, err := db.SQL.ExecContext(ctx, `CREATE TABLE note (body text)`)
	require.NoError(t, err)
	for range 20 { // PostgreSQL may have written the log by itself meanwhile, but not each time
		require.NoError(t, db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
			if err := database.LazilyTx(ctx, tx); err != nil {
				return err
			}
			_, err := tx.SQL.ExecContext(ctx, `INSERT INTO note VALUES ('kept')`)
			return err
		}))
		var committed string
		require.NoError(t, db.SQL.QueryRowContext(ctx, `SELECT pg_current_wal_insert_lsn()`).Scan(&committed))
		require.NoError(t, db.Sync(ctx))
		var durable bool
		require.NoError(t, db.SQL.QueryRowContext(ctx, `SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn`, committed).Scan(&durable))
		require.True(t, durable)
	}
}
