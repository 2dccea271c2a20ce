package partnership_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/commission/rule"
	"tributary/internal/creator"
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
)

type setup struct {
	db       *database.DB
	clock    *clock.Fake
	programs *program.Service
	s        *partnership.Service
	brand    uuid.UUID
	owner    context.Context
}

func begin(t *testing.T) setup {
	t.Helper()
	db := testdb.New(t)
	c := clock.NewFake(fixture.Start)
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	programs := program.New(program.Config{DB: db, Clock: c})
	brand := fixture.Brand(t, db)
	return setup{db, c, programs, partnership.New(partnership.Config{DB: db, Clock: c, Queue: queue, Programs: programs,
		BaseURL: "https://tributary.example"}), brand, fixture.AsMember(t, db, brand, viewer.Manager)}
}

// open makes an active program.
func (x setup) open(t *testing.T, in program.CreateInput) program.Program {
	t.Helper()
	in.BrandID = id.Of(id.Brand, x.brand)
	if in.Name == "" {
		in.Name = "Glow"
	}
	p, err := x.programs.Create(x.owner, in)
	require.NoError(t, err)
	rate := money.BasisPoints(1500)
	_, err = x.programs.PublishOffer(x.owner, program.PublishOfferInput{ProgramID: p.ID, Name: "O", Kind: rule.Percent, Rate: &rate})
	require.NoError(t, err)
	_, err = x.programs.PublishTerms(x.owner, p.ID, "Be honest.")
	require.NoError(t, err)
	p, err = x.programs.SetStatus(x.owner, p.ID, program.StatusActive)
	require.NoError(t, err)
	return p
}

func (x setup) creator(t *testing.T) (context.Context, uuid.UUID) {
	c, user := fixture.Creator(t, x.db)
	return fixture.AsCreator(t, c, user), c
}

func on(p program.Program) partnership.ApplyInput {
	return partnership.ApplyInput{ProgramID: p.ID, Platforms: []creator.Platform{creator.PlatformTiktok}, Plan: "Weekly reels."}
}

func (x setup) apply(t *testing.T, ctx context.Context, p program.Program) partnership.Application {
	t.Helper()
	a, err := x.s.Apply(ctx, on(p))
	require.NoError(t, err)
	return a
}

func (x setup) approve(t *testing.T, a partnership.Application) partnership.Partnership {
	t.Helper()
	_, p, err := x.s.Decide(x.owner, partnership.DecideInput{ApplicationID: a.ID, Decision: partnership.DecisionApprove})
	require.NoError(t, err)
	return *p
}

func (x setup) jobs(t *testing.T, kind string) int {
	t.Helper()
	var n int
	require.NoError(t, x.db.SQL.QueryRowContext(testdb.Context(t), `SELECT count(*) FROM river_job WHERE kind = $1`, kind).Scan(&n))
	return n
}

func wrong(err error) []string {
	out := []string{}
	for _, f := range fault.All(err) {
		out = append(out, strings.Join(f.Field, ".")+" "+f.Code)
	}
	return out
}

