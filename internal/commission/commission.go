package commission

import (
	"encoding/json"
	"time"

	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Commission is what a creator earns of one order.
type Commission struct {
	ID            id.ID          // id, prefix com.
	Kind          Type           // sort.
	Status        Status         // state.
	WaitingReason *WaitingReason // why it waits.
	Sentence      string         // the state in words for a person, for example \"On hold until 14 December (return period)\".
	Amount        money.Money    // what it is now.
	Accrued       money.Money    // what it was when it was first earned.
	CreditPpm     int            // its part of the order's credit in parts per million.
	OrderID       id.ID          // the order; null for bonuses and fees.
	CreatorID     id.ID          // the creator.
	ProgramID     id.ID          // the program.
	OccurredAt    time.Time      // when the order was placed.
	HoldUntil     time.Time      // when the return period ends.
	ApprovedAt    *time.Time     // when it became payable.
	PaidAt        *time.Time     // when it was paid.
	BrandID       id.ID          // the brand that owes it.
	PartnershipID id.ID          // the partnership that earned it.
	OfferID       id.ID          // the version of the offer whose terms are locked to it; null for bonuses and fees.

	trace json.RawMessage
}

// IsNode marks Commission as refetchable by id.
func (Commission) IsNode() {}

// Line is one line of how a commission was reckoned.
type Line struct {
	Name     string             // name of the goods.
	Quantity int                // how many.
	Net      money.Money        // net amount of the line as it stands now.
	Share    money.Money        // the creator's part of it by credit.
	Rate     *money.BasisPoints // rate; null for flat amounts and lines that earn nothing.
	RateName string             // where the rate comes from, for example \"Standard rate\" or \"Earns no commission\".
	Amount   money.Money        // what the line earns.
}
