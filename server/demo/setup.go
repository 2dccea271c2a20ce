package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/brand"
	"tributary/internal/commission/rule"
	"tributary/internal/creator"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
	"tributary/internal/payout"
	"tributary/internal/program"
)

// All that follows finds what an interrupted demo has made, and makes what is missing. Once the days have begun nothing is missing: then
// people may have taken something away, and it stays away.

// fundingNote tells the money that the demo sets aside.
const fundingNote = "Set aside for the first months"

func (w *world) makeBrands(ctx context.Context) error {
	for _, s := range shops {
		b, err := w.Brands.BySlug(w.as(ctx, "brand@demo.test"), s.brand)
		if fault.Is(err, fault.NotFound) {
			b, err = w.Brands.Create(w.as(ctx, "brand@demo.test"), brand.NewBrand{Name: s.name, Slug: s.brand, WebsiteURL: "https://" + s.host,
				Country: s.country, Currency: s.currency, Demo: true})
		}
		if err != nil {
			return fmt.Errorf("make brand %s: %w", s.brand, err)
		}
		w.brands[s.brand] = b
		if w.settled() {
			continue
		}
		for email, roles := range map[string][]viewer.Role{"finance@demo.test": {viewer.Finance}, "finance2@demo.test": {viewer.Finance, viewer.Analyst}} {
			if _, err := w.Identity.Enrol(ctx, b.ID, w.users[email], roles); err != nil {
				return fmt.Errorf("enrol %s: %w", email, err)
			}
		}
	}
	for _, email := range []string{"brand@demo.test", "finance@demo.test", "finance2@demo.test"} {
		if err := w.refresh(ctx, email); err != nil {
			return err
		}
	}
	if w.settled() {
		return nil
	}
	lumen, lumenID := w.as(ctx, "brand@demo.test"), w.brands["lumen-skin"].ID
	present, err := w.Brands.Policy(lumen, lumenID, nil)
	if err == nil && present.Model != attribution.PositionBased {
		_, err = w.Brands.PublishPolicy(lumen, lumenID, brand.NewPolicy{Model: attribution.PositionBased,
			Precedence: attribution.Kinds, HalfLifeDays: 7, Note: "First and last touch get 40% each, so that those who introduce us are paid too."})
	}
	if err != nil {
		return fmt.Errorf("publish policy: %w", err)
	}
	shops, err := w.Brands.Integrations(lumen, lumenID, everyone)
	if err != nil || len(shops.Nodes()) > 0 {
		return err
	}
	_, err = w.Brands.Connect(lumen, w.brands["lumen-skin"].ID, brand.NewIntegration{Kind: brand.KindShopify, Store: "lumen-skin.myshopify.test",
		Secret: "demo-shop-secret"})
	return err
}

func (w *world) makePrograms(ctx context.Context) error {
	staff := w.as(ctx, "brand@demo.test")
	for _, s := range shops {
		p, err := w.Programs.BySlug(staff, s.program)
		if fault.Is(err, fault.NotFound) {
			p, err = w.Programs.Create(staff, program.CreateInput{BrandID: w.brands[s.brand].ID, Name: s.title, Slug: &s.program, Summary: s.summary,
				Description: s.description, Goal: program.GoalRevenue, HoldDays: &s.hold, ClickWindowDays: &s.window, MinimumPayout: &s.minimum,
				Questions:  []string{"Which of our products do you already use?", "What would your first post be about?"},
				Visibility: program.VisibilityPublic, Demo: true})
		}
		if err == nil && p.Status == program.StatusDraft && !w.settled() {
			p, err = w.open(ctx, s, p)
		}
		if err != nil {
			return fmt.Errorf("make program %s: %w", s.program, err)
		}
		w.programs[s.program] = p
	}
	if w.settled() {
		return nil
	}
	glow := w.programs["glow-circle"].ID
	for _, r := range []program.AddResourceInput{
		{Kind: program.ResourceGuideline, Title: "How we talk about skin", Body: "We never promise cures. Say what you felt and saw.\n\n- Yes: “less tight after washing”\n- No: “heals eczema”"},
		{Kind: program.ResourceEducation, Title: "Ceramides in three minutes", Body: "Ceramides are the mortar between skin cells. Our serum has three of them in the ratio that skin itself uses."},
		{Kind: program.ResourceExample, Title: "A routine that worked: evening, one take", Body: "Maya's one-take routine brought 61 orders in four days. It opens with the problem, not with the product."},
	} {
		r.ProgramID = glow
		if there, err := w.exists(ctx, `SELECT FROM resource WHERE program_id = $1 AND title = $2`, glow.UUID, r.Title); there || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := w.Programs.AddResource(staff, r); err != nil {
			return fmt.Errorf("add resource: %w", err)
		}
	}
	return nil
}

