package outbound_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/outbound"
)

// names are name servers of a test. A name that is not listed does not exist.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	var out []netip.Addr
	for _, a := range n[strings.ToLower(strings.TrimSuffix(host, "."))] {
		out = append(out, netip.MustParseAddr(a))
	}
	if out == nil {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return out, nil
}

// refusal asks for an address whose host must not be reached, and gives what is said about it.
func refusal(t *testing.T, c *outbound.Client, address string) string {
	t.Helper()
	_, err := c.Do(t.Context(), outbound.Request{URL: address, Follow: 5, Keep: 100})
	var failure *outbound.Failure
	require.ErrorAs(t, err, &failure, address)
	var refused *outbound.Refusal
	require.ErrorAs(t, err, &refused, "%s: %v", address, err)
	require.False(t, failure.Ours(), address)
	require.Equal(t, refused.Sentence, failure.Sentence())
	return failure.Sentence()
}

// hostile are addresses of what lies inside, in every way of writing that somebody has tried.
var hostile = []string{
	// this machine
	"http://127.0.0.1/", "http://127.0.0.1:80/", "https://127.1.2.3/", "http://127.1/", "http://0/", "http://0.0.0.0/", "http://2130706433/",
	"http://017700000001/", "http://0177.0.0.1/", "http://0x7f.0.0.1/", "http://0x7f000001/", "http://0x7f.1/", "http://127.0.0.1./", "http://00127.0.0.1/",
	"http://localhost/", "http://LOCALHOST./", "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://１２７.０.０.１/", "http://127。0。0。1/",
	// IPv4 inside of IPv6
	"http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::ffff:8.8.8.8]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::8.8.8.8]/",
	"http://[64:ff9b:1::a00:1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[::ffff:0:127.0.0.1]/",
	// networks of one's own, between providers, and links
	"http://10.0.0.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.1/", "http://100.64.0.1/", "http://100.127.255.254/", "http://169.254.0.1/",
	"http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fec0::1]/",
	// the machines of clouds about themselves
	"http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/", "http://100.100.100.200/", "http://168.63.129.16/", "http://192.0.0.192/", "http://2852039166/",
	"http://metadata.google.internal/",
	// reserved, for tests and examples, to many
	"http://192.0.2.1/", "http://198.51.100.1/", "http://203.0.113.1/", "http://198.18.0.1/", "http://198.19.255.255/", "http://224.0.0.1/", "http://239.1.1.1/",
	"http://240.0.0.1/", "http://255.255.255.255/", "http://192.88.99.1/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[2001:2::1]/", "http://[100::1]/",
	"http://[3fff::1]/", "http://[5f00::1]/",
	// names that lead inside
	"http://inside.attacker.com/", "https://mixed.attacker.com/", "http://mapped.attacker.com/", "http://six.attacker.com/", "http://intranet/", "http://printer.local/",
	// other doors
	"http://public.attacker.com:22/", "http://public.attacker.com:8080/", "https://public.attacker.com:6379/", "http://93.184.216.34:5432/", "http://public.attacker.com:0/",
	"http://public.attacker.com:99999/",
	// no web
	"file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://public.attacker.com/", "javascript:alert(1)", "//public.attacker.com/", "http:public.attacker.com", "", "http://",
	"http:///path", "http://user:secret@public.attacker.com/", "http://public.attacker.com\r\nHost: inside/", "http://public.attacker.com:80:80/", "http://[::1", "http://a b.com/",
	"http://" + strings.Repeat("a", 300) + ".com/", "http://-/", "http://a..com/", "http://xn--a/",
}

func TestNothingInsideIsReached(t *testing.T) {
	t.Parallel()
	require.Greater(t, len(hostile), 60)
	c := outbound.New(outbound.Config{
		Resolver: names{"inside.attacker.com": {"10.1.2.3"}, "mixed.attacker.com": {"93.184.216.34", "192.168.0.1"}, "mapped.attacker.com": {"::ffff:127.0.0.1"},
			"six.attacker.com": {"fd00::1"}, "public.attacker.com": {"93.184.216.34"}, "intranet": {"93.184.216.34"}, "localhost": {"127.0.0.1"},
			"metadata.google.internal": {"169.254.169.254"}, "printer.local": {"192.168.0.7"}, "127.1": {"127.0.0.1"}, "0x7f.1": {"127.0.0.1"}},
		Dial: func(_ context.Context, _, address string) (net.Conn, error) {
			t.Errorf("reached %s", address)
			return nil, errors.New("reached")
		},
	})
	for _, address := range hostile {
		require.NotEmpty(t, refusal(t, c, address), address)
	}
}

