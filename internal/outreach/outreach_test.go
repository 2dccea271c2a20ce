package outreach_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/creator"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/outreach"
	"tributary/internal/program"
)

type setup struct {
	fixture.Affiliate // a program with one active creator
	db                *database.DB
	clock             *clock.Fake
	s                 *outreach.Service
	owner             context.Context
	program           id.ID
}

func begin(t *testing.T) setup {
	t.Helper()
	db := testdb.New(t)
	c := clock.NewFake(fixture.Start)
	a := fixture.New(t, db)
	return setup{a, db, c, outreach.New(outreach.Config{DB: db, Clock: c, Programs: program.New(program.Config{DB: db, Clock: c})}),
		fixture.AsMember(t, db, a.Brand, viewer.Manager), id.Of(id.Program, a.Program)}
}

func (x setup) add(t *testing.T, handle string) outreach.Prospect {
	t.Helper()
	p, err := x.s.Create(x.owner, outreach.CreateInput{ProgramID: x.program, Name: "N " + handle, Platform: creator.PlatformTiktok, Handle: handle})
	require.NoError(t, err)
	return p
}

func (x setup) move(t *testing.T, p outreach.Prospect, to outreach.Stage) outreach.Prospect {
	t.Helper()
	p, err := x.s.Move(x.owner, outreach.MoveInput{ProspectID: p.ID, ToStage: to, Reason: "R"})
	require.NoError(t, err)
	return p
}

// account gives a creator an account on TikTok.
func (x setup) account(t *testing.T, c uuid.UUID, handle string) {
	t.Helper()
	require.NoError(t, x.db.Ent.SocialAccount.Create().SetID(id.NewUUID(fixture.Start)).SetCreatedAt(fixture.Start).SetCreatorID(c).
		SetPlatform("TIKTOK").SetHandle(handle).SetURL("https://tiktok.com/@x").SetVerificationCode("v").Exec(testdb.Context(t)))
}

func wrong(err error) []string {
	out := []string{}
	for _, f := range fault.All(err) {
		out = append(out, strings.Join(f.Field, ".")+" "+f.Code)
	}
	return out
}

func p[T any](v T) *T { return &v }

func TestAProspectIsAddedOnceAndWrongFieldsAreNamed(t *testing.T) {
	t.Parallel()
	x := begin(t)
	got, err := x.s.Create(x.owner, outreach.CreateInput{ProgramID: x.program, Name: "Mina", Platform: creator.PlatformTiktok, Handle: "@Mina",
		Email: p("Mina@Example.com"), ProfileURL: p("https://tiktok.com/@mina"), Followers: 1200, Source: "search", Niches: []string{"skin"}, Tags: []string{"warm"}})
	require.NoError(t, err)
	require.Equal(t, "mina", got.Handle)
	require.Equal(t, "mina@example.com", *got.Email)
	require.Equal(t, outreach.StageIdentified, got.Stage)
	require.False(t, got.OwnerID.IsZero())
	read, err := x.s.Get(x.owner, got.ID)
	require.NoError(t, err)
	require.Equal(t, got, read)
	_, err = x.s.Create(x.owner, outreach.CreateInput{ProgramID: x.program, Name: "M", Platform: creator.PlatformTiktok, Handle: "MINA"})
	require.Equal(t, []string{"handle TAKEN"}, wrong(err))
	_, err = x.s.Create(x.owner, outreach.CreateInput{ProgramID: x.program, Platform: "MYSPACE", Email: p("x"), ProfileURL: p("x"), Followers: -1,
		Source: strings.Repeat("x", 201), Niches: []string{""}, Tags: make([]string, 21), FitScore: 101})
	require.Equal(t, []string{"name REQUIRED", "platform INVALID", "handle REQUIRED", "email BAD_FORMAT", "profileUrl BAD_FORMAT",
		"followers OUT_OF_RANGE", "source TOO_LONG", "niches.0 REQUIRED", "tags TOO_LONG", "fitScore OUT_OF_RANGE"}, wrong(err))
}

