package attribution_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/kit/money"
)

// words is what a decision says of one touch.
func words(t *testing.T, in attribution.Input, touchID string) string {
	t.Helper()
	for _, o := range attribution.Decide(in).Outcomes {
		if o.TouchID == touchID {
			return attribution.Explain(o)
		}
	}
	require.Fail(t, "no such touch", touchID)
	return ""
}

func TestEachOutcomeIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Links count for 30 days in this program; this one was 36 days before the order.",
		words(t, scene(click("1", "a", 36*day)), "1"))
	require.Equal(t, "Links count for 30 days in this program; this one was just over 30 days before the order.",
		words(t, scene(click("1", "a", 30*day+time.Hour)), "1"))
	require.Equal(t, "This link click came 2 hours after the order was placed.",
		words(t, scene(click("1", "a", -2*time.Hour)), "1"))
	require.Equal(t, "A creator's code was used, and codes come before links in the brand's policy.",
		words(t, scene(click("1", "a", day), code("2", "b", 0, 1)), "1"))
	require.Equal(t, "A later link click was found, and the brand's policy gives all credit to the last.",
		words(t, scene(click("1", "a", 2*day), click("2", "b", day)), "1"))
	require.Equal(t, "This link click was the last one before the order, so it earned the whole credit.",
		words(t, scene(click("1", "a", 2*day), click("2", "b", day)), "2"))
	require.Equal(t, "This code counted and earned the whole credit for the order.",
		words(t, scene(click("1", "a", day), code("2", "b", 0, 1)), "2"))
	require.Equal(t, "The code ended on 28 March 2026. It still counts for 24 hours after that; this order came later.",
		words(t, scene(with(code("1", "a", 0, 1), func(c *attribution.Touch) { c.CodeEndsAt = before(3 * day) })), "1"))
	require.Equal(t, "This code counted and earned the whole credit for the order. The credit waits for a person to look at it: the code has been seen in public places, such as coupon sites.",
		words(t, scene(with(code("1", "a", 0, 1), func(c *attribution.Touch) { c.Leak = attribution.Hold })), "1"))
	require.Equal(t, "Survey answers earn no pay here. It is kept and shown beside the paid result.",
		words(t, scene(survey("1", "a", money.One)), "1"))

	shared := scene(click("1", "a", 2*day), click("2", "b", day), click("3", "c", day))
	shared.Policy.Model = attribution.PositionBased
	require.Equal(t, "This link click counted and earned 40% of the credit, shared among 3 touches, with the first and the last weighing most.",
		words(t, shared, "1"))
	shared.Policy.Model = attribution.Linear
	require.Equal(t, "This link click counted and earned 33.3334% of the credit, shared among 3 touches in equal parts.",
		words(t, shared, "1"))

	sure := scene(with(touch("1", "a", attribution.Modelled, before(time.Hour)), func(m *attribution.Touch) { m.Confidence = 505_000 }))
	sure.Policy.ModelledPays = true
	require.Equal(t, "This modelled match is 50.5% sure, and pay needs 90%.", words(t, sure, "1"))
}

func TestEveryReasonHasItsOwnWords(t *testing.T) {
	t.Parallel()
	said := map[string]attribution.Reason{}
	for _, reason := range attribution.Reasons {
		text := attribution.Explain(attribution.Outcome{Kind: attribution.Click, Result: attribution.NotCounted, Reason: reason})
		require.NotContains(t, text, "did not count", reason)
		require.NotContains(t, text, string(reason), reason)
		require.Empty(t, said[text], "%s and %s say the same", reason, said[text])
		said[text] = reason
	}
}
