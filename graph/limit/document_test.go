package limit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/graph/limit"
)

// bomb is a document of n fragments that each spread the next twice: about 40 n bytes that expand to 2^n fields.
func bomb(n int) string {
	var b strings.Builder
	b.WriteString("{ ...F0 }")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Query { ...F%d ...F%d }", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on Query { a }", n)
	return b.String()
}

func nested(depth int) string {
	return strings.Repeat("{ a ", depth) + strings.Repeat("}", depth)
}

func codeOf(err *gqlerror.Error) string {
	if err == nil {
		return ""
	}
	code, _ := err.Extensions["code"].(string)
	return code
}

func TestDocumentLimits(t *testing.T) {
	t.Parallel()
	const complex, bad, fits = "QUERY_TOO_COMPLEX", "BAD_USER_INPUT", ""
	operations := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "query Q%d { a } ", i)
		}
		return b.String()
	}
	variables := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "$v%d: Int ", i)
		}
		return "query(" + b.String() + ") { a }"
	}
	aliases := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "x%d: a ", i)
		}
		return "{" + b.String() + "}"
	}
	cases := []struct{ name, query, code string }{
		{"a plain query fits", "{ a }", fits},
		{"500 fields fit", "{" + strings.Repeat("a ", 500) + "}", fits},
		{"501 fields do not", "{" + strings.Repeat("a ", 501) + "}", complex},
		{"20,000 fields end at the tokens", "{" + strings.Repeat("a ", 20000) + "}", complex},
		{"depth 15 fits", nested(15), fits},
		{"depth 16 does not", nested(16), complex},
		{"400 braces are refused", nested(400), complex},
		{"above 1,000 braces the parser itself refuses", nested(1100), fits},
		{"inline fragments nest to 40 sets", strings.Repeat("{ ... ", 39) + "{ a }" + strings.Repeat("}", 39), fits},
		{"and not to 41", strings.Repeat("{ ... ", 40) + "{ a }" + strings.Repeat("}", 40), complex},
		{"50 aliases fit", aliases(50), fits},
		{"51 aliases do not", aliases(51), complex},
		{"a field under its own name is no alias", "{" + strings.Repeat("a: a ", 400) + "}", fits},
		{"aliases hidden in spreads are counted as expanded", "{ ...F ...F ...F } fragment F on Query " + aliases(20), complex},
		{"50 directives fit", "{ a " + strings.Repeat("@x ", 50) + "}", fits},
		{"51 directives do not", "{ a " + strings.Repeat("@x ", 51) + "}", complex},
		{"directives on the operation count", "query " + strings.Repeat("@x ", 51) + "{ a }", complex},
		{"directives on a variable count", "query($v: Int " + strings.Repeat("@x ", 51) + ") { a }", complex},
		{"directives on an unused fragment count", "{ a } fragment F on Query " + strings.Repeat("@x ", 51) + "{ a }", complex},
		{"10 operations fit", operations(10), fits},
		{"11 operations do not", operations(11), complex},
		{"50 variables fit", variables(50), fits},
		{"51 variables do not", variables(51), complex},
		{"2^8 fields by spreads fit", bomb(7), fits},
		{"2^30 fields by spreads do not", bomb(30), complex},
		{"2^400 fields by spreads do not overflow", bomb(300), complex},
		{"depth through fragments counts", "{ a { ...F } } fragment F on Query " + nested(15), complex},
		{"an unused fragment of 501 fields is refused", "{ a } fragment F on Query {" + strings.Repeat("a ", 501) + "}", complex},
		{"a fragment that spreads itself is refused", "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }", bad},
		{"a fragment defined twice is refused", "{ ...F } fragment F on Query { a } fragment F on Query { b }", bad},
		{"@defer is refused", "{ ... @defer { a } }", bad},
		{"a syntax error is left to the executor", "{ a", fits},
		{"an unknown fragment is left to the validator", "{ ...Missing }", fits},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.code, codeOf(limit.Check(c.query)))
		})
	}
}

func TestTheUsualIntrospectionQueryFits(t *testing.T) {
	t.Parallel()
	require.Nil(t, limit.Check(introspection))
}

func TestMoreThanFiftySentVariablesAreRefused(t *testing.T) {
	t.Parallel()
	params := &graphql.RawParams{Query: "{ a }", Variables: map[string]any{}}
	for i := range 51 {
		params.Variables[fmt.Sprint(i)] = i
	}
	err := limit.Document{}.MutateOperationParameters(t.Context(), params)
	require.Equal(t, "QUERY_TOO_COMPLEX", codeOf(err))
}

// introspection is what GraphiQL and the code generators send.
const introspection = `
query IntrospectionQuery {
  __schema {
    description queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}`

func FuzzCheckNeverPanicsAndIsBounded(f *testing.F) {
	f.Add("{ a }")
	f.Add(bomb(5))
	f.Add(introspection)
	f.Add("query($a: [Int!]! = [1]) { x: a(b: {c: $a}) @skip(if: true) { ... on A { b } } }")
	f.Fuzz(func(_ *testing.T, query string) { limit.Check(query) })
}
