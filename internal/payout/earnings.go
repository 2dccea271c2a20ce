package payout

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
)

// Earnings is a creator's balances at one brand in one currency. They are never netted with others.
type Earnings struct {
	BrandID   id.ID       // the brand.
	Pending   money.Money // waits for the end of return periods.
	Held      money.Money // under review.
	Payable   money.Money // can be paid; negative when something is owed back.
	InTransit money.Money // on its way.
	Paid      money.Money // paid in all time.
}

// Plan is what a creator's next payout from a brand depends on.
type Plan struct {
	BrandID  id.ID            // the brand.
	Amount   money.Money      // what would be paid now.
	Minimum  money.Money      // smallest payout.
	Funded   bool             // whether the brand has set enough money aside.
	Blockers []Blocker        // what still blocks it, in words. At most 10.
	Upcoming []UpcomingAmount // next amounts that become payable, soonest first. At most 10.
}

// Blocker is something that blocks a payout.
type Blocker struct {
	Reason   SkipReason // sort.
	Sentence string     // in words, with what to do.
}

// UpcomingAmount is an amount that becomes payable on a day.
type UpcomingAmount struct {
	Date   clock.Date  // the day.
	Amount money.Money // the amount.
}

// purse names a creator's balances at one brand in one currency.
type purse struct {
	brand    uuid.UUID
	currency money.Currency
}

func byBrand(a, b purse) int {
	return cmp.Or(cmp.Compare(a.brand.String(), b.brand.String()), cmp.Compare(a.currency, b.currency))
}

// Earnings gives the signed-in creator's balances, one for each brand and currency. Faults: UNAUTHENTICATED,
// NO_CREATOR_PROFILE.
func (s *Service) Earnings(ctx context.Context) ([]Earnings, error) {
	creator, err := access.Creator(viewer.From(ctx))
	if err != nil {
		return nil, err
	}
	return s.earningsOf(ctx, creator)
}

func (s *Service) earningsOf(ctx context.Context, creator uuid.UUID) ([]Earnings, error) {
	found := map[purse]*Earnings{}
	// PAID counts what was settled less what came back of it.
	err := each(ctx, s.DB.SQL, func(scan func(...any) error) error {
		var p purse
		var kind string
		var minor int64
		if err := scan(&p.brand, &p.currency, &kind, &minor); err != nil {
			return err
		}
		e := found[p]
		if e == nil {
			zero := money.Zero(p.currency)
			e = &Earnings{BrandID: id.Of(id.Brand, p.brand), Pending: zero, Held: zero, Payable: zero, InTransit: zero, Paid: zero}
			found[p] = e
		}
		switch kind {
		case string(ledger.CreatorPending):
			e.Pending.Minor = minor
		case string(ledger.CreatorHeld):
			e.Held.Minor = minor
		case string(ledger.CreatorPayable):
			e.Payable.Minor = minor
		case string(ledger.PayoutInTransit):
			e.InTransit.Minor = minor
		case "PAID":
			e.Paid.Minor = minor
		}
		return nil
	}, `SELECT a.brand_id, a.currency, a.kind, -sum(e.amount_minor)::bigint FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
WHERE a.party_id = $1 AND a.mode = $2 AND a.kind IN ('CREATOR_PENDING', 'CREATOR_HELD', 'CREATOR_PAYABLE', 'PAYOUT_IN_TRANSIT')
GROUP BY a.id
UNION ALL
SELECT p.brand_id, p.currency, 'PAID', sum(p.amount_minor - p.reversed_minor)::bigint FROM payout p
WHERE p.creator_id = $1 AND p.status IN ('PAID', 'PARTLY_REVERSED', 'REVERSED') GROUP BY p.brand_id, p.currency`, creator, s.Ledger.Mode())
	if err != nil {
		return nil, fmt.Errorf("earnings: %w", err)
	}
	purses := make([]purse, 0, len(found))
	for p := range found {
		purses = append(purses, p)
	}
	slices.SortFunc(purses, byBrand)
	out := []Earnings{}
	for _, p := range purses[:min(len(purses), plansMax)] {
		out = append(out, *found[p])
	}
	return out, nil
}

