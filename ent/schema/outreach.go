package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

const stages = "'IDENTIFIED','CONTACTED','REPLIED','NEGOTIATING','AGREED','ONBOARDED','DECLINED','UNRESPONSIVE'"

// Prospect is a creator in a program's outreach pipeline.
type Prospect struct{ ent.Schema }

func (Prospect) Mixin() []ent.Mixin { return baseMixin() }
func (Prospect) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), maybeKey("creator_id"), maybeKey("partnership_id"), maybeKey("owner_user_id"),
		edit("name", 120), kind("platform"), text("handle", 100), maybe("email", 254), maybe("profile_url", 2000),
		field.Int64("followers").Default(0), edit("source", 200), words("niches"), words("tags"),
		status("stage", "IDENTIFIED"), moving("stage_since"), maybe("next_step", 300), maybeAt("due_at"),
		field.Int("fit_score").Default(0), // 0 to 100
		words("vetting"), moving("updated_at"),
	}
}
func (Prospect) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"),
		maybeTo("creator", Creator.Type, "creator_id"), maybeTo("partnership", Partnership.Type, "partnership_id"),
		maybeTo("owner", User.Type, "owner_user_id")}
}
func (Prospect) Indexes() []ent.Index {
	return []ent.Index{
		only("prospect_handle_key", "program_id", "platform", "handle"),
		look("prospect_board", "program_id", "stage", "stage_since", "id"),
		look("prospect_of_brand", "brand_id", "created_at", "id"),
	}
}
func (Prospect) Annotations() []schema.Annotation {
	return table("prospect", map[string]string{"prospect_stage": "stage IN (" + stages + ")", "prospect_platform": platformCheck})
}

// ProspectEvent is a move, note, or edit in the story of a prospect.
type ProspectEvent struct{ ent.Schema }

func (ProspectEvent) Mixin() []ent.Mixin { return baseMixin() }
func (ProspectEvent) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("prospect_id"), kind("kind"),
		text("from_stage", 40), text("to_stage", 40), text("body", 5000),
		field.UUID("user_id", nilUUID).Optional().Nillable().Immutable(),
		field.Int64("seconds_in_stage").Default(0).Immutable(), // of a MOVE: time spent in the stage it left
	}
}
func (ProspectEvent) Edges() []ent.Edge {
	return []ent.Edge{to("prospect", Prospect.Type, "prospect_id"), maybeImmutableTo("user", User.Type, "user_id")}
}
func (ProspectEvent) Indexes() []ent.Index {
	return []ent.Index{
		look("prospect_event_of_prospect", "prospect_id", "created_at", "id"),
		lookWhere("prospect_event_moves", "kind = 'MOVE'", "program_id", "from_stage", "created_at"),
	}
}
func (ProspectEvent) Annotations() []schema.Annotation {
	return table("prospect_event", map[string]string{"prospect_event_kind": oneOf("kind", "CREATED", "MOVE", "NOTE")})
}
