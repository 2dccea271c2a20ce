package storefront_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/stretchr/testify/require"

	"tributary/internal/brand"
	"tributary/internal/creator"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
	"tributary/internal/program"
	"tributary/internal/storefront"
	"tributary/internal/storefront/shoptest"
	"tributary/internal/tracking"
)

func TestACodeIsMadeInEveryConnectedShop(t *testing.T) {
	t.Parallel()
	w := open(t)
	for _, kind := range []brand.IntegrationKind{brand.KindShopify, brand.KindWoocommerce, brand.KindCheckout} {
		w.connect(kind)
	}
	ends := w.clock.Now().Add(90 * 24 * time.Hour).Truncate(time.Second)
	c, err := w.tracking.CreateCode(w.asCreator(), tracking.CreateCodeInput{PartnershipID: id.Of(id.Partnership, w.Partnership), Code: "MAYA15", Discount: 1500, EndsAt: &ends})
	require.NoError(t, err)
	for _, s := range w.states(c) {
		require.Equal(t, storefront.StateCreating, s.State)
	}
	w.work()
	states := w.states(c)
	require.Len(t, states, 3)
	require.Equal(t, storefront.StateActive, storefront.Summary(states))
	for _, s := range states {
		require.Empty(t, s.Reason)
	}
	require.Equal(t, []shoptest.Code{{ID: w.shopify.Codes()[0].ID, Code: "MAYA15", Percent: "0.1500", Active: true, EndsAt: ends.Format(time.RFC3339)}}, w.shopify.Codes())
	require.Equal(t, []shoptest.Code{{ID: w.woo.Codes()[0].ID, Code: "maya15", Percent: "15.00", Active: true, EndsAt: ends.Format("2006-01-02T15:04:05")}}, w.woo.Codes())
	require.Equal(t, []shoptest.Code{{ID: w.stripe.Codes()[0].ID, Code: "MAYA15", Percent: "15", Active: true, EndsAt: fmt.Sprint(ends.Unix())}}, w.stripe.Codes())

	w.clock.Advance(91 * 24 * time.Hour)
	require.Equal(t, storefront.StateDisabled, storefront.Summary(w.states(c)), "it ended in the shops by itself")
}

func TestTheCodeOfAKitIsMadeInTheShop(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	kit, err := w.tracking.CreateKit(w.asCreator(), tracking.KitInput{PartnershipID: id.Of(id.Partnership, w.Partnership), Platforms: []creator.Platform{creator.PlatformTiktok},
		WithCode: true, Code: "KIT15", Discount: 1500})
	require.NoError(t, err)
	w.work()
	state, _ := w.state(*kit.Code)
	require.Equal(t, storefront.StateActive, state)
	require.Equal(t, "KIT15", w.shopify.Codes()[0].Code)
}

func TestCodesFromBeforeAreMadeInAShopThatIsConnectedLater(t *testing.T) {
	t.Parallel()
	w := open(t)
	old, gone := w.code("MAYA15"), w.code("GONE15")
	_, err := w.tracking.ArchiveCode(w.asCreator(), gone.ID)
	require.NoError(t, err)
	require.Equal(t, storefront.StateNotConnected, storefront.Summary(w.states(old)))
	require.Empty(t, w.jobs(), "nothing is asked for while no shop is connected")
	i := w.connect(brand.KindShopify)
	require.Equal(t, storefront.AccessChecking, w.access(i).State)
	w.work()
	a := w.access(i)
	require.Equal(t, storefront.Access{State: storefront.AccessActive, CheckedAt: a.CheckedAt,
		WebhookTopics: []string{"orders/create", "orders/paid", "orders/updated", "orders/cancelled", "refunds/create"}}, a)
	state, _ := w.state(old)
	require.Equal(t, storefront.StateActive, state)
	require.Empty(t, w.states(gone))
	require.Len(t, w.shopify.Codes(), 1)
	for _, h := range w.shopify.Webhooks() {
		require.Equal(t, w.brands.WebhookURL(i), h.URL)
	}
}

