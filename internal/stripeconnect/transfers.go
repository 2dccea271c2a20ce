package stripeconnect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v76"

	"tributary/internal/kit/money"
	"tributary/internal/payout"
)

// Bounds of lists.
const (
	groupMax     = 10  // transfers of a group; a second one is an alarm already
	reversalsMax = 300 // of a transfer
	pageSize     = 100
)

// Transfer moves money to a connected account.
func (c *Client) Transfer(ctx context.Context, o payout.TransferOrder) (payout.Transfer, error) {
	amount, err := smallest(o.Amount)
	if err != nil {
		return payout.Transfer{}, err
	}
	if err := c.turn(ctx); err != nil {
		return payout.Transfer{}, err
	}
	params := &stripe.TransferParams{
		Amount: stripe.Int64(amount), Currency: stripe.String(lower(o.Amount.Currency)), Destination: stripe.String(o.Destination),
		TransferGroup: stripe.String(o.Group), Description: stripe.String(o.Description), Metadata: o.Metadata,
	}
	params.Context = ctx
	params.SetIdempotencyKey(o.Key)
	made, err := c.api.Transfers.New(params)
	if err != nil {
		p := problem(err)
		if p.Kind == payout.Gone {
			p.Kind = payout.Refused // the destination is gone: nothing was moved
		}
		return payout.Transfer{}, p
	}
	return c.transfer(ctx, made)
}

// TransferByRef reads a transfer with its reversals.
func (c *Client) TransferByRef(ctx context.Context, ref string) (payout.Transfer, error) {
	if err := c.turn(ctx); err != nil {
		return payout.Transfer{}, err
	}
	params := &stripe.TransferParams{}
	params.Context = ctx
	found, err := c.api.Transfers.Get(ref, params)
	if err != nil {
		return payout.Transfer{}, problem(err)
	}
	return c.transfer(ctx, found)
}

// TransfersOf lists the transfers of a group, oldest first.
func (c *Client) TransfersOf(ctx context.Context, group string) ([]payout.Transfer, error) {
	if err := c.turn(ctx); err != nil {
		return nil, err
	}
	params := &stripe.TransferListParams{TransferGroup: stripe.String(group)}
	params.Context, params.Single = ctx, true
	params.Limit = stripe.Int64(groupMax)
	rows := c.api.Transfers.List(params)
	var out []payout.Transfer
	for rows.Next() {
		t, err := c.transfer(ctx, rows.Transfer())
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	if err := rows.Err(); err != nil {
		return nil, problem(err)
	}
	slices.Reverse(out)
	return out, nil
}

// transfer reads one transfer of Stripe's, with the reversals that do not stand inside it.
func (c *Client) transfer(ctx context.Context, t *stripe.Transfer) (payout.Transfer, error) {
	if t.ID == "" || t.Destination == nil {
		return payout.Transfer{}, unreadable(errors.New("a transfer without id or destination"))
	}
	amount, err := minor(t.Amount, string(t.Currency))
	if err != nil {
		return payout.Transfer{}, unreadable(err)
	}
	out := payout.Transfer{Ref: t.ID, Group: t.TransferGroup, Destination: t.Destination.ID, Amount: amount, Live: t.Livemode,
		CreatedAt: time.Unix(t.Created, 0).UTC()}
	if t.AmountReversed == 0 {
		return out, nil
	}
	var rows []*stripe.TransferReversal
	if t.Reversals != nil {
		rows = t.Reversals.Data
	}
	if t.Reversals == nil || t.Reversals.HasMore {
		if rows, err = c.reversals(ctx, t.ID); err != nil {
			return payout.Transfer{}, err
		}
	}
	for _, r := range rows {
		back, err := minor(r.Amount, string(r.Currency))
		if err != nil {
			return payout.Transfer{}, unreadable(err)
		}
		out.Reversals = append(out.Reversals, payout.Reversal{Ref: r.ID, Amount: back, CreatedAt: time.Unix(r.Created, 0).UTC()})
	}
	slices.Reverse(out.Reversals)
	return out, nil
}

func (c *Client) reversals(ctx context.Context, transfer string) ([]*stripe.TransferReversal, error) {
	if err := c.turn(ctx); err != nil {
		return nil, err
	}
	params := &stripe.TransferReversalListParams{ID: stripe.String(transfer)}
	params.Context = ctx
	params.Limit = stripe.Int64(pageSize)
	rows := c.api.TransferReversals.List(params)
	var out []*stripe.TransferReversal
	for rows.Next() {
		if len(out) == reversalsMax {
			return nil, unreadable(fmt.Errorf("transfer %s has more than %d reversals", transfer, reversalsMax))
		}
		out = append(out, rows.TransferReversal())
	}
	if err := rows.Err(); err != nil {
		return nil, problem(err)
	}
	return out, nil
}

// unreadable is an answer that came and cannot be understood: what it was about may have been done.
func unreadable(err error) *payout.Problem {
	return &payout.Problem{Kind: payout.Unclear, Code: "unreadable", Message: "Stripe's answer could not be read.", Cause: err}
}

// Balance reads the platform's balance.
func (c *Client) Balance(ctx context.Context) (payout.Balance, error) {
	if err := c.turn(ctx); err != nil {
		return payout.Balance{}, err
	}
	params := &stripe.BalanceParams{}
	params.Context = ctx
	b, err := c.api.Balance.Get(params)
	if err != nil {
		return payout.Balance{}, problem(err)
	}
	out := payout.Balance{Live: b.Livemode, Available: map[money.Currency]int64{}, Pending: map[money.Currency]int64{}}
	for _, a := range b.Available {
		// A transfer without a source type draws on the card funds; that is the part that counts here.
		amount, given := a.SourceTypes["card"]
		if !given {
			amount = a.Amount
		}
		add(out.Available, amount, string(a.Currency))
	}
	for _, a := range b.Pending {
		add(out.Pending, a.Amount, string(a.Currency))
	}
	return out, nil
}

// add counts an amount of a currency that the product knows; others cannot be paid out here anyway.
func add(sums map[money.Currency]int64, amount int64, code string) {
	if m, err := minor(amount, code); err == nil {
		sums[m.Currency] += m.Minor
	}
}

// BankPayout reads a movement to the bank of a connected account.
func (c *Client) BankPayout(ctx context.Context, account, ref string) (payout.BankPayout, error) {
	if err := c.turn(ctx); err != nil {
		return payout.BankPayout{}, err
	}
	params := &stripe.PayoutParams{}
	params.Context = ctx
	params.SetStripeAccount(account)
	p, err := c.api.Payouts.Get(ref, params)
	if err != nil {
		return payout.BankPayout{}, problem(err)
	}
	out := payout.BankPayout{CreatedAt: time.Unix(p.Created, 0).UTC()}
	switch p.Status {
	case stripe.PayoutStatusPaid:
		out.Arrival = payout.BankArrived
	case stripe.PayoutStatusPending, stripe.PayoutStatusInTransit:
		out.Arrival = payout.BankOnTheWay
	case stripe.PayoutStatusFailed:
		out.Arrival = payout.BankRefused
	default:
		out.Arrival = payout.BankNotKnown
	}
	return out, nil
}
