package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// User is a person who signs in.
type User struct{ ent.Schema }

func (User) Mixin() []ent.Mixin { return baseMixin() }
func (User) Fields() []ent.Field {
	return []ent.Field{
		edit("email", 254), // folded to lower case
		edit("name", 200),
		field.String("password_hash").MaxLen(300).Sensitive(), // argon2id, PHC string
		status("status", "ACTIVE"),
		field.Bool("admin").Default(false), // operator; no money rights
		maybeAt("email_verified_at"),
		field.Bytes("totp_secret_sealed").Optional().Nillable().Sensitive(),
		maybeAt("totp_confirmed_at"),
		field.Int64("totp_last_step").Default(0), // last 30 s step used, so that a code works once
		maybeAt("password_changed_at"),
		field.Bool("demo").Default(false).Immutable(), // made by the demo; may send sandbox money without TOTP
	}
}
func (User) Indexes() []ent.Index { return []ent.Index{only("user_email_key", "email")} }
func (User) Annotations() []schema.Annotation {
	return table("user", map[string]string{"user_status": oneOf("status", "ACTIVE", "DISABLED", "ERASED"), "user_email_folded": "email = lower(email)"})
}

// Session is one signed-in device: a family of refresh tokens of which only the newest is good.
type Session struct{ ent.Schema }

func (Session) Mixin() []ent.Mixin { return baseMixin() }
func (Session) Fields() []ent.Field {
	return []ent.Field{
		key("user_id"),
		field.Int("generation").Default(1), // grows with each rotation
		field.Bytes("token_hash").Sensitive(),
		field.Bytes("previous_token_hash").Optional().Nillable().Sensitive(), // good for a short overlap after a rotation
		maybeAt("rotated_at"),
		moving("expires_at"),
		maybeAt("revoked_at"),
		maybe("revoked_reason", 60),
		at("password_at"), // when the password was last typed in this session
		text("user_agent", 300),
	}
}
func (Session) Edges() []ent.Edge { return []ent.Edge{to("user", User.Type, "user_id")} }
func (Session) Indexes() []ent.Index {
	return []ent.Index{look("session_of_user", "user_id", "created_at")}
}
func (Session) Annotations() []schema.Annotation { return table("session", nil) }

// Membership is what a user may do in a brand.
type Membership struct{ ent.Schema }

func (Membership) Mixin() []ent.Mixin { return baseMixin() }
func (Membership) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("user_id"),
		words("roles"),
		moving("roles_granted_at"), // when a money role was last given; approval waits 24 h
		maybeKey("roles_granted_by"),
		maybeAt("removed_at"),
	}
}
func (Membership) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("user", User.Type, "user_id")}
}
func (Membership) Indexes() []ent.Index {
	return []ent.Index{only("membership_brand_user_key", "brand_id", "user_id"), look("membership_of_user", "user_id")}
}
func (Membership) Annotations() []schema.Annotation { return table("membership", nil) }

// Invitation asks a person by e-mail to join a brand.
type Invitation struct{ ent.Schema }

func (Invitation) Mixin() []ent.Mixin { return baseMixin() }
func (Invitation) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("invited_by"),
		text("email", 254),
		words("roles"),
		field.Bytes("token_hash").Immutable().Sensitive(),
		at("expires_at"),
		maybeAt("accepted_at"),
		maybeAt("revoked_at"),
	}
}
func (Invitation) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("inviter", User.Type, "invited_by")}
}
func (Invitation) Indexes() []ent.Index {
	return []ent.Index{only("invitation_token_key", "token_hash"), look("invitation_of_brand", "brand_id", "created_at")}
}
func (Invitation) Annotations() []schema.Annotation { return table("invitation", nil) }

// APIKey lets a brand's own program call the API.
type APIKey struct{ ent.Schema }

func (APIKey) Mixin() []ent.Mixin { return baseMixin() }
func (APIKey) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("created_by"),
		text("name", 100),
		text("prefix", 20), // first letters, shown so that a person knows which key it is
		field.Bytes("secret_hash").Immutable().Sensitive(),
		words("scopes"),
		maybeAt("expires_at"),
		maybeAt("last_used_at"),
		maybeAt("revoked_at"),
	}
}
func (APIKey) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("creator_user", User.Type, "created_by")}
}
func (APIKey) Indexes() []ent.Index {
	return []ent.Index{only("api_key_secret_key", "secret_hash"), look("api_key_of_brand", "brand_id", "created_at")}
}
func (APIKey) Annotations() []schema.Annotation { return table("api_key", nil) }
