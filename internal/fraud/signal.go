package fraud

// Signal is: what raised a hold. Spelled alike in Go, SQL and GraphQL.
type Signal string

// The values of Signal.
const (
	SignalPerson            Signal = "PERSON"              // A person.
	SignalSelfReferral      Signal = "SELF_REFERRAL"       // The buyer looks like the creator.
	SignalCodeLeak          Signal = "CODE_LEAK"           // The code seems to have leaked.
	SignalClickFlood        Signal = "CLICK_FLOOD"         // Too many clicks from one place.
	SignalClickToOrderTime  Signal = "CLICK_TO_ORDER_TIME" // The order came faster than a shopper could.
	SignalSameNetwork       Signal = "SAME_NETWORK"        // Many orders from one network.
	SignalRefundRate        Signal = "REFUND_RATE"         // Far more refunds than the program's others.
	SignalChargeback        Signal = "CHARGEBACK"          // The customer's bank disputes the payment.
	SignalBannedSource      Signal = "BANNED_SOURCE"       // The visitor came from a place that the program does not allow.
	SignalPausedPartnership Signal = "PAUSED_PARTNERSHIP"  // The partnership was paused when the order came.
)

// HoldStatus is: states of a hold. Spelled alike in Go, SQL and GraphQL.
type HoldStatus string

// The values of HoldStatus.
const (
	HoldOpen     HoldStatus = "OPEN"     // Waits for a person.
	HoldReleased HoldStatus = "RELEASED" // The commission goes on.
	HoldRejected HoldStatus = "REJECTED" // The commission is taken back.
)

// Decision is: what can be decided about a hold. Spelled alike in Go, SQL and GraphQL.
type Decision string

// The values of Decision.
const (
	DecideRelease Decision = "RELEASE" // The commission goes on.
	DecideReject  Decision = "REJECT"  // The commission is taken back.
)
