package attribution_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/kit/money"
)

const day = 24 * time.Hour

// placed is the moment of the order in every case below.
var placed = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

func before(d time.Duration) time.Time { return placed.Add(-d) }

func history(periods ...attribution.PartnershipPeriod) attribution.Partnership {
	return attribution.Partnership{History: periods}
}

func period(from time.Time, status attribution.PartnershipStatus, pause ...attribution.PauseReason) attribution.PartnershipPeriod {
	p := attribution.PartnershipPeriod{From: from, Status: status}
	if len(pause) > 0 {
		p.Pause = pause[0]
	}
	return p
}

// scene is a brand with one program of 30 days and the creators a, b and c,
// each active for a year.
func scene(touches ...attribution.Touch) attribution.Input {
	active := history(period(before(365*day), attribution.PartnershipActive))
	return attribution.Input{
		Order:   attribution.Order{PlacedAt: placed},
		Policy:  attribution.DefaultPolicy(),
		Touches: touches,
		Programs: map[string]attribution.Program{"program": {
			WindowDays: 30, AllowedKinds: attribution.Kinds,
			History: []attribution.ProgramPeriod{{From: before(400 * day), Status: attribution.ProgramActive}},
		}},
		Partnerships: map[string]attribution.Partnership{"a": active, "b": active, "c": active},
	}
}

func touch(id, creator string, kind attribution.Kind, at time.Time) attribution.Touch {
	return attribution.Touch{ID: id, Kind: kind, PartnershipID: creator, ProgramID: "program", CreatorID: creator, At: at}
}

func click(id, creator string, age time.Duration) attribution.Touch {
	return touch(id, creator, attribution.Click, before(age))
}

func code(id, creator string, position int, discount int64) attribution.Touch {
	t := touch(id, creator, attribution.Code, placed)
	t.Position, t.Discount = position, money.New(discount, money.EUR)
	return t
}

func survey(id, creator string, confidence money.PPM) attribution.Touch {
	t := touch(id, creator, attribution.Survey, placed.Add(2*time.Minute))
	t.Confidence = confidence
	return t
}

func with(t attribution.Touch, change func(*attribution.Touch)) attribution.Touch {
	change(&t)
	return t
}

// summary writes each touch's outcome as "COUNTED", "HELD <reasons>" or the
// reason why it did not count.
func summary(d attribution.Decision) map[string]string {
	out := map[string]string{}
	for _, o := range d.Outcomes {
		switch o.Result {
		case attribution.Counted:
			out[o.TouchID] = "COUNTED"
		case attribution.CountedHeld:
			out[o.TouchID] = "HELD"
			for _, r := range o.Holds {
				out[o.TouchID] += " " + string(r)
			}
		default:
			out[o.TouchID] = string(o.Reason)
		}
	}
	return out
}

func earned(d attribution.Decision) map[string]money.PPM {
	out := map[string]money.PPM{}
	for _, c := range d.Credits {
		out[c.PartnershipID] = c.PPM
	}
	return out
}

