package attribution

import (
	"cmp"
	"slices"
	"time"
)

// Input is all that a decision rests on.
type Input struct {
	Order   Order   `json:"order"`
	Policy  Policy  `json:"policy"`
	Touches []Touch `json:"touches"`
	// Programs and Partnerships are by the ids that touches name. A touch of one
	// that is missing counts as inactive.
	Programs     map[string]Program     `json:"programs"`
	Partnerships map[string]Partnership `json:"partnerships"`
}

// Decide settles who earns credit for an order. Ineligible touches fall away
// first, then the strongest kind wins, then the credit model chooses or shares
// among its touches; so the next best touch wins and an ineligible one never
// blocks. The same touches in another order give the same decision.
func Decide(in Input) Decision {
	candidates := judged(in)
	decision := Decision{PolicyVersion: in.Policy.Version, Model: in.Policy.model(), Credits: []Credit{}}

	eligible := filter(candidates, (*candidate).eligible)
	switch {
	case len(eligible) > 0:
		winners := in.winners(eligible)
		decision.Verdict, decision.Kind = Credited, winners[0].touch.Kind
		switch {
		case decision.Kind == Person:
			decision.Rule = RulePerson
		case len(eligible) == 1:
			decision.Rule = RuleOnlyTouch
		case len(ofKind(eligible, decision.Kind)) == 1:
			decision.Rule = RulePrecedence
		default:
			decision.Rule = RuleModel
		}
		in.share(winners)
		decision.Credits = credits(winners)
	case slices.ContainsFunc(candidates, func(c *candidate) bool { return c.outcome.Facts.AwaitsPerson }):
		decision.Verdict, decision.Rule = NeedsPerson, RuleUnclearSurvey
	case len(candidates) > 0:
		decision.Verdict, decision.Rule = NoCredit, RuleNoneEligible
	default:
		decision.Verdict, decision.Rule = NoCredit, RuleNoTouch
	}

	decision.Outcomes = make([]Outcome, len(candidates))
	for i, c := range candidates {
		decision.Outcomes[i] = c.outcome
	}
	return decision
}

// judged returns the touches by time and id, each found eligible or refused.
// Clicks come first because the standing of a code may depend on them.
func judged(in Input) []*candidate {
	candidates := make([]*candidate, len(in.Touches))
	for i, t := range in.Touches {
		if t.Kind == Code {
			// A code was used at the order, whatever else is known of it.
			t.At = in.Order.PlacedAt
		}
		candidates[i] = &candidate{touch: t, outcome: Outcome{
			TouchID: t.ID, Kind: t.Kind, PartnershipID: t.PartnershipID, ProgramID: t.ProgramID,
			CreatorID: t.CreatorID, At: t.At.UTC(), Result: Counted, Facts: Facts{Joined: t.Joined},
		}}
		if t.Kind == Modelled {
			candidates[i].outcome.Facts.Confidence = t.Confidence
		}
	}
	slices.SortFunc(candidates, func(a, b *candidate) int {
		return cmp.Or(a.touch.At.Compare(b.touch.At), cmp.Compare(a.touch.ID, b.touch.ID))
	})
	for _, c := range candidates {
		if c.touch.Kind != Code {
			c.judge(in)
			c.order = earlier(c.touch.At, in.Order.PlacedAt)
		}
	}
	clicks := ofKind(filter(candidates, (*candidate).eligible), Click)
	codes := ofKind(candidates, Code)
	for _, code := range codes {
		code.placeByClicks(clicks, in)
		code.judge(in)
	}
	refuseDuplicateCodes(codes)
	return candidates
}

// placeByClicks ranks a code by its creator's clicks: by the first under
// FIRST_TOUCH, else by the latest; by the order's moment without a click.
func (c *candidate) placeByClicks(clicks []*candidate, in Input) {
	c.order = in.Order.PlacedAt
	for _, click := range clicks {
		if click.touch.CreatorID != c.touch.CreatorID {
			continue
		}
		if in.Policy.model() != FirstTouch || !c.clicked {
			c.order = click.order
		}
		c.clicked = true
	}
}

// refuseDuplicateCodes leaves one eligible code a creator: the one with the
// larger discount, then the one listed first, then the lower id.
func refuseDuplicateCodes(codes []*candidate) {
	best := map[string]*candidate{}
	for _, code := range filter(codes, (*candidate).eligible) {
		other, found := best[code.touch.CreatorID]
		switch {
		case !found:
			best[code.touch.CreatorID] = code
		case byDiscount(code, other) < 0:
			other.refuse(Duplicate)
			best[code.touch.CreatorID] = code
		default:
			code.refuse(Duplicate)
		}
	}
}

