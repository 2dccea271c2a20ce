package payout

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tributary/internal/kit/money"
)

// Provider moves money to connected accounts. Every method may take as long as its context allows and fails with a *Problem.
// Calls that make something carry a key: the same key with the same parameters makes it once, for a day.
type Provider interface {
	// OpenAccount makes a connected account that can receive transfers once its holder has given what is asked for.
	OpenAccount(ctx context.Context, o OpenAccount) (AccountState, error)
	// Account reads an account. A *Problem of the kind Gone means that it does not exist (any more) for this platform.
	Account(ctx context.Context, ref string) (AccountState, error)
	// OnboardingLink makes an address where the holder of an account gives what is asked for. It works once, for minutes.
	OnboardingLink(ctx context.Context, ref, returnURL, refreshURL string) (string, error)
	// Balance reads the platform's own balance.
	Balance(ctx context.Context) (Balance, error)
	// Transfer moves money from the platform to an account.
	Transfer(ctx context.Context, o TransferOrder) (Transfer, error)
	// TransferByRef reads a transfer and all of its reversals.
	TransferByRef(ctx context.Context, ref string) (Transfer, error)
	// TransfersOf lists the transfers of a group, oldest first, with all of their reversals. A group has at most a few.
	TransfersOf(ctx context.Context, group string) ([]Transfer, error)
	// BankPayout reads a movement from an account to its holder's bank.
	BankPayout(ctx context.Context, account, ref string) (BankPayout, error)
	// Payable tells without any call whether an amount can be transferred to an account of a country; the error of the kind
	// Refused says in words why not.
	Payable(amount money.Money, country string) error
}

// OpenAccount is what a new account is made with.
type OpenAccount struct {
	Key     string // of idempotency
	Country string // ISO 3166-1 alpha-2; it cannot change
	Email   string // may be empty
	Creator string // id of the creator, kept with the account
}

// AccountState is a connected account as the provider has it.
type AccountState struct {
	Ref              string
	Country          string
	TransfersActive  bool
	PayoutsEnabled   bool     // whether the provider pays on to the bank
	DetailsSubmitted bool     // whether the holder has gone through onboarding once
	RequirementsDue  []string // what is still needed, in words
	DisabledReason   string   // the provider's code; empty when nothing is disabled
}

// Balance is money of the platform at the provider, one amount a currency.
type Balance struct {
	Live      bool // whether it is real money
	Available map[money.Currency]int64
	Pending   map[money.Currency]int64
}

// TransferOrder is everything that a transfer is made with. A repeat with the same key must be equal in every field.
type TransferOrder struct {
	Key         string
	Group       string // the payout; look-ups go by it
	Destination string
	Amount      money.Money
	Description string
	Metadata    map[string]string
}

// Transfer is money that reached a connected account.
type Transfer struct {
	Ref         string
	Group       string
	Destination string
	Amount      money.Money
	Live        bool
	CreatedAt   time.Time
	Reversals   []Reversal
}

// Reversal is money of a transfer that came back.
type Reversal struct {
	Ref       string
	Amount    money.Money
	CreatedAt time.Time
}

// BankPayout is a movement of a connected account to its holder's bank, for information only: it is not tied to one transfer.
type BankPayout struct {
	Arrival   BankArrival
	CreatedAt time.Time
}

// ProblemKind says what a failed call means for what it was to do.
type ProblemKind string

// The kinds of problems.
const (
	// Refused means that the provider said no to this request for good and did nothing.
	Refused ProblemKind = "REFUSED"
	// BalanceShort means that the platform's balance does not cover it; nothing was done, and the key repeats this answer.
	BalanceShort ProblemKind = "BALANCE_SHORT"
	// Later means that the request was not looked at (too many, key of the platform not accepted): the same key, later.
	Later ProblemKind = "LATER"
	// Unclear means that nobody knows whether it was done: no answer, or one that does not tell.
	Unclear ProblemKind = "UNCLEAR"
	// UnclearForever is Unclear where the provider repeats the same answer for this key.
	UnclearForever ProblemKind = "UNCLEAR_FOREVER"
	// Gone means that the object does not exist for this platform.
	Gone ProblemKind = "GONE"
)

// Problem is a call to the provider that failed. Code is the provider's own; Message is in words for a person.
type Problem struct {
	Kind    ProblemKind
	Code    string
	Message string
	Cause   error
}

// Error gives the kind, code, message and cause, for logs.
func (p *Problem) Error() string {
	return fmt.Sprintf("payment provider: %s %s: %s: %v", p.Kind, p.Code, p.Message, p.Cause)
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.Cause }

// problemOf gives the Problem of a failed call. What is not a Problem tells nothing about what was done.
func problemOf(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return &Problem{Kind: Unclear, Code: "no_answer", Message: "Stripe gave no answer.", Cause: err}
}

// Event is one signed message of the provider, verified.
type Event struct {
	ID        string
	Type      string
	Account   string // connected account that it is about; empty for the platform's own
	Object    string // id of the object; empty when it has none
	Live      bool
	Body      []byte
	CreatedAt time.Time
}
