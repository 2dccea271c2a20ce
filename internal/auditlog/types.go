package auditlog

import (
	"time"
	"tributary/internal/kit/id"
)

// Entry is who did what.
type Entry struct {
	ID         id.ID     // id, prefix aud.
	Action     string    // what was done, for example PAYOUT_RUN_APPROVED.
	ObjectKind string    // sort of object.
	ObjectID   *id.ID    // id of the object, if it has one outside.
	Sentence   string    // in words.
	CreatedAt  time.Time // when.
}

// IsNode marks Entry as refetchable by id.
func (Entry) IsNode() {}
