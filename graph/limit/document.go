// Package limit refuses GraphQL documents that cost too much before anything expensive looks at them.
//
// The order matters. The validator compares fields pairwise and the complexity calculation expands every fragment spread, so
// both are holes of their own when they meet a hostile document. Document runs before them, on a parse of its own with a bound
// on tokens, and measures each fragment once with counts that stop at a ceiling: its work grows with the length of the text
// only, whatever the text would expand to.
package limit

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"tributary/graph/fail"
)

// The limits of one document. Selections, aliases and directives are counted as written and as expanded; both must fit.
const (
	MaxTokens     = 3000 // lexical tokens of the text
	MaxDepth      = 15   // fields below each other; the introspection query of the usual tools needs 15
	MaxNesting    = 40   // selection sets below each other as written, inline fragments included
	MaxSelections = 500  // fields, spreads and inline fragments
	MaxAliases    = 50   // fields under another name
	MaxDirectives = 50
	MaxOperations = 10
	MaxVariables  = 50 // declared by one operation, and sent
)

// ceiling is where counts stop: above every limit, far from overflow.
const ceiling = 1 << 20

// Document is the extension that refuses documents above the limits. It must be used after the extension that fetches persisted
// queries, so that it sees the query and not a hash.
type Document struct {
	// Known reports that a text has passed before, so that it is not measured again. It may be nil.
	Known func(ctx context.Context, query string) bool
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
} = Document{}

// ExtensionName names the extension.
func (Document) ExtensionName() string { return "DocumentLimit" }

// Validate accepts every schema.
func (Document) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters refuses with QUERY_TOO_COMPLEX what is above a limit. What does not parse passes: the executor says
// why, with the position.
func (d Document) MutateOperationParameters(ctx context.Context, params *graphql.RawParams) *gqlerror.Error {
	if len(params.Variables) > MaxVariables {
		return tooMany("variables", MaxVariables)
	}
	if d.Known != nil && d.Known(ctx, params.Query) {
		return nil
	}
	return Check(params.Query)
}

// Check measures one text against the limits and gives nil when it fits or does not parse for another reason than its size.
func Check(query string) *gqlerror.Error {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, MaxTokens)
	if err != nil {
		if exceedsTokens(query, err) {
			return tooMany("tokens", MaxTokens)
		}
		return nil
	}
	return measureDocument(doc)
}

// exceedsTokens tells the parser's refusal of length from a syntax error. The parser gives both as plain text, so a text that
// fails is asked again with one more token: a syntax error stays where it is.
func exceedsTokens(query string, first error) bool {
	_, second := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, MaxTokens+1)
	return second == nil || second.Error() != first.Error()
}

// size is what a selection set comes to.
type size struct {
	selections, aliases, directives int
	depth                           int
}

// add counts other beside s.
func (s *size) add(other size) {
	s.selections = min(ceiling, s.selections+other.selections)
	s.aliases = min(ceiling, s.aliases+other.aliases)
	s.directives = min(ceiling, s.directives+other.directives)
	s.depth = max(s.depth, other.depth)
}

type measurer struct {
	fragments map[string]*ast.FragmentDefinition
	expanded  map[string]size // of each fragment, measured once
	open      map[string]bool // fragments being measured, to notice one that spreads itself
	written   size            // of the whole text, nothing expanded
	nesting   int
	refused   *gqlerror.Error
}

func measureDocument(doc *ast.QueryDocument) *gqlerror.Error {
	if len(doc.Operations) > MaxOperations {
		return tooMany("operations", MaxOperations)
	}
	m := &measurer{fragments: map[string]*ast.FragmentDefinition{}, expanded: map[string]size{}, open: map[string]bool{}}
	for _, f := range doc.Fragments {
		if m.fragments[f.Name] != nil {
			return fail.Request(fail.BadUserInput, "A fragment is defined twice.")
		}
		m.fragments[f.Name] = f
	}
	for _, f := range doc.Fragments {
		m.fragment(f.Name)
	}
	for _, op := range doc.Operations {
		if len(op.VariableDefinitions) > MaxVariables {
			return tooMany("variables", MaxVariables)
		}
		whole := m.set(op.SelectionSet, 1)
		directives := len(op.Directives)
		for _, v := range op.VariableDefinitions {
			directives += len(v.Directives)
		}
		whole.add(size{directives: directives})
		m.written.add(size{directives: directives})
		m.judge(whole)
	}
	m.written.depth = 0 // each definition's own depth is no limit, the expanded one is
	m.judge(m.written)
	return m.refused
}

func (m *measurer) judge(s size) {
	switch {
	case m.refused != nil:
	case s.selections > MaxSelections:
		m.refused = tooMany("fields", MaxSelections)
	case s.aliases > MaxAliases:
		m.refused = tooMany("aliases", MaxAliases)
	case s.directives > MaxDirectives:
		m.refused = tooMany("directives", MaxDirectives)
	case s.depth > MaxDepth:
		m.refused = fail.Request(fail.QueryTooComplex, "The query nests deeper than %d fields.", MaxDepth)
	case m.nesting > MaxNesting:
		m.refused = fail.Request(fail.QueryTooComplex, "The query nests deeper than %d selection sets.", MaxNesting)
	}
}

func (m *measurer) fragment(name string) size {
	if s, ok := m.expanded[name]; ok {
		return s
	}
	def := m.fragments[name]
	if def == nil { // the validator says so
		return size{}
	}
	if m.open[name] {
		if m.refused == nil {
			m.refused = fail.Request(fail.BadUserInput, "A fragment spreads itself.")
		}
		return size{}
	}
	m.open[name] = true
	s := m.set(def.SelectionSet, 1)
	s.add(size{directives: len(def.Directives)})
	m.written.add(size{directives: len(def.Directives)})
	delete(m.open, name)
	m.expanded[name] = s
	return s
}

func (m *measurer) set(set ast.SelectionSet, level int) size {
	var total size
	if len(set) > 0 {
		m.nesting = max(m.nesting, level)
	}
	for _, selection := range set {
		own := size{selections: 1}
		switch s := selection.(type) {
		case *ast.Field:
			if s.Alias != s.Name {
				own.aliases = 1
			}
			own.directives = m.directives(s.Directives)
			m.written.add(own)
			below := m.set(s.SelectionSet, level+1)
			below.depth = min(ceiling, below.depth+1)
			own.add(below)
		case *ast.InlineFragment:
			own.directives = m.directives(s.Directives)
			m.written.add(own)
			own.add(m.set(s.SelectionSet, level+1))
		case *ast.FragmentSpread:
			own.directives = m.directives(s.Directives)
			m.written.add(own)
			own.add(m.fragment(s.Name))
		}
		total.add(own)
	}
	return total
}

// directives counts, and refuses the two that need an answer in several parts.
func (m *measurer) directives(list ast.DirectiveList) int {
	for _, d := range list {
		if (d.Name == "defer" || d.Name == "stream") && m.refused == nil {
			m.refused = fail.Request(fail.BadUserInput, "Incremental delivery (@defer, @stream) is not offered.")
		}
	}
	return len(list)
}

func tooMany(what string, most int) *gqlerror.Error {
	return fail.Request(fail.QueryTooComplex, "The query has more than %d %s.", most, what)
}
