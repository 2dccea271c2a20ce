package stripesandbox

import (
	"maps"
	"net/http"
	"slices"
	"time"
)

// The states of a capability that the sandbox knows.
const (
	capabilityActive   = "active"
	capabilityInactive = "inactive"
	capabilityPending  = "pending"
)

// What a new Express account still has to give.
var firstRequirements = []string{"business_type", "external_account", "individual.dob.day", "individual.dob.month", "individual.dob.year",
	"individual.email", "individual.first_name", "individual.last_name", "tos_acceptance.date", "tos_acceptance.ip"}

func noRequirements() requirements {
	return requirements{Alternatives: []any{}, CurrentlyDue: []string{}, Errors: []requirementError{}, EventuallyDue: []string{},
		PastDue: []string{}, PendingVerification: []string{}}
}

func dueRequirements(reason string, due []string) requirements {
	r := noRequirements()
	r.CurrentlyDue, r.EventuallyDue, r.PastDue = due, due, due
	r.DisabledReason = &reason
	return r
}

func payoutSchedule(interval string) map[string]any {
	schedule := map[string]any{"delay_days": 2, "interval": interval}
	return map[string]any{"payouts": map[string]any{"debit_negative_balances": true, "schedule": schedule, "statement_descriptor": nil}}
}

func newPlatform(country string, now time.Time) *account {
	name := "platform@sandbox.invalid"
	business := "company"
	return &account{ID: newID("acct"), Object: "account", BusinessProfile: map[string]any{"name": "Sandbox platform"}, BusinessType: &business,
		Capabilities: map[string]string{"card_payments": capabilityActive, "transfers": capabilityActive}, ChargesEnabled: true,
		Controller: map[string]any{"type": "account"}, Country: country, Created: now.Unix(), DefaultCurrency: countryCurrency[country],
		DetailsSubmitted: true, Email: &name, ExternalAccounts: list[any]{Object: "list", Data: []any{}}, FutureRequirements: noRequirements(),
		Metadata: map[string]string{}, PayoutsEnabled: true, Requirements: noRequirements(), Settings: payoutSchedule("manual"), Type: "standard"}
}

// SetPlatformPayoutSchedule sets the interval (`manual`, `daily`, `weekly`,
// `monthly`) that the platform account shows. The sandbox never sweeps the
// platform's balance by itself: see SweepPlatform.
func (s *Server) SetPlatformPayoutSchedule(interval string) error {
	return s.change(func(c *change) *apiError {
		if !slices.Contains([]string{"manual", "daily", "weekly", "monthly"}, interval) {
			return invalid("interval", "", "Invalid interval: %s", interval)
		}
		platform := *s.state.platform
		platform.Settings = payoutSchedule(interval)
		c.record.Platform = &platform
		return nil
	})
}

func retrievePlatform(c *call) (any, *apiError) {
	return c.server.state.platform, c.parameters.end()
}

// connectedAccount finds an account that exists and was not deleted.
func (c *change) connectedAccount(id string) (*account, *apiError) {
	for _, changed := range slices.Backward(c.record.Accounts) {
		if changed.ID == id {
			return changed, nil
		}
	}
	found, ok := c.server.state.accounts.get(id)
	if !ok || c.server.state.deleted[id] {
		return nil, accountInvalid(id)
	}
	return found, nil
}

// putAccount stores a changed account and tells the Connect endpoint about it.
func (c *change) putAccount(changed *account) {
	c.record.Accounts = append(c.record.Accounts, changed)
	c.addEvent("account.updated", changed.ID, changed)
}

func createAccount(c *call) (any, *apiError) {
	p := c.parameters
	kind := p.oneOf("type", "standard", "standard", "express", "custom")
	country := p.text("country")
	created := &account{ID: newID("acct"), Object: "account", BusinessProfile: map[string]any{}, Capabilities: map[string]string{},
		Controller: map[string]any{"type": "application", "is_controller": true}, Created: c.now.Unix(), FutureRequirements: noRequirements(),
		Requirements: dueRequirements("requirements.past_due", firstRequirements), Settings: payoutSchedule("daily"), Type: kind}
	if country == "" {
		country = c.server.state.platform.Country
	}
	created.Country = country
	created.ExternalAccounts = list[any]{Object: "list", Data: []any{}, URL: "/v1/accounts/" + created.ID + "/external_accounts"}
	created.readProfile(p)
	created.DefaultCurrency = countryCurrency[country]
	if given := p.text("default_currency"); given != "" {
		created.DefaultCurrency = p.currency("default_currency")
	}
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	if kind != "express" {
		return nil, invalid("type", "", "This sandbox opens accounts of type express only.")
	}
	if countryCurrency[country] == "" {
		return nil, refused("country", "country_unsupported", "%s is not currently supported by Stripe.", country)
	}
	if len(c.server.state.accounts.items) >= maxObjects {
		return nil, errFull
	}
	c.record.Accounts = append(c.record.Accounts, created)
	return created, nil
}

