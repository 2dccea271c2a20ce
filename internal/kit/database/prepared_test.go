package database_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/testdb"
)

func TestStatementsStayPreparedOnTheirConnectionUpToABound(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	conn, err := db.SQL.Conn(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	kept := func() (n int) {
		require.NoError(t, conn.QueryRowContext(t.Context(), `SELECT count(*) FROM pg_prepared_statements`).Scan(&n))
		return n
	}
	before := kept()
	for i := range 300 {
		var got int
		require.NoError(t, conn.QueryRowContext(t.Context(), fmt.Sprintf(`SELECT $1::int + %d`, i%250), i).Scan(&got))
		require.Equal(t, i+i%250, got)
		if i == 9 {
			require.Equal(t, before+10, kept())
		}
	}
	require.Equal(t, 200, kept())
}

func TestAPreparedStatementFailsAndWorksAgain(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	conn, err := db.SQL.Conn(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	for _, divisor := range []int{1, 0, 2} {
		var got int
		err := conn.QueryRowContext(t.Context(), `SELECT 10 / $1::int`, divisor).Scan(&got)
		if divisor == 0 {
			require.ErrorContains(t, err, "division by zero")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, 10/divisor, got)
	}
}

func TestAConnectionWhoseStatementWasCancelledIsNotUsedAgain(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	db.SQL.SetMaxOpenConns(1)
	pid := func() (n int) {
		require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT pg_backend_pid()`).Scan(&n))
		return n
	}
	before := pid()
	require.Equal(t, before, pid())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := db.SQL.ExecContext(ctx, `SELECT pg_sleep($1)`, 30)
	require.Error(t, err)
	require.NotEqual(t, before, pid())
}
