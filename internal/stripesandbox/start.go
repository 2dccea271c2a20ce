package stripesandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Timeouts of the listener that Start opens.
const (
	readHeaderTimeout = 10 * time.Second
	shutdownTimeout   = 5 * time.Second
)

// Running is a sandbox with its own listener.
type Running struct {
	*Server
	base     context.Context // for the deadline of Close
	listener net.Listener
	http     *http.Server
	done     chan error
}

// Start makes a sandbox that listens on address, for example 127.0.0.1:0. The
// URL method says where; give it to the client as the API's base URL.
func Start(ctx context.Context, config Config, address string) (*Running, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("stripe sandbox: listen: %w", err)
	}
	if config.PublicURL == "" {
		config.PublicURL = "http://" + listener.Addr().String() + pagesPrefix
	}
	server, err := New(ctx, config)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	running := &Running{Server: server, base: context.WithoutCancel(ctx), listener: listener, done: make(chan error, 1),
		http: &http.Server{Handler: server, ReadHeaderTimeout: readHeaderTimeout}}
	go func() { running.done <- running.http.Serve(listener) }()
	return running, nil
}

// URL is the base URL of the sandbox, without a slash at the end.
func (r *Running) URL() string { return "http://" + r.listener.Addr().String() }

// Close stops listening, lets running requests finish for a few seconds, and
// closes the sandbox.
func (r *Running) Close() error {
	deadline, cancel := context.WithTimeout(r.base, shutdownTimeout)
	defer cancel()
	err := r.http.Shutdown(deadline)
	if errors.Is(err, context.DeadlineExceeded) {
		err = r.http.Close()
	}
	if served := <-r.done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return errors.Join(err, r.Server.Close())
}