// readProfile takes over what creating and updating have in common.
func (a *account) readProfile(p *parameters) {
	if email := p.text("email"); p.has("email") {
		a.Email = optional(email)
	}
	if kind := p.oneOf("business_type", "", "individual", "company", "non_profit", "government_entity"); kind != "" {
		a.BusinessType = &kind
	}
	a.BusinessProfile = merged(a.BusinessProfile, p.object("business_profile"))
	a.Settings = merged(a.Settings, p.object("settings"))
	if given := p.object("individual"); given != nil {
		a.Individual = merged(a.Individual, given)
	}
	if given := p.object("company"); given != nil {
		a.Company = merged(a.Company, given)
	}
	a.Metadata = p.metadata(a.Metadata)
	if acceptance, given := p.within("tos_acceptance"); given {
		agreement := acceptance.oneOf("service_agreement", "full", "full", "recipient")
		if a.DetailsSubmitted && agreement != a.TOSAcceptance.ServiceAgreement {
			acceptance.fail(invalid("tos_acceptance[service_agreement]", "", "The service agreement cannot be changed after it was accepted."))
		}
		a.TOSAcceptance.ServiceAgreement = agreement
		if problem := acceptance.end(); problem != nil {
			p.fail(problem)
		}
	}
	a.readCapabilities(p)
}

func (a *account) readCapabilities(p *parameters) {
	wanted, given := p.within("capabilities")
	if !given {
		return
	}
	capabilities := maps.Clone(a.Capabilities)
	for _, name := range []string{"transfers", "card_payments"} {
		one, given := wanted.within(name)
		if !given {
			continue
		}
		requested, _ := one.boolean("requested")
		switch {
		case !requested:
			delete(capabilities, name)
		case capabilities[name] == "" && a.DetailsSubmitted && len(a.Requirements.CurrentlyDue) == 0:
			capabilities[name] = capabilityActive
		case capabilities[name] == "":
			capabilities[name] = capabilityInactive
		}
		if problem := one.end(); problem != nil {
			wanted.fail(problem)
		}
	}
	if problem := wanted.end(); problem != nil {
		p.fail(problem)
	}
	a.Capabilities = capabilities
}

// merged gives a copy of old with the entries of given over it, level by level.
func merged(old, given map[string]any) map[string]any {
	out := maps.Clone(old)
	if out == nil {
		out = map[string]any{}
	}
	for name, value := range given {
		inner, isObject := value.(map[string]any)
		before, _ := out[name].(map[string]any)
		if isObject {
			value = merged(before, inner)
		}
		out[name] = value
	}
	return out
}

