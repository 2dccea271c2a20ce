package mention

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// textMax bounds what is folded, in bytes.
const textMax = 4_000

// plain are letters that people type for others, and that no decomposition gives.
var plain = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "æ", "ae", "œ", "oe", "ı", "i", "ð", "d", "þ", "th", "’", "", "'", "")

// fold gives the words of a text in the form in which they are compared: compatibility forms, cases and marks above and below letters
// do not matter, and everything that is no letter or digit stands between words.
func fold(text string) []string {
	if len(text) > textMax {
		text = text[:textMax]
	}
	text = strings.ToValidUTF8(text, " ")
	text = plain.Replace(cases.Fold().String(norm.NFKC.String(text)))
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

func letters(word string) int { return utf8.RuneCountInString(word) }

// nobody are words of answers that name no creator: places, people without a name, and the words between.
var nobody = func() map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(`a an the my your our by from in on at of to via through i we saw it was found heard and or some someone somebody
		google bing search searching friend friends family mother father sister brother colleague partner wife husband word mouth
		instagram insta ig tiktok tik tok youtube yt facebook fb twitter x pinterest snapchat twitch reddit podcast podcasts newsletter blog
		email mail ad ads advert advertisement advertising internet online web website store shop tv radio magazine newspaper billboard event
		none nobody no nothing n idk dont do not know remember cant other else na
		ein eine einer freund freundin freunde familie suche werbung anzeige internet keine niemand weiss nicht`) {
		out[w] = true
	}
	return out
}()

// Nobody tells that a text names no creator for sure: it is empty, or made only of words like "a friend" and "Google search".
func Nobody(text string) bool {
	for _, w := range fold(text) {
		if !nobody[w] {
			return false
		}
	}
	return true
}
