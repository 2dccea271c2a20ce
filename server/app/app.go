// Package app builds, runs and stops everything: it is the only importer of all the rest. Construction goes from settings to
// database, queue, services, workers, runner and HTTP; stopping goes back.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/localpg"
	"tributary/internal/kit/telemetry"
	"tributary/internal/kit/viewer"
	"tributary/server/config"
)

// App is one run of the program: its settings and where it talks to.
type App struct {
	Config  config.Config
	Version string
	Out     io.Writer
	Err     io.Writer
	In      io.Reader
	// Ready is called once the server answers; nil for nobody.
	Ready func()
}

// ExitCode ends the program with a status after it has said everything itself.
type ExitCode int

// Error names the status.
func (e ExitCode) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// stopPatience bounds how long the local database may take to stop.
const stopPatience = 20 * time.Second

// connectPatience bounds how long a start waits for a database that is just starting.
const connectPatience = 30 * time.Second

func (a App) logger() *slog.Logger {
	return telemetry.NewLogger(a.Err, a.Config.Log.JSON, a.Config.Log.Level)
}

// opened is a migrated database and, where we manage it, the server below it.
type opened struct {
	*database.DB
	local *localpg.Server
}

// openDatabase connects to the database that is set, or starts the local one; beside lets a command use the local one that a
// server is running. The caller closes what it gets.
func (a App) openDatabase(ctx context.Context, log *slog.Logger, migrate, beside bool) (*opened, error) {
	o := &opened{}
	address := a.Config.DatabaseURL.Reveal()
	if address == "" && beside {
		address, _ = localpg.Running(a.Config.DataDir)
	}
	if address == "" {
		if err := os.MkdirAll(a.Config.DataDir, 0o755); err != nil {
			return nil, fmt.Errorf("the data folder %s cannot be made (TRIBUTARY_DATA_DIR): %w", a.Config.DataDir, err)
		}
		local, err := localpg.Start(ctx, localpg.Config{Dir: a.Config.DataDir, BinDir: a.Config.PostgresBin, Logger: log})
		if err != nil {
			return nil, err
		}
		o.local, address = local, local.URL()
	}
	db, err := connect(ctx, address)
	if err == nil {
		o.DB = db
		if migrate {
			err = database.Migrate(viewer.WithSystem(ctx, "start"), db)
		}
	}
	if err != nil {
		return nil, errors.Join(err, o.close(ctx))
	}
	return o, nil
}

// connect waits for a database that does not answer yet.
func connect(ctx context.Context, address string) (*database.DB, error) {
	ctx, cancel := context.WithTimeout(ctx, connectPatience)
	defer cancel()
	for {
		db, err := database.Open(ctx, address, database.Options{})
		if err == nil {
			return db, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(300 * time.Millisecond):
		}
	}
}

func (o *opened) close(ctx context.Context) error {
	var err error
	if o.DB != nil {
		err = o.DB.Close()
	}
	if o.local != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
		defer cancel()
		err = errors.Join(err, o.local.Stop(ctx))
	}
	return err
}

// withServices runs f with everything built but nothing started: for commands that work beside a running server.
func (a App) withServices(ctx context.Context, reason string, f func(ctx context.Context, s *services) error) error {
	log := a.logger()
	db, err := a.openDatabase(ctx, log, true, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.close(ctx) }()
	s, err := a.build(ctx, db, log, clock.System{}, nil)
	if err != nil {
		return err
	}
	defer s.close(ctx)
	return f(viewer.WithSystem(ctx, reason), s)
}
