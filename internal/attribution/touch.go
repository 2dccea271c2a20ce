// Package attribution decides who earns credit for an order. It is pure: the
// touches that were found, the facts about their partnerships and programs and
// the brand's policy go in, and a decision with a reason for every touch comes
// out. It reads no clock and no database, and the order in which touches are
// given never matters.
package attribution

import (
	"time"

	"tributary/internal/kit/money"
)

// Kind says how a touch ties a creator to an order.
type Kind string

// The kinds of touch.
const (
	Click    Kind = "CLICK"
	Code     Kind = "CODE"
	Binding  Kind = "BINDING"
	Survey   Kind = "SURVEY"
	Modelled Kind = "MODELLED"
	// Person is somebody's word at the brand that a creator brought the order. It comes before all that was found, whatever the
	// policy says, and no policy or program names it.
	Person Kind = "PERSON"
)

// Kinds lists every kind that a policy may name, in the default precedence.
var Kinds = []Kind{Code, Click, Binding, Survey, Modelled}

// Valid tells whether the kind is one of Kinds.
func (k Kind) Valid() bool {
	switch k {
	case Click, Code, Binding, Survey, Modelled:
		return true
	}
	return false
}

// Touch is one piece of evidence that a creator brought an order. Facts that
// need a database (whose code it was, whether the click was a bot's) are
// settled by the caller. Ids are unique among the touches of one order.
type Touch struct {
	ID            string `json:"id"`
	Kind          Kind   `json:"kind"`
	PartnershipID string `json:"partnershipId"`
	ProgramID     string `json:"programId"`
	CreatorID     string `json:"creatorId"`
	// At is when the link was clicked, the binding made or the answer given. The
	// moment of a code is the order itself, whatever stands here.
	At time.Time `json:"at"`

	Platform string `json:"platform,omitempty"`
	LinkID   string `json:"linkId,omitempty"`
	CodeID   string `json:"codeId,omitempty"`
	PostID   string `json:"postId,omitempty"`

	// Confidence of a SURVEY or MODELLED touch, in parts per million.
	Confidence money.PPM `json:"confidence,omitempty"`
	// Answer is what a person made of a SURVEY touch.
	Answer AnswerReview `json:"answer,omitempty"`

	// CodeEndsAt is when a code stopped being valid; zero for no end.
	CodeEndsAt time.Time `json:"codeEndsAt,omitzero"`
	// Discount that a code gave on this order, in the order's currency.
	Discount money.Money `json:"discount,omitzero"`
	// Position of a code in the order's own list, from 0.
	Position int `json:"position,omitempty"`
	// Leak is how a code counts that the leak guard found in the open. REFUSE
	// pays it only when the creator also has an eligible click.
	Leak Treatment `json:"leak,omitempty"`

	// BindingEndsAt is when a customer binding ended; zero while it lasts.
	BindingEndsAt time.Time `json:"bindingEndsAt,omitzero"`

	// BannedSource is how the program treats the place that a click came from;
	// empty when the place is not banned.
	BannedSource Treatment `json:"bannedSource,omitempty"`
	// Bot marks a click that no person made.
	Bot bool `json:"bot,omitempty"`
	// ConsentDenied marks a click that the visitor did not allow to be remembered.
	ConsentDenied bool `json:"consentDenied,omitempty"`
	// Unproven marks a click that only somebody's browser ties to the order, by
	// the order's number, which can be guessed.
	Unproven bool `json:"unproven,omitempty"`
	// Joined marks a click that only earlier orders of the same customer tie to
	// the order: it was made on another device.
	Joined bool `json:"joined,omitempty"`
	// NothingEligible marks a touch whose offer excludes every line of the order.
	NothingEligible bool `json:"nothingEligible,omitempty"`
	// Findings are suspicions about this touch and what a person said of them.
	Findings []Finding `json:"findings,omitempty"`
}

// AnswerReview is what a person made of a survey answer.
type AnswerReview string

// The reviews of a survey answer. Empty means that nobody has looked.
const (
	AnswerConfirmed AnswerReview = "CONFIRMED"
	AnswerRejected  AnswerReview = "REJECTED"
)

// Treatment is what happens to a touch that carries a mark.
type Treatment string

// The treatments. Empty means that there is no mark.
const (
	Observe Treatment = "OBSERVE"
	Hold    Treatment = "HOLD"
	Refuse  Treatment = "REFUSE"
)

