package selfcheck

import "time"

// StepKind is: a station of a test order on its way. Spelled alike in Go and GraphQL.
type StepKind string

// The values of StepKind, in the order of the way.
const (
	StepClick   StepKind = "CLICK"   // The link is opened and leads on to the shop.
	StepPage    StepKind = "PAGE"    // The snippet on the shop's page knows the click.
	StepCart    StepKind = "CART"    // Cart and checkout take the click along.
	StepWebhook StepKind = "WEBHOOK" // The shop sends a signed webhook.
	StepOrder   StepKind = "ORDER"   // The order is recorded and finds its click.
	StepRefund  StepKind = "REFUND"  // The refund of the order is recorded.
)

// StepState is: how far a station has come. Spelled alike in Go and GraphQL.
type StepState string

// The values of StepState.
const (
	StepPassed  StepState = "PASSED"   // It was seen to work.
	StepWaiting StepState = "WAITING"  // It is the tester's or the shop's turn.
	StepFailed  StepState = "FAILED"   // It was seen not to work.
	StepNotSeen StepState = "NOT_SEEN" // Nothing was seen of it: an earlier step has not passed, or this one was not needed.
)

// Step is one station of a self-check.
type Step struct {
	Kind   StepKind
	State  StepState
	Seen   string     // what was seen, in words; empty for nothing
	SeenAt *time.Time // when that was; nil for nothing
	Todo   string     // what to do next, in words; empty for nothing
}

func passed(kind StepKind, at time.Time, seen string) Step {
	return Step{Kind: kind, State: StepPassed, Seen: seen, SeenAt: &at}
}

func waiting(kind StepKind, todo string) Step {
	return Step{Kind: kind, State: StepWaiting, Todo: todo}
}

func failed(kind StepKind, at *time.Time, seen, todo string) Step {
	return Step{Kind: kind, State: StepFailed, Seen: seen, SeenAt: at, Todo: todo}
}

func notSeen(kind StepKind) Step { return Step{Kind: kind, State: StepNotSeen} }