// Plans tells the signed-in creator, for each brand and currency, what would be paid now, what blocks it, whether the brand has
// the money, and what comes next. Faults: UNAUTHENTICATED, NO_CREATOR_PROFILE.
func (s *Service) Plans(ctx context.Context) ([]Plan, error) {
	creator, err := access.Creator(viewer.From(ctx))
	if err != nil {
		return nil, err
	}
	balances, err := s.earningsOf(ctx, creator)
	if err != nil {
		return nil, err
	}
	upcoming, err := s.upcoming(ctx, creator)
	if err != nil {
		return nil, err
	}
	payees, err := s.payees(ctx, s.DB.SQL, []uuid.UUID{creator})
	if err != nil {
		return nil, err
	}
	out := []Plan{}
	for _, e := range balances {
		p := purse{e.BrandID.UUID, e.Payable.Currency}
		plan, err := s.plan(ctx, creator, p, payees[creator])
		if err != nil {
			return nil, err
		}
		if e.Held.Sign() > 0 {
			plan.Blockers = append(plan.Blockers, Blocker{SkipUnderReview, fmt.Sprintf("%s is under review by the brand; you are told the outcome with its reason.", e.Held)})
		}
		plan.Upcoming = upcoming[p]
		if plan.Upcoming == nil {
			plan.Upcoming = []UpcomingAmount{}
		}
		out = append(out, plan)
	}
	return out, nil
}

func (s *Service) plan(ctx context.Context, creator uuid.UUID, p purse, to *payee) (Plan, error) {
	found, err := s.candidates(ctx, s.DB.SQL, scope{brand: p.brand, currency: p.currency, cutoff: s.now(), creator: uuid.NullUUID{UUID: creator, Valid: true}})
	if err != nil {
		return Plan{}, err
	}
	c := candidate{creator: creator, amount: money.Zero(p.currency), minimum: money.Zero(p.currency), payee: to}
	if len(found) > 0 {
		c = found[0]
	} else {
		s.judge(&c)
	}
	funded, err := s.funded(ctx, p)
	if err != nil {
		return Plan{}, err
	}
	out := Plan{BrandID: id.Of(id.Brand, p.brand), Amount: c.amount, Minimum: c.minimum, Funded: funded, Blockers: c.blockers}
	if out.Blockers == nil {
		out.Blockers = []Blocker{}
	}
	return out, nil
}

// funded tells whether a brand can pay everything that its creators may be paid now.
func (s *Service) funded(ctx context.Context, p purse) (bool, error) {
	have, err := s.spendable(ctx, s.DB.SQL, p.brand, p.currency)
	if err != nil {
		return false, err
	}
	var owed int64
	if err := s.DB.SQL.QueryRowContext(ctx, `SELECT coalesce(sum(greatest(0, minor)), 0)::bigint FROM (
  SELECT -sum(e.amount_minor) AS minor FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
  WHERE a.brand_id = $1 AND a.currency = $2 AND a.mode = $3 AND a.kind = 'CREATOR_PAYABLE' GROUP BY a.id) x`,
		p.brand, p.currency, s.Ledger.Mode()).Scan(&owed); err != nil {
		return false, fmt.Errorf("owed to creators: %w", err)
	}
	return have.Minor >= owed, nil
}

// upcoming gives the days on which return periods end.
func (s *Service) upcoming(ctx context.Context, creator uuid.UUID) (map[purse][]UpcomingAmount, error) {
	out := map[purse][]UpcomingAmount{}
	err := each(ctx, s.DB.SQL, func(scan func(...any) error) error {
		var p purse
		var day time.Time
		u := UpcomingAmount{}
		if err := scan(&p.brand, &p.currency, &day, &u.Amount.Minor); err != nil {
			return err
		}
		u.Date, u.Amount.Currency = clock.DateOf(day), p.currency
		if len(out[p]) < upcomingMax {
			out[p] = append(out[p], u)
		}
		return nil
	}, `SELECT brand_id, currency, date_trunc('day', hold_until), sum(amount_minor)::bigint FROM commission
WHERE creator_id = $1 AND status = 'PENDING' AND amount_minor > 0 GROUP BY 1, 2, 3 ORDER BY 3`, creator)
	if err != nil {
		return nil, fmt.Errorf("upcoming amounts: %w", err)
	}
	return out, nil
}
