package partnership

import (
	"time"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
)

// Application is a creator's wish to join a program.
type Application struct {
	ID        id.ID              // id, prefix app.
	ProgramID id.ID              // the program.
	CreatorID id.ID              // the creator.
	Answers   []string           // answers to the program's questions, in their order. At most 10.
	Platforms []creator.Platform // where the creator would promote. At most 12.
	Plan      string             // how the creator would promote.
	Status    ApplicationStatus  // state.
	Reason    *string            // what the brand says about the decision; the creator reads it.
	CreatedAt time.Time          // when it was sent.
	DecidedAt *time.Time         // when it was decided.
}

// IsNode marks Application as refetchable by id.
func (Application) IsNode() {}

// Partnership is a creator in a program.
type Partnership struct {
	ID                   id.ID      // id, prefix par.
	ProgramID            id.ID      // the program.
	CreatorID            id.ID      // the creator.
	Status               Status     // state.
	Stage                Stage      // how settled it is.
	PauseKind            *PauseKind // why it is paused.
	StatusReason         *string    // what the creator reads about the state.
	StatusSince          time.Time  // since when it is in this state.
	AcceptedTermsVersion int        // version of the terms that the creator accepted; 0 before.
	CreatedAt            time.Time  // when the creator came in.
	ActivatedAt          *time.Time // when it became active.
}

// IsNode marks Partnership as refetchable by id.
func (Partnership) IsNode() {}
