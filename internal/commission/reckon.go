package commission

import (
	"context"

	"github.com/google/uuid"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/money"
)

// ReckonTx says what the commissions of an order would be with the given shares, one amount a share in its terms' currency, and writes
// nothing. Shares with a commission are reckoned by what is locked to it; the others by what the terms ask now, without waiting for
// orders that compete for the same cap. A sale in another currency than the terms, or one that is not paid, comes to nothing.
func (s *Service) ReckonTx(ctx context.Context, tx database.Tx, sale Sale) ([]money.Money, error) {
	groups := map[uuid.UUID]*group{}
	rows, err := readRows(ctx, tx.SQL, `WHERE c.order_id = $1 ORDER BY c.id`, sale.Order)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		if rows[i].kind != TypeSupplement {
			groups[rows[i].partnership] = &group{main: &rows[i]}
		}
	}
	shares, err := s.lockedTermsTx(ctx, tx, sale.Shares, groups)
	if err != nil {
		return nil, err
	}
	work := &application{s: s, tx: tx, sale: sale, shares: shares, looking: true}
	out := make([]money.Money, len(shares))
	for i, share := range shares {
		out[i] = money.Zero(share.Terms.Currency)
		if sale.Payment != Earning || sale.Currency != share.Terms.Currency {
			continue
		}
		var facts rule.Facts
		if g := groups[share.Partnership]; g != nil && g.main.status != StatusWaiting {
			facts, err = work.lockedFacts(ctx, g.main, share)
		} else {
			facts, err = s.factsTx(ctx, tx, sale, share, true)
		}
		if err != nil {
			return nil, err
		}
		result, err := work.compute(share, rule.Sale{Lines: sale.Lines, Shares: work.ruleShares(), Index: i, Facts: facts})
		if err != nil {
			return nil, err
		}
		out[i] = result.Amount
	}
	return out, nil
}
