package stripesandbox

import "net/http"

// payOut moves money from a Stripe balance to its owner's bank ("" is the
// platform) and reports it as paid at once.
func (c *change) payOut(owner, currency string, amount int64, automatic bool) (*bankPayout, *apiError) {
	if len(c.server.state.payouts.items) >= maxObjects {
		return nil, errFull
	}
	if amount < 1 || c.available(owner, currency) < amount {
		return nil, balanceInsufficient()
	}
	if owner != "" {
		holder, problem := c.connectedAccount(owner)
		if problem != nil {
			return nil, problem
		}
		if !holder.PayoutsEnabled {
			return nil, refused("", "payouts_not_allowed", "Payouts are not enabled for this account.")
		}
	}
	made := &bankPayout{ID: newID("po"), Object: "payout", Amount: amount, ArrivalDate: c.now.Unix(), Automatic: automatic, Created: c.now.Unix(),
		Currency: currency, Description: optional("STRIPE PAYOUT"), Destination: newID("ba"), Metadata: map[string]string{}, Method: "standard",
		ReconciliationStatus: "not_applicable", SourceType: "card", Status: "in_transit", Type: "bank_account"}
	made.BalanceTransaction = c.move(owner, "payout", -amount, currency, made.ID, made.Description)
	c.addEvent("payout.created", owner, made)
	paid := *made
	paid.Status = "paid"
	c.record.Payouts = append(c.record.Payouts, &ownedPayout{Owner: owner, Payout: &paid})
	c.addEvent("payout.paid", owner, &paid)
	return &paid, nil
}

// PayOut sends the whole available balance of a connected account in one
// currency to its bank and returns the id of Stripe's payout.
func (s *Server) PayOut(accountID, currency string) (payoutID string, err error) {
	err = s.change(func(c *change) *apiError {
		if _, problem := c.connectedAccount(accountID); problem != nil {
			return problem
		}
		made, problem := c.payOut(accountID, currency, c.available(accountID, currency), true)
		if problem == nil {
			payoutID = made.ID
		}
		return problem
	})
	return payoutID, err
}

// SweepPlatform moves money from the platform's balance to the platform's own
// bank, as an automatic payout schedule would.
func (s *Server) SweepPlatform(currency string, minor int64) (payoutID string, err error) {
	err = s.change(func(c *change) *apiError {
		made, problem := c.payOut("", currency, minor, true)
		if problem == nil {
			payoutID = made.ID
		}
		return problem
	})
	return payoutID, err
}

// FailPayout makes the bank return a paid payout, as happens days later at
// Stripe: the money is back in the Stripe balance and payouts are switched off.
func (s *Server) FailPayout(payoutID string) error {
	return s.change(func(c *change) *apiError {
		found, ok := s.state.payouts.get(payoutID)
		if !ok {
			return missing(http.StatusNotFound, "id", "payout", payoutID)
		}
		if found.Payout.Status != "paid" {
			return refused("", "", "Payout %s is %s, not paid.", payoutID, found.Payout.Status)
		}
		failed := *found.Payout
		failed.Status = "failed"
		failed.FailureCode, failed.FailureMessage = optional("account_closed"), optional("The bank account has been closed.")
		returned := c.move(found.Owner, "payout_failure", failed.Amount, failed.Currency, failed.ID, failed.Description)
		failed.FailureBalanceTransaction = &returned
		c.record.Payouts = append(c.record.Payouts, &ownedPayout{Owner: found.Owner, Payout: &failed})
		c.addEvent("payout.failed", found.Owner, &failed)
		if holder, problem := c.connectedAccount(found.Owner); problem == nil {
			changed := *holder
			changed.PayoutsEnabled = false
			changed.Requirements = noRequirements()
			changed.Requirements.CurrentlyDue = []string{"external_account"}
			changed.Requirements.EventuallyDue = []string{"external_account"}
			changed.Requirements.PastDue = []string{"external_account"}
			c.putAccount(&changed)
		}
		return nil
	})
}

func retrievePayout(c *call) (any, *apiError) {
	found, ok := c.server.state.payouts.get(c.arguments[0])
	if !ok || found.Owner != c.account {
		return nil, missing(http.StatusNotFound, "id", "payout", c.arguments[0])
	}
	return found.Payout, c.parameters.end()
}

func listPayouts(c *call) (any, *apiError) {
	p := c.parameters
	page, inTime := p.page(), p.created()
	status := p.oneOf("status", "", "pending", "in_transit", "paid", "failed", "canceled")
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	payouts := c.server.state.payouts
	found, problem := newestFirst(payouts, payouts.all(), page, "payout", c.path, func(o *ownedPayout) bool {
		return o.Owner == c.account && inTime(o.Payout.Created) && (status == "" || o.Payout.Status == status)
	})
	if problem != nil {
		return nil, problem
	}
	shown := list[*bankPayout]{Object: found.Object, Data: []*bankPayout{}, HasMore: found.HasMore, URL: found.URL}
	for _, one := range found.Data {
		shown.Data = append(shown.Data, one.Payout)
	}
	return shown, nil
}
