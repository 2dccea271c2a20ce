package ledger

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// balancesMax bounds the balances of one party: kinds times brands times currencies.
const balancesMax = 2_000

// BalanceTx sums the entries of one account, debit positive. The caller has checked access. An account that was never posted
// to is zero.
func (s *Service) BalanceTx(ctx context.Context, tx database.Tx, a Account) (money.Money, error) {
	var sum int64
	if err := tx.SQL.QueryRowContext(ctx, `SELECT coalesce(sum(amount_minor), 0)::bigint FROM ledger_entry WHERE account_id = $1`,
		accountID(a, s.mode)).Scan(&sum); err != nil {
		return money.Money{}, fmt.Errorf("balance: %w", err)
	}
	return money.New(sum, a.Currency), nil
}

// Balance is what stands on one account.
type Balance struct {
	Account Account
	Amount  money.Money // debit positive
}

// BalancesOfParty gives every balance of a party that is not zero, by brand, currency and kind. The caller has checked that
// the viewer is the party or may see it.
func (s *Service) BalancesOfParty(ctx context.Context, party uuid.UUID) ([]Balance, error) {
	return s.balances(ctx, `a.party_id = $2`, party)
}

// BalancesOfBrand gives every balance of a brand's own accounts (those without a party) that is not zero. The caller has
// checked access.
func (s *Service) BalancesOfBrand(ctx context.Context, brand uuid.UUID) ([]Balance, error) {
	return s.balances(ctx, `a.brand_id = $2 AND a.party_id IS NULL`, brand)
}

func (s *Service) balances(ctx context.Context, where string, key uuid.UUID) ([]Balance, error) {
	rows, err := s.db.SQL.QueryContext(ctx, `SELECT a.brand_id, a.kind, a.party_id, a.currency, sum(e.amount_minor)::bigint
FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
WHERE a.mode = $1 AND `+where+`
GROUP BY a.id HAVING sum(e.amount_minor) <> 0
ORDER BY a.brand_id, a.currency, a.kind LIMIT $3`, s.mode, key, balancesMax)
	if err != nil {
		return nil, fmt.Errorf("balances: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []Balance
	for rows.Next() {
		var b Balance
		var brand, party uuid.NullUUID
		if err := rows.Scan(&brand, &b.Account.Kind, &party, &b.Account.Currency, &b.Amount.Minor); err != nil {
			return nil, fmt.Errorf("balances: %w", err)
		}
		b.Account.Brand, b.Account.Party, b.Amount.Currency = brand.UUID, party.UUID, b.Account.Currency
		out = append(out, b)
	}
	return out, rows.Err()
}

// Item is one entry on a creator's payable account that a payout may claim.
type Item struct {
	ID         uuid.UUID // of the entry
	Brand      uuid.UUID
	Creator    uuid.UUID
	Amount     money.Money // positive is owed to the creator, negative is owed back
	Commission uuid.UUID   // zero where the item belongs to none
	Kind       string
}

// itemsMax bounds the items that ItemsTx reads.
const itemsMax = 100_000

// ItemsTx lists a creator's payable items at a brand in one currency, oldest first, claimed or not. The caller has checked
// access.
func (s *Service) ItemsTx(ctx context.Context, tx database.Tx, brand, creator uuid.UUID, currency money.Currency) ([]Item, error) {
	rows, err := tx.SQL.QueryContext(ctx, `SELECT item_id, amount_minor, commission_id, kind FROM (`+ItemsSQL+`) i
WHERE brand_id = $1 AND creator_id = $2 AND currency = $3 AND mode = $4 ORDER BY effective_at, item_id LIMIT $5`,
		brand, creator, currency, s.mode, itemsMax)
	if err != nil {
		return nil, fmt.Errorf("payable items: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []Item
	for rows.Next() {
		i := Item{Brand: brand, Creator: creator, Amount: money.Zero(currency)}
		var commission uuid.NullUUID
		if err := rows.Scan(&i.ID, &i.Amount.Minor, &commission, &i.Kind); err != nil {
			return nil, fmt.Errorf("payable items: %w", err)
		}
		i.Commission = commission.UUID
		out = append(out, i)
	}
	return out, rows.Err()
}

// LockPayableTx holds the lock of a brand's payable items in one currency until the transaction ends. Whoever claims or reserves
// items for payouts, or holds an approved commission, takes it first, so that no money is both reserved and held.
func LockPayableTx(ctx context.Context, tx database.Tx, brand uuid.UUID, currency money.Currency) error {
	if err := database.AdvisoryLockTx(ctx, tx, "payout_items:"+brand.String()+":"+string(currency)); err != nil {
		return fmt.Errorf("lock payable items: %w", err)
	}
	return nil
}
