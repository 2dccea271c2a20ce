package tracking

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"time"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/tracking/spool"
)

// Bounds of loading clicks.
const (
	// loadMax is how many clicks one transaction loads.
	loadMax = 4000
	// loadPause is how long the loader lets clicks gather, unless it lags behind.
	loadPause = 250 * time.Millisecond
	// loadRetryMin and loadRetryMax bound the wait after a database that does not take clicks.
	loadRetryMin = 100 * time.Millisecond
	loadRetryMax = 5 * time.Second
	// loadPatience bounds one transaction.
	loadPatience = 60 * time.Second
	// closePatience bounds how long a stop waits for the rest to be loaded; the next start loads what is left.
	closePatience = 5 * time.Second
	// leftoversEvery is how often spools of processes that were killed are looked for.
	leftoversEvery = time.Minute
	// TopicClicks is what the hub calls new clicks; the object is the creator.
	TopicClicks = "clicks"
)

// ClicksConfig is what Clicks needs. DB and DataDir are required.
type ClicksConfig struct {
	DB *database.DB
	// DataDir holds the spool's folder; processes may share it.
	DataDir string
	// MaxBytes bounds the spool; 0 means its default.
	MaxBytes int64
	// Patience bounds how long a click waits for the disk; 0 means the spool's default.
	Patience time.Duration
	// Changes is told of new clicks, so that people see them; nil tells nobody.
	Changes *broadcast.Hub
	Clock   clock.Clock
	Log     *slog.Logger
}

// Clicks takes the clicks that were answered: first onto the disk, so that none is lost, then into PostgreSQL, once each. It keeps
// taking them while PostgreSQL is away.
type Clicks struct {
	ClicksConfig
	spool *spool.Spool
	own   *loader

	turn      chan struct{} // held by whoever loads
	watermark atomic.Pointer[spool.Position]
	counts    struct{ loaded, uncounted, failed atomic.Int64 }
}

// ClicksStats are counts since the start, and what waits.
type ClicksStats struct {
	spool.Stats
	Loaded       int64 // clicks that are in PostgreSQL
	FailedLoads  int64 // transactions that failed
	BacklogBytes int64 // durable, not loaded yet
	BadFiles     int   // put aside and still there
}

// OpenClicks opens the spool. Run loads from it; without Run, Drain does. The caller closes what it gets.
func OpenClicks(c ClicksConfig) (*Clicks, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Clock == nil {
		c.Clock = clock.System{}
	}
	s, err := spool.OpenFree(c.DataDir, spool.Config{MaxBytes: c.MaxBytes, Patience: c.Patience, Clock: c.Clock, Log: c.Log})
	if err != nil {
		return nil, err
	}
	out := &Clicks{ClicksConfig: c, spool: s, turn: make(chan struct{}, 1)}
	out.own = out.loaderOf(s)
	return out, nil
}

// take puts a click onto the disk.
func (c *Clicks) take(r *clickRecord) spool.Outcome {
	var buf [recordFixed + 1 + referrerMax + 2 + subIDBytesMax]byte
	return c.spool.Append(r.append(buf[:0]))
}

// Stats tells how clicks fare.
func (c *Clicks) Stats() ClicksStats {
	out := ClicksStats{Stats: c.spool.Stats(), Loaded: c.counts.loaded.Load(), FailedLoads: c.counts.failed.Load(), BadFiles: spool.BadFiles(c.spool.Folder)}
	if at := c.watermark.Load(); at != nil {
		out.BacklogBytes = c.spool.Backlog(*at)
	}
	return out
}

// Health is "ok", or "degraded" while clicks are lost or confirmed late: redirects go on all the same.
func (c *Clicks) Health() string {
	if s := c.spool.Stats(); s.Refusing || s.NoRoom || s.Stalling {
		return "degraded"
	}
	return "ok"
}

