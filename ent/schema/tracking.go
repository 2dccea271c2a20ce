package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// Link is a tracked address of a partnership.
type Link struct{ ent.Schema }

func (Link) Mixin() []ent.Mixin { return baseMixin() }
func (Link) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("creator_id"),
		text("code", 64), // folded; unique over the whole deployment
		field.String("looks_like").MaxLen(64).Optional().Nillable().Immutable(), // the code with letters that are read alike made one
		edit("destination_url", 2000), kind("platform"), edit("label", 120), edit("campaign", 120), maybe("sub_id", 128),
		maybe("fallback_url", 2000),  // where it leads while it is out of stock or archived
		maybeAt("out_of_stock_at"),   // since when the product cannot be bought
		status("health", "UNKNOWN"),  // what the last look at the destination found
		maybeAt("health_checked_at"), // when that was
		field.String("health_detail").MaxLen(bytesPerCharacter * 500).Default(""), // in words
		maybeAt("health_due_at"), // when it is looked at next; null for archived links
		field.Bool("vanity").Default(false).Immutable(), maybeAt("archived_at"), moving("updated_at"),
	}
}
func (Link) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"),
		to("partnership", Partnership.Type, "partnership_id"), to("creator", Creator.Type, "creator_id")}
}
func (Link) Indexes() []ent.Index {
	return []ent.Index{
		only("link_code_key", "code"),
		look("link_of_partnership", "partnership_id", "created_at", "id"),
		look("link_of_brand", "brand_id", "created_at", "id"),
		look("link_of_creator", "creator_id", "created_at", "id"),
		look("link_changed", "updated_at", "id"),
		only("link_looks_like_key", "looks_like"),
		lookWhere("link_health_due", "health_due_at IS NOT NULL", "health_due_at"), // the job that looks at destinations
	}
}
func (Link) Annotations() []schema.Annotation {
	return table("link", map[string]string{"link_platform": platformCheck,
		"link_health": oneOf("health", "UNKNOWN", "OK", "FAILING", "PARAMETERS_LOST")})
}

// Code is a discount code of a partnership.
type Code struct{ ent.Schema }

func (Code) Mixin() []ent.Mixin { return baseMixin() }
func (Code) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("creator_id"),
		text("code", 64),   // as shown
		text("folded", 64), // NFKC, case-folded, trimmed; what orders are compared with
		field.Int32("discount_bp").Default(0), kind("platform"),
		at("starts_at"), maybeAt("ends_at"), maybeAt("archived_at"),
		field.UUID("rotated_from_id", nilUUID).Optional().Nillable().Immutable(), // the code that this one took the place of
	}
}
func (Code) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"),
		to("partnership", Partnership.Type, "partnership_id"), to("creator", Creator.Type, "creator_id"),
		// From an inverse edge, because one without is taken for a bond of both rows.
		edge.To("rotations", Code.Type).Annotations(entsql.OnDelete(entsql.Restrict)).From("rotated_from").Unique().Immutable().Field("rotated_from_id")}
}
func (Code) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("code_live_key", "archived_at IS NULL", "brand_id", "folded"),
		onlyWhere("code_rotated_key", "rotated_from_id IS NOT NULL", "rotated_from_id"), // a code is rotated once
		look("code_of_order", "brand_id", "folded"),
		look("code_of_partnership", "partnership_id", "created_at", "id"),
		look("code_of_creator", "creator_id", "created_at", "id"),
	}
}
func (Code) Annotations() []schema.Annotation {
	return table("code", map[string]string{"code_platform": platformCheck, "code_discount": "discount_bp BETWEEN 0 AND 10000"})
}