func TestManyCodesAreMadeInPages(t *testing.T) {
	t.Parallel()
	w := open(t)
	_, err := w.db.SQL.ExecContext(testdb.Context(t), `INSERT INTO code (id, created_at, brand_id, program_id, partnership_id, creator_id, code, folded, discount_bp, platform, starts_at)
		SELECT gen_random_uuid(), $1, $2, $3, $4, $5, 'MANY' || n, 'many' || n, 1000, 'OTHER', $1 FROM generate_series(1, 401) n`,
		w.clock.Now(), w.Brand, w.Program, w.Partnership, w.Creator)
	require.NoError(t, err)
	i := w.connect(brand.KindShopify)
	for _, q := range w.jobs() {
		require.NoError(t, w.run(q))
	}
	pages, codes := 0, map[uuid.UUID]bool{}
	for jobs := w.jobs(); len(jobs) > 0; jobs = w.jobs() {
		for _, q := range jobs {
			if q.kind != "storefront_backfill" {
				codes[read[storefront.CodeArgs](t, q).ShopCode] = true
				continue
			}
			pages++
			require.NoError(t, w.run(q))
		}
	}
	require.Equal(t, 3, pages)
	require.Len(t, codes, 401)
	require.Equal(t, storefront.AccessActive, w.access(i).State)
}

func TestEndingACodeOrAPartnershipSwitchesCodesOff(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	one, two := w.code("ONE15"), w.code("TWO15")
	w.work()
	shop := func() map[string]bool {
		out := map[string]bool{}
		for _, c := range w.shopify.Codes() {
			out[c.Code] = c.Active
		}
		return out
	}
	require.Equal(t, map[string]bool{"ONE15": true, "TWO15": true}, shop())

	_, err := w.tracking.ArchiveCode(w.asCreator(), one.ID)
	require.NoError(t, err)
	state, _ := w.state(one)
	require.Equal(t, storefront.StateActive, state, "until the shop has switched it off")
	w.work()
	state, _ = w.state(one)
	require.Equal(t, storefront.StateDisabled, state)
	require.Equal(t, map[string]bool{"ONE15": false, "TWO15": true}, shop())

	move := func(to partnership.Status, kind *partnership.PauseKind) {
		_, err := w.partnerships.SetStatus(w.owner(), partnership.StatusInput{PartnershipID: id.Of(id.Partnership, w.Partnership), Status: to, PauseKind: kind, Reason: "We look at it."})
		require.NoError(t, err)
	}
	pause := partnership.PauseBrand
	move(partnership.StatusPaused, &pause)
	w.work()
	require.Equal(t, map[string]bool{"ONE15": false, "TWO15": false}, shop())
	move(partnership.StatusActive, nil)
	state, _ = w.state(two)
	require.Equal(t, storefront.StateCreating, state)
	w.work()
	require.Equal(t, map[string]bool{"ONE15": false, "TWO15": true}, shop(), "what was archived stays off")
	move(partnership.StatusRetiring, nil)
	require.Empty(t, w.jobs(), "codes count during the notice")
	w.clock.Advance(partnership.RetireNotice + time.Hour)
	_, err = w.partnerships.MoveDue(testdb.Context(t))
	require.NoError(t, err)
	w.work()
	require.Equal(t, map[string]bool{"ONE15": false, "TWO15": false}, shop())
}

func TestCodesAreSwitchedOffInTheShopWhileTheirProgramIsPaused(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	archived := w.code("GONE15")
	w.code("ONE15")
	w.code("TWO15")
	w.work()
	_, err := w.tracking.ArchiveCode(w.asCreator(), archived.ID)
	require.NoError(t, err)
	w.work()
	usable := func() (out []string) {
		for _, c := range w.shopify.Codes() {
			if c.Active {
				out = append(out, c.Code)
			}
		}
		return out
	}
	both := []string{"ONE15", "TWO15"}
	require.ElementsMatch(t, both, usable())
	w.publish()
	w.move(program.StatusPaused)
	require.ElementsMatch(t, both, usable(), "the shop is told by jobs")
	w.work()
	require.Empty(t, usable())
	w.move(program.StatusActive)
	w.work()
	require.ElementsMatch(t, both, usable(), "what was archived stays off")
	w.move(program.StatusPaused)
	w.move(program.StatusActive)
	w.work()
	require.ElementsMatch(t, both, usable(), "the last move wins")
	w.move(program.StatusPaused)
	w.move(program.StatusClosed)
	w.work()
	require.Empty(t, usable())
}

