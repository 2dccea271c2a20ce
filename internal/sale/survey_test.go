package sale_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/sale"
)

// surveysPay lets answers pay in the program and by the brand's policy, from 90% on, and gives the creators names.
func (w *world) surveysPay() {
	w.db.Ent.Program.UpdateOneID(w.maya.Program).SetTouchKinds([]string{"CLICK", "CODE", "SURVEY"}).ExecX(w.ctx)
	w.db.Ent.AttributionPolicy.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(w.maya.Brand).SetVersion(2).SetModel("LAST_TOUCH").
		SetPrecedence([]string{"CODE", "CLICK", "SURVEY"}).SetHalfLifeDays(7).SetMinimumConfidencePpm(900_000).SetSurveyPays(true).
		SetEffectiveAt(fixture.At.Add(time.Hour)).SetNote("").SaveX(w.ctx)
	w.named()
}

func (w *world) named() {
	w.db.Ent.Creator.UpdateOneID(w.maya.Creator).SetName("Maya Okafor").ExecX(w.ctx)
	w.db.Ent.Creator.UpdateOneID(w.noah.Creator).SetName("Noah Lindström").ExecX(w.ctx)
}

func (w *world) survey(o order.Order, answer string) sale.SurveyAnswer {
	w.t.Helper()
	r, err := w.sales.RecordSurvey(w.as(viewer.Manager), sale.SurveyInput{Order: o.ID, Answer: answer})
	require.NoError(w.t, err)
	return r.Answer
}

func TestAClearAnswerPaysWhereThePolicyAllowsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.surveysPay()
	o := w.record(w.input(1, "100.00"))
	require.Empty(t, w.commissionsOf(o))
	a := w.survey(o, "noah lindstrom on youtube")
	require.Equal(t, sale.SurveyMatched, a.Status)
	require.Equal(t, w.noah.Creator, a.CreatorID.UUID)
	require.Equal(t, 970_000, a.ConfidencePpm)
	c := w.only(o)
	require.Equal(t, w.noah.Creator, c.CreatorID.UUID)
	require.Equal(t, commission.StatusPending, c.Status)
	d, _ := w.attribution(w.as(viewer.Manager), o)
	require.Equal(t, sale.CauseLateSurvey, d.Cause)
	require.Equal(t, "Survey: “noah lindstrom on youtube”", d.Touches[0].Label)
	d, _ = w.attribution(w.creatorOf(w.noah), o)
	require.Equal(t, "The customer's answer", d.Touches[0].Label, "creators do not read what customers write")
	w.sound()
	w.figuresHold()

	r, err := w.sales.RecordSurvey(w.as(viewer.Manager), sale.SurveyInput{Order: o.ID, Answer: "noah lindstrom on youtube"})
	require.NoError(t, err)
	require.True(t, r.Duplicate)
	_, err = w.sales.RecordSurvey(w.as(viewer.Manager), sale.SurveyInput{Order: o.ID, Answer: "Maya"})
	require.Equal(t, "CONFLICT", codeOf(err))
}

func TestAnAnswerIsReportedOnlyWhereThePolicyDoesNotPayForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.named()
	o := w.record(w.input(1, "100.00"))
	a := w.survey(o, "Maya Okafor")
	require.Equal(t, sale.SurveyMatched, a.Status)
	require.Empty(t, w.commissionsOf(o))
	d, _ := w.attribution(w.as(viewer.Manager), o)
	require.Equal(t, attribution.NoCredit, d.Verdict)
	require.Contains(t, d.Touches[0].Sentence, "shown beside the paid result")
	w.sound()
}

func TestAnUnclearAnswerWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.surveysPay()
	o := w.record(w.input(1, "100.00"))
	a := w.survey(o, "some Noah I think")
	require.Equal(t, sale.SurveyUnclear, a.Status)
	require.Len(t, a.Candidates, 1)
	d, _ := w.attribution(w.as(viewer.Manager), o)
	require.Equal(t, attribution.NeedsPerson, d.Verdict)
	require.Empty(t, w.commissionsOf(o))
	queue, err := w.sales.SurveyQueue(w.as(viewer.Manager), w.maya.Brand, sale.SurveyUnclear, page.All(10))
	require.NoError(t, err)
	require.Len(t, queue.Nodes(), 1)

	own := w.noah.AsMember(viewer.Owner)
	own.CreatorID = w.noah.Creator
	_, err = w.sales.ResolveSurvey(viewer.With(t.Context(), own), sale.ResolveSurveyInput{Answer: a.ID, Partnership: ptr(id.Of(id.Partnership, w.noah.Partnership))})
	require.Equal(t, "OWN_EARNINGS", codeOf(err))
	a, err = w.sales.ResolveSurvey(w.as(viewer.Manager), sale.ResolveSurveyInput{Answer: a.ID, Partnership: ptr(id.Of(id.Partnership, w.noah.Partnership))})
	require.NoError(t, err)
	require.Equal(t, sale.SurveyConfirmed, a.Status)
	require.Equal(t, euros(1_000), w.only(o).Amount)
	_, err = w.sales.ResolveSurvey(w.as(viewer.Manager), sale.ResolveSurveyInput{Answer: a.ID})
	require.Equal(t, "WRONG_STATE", codeOf(err))
	w.sound()
	w.figuresHold()
}

func TestAPersonMaySayThatNobodyIsMeant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.surveysPay()
	o := w.record(w.input(1, "100.00"))
	a := w.survey(o, "some Noah I think")
	a, err := w.sales.ResolveSurvey(w.as(viewer.Manager), sale.ResolveSurveyInput{Answer: a.ID})
	require.NoError(t, err)
	require.Equal(t, sale.SurveyNobody, a.Status)
	require.True(t, a.CreatorID.IsZero())
	d, _ := w.attribution(w.as(viewer.Manager), o)
	require.Equal(t, attribution.NoCredit, d.Verdict)
	require.Contains(t, d.Touches[0].Sentence, "did not find this creator")
	require.Equal(t, sale.SurveyNobody, w.survey(w.record(w.input(2, "10.00")), "Google search").Status)
	require.Equal(t, sale.SurveyUnclear, w.survey(w.record(w.input(3, "10.00")), "the girl with red hair").Status)
	w.sound()
}

func TestALateAnswerTakesNothingThatCanBePaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.surveysPay()
	click := w.click(w.maya, uuid.New(), w.clock.Now().Add(-day))
	in := w.input(1, "100.00")
	tid := id.Of(id.Click, click)
	in.Click = &tid
	o := w.record(in)
	w.survey(o, "Noah Lindström")
	require.Equal(t, w.maya.Creator, w.only(o).CreatorID.UUID, "a click comes before an answer")
	w.approve()

	p := w.db.Ent.AttributionPolicy.Query().AllX(w.ctx)
	require.Len(t, p, 2)
	other := w.record(w.input(2, "50.00"))
	_, err := w.sales.RecordSurvey(w.as(viewer.Manager), sale.SurveyInput{Order: other.ID, Answer: "Noah Lindström"})
	require.NoError(t, err)
	require.Equal(t, w.noah.Creator, w.only(other).CreatorID.UUID)
	w.approve()
	require.NoError(t, w.sales.Redecide(w.ctx, other.ID.UUID, sale.CauseLateSurvey))
	require.Equal(t, commission.StatusApproved, w.only(other).Status)
	w.sound()
}

func TestAnswersAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.record(w.input(1, "100.00"))
	ask := func(in sale.SurveyInput) string {
		_, err := w.sales.RecordSurvey(w.as(viewer.Manager), in)
		return codeOf(err)
	}
	future := w.clock.Now().Add(day)
	require.Equal(t, "REQUIRED", ask(sale.SurveyInput{Order: o.ID, Answer: "  "}))
	require.Equal(t, "TOO_LONG", ask(sale.SurveyInput{Order: o.ID, Answer: strings.Repeat("x", 301)}))
	require.Equal(t, "BAD_FORMAT", ask(sale.SurveyInput{Order: o.ID, Answer: "a\x00b"}))
	require.Equal(t, "OUT_OF_RANGE", ask(sale.SurveyInput{Order: o.ID, Answer: "Maya", AnsweredAt: &future}))
	_, err := w.sales.RecordSurvey(w.creatorOf(w.maya), sale.SurveyInput{Order: o.ID, Answer: "Maya"})
	require.True(t, fault.Is(err, fault.NotFound))
	in := w.input(2, "1.00")
	in.Test = true
	require.Equal(t, "WRONG_STATE", ask(sale.SurveyInput{Order: w.record(in).ID, Answer: "Maya"}))
	w.clock.Advance(91 * day)
	require.Equal(t, "WRONG_STATE", ask(sale.SurveyInput{Order: o.ID, Answer: "Maya"}))
}

func TestASurveysTokenLeadsToItsOrderOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.surveysPay()
	in := w.input(1, "100.00")
	in.CheckoutToken = "a checkout that nobody guesses"
	o := w.record(in)
	token := w.sales.SurveyToken(o.ID.UUID)
	s, err := w.sales.Survey(t.Context(), token)
	require.NoError(t, err)
	require.False(t, s.Answered)
	other := w.sales.SurveyToken(uuid.New())
	body, proof, _ := strings.Cut(token, "-")
	otherBody, otherProof, _ := strings.Cut(other, "-")
	for _, wrong := range []string{"", "-", body, body + "-", body + "-" + otherProof, otherBody + "-" + proof, other, token + "0", strings.ToUpper(token) + "x"} {
		_, err := w.sales.Survey(t.Context(), wrong)
		require.True(t, fault.Is(err, fault.NotFound), wrong)
		require.True(t, fault.Is(w.sales.AnswerSurvey(t.Context(), wrong, "Maya Okafor"), fault.NotFound), wrong)
	}
	require.NoError(t, w.sales.AnswerSurvey(t.Context(), token, "Maya Okafor"))
	require.Equal(t, w.maya.Creator, w.only(o).CreatorID.UUID)
	s, err = w.sales.Survey(t.Context(), token)
	require.NoError(t, err)
	require.True(t, s.Answered)
	require.True(t, fault.Is(w.sales.AnswerSurvey(t.Context(), token, "Noah Lindström"), fault.Conflict))

	found, err := w.sales.SurveyOfCheckout(t.Context(), id.Of(id.Brand, w.maya.Brand), in.CheckoutToken)
	require.NoError(t, err)
	require.Equal(t, token, found)
	for _, wrong := range []string{"", "short", "another checkout of the shop"} {
		_, err := w.sales.SurveyOfCheckout(t.Context(), id.Of(id.Brand, w.maya.Brand), wrong)
		require.True(t, fault.Is(err, fault.NotFound), wrong)
	}
}

func TestOneOfManyAnswersOfACustomerCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.surveysPay()
	o := w.record(w.input(1, "100.00"))
	token := w.sales.SurveyToken(o.ID.UUID)
	const n = 16
	done := make(chan error, n)
	for i := range n {
		answer := []string{"Maya Okafor", "Noah Lindström"}[i%2]
		go func() { done <- w.sales.AnswerSurvey(t.Context(), token, answer) }()
	}
	ok := 0
	for range n {
		if err := <-done; err == nil {
			ok++
		} else {
			require.True(t, fault.Is(err, fault.Conflict), "%v", err)
		}
	}
	require.Equal(t, n/2, ok, "one answer, and its repeats")
	require.Len(t, w.commissionsOf(o), 1)
	w.sound()
}

func ptr[T any](v T) *T { return &v }

func TestNamesThatCustomersUseAreUnderstood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.surveysPay()
	require.NoError(t, w.db.Ent.Partnership.UpdateOneID(w.noah.Partnership).SetAliases([]string{"the mountain man"}).Exec(w.ctx))
	require.NoError(t, w.db.Ent.Creator.UpdateOneID(w.maya.Creator).SetAliases([]string{"Glow Queen"}).Exec(w.ctx))
	o := w.record(w.input(1, "100.00"))
	a := w.survey(o, "The Mountain Man!")
	require.Equal(t, sale.SurveyMatched, a.Status, "the brand says that its customers call him so")
	require.Equal(t, w.noah.Creator, a.CreatorID.UUID)
	require.Equal(t, w.noah.Creator, w.only(o).CreatorID.UUID)

	o = w.record(w.input(2, "100.00"))
	a = w.survey(o, "glow queen")
	require.Equal(t, sale.SurveyUnclear, a.Status, "who earns by a name does not settle it")
	require.Len(t, a.Candidates, 1)
	require.Equal(t, "Glow Queen", a.Candidates[0].Term)
	require.Empty(t, w.commissionsOf(o))
	w.sound()
}
