package sale

import (
	"time"
	"tributary/internal/attribution"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
)

// Attribution is who earned the credit of an order and why: one stored, immutable decision.
type Attribution struct {
	ID        id.ID               // id, prefix dec.
	Version   int                 // number of the decision for this order, from 1; the highest is in force.
	Verdict   attribution.Verdict // what it came to.
	Cause     Cause               // why it was made.
	PolicyID  id.ID               // the brand's policy that was applied.
	Rule      string              // the rule in words, for example \"The last click before the order gets all the credit.\"
	Touches   []Touch             // every touch that was found, oldest first. At most 200.
	Credits   []Credit            // who earns which part. The parts sum to 1,000,000 or there are none. At most 50.
	DecidedAt time.Time           // when it was decided.
}

// IsNode marks Attribution as refetchable by id.
func (Attribution) IsNode() {}

// Touch is something that may have led to the order.
type Touch struct {
	Kind      attribution.Kind    // kind.
	At        time.Time           // when; for a code, when the order was placed.
	Platform  *creator.Platform   // where the link or code was shared.
	CreatorID id.ID               // whose it is; null when it is another creator's and the reader is a creator.
	Own       bool                // whether it is the signed-in creator's.
	Label     string              // what to call it, for example \"Your TikTok link\" or \"Code MAYA15\".
	Outcome   attribution.Result  // what became of it.
	Reason    *attribution.Reason // why it earned nothing; null when it counts.
	Sentence  string              // the outcome in one sentence for a person.
	CreditPpm int                 // its part of the credit in parts per million.
}

// Credit is a part of an order's credit.
type Credit struct {
	CreatorID id.ID // who earns it; null when it is another creator's and the reader is a creator.
	Own       bool  // whether it is the signed-in creator's.
	Ppm       int   // the part in parts per million.
}
