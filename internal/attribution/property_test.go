package attribution_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/kit/money"
)

// propertyRuns is how many random orders each property tries.
const propertyRuns = 3_000

// requireSound checks what holds for every decision whatever the input.
func requireSound(t *testing.T, in attribution.Input, d attribution.Decision) {
	t.Helper()
	require.Len(t, d.Outcomes, len(in.Touches))
	var byTouch, byPartnership money.PPM
	for _, o := range d.Outcomes {
		byTouch += o.Credit
		require.GreaterOrEqual(t, o.Credit, money.PPM(0))
		require.NotEmpty(t, attribution.Explain(o))
		switch o.Result {
		case attribution.NotCounted:
			require.Contains(t, attribution.Reasons, o.Reason)
			require.Zero(t, o.Credit)
			require.Empty(t, o.Holds)
		case attribution.Counted:
			require.Empty(t, o.Reason)
			require.Empty(t, o.Holds)
			require.Equal(t, d.Kind, o.Kind)
		case attribution.CountedHeld:
			require.Empty(t, o.Reason)
			require.NotEmpty(t, o.Holds)
			require.Equal(t, d.Kind, o.Kind)
		default:
			require.Fail(t, "unknown result", o.Result)
		}
	}
	for _, c := range d.Credits {
		byPartnership += c.PPM
		require.NotEmpty(t, c.TouchIDs)
	}
	want := money.PPM(0)
	if d.Verdict == attribution.Credited {
		want = money.One
	}
	require.Equal(t, want, byTouch)
	require.Equal(t, want, byPartnership)
	require.NotEmpty(t, attribution.ExplainDecision(d))
}

// pick draws one of several values.
func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// randomInput draws an order with touches of every kind and fate.
func randomInput(r *rand.Rand) attribution.Input {
	in := scene()
	in.Policy.Model = pick(r, attribution.Models...)
	in.Policy.HalfLife = time.Duration(1+r.Int64N(20)) * day
	in.Policy.SurveyPays, in.Policy.ModelledPays = r.IntN(2) == 0, r.IntN(2) == 0
	r.Shuffle(len(in.Policy.Precedence), func(i, j int) {
		in.Policy.Precedence[i], in.Policy.Precedence[j] = in.Policy.Precedence[j], in.Policy.Precedence[i]
	})
	in.Order.Returning = r.IntN(3) == 0
	in.Partnerships["b"] = history(period(before(200*day), attribution.PartnershipActive),
		period(before(time.Duration(r.Int64N(20))*day), attribution.PartnershipPaused,
			pick(r, attribution.PausedByBrand, attribution.PausedForFraud)))
	for i := range r.IntN(14) {
		t := touch(fmt.Sprintf("t%d", i), pick(r, "a", "b", "c"), pick(r, attribution.Kinds...), before(time.Duration(r.Int64N(34))*day))
		t.Confidence = money.PPM(r.Int64N(int64(money.One) + 1))
		t.Answer = pick(r, "", "", attribution.AnswerConfirmed, attribution.AnswerRejected)
		t.Position, t.Discount = r.IntN(3), money.New(r.Int64N(3)*100, money.EUR)
		t.Bot, t.ConsentDenied = r.IntN(9) == 0, r.IntN(9) == 0
		t.Leak = pick(r, "", "", attribution.Observe, attribution.Hold, attribution.Refuse)
		t.BannedSource = pick(r, "", "", "", attribution.Hold, attribution.Refuse)
		if r.IntN(5) == 0 {
			t.Findings = []attribution.Finding{{
				Reason: pick(r, attribution.SelfReferral, attribution.Fraud),
				State:  pick(r, attribution.Suspected, attribution.Confirmed, attribution.Cleared),
			}}
		}
		in.Touches = append(in.Touches, t)
	}
	if r.IntN(6) == 0 {
		in.Touches = append(in.Touches, touch("said", pick(r, "a", "b", "c"), attribution.Person, before(-day)))
	}
	return in
}

