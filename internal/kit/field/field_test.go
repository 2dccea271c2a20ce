package field_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
)

func codes(l fault.List) []string {
	out := []string{}
	for _, f := range l {
		out = append(out, strings.Join(f.Field, ".")+" "+f.Code)
	}
	return out
}

func TestLineTrimsAndBounds(t *testing.T) {
	t.Parallel()
	var l fault.List
	require.Equal(t, "Ada", field.Line(&l, "name", "  Ada\n", 1, 3))
	require.Equal(t, "日本語", field.Line(&l, "name", "日本語", 1, 9))
	require.Empty(t, l)
	field.Line(&l, "a", "  ", 1, 3)
	field.Line(&l, "b", "abcd", 1, 3)
	field.Line(&l, "c", "a\x00b", 1, 3)
	field.Line(&l, "d", "a\nb", 1, 3)
	field.Line(&l, "e", "a", 2, 3)
	field.Line(&l, "f", "a\xff", 1, 3)
	require.Equal(t, []string{"a REQUIRED", "b TOO_LONG", "c BAD_FORMAT", "d BAD_FORMAT", "e BAD_FORMAT", "f BAD_FORMAT"}, codes(l))
}

func TestBodyKeepsLinesAndRefusesOtherControlCharacters(t *testing.T) {
	t.Parallel()
	var l fault.List
	require.Equal(t, "a\n\tb", field.Body(&l, "body", " a\r\n\tb ", 1, 10))
	require.Empty(t, l)
	field.Body(&l, "body", "a\x00", 0, 10)
	require.Equal(t, []string{"body BAD_FORMAT"}, codes(l))
}

func TestListsNameTheMemberThatIsWrong(t *testing.T) {
	t.Parallel()
	var l fault.List
	require.Equal(t, []string{"a", "b"}, field.Lines(&l, "tags", []string{"a", " b"}, 2, 1, 5))
	field.Lines(&l, "tags", []string{"a", ""}, 2, 1, 5)
	field.Lines(&l, "tags", []string{"a", "b", "c"}, 2, 1, 5)
	require.Equal(t, []string{"tags.1 REQUIRED", "tags TOO_LONG"}, codes(l))
}

func TestAddressesNumbersAndChoicesAreChecked(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"https://shop.example/x?y=1", "http://localhost:8080"} {
		var l fault.List
		require.Equal(t, good, field.URL(&l, "url", good))
		require.Empty(t, l, good)
	}
	for _, bad := range []string{"ftp://a.b", "javascript:alert(1)", "//a.b", "https://", "https://u:p@a.b", "https://a.b/\nx", "https://:80",
		"https://a.b/" + strings.Repeat("x", field.URLMax)} {
		var l fault.List
		field.URL(&l, "url", bad)
		require.Equal(t, []string{"url BAD_FORMAT"}, codes(l), bad)
	}
	var l fault.List
	require.Equal(t, "ada@example.com", field.Email(&l, "email", "Ada@Example.com "))
	field.Within(&l, "n", 5, 1, 5)
	field.OneOf(&l, "c", "A", "A", "B")
	require.Empty(t, l)
	field.Email(&l, "email", "Ada <ada@example.com>")
	field.Within(&l, "n", 6, 1, 5)
	field.OneOf(&l, "c", "C", "A", "B")
	field.OneOf(&l, "d", "", "A")
	require.Equal(t, []string{"email BAD_FORMAT", "n OUT_OF_RANGE", "c INVALID", "d REQUIRED"}, codes(l))
}

func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	s, err := field.Search(nil)
	require.NoError(t, err)
	require.Empty(t, s)
	long := strings.Repeat("x", field.SearchMax+1)
	_, err = field.Search(&long)
	require.True(t, fault.Is(err, fault.Invalid))
}
