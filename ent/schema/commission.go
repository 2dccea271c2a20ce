package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Commission is what a creator earns of one order (or by a bonus, fee or retainer).
type Commission struct{ ent.Schema }

func (Commission) Mixin() []ent.Mixin { return baseMixin() }
func (Commission) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("creator_id"),
		maybeKey("order_id"), maybeKey("decision_id"), maybeKey("offer_version_id"),
		kind("kind"), status("status"), maybe("waiting_reason", 40),
		currency("currency"),        // of the program
		minor("accrued_minor"),      // first posted amount
		field.Int64("amount_minor"), // what it is now, after refunds
		field.Int64("posted_minor"), // what the ledger holds for it: target minus posted is posted next
		field.Int64("base_minor"),   // the share of the order's net that it was computed on
		field.Int64("credit_ppm"),
		raw("trace"),
		field.Bool("borne").Default(false).Immutable(), // given by a person beside what another creator keeps
		at("occurred_at"), moving("hold_until"), maybeAt("approved_at"), maybeAt("paid_at"),
		moving("updated_at"),
	}
}
func (Commission) Edges() []ent.Edge {
	return []ent.Edge{
		to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"),
		to("partnership", Partnership.Type, "partnership_id"), to("creator", Creator.Type, "creator_id"),
		maybeTo("order", Order.Type, "order_id"), maybeTo("decision", AttributionDecision.Type, "decision_id"),
		maybeTo("offer_version", OfferVersion.Type, "offer_version_id"),
	}
}
func (Commission) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("commission_sale_key", "kind = 'SALE' OR kind = 'RECURRING'", "order_id", "partnership_id"),
		look("commission_of_order", "order_id"),
		look("commission_of_creator", "creator_id", "occurred_at", "id"),
		look("commission_of_brand", "brand_id", "occurred_at", "id"),
		look("commission_of_partnership", "partnership_id", "occurred_at"), // tiers and caps
		look("commission_of_program", "program_id", "occurred_at"),         // budgets, lists by program
		lookWhere("commission_due", "status = 'PENDING'", "hold_until", "id"),
	}
}
func (Commission) Annotations() []schema.Annotation {
	return table("commission", map[string]string{
		"commission_kind":   oneOf("kind", "SALE", "RECURRING", "SUPPLEMENT", "BONUS", "FEE", "RETAINER", "SHARE"),
		"commission_status": oneOf("status", "WAITING", "PENDING", "HELD", "APPROVED", "PAID", "REVERSED", "VOID"),
		"commission_amount": "amount_minor >= 0 AND accrued_minor >= 0 AND credit_ppm BETWEEN 0 AND 1000000",
	})
}

// Hold keeps a commission back until a person has decided.
type Hold struct{ ent.Schema }

func (Hold) Mixin() []ent.Mixin { return baseMixin() }
func (Hold) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("commission_id"), maybeKey("order_id"),
		kind("signal"), raw("evidence"), text("reason", 2000),
		status("status", "OPEN"), text("opened_by", 80),
		maybeKey("decided_by"), maybeAt("decided_at"), maybe("decision_reason", 2000),
	}
}
func (Hold) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("commission", Commission.Type, "commission_id"), maybeTo("order", Order.Type, "order_id")}
}
func (Hold) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("hold_open_key", "status = 'OPEN'", "commission_id"),
		look("hold_of_brand", "brand_id", "status", "created_at", "id"),
		look("hold_of_commission", "commission_id"), // what was decided before about the same commission
	}
}
func (Hold) Annotations() []schema.Annotation {
	return table("hold", map[string]string{
		"hold_status": oneOf("status", "OPEN", "RELEASED", "REJECTED"),
		"hold_signal": oneOf("signal", "PERSON", "SELF_REFERRAL", "CODE_LEAK", "CLICK_FLOOD", "CLICK_TO_ORDER_TIME", "SAME_NETWORK", "REFUND_RATE", "CHARGEBACK", "BANNED_SOURCE", "PAUSED_PARTNERSHIP"),
	})
}
