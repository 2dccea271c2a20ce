package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// PayoutAccount is where a creator is paid: a connected account at the payment provider.
type PayoutAccount struct{ ent.Schema }

func (PayoutAccount) Mixin() []ent.Mixin { return baseMixin() }
func (PayoutAccount) Fields() []ent.Field {
	return []ent.Field{
		key("creator_id"), text("provider_account", 60), // the platform account, "default" for the key in the settings
		text("provider_ref", 100), text("country", 2),
		status("status"), field.Bool("transfers_active").Default(false), field.Bool("payouts_enabled").Default(false),
		words("requirements_due"), maybe("disabled_reason", 200), maybeAt("disconnected_at"), moving("updated_at"),
	}
}
func (PayoutAccount) Edges() []ent.Edge { return []ent.Edge{to("creator", Creator.Type, "creator_id")} }
func (PayoutAccount) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("payout_account_live_key", "disconnected_at IS NULL", "creator_id", "provider_account"),
		only("payout_account_ref_key", "provider_account", "provider_ref"),
	}
}
func (PayoutAccount) Annotations() []schema.Annotation {
	return table("payout_account", map[string]string{"payout_account_status": oneOf("status", "ONBOARDING", "ENABLED", "RESTRICTED", "DISCONNECTED")})
}

// Funding is money that a brand sets aside to pay creators.
type Funding struct{ ent.Schema }

func (Funding) Mixin() []ent.Mixin { return baseMixin() }
func (Funding) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), currency("currency"), minor("amount_minor"), text("note", 500), text("reference", 200), maybeKey("recorded_by"),
		text("provider_account", 60),
	}
}
func (Funding) Edges() []ent.Edge { return []ent.Edge{to("brand", Brand.Type, "brand_id")} }
func (Funding) Indexes() []ent.Index {
	return []ent.Index{look("funding_of_brand", "brand_id", "created_at", "id"), onlyWhere("funding_reference_key", "reference <> ''", "brand_id", "reference")}
}
func (Funding) Annotations() []schema.Annotation {
	return table("funding", map[string]string{"funding_amount": "amount_minor > 0"})
}

// PayoutRun is one payment of many creators: one brand, one currency, one mode.
type PayoutRun struct{ ent.Schema }

func (PayoutRun) Mixin() []ent.Mixin { return baseMixin() }
func (PayoutRun) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), field.Int("number").Immutable(), currency("currency"), text("provider_account", 60),
		status("status"), field.Int("version").Default(1),
		at("cutoff_at"), field.Int64("total_minor"), field.Int("payout_count"), raw("skipped"),
		key("prepared_by"), maybeKey("approved_by"), maybeAt("approved_at"), maybeKey("sent_by"), maybeAt("sent_at"),
		maybeAt("completed_at"), maybe("reason", 2000), maybeAt("paused_at"), moving("updated_at"),
	}
}
func (PayoutRun) Edges() []ent.Edge { return []ent.Edge{to("brand", Brand.Type, "brand_id")} }
func (PayoutRun) Indexes() []ent.Index {
	return []ent.Index{only("payout_run_number_key", "brand_id", "number"), look("payout_run_of_brand", "brand_id", "created_at", "id"),
		look("payout_run_open", "status", "updated_at")}
}
func (PayoutRun) Annotations() []schema.Annotation {
	return table("payout_run", map[string]string{
		"payout_run_status": oneOf("status", "PREPARED", "APPROVED", "SENDING", "PAUSED", "COMPLETED", "COMPLETED_WITH_FAILURES", "CANCELLED", "REJECTED"),
		"payout_run_people": "approved_by IS NULL OR approved_by <> prepared_by",
	})
}

// Payout is one creator's part of a run.
type Payout struct{ ent.Schema }

func (Payout) Mixin() []ent.Mixin { return baseMixin() }
func (Payout) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("run_id"), key("creator_id"), maybeKey("payout_account_id"), kind("method"),
		currency("currency"), minor("amount_minor"),
		status("status"), maybe("skip_reason", 40),
		field.Int("attempt").Default(0), maybe("idempotency_key", 120), maybeAt("called_at"),
		maybe("provider_ref", 100),    // transfer at the provider
		maybe("destination_ref", 100), // connected account it went to
		maybe("failure_code", 100), maybe("failure_message", 500),
		maybe("external_reference", 200), edit("bank_arrival", 20),
		maybeAt("paid_at"), field.Int64("reversed_minor").Default(0), moving("updated_at"),
	}
}
func (Payout) Edges() []ent.Edge {
	return []ent.Edge{to("brand", Brand.Type, "brand_id"), to("run", PayoutRun.Type, "run_id"), to("creator", Creator.Type, "creator_id"),
		maybeTo("payout_account", PayoutAccount.Type, "payout_account_id")}
}
func (Payout) Indexes() []ent.Index {
	return []ent.Index{
		only("payout_run_creator_key", "run_id", "creator_id"),
		look("payout_of_run", "run_id", "status", "id"),
		look("payout_of_creator", "creator_id", "created_at", "id"),
		look("payout_of_brand", "brand_id", "created_at", "id"),
		onlyWhere("payout_provider_ref_key", "provider_ref IS NOT NULL", "provider_ref"),
		lookWhere("payout_in_flight", "status = 'RESERVED' OR status = 'SENDING' OR status = 'UNKNOWN' OR status = 'WAITING'", "updated_at"),
	}
}
func (Payout) Annotations() []schema.Annotation {
	return table("payout", map[string]string{
		"payout_status": oneOf("status", "PREPARED", "APPROVED", "RESERVED", "SENDING", "UNKNOWN", "WAITING", "EXPORTED", "PAID", "FAILED", "SKIPPED", "CANCELLED", "CLOSED", "PARTLY_REVERSED", "REVERSED"),
		"payout_method": oneOf("method", "STRIPE", "EXTERNAL"),
		"payout_bank":   oneOf("bank_arrival", "NOT_KNOWN", "ON_THE_WAY", "ARRIVED", "BANK_REFUSED"),
		"payout_amount": "amount_minor > 0 AND reversed_minor >= 0 AND reversed_minor <= amount_minor",
	})
}

// PayoutLine claims one item (an entry on the creator's payable account) for a payout.
type PayoutLine struct{ ent.Schema }

func (PayoutLine) Mixin() []ent.Mixin { return baseMixin() }
func (PayoutLine) Fields() []ent.Field {
	return []ent.Field{
		key("brand_id"), key("payout_id"), key("creator_id"),
		key("item_id"), // ledger entry
		field.UUID("commission_id", nilUUID).Optional().Nillable().Immutable(),
		minor("amount_minor"), // negative for what is owed back
		field.Bool("live").Default(true),
	}
}
func (PayoutLine) Edges() []ent.Edge {
	return []ent.Edge{to("payout", Payout.Type, "payout_id"), maybeImmutableTo("commission", Commission.Type, "commission_id")}
}
func (PayoutLine) Indexes() []ent.Index {
	return []ent.Index{
		onlyWhere("payout_line_item_key", "live", "item_id"),
		look("payout_line_of_payout", "payout_id"),
		lookWhere("payout_line_of_commission", "commission_id IS NOT NULL", "commission_id"),
	}
}
func (PayoutLine) Annotations() []schema.Annotation { return table("payout_line", nil) }
