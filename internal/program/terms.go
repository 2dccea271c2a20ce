package program

import (
	"time"

	"tributary/ent/gen"
	"tributary/internal/kit/id"
)

// Terms is one immutable version of what creators agree to.
type Terms struct {
	ID          id.ID // prefix trm
	ProgramID   id.ID
	Version     int       // number of the version, from 1
	Body        string    // the text, in Markdown
	EffectiveAt time.Time // from when it holds, until the next version does
}

// IsNode marks Terms as refetchable by id.
func (Terms) IsNode() {}

func termsOf(row *gen.TermsVersion) Terms {
	return Terms{ID: id.Of(id.Terms, row.ID), ProgramID: id.Of(id.Program, row.ProgramID), Version: row.Version,
		Body: row.Body, EffectiveAt: row.EffectiveAt}
}
