package app

import (
	"context"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"

	"tributary/graph"
	"tributary/internal/auditlog"
	"tributary/internal/books"
	"tributary/internal/brand"
	"tributary/internal/commission"
	"tributary/internal/content"
	"tributary/internal/creator"
	"tributary/internal/fraud"
	"tributary/internal/identity"
	"tributary/internal/inbox"
	"tributary/internal/insight"
	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/job"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/money"
	"tributary/internal/kit/outbound"
	"tributary/internal/ledger"
	"tributary/internal/order"
	"tributary/internal/outreach"
	"tributary/internal/partnership"
	"tributary/internal/payout"
	"tributary/internal/program"
	"tributary/internal/review"
	"tributary/internal/sale"
	"tributary/internal/storefront"
	"tributary/internal/storefront/selfcheck"
	"tributary/internal/stripeconnect"
	"tributary/internal/stripesandbox"
	"tributary/internal/tracking"
	"tributary/internal/tracking/storeevent"
	"tributary/server/config"
	"tributary/server/httpd"
)

// services is everything built, nothing started.
type services struct {
	db     *opened
	log    *slog.Logger
	clock  clock.Clock
	base   *url.URL
	master config.Secret
	mode   ledger.Mode

	// deployment tells this installation from others, to itself.
	deployment string

	demo *demoState

	queue    *job.Queue
	lane     string // of queue, "" for the one that people's work goes through
	changes  *broadcast.Hub
	letters  *mail.Sender
	outbound *outbound.Client

	identity     *identity.Service
	brands       *brand.Service
	programs     *program.Service
	creators     *creator.Service
	partnerships *partnership.Service
	clicks       *tracking.Clicks // nil for commands that answer no requests
	tracking     *tracking.Service
	storefront   *storefront.Service
	selfChecks   *selfcheck.Service
	storeEvents  *storeevent.Service
	orders       *order.Service
	inbox        *inbox.Service
	ledger       *ledger.Service
	commissions  *commission.Service
	holds        *fraud.Service
	sales        *sale.Service
	payouts      *payout.Service
	stripe       *stripeconnect.Client
	sandbox      *stripesandbox.Running // nil with a Stripe key, and for commands that send nothing
	// sandboxSecrets sign the sandbox's messages: of the platform, of connected accounts.
	sandboxSecrets [2]string
	outreach       *outreach.Service
	content        *content.Service
	reviews        *review.Service
	insight        *insight.Service
	audit          *auditlog.Service
	books          *books.Service

	client func(*http.Request) netip.Addr
}

// mode tells how real the money is that a Stripe key moves.
func modeOf(c config.Config) ledger.Mode {
	switch key := c.Stripe.SecretKey.Reveal(); {
	case key == "":
		return ledger.ModeSandbox
	case strings.HasPrefix(key, "sk_live_") || strings.HasPrefix(key, "rk_live_"):
		return ledger.ModeLive
	default:
		return ledger.ModeTest
	}
}

