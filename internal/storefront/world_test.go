package storefront_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"tributary/internal/brand"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
	"tributary/internal/program"
	"tributary/internal/storefront"
	"tributary/internal/storefront/shopify"
	"tributary/internal/storefront/shoptest"
	"tributary/internal/storefront/woocommerce"
	"tributary/internal/stripeconnect"
	"tributary/internal/tracking"
)

// world is a brand with a creator, and shops outside.
type world struct {
	fixture.Affiliate
	t            *testing.T
	db           *database.DB
	clock        *clock.Fake
	s            *storefront.Service
	brands       *brand.Service
	tracking     *tracking.Service
	programs     *program.Service
	partnerships *partnership.Service

	client               *outbound.Client
	shopify, woo, stripe *shoptest.Shop
	// putOff are jobs that asked to be run later.
	putOff []queued
}

type queued struct {
	kind string
	args json.RawMessage
}

func open(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: testdb.New(t), clock: clock.NewFake(fixture.At.Add(24 * time.Hour))}
	w.Affiliate = fixture.New(t, w.db)
	w.shopify, w.woo, w.stripe = shoptest.NewShopify(t), shoptest.NewWooCommerce(t), shoptest.NewStripe(t)
	queue, err := job.NewQueue(w.db)
	require.NoError(t, err)
	master := []byte(strings.Repeat("m", 32))
	w.brands = brand.New(brand.Config{DB: w.db, Clock: w.clock, MasterSecret: master, BaseURL: "https://tributary." + shoptest.Domain, Outbound: &outbound.Client{},
		RotatedTx:      func(ctx context.Context, tx database.Tx, i uuid.UUID) error { return w.s.SecretRotatedTx(ctx, tx, i) },
		DisconnectedTx: func(ctx context.Context, tx database.Tx, i uuid.UUID) error { return w.s.DisconnectedTx(ctx, tx, i) }})
	w.client = shoptest.Outbound(t, w.shopify, w.woo)
	accounts := stripeconnect.NewBrandAccounts(stripeconnect.Config{APIBase: w.stripe.URL})
	w.s = storefront.New(storefront.Config{DB: w.db, Clock: w.clock, Queue: queue, Brands: w.brands, MasterSecret: master,
		Open: map[brand.IntegrationKind]func(string, storefront.Credentials) storefront.Shop{
			brand.KindShopify: func(store string, c storefront.Credentials) storefront.Shop { return shopify.New(w.client, store, c) },
			brand.KindWoocommerce: func(store string, c storefront.Credentials) storefront.Shop {
				return woocommerce.New(w.client, store, c)
			},
			brand.KindCheckout: func(_ string, c storefront.Credentials) storefront.Shop { return accounts.Of(c.Secret) },
		}})
	w.tracking = tracking.New(tracking.Config{DB: w.db, Clock: w.clock, BaseURL: &url.URL{Scheme: "https", Host: "go.example"},
		NetworkSecret: []byte("a secret of enough bytes"), CodesChangedTx: w.s.CodesChangedTx})
	w.programs = program.New(program.Config{DB: w.db, Clock: w.clock, CodesMovedTx: w.s.ProgramMovedTx})
	w.partnerships = partnership.New(partnership.Config{DB: w.db, Clock: w.clock, Queue: queue, Programs: w.programs, BaseURL: "https://portal.example",
		CodesMovedTx: w.s.PartnershipMovedTx})
	return w
}

// owner is a context in which the brand's owner acts.
func (w *world) owner() context.Context {
	return viewer.With(w.t.Context(), w.AsMember(viewer.Owner))
}

// asCreator is a context in which the creator acts.
func (w *world) asCreator() context.Context { return viewer.With(w.t.Context(), w.AsCreator()) }

// connect connects a shop with its right credentials.
func (w *world) connect(kind brand.IntegrationKind) brand.Integration {
	w.t.Helper()
	in, c := brand.NewIntegration{Kind: kind, Secret: "what it signs with"}, storefront.Credentials{}
	switch kind {
	case brand.KindShopify:
		in.Store, c.Secret = w.shopify.Host, shoptest.ShopifyToken
	case brand.KindWoocommerce:
		in.Store, c.Key, c.Secret = w.woo.Host, shoptest.WooCommerceKey, shoptest.WooCommerceSecret
	default:
		in.Store, c.Secret = "Checkout", shoptest.StripeKey
	}
	i, err := w.s.Connect(w.owner(), id.Of(id.Brand, w.Brand), in, &c)
	require.NoError(w.t, err)
	return i
}