func TestEveryMoveIsAllowedOrRefusedByTheTable(t *testing.T) {
	t.Parallel()
	x := begin(t)
	allowed := map[string]bool{}
	for i, from := range []string{"IDENTIFIED", "CONTACTED", "REPLIED", "NEGOTIATING", "AGREED"} {
		for _, to := range []string{"IDENTIFIED", "CONTACTED", "REPLIED", "NEGOTIATING", "AGREED", "ONBOARDED"}[i+1:] {
			allowed[from+" "+to] = true
		}
		allowed[from+" DECLINED"] = true
	}
	for _, extra := range []string{"CONTACTED UNRESPONSIVE", "REPLIED UNRESPONSIVE", "NEGOTIATING UNRESPONSIVE", "UNRESPONSIVE REPLIED",
		"DECLINED IDENTIFIED", "CONTACTED IDENTIFIED", "REPLIED CONTACTED", "NEGOTIATING REPLIED", "AGREED NEGOTIATING"} {
		allowed[extra] = true
	}
	back := map[string]bool{"CONTACTED IDENTIFIED": true, "REPLIED CONTACTED": true, "NEGOTIATING REPLIED": true, "AGREED NEGOTIATING": true, "DECLINED IDENTIFIED": true}
	n := 0
	for _, from := range outreach.Stages {
		for _, to := range outreach.Stages {
			n++
			pair := fmt.Sprintf("%s %s", from, to)
			pr := x.add(t, fmt.Sprintf("h%d", n))
			// The creator of the fixture is active in the program, so the way to ONBOARDED is open.
			require.NoError(t, x.db.Ent.Prospect.UpdateOneID(pr.ID.UUID).SetStage(string(from)).SetCreatorID(x.Creator).Exec(testdb.Context(t)))
			require.Equal(t, allowed[pair], outreach.MayMove(from, to), pair)
			_, bare := x.s.Move(x.owner, outreach.MoveInput{ProspectID: pr.ID, ToStage: to})
			switch {
			case allowed[pair] && (back[pair] || to == outreach.StageDeclined):
				require.Equal(t, []string{"reason REQUIRED"}, wrong(bare), pair)
				moved, err := x.s.Move(x.owner, outreach.MoveInput{ProspectID: pr.ID, ToStage: to, Reason: "R"})
				require.NoError(t, err, pair)
				require.Equal(t, to, moved.Stage)
			case allowed[pair]:
				require.NoError(t, bare, pair)
			default:
				require.Equal(t, []string{" WRONG_STATE"}, wrong(bare), pair)
			}
		}
	}
	_, err := x.s.Move(x.owner, outreach.MoveInput{ProspectID: x.add(t, "last").ID, ToStage: "WON"})
	require.Equal(t, []string{"toStage INVALID"}, wrong(err))
}

func TestOnboardedNeedsAnActivePartnershipOfTheCreator(t *testing.T) {
	t.Parallel()
	x := begin(t)
	pr := x.move(t, x.add(t, "mina"), outreach.StageAgreed)
	_, err := x.s.Move(x.owner, outreach.MoveInput{ProspectID: pr.ID, ToStage: outreach.StageOnboarded})
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err))
	moves := func() []outreach.Stage {
		counting, statements := database.CountStatements(x.owner)
		m, err := x.s.AllowedMovesOf(counting, []uuid.UUID{pr.ID.UUID})
		require.NoError(t, err)
		require.EqualValues(t, 1, statements.Load())
		return m[pr.ID.UUID]
	}
	require.Equal(t, []outreach.Stage{outreach.StageNegotiating, outreach.StageDeclined}, moves())
	x.account(t, x.Creator, "mina")
	require.Equal(t, []outreach.Stage{outreach.StageNegotiating, outreach.StageOnboarded, outreach.StageDeclined}, moves())
	other, _ := fixture.Creator(t, x.db)
	x.account(t, other, "mina")
	_, err = x.s.Move(x.owner, outreach.MoveInput{ProspectID: pr.ID, ToStage: outreach.StageOnboarded})
	require.Equal(t, []string{" WRONG_STATE"}, wrong(err), "two creators say that the account is theirs")
	require.NotContains(t, moves(), outreach.StageOnboarded)
	require.NoError(t, x.db.Ent.Prospect.UpdateOneID(pr.ID.UUID).SetCreatorID(x.Creator).Exec(testdb.Context(t)))
	done := x.move(t, pr, outreach.StageOnboarded)
	require.Equal(t, x.Partnership, done.PartnershipID.UUID)
	require.Equal(t, x.Creator, done.CreatorID.UUID)
	require.Empty(t, moves())
	hidden, err := x.s.AllowedMovesOf(fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), []uuid.UUID{pr.ID.UUID})
	require.NoError(t, err)
	require.Empty(t, hidden)
}

