package transport

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/graph/fail"
)

// introspection opens __schema and __type to those for whom open reports true, and refuses them to everybody else before the
// operation runs.
type introspection struct{ open func(context.Context) bool }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = introspection{}

func (introspection) ExtensionName() string { return "Introspection" }

func (introspection) Validate(graphql.ExecutableSchema) error { return nil }

func (i introspection) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if i.open(ctx) {
		op.DisableIntrospection = false
		return nil
	}
	if asksSchema(op.Operation.SelectionSet, map[string]bool{}) {
		return fail.Request(fail.Unauthenticated, "Introspection is open to signed-in callers.")
	}
	return nil
}

// asksSchema looks through the fields of the root. Each fragment is looked into once.
func asksSchema(set ast.SelectionSet, seen map[string]bool) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name == "__schema" || s.Name == "__type" {
				return true
			}
		case *ast.InlineFragment:
			if asksSchema(s.SelectionSet, seen) {
				return true
			}
		case *ast.FragmentSpread:
			if s.Definition != nil && !seen[s.Name] {
				seen[s.Name] = true
				if asksSchema(s.Definition.SelectionSet, seen) {
					return true
				}
			}
		}
	}
	return false
}
