package program_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/program"
)

type setup struct {
	db    *database.DB
	clock *clock.Fake
	s     *program.Service
	brand uuid.UUID
	owner context.Context
}

func begin(t *testing.T) setup {
	t.Helper()
	db := testdb.New(t)
	c := clock.NewFake(fixture.Start)
	brand := fixture.Brand(t, db)
	return setup{db, c, program.New(program.Config{DB: db, Clock: c}), brand, fixture.AsMember(t, db, brand, viewer.Owner)}
}

func (x setup) create(t *testing.T, name string) program.Program {
	t.Helper()
	x.clock.Advance(time.Second)
	p, err := x.s.Create(x.owner, program.CreateInput{BrandID: id.Of(id.Brand, x.brand), Name: name})
	require.NoError(t, err)
	return p
}

func bp(n money.BasisPoints) *money.BasisPoints { return &n }

func (x setup) offer(t *testing.T, p program.Program, rate money.BasisPoints) program.Offer {
	t.Helper()
	o, err := x.s.PublishOffer(x.owner, program.PublishOfferInput{ProgramID: p.ID, Name: "Offer", Kind: rule.Percent, Rate: bp(rate)})
	require.NoError(t, err)
	return o
}

func (x setup) activate(t *testing.T, p program.Program) program.Program {
	t.Helper()
	x.offer(t, p, 1500)
	_, err := x.s.PublishTerms(x.owner, p.ID, "Be honest.")
	require.NoError(t, err)
	p, err = x.s.SetStatus(x.owner, p.ID, program.StatusActive)
	require.NoError(t, err)
	return p
}

func wrong(err error) []string {
	out := []string{}
	for _, f := range fault.All(err) {
		out = append(out, strings.Join(f.Field, ".")+" "+f.Code)
	}
	return out
}

func TestANewProgramIsADraftWithTheBrandsDefaults(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow – Skin Club")
	require.Equal(t, program.StatusDraft, p.Status)
	require.Equal(t, "glow-skin-club", p.Slug)
	require.Equal(t, money.Currency("EUR"), p.Currency)
	require.Equal(t, "https://shop.example", p.DefaultDestinationURL)
	require.Equal(t, []attribution.Kind{attribution.Click, attribution.Code}, p.TouchKinds)
	require.Equal(t, []int{30, 30, 42, 30}, []int{p.ClickWindowDays, p.HoldDays, p.TrialDays, p.ReapplyDays})
	require.Equal(t, program.DefaultUTM(), p.UTM)
	again, err := x.s.Get(x.owner, p.ID)
	require.NoError(t, err)
	require.Equal(t, p, again)
	require.Equal(t, "glow-skin-club-2", x.create(t, "Glow Skin Club").Slug)
	require.Equal(t, "program", x.create(t, "日").Slug)
}

func TestEveryFieldOfANewProgramThatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	x := begin(t)
	slug, low, url, currency, zero := "Not OK", "-1", "ftp://a", money.Currency("EUR"), 0
	_, err := x.s.Create(x.owner, program.CreateInput{
		BrandID: id.Of(id.Brand, x.brand), Name: " ", Slug: &slug, Summary: strings.Repeat("s", 301), Goal: "FUN", Currency: &currency,
		MinimumPayout: &low, ClickWindowDays: &zero, TouchKinds: []attribution.Kind{"CLICK", "CLICK"},
		Questions: []string{"Why?", ""}, Visibility: "SECRET", DefaultDestinationURL: &url})
	require.ElementsMatch(t, []string{"name REQUIRED", "summary TOO_LONG", "goal INVALID", "visibility INVALID",
		"minimumPayout OUT_OF_RANGE", "clickWindowDays OUT_OF_RANGE", "touchKinds.1 INVALID", "questions.1 REQUIRED",
		"defaultDestinationUrl BAD_FORMAT"}, wrong(err))
	_, err = x.s.Create(x.owner, program.CreateInput{BrandID: id.Of(id.Brand, x.brand), Name: "A", Slug: &slug})
	require.Equal(t, []string{"slug BAD_FORMAT"}, wrong(err))
	slug = "taken-name"
	_, err = x.s.Create(x.owner, program.CreateInput{BrandID: id.Of(id.Brand, x.brand), Name: "A", Slug: &slug})
	require.NoError(t, err)
	_, err = x.s.Create(x.owner, program.CreateInput{BrandID: id.Of(id.Brand, x.brand), Name: "A", Slug: &slug})
	require.Equal(t, []string{"slug TAKEN"}, wrong(err))
}

