package commission

// Type is: kinds of commissions. Spelled alike in Go, SQL and GraphQL.
type Type string

// The values of Type.
const (
	TypeSale       Type = "SALE"       // Of a sale.
	TypeRecurring  Type = "RECURRING"  // Of a bound customer's later order.
	TypeSupplement Type = "SUPPLEMENT" // Added when an order grew after approval.
	TypeBonus      Type = "BONUS"      // A bonus.
	TypeFee        Type = "FEE"        // A fee for content.
	TypeRetainer   Type = "RETAINER"   // A monthly retainer.
	TypeShare      Type = "SHARE"      // A share of revenue.
)

// Status is: states of a commission. Spelled alike in Go, SQL and GraphQL.
type Status string

// The values of Status.
const (
	StatusWaiting  Status = "WAITING"  // Earns nothing yet, for the reason given.
	StatusPending  Status = "PENDING"  // Waits for the end of the return period.
	StatusHeld     Status = "HELD"     // Under review.
	StatusApproved Status = "APPROVED" // Can be paid.
	StatusPaid     Status = "PAID"     // Was paid.
	StatusReversed Status = "REVERSED" // Taken back.
	StatusVoid     Status = "VOID"     // Never earned.
)

// WaitingReason is: why a commission waits or is nothing although the touch counted. Spelled alike in Go, SQL and GraphQL.
type WaitingReason string

// The values of WaitingReason.
const (
	WaitingNotPaidYet      WaitingReason = "NOT_PAID_YET"     // The order is not paid.
	WaitingCapReached      WaitingReason = "CAP_REACHED"      // A cap was reached.
	WaitingBudgetExhausted WaitingReason = "BUDGET_EXHAUSTED" // The program's budget is used up.
	WaitingNoRate          WaitingReason = "NO_RATE"          // There is no exchange rate for the day.
	WaitingZeroBase        WaitingReason = "ZERO_BASE"        // Nothing in the order earns.
)

// moves lists which states may follow a state. APPROVED and PAID never go back: later changes are items of the ledger.
var moves = map[Status][]Status{
	StatusWaiting:  {StatusPending, StatusVoid},
	StatusPending:  {StatusApproved, StatusHeld, StatusReversed},
	StatusApproved: {StatusHeld, StatusPaid},
	StatusHeld:     {StatusPending, StatusApproved, StatusReversed},
}
