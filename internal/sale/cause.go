package sale

// Cause is: why a decision was made. Spelled alike in Go, SQL and GraphQL.
type Cause string

// The values of Cause.
const (
	CauseFirst        Cause = "FIRST"         // The order came in.
	CauseLateClick    Cause = "LATE_CLICK"    // A click arrived after the order.
	CauseLateSurvey   Cause = "LATE_SURVEY"   // A survey answer arrived after the order.
	CauseOrderEdit    Cause = "ORDER_EDIT"    // The order was changed.
	CauseHoldRejected Cause = "HOLD_REJECTED" // A person confirmed fraud.
	CauseClaim        Cause = "CLAIM"         // A creator's claim was accepted.
	CauseReassigned   Cause = "REASSIGNED"    // A person moved the sale.
)