func retrieveAccount(c *call) (any, *apiError) {
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	if c.arguments[0] == c.server.state.platform.ID {
		return c.server.state.platform, nil
	}
	found, problem := c.connectedAccount(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	return found, nil
}

func updateAccount(c *call) (any, *apiError) {
	found, problem := c.connectedAccount(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	changed := *found
	changed.readProfile(c.parameters)
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	c.putAccount(&changed)
	return &changed, nil
}

func deleteAccount(c *call) (any, *apiError) {
	found, problem := c.connectedAccount(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	for _, amount := range c.server.state.balances[found.ID] {
		if amount != 0 {
			return nil, refused("", "", "This account cannot be deleted while its balance is not zero.")
		}
	}
	c.record.Deleted = append(c.record.Deleted, found.ID)
	return map[string]any{"id": found.ID, "object": "account", "deleted": true}, nil
}

func rejectAccount(c *call) (any, *apiError) {
	found, problem := c.connectedAccount(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	reason := c.parameters.oneOf("reason", "", "fraud", "terms_of_service", "other")
	c.parameters.requiredText("reason")
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	changed := *found
	changed.restrict("rejected."+reason, nil)
	c.putAccount(&changed)
	return &changed, nil
}

func listAccounts(c *call) (any, *apiError) {
	page, inTime := c.parameters.page(), c.parameters.created()
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	accounts := c.server.state.accounts
	found, problem := newestFirst(accounts, accounts.all(), page, "account", c.path, func(a *account) bool {
		return inTime(a.Created) && !c.server.state.deleted[a.ID]
	})
	if problem != nil {
		return nil, problem
	}
	return found, nil
}

type capability struct {
	ID           string       `json:"id"`
	Object       string       `json:"object"`
	Account      string       `json:"account"`
	Requested    bool         `json:"requested"`
	RequestedAt  *int64       `json:"requested_at"`
	Requirements requirements `json:"requirements"`
	Status       string       `json:"status"`
}

func (a *account) capability(name string) capability {
	one := capability{ID: name, Object: "capability", Account: a.ID, Requirements: a.Requirements, Status: "unrequested"}
	if status, requested := a.Capabilities[name]; requested {
		one.Requested, one.RequestedAt, one.Status = true, &a.Created, status
	}
	return one
}

func listCapabilities(c *call) (any, *apiError) {
	found, problem := c.connectedAccount(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	page := list[capability]{Object: "list", Data: []capability{}, URL: c.path}
	for _, name := range slices.Sorted(maps.Keys(found.Capabilities)) {
		page.Data = append(page.Data, found.capability(name))
	}
	return page, c.parameters.end()
}

func retrieveCapability(c *call) (any, *apiError) {
	found, problem := c.connectedAccount(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	if name := c.arguments[1]; name != "transfers" && name != "card_payments" {
		return nil, missing(http.StatusNotFound, "capability", "capability", name)
	}
	return found.capability(c.arguments[1]), c.parameters.end()
}

// complete is what finishing the onboarding does to an account.
func (a *account) complete(now time.Time) {
	at, address := now.Unix(), "192.0.2.1"
	agreement := a.TOSAcceptance.ServiceAgreement
	if agreement == "" {
		agreement = "full"
	}
	if a.BusinessType == nil {
		kind := "individual"
		a.BusinessType = &kind
	}
	a.TOSAcceptance = tosAcceptance{Date: &at, IP: &address, ServiceAgreement: agreement}
	a.setCapabilities(capabilityActive)
	a.DetailsSubmitted, a.PayoutsEnabled = true, true
	a.ChargesEnabled = a.Capabilities["card_payments"] == capabilityActive
	a.Requirements = noRequirements()
	bank := map[string]any{"id": newID("ba"), "object": "bank_account", "account": a.ID, "bank_name": "SANDBOX BANK", "country": a.Country,
		"currency": a.DefaultCurrency, "last4": "6789", "status": "new", "default_for_currency": true}
	a.ExternalAccounts.Data = []any{bank}
}

// restrict takes the capabilities away and says what is missing.
func (a *account) restrict(reason string, due []string) {
	a.setCapabilities(capabilityInactive)
	a.ChargesEnabled, a.PayoutsEnabled = false, false
	a.Requirements = dueRequirements(reason, append([]string{}, due...))
	for _, name := range due {
		a.Requirements.Errors = append(a.Requirements.Errors, requirementError{Code: "verification_document_missing_back",
			Reason: "The document is missing its back. Upload both sides.", Requirement: name})
	}
}

func (a *account) setCapabilities(status string) {
	next := make(map[string]string, len(a.Capabilities))
	for name := range a.Capabilities {
		next[name] = status
	}
	a.Capabilities = next
}

// CompleteOnboarding does what the button of the hosted page does: the account
// gives all that is asked for and its capabilities become active.
func (s *Server) CompleteOnboarding(accountID string) error {
	return s.changeAccount(accountID, func(a *account, now time.Time) { a.complete(now) })
}

// RestrictAccount makes Stripe ask for a document: capabilities become inactive.
func (s *Server) RestrictAccount(accountID string) error {
	return s.changeAccount(accountID, func(a *account, _ time.Time) {
		a.DetailsSubmitted = true
		a.restrict("requirements.past_due", []string{"individual.verification.document"})
	})
}

// ReviewAccount leaves an account with all details given and its capabilities
// pending, as it is while Stripe verifies a person.
func (s *Server) ReviewAccount(accountID string) error {
	return s.changeAccount(accountID, func(a *account, now time.Time) {
		a.complete(now)
		a.setCapabilities(capabilityPending)
		a.ChargesEnabled, a.PayoutsEnabled = false, false
		a.Requirements.PendingVerification = []string{"individual.verification.document"}
		reason := "requirements.pending_verification"
		a.Requirements.DisabledReason = &reason
	})
}

// SetBankPayouts switches payouts_enabled, the way from Stripe to the bank, and
// leaves transfers as they are.
func (s *Server) SetBankPayouts(accountID string, enabled bool) error {
	return s.changeAccount(accountID, func(a *account, _ time.Time) {
		a.PayoutsEnabled = enabled
		a.Requirements = noRequirements()
		if !enabled {
			a.Requirements.CurrentlyDue = []string{"external_account"}
			a.Requirements.EventuallyDue = []string{"external_account"}
			a.Requirements.PastDue = []string{"external_account"}
		}
	})
}

func (s *Server) changeAccount(id string, edit func(*account, time.Time)) error {
	return s.change(func(c *change) *apiError {
		found, problem := c.connectedAccount(id)
		if problem != nil {
			return problem
		}
		changed := *found
		edit(&changed, c.now)
		c.putAccount(&changed)
		return nil
	})
}
