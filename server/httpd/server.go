// Package httpd is the HTTP edge: which path goes where, what every answer carries, how long and how large a request may be,
// and how the server starts and stops. It knows no domain; other packages hand their handlers in.
package httpd

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tributary/internal/kit/clock"
)

// The server's times and sizes. There is no write timeout on the server because it would cut streams; each route sets its own.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 32 << 10
	// shutdownGrace is how long requests under way may take after the server was told to stop.
	shutdownGrace = 15 * time.Second
)

// Options is what a server needs.
type Options struct {
	Log            *slog.Logger
	Clock          clock.Clock
	BaseURL        *url.URL
	Deployment     string // what /healthz calls this installation; the same for all its processes
	TrustedProxies []netip.Prefix
	Registry       *prometheus.Registry // see NewRegistry
	Portal         *Portal
	Checks         []Check  // of /readyz
	Reports        []Report // of /readyz
	Routes         Routes
}

// Server answers HTTP.
type Server struct {
	log     *slog.Logger
	clock   clock.Clock
	baseURL *url.URL
	// deployment is what /healthz says.
	deployment string

	client  func(*http.Request) netip.Addr
	portal  *Portal
	checks  []Check
	reports []Report
	metrics *metrics
	root    http.Handler

	stopping atomic.Bool
}

// New joins the routes of a server.
func New(o Options) *Server {
	s := &Server{log: o.Log, clock: o.Clock, baseURL: o.BaseURL, deployment: o.Deployment, client: ClientAddress(o.TrustedProxies), portal: o.Portal,
		checks: o.Checks, reports: o.Reports, metrics: newMetrics(o.Registry)}
	s.root = s.handler(o.Routes, o.Registry)
	return s
}

// Handler gives the handler of all routes.
func (s *Server) Handler() http.Handler { return s.root }

// Serve answers on a listener until ctx ends. Then /readyz says so, what is under way is finished for at most shutdownGrace,
// and the rest is cut. Streams must end by themselves when ctx does. It gives nil after a stop in good order.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s.root,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug), // broken handshakes and half requests
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	err := server.Shutdown(grace)
	if err != nil {
		err = errors.Join(err, server.Close())
	}
	if closed := <-served; !errors.Is(closed, http.ErrServerClosed) {
		err = errors.Join(err, closed)
	}
	return err
}
