package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"tributary/graph"
	"tributary/graph/transport"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/job"
	"tributary/internal/kit/viewer"
	"tributary/internal/rollup"
	"tributary/internal/stripesandbox"
	"tributary/portal"
	"tributary/server/demo"
	"tributary/server/httpd"
)

// runnerPatience bounds how long running jobs may take when the server stops.
const runnerPatience = 10 * time.Second

// Serve runs the server until ctx ends: API, portal, redirects, webhooks and jobs. With demo, a new database is filled while people may
// use it already.
func (a App) Serve(ctx context.Context, withDemo bool) (err error) {
	log := a.logger()
	listener, err := a.listen(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	db, err := a.openDatabase(ctx, log, true, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close(ctx)) }()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	base := a.Config.PublicURL(listener.Addr())
	s, err := a.build(ctx, db, log, clock.System{}, base)
	if err != nil {
		return err
	}
	defer s.close(ctx)
	if err := s.changes.Start(ctx); err != nil {
		return err
	}
	defer func() { _ = s.changes.Close() }()
	background, ended := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	if db.local != nil {
		running.Go(func() { db.local.Keep(background) })
	}
	running.Go(func() { s.clicks.Run(background) })
	running.Go(func() { s.storeEvents.Run(background) })
	running.Go(func() { s.inbox.Run(background, s.sales) })
	running.Go(func() { s.tracking.Run(viewer.WithSystem(background, "links")) })
	running.Go(func() { rollup.Run(background, s.db.DB, log) })
	running.Go(func() { s.db.KeepStatistics(background, log) })
	defer running.Wait()
	defer ended() // after the last request has been answered
	server, err := a.httpServer(ctx, s)
	if err != nil {
		return err
	}
	making := false
	if withDemo {
		if making, err = a.wantsDemo(ctx, s); err != nil {
			return err
		}
		if making {
			s.demo.tell("begins")
		}
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener) }()
	runner, err := job.NewRunner(s.db.DB, s.workers(), log)
	if err == nil {
		err = runner.StartEnqueued(ctx)
	}
	if err != nil {
		stop(err)
	} else {
		defer stopRunner(ctx, runner)
		a.welcome(base.String(), s, making)
		if a.Ready != nil {
			a.Ready()
		}
		running.Go(func() { a.begin(ctx, s, runner, listener.Addr(), making) })
	}
	err = <-served
	stop(nil)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = errors.Join(err, cause)
	}
	return err
}

// listen takes the address before anything else starts, so that a port in use costs nothing.
func (a App) listen(ctx context.Context) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.Config.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("the address %s is in use by another program; set TRIBUTARY_ADDR to a free one, or :0 to pick one", a.Config.Addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s (TRIBUTARY_ADDR): %w", a.Config.Addr, err)
	}
	return listener, nil
}

func (a App) httpServer(ctx context.Context, s *services) (*httpd.Server, error) {
	build, err := fs.Sub(portal.FS, "dist")
	if err != nil {
		return nil, err
	}
	pages, err := httpd.NewPortal(build, s.base)
	if err != nil {
		return nil, err
	}
	registry := httpd.NewRegistry()
	registerClickMetrics(registry, s.clicks, s.tracking)
	registerStoreEventMetrics(registry, s.storeEvents)
	r := a.resolver(s)
	surveys := newSurveyPages(s)
	server := httpd.New(httpd.Options{
		Log: s.log, Clock: s.clock, BaseURL: s.base, Deployment: s.deployment, TrustedProxies: a.Config.TrustedProxies, Registry: registry, Portal: pages,
		Checks:  []httpd.Check{{Name: "database", Run: s.db.SQL.PingContext}},
		Reports: []httpd.Report{{Name: "clicks", Say: s.clicks.Health}, {Name: "demo", Say: s.demo.say}},
		Routes: httpd.Routes{
			Redirect: s.tracking.Redirect(),
			GraphQL:  a.graphQL(ctx, s, r, pages.Editor()),
			Schema:   graph.SDL(),
			Webhooks: map[string]http.Handler{
				"stripe":       s.stripe.Webhooks(s.payouts.Receive),
				"shopify/":     s.inbox.Shopify(),
				"woocommerce/": s.inbox.WooCommerce(),
				"checkout/":    s.inbox.Checkout(),
			},
			Postback:     s.inbox.Postback(),
			StoreEvents:  s.storeEvents.Beacons(),
			OAuthToken:   graph.WithSession(r, s.client, s.callerKey(), r.OAuthToken()),
			JWKS:         r.JWKS(),
			SandboxPages: s.sandboxPages(),
			Survey:       surveys,
			SurveyOf:     http.HandlerFunc(surveys.checkout),
			LinkInBio:    s.linkPage(pages),
			ProgramPage:  s.programPage(pages),
		},
	})
	return server, nil
}

