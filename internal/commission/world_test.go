package commission_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/books"
	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/fraud"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/kit/testdb"
	"tributary/internal/ledger"
	"tributary/internal/rollup"
)

// world is a brand with a program, creators in it, and the services that move their money.
type world struct {
	t           *testing.T
	ctx         context.Context
	db          *database.DB
	clock       *clock.Fake
	ledger      *ledger.Service
	commissions *commission.Service
	holds       *fraud.Service
	books       *books.Service
	members     []fixture.Affiliate
	offers      []uuid.UUID // of each member
	terms       []rule.Terms
	policy      uuid.UUID
	orders      int
}

// newWorld makes a world with one creator for each of the terms.
func newWorld(t *testing.T, terms ...rule.Terms) *world {
	db := testdb.New(t)
	c := clock.NewFake(fixture.At.Add(24 * time.Hour))
	w := &world{t: t, ctx: testdb.Context(t), db: db, clock: c, terms: terms,
		ledger: ledger.New(ledger.Config{DB: db, Clock: c, Mode: ledger.ModeSandbox}), books: books.New(books.Config{DB: db, Clock: c})}
	w.commissions = commission.New(commission.Config{DB: db, Clock: c, Ledger: w.ledger})
	queue, err := job.NewQueue(db)
	require.NoError(t, err)
	w.holds = fraud.New(fraud.Config{DB: db, Clock: c, Queue: queue, Commissions: w.commissions})
	for i, of := range terms {
		var a fixture.Affiliate
		if i == 0 {
			a = fixture.New(t, db)
			w.policy = fixture.Policy(t, db, a.Brand)
		} else {
			a = fixture.Join(t, db, w.members[0])
		}
		w.members = append(w.members, a)
		stored, err := json.Marshal(of)
		require.NoError(t, err)
		offer := id.NewUUID(fixture.At)
		db.Ent.OfferVersion.Create().SetID(offer).SetCreatedAt(fixture.At).SetBrandID(a.Brand).SetProgramID(a.Program).SetPartnershipID(a.Partnership).
			SetVersion(1).SetName("Offer").SetTerms(stored).SetEffectiveAt(fixture.At).SetNote("").SaveX(w.ctx)
		w.offers = append(w.offers, offer)
	}
	return w
}

func euros(minor int64) money.Money { return money.New(minor, money.EUR) }

func percent(bp money.BasisPoints) rule.Terms {
	return rule.Terms{Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(bp)}
}

// sale is one order of the world and the events that befall it.
type sale struct {
	w        *world
	order    uuid.UUID
	placedAt time.Time
	payment  commission.Payment
	currency money.Currency
	lines    []rule.Line
	credit   []money.PPM // of each member
	decision uuid.UUID
	version  int // of the order
	decided  int // version of the decision
}

// newSale stores an order of one line a net amount, credited to members by parts per million.
func (w *world) newSale(credit []money.PPM, nets ...int64) *sale {
	w.orders++
	s := &sale{w: w, order: id.NewUUID(w.clock.Now()), placedAt: w.clock.Now(), payment: commission.Earning, currency: money.EUR, credit: credit}
	for i, net := range nets {
		s.lines = append(s.lines, rule.Line{ID: fmt.Sprint(i), Name: fmt.Sprintf("Goods %d", i), Quantity: 2, Net: euros(net)})
	}
	w.db.Ent.Order.Create().SetID(s.order).SetCreatedAt(s.placedAt).SetBrandID(w.members[0].Brand).SetSource("API").SetStore(fixture.Store).
		SetExternalID(fmt.Sprint(w.orders)).SetName("#" + fmt.Sprint(w.orders)).SetPlacedAt(s.placedAt).SetPayment("PAID").SetCurrency("EUR").
		SetTotalMinor(0).SetDiscountMinor(0).SetTaxMinor(0).SetShippingMinor(0).SetNetMinor(s.net()).SetCodes([]string{}).SetFlags([]string{}).
		SetUpdatedAt(s.placedAt).SaveX(w.ctx)
	s.decide(credit)
	return s
}

func (s *sale) net() (sum int64) {
	for _, l := range s.lines {
		sum += l.Net.Minor
	}
	return sum
}

