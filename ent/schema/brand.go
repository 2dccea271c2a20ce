package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Brand is a tenant.
type Brand struct{ ent.Schema }

func (Brand) Mixin() []ent.Mixin { return baseMixin() }
func (Brand) Fields() []ent.Field {
	return []ent.Field{
		text("slug", 60),
		edit("name", 120),
		edit("website_url", 2000),
		maybe("fallback_url", 2000), // where unknown and archived links of the brand lead
		edit("country", 2),
		currency("currency"), // of new programs
		maybe("support_email", 254),
		status("status", "ACTIVE"),
		field.Bool("invoiced").Default(false),         // may draw the operator's credit when funds are short
		field.Int64("credit_limit_minor").Default(0),  // in the brand's currency
		field.Int64("second_person_minor").Default(0), // adjustments above this need a second person
		field.Int32("recoup_cap_bp").Default(10000),   // how much of a payout may settle a debt
		field.Int("clawback_limit_days").Default(180), // later refunds are the brand's
		field.Int("claim_answer_hours").Default(72),   // promised time of an answer to a claim
		field.Bool("demo").Default(false).Immutable(),
	}
}
func (Brand) Indexes() []ent.Index { return []ent.Index{only("brand_slug_key", "slug")} }
func (Brand) Annotations() []schema.Annotation {
	return table("brand", map[string]string{"brand_status": oneOf("status", "ACTIVE", "SUSPENDED")})
}

// BrandDomain is a host that links may lead to once the brand has shown that it owns it.
type BrandDomain struct{ ent.Schema }

func (BrandDomain) Mixin() []ent.Mixin { return baseMixin() }
func (BrandDomain) Fields() []ent.Field {
	return []ent.Field{key("brand_id"), text("host", 253), text("token", 80), maybeAt("verified_at"),
		field.Bool("tracking").Default(false)} // whether it points to this server and links are shared under it
}
func (BrandDomain) Edges() []ent.Edge { return []ent.Edge{to("brand", Brand.Type, "brand_id")} }
func (BrandDomain) Indexes() []ent.Index {
	return []ent.Index{only("brand_domain_host_key", "brand_id", "host"),
		onlyWhere("brand_domain_tracking_key", "tracking", "brand_id"),  // the host of a brand's links
		onlyWhere("brand_domain_tracking_host_key", "tracking", "host")} // the brand of a host, for requests
}
func (BrandDomain) Annotations() []schema.Annotation {
	return table("brand_domain", map[string]string{"brand_domain_tracking": "NOT tracking OR verified_at IS NOT NULL"})
}

// Integration is a shop or service of a brand that sends signed bodies.
type Integration struct{ ent.Schema }

func (Integration) Mixin() []ent.Mixin { return baseMixin() }
func (Integration) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), kind("kind"),
		text("store", 253), // the shop's own domain or name; orders are unique by brand, store and external id
		field.Bytes("secret_sealed").Sensitive(),
		field.Bytes("previous_secret_sealed").Optional().Nillable().Sensitive(), // counts too until previous_secret_until, after a rotation
		maybeAt("previous_secret_until"),
		status("status", "ACTIVE"),
		maybeAt("last_delivery_at"),
		maybeAt("disconnected_at"),
	}
}
func (Integration) Edges() []ent.Edge { return []ent.Edge{to("brand", Brand.Type, "brand_id")} }
func (Integration) Indexes() []ent.Index {
	return []ent.Index{onlyWhere("integration_store_key", "status = 'ACTIVE'", "brand_id", "kind", "store")}
}
func (Integration) Annotations() []schema.Annotation {
	return table("integration", map[string]string{
		"integration_kind":   oneOf("kind", "SHOPIFY", "WOOCOMMERCE", "CHECKOUT", "POSTBACK"),
		"integration_status": oneOf("status", "ACTIVE", "DISCONNECTED"),
	})
}

// AttributionPolicy is one version of how a brand divides the credit of a sale.
type AttributionPolicy struct{ ent.Schema }

func (AttributionPolicy) Mixin() []ent.Mixin { return baseMixin() }
func (AttributionPolicy) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), field.Int("version").Immutable(),
		kind("model"),
		words("precedence"),
		field.Int("half_life_days").Immutable(),           // of TIME_DECAY
		field.Int64("minimum_confidence_ppm").Immutable(), // survey and modelled touches below it do not pay
		field.Bool("survey_pays").Immutable(), field.Bool("modelled_pays").Default(false).Immutable(),
		at("effective_at"), maybeKey("published_by"),
		text("note", 2000),
	}
}
func (AttributionPolicy) Edges() []ent.Edge { return []ent.Edge{to("brand", Brand.Type, "brand_id")} }
func (AttributionPolicy) Indexes() []ent.Index {
	return []ent.Index{only("attribution_policy_version_key", "brand_id", "version")}
}
func (AttributionPolicy) Annotations() []schema.Annotation {
	return table("attribution_policy", map[string]string{
		"attribution_policy_model": oneOf("model", "LAST_TOUCH", "FIRST_TOUCH", "LINEAR", "POSITION_BASED", "TIME_DECAY")})
}

// PolicyReplay is a draft of a policy that is tried on stored orders. What it finds for each creator stands in policy_replay_row.
type PolicyReplay struct{ ent.Schema }

func (PolicyReplay) Mixin() []ent.Mixin { return baseMixin() }
func (PolicyReplay) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), maybeKey("requested_by"),
		// the draft
		kind("model"), words("precedence"), field.Int("half_life_days").Immutable(), field.Int64("minimum_confidence_ppm").Immutable(),
		field.Bool("survey_pays").Immutable(), field.Bool("modelled_pays").Default(false).Immutable(),
		field.Int("window_days").Optional().Nillable().Immutable(), // of every program; absent = its own
		words("touch_kinds"),       // that every program pays for; none = its own
		at("from_at"), at("to_at"), // of orders; the end does not belong to it
		// how far it has come
		status("status", "RUNNING"), field.Int("total").Immutable(), field.Int("done").Default(0), field.Int("changed").Default(0), field.Int("kept").Default(0),
		maybeAt("cursor_at"), maybeKey("cursor_id"), // the last order that was looked at
		field.Int("failures").Default(0), // in a row
		maybe("failure", 300), maybeAt("finished_at"), moving("updated_at"),
	}
}
func (PolicyReplay) Edges() []ent.Edge { return []ent.Edge{to("brand", Brand.Type, "brand_id")} }
func (PolicyReplay) Indexes() []ent.Index {
	return []ent.Index{
		look("policy_replay_of_brand", "brand_id", "created_at", "id"),
		onlyWhere("policy_replay_running_key", "status = 'RUNNING'", "brand_id"), // one at a time
	}
}
func (PolicyReplay) Annotations() []schema.Annotation {
	return table("policy_replay", map[string]string{
		"policy_replay_model":  oneOf("model", "LAST_TOUCH", "FIRST_TOUCH", "LINEAR", "POSITION_BASED", "TIME_DECAY"),
		"policy_replay_status": oneOf("status", "RUNNING", "DONE", "STOPPED", "FAILED"),
	})
}