func TestWhatIsPublicIsReached(t *testing.T) {
	t.Parallel()
	for _, a := range []string{"8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.0.1.1", "198.17.0.1", "223.255.255.1", "2606:4700::1111",
		"2a00:1450:4001::1", "2001:4860:4860::8888"} {
		require.True(t, outbound.Public(netip.MustParseAddr(a)), a)
	}
	require.False(t, outbound.Public(netip.Addr{}))
	require.False(t, outbound.Public(netip.MustParseAddr("fe80::1%eth0")))
	for host, want := range map[string]bool{"shop.example": true, "localhost": true, "a.TEST.": true, "router.home.arpa": true, "x.internal": true, "shop.com": false,
		"example.com": false, "test.shop": false, "contest": false} {
		require.Equal(t, want, outbound.Reserved(host), host)
	}
}

// turning gives another address each time that it is asked.
type turning struct {
	answers []string
	asked   atomic.Int64
}

func (r *turning) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	n := int(r.asked.Add(1)) - 1
	return []netip.Addr{netip.MustParseAddr(r.answers[min(n, len(r.answers)-1)])}, nil
}

func TestAConnectionGoesToTheAddressThatWasChecked(t *testing.T) {
	t.Parallel()
	resolver := &turning{answers: []string{"93.184.216.34", "127.0.0.1"}}
	var reached []string
	c := outbound.New(outbound.Config{Resolver: resolver, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		reached = append(reached, address)
		return nil, errors.New("no network in tests")
	}})
	_, err := c.Do(t.Context(), outbound.Request{URL: "http://rebinding.attacker.com/"})
	require.Error(t, err)
	require.EqualValues(t, 1, resolver.asked.Load(), "a name is looked up once a connection")
	require.Equal(t, []string{"93.184.216.34:80"}, reached)
	require.Contains(t, refusal(t, c, "http://rebinding.attacker.com/"), "not on the public internet")
	require.Len(t, reached, 1)
}

func TestTheSocketItselfIsCheckedToo(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	var once atomic.Bool
	// A check that changes its mind stands for anything that might lie between it and the socket.
	c := outbound.New(outbound.Config{Allow: func(netip.AddrPort) bool { return once.CompareAndSwap(false, true) }})
	require.Contains(t, refusal(t, c, server.URL), "not on the public internet")
}

// site is a server of a test under made-up names, reached whatever the port.
type site struct {
	*httptest.Server
	names   names
	dialled atomic.Int64
}

// newSite serves names; each is an address of the outside world and leads to the server.
func newSite(t *testing.T, secure bool, h http.HandlerFunc, hosts ...string) *site {
	t.Helper()
	s := &site{names: names{}}
	if secure {
		s.Server = httptest.NewTLSServer(h)
	} else {
		s.Server = httptest.NewServer(h)
	}
	t.Cleanup(s.Close)
	for _, host := range hosts {
		s.names[host] = []string{"93.184.216.34"}
	}
	return s
}

func (s *site) client(change func(*outbound.Config)) *outbound.Client {
	c := outbound.Config{Resolver: s.names, UserAgent: "Tributary test", Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		s.dialled.Add(1)
		return (&net.Dialer{}).DialContext(ctx, network, s.Listener.Addr().String())
	}}
	if s.TLS != nil {
		c.Roots = x509.NewCertPool()
		c.Roots.AddCert(s.Certificate())
	}
	if change != nil {
		change(&c)
	}
	return outbound.New(c)
}