func TestACreatorAppliesIsApprovedAcceptsAndEarns(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{Questions: []string{"Why us?"}})
	ctx, me := x.creator(t)
	in := on(p)
	in.Answers = []string{" Because. "}
	a, err := x.s.Apply(ctx, in)
	require.NoError(t, err)
	require.Equal(t, partnership.ApplicationSubmitted, a.Status)
	require.Equal(t, []string{"Because."}, a.Answers)
	x.clock.Advance(time.Hour)
	a, made, err := x.s.Decide(x.owner, partnership.DecideInput{ApplicationID: a.ID, Decision: partnership.DecisionApprove, Reason: "Welcome!"})
	require.NoError(t, err)
	require.Equal(t, partnership.ApplicationApproved, a.Status)
	require.Equal(t, "Welcome!", *a.Reason)
	require.Equal(t, x.clock.Now(), *a.DecidedAt)
	require.Equal(t, partnership.StatusAwaitingTerms, made.Status)
	require.Equal(t, partnership.StageTrial, made.Stage)
	require.Equal(t, 1, x.jobs(t, "mail_send"))
	require.Equal(t, 1, x.jobs(t, partnership.JoinedArgs{}.Kind()))

	_, err = x.s.AcceptTerms(ctx, partnership.AcceptTermsInput{PartnershipID: made.ID, Version: 1})
	require.Equal(t, []string{"disclosureAccepted REQUIRED"}, wrong(err))
	_, err = x.s.AcceptTerms(ctx, partnership.AcceptTermsInput{PartnershipID: made.ID, Version: 2, DisclosureAccepted: true})
	require.Equal(t, []string{"version CONFLICT"}, wrong(err))
	yes := partnership.AcceptTermsInput{PartnershipID: made.ID, Version: 1, DisclosureAccepted: true}
	_, err = x.s.AcceptTerms(x.owner, yes)
	require.True(t, fault.Is(err, fault.NotFound))
	active, err := x.s.AcceptTerms(ctx, yes)
	require.NoError(t, err)
	require.Equal(t, partnership.StatusActive, active.Status)
	require.True(t, active.Earns())
	require.Equal(t, 1, active.AcceptedTermsVersion)
	require.NotNil(t, active.ActivatedAt)
	again, err := x.s.AcceptTerms(ctx, yes)
	require.NoError(t, err)
	require.Equal(t, active, again)

	got, err := x.s.Get(ctx, made.ID)
	require.NoError(t, err)
	require.Equal(t, active, got)
	require.Equal(t, me, got.CreatorID.UUID)
	periods, err := x.s.HistoryOf(testdb.Context(t), []uuid.UUID{made.ID.UUID})
	require.NoError(t, err)
	require.Len(t, periods[made.ID.UUID], 2)
	require.EqualValues(t, "AWAITING_TERMS", periods[made.ID.UUID][0].Status)
	require.EqualValues(t, "ACTIVE", periods[made.ID.UUID][1].Status)
	require.True(t, periods[made.ID.UUID][0].From.Before(periods[made.ID.UUID][1].From), "accepted at the same moment of the clock")
	var log []string
	rows, err := x.db.SQL.QueryContext(testdb.Context(t), `SELECT action FROM audit_log WHERE creator_id = $1 ORDER BY created_at, id`, me)
	require.NoError(t, err)
	for rows.Next() {
		var action string
		require.NoError(t, rows.Scan(&action))
		log = append(log, action)
	}
	require.NoError(t, rows.Err())
	require.ElementsMatch(t, []string{"APPLICATION_SUBMITTED", "APPLICATION_APPROVED", "PARTNERSHIP_STATUS_CHANGED",
		"PARTNERSHIP_STATUS_CHANGED", "TERMS_ACCEPTED"}, log)
}

func TestAnApplicationThatIsWrongNamesItsFields(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{Questions: []string{"Why?", "How?"}})
	ctx, _ := x.creator(t)
	_, err := x.s.Apply(ctx, partnership.ApplyInput{ProgramID: p.ID, Answers: []string{"x"}, Plan: strings.Repeat("x", 4001)})
	require.Equal(t, []string{"answers.1 REQUIRED", "platforms REQUIRED", "plan TOO_LONG"}, wrong(err))
	_, err = x.s.Apply(ctx, partnership.ApplyInput{ProgramID: p.ID, Answers: []string{"x", "y", "z"}, Platforms: []creator.Platform{"X", "X", "MYSPACE"}})
	require.Equal(t, []string{"answers TOO_LONG", "platforms.1 INVALID", "platforms.2 INVALID"}, wrong(err))
	_, err = x.s.Apply(fixture.AsNobody(t), on(p))
	require.True(t, fault.Is(err, fault.Unauthenticated))
	_, err = x.s.Apply(x.owner, on(p))
	require.Equal(t, []string{" NO_CREATOR_PROFILE"}, wrong(err))
	_, err = x.s.Apply(fixture.AsApp(t, x.brand, viewer.WriteCreators), on(p))
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestProgramsTakeCreatorsOnlyWhileTheyAreOpenAndSeen(t *testing.T) {
	t.Parallel()
	x := begin(t)
	ctx, _ := x.creator(t)
	hidden := x.open(t, program.CreateInput{Visibility: program.VisibilityInviteOnly})
	_, err := x.s.Apply(ctx, on(hidden))
	require.True(t, fault.Is(err, fault.NotFound))
	draft, err := x.programs.Create(x.owner, program.CreateInput{BrandID: id.Of(id.Brand, x.brand), Name: "Draft"})
	require.NoError(t, err)
	_, err = x.s.Apply(ctx, on(draft))
	require.True(t, fault.Is(err, fault.NotFound))
	p := x.open(t, program.CreateInput{})
	a := x.apply(t, ctx, p)
	for _, to := range []program.Status{program.StatusPaused, program.StatusClosed} {
		_, err = x.programs.SetStatus(x.owner, p.ID, to)
		require.NoError(t, err)
	}
	_, err = x.s.Apply(ctx, on(p))
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	_, _, err = x.s.Decide(x.owner, partnership.DecideInput{ApplicationID: a.ID, Decision: partnership.DecisionApprove})
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
}

