package brand_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/brand"
	"tributary/internal/identity"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/mail"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// zone is a name server whose records tests write.
type zone struct {
	records map[string][]string
	err     error
}

func (z *zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	if z.err != nil {
		return nil, z.err
	}
	if r, ok := z.records[name]; ok {
		return r, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

type house struct {
	*brand.Service
	t     *testing.T
	db    *database.DB
	clock *clock.Fake
	ids   *identity.Service
	zone  *zone
}

func newHouse(t *testing.T, sandbox bool) *house {
	t.Helper()
	return newHouseBeside(t, sandbox, nil)
}

// newHouseBeside is newHouse with the world outside as a client sees it.
func newHouseBeside(t *testing.T, sandbox bool, world *outbound.Client) *house {
	t.Helper()
	h := &house{t: t, db: testdb.New(t), clock: clock.NewFake(start), zone: &zone{records: map[string][]string{}}}
	queue, err := job.NewQueue(h.db)
	require.NoError(t, err)
	quiet := slog.New(slog.DiscardHandler)
	sender, err := mail.New(mail.Config{Outbox: t.TempDir(), From: "no-reply@tributary.test", Clock: h.clock, Log: quiet})
	require.NoError(t, err)
	master := []byte(strings.Repeat("m", 32))
	h.ids, err = identity.New(identity.Config{DB: h.db, Clock: h.clock, Queue: queue, Mail: sender, Log: quiet, MasterSecret: master,
		BaseURL: "http://tributary.test", Sandbox: sandbox, Password: identity.PasswordCost{MemoryKiB: 64, Passes: 1, Threads: 1, Parallel: 2}})
	require.NoError(t, err)
	h.Service = brand.New(brand.Config{DB: h.db, Clock: h.clock, Identity: h.ids, MasterSecret: master, BaseURL: "http://tributary.test/",
		Sandbox: sandbox, DNS: h.zone, Outbound: world, Deployment: "this one"})
	return h
}

// person makes an account and gives its context; call again after the memberships changed.
func (h *house) person(name string) context.Context {
	h.t.Helper()
	system := testdb.Context(h.t)
	u, err := h.ids.UserByEmail(system, name+"@people.test")
	if fault.Is(err, fault.NotFound) {
		u, err = h.ids.CreateUser(system, identity.NewUser{Email: name + "@people.test", Name: name, Password: "a long password"})
	}
	require.NoError(h.t, err)
	v, err := h.ids.ViewerOf(system, u.ID)
	require.NoError(h.t, err)
	return viewer.With(h.t.Context(), v)
}

// founded makes a brand and gives its owner's context.
func (h *house) founded(name, website string) (context.Context, brand.Brand) {
	h.t.Helper()
	owner := strings.ReplaceAll(strings.ToLower(name), " ", "") + "-owner"
	b, err := h.Create(h.person(owner), brand.NewBrand{Name: name, WebsiteURL: website, Country: "DE", Currency: "EUR"})
	require.NoError(h.t, err)
	return h.person(owner), b
}

func requireFault(t *testing.T, err error, kind fault.Kind, code, field string) {
	t.Helper()
	all := fault.All(err)
	require.NotEmpty(t, all, "%v", err)
	require.Equal(t, kind, all[0].Kind, err)
	require.Equal(t, code, all[0].Code, err)
	require.Equal(t, field, strings.Join(all[0].Field, "."), err)
}

func TestWhoFoundsABrandOwnsItAndItHasAPolicyAndADomain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	ctx, b := h.founded("Müller & Söhne", "https://Shop.Mueller.test/start")
	require.Equal(t, "m-ller-s-hne", b.Slug)
	v := viewer.From(ctx)
	require.Equal(t, []viewer.Role{viewer.Owner}, v.Memberships[0].Roles)
	require.Equal(t, uuid.Nil, v.Memberships[0].GrantedBy)

	p, err := h.Policy(ctx, b.ID, nil)
	require.NoError(t, err)
	require.Equal(t, 1, p.Version)
	require.Equal(t, attribution.DefaultPolicy().Precedence, p.Precedence)
	rules := p.Rules()
	require.Empty(t, rules.Problems())

	domains, err := h.Domains(ctx, b.ID)
	require.NoError(t, err)
	require.Len(t, domains, 1)
	require.Equal(t, "shop.mueller.test", domains[0].Host)
	require.NotNil(t, domains[0].VerifiedAt, "nobody can own .test, so the sandbox believes it")
	hosts, err := h.VerifiedHosts(ctx, b.ID.UUID)
	require.NoError(t, err)
	require.Equal(t, []string{"shop.mueller.test"}, hosts)

	again, err := h.BySlug(ctx, "m-ller-s-hne")
	require.NoError(t, err)
	require.Equal(t, b.ID, again.ID)
}

func TestSlugsAreUniqueAndNumberedWhenMade(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	_, one := h.founded("Nile", "https://nile.test")
	in := brand.NewBrand{Name: "Nile", WebsiteURL: "https://nile.test", Country: "DE", Currency: "EUR"}
	two, err := h.Create(h.person("other"), in)
	require.NoError(t, err)
	require.Equal(t, []string{"nile", "nile-2"}, []string{one.Slug, two.Slug})
	in.Slug = "nile"
	_, err = h.Create(h.person("other"), in)
	requireFault(t, err, fault.Invalid, "TAKEN", "slug")
	for _, slug := range []string{"ab", "-abc", "abc-", "a--b", "Abc", "admin", "äbc", strings.Repeat("a", 41)} {
		in.Slug = slug
		_, err = h.Create(h.person("other"), in)
		requireFault(t, err, fault.Invalid, "BAD_FORMAT", "slug")
	}
	in.Slug = ""
	for _, name := range []string{"!!!", "Я", "ab", strings.Repeat("x", 120), "New"} {
		in.Name = name
		b, err := h.Create(h.person("other"), in)
		require.NoError(t, err, name)
		require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, b.Slug)
		require.GreaterOrEqual(t, len(b.Slug), 3)
	}
}

