package partnership

import (
	"time"

	"tributary/ent/gen"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

// ApplicationStatus is the state of an application. Spelled alike in Go, SQL and GraphQL.
type ApplicationStatus string

// The states of an application.
const (
	ApplicationSubmitted  ApplicationStatus = "SUBMITTED"  // waits for the brand
	ApplicationApproved   ApplicationStatus = "APPROVED"   // the creator is in
	ApplicationDeclined   ApplicationStatus = "DECLINED"   // the brand said no, with a reason
	ApplicationWaitlisted ApplicationStatus = "WAITLISTED" // the brand decides later
	ApplicationWithdrawn  ApplicationStatus = "WITHDRAWN"  // the creator took it back
)

// ApplicationDecision is what a brand can decide about an application. Spelled alike in Go, SQL and GraphQL.
type ApplicationDecision string

// The decisions.
const (
	DecisionApprove  ApplicationDecision = "APPROVE"  // let the creator in
	DecisionDecline  ApplicationDecision = "DECLINE"  // say no; needs a reason
	DecisionWaitlist ApplicationDecision = "WAITLIST" // decide later
)

// Application is a creator's wish to join a program.
type Application struct {
	ID        id.ID // prefix app
	BrandID   id.ID
	ProgramID id.ID
	CreatorID id.ID
	Answers   []string           // answers to the program's questions, in their order
	Platforms []creator.Platform // where the creator would promote
	Plan      string             // how the creator would promote
	Status    ApplicationStatus
	Reason    *string // what the brand says about the decision; the creator reads it
	CreatedAt time.Time
	DecidedAt *time.Time // when it was decided or taken back
}

// IsNode marks Application as refetchable by id.
func (Application) IsNode() {}

func applicationOf(row *gen.Application) Application {
	a := Application{
		ID: id.Of(id.Application, row.ID), BrandID: id.Of(id.Brand, row.BrandID), ProgramID: id.Of(id.Program, row.ProgramID),
		CreatorID: id.Of(id.Creator, row.CreatorID), Answers: row.Answers, Platforms: make([]creator.Platform, len(row.Platforms)),
		Plan: row.Plan, Status: ApplicationStatus(row.Status), Reason: row.Reason, CreatedAt: row.CreatedAt, DecidedAt: row.DecidedAt,
	}
	for i, p := range row.Platforms {
		a.Platforms[i] = creator.Platform(p)
	}
	return a
}

func applicationsOf(rows []*gen.Application) []Application {
	out := make([]Application, len(rows))
	for i, row := range rows {
		out[i] = applicationOf(row)
	}
	return out
}

func placeOfApplication(a Application) page.Cursor {
	return page.Cursor{At: a.CreatedAt, ID: a.ID.UUID}
}