func TestThereIsOneOpenApplicationAndTheNextComesAfterSomeDays(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	ctx, _ := x.creator(t)
	a := x.apply(t, ctx, p)
	_, err := x.s.Apply(ctx, on(p))
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	_, err = x.s.Withdraw(ctx, a.ID)
	require.NoError(t, err)
	_, err = x.s.Apply(ctx, on(p))
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	x.clock.Advance(30*24*time.Hour - time.Microsecond)
	_, err = x.s.Apply(ctx, on(p))
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	x.clock.Advance(time.Microsecond)
	x.approve(t, x.apply(t, ctx, p))
	_, err = x.s.Apply(ctx, on(p))
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
}

func TestTwoApplicationsAtOnceMakeOne(t *testing.T) {
	t.Parallel()
	x := begin(t)
	for _, auto := range []bool{false, true} {
		p := x.open(t, program.CreateInput{AutoApprove: auto})
		ctx, me := x.creator(t)
		errs := make([]error, 4)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Add(1)
			go func() { defer wg.Done(); _, errs[i] = x.s.Apply(ctx, on(p)) }()
		}
		wg.Wait()
		good := 0
		for _, err := range errs {
			if err == nil {
				good++
			} else {
				require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
			}
		}
		require.Equal(t, 1, good, "automatic %v", auto)
		list, err := x.s.List(x.owner, partnership.Filter{BrandID: id.Of(id.Brand, x.brand), ProgramID: p.ID}, page.All(5))
		require.NoError(t, err)
		if auto {
			require.Len(t, list.Edges, 1)
			require.Equal(t, me, list.Edges[0].Node.CreatorID.UUID)
			require.Equal(t, partnership.StatusAwaitingTerms, list.Edges[0].Node.Status)
		} else {
			require.Empty(t, list.Edges)
		}
	}
}

func TestEveryDecisionIsAllowedOrRefusedByTheTable(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	allowed := map[string]bool{"SUBMITTED APPROVE": true, "SUBMITTED DECLINE": true, "SUBMITTED WAITLIST": true, "SUBMITTED WITHDRAW": true,
		"WAITLISTED APPROVE": true, "WAITLISTED DECLINE": true, "WAITLISTED WITHDRAW": true}
	for _, from := range []string{"SUBMITTED", "WAITLISTED", "APPROVED", "DECLINED", "WITHDRAWN"} {
		for _, verb := range []string{"APPROVE", "DECLINE", "WAITLIST", "WITHDRAW"} {
			ctx, _ := x.creator(t)
			a := x.apply(t, ctx, p)
			require.NoError(t, x.db.Ent.Application.UpdateOneID(a.ID.UUID).SetStatus(from).Exec(testdb.Context(t)))
			var err error
			if verb == "WITHDRAW" {
				_, err = x.s.Withdraw(ctx, a.ID)
			} else {
				_, _, err = x.s.Decide(x.owner, partnership.DecideInput{ApplicationID: a.ID, Decision: partnership.ApplicationDecision(verb), Reason: "R"})
			}
			if allowed[from+" "+verb] {
				require.NoError(t, err, "%s %s", from, verb)
			} else {
				require.Equal(t, []string{" WRONG_STATE"}, wrong(err), "%s %s", from, verb)
			}
		}
	}
}

