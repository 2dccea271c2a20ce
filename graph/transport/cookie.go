package transport

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

type exchangeKey struct{}

// Exchange is what a mutation may read and write of the HTTP request it came in: cookies. Only operations sent by POST have
// one; GET, event streams and WebSockets carry no cookies by construction.
type Exchange struct {
	cookies    []*http.Cookie
	sameOrigin bool

	mu  sync.Mutex
	set []*http.Cookie
}

// ExchangeFrom gives the exchange of the present operation, or false when it came in another way than POST.
func ExchangeFrom(ctx context.Context) (*Exchange, bool) {
	e, ok := ctx.Value(exchangeKey{}).(*Exchange)
	return e, ok && e != nil
}

// Cookie gives the value of a cookie of the request, empty without one.
func (e *Exchange) Cookie(name string) string {
	for _, c := range e.cookies {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// SameOrigin reports that a page of this server sent the request. What a cookie alone allows must ask for it.
func (e *Exchange) SameOrigin() bool { return e.sameOrigin }

// SetCookie sends a cookie with the answer.
func (e *Exchange) SetCookie(c *http.Cookie) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.set = append(e.set, c)
}

func (e *Exchange) apply(w http.ResponseWriter) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.set {
		http.SetCookie(w, c)
	}
}

// cookiePolicy knows the server's own origin.
type cookiePolicy struct{ origin string }

func newCookiePolicy(base *url.URL) *cookiePolicy {
	if base == nil {
		return &cookiePolicy{}
	}
	return &cookiePolicy{origin: strings.ToLower(base.Scheme + "://" + base.Host)}
}

func (p *cookiePolicy) exchange(r *http.Request) *Exchange {
	same := r.Header.Get("Sec-Fetch-Site") == "same-origin" ||
		p.origin != "" && strings.EqualFold(r.Header.Get("Origin"), p.origin)
	return &Exchange{cookies: r.Cookies(), sameOrigin: same}
}
