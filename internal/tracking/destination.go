package tracking

import (
	"encoding/json"
	"net/url"
	"strings"

	"tributary/internal/kit/fault"
)

// destinationMax bounds an address that a link leads to, in bytes.
const destinationMax = 2000

// utmMax bounds how many parameters a program's template adds.
const utmMax = 20

// checkDestination accepts an absolute web address on one of the hosts or below it. A brand shows by a DNS record that a host is
// its own, which says the same of the names below.
func checkDestination(field, raw string, hosts []string) *fault.Fault {
	if len(raw) > destinationMax {
		return fault.At(field, "TOO_LONG", "An address has at most %d characters.", destinationMax)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Opaque != "" ||
		strings.ContainsAny(raw, " \t\r\n\\\"<>") {
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

// arrival builds the address that a visitor is led to: the destination with its own parameters, what the visitor brought
// along (which never replaces the destination's own), the program's UTM parameters where neither says otherwise, and the click id
// as tid. A template that cannot be read counts as none. It fails only for a destination that is no address.
func arrival(t target, visitor url.Values, tid string) (string, error) {
	u, err := url.Parse(t.destination)
	if err != nil {
		return "", err
	}
	q := u.Query()
	for name, values := range visitor {
		if !q.Has(name) {
			q[name] = values
		}
	}
	template := map[string]string{}
	if json.Unmarshal(t.utmTemplate, &template) != nil || len(template) == 0 || len(template) > utmMax {
		template = defaultUTM
	}
	fill := strings.NewReplacer("{platform}", strings.ToLower(t.platform), "{campaign}", t.campaign, "{code}", t.code, "{sub_id}", t.subID,
		"{creator}", t.handle, "{program}", t.programSlug)
	for name, pattern := range template {
		if value := fill.Replace(pattern); value != "" && !q.Has(name) {
			q.Set(name, value)
		}
	}
	if tid == "" {
		q.Del("tid")
	} else {
		q.Set("tid", tid)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}
