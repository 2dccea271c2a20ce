package order

// Source is: where an order was told from. Spelled alike in Go, SQL and GraphQL.
type Source string

// The values of Source.
const (
	SourceApi         Source = "API"         // recordOrder.
	SourceShopify     Source = "SHOPIFY"     // Shopify's webhook.
	SourceWoocommerce Source = "WOOCOMMERCE" // WooCommerce's webhook.
	SourceCheckout    Source = "CHECKOUT"    // Stripe Checkout.
	SourcePostback    Source = "POSTBACK"    // A signed postback.
	SourceCsv         Source = "CSV"         // A CSV import.
)

// Payment is: the payment side of an order; commission is earned only when it is paid. Spelled alike in Go, SQL and GraphQL.
type Payment string

// The values of Payment.
const (
	PaymentAwaitingPayment Payment = "AWAITING_PAYMENT" // Not paid yet.
	PaymentPaid            Payment = "PAID"             // Paid.
	PaymentPartlyRefunded  Payment = "PARTLY_REFUNDED"  // Part was given back.
	PaymentRefunded        Payment = "REFUNDED"         // All was given back.
	PaymentCancelled       Payment = "CANCELLED"        // Called off.
	PaymentExpired         Payment = "EXPIRED"          // Never paid.
	PaymentChargedBack     Payment = "CHARGED_BACK"     // The customer's bank took the money back.
)

// LineKind is: kinds of order lines. Spelled alike in Go, SQL and GraphQL.
type LineKind string

// The values of LineKind.
const (
	LineProduct  LineKind = "PRODUCT"   // Goods.
	LineGiftCard LineKind = "GIFT_CARD" // A gift card that was bought; earns nothing.
	LineShipping LineKind = "SHIPPING"  // Shipping; earns nothing.
	LineTip      LineKind = "TIP"       // A tip; earns nothing.
	LineOther    LineKind = "OTHER"     // Anything else; earns nothing.
)

// ChargebackStage is: how far a chargeback has come. Spelled alike in Go, SQL and GraphQL.
type ChargebackStage string

// The values of ChargebackStage.
const (
	ChargebackOpened ChargebackStage = "OPENED" // The customer's bank asks for the money; nobody has decided.
	ChargebackLost   ChargebackStage = "LOST"   // The bank took the money.
	ChargebackWon    ChargebackStage = "WON"    // The shop keeps the money, or got it back.
)
