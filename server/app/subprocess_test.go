package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/peterldowns/pgtestdb"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/testdb"
	"tributary/server/config"
)

// runAs makes the test program be the server, or another command, in a process of its own.
const runAs = "APP_TEST_RUN_AS"

func TestMain(m *testing.M) {
	command := os.Getenv(runAs)
	if command == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := runCommand(ctx, command)
	var code ExitCode
	switch {
	case errors.As(err, &code):
		os.Exit(int(code)) //nolint:gocritic // the signal handler has nothing left to do
	case err != nil:
		fmt.Fprintln(os.Stderr, "tributary:", err)
		os.Exit(1)
	}
}

func runCommand(ctx context.Context, command string) error {
	c, err := config.Load(os.Environ(), "")
	if err != nil {
		return err
	}
	a := App{Config: c, Version: "test", Out: os.Stdout, Err: os.Stderr, In: os.Stdin}
	switch command {
	case "serve":
		return a.Serve(ctx, false)
	case "serve --demo":
		return a.Serve(ctx, true)
	case "audit":
		return a.Audit(ctx)
	}
	return fmt.Errorf("unknown command %q", command)
}

// installation is a database and a data folder, with the settings of the processes that work on them.
type installation struct {
	t        *testing.T
	db       *database.DB
	settings map[string]string
}

func install(t *testing.T) *installation {
	t.Helper()
	db := testdb.New(t)
	return &installation{t: t, db: db, settings: map[string]string{"TRIBUTARY_ADDR": "127.0.0.1:0", "TRIBUTARY_DATA_DIR": t.TempDir(),
		"DATABASE_URL": addressOf(t, db), "TRIBUTARY_LOG": "json,warn"}}
}

// addressOf names a test's database for another process.
func addressOf(t *testing.T, db *database.DB) string {
	t.Helper()
	var name string
	require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT current_database()`).Scan(&name))
	u, err := url.Parse(os.Getenv("TEST_DATABASE_URL"))
	require.NoError(t, err)
	u.Path, u.User = "/"+name, url.UserPassword(pgtestdb.DefaultRoleUsername, pgtestdb.DefaultRolePassword)
	return u.String()
}

func (i *installation) command(name string, more map[string]string) *exec.Cmd {
	i.t.Helper()
	self, err := os.Executable()
	require.NoError(i.t, err)
	settings := maps.Clone(i.settings)
	maps.Copy(settings, more)
	c := exec.Command(self) //nolint:noctx // ended by its own cleanup, also with SIGKILL
	c.Env = []string{runAs + "=" + name, "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	for k, v := range settings {
		c.Env = append(c.Env, k+"="+v)
	}
	return c
}

// run does a command to its end.
func (i *installation) run(name string, more map[string]string) (out string, status int) {
	i.t.Helper()
	text, err := i.command(name, more).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return string(text), exit.ExitCode()
	}
	require.NoError(i.t, err, string(text))
	return string(text), 0
}

// process is a server in a process of its own.
type process struct {
	*installation
	cmd  *exec.Cmd
	base *url.URL
	log  *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serve starts a server and waits until it says where it is.
func (i *installation) serve(more map[string]string) *process {
	i.t.Helper()
	return i.start("serve", more)
}

func (i *installation) start(command string, more map[string]string) *process {
	i.t.Helper()
	p := &process{installation: i, cmd: i.command(command, more), log: &lockedBuffer{}}
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	require.NoError(i.t, err)
	require.NoError(i.t, p.cmd.Start())
	i.t.Cleanup(p.kill)
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at := strings.Index(lines.Text(), "http://"); at >= 0 {
			p.base, err = url.Parse(strings.TrimSpace(lines.Text()[at:]))
			require.NoError(i.t, err)
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p
		}
	}
	require.Fail(i.t, "the server did not start", p.log.String())
	return nil
}

// kill ends the process at whatever instruction it is.
func (p *process) kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
}

// stop asks the server to end.
func (p *process) stop() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(p.t, p.cmd.Wait(), p.log.String())
}

// market is the running server as its people reach it. Accounts that need nobody's mail are made beside it, as the command line
// makes them.
func (p *process) market() *market {
	p.t.Helper()
	dir := p.settings["TRIBUTARY_DATA_DIR"]
	a := App{Config: config.Config{DataDir: dir, BaseURL: p.base}, Version: "test", Out: io.Discard, Err: io.Discard}
	s, err := a.build(p.t.Context(), &opened{DB: p.db}, slog.New(slog.DiscardHandler), clock.System{}, nil)
	require.NoError(p.t, err)
	m := &market{t: p.t, services: s, now: clock.System{}.Now, pass: p.pass}
	proxy := httputil.NewSingleHostReverseProxy(p.base)
	proxy.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	m.graphql, m.redirect = proxy, proxy
	return m
}

// pass lets time pass for what waits for it: the age of roles, jobs and transfers whose process died, and who leads the queue.
func (i *installation) pass(d time.Duration) {
	i.t.Helper()
	for _, change := range []string{
		`UPDATE membership SET roles_granted_at = roles_granted_at - $1::interval`,
		`UPDATE payout SET updated_at = updated_at - $1::interval WHERE status IN ('SENDING', 'RESERVED', 'UNKNOWN', 'WAITING')`,
		`UPDATE river_job SET attempted_at = attempted_at - $1::interval WHERE state = 'running'`,
		`UPDATE river_leader SET expires_at = expires_at - $1::interval`,
	} {
		_, err := i.db.SQL.ExecContext(testdb.Context(i.t), change, fmt.Sprintf("%d seconds", int(d.Seconds())))
		require.NoError(i.t, err, change)
	}
}

// send makes a plain HTTP request and gives its status and body.
func (p *process) send(method, path, body string, headers map[string]string) (int, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.base.String()+path, strings.NewReader(body))
	require.NoError(p.t, err)
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	require.NoError(p.t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp.StatusCode, string(text)
}

// balanced asks the command line whether the books are right.
func (i *installation) balanced() {
	i.t.Helper()
	out, status := i.run("audit", nil)
	require.Equal(i.t, "balanced\n", out)
	require.Zero(i.t, status)
}
