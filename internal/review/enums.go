package review

// Action is: what to do with a partnership. Spelled alike in Go, SQL and GraphQL.
type Action string

// The values of Action.
const (
	ActionPromote Action = "PROMOTE" // Offer more.
	ActionKeep    Action = "KEEP"    // Go on.
	ActionCoach   Action = "COACH"   // Help to do better.
	ActionRetire  Action = "RETIRE"  // End it.
)

// Status is: states of a review. Spelled alike in Go, SQL and GraphQL.
type Status string

// The values of Status.
const (
	StatusDue      Status = "DUE"      // Waits for the brand.
	StatusDecided  Status = "DECIDED"  // Decided.
	StatusAnswered Status = "ANSWERED" // The creator answered.
)

// Dimension is: what an experiment varies. Spelled alike in Go, SQL and GraphQL.
type Dimension string

// The values of Dimension.
const (
	DimensionOffer    Dimension = "OFFER"    // Commission terms.
	DimensionPlatform Dimension = "PLATFORM" // Platform.
	DimensionFormat   Dimension = "FORMAT"   // Format of content.
)

// ExperimentStatus is: states of an experiment. Spelled alike in Go, SQL and GraphQL.
type ExperimentStatus string

// The values of ExperimentStatus.
const (
	ExperimentRunning ExperimentStatus = "RUNNING" // Running.
	ExperimentStopped ExperimentStatus = "STOPPED" // Stopped.
)