// cases is every corner case of the reference that attribution settles.
var cases = []struct {
	name    string
	input   func() attribution.Input
	want    map[string]string
	credit  map[string]money.PPM
	verdict attribution.Verdict
}{
	{
		name:  "no touch, no credit",
		input: func() attribution.Input { return scene() },
		want:  map[string]string{}, verdict: attribution.NoCredit,
	},
	{
		name:  "window: a click of exactly 30 days counts",
		input: func() attribution.Input { return scene(click("1", "a", 30*day)) },
		want:  map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name:  "window: a click a moment older does not",
		input: func() attribution.Input { return scene(click("1", "a", 30*day+time.Millisecond)) },
		want:  map[string]string{"1": "OUTSIDE_WINDOW"}, verdict: attribution.NoCredit,
	},
	{
		name:  "window: a click up to five minutes after the order is clock skew",
		input: func() attribution.Input { return scene(click("1", "a", -5*time.Minute)) },
		want:  map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name:  "window: a later click came after the order",
		input: func() attribution.Input { return scene(click("1", "a", -5*time.Minute-time.Millisecond)) },
		want:  map[string]string{"1": "AFTER_ORDER"}, verdict: attribution.NoCredit,
	},
	{
		name: "window: each touch goes by its own program",
		input: func() attribution.Input {
			in := scene(click("1", "a", 40*day), with(click("2", "b", 45*day), func(t *attribution.Touch) { t.ProgramID = "long" }))
			long := in.Programs["program"]
			long.WindowDays = 60
			in.Programs["long"] = long
			return in
		},
		want: map[string]string{"1": "OUTSIDE_WINDOW", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "codes need no click and know no window",
		input: func() attribution.Input {
			return scene(with(code("1", "a", 0, 500), func(t *attribution.Touch) { t.At = before(300 * day) }))
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name:  "two codes, one creator: the larger discount counts",
		input: func() attribution.Input { return scene(code("1", "a", 0, 300), code("2", "a", 1, 500)) },
		want:  map[string]string{"1": "DUPLICATE", "2": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "two codes, one creator: an ineligible one does not displace the other",
		input: func() attribution.Input {
			return scene(code("1", "a", 0, 300), with(code("2", "a", 1, 500), func(t *attribution.Touch) { t.CodeEndsAt = before(3 * day) }))
		},
		want: map[string]string{"1": "COUNTED", "2": "CODE_EXPIRED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name:  "two codes, two creators, no click: the larger discount wins",
		input: func() attribution.Input { return scene(code("1", "a", 0, 300), code("2", "b", 1, 500)) },
		want:  map[string]string{"1": "LOST_TO_LATER_TOUCH", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name:  "two codes, two creators, same discount: the first listed wins",
		input: func() attribution.Input { return scene(code("2", "a", 0, 500), code("1", "b", 1, 500)) },
		want:  map[string]string{"2": "COUNTED", "1": "LOST_TO_LATER_TOUCH"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "two codes, two creators: the one with an eligible click wins",
		input: func() attribution.Input {
			return scene(code("1", "a", 0, 300), code("2", "b", 1, 500), click("3", "a", day))
		},
		want:   map[string]string{"1": "COUNTED", "2": "LOST_TO_LATER_TOUCH", "3": "LOST_TO_PRECEDENCE"},
		credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "two codes, two creators: an ineligible click does not help",
		input: func() attribution.Input {
			return scene(code("1", "a", 0, 300), code("2", "b", 1, 500), with(click("3", "a", day), func(t *attribution.Touch) { t.Bot = true }))
		},
		want: map[string]string{"1": "LOST_TO_LATER_TOUCH", "2": "COUNTED", "3": "BOT"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "two codes, both creators clicked: the latest click wins under LAST_TOUCH",
		input: func() attribution.Input {
			return scene(code("1", "a", 0, 300), code("2", "b", 1, 500), click("3", "a", day), click("4", "b", 2*day), click("5", "a", 10*day))
		},
		want:   map[string]string{"1": "COUNTED", "2": "LOST_TO_LATER_TOUCH", "3": "LOST_TO_PRECEDENCE", "4": "LOST_TO_PRECEDENCE", "5": "LOST_TO_PRECEDENCE"},
		credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "two codes, both creators clicked: the first click wins under FIRST_TOUCH",
		input: func() attribution.Input {
			in := scene(code("1", "a", 0, 300), code("2", "b", 1, 500), click("3", "b", 2*day), click("4", "a", 3*day), click("5", "b", 4*day))
			in.Policy.Model = attribution.FirstTouch
			return in
		},
		want:   map[string]string{"1": "LOST_TO_LATER_TOUCH", "2": "COUNTED", "3": "LOST_TO_PRECEDENCE", "4": "LOST_TO_PRECEDENCE", "5": "LOST_TO_PRECEDENCE"},
		credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "two codes, two creators share under a multi-touch model",
		input: func() attribution.Input {
			in := scene(code("1", "a", 0, 300), code("2", "b", 1, 500), code("3", "c", 2, 100))
			in.Policy.Model = attribution.Linear
			return in
		},
		want:   map[string]string{"1": "COUNTED", "2": "COUNTED", "3": "COUNTED"},
		credit: map[string]money.PPM{"a": 333_334, "b": 333_333, "c": 333_333},
	},
	{
		name: "codes under a multi-touch model stand in the order of their latest clicks",
		input: func() attribution.Input {
			in := scene(code("1", "a", 0, 300), code("2", "b", 1, 500), click("3", "a", day), click("4", "b", 8*day))
			in.Policy.Model, in.Policy.HalfLife = attribution.TimeDecay, 7*day
			return in
		},
		want:   map[string]string{"1": "COUNTED", "2": "COUNTED", "3": "LOST_TO_PRECEDENCE", "4": "LOST_TO_PRECEDENCE"},
		credit: map[string]money.PPM{"a": 666_667, "b": 333_333},
	},
	{
		name:  "A's code beats B's click by default",
		input: func() attribution.Input { return scene(code("1", "a", 0, 300), click("2", "b", time.Minute)) },
		want:  map[string]string{"1": "COUNTED", "2": "LOST_TO_PRECEDENCE"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "a policy may put clicks before codes",
		input: func() attribution.Input {
			in := scene(code("1", "a", 0, 300), click("2", "b", time.Minute))
			in.Policy.Precedence = []attribution.Kind{attribution.Click, attribution.Code}
			return in
		},
		want: map[string]string{"1": "LOST_TO_PRECEDENCE", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "leaked code, pay only with a click: without one the next touch wins",
		input: func() attribution.Input {
			return scene(with(code("1", "a", 0, 300), func(t *attribution.Touch) { t.Leak = attribution.Refuse }), click("2", "b", day))
		},
		want: map[string]string{"1": "CODE_LEAKED", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "leaked code, pay only with a click: with one it counts",
		input: func() attribution.Input {
			return scene(with(code("1", "a", 0, 300), func(t *attribution.Touch) { t.Leak = attribution.Refuse }), click("2", "b", day), click("3", "a", 2*day))
		},
		want:   map[string]string{"1": "COUNTED", "2": "LOST_TO_PRECEDENCE", "3": "LOST_TO_PRECEDENCE"},
		credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "leaked code, mode hold",
		input: func() attribution.Input {
			return scene(with(code("1", "a", 0, 300), func(t *attribution.Touch) { t.Leak = attribution.Hold }))
		},
		want: map[string]string{"1": "HELD CODE_LEAKED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "leaked code, mode observe",
		input: func() attribution.Input {
			return scene(with(code("1", "a", 0, 300), func(t *attribution.Touch) { t.Leak = attribution.Observe }))
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "an expired code that the shop took counts for 24 hours",
		input: func() attribution.Input {
			return scene(with(code("1", "a", 0, 300), func(t *attribution.Touch) { t.CodeEndsAt = before(day) }))
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "after that it is expired",
		input: func() attribution.Input {
			return scene(with(code("1", "a", 0, 300), func(t *attribution.Touch) { t.CodeEndsAt = before(day + time.Millisecond) }))
		},
		want: map[string]string{"1": "CODE_EXPIRED"}, verdict: attribution.NoCredit,
	},
	{
		name: "code of a paused creator: the next touch wins",
		input: func() attribution.Input {
			in := scene(code("1", "a", 0, 300), click("2", "b", day))
			in.Partnerships["a"] = history(period(before(90*day), attribution.PartnershipActive), period(before(day), attribution.PartnershipPaused, attribution.PausedByBrand))
			return in
		},
		want: map[string]string{"1": "PARTNERSHIP_INACTIVE", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "click while active, order while paused by the brand: counts",
		input: func() attribution.Input {
			in := scene(click("1", "a", 2*day))
			in.Partnerships["a"] = history(period(before(90*day), attribution.PartnershipActive), period(before(day), attribution.PartnershipPaused, attribution.PausedByBrand))
			return in
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "click while active, order while paused for terms: counts",
		input: func() attribution.Input {
			in := scene(click("1", "a", 2*day))
			in.Partnerships["a"] = history(period(before(90*day), attribution.PartnershipActive), period(before(day), attribution.PartnershipPaused, attribution.PausedForTerms))
			return in
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "click while active, order while paused for compliance: held",
		input: func() attribution.Input {
			in := scene(click("1", "a", 2*day))
			in.Partnerships["a"] = history(period(before(90*day), attribution.PartnershipActive), period(before(day), attribution.PartnershipPaused, attribution.PausedForCompliance))
			return in
		},
		want: map[string]string{"1": "HELD PARTNERSHIP_INACTIVE"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "click while active, order while paused for fraud: held, and free once a person has cleared it",
		input: func() attribution.Input {
			cleared := []attribution.Finding{{Reason: attribution.PartnershipInactive, State: attribution.Cleared}}
			in := scene(click("1", "a", 2*day))
			in.Policy.Model = attribution.Linear
			in.Touches = append(in.Touches, with(click("2", "a", 3*day), func(t *attribution.Touch) { t.Findings = cleared }))
			in.Partnerships["a"] = history(period(before(90*day), attribution.PartnershipActive), period(before(day), attribution.PartnershipPaused, attribution.PausedForFraud))
			return in
		},
		want: map[string]string{"1": "HELD PARTNERSHIP_INACTIVE", "2": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "a click while paused does not count, though the order came after the pause",
		input: func() attribution.Input {
			in := scene(click("1", "a", 5*day))
			in.Partnerships["a"] = history(period(before(90*day), attribution.PartnershipActive),
				period(before(6*day), attribution.PartnershipPaused, attribution.PausedByBrand), period(before(2*day), attribution.PartnershipActive))
			return in
		},
		want: map[string]string{"1": "PARTNERSHIP_INACTIVE"}, verdict: attribution.NoCredit,
	},
	{
		name: "a click before the terms were accepted is not saved by accepting later",
		input: func() attribution.Input {
			in := scene(click("1", "a", 5*day), click("2", "a", 20*day))
			in.Partnerships["a"] = history(period(before(10*day), attribution.PartnershipAwaitingTerms), period(before(2*day), attribution.PartnershipActive))
			return in
		},
		want: map[string]string{"1": "TERMS_NOT_ACCEPTED", "2": "PARTNERSHIP_INACTIVE"}, verdict: attribution.NoCredit,
	},
	{
		name: "touches while the program was paused do not count, those before do",
		input: func() attribution.Input {
			in := scene(click("1", "a", 5*day), click("2", "b", 15*day), code("3", "c", 0, 100))
			p := in.Programs["program"]
			p.History = append(p.History, attribution.ProgramPeriod{From: before(10 * day), Status: attribution.ProgramPaused})
			in.Programs["program"] = p
			return in
		},
		want:   map[string]string{"1": "PROGRAM_INACTIVE", "2": "COUNTED", "3": "PROGRAM_INACTIVE"},
		credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "retired: a click during notice counts for an order after it",
		input: func() attribution.Input {
			in := scene(click("1", "a", 5*day), click("2", "a", time.Hour))
			in.Partnerships["a"] = history(period(before(90*day), attribution.PartnershipActive),
				period(before(20*day), attribution.PartnershipRetiring), period(before(day), attribution.PartnershipRetired))
			return in
		},
		want: map[string]string{"1": "COUNTED", "2": "PARTNERSHIP_INACTIVE"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "suspected self-referral is held, and the network alone never rejects",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) {
				t.Findings = []attribution.Finding{{Reason: attribution.SelfReferral, State: attribution.Suspected}}
			}), click("2", "b", 2*day))
		},
		want: map[string]string{"1": "HELD SELF_REFERRAL", "2": "LOST_TO_LATER_TOUCH"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "confirmed self-referral: the next touch wins",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) {
				t.Findings = []attribution.Finding{{Reason: attribution.SelfReferral, State: attribution.Suspected}, {Reason: attribution.SelfReferral, State: attribution.Confirmed}}
			}), click("2", "b", 2*day))
		},
		want: map[string]string{"1": "SELF_REFERRAL", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "a creator who buys for a client is released",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) {
				t.Findings = []attribution.Finding{{Reason: attribution.SelfReferral, State: attribution.Cleared}, {Reason: attribution.SelfReferral, State: attribution.Suspected}}
			}))
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "what a person has cleared stays free, in whatever order it was noted",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) {
				t.Findings = []attribution.Finding{{Reason: attribution.Fraud, State: attribution.Suspected}, {Reason: attribution.Fraud, State: attribution.Cleared}}
			}))
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "confirmed fraud: the next touch wins",
		input: func() attribution.Input {
			return scene(with(code("1", "a", 0, 100), func(t *attribution.Touch) {
				t.Findings = []attribution.Finding{{Reason: attribution.Fraud, State: attribution.Confirmed}}
			}), click("2", "b", 2*day))
		},
		want: map[string]string{"1": "FRAUD", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "banned sources are refused or held as the program says",
		input: func() attribution.Input {
			in := scene(with(click("1", "a", day), func(t *attribution.Touch) { t.BannedSource = attribution.Refuse }),
				with(click("2", "b", 2*day), func(t *attribution.Touch) { t.BannedSource = attribution.Hold }))
			return in
		},
		want: map[string]string{"1": "BANNED_SOURCE", "2": "HELD BANNED_SOURCE"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "bots and visitors without consent do not count",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) { t.Bot = true }),
				with(click("2", "b", 2*day), func(t *attribution.Touch) { t.ConsentDenied = true }))
		},
		want: map[string]string{"1": "BOT", "2": "CONSENT_DENIED"}, verdict: attribution.NoCredit,
	},
	{
		name: "a click that only a browser ties to the order waits for a person",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) { t.Unproven = true }))
		},
		want: map[string]string{"1": "HELD BELOW_CONFIDENCE"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "a person who has looked at an unproven click is not asked again",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) {
				t.Unproven = true
				t.Findings = []attribution.Finding{{Reason: attribution.BelowConfidence, State: attribution.Cleared}}
			}))
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "a program for new customers refuses a returning one, but not a bound one's renewal",
		input: func() attribution.Input {
			in := scene(click("1", "a", day), touch("2", "b", attribution.Binding, before(200*day)))
			in.Order.Returning = true
			p := in.Programs["program"]
			p.NewCustomersOnly = true
			in.Programs["program"] = p
			return in
		},
		want: map[string]string{"1": "EXISTING_CUSTOMER", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "an order of excluded products only",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) { t.NothingEligible = true }), click("2", "b", 2*day))
		},
		want: map[string]string{"1": "EXCLUDED_PRODUCT", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name:  "bound customer, no other touch: the binding counts, whatever its age",
		input: func() attribution.Input { return scene(touch("1", "a", attribution.Binding, before(300*day))) },
		want:  map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "bound customer, another creator's click: the other earns this order",
		input: func() attribution.Input {
			return scene(touch("1", "a", attribution.Binding, before(300*day)), click("2", "b", 3*day))
		},
		want: map[string]string{"1": "LOST_TO_PRECEDENCE", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "a binding that has ended",
		input: func() attribution.Input {
			return scene(with(touch("1", "a", attribution.Binding, before(300*day)), func(t *attribution.Touch) { t.BindingEndsAt = placed }))
		},
		want: map[string]string{"1": "BINDING_ENDED"}, verdict: attribution.NoCredit,
	},
	{
		name: "survey against click: the click wins",
		input: func() attribution.Input {
			in := scene(survey("1", "a", money.One), click("2", "b", day))
			in.Policy.SurveyPays = true
			return in
		},
		want: map[string]string{"1": "LOST_TO_PRECEDENCE", "2": "COUNTED"}, credit: map[string]money.PPM{"b": money.One},
	},
	{
		name:  "survey alone does not pay unless the policy allows it",
		input: func() attribution.Input { return scene(survey("1", "a", money.One)) },
		want:  map[string]string{"1": "LOST_TO_PRECEDENCE"}, verdict: attribution.NoCredit,
	},
	{
		name: "survey alone pays when it is sure enough",
		input: func() attribution.Input {
			in := scene(survey("1", "a", 900_000))
			in.Policy.SurveyPays = true
			return in
		},
		want: map[string]string{"1": "COUNTED"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "survey alone and unclear needs a person",
		input: func() attribution.Input {
			in := scene(survey("1", "a", 899_999))
			in.Policy.SurveyPays = true
			return in
		},
		want: map[string]string{"1": "BELOW_CONFIDENCE"}, verdict: attribution.NeedsPerson,
	},
	{
		name: "survey alone and unclear pays once a person has confirmed it",
		input: func() attribution.Input {
			in := scene(with(survey("1", "a", 100_000), func(t *attribution.Touch) { t.Answer = attribution.AnswerConfirmed }), survey("2", "b", 950_000))
			in.Policy.SurveyPays = true
			return in
		},
		want: map[string]string{"1": "COUNTED", "2": "LOST_TO_LATER_TOUCH"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "survey that a person has rejected asks nobody again",
		input: func() attribution.Input {
			in := scene(with(survey("1", "a", money.One), func(t *attribution.Touch) { t.Answer = attribution.AnswerRejected }))
			in.Policy.SurveyPays = true
			return in
		},
		want: map[string]string{"1": "BELOW_CONFIDENCE"}, verdict: attribution.NoCredit,
	},
	{
		name: "modelled match is off for pay by default",
		input: func() attribution.Input {
			return scene(with(touch("1", "a", attribution.Modelled, before(time.Hour)), func(t *attribution.Touch) { t.Confidence = 990_000 }))
		},
		want: map[string]string{"1": "LOST_TO_PRECEDENCE"}, verdict: attribution.NoCredit,
	},
	{
		name: "modelled match pays when policy and confidence allow, and needs no person when not",
		input: func() attribution.Input {
			in := scene(with(touch("1", "a", attribution.Modelled, before(time.Hour)), func(t *attribution.Touch) { t.Confidence = 990_000 }),
				with(touch("2", "b", attribution.Modelled, before(time.Minute)), func(t *attribution.Touch) { t.Confidence = 500_000 }))
			in.Policy.ModelledPays = true
			return in
		},
		want: map[string]string{"1": "COUNTED", "2": "BELOW_CONFIDENCE"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "a kind that the program does not allow falls away",
		input: func() attribution.Input {
			in := scene(click("1", "a", day), code("2", "b", 0, 100))
			p := in.Programs["program"]
			p.AllowedKinds = []attribution.Kind{attribution.Click}
			in.Programs["program"] = p
			return in
		},
		want: map[string]string{"1": "COUNTED", "2": "LOST_TO_PRECEDENCE"}, credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "test orders never earn",
		input: func() attribution.Input {
			in := scene(click("1", "a", day), code("2", "b", 0, 100))
			in.Order.Test = true
			return in
		},
		want: map[string]string{"1": "TEST_ORDER", "2": "TEST_ORDER"}, verdict: attribution.NoCredit,
	},
	{
		name: "a touch of an unknown program or partnership is inactive",
		input: func() attribution.Input {
			return scene(with(click("1", "a", day), func(t *attribution.Touch) { t.ProgramID = "gone" }),
				with(click("2", "b", day), func(t *attribution.Touch) { t.PartnershipID = "gone" }))
		},
		want: map[string]string{"1": "PROGRAM_INACTIVE", "2": "PARTNERSHIP_INACTIVE"}, verdict: attribution.NoCredit,
	},
	{
		name: "LAST_TOUCH takes the latest click",
		input: func() attribution.Input {
			return scene(click("1", "a", 3*day), click("2", "b", day), click("3", "c", 2*day))
		},
		want:   map[string]string{"1": "LOST_TO_LATER_TOUCH", "2": "COUNTED", "3": "LOST_TO_LATER_TOUCH"},
		credit: map[string]money.PPM{"b": money.One},
	},
	{
		name: "FIRST_TOUCH takes the earliest click",
		input: func() attribution.Input {
			in := scene(click("1", "a", 3*day), click("2", "b", day), click("3", "c", 2*day))
			in.Policy.Model = attribution.FirstTouch
			return in
		},
		want:   map[string]string{"1": "COUNTED", "2": "LOST_TO_LATER_TOUCH", "3": "LOST_TO_LATER_TOUCH"},
		credit: map[string]money.PPM{"a": money.One},
	},
	{
		name: "LINEAR shares in equal parts, the odd millionth to the earlier touch",
		input: func() attribution.Input {
			in := scene(click("1", "a", 3*day), click("2", "b", day), click("3", "c", 2*day))
			in.Policy.Model = attribution.Linear
			return in
		},
		want:   map[string]string{"1": "COUNTED", "2": "COUNTED", "3": "COUNTED"},
		credit: map[string]money.PPM{"a": 333_334, "b": 333_333, "c": 333_333},
	},
	{
		name: "LINEAR at one moment gives the odd millionth to the lower id",
		input: func() attribution.Input {
			in := scene(click("9", "a", day), click("5", "b", day), click("7", "c", day))
			in.Policy.Model = attribution.Linear
			return in
		},
		want:   map[string]string{"9": "COUNTED", "5": "COUNTED", "7": "COUNTED"},
		credit: map[string]money.PPM{"a": 333_333, "b": 333_334, "c": 333_333},
	},
	{
		name: "POSITION_BASED gives 40/20/40",
		input: func() attribution.Input {
			in := scene(click("1", "a", 4*day), click("2", "b", 3*day), click("3", "b", 2*day), click("4", "c", day))
			in.Policy.Model = attribution.PositionBased
			return in
		},
		want:   map[string]string{"1": "COUNTED", "2": "COUNTED", "3": "COUNTED", "4": "COUNTED"},
		credit: map[string]money.PPM{"a": 400_000, "b": 200_000, "c": 400_000},
	},
	{
		name: "POSITION_BASED of two gives halves",
		input: func() attribution.Input {
			in := scene(click("1", "a", 4*day), click("2", "b", 3*day))
			in.Policy.Model = attribution.PositionBased
			return in
		},
		want: map[string]string{"1": "COUNTED", "2": "COUNTED"}, credit: map[string]money.PPM{"a": 500_000, "b": 500_000},
	},
	{
		name: "TIME_DECAY halves with each half-life",
		input: func() attribution.Input {
			in := scene(click("1", "a", 15*day), click("2", "b", 8*day), click("3", "c", day))
			in.Policy.Model, in.Policy.HalfLife = attribution.TimeDecay, 7*day
			return in
		},
		want:   map[string]string{"1": "COUNTED", "2": "COUNTED", "3": "COUNTED"},
		credit: map[string]money.PPM{"a": 142_857, "b": 285_714, "c": 571_429},
	},
	{
		name: "TIME_DECAY is smooth within a half-life: half of one weighs the root of one half",
		input: func() attribution.Input {
			in := scene(click("1", "a", 8*day), click("2", "b", day))
			in.Policy.Model, in.Policy.HalfLife = attribution.TimeDecay, 14*day
			return in
		},
		want: map[string]string{"1": "COUNTED", "2": "COUNTED"}, credit: map[string]money.PPM{"a": 414_214, "b": 585_786},
	},
}

func TestCornerCases(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := c.input()
			got := attribution.Decide(in)
			require.Equal(t, c.want, summary(got))
			verdict := c.verdict
			if verdict == "" {
				verdict = attribution.Credited
			}
			require.Equal(t, verdict, got.Verdict)
			if c.credit == nil {
				c.credit = map[string]money.PPM{}
			}
			require.Equal(t, c.credit, earned(got))
			requireSound(t, in, got)
		})
	}
}

