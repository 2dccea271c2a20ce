package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Application is a creator's wish to join a program.
type Application struct{ ent.Schema }

func (Application) Mixin() []ent.Mixin { return baseMixin() }
func (Application) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("creator_id"),
		words("answers"), words("platforms"), text("plan", 4000),
		status("status", "SUBMITTED"), maybe("reason", 2000), // the creator reads the reason
		maybeKey("decided_by"), maybeAt("decided_at"),
	}
}
func (Application) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"), to("creator", Creator.Type, "creator_id")}
}
func (Application) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("application_open_key", "status = 'SUBMITTED' OR status = 'WAITLISTED'", "program_id", "creator_id"),
		look("application_of_brand", "brand_id", "status", "created_at", "id"),
		look("application_of_creator", "creator_id", "created_at", "id"),
	}
}
func (Application) Annotations() []schema.Annotation {
	return table("application", map[string]string{"application_status": oneOf("status", "SUBMITTED", "APPROVED", "DECLINED", "WAITLISTED", "WITHDRAWN")})
}

// Partnership is a creator in a program.
type Partnership struct{ ent.Schema }

func (Partnership) Mixin() []ent.Mixin { return baseMixin() }
func (Partnership) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("creator_id"), maybeKey("application_id"),
		status("status"), edit("stage", 40),
		maybe("pause_kind", 40), maybe("status_reason", 2000),
		field.Int("accepted_terms_version").Default(0), // 0 = none yet
		maybeAt("terms_accepted_at"), maybeAt("activated_at"), maybeAt("retire_at"),
		moving("status_since"),
		moreWords("aliases"), // what the brand's customers call the creator
	}
}
func (Partnership) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"), to("creator", Creator.Type, "creator_id"),
		maybeTo("application", Application.Type, "application_id")}
}
func (Partnership) Indexes() []ent.Index {
	return []ent.Index{
		only("partnership_key", "program_id", "creator_id"),
		look("partnership_of_brand", "brand_id", "created_at", "id"),
		look("partnership_of_program", "program_id", "created_at", "id"),
		look("partnership_of_creator", "creator_id", "created_at", "id"),
		lookWhere("partnership_retiring", "status = 'RETIRING'", "retire_at"),          // the hourly job
		lookWhere("partnership_awaiting", "status = 'AWAITING_TERMS'", "status_since"), // the hourly job
	}
}
func (Partnership) Annotations() []schema.Annotation {
	return table("partnership", map[string]string{
		"partnership_status": oneOf("status", "INVITED", "AWAITING_TERMS", "ACTIVE", "PAUSED", "RETIRING", "RETIRED", "EXPIRED", "DECLINED"),
		"partnership_stage":  oneOf("stage", "TRIAL", "STANDARD", "AMBASSADOR"),
		"partnership_pause":  "pause_kind IS NULL OR " + oneOf("pause_kind", "BRAND", "COMPLIANCE", "TERMS", "FRAUD"),
	})
}

// PartnershipMove is one change of a partnership's status; a touch is judged by the status at its time.
type PartnershipMove struct{ ent.Schema }

func (PartnershipMove) Mixin() []ent.Mixin { return baseMixin() }
func (PartnershipMove) Fields() []ent.Field {
	return []ent.Field{
		key("partnership_id"), kind("from_status"), kind("to_status"), text("pause_kind", 40),
		text("reason", 2000), text("actor", 80), at("moved_at"),
	}
}
func (PartnershipMove) Edges() []ent.Edge {
	return []ent.Edge{to("partnership", Partnership.Type, "partnership_id")}
}
func (PartnershipMove) Indexes() []ent.Index {
	return []ent.Index{look("partnership_move_of_partnership", "partnership_id", "moved_at")}
}
func (PartnershipMove) Annotations() []schema.Annotation { return table("partnership_move", nil) }
