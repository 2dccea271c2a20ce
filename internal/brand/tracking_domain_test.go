package brand_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/brand"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

// everyName are name servers that know all hosts below example.com but one.
type everyName struct{}

func (everyName) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if strings.HasPrefix(host, "nowhere.") {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
}

// leading gives a client for whom every host below example.com leads to a server over https.
func leading(t *testing.T, h http.HandlerFunc) *outbound.Client {
	t.Helper()
	server := httptest.NewTLSServer(h)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return outbound.New(outbound.Config{Resolver: everyName{}, Roots: roots, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		require.Equal(t, "93.184.216.34:443", address)
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}})
}

// verified adds a host to a brand and verifies it.
func (h *house) verified(ctx context.Context, b id.ID, host string) brand.Domain {
	h.t.Helper()
	d, err := h.AddDomain(ctx, b, host)
	require.NoError(h.t, err)
	h.zone.records[d.RecordName] = []string{d.RecordValue}
	d, err = h.VerifyDomain(ctx, d.ID)
	require.NoError(h.t, err)
	require.False(h.t, d.Tracking)
	return d
}

func TestLinksAreSharedUnderAHostThatLeadsHere(t *testing.T) {
	t.Parallel()
	h := newHouseBeside(t, false, leading(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/healthz":
			http.NotFound(w, r)
		case strings.HasPrefix(r.Host, "other."):
			_, _ = fmt.Fprint(w, "<html>a shop</html>")
		case strings.HasPrefix(r.Host, "twin."):
			_, _ = fmt.Fprintf(w, `{"status":"ok","deployment":"another one","host":%q}`, r.Host)
		case strings.HasPrefix(r.Host, "renamed."):
			_, _ = fmt.Fprint(w, `{"status":"ok","deployment":"this one","host":"tributary.internal"}`)
		case strings.HasPrefix(r.Host, "broken."):
			w.WriteHeader(http.StatusBadGateway)
		default:
			_, _ = fmt.Fprintf(w, `{"status":"ok","deployment":"this one","host":%q}`, r.Host)
		}
	}))
	ctx, b := h.founded("Nile", "https://nile.com")
	unverified, err := h.AddDomain(ctx, b.ID, "new.example.com")
	require.NoError(t, err)
	_, err = h.SetTracking(ctx, unverified.ID, true)
	requireFault(t, err, fault.Conflict, "WRONG_STATE", "")
	for host, words := range map[string]string{
		"nowhere.example.com": "There is no host named nowhere.example.com.",
		"other.example.com":   "another server answers there.",
		"broken.example.com":  "another server answers there.",
		"twin.example.com":    "another installation of Tributary answers there.",
		"renamed.example.com": "Have it keep the Host header.",
	} {
		d := h.verified(ctx, b.ID, host)
		_, err := h.SetTracking(ctx, d.ID, true)
		requireFault(t, err, fault.Conflict, "WRONG_STATE", "")
		require.Contains(t, fault.All(err)[0].Message, words)
		require.Contains(t, fault.All(err)[0].Message, "https://"+host+" does not lead to this server yet: ")
	}
	own := h.verified(ctx, b.ID, "tributary.test")
	_, err = h.SetTracking(ctx, own.ID, true)
	requireFault(t, err, fault.Invalid, "TAKEN", "brandDomainId")

	first, second := h.verified(ctx, b.ID, "go.example.com"), h.verified(ctx, b.ID, "link.example.com")
	for range 2 {
		first, err = h.SetTracking(ctx, first.ID, true)
		require.NoError(t, err)
		require.True(t, first.Tracking)
	}
	h.clock.Advance(time.Second)
	second, err = h.SetTracking(ctx, second.ID, true)
	require.NoError(t, err)
	require.True(t, second.Tracking)
	first, err = h.GetDomain(ctx, first.ID)
	require.NoError(t, err)
	require.False(t, first.Tracking, "a brand has one")
	h.clock.Advance(time.Second)
	second, err = h.SetTracking(ctx, second.ID, false)
	require.NoError(t, err)
	require.False(t, second.Tracking)
	var deeds string
	require.NoError(t, h.db.SQL.QueryRow(`SELECT string_agg(action || ' ' || (detail->>'host'), ', ' ORDER BY created_at, action) FROM audit_log WHERE action LIKE 'TRACKING%'`).Scan(&deeds))
	require.Equal(t, "TRACKING_DOMAIN_SET go.example.com, TRACKING_DOMAIN_ENDED go.example.com, TRACKING_DOMAIN_SET link.example.com, TRACKING_DOMAIN_ENDED link.example.com", deeds)
}

func TestAHostIsOneBrandsOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t, true)
	nile, one := h.founded("Nile", "https://nile.test")
	rhine, two := h.founded("Rhine", "https://rhine.test")
	mine, err := h.AddDomain(nile, one.ID, "go.test")
	require.NoError(t, err)
	theirs, err := h.AddDomain(rhine, two.ID, "go.test")
	require.NoError(t, err)
	_, err = h.SetTracking(nile, mine.ID, true)
	require.NoError(t, err)
	_, err = h.SetTracking(rhine, theirs.ID, true)
	requireFault(t, err, fault.Invalid, "TAKEN", "brandDomainId")
	manager := viewer.With(t.Context(), viewer.Viewer{Kind: viewer.User, UserID: id.NewUUID(start), Memberships: []viewer.Membership{{BrandID: one.ID.UUID, Roles: []viewer.Role{viewer.Manager}}}})
	_, err = h.SetTracking(manager, mine.ID, false)
	require.True(t, fault.Is(err, fault.Forbidden), "it changes the addresses of all links: the owner's matter")
	_, err = h.db.SQL.ExecContext(testdb.Context(t), `UPDATE brand_domain SET verified_at = NULL WHERE tracking`)
	require.Error(t, err, "the database knows no tracking host that was not verified")
}