// byDiscount puts the code with the larger discount first, then the one that
// the order lists first, then the lower id.
func byDiscount(a, b *candidate) int {
	return cmp.Or(
		cmp.Compare(b.touch.Discount.Minor, a.touch.Discount.Minor),
		cmp.Compare(a.touch.Position, b.touch.Position),
		cmp.Compare(a.touch.ID, b.touch.ID),
	)
}

// winners applies precedence and then the credit model, refuses the losers and
// returns the touches that share the credit in the order of the model.
func (in Input) winners(eligible []*candidate) []*candidate {
	kind := in.strongest(eligible)
	var winners []*candidate
	for _, c := range eligible {
		if c.touch.Kind == kind {
			winners = append(winners, c)
			continue
		}
		c.outcome.Facts.Winner = kind
		c.refuse(LostToPrecedence)
	}
	slices.SortFunc(winners, byOrder)
	if !in.Policy.single() && kind != Person {
		return winners
	}
	chosen := in.choose(winners)
	for _, c := range winners {
		if c != chosen {
			c.outcome.Facts.Model, c.outcome.Facts.Touches = in.Policy.model(), len(winners)
			c.refuse(LostToLaterTouch)
		}
	}
	chosen.outcome.Facts.Touches = len(winners)
	return []*candidate{chosen}
}

// strongest is the first kind of the precedence that has an eligible touch.
func (in Input) strongest(eligible []*candidate) Kind {
	if len(ofKind(eligible, Person)) > 0 {
		return Person
	}
	for _, kind := range in.Policy.Precedence {
		if len(ofKind(eligible, kind)) > 0 {
			return kind
		}
	}
	// Eligible touches are of kinds that the precedence names.
	return eligible[0].touch.Kind
}

// choose picks the one touch of a model that gives it all. Codes have no time
// of their own: a creator with a click comes before one without, then the
// larger discount counts. Among survey answers the surest wins.
func (in Input) choose(winners []*candidate) *candidate {
	return slices.MinFunc(winners, func(a, b *candidate) int {
		switch a.touch.Kind {
		case Person:
			return cmp.Or(b.touch.At.Compare(a.touch.At), cmp.Compare(b.touch.ID, a.touch.ID)) // the last word
		case Code:
			if a.clicked != b.clicked {
				return -boolOrder(a.clicked)
			}
			if a.order.Equal(b.order) {
				return byDiscount(a, b)
			}
		case Survey:
			sureA, sureB := a.touch.Answer == AnswerConfirmed, b.touch.Answer == AnswerConfirmed
			if sureA != sureB {
				return -boolOrder(sureA)
			}
			if byConfidence := cmp.Compare(b.touch.Confidence, a.touch.Confidence); byConfidence != 0 {
				return byConfidence
			}
		}
		if in.Policy.model() == FirstTouch {
			return byOrder(a, b)
		}
		return byOrder(b, a)
	})
}

// byOrder sorts by the moment that the model looks at. Codes of one moment go
// as the order lists them; all else by id.
func byOrder(a, b *candidate) int {
	return cmp.Or(
		a.order.Compare(b.order),
		cmp.Compare(a.touch.Position, b.touch.Position),
		cmp.Compare(a.touch.ID, b.touch.ID),
	)
}

// share writes the credit of each winner.
func (in Input) share(winners []*candidate) {
	moments := make([]time.Time, len(winners))
	for i, c := range winners {
		moments[i] = c.order
	}
	for i, ppm := range shares(in.Policy, moments) {
		winners[i].outcome.Credit = ppm
		winners[i].outcome.Facts.Model = in.Policy.model()
		winners[i].outcome.Facts.Touches = max(len(winners), winners[i].outcome.Facts.Touches)
	}
}

// credits adds up the credit of each partnership, in the order of their first
// touches.
func credits(winners []*candidate) []Credit {
	var list []Credit
	for _, c := range winners {
		i := slices.IndexFunc(list, func(credit Credit) bool { return credit.PartnershipID == c.touch.PartnershipID })
		if i < 0 {
			i = len(list)
			list = append(list, Credit{
				PartnershipID: c.touch.PartnershipID, ProgramID: c.touch.ProgramID,
				CreatorID: c.touch.CreatorID, Kind: c.touch.Kind,
			})
		}
		list[i].PPM += c.outcome.Credit
		list[i].TouchIDs = append(list[i].TouchIDs, c.touch.ID)
		for _, reason := range c.outcome.Holds {
			if !slices.Contains(list[i].Holds, reason) {
				list[i].Holds = append(list[i].Holds, reason)
			}
		}
	}
	return list
}

func filter(candidates []*candidate, keep func(*candidate) bool) []*candidate {
	var kept []*candidate
	for _, c := range candidates {
		if keep(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

func ofKind(candidates []*candidate, kind Kind) []*candidate {
	return filter(candidates, func(c *candidate) bool { return c.touch.Kind == kind })
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// boolOrder is 1 for true and -1 for false.
func boolOrder(b bool) int {
	if b {
		return 1
	}
	return -1
}
