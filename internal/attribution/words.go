package attribution

import (
	"fmt"
	"strings"
	"time"

	"tributary/internal/kit/money"
)

// Explain says in plain English what became of a touch and why. It names no
// other creator and no customer, so a creator may read it about an own touch.
func Explain(o Outcome) string {
	if o.Facts.Joined {
		return resultWords(o) + " It was made on another device, which the customer had bought from before."
	}
	return resultWords(o)
}

func resultWords(o Outcome) string {
	switch o.Result {
	case Counted:
		return creditWords(o)
	case CountedHeld:
		words := make([]string, len(o.Holds))
		for i, reason := range o.Holds {
			words[i] = holdWords(reason, o)
		}
		return creditWords(o) + " The credit waits for a person to look at it: " + strings.Join(words, "; ") + "."
	}
	return refusalWords(o)
}

// thing is what a touch is called in a sentence.
func thing(kind Kind) string {
	switch kind {
	case Click:
		return "link click"
	case Code:
		return "code"
	case Binding:
		return "customer tie"
	case Survey:
		return "survey answer"
	case Modelled:
		return "modelled match"
	case Person:
		return "decision of the brand"
	}
	return "touch"
}

// things is the plural of thing, as the head of a sentence.
func things(kind Kind) string {
	switch kind {
	case Click:
		return "Links"
	case Code:
		return "Codes"
	case Binding:
		return "Customer ties"
	case Survey:
		return "Survey answers"
	case Modelled:
		return "Modelled matches"
	case Person:
		return "Decisions of the brand"
	}
	return "Touches of this kind"
}

func creditWords(o Outcome) string {
	what := thing(o.Kind)
	switch {
	case o.Kind == Person:
		return "Somebody at the brand decided that this creator brought the order, so it earned the whole credit."
	case o.Facts.Touches <= 1:
		return fmt.Sprintf("This %s counted and earned the whole credit for the order.", what)
	case o.Facts.Model == LastTouch && o.Kind == Click:
		return "This link click was the last one before the order, so it earned the whole credit."
	case o.Facts.Model == FirstTouch && o.Kind == Click:
		return "This link click was the first one before the order, so it earned the whole credit."
	case o.Credit == money.One:
		return fmt.Sprintf("This %s came first among %d that counted, so it earned the whole credit.", what, o.Facts.Touches)
	}
	return fmt.Sprintf("This %s counted and earned %s of the credit, shared among %d touches%s.",
		what, percentWords(o.Credit), o.Facts.Touches, modelWords(o.Facts.Model))
}

func modelWords(m Model) string {
	switch m {
	case Linear:
		return " in equal parts"
	case PositionBased:
		return ", with the first and the last weighing most"
	case TimeDecay:
		return ", with later ones weighing more"
	}
	return ""
}

// holdWords is a clause that says what a person has to look at.
func holdWords(reason Reason, o Outcome) string {
	switch reason {
	case SelfReferral:
		return "the buyer may be the creator"
	case Fraud:
		return "the order shows signs that it was not an ordinary purchase"
	case CodeLeaked:
		return "the code has been seen in public places, such as coupon sites"
	case BannedSource:
		return "the visit came from a place that the program does not allow"
	case BelowConfidence:
		return "only a browser named the order, by its number, which can be guessed"
	case PartnershipInactive:
		if o.Facts.Pause == PausedForFraud {
			return "the partnership was paused for a fraud check when the order was placed"
		}
		return "the partnership was paused for a compliance question when the order was placed"
	}
	return "it was marked for review"
}

func refusalWords(o Outcome) string {
	what, facts := thing(o.Kind), o.Facts
	switch o.Reason {
	case OutsideWindow:
		return fmt.Sprintf("%s count for %s in this program; this one was %s before the order.",
			things(o.Kind), countWords(facts.WindowDays, "day"), ageWords(facts.Age, facts.WindowDays))
	case AfterOrder:
		return fmt.Sprintf("This %s came %s after the order was placed.", what, ageWords(-facts.Age, 0))
	case LostToPrecedence:
		if facts.KindNotPaid {
			return fmt.Sprintf("%s earn no pay here. It is kept and shown beside the paid result.", things(o.Kind))
		}
		if facts.Winner == Person {
			return "Somebody at the brand decided who had brought this order, and that comes before all that was found."
		}
		return fmt.Sprintf("%s, and %s come before %s in the brand's policy.",
			winnerWords(facts.Winner), strings.ToLower(things(facts.Winner)), strings.ToLower(things(o.Kind)))
	case LostToLaterTouch:
		return lostWords(o)
	case PartnershipInactive:
		return partnershipWords(o)
	case ProgramInactive:
		switch facts.Program {
		case ProgramPaused:
			return fmt.Sprintf("The program was paused at the time of this %s.", what)
		case ProgramClosed:
			return fmt.Sprintf("The program was closed at the time of this %s.", what)
		}
		return fmt.Sprintf("The program had not started at the time of this %s.", what)
	case TermsNotAccepted:
		return fmt.Sprintf("The program's terms had not been accepted at the time of this %s. Accepting later does not reach back.", what)
	case SelfReferral:
		return "A person has confirmed that the buyer is the creator, and own purchases do not earn."
	case Fraud:
		return "A person has confirmed that this was not an ordinary purchase."
	case Bot:
		return "This click was made by a program, not by a person."
	case Duplicate:
		return "Another code of the same creator was used on this order; one of them counts, the one with the larger discount."
	case CodeExpired:
		return fmt.Sprintf("The code ended on %s. It still counts for %s after that; this order came later.",
			dateWords(facts.EndedAt), hoursWords(CodeGrace))
	case CodeLeaked:
		return "The code has been seen in public places, so it earns only together with a click on the creator's own link, and there was none that counts."
	case BannedSource:
		return "The visit came from a place that this program does not allow, such as a coupon site or a paid search for the brand's name."
	case ExcludedProduct:
		return "Every product of this order is excluded from commission in this program."
	case ExistingCustomer:
		return "The program pays for new customers, and this customer had bought before."
	case BindingEnded:
		return fmt.Sprintf("The tie between the customer and the creator ended on %s, before this order.", dateWords(facts.EndedAt))
	case TestOrder:
		return "This was a test order of the shop. Test orders never earn."
	case BelowConfidence:
		return confidenceWords(o)
	case ConsentDenied:
		return "The visitor did not agree to be remembered, so this click cannot be tied to the order."
	}
	return fmt.Sprintf("This %s did not count.", what)
}