func TestACreatorWhoJoinsIsOnboardedFromAnyStage(t *testing.T) {
	t.Parallel()
	x := begin(t)
	ctx := testdb.Context(t)
	x.account(t, x.Creator, "mina")
	x.db.Ent.User.UpdateOneID(x.User).SetEmail("mina@example.test").SetEmailVerifiedAt(fixture.Start).ExecX(ctx)
	byAccount := x.add(t, "mina")
	require.Equal(t, x.Creator, byAccount.CreatorID.UUID, "the profile is linked when the prospect is added")
	byMail, err := x.s.Create(x.owner, outreach.CreateInput{ProgramID: x.program, Name: "M", Platform: creator.PlatformYoutube, Handle: "minatube", Email: p("mina@example.test")})
	require.NoError(t, err)
	byMail = x.move(t, byMail, outreach.StageDeclined)
	silent := x.move(t, x.move(t, x.add(t, "silent"), outreach.StageContacted), outreach.StageUnresponsive)
	x.db.Ent.Prospect.UpdateOneID(silent.ID.UUID).SetCreatorID(x.Creator).ExecX(ctx)
	stranger := x.add(t, "somebody")
	n, err := x.s.Joined(ctx, x.Partnership)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	for _, pr := range []outreach.Prospect{byAccount, byMail, silent} {
		got, err := x.s.Get(x.owner, pr.ID)
		require.NoError(t, err)
		require.Equal(t, outreach.StageOnboarded, got.Stage)
		require.Equal(t, x.Partnership, got.PartnershipID.UUID)
	}
	got, err := x.s.Get(x.owner, stranger.ID)
	require.NoError(t, err)
	require.Equal(t, outreach.StageIdentified, got.Stage)
	again, err := x.s.Joined(ctx, x.Partnership)
	require.NoError(t, err)
	require.Zero(t, again)
	events, err := x.s.EventsOf(x.owner, []uuid.UUID{byMail.ID.UUID}, page.All(10))
	require.NoError(t, err)
	var story []string
	for _, e := range events[byMail.ID.UUID].Nodes() {
		if e.Kind == outreach.EventMove {
			story = append(story, string(*e.FromStage)+" "+string(*e.ToStage))
		}
	}
	require.Equal(t, []string{"IDENTIFIED ONBOARDED", "DECLINED IDENTIFIED", "IDENTIFIED DECLINED"}, story)
}

func TestAMoveIsRefusedWhenThePersonSawAnotherStage(t *testing.T) {
	t.Parallel()
	x := begin(t)
	pr := x.add(t, "mina")
	seen := outreach.StageContacted
	_, err := x.s.Move(x.owner, outreach.MoveInput{ProspectID: pr.ID, ToStage: outreach.StageReplied, ExpectedStage: &seen})
	require.Equal(t, []string{" CONFLICT"}, wrong(err))
	errs := make([]error, 4)
	seen = outreach.StageIdentified
	var wg sync.WaitGroup
	for i := range errs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_, errs[i] = x.s.Move(x.owner, outreach.MoveInput{ProspectID: pr.ID, ToStage: outreach.StageContacted, ExpectedStage: &seen})
		}()
	}
	wg.Wait()
	good := 0
	for _, err := range errs {
		if err == nil {
			good++
		} else {
			require.Equal(t, []string{" CONFLICT"}, wrong(err))
		}
	}
	require.Equal(t, 1, good)
}

