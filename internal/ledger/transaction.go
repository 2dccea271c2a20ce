package ledger

import (
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Transaction is one posting: entries that sum to zero. It is never changed.
type Transaction struct {
	ID          id.ID     // id, prefix txn.
	Kind        string    // what happened, for example COMMISSION_ACCRUED.
	Reference   string    // the cause; each posts at most once.
	Reason      string    // why, in words, where it lowers what somebody was shown.
	OccurredAt  time.Time // when it happened in the world.
	EffectiveAt time.Time // the time it counts in.
	RecordedAt  time.Time // when it was written.
	Entries     []Entry   // entries. At most 100.
	brand       uuid.UUID // whose book it is listed in; zero for the operator's.
}

// IsNode marks Transaction as refetchable by id.
func (Transaction) IsNode() {}

// Entry is one side of a posting.
type Entry struct {
	Account   AccountKind // the account.
	CreatorID id.ID       // whose account, where it is a creator's.
	Amount    money.Money // debit positive, credit negative.
}

// TrialBalance is all sums of a brand's book in one currency. They sum to zero.
type TrialBalance struct {
	CurrencyCode money.Currency    // the currency.
	AsOf         time.Time         // up to when.
	Rows         []TrialBalanceRow // sums that are not zero, in the order of the chart. At most 30.
	Debits       money.Money       // sum of debits; equals the sum of credits.
	Balanced     bool              // whether debits equal credits.
}

// TrialBalanceRow is the sum of an account kind.
type TrialBalanceRow struct {
	Account AccountKind // the account.
	Balance money.Money // sum of its entries; debit positive.
}
