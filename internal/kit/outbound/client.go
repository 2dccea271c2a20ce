// Package outbound makes HTTP requests to addresses that people name, such as the destination of a link, so that none of them
// reaches inside: only public addresses at the ports of the web are spoken to. A host's addresses are looked up once, checked, and the
// connection goes to the very address that was checked, so that a name cannot change between the two. Each redirect begins anew. There
// is no proxy, no cookie and no credential, and every answer is bounded in time and size.
package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Bounds of requests.
const (
	// TimeoutDefault is how long a request may take with all its redirects.
	TimeoutDefault = 10 * time.Second
	// PerHostDefault is how many requests may be under way to one host, in one process.
	PerHostDefault = 2

	dialTimeout  = 4 * time.Second // of one address
	addressesMax = 4               // of a host that are tried
	headersMax   = 64 << 10        // bytes
)

// Resolver looks up the addresses of hosts; *net.Resolver is one, tests have their own.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Config is what a client needs; all of it may be left out.
type Config struct {
	// Resolver defaults to the system's.
	Resolver Resolver
	// Allow says which addresses and ports may be spoken to. Defaults to ports 80 and 443 of public addresses. Tests, whose servers
	// listen on this machine, have their own.
	Allow func(netip.AddrPort) bool
	// Dial connects to an address that was allowed. Defaults to the system's.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Roots are who may sign certificates. Defaults to the system's.
	Roots *x509.CertPool
	// UserAgent is the name that the client goes by.
	UserAgent string
	// PerHost is how many requests may be under way to one host. Defaults to PerHostDefault.
	PerHost int
}

// Client makes guarded requests. It is safe for concurrent use.
type Client struct {
	Config
	transport *http.Transport

	mu       sync.Mutex
	underWay map[string]int // requests by host
}

// New makes a client.
func New(c Config) *Client {
	if c.Resolver == nil {
		c.Resolver = net.DefaultResolver
	}
	if c.Allow == nil {
		c.Allow = publicWeb
	}
	if c.PerHost == 0 {
		c.PerHost = PerHostDefault
	}
	out := &Client{Config: c, underWay: map[string]int{}}
	if out.Dial == nil {
		// The address of the socket is checked once more, whatever led to it.
		out.Dial = (&net.Dialer{Control: out.control}).DialContext
	}
	out.transport = &http.Transport{
		DialContext: out.connect,
		TLSClientConfig: &tls.Config{
			MinVersion: tls.VersionTLS12,
			RootCAs:    c.Roots,
		},
		TLSNextProto:           map[string]func(string, *tls.Conn) http.RoundTripper{}, // one connection, one request
		TLSHandshakeTimeout:    TimeoutDefault,
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: headersMax,
	}
	return out
}

// Request is what to ask.
type Request struct {
	Method  string // GET when empty
	URL     string
	Header  http.Header
	Body    []byte
	Follow  int           // how many redirects are followed; those of requests with a body never are
	Keep    int64         // bytes of the answer's body that are kept; the rest is not read
	Timeout time.Duration // TimeoutDefault when zero
}

// Answer is what came back.
type Answer struct {
	Status int
	URL    string // that answered, after redirects
	Header http.Header
	Body   []byte
}

// ErrBusy says that as many requests as there may be are under way to the host; ask again later.
var ErrBusy = errors.New("outbound: enough requests are under way to this host")

// Do makes a request and follows redirects. An error is ErrBusy, the end of the caller's context, or a *Failure whose Sentence says in
// words what went wrong.
func (c *Client) Do(ctx context.Context, r Request) (Answer, error) {
	if r.Timeout == 0 {
		r.Timeout = TimeoutDefault
	}
	within, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	u, err := parse(r.URL)
	for hop := 0; err == nil; hop++ {
		var answer Answer
		r.URL = u.String()
		if answer, err = c.once(within, strings.ToLower(u.Hostname()), r); err != nil {
			break
		}
		to := answer.Header.Get("Location")
		if !leadsOn(answer.Status) || to == "" || r.Body != nil || r.Follow == 0 {
			return answer, nil
		}
		if hop == r.Follow {
			err = refused("The address leads on more than %d times.", r.Follow)
			break
		}
		// Where a redirect leads is an address like the first.
		if u, err = u.Parse(to); err != nil {
			err = refused("The address leads on to something that is no address.")
			break
		}
		u.Fragment = ""
		err = check(u)
	}
	if errors.Is(err, ErrBusy) {
		return Answer{}, err
	}
	if ctx.Err() != nil {
		return Answer{}, ctx.Err()
	}
	host := ""
	if u != nil {
		host = u.Hostname()
	}
	return Answer{}, &Failure{Host: host, Err: err}
}

func leadsOn(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// once makes one request on a connection of its own.
func (c *Client) once(ctx context.Context, host string, r Request) (Answer, error) {
	if !c.enter(host) {
		return Answer{}, ErrBusy
	}
	defer c.leave(host)
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return Answer{}, refused("This is not an address.")
	}
	for name, values := range r.Header {
		req.Header[name] = values
	}
	req.Header.Set("User-Agent", c.UserAgent)
	resp, err := c.transport.RoundTrip(req) // and not a client's Do, which would follow redirects and send credentials
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	kept, err := io.ReadAll(io.LimitReader(resp.Body, r.Keep))
	if err != nil {
		return Answer{}, err
	}
	return Answer{Status: resp.StatusCode, URL: r.URL, Header: resp.Header, Body: kept}, nil
}

func (c *Client) enter(host string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.underWay[host] >= c.PerHost {
		return false
	}
	c.underWay[host]++
	return true
}

func (c *Client) leave(host string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.underWay[host]--; c.underWay[host] == 0 {
		delete(c.underWay, host)
	}
}

// connect looks a host up, refuses it when any of its addresses may not be spoken to, and connects to one of those that it checked.
func (c *Client) connect(ctx context.Context, network, address string) (net.Conn, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	port, err := net.LookupPort("tcp", portText)
	if err != nil {
		return nil, refused("Only ports %d and %d are spoken to.", portHTTP, portHTTPS)
	}
	found, err := c.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	checked := make([]string, 0, len(found))
	for _, a := range found {
		at := netip.AddrPortFrom(a, uint16(port))
		if !c.Allow(at) {
			return nil, refused("%s is not on the public internet, or this is not a port of the web.", host)
		}
		checked = append(checked, at.String())
	}
	for _, at := range checked[:min(len(checked), addressesMax)] {
		var conn net.Conn
		if conn, err = c.dialOne(ctx, network, at); err == nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return nil, err
}

func (c *Client) dialOne(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	return c.Dial(ctx, network, address)
}

// addresses gives those of a host, at least one. IPv6 that maps IPv4 is taken for it where a resolver writes so, and left as it is,
// to be refused, where the address says so itself.
func (c *Client) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a}, nil
	}
	// The dot at the end keeps the resolver from trying the name inside of the network's own domain.
	found, err := c.Resolver.LookupNetIP(ctx, "ip", strings.TrimSuffix(host, ".")+".")
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, &net.DNSError{Err: "no addresses", Name: host, IsNotFound: true}
	}
	for i, a := range found {
		found[i] = a.Unmap()
	}
	return found, nil
}

func (c *Client) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !c.Allow(netip.AddrPortFrom(at.Addr().Unmap(), at.Port())) {
		return refused("This address is not on the public internet.")
	}
	return nil
}