func TestAWrongBrandNamesEveryField(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	_, err := h.Create(h.person("ada"), brand.NewBrand{Name: " ", Slug: "X", WebsiteURL: "ftp://x.test", Country: "de", Currency: "EURO"})
	var fields []string
	for _, f := range fault.All(err) {
		fields = append(fields, strings.Join(f.Field, "."))
	}
	require.Equal(t, []string{"name", "slug", "websiteUrl", "country", "currency"}, fields)
	for _, c := range []viewer.Viewer{{Kind: viewer.Anonymous}, {Kind: viewer.App, BrandID: id.NewUUID(start)}} {
		_, err = h.Create(viewer.With(t.Context(), c), brand.NewBrand{Name: "X", WebsiteURL: "https://x.test", Country: "DE", Currency: "EUR"})
		require.True(t, fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.Forbidden))
	}
}

func TestADomainIsVerifiedByItsRecordOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t, false)
	ctx, b := h.founded("Nile", "https://nile.test")
	domains, err := h.Domains(ctx, b.ID)
	require.NoError(t, err)
	require.Nil(t, domains[0].VerifiedAt, "outside the sandbox nothing is believed")

	d, err := h.AddDomain(ctx, b.ID, " Shop.Nile.COM. ")
	require.NoError(t, err)
	require.Equal(t, "shop.nile.com", d.Host)
	require.Equal(t, "_tributary.shop.nile.com", d.RecordName)
	again, err := h.AddDomain(ctx, b.ID, "shop.nile.com")
	require.NoError(t, err)
	require.Equal(t, d, again)

	_, err = h.VerifyDomain(ctx, d.ID)
	requireFault(t, err, fault.Conflict, "WRONG_STATE", "")
	h.zone.records[d.RecordName] = []string{"v=spf1 -all", "tributary-verify=somebody-else's"}
	_, err = h.VerifyDomain(ctx, d.ID)
	requireFault(t, err, fault.Conflict, "WRONG_STATE", "")
	h.zone.err = errors.New("timeout canary")
	_, err = h.VerifyDomain(ctx, d.ID)
	require.True(t, fault.Is(err, fault.Unavailable))
	h.zone.err = nil
	h.zone.records[d.RecordName] = append(h.zone.records[d.RecordName], d.RecordValue)
	got, err := h.VerifyDomain(ctx, d.ID)
	require.NoError(t, err)
	require.Equal(t, start, *got.VerifiedAt)
	delete(h.zone.records, d.RecordName)
	_, err = h.VerifyDomain(ctx, d.ID)
	require.NoError(t, err, "a host that was verified stays so")

	hosts, err := h.VerifiedHosts(ctx, b.ID.UUID)
	require.NoError(t, err)
	for host, allowed := range map[string]bool{"shop.nile.com": true, "a.shop.nile.com": true, "SHOP.nile.com.": true,
		"nile.com": false, "evilshop.nile.com.test": false, "xshop.nile.com": false, "": false} {
		require.Equal(t, allowed, brand.HostAllowed(hosts, host), host)
	}
	for _, host := range []string{"", "https://nile.com", "nile.com/x", "nile", "127.0.0.1", "::1", "a b.com", "-x.com", "nile.com:80", strings.Repeat("a.", 127) + "com"} {
		_, err = h.AddDomain(ctx, b.ID, host)
		requireFault(t, err, fault.Invalid, "BAD_FORMAT", "host")
	}
}

