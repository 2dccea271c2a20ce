package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Order is a purchase at a brand's shop as it stands now; each recorded state of it is kept in order_version.
type Order struct{ ent.Schema }

func (Order) Mixin() []ent.Mixin { return baseMixin() }
func (Order) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), maybeKey("integration_id"),
		status("source"), edit("store", 253), edit("external_id", 100), // of whom knows it best: a shop takes an order over
		edit("name", 100),
		at("placed_at"), maybeAt("paid_at"),
		status("payment"), field.Bool("test").Default(false).Immutable(),
		currency("currency"),
		field.Int64("total_minor"), field.Int64("discount_minor"), field.Int64("tax_minor"), field.Int64("shipping_minor"),
		field.Int64("net_minor"),                 // what earns: product lines net of discounts, without tax and shipping
		field.Int64("refunded_minor").Default(0), // of the total
		field.Int64("refunded_net_minor").Default(0),
		field.Bytes("customer_hash").Optional().Nillable(), // keyed hash of the folded e-mail
		// Of the buyer's network, by the salt of the order's day, which is destroyed with it; only where the order came on its day.
		field.Bytes("network_hash").Optional().Nillable().Immutable(),
		maybe("customer_external_id", 100),
		field.Bool("new_customer").Default(false), field.Bool("new_customer_assumed").Default(true),
		words("codes"),
		maybeKey("click_id"), // the tid that the shop sent along
		maybe("checkout_token", 200), maybe("payment_intent", 200),
		words("flags"), // OVER_REFUNDED and the like, for people
		field.Int("version").Default(1),
		moving("updated_at"),
	}
}
func (Order) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), maybeTo("integration", Integration.Type, "integration_id")}
}
func (Order) Indexes() []ent.Index {
	return []ent.Index{
		only("order_external_key", "brand_id", "store", "external_id"),
		look("order_of_brand", "brand_id", "placed_at", "id"),
		look("order_of_number", "brand_id", "store", "name"),
		lookWhere("order_of_customer", "customer_hash IS NOT NULL", "brand_id", "customer_hash", "placed_at"),
		lookWhere("order_of_payment_intent", "payment_intent IS NOT NULL", "brand_id", "payment_intent"),
		lookWhere("order_of_checkout", "checkout_token IS NOT NULL", "brand_id", "checkout_token"),
		lookWhere("order_of_shop_customer", "customer_external_id IS NOT NULL", "brand_id", "store", "customer_external_id", "placed_at"),
	}
}
func (Order) Annotations() []schema.Annotation {
	return table("order", map[string]string{
		"order_source":  oneOf("source", "API", "SHOPIFY", "WOOCOMMERCE", "CHECKOUT", "POSTBACK", "CSV"),
		"order_payment": oneOf("payment", "AWAITING_PAYMENT", "PAID", "PARTLY_REFUNDED", "REFUNDED", "CANCELLED", "EXPIRED", "CHARGED_BACK"),
		"order_amounts": "total_minor >= 0 AND discount_minor >= 0 AND tax_minor >= 0 AND shipping_minor >= 0 AND net_minor >= 0",
	})
}

// OrderAlias is another id that an order was told with, by another source than the one whose order it is.
type OrderAlias struct{ ent.Schema }

func (OrderAlias) Mixin() []ent.Mixin { return baseMixin() }
func (OrderAlias) Fields() []ent.Field {
	return []ent.Field{key("brand_id"), key("order_id"), kind("source"), text("store", 253), text("external_id", 100)}
}
func (OrderAlias) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("order", Order.Type, "order_id")}
}
func (OrderAlias) Indexes() []ent.Index {
	return []ent.Index{only("order_alias_key", "brand_id", "store", "external_id")}
}
func (OrderAlias) Annotations() []schema.Annotation {
	return table("order_alias", map[string]string{"order_alias_source": oneOf("source", "API", "SHOPIFY", "WOOCOMMERCE", "CHECKOUT", "POSTBACK", "CSV")})
}

// OrderLine is one line of an order as it stands now.
type OrderLine struct{ ent.Schema }