func winnerWords(kind Kind) string {
	switch kind {
	case Code:
		return "A creator's code was used"
	case Click:
		return "A creator's link was clicked"
	case Binding:
		return "The customer was already tied to a creator"
	case Survey:
		return "The customer named a creator"
	}
	return "A stronger touch was found"
}

func lostWords(o Outcome) string {
	first := o.Facts.Model == FirstTouch
	switch {
	case o.Kind == Person:
		return "The brand decided anew later, and its last word counts."
	case o.Kind == Survey:
		return "Another survey answer was surer, and the brand's policy gives all credit to one touch."
	case o.Kind == Code && first:
		return "Another creator's code came first: by the earlier click, else by the larger discount. The brand's policy gives all credit to the first touch."
	case o.Kind == Code:
		return "Another creator's code came first: by the later click, else by the larger discount. The brand's policy gives all credit to the last touch."
	case first:
		return fmt.Sprintf("An earlier %s was found, and the brand's policy gives all credit to the first.", thing(o.Kind))
	}
	return fmt.Sprintf("A later %s was found, and the brand's policy gives all credit to the last.", thing(o.Kind))
}

func partnershipWords(o Outcome) string {
	what := thing(o.Kind)
	switch o.Facts.Partnership {
	case PartnershipPaused:
		if o.Facts.Pause == PausedForTerms {
			return fmt.Sprintf("The partnership was paused at the time of this %s, because the new terms had not been accepted.", what)
		}
		return fmt.Sprintf("The partnership was paused at the time of this %s.", what)
	case PartnershipRetired:
		return fmt.Sprintf("The partnership had ended at the time of this %s.", what)
	}
	return fmt.Sprintf("There was no active partnership at the time of this %s.", what)
}

func confidenceWords(o Outcome) string {
	if o.Facts.AwaitsPerson {
		return "The customer's answer was not clear enough to pay on by itself. A person will read it."
	}
	if o.Facts.AnswerRejected {
		return "A person has read the customer's answer and did not find this creator in it."
	}
	return fmt.Sprintf("This %s is %s sure, and pay needs %s.",
		thing(o.Kind), percentWords(o.Facts.Confidence), percentWords(o.Facts.Threshold))
}

// ExplainDecision says in plain English what settled the order.
func ExplainDecision(d Decision) string {
	switch d.Rule {
	case RuleNoTouch:
		return "No link, code or answer ties a creator to this order."
	case RuleNoneEligible:
		return "Touches were found, but none of them may earn. Each one says why."
	case RuleUnclearSurvey:
		return "Only a survey answer speaks for a creator, and it is not clear enough. Nothing is paid until a person has read it."
	case RulePerson:
		return "Somebody at the brand decided who had brought this order."
	case RuleOnlyTouch:
		return fmt.Sprintf("One %s counted, so it earned the whole credit.", thing(d.Kind))
	case RulePrecedence:
		return fmt.Sprintf("%s, and %s come before the other touches in the brand's policy.",
			winnerWords(d.Kind), strings.ToLower(things(d.Kind)))
	case RuleModel:
		switch d.Model {
		case FirstTouch:
			return fmt.Sprintf("Several touches of the strongest kind (%s) were found; the brand's policy gives all credit to the first.", thing(d.Kind))
		case Linear, PositionBased, TimeDecay:
			return fmt.Sprintf("Several touches of the strongest kind (%s) shared the credit%s.", thing(d.Kind), modelWords(d.Model))
		}
		return fmt.Sprintf("Several touches of the strongest kind (%s) were found; the brand's policy gives all credit to the last.", thing(d.Kind))
	}
	return ""
}

// percentWords writes a share with up to four decimals and no zeros behind.
func percentWords(p money.PPM) string {
	text := strings.TrimRight(fmt.Sprintf("%d.%04d", p/10_000, p%10_000), "0")
	return strings.TrimSuffix(text, ".") + "%"
}

func countWords(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

func hoursWords(d time.Duration) string { return countWords(int(d/time.Hour), "hour") }

// ageWords writes an age in its largest unit. Where that would read like the
// limit itself, it says that the age lies just over it.
func ageWords(age time.Duration, limitDays int) string {
	const day = 24 * time.Hour
	switch days := int(age / day); {
	case days >= 1 && days == limitDays:
		return "just over " + countWords(days, "day")
	case days >= 1:
		return countWords(days, "day")
	case age >= time.Hour:
		return hoursWords(age)
	case age >= time.Minute:
		return countWords(int(age/time.Minute), "minute")
	}
	return "less than a minute"
}

func dateWords(at time.Time) string { return at.UTC().Format("2 January 2006") }
