// Package review looks at partnerships when their trial ends and every quarter afterwards, recommends what to do with the reasons
// in words, and compares arms of experiments.
package review

import (
	"encoding/json"
	"fmt"
	"time"

	"tributary/ent/gen"
	"tributary/internal/insight"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

// Action is what to do with a partnership. Spelled alike in Go, SQL and GraphQL.
type Action string

// The actions.
const (
	ActionPromote Action = "PROMOTE" // offer more
	ActionKeep    Action = "KEEP"    // go on
	ActionCoach   Action = "COACH"   // help to do better
	ActionRetire  Action = "RETIRE"  // end it
)

// Status is the state of a review. Spelled alike in Go, SQL and GraphQL.
type Status string

// The states: DUE → DECIDED → ANSWERED.
const (
	StatusDue      Status = "DUE"      // waits for the brand
	StatusDecided  Status = "DECIDED"  // decided
	StatusAnswered Status = "ANSWERED" // the creator answered
)

// Review is a look at a partnership's figures with a recommendation. Figures are as they were when the review was made.
type Review struct {
	ID             id.ID // prefix rev
	BrandID        id.ID
	ProgramID      id.ID
	PartnershipID  id.ID
	CreatorID      id.ID
	FromAt         time.Time // from when the figures are; their days are whole UTC days
	ToAt           time.Time // up to when the figures are
	Figures        insight.Figures
	Medians        insight.Figures // medians of the program in the same time
	Recommendation Action          // what the figures suggest
	Reasons        []string        // why, in words
	Status         Status
	Decision       *Action // what the brand decided
	Words          *string // what the brand wrote to the creator
	DecidedAt      *time.Time
	CreatedAt      time.Time
}

// IsNode marks Review as refetchable by id.
func (Review) IsNode() {}

// kept is how figures are stored with a review.
type kept struct {
	Figures insight.Figures `json:"figures"`
	Medians insight.Figures `json:"medians"`
}

func fromRow(row *gen.Review) (Review, error) {
	var k kept
	if err := json.Unmarshal(row.Figures, &k); err != nil {
		return Review{}, fmt.Errorf("review %s: %w", row.ID, err)
	}
	return Review{
		ID: id.Of(id.Review, row.ID), BrandID: id.Of(id.Brand, row.BrandID), ProgramID: id.Of(id.Program, row.ProgramID),
		PartnershipID: id.Of(id.Partnership, row.PartnershipID), CreatorID: id.Of(id.Creator, row.CreatorID),
		FromAt: row.FromAt, ToAt: row.ToAt, Figures: k.Figures, Medians: k.Medians, Recommendation: Action(row.Recommendation),
		Reasons: row.Reasons, Status: Status(row.Status), Decision: (*Action)(row.Decision), Words: row.DecisionWords,
		DecidedAt: row.DecidedAt, CreatedAt: row.CreatedAt,
	}, nil
}

func place(r Review) page.Cursor { return page.Cursor{At: r.CreatedAt, ID: r.ID.UUID} }
