package review_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/insight"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/partnership"
	"tributary/internal/program"
	"tributary/internal/review"
	"tributary/internal/rollup"
)

const day = 24 * time.Hour

// A fixture's program has a trial of 42 days, and its partnerships became active at fixture.At.
const trial = 42 * day

type setup struct {
	fixture.Affiliate
	db     *database.DB
	clock  *clock.Fake
	s      *review.Service
	owner  context.Context
	system context.Context
}

func begin(t *testing.T) setup {
	t.Helper()
	db := testdb.New(t)
	c := clock.NewFake(fixture.At)
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	programs := program.New(program.Config{DB: db, Clock: c})
	partnerships := partnership.New(partnership.Config{DB: db, Clock: c, Queue: queue, Programs: programs, BaseURL: "https://t.example"})
	s := review.New(review.Config{DB: db, Clock: c, Programs: programs, Partnerships: partnerships, Insight: insight.New(insight.Config{DB: db, Clock: c})})
	a := fixture.New(t, db)
	return setup{a, db, c, s, fixture.AsMember(t, db, a.Brand, viewer.Manager), testdb.Context(t)}
}

// figures writes what happened to a partnership on a day after the start.
func (x setup) figures(t *testing.T, a fixture.Affiliate, after, clicks, orders int, revenue, refunds int64) {
	t.Helper()
	require.NoError(t, x.db.InTx(x.system, func(ctx context.Context, tx database.Tx) error {
		return rollup.AddTx(ctx, tx, rollup.Delta{Brand: a.Brand, Program: a.Program, Creator: a.Creator, Partnership: a.Partnership, Platform: "TIKTOK",
			Day: clock.DateOf(fixture.At).AddDays(after), Currency: "EUR", Clicks: int64(clicks), UniqueClicks: int64(clicks),
			OrdersPPM: int64(orders) * 1_000_000, RevenueMinor: revenue, RefundsMinor: refunds, CommissionMinor: revenue / 10})
	}))
}

func (x setup) make(t *testing.T) int {
	t.Helper()
	n, err := x.s.MakeDue(x.system)
	require.NoError(t, err)
	return n
}

func (x setup) all(t *testing.T) map[uuid.UUID][]review.Review {
	t.Helper()
	c, err := x.s.List(x.owner, review.Filter{BrandID: id.Of(id.Brand, x.Brand)}, page.All(100))
	require.NoError(t, err)
	out := map[uuid.UUID][]review.Review{}
	for _, r := range c.Nodes() {
		out[r.PartnershipID.UUID] = append(out[r.PartnershipID.UUID], r)
	}
	return out
}

func wrong(err error) []string {
	out := []string{}
	for _, f := range fault.All(err) {
		out = append(out, strings.Join(f.Field, ".")+" "+f.Code)
	}
	return out
}

func TestReviewsComeAtTheEndOfTheTrialAndEachQuarterOnce(t *testing.T) {
	t.Parallel()
	x := begin(t)
	x.clock.Set(fixture.At.Add(trial - time.Microsecond))
	require.Zero(t, x.make(t))
	x.clock.Set(fixture.At.Add(trial))
	require.Equal(t, 1, x.make(t))
	require.Zero(t, x.make(t))
	x.clock.Set(fixture.At.Add(trial + 90*day - time.Microsecond))
	require.Zero(t, x.make(t))
	x.clock.Set(fixture.At.Add(trial + 90*day))
	require.Equal(t, 1, x.make(t))
	x.clock.Set(fixture.At.Add(trial + 185*day))
	require.Equal(t, 1, x.make(t))
	require.Zero(t, x.make(t))
	made := x.all(t)[x.Partnership]
	require.Len(t, made, 3)
	require.Equal(t, []time.Time{fixture.At.Add(trial + 90*day), fixture.At.Add(trial), fixture.At},
		[]time.Time{made[0].FromAt, made[1].FromAt, made[2].FromAt})
	require.Equal(t, fixture.At.Add(trial), made[2].ToAt)
	require.Equal(t, review.ActionRetire, made[2].Recommendation)
	require.Equal(t, []string{"There were no clicks and no orders in this time."}, made[2].Reasons)
	require.NoError(t, x.db.Ent.Partnership.UpdateOneID(x.Partnership).SetStatus("PAUSED").Exec(x.system))
	x.clock.Advance(200 * day)
	require.Zero(t, x.make(t))
}

