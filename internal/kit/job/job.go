// Package job runs work in the background, from a queue in PostgreSQL (River): a job is enqueued in the transaction that needs
// it, so it exists exactly when the transaction commits; it runs at least once, in one process, and is retried.
package job

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivertype"

	"tributary/internal/kit/database"
	"tributary/internal/kit/viewer"
)

// Bounds of the runner.
const (
	workersMax    = 20
	outboundMax   = 8 // workers of the queue Outbound
	pollInterval  = 200 * time.Millisecond
	fetchCooldown = 50 * time.Millisecond
	timeoutOfJob  = 2 * time.Minute
	// rescueAfter is how long a job may run before its process is taken for dead and the job is taken up again. Until then a periodic
	// job that died keeps its successors out, so this is hardly more than the time that a job has.
	rescueAfter = timeoutOfJob + 15*time.Second
	attemptsMax = 15
	insertChunk = 500 // jobs in one statement
)

// Outbound is the queue, by Options, of jobs that wait for other people's servers. It has workers of its own, so that a slow host keeps
// no other work waiting.
const Outbound = "outbound"

// Args is the description of one job; Kind names it in the queue.
type Args = river.JobArgs

// Options say when and how often a job runs.
type Options = river.InsertOpts

// Unique makes equal jobs collapse into one.
type Unique = river.UniqueOpts

// Queue puts jobs in. It holds no workers, so services can be built before them.
type Queue struct {
	client *river.Client[*sql.Tx]
	lane   string
}

// NewQueue makes a queue on a database.
func NewQueue(db *database.DB) (*Queue, error) {
	c, err := river.NewClient(riverdatabasesql.New(db.SQL), &river.Config{Logger: quiet()})
	if err != nil {
		return nil, fmt.Errorf("job queue: %w", err)
	}
	return &Queue{client: c}, nil
}

// Lane gives the queue whose jobs are all done by the runner of a lane (NewLaneRunner), and by no other: for services that live by a
// clock of their own.
func (q *Queue) Lane(name string) *Queue { return &Queue{q.client, name} }

// options puts a job into the lane, whatever queue it asks for.
func (q *Queue) options(o *Options) *Options {
	if q.lane == "" {
		return o
	}
	var in Options
	if o != nil {
		in = *o
	}
	in.Queue = q.lane
	return &in
}

// EnqueueTx puts a job in with the caller's transaction. Options may be nil.
func (q *Queue) EnqueueTx(ctx context.Context, tx database.Tx, args Args, o *Options) error {
	if _, err := q.client.InsertTx(ctx, tx.SQL, args, q.options(o)); err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// unfinished are the states of a job that is still to be done.
var unfinished = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
	rivertype.JobStateRetryable, rivertype.JobStateScheduled}

// Once gives options with which a job is dropped while an equal one is not finished.
func Once() *Options { return &Options{UniqueOpts: Unique{ByArgs: true, ByState: unfinished}} }

// EnqueueAllTx puts many jobs in with the caller's transaction, in a few statements. Options are for each of them and may be nil.
func EnqueueAllTx[T Args](ctx context.Context, q *Queue, tx database.Tx, all []T, o *Options) error {
	o = q.options(o)
	for chunk := range slices.Chunk(all, insertChunk) {
		params := make([]river.InsertManyParams, len(chunk))
		for i, args := range chunk {
			params[i] = river.InsertManyParams{Args: args, InsertOpts: o}
		}
		if _, err := q.client.InsertManyTx(ctx, tx.SQL, params); err != nil {
			return fmt.Errorf("enqueue %s: %w", chunk[0].Kind(), err)
		}
	}
	return nil
}

// Workers is the set of what a runner can do.
type Workers struct {
	river    *river.Workers
	periodic []*river.PeriodicJob
}

// NewWorkers makes an empty set.
func NewWorkers() *Workers { return &Workers{river: river.NewWorkers()} }

// Add registers the function that does jobs of one kind. It runs with a system viewer "job:<kind>". A returned error means
// "again later"; Discard(err) means "never again"; Snooze(d) means "again after d, and it does not count as a failure".
func Add[T Args](w *Workers, f func(ctx context.Context, args T) error) {
	river.AddWorker(w.river, river.WorkFunc(func(ctx context.Context, j *river.Job[T]) error {
		return f(viewer.WithSystem(ctx, "job:"+j.Kind), j.Args)
	}))
}