func TestRedirectsAreFollowedOneByOneAndCheckedEach(t *testing.T) {
	t.Parallel()
	s := newSite(t, false, func(w http.ResponseWriter, r *http.Request) {
		if len(r.Cookies()) > 0 || r.Header.Get("Authorization") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("something was carried along: %v", r.Header)
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		switch to := r.URL.Query().Get("to"); {
		case r.URL.Path == "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case to != "":
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusMovedPermanently)
		default:
			_, _ = fmt.Fprintf(w, "%s %s %s", r.Host, r.URL.RequestURI(), r.UserAgent())
		}
	}, "shop.attacker.com", "www.shop.attacker.com")
	c := s.client(nil)
	to := func(address string) string { return "http://shop.attacker.com/?to=" + url.QueryEscape(address) }
	a, err := c.Do(t.Context(), outbound.Request{URL: to("http://www.shop.attacker.com/a?tid=1#part"), Follow: 5, Keep: 1000})
	require.NoError(t, err)
	require.Equal(t, []any{200, "http://www.shop.attacker.com/a?tid=1", "www.shop.attacker.com /a?tid=1 Tributary test"}, []any{a.Status, a.URL, string(a.Body)})
	a, err = c.Do(t.Context(), outbound.Request{URL: to("../x"), Follow: 1, Keep: 8})
	require.NoError(t, err)
	require.Equal(t, []string{"http://shop.attacker.com/x", "shop.att"}, []string{a.URL, string(a.Body)})
	a, err = c.Do(t.Context(), outbound.Request{URL: to("/x")})
	require.NoError(t, err)
	require.Equal(t, 301, a.Status, "nothing is followed unless it is asked for")
	a, err = c.Do(t.Context(), outbound.Request{Method: http.MethodPost, URL: to("/x"), Body: []byte("{}"), Follow: 5})
	require.NoError(t, err)
	require.Equal(t, 301, a.Status, "a body is never sent on")

	for _, inside := range []string{"http://169.254.169.254/latest/", "http://127.0.0.1/", "//[::1]/", "http://localhost/", "file:///etc/passwd", "http://2130706433/",
		"http://user@shop.attacker.com/", "gopher://shop.attacker.com/", "http://shop.attacker.com:22/", "https://%zz/"} {
		before := s.dialled.Load()
		refusal(t, c, to(inside))
		require.Equal(t, before+1, s.dialled.Load(), inside)
	}
	require.Equal(t, "The address leads on more than 5 times.", refusal(t, c, "http://shop.attacker.com/loop"))
}

func TestAnswersAreBoundedInTimeAndSize(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := newSite(t, false, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			<-release
		case "/headers":
			w.Header().Set("X-Long", strings.Repeat("a", 1<<20))
		case "/zip":
			assert.Empty(t, r.Header.Get("Accept-Encoding"))
		default:
			for range 1000 {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return
				}
			}
		}
	}, "shop.attacker.com")
	defer close(release)
	c := s.client(nil)
	a, err := c.Do(t.Context(), outbound.Request{URL: "http://shop.attacker.com/", Keep: 64 << 10})
	require.NoError(t, err)
	require.Len(t, a.Body, 64<<10)
	_, err = c.Do(t.Context(), outbound.Request{URL: "http://shop.attacker.com/zip"})
	require.NoError(t, err)
	var failure *outbound.Failure
	_, err = c.Do(t.Context(), outbound.Request{URL: "http://shop.attacker.com/slow", Timeout: 20 * time.Millisecond})
	require.ErrorAs(t, err, &failure)
	require.Equal(t, "shop.attacker.com did not answer in time.", failure.Sentence())
	_, err = c.Do(t.Context(), outbound.Request{URL: "http://shop.attacker.com/headers"})
	require.ErrorAs(t, err, &failure)
	require.Equal(t, "shop.attacker.com did not answer as a web server does.", failure.Sentence())
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err = c.Do(gone, outbound.Request{URL: "http://shop.attacker.com/"})
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorAs(t, err, &failure, "that the caller left is nobody's failure")
}

