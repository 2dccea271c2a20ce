package order

import (
	"time"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// Order is a purchase at a brand's shop. Creators see it without the customer.
type Order struct {
	ID                 id.ID       // id, prefix ord.
	Name               string      // number as the shop shows it.
	ExternalID         *string     // id in the shop; null for creators.
	Store              string      // the shop.
	Source             Source      // where it was told from.
	BrandID            id.ID       // the brand.
	PlacedAt           time.Time   // when it was placed, by the shop's clock.
	PaidAt             *time.Time  // when it was paid.
	Payment            Payment     // payment state.
	Test               bool        // whether it is a test, which never earns.
	Total              money.Money // what the customer paid, with tax and shipping.
	Net                money.Money // what may earn: goods after discounts, without tax and shipping.
	Refunded           money.Money // what was given back of the total.
	NewCustomer        bool        // whether it is the customer's first order.
	NewCustomerAssumed bool        // whether that is only assumed, because no older history is known.
	Codes              []string    // codes used. At most 20.
	Flags              []string    // things a person should look at, for example OVER_REFUNDED. At most 10.
}

// IsNode marks Order as refetchable by id.
func (Order) IsNode() {}

// Line is one line of an order.
type Line struct {
	ID          id.ID       // id, prefix oli.
	Kind        LineKind    // sort.
	Name        string      // name of the goods.
	ProductID   *string     // id of the product in the shop.
	Quantity    int         // how many.
	Net         money.Money // amount after discounts, without tax.
	RefundedNet money.Money // given back of it.
}

// Refund is money given back to a customer.
type Refund struct {
	ID         id.ID       // id, prefix ref.
	ExternalID string      // id in the shop.
	Amount     money.Money // what the customer got back, with tax and shipping.
	Net        money.Money // part of it that had earned.
	Reason     string      // what the shop said.
	RefundedAt time.Time   // when.
}
