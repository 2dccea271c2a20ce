package stripesandbox

import "net/http"

// maxTransferAmount is Stripe's bound of eight digits, in smallest units.
const maxTransferAmount = 99_999_999

func (s *Server) createTransfer(c *call) (any, *apiError) {
	p := c.parameters
	currency := p.currency("currency")
	amount := p.amount("amount", currency, maxTransferAmount)
	destination := p.requiredText("destination")
	source := p.oneOf("source_type", "card", "card", "bank_account", "fpx")
	description, group := optional(p.text("description")), optional(p.text("transfer_group"))
	metadata := p.metadata(nil)
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	payee, problem := c.connectedAccount(destination)
	if problem != nil {
		return nil, missing(http.StatusBadRequest, "destination", "destination", destination)
	}
	if payee.Capabilities["transfers"] != capabilityActive {
		return nil, refused("destination", "insufficient_capabilities_for_transfer",
			"Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments")
	}
	if source != "card" || c.available("", currency) < amount {
		return nil, balanceInsufficient()
	}
	if len(s.state.transfers.items) >= maxObjects {
		return nil, errFull
	}

	made := &transfer{ID: newID("tr"), Object: "transfer", Amount: amount, Created: c.now.Unix(), Currency: currency, Description: description,
		Destination: payee.ID, DestinationPayment: newID("py"), Metadata: metadata, SourceType: source, TransferGroup: group}
	made.Reversals = list[*reversal]{Object: "list", Data: []*reversal{}, URL: "/v1/transfers/" + made.ID + "/reversals"}
	made.BalanceTransaction = c.move("", "transfer", -amount, currency, made.ID, description)
	payment := &charge{ID: made.DestinationPayment, Object: "charge", Amount: amount, AmountCaptured: amount, Captured: true, Created: c.now.Unix(),
		Currency: currency, Metadata: map[string]string{}, Paid: true, SourceTransfer: made.ID, Status: "succeeded", TransferGroup: group}
	payment.BalanceTransaction = c.moveConverted(payee, "payment", amount, 0, currency, payment.ID)
	c.record.Transfers = append(c.record.Transfers, made)
	c.record.Charges = append(c.record.Charges, &ownedCharge{Owner: payee.ID, Charge: payment})
	c.addEvent("transfer.created", "", made)
	if s.config.AutomaticPayouts && payee.PayoutsEnabled {
		keeps := settlementCurrency(payee, currency)
		if _, problem := c.payOut(payee.ID, keeps, c.available(payee.ID, keeps), true); problem != nil {
			return nil, problem
		}
	}
	return made, nil
}

func balanceInsufficient() *apiError {
	return refused("", "balance_insufficient", "You have insufficient available funds in your Stripe account. Add funds to the available balance of this currency and try again.")
}

// transfer finds a transfer by its id.
func (c *change) transfer(id string) (*transfer, *apiError) {
	found, ok := c.server.state.transfers.get(id)
	if !ok {
		return nil, missing(http.StatusNotFound, "id", "transfer", id)
	}
	return found, nil
}

func retrieveTransfer(c *call) (any, *apiError) {
	found, problem := c.transfer(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	return found, c.parameters.end()
}

func updateTransfer(c *call) (any, *apiError) {
	found, problem := c.transfer(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	changed := *found
	if text := c.parameters.text("description"); c.parameters.has("description") {
		changed.Description = optional(text)
	}
	changed.Metadata = c.parameters.metadata(found.Metadata)
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	c.record.Transfers = append(c.record.Transfers, &changed)
	c.addEvent("transfer.updated", "", &changed)
	return &changed, nil
}

func listTransfers(c *call) (any, *apiError) {
	p := c.parameters
	page, inTime := p.page(), p.created()
	destination, group := p.text("destination"), p.text("transfer_group")
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	transfers := c.server.state.transfers
	over := transfers.all()
	switch {
	case group != "":
		over = indexed(c.server.state.byGroup[group])
	case destination != "":
		over = indexed(c.server.state.byDestination[destination])
	}
	found, problem := newestFirst(transfers, over, page, "transfer", c.path, func(t *transfer) bool {
		return inTime(t.Created) && (destination == "" || t.Destination == destination)
	})
	if problem != nil {
		return nil, problem
	}
	return found, nil
}
