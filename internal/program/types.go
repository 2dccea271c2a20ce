package program

import (
	"time"
	"tributary/internal/attribution"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Program is what creators join: a brand's terms, rules and links.
type Program struct {
	ID                    id.ID              // id, prefix prg.
	Slug                  string             // name in addresses.
	Name                  string             // name as people know it.
	Summary               string             // one sentence for the list of programs.
	Description           string             // the long text of its public page.
	BrandID               id.ID              // the brand that runs it.
	Goal                  Goal               // what it is for.
	Currency              money.Currency     // currency of commissions and payouts.
	Status                Status             // state.
	Visibility            Visibility         // who finds it.
	ClickWindowDays       int                // how many days after a click an order may count.
	HoldDays              int                // days that a commission waits for returns before it can be paid.
	MinimumPayout         money.Money        // smallest payout.
	TrialDays             int                // length of the trial in days.
	TouchKinds            []attribution.Kind // kinds of touches that may earn. At most 5.
	Questions             []string           // questions of the application form. At most 10.
	DefaultDestinationURL string             // where links lead unless they say otherwise.
	AutoApprove           bool               // whether applications are approved at once.
	CreatedAt             time.Time          // when it was made.
}

// IsNode marks Program as refetchable by id.
func (Program) IsNode() {}

// Offer is one immutable version of commission terms.
type Offer struct {
	ID          id.ID     // id, prefix off.
	Version     int       // number of the version, from 1.
	Name        string    // what it is called.
	EffectiveAt time.Time // from when it holds.
	Note        string    // what the brand says about the change.
}

// IsNode marks Offer as refetchable by id.
func (Offer) IsNode() {}

// Terms is one version of what creators agree to.
type Terms struct {
	ID          id.ID     // id, prefix trm.
	Version     int       // number of the version, from 1.
	Body        string    // the text, in Markdown.
	EffectiveAt time.Time // from when it holds.
}

// IsNode marks Terms as refetchable by id.
func (Terms) IsNode() {}

// Resource is something that helps creators.
type Resource struct {
	ID        id.ID        // id, prefix res.
	Kind      ResourceKind // sort.
	Title     string       // title.
	Body      string       // the text, in Markdown.
	URL       *string      // a page to open, if any.
	Version   int          // grows with each change.
	UpdatedAt time.Time    // when it was last changed.
	ProgramID id.ID        // the program it belongs to.
}

// IsNode marks Resource as refetchable by id.
func (Resource) IsNode() {}
