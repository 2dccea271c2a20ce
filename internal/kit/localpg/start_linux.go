package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

var silent = slog.New(slog.DiscardHandler)

// errPortTaken says that somebody took the chosen port before the server did.
var errPortTaken = errors.New("the port is taken")

func start(ctx context.Context, cfg Config) (*Server, error) {
	dir, err := prepareFolder(cfg.Dir)
	if err != nil {
		return nil, err
	}
	cfg.Dir = dir
	lock, err := lockFolder(ctx, dir)
	if err != nil {
		return nil, err
	}
	server, err := startLocked(ctx, cfg)
	if err != nil {
		return nil, errors.Join(err, lock.release())
	}
	server.lock = lock
	return server, nil
}

func startLocked(ctx context.Context, cfg Config) (*Server, error) {
	all, err := findPrograms(ctx, cfg.BinDir)
	if err != nil {
		return nil, err
	}
	found, cluster, err := chooseCluster(cfg.Dir, all)
	if err != nil {
		return nil, err
	}
	if err := stopOrphans(ctx, cfg.Logger, cluster); err != nil {
		return nil, err
	}
	as, err := chooseIdentity(ctx, found, cfg.Dir, cluster)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(cluster); errors.Is(err, fs.ErrNotExist) {
		if err := makeCluster(ctx, cfg, found, as, cluster); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, unusable(cfg.Dir, err)
	}
	if err := as.takeOver(cluster); err != nil {
		return nil, unusable(cluster, err)
	}
	password, err := readPassword(cluster)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		first, err := launch(ctx, cfg, found, as, cluster, port)
		if errors.Is(err, errPortTaken) && attempt < portAttempts {
			continue
		}
		if err != nil {
			return nil, err
		}
		again := func(ctx context.Context) (*run, error) {
			if err := stopOrphans(ctx, cfg.Logger, cluster); err != nil {
				return nil, err
			}
			return launch(ctx, cfg, found, as, cluster, port)
		}
		cfg.Logger.Info("local database is ready", "folder", cluster, "version", found.major, "port", port)
		return &Server{url: connectionURL(port, password, databaseName), folder: cluster, major: found.major, log: cfg.Logger,
			again: again, now: first}, nil
	}
}

// launch starts the server program and waits until it accepts connections or gives up.
func launch(ctx context.Context, cfg Config, found programs, as identity, cluster string, port int) (*run, error) {
	output := &serverLog{log: cfg.Logger}
	// Not CommandContext: the server outlives the context of its start.
	command := exec.Command(found.postgres(), serverArguments(cfg, cluster, port)...)
	command.Dir, command.Env, command.SysProcAttr = "/", programEnvironment, as.attributes()
	command.Stdout, command.Stderr = output, output
	command.WaitDelay = quitTimeout // helpers of a killed server keep its output open for a while
	server := &run{done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// The kernel sends Pdeathsig when the thread that started the child ends, so the thread stays until it has.
		runtime.LockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait() // how it ended is in its log; that it ended is told by done
		}
		close(server.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", found.postgres(), err)
	}
	server.pid = command.Process.Pid

	pidFile := filepath.Join(cluster, "postmaster.pid")
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	slow := time.NewTicker(10 * time.Second)
	defer slow.Stop()
	for {
		select {
		case <-server.done:
			if output.mentions("could not create any TCP/IP sockets") {
				return nil, errPortTaken
			}
			if full := onFullDisk(output, "start the database "+cluster); full != nil {
				return nil, full
			}
			return nil, fmt.Errorf("the database server on %s ended: %s", cluster, output.reason("it gave no reason"))
		case <-ctx.Done():
			server.end(syscall.SIGQUIT)
			return nil, fmt.Errorf("the database server on %s was not ready in time: %s (%w)",
				cluster, output.reason("it gave no reason"), ctx.Err())
		case <-slow.C:
			cfg.Logger.Info("the database server is still starting", "folder", cluster, "says", output.reason("nothing"))
		case <-tick.C:
			if isReady(pidFile, server.pid) {
				return server, nil
			}
		}
	}
}

// isReady reads what the server says of itself in postmaster.pid: process number first, state in line 8.
func isReady(pidFile string, pid int) bool {
	text, err := os.ReadFile(pidFile)
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= 8 && strings.TrimSpace(lines[0]) == strconv.Itoa(pid) && strings.TrimSpace(lines[7]) == "ready"
}

// serverArguments are the settings of the server. It listens on the loopback address only, and on no socket file,
// whose path would have a limit of 107 bytes.
func serverArguments(cfg Config, cluster string, port int) []string {
	settings := map[string]string{"timezone": "UTC", "log_timezone": "UTC", "lc_messages": "C"}
	maps.Copy(settings, cfg.Settings)
	maps.Copy(settings, map[string]string{
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(port),
		"unix_socket_directories": "",
		"logging_collector":       "off",
		"log_destination":         "stderr",
		"log_line_prefix":         "",
	})
	arguments := []string{"-D", cluster}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		arguments = append(arguments, "-c", name+"="+settings[name])
	}
	return arguments
}

// Stop shuts the server down and gives the data folder free. When the context ends first, the server quits at once,
// which loses nothing but costs a recovery at the next start. Calling it again returns the same result.
func (s *Server) Stop(ctx context.Context) error {
	s.stopped.Do(func() {
		s.stopErr = s.stop(ctx)
		if err := s.lock.release(); err != nil && s.stopErr == nil {
			s.stopErr = fmt.Errorf("localpg: give the data folder free: %w", err)
		}
	})
	return s.stopErr
}

func (s *Server) stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	now := s.current()
	now.signal(syscall.SIGINT)
	select {
	case <-now.done:
		return nil
	case <-ctx.Done():
	}
	s.log.Warn("the local database takes too long to shut down; it quits now and recovers at the next start")
	now.end(syscall.SIGQUIT)
	return fmt.Errorf("localpg: stop the database server on %s: %w", s.folder, ctx.Err())
}

// end makes the server go, with the signal or by force, and waits for it.
func (r *run) end(signal syscall.Signal) {
	r.signal(signal)
	select {
	case <-r.done:
	case <-time.After(quitTimeout):
		r.signal(syscall.SIGKILL)
		<-r.done
	}
}

// signal is sent only while the server has not been waited for: later its number may belong to somebody else.
func (r *run) signal(signal syscall.Signal) {
	select {
	case <-r.done:
	default:
		_ = syscall.Kill(r.pid, signal) // it may end just now; done tells
	}
}

// runOnOwnThread runs a command from a thread that lives until the command has ended, as its Pdeathsig asks for.
func runOnOwnThread(command *exec.Cmd) error {
	result := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		result <- command.Run()
	}()
	return <-result
}
