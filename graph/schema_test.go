package graph

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"tributary/graph/generated"
)

func schema(t *testing.T) *ast.Schema {
	t.Helper()
	sdl, err := os.ReadFile("../schema.graphql")
	require.NoError(t, err)
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: string(sdl)})
	require.NoError(t, err)
	return s
}

func own(s *ast.Schema) []*ast.Definition {
	var out []*ast.Definition
	for name, d := range s.Types {
		if !d.BuiltIn && !strings.HasPrefix(name, "__") {
			out = append(out, d)
		}
	}
	return out
}

func TestEverythingInTheSchemaIsDescribed(t *testing.T) {
	t.Parallel()
	s := schema(t)
	for _, d := range own(s) {
		root := d == s.Query || d == s.Mutation || d == s.Subscription
		require.True(t, root || len(d.Description) > 5, "%s has no description", d.Name)
		for _, f := range d.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			require.NotEmpty(t, f.Description, "%s.%s", d.Name, f.Name)
			for _, a := range f.Arguments {
				require.NotEmpty(t, a.Description, "%s.%s(%s:)", d.Name, f.Name, a.Name)
			}
		}
		for _, v := range d.EnumValues {
			require.NotEmpty(t, v.Description, "%s.%s", d.Name, v.Name)
		}
	}
}

var saysBound = regexp.MustCompile(`(?i)at most [0-9]|\b[0-9][0-9,]* to [0-9]|every kind of touch once`)

// A list is a connection, whose pages are bounded, or says how long it can be.
func TestEveryListIsBounded(t *testing.T) {
	t.Parallel()
	for _, d := range own(schema(t)) {
		for _, f := range d.Fields {
			if f.Type.Elem != nil {
				require.Regexp(t, saysBound, f.Description, "%s.%s is a list without a bound", d.Name, f.Name)
			}
			for _, a := range f.Arguments {
				if a.Type.Elem != nil {
					require.Regexp(t, saysBound, a.Description, "%s.%s(%s:) is a list without a bound", d.Name, f.Name, a.Name)
				}
			}
		}
	}
}

func TestEveryConnectionHasAPrice(t *testing.T) {
	t.Parallel()
	s := schema(t)
	want := 0
	for _, d := range own(s) {
		for _, f := range d.Fields {
			if strings.HasSuffix(f.Type.Name(), "Connection") && f.Type.Elem == nil {
				want++
				for _, name := range []string{"first", "after", "last", "before"} {
					require.NotNil(t, f.Arguments.ForName(name), "%s.%s takes no %s", d.Name, f.Name, name)
				}
			}
		}
	}
	root := reflect.ValueOf(complexity())
	got := 0
	for i := range root.NumField() {
		for j := range root.Field(i).NumField() {
			if !root.Field(i).Field(j).IsNil() {
				got++
			}
		}
	}
	require.Positive(t, want)
	require.Equal(t, want, got)
}

func TestMutationsTakeOneInputAndAnswerWithUserErrors(t *testing.T) {
	t.Parallel()
	s := schema(t)
	for _, f := range s.Mutation.Fields {
		require.LessOrEqual(t, len(f.Arguments), 1, f.Name)
		for _, a := range f.Arguments {
			require.Equal(t, "input", a.Name, f.Name)
		}
		payload := s.Types[f.Type.Name()]
		require.NotNil(t, payload.Fields.ForName("userErrors"), "%s has no userErrors", payload.Name)
	}
}

func TestMoneyIsNeverAFloat(t *testing.T) {
	t.Parallel()
	float := map[string]bool{"Figures.orders": true, "Figures.newCustomers": true, "PipelineStage.medianDays": true, "FunnelStep.count": true,
		"AttributedPart.orders": true, "ModelledPart.orders": true, "PolicyReplayRow.ordersBefore": true, "PolicyReplayRow.ordersAfter": true,
		"PaidLayer.orders": true, "Lift.expected": true, "Lift.orders": true, "Lift.low": true, "Lift.high": true}
	for _, d := range own(schema(t)) {
		for _, f := range d.Fields {
			if f.Type.Name() == "Float" {
				require.True(t, float[d.Name+"."+f.Name], "%s.%s is a float", d.Name, f.Name)
			}
		}
	}
}

// gqlgen drops arguments that a bound method does not take; a resolver takes them all. So every field with arguments, outside of
// the roots, must be a resolver's method with all of them.
func TestFieldsWithArgumentsAreResolvedWithAllOfThem(t *testing.T) {
	t.Parallel()
	s := schema(t)
	resolvers := reflect.TypeFor[generated.ResolverRoot]()
	for _, d := range own(s) {
		if d.Kind != ast.Object {
			continue
		}
		for _, f := range d.Fields {
			if len(f.Arguments) == 0 || strings.HasPrefix(f.Name, "__") {
				continue
			}
			m, ok := resolvers.MethodByName(d.Name)
			require.True(t, ok, "%s has no resolver", d.Name)
			method, ok := methodFold(m.Type.Out(0), f.Name)
			require.True(t, ok, "%s.%s is not resolved by hand", d.Name, f.Name)
			receivers := 1 // the context
			if d != s.Query && d != s.Mutation && d != s.Subscription {
				receivers++
			}
			require.Equal(t, len(f.Arguments)+receivers, method.Type.NumIn(), "%s.%s", d.Name, f.Name)
		}
	}
}

func methodFold(t reflect.Type, name string) (reflect.Method, bool) {
	for i := range t.NumMethod() {
		if strings.EqualFold(t.Method(i).Name, name) {
			return t.Method(i), true
		}
	}
	return reflect.Method{}, false
}