// open publishes what a program offers and asks, and opens it.
func (w *world) open(ctx context.Context, s shop, p program.Program) (program.Program, error) {
	staff := w.as(ctx, "brand@demo.test")
	offer := program.PublishOfferInput{ProgramID: p.ID, Name: "Standard", Kind: rule.Percent, Rate: &s.rate, Note: "The terms we start with."}
	if s.program == "glow-circle" {
		offer.Overrides = []program.OverrideInput{{Name: "Serum launch", Rate: 2000, Collections: []string{"Serum launch"}},
			{Name: "Sets", Rate: 1000, Collections: []string{"Sets"}}}
		months, later := 6, money.BasisPoints(500)
		offer.Recurring = &program.RecurringInput{Term: rule.RecurringMonths, Months: &months, Rate: &later}
	}
	for _, step := range []struct {
		there string
		make  func() error
	}{
		{`SELECT FROM offer_version WHERE program_id = $1`, func() error { _, err := w.Programs.PublishOffer(staff, offer); return err }},
		{`SELECT FROM terms_version WHERE program_id = $1`, func() error { _, err := w.Programs.PublishTerms(staff, p.ID, s.terms); return err }},
	} {
		there, err := w.exists(ctx, step.there, p.ID.UUID)
		if err == nil && !there {
			err = step.make()
		}
		if err != nil {
			return p, err
		}
	}
	return w.Programs.SetStatus(staff, p.ID, program.StatusActive)
}

func (w *world) makeCreators(ctx context.Context) error {
	for _, c := range creators {
		profile, err := w.makeCreator(ctx, c)
		if err != nil {
			return err
		}
		for i, slug := range c.programs {
			if err := w.join(ctx, c, profile, slug, i == 0); err != nil {
				return fmt.Errorf("%s joins %s: %w", c.handle, slug, err)
			}
		}
		if !w.settled() {
			w.Clock.Advance(11 * time.Minute)
		}
	}
	return nil
}

func (w *world) makeCreator(ctx context.Context, c cast) (creator.Creator, error) {
	if err := w.makePerson(ctx, c.email, c.name, false); err != nil {
		return creator.Creator{}, err
	}
	profile, there, err := w.Creators.OfUser(ctx, w.users[c.email].UUID)
	if err == nil && !there {
		profile, err = w.Creators.UpdateProfile(w.as(ctx, c.email), creator.ProfileInput{Handle: &c.handle, Name: &c.name, Bio: &c.bio, Country: &c.country,
			Languages: []string{"en"}, Niches: c.niches})
	}
	if err != nil {
		return profile, fmt.Errorf("profile of %s: %w", c.handle, err)
	}
	if err := w.refresh(ctx, c.email); err != nil {
		return profile, err
	}
	if w.settled() && there {
		return profile, nil
	}
	accounts, err := w.Creators.AccountsOf(ctx, []uuid.UUID{profile.ID.UUID})
	if err != nil {
		return profile, err
	}
	known := len(accounts[profile.ID.UUID])
	for i, platform := range c.platforms {
		if i < known {
			continue
		}
		_, err := w.Creators.AddSocialAccount(w.as(ctx, c.email), creator.SocialAccountInput{Platform: platform, Handle: c.handle, URL: profileURL(platform, c.handle),
			Followers: c.followers / (i + 1), Engagement: money.BasisPoints(180 + w.random.IntN(420))})
		if err != nil {
			return profile, fmt.Errorf("account of %s: %w", c.handle, err)
		}
	}
	return profile, nil
}

var hosts = map[creator.Platform]string{creator.PlatformInstagram: "instagram.com", creator.PlatformTiktok: "tiktok.com", creator.PlatformYoutube: "youtube.com"}

