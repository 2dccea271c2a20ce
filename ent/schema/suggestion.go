package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
)

// AttributionSuggestion is another decision about an order that was found, or that somebody proposed, when its commission could be paid
// already: a person says whether it holds.
type AttributionSuggestion struct{ ent.Schema }

func (AttributionSuggestion) Mixin() []ent.Mixin { return baseMixin() }
func (AttributionSuggestion) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("order_id"),
		maybeKey("program_id"), maybeKey("partnership_id"), maybeKey("creator_id"), // with most credit; none where nobody would earn
		edit("cause", 40), edit("sentence", 2000), moving("updated_at"),
		maybeKey("proposed_by"), maybe("proposal", 2000), // who wants it, and why; none for what evidence suggests
		status("status", "OPEN"), maybeKey("decided_by"), maybeAt("decided_at"), maybe("reason", 2000),
	}
}
func (AttributionSuggestion) Edges() []ent.Edge {
	return []ent.Edge{
		to("brand", Brand.Type, "brand_id"), to("order", Order.Type, "order_id"), maybeTo("program", Program.Type, "program_id"),
		maybeTo("partnership", Partnership.Type, "partnership_id"), maybeTo("creator", Creator.Type, "creator_id"),
	}
}
func (AttributionSuggestion) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("attribution_suggestion_open_key", "status = 'OPEN'", "order_id"),
		look("attribution_suggestion_of_order", "order_id", "created_at"), // what a person dismissed is not suggested again
		look("attribution_suggestion_of_brand", "brand_id", "status", "created_at", "id"),
	}
}
func (AttributionSuggestion) Annotations() []schema.Annotation {
	return table("attribution_suggestion", map[string]string{
		"attribution_suggestion_status":   oneOf("status", "OPEN", "ACCEPTED", "DISMISSED", "OVERTAKEN"),
		"attribution_suggestion_cause":    oneOf("cause", "LATE_CLICK", "LATE_SURVEY", "ORDER_EDIT", "HOLD_REJECTED", "REASSIGNED"),
		"attribution_suggestion_proposal": "(proposed_by IS NULL) = (proposal IS NULL)",
		"attribution_suggestion_whom":     "(partnership_id IS NULL) = (creator_id IS NULL) AND (partnership_id IS NULL) = (program_id IS NULL)",
	})
}