// publish publishes what a program needs to be active.
func (w *world) publish() {
	w.t.Helper()
	rate := money.BasisPoints(1000)
	_, err := w.programs.PublishOffer(w.owner(), program.PublishOfferInput{ProgramID: id.Of(id.Program, w.Program), Name: "Offer", Kind: rule.Percent, Rate: &rate})
	require.NoError(w.t, err)
	_, err = w.programs.PublishTerms(w.owner(), id.Of(id.Program, w.Program), "Be honest.")
	require.NoError(w.t, err)
}

// move moves the program.
func (w *world) move(to program.Status) {
	w.t.Helper()
	_, err := w.programs.SetStatus(w.owner(), id.Of(id.Program, w.Program), to)
	require.NoError(w.t, err)
}

// access gives how a shop stands.
func (w *world) access(i brand.Integration) storefront.Access {
	w.t.Helper()
	all, err := w.s.AccessOf(w.owner(), []uuid.UUID{i.ID.UUID})
	require.NoError(w.t, err)
	require.Contains(w.t, all, i.ID.UUID)
	return all[i.ID.UUID]
}

// code makes a code of 15 percent.
func (w *world) code(name string) tracking.Code {
	w.t.Helper()
	c, err := w.tracking.CreateCode(w.asCreator(), tracking.CreateCodeInput{PartnershipID: id.Of(id.Partnership, w.Partnership), Code: name, Discount: 1500})
	require.NoError(w.t, err)
	return c
}

// states gives how a code stands in each shop, as the brand reads it.
func (w *world) states(c tracking.Code) []storefront.InShop {
	w.t.Helper()
	all, err := w.s.CodesInShops(w.owner(), []uuid.UUID{c.ID.UUID})
	require.NoError(w.t, err)
	return all[c.ID.UUID]
}

// state gives how a code stands in the one shop that there is.
func (w *world) state(c tracking.Code) (storefront.State, string) {
	w.t.Helper()
	all := w.states(c)
	require.Len(w.t, all, 1)
	return all[0].State, all[0].Reason
}

// jobs takes the jobs that wait out of the queue.
func (w *world) jobs() (out []queued) {
	w.t.Helper()
	rows, err := w.db.SQL.QueryContext(testdb.Context(w.t), `DELETE FROM river_job WHERE kind LIKE 'storefront_%' RETURNING kind, args`)
	require.NoError(w.t, err)
	defer rows.Close()
	for rows.Next() {
		var q queued
		require.NoError(w.t, rows.Scan(&q.kind, &q.args))
		out = append(out, q)
	}
	require.NoError(w.t, rows.Err())
	return out
}

// run does one job.
func (w *world) run(q queued) error {
	w.t.Helper()
	ctx := viewer.WithSystem(testdb.Context(w.t), "job:"+q.kind)
	switch q.kind {
	case "storefront_access":
		return w.s.SettleAccess(ctx, read[storefront.AccessArgs](w.t, q))
	case "storefront_backfill":
		return w.s.Backfill(ctx, read[storefront.BackfillArgs](w.t, q))
	case "storefront_program":
		return w.s.SettleProgram(ctx, read[storefront.ProgramArgs](w.t, q))
	}
	return w.s.SettleCode(ctx, read[storefront.CodeArgs](w.t, q))
}

func read[T any](t *testing.T, q queued) (args T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(q.args, &args))
	return args
}

// work does all jobs, and those that they ask for. What is to be run later waits for the next call.
func (w *world) work() {
	w.t.Helper()
	again := w.putOff
	w.putOff = nil
	for jobs := append(again, w.jobs()...); len(jobs) > 0; jobs = w.jobs() {
		for _, q := range jobs {
			err := w.run(q)
			var snooze *river.JobSnoozeError
			if errors.As(err, &snooze) {
				w.putOff = append(w.putOff, q)
				continue
			}
			require.NoError(w.t, err, q.kind)
		}
	}
}
