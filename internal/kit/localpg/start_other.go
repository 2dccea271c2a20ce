//go:build !linux

package localpg

import (
	"context"
	"errors"
)

var errSystem = errors.New("the managed local database runs on Linux only: set DATABASE_URL to a running PostgreSQL server")

func start(context.Context, Config) (*Server, error) { return nil, errSystem }

// Stop has nothing to stop: no server starts on this system.
func (s *Server) Stop(context.Context) error { return errSystem }