func TestTheRecommendationFollowsFromTheFiguresBesideTheMedians(t *testing.T) {
	t.Parallel()
	x := begin(t)
	best, middle, low, silent, returned, clicks := x.Affiliate, fixture.Join(t, x.db, x.Affiliate), fixture.Join(t, x.db, x.Affiliate),
		fixture.Join(t, x.db, x.Affiliate), fixture.Join(t, x.db, x.Affiliate), fixture.Join(t, x.db, x.Affiliate)
	x.figures(t, best, 3, 100, 20, 200_000, 0)
	for _, a := range []fixture.Affiliate{middle, fixture.Join(t, x.db, x.Affiliate), fixture.Join(t, x.db, x.Affiliate)} {
		x.figures(t, a, 4, 100, 6, 60_000, 0)
	}
	x.figures(t, low, 5, 100, 1, 10_000, 0)
	x.figures(t, returned, 6, 100, 9, 90_000, 40_000)
	x.figures(t, clicks, 7, 100, 0, 0, 0)
	x.figures(t, silent, 42, 1000, 100, 1_000_000, 0) // the day after the trial belongs to the next review
	x.clock.Set(fixture.At.Add(trial))
	require.Equal(t, 8, x.make(t))
	got := x.all(t)
	for of, want := range map[uuid.UUID]review.Action{best.Partnership: review.ActionPromote, middle.Partnership: review.ActionKeep,
		low.Partnership: review.ActionCoach, silent.Partnership: review.ActionRetire, returned.Partnership: review.ActionCoach,
		clicks.Partnership: review.ActionCoach} {
		require.Equal(t, want, got[of][0].Recommendation, "%v", got[of][0].Reasons)
		require.NotEmpty(t, got[of][0].Reasons)
	}
	r := got[best.Partnership][0]
	require.Equal(t, money.New(200_000, "EUR"), r.Figures.Revenue)
	require.Equal(t, 100, r.Figures.Clicks)
	require.Equal(t, money.New(60_000, "EUR"), r.Medians.Revenue, "the lower middle of 0, 0, 100, 600, 600, 600, 900 and 2000 euros")
	require.Equal(t, 100, r.Medians.Clicks)
	require.NotNil(t, r.Medians.Conversion)
	require.Equal(t, []string{"Revenue was EUR 2000.00; half of the program's creators had EUR 600.00 or less.",
		"Clicks turn into orders at least as well as in the middle of the program."}, r.Reasons)
}

func TestDecidingCarriesOutAndTellsTheCreator(t *testing.T) {
	t.Parallel()
	for decision, c := range map[review.Action]struct{ from, stage, status string }{
		review.ActionPromote: {"STANDARD", "AMBASSADOR", "ACTIVE"}, review.ActionKeep: {"TRIAL", "STANDARD", "ACTIVE"},
		review.ActionCoach: {"TRIAL", "TRIAL", "ACTIVE"}, review.ActionRetire: {"TRIAL", "TRIAL", "RETIRING"},
	} {
		t.Run(string(decision), func(t *testing.T) {
			t.Parallel()
			x := begin(t)
			require.NoError(t, x.db.Ent.Partnership.UpdateOneID(x.Partnership).SetStage(c.from).Exec(x.system))
			x.clock.Set(fixture.At.Add(trial))
			x.make(t)
			due := x.all(t)[x.Partnership][0]
			me := fixture.AsCreator(t, x.Creator, x.User)
			_, err := x.s.Get(me, due.ID)
			require.True(t, fault.Is(err, fault.NotFound), "not before it was decided")
			waiting := review.StatusDue
			for _, f := range []review.Filter{{}, {Status: &waiting}} {
				own, err := x.s.List(me, f, page.All(5))
				require.NoError(t, err)
				require.Empty(t, own.Edges)
			}
			errs := make([]error, 3)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Add(1)
				go func() {
					defer wg.Done()
					_, errs[i] = x.s.Decide(x.owner, review.DecideInput{ReviewID: due.ID, Decision: decision, Words: "Thank you."})
				}()
			}
			wg.Wait()
			good := 0
			for _, err := range errs {
				if err == nil {
					good++
				} else {
					require.True(t, fault.Is(err, fault.Conflict), "%v", err)
				}
			}
			require.Equal(t, 1, good)
			got, err := x.s.Get(me, due.ID)
			require.NoError(t, err)
			require.Equal(t, review.StatusDecided, got.Status)
			require.Equal(t, decision, *got.Decision)
			require.Equal(t, "Thank you.", *got.Words)
			require.Equal(t, due.Figures, got.Figures)
			own, err := x.s.List(me, review.Filter{}, page.All(5))
			require.NoError(t, err)
			require.Len(t, own.Edges, 1)
			for status, want := range map[review.Status]int{review.StatusDue: 0, review.StatusDecided: 1} {
				list, err := x.s.List(x.owner, review.Filter{BrandID: id.Of(id.Brand, x.Brand), Status: &status}, page.All(5))
				require.NoError(t, err)
				require.Len(t, list.Edges, want, status)
			}
			p, err := x.db.Ent.Partnership.Get(x.system, x.Partnership)
			require.NoError(t, err)
			require.Equal(t, []string{c.stage, c.status}, []string{p.Stage, p.Status})
			var letters int
			require.NoError(t, x.db.SQL.QueryRowContext(x.system, `SELECT count(*) FROM river_job WHERE kind = 'mail_send'`).Scan(&letters))
			require.Equal(t, 1, letters)
		})
	}
}

