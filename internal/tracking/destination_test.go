package tracking

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnAddressWithoutParametersIsBuiltAsAnyOther(t *testing.T) {
	t.Parallel()
	for _, stored := range []string{``, `{}`, `nonsense`, `{"utm_source":"{platform}-{creator}","a b":"{campaign} & more","zz":"{code}{sub_id}","empty":"{sub_id}"}`,
		`{"tid":"not ours","utm_medium":"affiliate"}`} {
		template := parseTemplate([]byte(stored))
		f := facts{platform: "TIKTOK", campaign: "Summer & sun ü", code: "maya", creator: "maya.shoots", program: "dress-up"}
		for _, tid := range []string{"clk_1", ""} {
			short := template.plainArrival("https://shop.example/p", f, tid)
			// One parameter that changes nothing takes the way through net/url.
			long := template.arrival("https://shop.example/p", f, url.Values{"x": {"1"}}, tid)
			u, err := url.Parse(long)
			require.NoError(t, err)
			q := u.Query()
			require.Equal(t, "1", q.Get("x"))
			q.Del("x")
			u.RawQuery = q.Encode()
			require.Equal(t, u.String(), short, stored)
		}
	}
}

// FuzzArrival builds addresses from arbitrary words: the host is always the destination's, tid is always ours, and neither way of
// building one differs from the other.
func FuzzArrival(f *testing.F) {
	f.Add("/p/7", "x=1&tid=forged", `{"utm_source":"{platform}"}`, "spring", "clk_1")
	f.Add("?variant=7#top", "variant=9&a%0d%0ab=c", `{}`, "a\r\nSet-Cookie: x", "clk_2")
	f.Add("//evil.example", "%zz&;&=", `{"a":"{campaign}{campaign}"}`, "{creator}", "clk_3")
	f.Fuzz(func(t *testing.T, path, query, stored, campaign, tid string) {
		destination := "https://shop.example/" + path
		if checkDestination("x", destination, []string{"shop.example"}) != nil || tid == "" || url.QueryEscape(tid) != tid {
			return
		}
		template := parseTemplate([]byte(stored))
		visitor, _ := url.ParseQuery(query) // what cannot be read is left out
		words := facts{platform: "TIKTOK", campaign: campaign, code: "maya"}
		got := template.arrival(destination, words, visitor, tid)
		require.False(t, strings.ContainsAny(got, "\r\n \x00"), "%q", got)
		u, err := url.Parse(got)
		require.NoError(t, err)
		require.Equal(t, "shop.example", u.Hostname())
		require.Equal(t, []string{tid}, u.Query()["tid"])
		if isPlain(destination) {
			plain, err := url.Parse(template.plainArrival(destination, words, tid))
			require.NoError(t, err)
			require.Equal(t, template.arrival(destination, words, nil, tid), plain.String())
		}
	})
}

// FuzzLinkCode reads arbitrary paths: what is accepted is a code that a link can have, and reading it again changes nothing.
func FuzzLinkCode(f *testing.F) {
	for _, seed := range []string{"maya", "MAYA).", "maya-summer", "a/b", "\xff", "maya”", "-", "maya_", strings.Repeat("a", 10_000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		code, ok := foldLinkCode(path)
		if !ok {
			return
		}
		require.NotEmpty(t, code)
		require.LessOrEqual(t, len(code), vanityMax)
		require.False(t, strings.ContainsFunc(code, func(r rune) bool { return !strings.ContainsRune(vanityLetters, r) }), "%q", code)
		again, ok := foldLinkCode(code)
		require.True(t, ok)
		require.Equal(t, code, again)
	})
}

func TestWhatStandsBehindAnAddressInATextIsNoPartOfTheCode(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"maya": "maya", "MAYA.": "maya", "maya)": "maya", "maya,": "maya", "maya_": "maya", "Maya-15!": "maya-15",
		"maya/": "maya", "maya”.": "maya", "maya-": "maya"} {
		code, ok := foldLinkCode(path)
		require.True(t, ok, path)
		require.Equal(t, want, code)
	}
	for _, path := range []string{"", ".", "ma ya", "ma/ya", "maya%", "mäya", "maya\x00", strings.Repeat("a", 41), strings.Repeat(".", 64)} {
		_, ok := foldLinkCode(path)
		require.False(t, ok, path)
	}
}
