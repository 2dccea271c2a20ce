package insight_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/creator"
	"tributary/internal/insight"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/rollup"
	"tributary/internal/tracking"
)

type world struct {
	fixture.Affiliate
	db       *database.DB
	clock    *clock.Fake
	s        *insight.Service
	tracking *tracking.Service
	policy   uuid.UUID
	clicks   *tracking.Clicks
}

func setUp(t *testing.T) world {
	t.Helper()
	w := world{db: testdb.New(t), clock: clock.NewFake(fixture.At)}
	w.Affiliate = fixture.New(t, w.db)
	w.policy = fixture.Policy(t, w.db, w.Brand)
	w.s = insight.New(insight.Config{DB: w.db, Clock: w.clock})
	clicks, err := tracking.OpenClicks(tracking.ClicksConfig{DB: w.db, DataDir: t.TempDir(), Clock: w.clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, clicks.Close(context.WithoutCancel(t.Context()))) })
	w.clicks = clicks
	w.tracking = tracking.New(tracking.Config{DB: w.db, Clock: w.clock, Clicks: clicks, BaseURL: &url.URL{Scheme: "https", Host: "go.example"},
		NetworkSecret: []byte("a secret of enough bytes"), ClientAddress: func(*http.Request) netip.Addr { return netip.Addr{} }})
	return w
}

func (w world) link(t *testing.T, a fixture.Affiliate, p creator.Platform) tracking.Link {
	t.Helper()
	l, err := w.tracking.CreateLink(viewer.With(t.Context(), a.AsCreator()), tracking.CreateLinkInput{PartnershipID: id.Of(id.Partnership, a.Partnership), Platform: p})
	require.NoError(t, err)
	return l
}

// click opens a link, as the visitor of the cookie when one is given, and gives the cookie.
func (w world) click(t *testing.T, l tracking.Link, cookie string) string {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "/r/"+l.Code, nil)
	r.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0)")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	rec := httptest.NewRecorder()
	w.tracking.Redirect().ServeHTTP(rec, r)
	require.NoError(t, w.clicks.Drain(testdb.Context(t)))
	require.Equal(t, http.StatusFound, rec.Code)
	c := rec.Result().Cookies()[0]
	return c.Name + "=" + c.Value
}

type share struct {
	a          fixture.Affiliate
	link       *tracking.Link
	credit     int64
	commission int64
}

// sale stores a paid order with its decision and commissions, as the sale does.
func (w world) sale(t *testing.T, net int64, shares ...share) uuid.UUID {
	t.Helper()
	now := w.clock.Now()
	o := id.NewUUID(now)
	w.around(t, o, func(ctx context.Context, tx database.Tx) {
		tx.Ent.Order.Create().SetID(o).SetCreatedAt(now).SetUpdatedAt(now).SetBrandID(w.Brand).SetSource("API").SetStore(fixture.Store).
			SetExternalID(o.String()).SetName("n").SetPlacedAt(now).SetPaidAt(now).SetPayment("PAID").SetCurrency("EUR").SetTotalMinor(net).
			SetDiscountMinor(0).SetTaxMinor(0).SetShippingMinor(0).SetNetMinor(net).SetNewCustomer(true).SetCodes([]string{}).SetFlags([]string{}).SaveX(ctx)
		touches := []map[string]any{{"partnershipId": w.Partnership.String(), "credit": 0}}
		for _, s := range shares {
			touch := map[string]any{"partnershipId": s.a.Partnership.String(), "programId": s.a.Program.String(), "creatorId": s.a.Creator.String(), "credit": s.credit}
			if s.link != nil {
				touch["linkId"], touch["platform"] = s.link.ID.String(), s.link.Platform
			}
			touches = append(touches, touch)
		}
		stored, err := json.Marshal(touches)
		require.NoError(t, err)
		d := id.NewUUID(now)
		tx.Ent.AttributionDecision.Create().SetID(d).SetCreatedAt(now).SetBrandID(w.Brand).SetOrderID(o).SetVersion(1).SetPolicyID(w.policy).
			SetPolicyVersion(1).SetModel("LINEAR").SetVerdict("CREDITED").SetCause("FIRST").SetRule("").SetTouches(stored).SetCredits(json.RawMessage(`[]`)).SaveX(ctx)
		for _, s := range shares {
			tx.Ent.Commission.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetUpdatedAt(now).SetBrandID(w.Brand).SetProgramID(s.a.Program).
				SetPartnershipID(s.a.Partnership).SetCreatorID(s.a.Creator).SetOrderID(o).SetDecisionID(d).SetKind("SALE").SetStatus("PENDING").
				SetCurrency("EUR").SetAccruedMinor(s.commission).SetAmountMinor(s.commission).SetPostedMinor(s.commission).SetBaseMinor(net).
				SetCreditPpm(s.credit).SetTrace(json.RawMessage(`{}`)).SetOccurredAt(now).SetHoldUntil(now).SaveX(ctx)
		}
	})
	return o
}

