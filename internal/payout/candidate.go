package payout

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/ledger"
)

// reader is a database or a transaction.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// item is an entry on a creator's payable account that no payout has claimed.
type item struct {
	id         uuid.UUID
	amount     int64 // minor units; positive is owed to the creator
	commission uuid.NullUUID
	effective  time.Time
	minimum    sql.NullInt64 // of the program, if the item has one
}

// payee is where a creator is paid.
type payee struct {
	account         uuid.UUID
	ref             string
	country         string
	transfersActive bool
	payoutsEnabled  bool
}

// candidate is a creator with something on the payable account, and what a run would do with it now.
type candidate struct {
	creator uuid.UUID
	items   []item
	amount  money.Money
	minimum money.Money
	payee   *payee
	// blockers are why the creator is left out, the first one counts; empty when the creator is paid.
	blockers []Blocker
	warning  *string
}

// scope says whose items are looked at.
type scope struct {
	brand    uuid.UUID
	currency money.Currency
	creator  uuid.NullUUID // only this one
	cutoff   time.Time     // of positive items; negative ones always count
}

// candidates reads the unclaimed items of a brand in one currency and decides about each creator. Creators come in the order
// of their ids. The caller has checked access, and holds lockItemsTx when it is going to claim.
func (s *Service) candidates(ctx context.Context, q reader, sc scope) ([]candidate, error) {
	byCreator, err := s.unclaimed(ctx, q, sc)
	if err != nil {
		return nil, err
	}
	creators := make([]uuid.UUID, 0, len(byCreator))
	for c := range byCreator {
		creators = append(creators, c)
	}
	slices.SortFunc(creators, func(a, b uuid.UUID) int { return cmp.Compare(a.String(), b.String()) })
	payees, err := s.payees(ctx, q, creators)
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, creator := range creators {
		c := candidate{creator: creator, items: takeable(byCreator[creator], sc.cutoff), payee: payees[creator]}
		if err := c.reckon(sc.currency); err != nil {
			return nil, err
		}
		if c.amount.IsZero() {
			continue
		}
		s.judge(&c)
		out = append(out, c)
	}
	return out, nil
}

