package brand

// IntegrationKind is: kinds of integrations. Spelled alike in Go, SQL and GraphQL.
type IntegrationKind string

// The values of IntegrationKind.
const (
	KindShopify     IntegrationKind = "SHOPIFY"     // A Shopify shop.
	KindWoocommerce IntegrationKind = "WOOCOMMERCE" // A WooCommerce shop.
	KindCheckout    IntegrationKind = "CHECKOUT"    // Stripe Checkout of the brand's own Stripe account.
	KindPostback    IntegrationKind = "POSTBACK"    // Signed server-to-server calls.
)

// IntegrationStatus is: states of an integration. Spelled alike in Go, SQL and GraphQL.
type IntegrationStatus string

// The values of IntegrationStatus.
const (
	IntegrationActive       IntegrationStatus = "ACTIVE"       // Takes deliveries.
	IntegrationDisconnected IntegrationStatus = "DISCONNECTED" // Refuses deliveries.
)
