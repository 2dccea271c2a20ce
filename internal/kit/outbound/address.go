package outbound

import "net/netip"

// Ports of the web; no others are spoken to.
const (
	portHTTP  = 80
	portHTTPS = 443
)

// special4 are the IPv4 networks that are not the public internet, after the registry of special-purpose addresses (RFC 6890 and
// those that update it), multicast, and the one public address behind which a cloud keeps its machines' secrets.
var special4 = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32", // Azure's wire server
)

// global6 is what of IPv6 is given out to the public internet. All else (loopback, mapped IPv4, NAT64, unique local, link local,
// multicast and what is not given out yet) is refused by not being in it.
var global6 = netip.MustParsePrefix("2000::/3")

// special6 are the networks inside of global6 that lead elsewhere.
var special6 = prefixes(
	"2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
	"2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, p := range all {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}

// Public reports whether an address is one of the public internet. IPv6 that carries an IPv4 address is not.
func Public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	special := special4
	if !a.Is4() {
		if !global6.Contains(a) {
			return false
		}
		special = special6
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// publicWeb allows the ports of the web on public addresses.
func publicWeb(a netip.AddrPort) bool {
	return (a.Port() == portHTTP || a.Port() == portHTTPS) && Public(a.Addr())
}
