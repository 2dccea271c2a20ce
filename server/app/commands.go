package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"tributary/internal/identity"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/viewer"
	"tributary/internal/rollup"
	"tributary/internal/tracking"
)

// Migrate brings the database to the version of this program; with check it only says whether anything is missing.
func (a App) Migrate(ctx context.Context, check bool) error {
	db, err := a.openDatabase(ctx, a.logger(), !check, true)
	if err != nil {
		return err
	}
	defer func() { _ = db.close(ctx) }()
	missing, err := database.Pending(ctx, db.DB)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		fmt.Fprintf(a.Out, "missing: %s\n", strings.Join(missing, ", "))
		return ExitCode(1)
	}
	fmt.Fprintln(a.Out, "the database is up to date")
	return nil
}

// Audit proves the books and prints "balanced", or each finding and exits 1.
func (a App) Audit(ctx context.Context) error {
	return a.withServices(ctx, "command:audit", func(ctx context.Context, s *services) error {
		findings, err := s.books.Audit(ctx)
		if err != nil {
			return err
		}
		for _, f := range findings {
			fmt.Fprintln(a.Out, f)
		}
		if len(findings) > 0 {
			return ExitCode(1)
		}
		fmt.Fprintln(a.Out, "balanced")
		return nil
	})
}

// RebuildRollups computes all figures again from the raw rows.
func (a App) RebuildRollups(ctx context.Context) error {
	return a.withServices(ctx, "command:rebuild-rollups", func(ctx context.Context, s *services) error {
		if err := rollup.Rebuild(ctx, s.db.DB); err != nil {
			return err
		}
		fmt.Fprintln(a.Out, "figures are rebuilt from the raw rows")
		return nil
	})
}

// CreateUser makes a user whose password is the first line of standard input.
func (a App) CreateUser(ctx context.Context, email, name string, admin bool) error {
	fmt.Fprint(a.Err, "Password: ")
	line, err := bufio.NewReader(a.In).ReadString('\n')
	if err != nil && line == "" {
		return errors.New("no password on standard input")
	}
	return a.withServices(ctx, "command:user create", func(ctx context.Context, s *services) error {
		u, err := s.identity.CreateUser(ctx, identity.NewUser{Email: strings.ToLower(email), Name: name, Password: strings.TrimRight(line, "\r\n"), Admin: admin})
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Out, "%s %s\n", u.ID, u.Email)
		return nil
	})
}

// CreateToken prints a short-lived access token of a user, for calls by hand.
func (a App) CreateToken(ctx context.Context, email string) error {
	return a.withServices(ctx, "command:token create", func(ctx context.Context, s *services) error {
		token, expires, err := s.identity.TokenFor(ctx, strings.ToLower(email))
		if err != nil {
			return err
		}
		fmt.Fprintln(a.Out, token)
		fmt.Fprintf(a.Err, "It ends at %s.\n", expires.Format("15:04:05 MST"))
		return nil
	})
}

// Doctor checks the installation and says in words what to mend; exit status 1 when something is.
func (a App) Doctor(ctx context.Context) error {
	ok := true
	say := func(good bool, format string, args ...any) {
		mark := "ok    "
		if !good {
			mark, ok = "MEND  ", false
		}
		fmt.Fprintf(a.Out, mark+format+"\n", args...)
	}
	db, err := a.openDatabase(ctx, a.logger(), false, true)
	if err != nil {
		say(false, "database: %v", err)
		return ExitCode(1)
	}
	defer func() { _ = db.close(ctx) }()
	say(true, "database answers")
	missing, err := database.Pending(ctx, db.DB)
	switch {
	case err != nil:
		say(false, "migrations: %v", err)
	case len(missing) > 0:
		say(false, "migrations are missing: %s; run `tributary migrate`", strings.Join(missing, ", "))
	default:
		say(true, "migrations are up to date")
	}
	if len(missing) == 0 && err == nil {
		a.doctorServices(viewer.WithSystem(ctx, "command:doctor"), db, say)
	}
	if !ok {
		return ExitCode(1)
	}
	return nil
}

func (a App) doctorServices(ctx context.Context, db *opened, say func(bool, string, ...any)) {
	s, err := a.build(ctx, db, a.logger(), clock.System{}, nil)
	if err != nil {
		say(false, "%v", err)
		return
	}
	defer s.close(ctx)
	if a.Config.BaseURL == nil {
		say(!a.Config.Stripe.SecretKey.IsSet(), "TRIBUTARY_BASE_URL is not set: links in mails lead to this machine")
	} else {
		say(a.Config.BaseURL.Scheme == "https" || a.Config.Sandbox(), "public address %s", a.Config.BaseURL)
	}
	say(a.Config.SMTPURL.IsSet() || a.Config.Sandbox(), "mail: %s", word(a.Config.SMTPURL.IsSet(), "sent by SMTP", "written to the outbox folder (SMTP_URL is not set)"))
	if a.Config.Sandbox() {
		say(true, "Stripe is the sandbox: no real money moves")
	} else {
		a.doctorStripe(ctx, s, say)
	}
	mend, waiting, err := tracking.CheckDataDir(ctx, s.db.DB, a.Config.DataDir)
	switch {
	case err != nil:
		say(false, "%v", err)
	case len(mend) == 0:
		say(true, "the click spool is in order (%d kB)", waiting>>10)
	}
	for _, m := range mend {
		say(false, "%s", m)
	}
	findings, err := s.books.Audit(ctx)
	switch {
	case err != nil:
		say(false, "books: %v", err)
	case len(findings) > 0:
		say(false, "the books are off in %d places; run `tributary audit`", len(findings))
	default:
		say(true, "the books are balanced")
	}
}

func (a App) doctorStripe(ctx context.Context, s *services, say func(bool, string, ...any)) {
	platform, err := s.stripe.Platform(ctx)
	if err != nil {
		say(false, "Stripe: %v", err)
		return
	}
	say(true, "Stripe answers")
	say(platform.PayoutInterval == "manual", "Stripe's automatic payouts: %s", word(platform.PayoutInterval != "manual",
		"they sweep the money for creators to your bank; switch the platform account to manual payouts", "manual"))
	say(len(a.Config.Stripe.WebhookSecrets) > 0, "STRIPE_WEBHOOK_SECRET is %s", word(len(a.Config.Stripe.WebhookSecrets) > 0, "set", "not set: transfers are confirmed by look-up only"))
	say(len(a.Config.Stripe.ConnectWebhookSecrets) > 0, "STRIPE_CONNECT_WEBHOOK_SECRET is %s", word(len(a.Config.Stripe.ConnectWebhookSecrets) > 0, "set",
		"not set: onboarding is noticed late"))
}

func word(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
