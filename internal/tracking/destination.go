package tracking

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"tributary/internal/kit/fault"
)

// destinationMax bounds an address that a link leads to, in bytes.
const destinationMax = 2000

// utmMax bounds how many parameters a program's template adds.
const utmMax = 20

// tidParameter carries the click's id to the shop.
const tidParameter = "tid"

// checkDestination accepts an absolute web address on one of the hosts or below it. A brand shows by a DNS record that a host is
// its own, which says the same of the names below.
func checkDestination(field, raw string, hosts []string) *fault.Fault {
	if len(raw) > destinationMax {
		return fault.At(field, "TOO_LONG", "An address has at most %d characters.", destinationMax)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Opaque != "" ||
		strings.ContainsAny(raw, " \t\r\n\\\"<>") || !storable(raw) {
		return fault.At(field, "BAD_FORMAT", "Give a whole address, such as https://shop.example/product.")
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	for _, h := range hosts {
		if host == h || strings.HasSuffix(host, "."+h) {
			return nil
		}
	}
	return fault.At(field, "UNVERIFIED_DOMAIN", "%s is not a verified domain of the brand.", host)
}

// defaultUTM is used where a program has no template of its own. Words in braces are filled in for each link.
var defaultUTM = map[string]string{"utm_source": "{platform}", "utm_medium": "affiliate", "utm_campaign": "{campaign}"}

// utmTemplate is a program's template, taken apart once: its parameters in the order of their names, tid among them.
type utmTemplate []utmParameter

type utmParameter struct {
	name  string // as it stands in an address
	plain string
	parts []utmPart // none for tid
}

// utmPart is fixed text, or the name of what is filled in.
type utmPart struct{ text, word string }

// facts are what the words of a template stand for.
type facts struct{ platform, campaign, code, subID, creator, program string }

func (f facts) of(word string) string {
	switch word {
	case "{platform}":
		return strings.ToLower(f.platform)
	case "{campaign}":
		return f.campaign
	case "{code}":
		return f.code
	case "{sub_id}":
		return f.subID
	case "{creator}":
		return f.creator
	case "{program}":
		return f.program
	}
	return ""
}

var utmWords = []string{"{platform}", "{campaign}", "{code}", "{sub_id}", "{creator}", "{program}"}

// parseTemplate takes a stored template apart. One that cannot be read counts as none.
func parseTemplate(stored []byte) utmTemplate {
	patterns := map[string]string{}
	if json.Unmarshal(stored, &patterns) != nil || len(patterns) == 0 || len(patterns) > utmMax {
		patterns = defaultUTM
	}
	out := utmTemplate{{name: tidParameter, plain: tidParameter}}
	for name, pattern := range patterns {
		if name != tidParameter {
			out = append(out, utmParameter{name: url.QueryEscape(name), plain: name, parts: partsOf(pattern)})
		}
	}
	slices.SortFunc(out, func(a, b utmParameter) int { return strings.Compare(a.plain, b.plain) })
	return out
}

// partsOf cuts a pattern at its words.
func partsOf(pattern string) (out []utmPart) {
	for pattern != "" {
		at, word := len(pattern), ""
		for _, w := range utmWords {
			if i := strings.Index(pattern, w); i >= 0 && i < at {
				at, word = i, w
			}
		}
		if at > 0 {
			out = append(out, utmPart{text: pattern[:at]})
		}
		if word != "" {
			out = append(out, utmPart{word: word})
		}
		pattern = pattern[at+len(word):]
	}
	return out
}

// value fills a parameter in.
func (p utmParameter) value(f facts) string {
	if len(p.parts) == 1 {
		return p.parts[0].text + f.of(p.parts[0].word)
	}
	var b strings.Builder
	for _, part := range p.parts {
		b.WriteString(part.text)
		b.WriteString(f.of(part.word))
	}
	return b.String()
}

// arrival builds the address that a visitor is led to: the destination with its own parameters, what the visitor brought along
// (which never replaces the destination's own), the program's UTM parameters where neither says otherwise, and the click id as tid;
// none when that is empty. It gives an empty address for a destination that is none.
func (t utmTemplate) arrival(destination string, f facts, visitor url.Values, tid string) string {
	if len(visitor) == 0 && isPlain(destination) {
		return t.plainArrival(destination, f, tid)
	}
	u, err := url.Parse(destination)
	if err != nil {
		return ""
	}
	q := u.Query()
	for name, values := range visitor {
		if !q.Has(name) {
			q[name] = values
		}
	}
	for _, p := range t {
		if value := p.value(f); value != "" && !q.Has(p.plain) {
			q.Set(p.plain, value)
		}
	}
	if tid == "" {
		q.Del(tidParameter)
	} else {
		q.Set(tidParameter, tid)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// isPlain tells whether an address has no parameters and nothing but letters that stand in an address as they are (RFC 3986, section
// 2.3).
func isPlain(destination string) bool {
	for i := range len(destination) {
		switch b := destination[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-', b == '.', b == '_', b == '~', b == '/', b == ':':
		default:
			return false
		}
	}
	return true
}

// plainArrival is arrival for what nearly all visits are: the visitor has no parameters, and the destination is plain.
func (t utmTemplate) plainArrival(destination string, f facts, tid string) string {
	b := make([]byte, 0, len(destination)+160)
	b = append(b, destination...)
	separator := byte('?')
	for i := range t {
		p := &t[i]
		value := tid
		if len(p.parts) > 0 {
			value = url.QueryEscape(p.value(f))
		}
		if value == "" {
			continue
		}
		b = append(b, separator)
		b = append(b, p.name...)
		b = append(b, '=')
		b = append(b, value...)
		separator = '&'
	}
	return string(b)
}
