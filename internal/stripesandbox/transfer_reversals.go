package stripesandbox

import "net/http"

// embeddedReversals is how many reversals a transfer shows inside itself.
const embeddedReversals = 10

func createReversal(c *call) (any, *apiError) {
	p := c.parameters
	found, problem := c.transfer(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	left := found.Amount - found.AmountReversed
	amount, given := p.integer("amount")
	if given {
		p.checkAmount("amount", amount, found.Currency, maxTransferAmount)
	} else {
		amount = left
	}
	p.text("description") // taken and, as in Stripe's answer, not shown
	p.boolean("refund_application_fee")
	metadata := p.metadata(nil)
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	if left == 0 {
		return nil, refused("", "", "Transfer %s is already fully reversed.", found.ID)
	}
	if amount > left {
		return nil, refused("amount", "", "Reversal amount (%d) is greater than the unreversed amount of the transfer (%d).", amount, left)
	}
	payee, problem := c.connectedAccount(found.Destination)
	if problem != nil {
		return nil, problem
	}
	keeps := settlementCurrency(payee, found.Currency)
	// Converted as a difference of running totals, so that all reversals together
	// take back exactly what the transfer gave.
	takes := convert(found.AmountReversed+amount, found.Currency, keeps) - convert(found.AmountReversed, found.Currency, keeps)
	if c.available(payee.ID, keeps) < takes {
		return nil, refused("", "balance_insufficient", "The connected account does not have sufficient available funds to cover this reversal.")
	}

	made := &reversal{ID: newID("trr"), Object: "transfer_reversal", Amount: amount, Created: c.now.Unix(), Currency: found.Currency,
		DestinationPaymentRefund: newID("pyr"), Metadata: metadata, Transfer: found.ID}
	made.BalanceTransaction = c.move("", "transfer_refund", amount, found.Currency, made.ID, nil)
	c.moveConverted(payee, "payment_refund", -amount, found.AmountReversed, found.Currency, made.DestinationPaymentRefund)
	changed := *found
	changed.AmountReversed += amount
	changed.Reversed = changed.AmountReversed == changed.Amount
	shown := append([]*reversal{made}, found.Reversals.Data...)
	if len(shown) > embeddedReversals {
		shown = shown[:embeddedReversals]
		changed.Reversals.HasMore = true
	}
	changed.Reversals.Data = shown
	c.record.Transfers = append(c.record.Transfers, &changed)
	c.record.Reversals = append(c.record.Reversals, made)
	if payment, ok := c.server.state.charges.get(found.DestinationPayment); ok {
		refunded := *payment.Charge
		refunded.AmountRefunded, refunded.Refunded = changed.AmountReversed, changed.Reversed
		c.record.Charges = append(c.record.Charges, &ownedCharge{Owner: payment.Owner, Charge: &refunded})
	}
	c.addEvent("transfer.reversed", "", &changed)
	return made, nil
}

func listReversals(c *call) (any, *apiError) {
	page := c.parameters.page()
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	of, problem := c.transfer(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	found, problem := newestFirst(c.server.state.reversals, indexed(c.server.state.byTransfer[of.ID]), page, "transfer reversal", c.path,
		func(*reversal) bool { return true })
	if problem != nil {
		return nil, problem
	}
	return found, nil
}

func retrieveReversal(c *call) (any, *apiError) {
	found, ok := c.server.state.reversals.get(c.arguments[1])
	if !ok || found.Transfer != c.arguments[0] {
		return nil, missing(http.StatusNotFound, "id", "transfer reversal", c.arguments[1])
	}
	return found, c.parameters.end()
}
