package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Link is a tracked address of a partnership.
type Link struct{ ent.Schema }

func (Link) Mixin() []ent.Mixin { return baseMixin() }
func (Link) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("creator_id"),
		text("code", 64), // folded; unique over the whole deployment
		edit("destination_url", 2000), kind("platform"), edit("label", 120), edit("campaign", 120), maybe("sub_id", 128),
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
	}
}
func (Link) Annotations() []schema.Annotation {
	return table("link", map[string]string{"link_platform": platformCheck})
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
	}
}
func (Code) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"),
		to("partnership", Partnership.Type, "partnership_id"), to("creator", Creator.Type, "creator_id")}
}
func (Code) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("code_live_key", "archived_at IS NULL", "brand_id", "folded"),
		look("code_of_order", "brand_id", "folded"),
		look("code_of_partnership", "partnership_id", "created_at", "id"),
		look("code_of_creator", "creator_id", "created_at", "id"),
	}
}
func (Code) Annotations() []schema.Annotation {
	return table("code", map[string]string{"code_platform": platformCheck, "code_discount": "discount_bp BETWEEN 0 AND 10000"})
}
