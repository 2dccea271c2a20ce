package httpd

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxForwarded bounds how many members of X-Forwarded-For are looked at, from the right.
const maxForwarded = 32

// ClientAddress gives the function that says where a request comes from. X-Forwarded-For counts only while the one who added a
// member is a trusted proxy; without trusted proxies the header is nobody's word and the connection's own address counts.
func ClientAddress(trusted []netip.Prefix) func(*http.Request) netip.Addr {
	isTrusted := func(a netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return func(r *http.Request) netip.Addr {
		addr := peer(r)
		if !isTrusted(addr) {
			return addr
		}
		members := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := range min(len(members), maxForwarded) {
			next, err := netip.ParseAddr(strings.TrimSpace(members[len(members)-1-i]))
			if err != nil {
				return addr
			}
			addr = next.Unmap().WithZone("")
			if !isTrusted(addr) {
				return addr
			}
		}
		return addr
	}
}

// peer is the other end of the connection. It is the zero address when there is none.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

type clientKey struct{}

// ClientFrom gives the address of the request's client from its context; it is the zero address outside of a request.
func ClientFrom(ctx context.Context) netip.Addr {
	addr, _ := ctx.Value(clientKey{}).(netip.Addr)
	return addr
}

// network blanks the part of an address that tells one machine from its neighbours, for logs.
func network(a netip.Addr) string {
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