func TestUpdateKeepsWhatIsLeftOutAndClearsWhatIsNull(t *testing.T) {
	t.Parallel()
	x := begin(t)
	pr := x.add(t, "mina")
	due := fixture.Start.Add(24 * time.Hour)
	got, err := x.s.Update(x.owner, outreach.UpdateInput{ProspectID: pr.ID, Name: outreach.To("Mina"), Email: outreach.To("M@x.de"), NextStep: outreach.To("Write"),
		DueAt: outreach.To(due), Tags: outreach.To([]string{"warm"}), OwnerID: outreach.Clear[id.ID]()})
	require.NoError(t, err)
	pr.Name, pr.Email, pr.NextStep, pr.DueAt, pr.Tags, pr.OwnerID = "Mina", p("m@x.de"), p("Write"), &due, []string{"warm"}, id.ID{}
	require.Equal(t, pr, got)
	got, err = x.s.Update(x.owner, outreach.UpdateInput{ProspectID: pr.ID, Email: outreach.Clear[string](), DueAt: outreach.Clear[time.Time](),
		NextStep: outreach.Clear[string](), Tags: outreach.Clear[[]string]()})
	require.NoError(t, err)
	pr.Email, pr.NextStep, pr.DueAt, pr.Tags = nil, nil, nil, []string{}
	require.Equal(t, pr, got)
	_, err = x.s.Update(x.owner, outreach.UpdateInput{ProspectID: pr.ID, Name: outreach.Clear[string](), Email: outreach.To("x"),
		NextStep: outreach.To(strings.Repeat("x", 301)), Tags: outreach.To([]string{""})})
	require.Equal(t, []string{"name REQUIRED", "email BAD_FORMAT", "nextStep TOO_LONG", "tags.0 REQUIRED"}, wrong(err))
	stranger := fixture.User(t, x.db)
	for _, owner := range []id.ID{id.Of(id.User, stranger), id.Of(id.Brand, stranger), {}} {
		_, err = x.s.Update(x.owner, outreach.UpdateInput{ProspectID: pr.ID, OwnerID: outreach.To(owner)})
		require.Equal(t, []string{"ownerId NOT_FOUND"}, wrong(err))
	}
	require.NoError(t, x.db.Ent.Membership.Create().SetID(id.NewUUID(fixture.Start)).SetCreatedAt(fixture.Start).SetUserID(stranger).SetBrandID(x.Brand).
		SetRoles([]string{"MANAGER"}).SetRolesGrantedAt(fixture.Start).Exec(testdb.Context(t)))
	got, err = x.s.Update(x.owner, outreach.UpdateInput{ProspectID: pr.ID, OwnerID: outreach.To(id.Of(id.User, stranger))})
	require.NoError(t, err)
	require.Equal(t, stranger, got.OwnerID.UUID)
}

