package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/localpg"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/rollup"
)

const (
	clickers      = 16
	visitorsPhone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
	// confirmedWithin is safely less than the time after which the redirect answers without the disk's word.
	confirmedWithin = 150 * time.Millisecond
)

// killRounds is how often a server is killed under load: 20 times, or as often as TEST_KILL_ROUNDS says, which `make soak` does.
func killRounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("TEST_KILL_ROUNDS")
	if text == "" {
		return 20
	}
	rounds, err := strconv.Atoi(text)
	require.NoError(t, err, "TEST_KILL_ROUNDS")
	require.Positive(t, rounds, "TEST_KILL_ROUNDS")
	return rounds
}

// clickLink makes a link with the code bio.
func clickLink(t *testing.T, db *database.DB) {
	t.Helper()
	a := fixture.New(t, db)
	db.Ent.Link.Create().SetID(uuid.New()).SetCreatedAt(fixture.At).SetUpdatedAt(fixture.At).SetBrandID(a.Brand).SetProgramID(a.Program).
		SetPartnershipID(a.Partnership).SetCreatorID(a.Creator).SetCode("bio").SetDestinationURL("https://shop.example/").SetPlatform("TIKTOK").
		SetLabel("").SetCampaign("").ExecX(testdb.Context(t))
}

// crowd clicks a link until it is stopped and remembers what was answered.
type crowd struct {
	client    *http.Client
	mu        sync.Mutex
	confirmed []uuid.UUID // answered, and by the disk's word
	answered  atomic.Int64
	slow      atomic.Int64
	other     atomic.Int64 // answers that are no redirect
	failed    atomic.Int64 // no answer
	running   sync.WaitGroup
}

func newCrowd() *crowd {
	return &crowd{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clickers},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// click clicks with many until ctx ends.
func (c *crowd) click(ctx context.Context, address string) {
	for range clickers {
		c.running.Go(func() {
			for ctx.Err() == nil {
				c.once(ctx, address)
			}
		})
	}
}

func (c *crowd) once(ctx context.Context, address string) {
	// Who has clicked waits for the answer, also when the crowd goes home.
	r, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, address, nil)
	if err != nil {
		c.other.Add(1)
		return
	}
	r.Header.Set("User-Agent", visitorsPhone)
	began := time.Now()
	answer, err := c.client.Do(r)
	if err != nil {
		c.failed.Add(1)
		return
	}
	_, err = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	took := time.Since(began)
	to, bad := answer.Location()
	if err != nil || bad != nil || answer.StatusCode != http.StatusFound {
		c.other.Add(1)
		return
	}
	tid, err := id.Parse(to.Query().Get("tid"))
	if err != nil {
		c.other.Add(1)
		return
	}
	c.answered.Add(1)
	if took > confirmedWithin {
		c.slow.Add(1)
		return
	}
	c.mu.Lock()
	c.confirmed = append(c.confirmed, tid.UUID)
	c.mu.Unlock()
}

// stored waits until all that was answered is in the database, and holds it against what was answered: nothing is missing, nothing is
// there twice, the figures say the same as the rows. extra bounds the clicks that may be stored although nobody saw the answer.
func (c *crowd) stored(t *testing.T, db *database.DB, extra int64) {
	t.Helper()
	ctx := testdb.Context(t)
	missing := func() (n int) {
		texts := make([]string, len(c.confirmed))
		for i, u := range c.confirmed {
			texts[i] = u.String()
		}
		require.NoError(t, db.SQL.QueryRowContext(ctx, `SELECT count(*) FROM unnest($1::uuid[]) a (id) WHERE NOT EXISTS (SELECT 1 FROM click WHERE click.id = a.id)`,
			database.Array(texts)).Scan(&n))
		return n
	}
	require.Eventually(t, func() bool { return missing() == 0 }, time.Minute, 100*time.Millisecond, "answered clicks are missing")
	var rows, distinct, clicks, unique int64
	require.Eventually(t, func() bool {
		before := rows
		_, err := rollup.Fold(ctx, db)
		require.NoError(t, err)
		require.NoError(t, db.SQL.QueryRowContext(ctx, `SELECT count(*), count(DISTINCT id) FROM click`).Scan(&rows, &distinct))
		require.NoError(t, db.SQL.QueryRowContext(ctx, `SELECT coalesce(sum(clicks), 0), coalesce(sum(unique_clicks), 0) FROM rollup_link`).Scan(&clicks, &unique))
		return rows == before && clicks == rows
	}, time.Minute, 200*time.Millisecond, "the figures differ from the rows")
	require.Equal(t, rows, distinct)
	require.Equal(t, rows, unique, "every visitor was new")
	require.GreaterOrEqual(t, rows, int64(len(c.confirmed)))
	require.LessOrEqual(t, rows, c.answered.Load()+extra)
	require.Positive(t, rows)
	t.Logf("%d answered, %d of them slowly, %d stored", c.answered.Load(), c.slow.Load(), rows)
}

