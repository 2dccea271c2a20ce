//go:build unix

package localpg

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// portLine is the line of postmaster.pid, counted from 0, that holds the port.
const portLine = 3

// Running gives the address of the database that another process runs in the data folder, so that commands can work beside the
// server. It is false when nobody does.
func Running(dir string) (url string, ok bool) {
	if !lockIsHeld(dir) {
		return "", false
	}
	clusters, err := filepath.Glob(filepath.Join(dir, clusterPrefix+"*", "postmaster.pid"))
	if err != nil {
		return "", false
	}
	slices.Sort(clusters)
	for _, file := range slices.Backward(clusters) {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		lines := strings.Split(string(text), "\n")
		if len(lines) <= portLine {
			continue
		}
		port, err := strconv.Atoi(strings.TrimSpace(lines[portLine]))
		if err != nil {
			continue
		}
		password, err := readPassword(filepath.Dir(file))
		if err != nil {
			continue
		}
		return connectionURL(port, password, databaseName), true
	}
	return "", false
}

// lockIsHeld reports whether a process uses the data folder.
func lockIsHeld(dir string) bool {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		return errors.Is(err, syscall.EWOULDBLOCK)
	}
	_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN)
	return false
}
