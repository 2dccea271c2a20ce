package outreach

import (
	"time"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Prospect is a creator whom a brand would like to win.
type Prospect struct {
	ID         id.ID            // id, prefix pro.
	Name       string           // name.
	Platform   creator.Platform // platform they are known from.
	Handle     string           // name on the platform.
	Email      *string          // address to write to.
	ProfileURL *string          // address of the profile.
	Followers  int              // followers.
	Source     string           // where they were found.
	Niches     []string         // what they publish about. At most 20.
	Tags       []string         // tags. At most 20.
	Stage      Stage            // stage.
	StageSince time.Time        // since when.
	NextStep   *string          // what to do next.
	DueAt      *time.Time       // when it is due.
	FitScore   int              // how well they fit, 0 to 100.
	OwnerID    id.ID            // who looks after them.
	ProgramID  id.ID            // the program.
	CreatorID  id.ID            // their profile here, once known.
	CreatedAt  time.Time        // when they were added.
}

// IsNode marks Prospect as refetchable by id.
func (Prospect) IsNode() {}

// Event is one event in a prospect's story.
type Event struct {
	ID        id.ID     // id, prefix pev.
	Kind      EventKind // sort.
	FromStage *Stage    // stage before a move.
	ToStage   *Stage    // stage after a move.
	Body      string    // note, or reason of a move.
	UserID    id.ID     // who.
	CreatedAt time.Time // when.
}

// PipelineStage is one column of the pipeline.
type PipelineStage struct {
	Stage      Stage              // the stage.
	Count      int                // prospects in it now.
	MedianDays *float64           // median days that prospects spent in it before they moved on; null while nobody has.
	Conversion *money.BasisPoints // share of those who ever reached it that came further, in basis points; null while nobody reached it.
	Prospects  []Prospect         // the first prospects in it, longest waiting first. At most 50.
}

// Pipeline is a program's outreach pipeline.
type Pipeline struct {
	ProgramID id.ID           // the program.
	Stages    []PipelineStage // all stages in their order. At most 8.
	Total     int             // prospects in all stages.
}
