// Package localpg runs a PostgreSQL server of our own below a data folder, so that Tributary starts without a database
// that somebody set up first.
//
// The folder may be used by one process at a time. A process that was killed leaves nothing that the next start cannot
// take over: the server it left behind is stopped, stale files are removed, and PostgreSQL recovers by itself.
package localpg

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"time"
)

const (
	// startTimeout bounds one start of the server, crash recovery of a large database included.
	startTimeout = 5 * time.Minute
	// stopTimeout bounds a clean stop (rollback of what runs, last checkpoint) before the server is made to quit.
	stopTimeout = 60 * time.Second
	// quitTimeout bounds what a server that was told to quit at once may still take.
	quitTimeout = 5 * time.Second
	// firstPause and longestPause bound the wait before a server that died is started again; it doubles with each attempt in vain.
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
	// portAttempts bounds how often another free port is tried when somebody took the chosen one first.
	portAttempts = 5
	// pollInterval is the pause between two looks at a file or process whose change is awaited.
	pollInterval = 10 * time.Millisecond

	superuser    = "tributary"
	databaseName = "tributary"
)

// Config says where the server keeps its data and how it runs.
type Config struct {
	// Dir holds the database (in pg-<major>/) and the lock. It is made when it is missing.
	Dir string
	// BinDir is the folder of the programs postgres and initdb. When it is empty they are searched: the npm package
	// of this repository, the distribution's folders, PATH.
	BinDir string
	// Logger receives what the server says: its warnings as warnings, panics as errors, the rest as debug lines.
	// Nothing is logged when it is nil.
	Logger *slog.Logger
	// Settings are added to the server's command line, e.g. "max_connections": "300". With "fsync": "off" a new
	// database is made without syncing either.
	Settings map[string]string
}

// Server is a running PostgreSQL server.
type Server struct {
	url     string
	folder  string
	major   int
	log     *slog.Logger
	lock    *folderLock
	stopped sync.Once
	stopErr error

	// again starts the server program once more, where clients know it.
	again func(context.Context) (*run, error)
	mu    sync.Mutex
	now   *run
}

// run is one life of the server program.
type run struct {
	pid  int
	done chan struct{}
}

// URL is the address of the server's database "tributary", for a superuser, with the password in it.
func (s *Server) URL() string { return s.url }

// Folder is the folder that holds the database.
func (s *Server) Folder() string { return s.folder }

// Major is the major version of the server, e.g. 15.
func (s *Server) Major() int { return s.major }

// Done is closed when the server has ended, whether it was stopped or died. Where Keep has started it again, it tells of the new run.
func (s *Server) Done() <-chan struct{} { return s.current().done }

func (s *Server) current() *run {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Keep starts the server again whenever it dies, at the same address, until ctx ends; PostgreSQL recovers what had been committed.
// It tries without end: whoever uses the database sees that it is away and waits. Keep must have returned before Stop is called.
func (s *Server) Keep(ctx context.Context) {
	for pause := firstPause; ; {
		select {
		case <-ctx.Done():
			return
		case <-s.Done():
		}
		s.log.Error("the local database ended unasked; it is started again", "folder", s.folder)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		if err := s.revive(ctx); err != nil {
			s.log.Error("the local database could not be started again", "folder", s.folder, "error", err)
			pause = min(2*pause, longestPause)
			continue
		}
		pause = firstPause
	}
}

func (s *Server) revive(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	next, err := s.again(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.now = next
	s.mu.Unlock()
	s.log.Info("the local database is back", "folder", s.folder)
	return nil
}

// Start makes the database when there is none, starts the server and returns once it accepts connections. Every error
// is one line that says what to mend. The server ends with Stop, or when this process dies.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Dir == "" {
		return nil, fmt.Errorf("localpg: no data folder given")
	}
	log := cfg.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("localpg: data folder %s: %w", cfg.Dir, err)
	}
	cfg.Dir, cfg.Logger = dir, log
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	server, err := start(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("localpg: %w", err)
	}
	return server, nil
}

// connectionURL is the address of a database on this machine.
func connectionURL(port int, password, database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, password),
		Host:     net.JoinHostPort("127.0.0.1", fmt.Sprint(port)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// freePort asks the kernel for a port of the loopback address that nobody listens on.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	if err := listener.Close(); err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	return port, nil
}

// waitUntil looks again and again until the condition holds (true), the time is over or the context ends (false).
func waitUntil(ctx context.Context, limit time.Duration, condition func() bool) bool {
	over := time.NewTimer(limit)
	defer over.Stop()
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-over.C:
			return condition()
		case <-ctx.Done():
			return false
		}
	}
	return true
}