func TestWhoDecidesAndWhatIsNeeded(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	ctx, _ := x.creator(t)
	stranger, _ := x.creator(t)
	a := x.apply(t, ctx, p)
	in := partnership.DecideInput{ApplicationID: a.ID, Decision: partnership.DecisionDecline}
	for name, c := range map[string]struct {
		ctx  context.Context
		kind fault.Kind
	}{
		"nobody": {fixture.AsNobody(t), fault.Unauthenticated}, "the creator": {ctx, fault.NotFound},
		"another brand": {fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), fault.NotFound},
		"an analyst":    {fixture.AsMember(t, x.db, x.brand, viewer.Analyst), fault.Forbidden},
	} {
		_, _, err := x.s.Decide(c.ctx, in)
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
	}
	_, _, err := x.s.Decide(x.owner, in)
	require.Equal(t, []string{"reason REQUIRED"}, wrong(err))
	_, _, err = x.s.Decide(x.owner, partnership.DecideInput{ApplicationID: a.ID, Decision: "MAYBE"})
	require.Equal(t, []string{"decision INVALID"}, wrong(err))
	_, err = x.s.Withdraw(stranger, a.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = x.s.Withdraw(x.owner, a.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = x.s.Application(stranger, a.ID)
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = x.s.Application(ctx, a.ID)
	require.NoError(t, err)
	_, err = x.s.Application(x.owner, id.Of(id.Partnership, a.ID.UUID))
	require.True(t, fault.Is(err, fault.NotFound))
}

var statuses = []partnership.Status{partnership.StatusInvited, partnership.StatusAwaitingTerms, partnership.StatusActive, partnership.StatusPaused,
	partnership.StatusRetiring, partnership.StatusRetired, partnership.StatusExpired, partnership.StatusDeclined}

func (x setup) put(t *testing.T, p partnership.Partnership, to partnership.Status) {
	t.Helper()
	u := x.db.Ent.Partnership.UpdateOneID(p.ID.UUID).SetStatus(string(to)).ClearPauseKind()
	if to == partnership.StatusPaused {
		u = x.db.Ent.Partnership.UpdateOneID(p.ID.UUID).SetStatus(string(to)).SetPauseKind("BRAND")
	}
	require.NoError(t, u.Exec(testdb.Context(t)))
}

func TestEveryMoveByABrandIsAllowedOrRefusedByTheTable(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	allowed := map[string]bool{"ACTIVE PAUSED": true, "PAUSED ACTIVE": true, "ACTIVE RETIRING": true, "PAUSED RETIRING": true, "RETIRING ACTIVE": true}
	pause := partnership.PauseBrand
	for _, from := range statuses {
		for _, to := range statuses {
			ctx, _ := x.creator(t)
			made := x.approve(t, x.apply(t, ctx, p))
			x.put(t, made, from)
			in := partnership.StatusInput{PartnershipID: made.ID, Status: to, Reason: "Because."}
			if to == partnership.StatusPaused {
				in.PauseKind = &pause
			}
			moved, err := x.s.SetStatus(x.owner, in)
			switch {
			case allowed[fmt.Sprintf("%s %s", from, to)]:
				require.NoError(t, err)
				require.Equal(t, to, moved.Status)
				require.Equal(t, "Because.", *moved.StatusReason)
				require.Equal(t, to == partnership.StatusPaused, moved.PauseKind != nil)
				require.Equal(t, to == partnership.StatusRetiring, moved.RetireAt != nil)
			case to == partnership.StatusActive || to == partnership.StatusPaused || to == partnership.StatusRetiring:
				require.Equal(t, []string{" WRONG_STATE"}, wrong(err), "%s to %s", from, to)
			default:
				require.Equal(t, []string{"status INVALID"}, wrong(err), "%s to %s", from, to)
			}
		}
	}
}

func TestTheTableOfMovesIsTheOneOfTheDesign(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{"INVITED AWAITING_TERMS": true, "INVITED EXPIRED": true, "INVITED DECLINED": true, "AWAITING_TERMS ACTIVE": true,
		"AWAITING_TERMS EXPIRED": true, "ACTIVE PAUSED": true, "ACTIVE RETIRING": true, "PAUSED ACTIVE": true, "PAUSED RETIRING": true,
		"RETIRING ACTIVE": true, "RETIRING RETIRED": true, "RETIRED AWAITING_TERMS": true}
	for _, from := range statuses {
		for _, to := range statuses {
			require.Equal(t, allowed[fmt.Sprintf("%s %s", from, to)], partnership.MayMove(from, to), "%s to %s", from, to)
		}
	}
}

func TestAcceptingTermsInEveryState(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	becomes := map[partnership.Status]partnership.Status{partnership.StatusAwaitingTerms: partnership.StatusActive,
		partnership.StatusActive: partnership.StatusActive, partnership.StatusPaused: partnership.StatusPaused,
		partnership.StatusRetiring: partnership.StatusRetiring}
	for _, from := range statuses {
		ctx, _ := x.creator(t)
		made := x.approve(t, x.apply(t, ctx, p))
		x.put(t, made, from)
		got, err := x.s.AcceptTerms(ctx, partnership.AcceptTermsInput{PartnershipID: made.ID, Version: 1, DisclosureAccepted: true})
		if want, ok := becomes[from]; ok {
			require.NoError(t, err, from)
			require.Equal(t, want, got.Status)
			require.Equal(t, 1, got.AcceptedTermsVersion)
		} else {
			require.Equal(t, []string{" WRONG_STATE"}, wrong(err), from)
		}
	}
}

func TestAPauseForTermsEndsWhenTheCreatorAcceptsThem(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	ctx, _ := x.creator(t)
	made := x.approve(t, x.apply(t, ctx, p))
	accept := func(version int) (partnership.Partnership, error) {
		return x.s.AcceptTerms(ctx, partnership.AcceptTermsInput{PartnershipID: made.ID, Version: version, DisclosureAccepted: true})
	}
	first, err := accept(1)
	require.NoError(t, err)
	x.clock.Advance(time.Hour)
	_, err = x.programs.PublishTerms(x.owner, p.ID, "Be honest and kind.")
	require.NoError(t, err)
	kind := partnership.PauseTerms
	_, err = x.s.SetStatus(x.owner, partnership.StatusInput{PartnershipID: made.ID, Status: partnership.StatusPaused, PauseKind: &kind, Reason: "New terms."})
	require.NoError(t, err)
	_, err = x.s.SetStatus(x.owner, partnership.StatusInput{PartnershipID: made.ID, Status: partnership.StatusActive, Reason: "Go on."})
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	_, err = accept(1)
	require.Equal(t, []string{"version CONFLICT"}, wrong(err))
	second, err := accept(2)
	require.NoError(t, err)
	require.Equal(t, partnership.StatusActive, second.Status)
	require.Equal(t, first.ActivatedAt, second.ActivatedAt)
	require.Nil(t, second.PauseKind)
	require.Nil(t, second.StatusReason)
	periods, err := x.s.HistoryOf(testdb.Context(t), []uuid.UUID{made.ID.UUID})
	require.NoError(t, err)
	require.EqualValues(t, "TERMS", periods[made.ID.UUID][2].Pause)
}

func TestStatusInputsThatAreWrongNameTheirFields(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	ctx, _ := x.creator(t)
	made := x.approve(t, x.apply(t, ctx, p))
	kind := partnership.PauseKind("MOOD")
	_, err := x.s.SetStatus(x.owner, partnership.StatusInput{PartnershipID: made.ID, Status: partnership.StatusPaused})
	require.Equal(t, []string{"pauseKind REQUIRED", "reason REQUIRED"}, wrong(err))
	_, err = x.s.SetStatus(x.owner, partnership.StatusInput{PartnershipID: made.ID, Status: partnership.StatusActive, PauseKind: &kind, Reason: "R"})
	require.Equal(t, []string{"pauseKind INVALID", "pauseKind INVALID"}, wrong(err))
	for _, c := range []context.Context{ctx, fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner)} {
		_, err = x.s.SetStatus(c, partnership.StatusInput{PartnershipID: made.ID, Status: partnership.StatusActive, Reason: "R"})
		require.True(t, fault.Is(err, fault.NotFound))
	}
	_, err = x.s.SetStatus(fixture.AsMember(t, x.db, x.brand, viewer.Finance), partnership.StatusInput{PartnershipID: made.ID})
	require.True(t, fault.Is(err, fault.Forbidden))
}