func TestTheRuleThatDecidedIsNamed(t *testing.T) {
	t.Parallel()
	rule := func(in attribution.Input) attribution.Rule { return attribution.Decide(in).Rule }
	require.Equal(t, attribution.RuleNoTouch, rule(scene()))
	require.Equal(t, attribution.RuleNoneEligible, rule(scene(click("1", "a", 90*day))))
	require.Equal(t, attribution.RuleOnlyTouch, rule(scene(click("1", "a", day), click("2", "b", 90*day))))
	require.Equal(t, attribution.RulePrecedence, rule(scene(click("1", "a", day), code("2", "b", 0, 1))))
	require.Equal(t, attribution.RuleModel, rule(scene(click("1", "a", day), click("2", "b", 2*day))))
}

func TestHeldCreditNamesEveryReason(t *testing.T) {
	t.Parallel()
	in := scene(with(code("1", "a", 0, 1), func(c *attribution.Touch) {
		c.Leak = attribution.Hold
		c.Findings = []attribution.Finding{{Reason: attribution.SelfReferral, State: attribution.Suspected}}
	}))
	got := attribution.Decide(in)
	require.True(t, got.Credits[0].Held())
	require.Equal(t, []attribution.Reason{attribution.SelfReferral, attribution.CodeLeaked}, got.Credits[0].Holds)
}

func TestADecisionSurvivesStorage(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		decision := attribution.Decide(c.input())
		encoded, err := json.Marshal(decision)
		require.NoError(t, err)
		var back attribution.Decision
		require.NoError(t, json.Unmarshal(encoded, &back))
		require.Equal(t, decision, back, c.name)
	}
}

func TestUnsoundPoliciesAreRefusedWithTheirFields(t *testing.T) {
	t.Parallel()
	require.Empty(t, attribution.DefaultPolicy().Problems())
	bad := attribution.Policy{Precedence: []attribution.Kind{"CODE", "CODE", "RUMOUR"}, Model: "BEST", SurveyThreshold: -1, ModelledThreshold: money.One + 1}
	var paths []string
	for _, p := range bad.Problems() {
		paths = append(paths, p.Path)
	}
	require.Equal(t, []string{"precedence.1", "precedence.2", "model", "surveyThreshold", "modelledThreshold"}, paths)
	decaying := attribution.DefaultPolicy()
	decaying.Model, decaying.HalfLife, decaying.Precedence = attribution.TimeDecay, time.Minute, nil
	require.Len(t, decaying.Problems(), 2)
}