func TestAProgramWithManyCodesAsksForThemInSteps(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	like := w.code("LIVE")
	w.work()
	for i := range 202 {
		code := fmt.Sprintf("LIVE%d", i)
		_, err := w.db.SQL.ExecContext(t.Context(), `INSERT INTO code SELECT (jsonb_populate_record(c, jsonb_build_object('id', $2::uuid, 'code', $3::text, 'folded', $4::text))).*
			FROM code c WHERE c.id = $1`, like.ID.UUID, id.NewUUID(w.clock.Now()), code, tracking.FoldCode(code))
		require.NoError(t, err)
	}
	w.publish()
	w.move(program.StatusPaused)
	w.move(program.StatusActive)
	asked := map[uuid.UUID]bool{}
	steps := 0
	for jobs := w.jobs(); len(jobs) > 0; jobs = w.jobs() {
		for _, q := range jobs {
			if q.kind == "storefront_code" {
				asked[read[storefront.CodeArgs](t, q).ShopCode] = true
				continue
			}
			steps++
			require.NoError(t, w.run(q))
		}
	}
	require.Len(t, asked, 203)
	require.Equal(t, 4, steps, "two for each move")
}

func TestARotatedCodeTakesThePlaceOfTheOldOneInTheShop(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindWoocommerce)
	old := w.code("LEAKED")
	w.work()
	r, err := w.tracking.RotateCode(w.asCreator(), old.ID, "FRESH")
	require.NoError(t, err)
	w.work()
	state, _ := w.state(r.New)
	require.Equal(t, storefront.StateActive, state)
	state, _ = w.state(old)
	require.Equal(t, storefront.StateDisabled, state)
	require.Len(t, w.woo.Codes(), 2)
	require.False(t, w.woo.Codes()[0].Active)
	require.True(t, w.woo.Codes()[1].Active)

	// The name of an archived code is given out again: the shop has one code for both, which is the new one's.
	again := w.code("LEAKED")
	w.work()
	state, _ = w.state(again)
	require.Equal(t, storefront.StateActive, state)
	require.NoError(t, w.s.RetryCode(w.asCreator(), old.ID))
	w.work()
	require.True(t, w.woo.Codes()[0].Active)
	state, _ = w.state(old)
	require.Equal(t, storefront.StateDisabled, state)
}

func TestWhatTheShopHasAlreadyIsTakenForDoneWhenItIsTheSame(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	w.shopify.Put(shoptest.Code{Code: "maya15", Percent: "0.15", Active: true})
	w.shopify.Put(shoptest.Code{Code: "OTHER", Percent: "0.2", Active: true})
	same, other := w.code("MAYA15"), w.code("OTHER")
	w.work()
	state, _ := w.state(same)
	require.Equal(t, storefront.StateActive, state)
	state, reason := w.state(other)
	require.Equal(t, storefront.StateFailed, state)
	require.Contains(t, reason, "already, which saves something else")
	require.Len(t, w.shopify.Codes(), 2)

	_, err := w.tracking.ArchiveCode(w.asCreator(), other.ID)
	require.NoError(t, err)
	w.work()
	require.True(t, w.shopify.Codes()[1].Active, "what is not ours is left alone")
	state, _ = w.state(other)
	require.Equal(t, storefront.StateDisabled, state)
}

func TestACodeThatSavesNothingIsNotMade(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	c, err := w.tracking.CreateCode(w.asCreator(), tracking.CreateCodeInput{PartnershipID: id.Of(id.Partnership, w.Partnership), Code: "NOTHING"})
	require.NoError(t, err)
	w.work()
	require.Empty(t, w.states(c))
	require.Empty(t, w.shopify.Codes())
}

func TestAShopThatGivesNoAnswerIsAskedAgain(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	w.work()
	c := w.code("MAYA15")
	w.shopify.Fail(http.StatusBadGateway)
	w.work()
	state, reason := w.state(c)
	require.Equal(t, storefront.StateCreating, state)
	require.Contains(t, reason, "It is tried again.")
	require.Len(t, w.putOff, 1)
	w.work()
	state, reason = w.state(c)
	require.Equal(t, storefront.StateActive, state)
	require.Empty(t, reason)

	late := w.code("LATE15")
	for range 12 {
		w.shopify.Fail(http.StatusServiceUnavailable)
		w.work()
	}
	require.Empty(t, w.putOff, "in the end a person has to look")
	state, reason = w.state(late)
	require.Equal(t, storefront.StateFailed, state)
	require.NotContains(t, reason, "again")
	require.NoError(t, w.s.RetryCode(w.asCreator(), late.ID))
	w.work()
	state, _ = w.state(late)
	require.Equal(t, storefront.StateActive, state)
}

