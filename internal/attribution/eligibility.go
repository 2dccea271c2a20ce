package attribution

import (
	"slices"
	"time"

	"tributary/internal/kit/money"
)

// candidate is a touch on its way through the decision.
type candidate struct {
	touch   Touch
	outcome Outcome
	// order is the moment by which the credit model ranks the touch.
	order time.Time
	// clicked tells whether a code's creator also has an eligible click.
	clicked bool
}

func (c *candidate) eligible() bool { return c.outcome.Result != NotCounted }

func (c *candidate) refuse(reason Reason) {
	c.outcome.Result, c.outcome.Reason, c.outcome.Holds = NotCounted, reason, nil
}

func (c *candidate) hold(reason Reason) {
	if !slices.Contains(c.outcome.Holds, reason) {
		c.outcome.Result = CountedHeld
		c.outcome.Holds = append(c.outcome.Holds, reason)
	}
}

// clock is the moment that decides whether partnership and program were
// active: a survey answer speaks for the order's own moment, and a touch inside
// the clock skew counts as made at the order.
func (c *candidate) clock(placedAt time.Time) time.Time {
	if c.touch.Kind == Survey || c.touch.At.After(placedAt) {
		return placedAt
	}
	return c.touch.At
}

// judge refuses a touch that may not earn, and holds one that a person must
// look at first. The first reason that applies is the one that is shown.
func (c *candidate) judge(in Input) {
	if c.touch.Kind == Person {
		// Who decided has seen what else speaks against it. A test earns nothing all the same, and confirmed fraud stays confirmed.
		_ = c.checkEvidence(in) && c.checkSuspicions(in)
		return
	}
	for _, check := range []func(*candidate, Input) bool{
		(*candidate).checkEvidence,
		(*candidate).checkTime,
		(*candidate).checkProgram,
		(*candidate).checkPartnership,
		(*candidate).checkEnd,
		(*candidate).checkSuspicions,
		(*candidate).checkOrder,
		(*candidate).checkKindPaid,
		(*candidate).checkConfidence,
	} {
		if !check(c, in) {
			return
		}
	}
}

// checkEvidence refuses what is no touch of a real shopper.
func (c *candidate) checkEvidence(in Input) bool {
	switch {
	case in.Order.Test:
		c.refuse(TestOrder)
	case c.touch.Bot:
		c.refuse(Bot)
	case c.touch.ConsentDenied:
		c.refuse(ConsentDenied)
	default:
		return true
	}
	return false
}

// checkTime refuses clicks outside their program's window, and whatever
// happened after the order. Codes and survey answers know no window.
func (c *candidate) checkTime(in Input) bool {
	if c.touch.Kind == Code || c.touch.Kind == Survey {
		return true
	}
	age := in.Order.PlacedAt.Sub(c.touch.At)
	if age < -ClockSkew {
		c.outcome.Facts.Age = age
		c.refuse(AfterOrder)
		return false
	}
	program, known := in.Programs[c.touch.ProgramID]
	if !known || c.touch.Kind == Binding {
		return true
	}
	if age > time.Duration(program.WindowDays)*24*time.Hour {
		c.outcome.Facts.Age, c.outcome.Facts.WindowDays = age, program.WindowDays
		c.refuse(OutsideWindow)
		return false
	}
	return true
}

func (c *candidate) checkProgram(in Input) bool {
	status := in.Programs[c.touch.ProgramID].statusAt(c.clock(in.Order.PlacedAt))
	if status == ProgramActive {
		return true
	}
	c.outcome.Facts.Program = status
	c.refuse(ProgramInactive)
	return false
}

// checkPartnership asks for an active partnership at the touch. A pause that
// began between touch and order does no harm, unless it is about the creator's
// conduct: then the credit waits.
func (c *candidate) checkPartnership(in Input) bool {
	partnership := in.Partnerships[c.touch.PartnershipID]
	then := partnership.periodAt(c.clock(in.Order.PlacedAt))
	switch then.Status {
	case PartnershipActive, PartnershipRetiring:
	case PartnershipAwaitingTerms:
		c.outcome.Facts.Partnership = then.Status
		c.refuse(TermsNotAccepted)
		return false
	default:
		c.outcome.Facts.Partnership, c.outcome.Facts.Pause = then.Status, then.Pause
		c.refuse(PartnershipInactive)
		return false
	}
	now := partnership.periodAt(in.Order.PlacedAt)
	if now.Status == PartnershipPaused && (now.Pause == PausedForCompliance || now.Pause == PausedForFraud) {
		c.outcome.Facts.Partnership, c.outcome.Facts.Pause = now.Status, now.Pause
		return c.suspect(PartnershipInactive, Hold)
	}
	return true
}

