package attribution

import (
	"time"

	"tributary/internal/kit/money"
)

// Verdict is what became of the order as a whole.
type Verdict string

// The verdicts. NEEDS_PERSON means that only an unclear survey answer speaks
// for a creator; nothing is paid until a person has read it.
const (
	Credited    Verdict = "CREDITED"
	NoCredit    Verdict = "NO_CREDIT"
	NeedsPerson Verdict = "NEEDS_PERSON"
)

// Result is what became of one touch.
type Result string

// The results. COUNTED_HELD earns credit that waits for a person's review.
const (
	Counted     Result = "COUNTED"
	CountedHeld Result = "COUNTED_HELD"
	NotCounted  Result = "NOT_COUNTED"
)

// Reason says why a touch did not count, or why its credit is held.
type Reason string

// The reasons.
const (
	OutsideWindow       Reason = "OUTSIDE_WINDOW"
	AfterOrder          Reason = "AFTER_ORDER"
	LostToPrecedence    Reason = "LOST_TO_PRECEDENCE"
	LostToLaterTouch    Reason = "LOST_TO_LATER_TOUCH"
	PartnershipInactive Reason = "PARTNERSHIP_INACTIVE"
	ProgramInactive     Reason = "PROGRAM_INACTIVE"
	TermsNotAccepted    Reason = "TERMS_NOT_ACCEPTED"
	SelfReferral        Reason = "SELF_REFERRAL"
	Fraud               Reason = "FRAUD"
	Bot                 Reason = "BOT"
	Duplicate           Reason = "DUPLICATE"
	CodeExpired         Reason = "CODE_EXPIRED"
	CodeLeaked          Reason = "CODE_LEAKED"
	BannedSource        Reason = "BANNED_SOURCE"
	ExcludedProduct     Reason = "EXCLUDED_PRODUCT"
	ExistingCustomer    Reason = "EXISTING_CUSTOMER"
	BindingEnded        Reason = "BINDING_ENDED"
	TestOrder           Reason = "TEST_ORDER"
	BelowConfidence     Reason = "BELOW_CONFIDENCE"
	ConsentDenied       Reason = "CONSENT_DENIED"
)

// Reasons lists every reason.
var Reasons = []Reason{
	OutsideWindow, AfterOrder, LostToPrecedence, LostToLaterTouch, PartnershipInactive, ProgramInactive,
	TermsNotAccepted, SelfReferral, Fraud, Bot, Duplicate, CodeExpired, CodeLeaked, BannedSource,
	ExcludedProduct, ExistingCustomer, BindingEnded, TestOrder, BelowConfidence, ConsentDenied,
}

// Rule names what settled a decision.
type Rule string

// The rules that settle a decision.
const (
	// RuleNoTouch: nothing ties a creator to the order.
	RuleNoTouch Rule = "NO_TOUCH"
	// RuleNoneEligible: touches were found and none may earn.
	RuleNoneEligible Rule = "NONE_ELIGIBLE"
	// RuleUnclearSurvey: only a survey answer that a person has to read.
	RuleUnclearSurvey Rule = "UNCLEAR_SURVEY"
	// RulePerson: somebody at the brand gave the credit to a creator.
	RulePerson Rule = "PERSON"
	// RuleOnlyTouch: one touch was eligible.
	RuleOnlyTouch Rule = "ONLY_TOUCH"
	// RulePrecedence: one touch was left after weaker kinds fell away.
	RulePrecedence Rule = "PRECEDENCE"
	// RuleModel: the credit model chose or shared among several touches.
	RuleModel Rule = "MODEL"
)

// Outcome is what became of one touch, with the facts that its words need.
type Outcome struct {
	TouchID       string `json:"touchId"`
	Kind          Kind   `json:"kind"`
	PartnershipID string `json:"partnershipId"`
	ProgramID     string `json:"programId"`
	CreatorID     string `json:"creatorId"`
	// At is the moment of the touch; that of the order for a code.
	At time.Time `json:"at"`

	Result Result `json:"result"`
	// Reason is set when the result is NOT_COUNTED.
	Reason Reason `json:"reason,omitempty"`
	// Holds are set when the result is COUNTED_HELD.
	Holds []Reason `json:"holds,omitempty"`
	// Credit is the share of the order that this touch earned.
	Credit money.PPM `json:"credit,omitempty"`
	// Facts are what the reason is made of.
	Facts Facts `json:"facts,omitzero"`
}

// Facts are the figures behind an outcome. Only those that its reason needs
// are set, so that a stored decision can be put into words years later.
type Facts struct {
	WindowDays int `json:"windowDays,omitempty"`
	// Age is how long before the order the touch was, negative when it came
	// after, in nanoseconds.
	Age time.Duration `json:"age,omitempty"`
	// Winner is the kind that came first.
	Winner Kind `json:"winner,omitempty"`
	// Model is the credit model that chose or shared.
	Model Model `json:"model,omitempty"`
	// Touches is how many touches shared the credit.
	Touches int `json:"touches,omitempty"`
	// KindNotPaid tells that program or policy does not pay for this kind.
	KindNotPaid bool `json:"kindNotPaid,omitempty"`
	// Partnership is the status at the moment of the touch.
	Partnership PartnershipStatus `json:"partnership,omitempty"`
	// Pause is why the partnership was paused.
	Pause PauseReason `json:"pause,omitempty"`
	// Program is the status at the moment of the touch.
	Program ProgramStatus `json:"program,omitempty"`
	// EndedAt is when the code or the binding ended.
	EndedAt time.Time `json:"endedAt,omitzero"`
	// Confidence and Threshold of a survey answer or a modelled match.
	Confidence money.PPM `json:"confidence,omitempty"`
	Threshold  money.PPM `json:"threshold,omitempty"`
	// AwaitsPerson tells that a person still has to read the survey answer.
	AwaitsPerson bool `json:"awaitsPerson,omitempty"`
	// AnswerRejected tells that a person did not find the creator in the answer.
	AnswerRejected bool `json:"answerRejected,omitempty"`
	// Joined tells that only earlier orders of the same customer tie the click to
	// the order.
	Joined bool `json:"joined,omitempty"`
}

// Credit is what one partnership earned of the order.
type Credit struct {
	PartnershipID string    `json:"partnershipId"`
	ProgramID     string    `json:"programId"`
	CreatorID     string    `json:"creatorId"`
	PPM           money.PPM `json:"ppm"`
	// TouchIDs are the touches that counted, the earliest first.
	TouchIDs []string `json:"touchIds"`
	// Kind is the kind that won: RECURRING commission follows from BINDING.
	Kind Kind `json:"kind"`
	// Holds are the reasons for which the credit waits for a person; none when
	// it does not.
	Holds []Reason `json:"holds,omitempty"`
}

// Held tells whether the credit waits for a person's review.
func (c Credit) Held() bool { return len(c.Holds) > 0 }

// Decision is who earns what for an order, and why.
type Decision struct {
	Verdict       Verdict `json:"verdict"`
	PolicyVersion int     `json:"policyVersion"`
	Model         Model   `json:"model"`
	Rule          Rule    `json:"rule"`
	// Kind is the kind that won; empty without credit.
	Kind Kind `json:"kind,omitempty"`
	// Outcomes has one entry a touch, by time and then id.
	Outcomes []Outcome `json:"outcomes"`
	// Credits add up to exactly one million when the verdict is CREDITED and are
	// empty otherwise. The partnership with the earliest touch comes first.
	Credits []Credit `json:"credits"`
}
