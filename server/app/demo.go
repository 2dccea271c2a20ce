package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tributary/internal/creator"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
	"tributary/internal/rollup"
	"tributary/server/demo"
)

// demoMarker is the setting that says how far the demo is: "begun" or "done".
const demoMarker = "demo"

const (
	demoBegun = "begun"
	demoDone  = "done"
)

// Demo fills a sandbox with the demo and prints its logins. It refuses to run twice, or where real money could move.
func (a App) Demo(ctx context.Context) error {
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
	defer func() { _ = db.close(ctx) }()
	s, err := a.build(ctx, db, log, clock.System{}, a.Config.PublicURL(listener.Addr()))
	if err != nil {
		return err
	}
	defer s.close(ctx)
	server, err := a.httpServer(ctx, s)
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	defer stop()
	go func() { _ = server.Serve(serving, listener) }()
	s.deliverSandboxEvents(listener.Addr())
	if err := a.demoOnce(ctx, s); err != nil {
		return err
	}
	for _, login := range demo.Logins {
		fmt.Fprintf(a.Out, "%s  %s\n", login, demo.Password)
	}
	return nil
}

// demoOnce makes the demo unless it was made.
func (a App) demoOnce(ctx context.Context, s *services) error {
	if s.mode != ledger.ModeSandbox {
		return errors.New("the demo is for the sandbox only: unset STRIPE_SECRET_KEY")
	}
	ctx = viewer.WithSystem(ctx, "demo")
	state, err := s.setting(ctx, demoMarker)
	if err != nil || state == demoDone {
		return err
	}
	if state == demoBegun {
		return fmt.Errorf("the demo was interrupted while it was made; delete %s and start again", relative(a.Config.DataDir))
	}
	if n, err := s.db.Ent.User.Query().Count(ctx); err != nil {
		return err
	} else if n > 0 {
		return nil // somebody uses this database for their own
	}
	if err := s.set(ctx, demoMarker, demoBegun); err != nil {
		return err
	}
	if err := a.makeDemo(ctx, s); err != nil {
		return fmt.Errorf("make the demo: %w", err)
	}
	return s.set(ctx, demoMarker, demoDone)
}

func (a App) makeDemo(ctx context.Context, s *services) error {
	began := s.clock.Now()
	fake := clock.NewFake(s.clock.Now())
	past, err := a.buildBeside(ctx, s, fake)
	if err != nil {
		return err
	}
	runner, err := past.startJobs(ctx)
	if err != nil {
		return err
	}
	defer func() {
		patience, done := context.WithTimeout(context.WithoutCancel(ctx), runnerPatience)
		defer done()
		_ = runner.Stop(patience)
	}()
	err = demo.Make(ctx, demo.Services{
		Clock: fake, Identity: past.identity, Brands: past.brands, Programs: past.programs, Creators: past.creators, Partnerships: past.partnerships,
		Tracking: past.tracking, Redirect: past.tracking.Redirect(), StoreEvents: past.storeEvents, Orders: past.orders, Sales: past.sales, Commissions: past.commissions,
		Holds: past.holds, Payouts: past.payouts, Outreach: past.outreach, Content: past.content,
		Reviews: past.reviews, Log: s.log,
		Onboard:  past.onboard,
		Progress: func(done, of int) { a.showProgress("demo data", done, of) },
	}, s.clock.Now())
	if err != nil {
		return err
	}
	if _, err := rollup.Fold(ctx, s.db.DB); err != nil {
		return err
	}
	if _, err := s.db.SQL.ExecContext(ctx, "ANALYZE"); err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "\rdemo data: %d days in %.0f s          \n", demo.Days, s.clock.Now().Sub(began).Seconds())
	return nil
}

// showProgress rewrites one line.
func (a App) showProgress(what string, done, of int) {
	fmt.Fprintf(a.Err, "\r%s: day %d of %d", what, done, of)
}

// onboard opens a creator's account and finishes it at the sandbox as the creator would at Stripe.
func (s *services) onboard(ctx context.Context, c creator.Creator) error {
	account, _, err := s.payouts.StartOnboarding(ctx, c.Country)
	if err != nil {
		return err
	}
	row, err := s.db.Ent.PayoutAccount.Get(ctx, account.ID.UUID)
	if err != nil {
		return err
	}
	return s.sandbox.CompleteOnboarding(row.ProviderRef)
}

// demoLogins are the accounts that the sign-in page offers.
func (s *services) demoLogins() []string {
	if s.mode != ledger.ModeSandbox {
		return nil
	}
	state, err := s.setting(viewer.WithSystem(context.Background(), "demo"), demoMarker) //nolint:forbidigo // asked without a request at start
	if err != nil || state != demoDone {
		return nil
	}
	return demo.Logins
}

// setting reads a setting of the deployment, "" when it was never set.
func (s *services) setting(ctx context.Context, name string) (string, error) {
	var value string
	err := s.db.SQL.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

func (s *services) set(ctx context.Context, name, value string) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.SQL.ExecContext(ctx, `INSERT INTO setting (name, value, set_at) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET value = excluded.value, set_at = excluded.set_at`, name, value, s.clock.Now())
		return err
	})
}