// Finding is one suspicion about a touch, such as SELF_REFERRAL.
type Finding struct {
	Reason Reason       `json:"reason"`
	State  FindingState `json:"state"`
}

// FindingState says how far a suspicion has come.
type FindingState string

// The states of a suspicion. Only a person makes one CONFIRMED or CLEARED.
const (
	Suspected FindingState = "SUSPECTED"
	Confirmed FindingState = "CONFIRMED"
	Cleared   FindingState = "CLEARED"
)

// finding returns the state of a suspicion; a confirmed one outweighs a
// cleared one, which outweighs one that nobody has looked at.
func (t Touch) finding(reason Reason) FindingState {
	var state FindingState
	for _, f := range t.Findings {
		if f.Reason != reason {
			continue
		}
		switch {
		case f.State == Confirmed:
			return Confirmed
		case f.State == Cleared, state == "":
			state = f.State
		}
	}
	return state
}

// Order is what the decision needs to know of the order.
type Order struct {
	// PlacedAt is when the shop created the order.
	PlacedAt time.Time `json:"placedAt"`
	// Test orders never earn.
	Test bool `json:"test,omitempty"`
	// Returning tells that the customer has bought from the brand before.
	Returning bool `json:"returning,omitempty"`
}

// Program is what the decision needs to know of a touch's program.
type Program struct {
	// WindowDays is how long a click counts, in days of 24 hours.
	WindowDays int `json:"windowDays"`
	// AllowedKinds are the kinds of touch that the program pays for.
	AllowedKinds []Kind `json:"allowedKinds"`
	// NewCustomersOnly refuses orders of returning customers, renewals of bound
	// customers apart.
	NewCustomersOnly bool `json:"newCustomersOnly,omitempty"`
	// History is every status that the program has had.
	History []ProgramPeriod `json:"history"`
}

// ProgramStatus is the status of a program.
type ProgramStatus string

// The statuses of a program. Only an ACTIVE program earns touches.
const (
	ProgramDraft  ProgramStatus = "DRAFT"
	ProgramActive ProgramStatus = "ACTIVE"
	ProgramPaused ProgramStatus = "PAUSED"
	ProgramClosed ProgramStatus = "CLOSED"
)

// ProgramPeriod is a status and when it began; it lasts until the next begins.
type ProgramPeriod struct {
	From   time.Time     `json:"from"`
	Status ProgramStatus `json:"status"`
}

// statusAt is the status at a moment, empty before the first period.
func (p Program) statusAt(at time.Time) ProgramStatus {
	var current ProgramPeriod
	for _, period := range p.History {
		if !period.From.After(at) && !period.From.Before(current.From) {
			current = period
		}
	}
	return current.Status
}

// Partnership is what the decision needs to know of a touch's partnership.
type Partnership struct {
	// History is every status that the partnership has had.
	History []PartnershipPeriod `json:"history"`
}

// PartnershipStatus is the status of a partnership.
type PartnershipStatus string

// The statuses of a partnership. Touches earn while it is ACTIVE or RETIRING.
const (
	PartnershipInvited       PartnershipStatus = "INVITED"
	PartnershipAwaitingTerms PartnershipStatus = "AWAITING_TERMS"
	PartnershipActive        PartnershipStatus = "ACTIVE"
	PartnershipPaused        PartnershipStatus = "PAUSED"
	PartnershipRetiring      PartnershipStatus = "RETIRING"
	PartnershipRetired       PartnershipStatus = "RETIRED"
	PartnershipExpired       PartnershipStatus = "EXPIRED"
	PartnershipDeclined      PartnershipStatus = "DECLINED"
)

// PauseReason says why a partnership is PAUSED.
type PauseReason string

// The reasons of a pause.
const (
	PausedByBrand       PauseReason = "BRAND"
	PausedForCompliance PauseReason = "COMPLIANCE"
	PausedForTerms      PauseReason = "TERMS"
	PausedForFraud      PauseReason = "FRAUD"
)

// PartnershipPeriod is a status and when it began; it lasts until the next begins.
type PartnershipPeriod struct {
	From   time.Time         `json:"from"`
	Status PartnershipStatus `json:"status"`
	// Pause is the reason of a PAUSED period.
	Pause PauseReason `json:"pause,omitempty"`
}

// periodAt is the period at a moment, with an empty status before the first.
func (p Partnership) periodAt(at time.Time) PartnershipPeriod {
	var current PartnershipPeriod
	for _, period := range p.History {
		if !period.From.After(at) && !period.From.Before(current.From) {
			current = period
		}
	}
	return current
}
