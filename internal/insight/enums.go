package insight

// Group is: what performance is grouped by. Spelled alike in Go, SQL and GraphQL.
type Group string

// The values of Group.
const (
	ByDay      Group = "DAY"      // UTC day.
	ByCreator  Group = "CREATOR"  // Creator.
	ByPlatform Group = "PLATFORM" // Platform.
	ByLink     Group = "LINK"     // Link.
	ByProgram  Group = "PROGRAM"  // Program.
)
