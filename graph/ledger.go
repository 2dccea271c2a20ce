package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tributary/graph/generated"
	"tributary/internal/creator"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/ledger"
)

// Ledger lists a brand's postings.
func (q queryResolver) Ledger(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID, creatorID *id.ID) (*page.Connection[ledger.Transaction], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	var party uuid.NullUUID
	if creatorID != nil {
		u, err := id.Want(*creatorID, id.Creator, "creator")
		if err != nil {
			return nil, err
		}
		party = uuid.NullUUID{UUID: u, Valid: true}
	}
	c, err := q.r.Ledger.List(ctx, brand, party, r)
	return &c, err
}

// TrialBalance sums a brand's book.
func (q queryResolver) TrialBalance(ctx context.Context, brandID id.ID, asOf *time.Time) ([]ledger.TrialBalance, error) {
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return nil, err
	}
	var at time.Time
	if asOf != nil {
		at = *asOf
	}
	return q.r.Ledger.TrialBalances(ctx, brand, at)
}

type ledgerEntryResolver struct{ r *Resolver }

// LedgerEntry resolves what an entry refers to.
func (r *Resolver) LedgerEntry() generated.LedgerEntryResolver { return ledgerEntryResolver{r} }

// Creator is whose account it is.
func (ledgerEntryResolver) Creator(ctx context.Context, e *ledger.Entry) (*creator.Creator, error) {
	return maybe(ctx, from(ctx).creators, e.CreatorID)
}
