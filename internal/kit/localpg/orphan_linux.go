package localpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// orphanStopTimeout bounds how long a server that a killed process left behind may take to shut down cleanly.
	orphanStopTimeout = 60 * time.Second
	// leftoverTimeout bounds how long processes of a dead server may take to notice, before they are killed.
	leftoverTimeout = 5 * time.Second
)

// stopOrphans ends what an earlier, killed process left behind on the database folder, and removes a stale lock file.
// The caller holds the folder's lock, so nothing that is found can be in anybody's use.
func stopOrphans(ctx context.Context, log *slog.Logger, cluster string) error {
	pidFile := filepath.Join(cluster, "postmaster.pid")
	if pid := postmasterPID(pidFile); pid > 0 && serves(pid, cluster) {
		log.Info("stopping the database server that a killed process left behind", "pid", pid)
		if err := endOrphan(ctx, pid, cluster); err != nil {
			return err
		}
	}
	// What is left now has no postmaster: it ends by itself at its next look, or it is made to.
	if !waitUntil(ctx, leftoverTimeout, func() bool { return len(processesIn(cluster)) == 0 }) {
		for _, pid := range processesIn(cluster) {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile; the wait below decides
		}
		if !waitUntil(ctx, leftoverTimeout, func() bool { return len(processesIn(cluster)) == 0 }) {
			return fmt.Errorf("processes %v still work in the database %s and cannot be ended", processesIn(cluster), cluster)
		}
	}
	// A killed server may stay as a zombie where nobody collects it; PostgreSQL takes its number in the file for alive.
	if err := os.Remove(pidFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unusable(cluster, err)
	}
	return nil
}

// endOrphan asks for a clean shutdown and becomes less polite with time. Each way is safe for the data.
func endOrphan(ctx context.Context, pid int, cluster string) error {
	ended := func() bool { return !serves(pid, cluster) }
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, orphanStopTimeout}, {syscall.SIGQUIT, quitTimeout}, {syscall.SIGKILL, quitTimeout}} {
		if err := syscall.Kill(pid, step.signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("the database %s is served by process %d, which cannot be stopped: %w", cluster, pid, err)
		}
		if waitUntil(ctx, step.wait, ended) {
			return nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return fmt.Errorf("the database %s is served by process %d, which does not end", cluster, pid)
}

// postmasterPID reads the first line of postmaster.pid; 0 when there is none.
func postmasterPID(pidFile string) int {
	text, err := os.ReadFile(pidFile)
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return 0
	}
	return pid
}

// serves tells whether the process is a server of this database: the number in a stale file may by now belong to
// anybody. A zombie has neither a folder nor arguments and does not count.
func serves(pid int, cluster string) bool {
	if workingFolder(pid) == cluster {
		return true
	}
	arguments, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return false
	}
	for argument := range bytes.SplitSeq(arguments, []byte{0}) {
		if string(argument) == cluster {
			return true
		}
	}
	return false
}

// processesIn lists the live processes whose working folder is the database folder: a server and its helpers.
func processesIn(cluster string) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var pids []int
	for _, entry := range entries {
		if pid, err := strconv.Atoi(entry.Name()); err == nil && workingFolder(pid) == cluster {
			pids = append(pids, pid)
		}
	}
	return pids
}

func workingFolder(pid int) string {
	folder, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return ""
	}
	return folder
}