func (w world) around(t *testing.T, o uuid.UUID, change func(context.Context, database.Tx)) {
	t.Helper()
	require.NoError(t, w.db.InTx(testdb.Context(t), func(ctx context.Context, tx database.Tx) error {
		return rollup.AroundOrderTx(ctx, tx, o, func() error { change(ctx, tx); return nil })
	}))
}

func (w world) refund(t *testing.T, o uuid.UUID, net int64) {
	t.Helper()
	w.around(t, o, func(ctx context.Context, tx database.Tx) {
		tx.Ent.Order.UpdateOneID(o).SetRefundedNetMinor(net).SetRefundedMinor(net).SetPayment("PARTLY_REFUNDED").ExecX(ctx)
		_, err := tx.SQL.ExecContext(ctx, `UPDATE commission SET amount_minor = amount_minor / 2 WHERE order_id = $1`, o)
		require.NoError(t, err)
	})
}

func day(n int) clock.Date { return clock.DateOf(fixture.At).AddDays(n) }

func TestFiguresAddUpToTheRawRowsBeforeAndAfterFoldingAndRebuilding(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	other := fixture.Join(t, w.db, w.Affiliate)
	mine, theirs := w.link(t, w.Affiliate, creator.PlatformTiktok), w.link(t, other, creator.PlatformYoutube)
	for range 3 {
		cookie := w.click(t, mine, "")
		w.click(t, mine, cookie)
		w.click(t, theirs, cookie)
		w.clock.Advance(24 * time.Hour)
	}
	w.sale(t, 9999, share{w.Affiliate, &mine, 333_333, 333}, share{other, &theirs, 666_667, 667})
	o := w.sale(t, 5000, share{w.Affiliate, nil, 1_000_000, 500})
	w.refund(t, o, 1250)
	w.clock.Advance(24 * time.Hour)
	w.sale(t, 700, share{other, &theirs, 1_000_000, 70})

	brand := id.Of(id.Brand, w.Brand)
	member := viewer.With(t.Context(), w.AsMember(viewer.Analyst))
	read := func(by insight.Group) insight.Performance {
		p, err := w.s.Performance(member, insight.Filter{Brand: &brand, From: day(0), To: day(6)}, by)
		require.NoError(t, err)
		p.AsOf = time.Time{}
		return p
	}
	all := func() (out []insight.Performance) {
		for _, by := range []insight.Group{insight.ByDay, insight.ByCreator, insight.ByPlatform, insight.ByLink, insight.ByProgram} {
			out = append(out, read(by))
		}
		return out
	}
	fresh := all()
	total := fresh[0].Total
	require.Equal(t, []int{9, 6}, []int{total.Clicks, total.UniqueClicks})
	require.InDelta(t, 3, total.Orders, 1e-9)
	require.InDelta(t, 3, total.NewCustomers, 1e-9)
	require.Equal(t, money.New(9999+5000+700, "EUR"), total.Revenue)
	require.Equal(t, money.New(1250, "EUR"), total.Refunds)
	require.Equal(t, money.New(333+667+250+70, "EUR"), total.Commission)
	require.EqualValues(t, 3333, *total.Conversion)
	require.Equal(t, money.New(147, "EUR"), *total.EarningsPerClick)
	require.Equal(t, money.New(5233, "EUR"), *total.AverageOrder)
	require.EqualValues(t, 914, *total.CommissionRate)
	require.Len(t, fresh[0].Rows, 7, "days have no gaps")
	require.Equal(t, day(6), *fresh[0].Rows[6].Date)
	for _, p := range fresh {
		require.Equal(t, total, p.Total)
		var clicks int
		var revenue int64
		for _, r := range p.Rows {
			clicks += r.Figures.Clicks
			revenue += r.Figures.Revenue.Minor
			require.NotEmpty(t, r.Label)
		}
		require.Equal(t, total.Clicks, clicks)
		if p.Rows[0].LinkID.IsZero() {
			require.Equal(t, total.Revenue.Minor, revenue)
		} else {
			require.Equal(t, total.Revenue.Minor-5000, revenue, "what came without a link stands under none")
		}
	}
	require.Equal(t, "YouTube", fresh[2].Rows[0].Label, "groups come by revenue")

	ids := []uuid.UUID{w.Partnership, other.Partnership}
	ctx, statements := database.CountStatements(testdb.Context(t))
	partnerships, err := w.s.PartnershipTotals(ctx, ids)
	require.NoError(t, err)
	require.EqualValues(t, 1, statements.Load())
	require.Equal(t, money.New(583, "EUR"), partnerships[w.Partnership].Commission)
	links, err := w.s.LinkTotals(ctx, []uuid.UUID{mine.ID.UUID, theirs.ID.UUID})
	require.NoError(t, err)
	require.Equal(t, 6, links[mine.ID.UUID].Clicks)
	require.Equal(t, money.New(333, "EUR"), links[mine.ID.UUID].Commission)
	byDay, err := w.s.LinkClicksByDay(ctx, []uuid.UUID{mine.ID.UUID})
	require.NoError(t, err)
	require.Len(t, byDay[mine.ID.UUID], 30)
	require.Equal(t, []int{2, 2, 2, 0, 0}, byDay[mine.ID.UUID][25:])

	same := func(when string) {
		require.Equal(t, fresh, all(), when)
		again, err := w.s.PartnershipTotals(testdb.Context(t), ids)
		require.NoError(t, err)
		require.Equal(t, partnerships, again, when)
		againLinks, err := w.s.LinkTotals(testdb.Context(t), []uuid.UUID{mine.ID.UUID, theirs.ID.UUID})
		require.NoError(t, err)
		require.Equal(t, links, againLinks, when)
	}
	n, err := rollup.Fold(testdb.Context(t), w.db)
	require.NoError(t, err)
	require.Positive(t, n)
	same("folded")
	n, err = rollup.Fold(testdb.Context(t), w.db)
	require.NoError(t, err)
	require.Zero(t, n)
	w.click(t, mine, "")
	require.Equal(t, 10, read(insight.ByDay).Total.Clicks, "a click shows at once")
	_, err = w.db.SQL.Exec(`DELETE FROM click WHERE id = (SELECT id FROM click ORDER BY id DESC LIMIT 1)`)
	require.NoError(t, err)
	require.NoError(t, rollup.Rebuild(testdb.Context(t), w.db))
	same("rebuilt")
}

