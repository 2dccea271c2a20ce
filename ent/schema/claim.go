package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Claim is a creator's word that a sale is missing, and what the brand says to it.
type Claim struct{ ent.Schema }

func (Claim) Mixin() []ent.Mixin { return baseMixin() }
func (Claim) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("creator_id"),
		text("order_number", 100),               // as the creator wrote it; empty when only day and amount are known
		text("reference", 150),                  // folded number, or day and amount: what may be open once
		text("placed_on", 10),                   // day, like 2026-11-29; empty when only the number is known
		field.Int64("amount_minor").Immutable(), // 0 when only the number is known
		text("currency", 3),                     // of the amount; empty without one
		text("evidence", 2000),
		field.String("evidence_url").MaxLen(2000).Immutable(),
		maybeKey("order_id"),                     // the order that it is about, once known
		field.Bool("order_known").Default(false), // whether the creator may know that it is this order: a touch in it is the creator's
		text("finding", 4000),                    // what could be said at once; the creator reads it
		status("status", "OPEN"),
		moving("answer_due_at"),
		maybe("answer", 2000), maybeAt("answered_at"), maybeKey("answered_by"),
		maybe("reopen_reason", 2000), maybeAt("reopened_at"),
		maybeAt("closed_at"),
	}
}
func (Claim) Edges() []ent.Edge {
	return []ent.Edge{
		to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"),
		to("partnership", Partnership.Type, "partnership_id"), to("creator", Creator.Type, "creator_id"), maybeTo("order", Order.Type, "order_id"),
	}
}
func (Claim) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("claim_open_key", "status = 'OPEN'", "partnership_id", "reference"),
		look("claim_of_brand", "brand_id", "status", "created_at", "id"),
		look("claim_of_creator", "creator_id", "created_at", "id"),
	}
}
func (Claim) Annotations() []schema.Annotation {
	return table("claim", map[string]string{"claim_status": oneOf("status", "OPEN", "ANSWERED", "ACCEPTED", "CLOSED")})
}