func TestOnlyBuildersOfTheBrandChangeItsPrograms(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow")
	other := fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner)
	creator, user := fixture.Creator(t, x.db)
	app := fixture.AsApp(t, x.brand, viewer.WritePrograms)
	changes := map[string]func(context.Context) error{
		"create": func(ctx context.Context) error {
			_, err := x.s.Create(ctx, program.CreateInput{BrandID: id.Of(id.Brand, x.brand), Name: "B"})
			return err
		},
		"update": func(ctx context.Context) error {
			_, err := x.s.Update(ctx, program.UpdateInput{ProgramID: p.ID})
			return err
		},
		"resource": func(ctx context.Context) error {
			_, err := x.s.AddResource(ctx, program.AddResourceInput{ProgramID: p.ID, Kind: program.ResourceExample, Title: "T"})
			return err
		},
		"status": func(ctx context.Context) error { _, err := x.s.SetStatus(ctx, p.ID, program.StatusActive); return err },
		"offer": func(ctx context.Context) error {
			_, err := x.s.PublishOffer(ctx, program.PublishOfferInput{ProgramID: p.ID, Name: "O", Kind: rule.Percent, Rate: bp(100)})
			return err
		},
		"terms": func(ctx context.Context) error { _, err := x.s.PublishTerms(ctx, p.ID, "T"); return err },
	}
	for name, change := range changes {
		require.True(t, fault.Is(change(fixture.AsNobody(t)), fault.Unauthenticated), name)
		require.True(t, fault.Is(change(other), fault.NotFound), name)
		require.True(t, fault.Is(change(fixture.AsCreator(t, creator, user)), fault.NotFound), name)
		require.True(t, fault.Is(change(fixture.AsMember(t, x.db, x.brand, viewer.Analyst, viewer.Finance)), fault.Forbidden), name)
		if draft := name == "create" || name == "update" || name == "resource"; draft {
			require.NoError(t, change(app), name)
		} else {
			require.True(t, fault.Is(change(app), fault.Forbidden), name)
		}
	}
}

func TestEveryMoveOfAProgramIsAllowedOrRefusedByTheTable(t *testing.T) {
	t.Parallel()
	x := begin(t)
	allowed := map[string]bool{"DRAFT ACTIVE": true, "ACTIVE PAUSED": true, "PAUSED ACTIVE": true, "PAUSED CLOSED": true}
	all := []program.Status{program.StatusDraft, program.StatusActive, program.StatusPaused, program.StatusClosed}
	for _, from := range all {
		for _, to := range all {
			p := x.create(t, "Move "+string(from)+" "+string(to))
			x.offer(t, p, 1500)
			_, err := x.s.PublishTerms(x.owner, p.ID, "T")
			require.NoError(t, err)
			require.NoError(t, x.db.Ent.Program.UpdateOneID(p.ID.UUID).SetStatus(string(from)).Exec(testdb.Context(t)))
			moved, err := x.s.SetStatus(x.owner, p.ID, to)
			if allowed[string(from)+" "+string(to)] {
				require.NoError(t, err)
				require.Equal(t, to, moved.Status)
			} else {
				require.Equal(t, []string{" WRONG_STATE"}, wrong(err), "%s to %s", from, to)
			}
		}
	}
}

func TestAProgramNeedsOfferAndTermsBeforeItIsActive(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow")
	_, err := x.s.SetStatus(x.owner, p.ID, program.StatusActive)
	require.Equal(t, []string{"status REQUIRED", "status REQUIRED"}, wrong(err))
	x.offer(t, p, 1500)
	_, err = x.s.SetStatus(x.owner, p.ID, program.StatusActive)
	require.Equal(t, []string{"status REQUIRED"}, wrong(err))
	_, err = x.s.PublishTerms(x.owner, p.ID, "T")
	require.NoError(t, err)
	_, err = x.s.SetStatus(x.owner, p.ID, program.StatusActive)
	require.NoError(t, err)
}

