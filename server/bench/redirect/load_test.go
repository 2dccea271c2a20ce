package redirect

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	connections = 64
	browser     = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)

// saturated is what wrk says of a server under as much load as it takes.
type saturated struct {
	perSecond, p50, p99 float64 // requests; milliseconds
	answered            int64
}

var (
	saysRate  = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	saysCount = regexp.MustCompile(`(\d+) requests in`)
	saysOther = regexp.MustCompile(`Non-2xx or 3xx responses: (\d+)`)
	saysTime  = regexp.MustCompile(`(?m)^\s+(50|99)%\s+([\d.]+)(us|ms|s)`)
)

// saturate loads a server with all codes, from a process of its own.
func saturate(b testing.TB, s server, codes int, d time.Duration) saturated {
	b.Helper()
	script := filepath.Join(b.TempDir(), "load.lua")
	require.NoError(b, os.WriteFile(script, fmt.Appendf(nil, `
wrk.headers["User-Agent"] = %q
local n = 0
request = function() n = n + 1; return wrk.format("GET", string.format("/r/c%%d", (n * 7919) %% %d)) end
`, browser, codes), 0o600))
	out, err := exec.Command("wrk", "-t1", fmt.Sprintf("-c%d", connections), fmt.Sprintf("-d%.0fs", d.Seconds()), "--latency", "-s", script, s.url).CombinedOutput()
	require.NoError(b, err, "wrk is missing or failed: apt-get install wrk\n%s", out)
	require.NotRegexp(b, saysOther, string(out), s.name)
	var got saturated
	_, err = fmt.Sscan(string(saysRate.FindSubmatch(out)[1]), &got.perSecond)
	require.NoError(b, err)
	got.answered, err = strconv.ParseInt(string(saysCount.FindSubmatch(out)[1]), 10, 64)
	require.NoError(b, err)
	for _, found := range saysTime.FindAllSubmatch(out, -1) {
		v, err := strconv.ParseFloat(string(found[2]), 64)
		require.NoError(b, err)
		v *= map[string]float64{"us": 0.001, "ms": 1, "s": 1000}[string(found[3])]
		if string(found[1]) == "50" {
			got.p50 = v
		} else {
			got.p99 = v
		}
	}
	return got
}

// steady is the time of answers at a fixed rate, in milliseconds, counted from when each was due: a server that stalls is not spared
// the requests that would have come meanwhile.
type steady struct{ p50, p99, p999 float64 }

func hold(b testing.TB, s server, codes int, perSecond int, d time.Duration) steady {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, MaxConnsPerHost: 256},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	n := int(d.Seconds() * float64(perSecond))
	took := make([]time.Duration, n)
	var all sync.WaitGroup
	var failed sync.Once
	var trouble error
	begin := time.Now().Add(50 * time.Millisecond)
	for i := range n {
		due := begin.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait) //nolint:forbidigo // the rate is what is measured at
		}
		all.Go(func() {
			r, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/r/c%d", s.url, (i*7919)%codes), nil)
			if err == nil {
				r.Header.Set("User-Agent", browser)
				var answer *http.Response
				if answer, err = client.Do(r); err == nil {
					_, err = io.Copy(io.Discard, answer.Body)
					_ = answer.Body.Close()
					if err == nil && answer.StatusCode != http.StatusFound {
						err = fmt.Errorf("%s answered %d", s.name, answer.StatusCode)
					}
				}
			}
			took[i] = time.Since(due)
			if err != nil {
				failed.Do(func() { trouble = err })
			}
		})
	}
	all.Wait()
	require.NoError(b, trouble)
	slices.Sort(took)
	at := func(q float64) float64 { return took[int(q*float64(n-1))].Seconds() * 1000 }
	return steady{at(0.5), at(0.99), at(0.999)}
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// metric reads one figure of a server.
func metric(b testing.TB, s server, name string) float64 {
	b.Helper()
	answer, err := http.Get(s.url + "/metrics")
	require.NoError(b, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(b, err)
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(text)
	if found == nil {
		return 0
	}
	v, err := strconv.ParseFloat(string(found[1]), 64)
	require.NoError(b, err)
	return v
}