func TestManyCodesAtOnceWaitForTheirTurnAtTheShop(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	w.work()
	w.client.PerHost = 1
	one, two := w.code("ONE15"), w.code("TWO15")
	jobs := w.jobs()
	require.Len(t, jobs, 2)
	w.shopify.Before("discountCodeBasicCreate", func() {
		var snooze *river.JobSnoozeError
		require.ErrorAs(t, w.run(jobs[1]), &snooze)
	})
	require.NoError(t, w.run(jobs[0]))
	states := map[storefront.State]int{}
	for _, c := range []tracking.Code{one, two} {
		state, reason := w.state(c)
		require.Empty(t, reason, "to wait for a turn is no failure")
		states[state]++
	}
	require.Equal(t, map[storefront.State]int{storefront.StateActive: 1, storefront.StateCreating: 1}, states)
	require.NoError(t, w.run(jobs[1]))
	require.Len(t, w.shopify.Codes(), 2)
}

func TestACodeIsMadeOnceThoughTheShopsAnswerWasLost(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]brand.IntegrationKind{"Shopify": brand.KindShopify, "WooCommerce": brand.KindWoocommerce, "Stripe": brand.KindCheckout} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t)
			w.connect(kind)
			w.work()
			c := w.code("MAYA15")
			jobs := w.jobs()
			require.Len(t, jobs, 1)
			server := map[brand.IntegrationKind]*shoptest.Shop{brand.KindShopify: w.shopify, brand.KindWoocommerce: w.woo, brand.KindCheckout: w.stripe}[kind]
			server.LoseCreation()
			w.putOff = jobs
			w.work()
			require.Len(t, server.Codes(), 1, "the shop made it")
			state, _ := w.state(c)
			require.Equal(t, storefront.StateCreating, state, "and we did not hear of it")
			w.work()
			state, _ = w.state(c)
			require.Equal(t, storefront.StateActive, state)
			require.Len(t, server.Codes(), 1)
			require.NoError(t, w.run(jobs[0]), "again, it changes nothing")
			require.Len(t, server.Codes(), 1)
		})
	}
}

// A change that comes while the shop is being asked is not lost: the job begins anew with it.
func TestTheLastChangeWins(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	w.work()
	c := w.code("MAYA15")
	jobs := w.jobs()
	w.shopify.Before("discountCodeBasicCreate", func() {
		_, err := w.tracking.ArchiveCode(w.asCreator(), c.ID)
		require.NoError(t, err)
	})
	require.NoError(t, w.run(jobs[0]))
	state, _ := w.state(c)
	require.Equal(t, storefront.StateDisabled, state)
	require.False(t, w.shopify.Codes()[0].Active)
}

func TestCredentialsThatAreRefusedAreSaidAndMended(t *testing.T) {
	t.Parallel()
	w := open(t)
	i := w.connect(brand.KindShopify)
	w.work()
	w.shopify.Deny(true)
	c := w.code("MAYA15")
	w.work()
	state, reason := w.state(c)
	require.Equal(t, storefront.StateFailed, state)
	require.Contains(t, reason, "does not take the credentials")
	require.Equal(t, storefront.AccessFailed, w.access(i).State)
	all, err := w.s.CodesInShops(w.asCreator(), []uuid.UUID{c.ID.UUID})
	require.NoError(t, err)
	require.Empty(t, all[c.ID.UUID][0].Reason, "what the brand has to mend is not the creator's")

	w.shopify.Deny(false)
	_, err = w.s.SetCredentials(w.owner(), i.ID, storefront.Credentials{Secret: "shpat_wrong"})
	require.NoError(t, err)
	require.Equal(t, storefront.AccessChecking, w.access(i).State)
	w.work()
	a := w.access(i)
	require.Equal(t, storefront.AccessFailed, a.State)
	require.NotEmpty(t, a.Reason)
	require.NotNil(t, a.CheckedAt)
	_, err = w.s.SetCredentials(w.owner(), i.ID, storefront.Credentials{Secret: shoptest.ShopifyToken})
	require.NoError(t, err)
	w.work()
	require.Equal(t, storefront.AccessActive, w.access(i).State)
	state, _ = w.state(c)
	require.Equal(t, storefront.StateActive, state, "what had failed was made")
}

