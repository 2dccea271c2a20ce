package job_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/testdb"
)

type greet struct{ Name string }

func (greet) Kind() string { return "greet" }

type tidy struct{}

func (tidy) Kind() string { return "tidy" }

// greeter gives workers that tell whom they greeted, and that they tidied up.
func greeter() (w *job.Workers, done chan string) {
	w, done = job.NewWorkers(), make(chan string, 10)
	job.Add(w, func(_ context.Context, g greet) error { done <- g.Name; return nil })
	job.Add(w, func(context.Context, tidy) error { done <- "tidy"; return nil })
	job.Every(w, time.Hour, tidy{})
	return w, done
}

func enqueue(t *testing.T, db *database.DB, q *job.Queue, names ...string) {
	t.Helper()
	require.NoError(t, db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		var rest []greet
		for _, n := range names[1:] {
			rest = append(rest, greet{n})
		}
		if err := q.EnqueueTx(ctx, tx, greet{names[0]}, &job.Options{Queue: job.Outbound}); err != nil {
			return err
		}
		return job.EnqueueAllTx(ctx, q, tx, rest, nil)
	}))
}

func stop(t *testing.T, r *job.Runner) {
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		require.NoError(t, r.Stop(ctx))
	})
}

func TestJobsOfALaneAreDoneByItsRunnerAlone(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	w, done := greeter()
	runner, err := job.NewRunner(db, w, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	laneWorkers, inLane := greeter()
	lane, err := job.NewLaneRunner(db, laneWorkers, slog.New(slog.DiscardHandler), "past")
	require.NoError(t, err)

	enqueue(t, db, queue.Lane("past"), "lane 1", "lane 2")
	require.NoError(t, runner.StartEnqueued(testdb.Context(t)))
	stop(t, runner)
	enqueue(t, db, queue, "own 1", "own 2")
	require.ElementsMatch(t, []string{"own 1", "own 2"}, []string{<-done, <-done})

	// A process that died has left one marked as running.
	_, err = db.SQL.ExecContext(t.Context(), `UPDATE river_job SET state = 'running', attempted_at = now() WHERE args->>'Name' = 'lane 2'`)
	require.NoError(t, err)
	require.NoError(t, lane.Start(testdb.Context(t)))
	stop(t, lane)
	require.ElementsMatch(t, []string{"lane 1", "lane 2"}, []string{<-inLane, <-inLane})
	require.Empty(t, done, "neither more jobs nor those of Every")
}

func TestJobsOfEveryBeginWhenTheyAreTold(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	w, done := greeter()
	runner, err := job.NewRunner(db, w, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, runner.StartEnqueued(testdb.Context(t)))
	stop(t, runner)
	require.Eventually(t, func() bool { // it leads, so it would begin them
		var leads bool
		require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT FROM river_leader)`).Scan(&leads))
		return leads
	}, time.Minute, 10*time.Millisecond)
	enqueue(t, db, queue, "first")
	require.Equal(t, "first", <-done)
	runner.StartPeriodic()
	require.Equal(t, "tidy", <-done)
}
