package demo

import (
	"context"
	"fmt"
	"time"

	"tributary/internal/attribution"
	"tributary/internal/brand"
	"tributary/internal/commission/rule"
	"tributary/internal/creator"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
	"tributary/internal/payout"
	"tributary/internal/program"
)

func (w *world) makeBrands(ctx context.Context) error {
	for _, s := range shops {
		b, err := w.Brands.Create(w.as(ctx, "brand@demo.test"), brand.NewBrand{Name: s.name, Slug: s.brand, WebsiteURL: "https://" + s.host,
			Country: s.country, Currency: s.currency, Demo: true})
		if err != nil {
			return fmt.Errorf("make brand %s: %w", s.brand, err)
		}
		w.brands[s.brand] = b
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
	lumen := w.as(ctx, "brand@demo.test")
	_, err := w.Brands.PublishPolicy(lumen, w.brands["lumen-skin"].ID, brand.NewPolicy{Model: attribution.PositionBased,
		Precedence: attribution.Kinds, HalfLifeDays: 7, Note: "First and last touch get 40% each, so that those who introduce us are paid too."})
	if err != nil {
		return fmt.Errorf("publish policy: %w", err)
	}
	_, err = w.Brands.Connect(lumen, w.brands["lumen-skin"].ID, brand.NewIntegration{Kind: brand.KindShopify, Store: "lumen-skin.myshopify.test",
		Secret: "demo-shop-secret"})
	return err
}

func (w *world) makePrograms(ctx context.Context) error {
	staff := w.as(ctx, "brand@demo.test")
	for _, s := range shops {
		p, err := w.Programs.Create(staff, program.CreateInput{BrandID: w.brands[s.brand].ID, Name: s.title, Slug: &s.program, Summary: s.summary,
			Description: s.description, Goal: program.GoalRevenue, HoldDays: &s.hold, ClickWindowDays: &s.window, MinimumPayout: &s.minimum,
			Questions:  []string{"Which of our products do you already use?", "What would your first post be about?"},
			Visibility: program.VisibilityPublic, Demo: true})
		if err != nil {
			return fmt.Errorf("make program %s: %w", s.program, err)
		}
		offer := program.PublishOfferInput{ProgramID: p.ID, Name: "Standard", Kind: rule.Percent, Rate: &s.rate, Note: "The terms we start with."}
		if s.program == "glow-circle" {
			offer.Overrides = []program.OverrideInput{{Name: "Serum launch", Rate: 2000, Collections: []string{"Serum launch"}},
				{Name: "Sets", Rate: 1000, Collections: []string{"Sets"}}}
		}
		if _, err := w.Programs.PublishOffer(staff, offer); err != nil {
			return fmt.Errorf("publish offer of %s: %w", s.program, err)
		}
		if _, err := w.Programs.PublishTerms(staff, p.ID, s.terms); err != nil {
			return fmt.Errorf("publish terms of %s: %w", s.program, err)
		}
		if p, err = w.Programs.SetStatus(staff, p.ID, program.StatusActive); err != nil {
			return fmt.Errorf("open %s: %w", s.program, err)
		}
		w.programs[s.program] = p
	}
	for _, r := range []program.AddResourceInput{
		{Kind: program.ResourceGuideline, Title: "How we talk about skin", Body: "We never promise cures. Say what you felt and saw.\n\n- Yes: “less tight after washing”\n- No: “heals eczema”"},
		{Kind: program.ResourceEducation, Title: "Ceramides in three minutes", Body: "Ceramides are the mortar between skin cells. Our serum has three of them in the ratio that skin itself uses."},
		{Kind: program.ResourceExample, Title: "A routine that worked: evening, one take", Body: "Maya's one-take routine brought 61 orders in four days. It opens with the problem, not with the product."},
	} {
		r.ProgramID = w.programs["glow-circle"].ID
		if _, err := w.Programs.AddResource(staff, r); err != nil {
			return fmt.Errorf("add resource: %w", err)
		}
	}
	return nil
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
		w.Clock.Advance(11 * time.Minute)
	}
	return nil
}

func (w *world) makeCreator(ctx context.Context, c cast) (creator.Creator, error) {
	if err := w.makePerson(ctx, c.email, c.name, false); err != nil {
		return creator.Creator{}, err
	}
	me := w.as(ctx, c.email)
	profile, err := w.Creators.UpdateProfile(me, creator.ProfileInput{Handle: &c.handle, Name: &c.name, Bio: &c.bio, Country: &c.country,
		Languages: []string{"en"}, Niches: c.niches})
	if err != nil {
		return profile, fmt.Errorf("profile of %s: %w", c.handle, err)
	}
	if err := w.refresh(ctx, c.email); err != nil {
		return profile, err
	}
	me = w.as(ctx, c.email)
	for i, platform := range c.platforms {
		_, err := w.Creators.AddSocialAccount(me, creator.SocialAccountInput{Platform: platform, Handle: c.handle, URL: profileURL(platform, c.handle),
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
	application, err := w.Partnerships.Apply(me, partnership.ApplyInput{ProgramID: p.ID, Platforms: c.platforms,
		Answers: []string{"Two of them, for a year.", "What I reach for when I am tired."}, Plan: "One post a week, honest, with my link in the first line."})
	if err != nil {
		return err
	}
	w.Clock.Advance(47 * time.Minute)
	_, joined, err := w.Partnerships.Decide(w.as(ctx, "brand@demo.test"), partnership.DecideInput{ApplicationID: application.ID,
		Decision: partnership.DecisionApprove, Reason: "Welcome! Your tone fits."})
	if err != nil {
		return err
	}
	w.Clock.Advance(25 * time.Minute)
	in, err := w.Partnerships.AcceptTerms(me, partnership.AcceptTermsInput{PartnershipID: joined.ID, Version: 1, DisclosureAccepted: true})
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
	w.partners = append(w.partners, member)
	return nil
}

func (w *world) fund(ctx context.Context) error {
	for _, s := range shops {
		amount := money.New(2_500_000, s.currency)
		if _, _, err := w.Payouts.RecordFunding(w.as(ctx, "finance@demo.test"), payout.RecordFundingInput{Brand: w.brands[s.brand].ID, Amount: amount,
			Note: "Set aside for the first months"}); err != nil {
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
			me := w.as(ctx, c.email)
			if err := w.Onboard(me, p.creator); err != nil {
				return fmt.Errorf("onboard %s: %w", c.handle, err)
			}
			w.Clock.Advance(10 * time.Minute)
			if account, err := w.Payouts.MyAccount(me); err != nil || account.Status != payout.AccountEnabled {
				return fmt.Errorf("onboard %s: the account is %s: %w", c.handle, account.Status, err)
			}
			break
		}
	}
	return nil
}