// checkEnd refuses codes and bindings that were over.
func (c *candidate) checkEnd(in Input) bool {
	placedAt := in.Order.PlacedAt
	switch c.touch.Kind {
	case Code:
		if end := c.touch.CodeEndsAt; !end.IsZero() && placedAt.After(end.Add(CodeGrace)) {
			c.outcome.Facts.EndedAt = end
			c.refuse(CodeExpired)
			return false
		}
	case Binding:
		if end := c.touch.BindingEndsAt; !end.IsZero() && !placedAt.Before(end) {
			c.outcome.Facts.EndedAt = end
			c.refuse(BindingEnded)
			return false
		}
	}
	return true
}

// checkSuspicions applies the guards. What a person has confirmed is refused,
// what a person has cleared is free, the rest follows the guard's mode.
func (c *candidate) checkSuspicions(Input) bool {
	leak := c.touch.Leak
	if c.touch.Kind != Code {
		leak = ""
	}
	if leak == Refuse && c.clicked {
		// "Pay only with a click", and there is one.
		leak = Observe
	}
	var unproven Treatment
	if c.touch.Unproven {
		unproven = Hold
	}
	return c.suspect(Fraud, "") && c.suspect(SelfReferral, "") && c.suspect(CodeLeaked, leak) &&
		c.suspect(BannedSource, c.touch.BannedSource) && c.suspect(BelowConfidence, unproven)
}

// suspect weighs one suspicion and tells whether the touch may go on.
func (c *candidate) suspect(reason Reason, mode Treatment) bool {
	switch c.touch.finding(reason) {
	case Confirmed:
		c.refuse(reason)
		return false
	case Cleared:
		return true
	case Suspected:
		if mode != Refuse {
			mode = Hold
		}
	}
	switch mode {
	case Refuse:
		c.refuse(reason)
		return false
	case Hold:
		c.hold(reason)
	}
	return true
}

// checkOrder refuses touches whose offer has nothing for this order.
func (c *candidate) checkOrder(in Input) bool {
	switch {
	case in.Order.Returning && c.touch.Kind != Binding && in.Programs[c.touch.ProgramID].NewCustomersOnly:
		c.refuse(ExistingCustomer)
	case c.touch.NothingEligible:
		c.refuse(ExcludedProduct)
	default:
		return true
	}
	return false
}

// checkKindPaid refuses kinds that the program or the policy does not pay for.
func (c *candidate) checkKindPaid(in Input) bool {
	if in.Policy.pays(c.touch.Kind) && slices.Contains(in.Programs[c.touch.ProgramID].AllowedKinds, c.touch.Kind) {
		return true
	}
	c.outcome.Facts.KindNotPaid = true
	c.refuse(LostToPrecedence)
	return false
}

// checkConfidence asks survey answers and modelled matches to be sure enough;
// a person's word settles a survey answer either way.
func (c *candidate) checkConfidence(in Input) bool {
	var threshold money.PPM
	switch c.touch.Kind {
	case Survey:
		threshold = in.Policy.SurveyThreshold
	case Modelled:
		threshold = in.Policy.ModelledThreshold
	default:
		return true
	}
	answer := c.touch.Answer
	if c.touch.Kind == Modelled {
		answer = ""
	}
	if answer == AnswerConfirmed || (answer == "" && c.touch.Confidence >= threshold) {
		return true
	}
	c.outcome.Facts.Confidence, c.outcome.Facts.Threshold = c.touch.Confidence, threshold
	c.outcome.Facts.AwaitsPerson = c.touch.Kind == Survey && answer == ""
	c.outcome.Facts.AnswerRejected = answer == AnswerRejected
	c.refuse(BelowConfidence)
	return false
}
