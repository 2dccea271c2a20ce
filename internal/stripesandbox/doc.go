// Package stripesandbox is an HTTP server that speaks the part of Stripe's API
// that a payout platform uses: Express accounts with a hosted onboarding page,
// transfers and their reversals, balances, top-ups, bank payouts, events and
// signed webhooks. Requests are form-encoded and answers are JSON in the shape
// of API version 2023-10-16, so that the real client library cannot tell the
// difference. Nothing in it moves money.
//
// It keeps its state in memory and, when Config.StateFile is set, in an
// append-only journal that is on disk before a request is answered: a process
// killed at any instruction comes back with every account, transfer and
// idempotency key that it had answered for.
//
// It differs on purpose from Stripe in these points: every id starts with
// `<prefix>_sbx`; all funds sit in the `card` source type; a top-up succeeds at
// once unless Config.HoldTopups is set; exchange rates are fixed invented
// figures; the corridors between countries are not checked; an unknown API
// version is refused; a parameter that the sandbox does not know is refused
// instead of ignored.
package stripesandbox
