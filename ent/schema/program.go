package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Program is what creators join.
type Program struct{ ent.Schema }

func (Program) Mixin() []ent.Mixin { return baseMixin() }
func (Program) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"),
		text("slug", 60),
		edit("name", 120), edit("summary", 300), edit("description", 10000),
		edit("goal", 40), currency("currency"),
		edit("default_destination_url", 2000),
		field.Int("click_window_days"), field.Int("hold_days"), field.Int64("minimum_payout_minor"),
		field.Int("trial_days"), field.Int("reapply_days").Default(30),
		words("touch_kinds"), words("questions"),
		raw("utm_template"),
		field.Bool("auto_approve").Default(false),
		status("status", "DRAFT"), edit("visibility", 40),
		maybeAt("ends_at"),
		field.Bool("demo").Default(false).Immutable(),
	}
}
func (Program) Edges() []ent.Edge { return []ent.Edge{to("brand", Brand.Type, "brand_id")} }
func (Program) Indexes() []ent.Index {
	return []ent.Index{
		only("program_slug_key", "slug"),
		look("program_of_brand", "brand_id", "created_at", "id"),
		lookWhere("program_public", "status = 'ACTIVE' AND visibility = 'PUBLIC'", "created_at", "id"),
	}
}
func (Program) Annotations() []schema.Annotation {
	return table("program", map[string]string{
		"program_status":     oneOf("status", "DRAFT", "ACTIVE", "PAUSED", "CLOSED"),
		"program_visibility": oneOf("visibility", "PUBLIC", "INVITE_ONLY"),
		"program_goal":       oneOf("goal", "REVENUE", "CONTENT", "AWARENESS"),
		"program_limits":     "click_window_days BETWEEN 1 AND 365 AND hold_days BETWEEN 0 AND 365 AND minimum_payout_minor >= 0",
	})
}

// ProgramMove is one change of a program's status, kept so that a touch is judged by the status at its time.
type ProgramMove struct{ ent.Schema }

func (ProgramMove) Mixin() []ent.Mixin { return baseMixin() }
func (ProgramMove) Fields() []ent.Field {
	return []ent.Field{key("program_id"), kind("to_status"), at("moved_at")}
}
func (ProgramMove) Edges() []ent.Edge { return []ent.Edge{to("program", Program.Type, "program_id")} }
func (ProgramMove) Indexes() []ent.Index {
	return []ent.Index{look("program_move_of_program", "program_id", "moved_at")}
}
func (ProgramMove) Annotations() []schema.Annotation { return table("program_move", nil) }

// OfferVersion is one published, immutable version of a program's commission terms, or a partnership's own negotiated one.
type OfferVersion struct{ ent.Schema }

func (OfferVersion) Mixin() []ent.Mixin { return baseMixin() }
func (OfferVersion) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), field.UUID("partnership_id", nilUUID).Optional().Nillable().Immutable(),
		field.Int("version").Immutable(),
		text("name", 120),
		raw("terms"), // commission.Terms
		at("effective_at"), maybeKey("published_by"),
		text("note", 2000),
	}
}
func (OfferVersion) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id")}
}
func (OfferVersion) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("offer_version_program_key", "partnership_id IS NULL", "program_id", "version"),
		onlyWhere("offer_version_partnership_key", "partnership_id IS NOT NULL", "partnership_id", "version"),
	}
}
func (OfferVersion) Annotations() []schema.Annotation { return table("offer_version", nil) }

// TermsVersion is one published version of what a creator agrees to.
type TermsVersion struct{ ent.Schema }

func (TermsVersion) Mixin() []ent.Mixin { return baseMixin() }
func (TermsVersion) Fields() []ent.Field {
	return []ent.Field{
		key("program_id"), field.Int("version").Immutable(),
		text("body", 50000), at("effective_at"), maybeKey("published_by"),
	}
}
func (TermsVersion) Edges() []ent.Edge { return []ent.Edge{to("program", Program.Type, "program_id")} }
func (TermsVersion) Indexes() []ent.Index {
	return []ent.Index{only("terms_version_key", "program_id", "version")}
}
func (TermsVersion) Annotations() []schema.Annotation { return table("terms_version", nil) }

// Resource is something that helps creators: a guideline, product education, an example.
type Resource struct{ ent.Schema }

func (Resource) Mixin() []ent.Mixin { return baseMixin() }
func (Resource) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), edit("kind", 40), edit("title", 200), edit("body", 20000), maybe("url", 2000),
		field.Int("version").Default(1), moving("updated_at"), maybeAt("archived_at"),
	}
}
func (Resource) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id")}
}
func (Resource) Indexes() []ent.Index {
	return []ent.Index{look("resource_of_program", "program_id", "created_at", "id")}
}
func (Resource) Annotations() []schema.Annotation {
	return table("resource", map[string]string{"resource_kind": oneOf("kind", "GUIDELINE", "EDUCATION", "EXAMPLE")})
}
