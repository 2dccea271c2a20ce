package tracking

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/rollup"
	"tributary/internal/tracking/spool"
)

// shelf is a database with one link, and the clicks of one process.
type shelf struct {
	t      *testing.T
	db     *database.DB
	clock  *clock.Fake
	clicks *Clicks
	data   string
	link   uuid.UUID
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, db: testdb.New(t), clock: clock.NewFake(fixture.At), data: t.TempDir(), link: uuid.New()}
	a := fixture.New(t, s.db)
	s.db.Ent.Link.Create().SetID(s.link).SetCreatedAt(fixture.At).SetUpdatedAt(fixture.At).SetBrandID(a.Brand).SetProgramID(a.Program).
		SetPartnershipID(a.Partnership).SetCreatorID(a.Creator).SetCode("bio").SetDestinationURL("https://shop.example/").SetPlatform("TIKTOK").
		SetLabel("").SetCampaign("").ExecX(testdb.Context(t))
	s.clicks = s.process(s.data)
	return s
}

// process opens the clicks of one more process.
func (s *shelf) process(data string) *Clicks {
	s.t.Helper()
	c, err := OpenClicks(ClicksConfig{DB: s.db, DataDir: data, Clock: s.clock, Patience: time.Minute})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = c.Close(context.WithoutCancel(s.t.Context())) })
	return c
}

func (s *shelf) click(visitor uuid.UUID, returning bool) clickRecord {
	s.clock.Advance(time.Millisecond)
	return clickRecord{click: id.NewUUID(s.clock.Now()), link: s.link, visitor: visitor, returning: returning, device: DevicePhone}
}

func (s *shelf) take(c *Clicks, r clickRecord) uuid.UUID {
	s.t.Helper()
	require.Equal(s.t, spool.Durable, c.take(&r))
	return r.click
}

// sums gives the stored clicks, and the figures of them.
func (s *shelf) sums() (stored, clicks, unique int) {
	s.t.Helper()
	_, err := rollup.Fold(testdb.Context(s.t), s.db)
	require.NoError(s.t, err)
	require.NoError(s.t, s.db.SQL.QueryRow(`SELECT (SELECT count(*) FROM click), coalesce(sum(clicks), 0), coalesce(sum(unique_clicks), 0) FROM rollup_link`).
		Scan(&stored, &clicks, &unique))
	return stored, clicks, unique
}

func TestAClickThatLiesInTheSpoolTwiceIsStoredOnce(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	twice := s.click(uuid.New(), false)
	s.take(s.clicks, twice)
	s.take(s.clicks, twice)
	s.take(s.clicks, s.click(uuid.New(), false))
	require.NoError(t, s.clicks.Drain(testdb.Context(t)))
	s.take(s.clicks, twice) // and once more, after the first was loaded
	s.take(s.clicks, s.click(uuid.New(), false))
	require.NoError(t, s.clicks.Drain(testdb.Context(t)))
	stored, clicks, unique := s.sums()
	require.Equal(t, []int{3, 3, 3}, []int{stored, clicks, unique})
}

func TestWhatFitsNowhereIsPutAsideAndTheRestIsLoaded(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	_, err := s.db.SQL.Exec(`ALTER TABLE click ADD CONSTRAINT odd CHECK (sub_id <> 'refused')`)
	require.NoError(t, err)
	for i := range 40 {
		r := s.click(uuid.New(), false)
		switch i {
		case 7, 31:
			r.subID = "refused" // by the database
		case 20:
			r.link = uuid.New() // of nobody
		}
		s.take(s.clicks, r)
	}
	require.Equal(t, spool.Durable, s.clicks.spool.Append([]byte("a record of a version that is not known")))
	require.NoError(t, s.clicks.Drain(testdb.Context(t)))
	stored, clicks, unique := s.sums()
	require.Equal(t, []int{37, 37, 37}, []int{stored, clicks, unique})
	require.Equal(t, 4, s.clicks.Stats().BadFiles)
	mend, waiting, err := CheckDataDir(testdb.Context(t), s.db, s.data)
	require.NoError(t, err)
	require.Len(t, mend, 1)
	require.Contains(t, mend[0], "4 parts of the click spool could not be loaded")
	require.Positive(t, waiting)
	s.take(s.clicks, s.click(uuid.New(), false))
	require.NoError(t, s.clicks.Drain(testdb.Context(t)), "what was put aside does not come again")
	require.Equal(t, 4, s.clicks.Stats().BadFiles)
}