func (OrderLine) Mixin() []ent.Mixin { return baseMixin() }
func (OrderLine) Fields() []ent.Field {
	return []ent.Field{
		key("order_id"), text("external_id", 100), field.Int("position").Immutable(), kind("kind"),
		edit("name", 300), maybe("product_id", 100), words("collections"),
		field.Int("quantity"), currency("currency"), field.Int64("net_minor"),
		field.Int("refunded_quantity").Default(0), field.Int64("refunded_net_minor").Default(0),
	}
}
func (OrderLine) Edges() []ent.Edge { return []ent.Edge{to("order", Order.Type, "order_id")} }
func (OrderLine) Indexes() []ent.Index {
	return []ent.Index{only("order_line_key", "order_id", "external_id")}
}
func (OrderLine) Annotations() []schema.Annotation {
	return table("order_line", map[string]string{
		"order_line_kind":    oneOf("kind", "PRODUCT", "GIFT_CARD", "SHIPPING", "TIP", "OTHER"),
		"order_line_amounts": "quantity >= 0 AND net_minor >= 0 AND refunded_quantity >= 0 AND refunded_net_minor >= 0",
	})
}

// Refund gives money of an order back to the customer.
type Refund struct{ ent.Schema }

func (Refund) Mixin() []ent.Mixin { return baseMixin() }
func (Refund) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("order_id"), text("external_id", 100), currency("currency"),
		minor("amount_minor"),                       // to the customer, with tax and shipping
		minor("net_minor"),                          // of what earned
		field.Int64("unconfirmed_minor").Default(0), // of the amount, what another than the shop told and the shop has not told yet
		raw("lines"), text("reason", 500), at("refunded_at"),
	}
}
func (Refund) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("order", Order.Type, "order_id")}
}
func (Refund) Indexes() []ent.Index {
	return []ent.Index{only("refund_external_key", "order_id", "external_id")}
}
func (Refund) Annotations() []schema.Annotation {
	return table("refund", map[string]string{"refund_amounts": "amount_minor >= 0 AND net_minor >= 0"})
}

// Chargeback is a payment of an order that the customer's bank asks back.
type Chargeback struct{ ent.Schema }

func (Chargeback) Mixin() []ent.Mixin { return baseMixin() }
func (Chargeback) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("order_id"), text("external_id", 100), currency("currency"),
		minor("amount_minor"), // what the bank asks for
		status("stage"), edit("reason", 500), at("opened_at"), maybeAt("decided_at"),
	}
}
func (Chargeback) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("order", Order.Type, "order_id")}
}
func (Chargeback) Indexes() []ent.Index {
	return []ent.Index{only("chargeback_external_key", "order_id", "external_id")}
}
func (Chargeback) Annotations() []schema.Annotation {
	return table("chargeback", map[string]string{"chargeback_amount": "amount_minor >= 0", "chargeback_stage": oneOf("stage", "OPENED", "LOST", "WON")})
}

// AttributionDecision is one immutable version of who earns an order's credit and why.
type AttributionDecision struct{ ent.Schema }

func (AttributionDecision) Mixin() []ent.Mixin { return baseMixin() }
func (AttributionDecision) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("order_id"), field.Int("version").Immutable(),
		key("policy_id"), field.Int("policy_version").Immutable(), kind("model"),
		kind("verdict"), kind("cause"), text("rule", 300),
		raw("touches"), raw("credits"),
	}
}
func (AttributionDecision) Edges() []ent.Edge {
	return []ent.Edge{to("order", Order.Type, "order_id"), to("policy", AttributionPolicy.Type, "policy_id")}
}
func (AttributionDecision) Indexes() []ent.Index {
	return []ent.Index{only("attribution_decision_version_key", "order_id", "version")}
}
func (AttributionDecision) Annotations() []schema.Annotation {
	return table("attribution_decision", map[string]string{
		"attribution_decision_verdict": oneOf("verdict", "CREDITED", "NO_CREDIT", "NEEDS_PERSON"),
		"attribution_decision_cause":   oneOf("cause", "FIRST", "LATE_CLICK", "LATE_SURVEY", "ORDER_EDIT", "HOLD_REJECTED", "CLAIM", "REASSIGNED"),
	})
}

