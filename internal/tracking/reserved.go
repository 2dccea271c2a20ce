package tracking

import "strings"

// reservedCodes would be mistaken for pages of the server or for the word of whoever runs it.
var reservedCodes = reservedWords()

func reservedWords() map[string]bool {
	out := map[string]bool{}
	for word := range strings.FieldsSeq(`abuse account accounts admin administrator affiliate api app apps archive assets auth billing blog brand
		brands calendar checkout code codes contact creator creators dashboard delete docs download edit event events faq favicon favicon-ico
		finance go graphql healthz help home imprint index info invite jobs join legal link links log-in login log-out logout mail metrics
		moderator new news null oauth official operator owner page pages partner partners pay payment payments payout payouts ping postback
		preview privacy program programs public qr readyz redirect register report reset robots robots-txt root sandbox schema search security
		service settings shop sign-in signin sign-out signout sign-up signup sitemap snippet staff static status store stripe support survey
		system team terms tributary undefined unsubscribe update user users verify webhook webhooks well-known www`) {
		out[looksLike(word)] = true
	}
	return out
}

// readAlike joins the letters of codes that people read alike.
var readAlike = strings.NewReplacer("0", "o", "1", "l")

// looksLike gives what a folded code is read as; two links never have the same.
func looksLike(code string) string { return readAlike.Replace(code) }
