package redirect

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
)

const (
	rounds    = 7
	roundTime = 3 * time.Second
	links     = 10_000
	rate      = 2000 // requests a second of the steady load
)

// makeLinks makes links c0, c1, … of one partnership each thousand.
func makeLinks(b testing.TB, db *database.DB, from, to int) {
	b.Helper()
	first := fixture.New(b, db)
	of := []fixture.Affiliate{first}
	for range 9 {
		of = append(of, fixture.Join(b, db, first))
	}
	for i, a := range of {
		_, err := db.SQL.ExecContext(testdb.Context(b), `
			INSERT INTO link (id, created_at, updated_at, brand_id, program_id, partnership_id, creator_id, code, vanity, destination_url, platform, label, campaign)
			SELECT md5('link' || n)::uuid, now(), now(), $1, $2, $3, $4, 'c' || n, false, 'https://shop.example/products/summer-dress-' || n, 'TIKTOK', '', ''
			FROM generate_series($5::int, $6::int - 1) n WHERE n % $7 = $8`, a.Brand, a.Program, a.Partnership, a.Creator, from, to, len(of), i)
		require.NoError(b, err)
	}
	_, err := db.SQL.ExecContext(testdb.Context(b), `ANALYZE link`)
	require.NoError(b, err)
}

// stored counts the clicks since a moment. Their ids begin with their time, so that it costs the same however many came before.
func stored(b testing.TB, db *database.DB, since time.Time) (n int64) {
	b.Helper()
	require.NoError(b, db.SQL.QueryRowContext(b.Context(), `SELECT count(*) FROM click WHERE id >= $1 AND clicked_at >= $2`,
		id.FirstAt(since), since).Scan(&n))
	return n
}