// quickFolder is a data folder on a disk that answers at once: a kill forgets nothing that was written, and a click that is answered
// without the disk's word, because the machine's disk is busy, would be no finding. Linux has such a disk at /dev/shm.
func quickFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "tributary-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func TestNoAnsweredClickIsLostWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.settings["TRIBUTARY_DATA_DIR"] = quickFolder(t)
	clickLink(t, i.db)
	seed := uint64(20261128)
	rounds := killRounds(t)
	random := rand.New(rand.NewPCG(seed, 1))
	c := newCrowd()
	for range rounds {
		p := i.serve(nil)
		ctx, home := context.WithCancel(t.Context())
		c.click(ctx, p.base.String()+"/r/bio")
		time.Sleep(time.Duration(20+random.IntN(250)) * time.Millisecond) //nolint:forbidigo // a kill comes at any instant
		p.kill()
		home()
		c.running.Wait()
	}
	require.Zero(t, c.other.Load(), "seed %d", seed)
	p := i.serve(nil)
	c.stored(t, i.db, int64(rounds*clickers))
	p.stop()
}

// relay stands between a server and a PostgreSQL that moves.
type relay struct {
	listener net.Listener
	to       atomic.Pointer[string]
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &relay{listener: listener}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			go r.join(in)
		}
	}()
	return r
}

func (r *relay) join(in net.Conn) {
	defer in.Close()
	to := r.to.Load()
	if to == nil {
		return
	}
	out, err := net.Dial("tcp", *to)
	if err != nil {
		return
	}
	defer out.Close()
	go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
	_, _ = io.Copy(in, out)
}

func TestRedirectsGoOnAndNoClickIsLostWhilePostgreSQLIsAway(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "tributary-test-away-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o711)) // for root the server runs as another user
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	start := func() *localpg.Server {
		pg, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, BinDir: os.Getenv("TRIBUTARY_POSTGRES_BIN"), Settings: map[string]string{"max_connections": "60"}})
		require.NoError(t, err)
		return pg
	}
	stop := func(pg *localpg.Server) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		require.NoError(t, pg.Stop(ctx))
	}
	pg := start()
	address, err := url.Parse(pg.URL())
	require.NoError(t, err)
	way := newRelay(t)
	host := address.Host
	way.to.Store(&host)
	address.Host = way.listener.Addr().String()
	db, err := database.Open(t.Context(), address.String(), database.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	require.NoError(t, database.Migrate(viewer.WithSystem(t.Context(), "test"), db))
	clickLink(t, db)
	i := &installation{t: t, db: db, settings: map[string]string{"TRIBUTARY_ADDR": "127.0.0.1:0", "TRIBUTARY_DATA_DIR": quickFolder(t),
		"DATABASE_URL": address.String(), "TRIBUTARY_LOG": "json,error"}}
	p := i.serve(nil)
	c := newCrowd()
	c.once(t.Context(), p.base.String()+"/r/bio") // the link is known
	ctx, home := context.WithCancel(t.Context())
	c.click(ctx, p.base.String()+"/r/bio")
	for range 3 {
		before := c.answered.Load()
		way.to.Store(nil)
		stop(pg)
		during := c.answered.Load()
		require.Eventually(t, func() bool { return c.answered.Load() > during+100 }, time.Minute, 10*time.Millisecond, "redirects go on")
		require.Greater(t, c.answered.Load(), before)
		pg = start()
		u, err := url.Parse(pg.URL())
		require.NoError(t, err)
		host := u.Host
		way.to.Store(&host)
		after := c.answered.Load()
		require.Eventually(t, func() bool { return c.answered.Load() > after+100 }, time.Minute, 10*time.Millisecond)
	}
	home()
	c.running.Wait()
	require.Zero(t, c.other.Load())
	require.Zero(t, c.failed.Load(), "every shopper was answered")
	c.stored(t, db, 0)
	p.stop()
	require.NoError(t, db.Close())
	stop(pg)
}