func TestNoticesEndAndPatienceForTermsToo(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	ctx, _ := x.creator(t)
	leaving := x.approve(t, x.apply(t, ctx, p))
	_, err := x.s.AcceptTerms(ctx, partnership.AcceptTermsInput{PartnershipID: leaving.ID, Version: 1, DisclosureAccepted: true})
	require.NoError(t, err)
	_, err = x.s.SetStatus(x.owner, partnership.StatusInput{PartnershipID: leaving.ID, Status: partnership.StatusRetiring, Reason: "Thank you."})
	require.NoError(t, err)
	silentCtx, _ := x.creator(t)
	silent := x.approve(t, x.apply(t, silentCtx, p))
	system := testdb.Context(t)
	n, err := x.s.MoveDue(system)
	require.NoError(t, err)
	require.Zero(t, n)
	x.clock.Advance(partnership.RetireNotice + time.Minute)
	n, err = x.s.MoveDue(system)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	x.clock.Advance(30 * 24 * time.Hour)
	n, err = x.s.MoveDue(system)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	got, err := x.s.ByIDs(system, []uuid.UUID{leaving.ID.UUID, silent.ID.UUID})
	require.NoError(t, err)
	require.Equal(t, partnership.StatusRetired, got[leaving.ID.UUID].Status)
	require.Equal(t, partnership.StatusExpired, got[silent.ID.UUID].Status)

	again := x.approve(t, x.apply(t, ctx, p))
	require.Equal(t, leaving.ID, again.ID, "a retired partnership is taken up again")
	require.Equal(t, partnership.StatusAwaitingTerms, again.Status)
	require.Zero(t, again.AcceptedTermsVersion)
}