func (s *Service) unclaimed(ctx context.Context, q reader, sc scope) (map[uuid.UUID][]item, error) {
	rows, err := q.QueryContext(ctx, `SELECT i.creator_id, i.item_id, i.amount_minor, i.commission_id, i.effective_at,
  CASE WHEN pa.status = 'RETIRED' THEN 0 ELSE pr.minimum_payout_minor END
FROM (`+ledger.ItemsSQL+`) i
LEFT JOIN commission c ON c.id = i.commission_id
LEFT JOIN program pr ON pr.id = c.program_id AND pr.currency = i.currency
LEFT JOIN partnership pa ON pa.id = c.partnership_id
WHERE i.brand_id = $1 AND i.currency = $2 AND i.mode = $3 AND ($4::uuid IS NULL OR i.creator_id = $4)
  AND NOT EXISTS (SELECT 1 FROM payout_line l WHERE l.item_id = i.item_id AND l.live)
ORDER BY i.creator_id, i.effective_at, i.item_id LIMIT $5`, sc.brand, sc.currency, s.Ledger.Mode(), sc.creator, itemsMax+1)
	if err != nil {
		return nil, fmt.Errorf("unclaimed items: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out, n := map[uuid.UUID][]item{}, 0
	for rows.Next() {
		var creator uuid.UUID
		var i item
		if err := rows.Scan(&creator, &i.id, &i.amount, &i.commission, &i.effective, &i.minimum); err != nil {
			return nil, fmt.Errorf("unclaimed items: %w", err)
		}
		if n++; n > itemsMax {
			return nil, fault.New(fault.Conflict, "OUT_OF_RANGE", "More than %d commissions wait to be paid; ask the operator to pay them in parts.", itemsMax)
		}
		out[creator] = append(out[creator], i)
	}
	return out, rows.Err()
}

// takeable leaves out what a run does not take: items of one commission that cancel each other exactly, and positive ones
// after the cutoff.
func takeable(items []item, cutoff time.Time) []item {
	sums := map[uuid.UUID]int64{}
	for _, i := range items {
		if i.commission.Valid {
			sums[i.commission.UUID] += i.amount
		}
	}
	return slices.DeleteFunc(slices.Clone(items), func(i item) bool {
		return i.commission.Valid && sums[i.commission.UUID] == 0 || i.amount > 0 && i.effective.After(cutoff)
	})
}

// reckon adds up the items and finds the lowest minimum among the programs that a positive one belongs to.
func (c *candidate) reckon(currency money.Currency) error {
	c.amount, c.minimum = money.Zero(currency), money.Zero(currency)
	lowest := sql.NullInt64{}
	for _, i := range c.items {
		var err error
		if c.amount, err = c.amount.Add(money.New(i.amount, currency)); err != nil {
			return fmt.Errorf("payable of creator %s: %w", c.creator, err)
		}
		if i.amount > 0 && i.minimum.Valid && (!lowest.Valid || i.minimum.Int64 < lowest.Int64) {
			lowest = i.minimum
		}
	}
	c.minimum.Minor = lowest.Int64
	return nil
}

// judge says what stands between a creator and the money.
func (s *Service) judge(c *candidate) {
	block := func(r SkipReason, format string, args ...any) {
		c.blockers = append(c.blockers, Blocker{Reason: r, Sentence: fmt.Sprintf(format, args...)})
	}
	switch {
	case c.amount.Sign() < 0:
		block(SkipNegativeBalance, "%s is owed back after refunds; it is settled with the next sales.", c.amount.Neg())
	case c.amount.Minor < c.minimum.Minor:
		block(SkipBelowMinimum, "The balance of %s has not reached the smallest payout of %s; it stays and grows.", c.amount, c.minimum)
	}
	switch {
	case c.payee == nil:
		block(SkipNoPayoutAccount, "There is no payout account yet. Set it up at Stripe under Payouts; it takes a few minutes.")
	case !c.payee.transfersActive:
		block(SkipTransfersInactive, "Stripe does not allow transfers to this account until its open questions are answered. Continue at Stripe under Payouts.")
	case c.amount.Sign() > 0:
		var p *Problem
		if err := s.Provider.Payable(c.amount, c.payee.country); errors.As(err, &p) {
			block(SkipCurrencyUnsupported, "%s", p.Message)
		}
	}
	if c.payee != nil && c.payee.transfersActive && !c.payee.payoutsEnabled {
		w := "Stripe does not pay on to this creator's bank at the moment; the money would wait in their Stripe balance."
		c.warning = &w
	}
}

func (s *Service) payees(ctx context.Context, q reader, creators []uuid.UUID) (map[uuid.UUID]*payee, error) {
	rows, err := q.QueryContext(ctx, `SELECT creator_id, id, provider_ref, country, transfers_active, payouts_enabled FROM payout_account
WHERE creator_id = ANY($1::uuid[]) AND provider_account = $2 AND disconnected_at IS NULL`, uuids(creators), providerAccountDefault)
	if err != nil {
		return nil, fmt.Errorf("payout accounts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	out := map[uuid.UUID]*payee{}
	for rows.Next() {
		var creator uuid.UUID
		var p payee
		if err := rows.Scan(&creator, &p.account, &p.ref, &p.country, &p.transfersActive, &p.payoutsEnabled); err != nil {
			return nil, fmt.Errorf("payout accounts: %w", err)
		}
		out[creator] = &p
	}
	return out, rows.Err()
}

// split parts the candidates into those who are paid, the largest first and at most payoutsMax, and those who are left out.
func split(all []candidate) (paid, left []candidate) {
	for _, c := range all {
		if len(c.blockers) == 0 {
			paid = append(paid, c)
		} else {
			left = append(left, c)
		}
	}
	slices.SortStableFunc(paid, func(a, b candidate) int { return cmp.Compare(b.amount.Minor, a.amount.Minor) })
	slices.SortStableFunc(left, func(a, b candidate) int { return cmp.Compare(b.amount.Minor, a.amount.Minor) })
	return paid[:min(len(paid), payoutsMax)], left
}

func total(all []candidate, currency money.Currency) (money.Money, error) {
	sum := money.Zero(currency)
	for _, c := range all {
		var err error
		if sum, err = sum.Add(c.amount); err != nil {
			return sum, fmt.Errorf("total of a run: %w", err)
		}
	}
	return sum, nil
}

// uuids passes ids as an array.
func uuids(ids []uuid.UUID) any {
	texts := make([]string, len(ids))
	for i, u := range ids {
		texts[i] = u.String()
	}
	return database.Array(texts)
}
