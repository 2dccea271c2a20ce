package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"tributary/internal/creator"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
	"tributary/internal/rollup"
	"tributary/server/demo"
)

// demoSetting is the setting that says how far the demo is: what demo.Progress says of itself, or demoDone.
const (
	demoSetting = "demo"
	demoDone    = "done"
)

// demoLane is the lane of the demo's jobs, which are done by the demo's clock.
const demoLane = "demo"

// demoState is what people are told of the demo that this process makes.
type demoState struct{ words atomic.Pointer[string] }

// demoStopped is told of a demo that could not be finished.
const demoStopped = "stopped; the log says why"

func (d *demoState) tell(words string) { d.words.Store(&words) }
func (d *demoState) done()             { d.words.Store(nil) }

// progress gives nothing when no demo is made.
func (d *demoState) progress() string {
	if words := d.say(); words != demoStopped {
		return words
	}
	return ""
}

// say gives nothing when there is nothing to tell.
func (d *demoState) say() string {
	if words := d.words.Load(); words != nil {
		return *words
	}
	return ""
}

// Demo fills a sandbox with the demo and prints its logins. It refuses to run where real money could move.
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
	if _, err := a.wantsDemo(ctx, s); err != nil {
		return err
	}
	if err := a.demoOnce(ctx, s); err != nil {
		return err
	}
	for _, login := range demo.Logins {
		fmt.Fprintf(a.Out, "%s  %s\n", login, demo.Password)
	}
	return nil
}

// wantsDemo tells whether the demo is to be made, or gone on with: it is not finished, and nobody uses the database for their own.
func (a App) wantsDemo(ctx context.Context, s *services) (bool, error) {
	if s.mode != ledger.ModeSandbox {
		return false, errors.New("the demo is for the sandbox only: unset STRIPE_SECRET_KEY")
	}
	ctx = viewer.WithSystem(ctx, "demo")
	state, err := s.setting(ctx, demoSetting)
	if err != nil || state != "" {
		return state != demoDone, err
	}
	users, err := s.db.Ent.User.Query().Count(ctx)
	return users == 0, err
}

// demoOnce makes what is missing of the demo, one process at a time.
func (a App) demoOnce(ctx context.Context, s *services) error {
	ctx = viewer.WithSystem(ctx, "demo")
	release, err := s.db.Hold(ctx, demoSetting)
	if err != nil {
		return err
	}
	defer release()
	if wanted, err := a.wantsDemo(ctx, s); err != nil || !wanted {
		return err
	}
	now := s.clock.Now()
	from := demo.Begin(now)
	state, err := s.setting(ctx, demoSetting)
	if err != nil {
		return err
	}
	if state != "" {
		if from, err = demo.Parse(state); err != nil {
			return fmt.Errorf("another version of the program began this demo and did not finish it; delete %s and start again", relative(a.Config.DataDir))
		}
	}
	if err := a.keepDemo(ctx, s, from); err != nil {
		return err
	}
	if err := a.makeDemo(ctx, s, from, now); err != nil {
		fmt.Fprintln(a.Err) // ends the line of the progress
		return fmt.Errorf("make the demo: %w", err)
	}
	if err := s.set(ctx, demoSetting, demoDone); err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "\rdemo data: %d days in %.0f s     \n", demo.Days, s.clock.Now().Sub(now).Seconds())
	return nil
}

// keepDemo writes down how far the demo is, and shows it.
func (a App) keepDemo(ctx context.Context, s *services, p demo.Progress) error {
	if err := s.set(ctx, demoSetting, p.String()); err != nil {
		return err
	}
	words := p.Say(s.clock.Now())
	s.demo.tell(words)
	fmt.Fprintf(a.Err, "\rdemo data: %-20s", words)
	return nil
}

// makeDemo runs the demo's services, on their own clock and in their own lane, beside those that people use.
func (a App) makeDemo(ctx context.Context, s *services, from demo.Progress, now time.Time) error {
	fake := clock.NewFake(from.Begin)
	past, err := a.buildBeside(ctx, s, fake, demoLane)
	if err != nil {
		return err
	}
	runner, err := job.NewLaneRunner(s.db.DB, past.workers(), s.log, demoLane)
	if err != nil {
		return err
	}
	defer stopRunner(ctx, runner)
	if from.Day < 0 {
		fake.Set(from.Begin.AddDate(0, -1, 0)) // so that the first months have partitions, too
		if err := errors.Join(past.tracking.EnsurePartitions(ctx), past.storeEvents.EnsurePartitions(ctx)); err != nil {
			return err
		}
	}
	err = demo.Make(ctx, demo.Services{
		Clock: fake, Identity: past.identity, Brands: past.brands, Programs: past.programs, Creators: past.creators, Partnerships: past.partnerships,
		Tracking: past.tracking, Redirect: past.tracking.Redirect(), StoreEvents: past.storeEvents, Orders: past.orders, Sales: past.sales, Commissions: past.commissions,
		Holds: past.holds, Payouts: past.payouts, Outreach: past.outreach, Content: past.content,
		Reviews: past.reviews, Log: s.log, DB: s.db.DB,
		Onboard: past.onboard, StartJobs: runner.StartEnqueued,
		Keep: func(ctx context.Context, p demo.Progress) error { return a.keepDemo(ctx, s, p) },
	}, from, now)
	if err != nil {
		return err
	}
	if _, err := rollup.Fold(ctx, s.db.DB); err != nil {
		return err
	}
	_, err = s.db.SQL.ExecContext(ctx, "ANALYZE")
	return err
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

// demoLogins are the accounts that the sign-in page offers: those of the demo that have pages. While the demo is begun, an account is
// there before the brand or profile that it is for, and whoever signed in then would be told that nothing is theirs.
func (s *services) demoLogins() []string {
	if s.mode != ledger.ModeSandbox {
		return nil
	}
	ctx := viewer.WithSystem(context.Background(), "demo") //nolint:forbidigo // asked without a request at start
	var out []string
	err := s.db.SQL.QueryRowContext(ctx, `SELECT coalesce(array_agg(email ORDER BY array_position($1::text[], email)), '{}')
		FROM "user" u WHERE email = ANY($1::text[]) AND demo AND status = 'ACTIVE' AND (admin
			OR EXISTS (SELECT FROM membership m WHERE m.user_id = u.id AND m.removed_at IS NULL) OR EXISTS (SELECT FROM creator c WHERE c.user_id = u.id))`, database.Array(demo.Logins)).Scan(database.Array(&out))
	if err != nil {
		return nil
	}
	return out
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
