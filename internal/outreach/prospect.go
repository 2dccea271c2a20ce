// Package outreach keeps the pipeline of creators whom a brand would like to win: prospects, their stages, and the story of each.
package outreach

import (
	"time"

	"tributary/ent/gen"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

// Prospect is a creator whom a brand would like to win for a program.
type Prospect struct {
	ID            id.ID // prefix pro
	BrandID       id.ID
	ProgramID     id.ID
	CreatorID     id.ID // their profile here, zero until it is known
	PartnershipID id.ID // how they came into the program, zero before
	OwnerID       id.ID // the member who looks after them, zero without one
	Name          string
	Platform      creator.Platform // platform they are known from
	Handle        string           // name on the platform, without @, in lower case
	Email         *string
	ProfileURL    *string
	Followers     int
	Source        string   // where they were found
	Niches        []string // what they publish about
	Tags          []string
	Stage         Stage
	StageSince    time.Time
	NextStep      *string
	DueAt         *time.Time // when the next step is due
	FitScore      int        // how well they fit, 0 to 100
	CreatedAt     time.Time
}

// IsNode marks Prospect as refetchable by id.
func (Prospect) IsNode() {}

func fromRow(row *gen.Prospect) Prospect {
	p := Prospect{
		ID: id.Of(id.Prospect, row.ID), BrandID: id.Of(id.Brand, row.BrandID), ProgramID: id.Of(id.Program, row.ProgramID),
		Name: row.Name, Platform: creator.Platform(row.Platform), Handle: row.Handle, Email: row.Email, ProfileURL: row.ProfileURL,
		Followers: int(row.Followers), Source: row.Source, Niches: row.Niches, Tags: row.Tags, Stage: Stage(row.Stage),
		StageSince: row.StageSince, NextStep: row.NextStep, DueAt: row.DueAt, FitScore: row.FitScore, CreatedAt: row.CreatedAt,
	}
	if row.CreatorID != nil {
		p.CreatorID = id.Of(id.Creator, *row.CreatorID)
	}
	if row.PartnershipID != nil {
		p.PartnershipID = id.Of(id.Partnership, *row.PartnershipID)
	}
	if row.OwnerUserID != nil {
		p.OwnerID = id.Of(id.User, *row.OwnerUserID)
	}
	return p
}

func fromRows(rows []*gen.Prospect) []Prospect {
	out := make([]Prospect, len(rows))
	for i, row := range rows {
		out[i] = fromRow(row)
	}
	return out
}

func place(p Prospect) page.Cursor { return page.Cursor{At: p.CreatedAt, ID: p.ID.UUID} }
