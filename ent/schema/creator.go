package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

var nilUUID = uuid.UUID{}

const platformCheck = "platform IN ('INSTAGRAM','TIKTOK','YOUTUBE','TWITCH','PINTEREST','X','FACEBOOK','SNAPCHAT','BLOG','NEWSLETTER','PODCAST','OTHER')"

// Creator is the public profile of a person who promotes.
type Creator struct{ ent.Schema }

func (Creator) Mixin() []ent.Mixin { return baseMixin() }
func (Creator) Fields() []ent.Field {
	return []ent.Field{
		key("user_id"), edit("handle", 40), edit("name", 120), edit("bio", 2000), edit("country", 2),
		words("languages"), words("niches"), moreWords("aliases"), maybe("website_url", 2000), moving("updated_at"),
	}
}
func (Creator) Edges() []ent.Edge { return []ent.Edge{to("user", User.Type, "user_id")} }
func (Creator) Indexes() []ent.Index {
	return []ent.Index{only("creator_user_key", "user_id"), only("creator_handle_key", "handle"), look("creator_by_age", "created_at", "id")}
}
func (Creator) Annotations() []schema.Annotation { return table("creator", nil) }

// SocialAccount is an account of a creator on a platform.
type SocialAccount struct{ ent.Schema }

func (SocialAccount) Mixin() []ent.Mixin { return baseMixin() }
func (SocialAccount) Fields() []ent.Field {
	return []ent.Field{
		key("creator_id"), kind("platform"), text("handle", 100), edit("url", 2000),
		field.Int64("followers").Default(0), field.Int32("engagement_bp").Default(0), field.Int64("average_views").Default(0),
		text("verification_code", 40), maybeAt("verified_at"), maybeAt("removed_at"),
	}
}
func (SocialAccount) Edges() []ent.Edge { return []ent.Edge{to("creator", Creator.Type, "creator_id")} }
func (SocialAccount) Indexes() []ent.Index {
	return []ent.Index{onlyWhere("social_account_key", "removed_at IS NULL", "creator_id", "platform", "handle"),
		lookWhere("social_account_of_handle", "removed_at IS NULL", "platform", "handle")}
}
func (SocialAccount) Annotations() []schema.Annotation {
	return table("social_account", map[string]string{"social_account_platform": platformCheck})
}