func TestHistoryKeepsTheOrderOfMovesMadeAtOneMoment(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.activate(t, x.create(t, "Glow"))
	for _, to := range []program.Status{program.StatusPaused, program.StatusActive, program.StatusPaused, program.StatusClosed} {
		_, err := x.s.SetStatus(x.owner, p.ID, to)
		require.NoError(t, err)
	}
	periods, err := x.s.HistoryOf(testdb.Context(t), []uuid.UUID{p.ID.UUID})
	require.NoError(t, err)
	var statuses []string
	for _, y := range periods[p.ID.UUID] {
		statuses = append(statuses, string(y.Status))
	}
	require.Equal(t, []string{"DRAFT", "ACTIVE", "PAUSED", "ACTIVE", "PAUSED", "CLOSED"}, statuses)
	_, err = x.s.PublishTerms(x.owner, p.ID, "T")
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	_, err = x.s.PublishOffer(x.owner, program.PublishOfferInput{ProgramID: p.ID, Name: "O", Kind: rule.Percent, Rate: bp(100)})
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	name := "New"
	_, err = x.s.Update(x.owner, program.UpdateInput{ProgramID: p.ID, Name: &name})
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	require.NoError(t, x.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		facts, err := x.s.FactsOfTx(ctx, tx, []uuid.UUID{p.ID.UUID})
		require.Equal(t, 30, facts[p.ID.UUID].WindowDays)
		require.Len(t, facts[p.ID.UUID].History, 6)
		return err
	}))
}

func TestWhoSeesAProgram(t *testing.T) {
	t.Parallel()
	x := begin(t)
	draft, public := x.create(t, "Draft"), x.activate(t, x.create(t, "Public"))
	hidden := x.activate(t, x.create(t, "Hidden"))
	only := program.VisibilityInviteOnly
	_, err := x.s.Update(x.owner, program.UpdateInput{ProgramID: hidden.ID, Visibility: &only})
	require.NoError(t, err)
	creator, user := fixture.Creator(t, x.db)
	stranger, strangersUser := fixture.Creator(t, x.db)
	ctx := testdb.Context(t)
	require.NoError(t, x.db.Ent.Partnership.Create().SetID(id.NewUUID(fixture.Start)).SetCreatedAt(fixture.Start).SetBrandID(x.brand).
		SetProgramID(hidden.ID.UUID).SetCreatorID(creator).SetStatus("INVITED").SetStage("TRIAL").SetStatusSince(fixture.Start).Exec(ctx))
	for name, c := range map[string]struct {
		ctx  context.Context
		sees []program.Program
	}{
		"nobody":                 {fixture.AsNobody(t), []program.Program{public}},
		"another brand":          {fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), []program.Program{public}},
		"a stranger":             {fixture.AsCreator(t, stranger, strangersUser), []program.Program{public}},
		"a creator in it":        {fixture.AsCreator(t, creator, user), []program.Program{public, hidden}},
		"an analyst":             {fixture.AsMember(t, x.db, x.brand, viewer.Analyst), []program.Program{draft, public, hidden}},
		"an app":                 {fixture.AsApp(t, x.brand, viewer.ReadPrograms), []program.Program{draft, public, hidden}},
		"an app without a scope": {fixture.AsApp(t, x.brand, viewer.ReadOrders), []program.Program{public}},
	} {
		for _, p := range []program.Program{draft, public, hidden} {
			want := false
			for _, s := range c.sees {
				want = want || s.ID == p.ID
			}
			_, err := x.s.Get(c.ctx, p.ID)
			require.Equal(t, want, err == nil, "%s, %s: %v", name, p.Name, err)
			if err != nil {
				require.True(t, fault.Is(err, fault.NotFound))
			}
			_, err = x.s.BySlug(c.ctx, p.Slug)
			require.Equal(t, want, err == nil, "%s, %s: %v", name, p.Name, err)
		}
	}
	_, err = x.s.Get(x.owner, id.Of(id.Brand, public.ID.UUID))
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestListsHoldABrandsProgramsOrTheOpenOnes(t *testing.T) {
	t.Parallel()
	x := begin(t)
	x.create(t, "Draft")
	x.activate(t, x.create(t, "100% Glow"))
	x.activate(t, x.create(t, "Glimmer"))
	names := func(ctx context.Context, f program.Filter) []string {
		c, err := x.s.List(ctx, f, page.All(10))
		require.NoError(t, err)
		out := []string{}
		for _, p := range c.Nodes() {
			out = append(out, p.Name)
		}
		total, err := c.TotalCount()
		require.NoError(t, err)
		require.Equal(t, len(out), *total)
		return out
	}
	mine := program.Filter{BrandID: id.Of(id.Brand, x.brand)}
	require.Equal(t, []string{"Glimmer", "100% Glow"}, names(fixture.AsNobody(t), program.Filter{}))
	require.Equal(t, []string{"Glimmer", "100% Glow", "Draft"}, names(x.owner, mine))
	percent, lower := "%", "gl"
	require.Equal(t, []string{"100% Glow"}, names(x.owner, program.Filter{Search: &percent}))
	require.Equal(t, []string{"Glimmer", "100% Glow"}, names(x.owner, program.Filter{Search: &lower, BrandID: mine.BrandID}))
	_, err := x.s.List(fixture.AsNobody(t), mine, page.All(10))
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = x.s.List(fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), mine, page.All(10))
	require.True(t, fault.Is(err, fault.NotFound))
	long := strings.Repeat("x", 101)
	_, err = x.s.List(x.owner, program.Filter{Search: &long}, page.All(10))
	require.Equal(t, []string{"search TOO_LONG"}, wrong(err))
}

