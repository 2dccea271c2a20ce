package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Post is content that a creator published for a program.
type Post struct{ ent.Schema }

func (Post) Mixin() []ent.Mixin { return baseMixin() }
func (Post) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("creator_id"), maybeKey("link_id"),
		kind("platform"), text("url", 2000), edit("title", 200), at("published_at"),
		field.Bool("disclosed").Default(false), // the creator says that the post carries the disclosure
	}
}
func (Post) Edges() []ent.Edge {
	return []ent.Edge{to("partnership", Partnership.Type, "partnership_id"), maybeTo("link", Link.Type, "link_id")}
}
func (Post) Indexes() []ent.Index {
	return []ent.Index{only("post_url_key", "partnership_id", "url"), look("post_of_brand", "brand_id", "published_at", "id"),
		look("post_of_creator", "creator_id", "published_at", "id")}
}
func (Post) Annotations() []schema.Annotation {
	return table("post", map[string]string{"post_platform": platformCheck})
}

// Review looks at a partnership's figures and recommends what to do; a person decides.
type Review struct{ ent.Schema }

func (Review) Mixin() []ent.Mixin { return baseMixin() }
func (Review) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("creator_id"),
		at("from_at"), at("to_at"), raw("figures"), kind("recommendation"), words("reasons"),
		status("status", "DUE"), maybe("decision", 40), maybe("decision_words", 2000), maybeKey("decided_by"), maybeAt("decided_at"),
		maybe("answer", 2000), maybeAt("answered_at"),
	}
}
func (Review) Edges() []ent.Edge {
	return []ent.Edge{to("partnership", Partnership.Type, "partnership_id")}
}
func (Review) Indexes() []ent.Index {
	return []ent.Index{only("review_period_key", "partnership_id", "from_at"), look("review_of_brand", "brand_id", "created_at", "id"),
		look("review_of_creator", "creator_id", "created_at", "id")}
}
func (Review) Annotations() []schema.Annotation {
	return table("review", map[string]string{
		"review_status":         oneOf("status", "DUE", "DECIDED", "ANSWERED"),
		"review_recommendation": oneOf("recommendation", "PROMOTE", "KEEP", "COACH", "RETIRE"),
		"review_decision":       "decision IS NULL OR " + oneOf("decision", "PROMOTE", "KEEP", "COACH", "RETIRE"),
	})
}

// Experiment compares arms of an offer, platform or format over partnerships.
type Experiment struct{ ent.Schema }

func (Experiment) Mixin() []ent.Mixin { return baseMixin() }
func (Experiment) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), text("name", 120), text("hypothesis", 1000), kind("dimension"),
		raw("arms"), status("status", "RUNNING"), maybeAt("stopped_at"),
	}
}
func (Experiment) Edges() []ent.Edge { return []ent.Edge{to("program", Program.Type, "program_id")} }
func (Experiment) Indexes() []ent.Index {
	return []ent.Index{look("experiment_of_brand", "brand_id", "created_at", "id")}
}
func (Experiment) Annotations() []schema.Annotation {
	return table("experiment", map[string]string{
		"experiment_status":    oneOf("status", "RUNNING", "STOPPED"),
		"experiment_dimension": oneOf("dimension", "OFFER", "PLATFORM", "FORMAT"),
	})
}