func TestTwoProcessesLoadEachClickOnceAndAgreeOnFirstVisits(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	other := s.process(t.TempDir())
	visitors := make([]uuid.UUID, 20)
	for i := range visitors {
		visitors[i] = uuid.New()
	}
	const each = 150
	var group sync.WaitGroup
	for _, c := range []*Clicks{s.clicks, other} {
		group.Go(func() {
			for i := range each {
				r := s.click(visitors[i%len(visitors)], true)
				if o := c.take(&r); o != spool.Durable {
					t.Errorf("a click is %s", o)
				}
				if i%10 == 0 {
					if err := c.Drain(testdb.Context(t)); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	group.Wait()
	require.NoError(t, errors.Join(s.clicks.Drain(testdb.Context(t)), other.Drain(testdb.Context(t))))
	stored, clicks, unique := s.sums()
	require.Equal(t, []int{2 * each, 2 * each, len(visitors)}, []int{stored, clicks, unique})
	require.NoError(t, rollup.Rebuild(testdb.Context(t), s.db))
	stored, clicks, unique = s.sums()
	require.Equal(t, []int{2 * each, 2 * each, len(visitors)}, []int{stored, clicks, unique}, "the raw rows say the same")
}

func TestAClockThatStepsBackLosesNothing(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	for range 5 {
		for range 5 {
			s.take(s.clicks, s.click(uuid.New(), false))
		}
		require.NoError(t, s.clicks.Drain(testdb.Context(t)))
		s.clock.Advance(-25 * time.Hour)
		require.NoError(t, s.clicks.Close(testdb.Context(t)))
		s.clicks = s.process(s.data)
	}
	stored, clicks, unique := s.sums()
	require.Equal(t, []int{25, 25, 25}, []int{stored, clicks, unique})
}

func TestConnectionsThatAreCutWhileLoadingLeaveNothingMissingOrDouble(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	ctx, stop := context.WithCancel(testdb.Context(t))
	defer stop()
	var running sync.WaitGroup
	running.Go(func() { s.clicks.Run(ctx) })
	cutting, done := context.WithCancel(ctx)
	cuts := 0
	running.Go(func() {
		for cutting.Err() == nil {
			var n int
			// A connection of its own: the pool's are those that are cut.
			err := s.db.SQL.QueryRowContext(cutting, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`).Scan(&n)
			if err == nil {
				cuts += n
			}
			select {
			case <-cutting.Done():
			case <-time.After(2 * time.Millisecond):
			}
		}
	})
	const writers, each = 8, 2000
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				r := s.click(uuid.New(), false)
				if o := s.clicks.take(&r); o != spool.Durable {
					t.Errorf("a click is %s", o)
				}
			}
		})
	}
	group.Wait()
	require.Eventually(t, func() bool { return s.clicks.Stats().FailedLoads > 0 || s.clicks.Stats().BacklogBytes == 0 }, time.Minute, 10*time.Millisecond)
	done()
	stop()
	running.Wait()
	require.Eventually(t, func() bool { return s.clicks.Drain(testdb.Context(t)) == nil }, time.Minute, 10*time.Millisecond)
	stored, clicks, unique := s.sums()
	require.Equal(t, []int{writers * each, writers * each, writers * each}, []int{stored, clicks, unique})
	require.Positive(t, cuts)
}

func TestClicksOfAProcessThatIsGoneAreLoadedByAnother(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	gone := s.process(s.data)
	require.NotEqual(t, s.clicks.spool.Folder, gone.spool.Folder)
	for range 3 {
		s.take(gone, s.click(uuid.New(), false))
	}
	require.NoError(t, gone.spool.Close()) // nothing was loaded
	s.clicks.adopt(testdb.Context(t))
	stored, clicks, unique := s.sums()
	require.Equal(t, []int{3, 3, 3}, []int{stored, clicks, unique})
	require.Zero(t, spool.BytesIn(gone.spool.Folder))
	alive := s.process(s.data)
	s.take(alive, s.click(uuid.New(), false))
	s.clicks.adopt(testdb.Context(t))
	stored, _, _ = s.sums()
	require.Equal(t, 3, stored, "what a living process holds is its own to load")
}

func TestADatabaseThatForgotAClicksSpoolLoadsItAnew(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.take(s.clicks, s.click(uuid.New(), false))
	require.NoError(t, s.clicks.Drain(testdb.Context(t)))
	_, err := s.db.SQL.Exec(`DELETE FROM click_spool`) // as an older backup put back
	require.NoError(t, err)
	s.take(s.clicks, s.click(uuid.New(), false))
	require.NoError(t, s.clicks.Drain(testdb.Context(t)))
	stored, clicks, unique := s.sums()
	require.Equal(t, []int{2, 2, 2}, []int{stored, clicks, unique}, "what still lies in the spool is told from what is stored")
}

func TestADatabaseThatIsOlderThanItsSpoolIsReported(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.take(s.clicks, s.click(uuid.New(), false))
	require.NoError(t, s.clicks.Drain(testdb.Context(t)))
	mend, _, err := CheckDataDir(testdb.Context(t), s.db, s.data)
	require.NoError(t, err)
	require.Empty(t, mend)
	_, err = s.db.SQL.Exec(`UPDATE click_spool SET segment = segment - 1`)
	require.NoError(t, err)
	mend, _, err = CheckDataDir(testdb.Context(t), s.db, s.data)
	require.NoError(t, err)
	require.Len(t, mend, 1)
	require.Contains(t, mend[0], "the database is older than")
}

func TestReadersOfASpoolThatIsGoneBegin(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.take(s.clicks, s.click(uuid.New(), false))
	require.NoError(t, s.clicks.Close(testdb.Context(t)))
	require.NoError(t, os.RemoveAll(filepath.Join(s.data, "spool")))
	s.clicks = s.process(s.data)
	s.take(s.clicks, s.click(uuid.New(), false))
	require.NoError(t, s.clicks.Drain(testdb.Context(t)))
	stored, _, _ := s.sums()
	require.Equal(t, 2, stored)
}

// FuzzClickRecord takes arbitrary bytes apart: nothing panics, and what is accepted is written again as it was.
func FuzzClickRecord(f *testing.F) {
	whole := clickRecord{click: uuid.New(), link: uuid.New(), visitor: uuid.New(), country: "DE", device: DeviceTablet, notCounted: NotCountedPreview,
		returning: true, referrer: "www.tiktok.com", subID: "story-7"}
	f.Add(whole.append(nil))
	f.Add((&clickRecord{}).append(nil))
	f.Add([]byte{1})
	f.Add([]byte(fmt.Sprintf("\x01%0200d", 7)))
	f.Fuzz(func(t *testing.T, b []byte) {
		var c clickRecord
		if c.read(b) != nil {
			return
		}
		again := c.append(nil)
		var same clickRecord
		require.NoError(t, same.read(again))
		require.Equal(t, c, same)
		require.LessOrEqual(t, len(again), spool.PayloadMax)
	})
}

func TestARecordKeepsWhatItWasGivenWithinItsBounds(t *testing.T) {
	t.Parallel()
	for _, device := range recordDevices {
		for _, why := range recordNotCounted {
			in := clickRecord{click: uuid.New(), link: uuid.New(), visitor: uuid.New(), device: device, notCounted: why, country: "FR", referrer: "a.example"}
			in.network[3] = 9
			var out clickRecord
			require.NoError(t, out.read(in.append(nil)))
			require.Equal(t, in, out)
		}
	}
}