func TestTheFallbackLiesOnAVerifiedDomain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	ctx, b := h.founded("Nile", "https://nile.test")
	outside, inside, name := "https://evil.test/x", "https://www.nile.test/gone", "  The Nile "
	_, err := h.Update(ctx, b.ID, brand.Changes{FallbackURL: &outside})
	requireFault(t, err, fault.Invalid, "INVALID", "fallbackUrl")
	got, err := h.Update(ctx, b.ID, brand.Changes{FallbackURL: &inside, Name: &name})
	require.NoError(t, err)
	require.Equal(t, "The Nile", got.Name)
	require.Equal(t, inside, *got.FallbackURL)
	all, err := h.ByIDs(h.person("eve"), []uuid.UUID{b.ID.UUID})
	require.NoError(t, err)
	require.Nil(t, all[b.ID.UUID].FallbackURL, "strangers see the public part")
}

func TestAnotherBrandsObjectsDoNotExist(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	owner, b := h.founded("Nile", "https://nile.test")
	stranger, _ := h.founded("Rhine", "https://rhine.test")
	domains, err := h.Domains(owner, b.ID)
	require.NoError(t, err)
	policy, err := h.Policy(owner, b.ID, nil)
	require.NoError(t, err)
	shop, err := h.Connect(owner, b.ID, brand.NewIntegration{Kind: brand.KindShopify, Store: "nile.myshopify.test", Secret: "12345678"})
	require.NoError(t, err)
	name := "mine"
	tries := map[string]func(ctx context.Context, b, d, p, i id.ID) error{
		"get": func(ctx context.Context, b, _, _, _ id.ID) error { _, err := h.Get(ctx, b); return err },
		"update": func(ctx context.Context, b, _, _, _ id.ID) error {
			_, err := h.Update(ctx, b, brand.Changes{Name: &name})
			return err
		},
		"domains":      func(ctx context.Context, b, _, _, _ id.ID) error { _, err := h.Domains(ctx, b); return err },
		"domain":       func(ctx context.Context, _, d, _, _ id.ID) error { _, err := h.GetDomain(ctx, d); return err },
		"add":          func(ctx context.Context, b, _, _, _ id.ID) error { _, err := h.AddDomain(ctx, b, "x.test"); return err },
		"tracking":     func(ctx context.Context, _, d, _, _ id.ID) error { _, err := h.SetTracking(ctx, d, true); return err },
		"verify":       func(ctx context.Context, _, d, _, _ id.ID) error { _, err := h.VerifyDomain(ctx, d); return err },
		"policy":       func(ctx context.Context, b, _, _, _ id.ID) error { _, err := h.Policy(ctx, b, nil); return err },
		"policy by id": func(ctx context.Context, _, _, p, _ id.ID) error { _, err := h.GetPolicy(ctx, p); return err },
		"publish": func(ctx context.Context, b, _, _, _ id.ID) error {
			_, err := h.PublishPolicy(ctx, b, brand.NewPolicy{})
			return err
		},
		"connect": func(ctx context.Context, b, _, _, _ id.ID) error {
			_, err := h.Connect(ctx, b, brand.NewIntegration{})
			return err
		},
		"disconnect":  func(ctx context.Context, _, _, _, i id.ID) error { _, err := h.Disconnect(ctx, i); return err },
		"integration": func(ctx context.Context, _, _, _, i id.ID) error { _, err := h.GetIntegration(ctx, i); return err },
		"shops": func(ctx context.Context, b, _, _, _ id.ID) error {
			_, err := h.Integrations(ctx, b, page.All(5))
			return err
		},
	}
	unknown := func(k id.Kind) id.ID { return id.New(k, start) }
	for name, try := range tries {
		err := try(stranger, b.ID, domains[0].ID, policy.ID, shop.ID)
		require.True(t, fault.Is(err, fault.NotFound), "%s by a stranger: %v", name, err)
		err = try(owner, unknown(id.Brand), unknown(id.BrandDomain), unknown(id.Policy), unknown(id.Integration))
		require.True(t, fault.Is(err, fault.NotFound), "%s of an unknown id: %v", name, err)
		err = try(owner, unknown(id.User), unknown(id.User), unknown(id.User), unknown(id.User))
		require.True(t, fault.Is(err, fault.NotFound), "%s of a wrong kind: %v", name, err)
		err = try(viewer.With(t.Context(), viewer.Viewer{Kind: viewer.Anonymous}), b.ID, domains[0].ID, policy.ID, shop.ID)
		require.True(t, fault.Is(err, fault.Unauthenticated), "%s by nobody: %v", name, err)
	}
	_, err = h.BySlug(stranger, "nile")
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = h.List(owner, page.All(5))
	require.True(t, fault.Is(err, fault.Forbidden))
	list, err := h.List(testdb.Context(t), page.All(5))
	require.NoError(t, err)
	require.Len(t, list.Edges, 2)
}

