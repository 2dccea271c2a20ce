package outbound

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Bounds of an address, in bytes.
const (
	urlMax   = 8 << 10
	hostMax  = 253
	labelMax = 63
)

// reserved are the ends of names that nobody can own (RFC 2606, RFC 6761, RFC 6762, RFC 7686, RFC 9476) or that mean a network's inside.
var reserved = []string{"test", "example", "invalid", "localhost", "local", "internal", "home.arpa", "onion", "alt"}

// Reserved reports whether a host is a name that nobody on the public internet can own: for tests, examples and networks of one's own.
func Reserved(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, end := range reserved {
		if host == end || strings.HasSuffix(host, "."+end) {
			return true
		}
	}
	return false
}

// parse reads an address that may be asked at all. Who is behind its host is looked at when a connection is made.
func parse(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > urlMax {
		return nil, refused("This is not an address.")
	}
	return u, check(u)
}

func check(u *url.URL) error {
	host := u.Hostname()
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refused("Only addresses that begin with http:// or https:// are asked.")
	case u.User != nil:
		return refused("An address with a user name in it is not asked.")
	case u.Opaque != "" || host == "" || len(host) > hostMax:
		return refused("This address names no host.")
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	// What ends in a number is an address in one of the old ways of writing (2130706433, 0177.0.0.1, 0x7f.1), which some resolvers
	// understand; a name without a dot is one of the network's own.
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	gap := slices.ContainsFunc(labels, func(l string) bool { return l == "" || len(l) > labelMax })
	odd := strings.ContainsFunc(host, func(r rune) bool {
		return r != '-' && r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if odd || gap || len(labels) < 2 || last[0] >= '0' && last[0] <= '9' {
		return refused("This address names no host of the public internet.")
	}
	return nil
}
