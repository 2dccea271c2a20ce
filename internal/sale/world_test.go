package sale_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/books"
	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/fraud"
	"tributary/internal/inbox"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
	"tributary/internal/order"
	"tributary/internal/partnership"
	"tributary/internal/program"
	"tributary/internal/sale"
	"tributary/internal/tracking/storeevent"
)

const day = 24 * time.Hour

// world is a brand whose program pays 10%, two creators in it, each with a link and a code, and all services of a sale.
type world struct {
	t           *testing.T
	ctx         context.Context
	db          *database.DB
	clock       *clock.Fake
	sales       *sale.Service
	orders      *order.Service
	commissions *commission.Service
	holds       *fraud.Service
	ledger      *ledger.Service
	books       *books.Service
	inbox       *inbox.Service
	events      *storeevent.Service
	shop, woo   uuid.UUID // integrations
	pay         uuid.UUID // of Stripe Checkout
	maya, noah  fixture.Affiliate
	links       map[uuid.UUID]uuid.UUID // by partnership
}

func newWorld(t *testing.T) *world {
	db := testdb.New(t)
	c := clock.NewFake(fixture.At.Add(30 * day))
	w := &world{t: t, ctx: testdb.Context(t), db: db, clock: c, links: map[uuid.UUID]uuid.UUID{}, books: books.New(books.Config{DB: db, Clock: c})}
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	programs := program.New(program.Config{DB: db, Clock: c})
	w.ledger = ledger.New(ledger.Config{DB: db, Clock: c, Mode: ledger.ModeSandbox})
	w.orders = order.New(order.Config{DB: db, Clock: c, CustomerSecret: []byte("0123456789abcdef")})
	w.commissions = commission.New(commission.Config{DB: db, Clock: c, Ledger: w.ledger})
	w.holds = fraud.New(fraud.Config{DB: db, Clock: c, Queue: queue, Commissions: w.commissions})
	w.inbox = inbox.New(inbox.Config{DB: db, Clock: c, Queue: queue, Open: w.openIntegration})
	w.events = storeevent.New(storeevent.Config{DB: db, Clock: c, Queue: queue, ClientAddress: func(*http.Request) netip.Addr { return netip.Addr{} },
		VerifiedHosts: func(context.Context, uuid.UUID) ([]string, error) { return []string{fixture.Store}, nil }, Robot: func(*http.Request) bool { return false }})
	w.sales = sale.New(sale.Config{DB: db, Clock: c, Queue: queue, Orders: w.orders, Programs: programs,
		Partnerships: partnership.New(partnership.Config{DB: db, Clock: c, Queue: queue, Programs: programs, BaseURL: "https://portal.example"}),
		Commissions:  w.commissions, Holds: w.holds, Inbox: w.inbox})

	w.maya = fixture.New(t, db)
	w.noah = fixture.Join(t, db, w.maya)
	fixture.Policy(t, db, w.maya.Brand)
	for kind, to := range map[string]*uuid.UUID{"SHOPIFY": &w.shop, "WOOCOMMERCE": &w.woo, "CHECKOUT": &w.pay} {
		*to = id.NewUUID(fixture.At)
		db.Ent.Integration.Create().SetID(*to).SetCreatedAt(fixture.At).SetBrandID(w.maya.Brand).SetKind(kind).SetStore("maya.myshop.example").
			SetSecretSealed([]byte("x")).SaveX(w.ctx)
	}
	terms, err := json.Marshal(rule.Terms{Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000)})
	require.NoError(t, err)
	db.Ent.OfferVersion.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(w.maya.Brand).SetProgramID(w.maya.Program).
		SetVersion(1).SetName("Offer").SetTerms(terms).SetEffectiveAt(fixture.At).SetNote("").SaveX(w.ctx)
	db.Ent.ProgramMove.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetProgramID(w.maya.Program).SetToStatus("ACTIVE").SetMovedAt(fixture.At).SaveX(w.ctx)
	for _, a := range []struct {
		fixture.Affiliate
		code string
	}{{w.maya, "MAYA15"}, {w.noah, "NOAH10"}} {
		w.move(a.Affiliate, "AWAITING_TERMS", "ACTIVE", "", fixture.At)
		link := id.NewUUID(fixture.At)
		w.links[a.Partnership] = link
		db.Ent.Link.Create().SetID(link).SetCreatedAt(fixture.At).SetUpdatedAt(fixture.At).SetBrandID(a.Brand).SetProgramID(a.Program).
			SetPartnershipID(a.Partnership).SetCreatorID(a.Creator).SetCode("l" + a.code).SetDestinationURL("https://shop.example/").SetPlatform("TIKTOK").
			SetLabel("Bio").SetCampaign("").SaveX(w.ctx)
		folded := map[string]string{"MAYA15": "maya15", "NOAH10": "noah10"}[a.code]
		db.Ent.Code.Create().SetID(id.NewUUID(fixture.At)).SetCreatedAt(fixture.At).SetBrandID(a.Brand).SetProgramID(a.Program).SetPartnershipID(a.Partnership).
			SetCreatorID(a.Creator).SetCode(a.code).SetFolded(folded).SetDiscountBp(1500).SetPlatform("TIKTOK").SetStartsAt(fixture.At).SaveX(w.ctx)
	}
	return w
}