func TestOutreachIsForStaffOfTheBrand(t *testing.T) {
	t.Parallel()
	x := begin(t)
	pr := x.add(t, "mina")
	writes := map[string]func(context.Context) error{
		"create": func(ctx context.Context) error {
			_, err := x.s.Create(ctx, outreach.CreateInput{ProgramID: x.program, Name: "N", Platform: "X", Handle: uuid.NewString()})
			return err
		},
		"move": func(ctx context.Context) error {
			_, err := x.s.Move(ctx, outreach.MoveInput{ProspectID: pr.ID, ToStage: outreach.StageContacted})
			return err
		},
		"update": func(ctx context.Context) error {
			_, err := x.s.Update(ctx, outreach.UpdateInput{ProspectID: pr.ID})
			return err
		},
		"note": func(ctx context.Context) error { _, err := x.s.AddNote(ctx, pr.ID, "Note."); return err },
	}
	reads := map[string]func(context.Context) error{
		"get":      func(ctx context.Context) error { _, err := x.s.Get(ctx, pr.ID); return err },
		"pipeline": func(ctx context.Context) error { _, err := x.s.Pipeline(ctx, x.program); return err },
		"list": func(ctx context.Context) error {
			_, err := x.s.List(ctx, outreach.Filter{BrandID: id.Of(id.Brand, x.Brand)}, page.All(5))
			return err
		},
	}
	analyst := fixture.AsMember(t, x.db, x.Brand, viewer.Analyst)
	for name, do := range writes {
		require.True(t, fault.Is(do(analyst), fault.Forbidden), name)
		require.NoError(t, do(fixture.AsApp(t, x.Brand, viewer.WriteOutreach)), name)
		reads[name] = do
	}
	for name, do := range reads {
		require.True(t, fault.Is(do(fixture.AsNobody(t)), fault.Unauthenticated), name)
		require.True(t, fault.Is(do(fixture.AsCreator(t, x.Creator, x.User)), fault.NotFound), name)
		require.True(t, fault.Is(do(fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner)), fault.NotFound), name)
		require.True(t, fault.Is(do(fixture.AsMember(t, x.db, x.Brand, viewer.Finance)), fault.Forbidden), name)
	}
}

func TestListsAreFilteredSearchedAndPaged(t *testing.T) {
	t.Parallel()
	x := begin(t)
	for _, h := range []string{"anna", "ben", "cleo", "100%dan"} {
		x.clock.Advance(time.Second)
		x.add(t, h)
	}
	brand := id.Of(id.Brand, x.Brand)
	handles := func(f outreach.Filter, a page.Args) ([]string, page.Info) {
		r, err := page.Parse(a)
		require.NoError(t, err)
		c, err := x.s.List(x.owner, f, r)
		require.NoError(t, err)
		out := []string{}
		for _, pr := range c.Nodes() {
			out = append(out, pr.Handle)
		}
		return out, c.PageInfo
	}
	all, _ := handles(outreach.Filter{BrandID: brand}, page.Args{})
	require.Equal(t, []string{"100%dan", "cleo", "ben", "anna"}, all)
	found, _ := handles(outreach.Filter{BrandID: brand, Search: p("%")}, page.Args{})
	require.Equal(t, []string{"100%dan"}, found)
	found, _ = handles(outreach.Filter{BrandID: brand, Search: p("AN"), ProgramID: x.program}, page.Args{})
	require.Equal(t, []string{"100%dan", "anna"}, found)
	agreed := outreach.StageAgreed
	found, _ = handles(outreach.Filter{BrandID: brand, Stage: &agreed}, page.Args{})
	require.Empty(t, found)
	two := 2
	first, info := handles(outreach.Filter{BrandID: brand}, page.Args{First: &two})
	next, info2 := handles(outreach.Filter{BrandID: brand}, page.Args{First: &two, After: info.EndCursor})
	require.Equal(t, all, append(first, next...))
	back, _ := handles(outreach.Filter{BrandID: brand}, page.Args{Last: &two, Before: info2.StartCursor})
	require.Equal(t, all[:2], back)
}

