// Package schema is the data model, one file an aggregate. Enumerations are text with a CHECK whose values are spelled like
// the Go constants and the GraphQL enum. Columns are immutable unless they have to change. Every index names its reader.
package schema

import (
	"context"
	"encoding/json"
	"strings"

	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/privacy"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"

	"tributary/internal/kit/viewer"
)

// base gives a row its UUIDv7 key (made by the service from its clock), its creation time and the net below authorization: a
// query or change without any viewer in the context is denied.
type base struct{ mixin.Schema }

func (base) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable(),
		field.Time("created_at").Immutable().SchemaType(timestamptz),
	}
}

func (base) Policy() ent.Policy {
	net := privacy.ContextQueryMutationRule(func(ctx context.Context) error {
		if viewer.Present(ctx) {
			return privacy.Skip
		}
		return privacy.Denyf("no viewer in the context")
	})
	return privacy.Policy{Query: privacy.QueryPolicy{net}, Mutation: privacy.MutationPolicy{net}}
}

var timestamptz = map[string]string{dialect.Postgres: "timestamptz"}

func baseMixin() []ent.Mixin { return []ent.Mixin{base{}} }

// key is an immutable reference column; its foreign key is declared with to.
func key(name string) ent.Field { return field.UUID(name, uuid.UUID{}).Immutable() }

// maybeKey is a reference that may be absent and may be set later.
func maybeKey(name string) ent.Field { return field.UUID(name, uuid.UUID{}).Optional().Nillable() }

// bytesPerCharacter is the most that a character takes in UTF-8: ent counts bytes, the API counts characters.
const bytesPerCharacter = 4

// text is an immutable string of at most max characters; services check the exact limit and say so.
func text(name string, max int) ent.Field {
	return field.String(name).MaxLen(bytesPerCharacter * max).Immutable()
}

// edit is a string that may change.
func edit(name string, max int) ent.Field { return field.String(name).MaxLen(bytesPerCharacter * max) }

// maybe is a string that may be absent and may change.
func maybe(name string, max int) ent.Field {
	return field.String(name).MaxLen(bytesPerCharacter * max).Optional().Nillable()
}

// status is a text column that a state machine moves; first is where new rows stand.
func status(name string, first ...string) ent.Field {
	f := field.String(name).MaxLen(40)
	if len(first) == 1 {
		f.Default(first[0])
	}
	return f
}

// kind is an immutable enumeration.
func kind(name string) ent.Field { return field.String(name).MaxLen(40).Immutable() }

func at(name string) ent.Field { return field.Time(name).Immutable().SchemaType(timestamptz) }

func moving(name string) ent.Field { return field.Time(name).SchemaType(timestamptz) }

func maybeAt(name string) ent.Field {
	return field.Time(name).Optional().Nillable().SchemaType(timestamptz)
}

// minor is an immutable amount in minor units of the row's currency.
func minor(name string) ent.Field { return field.Int64(name).Immutable() }

// currency is an ISO 4217 code.
func currency(name string) ent.Field {
	return field.String(name).MaxLen(3).MinLen(3).Immutable().SchemaType(map[string]string{dialect.Postgres: "char(3)"})
}

// raw is a JSON document whose shape the owning domain defines.
func raw(name string) ent.Field {
	return field.JSON(name, json.RawMessage{}).SchemaType(map[string]string{dialect.Postgres: "jsonb"})
}

// words is a JSON list of strings.
func words(name string) ent.Field {
	return field.JSON(name, []string{}).SchemaType(map[string]string{dialect.Postgres: "jsonb"})
}

// moreWords is a list of strings that a table got after it had rows.
func moreWords(name string) ent.Field {
	return field.JSON(name, []string{}).Default([]string{}).SchemaType(map[string]string{dialect.Postgres: "jsonb"}).Annotations(entsql.Default("[]"))
}

// to declares the foreign key of a required reference; deleting the referenced row is refused.
func to(name string, t any, column string) ent.Edge {
	return edge.To(name, t).Unique().Required().Immutable().Field(column).Annotations(entsql.OnDelete(entsql.Restrict))
}

// maybeTo declares the foreign key of a reference that may be absent.
func maybeTo(name string, t any, column string) ent.Edge {
	return edge.To(name, t).Unique().Field(column).Annotations(entsql.OnDelete(entsql.Restrict))
}

// table names the table and its CHECKs.
func table(name string, checks map[string]string) []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: name, Checks: checks}}
}

// oneOf writes the CHECK of an enumeration.
func oneOf(column string, values ...string) string {
	return column + " IN ('" + strings.Join(values, "','") + "')"
}

// look is a plain index. The name says table and reader.
func look(name string, columns ...string) ent.Index {
	return index.Fields(columns...).StorageKey(name)
}

// only is a unique index.
func only(name string, columns ...string) ent.Index {
	return index.Fields(columns...).Unique().StorageKey(name)
}

// onlyWhere is a unique index over the rows of a condition.
func onlyWhere(name, where string, columns ...string) ent.Index {
	return index.Fields(columns...).Unique().StorageKey(name).Annotations(entsql.IndexWhere(where))
}

// lookWhere is an index over the rows of a condition.
func lookWhere(name, where string, columns ...string) ent.Index {
	return index.Fields(columns...).StorageKey(name).Annotations(entsql.IndexWhere(where))
}

// maybeImmutableTo declares the foreign key of a reference that may be absent and never changes.
func maybeImmutableTo(name string, t any, column string) ent.Edge {
	return edge.To(name, t).Unique().Immutable().Field(column).Annotations(entsql.OnDelete(entsql.Restrict))
}

// moves declares the foreign key of a required reference that may come to name another row.
func moves(name string, t any, column string) ent.Edge {
	return edge.To(name, t).Unique().Required().Field(column).Annotations(entsql.OnDelete(entsql.Restrict))
}
