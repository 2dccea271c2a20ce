package app

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
)

// raw sends bytes as they are and reads one answer.
func (p *process) raw(request string) *http.Response {
	p.t.Helper()
	conn, err := net.Dial("tcp", p.base.Host)
	require.NoError(p.t, err)
	defer conn.Close()
	_, err = conn.Write([]byte(request))
	require.NoError(p.t, err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(p.t, err)
	_ = answer.Body.Close()
	return answer
}

func TestOddRequestsForLinksLeadNowhereAndForgeNothing(t *testing.T) {
	t.Parallel()
	i := install(t)
	clickLink(t, i.db)
	p := i.serve(nil)
	get := func(path string, header ...string) *http.Response {
		return p.raw("GET " + path + " HTTP/1.1\r\nHost: " + p.base.Host + "\r\nUser-Agent: " + visitorsPhone + "\r\n" + strings.Join(header, "") + "\r\n")
	}
	for _, path := range []string{"/r/" + strings.Repeat("a", 10_000), "/r/%ff%fe", "/r/a%00b", "/r//evil.example", "/r/https://evil.example", "/r/javascript:alert(1)",
		"/r/%2e%2e/bio", "/r/bio%0d%0aSet-Cookie:%20x=1", "/r/", "/r/-", "/r/nobody"} {
		answer := get(path)
		require.Equal(t, http.StatusNotFound, answer.StatusCode, path)
		require.Empty(t, answer.Header.Get("Location"), path)
		require.Empty(t, answer.Header.Get("Set-Cookie"), path)
	}
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, get("/r/bio", "X-Flood: "+strings.Repeat("a", 64<<10)+"\r\n").StatusCode)
	require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, get("/r/bio", strings.Repeat("X-Flood: a\r\n", 10_000)).StatusCode)
	require.Equal(t, http.StatusBadRequest, get("/r/bio", "X-Odd\x00: 1\r\n").StatusCode)

	for _, query := range []string{"?next=//evil.example", "?a=%0d%0aSet-Cookie:%20x=1&tid=clk_forged&tid=2", "?%zz=1&;&=&&", "?" + strings.Repeat("a=1&", 2000),
		"?utm_source=%ff", "?a=" + strings.Repeat("b", 4000)} {
		answer := get("/r/bio"+query, "X-Forwarded-For: 198.51.100.1\r\nCF-IPCountry: KP\r\nX-Forwarded-Host: evil.example\r\nForwarded: for=1.2.3.4\r\n",
			"Cookie: tributary_visitor=not-an-id; tributary_visitor="+strings.Repeat("9", 500)+"\r\nReferer: javascript:alert(1)\r\n")
		require.Equal(t, http.StatusFound, answer.StatusCode, query)
		to, err := url.Parse(answer.Header.Get("Location"))
		require.NoError(t, err)
		require.Equal(t, "https://shop.example", fmt.Sprintf("%s://%s", to.Scheme, to.Host), query)
		require.Len(t, to.Query()["tid"], 1)
		_, err = id.Parse(to.Query().Get("tid"))
		require.NoError(t, err, "the click's id is ours")
		require.Len(t, answer.Header.Values("Set-Cookie"), 1)
		require.NotContains(t, answer.Header.Get("Location"), "evil.example\r")
		require.Contains(t, answer.Header.Get("Cache-Control"), "no-store")
	}
	p.stop()
	var stored, countries int
	require.NoError(t, i.db.SQL.QueryRowContext(testdb.Context(t), `SELECT count(*), count(country) FROM click`).Scan(&stored, &countries))
	require.Equal(t, 6, stored)
	require.Zero(t, countries, "nobody's word counts where no proxy is trusted")
}