func TestRetiringWhatIsOverAlreadyLeavesItAsItIs(t *testing.T) {
	t.Parallel()
	x := begin(t)
	x.clock.Set(fixture.At.Add(trial))
	x.make(t)
	require.NoError(t, x.db.Ent.Partnership.UpdateOneID(x.Partnership).SetStatus("RETIRED").Exec(x.system))
	_, err := x.s.Decide(x.owner, review.DecideInput{ReviewID: x.all(t)[x.Partnership][0].ID, Decision: review.ActionRetire, Words: "W"})
	require.NoError(t, err)
	require.Equal(t, "RETIRED", x.db.Ent.Partnership.GetX(x.system, x.Partnership).Status)
}

func TestWhoDecidesAndWhatIsNeeded(t *testing.T) {
	t.Parallel()
	x := begin(t)
	x.clock.Set(fixture.At.Add(trial))
	x.make(t)
	due := x.all(t)[x.Partnership][0]
	_, err := x.s.Decide(x.owner, review.DecideInput{ReviewID: due.ID, Decision: "CLAP", Words: " "})
	require.Equal(t, []string{"decision INVALID", "words REQUIRED"}, wrong(err))
	for name, c := range map[string]struct {
		ctx  context.Context
		kind fault.Kind
	}{
		"nobody": {fixture.AsNobody(t), fault.Unauthenticated}, "the creator": {fixture.AsCreator(t, x.Creator, x.User), fault.NotFound},
		"another brand": {fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), fault.NotFound},
		"an analyst":    {fixture.AsMember(t, x.db, x.Brand, viewer.Analyst), fault.Forbidden},
	} {
		_, err := x.s.Decide(c.ctx, review.DecideInput{ReviewID: due.ID, Decision: review.ActionKeep, Words: "W"})
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
		_, err = x.s.List(c.ctx, review.Filter{BrandID: id.Of(id.Brand, x.Brand)}, page.All(5))
		require.Equal(t, name != "an analyst", err != nil, name)
	}
	_, err = x.s.List(x.owner, review.Filter{}, page.All(5))
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestAnExperimentComparesItsArms(t *testing.T) {
	t.Parallel()
	x := begin(t)
	b, c := fixture.Join(t, x.db, x.Affiliate), fixture.Join(t, x.db, x.Affiliate)
	par := func(a fixture.Affiliate) id.ID { return id.Of(id.Partnership, a.Partnership) }
	x.figures(t, x.Affiliate, 9, 7, 7, 7, 0) // before it began
	x.clock.Advance(10 * day)
	e, err := x.s.CreateExperiment(x.owner, review.CreateExperimentInput{ProgramID: id.Of(id.Program, x.Program), Name: "Higher rate", Hypothesis: "More sales",
		Dimension: review.DimensionOffer, Arms: []review.ArmInput{{"15%", []id.ID{par(x.Affiliate), par(b)}}, {"20%", []id.ID{par(c)}}}})
	require.NoError(t, err)
	require.Equal(t, review.ExperimentRunning, e.Status)
	x.figures(t, x.Affiliate, 11, 10, 1, 1000, 0)
	x.figures(t, b, 12, 20, 2, 2000, 0)
	x.figures(t, c, 12, 5, 5, 9000, 0)
	x.clock.Advance(5 * day)
	counting, statements := database.CountStatements(x.owner)
	arms, err := x.s.ArmsOf(counting, []uuid.UUID{e.ID.UUID, uuid.New()})
	require.NoError(t, err)
	require.EqualValues(t, 2, statements.Load())
	require.Len(t, arms, 1)
	got := arms[e.ID.UUID]
	require.Equal(t, []string{"15%", "20%"}, []string{got[0].Name, got[1].Name})
	require.Equal(t, []int{2, 1}, []int{got[0].PartnershipCount, got[1].PartnershipCount})
	require.Equal(t, []int{30, 5}, []int{got[0].Figures.Clicks, got[1].Figures.Clicks})
	require.Equal(t, money.New(3000, "EUR"), got[0].Figures.Revenue)
	require.Equal(t, money.New(9000, "EUR"), got[1].Figures.Revenue)
	hidden, err := x.s.ArmsOf(fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), []uuid.UUID{e.ID.UUID})
	require.NoError(t, err)
	require.Empty(t, hidden)
	list, err := x.s.Experiments(x.owner, id.Of(id.Brand, x.Brand), page.All(5))
	require.NoError(t, err)
	require.Equal(t, e, list.Edges[0].Node)
	one, err := x.s.Experiment(x.owner, e.ID)
	require.NoError(t, err)
	require.Equal(t, e, one)
	for name, c := range map[string]struct {
		ctx  context.Context
		kind fault.Kind
	}{
		"nobody":        {fixture.AsNobody(t), fault.Unauthenticated},
		"the creator":   {fixture.AsCreator(t, x.Creator, x.User), fault.NotFound},
		"another brand": {fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), fault.NotFound},
	} {
		_, err := x.s.Experiment(c.ctx, e.ID)
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
		_, err = x.s.Experiments(c.ctx, id.Of(id.Brand, x.Brand), page.All(5))
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
		_, err = x.s.CreateExperiment(c.ctx, review.CreateExperimentInput{ProgramID: e.ProgramID})
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
	}
}