func TestWebhooksAreRegisteredAndSignedAsWeCheckThem(t *testing.T) {
	t.Parallel()
	w := open(t)
	system := viewer.WithSystem(testdb.Context(t), "test")
	secret := func(i brand.Integration) string {
		_, secrets, err := w.brands.OpenIntegration(system, i.ID)
		require.NoError(t, err)
		return string(secrets[0])
	}
	woo, stripe := w.connect(brand.KindWoocommerce), w.connect(brand.KindCheckout)
	w.work()
	require.Len(t, w.woo.Webhooks(), 2)
	for _, h := range w.woo.Webhooks() {
		require.Equal(t, shoptest.Webhook{ID: h.ID, Topic: h.Topic, URL: w.brands.WebhookURL(woo), Secret: secret(woo)}, h)
	}
	require.Len(t, w.stripe.Webhooks(), 1)
	require.Equal(t, w.stripe.Webhooks()[0].Secret, secret(stripe), "Stripe chooses the secret")
	require.Contains(t, w.access(stripe).WebhookTopics, "checkout.session.completed")

	_, err := w.brands.RotateSecret(w.owner(), woo.ID, "a new secret of ours", 24)
	require.NoError(t, err)
	w.work()
	for _, h := range w.woo.Webhooks() {
		require.Equal(t, "a new secret of ours", h.Secret)
	}
	_, err = w.s.SetCredentials(w.owner(), stripe.ID, storefront.Credentials{Secret: shoptest.StripeKey})
	require.NoError(t, err)
	before := w.stripe.Webhooks()
	w.work()
	require.Equal(t, before, w.stripe.Webhooks(), "what is registered is not made again")
}

func TestWebhooksThatAShopDroppedAreMadeAgainWithinADay(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect(brand.KindShopify)
	w.code("MAYA15")
	w.work()
	w.shopify.DropWebhooks()
	ask := func() int {
		n, err := w.s.AskForDueAccess(testdb.Context(t))
		require.NoError(t, err)
		return n
	}
	require.Zero(t, ask())
	w.clock.Advance(25 * time.Hour)
	require.Equal(t, 1, ask())
	asked := len(w.shopify.Requests())
	w.work()
	require.Len(t, w.shopify.Webhooks(), 5)
	require.Len(t, w.shopify.Requests(), asked+7, "codes are not looked at again: only the rights, the webhooks, and each webhook that is missing")
	require.Zero(t, ask())

	// Credentials that have run out are seen, and codes that failed meanwhile are made once they count again.
	w.shopify.Deny(true)
	w.clock.Advance(25 * time.Hour)
	require.Equal(t, 1, ask())
	w.work()
	c := w.code("LATE15")
	w.work()
	state, _ := w.state(c)
	require.Equal(t, storefront.StateFailed, state)
	w.shopify.Deny(false)
	w.clock.Advance(25 * time.Hour)
	require.Equal(t, 1, ask())
	w.work()
	state, _ = w.state(c)
	require.Equal(t, storefront.StateActive, state)
}

func TestASecretIsMadeWhereTheShopTakesOurs(t *testing.T) {
	t.Parallel()
	w := open(t)
	i, err := w.s.Connect(w.owner(), id.Of(id.Brand, w.Brand), brand.NewIntegration{Kind: brand.KindWoocommerce, Store: w.woo.Host},
		&storefront.Credentials{Key: shoptest.WooCommerceKey, Secret: shoptest.WooCommerceSecret})
	require.NoError(t, err)
	_, secrets, err := w.brands.OpenIntegration(viewer.WithSystem(testdb.Context(t), "test"), i.ID)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(secrets[0]), 32)
	_, err = w.s.Connect(w.owner(), id.Of(id.Brand, w.Brand), brand.NewIntegration{Kind: brand.KindShopify, Store: w.shopify.Host},
		&storefront.Credentials{Secret: shoptest.ShopifyToken})
	require.Equal(t, []string{"secret"}, fields(err))
}

// fields gives at which fields something was wrong.
func fields(err error) (out []string) {
	for _, f := range fault.All(err) {
		out = append(out, f.Field...)
	}
	return out
}

func TestADisconnectedShopIsLeftAloneAndItsCredentialsAreForgotten(t *testing.T) {
	t.Parallel()
	w := open(t)
	i := w.connect(brand.KindShopify)
	c := w.code("MAYA15")
	w.work()
	_, err := w.brands.Disconnect(w.owner(), i.ID)
	require.NoError(t, err)
	var left int
	require.NoError(t, w.db.SQL.QueryRowContext(testdb.Context(t), `SELECT count(*) FROM shop_access`).Scan(&left))
	require.Zero(t, left)
	asked := len(w.shopify.Requests())
	_, err = w.tracking.ArchiveCode(w.asCreator(), c.ID)
	require.NoError(t, err)
	w.work()
	require.Equal(t, storefront.StateNotConnected, storefront.Summary(w.states(c)))
	require.Len(t, w.shopify.Requests(), asked)
	_, err = w.s.SetCredentials(w.owner(), i.ID, storefront.Credentials{Secret: shoptest.ShopifyToken})
	require.True(t, fault.Is(err, fault.Conflict), "%v", err)
}

