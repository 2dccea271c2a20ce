package redirect

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"tributary/internal/kit/database"
	"tributary/internal/kit/localpg"
	"tributary/internal/kit/viewer"
)

// roleVariable makes this program one of the hand-written servers.
const roleVariable = "TEST_BENCH_ROLE"

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		byHand(role)
		return
	}
	os.Exit(m.Run())
}

const destination = "https://shop.example/products/summer-dress?utm_campaign=&utm_medium=affiliate&utm_source=tiktok&tid="

// byHand serves until it is killed: "bare" answers 302 with a fresh id; "durable" also writes a line about it into a file and waits
// for a sync that many share, which is the least that a durable redirect can do.
func byHand(role string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("ready", listener.Addr())
	log := &groupLog{}
	if role == "durable" {
		file, err := os.Create(filepath.Join(os.Getenv("TEST_BENCH_DIR"), "clicks"))
		if err != nil {
			panic(err)
		}
		log.start(file)
	}
	panic(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		click, err := uuid.NewV7FromReader(rand.Reader)
		if err != nil {
			panic(err)
		}
		if role == "durable" {
			log.append(fmt.Appendf(nil, "%s %s %s %s\n", click, r.URL.Path, r.UserAgent(), r.RemoteAddr))
		}
		w.Header().Set("Location", destination+click.String())
		w.WriteHeader(http.StatusFound)
	})))
}

// groupLog is an append-only file whose writers share syncs.
type groupLog struct {
	mu   sync.Mutex
	open *group
	wake chan struct{}
}

type group struct {
	buf  []byte
	done chan struct{}
}

func (l *groupLog) start(file *os.File) {
	l.wake = make(chan struct{}, 1)
	go func() {
		for range l.wake {
			l.mu.Lock()
			g := l.open
			l.open = nil
			l.mu.Unlock()
			if g == nil {
				continue
			}
			if _, err := file.Write(g.buf); err != nil {
				panic(err)
			}
			if err := unix.Fdatasync(int(file.Fd())); err != nil {
				panic(err)
			}
			close(g.done)
		}
	}()
}

func (l *groupLog) append(line []byte) {
	l.mu.Lock()
	if l.open == nil {
		l.open = &group{done: make(chan struct{})}
	}
	g := l.open
	g.buf = append(g.buf, line...)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	<-g.done
}

// server is one that is measured.
type server struct {
	name string
	url  string
	cmd  *exec.Cmd
}

// rss is the resident memory, in MB.
func (s server) rss(b testing.TB) float64 { return s.memory(b, "VmRSS") }

// memory gives a line of what the kernel says of the server's memory, in MB: VmRSS is all that is resident, RssFile the pages of files
// in it, of the program itself above all.
func (s server) memory(b testing.TB, name string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	require.NoError(b, err)
	found := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(text)
	require.NotNil(b, found)
	kb, err := strconv.Atoi(string(found[1]))
	require.NoError(b, err)
	return float64(kb) / 1024
}

// run starts a command and waits until it says an address.
func run(b testing.TB, name string, cmd *exec.Cmd, address *regexp.Regexp) server {
	b.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(b, err)
	var said bytes.Buffer
	cmd.Stderr = &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		ended := make(chan struct{})
		go func() { _ = cmd.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := address.FindStringSubmatch(lines.Text()); found != nil {
			go func() {
				for lines.Scan() { // what else it says must not fill the pipe
				}
			}()
			return server{name: name, url: "http://" + found[1], cmd: cmd}
		}
	}
	require.FailNow(b, name+" did not start", said.String())
	return server{}
}

// hand starts one of the hand-written servers.
func hand(b testing.TB, role string) server {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role, "TEST_BENCH_DIR="+b.TempDir())
	return run(b, role, cmd, regexp.MustCompile(`ready (\S+)`))
}