func TestPagesGoForwardsAndBackwards(t *testing.T) {
	t.Parallel()
	x := begin(t)
	for _, n := range []string{"A", "B", "C", "D", "E"} {
		x.create(t, n)
	}
	two := 2
	get := func(a page.Args) ([]string, page.Info) {
		r, err := page.Parse(a)
		require.NoError(t, err)
		c, err := x.s.List(x.owner, program.Filter{BrandID: id.Of(id.Brand, x.brand)}, r)
		require.NoError(t, err)
		out := []string{}
		for _, p := range c.Nodes() {
			out = append(out, p.Name)
		}
		return out, c.PageInfo
	}
	first, info := get(page.Args{First: &two})
	require.Equal(t, []string{"E", "D"}, first)
	second, next := get(page.Args{First: &two, After: info.EndCursor})
	require.Equal(t, []string{"C", "B"}, second)
	require.True(t, next.HasNextPage)
	back, _ := get(page.Args{Last: &two, Before: next.StartCursor})
	require.Equal(t, first, back)
	last, info := get(page.Args{Last: &two})
	require.Equal(t, []string{"B", "A"}, last)
	require.True(t, info.HasPreviousPage)
}

func TestUpdateChangesWhatIsNamedOnly(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow")
	name, yes := "Glow 2", true
	p2, err := x.s.Update(x.owner, program.UpdateInput{ProgramID: p.ID, Name: &name, Questions: []string{"Why us?"}, AutoApprove: &yes})
	require.NoError(t, err)
	p.Name, p.Questions, p.AutoApprove = name, []string{"Why us?"}, true
	require.Equal(t, p, p2)
	p2, err = x.s.Update(x.owner, program.UpdateInput{ProgramID: p.ID, Questions: []string{}})
	require.NoError(t, err)
	require.Empty(t, p2.Questions)
	bad, empty := "nonsense", ""
	_, err = x.s.Update(x.owner, program.UpdateInput{ProgramID: p.ID, Name: &empty, DefaultDestinationURL: &bad})
	require.Equal(t, []string{"name REQUIRED", "defaultDestinationUrl BAD_FORMAT"}, wrong(err))
	active := x.activate(t, x.create(t, "Active"))
	_, err = x.s.Update(fixture.AsApp(t, x.brand, viewer.WritePrograms), program.UpdateInput{ProgramID: active.ID, Name: &name})
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestOffersAreNumberedAndHoldFromTheirTime(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow")
	ctx := testdb.Context(t)
	before := x.clock.Now()
	x.clock.Advance(time.Hour)
	first := x.offer(t, p, 1000)
	x.clock.Advance(time.Hour)
	second := x.offer(t, p, 1500)
	require.Equal(t, []int{1, 2}, []int{first.Version, second.Version})
	creator, _ := fixture.Creator(t, x.db)
	own := id.NewUUID(fixture.Start)
	require.NoError(t, x.db.Ent.Partnership.Create().SetID(own).SetCreatedAt(fixture.Start).SetBrandID(x.brand).SetProgramID(p.ID.UUID).
		SetCreatorID(creator).SetStatus("ACTIVE").SetStage("TRIAL").SetStatusSince(fixture.Start).Exec(ctx))
	x.clock.Advance(time.Hour)
	negotiated := x.db.Ent.OfferVersion.GetX(ctx, second.ID.UUID)
	require.NoError(t, x.db.Ent.OfferVersion.Create().SetID(id.NewUUID(x.clock.Now())).SetCreatedAt(x.clock.Now()).SetBrandID(x.brand).
		SetProgramID(p.ID.UUID).SetPartnershipID(own).SetVersion(1).SetName("Own").SetTerms(negotiated.Terms).
		SetEffectiveAt(x.clock.Now()).SetNote("").Exec(ctx))
	at := func(partnership uuid.UUID, when time.Time) string {
		asked := program.Moment{Program: p.ID.UUID, Partnership: partnership, At: when}
		var offers map[program.Moment]program.Offer
		require.NoError(t, x.db.InTx(ctx, func(ctx context.Context, tx database.Tx) (err error) {
			offers, err = x.s.OffersAtTx(ctx, tx, []program.Moment{asked})
			return err
		}))
		o, found := offers[asked]
		if !found {
			return "none"
		}
		return o.Name + "/" + string(rune('0'+o.Version))
	}
	require.Equal(t, "none", at(own, before))
	require.Equal(t, "Offer/1", at(own, first.EffectiveAt))
	require.Equal(t, "Offer/1", at(own, second.EffectiveAt.Add(-time.Microsecond)))
	require.Equal(t, "Offer/2", at(own, second.EffectiveAt))
	require.Equal(t, "Own/1", at(own, x.clock.Now()))
	x.clock.Advance(time.Hour)
	x.offer(t, p, 2000)
	require.Equal(t, "Own/1", at(own, x.clock.Now()))
	require.Equal(t, "Offer/3", at(uuid.New(), x.clock.Now()))
	current, err := x.s.CurrentOffers(ctx, []uuid.UUID{p.ID.UUID, uuid.New()})
	require.NoError(t, err)
	require.Len(t, current, 1)
	require.Equal(t, 3, current[p.ID.UUID].Version)
}

func TestOffersPublishedAtOnceGetNumbersOfTheirOwn(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow")
	versions, errs := make([]int, 3), make([]error, 3)
	var wg sync.WaitGroup
	for i := range versions {
		wg.Add(1)
		go func() {
			defer wg.Done()
			o, err := x.s.PublishOffer(x.owner, program.PublishOfferInput{ProgramID: p.ID, Name: "O", Kind: rule.Percent, Rate: bp(100)})
			versions[i], errs[i] = o.Version, err
		}()
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	require.ElementsMatch(t, []int{1, 2, 3}, versions)
}

func TestOffersThatAreWrongNameTheirFields(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow")
	euros := func(s string) *program.Amount { return &program.Amount{Decimal: s, Currency: "EUR"} }
	for name, c := range map[string]struct {
		in   program.PublishOfferInput
		want []string
	}{
		"nothing":         {program.PublishOfferInput{}, []string{"name REQUIRED", "kind REQUIRED"}},
		"percent alone":   {program.PublishOfferInput{Name: "O", Kind: rule.Percent}, []string{"rate REQUIRED"}},
		"percent of zero": {program.PublishOfferInput{Name: "O", Kind: rule.Percent, Rate: bp(0)}, []string{"rate OUT_OF_RANGE"}},
		"percent too high, with a sum": {program.PublishOfferInput{Name: "O", Kind: rule.Percent, Rate: bp(9001), FlatAmount: euros("1")},
			[]string{"flatAmount INVALID", "rate OUT_OF_RANGE"}},
		"flat alone": {program.PublishOfferInput{Name: "O", Kind: rule.FlatPerOrder}, []string{"flatAmount REQUIRED"}},
		"flat with percentages": {program.PublishOfferInput{Name: "O", Kind: rule.FlatPerUnit, Rate: bp(1), NewCustomerRate: bp(1), FlatAmount: euros("0")},
			[]string{"rate INVALID", "newCustomerRate INVALID", "flatAmount.amount OUT_OF_RANGE"}},
		"flat, too exact": {program.PublishOfferInput{Name: "O", Kind: rule.FlatPerUnit, FlatAmount: euros("1.005")}, []string{"flatAmount.amount BAD_FORMAT"}},
		"another currency": {program.PublishOfferInput{Name: "O", Kind: rule.Percent, Rate: bp(1), CapPerOrder: &program.Amount{Decimal: "1", Currency: "USD"}},
			[]string{"capPerOrder.currencyCode INVALID"}},
		"overrides": {program.PublishOfferInput{Name: "O", Kind: rule.Percent, Rate: bp(1), Overrides: []program.OverrideInput{
			{Name: "", Rate: 9001, ProductIDs: []string{""}}}},
			[]string{"overrides.0.name REQUIRED", "overrides.0.productIds.0 REQUIRED", "overrides.0.rate OUT_OF_RANGE"}},
		"an override of nothing": {program.PublishOfferInput{Name: "O", Kind: rule.Percent, Rate: bp(1), Overrides: []program.OverrideInput{{Name: "X", Rate: 5}}},
			[]string{"overrides.0.productIds INVALID"}},
		"too many overrides": {program.PublishOfferInput{Name: "O", Kind: rule.Percent, Rate: bp(1), Overrides: make([]program.OverrideInput, 101)},
			[]string{"overrides TOO_LONG"}},
	} {
		c.in.ProgramID = p.ID
		_, err := x.s.PublishOffer(x.owner, c.in)
		require.Equal(t, c.want, wrong(err), name)
	}
}

func TestAnOfferReadsAsItWasWritten(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow")
	o, err := x.s.PublishOffer(x.owner, program.PublishOfferInput{ProgramID: p.ID, Name: "Launch", Kind: rule.Percent, Rate: bp(1250),
		NewCustomerRate: bp(2000), CapPerOrder: &program.Amount{Decimal: "50", Currency: "EUR"}, Note: "More for new customers.",
		Overrides: []program.OverrideInput{{Name: "Serum launch", Rate: 2500, Collections: []string{"Serums"}}, {Name: "Gift sets", ProductIDs: []string{"g1"}}}})
	require.NoError(t, err)
	require.Equal(t, "20% of each sale to a new customer, 12.5% of other sales, 25% on Serum launch, nothing on Gift sets, at most EUR 50.00 for each order", o.Sentence())
	require.Equal(t, rule.Percent, o.Kind())
	require.Equal(t, []money.BasisPoints{1250, 2000}, []money.BasisPoints{*o.Rate(), *o.NewCustomerRate()})
	require.Nil(t, o.FlatAmount())
	require.Equal(t, []money.BasisPoints{2500, 0}, []money.BasisPoints{program.OverrideRate(o.Terms.Overrides[0]), program.OverrideRate(o.Terms.Overrides[1])})
	stored, err := x.s.Offer(x.owner, o.ID)
	require.NoError(t, err)
	require.Equal(t, o, stored)
	flat, err := x.s.PublishOffer(x.owner, program.PublishOfferInput{ProgramID: p.ID, Name: "Flat", Kind: rule.FlatPerOrder,
		FlatAmount: &program.Amount{Decimal: "5.50", Currency: "EUR"}})
	require.NoError(t, err)
	require.Equal(t, "EUR 5.50 for each order", flat.Sentence())
	require.Nil(t, flat.Rate())
	require.Nil(t, flat.NewCustomerRate())
	require.Equal(t, int64(550), flat.FlatAmount().Minor)
}

func TestOffersTermsAndResourcesAreSeenByWhoSeesTheProgram(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.create(t, "Glow")
	o := x.offer(t, p, 1500)
	terms, err := x.s.PublishTerms(x.owner, p.ID, "Be honest.")
	require.NoError(t, err)
	require.Equal(t, 1, terms.Version)
	url := "https://shop.example/guide"
	r, err := x.s.AddResource(x.owner, program.AddResourceInput{ProgramID: p.ID, Kind: program.ResourceGuideline, Title: "Names", Body: "Write it so.", URL: &url})
	require.NoError(t, err)
	reads := func(ctx context.Context) []bool {
		_, a := x.s.Offer(ctx, o.ID)
		_, b := x.s.TermsVersion(ctx, terms.ID)
		_, c := x.s.Resource(ctx, r.ID)
		_, d := x.s.Resources(ctx, p.ID, page.All(5))
		for _, err := range []error{a, b, c, d} {
			require.True(t, err == nil || fault.Is(err, fault.NotFound), "%v", err)
		}
		return []bool{a == nil, b == nil, c == nil, d == nil}
	}
	require.Equal(t, []bool{true, true, true, true}, reads(x.owner))
	require.Equal(t, []bool{false, false, false, false}, reads(fixture.AsNobody(t)))
	_, err = x.s.SetStatus(x.owner, p.ID, program.StatusActive)
	require.NoError(t, err)
	require.Equal(t, []bool{true, true, true, true}, reads(fixture.AsNobody(t)))
	current, err := x.s.CurrentTerms(x.owner, []uuid.UUID{p.ID.UUID})
	require.NoError(t, err)
	require.Equal(t, terms, current[p.ID.UUID])
	_, err = x.s.AddResource(x.owner, program.AddResourceInput{ProgramID: p.ID, Kind: "FILM", Title: "", Body: strings.Repeat("x", 20_001)})
	require.Equal(t, []string{"kind INVALID", "title REQUIRED", "body TOO_LONG"}, wrong(err))
}
