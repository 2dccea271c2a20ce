package payout

import (
	"time"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
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

// Funds is money of a brand that is there to pay creators.
type Funds struct {
	CurrencyCode money.Currency // the currency.
	Available    money.Money    // spendable now.
	Reserved     money.Money    // set aside for payouts on their way.
	Payable      money.Money    // what creators may be paid now.
	Pending      money.Money    // what creators will be paid when return periods end, if nothing comes back.
}

// Funding is money that a brand set aside.
type Funding struct {
	ID        id.ID       // id, prefix fun.
	Amount    money.Money // how much.
	Note      string      // what the person wrote.
	CreatedAt time.Time   // when.
}

// IsNode marks Funding as refetchable by id.
func (Funding) IsNode() {}

// Account is where a creator is paid: a connected account at Stripe.
type Account struct {
	ID              id.ID         // id, prefix pac.
	Status          AccountStatus // state.
	Country         string        // country of the account; it cannot change.
	TransfersActive bool          // whether transfers to it work.
	PayoutsEnabled  bool          // whether Stripe pays on to the bank.
	RequirementsDue []string      // what Stripe still needs, in words. At most 30.
	NextStep        string        // the next step in words.
}

// IsNode marks Account as refetchable by id.
func (Account) IsNode() {}

// Run is one payment of many creators: one brand, one currency.
type Run struct {
	ID               id.ID       // id, prefix run.
	Number           int         // number in the brand, from 1.
	BrandID          id.ID       // the brand.
	Status           RunStatus   // state.
	Version          int         // grows with each change; mutations name the version they saw.
	CutoffAt         time.Time   // items that became payable up to here are in it.
	Total            money.Money // sum of all payouts that are not left out.
	PayoutCount      int         // how many payouts.
	PreparedByID     id.ID       // who prepared it.
	CreatedAt        time.Time   // when it was prepared.
	ApprovedByID     id.ID       // who approved it.
	ApprovedAt       *time.Time  // when it was approved.
	ApprovalLapsesAt *time.Time  // until when the approval holds.
	SentByID         id.ID       // who sent it.
	SentAt           *time.Time  // when it was sent.
	CompletedAt      *time.Time  // when nothing was left to do.
	Reason           *string     // why it was rejected or cancelled.
}

// IsNode marks Run as refetchable by id.
func (Run) IsNode() {}

// Payout is one creator's part of a run.
type Payout struct {
	ID                id.ID       // id, prefix pay.
	CreatorID         id.ID       // the creator.
	BrandID           id.ID       // the brand that pays.
	RunID             id.ID       // the run.
	Method            Method      // how.
	Amount            money.Money // how much.
	Status            Status      // state.
	Sentence          string      // the state in words, with Stripe's reason and what to do.
	SkipReason        *SkipReason // why it was left out.
	ProviderReference *string     // stripe's transfer.
	BankArrival       BankArrival // at the bank?
	CreatedAt         time.Time   // when it was prepared.
	PaidAt            *time.Time  // when it was paid.
}

// IsNode marks Payout as refetchable by id.
func (Payout) IsNode() {}

// Skipped is a creator who is left out of a run.
type Skipped struct {
	CreatorID id.ID       // the creator.
	Amount    money.Money // what stands on their balance.
	Reason    SkipReason  // why.
	Sentence  string      // in words.
}

// PreviewRow is a creator who would be paid.
type PreviewRow struct {
	CreatorID id.ID       // the creator.
	Amount    money.Money // how much.
	ItemCount int         // how many commissions and other items.
	Warning   *string     // something to know that does not stop it.
}

// Preview is who would be paid now, and who not.
type Preview struct {
	Total        money.Money  // sum of all payouts.
	PayoutCount  int          // how many creators would be paid.
	SkippedCount int          // how many are left out.
	Funds        money.Money  // spendable funds.
	Covered      bool         // whether the funds are enough.
	Sentence     string       // the whole in one sentence.
	Rows         []PreviewRow // who would be paid, largest first. At most 500; the counts are of all.
	Skipped      []Skipped    // who is left out and why. At most 500; the count is of all.
}

// Progress is how far a run is.
type Progress struct {
	RunID      id.ID       // the run.
	Status     RunStatus   // state.
	Total      int         // payouts in the run.
	Paid       int         // paid.
	InFlight   int         // with Stripe or without an answer yet.
	Failed     int         // refused.
	Skipped    int         // left out.
	Waiting    int         // still to send.
	PaidAmount money.Money // paid so far.
	At         time.Time   // when this was read.
}
