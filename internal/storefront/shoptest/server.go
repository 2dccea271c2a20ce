// Package shoptest has shops for tests: servers that speak the documented APIs of Shopify, WooCommerce and Stripe over HTTP, as far as
// codes and webhooks need them, and the suite that every storefront.Shop passes. Tests only.
package shoptest

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/internal/kit/outbound"
)

// Domain is below which the shops are; the certificates of test servers are for it.
const Domain = "example.com"

// publicAddress stands for a place on the public internet.
const publicAddress = "93.184.216.34"

// Code is a code as a shop has it.
type Code struct {
	ID      string
	Code    string
	Percent string // as the shop writes it
	Active  bool
	EndsAt  string // as the shop writes it; empty for no end
	coupon  string
	created int64
}

// Webhook is one that a shop has.
type Webhook struct {
	ID, Topic, URL, Secret string
	metadata               map[string]string
	topics                 []string
}

// Shop is what all the servers share: what the shop has, and how it fails.
type Shop struct {
	*httptest.Server
	// Host is the shop's name.
	Host string

	mu       sync.Mutex
	codes    []*Code
	webhooks []*Webhook
	coupons  map[string]string // percentages by id
	failures []int
	lost     bool
	lose     bool              // the next code's creation
	before   map[string]func() // by a word in the request's body
	denied   bool
	requests []string
	next     int
	now      func() time.Time
}

func newShop(t testing.TB, host string, secure bool, answer func(s *Shop, w http.ResponseWriter, r *http.Request)) *Shop {
	t.Helper()
	s := &Shop{Host: host, coupons: map[string]string{}, now: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.meanwhile(string(body))
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests = append(s.requests, r.Method+" "+r.URL.Path)
		if len(s.failures) > 0 {
			status := s.failures[0]
			s.failures = s.failures[1:]
			write(w, status, map[string]any{"errors": "no", "code": "no", "message": "No.", "error": map[string]any{"message": "No."}}) // as each of them would
			return
		}
		if s.lost { // the work is done, its answer is not heard
			s.lost = false
			answer(s, httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		codes := len(s.codes)
		recorded := httptest.NewRecorder()
		answer(s, recorded, r)
		if s.lose && len(s.codes) > codes {
			s.lose = false
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(recorded.Code)
		_, _ = w.Write(recorded.Body.Bytes())
	})
	if secure {
		s.Server = httptest.NewTLSServer(h)
	} else {
		s.Server = httptest.NewServer(h)
	}
	t.Cleanup(s.Close)
	return s
}

// Outbound gives a client to which shops are the whole internet.
func Outbound(t testing.TB, shops ...*Shop) *outbound.Client {
	t.Helper()
	world := internet{}
	roots := x509.NewCertPool()
	for _, s := range shops {
		world[s.Host] = s
		if s.TLS != nil {
			roots.AddCert(s.Certificate())
		}
	}
	return outbound.New(outbound.Config{Resolver: world, Roots: roots, UserAgent: "Tributary test", PerHost: 8, Dial: world.dial})
}

// internet is names and who answers. Each shop has an address of its own.
type internet map[string]*Shop

func (n internet) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	host = strings.TrimSuffix(host, ".")
	if host == "inside."+Domain {
		return []netip.Addr{netip.MustParseAddr("10.0.0.1")}, nil
	}
	if _, known := n[host]; known {
		return []netip.Addr{address(host)}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// address makes a public one of a name.
func address(name string) netip.Addr {
	a := netip.MustParseAddr(publicAddress).As4()
	for i := range len(name) {
		a[3] = a[3]*31 + name[i]
	}
	return netip.AddrFrom4(a)
}

func (n internet) dial(ctx context.Context, network, to string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(to)
	if err != nil {
		return nil, err
	}
	for name, s := range n {
		if address(name).String() == host {
			return (&net.Dialer{}).DialContext(ctx, network, s.Listener.Addr().String())
		}
	}
	return nil, &net.OpError{Op: "dial", Err: net.UnknownNetworkError(to)}
}

// Fail answers the next requests with these statuses instead.
func (s *Shop) Fail(statuses ...int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = append(s.failures, statuses...)
}

// Lose does what the next request wants and gives no answer to it.
func (s *Shop) Lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = true
}

// LoseCreation makes the next code and gives no answer to it.
func (s *Shop) LoseCreation() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lose = true
}

// Before does something, once, before a request is answered whose body holds a word.
func (s *Shop) Before(word string, f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = map[string]func(){word: f}
}

func (s *Shop) meanwhile(body string) {
	s.mu.Lock()
	var do func()
	for word, f := range s.before {
		if strings.Contains(body, word) {
			do = f
			delete(s.before, word)
		}
	}
	s.mu.Unlock()
	if do != nil {
		do()
	}
}

// Deny refuses the credentials from now on, or takes them again.
func (s *Shop) Deny(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = yes
}

// Put puts a code into the shop, as its owner would by hand.
func (s *Shop) Put(c Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.ID = s.number()
	if c.coupon == "" {
		c.coupon = "by-hand-" + c.ID
		s.coupons[c.coupon] = c.Percent
	}
	s.codes = append(s.codes, &c)
}

// Hook puts a webhook into the shop, as its owner would by hand.
func (s *Shop) Hook(h Webhook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h.ID = s.number()
	h.topics = []string{h.Topic}
	s.webhooks = append(s.webhooks, &h)
}

// Codes gives what the shop has.
func (s *Shop) Codes() []Code {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Code, len(s.codes))
	for i, c := range s.codes {
		out[i] = *c
		out[i].coupon, out[i].created = "", 0
	}
	return out
}

// Webhooks gives what the shop has.
func (s *Shop) Webhooks() []Webhook {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Webhook, len(s.webhooks))
	for i, h := range s.webhooks {
		out[i] = Webhook{ID: h.ID, Topic: h.Topic, URL: h.URL, Secret: h.Secret}
	}
	return out
}

// DropWebhooks takes all webhooks out of the shop, as shops do with those that failed for a while.
func (s *Shop) DropWebhooks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhooks = nil
}

// Requests gives what was asked, as method and path.
func (s *Shop) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.requests...)
}

// number makes an id that nothing else in the shop has.
func (s *Shop) number() string {
	s.next++
	return fmt.Sprintf("%05d", s.next)
}

func (s *Shop) find(same func(c *Code) bool) *Code {
	for _, c := range s.codes {
		if same(c) {
			return c
		}
	}
	return nil
}

func write(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
