package mention_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
	"tributary/internal/sale/mention"
)

var people = []mention.Person{
	{ID: "maya", Name: "Maya Okafor", Handles: []string{"@mayaokafor", "maya.skin"}, Aliases: []string{"MAYA15"}},
	{ID: "noah", Name: "Noah Lindström", Handles: []string{"noahruns"}, Aliases: []string{"NOAH10"}},
	{ID: "mayac", Name: "Maya Chen", Handles: []string{"chenglow"}, Own: []string{"the glow fairy", "Noah Lindström"}},
	{ID: "soren", Name: "Søren Ødegård", Handles: []string{"soren_outside"}},
	{ID: "joao", Name: "João Conceição", Handles: []string{"joaofit"}},
	{ID: "li", Name: "Li", Handles: []string{"li"}},
}

func TestAnswersFindTheCreatorThatTheyName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, want  string
		least, most money.PPM
	}{
		{"Maya Okafor", "maya", 1_000_000, 1_000_000},
		{"@mayaokafor", "maya", 1_000_000, 1_000_000},
		{"MAYA15", "maya", 1_000_000, 1_000_000},
		{"maya.skin on insta", "maya", 960_000, 970_000},
		{"I saw a video of Noah Lindstrom!", "noah", 960_000, 970_000},
		{"NOÁH LINDSTRÖM", "noah", 1_000_000, 1_000_000},
		{"ｎｏａｈｒｕｎｓ", "noah", 1_000_000, 1_000_000},
		{"Soren Odegard", "soren", 1_000_000, 1_000_000},
		{"joao conceicao from youtube", "joao", 960_000, 970_000},
		{"mayaokafor_official", "maya", 890_000, 980_000},
		{"the glow fairy", "mayac", 800_000, 800_000},
		{"i think it was the glow fairy", "mayac", 700_000, 800_000},
		{"maya okafro", "maya", 700_000, 950_000},
		{"noahrunns", "noah", 650_000, 950_000},
		{"Noah", "noah", 740_000, 760_000},
		{"that guy Noah", "noah", 690_000, 710_000},
		{"Maya", "maya", 300_000, 400_000}, // two of them
		{"maya okafor and noah lindström", "maya", 450_000, 500_000},
	} {
		found := mention.Find(c.text, people)
		require.NotEmpty(t, found, c.text)
		if c.text != "Maya" && c.text != "maya okafor and noah lindström" {
			require.Equal(t, c.want, found[0].ID, c.text)
		}
		require.GreaterOrEqual(t, found[0].Confidence, c.least, c.text)
		require.LessOrEqual(t, found[0].Confidence, c.most, c.text)
	}
	for _, text := range []string{"", "   ", "???", "Google", "a girl with red hair", "li", "Anna", "okay"} {
		require.Empty(t, mention.Find(text, people), text)
	}
}

func TestTwoWhoFitAlikeLoseHalf(t *testing.T) {
	t.Parallel()
	found := mention.Find("Maya", people)
	require.Len(t, found, 2)
	require.Equal(t, found[0].Confidence, found[1].Confidence)
	require.Equal(t, money.PPM(375_000), found[0].Confidence)
	// A whole name says more than the first one that another creator shares.
	require.Equal(t, money.One, mention.Find("Maya Chen", people)[0].Confidence)
}

func TestWordsThatNameNobody(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "Google search", "a friend", "Instagram ad", "I don't know", "TikTok", "eine Freundin", "n/a"} {
		require.True(t, mention.Nobody(text), text)
	}
	for _, text := range []string{"Maya", "the girl with red hair", "friend of Noah"} {
		require.False(t, mention.Nobody(text), text)
	}
}

// randomPeople draws creators with names of few letters, so that many are alike.
func randomPeople(r *rand.Rand, n int) []mention.Person {
	word := func() string {
		b := make([]byte, 3+r.IntN(6))
		for i := range b {
			b[i] = "abcdeo"[r.IntN(6)]
		}
		return string(b)
	}
	out := make([]mention.Person, n)
	for i := range out {
		out[i] = mention.Person{ID: string(rune('A' + i)), Name: word() + " " + word(), Handles: []string{word()}, Aliases: []string{word()}}
	}
	return out
}

func TestWhatHoldsForEveryAnswer(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	some := 0
	for range 3_000 {
		all := randomPeople(r, 2+r.IntN(8))
		p := all[r.IntN(len(all))]
		text := p.Name
		switch r.IntN(4) {
		case 0:
			text = "it was " + p.Handles[0]
		case 1:
			text = p.Aliases[0]
		case 2:
			i := r.IntN(len(text))
			text = text[:i] + "z" + text[i:]
		}
		found := mention.Find(text, all)
		require.LessOrEqual(t, len(found), mention.MatchesMax)
		seen := map[string]bool{}
		for i, m := range found {
			require.False(t, seen[m.ID], "a creator twice")
			seen[m.ID] = true
			require.Positive(t, m.Confidence)
			require.LessOrEqual(t, m.Confidence, money.One)
			require.True(t, i == 0 || m.Confidence <= found[i-1].Confidence)
		}
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		require.Equal(t, found, mention.Find(text, all), "the order of creators never matters")
		require.Equal(t, found, mention.Find(strings.ToUpper(text), all), "case never matters")
		require.Equal(t, found, mention.Find("  "+strings.ReplaceAll(text, " ", " \t "), all), "blanks never matter")
		if len(found) > 0 {
			some++
			// One creator more never makes another one surer.
			more := append(all, mention.Person{ID: "new", Name: randomPeople(r, 1)[0].Name})
			for _, m := range mention.Find(text, more) {
				for _, old := range found {
					require.False(t, m.ID == old.ID && m.Confidence > old.Confidence, "%q: %v, then %v", text, old, m)
				}
			}
		}
	}
	require.Greater(t, some, 2_000)
}

func TestAnOnlyCreatorsOwnHandleIsCertain(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		p := randomPeople(r, 1)[0]
		for _, text := range []string{p.Name, "@" + p.Handles[0], p.Aliases[0]} {
			found := mention.Find(text, []mention.Person{p})
			require.Len(t, found, 1, text)
			require.Equal(t, money.One, found[0].Confidence)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"Maya Okafor", "@maya.skin", "noah\x00", "ＮＯＡＨ", "ß", "\xff\xfe", "a\u0301\u0301\u0301", "👩‍🎤 maya", strings.Repeat("maya ", 2_000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, m := range mention.Find(text, people) {
			require.Positive(t, m.Confidence)
			require.LessOrEqual(t, m.Confidence, money.One)
			require.True(t, utf8.ValidString(m.Term))
		}
		_ = mention.Nobody(text)
	})
}
