package stripesandbox

import (
	"net/http"
	"strings"
)

// Bounds of one top-up in smallest units: Stripe's own for the API, a wider one
// for Fund.
const (
	maxTopupAmount = 99_999_999
	maxFundAmount  = 1_000_000_000_000_000
)

// sourceFails is Stripe's test bank account that refuses a top-up.
const sourceFails = "btok_us_verified_noAccount"

func (s *Server) createTopup(c *call) (any, *apiError) {
	p := c.parameters
	currency := p.currency("currency")
	amount := p.amount("amount", currency, maxTopupAmount)
	description, group := optional(p.text("description")), optional(p.text("transfer_group"))
	descriptor := optional(p.text("statement_descriptor"))
	source := p.text("source")
	metadata := p.metadata(nil)
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	made, problem := c.newTopup(amount, currency)
	if problem != nil {
		return nil, problem
	}
	made.Description, made.TransferGroup, made.StatementDescriptor, made.Metadata = description, group, descriptor, metadata
	c.record.Topups = append(c.record.Topups, made)
	c.addEvent("topup.created", "", made)
	switch {
	case source == sourceFails:
		return c.failTopup(made), nil
	case s.config.HoldTopups:
		return made, nil
	}
	return c.succeedTopup(made), nil
}

func (c *change) newTopup(amount int64, currency string) (*topup, *apiError) {
	if len(c.server.state.topups.items) >= maxObjects {
		return nil, errFull
	}
	expected := c.now.Unix()
	return &topup{ID: newID("tu"), Object: "topup", Amount: amount, Created: c.now.Unix(), Currency: currency, ExpectedAvailabilityDate: &expected,
		Metadata: map[string]string{}, Status: "pending"}, nil
}

func (c *change) succeedTopup(pending *topup) *topup {
	done := *pending
	done.Status = "succeeded"
	moved := c.move("", "topup", done.Amount, done.Currency, done.ID, done.Description)
	done.BalanceTransaction = &moved
	c.record.Topups = append(c.record.Topups, &done)
	c.addEvent("topup.succeeded", "", &done)
	return &done
}

func (c *change) failTopup(pending *topup) *topup {
	failed := *pending
	failed.Status = "failed"
	failed.FailureCode, failed.FailureMessage = optional("no_account"), optional("The bank account could not be located.")
	c.record.Topups = append(c.record.Topups, &failed)
	c.addEvent("topup.failed", "", &failed)
	return &failed
}

func (c *change) topup(id string) (*topup, *apiError) {
	found, ok := c.server.state.topups.get(id)
	if !ok {
		return nil, missing(http.StatusNotFound, "id", "topup", id)
	}
	return found, nil
}

func retrieveTopup(c *call) (any, *apiError) {
	found, problem := c.topup(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	return found, c.parameters.end()
}

func cancelTopup(c *call) (any, *apiError) {
	found, problem := c.topup(c.arguments[0])
	if problem != nil {
		return nil, problem
	}
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	if found.Status != "pending" {
		return nil, refused("", "", "Only pending top-ups can be canceled.")
	}
	canceled := *found
	canceled.Status = "canceled"
	c.record.Topups = append(c.record.Topups, &canceled)
	c.addEvent("topup.canceled", "", &canceled)
	return &canceled, nil
}

func listTopups(c *call) (any, *apiError) {
	p := c.parameters
	page, inTime := p.page(), p.created()
	status := p.oneOf("status", "", "canceled", "failed", "pending", "succeeded", "reversed")
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	topups := c.server.state.topups
	found, problem := newestFirst(topups, topups.all(), page, "topup", c.path, func(t *topup) bool {
		return inTime(t.Created) && (status == "" || t.Status == status)
	})
	if problem != nil {
		return nil, problem
	}
	return found, nil
}

// Fund adds money to the platform's available balance by a top-up that succeeds
// at once, whatever HoldTopups says, and returns the top-up's id. The amount is
// in the currency's smallest unit.
func (s *Server) Fund(currency string, minor int64) (topupID string, err error) {
	currency = strings.ToLower(currency)
	err = s.change(func(c *change) *apiError {
		if minor < 1 || minor > maxFundAmount || !knownCurrency(currency) {
			return invalid("amount", "", "Fund needs a positive amount in a known currency.")
		}
		made, problem := c.newTopup(minor, currency)
		if problem != nil {
			return problem
		}
		c.record.Topups = append(c.record.Topups, made)
		topupID = c.succeedTopup(made).ID
		return nil
	})
	return topupID, err
}

// SucceedTopup brings the money of a pending top-up.
func (s *Server) SucceedTopup(id string) error {
	return s.endTopup(id, "pending", func(c *change, t *topup) { c.succeedTopup(t) })
}

// FailTopup makes the bank refuse a pending top-up.
func (s *Server) FailTopup(id string) error {
	return s.endTopup(id, "pending", func(c *change, t *topup) { c.failTopup(t) })
}

// ReverseTopup makes the bank take a succeeded top-up back. The platform's
// balance may become negative.
func (s *Server) ReverseTopup(id string) error {
	return s.endTopup(id, "succeeded", func(c *change, t *topup) {
		reversed := *t
		reversed.Status = "reversed"
		c.move("", "topup_reversal", -t.Amount, t.Currency, t.ID, t.Description)
		c.record.Topups = append(c.record.Topups, &reversed)
		c.addEvent("topup.reversed", "", &reversed)
	})
}

func (s *Server) endTopup(id, from string, end func(*change, *topup)) error {
	return s.change(func(c *change) *apiError {
		found, problem := c.topup(id)
		if problem != nil {
			return problem
		}
		if found.Status != from {
			return refused("", "", "Top-up %s is %s, not %s.", id, found.Status, from)
		}
		end(c, found)
		return nil
	})
}