func TestAnExperimentThatIsWrongNamesItsFields(t *testing.T) {
	t.Parallel()
	x := begin(t)
	foreign := fixture.New(t, x.db)
	mine := id.Of(id.Partnership, x.Partnership)
	_, err := x.s.CreateExperiment(x.owner, review.CreateExperimentInput{ProgramID: id.Of(id.Program, x.Program), Name: "", Dimension: "MOOD",
		Hypothesis: strings.Repeat("x", 1001), Arms: []review.ArmInput{{"A", []id.ID{mine, mine}}, {"A", []id.ID{id.Of(id.Partnership, foreign.Partnership)}},
			{"B", nil}, {"C", []id.ID{id.Of(id.Creator, x.Partnership)}}}})
	require.ElementsMatch(t, []string{"name REQUIRED", "hypothesis TOO_LONG", "dimension INVALID", "arms.0.partnershipIds.1 INVALID", "arms.1.name TAKEN",
		"arms.2.partnershipIds REQUIRED", "arms.3.partnershipIds.0 INVALID", "arms.1.partnershipIds.0 NOT_FOUND", "arms.3.partnershipIds.0 NOT_FOUND"}, wrong(err))
	_, err = x.s.CreateExperiment(x.owner, review.CreateExperimentInput{ProgramID: id.Of(id.Program, x.Program), Name: "N", Dimension: "OFFER",
		Arms: []review.ArmInput{{"A", []id.ID{mine}}}})
	require.Equal(t, []string{"arms OUT_OF_RANGE"}, wrong(err))
}
