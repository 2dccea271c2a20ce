package stripesandbox

import (
	"maps"
	"net/http"
	"slices"
)

// available is a balance with the movements of this change. All funds are
// available at once; what is pending is a top-up that has not succeeded.
func (c *change) available(owner, currency string) int64 {
	amount := c.server.state.balances[owner][currency]
	for _, moved := range c.record.Movements {
		if moved.Owner == owner && moved.Transaction.Currency == currency {
			amount += moved.Transaction.Net
		}
	}
	return amount
}

var reportingCategories = map[string]string{"payment": "charge", "payment_refund": "refund", "transfer_refund": "transfer_reversal",
	"stripe_fee": "fee", "payout_failure": "payout_reversal"}

// move changes a balance and returns the id of the balance transaction.
func (c *change) move(owner, kind string, amount int64, currency, source string, description *string) string {
	category := reportingCategories[kind]
	if category == "" {
		category = kind
	}
	moved := &balanceTransaction{ID: newID("txn"), Object: "balance_transaction", Amount: amount, AvailableOn: c.now.Unix(), BalanceType: "payments",
		Created: c.now.Unix(), Currency: currency, Description: description, FeeDetails: []feeDetail{}, Net: amount, ReportingCategory: category,
		Source: optional(source), Status: "available", Type: kind}
	c.record.Movements = append(c.record.Movements, &movement{Owner: owner, Transaction: moved})
	return moved.ID
}

// settlementCurrency is the currency in which an account keeps what it receives.
func settlementCurrency(payee *account, currency string) string {
	if convertible(currency, payee.DefaultCurrency) {
		return payee.DefaultCurrency
	}
	return currency
}

// moveConverted moves amount in the payee's own currency. For a negative amount,
// before is what was taken back earlier.
func (c *change) moveConverted(payee *account, kind string, amount, before int64, currency, source string) string {
	keeps := settlementCurrency(payee, currency)
	converted := convert(max(amount, -amount)+before, currency, keeps) - convert(before, currency, keeps)
	if amount < 0 {
		converted = -converted
	}
	id := c.move(payee.ID, kind, converted, keeps, source, nil)
	c.record.Movements[len(c.record.Movements)-1].Transaction.ExchangeRate = exchangeRate(currency, keeps)
	return id
}

type fundsByCurrency struct {
	Amount      int64            `json:"amount"`
	Currency    string           `json:"currency"`
	SourceTypes map[string]int64 `json:"source_types,omitempty"`
}

type balance struct {
	Object          string            `json:"object"`
	Available       []fundsByCurrency `json:"available"`
	ConnectReserved []fundsByCurrency `json:"connect_reserved,omitempty"`
	Livemode        bool              `json:"livemode"`
	Pending         []fundsByCurrency `json:"pending"`
}

func retrieveBalance(c *call) (any, *apiError) {
	if problem := c.parameters.end(); problem != nil {
		return nil, problem
	}
	amounts := maps.Clone(c.server.state.balances[c.account])
	if amounts == nil {
		amounts = map[string]int64{}
	}
	pending := map[string]int64{}
	holder := c.server.state.platform
	if c.account == "" {
		for _, one := range c.server.state.topups.items {
			if one.Status == "pending" {
				pending[one.Currency] += one.Amount
			}
		}
	} else {
		found, problem := c.connectedAccount(c.account)
		if problem != nil {
			return nil, problem
		}
		holder = found
	}
	amounts[holder.DefaultCurrency] += 0 // Stripe always shows the account's own currency
	for currency := range pending {
		amounts[currency] += 0
	}
	shown := balance{Object: "balance", Available: []fundsByCurrency{}, Pending: []fundsByCurrency{}}
	for _, currency := range slices.Sorted(maps.Keys(amounts)) {
		funds := func(amount int64) fundsByCurrency {
			return fundsByCurrency{Amount: amount, Currency: currency, SourceTypes: map[string]int64{"card": amount}}
		}
		shown.Available = append(shown.Available, funds(amounts[currency]))
		shown.Pending = append(shown.Pending, funds(pending[currency]))
		if c.account == "" {
			shown.ConnectReserved = append(shown.ConnectReserved, fundsByCurrency{Currency: currency})
		}
	}
	return shown, nil
}

func listMovements(c *call) (any, *apiError) {
	p := c.parameters
	page, inTime := p.page(), p.created()
	currency, kind, source, payout := p.text("currency"), p.text("type"), p.text("source"), p.text("payout")
	if problem := p.end(); problem != nil {
		return nil, problem
	}
	found, problem := newestFirst(c.server.state.movements, indexed(c.server.state.byOwner[c.account]), page, "balance transaction", c.path,
		func(m *movement) bool {
			t := m.Transaction
			return inTime(t.Created) && (currency == "" || t.Currency == currency) && (kind == "" || t.Type == kind) &&
				(source == "" || textOf(t.Source) == source) && (payout == "" || textOf(t.Source) == payout)
		})
	if problem != nil {
		return nil, problem
	}
	shown := list[*balanceTransaction]{Object: found.Object, Data: []*balanceTransaction{}, HasMore: found.HasMore, URL: found.URL}
	for _, one := range found.Data {
		shown.Data = append(shown.Data, one.Transaction)
	}
	return shown, nil
}

func retrieveMovement(c *call) (any, *apiError) {
	found, ok := c.server.state.movements.get(c.arguments[0])
	if !ok || found.Owner != c.account {
		return nil, missing(http.StatusNotFound, "id", "balance transaction", c.arguments[0])
	}
	return found.Transaction, c.parameters.end()
}

func retrieveCharge(c *call) (any, *apiError) {
	found, ok := c.server.state.charges.get(c.arguments[0])
	if !ok || found.Owner != c.account {
		return nil, missing(http.StatusNotFound, "id", "charge", c.arguments[0])
	}
	return found.Charge, c.parameters.end()
}

// ChargeFee takes a fee of Stripe from the platform's balance, as its monthly
// account fees do: a movement of its own that belongs to no transfer. The
// balance may become negative.
func (s *Server) ChargeFee(currency string, minor int64, description string) (transactionID string, err error) {
	err = s.change(func(c *change) *apiError {
		if minor < 1 || !knownCurrency(currency) {
			return invalid("amount", "", "A fee needs a positive amount in a known currency.")
		}
		transactionID = c.move("", "stripe_fee", -minor, currency, "", optional(description))
		return nil
	})
	return transactionID, err
}