// graphQL makes the handler of /graphql, where browsers find the query editor.
func (a App) graphQL(ctx context.Context, s *services, r *graph.Resolver, editor http.Handler) http.Handler {
	handler := transport.NewServer(r.Executable(), transport.Options{
		Log: s.log, Clock: s.clock, BaseURL: s.base, Sandbox: s.sandbox != nil,
		SignedIn:     func(ctx context.Context) bool { return viewer.From(ctx).SignedIn() },
		Authenticate: r.AuthenticateSocket,
		Recheck:      s.identity.Recheck,
		Caller:       func(ctx context.Context) string { return viewer.From(ctx).Actor() },
		Stopping:     ctx.Done(),
		GraphiQL:     editor,
	})
	return graph.WithSession(r, s.client, s.callerKey(), s.seeCreators(handler))
}

// callerKey is the key of the hashes that stand for callers' networks.
func (s *services) callerKey() []byte { return s.master.Key("network of callers") }

// begin starts what looks at everything there is: jobs that come again and again, and Stripe's messages. Neither may see the demo while
// it is made, because it is made of days that are over: these would pay and approve by today's clock. What people do meanwhile goes
// its way.
func (a App) begin(ctx context.Context, s *services, runner *job.Runner, address net.Addr, making bool) {
	if making {
		if err := a.demoOnce(ctx, s); err == nil {
			s.demo.done()
		} else if ctx.Err() == nil {
			s.log.ErrorContext(ctx, "the demo is not finished; the next start goes on with it", "error", err)
			s.demo.tell(demoStopped)
		}
	}
	if ctx.Err() == nil {
		s.deliverSandboxEvents(address)
		runner.StartPeriodic()
	}
}

// stopRunner gives running jobs some time to end.
func stopRunner(ctx context.Context, runner *job.Runner) {
	patience, done := context.WithTimeout(context.WithoutCancel(ctx), runnerPatience)
	defer done()
	_ = runner.Stop(patience)
}

// deliverSandboxEvents tells the Stripe sandbox where this server takes its webhooks.
func (s *services) deliverSandboxEvents(address net.Addr) {
	if s.sandbox == nil {
		return
	}
	_, port, _ := net.SplitHostPort(address.String())
	target := "http://" + net.JoinHostPort("127.0.0.1", port) + "/webhooks/stripe"
	s.sandbox.SetWebhooks(stripesandbox.Endpoint{URL: target, Secrets: s.sandboxSecrets[:1]}, stripesandbox.Endpoint{URL: target, Secrets: s.sandboxSecrets[1:]})
}

// sandboxPages serves Stripe's onboarding pages of the sandbox; nil with a real Stripe.
func (s *services) sandboxPages() http.Handler {
	if s.sandbox == nil {
		return nil
	}
	return http.StripPrefix(sandboxPages, s.sandbox.Pages())
}

// welcome prints where to go. A person reads it, so it is no log line.
func (a App) welcome(address string, s *services, making bool) {
	var b strings.Builder
	fmt.Fprintf(&b, "Tributary is ready                         %s\n", address)
	if making || len(s.demoLogins()) > 0 {
		fmt.Fprintf(&b, "  creator   creator@demo.test   } password for all:\n  brand     brand@demo.test     } %s\n", demo.Password)
		fmt.Fprintf(&b, "  finance   finance@demo.test, finance2@demo.test   admin  admin@demo.test\n")
	}
	fmt.Fprintf(&b, "  GraphQL   %s/graphql", address)
	if !a.Config.SMTPURL.IsSet() {
		fmt.Fprintf(&b, "     mail outbox  %s", relative(filepath.Join(a.Config.DataDir, "outbox")))
	}
	b.WriteString("\n")
	if s.sandbox != nil {
		fmt.Fprintf(&b, "Sandbox: no real money moves. Data in %s (delete it to start again). Ctrl-C stops the server", relative(a.Config.DataDir))
		if s.db.local != nil {
			b.WriteString(" and its database")
		}
		b.WriteString(".\n")
	}
	_, _ = fmt.Fprint(a.Out, b.String())
}

// relative shortens a folder below the working folder.
func relative(dir string) string {
	if here, err := os.Getwd(); err == nil {
		if rest, ok := strings.CutPrefix(dir, here+string(os.PathSeparator)); ok {
			return "./" + rest
		}
	}
	return dir
}
