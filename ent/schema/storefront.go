package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// ShopAccess is what a brand gave so that codes and webhooks can be made in its shop. It goes when the shop is disconnected.
type ShopAccess struct{ ent.Schema }

func (ShopAccess) Mixin() []ent.Mixin { return baseMixin() }
func (ShopAccess) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("integration_id"),
		field.Bytes("credentials_sealed").Sensitive(),
		field.Int64("revision").Default(1), // of the credentials, so that what was found with former ones is not kept
		status("state", "CHECKING"),
		edit("reason", 500),              // what went wrong, in words; empty while nothing did
		words("webhook_topics"),          // what the shop tells us of
		maybe("webhook_ref", 200),        // the shop's id of the webhook whose secret is in use, where the shop chooses the secret
		maybeAt("checked_at"),            // when the shop last took the credentials, or refused them
		field.Int("attempts").Default(0), // in a row to which the shop gave no answer
		moving("updated_at"),
	}
}
func (ShopAccess) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("integration", Integration.Type, "integration_id")}
}
func (ShopAccess) Indexes() []ent.Index {
	return []ent.Index{
		only("shop_access_integration_key", "integration_id"),
		look("shop_access_of_brand", "brand_id"), // whether a code has a shop to be made in
	}
}
func (ShopAccess) Annotations() []schema.Annotation {
	return table("shop_access", map[string]string{"shop_access_state": oneOf("state", "CHECKING", "ACTIVE", "FAILED")})
}

// ShopCode is a discount code as it stands in one of its brand's shops.
type ShopCode struct{ ent.Schema }

func (ShopCode) Mixin() []ent.Mixin { return baseMixin() }
func (ShopCode) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("code_id"), key("integration_id"),
		status("state", "CREATING"),
		edit("reason", 500),                // what went wrong, in words; empty while nothing did
		maybe("external_id", 200),          // the shop's id of the code; orders of Stripe Checkout name it
		field.Int64("revision").Default(1), // goes up with each change that the shop has to hear of
		field.Int("attempts").Default(0),   // in a row to which the shop gave no answer
		moving("updated_at"),
	}
}
func (ShopCode) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("integration", Integration.Type, "integration_id"),
		to("code", Code.Type, "code_id")}
}
func (ShopCode) Indexes() []ent.Index {
	return []ent.Index{
		only("shop_code_key", "code_id", "integration_id"),
		look("shop_code_of_integration", "integration_id", "code_id"),
		lookWhere("shop_code_named", "external_id IS NOT NULL", "integration_id", "external_id"), // the code that an order names by the shop's id
	}
}
func (ShopCode) Annotations() []schema.Annotation {
	return table("shop_code", map[string]string{"shop_code_state": oneOf("state", "NOT_CONNECTED", "CREATING", "ACTIVE", "DISABLED", "FAILED")})
}

// SelfCheck is a brand's walk of one test order through its shop, from a link that was made for it.
type SelfCheck struct{ ent.Schema }

func (SelfCheck) Mixin() []ent.Mixin { return baseMixin() }
func (SelfCheck) Fields() []ent.Field {
	return []ent.Field{key("brand_id"), key("integration_id"), key("link_id"), maybeKey("started_by"), maybeAt("ended_at")}
}
func (SelfCheck) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("integration", Integration.Type, "integration_id"), to("link", Link.Type, "link_id")}
}
func (SelfCheck) Indexes() []ent.Index {
	return []ent.Index{look("self_check_of_integration", "integration_id", "created_at", "id")}
}
func (SelfCheck) Annotations() []schema.Annotation { return table("self_check", nil) }