// build makes every service on a database. base is the public address; nil for commands that answer no requests, which also get
// no Stripe sandbox and no click spool. The caller closes what it gets.
func (a App) build(ctx context.Context, db *opened, log *slog.Logger, now clock.Clock, base *url.URL) (*services, error) {
	s := &services{}
	err := a.buildInto(ctx, s, db, log, now, base)
	if err != nil {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

// buildBeside makes every service once more with a clock of its own and a lane for its jobs, as the demo needs it. Both share the Stripe
// sandbox, the click spool and the hub, which stay the first one's to close.
func (a App) buildBeside(ctx context.Context, first *services, now clock.Clock, lane string) (*services, error) {
	s := &services{sandbox: first.sandbox, clicks: first.clicks, changes: first.changes, lane: lane}
	return s, a.buildInto(ctx, s, first.db, first.log, now, first.base)
}

func (a App) buildInto(ctx context.Context, s *services, db *opened, log *slog.Logger, now clock.Clock, base *url.URL) error {
	master, err := a.Config.MasterSecret()
	if err != nil {
		return err
	}
	s.db, s.log, s.clock, s.base, s.master, s.demo = db, log, now, base, master, &demoState{}
	s.mode, s.client = modeOf(a.Config), httpd.ClientAddress(a.Config.TrustedProxies)
	if s.base == nil {
		s.base = a.Config.BaseURL
		if s.base == nil {
			s.base = &url.URL{Scheme: "http", Host: "localhost"}
		}
	}
	if s.queue, err = job.NewQueue(db.DB); err != nil {
		return err
	}
	s.queue = s.queue.Lane(s.lane)
	address := strings.TrimSuffix(s.base.String(), "/")
	s.deployment = hex.EncodeToString(master.Key("name of the deployment")[:8])
	s.outbound = outbound.New(outbound.Config{UserAgent: "Mozilla/5.0 (compatible; Tributary; +" + address + ")"})
	if s.letters, err = mail.New(mail.Config{SMTPURL: a.Config.SMTPURL.Reveal(), Outbox: filepath.Join(a.Config.DataDir, "outbox"),
		From: "no-reply@" + mailHost(s.base), FromName: "Tributary", Clock: now, Log: log}); err != nil {
		return err
	}
	if s.changes == nil {
		s.changes = broadcast.New(db.DB, log)
	}
	if s.clicks == nil && base != nil {
		if s.clicks, err = tracking.OpenClicks(tracking.ClicksConfig{DB: db.DB, DataDir: a.Config.DataDir, MaxBytes: a.Config.SpoolMaxBytes,
			Changes: s.changes, Clock: now, Log: log}); err != nil {
			return err
		}
	}
	s.ledger = ledger.New(ledger.Config{DB: db.DB, Clock: now, Mode: s.mode, Log: log})
	if err := s.ledger.CheckMode(ctx); err != nil {
		return err
	}
	s.audit = auditlog.New(auditlog.Config{DB: db.DB})
	s.creators = creator.New(creator.Config{DB: db.DB, Clock: now})
	s.identity, err = identity.New(identity.Config{DB: db.DB, Clock: now, Queue: s.queue, Mail: s.letters, Log: log, MasterSecret: master.Key("identity"),
		BaseURL: address, Sandbox: s.mode == ledger.ModeSandbox, Password: identity.DefaultPasswordCost(), NewCreatorTx: s.creators.NewTx})
	if err != nil {
		return err
	}
	s.brands = brand.New(brand.Config{DB: db.DB, Clock: now, Identity: s.identity, MasterSecret: master.Key("brand"), BaseURL: address,
		Sandbox: s.mode == ledger.ModeSandbox, Outbound: s.outbound, Deployment: s.deployment, RotatedTx: s.secretRotatedTx, DisconnectedTx: s.disconnectedTx})
	s.storefront = storefront.New(storefront.Config{DB: db.DB, Clock: now, Queue: s.queue, Brands: s.brands, MasterSecret: master.Key("storefront"),
		Open: a.shops(s), Log: log})
	s.programs = program.New(program.Config{DB: db.DB, Clock: now, CodesMovedTx: s.storefront.ProgramMovedTx})
	s.partnerships = partnership.New(partnership.Config{DB: db.DB, Clock: now, Queue: s.queue, Programs: s.programs, BaseURL: address,
		CodesMovedTx: s.storefront.PartnershipMovedTx})
	s.tracking = tracking.New(tracking.Config{DB: db.DB, Clock: now, Clicks: s.clicks, Changes: s.changes, BaseURL: s.base, NetworkSecret: master.Key("network"), ClientAddress: s.client,
		TrustedProxies: a.Config.TrustedProxies, Outbound: s.outbound, Queue: s.queue, CodesChangedTx: s.storefront.CodesChangedTx, Log: log})
	s.selfChecks = selfcheck.New(selfcheck.Config{DB: db.DB, Clock: now, Brands: s.brands, Tracking: s.tracking})
	s.storeEvents = storeevent.New(storeevent.Config{DB: db.DB, Clock: now, Queue: s.queue, ClientAddress: s.client,
		Clicks: s.clicks, VerifiedHosts: s.verifiedHosts, Robot: s.tracking.Robot, Log: log})
	s.orders = order.New(order.Config{DB: db.DB, Clock: now, CustomerSecret: master.Key("customer"), NetworkHash: s.tracking.NetworkHash, Changes: s.changes})
	s.inbox = inbox.New(inbox.Config{DB: db.DB, Clock: now, Queue: s.queue, Open: s.openIntegration, DeliveredTx: s.brands.DeliveredTx,
		Handlers: map[string]func(inbox.Delivery) (job.Args, error){stripeSource: s.handleEvent},
		Checks:   sale.Checks(now), Log: log})
	s.commissions = commission.New(commission.Config{DB: db.DB, Clock: now, Ledger: s.ledger})
	s.holds = fraud.New(fraud.Config{DB: db.DB, Clock: now, Queue: s.queue, Commissions: s.commissions})
	s.sales = sale.New(sale.Config{DB: db.DB, Clock: now, Queue: s.queue, Orders: s.orders, Programs: s.programs, Partnerships: s.partnerships,
		Commissions: s.commissions, Holds: s.holds, Inbox: s.inbox, BaseURL: address, SurveySecret: master.Key("survey"), Clicks: s.clicks, Log: log})
	s.insight = insight.New(insight.Config{DB: db.DB, Clock: now})
	s.outreach = outreach.New(outreach.Config{DB: db.DB, Clock: now, Programs: s.programs})
	s.content = content.New(content.Config{DB: db.DB, Clock: now})
	s.reviews = review.New(review.Config{DB: db.DB, Clock: now, Programs: s.programs, Partnerships: s.partnerships, Insight: s.insight})
	s.books = books.New(books.Config{DB: db.DB, Clock: now})
	return a.buildMoney(ctx, s, base != nil)
}

// buildMoney joins payouts with Stripe, or with the sandbox that stands in for it.
func (a App) buildMoney(ctx context.Context, s *services, serving bool) error {
	stripe := stripeconnect.Config{SecretKey: a.Config.Stripe.SecretKey.Reveal(), RatePerSecond: a.Config.Stripe.RatePerSecond, Log: s.log}
	if a.Config.Stripe.APIBase != nil {
		stripe.APIBase = strings.TrimSuffix(a.Config.Stripe.APIBase.String(), "/")
	}
	for _, secret := range a.Config.Stripe.WebhookSecrets {
		stripe.WebhookSecrets = append(stripe.WebhookSecrets, secret.Reveal())
	}
	for _, secret := range a.Config.Stripe.ConnectWebhookSecrets {
		stripe.ConnectWebhookSecrets = append(stripe.ConnectWebhookSecrets, secret.Reveal())
	}
	if s.mode == ledger.ModeSandbox {
		if err := a.sandbox(ctx, s, &stripe, serving); err != nil {
			return err
		}
	}
	s.stripe = stripeconnect.New(stripe)
	c := payout.Config{DB: s.db.DB, Clock: s.clock, Ledger: s.ledger, Queue: s.queue, Provider: s.stripe, Changes: s.changes,
		BaseURL:           func() string { return strings.TrimSuffix(s.base.String(), "/") },
		ConfirmMoney:      s.identity.ConfirmMoney,
		CommissionsPaidTx: s.commissions.MarkPaidTx,
		StoreEventTx:      s.storeEventTx,
		FinishEventTx:     s.finishEventTx,
		Log:               s.log,
	}
	if s.sandbox != nil {
		c.OnFunding = func(_ context.Context, amount money.Money) error {
			units, err := stripeconnect.SmallestUnits(amount)
			if err != nil {
				return job.Discard(err) // a currency that Stripe does not transfer: nothing can be paid with it either
			}
			_, err = s.sandbox.Fund(string(amount.Currency), units)
			return err
		}
	}
	s.payouts = payout.New(c)
	return nil
}

// sandboxPages is where a browser reaches the pages of the Stripe sandbox.
const sandboxPages = "/sandbox/stripe"

// sandbox starts the server that plays Stripe, with keys derived from the master secret, and points the client at it.
func (a App) sandbox(ctx context.Context, s *services, stripe *stripeconnect.Config, serving bool) error {
	derive := func(purpose string) string { return hex.EncodeToString(s.master.Key("stripe sandbox " + purpose))[:32] }
	stripe.SecretKey = "sk_test_" + derive("key")
	s.sandboxSecrets = [2]string{"whsec_" + derive("platform"), "whsec_" + derive("connect")}
	stripe.WebhookSecrets, stripe.ConnectWebhookSecrets = s.sandboxSecrets[:1], s.sandboxSecrets[1:]
	stripe.RatePerSecond = max(stripe.RatePerSecond, 100)
	stripe.APIBase = "http://127.0.0.1:1" // commands that send nothing
	if s.sandbox != nil {
		stripe.APIBase = s.sandbox.URL()
		return nil
	}
	if !serving {
		return nil
	}
	running, err := stripesandbox.Start(ctx, stripesandbox.Config{
		SecretKey: stripe.SecretKey, Now: s.clock.Now, SignatureTime: clock.System{}.Now, StateFile: filepath.Join(a.Config.DataDir, "stripe-sandbox.journal"),
		PublicURL: strings.TrimSuffix(s.base.String(), "/") + sandboxPages, Logger: s.log,
	}, "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("start the Stripe sandbox in TRIBUTARY_DATA_DIR: %w", err)
	}
	s.sandbox, stripe.APIBase = running, running.URL()
	return nil
}

// mailHost names the sender's domain.
func mailHost(base *url.URL) string {
	if host := base.Hostname(); strings.Contains(host, ".") {
		return host
	}
	return "localhost.test"
}

// resolver hands the services to the API.
func (a App) resolver(s *services) *graph.Resolver {
	return &graph.Resolver{
		Identity: s.identity, Brands: s.brands, Programs: s.programs, Creators: s.creators, Partnerships: s.partnerships,
		Tracking: s.tracking, Storefront: s.storefront, SelfChecks: s.selfChecks, StoreEvents: s.storeEvents, Orders: s.orders, Sales: s.sales, Inbox: s.inbox, Commissions: s.commissions, Holds: s.holds, Ledger: s.ledger,
		Payouts: s.payouts, Outreach: s.outreach, Content: s.content, Reviews: s.reviews, Insight: s.insight, Audit: s.audit,
		Deployment: graph.DeploymentInfo{Mode: s.mode, Version: a.Version, BaseURL: strings.TrimSuffix(s.base.String(), "/"), DemoLogins: s.demoLogins,
			DemoProgress: s.demo.progress},
	}
}

// close stores the clicks that are left and ends what build started.
func (s *services) close(ctx context.Context) {
	if s.clicks != nil {
		if err := s.clicks.Close(ctx); err != nil {
			s.log.WarnContext(ctx, "the click spool was not closed in order", "error", err)
		}
	}
	if s.sandbox != nil {
		_ = s.sandbox.Close()
	}
}
