// Package partnership brings creators into programs: applications and their decision, the acceptance of terms, and the states of a
// creator in a program.
package partnership

import (
	"time"

	"tributary/ent/gen"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

// Status is the state of a partnership. Spelled alike in Go, SQL and GraphQL.
type Status string

// The states, moved by move only.
const (
	StatusInvited       Status = "INVITED"        // invited, not answered
	StatusAwaitingTerms Status = "AWAITING_TERMS" // the creator has to accept the terms
	StatusActive        Status = "ACTIVE"         // links and codes earn
	StatusPaused        Status = "PAUSED"         // touches do not count for now
	StatusRetiring      Status = "RETIRING"       // ends after a notice; links still earn
	StatusRetired       Status = "RETIRED"        // over
	StatusExpired       Status = "EXPIRED"        // the creator did not answer in time
	StatusDeclined      Status = "DECLINED"       // the creator said no
)

// Stage is how settled a partnership is; it stands beside the status. Spelled alike in Go, SQL and GraphQL.
type Stage string

// The stages.
const (
	StageTrial      Stage = "TRIAL"      // in the first weeks
	StageStandard   Stage = "STANDARD"   // settled
	StageAmbassador Stage = "AMBASSADOR" // especially close
)

// PauseKind is why a partnership is paused. Spelled alike in Go, SQL and GraphQL.
type PauseKind string

// The kinds of pauses.
const (
	PauseBrand      PauseKind = "BRAND"      // the brand's own reasons
	PauseCompliance PauseKind = "COMPLIANCE" // a breach of rules
	PauseTerms      PauseKind = "TERMS"      // new terms are not accepted
	PauseFraud      PauseKind = "FRAUD"      // suspicion of fraud
)

// Partnership is a creator in a program.
type Partnership struct {
	ID                   id.ID // prefix par
	BrandID              id.ID
	ProgramID            id.ID
	CreatorID            id.ID
	ApplicationID        id.ID // the application that made it, zero without one
	Status               Status
	Stage                Stage
	PauseKind            *PauseKind // of PAUSED
	StatusReason         *string    // what the creator reads about the state
	StatusSince          time.Time
	AcceptedTermsVersion int        // version of the terms that the creator accepted; 0 before
	RetireAt             *time.Time // end of the notice of RETIRING
	CreatedAt            time.Time
	ActivatedAt          *time.Time // when it first became active
	Aliases              []string   // what the brand's customers call the creator
}

// IsNode marks Partnership as refetchable by id.
func (Partnership) IsNode() {}

// Earns reports whether touches count now.
func (p Partnership) Earns() bool { return p.Status == StatusActive || p.Status == StatusRetiring }

func fromRow(row *gen.Partnership) Partnership {
	p := Partnership{
		ID: id.Of(id.Partnership, row.ID), BrandID: id.Of(id.Brand, row.BrandID), ProgramID: id.Of(id.Program, row.ProgramID),
		CreatorID: id.Of(id.Creator, row.CreatorID), Status: Status(row.Status), Stage: Stage(row.Stage),
		PauseKind: (*PauseKind)(row.PauseKind), StatusReason: row.StatusReason, StatusSince: row.StatusSince,
		AcceptedTermsVersion: row.AcceptedTermsVersion, RetireAt: row.RetireAt, CreatedAt: row.CreatedAt, ActivatedAt: row.ActivatedAt,
		Aliases: row.Aliases,
	}
	if row.ApplicationID != nil {
		p.ApplicationID = id.Of(id.Application, *row.ApplicationID)
	}
	return p
}

func fromRows(rows []*gen.Partnership) []Partnership {
	out := make([]Partnership, len(rows))
	for i, row := range rows {
		out[i] = fromRow(row)
	}
	return out
}

func place(p Partnership) page.Cursor { return page.Cursor{At: p.CreatedAt, ID: p.ID.UUID} }
