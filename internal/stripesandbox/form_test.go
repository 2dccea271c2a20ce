package stripesandbox

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFormReadsNestedKeysAndArrays(t *testing.T) {
	t.Parallel()
	form, problem := parseForm("amount=5&metadata[a]=1&metadata[b%5Bc]=x&capabilities[transfers][requested]=true&expand[]=one&expand[]=two&types[1]=b&types[0]=a&empty=")
	require.NotNil(t, problem, "an opening bracket inside a segment is refused")
	require.Nil(t, form)

	form, problem = parseForm("amount=5&metadata[a]=1+2%26&capabilities[transfers][requested]=true&expand[]=one&expand[]=two&types[1]=b&types[0]=a&empty=&&")
	require.Nil(t, problem)
	p := newParameters(form)
	amount, given := p.integer("amount")
	require.True(t, given)
	require.Equal(t, int64(5), amount)
	require.Equal(t, map[string]string{"a": "1 2&"}, p.metadata(nil))
	require.Equal(t, []string{"one", "two"}, p.texts("expand", 5))
	require.Equal(t, []string{"a", "b"}, p.texts("types", 5))
	require.Equal(t, map[string]any{"transfers": map[string]any{"requested": "true"}}, p.object("capabilities"))
	require.True(t, p.has("empty"))
	require.Nil(t, p.end())
}

func TestFormRefusesWhatIsAmbiguousOrTooLarge(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"a=1&a=2", "a=1&a[b]=2", "a[b]=1&a=2", "[a]=1", "a]=1", "a[=1", "a[b=1", "a[b]c=1", "=1", "a=%zz", "%zz=1", "a=%ff", "a=%00",
		"a[b][c][d][e][f][g]=1", strings.Repeat("x", maxFormKeyBytes+1) + "=1", strings.Repeat("a[]=1&", maxFormParameters+1),
	} {
		_, problem := parseForm(raw)
		require.NotNil(t, problem, "%.40q", raw)
		require.Equal(t, 400, problem.status)
	}
}

func TestCanonicalFormIgnoresOrderAndArrayNotation(t *testing.T) {
	t.Parallel()
	canonical := func(raw string) string {
		form, problem := parseForm(raw)
		require.Nil(t, problem)
		return form.canonical()
	}
	require.Equal(t, canonical("a=1&b[x]=2&c[]=3&c[]=4"), canonical("c[0]=3&b[x]=2&c[1]=4&a=1"))
	require.NotEqual(t, canonical("a=1&b=2"), canonical("a=1%26b=2"))
	require.NotEqual(t, canonical("a[b]=1"), canonical("a[c]=1"))
	require.NotEqual(t, canonical("a=1"), canonical("a=1&b="))
}

// FuzzForm checks that no input breaks the parser, that it agrees with itself,
// and that it agrees with the standard library on flat forms.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"", "a=1", "a[b][c]=1&a[d]=%20", "expand[]=x&expand[]=y", "a=1&a[b]=2", "a[0]=1&a[]=2", "%5B=%5D", "a=;&b", "a[][b]=1&a[][b]=2", "a+b=c+d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		form, problem := parseForm(raw)
		if problem != nil {
			require.Nil(t, form)
			require.Equal(t, 400, problem.status)
			return
		}
		canonical := form.canonical()
		p := newParameters(form)
		for name := range form.children {
			_, _, _ = p.text(name), p.metadata(nil), p.object(name)
			p.texts(name, 10)
		}
		again, problem := parseForm(raw)
		require.Nil(t, problem)
		require.Equal(t, canonical, again.canonical())
		if strings.ContainsAny(raw, ";[]") || strings.Contains(strings.ToUpper(raw), "%5B") {
			return
		}
		values, err := url.ParseQuery(raw)
		require.NoError(t, err)
		require.Len(t, form.children, len(values))
		for name, value := range values {
			require.Equal(t, value[0], form.child(name).value)
		}
	})
}
