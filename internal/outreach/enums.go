package outreach

// Stage is: stages of the outreach pipeline. Spelled alike in Go, SQL and GraphQL.
type Stage string

// The values of Stage.
const (
	StageIdentified   Stage = "IDENTIFIED"   // Found, to contact.
	StageContacted    Stage = "CONTACTED"    // Contacted.
	StageReplied      Stage = "REPLIED"      // Replied.
	StageNegotiating  Stage = "NEGOTIATING"  // Talking terms.
	StageAgreed       Stage = "AGREED"       // Agreed.
	StageOnboarded    Stage = "ONBOARDED"    // In the program.
	StageDeclined     Stage = "DECLINED"     // Said no.
	StageUnresponsive Stage = "UNRESPONSIVE" // No answer.
)

// EventKind is: kinds of events in a prospect's story. Spelled alike in Go, SQL and GraphQL.
type EventKind string

// The values of EventKind.
const (
	EventCreated EventKind = "CREATED" // Added.
	EventMove    EventKind = "MOVE"    // Moved to another stage.
	EventNote    EventKind = "NOTE"    // A note.
)