func TestPreviousRangeIsTheEquallyLongOneBefore(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, w.Affiliate, creator.PlatformBlog)
	for range 4 {
		w.click(t, l, "")
		w.clock.Advance(24 * time.Hour)
	}
	p, err := w.s.Performance(viewer.With(t.Context(), w.AsCreator()), insight.Filter{From: day(2), To: day(3)}, insight.ByDay)
	require.NoError(t, err)
	require.Equal(t, []int{2, 2}, []int{p.Total.Clicks, p.Previous.Clicks})
	require.Nil(t, p.Total.AverageOrder)
	require.Nil(t, p.Total.CommissionRate)
	require.EqualValues(t, 0, *p.Total.Conversion)
}

func TestPerformanceIsForMembersAndForTheCreatorsOwn(t *testing.T) {
	t.Parallel()
	w := setUp(t)
	l := w.link(t, w.Affiliate, creator.PlatformBlog)
	w.click(t, l, "")
	other := fixture.Join(t, w.db, w.Affiliate)
	stranger := fixture.New(t, w.db)
	brand, own := id.Of(id.Brand, w.Brand), id.Of(id.Creator, w.Creator)
	read := func(v viewer.Viewer, f insight.Filter) (int, error) {
		f.From, f.To = day(0), day(0)
		p, err := w.s.Performance(viewer.With(t.Context(), v), f, insight.ByCreator)
		return p.Total.Clicks, err
	}
	n, err := read(other.AsCreator(), insight.Filter{})
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = read(other.AsCreator(), insight.Filter{Creator: &own})
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = read(w.AsCreator(), insight.Filter{Brand: &brand})
	require.True(t, fault.Is(err, fault.NotFound))
	_, err = read(stranger.AsMember(viewer.Owner), insight.Filter{Brand: &brand})
	require.True(t, fault.Is(err, fault.NotFound))
	n, err = read(w.AsMember(viewer.Finance), insight.Filter{Brand: &brand, Creator: &own})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, err = read(viewer.Viewer{Kind: viewer.Anonymous}, insight.Filter{})
	require.True(t, fault.Is(err, fault.Unauthenticated))
	for _, to := range []clock.Date{day(-1), day(801)} {
		_, err = w.s.Performance(viewer.With(t.Context(), w.AsCreator()), insight.Filter{From: day(0), To: to}, insight.ByDay)
		require.True(t, fault.Is(err, fault.Invalid))
	}
	dollars := money.USD
	p, err := w.s.Performance(viewer.With(t.Context(), w.AsCreator()), insight.Filter{From: day(0), To: day(800), Currency: &dollars}, insight.ByDay)
	require.NoError(t, err)
	require.Len(t, p.Rows, 801)
	require.Zero(t, p.Total.Clicks)
	require.Equal(t, dollars, p.Total.Revenue.Currency)
}