// OrderImport is a file of orders that is checked and then recorded. Its parts and problems are in tables of their own.
type OrderImport struct{ ent.Schema }

func (OrderImport) Mixin() []ent.Mixin { return baseMixin() }
func (OrderImport) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), text("file_name", 200), text("store", 253), maybe("format", 40), // known once the file was read
		status("status", "UPLOADING"),
		field.Int("parts").Default(0), field.Int("bytes").Default(0),
		field.Int("orders_total").Default(0), // known once the file was read
		field.Int("orders_done").Default(0),  // of those that the check found; where a run goes on
		field.Int("orders_new").Default(0), field.Int("orders_known").Default(0), field.Int("orders_refused").Default(0),
		field.Int("refunds").Default(0), field.Int("problems").Default(0),
		field.String("failure").Default(""), maybeAt("finished_at"), maybeKey("created_by"),
	}
}
func (OrderImport) Edges() []ent.Edge { return []ent.Edge{to("brand", Brand.Type, "brand_id")} }
func (OrderImport) Indexes() []ent.Index {
	return []ent.Index{look("order_import_of_brand", "brand_id", "created_at", "id")}
}
func (OrderImport) Annotations() []schema.Annotation {
	return table("order_import", map[string]string{
		"order_import_format": oneOf("format", "TRIBUTARY", "SHOPIFY", "WOOCOMMERCE"),
		"order_import_status": oneOf("status", "UPLOADING", "CHECKING", "CHECKED", "RUNNING", "DONE", "FAILED"),
	})
}

// CustomerBinding ties a customer to the partnership that brought their first order, where its terms promise commission on later ones.
type CustomerBinding struct{ ent.Schema }

func (CustomerBinding) Mixin() []ent.Mixin { return baseMixin() }
func (CustomerBinding) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), field.UUID("program_id", uuid.UUID{}), field.UUID("partnership_id", uuid.UUID{}), field.UUID("creator_id", uuid.UUID{}),
		key("order_id"), // the first order
		field.UUID("offer_version_id", uuid.UUID{}),        // what promised it
		text("store", 253),                                 // where the customer's id is known
		field.Bytes("customer_hash").Optional().Nillable(), // as in order
		maybe("customer_external_id", 100),
		at("made_at"), maybeAt("ends_at"), // of the promised time; absent = as long as the customer buys
		field.Bool("kept_after_retirement"),
		maybeAt("ended_at"), maybe("end_reason", 40), moving("updated_at"),
	}
}
func (CustomerBinding) Edges() []ent.Edge {
	return []ent.Edge{
		to("brand", Brand.Type, "brand_id"), moves("program", Program.Type, "program_id"), moves("partnership", Partnership.Type, "partnership_id"),
		moves("creator", Creator.Type, "creator_id"), to("order", Order.Type, "order_id"), moves("offer_version", OfferVersion.Type, "offer_version_id"),
	}
}
func (CustomerBinding) Indexes() []ent.Index {
	return []ent.Index{
		only("customer_binding_order_key", "order_id"),
		look("customer_binding_of_brand", "brand_id", "created_at", "id"),
		lookWhere("customer_binding_of_customer", "customer_hash IS NOT NULL", "brand_id", "customer_hash", "made_at"),
		lookWhere("customer_binding_of_shop_customer", "customer_external_id IS NOT NULL", "brand_id", "store", "customer_external_id"),
		// One at a time for a customer.
		onlyWhere("customer_binding_customer_key", "ended_at IS NULL AND customer_hash IS NOT NULL", "brand_id", "customer_hash"),
		onlyWhere("customer_binding_shop_customer_key", "ended_at IS NULL AND customer_external_id IS NOT NULL", "brand_id", "store", "customer_external_id"),
	}
}
func (CustomerBinding) Annotations() []schema.Annotation {
	return table("customer_binding", map[string]string{
		"customer_binding_customer":   "customer_hash IS NOT NULL OR customer_external_id IS NOT NULL",
		"customer_binding_end_reason": "end_reason IS NULL OR end_reason IN ('REFUNDED','REASSIGNED')",
		"customer_binding_end":        "(ended_at IS NULL) = (end_reason IS NULL)",
	})
}
