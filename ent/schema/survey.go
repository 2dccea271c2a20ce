package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// SurveyAnswer is what a customer answered when asked who sent them: one an order.
type SurveyAnswer struct{ ent.Schema }

func (SurveyAnswer) Mixin() []ent.Mixin { return baseMixin() }
func (SurveyAnswer) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("order_id"),
		text("answer", 300), at("answered_at"), kind("source"),
		status("status"),
		maybeKey("program_id"), maybeKey("partnership_id"), maybeKey("creator_id"), // who is meant: the surest, or whom a person named
		field.Int64("confidence_ppm"), // of the surest
		raw("candidates"),             // everybody who may be meant
		maybeKey("decided_by"), maybeAt("decided_at"),
	}
}
func (SurveyAnswer) Edges() []ent.Edge {
	return []ent.Edge{
		to("brand", Brand.Type, "brand_id"), to("order", Order.Type, "order_id"), maybeTo("program", Program.Type, "program_id"),
		maybeTo("partnership", Partnership.Type, "partnership_id"), maybeTo("creator", Creator.Type, "creator_id"),
	}
}
func (SurveyAnswer) Indexes() []ent.Index {
	return []ent.Index{
		only("survey_answer_order_key", "order_id"),
		look("survey_answer_of_brand", "brand_id", "status", "created_at", "id"),
		lookWhere("survey_answer_of_creator", "creator_id IS NOT NULL", "brand_id", "creator_id", "answered_at"), // reported credit
	}
}
func (SurveyAnswer) Annotations() []schema.Annotation {
	return table("survey_answer", map[string]string{
		"survey_answer_status":     oneOf("status", "UNCLEAR", "MATCHED", "CONFIRMED", "NOBODY"),
		"survey_answer_source":     oneOf("source", "PAGE", "API"),
		"survey_answer_confidence": "confidence_ppm BETWEEN 0 AND 1000000",
	})
}