func TestEventsOfManyProspectsTakeOneStatement(t *testing.T) {
	t.Parallel()
	x := begin(t)
	a, b := x.add(t, "a"), x.add(t, "b")
	for i := range 4 {
		x.clock.Advance(time.Second)
		_, err := x.s.AddNote(x.owner, a.ID, fmt.Sprintf("Note %d", i))
		require.NoError(t, err)
	}
	_, err := x.s.AddNote(x.owner, a.ID, " ")
	require.Equal(t, []string{"body REQUIRED"}, wrong(err))
	ids := []uuid.UUID{a.ID.UUID, b.ID.UUID}
	read := func(ctx context.Context, args page.Args) (map[uuid.UUID][]string, page.Info) {
		r, err := page.Parse(args)
		require.NoError(t, err)
		ctx, statements := database.CountStatements(ctx)
		pages, err := x.s.EventsOf(ctx, ids, r)
		require.NoError(t, err)
		require.LessOrEqual(t, statements.Load(), int64(1))
		out := map[uuid.UUID][]string{}
		for u, c := range pages {
			for _, e := range c.Nodes() {
				out[u] = append(out[u], string(e.Kind)+e.Body)
			}
		}
		return out, pages[a.ID.UUID].PageInfo
	}
	three := 3
	first, info := read(x.owner, page.Args{First: &three})
	require.Equal(t, []string{"NOTENote 3", "NOTENote 2", "NOTENote 1"}, first[a.ID.UUID])
	require.Equal(t, []string{"CREATED"}, first[b.ID.UUID])
	next, info := read(x.owner, page.Args{First: &three, After: info.EndCursor})
	require.Equal(t, []string{"NOTENote 0", "CREATED"}, next[a.ID.UUID])
	back, _ := read(x.owner, page.Args{Last: &three, Before: info.StartCursor})
	require.Equal(t, first[a.ID.UUID], back[a.ID.UUID])
	hidden, _ := read(fixture.AsMember(t, x.db, fixture.Brand(t, x.db), viewer.Owner), page.Args{})
	require.Empty(t, hidden)
}

func TestThePipelineCountsTimesAndConverts(t *testing.T) {
	t.Parallel()
	x := begin(t)
	day := 24 * time.Hour
	a, b, c, d := x.add(t, "a"), x.add(t, "b"), x.add(t, "c"), x.add(t, "d")
	x.clock.Advance(day)
	a = x.move(t, a, outreach.StageContacted) // one day in IDENTIFIED
	x.clock.Advance(2 * day)
	b = x.move(t, b, outreach.StageContacted) // three days
	c = x.move(t, c, outreach.StageDeclined)  // three days
	x.clock.Advance(day)
	a = x.move(t, a, outreach.StageNegotiating) // three days in CONTACTED, REPLIED skipped
	x.clock.Advance(day)
	a = x.move(t, a, outreach.StageReplied) // one step back
	other := fixture.Join(t, x.db, x.Affiliate)
	counting, statements := database.CountStatements(x.owner)
	board, err := x.s.Pipeline(counting, x.program)
	require.NoError(t, err)
	require.EqualValues(t, 3, statements.Load())
	require.Equal(t, 4, board.Total)
	require.Len(t, board.Stages, 8)
	at := map[outreach.Stage]outreach.PipelineStage{}
	for i, s := range board.Stages {
		require.Equal(t, outreach.Stages[i], s.Stage)
		require.Len(t, s.Prospects, s.Count)
		at[s.Stage] = s
	}
	require.Equal(t, 1, at[outreach.StageIdentified].Count)
	require.Equal(t, d.ID, at[outreach.StageIdentified].Prospects[0].ID)
	require.InDelta(t, 3, *at[outreach.StageIdentified].MedianDays, 0.001)
	require.Equal(t, money.BasisPoints(5000), *at[outreach.StageIdentified].Conversion) // a and b of four
	require.InDelta(t, 3, *at[outreach.StageContacted].MedianDays, 0.001)
	require.Equal(t, money.BasisPoints(5000), *at[outreach.StageContacted].Conversion) // a of a and b
	require.Equal(t, b.ID, at[outreach.StageContacted].Prospects[0].ID)
	require.Equal(t, money.BasisPoints(10_000), *at[outreach.StageReplied].Conversion, "a was further before it stepped back")
	require.Nil(t, at[outreach.StageReplied].MedianDays)
	require.Equal(t, money.BasisPoints(0), *at[outreach.StageNegotiating].Conversion)
	require.InDelta(t, 1, *at[outreach.StageNegotiating].MedianDays, 0.001)
	require.Nil(t, at[outreach.StageAgreed].Conversion)
	require.Nil(t, at[outreach.StageDeclined].Conversion)
	require.Equal(t, c.ID, at[outreach.StageDeclined].Prospects[0].ID)
	require.Equal(t, outreach.StageReplied, a.Stage)
	require.NotEqual(t, uuid.Nil, other.Creator)
}
