package commission

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// lockRoomsTx holds the locks of the caps and budgets that sales are asked about until the transaction ends, so that orders get the rest of
// each one after the other.
func lockRoomsTx(ctx context.Context, tx database.Tx, sales ...Sale) error {
	var names []string
	for _, sale := range sales {
		for _, share := range sale.Shares {
			if share.Terms.CapPerCreatorMonth != nil {
				names = append(names, capLock(sale, share))
			}
			if share.Terms.ProgramBudget != nil {
				names = append(names, budgetLock(share))
			}
		}
	}
	if err := database.AdvisoryLocksTx(ctx, tx, names); err != nil {
		return fmt.Errorf("lock caps and budgets: %w", err)
	}
	return nil
}

func capLock(sale Sale, share Share) string {
	from, _ := month(sale.PlacedAt)
	return "cap:" + share.Partnership.String() + ":" + from.Format("2006-01")
}

func budgetLock(share Share) string { return "budget:" + share.Program.String() }

// asks tells whether what a sale earns by the terms hangs on other sales.
func asks(terms rule.Terms) bool {
	return len(terms.Tiers) > 0 || terms.CapPerCreatorMonth != nil || terms.ProgramBudget != nil
}

// factsTx gathers what the terms ask about the moment of a sale. Where a cap or budget is asked, its lock is held until the
// transaction ends; who only looks takes no lock.
func (s *Service) factsTx(ctx context.Context, tx database.Tx, sale Sale, share Share, looking bool) (rule.Facts, error) {
	facts := rule.Facts{Returning: sale.Returning, Renewal: share.Renewal}
	terms := share.Terms
	if len(terms.Tiers) > 0 {
		value, err := tierValueTx(ctx, tx, terms, share.Partnership, sale.Order, sale.PlacedAt)
		if err != nil {
			return facts, err
		}
		facts.TierValue = value
	}
	var err error
	if terms.CapPerCreatorMonth != nil {
		from, to := month(sale.PlacedAt)
		facts.CreatorRoom, err = roomTx(ctx, tx, looking, *terms.CapPerCreatorMonth, capLock(sale, share),
			`c.creator_id = $2 AND c.partnership_id = $3 AND c.occurred_at >= $4 AND c.occurred_at < $5`, sale.Order,
			share.Creator, share.Partnership, from, to)
		if err != nil {
			return facts, err
		}
	}
	if terms.ProgramBudget != nil {
		facts.BudgetRoom, err = roomTx(ctx, tx, looking, *terms.ProgramBudget, budgetLock(share),
			`c.brand_id = $2 AND c.program_id = $3`, sale.Order, sale.Brand, share.Program)
	}
	return facts, err
}

// roomTx is what other commissions leave of a limit, never below zero.
func roomTx(ctx context.Context, tx database.Tx, looking bool, limit money.Money, lock, where string, order uuid.UUID, args ...any) (*money.Money, error) {
	if !looking {
		if err := database.AdvisoryLockTx(ctx, tx, lock); err != nil {
			return nil, fmt.Errorf("lock %s: %w", lock, err)
		}
	}
	var used int64
	err := tx.SQL.QueryRowContext(ctx, `SELECT coalesce(sum(c.amount_minor), 0)::bigint FROM commission c
WHERE c.status NOT IN ('WAITING', 'VOID') AND c.order_id IS DISTINCT FROM $1 AND `+where, append([]any{order}, args...)...).Scan(&used)
	if err != nil {
		return nil, fmt.Errorf("what is left of %s: %w", lock, err)
	}
	room := money.New(max(limit.Minor-used, 0), limit.Currency)
	return &room, nil
}

// tierValueTx is the figure that tiers are measured by, over the partnership's earlier orders of the period.
func tierValueTx(ctx context.Context, tx database.Tx, terms rule.Terms, partnership, order uuid.UUID, placed time.Time) (int64, error) {
	figure := map[rule.TierMetric]string{
		rule.TierByRevenue:      `coalesce(sum(c.base_minor), 0)::bigint`,
		rule.TierByOrders:       `count(DISTINCT c.order_id)`,
		rule.TierByNewCustomers: `count(DISTINCT c.order_id) FILTER (WHERE o.new_customer)`,
	}[terms.TierMetric]
	if figure == "" {
		return 0, fmt.Errorf("%w: tiers by %q", rule.ErrTerms, terms.TierMetric)
	}
	var value int64
	err := tx.SQL.QueryRowContext(ctx, `SELECT `+figure+` FROM commission c JOIN "order" o ON o.id = c.order_id
WHERE c.partnership_id = $1 AND c.creator_id = (SELECT creator_id FROM partnership WHERE id = $1) AND c.order_id <> $2
  AND c.kind IN ('SALE', 'RECURRING') AND c.status NOT IN ('WAITING', 'VOID', 'REVERSED') AND c.occurred_at >= $3 AND c.occurred_at < $4`,
		partnership, order, periodStart(terms.TierPeriod, placed), placed).Scan(&value)
	if err != nil {
		return 0, fmt.Errorf("tier of a partnership: %w", err)
	}
	return value, nil
}

// periodStart is when the span of a tier begins, in UTC.
func periodStart(p rule.TierPeriod, at time.Time) time.Time {
	at = at.UTC()
	switch p {
	case rule.TierTrailing30Days:
		return at.AddDate(0, 0, -30)
	case rule.TierTrailing90Days:
		return at.AddDate(0, 0, -90)
	case rule.TierCalendarMonth:
		from, _ := month(at)
		return from
	case rule.TierCalendarQuarter:
		return time.Date(at.Year(), (at.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Time{}
}

// month is the UTC calendar month of a moment.
func month(at time.Time) (from, to time.Time) {
	at = at.UTC()
	from = time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	return from, from.AddDate(0, 1, 0)
}