func TestAHostIsAskedPolitely(t *testing.T) {
	t.Parallel()
	release, inside := make(chan struct{}), make(chan struct{}, 10)
	answer := sync.OnceFunc(func() { close(release) })
	defer answer()
	within := func() {
		t.Helper()
		select {
		case <-inside:
		case <-time.After(20 * time.Second):
			require.Fail(t, "no request came")
		}
	}
	s := newSite(t, false, func(http.ResponseWriter, *http.Request) { inside <- struct{}{}; <-release }, "shop.attacker.com", "other.attacker.com")
	c := s.client(nil)
	var group sync.WaitGroup
	ask := func(address string) {
		group.Go(func() { _, err := c.Do(t.Context(), outbound.Request{URL: address}); assert.NoError(t, err) })
	}
	ask("http://shop.attacker.com/")
	ask("http://SHOP.attacker.com/")
	within()
	within()
	_, err := c.Do(t.Context(), outbound.Request{URL: "http://shop.attacker.com/"})
	require.ErrorIs(t, err, outbound.ErrBusy)
	ask("http://other.attacker.com/")
	within()
	answer()
	group.Wait()
	_, err = c.Do(t.Context(), outbound.Request{URL: "http://shop.attacker.com/"})
	require.NoError(t, err)
}

func TestWhatWentWrongIsSaidInWords(t *testing.T) {
	t.Parallel()
	secure := newSite(t, true, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, "example.com", "other.attacker.com")
	sentence := func(c *outbound.Client, address string) (string, bool) {
		_, err := c.Do(t.Context(), outbound.Request{URL: address})
		var failure *outbound.Failure
		require.ErrorAs(t, err, &failure)
		require.NotContains(t, failure.Sentence(), "93.184.216.34")
		require.NotContains(t, failure.Sentence(), "127.0.0.1")
		return failure.Sentence(), failure.Ours()
	}
	trusting := secure.client(nil)
	a, err := trusting.Do(t.Context(), outbound.Request{URL: "https://example.com/"})
	require.NoError(t, err)
	require.Equal(t, 204, a.Status)
	for _, c := range []struct {
		client  *outbound.Client
		address string
		words   string
		ours    bool
	}{
		{trusting, "https://other.attacker.com/", "The certificate of other.attacker.com is for another name.", false},
		{secure.client(func(c *outbound.Config) { c.Roots = x509.NewCertPool() }), "https://example.com/", "The certificate of example.com is signed by nobody whom browsers trust.", false},
		{trusting, "http://nobody.attacker.com/", "There is no host named nobody.attacker.com.", false},
		{secure.client(func(c *outbound.Config) { c.Resolver = away{} }), "http://example.com/", "The name servers did not answer for example.com.", true},
		{secure.client(func(c *outbound.Config) { c.Dial = refuse }), "http://example.com/", "example.com takes no connections.", false},
	} {
		words, ours := sentence(c.client, c.address)
		require.Equal(t, c.words, words)
		require.Equal(t, c.ours, ours, c.words)
	}
}

// away are name servers that do not answer.
type away struct{}

func (away) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return nil, &net.DNSError{Err: "server misbehaving", Name: "x", IsTemporary: true}
}

// refuse is a connection to a port that nobody listens on.
func refuse(ctx context.Context, network, _ string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:1")
}

func TestOnlyPresentTLSIsSpoken(t *testing.T) {
	t.Parallel()
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.TLS = &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	old.StartTLS()
	defer old.Close()
	s := &site{Server: old, names: names{"example.com": {"93.184.216.34"}}}
	_, err := s.client(nil).Do(t.Context(), outbound.Request{URL: "https://example.com/"})
	require.Error(t, err)
}

func FuzzNoAddressReachesInside(f *testing.F) {
	for _, address := range hostile {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		c := outbound.New(outbound.Config{Resolver: names{}, Dial: func(_ context.Context, _, to string) (net.Conn, error) {
			at, err := netip.ParseAddrPort(to)
			if err != nil || !outbound.Public(at.Addr()) {
				t.Errorf("%q reached %s", address, to)
			}
			return nil, errors.New("no network in tests")
		}})
		_, err := c.Do(t.Context(), outbound.Request{URL: address})
		var failure *outbound.Failure
		require.ErrorAs(t, err, &failure)
		require.NotEmpty(t, failure.Sentence())
	})
}