func TestListsHoldABrandsOrTheCreatorsOwn(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p, q := x.open(t, program.CreateInput{}), x.open(t, program.CreateInput{Name: "Other"})
	ctx, me := x.creator(t)
	other, _ := x.creator(t)
	x.approve(t, x.apply(t, ctx, p))
	x.clock.Advance(time.Second)
	x.apply(t, ctx, q)
	x.clock.Advance(time.Second)
	x.approve(t, x.apply(t, other, p))
	brand := id.Of(id.Brand, x.brand)
	count := func(ctx context.Context, f partnership.Filter) int {
		c, err := x.s.List(ctx, f, page.All(10))
		require.NoError(t, err)
		n, err := c.TotalCount()
		require.NoError(t, err)
		require.Equal(t, len(c.Edges), *n)
		return len(c.Edges)
	}
	retired := partnership.StatusRetired
	require.Equal(t, 2, count(x.owner, partnership.Filter{BrandID: brand}))
	require.Equal(t, 2, count(x.owner, partnership.Filter{BrandID: brand, ProgramID: p.ID}))
	require.Equal(t, 0, count(x.owner, partnership.Filter{BrandID: brand, ProgramID: q.ID}))
	require.Equal(t, 0, count(x.owner, partnership.Filter{BrandID: brand, Status: &retired}))
	require.Equal(t, 1, count(ctx, partnership.Filter{}))
	handle, percent, long := x.db.Ent.Creator.GetX(testdb.Context(t), me).Handle, "%", strings.Repeat("x", 101)
	upper := strings.ToUpper(handle)
	require.Equal(t, 1, count(x.owner, partnership.Filter{BrandID: brand, Search: &upper}))
	require.Equal(t, 0, count(x.owner, partnership.Filter{BrandID: brand, Search: &percent}))
	_, err := x.s.List(x.owner, partnership.Filter{BrandID: brand, Search: &long}, page.All(5))
	require.ErrorContains(t, err, "search")
	apps, err := x.s.Applications(ctx, partnership.ApplicationFilter{}, page.All(10))
	require.NoError(t, err)
	require.Len(t, apps.Edges, 2)
	require.Equal(t, q.ID, apps.Edges[0].Node.ProgramID)
	require.Equal(t, me, apps.Edges[0].Node.CreatorID.UUID)
	submitted := partnership.ApplicationSubmitted
	apps, err = x.s.Applications(x.owner, partnership.ApplicationFilter{BrandID: brand, Status: &submitted}, page.All(10))
	require.NoError(t, err)
	require.Len(t, apps.Edges, 1)
	for name, c := range map[string]struct {
		ctx  context.Context
		f    partnership.Filter
		kind fault.Kind
	}{
		"nobody":                   {fixture.AsNobody(t), partnership.Filter{}, fault.Unauthenticated},
		"a member without a brand": {x.owner, partnership.Filter{}, fault.Forbidden},
		"a creator of a brand":     {ctx, partnership.Filter{BrandID: brand}, fault.NotFound},
		"another brand":            {fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), partnership.Filter{BrandID: brand}, fault.NotFound},
		"an id that is no brand":   {x.owner, partnership.Filter{BrandID: p.ID}, fault.NotFound},
		"an id that is no program": {x.owner, partnership.Filter{BrandID: brand, ProgramID: brand}, fault.NotFound},
		"an app without a brand":   {fixture.AsApp(t, x.brand, viewer.WriteCreators), partnership.Filter{}, fault.Forbidden},
		"an app without the scope": {fixture.AsApp(t, x.brand, viewer.ReadOrders), partnership.Filter{BrandID: brand}, fault.Forbidden},
	} {
		_, err := x.s.List(c.ctx, c.f, page.All(5))
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
		_, err = x.s.Applications(c.ctx, partnership.ApplicationFilter{BrandID: c.f.BrandID, ProgramID: c.f.ProgramID}, page.All(5))
		require.True(t, fault.Is(err, c.kind), "%s: %v", name, err)
	}
}

