//go:build unix

package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// lockName is the file whose lock says that a process uses the data folder. The file stays; only the lock counts.
const lockName = "postgres.lock"

// lockPatience is how long a held lock is waited for: a process that was just killed may take a moment to be gone.
const lockPatience = 2 * time.Second

// folderLock is held as long as the file is open. The kernel drops it when the process dies, however it dies; the
// server does not inherit it.
type folderLock struct{ file *os.File }

// lockFolder takes the lock of the folder or says who holds it.
func lockFolder(ctx context.Context, dir string) (*folderLock, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unusable(dir, err)
	}
	waitUntil(ctx, lockPatience, func() bool {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		return !errors.Is(err, syscall.EWOULDBLOCK)
	})
	if err != nil {
		holder := make([]byte, 32)
		n, _ := file.ReadAt(holder, 0) // only to name the holder
		_ = file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, unusable(dir, err)
		}
		by := "another process"
		if pid, err := strconv.Atoi(strings.TrimSpace(string(holder[:n]))); err == nil {
			by = fmt.Sprintf("process %d", pid)
		}
		return nil, fmt.Errorf("the data folder %s is in use by %s: stop it, or set TRIBUTARY_DATA_DIR to another folder", dir, by)
	}
	if err := writeHolder(file); err != nil {
		_ = file.Close()
		return nil, unusable(dir, err)
	}
	return &folderLock{file: file}, nil
}

func writeHolder(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// release unlocks before it closes: a child process that is just being started may hold a copy of the file.
func (l *folderLock) release() error {
	return errors.Join(syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN), l.file.Close())
}

// unusable says in one line that the folder cannot hold a database, and what to do.
func unusable(dir string, err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("the data folder %s cannot be used: %w; mend it, or set TRIBUTARY_DATA_DIR to another folder", dir, err)
}
