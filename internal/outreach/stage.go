package outreach

import "slices"

// Stage is where a prospect stands. Spelled alike in Go, SQL and GraphQL.
type Stage string

// The stages, in the order of the board.
const (
	StageIdentified   Stage = "IDENTIFIED"   // found, to contact
	StageContacted    Stage = "CONTACTED"    // written to
	StageReplied      Stage = "REPLIED"      // answered
	StageNegotiating  Stage = "NEGOTIATING"  // talking terms
	StageAgreed       Stage = "AGREED"       // agreed
	StageOnboarded    Stage = "ONBOARDED"    // in the program; final
	StageDeclined     Stage = "DECLINED"     // said no
	StageUnresponsive Stage = "UNRESPONSIVE" // no answer
)

// Stages lists every stage in the order of the board.
var Stages = []Stage{StageIdentified, StageContacted, StageReplied, StageNegotiating, StageAgreed, StageOnboarded, StageDeclined,
	StageUnresponsive}

// path is the way of a prospect who is won; a stage before another is less far.
var path = []Stage{StageIdentified, StageContacted, StageReplied, StageNegotiating, StageAgreed, StageOnboarded}

// moves is the transition table: forwards with skips, one step back, out by a no or by silence, and back in. What is not here is
// refused; ONBOARDED also needs a partnership.
var moves = map[Stage][]Stage{
	StageIdentified:   {StageContacted, StageReplied, StageNegotiating, StageAgreed, StageOnboarded, StageDeclined},
	StageContacted:    {StageReplied, StageNegotiating, StageAgreed, StageOnboarded, StageDeclined, StageUnresponsive, StageIdentified},
	StageReplied:      {StageNegotiating, StageAgreed, StageOnboarded, StageDeclined, StageUnresponsive, StageContacted},
	StageNegotiating:  {StageAgreed, StageOnboarded, StageDeclined, StageUnresponsive, StageReplied},
	StageAgreed:       {StageOnboarded, StageDeclined, StageNegotiating},
	StageOnboarded:    {},
	StageDeclined:     {StageIdentified},
	StageUnresponsive: {StageReplied},
}

// MayMove reports whether a prospect may go from one stage to another.
func MayMove(from, to Stage) bool { return slices.Contains(moves[from], to) }

// needsReason reports whether a move has to say why: a no, a step back, and the way back from a no.
func needsReason(from, to Stage) bool {
	if to == StageDeclined || from == StageDeclined {
		return true
	}
	a, b := slices.Index(path, from), slices.Index(path, to)
	return a >= 0 && b >= 0 && b < a
}