func TestAPublicProgramMakesItsBrandVisible(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	_, b := h.founded("Nile", "https://nile.test")
	eve := h.person("eve")
	_, err := h.Get(eve, b.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	publish := func(slug, status, visibility string) {
		_, err := h.db.Ent.Program.Create().SetID(id.NewUUID(start)).SetCreatedAt(start).SetBrandID(b.ID.UUID).SetSlug(slug).SetName("P").SetSummary("").
			SetDescription("").SetGoal("REVENUE").SetCurrency("EUR").SetDefaultDestinationURL("https://nile.test").SetClickWindowDays(30).
			SetHoldDays(14).SetMinimumPayoutMinor(0).SetTrialDays(0).SetTouchKinds([]string{}).SetQuestions([]string{}).
			SetUtmTemplate([]byte("{}")).SetStatus(status).SetVisibility(visibility).Save(testdb.Context(t))
		require.NoError(t, err)
	}
	publish("a", "DRAFT", "PUBLIC")
	publish("b", "ACTIVE", "INVITE_ONLY")
	_, err = h.Get(eve, b.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	publish("c", "ACTIVE", "PUBLIC")
	got, err := h.Get(eve, b.ID)
	require.NoError(t, err)
	require.Equal(t, "Nile", got.Name)
	_, err = h.Policy(eve, b.ID, nil)
	require.NoError(t, err)
	_, err = h.Domains(eve, b.ID)
	require.True(t, fault.Is(err, fault.NotFound), "its insides stay its own")
}

func TestEachPublishedPolicyIsAVersionInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	ctx, b := h.founded("Nile", "https://nile.test")
	in := brand.NewPolicy{Model: attribution.TimeDecay, Precedence: []attribution.Kind{attribution.Click, attribution.Code, attribution.Binding,
		attribution.Survey, attribution.Modelled}, HalfLifeDays: 14, Note: "Clicks first."}
	h.clock.Advance(time.Hour)
	results := make(chan error, 4)
	for range cap(results) {
		go func() { _, err := h.PublishPolicy(ctx, b.ID, in); results <- err }()
	}
	for range cap(results) {
		require.NoError(t, <-results)
	}
	current, err := h.Policy(ctx, b.ID, nil)
	require.NoError(t, err)
	require.Equal(t, 5, current.Version)
	require.Equal(t, 14*24*time.Hour, current.Rules().HalfLife)
	one := 1
	first, err := h.Policy(ctx, b.ID, &one)
	require.NoError(t, err)
	require.Equal(t, attribution.LastTouch, first.Model)
	nine := 9
	_, err = h.Policy(ctx, b.ID, &nine)
	require.True(t, fault.Is(err, fault.NotFound))
	at := func(when time.Time) int {
		var got brand.Policy
		require.NoError(t, h.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) (err error) {
			got, err = h.PolicyAtTx(ctx, tx, b.ID.UUID, when)
			return err
		}))
		return got.Version
	}
	require.Equal(t, 1, at(start.Add(-time.Hour)), "before the first, the first")
	require.Equal(t, 1, at(start.Add(time.Hour-time.Microsecond)))
	require.Equal(t, 2, at(start.Add(time.Hour)))
	require.Equal(t, 5, at(start.Add(2*time.Hour)))
	all, err := h.PoliciesByIDs(ctx, []uuid.UUID{first.ID.UUID, current.ID.UUID})
	require.NoError(t, err)
	require.Equal(t, first, all[first.ID.UUID])
}

