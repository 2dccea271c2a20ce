package graph

import (
	"bytes"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/formatter"

	"tributary/graph/generated"
)

// Executable joins the schema with its resolvers and prices, behind Guard.
func (r *Resolver) Executable() graphql.ExecutableSchema {
	return r.Guard(generated.NewExecutableSchema(generated.Config{Resolvers: r, Complexity: complexity()}))
}

// SDL is the public schema as text, with its descriptions.
func SDL() []byte {
	var b bytes.Buffer
	formatter.NewFormatter(&b, formatter.WithIndent("  ")).FormatSchema(generated.NewExecutableSchema(generated.Config{}).Schema())
	return b.Bytes()
}
