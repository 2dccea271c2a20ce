package localpg

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

const (
	// clusterPrefix begins the names of database folders; the major version follows.
	clusterPrefix = "pg-"
	// unfinishedSuffix marks a database folder that initdb has not finished. It is thrown away.
	unfinishedSuffix = ".new"
	// passwordName is the file in a database folder that keeps the superuser's password.
	passwordName = "tributary.password"
	// newDatabaseBytes is the free space that a new database and its first write-ahead log need.
	newDatabaseBytes = 150 << 20
)

// prepareFolder makes the data folder and returns its path without symbolic links.
func prepareFolder(dir string) (string, error) {
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // the server runs as another user and must pass through
	}
	if err := os.MkdirAll(dir, mode); err != nil {
		return "", unusable(dir, err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", unusable(dir, err)
	}
	return real, nil
}

// chooseCluster decides version and folder: an existing database decides the version, otherwise the best programs do.
func chooseCluster(dir string, found []programs) (programs, string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return programs{}, "", unusable(dir, err)
	}
	var existing []int
	for _, entry := range entries {
		text, ok := strings.CutPrefix(entry.Name(), clusterPrefix)
		if major, err := strconv.Atoi(text); ok && err == nil && entry.IsDir() {
			existing = append(existing, major)
		}
	}
	if len(existing) == 0 {
		return found[0], filepath.Join(dir, clusterPrefix+strconv.Itoa(found[0].major)), nil
	}
	slices.SortFunc(existing, func(a, b int) int { return cmp.Compare(b, a) })
	for _, major := range existing {
		for _, candidate := range found {
			if candidate.major == major {
				return candidate, filepath.Join(dir, clusterPrefix+strconv.Itoa(major)), nil
			}
		}
	}
	return programs{}, "", fmt.Errorf("the database %s was made by PostgreSQL %d, and only version %d was found: "+
		"install version %[2]d, or set TRIBUTARY_POSTGRES_BIN to the folder of its programs",
		filepath.Join(dir, clusterPrefix+strconv.Itoa(existing[0])), existing[0], found[0].major)
}

// makeCluster makes a new database folder. It appears under its name only when it is complete.
func makeCluster(ctx context.Context, cfg Config, found programs, as identity, cluster string) error {
	unfinished := cluster + unfinishedSuffix
	if err := os.RemoveAll(unfinished); err != nil {
		return unusable(cfg.Dir, err)
	}
	if err := checkSpace(cfg.Dir); err != nil {
		return err
	}
	if err := os.Mkdir(unfinished, 0o700); err != nil {
		return unusable(cfg.Dir, err)
	}
	if as.drop {
		if err := os.Chown(unfinished, as.uid, as.gid); err != nil {
			return unusable(cfg.Dir, err)
		}
	}
	password := rand.Text()
	if err := initdb(ctx, cfg, found, as, unfinished, password); err != nil {
		_ = os.RemoveAll(unfinished) // the failure itself is what counts; the next start removes it too
		return err
	}
	if err := createDatabase(ctx, found, as, unfinished); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(unfinished, passwordName), []byte(password+"\n"), 0o600); err != nil {
		return unusable(cfg.Dir, err)
	}
	if err := os.Rename(unfinished, cluster); err != nil {
		return unusable(cfg.Dir, err)
	}
	return nil
}

func initdb(ctx context.Context, cfg Config, found programs, as identity, folder, password string) error {
	// The password goes through a pipe: it is never in an argument list or in a file that others could read.
	reader, writer, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("make a pipe: %w", err)
	}
	defer func() { _ = reader.Close() }()
	if _, err := io.WriteString(writer, password+"\n"); err != nil {
		return fmt.Errorf("write a pipe: %w", err)
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("write a pipe: %w", err)
	}
	if as.drop {
		if err := reader.Chown(as.uid, as.gid); err != nil {
			return fmt.Errorf("hand over a pipe: %w", err)
		}
	}
	arguments := []string{"--pgdata", folder, "--username", superuser, "--pwfile", "/proc/self/fd/3",
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--data-checksums", "--no-instructions"}
	// Text sorts by bytes, which no update of a system library changes; upper and lower case know all of Unicode.
	if found.major >= 17 {
		arguments = append(arguments, "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")
	} else {
		arguments = append(arguments, "--locale", "C", "--lc-ctype", "C.UTF-8")
	}
	if cfg.Settings["fsync"] == "off" {
		arguments = append(arguments, "--no-sync")
	}
	return runProgram(ctx, found.initdb(), arguments, as, nil, []*os.File{reader}, "make the database "+folder)
}

// createDatabase makes our database with the server's single-user mode: no connection and no driver is needed.
func createDatabase(ctx context.Context, found programs, as identity, folder string) error {
	statement := strings.NewReader("CREATE DATABASE " + databaseName + "\n")
	arguments := []string{"--single", "-D", folder, "-c", "exit_on_error=on", "-c", "log_checkpoints=off", "postgres"}
	return runProgram(ctx, found.postgres(), arguments, as, statement, nil, "make the database "+folder)
}

// runProgram runs one of PostgreSQL's programs to its end. The error is the one line with which it gave up.
func runProgram(ctx context.Context, path string, arguments []string, as identity, stdin io.Reader, files []*os.File, doing string) error {
	output := &serverLog{log: silent}
	command := exec.CommandContext(ctx, path, arguments...)
	command.Dir, command.Env, command.SysProcAttr = "/", programEnvironment, as.attributes()
	command.Stdin, command.Stdout, command.Stderr, command.ExtraFiles = stdin, output, output, files
	if err := runOnOwnThread(command); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w", doing, ctx.Err())
		}
		if full := onFullDisk(output, doing); full != nil {
			return full
		}
		return fmt.Errorf("%s: %s", doing, output.reason(err.Error()))
	}
	return nil
}

// onFullDisk is the error of a program that gave up because the disk is full; nil when that was not the reason.
func onFullDisk(output *serverLog, doing string) error {
	if !output.mentions("No space left on device") {
		return nil
	}
	return fmt.Errorf("%s: no space is left on the disk of TRIBUTARY_DATA_DIR; make room and start again (%s)", doing, output.reason(""))
}

// readPassword reads the superuser's password of an existing database.
func readPassword(cluster string) (string, error) {
	path := filepath.Join(cluster, passwordName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the database %s has lost its password file %s: put it back, or move the database away", cluster, passwordName)
	}
	if err != nil {
		return "", unusable(cluster, err)
	}
	return strings.TrimSpace(string(text)), nil
}

// checkSpace refuses to begin a database that the disk cannot hold.
func checkSpace(dir string) error {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return unusable(dir, err)
	}
	return enoughSpace(dir, stat.Bavail*uint64(stat.Bsize))
}

func enoughSpace(dir string, free uint64) error {
	if free >= newDatabaseBytes {
		return nil
	}
	return fmt.Errorf("the disk of the data folder %s has %d MB free, and a new database needs %d MB: "+
		"make room, or set TRIBUTARY_DATA_DIR to a folder on another disk", dir, free>>20, newDatabaseBytes>>20)
}
