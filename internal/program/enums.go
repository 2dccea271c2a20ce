package program

// Goal is: what a program is for. Spelled alike in Go, SQL and GraphQL.
type Goal string

// The values of Goal.
const (
	GoalRevenue   Goal = "REVENUE"   // Sales.
	GoalContent   Goal = "CONTENT"   // Content to use.
	GoalAwareness Goal = "AWARENESS" // Being known.
)

// Status is: states of a program. Spelled alike in Go, SQL and GraphQL.
type Status string

// The values of Status.
const (
	StatusDraft  Status = "DRAFT"  // Being prepared; only members see it.
	StatusActive Status = "ACTIVE" // Creators join, links count.
	StatusPaused Status = "PAUSED" // Links lead on but do not count.
	StatusClosed Status = "CLOSED" // Over.
)

// Visibility is: who finds a program. Spelled alike in Go, SQL and GraphQL.
type Visibility string

// The values of Visibility.
const (
	VisibilityPublic     Visibility = "PUBLIC"      // Anybody, on its public page.
	VisibilityInviteOnly Visibility = "INVITE_ONLY" // Only who was invited.
)

// ResourceKind is: kinds of resources. Spelled alike in Go, SQL and GraphQL.
type ResourceKind string

// The values of ResourceKind.
const (
	ResourceGuideline ResourceKind = "GUIDELINE" // Rules of the brand: names, looks, words to use and to avoid.
	ResourceEducation ResourceKind = "EDUCATION" // What there is to know about products.
	ResourceExample   ResourceKind = "EXAMPLE"   // Examples of content that worked.
)