func TestPagesOfManyProgramsTakeOneStatement(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p, q := x.open(t, program.CreateInput{}), x.open(t, program.CreateInput{Name: "Other"})
	var made []uuid.UUID
	for range 5 {
		ctx, _ := x.creator(t)
		x.clock.Advance(time.Second)
		made = append(made, x.approve(t, x.apply(t, ctx, p)).ID.UUID)
		if len(made) < 3 {
			x.apply(t, ctx, q)
		}
	}
	ids := []uuid.UUID{p.ID.UUID, q.ID.UUID}
	read := func(ctx context.Context, a page.Args) map[uuid.UUID]page.Connection[partnership.Partnership] {
		r, err := page.Parse(a)
		require.NoError(t, err)
		ctx, statements := database.CountStatements(ctx)
		pages, err := x.s.PagesOfPrograms(ctx, ids, nil, r)
		require.NoError(t, err)
		require.LessOrEqual(t, statements.Load(), int64(1))
		require.Len(t, pages, 2)
		return pages
	}
	got := func(c page.Connection[partnership.Partnership]) []uuid.UUID {
		out := []uuid.UUID{}
		for _, y := range c.Nodes() {
			out = append(out, y.ID.UUID)
		}
		return out
	}
	two := 2
	first := read(x.owner, page.Args{First: &two})
	require.Equal(t, []uuid.UUID{made[4], made[3]}, got(first[p.ID.UUID]))
	require.True(t, first[p.ID.UUID].PageInfo.HasNextPage)
	require.Empty(t, got(first[q.ID.UUID]))
	next := read(x.owner, page.Args{First: &two, After: first[p.ID.UUID].PageInfo.EndCursor})
	require.Equal(t, []uuid.UUID{made[2], made[1]}, got(next[p.ID.UUID]))
	back := read(x.owner, page.Args{Last: &two, Before: next[p.ID.UUID].PageInfo.StartCursor})
	require.Equal(t, []uuid.UUID{made[4], made[3]}, got(back[p.ID.UUID]))
	last := read(x.owner, page.Args{Last: &two})
	require.Equal(t, []uuid.UUID{made[1], made[0]}, got(last[p.ID.UUID]))
	for _, ctx := range []context.Context{fixture.AsNobody(t), fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner)} {
		require.Empty(t, got(read(ctx, page.Args{})[p.ID.UUID]))
	}
	status := partnership.StatusActive
	pages, err := x.s.PagesOfPrograms(x.owner, ids, &status, page.All(5))
	require.NoError(t, err)
	require.Empty(t, got(pages[p.ID.UUID]))
}