// nginx starts nginx with one answer for all.
func nginx(b testing.TB) server {
	b.Helper()
	dir := b.TempDir()
	require.NoError(b, os.Chmod(dir, 0o755))
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	address := probe.Addr().String()
	require.NoError(b, probe.Close())
	config := fmt.Sprintf(`daemon off; worker_processes auto; pid %[1]s/pid; error_log %[1]s/error.log;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
server { listen %[2]s; location ~ ^/r/([0-9a-z-]+)$ { add_header Cache-Control no-store; return 302 %[3]s$request_id; } } }`, dir, address, destination)
	path := filepath.Join(dir, "nginx.conf")
	require.NoError(b, os.WriteFile(path, []byte(config), 0o600))
	program, err := exec.LookPath("nginx")
	require.NoError(b, err, "nginx is missing: apt-get install nginx-light")
	cmd := exec.Command("sh", "-c", "echo ready "+address+"; exec "+program+" -p "+dir+" -c "+path)
	s := run(b, "nginx", cmd, regexp.MustCompile(`ready (\S+)`))
	require.Eventually(b, func() bool {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, 20*time.Second, 20*time.Millisecond)
	return s
}

// durableDatabase starts a PostgreSQL with the settings of a product, not of tests, and gives its first process.
func durableDatabase(b testing.TB) (*database.DB, int) {
	b.Helper()
	dir, err := os.MkdirTemp("", "tributary-bench-pg-")
	require.NoError(b, err)
	require.NoError(b, os.Chmod(dir, 0o711)) // for root the server runs as another user
	pg, err := localpg.Start(b.Context(), localpg.Config{Dir: dir, BinDir: os.Getenv("TRIBUTARY_POSTGRES_BIN"),
		Settings: map[string]string{"shared_buffers": "512MB", "max_wal_size": "4GB"}})
	require.NoError(b, err)
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		_ = pg.Stop(ctx)
		_ = os.RemoveAll(dir)
	})
	db, err := database.Open(b.Context(), pg.URL(), database.Options{StatementTimeout: time.Hour})
	require.NoError(b, err)
	b.Cleanup(func() { _ = db.Close() })
	require.NoError(b, database.Migrate(viewer.WithSystem(b.Context(), "bench"), db))
	return db, postmaster(b, dir)
}

// tributary starts the product.
func tributary(b testing.TB, db *database.DB, env ...string) server {
	b.Helper()
	binary := os.Getenv("TEST_BENCH_BINARY")
	require.NotEmpty(b, binary, "TEST_BENCH_BINARY names the built server; use make bench-redirect")
	cmd := exec.Command(binary, "serve")
	cmd.Env = append(os.Environ(), "DATABASE_URL="+db.URL(), "TRIBUTARY_DATA_DIR="+b.TempDir(), "TRIBUTARY_ADDR=127.0.0.1:0",
		"TRIBUTARY_LOG=text,warn", "TRIBUTARY_SECRET="+strings.Repeat("bench", 8))
	cmd.Env = append(cmd.Env, env...)
	return run(b, "tributary", cmd, regexp.MustCompile(`ready\s+http://(\S+)`))
}

// processorTime is what a process and its living children have used, in seconds. Linux counts it in hundredths (proc(5), stat).
func processorTime(b testing.TB, pid int) (seconds float64) {
	b.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(b, err)
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		// The name in brackets may hold blanks; what follows it begins with the third field.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		own := strings.HasPrefix(string(text), strconv.Itoa(pid)+" ")
		if !own && fields[1] != strconv.Itoa(pid) {
			continue
		}
		for _, i := range []int{11, 12} { // user, system
			ticks, err := strconv.ParseFloat(fields[i], 64)
			require.NoError(b, err)
			seconds += ticks / 100
		}
	}
	return seconds
}

// postmaster gives the first process of a PostgreSQL by its data folder.
func postmaster(b testing.TB, dir string) int {
	b.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "pg-*", "postmaster.pid"))
	require.NoError(b, err)
	require.Len(b, found, 1)
	text, err := os.ReadFile(found[0])
	require.NoError(b, err)
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(b, err)
	return pid
}
