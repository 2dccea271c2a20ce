// Command withpostgres runs a command with a PostgreSQL server of its own and ends with the command's exit code:
//
//	go run ./internal/kit/testdb/withpostgres -- go test ./...
//
// The command finds the server's address in TEST_DATABASE_URL. When that is set already, nothing is started. The server
// is made for tests: it forgets everything when it ends, and a power cut would lose its data.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"tributary/internal/kit/localpg"
)

const (
	urlVariable = "TEST_DATABASE_URL"
	// stopTimeout bounds the end of the server: its data is thrown away, so it need not be clean.
	stopTimeout = 10 * time.Second
	// exitOwnFailure is the exit code when the command could not be run at all.
	exitOwnFailure = 125
	// exitSignalBase is added to the number of the signal that ended the command, as shells do.
	exitSignalBase = 128
)

// settings trade safety for speed, and have room for many small pools: 300 connections.
var settings = map[string]string{
	"fsync":              "off",
	"synchronous_commit": "off",
	"full_page_writes":   "off",
	"max_connections":    "300",
	"shared_buffers":     "128MB",
	"max_wal_size":       "2GB",
	"log_min_messages":   "error", // tests look at what they are answered, not at the server's warnings
}

func main() {
	arguments := os.Args[1:]
	if len(arguments) > 0 && arguments[0] == "--" {
		arguments = arguments[1:]
	}
	if len(arguments) == 0 {
		fmt.Fprintln(os.Stderr, "usage: withpostgres -- command [argument ...]")
		os.Exit(exitOwnFailure)
	}
	code, err := run(context.Background(), arguments)
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
	}
	os.Exit(code)
}

func run(ctx context.Context, arguments []string) (code int, err error) {
	// Signals first: from here on an interrupt ends the command, and then the server and its folder.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	environment := os.Environ()
	if os.Getenv(urlVariable) == "" {
		dir, err := os.MkdirTemp("", "tributary-test-pg-")
		if err != nil {
			return exitOwnFailure, fmt.Errorf("make a folder for the database: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		if err := os.Chmod(dir, 0o711); err != nil { // for root the server runs as another user
			return exitOwnFailure, fmt.Errorf("open the database's folder: %w", err)
		}
		server, err := localpg.Start(ctx, localpg.Config{
			Dir:      dir,
			BinDir:   os.Getenv("TRIBUTARY_POSTGRES_BIN"),
			Logger:   slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
			Settings: settings,
		})
		if err != nil {
			return exitOwnFailure, err
		}
		defer func() {
			ctx, cancel := context.WithTimeout(ctx, stopTimeout)
			defer cancel()
			err = errors.Join(err, server.Stop(ctx))
		}()
		environment = append(environment, urlVariable+"="+server.URL())
	}

	command := exec.Command(arguments[0], arguments[1:]...)
	command.Env = environment
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Start(); err != nil {
		return exitOwnFailure, fmt.Errorf("run %s: %w", arguments[0], err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	for {
		select {
		case received := <-signals:
			_ = command.Process.Signal(received) // it may have ended by itself
		case err := <-ended:
			return exitCode(command.ProcessState), notExit(err)
		}
	}
}

// exitCode is the command's own code, or what a shell makes of the signal that ended it.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignalBase + int(status.Signal())
	}
	return state.ExitCode()
}

// notExit drops the error that only says that the command failed: its exit code says so.
func notExit(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}
