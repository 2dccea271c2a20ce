package fraud

// EvidenceKind is: what was seen when a signal was raised. Spelled alike in Go, SQL and GraphQL.
type EvidenceKind string

// The values of EvidenceKind.
const (
	EvidenceSameEmail            EvidenceKind = "SAME_EMAIL"             // The buyer's address is the one that the creator signs in with and has confirmed.
	EvidenceSameUnconfirmedEmail EvidenceKind = "SAME_UNCONFIRMED_EMAIL" // As SAME_EMAIL, but the creator has not confirmed the address.
	EvidenceSameCustomer         EvidenceKind = "SAME_CUSTOMER"          // The buyer's account at the shop has ordered with the creator's address; seen counts orders.
	EvidenceCreatorsNetwork      EvidenceKind = "CREATORS_NETWORK"       // The creator used the portal from the buyer's network on the day of the click; by itself it proves nothing.
	EvidenceFastOrder            EvidenceKind = "FAST_ORDER"             // Seconds from the first click to the order, and the least that a shopper takes.
	EvidenceOrdersOfNetwork      EvidenceKind = "ORDERS_OF_NETWORK"      // Orders by the creator's links from one network in a day, and from which on they are held.
	EvidenceCodeWithoutClick     EvidenceKind = "CODE_WITHOUT_CLICK"     // Orders with the code without a click before, of all with it; limit is in percent.
	EvidenceOrderBurst           EvidenceKind = "ORDER_BURST"            // Orders with the code in 24 hours and in the days before, without a post; limit is how many times.
	EvidenceCouponSite           EvidenceKind = "COUPON_SITE"            // Orders whose shopper came from a coupon site, of all with the code; limit is in percent, name is a site.
	EvidenceFewNewCustomers      EvidenceKind = "FEW_NEW_CUSTOMERS"      // Orders with the code by new customers, of all with it; limit is the percentage of the program's other codes.
	EvidenceClicksOfNetwork      EvidenceKind = "CLICKS_OF_NETWORK"      // Clicks on one link from one network on one day, of all on it, and from which on it is a flood.
	EvidenceRefunds              EvidenceKind = "REFUNDS"                // Percentage of the revenue that was given back; limit is that of the program's others, of counts orders.
	EvidencePaused               EvidenceKind = "PAUSED"                 // The partnership was paused for its conduct when the order came.
	EvidenceLeakedCode           EvidenceKind = "LEAKED_CODE"            // The code is known to have leaked; name is the code.
	EvidenceBannedSource         EvidenceKind = "BANNED_SOURCE"          // The visitor came from a place that the program does not allow; name is its host.
	EvidenceOnlyBrowser          EvidenceKind = "ONLY_BROWSER"           // Only a page in a browser ties the click to the order, by the order's number.
	EvidenceNote                 EvidenceKind = "NOTE"                   // A remark; name is its text.
)

// Evidence is one thing that was seen. It holds figures and names of the brand's own things, never who the customer is. Which
// figures there are and in which unit, its kind says.
type Evidence struct {
	Kind   EvidenceKind `json:"kind"`            // what it is.
	Signal Signal       `json:"signal"`          // the signal that it speaks for.
	Seen   *int         `json:"seen,omitempty"`  // how many or how much was seen, in the unit of the kind.
	Limit  *int         `json:"limit,omitempty"` // the bound that it passed, in the same unit.
	Of     *int         `json:"of,omitempty"`    // of how many.
	Name   *string      `json:"name,omitempty"`  // name of what it is about, where the kind says so. At most 300 characters.
}

// Named gives evidence that is about something with a name.
func Named(kind EvidenceKind, signal Signal, name string) Evidence {
	return Evidence{Kind: kind, Signal: signal, Name: &name}
}

// passed gives evidence of a figure that passed its bound.
func passed(kind EvidenceKind, signal Signal, seen, limit int) Evidence {
	return Evidence{Kind: kind, Signal: signal, Seen: &seen, Limit: &limit}
}
