package app

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"tributary/internal/brand"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
	"tributary/internal/kit/outbound"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/server/httpd"
)

// world is the outside, in which every name leads to one address.
type world struct{}

func (world) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
}

func TestAServerKnowsItselfUnderABrandsHost(t *testing.T) {
	t.Parallel()
	m := openMarket(t)
	s := m.openShop()
	p := s.join()
	base := &url.URL{Scheme: "http", Host: "tributary.test"}
	pages, err := httpd.NewPortal(fstest.MapFS{}, base)
	require.NoError(t, err)
	server := httptest.NewTLSServer(httpd.New(httpd.Options{Log: slog.New(slog.DiscardHandler), Clock: clock.System{}, BaseURL: base, Deployment: m.deployment,
		Registry: httpd.NewRegistry(), Portal: pages, Routes: httpd.Routes{Redirect: m.redirect}}).Handler())
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	client := outbound.New(outbound.Config{Resolver: world{}, Roots: roots, UserAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}})
	outside := brand.New(brand.Config{DB: m.db.DB, Clock: m.clock, Identity: m.identity, MasterSecret: []byte("a master secret of 32 bytes long"),
		BaseURL: base.String(), Outbound: client, Deployment: m.deployment})
	v, err := m.identity.ViewerOf(testdb.Context(t), s.owner.user)
	require.NoError(t, err)
	ctx := viewer.With(t.Context(), v)
	d, err := outside.AddDomain(ctx, s.brand, "go.example.com")
	require.NoError(t, err)
	m.db.Ent.BrandDomain.UpdateOneID(d.ID.UUID).SetVerifiedAt(m.now()).ExecX(testdb.Context(t))
	d, err = outside.SetTracking(ctx, d.ID, true)
	require.NoError(t, err)
	require.True(t, d.Tracking)
	require.NoError(t, m.tracking.RefreshLinks(testdb.Context(t)))

	var link struct{ URL, QRSvgURL, QRPngURL, ArrivalPreview string }
	m.must(p.person, `query($id: ID!) { link(id: $id) { url qrSvgUrl qrPngUrl arrivalPreview } }`, vars{"id": p.link.String()}, &link)
	require.Equal(t, "https://go.example.com/r/"+p.linkCode, link.URL)
	require.Equal(t, "http://tributary.test/r/"+p.linkCode+"/qr.svg", link.QRSvgURL)
	require.Equal(t, "http://tributary.test/r/"+p.linkCode+"/qr.png", link.QRPngURL)
	require.Contains(t, link.ArrivalPreview, "tid=…")
	answer, err := client.Do(t.Context(), outbound.Request{URL: link.URL})
	require.NoError(t, err)
	require.Equal(t, 302, answer.Status)
	require.Contains(t, answer.Header.Get("Set-Cookie"), "; Secure")
	arrived, err := url.Parse(answer.Header.Get("Location"))
	require.NoError(t, err)
	_, err = id.Parse(arrived.Query().Get("tid"))
	require.NoError(t, err)

	var page struct {
		Programs []struct{ Links []struct{ URL string } }
	}
	a := m.ask(nobody, `query($h: String!) { linkPage(creatorHandle: $h) { programs { links { url } } } }`, vars{"h": (&cast{shop: s, t: t}).handle(p)})
	require.Empty(t, a.Errors)
	require.NoError(t, json.Unmarshal(a.Data["linkPage"], &page))
	require.Equal(t, link.URL, page.Programs[0].Links[0].URL)
}