// BenchmarkRedirect races the redirect at full load and at a steady one.
func BenchmarkRedirect(b *testing.B) {
	db, postgres := durableDatabase(b)
	makeLinks(b, db, 0, links)
	began := time.Now().Add(-time.Second)
	ours, bare, durable, peer := tributary(b, db), hand(b, "bare"), hand(b, "durable"), nginx(b)
	all := []server{peer, bare, durable, ours}
	for _, s := range all {
		warm := saturate(b, s, links, time.Second)
		if s.name == ours.name {
			drained(b, db, began, warm.answered)
		}
	}
	got := map[string][]saturated{}
	cost := map[string][]float64{}
	var perNginx, perBare, perDurable, inWindow, after, stores []float64
	for b.Loop() { // once: all rounds together take longer than a benchmark's time
		for range rounds {
			turn := map[string]saturated{}
			for _, s := range all {
				before, database := int64(0), 0.0
				if s.name == ours.name {
					before, database = stored(b, db, began), processorTime(b, postgres)
				}
				used := processorTime(b, s.cmd.Process.Pid)
				turn[s.name] = saturate(b, s, links, roundTime)
				used = processorTime(b, s.cmd.Process.Pid) - used
				cost[s.name] = append(cost[s.name], used/float64(turn[s.name].answered)*1e6)
				if s.name == ours.name {
					inWindow = append(inWindow, float64(stored(b, db, began)-before)/float64(turn[s.name].answered))
					took := drained(b, db, began, before+turn[s.name].answered)
					after = append(after, took.Seconds())
					stores = append(stores, (processorTime(b, postgres)-database)/float64(turn[s.name].answered)*1e6)
				}
				got[s.name] = append(got[s.name], turn[s.name])
			}
			o := turn[ours.name].perSecond
			perNginx, perBare = append(perNginx, o/turn[peer.name].perSecond), append(perBare, o/turn[bare.name].perSecond)
			perDurable = append(perDurable, o/turn[durable.name].perSecond)
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(perNginx), "of_nginx")
	b.ReportMetric(slices.Min(perNginx), "of_nginx_min")
	b.ReportMetric(slices.Max(perNginx), "of_nginx_max")
	b.ReportMetric(median(perBare), "of_bare_go")
	b.ReportMetric(median(perDurable), "of_durable_by_hand")
	b.ReportMetric(median(inWindow), "drained_in_window")
	b.ReportMetric(slices.Max(after), "s_to_drain_the_rest_max")
	for _, s := range all {
		var rates, p50, p99 []float64
		for _, one := range got[s.name] {
			rates, p50, p99 = append(rates, one.perSecond), append(p50, one.p50), append(p99, one.p99)
		}
		b.Logf("%-10s %6.0f/s   p50 %6.2f ms   p99 %6.2f ms   at %d connections, %5.1f µs of a processor each", s.name, median(rates), median(p50), median(p99),
			connections, median(cost[s.name]))
	}
	b.Logf("PostgreSQL takes %.1f µs of a processor for each click, figures included", median(stores))
	b.Logf("%-10s %6.1f MB resident after it", ours.name, ours.rss(b))

	var ratio50, ratio99 []float64
	at := map[string][]steady{}
	for range rounds {
		mine, theirs := hold(b, ours, links, rate, roundTime), hold(b, durable, links, rate, roundTime)
		at[ours.name], at[durable.name] = append(at[ours.name], mine), append(at[durable.name], theirs)
		ratio50, ratio99 = append(ratio50, mine.p50/theirs.p50), append(ratio99, mine.p99/theirs.p99)
	}
	b.ReportMetric(median(ratio50), "steady_p50_of_durable")
	b.ReportMetric(median(ratio99), "steady_p99_of_durable")
	for _, s := range []server{durable, ours} {
		var p50, p99, p999 []float64
		for _, one := range at[s.name] {
			p50, p99, p999 = append(p50, one.p50), append(p99, one.p99), append(p999, one.p999)
		}
		b.Logf("%-10s p50 %5.2f ms   p99 %5.2f ms   p99.9 %5.2f ms   at %d/s", s.name, median(p50), median(p99), median(p999), rate)
	}
}

// drained waits until all answered clicks are stored. None is missing and none is there twice: what wrk did not wait for at its end
// may have been stored besides.
func drained(b testing.TB, db *database.DB, since time.Time, atLeast int64) time.Duration {
	b.Helper()
	began := time.Now()
	last := int64(-1)
	require.Eventually(b, func() bool {
		n := stored(b, db, since)
		same := n == last
		last = n
		return n >= atLeast && same
	}, time.Minute, 100*time.Millisecond)
	require.LessOrEqual(b, last, atLeast+connections)
	return time.Since(began)
}

// storeClicks fills the table with clicks of the last 20 days but the last hour, as a grown deployment has them.
func storeClicks(b testing.TB, db *database.DB, n int) {
	b.Helper()
	began := time.Now()
	ctx := testdb.Context(b)
	var index string
	require.NoError(b, db.SQL.QueryRowContext(ctx, `SELECT pg_get_indexdef('click_of_visitor'::regclass)`).Scan(&index))
	for _, statement := range []string{
		`DROP INDEX click_of_visitor`, // it is made faster afterwards
		fmt.Sprintf(`INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id, device)
			SELECT encode(set_byte(substring(int8send((extract(epoch FROM t.at) * 1000)::bigint) FROM 3) || decode(md5(random()::text), 'hex'), 6, 112), 'hex')::varchar(32)::uuid,
				t.at, l.id, l.brand_id, l.program_id, l.partnership_id, l.creator_id, l.platform, gen_random_uuid(), 'PHONE'
			FROM (SELECT now() - interval '1 hour' - g * (interval '20 days' / %[1]d) AS at, 'c' || (g * 7919 %% %[2]d) AS code
				FROM generate_series(1, %[1]d::bigint) g) t JOIN link l ON l.code = t.code`, n, links),
		index,
		`VACUUM ANALYZE click`,
		`CHECKPOINT`,
	} {
		_, err := db.SQL.ExecContext(ctx, statement)
		require.NoError(b, err, statement)
	}
	b.Logf("%d clicks more, in %.0f s", n, time.Since(began).Seconds())
}

// few is how many clicks BenchmarkGrowth begins with.
const few = 1_000_000

// BenchmarkGrowth tells whether a click costs the same when STORED of them are there as with a million, redirect and loading both.
// Without STORED it does nothing, for filling takes long.
func BenchmarkGrowth(b *testing.B) {
	many, _ := strconv.Atoi(os.Getenv("STORED"))
	if many <= few {
		return
	}
	db, postgres := durableDatabase(b)
	makeLinks(b, db, 0, links)
	cost := func() (server, database, perSecond float64) {
		s := tributary(b, db)
		defer func() { _ = s.cmd.Process.Kill(); _ = s.cmd.Wait() }()
		began := time.Now().Add(-time.Second)
		before := stored(b, db, began)
		warm := saturate(b, s, links, time.Second)
		drained(b, db, began, before+warm.answered)
		var servers, databases, rates []float64
		for range rounds {
			before := stored(b, db, began)
			used, loaded := processorTime(b, s.cmd.Process.Pid), processorTime(b, postgres)
			got := saturate(b, s, links, roundTime)
			drained(b, db, began, before+got.answered)
			servers = append(servers, (processorTime(b, s.cmd.Process.Pid)-used)/float64(got.answered)*1e6)
			databases = append(databases, (processorTime(b, postgres)-loaded)/float64(got.answered)*1e6)
			rates = append(rates, got.perSecond)
		}
		return median(servers), median(databases), median(rates)
	}
	for b.Loop() { // once
		storeClicks(b, db, few)
		server1, database1, rate1 := cost()
		storeClicks(b, db, many-few)
		server2, database2, rate2 := cost()
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(server2/server1, "server_cost_of_few")
		b.ReportMetric(database2/database1, "database_cost_of_few")
		b.ReportMetric(rate2/rate1, "rate_of_few")
		b.Logf("with %d clicks %.1f µs a click in the server, %.1f in PostgreSQL, %.0f/s; with %d %.1f, %.1f, %.0f/s",
			few, server1, database1, rate1, many, server2, database2, rate2)
	}
}

// BenchmarkMemory tells how much memory links take, and how long it takes to know them all.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("links=%d", n), func(b *testing.B) {
			db, _ := durableDatabase(b)
			makeLinks(b, db, 0, n)
			for b.Loop() {
				began := time.Now()
				s := tributary(b, db)
				require.Eventually(b, func() bool { return metric(b, s, "tributary_links_known") >= float64(n) }, 5*time.Minute, 20*time.Millisecond)
				warm := time.Since(began)
				b.ReportMetric(s.rss(b), "MB_when_warm")
				warmFiles := s.memory(b, "RssFile")
				saturate(b, s, n, 5*time.Second)
				b.ReportMetric(s.rss(b), "MB_after_load")
				b.ReportMetric(warm.Seconds(), "s_from_start_to_warm")
				b.Logf("pages of files %.0f MB when warm, %.0f MB after load", warmFiles, s.memory(b, "RssFile"))
				b.Logf("heap in use %.0f MB, next collection at %.0f MB, stacks %.0f MB", metric(b, s, "go_memstats_heap_inuse_bytes")/1e6,
					metric(b, s, "go_memstats_next_gc_bytes")/1e6, metric(b, s, "go_memstats_stack_inuse_bytes")/1e6)
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}
