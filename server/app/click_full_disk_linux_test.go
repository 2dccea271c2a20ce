package app

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/smalldisk"
	"tributary/internal/kit/testdb"
)

func TestRedirectsGoOnWhileTheDiskIsFullAndTheLossIsCounted(t *testing.T) {
	t.Parallel()
	smalldisk.Run(t, 32<<20, func(dir string) {
		i := install(t)
		clickLink(t, i.db)
		i.settings["TRIBUTARY_DATA_DIR"] = dir
		p := i.serve(nil)
		c := newCrowd()
		click := func(n int) {
			for range n {
				c.once(t.Context(), p.base.String()+"/r/bio")
			}
		}
		click(10)
		require.InDelta(t, 10, p.clickMetric("tributary_clicks_durable_total")+p.clickMetric("tributary_clicks_unconfirmed_total"), 0)
		makeRoom := smalldisk.Fill(t, dir)
		click(50)
		require.Zero(t, c.other.Load())
		require.Zero(t, c.failed.Load())
		require.EqualValues(t, 60, c.answered.Load(), "every shopper was led on")
		require.InDelta(t, 50, p.clickMetric("tributary_clicks_lost_total"), 0)
		status, body := p.send(http.MethodGet, "/readyz", "", nil)
		require.Equal(t, http.StatusOK, status, "the server still does its work")
		require.Contains(t, body, `"clicks":"degraded"`)
		makeRoom()
		require.Eventually(t, func() bool {
			click(1)
			return p.clickMetric("tributary_clicks_durable_total") > 10
		}, time.Minute, 100*time.Millisecond)
		stored := p.clickMetric("tributary_clicks_durable_total") + p.clickMetric("tributary_clicks_unconfirmed_total")
		require.Eventually(t, func() bool {
			var n float64
			require.NoError(t, i.db.SQL.QueryRowContext(testdb.Context(t), `SELECT count(*) FROM click`).Scan(&n))
			return n == stored
		}, time.Minute, 100*time.Millisecond, "what was stored is what was not counted as lost")
		p.stop()
	})
}