// Every registers a job that runs once in the interval, over all processes, and at the start.
func Every[T Args](w *Workers, interval time.Duration, args T) {
	w.periodic = append(w.periodic, river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) {
			return args, &river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished}}
		}, &river.PeriodicJobOpts{RunOnStart: true}))
}

// Discard marks an error that no retry mends.
func Discard(err error) error { return river.JobCancel(err) }

// Snooze asks to run again after d without counting a failure.
func Snooze(d time.Duration) error { return river.JobSnooze(d) }

// Runner takes jobs out and does them.
type Runner struct {
	client   *river.Client[*sql.Tx]
	db       *database.DB
	periodic []*river.PeriodicJob
	lane     string
}

// NewRunner makes a runner; Start begins.
func NewRunner(db *database.DB, w *Workers, log *slog.Logger) (*Runner, error) {
	r, err := newRunner(db, w, log, map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: workersMax}, Outbound: {MaxWorkers: outboundMax}})
	if err != nil {
		return nil, err
	}
	r.periodic = w.periodic
	return r, nil
}

// NewLaneRunner makes the runner of a lane; Start begins. It does what is enqueued there, and nothing again and again. One process at a
// time runs a lane.
func NewLaneRunner(db *database.DB, w *Workers, log *slog.Logger, lane string) (*Runner, error) {
	r, err := newRunner(db, w, log, map[string]river.QueueConfig{lane: {MaxWorkers: workersMax}})
	if err != nil {
		return nil, err
	}
	r.lane = lane
	return r, nil
}

func newRunner(db *database.DB, w *Workers, log *slog.Logger, queues map[string]river.QueueConfig) (*Runner, error) {
	c, err := river.NewClient(riverdatabasesql.New(db.SQL), &river.Config{
		Logger:            slog.New(&warnings{log.Handler()}),
		Workers:           w.river,
		Queues:            queues,
		FetchPollInterval: pollInterval,
		FetchCooldown:     fetchCooldown,
		JobTimeout:        timeoutOfJob,
		MaxAttempts:       attemptsMax,

		RescueStuckJobsAfter: rescueAfter,
	})
	if err != nil {
		return nil, fmt.Errorf("job runner: %w", err)
	}
	return &Runner{client: c, db: db}, nil
}

// Start begins to take jobs and returns. Jobs run until Stop, also after ctx has ended.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.StartEnqueued(ctx); err != nil {
		return err
	}
	r.StartPeriodic()
	return nil
}

// StartEnqueued begins to take the jobs that somebody enqueues, and leaves those of Every for StartPeriodic.
func (r *Runner) StartEnqueued(ctx context.Context) error {
	if r.lane != "" {
		// Nobody else works the lane, so what is marked as running was left by a process that died; and what waits for a time waits for
		// the lane's own.
		if _, err := r.db.SQL.ExecContext(ctx, `UPDATE river_job SET state = 'available', scheduled_at = now()
			WHERE state IN ('running', 'retryable', 'scheduled') AND queue = $1`, r.lane); err != nil {
			return fmt.Errorf("job runner: %w", err)
		}
	}
	return r.client.Start(context.WithoutCancel(ctx))
}

// StartPeriodic begins the jobs of Every.
func (r *Runner) StartPeriodic() { r.client.PeriodicJobs().AddMany(r.periodic) }

// Stop waits for running jobs until ctx ends, then cancels them.
func (r *Runner) Stop(ctx context.Context) error {
	if err := r.client.Stop(ctx); err != nil {
		return r.client.StopAndCancel(context.WithoutCancel(ctx))
	}
	return nil
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// warnings passes on what an operator has to see; the queue's own information is noise.
type warnings struct{ slog.Handler }

func (h *warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, l)
}

func (h *warnings) WithAttrs(a []slog.Attr) slog.Handler { return &warnings{h.Handler.WithAttrs(a)} }
func (h *warnings) WithGroup(n string) slog.Handler      { return &warnings{h.Handler.WithGroup(n)} }