// move stores a change of a partnership's status.
func (w *world) move(a fixture.Affiliate, from, to, pause string, at time.Time) {
	w.db.Ent.PartnershipMove.Create().SetID(id.NewUUID(at)).SetCreatedAt(at).SetPartnershipID(a.Partnership).SetFromStatus(from).SetToStatus(to).
		SetPauseKind(pause).SetReason("").SetActor("test").SetMovedAt(at).SaveX(w.ctx)
}

// click stores a visit through a creator's link and gives its id.
func (w *world) click(a fixture.Affiliate, visitor uuid.UUID, at time.Time) uuid.UUID {
	c := id.NewUUID(at)
	w.store(c, a, visitor)
	return c
}

func (w *world) store(c uuid.UUID, a fixture.Affiliate, visitor uuid.UUID) {
	_, err := w.db.SQL.ExecContext(w.ctx, `INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'TIKTOK', $8)`, c, id.TimeOf(c), w.links[a.Partnership], a.Brand, a.Program, a.Partnership, a.Creator, visitor)
	require.NoError(w.t, err)
}

// input is an order of one line.
func (w *world) input(number int, net string) sale.RecordOrderInput {
	return sale.RecordOrderInput{Brand: id.Of(id.Brand, w.maya.Brand), ExternalID: fmt.Sprint(number), Name: fmt.Sprintf("#%d", number), PlacedAt: w.clock.Now(),
		Currency: money.EUR, Lines: []sale.OrderLineInput{{ExternalID: "1", Name: "Serum", Net: net}}}
}

func (w *world) record(in sale.RecordOrderInput) order.Order {
	w.t.Helper()
	r, err := w.sales.RecordOrder(w.as(viewer.Manager), in)
	require.NoError(w.t, err)
	return r.Order
}

func (w *world) refund(o order.Order, number int, amount string) (sale.Recorded, error) {
	return w.sales.RecordRefund(w.as(viewer.Manager), sale.RecordRefundInput{Order: o.ID, ExternalID: fmt.Sprint(number), Amount: amount, Currency: money.EUR})
}

func (w *world) as(roles ...viewer.Role) context.Context {
	return viewer.With(w.t.Context(), w.maya.AsMember(roles...))
}

func (w *world) commissionsOf(o order.Order) []commission.Commission {
	of, err := w.commissions.OfOrders(w.ctx, []uuid.UUID{o.ID.UUID})
	require.NoError(w.t, err)
	return of[o.ID.UUID]
}

func (w *world) only(o order.Order) commission.Commission {
	w.t.Helper()
	all := w.commissionsOf(o)
	require.Len(w.t, all, 1)
	return all[0]
}

// attribution is the decision about an order as somebody reads it.
func (w *world) attribution(ctx context.Context, o order.Order) (sale.Attribution, bool) {
	of, err := w.sales.OfOrders(ctx, []uuid.UUID{o.ID.UUID})
	require.NoError(w.t, err)
	a, found := of[o.ID.UUID]
	return a, found
}

func (w *world) sound() {
	w.t.Helper()
	found, err := w.books.Audit(w.ctx)
	require.NoError(w.t, err)
	require.Empty(w.t, found)
	balances, err := w.ledger.TrialBalances(w.ctx, w.maya.Brand, time.Time{})
	require.NoError(w.t, err)
	for _, b := range balances {
		require.True(w.t, b.Balanced)
	}
}

func (w *world) count(query string, args ...any) (n int) {
	w.t.Helper()
	require.NoError(w.t, w.db.SQL.QueryRowContext(w.ctx, query, args...).Scan(&n))
	return n
}

func euros(minor int64) money.Money { return money.New(minor, money.EUR) }
