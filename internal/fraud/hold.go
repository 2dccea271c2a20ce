package fraud

import (
	"time"

	"tributary/internal/kit/id"
)

// Hold is a commission kept back until a person has decided.
type Hold struct {
	ID             id.ID      // id, prefix hld.
	CommissionID   id.ID      // the commission.
	Signal         Signal     // what raised it.
	Reason         string     // why, in words; the creator reads it.
	Evidence       []Evidence // what was seen; empty for the creator. At most 20.
	Status         HoldStatus // state.
	CreatedAt      time.Time  // when it was opened.
	DecidedAt      *time.Time // when it was decided.
	DecisionReason *string    // what the person said.
	BrandID        id.ID      // the brand.
}

// IsNode marks Hold as refetchable by id.
func (Hold) IsNode() {}
