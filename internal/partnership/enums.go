package partnership

// ApplicationStatus is: states of an application. Spelled alike in Go, SQL and GraphQL.
type ApplicationStatus string

// The values of ApplicationStatus.
const (
	ApplicationSubmitted  ApplicationStatus = "SUBMITTED"  // Waits for the brand.
	ApplicationApproved   ApplicationStatus = "APPROVED"   // The creator is in.
	ApplicationDeclined   ApplicationStatus = "DECLINED"   // The brand said no, with a reason.
	ApplicationWaitlisted ApplicationStatus = "WAITLISTED" // The brand decides later.
	ApplicationWithdrawn  ApplicationStatus = "WITHDRAWN"  // The creator took it back.
)

// ApplicationDecision is: what a brand can decide about an application. Spelled alike in Go, SQL and GraphQL.
type ApplicationDecision string

// The values of ApplicationDecision.
const (
	DecisionApprove  ApplicationDecision = "APPROVE"  // Let the creator in.
	DecisionDecline  ApplicationDecision = "DECLINE"  // Say no; needs a reason.
	DecisionWaitlist ApplicationDecision = "WAITLIST" // Decide later.
)

// Status is: states of a partnership. Spelled alike in Go, SQL and GraphQL.
type Status string

// The values of Status.
const (
	StatusInvited       Status = "INVITED"        // Invited, not answered.
	StatusAwaitingTerms Status = "AWAITING_TERMS" // The creator has to accept the terms.
	StatusActive        Status = "ACTIVE"         // Links and codes earn.
	StatusPaused        Status = "PAUSED"         // Touches do not count for now.
	StatusRetiring      Status = "RETIRING"       // Ends after a notice; links still earn.
	StatusRetired       Status = "RETIRED"        // Over.
	StatusExpired       Status = "EXPIRED"        // The creator did not answer in time.
	StatusDeclined      Status = "DECLINED"       // The creator said no.
)

// Stage is: how settled a partnership is. Spelled alike in Go, SQL and GraphQL.
type Stage string

// The values of Stage.
const (
	StageTrial      Stage = "TRIAL"      // In the first weeks.
	StageStandard   Stage = "STANDARD"   // Settled.
	StageAmbassador Stage = "AMBASSADOR" // Especially close.
)

// PauseKind is: why a partnership is paused. Spelled alike in Go, SQL and GraphQL.
type PauseKind string

// The values of PauseKind.
const (
	PauseBrand      PauseKind = "BRAND"      // The brand's own reasons.
	PauseCompliance PauseKind = "COMPLIANCE" // A breach of rules.
	PauseTerms      PauseKind = "TERMS"      // New terms are not accepted.
	PauseFraud      PauseKind = "FRAUD"      // Suspicion of fraud.
)
