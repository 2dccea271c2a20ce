package rollup_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/testdb"
	"tributary/internal/rollup"
)

func delta(a fixture.Affiliate, clicks int64) rollup.Delta {
	return rollup.Delta{Brand: a.Brand, Program: a.Program, Creator: a.Creator, Partnership: a.Partnership, Platform: "TIKTOK",
		Day: clock.DateOf(fixture.At), Currency: "EUR", Link: uuid.NullUUID{UUID: a.Program, Valid: true}, Clicks: clicks}
}

func add(t *testing.T, db *database.DB, d ...rollup.Delta) {
	t.Helper()
	require.NoError(t, db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error { return rollup.AddTx(ctx, tx, d...) }))
}

func sum(t *testing.T, db *database.DB, table string) (n int) {
	t.Helper()
	require.NoError(t, db.SQL.QueryRow(`SELECT coalesce(sum(clicks), 0) FROM `+table).Scan(&n))
	return n
}

func TestFoldingLosesNothingWhileOthersWrite(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	a := fixture.New(t, db)
	done := make(chan error, 4)
	for range 2 {
		go func() {
			var err error
			for range 25 {
				err = errors.Join(err, db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
					return rollup.AddTx(ctx, tx, delta(a, 1), delta(a, 2))
				}))
			}
			done <- err
		}()
		go func() {
			var err error
			for range 10 {
				_, folded := rollup.Fold(testdb.Context(t), db)
				err = errors.Join(err, folded)
			}
			done <- err
		}()
	}
	for range 4 {
		require.NoError(t, <-done)
	}
	_, err := rollup.Fold(testdb.Context(t), db)
	require.NoError(t, err)
	for table, want := range map[string]int{"rollup_delta": 0, "rollup_day": 150, "rollup_link": 150, "rollup_link_day": 150} {
		require.Equal(t, want, sum(t, db, table), table)
	}
}

func TestOneProcessFoldsAndTheOthersDoNotWait(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	a := fixture.New(t, db)
	n, err := rollup.FoldIfFree(testdb.Context(t), db)
	require.NoError(t, err)
	require.Zero(t, n)
	add(t, db, delta(a, 5))
	require.NoError(t, db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		if err := database.AdvisoryLockTx(ctx, tx, "rollup"); err != nil {
			return err
		}
		n, err := rollup.FoldIfFree(testdb.Context(t), db)
		require.Zero(t, n, "somebody else folds")
		return err
	}))
	require.Equal(t, 5, sum(t, db, "rollup_delta"))
	n, err = rollup.FoldIfFree(testdb.Context(t), db)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, 5, sum(t, db, "rollup_day"))
}

func TestFiguresAreFoldedAsTheyCome(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	a := fixture.New(t, db)
	ctx, stop := context.WithCancel(testdb.Context(t))
	ended := make(chan struct{})
	go func() { defer close(ended); rollup.Run(ctx, db, slog.New(slog.DiscardHandler)) }()
	for total := 3; total <= 6; total += 3 {
		add(t, db, delta(a, 3))
		require.Eventually(t, func() bool { return sum(t, db, "rollup_day") == total }, time.Minute, 20*time.Millisecond)
	}
	stop()
	<-ended
}

func TestEmptyDeltasAreNotWritten(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	a := fixture.New(t, db)
	add(t, db, delta(a, 0))
	add(t, db)
	var n int
	require.NoError(t, db.SQL.QueryRow(`SELECT count(*) FROM rollup_delta`).Scan(&n))
	require.Zero(t, n)
}

func TestRebuildingForgetsWhatNoRawRowBears(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	a := fixture.New(t, db)
	add(t, db, delta(a, 5))
	_, err := rollup.Fold(testdb.Context(t), db)
	require.NoError(t, err)
	add(t, db, delta(a, 7))
	require.NoError(t, rollup.Rebuild(testdb.Context(t), db))
	for _, table := range []string{"rollup_delta", "rollup_day", "rollup_link", "rollup_link_day"} {
		require.Zero(t, sum(t, db, table), table)
	}
}

func TestFailedChangeLeavesFiguresAlone(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	fixture.New(t, db)
	boom := errors.New("boom")
	err := db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		return rollup.AroundOrderTx(ctx, tx, uuid.New(), func() error { return boom })
	})
	require.ErrorIs(t, err, boom)
}