func TestAWrongPolicyIsRefusedWithItsFields(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	ctx, b := h.founded("Nile", "https://nile.test")
	_, err := h.PublishPolicy(ctx, b.ID, brand.NewPolicy{Model: "BEST", Precedence: []attribution.Kind{"CLICK", "CLICK"}, HalfLifeDays: 91, Note: strings.Repeat("x", 2001)})
	var fields []string
	for _, f := range fault.All(err) {
		fields = append(fields, f.Code+" "+strings.Join(f.Field, "."))
	}
	require.Equal(t, []string{"INVALID precedence.1", "INVALID model", "REQUIRED precedence", "OUT_OF_RANGE halfLifeDays", "TOO_LONG note"}, fields)
	app := viewer.With(t.Context(), viewer.Viewer{Kind: viewer.App, BrandID: b.ID.UUID, Scopes: []viewer.Scope{viewer.WritePrograms}})
	_, err = h.PublishPolicy(app, b.ID, brand.NewPolicy{Model: attribution.Linear, Precedence: attribution.Kinds, HalfLifeDays: 7})
	require.True(t, fault.Is(err, fault.Forbidden), "apps draft, people publish")
}

func TestASecretOfAnIntegrationIsForTheProgramOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	ctx, b := h.founded("Nile", "https://nile.test")
	const secret = "shpss_canary_of_the_shop"
	shop, err := h.Connect(ctx, b.ID, brand.NewIntegration{Kind: brand.KindShopify, Store: " Nile.MyShopify.test ", Secret: secret})
	require.NoError(t, err)
	require.Equal(t, "nile.myshopify.test", shop.Store)
	require.Equal(t, "http://tributary.test/webhooks/shopify/"+shop.ID.String(), h.WebhookURL(shop))
	var leaked int
	require.NoError(t, h.db.SQL.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM integration WHERE encode(secret_sealed, 'escape') LIKE '%canary%')
		+ (SELECT count(*) FROM audit_log WHERE detail::text LIKE '%canary%')`).Scan(&leaked))
	require.Zero(t, leaked)
	_, _, err = h.OpenIntegration(ctx, shop.ID)
	require.True(t, fault.Is(err, fault.Forbidden))
	got, opened, err := h.OpenIntegration(testdb.Context(t), shop.ID)
	require.NoError(t, err)
	require.Equal(t, shop, got)
	require.Equal(t, [][]byte{[]byte(secret)}, opened)
	_, _, err = h.OpenIntegration(testdb.Context(t), id.New(id.Integration, start))
	require.True(t, fault.Is(err, fault.NotFound))

	_, err = h.Connect(ctx, b.ID, brand.NewIntegration{Kind: brand.KindShopify, Store: "nile.myshopify.test", Secret: secret})
	requireFault(t, err, fault.Invalid, "TAKEN", "store")
	require.NoError(t, h.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		return errors.Join(h.DeliveredTx(ctx, tx, shop.ID.UUID, start.Add(time.Hour)), h.DeliveredTx(ctx, tx, shop.ID.UUID, start))
	}))
	shop, err = h.Disconnect(ctx, shop.ID)
	require.NoError(t, err)
	require.Equal(t, brand.IntegrationDisconnected, shop.Status)
	require.Equal(t, start.Add(time.Hour), shop.LastDeliveryAt.UTC())
	_, err = h.Disconnect(ctx, shop.ID)
	requireFault(t, err, fault.Conflict, "WRONG_STATE", "")
	_, err = h.Connect(ctx, b.ID, brand.NewIntegration{Kind: brand.KindShopify, Store: "nile.myshopify.test", Secret: secret})
	require.NoError(t, err, "a new connection may follow")
	list, err := h.Integrations(ctx, b.ID, page.All(5))
	require.NoError(t, err)
	require.Len(t, list.Edges, 2)

	_, err = h.Connect(ctx, b.ID, brand.NewIntegration{Kind: "FAX", Secret: "short"})
	require.Len(t, fault.All(err), 3)
}

func TestRolesOfAMemberDecideWhatTheyMayChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	_, b := h.founded("Nile", "https://nile.test")
	as := func(roles ...viewer.Role) context.Context {
		return viewer.With(t.Context(), viewer.Viewer{Kind: viewer.User, UserID: id.NewUUID(start), Memberships: []viewer.Membership{{BrandID: b.ID.UUID, Roles: roles}}})
	}
	name := "x"
	for _, role := range []viewer.Role{viewer.Manager, viewer.Analyst, viewer.Finance} {
		_, err := h.Update(as(role), b.ID, brand.Changes{Name: &name})
		require.True(t, fault.Is(err, fault.Forbidden), role)
		_, err = h.AddDomain(as(role), b.ID, "x.test")
		require.True(t, fault.Is(err, fault.Forbidden), role)
		_, err = h.Domains(as(role), b.ID)
		require.NoError(t, err)
	}
	for _, role := range []viewer.Role{viewer.Analyst, viewer.Finance} {
		_, err := h.PublishPolicy(as(role), b.ID, brand.NewPolicy{})
		require.True(t, fault.Is(err, fault.Forbidden), role)
		_, err = h.Connect(as(role), b.ID, brand.NewIntegration{})
		require.True(t, fault.Is(err, fault.Forbidden), role)
	}
}

func TestARotatedSecretCountsBesideTheFormerOneForAWhile(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	ctx, b := h.founded("Nile", "https://nile.test")
	shop, err := h.Connect(ctx, b.ID, brand.NewIntegration{Kind: brand.KindPostback, Store: "nile", Secret: "the first secret"})
	require.NoError(t, err)
	opened := func() (out []string) {
		_, secrets, err := h.OpenIntegration(testdb.Context(t), shop.ID)
		require.NoError(t, err)
		for _, s := range secrets {
			out = append(out, string(s))
		}
		return out
	}
	changed, err := h.RotateSecret(ctx, shop.ID, "the second secret", 24)
	require.NoError(t, err)
	require.Equal(t, h.clock.Now().Add(24*time.Hour), changed.PreviousSecretUntil.UTC())
	require.Equal(t, []string{"the second secret", "the first secret"}, opened())
	h.clock.Advance(24 * time.Hour)
	require.Equal(t, []string{"the second secret"}, opened())
	c, err := h.Integrations(ctx, b.ID, page.Request{Limit: 1})
	require.NoError(t, err)
	require.Nil(t, c.Nodes()[0].PreviousSecretUntil, "it counts no longer")
	_, err = h.RotateSecret(ctx, shop.ID, "the third secret", 0)
	require.NoError(t, err)
	require.Equal(t, []string{"the third secret"}, opened())
	for secret, want := range map[string]string{"the third secret": "TAKEN", "short": "OUT_OF_RANGE"} {
		_, err = h.RotateSecret(ctx, shop.ID, secret, 1)
		require.Equal(t, want, fault.All(err)[0].Code)
	}
	_, err = h.RotateSecret(ctx, shop.ID, "the fourth secret", 169)
	require.Equal(t, []string{"graceHours"}, fault.All(err)[0].Field)
	_, err = h.Disconnect(ctx, shop.ID)
	require.NoError(t, err)
	_, err = h.RotateSecret(ctx, shop.ID, "the fourth secret", 1)
	require.True(t, fault.Is(err, fault.Conflict))
}
