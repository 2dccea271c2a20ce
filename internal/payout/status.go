package payout

// AccountStatus is: states of a payout account. Spelled alike in Go, SQL and GraphQL.
type AccountStatus string

// The values of AccountStatus.
const (
	AccountOnboarding   AccountStatus = "ONBOARDING"   // Stripe still needs something before transfers.
	AccountEnabled      AccountStatus = "ENABLED"      // Can be paid.
	AccountRestricted   AccountStatus = "RESTRICTED"   // Stripe stopped transfers.
	AccountDisconnected AccountStatus = "DISCONNECTED" // Gone.
)

// Method is: how a payout is made. Spelled alike in Go, SQL and GraphQL.
type Method string

// The values of Method.
const (
	MethodStripe   Method = "STRIPE"   // A transfer at Stripe.
	MethodExternal Method = "EXTERNAL" // Paid elsewhere and marked.
)

// RunStatus is: states of a payout run. Spelled alike in Go, SQL and GraphQL.
type RunStatus string

// The values of RunStatus.
const (
	RunPrepared              RunStatus = "PREPARED"                // Waits for approval by another person.
	RunApproved              RunStatus = "APPROVED"                // Approved; waits to be sent.
	RunSending               RunStatus = "SENDING"                 // Being sent.
	RunPaused                RunStatus = "PAUSED"                  // Stopped for now.
	RunCompleted             RunStatus = "COMPLETED"               // All paid.
	RunCompletedWithFailures RunStatus = "COMPLETED_WITH_FAILURES" // Done, but some failed.
	RunCancelled             RunStatus = "CANCELLED"               // Called off.
	RunRejected              RunStatus = "REJECTED"                // The approver said no.
)

// Status is: states of a payout. Spelled alike in Go, SQL and GraphQL.
type Status string

// The values of Status.
const (
	StatusPrepared       Status = "PREPARED"        // Amount fixed, not approved.
	StatusApproved       Status = "APPROVED"        // Approved, not sent.
	StatusReserved       Status = "RESERVED"        // Money set aside, not sent.
	StatusSending        Status = "SENDING"         // With Stripe now.
	StatusUnknown        Status = "UNKNOWN"         // No answer from Stripe yet.
	StatusWaiting        Status = "WAITING"         // Waits for money at Stripe.
	StatusExported       Status = "EXPORTED"        // To be paid elsewhere.
	StatusPaid           Status = "PAID"            // Paid.
	StatusFailed         Status = "FAILED"          // Stripe refused it.
	StatusSkipped        Status = "SKIPPED"         // Left out of the run.
	StatusCancelled      Status = "CANCELLED"       // Called off.
	StatusClosed         Status = "CLOSED"          // Given up or taken by a later run.
	StatusPartlyReversed Status = "PARTLY_REVERSED" // Part came back.
	StatusReversed       Status = "REVERSED"        // All came back.
)

// SkipReason is: why a creator is left out of a run. Spelled alike in Go, SQL and GraphQL.
type SkipReason string

// The values of SkipReason.
const (
	SkipBelowMinimum        SkipReason = "BELOW_MINIMUM"        // Less than the minimum.
	SkipNoPayoutAccount     SkipReason = "NO_PAYOUT_ACCOUNT"    // No Stripe account yet.
	SkipTransfersInactive   SkipReason = "TRANSFERS_INACTIVE"   // Stripe stopped transfers.
	SkipNegativeBalance     SkipReason = "NEGATIVE_BALANCE"     // Something is owed back.
	SkipUnderReview         SkipReason = "UNDER_REVIEW"         // Under review.
	SkipCurrencyUnsupported SkipReason = "CURRENCY_UNSUPPORTED" // Stripe cannot pay this currency there.
	SkipBalanceChanged      SkipReason = "BALANCE_CHANGED"      // The balance fell after preparation.
)

// BankArrival is: what happened to the money after the transfer, as Stripe tells; for information. Spelled alike in Go, SQL and GraphQL.
type BankArrival string

// The values of BankArrival.
const (
	BankNotKnown BankArrival = "NOT_KNOWN"    // Not told.
	BankOnTheWay BankArrival = "ON_THE_WAY"   // On the way to the bank.
	BankArrived  BankArrival = "ARRIVED"      // At the bank.
	BankRefused  BankArrival = "BANK_REFUSED" // The bank refused it; it waits at Stripe.
)
