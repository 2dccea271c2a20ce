package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// ProgramGuard is how a program treats what looks wrong; a program without a row has the defaults.
type ProgramGuard struct{ ent.Schema }

func (ProgramGuard) Mixin() []ent.Mixin { return baseMixin() }
func (ProgramGuard) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"),
		edit("leak_mode", 40), edit("banned_mode", 40), edit("finding_mode", 40), words("banned_sources"),
		moving("updated_at"), maybeKey("updated_by"),
	}
}
func (ProgramGuard) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id")}
}
func (ProgramGuard) Indexes() []ent.Index {
	return []ent.Index{only("program_guard_key", "program_id")}
}
func (ProgramGuard) Annotations() []schema.Annotation {
	return table("program_guard", map[string]string{
		"program_guard_leak":    oneOf("leak_mode", "OBSERVE", "HOLD", "PAY_ONLY_WITH_CLICK"),
		"program_guard_banned":  oneOf("banned_mode", "HOLD", "REFUSE"),
		"program_guard_finding": oneOf("finding_mode", "OBSERVE", "HOLD"),
	})
}

// CodeGuard is what is known of a code that got around, and whether it is treated otherwise than its program's codes.
type CodeGuard struct{ ent.Schema }

func (CodeGuard) Mixin() []ent.Mixin { return baseMixin() }
func (CodeGuard) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("code_id"),
		maybe("mode", 40),     // null = the program's
		maybeAt("leaked_at"),  // since when it is known to have leaked
		maybeAt("cleared_at"), // when a person said that it has not; uses from before say nothing any more
		moving("updated_at"), maybeKey("updated_by"),
	}
}
func (CodeGuard) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("code", Code.Type, "code_id")}
}
func (CodeGuard) Indexes() []ent.Index {
	return []ent.Index{only("code_guard_key", "code_id"), look("code_guard_of_brand", "brand_id", "leaked_at")}
}
func (CodeGuard) Annotations() []schema.Annotation {
	return table("code_guard", map[string]string{"code_guard_mode": "mode IS NULL OR " + oneOf("mode", "OBSERVE", "HOLD", "PAY_ONLY_WITH_CLICK")})
}

// PartnershipGuard is what a brand lets one creator do that would look wrong of others.
type PartnershipGuard struct{ ent.Schema }

func (PartnershipGuard) Mixin() []ent.Mixin { return baseMixin() }
func (PartnershipGuard) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("partnership_id"), field.Bool("own_purchases").Default(false), edit("reason", 2000),
		moving("updated_at"), maybeKey("updated_by"),
	}
}
func (PartnershipGuard) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("partnership", Partnership.Type, "partnership_id")}
}
func (PartnershipGuard) Indexes() []ent.Index {
	return []ent.Index{only("partnership_guard_key", "partnership_id")}
}
func (PartnershipGuard) Annotations() []schema.Annotation { return table("partnership_guard", nil) }

// Finding is something that looks wrong over many orders or clicks of a partnership.
type Finding struct{ ent.Schema }

func (Finding) Mixin() []ent.Mixin { return baseMixin() }
func (Finding) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("program_id"), key("partnership_id"), key("creator_id"),
		kind("signal"), text("subject", 120), // what it is about, so that it is open once
		maybeKey("code_id"), maybeKey("link_id"), field.Bytes("network_hash").Optional().Nillable().Immutable(),
		raw("evidence"), status("status", "OPEN"), moving("seen_at"),
		maybeKey("closed_by"), maybeAt("closed_at"), maybe("close_reason", 2000),
	}
}
func (Finding) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("program", Program.Type, "program_id"), to("partnership", Partnership.Type, "partnership_id"),
		maybeTo("code", Code.Type, "code_id"), maybeTo("link", Link.Type, "link_id")}
}
func (Finding) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("finding_open_key", "status = 'OPEN'", "partnership_id", "signal", "subject"),
		look("finding_of_subject", "partnership_id", "signal", "subject", "closed_at"), // what a person closed lately is not found again
		look("finding_of_brand", "brand_id", "status", "created_at", "id"),
	}
}
func (Finding) Annotations() []schema.Annotation {
	return table("finding", map[string]string{
		"finding_status": oneOf("status", "OPEN", "CLOSED"),
		"finding_signal": oneOf("signal", "CODE_LEAK", "CLICK_FLOOD", "REFUND_RATE"),
	})
}
