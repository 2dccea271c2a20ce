// Package payout pays creators: their accounts at the payment provider, the funds of brands, payout runs that one person
// prepares and another approves, and the transfers themselves. Each transfer is made at most once: its key and parameters are
// committed before the call, its outcome is settled once in the ledger by whoever learns of it first (the answer, a look-up,
// or an event), and everything that was begun is taken up again after a crash at any instruction.
package payout

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/ledger"
)

// TopicRun is the broadcast topic of changes of a run; the object is the run.
const TopicRun = "payout_run"

// providerAccountDefault names the platform account of the key in the settings.
const providerAccountDefault = "default"

// Bounds.
const (
	payoutsMax      = 10_000  // payouts of a run; the largest are taken first, the rest waits for the next
	itemsMax        = 500_000 // payable items that one run looks at
	shownMax        = 500     // rows of a preview, and creators kept as left out
	plansMax        = 200     // of a creator
	upcomingMax     = 10      // days of a plan
	fundsMax        = 20      // currencies of a brand
	noteMax         = 500     // bytes
	reasonMax       = 2_000   // bytes
	keyMax          = 200     // bytes of an idempotency key
	approvalHolds   = 72 * time.Hour
	roleAgeOfChange = 24 * time.Hour // a money role younger than this does not approve
	providerCall    = 30 * time.Second
	storeDeadline   = 20 * time.Second // of writing down what a call gave, also while the process stops
)

// Config is what the service needs. Every field is required unless it says otherwise.
type Config struct {
	DB       *database.DB
	Clock    clock.Clock
	Ledger   *ledger.Service
	Queue    *job.Queue
	Provider Provider
	// Changes hears of each change of a run.
	Changes *broadcast.Hub
	// BaseURL gives the public address of this installation, without a slash at the end.
	BaseURL func() string
	// ConfirmMoney checks the second factor of a person who approves or sends. The code may be empty. It fails with a fault.
	ConfirmMoney func(ctx context.Context, user uuid.UUID, code string) error
	// CommissionsPaidTx moves those of the commissions that are approved to PAID, in the caller's transaction.
	CommissionsPaidTx func(ctx context.Context, tx database.Tx, commissions []uuid.UUID, at time.Time) error
	// StoreEventTx keeps a verified message of the provider and tells whether it is the first of its id.
	StoreEventTx func(ctx context.Context, tx database.Tx, e Event) (delivery uuid.UUID, first bool, err error)
	// FinishEventTx notes what became of a kept message. A fault of the kind Conflict means that it was noted before.
	FinishEventTx func(ctx context.Context, tx database.Tx, delivery uuid.UUID, end EventEnd, outcome string) error
	// OnFunding brings the money of a recorded funding to the provider. Optional: the sandbox's, where nobody sends money.
	// With it, funding is not compared with the provider's balance. It may run more than once for a funding.
	OnFunding func(ctx context.Context, amount money.Money) error
	// Log hears of what a person has to look at. Optional.
	Log *slog.Logger
}

// EventEnd is what became of a message of the provider.
type EventEnd string

// The ends of a message.
const (
	EventDone    EventEnd = "DONE"
	EventIgnored EventEnd = "IGNORED" // of no use here, or of another mode
	EventFailed  EventEnd = "FAILED"  // a person has to look
)

// Service pays creators.
type Service struct {
	Config
	// step is told where the sending of a payout stands; tests stop a process there.
	step func(name string)
}

// New makes the service.
func New(c Config) *Service {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{Config: c, step: func(string) {}}
}

func (s *Service) now() time.Time { return s.Clock.Now() }

// changed tells the others that a run changed; call it after the commit.
func (s *Service) changed(brand, run uuid.UUID) {
	if s.Changes != nil {
		s.Changes.Publish(TopicRun, brand, run)
	}
}

// groupOf names a payout at the provider: look-ups go by it.
func groupOf(payout uuid.UUID) string { return id.Of(id.Payout, payout).String() }

// payoutOfGroup reads what groupOf wrote.
func payoutOfGroup(group string) (uuid.UUID, bool) {
	parsed, err := id.Parse(group)
	if err != nil || parsed.Kind != id.Payout {
		return uuid.Nil, false
	}
	return parsed.UUID, true
}

// account names an account of the ledger.
func account(brand uuid.UUID, kind ledger.AccountKind, party uuid.UUID, c money.Currency) ledger.Account {
	return ledger.Account{Brand: brand, Kind: kind, Party: party, Currency: c}
}

// lockItemsTx lets one transaction at a time claim or free items of a brand in a currency.
func lockItemsTx(ctx context.Context, tx database.Tx, brand uuid.UUID, c money.Currency) error {
	return database.AdvisoryLockTx(ctx, tx, "payout_items:"+brand.String()+":"+string(c))
}

// lockFundsTx is the lock under which the ledger draws on funds; taken before funds are compared with what is to be drawn.
func lockFundsTx(ctx context.Context, tx database.Tx, brand uuid.UUID, c money.Currency) error {
	return database.AdvisoryLockTx(ctx, tx, "funds:"+brand.String()+":"+string(c))
}
