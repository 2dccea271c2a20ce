package graph

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/payout"
)

// faultCodes are the codes of all faults in the program's source that reach a client as user errors, with where each is made.
func faultCodes(t *testing.T) map[string]token.Position {
	t.Helper()
	out := map[string]token.Position{"WRONG_STATE": {}} // fault.State
	files := token.NewFileSet()
	for _, root := range []string{"../internal", "../graph", "../server"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if d != nil && d.IsDir() && filepath.Base(path) == "page" {
				return fs.SkipDir // pages are asked for by queries only, whose errors are thrown
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.HasSuffix(path, filepath.Join("fault", "fault.go")) {
				return err
			}
			file, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			names := constants(file)
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				code, ok := codeOf(call)
				if !ok {
					return true
				}
				at := files.Position(call.Pos())
				words, known := computed[filepath.ToSlash(path)+" "+source(code)]
				if word, ok := literal(code, names); ok {
					words, known = []string{word}, true
				}
				require.True(t, known, "%s: the code of a fault is a literal or a constant of the same file, so that it can be listed", at)
				for _, word := range words {
					out[word] = at
				}
				return true
			})
			return nil
		}))
	}
	return out
}

// computed are the codes that the few faults without a literal can have.
var computed = map[string][]string{
	"../internal/payout/send.go string(why)": {string(payout.SkipUnderReview), string(payout.SkipTransfersInactive), string(payout.SkipBalanceChanged)},
}

// source is an expression as it is written.
func source(e ast.Expr) string {
	var b strings.Builder
	_ = printer.Fprint(&b, token.NewFileSet(), e)
	return b.String()
}

// codeOf gives the code of a call that makes a fault which becomes a user error.
func codeOf(call *ast.CallExpr) (ast.Expr, bool) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) < 3 {
		return nil, false
	}
	if of, ok := f.X.(*ast.Ident); !ok || of.Name != "fault" {
		return nil, false
	}
	switch f.Sel.Name {
	case "At":
		return call.Args[1], true
	case "New":
		kind, ok := call.Args[0].(*ast.SelectorExpr)
		return call.Args[1], !ok || kind.Sel.Name == "Invalid" || kind.Sel.Name == "Conflict"
	}
	return nil, false
}

// constants are the texts of a file's constants.
func constants(file *ast.File) map[string]string {
	out := map[string]string{}
	for _, d := range file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			continue
		}
		for _, s := range decl.Specs {
			spec := s.(*ast.ValueSpec)
			for i, name := range spec.Names {
				if i < len(spec.Values) {
					if word, ok := literal(spec.Values[i], nil); ok {
						out[name.Name] = word
					}
				}
			}
		}
	}
	return out
}

func literal(e ast.Expr, names map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		word, err := strconv.Unquote(e.Value)
		return word, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		word, ok := names[e.Name]
		return word, ok
	}
	return "", false
}

func TestEveryCodeOfAUserErrorIsInTheContract(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, v := range schema(t).Types["UserErrorCode"].EnumValues {
		listed[v.Name] = true
	}
	var absent []string
	codes := faultCodes(t)
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if !listed[code] {
			absent = append(absent, code+" of "+codes[code].String())
		}
		delete(listed, code)
	}
	require.Empty(t, absent, "codes that clients can meet and that enum UserErrorCode does not have")
	require.Empty(t, slices.Sorted(maps.Keys(listed)), "codes that enum UserErrorCode has and nothing makes")
}