func TestACreatorSeesTheOwnPartnershipAndLatestApplicationInEachProgram(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p, q := x.open(t, program.CreateInput{}), x.open(t, program.CreateInput{Name: "Other"})
	ctx, _ := x.creator(t)
	old := x.apply(t, ctx, q)
	_, err := x.s.Withdraw(ctx, old.ID)
	require.NoError(t, err)
	x.clock.Advance(31 * 24 * time.Hour)
	latest := x.apply(t, ctx, q)
	made := x.approve(t, x.apply(t, ctx, p))
	ids := []uuid.UUID{p.ID.UUID, q.ID.UUID}
	counting, statements := database.CountStatements(ctx)
	mine, err := x.s.MineIn(counting, ids)
	require.NoError(t, err)
	apps, err := x.s.MyApplicationsTo(counting, ids)
	require.NoError(t, err)
	require.EqualValues(t, 2, statements.Load())
	require.Equal(t, made.ID, mine[p.ID.UUID].ID)
	require.NotContains(t, mine, q.ID.UUID)
	require.Equal(t, latest.ID, apps[q.ID.UUID].ID)
	for _, other := range []context.Context{x.owner, fixture.AsNobody(t)} {
		mine, err := x.s.MineIn(other, ids)
		require.NoError(t, err)
		require.Empty(t, mine)
		apps, err := x.s.MyApplicationsTo(other, ids)
		require.NoError(t, err)
		require.Empty(t, apps)
	}
}

func TestABrandSaysWhatItsCustomersCallACreator(t *testing.T) {
	t.Parallel()
	x := begin(t)
	p := x.open(t, program.CreateInput{})
	maya, _ := x.creator(t)
	in := x.approve(t, x.apply(t, maya, p))
	require.Empty(t, in.Aliases)
	got, err := x.s.SetAliases(x.owner, in.ID, []string{" The Serum Lady ", "Glow Queen"})
	require.NoError(t, err)
	require.Equal(t, []string{"The Serum Lady", "Glow Queen"}, got.Aliases)
	_, err = x.s.SetAliases(x.owner, in.ID, append(make([]string, 20), "more"))
	require.Contains(t, wrong(err), "aliases TOO_LONG")
	_, err = x.s.SetAliases(x.owner, in.ID, []string{"a", strings.Repeat("a", 61)})
	require.Equal(t, []string{"aliases.0 BAD_FORMAT", "aliases.1 TOO_LONG"}, wrong(err))
	_, err = x.s.SetAliases(maya, in.ID, []string{"the best"})
	require.True(t, fault.Is(err, fault.NotFound), "creators write their own into their profiles")
	got, err = x.s.SetAliases(x.owner, in.ID, nil)
	require.NoError(t, err)
	require.Empty(t, got.Aliases)
}