func profileURL(p creator.Platform, handle string) string {
	host, ok := hosts[p]
	if !ok {
		host = "pages.test"
	}
	return "https://" + host + "/" + handle
}

// join applies, is approved, accepts the terms, and makes links and a code.
func (w *world) join(ctx context.Context, c cast, profile creator.Creator, slug string, first bool) error {
	me := w.as(ctx, c.email)
	p := w.programs[slug]
	in, err := w.partnership(ctx, c, p)
	if err != nil {
		return err
	}
	member := &partner{who: c, creator: profile, program: slug, in: in, reach: c.reach}
	if !first {
		member.reach /= 3
	}
	if err := w.share(me, member, first); err != nil {
		return err
	}
	if len(member.links) > 0 {
		w.partners = append(w.partners, member)
	}
	return nil
}

// partnership applies, is approved and accepts the terms, as far as that has not happened.
func (w *world) partnership(ctx context.Context, c cast, p program.Program) (in partnership.Partnership, err error) {
	me, programs := w.as(ctx, c.email), []uuid.UUID{p.ID.UUID}
	mine, err := w.Partnerships.MineIn(me, programs)
	if err != nil {
		return in, err
	}
	in, joined := mine[p.ID.UUID]
	if !joined {
		asked, err := w.Partnerships.MyApplicationsTo(me, programs)
		if err != nil {
			return in, err
		}
		application, there := asked[p.ID.UUID]
		if !there {
			if application, err = w.Partnerships.Apply(me, partnership.ApplyInput{ProgramID: p.ID, Platforms: c.platforms,
				Answers: []string{"Two of them, for a year.", "What I reach for when I am tired."}, Plan: "One post a week, honest, with my link in the first line."}); err != nil {
				return in, err
			}
		}
		w.Clock.Advance(47 * time.Minute)
		_, made, err := w.Partnerships.Decide(w.as(ctx, "brand@demo.test"), partnership.DecideInput{ApplicationID: application.ID,
			Decision: partnership.DecisionApprove, Reason: "Welcome! Your tone fits."})
		if err != nil {
			return in, err
		}
		w.Clock.Advance(25 * time.Minute)
		in = *made
	}
	if in.Status != partnership.StatusAwaitingTerms || w.settled() {
		return in, nil
	}
	return w.Partnerships.AcceptTerms(me, partnership.AcceptTermsInput{PartnershipID: in.ID, Version: 1, DisclosureAccepted: true})
}

func (w *world) fund(ctx context.Context) error {
	if w.settled() {
		return nil
	}
	for _, s := range shops {
		amount := money.New(2_500_000, s.currency)
		if there, err := w.exists(ctx, `SELECT FROM funding WHERE brand_id = $1 AND note = $2`, w.brands[s.brand].ID.UUID, fundingNote); there || err != nil {
			if err != nil {
				return err
			}
			continue
		}
		if _, _, err := w.Payouts.RecordFunding(w.as(ctx, "finance@demo.test"), payout.RecordFundingInput{Brand: w.brands[s.brand].ID, Amount: amount,
			Note: fundingNote}); err != nil {
			return fmt.Errorf("fund %s: %w", s.brand, err)
		}
	}
	for _, c := range creators {
		if c.handle == "chloe.cups" {
			continue // has not finished with Stripe, so that a run has somebody to leave out
		}
		for _, p := range w.partners {
			if p.who.email != c.email {
				continue
			}
			if err := w.bank(w.as(ctx, c.email), p.creator); err != nil {
				return fmt.Errorf("onboard %s: %w", c.handle, err)
			}
			break
		}
	}
	return nil
}

// bank opens the account on which a creator is paid.
func (w *world) bank(me context.Context, c creator.Creator) error {
	account, err := w.Payouts.MyAccount(me)
	if err == nil && account.Status == payout.AccountEnabled {
		return nil
	}
	if err := w.Onboard(me, c); err != nil {
		return err
	}
	w.Clock.Advance(10 * time.Minute)
	if account, err = w.Payouts.MyAccount(me); err != nil || account.Status != payout.AccountEnabled {
		return fmt.Errorf("the account is %s: %w", account.Status, err)
	}
	return nil
}