// Run loads clicks until ctx ends, and those that killed processes left behind.
func (c *Clicks) Run(ctx context.Context) {
	c.adopt(ctx)
	leftovers := time.NewTicker(leftoversEvery)
	defer leftovers.Stop()
	wait := time.Duration(0)
	for {
		n, err := c.load(ctx, c.own)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			wait = min(max(2*wait, loadRetryMin), loadRetryMax)
		case n >= loadMax:
			wait = 0 // it lags behind
			continue
		default:
			wait = 0
		}
		pause := loadPause
		if err != nil {
			pause = wait
		} else {
			select {
			case <-ctx.Done():
				return
			case <-leftovers.C:
				c.adopt(ctx)
				continue
			case <-c.spool.Ready():
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// Drain loads what has been answered before the call, for at most the context's time: somebody wants to know a click that may still
// be on the disk. When nothing waits it asks nobody.
func (c *Clicks) Drain(ctx context.Context) error {
	if err := c.spool.Flush(ctx); err != nil {
		return err
	}
	end := c.spool.End()
	for {
		if at := c.watermark.Load(); at != nil && (!at.Before(end) || c.spool.Backlog(*at) == 0) {
			return nil
		}
		if _, err := c.load(ctx, c.own); err != nil {
			return err
		}
	}
}

// load loads once from a spool; one at a time.
func (c *Clicks) load(ctx context.Context, l *loader) (int, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	n, err := l.once(ctx)
	if err != nil && ctx.Err() == nil {
		c.counts.failed.Add(1)
		l.complain(ctx, err)
	}
	c.counts.loaded.Add(int64(n))
	return n, err
}

// adopt loads what lies in the spools of processes that are gone.
func (c *Clicks) adopt(ctx context.Context) {
	for _, folder := range spool.Folders(c.DataDir) {
		if folder == c.spool.Folder || spool.BytesIn(folder) == 0 {
			continue
		}
		if err := c.adoptOne(ctx, folder); err != nil && !errors.Is(err, spool.ErrInUse) {
			c.Log.WarnContext(ctx, "clicks of a process that is gone are not loaded yet", "folder", folder, "error", err)
		}
	}
}

func (c *Clicks) adoptOne(ctx context.Context, folder string) (err error) {
	s, err := spool.Open(spool.Config{Folder: folder, MaxBytes: c.MaxBytes, Clock: c.Clock, Log: c.Log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	l := c.loaderOf(s)
	total := 0
	for {
		n, err := c.load(ctx, l)
		total += n
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	if total > 0 {
		c.Log.InfoContext(ctx, "loaded the clicks of a process that is gone", "folder", folder, "clicks", total)
	}
	return nil
}

// Close loads what is left, for a short time, and closes the spool.
func (c *Clicks) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closePatience)
	defer cancel()
	if err := c.Drain(ctx); err != nil {
		c.Log.WarnContext(ctx, "clicks are left on the disk; the next start loads them", "error", err)
	}
	return c.spool.Close()
}

// CheckDataDir says in words what a person should look at in the spools of a data folder: what was put aside, and clicks that are
// gone because the database was put back to before they were loaded. waiting is how many bytes of records lie there.
func CheckDataDir(ctx context.Context, db *database.DB, data string) (mend []string, waiting int64, err error) {
	for _, folder := range spool.Folders(data) {
		waiting += spool.BytesIn(folder)
		if n := spool.BadFiles(folder); n > 0 {
			mend = append(mend, fmt.Sprintf("%d parts of the click spool could not be loaded; they lie in %s", n, filepath.Join(folder, "bad")))
		}
		name, first, found := spool.Look(folder)
		if !found {
			continue
		}
		var segment int64
		err := db.SQL.QueryRowContext(ctx, `SELECT segment FROM click_spool WHERE spool_id = $1`, name).Scan(&segment)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return nil, 0, fmt.Errorf("check clicks: %w", err)
		case segment > 0 && uint64(segment) < first:
			mend = append(mend, fmt.Sprintf("the database is older than %s: clicks between its segments %d and %d were loaded into a later state of it and are gone",
				folder, segment, first))
		}
	}
	return mend, waiting, nil
}