func TestCredentialsAreSealedAndTheirFormIsChecked(t *testing.T) {
	t.Parallel()
	w := open(t)
	i := w.connect(brand.KindShopify)
	var sealed []byte
	require.NoError(t, w.db.SQL.QueryRowContext(testdb.Context(t), `SELECT credentials_sealed FROM shop_access WHERE integration_id = $1`, i.ID.UUID).Scan(&sealed))
	require.NotContains(t, string(sealed), shoptest.ShopifyToken)
	require.NotContains(t, fmt.Sprint(storefront.Credentials{Secret: shoptest.ShopifyToken}), shoptest.ShopifyToken)
	for _, c := range []struct {
		kind  brand.IntegrationKind
		store string
		give  storefront.Credentials
		want  []string
	}{
		{brand.KindShopify, "a.example.com", storefront.Credentials{Secret: "short"}, []string{"credentials", "secret"}},
		{brand.KindShopify, "a.example.com", storefront.Credentials{Key: "ck_12345678", Secret: "shpat_1234"}, []string{"credentials", "key"}},
		{brand.KindShopify, "a.example.com/?x=", storefront.Credentials{Secret: "shpat_1234"}, []string{"store"}},
		{brand.KindWoocommerce, "user@a.example.com", storefront.Credentials{Key: "ck_12345678", Secret: "cs_12345678"}, []string{"store"}},
		{brand.KindWoocommerce, "a.example.com", storefront.Credentials{Secret: "cs_12345678"}, []string{"credentials", "key"}},
		{brand.KindCheckout, "a", storefront.Credentials{Secret: "whsec_1234"}, []string{"credentials", "secret"}},
		{brand.KindPostback, "a", storefront.Credentials{Secret: "12345678"}, []string{"credentials"}},
		{brand.KindShopify, "a.example.com", storefront.Credentials{Secret: "shpat_\n12345678"}, []string{"credentials", "secret"}},
	} {
		_, err := w.s.Connect(w.owner(), id.Of(id.Brand, w.Brand), brand.NewIntegration{Kind: c.kind, Store: c.store, Secret: "what it signs with"}, &c.give)
		require.Equal(t, c.want, fields(err), "%v", c)
	}
}

func TestOrdersOfStripeNameCodesByTheirIds(t *testing.T) {
	t.Parallel()
	w := open(t)
	i := w.connect(brand.KindCheckout)
	w.code("MAYA15")
	w.work()
	promotion := "promo_" + w.stripe.Codes()[0].ID
	err := w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		got, err := storefront.CodesNamedTx(ctx, tx, i.ID.UUID, []string{"HAND", promotion, "promo_unknown"})
		require.NoError(t, err)
		require.Equal(t, []string{"HAND", "MAYA15", "promo_unknown"}, got)
		other, err := storefront.CodesNamedTx(ctx, tx, id.NewUUID(w.clock.Now()), []string{promotion})
		require.NoError(t, err)
		require.Equal(t, []string{promotion}, other, "another shop's names are not known here")
		return nil
	})
	require.NoError(t, err)
}

func TestOnlyThoseWhoManageShopsGiveAndReadCredentials(t *testing.T) {
	t.Parallel()
	w := open(t)
	i := w.connect(brand.KindShopify)
	for name, v := range map[string]viewer.Viewer{"creator": w.AsCreator(), "analyst": w.AsMember(viewer.Analyst)} {
		ctx := viewer.With(t.Context(), v)
		_, err := w.s.SetCredentials(ctx, i.ID, storefront.Credentials{Secret: shoptest.ShopifyToken})
		require.Error(t, err, name)
		_, err = w.s.Connect(ctx, id.Of(id.Brand, w.Brand), brand.NewIntegration{Kind: brand.KindShopify, Store: "b.example.com", Secret: "12345678"}, &storefront.Credentials{Secret: "bad"})
		require.NotEqual(t, []string{"credentials", "secret"}, fields(err), "access is checked first")
		all, err := w.s.AccessOf(ctx, []uuid.UUID{i.ID.UUID})
		require.NoError(t, err)
		require.Empty(t, all, name)
	}
}
