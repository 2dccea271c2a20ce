package commission

import (
	"context"
	"slices"

	"tributary/internal/kit/database"
	"tributary/internal/ledger"
)

// OpenTx makes the commissions of orders that are new and posts what is earned (P1), as ApplyTx does for one order, but in as many
// statements for many orders as for one: only sales whose terms ask about other sales (tiers, caps, budgets) are reckoned one after the
// other, in the order of the list. The result has the commissions of each order. The caller made the orders in this transaction.
func (s *Service) OpenTx(ctx context.Context, tx database.Tx, sales []Sale) ([][]Commission, error) {
	if err := lockRoomsTx(ctx, tx, sales...); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	var fresh []row
	var postings []ledger.Posting
	out := make([][]Commission, len(sales))
	for i, sale := range sales {
		shares, err := s.lockedTermsTx(ctx, tx, sale.Shares, nil)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(shares, func(sh Share) bool { return asks(sh.Terms) }) {
			// What it asks about are the commissions before it.
			if err := insertTx(ctx, tx, fresh, now); err != nil {
				return nil, err
			}
			fresh = nil
		}
		work := &application{s: s, tx: tx, sale: sale, shares: shares, now: now}
		for n := range shares {
			if err := work.applyShare(ctx, nil, n); err != nil {
				return nil, err
			}
		}
		for _, r := range work.fresh {
			out[i] = append(out[i], s.out(r))
		}
		fresh, postings = append(fresh, work.fresh...), append(postings, work.postings...)
	}
	if err := insertTx(ctx, tx, fresh, now); err != nil {
		return nil, err
	}
	_, err := s.ledger.PostAllTx(ctx, tx, postings)
	return out, err
}