func TestAPersonsWordTakesAllCreditUnlessItIsATestOrFraudIsConfirmed(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	told := 0
	for range propertyRuns {
		in := randomInput(r)
		earlier := touch("word1", "a", attribution.Person, before(-day))
		later := touch("word2", "b", attribution.Person, before(-2*day))
		in.Touches = append(in.Touches, earlier, later)
		d := attribution.Decide(in)
		require.Equal(t, attribution.Person, d.Kind)
		require.Equal(t, attribution.RulePerson, d.Rule)
		require.Len(t, d.Credits, 1)
		require.Equal(t, later.PartnershipID, d.Credits[0].PartnershipID, "the last word counts")
		in.Order.Test = true
		require.Equal(t, attribution.NoCredit, attribution.Decide(in).Verdict)
		told++
	}
	require.Equal(t, propertyRuns, told)
	in := scene()
	said := touch("word", "a", attribution.Person, before(-day))
	said.Findings = []attribution.Finding{{Reason: attribution.Fraud, State: attribution.Confirmed}}
	in.Touches = []attribution.Touch{said}
	require.Equal(t, attribution.NoCredit, attribution.Decide(in).Verdict)
}

func TestCreditsAlwaysAddUpAndEveryTouchHasAnOutcome(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	credited := 0
	for range propertyRuns {
		in := randomInput(r)
		d := attribution.Decide(in)
		requireSound(t, in, d)
		if len(d.Credits) > 1 {
			credited++
		}
	}
	require.Greater(t, credited, propertyRuns/20, "the generator must reach shared credit often")
}

func TestTheOrderOfTouchesNeverMatters(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range propertyRuns {
		in := randomInput(r)
		want := attribution.Decide(in)
		r.Shuffle(len(in.Touches), func(i, j int) { in.Touches[i], in.Touches[j] = in.Touches[j], in.Touches[i] })
		require.Equal(t, want, attribution.Decide(in))
	}
}

func TestAnIneligibleTouchChangesNothingElse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	for range propertyRuns {
		in := randomInput(r)
		want := attribution.Decide(in)
		extra := touch("extra", pick(r, "a", "b", "c"), pick(r, attribution.Click, attribution.Code), before(time.Duration(r.Int64N(40))*day))
		switch r.IntN(3) {
		case 0:
			extra.Bot = true
		case 1:
			extra.NothingEligible = true
		default:
			extra.Findings = []attribution.Finding{{Reason: attribution.Fraud, State: attribution.Confirmed}}
		}
		in.Touches = append(in.Touches, extra)
		got := attribution.Decide(in)
		require.Equal(t, want.Credits, got.Credits)
		require.Equal(t, want.Verdict, got.Verdict)
		require.Equal(t, want.Kind, got.Kind)
		var others []attribution.Outcome
		for _, o := range got.Outcomes {
			if o.TouchID != "extra" {
				others = append(others, o)
				continue
			}
			require.Equal(t, attribution.NotCounted, o.Result)
		}
		require.Len(t, others, len(want.Outcomes))
		for i := range others {
			require.Equal(t, want.Outcomes[i], others[i])
		}
	}
}

func TestRefusingTheWinnerHandsTheOrderToTheNext(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 10))
	for range propertyRuns {
		in := randomInput(r)
		before := attribution.Decide(in)
		if before.Verdict != attribution.Credited {
			continue
		}
		refused := before.Credits[0].TouchIDs
		for i := range in.Touches {
			for _, id := range refused {
				if in.Touches[i].ID == id {
					in.Touches[i].Findings = []attribution.Finding{{Reason: attribution.Fraud, State: attribution.Confirmed}}
				}
			}
		}
		after := attribution.Decide(in)
		for _, o := range after.Outcomes {
			for _, id := range refused {
				if o.TouchID == id {
					require.Equal(t, attribution.NotCounted, o.Result)
				}
			}
		}
		// A touch that only lost to the refused one must be judged anew. A leaked
		// code is the exception: it may have stood on the refused click.
		for _, o := range before.Outcomes {
			if o.Reason == attribution.LostToLaterTouch {
				require.NotEqual(t, attribution.NoCredit, after.Verdict)
			}
		}
	}
}

func FuzzDecisionsAreSoundAndIgnoreOrder(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, seed*31, int64(seed), int64(1))
	}
	f.Fuzz(func(t *testing.T, a, b uint64, shift, halfLife int64) {
		r := rand.New(rand.NewPCG(a, b))
		in := randomInput(r)
		in.Policy.HalfLife = time.Duration(halfLife)
		for i := range in.Touches {
			if i%2 == 0 {
				in.Touches[i].At = placed.Add(-time.Duration(shift))
			}
		}
		want := attribution.Decide(in)
		requireSound(t, in, want)
		r.Shuffle(len(in.Touches), func(i, j int) { in.Touches[i], in.Touches[j] = in.Touches[j], in.Touches[i] })
		require.Equal(t, want, attribution.Decide(in))
	})
}
