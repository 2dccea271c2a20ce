package stripeconnect

import (
	"context"
	"slices"
	"strings"

	"github.com/stripe/stripe-go/v76"

	"tributary/internal/payout"
)

// OpenAccount makes an Express account that asks for transfers only.
func (c *Client) OpenAccount(ctx context.Context, o payout.OpenAccount) (payout.AccountState, error) {
	if !accountCountries[o.Country] {
		return payout.AccountState{}, refusal("country_unsupported", "Stripe does not open accounts that receive transfers in %s.", o.Country)
	}
	platform, err := c.platform(ctx)
	if err != nil {
		return payout.AccountState{}, err
	}
	if platform != o.Country && (!crossBorder[platform] || !crossBorder[o.Country]) {
		return payout.AccountState{}, refusal("country_unsupported", "Stripe does not transfer from %s to %s by itself.", platform, o.Country)
	}
	params := &stripe.AccountParams{
		Type: stripe.String("express"), Country: stripe.String(o.Country),
		Capabilities: &stripe.AccountCapabilitiesParams{Transfers: &stripe.AccountCapabilitiesTransfersParams{Requested: stripe.Bool(true)}},
		Metadata:     map[string]string{"creator": o.Creator},
	}
	if kind := agreement(platform, o.Country); kind != "full" {
		params.TOSAcceptance = &stripe.AccountTOSAcceptanceParams{ServiceAgreement: stripe.String(kind)}
	}
	if o.Email != "" {
		params.Email = stripe.String(o.Email)
	}
	params.Context = ctx
	params.SetIdempotencyKey(o.Key)
	if err := c.turn(ctx); err != nil {
		return payout.AccountState{}, err
	}
	account, err := c.api.Accounts.New(params)
	if err != nil {
		return payout.AccountState{}, problem(err)
	}
	return stateOf(account), nil
}

// Account reads a connected account.
func (c *Client) Account(ctx context.Context, ref string) (payout.AccountState, error) {
	if err := c.turn(ctx); err != nil {
		return payout.AccountState{}, err
	}
	params := &stripe.AccountParams{}
	params.Context = ctx
	account, err := c.api.Accounts.GetByID(ref, params)
	if err != nil {
		return payout.AccountState{}, problem(err)
	}
	return stateOf(account), nil
}

// OnboardingLink makes the address of Stripe's onboarding pages.
func (c *Client) OnboardingLink(ctx context.Context, ref, returnURL, refreshURL string) (string, error) {
	if err := c.turn(ctx); err != nil {
		return "", err
	}
	params := &stripe.AccountLinkParams{Account: stripe.String(ref), Type: stripe.String("account_onboarding"),
		ReturnURL: stripe.String(returnURL), RefreshURL: stripe.String(refreshURL)}
	params.Context = ctx
	link, err := c.api.AccountLinks.New(params)
	if err != nil {
		return "", problem(err)
	}
	return link.URL, nil
}

// platform gives the country of the platform account.
func (c *Client) platform(ctx context.Context) (string, error) {
	c.mu.Lock()
	known := c.platformCountry
	c.mu.Unlock()
	if known != "" {
		return known, nil
	}
	account, err := c.Platform(ctx)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	c.platformCountry = account.Country
	c.mu.Unlock()
	return account.Country, nil
}

// Platform is the platform account, for the checks before money moves.
type Platform struct {
	Country string
	// PayoutInterval is how Stripe pays the platform's balance to its bank; anything but "manual" may sweep top-ups away.
	PayoutInterval string
}

// Platform reads the platform account.
func (c *Client) Platform(ctx context.Context) (Platform, error) {
	if err := c.turn(ctx); err != nil {
		return Platform{}, err
	}
	params := &stripe.Params{Context: ctx}
	account := &stripe.Account{}
	if err := c.api.Accounts.B.Call("GET", "/v1/account", c.api.Accounts.Key, &stripe.AccountParams{Params: *params}, account); err != nil {
		return Platform{}, problem(err)
	}
	p := Platform{Country: account.Country}
	if s := account.Settings; s != nil && s.Payouts != nil && s.Payouts.Schedule != nil {
		p.PayoutInterval = string(s.Payouts.Schedule.Interval)
	}
	return p, nil
}

// requirementsMax bounds what is shown of what Stripe asks for.
const requirementsMax = 30

func stateOf(a *stripe.Account) payout.AccountState {
	s := payout.AccountState{Ref: a.ID, Country: a.Country, PayoutsEnabled: a.PayoutsEnabled, DetailsSubmitted: a.DetailsSubmitted, RequirementsDue: []string{}}
	if a.Capabilities != nil {
		s.TransfersActive = a.Capabilities.Transfers == stripe.AccountCapabilityStatusActive
	}
	if r := a.Requirements; r != nil {
		s.DisabledReason = string(r.DisabledReason)
		for _, field := range slices.Concat(r.PastDue, r.CurrentlyDue) {
			if word := requirement(field); !slices.Contains(s.RequirementsDue, word) && len(s.RequirementsDue) < requirementsMax {
				s.RequirementsDue = append(s.RequirementsDue, word)
			}
		}
		if len(s.RequirementsDue) == 0 && len(r.PendingVerification) > 0 {
			s.DisabledReason = "requirements.pending_verification"
		}
	}
	return s
}

// requirementWords says what a field of Stripe's requirements asks for. The first prefix or suffix that fits counts.
var requirementWords = []struct{ part, word string }{
	{"external_account", "Bank account"},
	{"tos_acceptance", "Acceptance of Stripe's terms"},
	{"business_type", "Whether you are a person or a company"},
	{"business_profile", "What you do"},
	{"settings.payments", "Name on statements"},
	{".verification.additional_document", "A second document"},
	{".verification.document", "Identity document, both sides"},
	{".verification.proof_of_liveness", "A selfie"},
	{".dob", "Date of birth"},
	{".address", "Address"},
	{".first_name", "Name"},
	{".last_name", "Name"},
	{".email", "Email address"},
	{".phone", "Phone number"},
	{".id_number", "Tax or identity number"},
	{".ssn_last_4", "Last four digits of the social security number"},
	{".tax_id", "Company's tax number"},
	{"company.", "Details of the company"},
	{"representative.", "Details of the company's representative"},
	{"owners.", "Details of the company's owners"},
	{"directors.", "Details of the company's directors"},
	{"individual.", "Personal details"},
}

// requirement says in words what Stripe asks for.
func requirement(field string) string {
	for _, r := range requirementWords {
		if strings.HasPrefix(field, r.part) || strings.Contains(field, r.part) {
			return r.word
		}
	}
	return "Further details that Stripe asks for"
}
