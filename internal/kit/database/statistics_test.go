package database_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/testdb"
)

func TestPlansOfAnEmptyTableEndWhenItHasGrown(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	exec := executes(t, db)
	exec(`CREATE TABLE grown (id bigint PRIMARY KEY, name text NOT NULL) WITH (autovacuum_enabled = off)`)
	exec(`ANALYZE grown`)
	conn, err := db.SQL.Conn(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = conn.ExecContext(t.Context(), `SET plan_cache_mode = force_generic_plan; PREPARE look_up (bigint) AS SELECT name FROM grown WHERE id = $1`)
	require.NoError(t, err)
	plan := func() string {
		var first string
		require.NoError(t, conn.QueryRowContext(t.Context(), `EXPLAIN (COSTS OFF) EXECUTE look_up (7)`).Scan(&first))
		return first
	}
	require.Contains(t, plan(), "Seq Scan", "there is nothing in it")

	exec(`INSERT INTO grown SELECT n, 'name ' || n FROM generate_series(1, 999) n`)
	require.NoError(t, db.AnalyzeGrown(testdb.Context(t)))
	require.Contains(t, plan(), "Seq Scan", "it is small")
	exec(`INSERT INTO grown VALUES (1000, 'name 1000')`)
	require.NoError(t, db.AnalyzeGrown(testdb.Context(t)))
	require.Contains(t, plan(), "Index Scan")
}

func TestATableIsLookedAtEachTimeItHasGrownTenfold(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	exec := executes(t, db)
	exec(`CREATE TABLE grown (id bigint) WITH (autovacuum_enabled = off)`)
	known := func() (rows int) {
		require.NoError(t, db.AnalyzeGrown(testdb.Context(t)))
		require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT reltuples FROM pg_class WHERE relname = 'grown'`).Scan(&rows))
		return rows
	}
	total := 0
	for _, c := range []struct{ more, known int }{{999, -1}, {1, 1000}, {8999, 1000}, {1, 10_000}, {89_999, 10_000}, {1, 100_000}} {
		exec(`INSERT INTO grown SELECT generate_series(1, $1::int)`, c.more)
		total += c.more
		require.Equal(t, c.known, known(), "of %d rows", total)
	}
}

func TestAPartitionedTableIsLookedAtAsAWhole(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	exec := executes(t, db)
	exec(`CREATE TABLE grown (id bigint, day int) PARTITION BY LIST (day)`)
	exec(`CREATE TABLE grown_1 PARTITION OF grown FOR VALUES IN (1)`)
	exec(`CREATE TABLE grown_2 PARTITION OF grown FOR VALUES IN (2)`)
	known := func() (rows int) {
		require.NoError(t, db.AnalyzeGrown(testdb.Context(t)))
		require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT reltuples FROM pg_class WHERE relname = 'grown'`).Scan(&rows))
		return rows
	}
	for _, c := range []struct{ day, more, known int }{{1, 999, -1}, {2, 1, 1000}, {2, 199, 1000}, {1, 1, 1200}} {
		exec(`INSERT INTO grown SELECT n, $2::int FROM generate_series(1, $1::int) n`, c.more, c.day)
		require.Equal(t, c.known, known())
	}
}

func TestOneProcessAtATimeTellsThePlanner(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	exec := executes(t, db)
	exec(`CREATE TABLE grown (id bigint) WITH (autovacuum_enabled = off)`)
	exec(`INSERT INTO grown SELECT generate_series(1, 5000)`)
	known := func() (rows int) {
		require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT reltuples FROM pg_class WHERE relname = 'grown'`).Scan(&rows))
		return rows
	}
	other, err := db.SQL.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	mine, err := database.TryAdvisoryLockTx(t.Context(), database.Tx{SQL: other}, "statistics")
	require.NoError(t, err)
	require.True(t, mine)
	require.NoError(t, db.AnalyzeGrown(testdb.Context(t)))
	require.Equal(t, -1, known())
	require.NoError(t, other.Rollback())
	require.NoError(t, db.AnalyzeGrown(testdb.Context(t)))
	require.Equal(t, 5000, known())
}

// executes gives a way to run statements whose rows are counted at once, not a second later.
func executes(t *testing.T, db *database.DB) func(string, ...any) {
	t.Helper()
	conn, err := db.SQL.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return func(text string, args ...any) {
		t.Helper()
		_, err := conn.ExecContext(t.Context(), text, args...)
		require.NoError(t, err, text)
		if strings.HasPrefix(text, "INSERT") {
			_, err := conn.ExecContext(t.Context(), `SELECT pg_stat_force_next_flush()`)
			require.NoError(t, err)
		}
	}
}
