package tracking

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
)

// countryHeaders are set by proxies that know where an address is; only those of trusted proxies are read.
var countryHeaders = []string{"Cf-Ipcountry", "Cloudfront-Viewer-Country", "X-Vercel-Ip-Country", "X-Country-Code"}

// purposeHeaders say that a browser fetches ahead or draws a preview.
var purposeHeaders = []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"}

// visit reads what a request for a link tells of its visitor.
func (s *Service) visit(r *http.Request, l *cachedLink) clickRecord {
	now := s.Clock.Now()
	from := s.agents.of(first(r.Header, "User-Agent"))
	v := clickRecord{
		click: id.NewUUID(now), link: l.id, device: from.device, notCounted: reasonNotCounted(r, from), country: s.country(r),
		referrer: referrerHost(first(r.Header, "Referer")), subID: l.subID(),
		network: s.salts.hash(r.Context(), clock.DateOf(now), s.ClientAddress(r)),
	}
	if known, ok := visitorOf(r); ok {
		v.visitor, v.returning = known, true
	} else {
		v.visitor = id.NewUUID(now)
	}
	return v
}

// first gives a header's first value by its canonical name, without the allocations of Header.Get for others.
func first(h http.Header, name string) string {
	if v := h[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// visitorOf reads the visitor's id that we gave the browser.
func visitorOf(r *http.Request) (uuid.UUID, bool) {
	if len(r.Header["Cookie"]) == 0 {
		return uuid.Nil, false
	}
	c, err := r.Cookie(visitorCookie)
	if err != nil {
		return uuid.Nil, false
	}
	u, err := uuid.Parse(c.Value)
	return u, err == nil && u != uuid.Nil
}

// reasonNotCounted says why a request is led on without being counted; empty for a person's click.
func reasonNotCounted(r *http.Request, from agent) NotCounted {
	if r.Method == http.MethodHead {
		return NotCountedHead
	}
	for _, h := range purposeHeaders {
		if len(r.Header[h]) == 0 {
			continue
		}
		v := strings.ToLower(r.Header[h][0])
		switch {
		case strings.Contains(v, "prefetch"), strings.Contains(v, "prerender"):
			return NotCountedPrefetch
		case strings.Contains(v, "preview"):
			return NotCountedPreview
		}
	}
	return from.notCounted
}

// referrerHost gives the host that the visitor came from, empty when the browser does not say.
func referrerHost(referrer string) string {
	if referrer == "" {
		return ""
	}
	u, err := url.Parse(referrer)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if len(host) > referrerMax || !storable(host) {
		return ""
	}
	return host
}

// country reads the country that a trusted proxy tells, empty otherwise.
func (s *Service) country(r *http.Request) string {
	if len(s.TrustedProxies) == 0 {
		return ""
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr := peer.Addr().Unmap().WithZone("")
	for _, p := range s.TrustedProxies {
		if !p.Contains(addr) {
			continue
		}
		for _, h := range countryHeaders {
			c := strings.ToUpper(first(r.Header, h))
			// XX and T1 are what some proxies say for "unknown" and for an anonymity network.
			if len(c) == 2 && isLetter(c[0]) && isLetter(c[1]) && c != "XX" {
				return c
			}
		}
		return ""
	}
	return ""
}