// decide stores a new version of the decision.
func (s *sale) decide(credit []money.PPM) {
	s.decided++
	s.credit, s.decision = credit, id.NewUUID(s.w.clock.Now())
	touches, verdict, cause := []map[string]any{}, "NO_CREDIT", "FIRST"
	for i, ppm := range credit {
		if ppm > 0 {
			m := s.w.members[i]
			touches, verdict = append(touches, map[string]any{"partnershipId": m.Partnership, "programId": m.Program, "creatorId": m.Creator, "credit": ppm}), "CREDITED"
		}
	}
	if s.decided > 1 {
		cause = "LATE_CLICK"
	}
	stored, err := json.Marshal(touches)
	require.NoError(s.w.t, err)
	s.w.db.Ent.AttributionDecision.Create().SetID(s.decision).SetCreatedAt(s.w.clock.Now()).SetBrandID(s.w.members[0].Brand).SetOrderID(s.order).
		SetVersion(s.decided).SetPolicyID(s.w.policy).SetPolicyVersion(1).SetModel("LINEAR").SetVerdict(verdict).SetCause(cause).SetRule("").
		SetTouches(stored).SetCredits(json.RawMessage(`[]`)).SaveX(s.w.ctx)
}

// input is the sale as it stands, told for a cause.
func (s *sale) input(cause string, refund bool) commission.Sale {
	in := commission.Sale{Brand: s.w.members[0].Brand, Order: s.order, Decision: s.decision, Currency: s.currency, PlacedAt: s.placedAt,
		PaidAt: s.placedAt, Payment: s.payment, Lines: s.lines, Cause: cause, Reason: "Because of " + cause, OccurredAt: s.w.clock.Now(), Refund: refund,
		ClawbackLimit: 180 * 24 * time.Hour}
	for i, ppm := range s.credit {
		if m := s.w.members[i]; ppm > 0 {
			in.Shares = append(in.Shares, commission.Share{Program: m.Program, Partnership: m.Partnership, Creator: m.Creator, PPM: ppm,
				Offer: s.w.offers[i], Terms: s.w.terms[i], HoldDays: 30})
		}
	}
	return in
}

// apply tells the commissions about the sale.
func (s *sale) apply(cause string, refund bool) []commission.Commission {
	out, err := s.try(s.input(cause, refund))
	require.NoError(s.w.t, err)
	return out
}

func (s *sale) try(in commission.Sale) (out []commission.Commission, err error) {
	err = s.w.db.InTx(s.w.ctx, func(ctx context.Context, tx database.Tx) error {
		if _, err := tx.SQL.ExecContext(ctx, `SELECT 1 FROM "order" WHERE id = $1 FOR UPDATE`, s.order); err != nil {
			return err
		}
		return rollup.AroundOrderTx(ctx, tx, s.order, func() error {
			if out, err = s.w.commissions.ApplyTx(ctx, tx, in); err != nil {
				return err
			}
			return s.w.holds.CloseGoneTx(ctx, tx, s.order)
		})
	})
	return out, err
}

// accrue tells about the order for the first time.
func (s *sale) accrue() []commission.Commission { return s.apply("order:1", false) }

// refund takes an amount off a line.
func (s *sale) refund(line int, minor int64) []commission.Commission {
	s.version++
	s.lines[line].Net.Minor -= minor
	return s.apply(fmt.Sprintf("refund:%d", s.version), true)
}

// edit sets the net of a line.
func (s *sale) edit(line int, net int64) []commission.Commission {
	s.version++
	s.lines[line].Net.Minor = net
	return s.apply(fmt.Sprintf("edit:%d", s.version), false)
}

// pass lets time go by and approves what is due.
func (w *world) pass(d time.Duration) {
	w.clock.Advance(d)
	_, err := w.commissions.ApproveDue(w.ctx)
	require.NoError(w.t, err)
}

// balance is what stands on an account of a member, positive on the side of the creator.
func (w *world) balance(member int, kind ledger.AccountKind) int64 {
	m := w.members[member]
	var out money.Money
	require.NoError(w.t, w.db.InTx(w.ctx, func(ctx context.Context, tx database.Tx) (err error) {
		out, err = w.ledger.BalanceTx(ctx, tx, ledger.Account{Brand: m.Brand, Kind: kind, Party: m.Creator, Currency: money.EUR})
		return err
	}))
	return -out.Minor
}

// sound asks the audit whether the books are right.
func (w *world) sound() {
	w.t.Helper()
	found, err := w.books.Audit(w.ctx)
	require.NoError(w.t, err)
	require.Empty(w.t, found)
}
