// Package program keeps what creators join: a brand's program with its versioned commission terms, the text that creators agree
// to, and the resources that help them.
package program

import (
	"encoding/json"
	"time"

	"tributary/ent/gen"
	"tributary/internal/attribution"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
)

// Goal is what a program is for. Spelled alike in Go, SQL and GraphQL.
type Goal string

// The goals.
const (
	GoalRevenue   Goal = "REVENUE"   // sales
	GoalContent   Goal = "CONTENT"   // content to use
	GoalAwareness Goal = "AWARENESS" // being known
)

// Status is the state of a program. Spelled alike in Go, SQL and GraphQL.
type Status string

// The states, moved by SetStatus only.
const (
	StatusDraft  Status = "DRAFT"  // being prepared; only members see it
	StatusActive Status = "ACTIVE" // creators join, links count
	StatusPaused Status = "PAUSED" // links lead on but do not count
	StatusClosed Status = "CLOSED" // over
)

// Visibility is who finds a program. Spelled alike in Go, SQL and GraphQL.
type Visibility string

// The visibilities.
const (
	VisibilityPublic     Visibility = "PUBLIC"      // anybody, on its public page
	VisibilityInviteOnly Visibility = "INVITE_ONLY" // only who was invited
)

// Program is what creators join: a brand's terms, rules and links.
type Program struct {
	ID                    id.ID  // prefix prg
	Slug                  string // name in addresses; never changes
	Name                  string // name as people know it
	Summary               string // one sentence for the list of programs
	Description           string // the long text of its public page
	BrandID               id.ID  // the brand that runs it
	Goal                  Goal   // what it is for
	Currency              money.Currency
	Status                Status
	Visibility            Visibility
	ClickWindowDays       int                // how many days of 24 hours after a click an order may count
	HoldDays              int                // days that a commission waits for returns before it can be paid
	MinimumPayout         money.Money        // smallest payout, in Currency
	TrialDays             int                // length of the trial in days
	ReapplyDays           int                // days after a refused or withdrawn application before the next
	TouchKinds            []attribution.Kind // kinds of touches that may earn
	Questions             []string           // questions of the application form
	DefaultDestinationURL string             // where links lead unless they say otherwise
	// UTM are the parameters that links add to their destination; DefaultUTM tells which words in braces are filled in.
	UTM         map[string]string
	AutoApprove bool       // whether applications are approved at once
	EndsAt      *time.Time // end of a seasonal program, nil without one
	CreatedAt   time.Time
}

// IsNode marks Program as refetchable by id.
func (Program) IsNode() {}

// Open reports whether creators may join and links count.
func (p Program) Open() bool { return p.Status == StatusActive }

// DefaultUTM is the template of new programs. {creator} is the creator's handle, {platform} the link's platform in lower case,
// {program} the program's slug.
func DefaultUTM() map[string]string {
	return map[string]string{"utm_source": "{creator}", "utm_medium": "{platform}", "utm_campaign": "{program}"}
}

func place(p Program) page.Cursor { return page.Cursor{At: p.CreatedAt, ID: p.ID.UUID} }

func fromRow(row *gen.Program) Program {
	p := Program{
		ID: id.Of(id.Program, row.ID), Slug: row.Slug, Name: row.Name, Summary: row.Summary, Description: row.Description,
		BrandID: id.Of(id.Brand, row.BrandID), Goal: Goal(row.Goal), Currency: money.Currency(row.Currency),
		Status: Status(row.Status), Visibility: Visibility(row.Visibility),
		ClickWindowDays: row.ClickWindowDays, HoldDays: row.HoldDays, TrialDays: row.TrialDays, ReapplyDays: row.ReapplyDays,
		MinimumPayout: money.New(row.MinimumPayoutMinor, money.Currency(row.Currency)),
		TouchKinds:    make([]attribution.Kind, len(row.TouchKinds)),
		Questions:     row.Questions, DefaultDestinationURL: row.DefaultDestinationURL,
		AutoApprove: row.AutoApprove, EndsAt: row.EndsAt, CreatedAt: row.CreatedAt,
		UTM: map[string]string{},
	}
	for i, k := range row.TouchKinds {
		p.TouchKinds[i] = attribution.Kind(k)
	}
	// The template was written by this package; what cannot be read adds no parameters.
	_ = json.Unmarshal(row.UtmTemplate, &p.UTM)
	return p
}