func TestTheServersOwnPostgreSQLMayDie(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "tributary-test-own-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o711)) // for root PostgreSQL runs as another user
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	i := &installation{t: t, settings: map[string]string{"TRIBUTARY_ADDR": "127.0.0.1:0", "TRIBUTARY_DATA_DIR": dir,
		"TRIBUTARY_POSTGRES_BIN": os.Getenv("TRIBUTARY_POSTGRES_BIN"), "TRIBUTARY_LOG": "json,info"}}
	p := i.serve(nil)
	address, ok := localpg.Running(dir)
	require.True(t, ok)
	db, err := database.Open(t.Context(), address, database.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	clickLink(t, db)
	c := newCrowd()
	c.once(t.Context(), p.base.String()+"/r/bio") // the link is known
	ctx, home := context.WithCancel(t.Context())
	c.click(ctx, p.base.String()+"/r/bio")
	files, err := filepath.Glob(filepath.Join(dir, "pg-*", "postmaster.pid"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	for range 2 {
		var pid int
		require.Eventually(t, func() bool { // the file is there again before it names the new server
			text, err := os.ReadFile(files[0])
			if err != nil {
				return false
			}
			_, err = fmt.Sscan(string(text), &pid)
			return err == nil && db.SQL.PingContext(t.Context()) == nil
		}, time.Minute, 10*time.Millisecond)
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		dead := c.answered.Load()
		require.Eventually(t, func() bool { return c.answered.Load() > dead+100 }, time.Minute, 10*time.Millisecond, "redirects go on")
		require.Eventually(t, func() bool { status, _ := p.send(http.MethodGet, "/readyz", "", nil); return status == http.StatusOK },
			time.Minute, 10*time.Millisecond, "the server is whole again")
	}
	home()
	c.running.Wait()
	require.Zero(t, c.other.Load())
	require.Zero(t, c.failed.Load(), "every shopper was answered")
	c.stored(t, db, 0)
	require.NoError(t, db.Close())
	p.stop()
	require.Contains(t, p.log.String(), "the local database ended unasked")
}

// clickMetric reads a figure of a server.
func (p *process) clickMetric(name string) (n float64) {
	p.t.Helper()
	_, text := p.send(http.MethodGet, "/metrics", "", nil)
	for _, found := range regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(name)+`(?:\{[^}]*\})? (\S+)$`).FindAllStringSubmatch(text, -1) {
		v, err := strconv.ParseFloat(found[1], 64)
		require.NoError(p.t, err)
		n += v
	}
	return n
}

func TestASpoolWithGarbageAtItsEndGoesOn(t *testing.T) {
	t.Parallel()
	i := install(t)
	i.settings["TRIBUTARY_DATA_DIR"] = quickFolder(t)
	clickLink(t, i.db)
	c := newCrowd()
	for range 3 {
		p := i.serve(nil)
		for range 20 {
			c.once(t.Context(), p.base.String()+"/r/bio")
		}
		p.kill()
		segments, err := filepath.Glob(filepath.Join(i.settings["TRIBUTARY_DATA_DIR"], "spool", "*.clk"))
		require.NoError(t, err)
		require.NotEmpty(t, segments)
		f, err := os.OpenFile(segments[len(segments)-1], os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = fmt.Fprintf(f, "\x00\x00\x00\x40 half a record, and then the lights went out")
		require.NoError(t, errors.Join(err, f.Close()))
	}
	p := i.serve(nil)
	c.stored(t, i.db, 0)
	require.Zero(t, p.clickMetric("tributary_click_bad_files"))
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, p.cmd.Wait())
}
