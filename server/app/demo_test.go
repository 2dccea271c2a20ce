package app

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/id"
	"tributary/server/demo"
)

// demoPatience is how long the demo may take on a busy machine.
const demoPatience = 5 * time.Minute

// making gives what the server says of the demo, "" when none is made.
func (p *process) making() string {
	p.t.Helper()
	status, body := p.send(http.MethodGet, "/readyz", "", nil)
	require.Equal(p.t, http.StatusOK, status, body)
	var out struct{ Checks map[string]string }
	require.NoError(p.t, json.Unmarshal([]byte(body), &out), body)
	require.NotEqual(p.t, demoStopped, out.Checks["demo"], p.log.String())
	return out.Checks["demo"]
}

// await waits for something that is asked often.
func (i *installation) await(what string, happened func() bool) {
	i.t.Helper()
	end := time.Now().Add(demoPatience)
	for !happened() {
		require.True(i.t, time.Now().Before(end), what)
		select {
		case <-i.t.Context().Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// number reads a number from the database.
func (i *installation) number(query string, args ...any) (n int) {
	i.t.Helper()
	require.NoError(i.t, i.db.SQL.QueryRowContext(i.t.Context(), query, args...).Scan(&n), query)
	return n
}

// madeOnce checks that the demo is whole and that nothing is in it twice. A day that was interrupted keeps the visitors that it had, which
// may be none; the last day is as long as it is late.
func (i *installation) madeOnce(interrupted int) {
	i.t.Helper()
	require.LessOrEqual(i.t, i.number(`SELECT count(*) FROM generate_series(1, 120) d
		WHERE NOT EXISTS (SELECT FROM "order" WHERE placed_at::date = (now() AT TIME ZONE 'UTC')::date - d)`), interrupted, "days without orders")
	for query, want := range map[string]int{
		`SELECT count(*) FROM setting WHERE name = 'demo' AND value = 'done'`:                                                                                     1,
		`SELECT count(*) FROM "user" WHERE email LIKE '%@demo.test'`:                                                                                              19,
		`SELECT count(*) FROM brand WHERE demo`:                                                                                                                   3,
		`SELECT count(*) FROM program WHERE demo AND status = 'ACTIVE'`:                                                                                           3,
		`SELECT count(*) FROM offer_version v JOIN program p ON p.id = v.program_id WHERE p.demo`:                                                                 3,
		`SELECT count(*) FROM terms_version v JOIN program p ON p.id = v.program_id WHERE p.demo`:                                                                 3,
		`SELECT count(*) FROM resource`:                                                                                                                           3,
		`SELECT count(*) FROM integration`:                                                                                                                        1,
		`SELECT count(*) FROM attribution_policy v JOIN brand b ON b.id = v.brand_id WHERE b.demo`:                                                                4,
		`SELECT count(*) FROM application a JOIN program p ON p.id = a.program_id WHERE p.demo`:                                                                   18,
		`SELECT count(*) FROM partnership a JOIN program p ON p.id = a.program_id WHERE p.demo AND a.activated_at IS NOT NULL`:                                    15,
		`SELECT count(*) FROM (SELECT FROM link WHERE campaign = 'always-on' GROUP BY partnership_id, platform HAVING count(*) > 1) twice`:                        0,
		`SELECT count(*) FROM code c JOIN program p ON p.id = c.program_id WHERE p.demo`:                                                                          12,
		`SELECT count(*) FROM funding`:                                                                                                                            3,
		`SELECT count(*) FROM payout_account WHERE status = 'ENABLED'`:                                                                                            11,
		`SELECT count(*) FROM (SELECT FROM payout_run GROUP BY brand_id, date_trunc('month', created_at) HAVING count(*) > 1) twice`:                              0,
		`SELECT count(*) FROM payout_run WHERE status <> 'COMPLETED'`:                                                                                             0,
		`SELECT count(*) FROM payout WHERE paid_at::date <> created_at::date`:                                                                                     0,
		`SELECT count(*) FROM prospect`:                                                                                                                           18,
		`SELECT count(*) FROM experiment`:                                                                                                                         3,
		`SELECT count(*) FROM hold`:                                                                                                                               5,
		`SELECT count(*) FROM finding WHERE signal = 'CODE_LEAK'`:                                                                                                 1,
		`SELECT count(*) FROM (SELECT FROM post GROUP BY created_at::date HAVING count(*) > 1) twice`:                                                             0,
		`SELECT count(*) FROM pg_class WHERE relname = 'click' AND reltuples > 1000`:                                                                              1, // KeepStatistics
		`SELECT count(*) FROM river_job WHERE queue = 'demo' AND state <> 'completed'`:                                                                            0,
		`SELECT count(*) FROM commission c JOIN program p ON p.id = c.program_id WHERE p.demo AND c.status = 'APPROVED' AND c.approved_at > c.hold_until + '2 d'`: 0,
	} {
		require.Equal(i.t, want, i.number(query), query)
	}
}

func TestPeopleWorkWhileTheDemoIsMadeAndItIsMadeOnce(t *testing.T) {
	t.Parallel()
	i := install(t)
	p := i.start("serve --demo", nil)
	require.NotEmpty(t, p.making(), "the server answers before the demo is there; portal/e2e/demo_progress.test.ts opens the page")

	m := p.market()
	m.pass = func(time.Duration) {}
	met := map[string]bool{}
	i.await("logins", func() bool {
		var out struct {
			DemoLogins   []string
			DemoProgress string
		}
		m.must(nobody, `{ deployment { demoLogins demoProgress } }`, nil, &out)
		require.NotEmpty(t, out.DemoProgress)
		for _, login := range out.DemoLogins {
			if met[login] {
				continue
			}
			met[login] = true
			var who struct {
				Admin       bool
				Memberships []struct{ Brand struct{ ID string } }
				Creator     *struct{ ID string }
			}
			m.must(person{email: login}, `{ viewer { admin memberships { brand { id } } creator { id } } }`, nil, &who)
			require.True(t, who.Admin || len(who.Memberships) > 0 || who.Creator != nil, "%s has no page yet", login)
		}
		return len(out.DemoLogins) == len(demo.Logins)
	})
	for _, login := range demo.Logins {
		m.must(nobody, `mutation($input: SignInInput!) { signIn(input: $input) { accessToken userErrors { code } } }`,
			vars{"input": vars{"email": login, "password": demo.Password}}, nil)
	}

	// A shop of somebody's own, whose creator joins and sells.
	s := m.openShop()
	own := s.sell(s.join())
	// An order of a shop of the demo, with the code of its creator.
	i.await("the first day", func() bool {
		return i.number(`SELECT count(*) FROM "order" o JOIN brand b ON b.id = o.brand_id WHERE b.demo`) > 0
	})
	staff := person{email: "brand@demo.test"}
	var lumen struct{ ID string }
	m.must(staff, `{ brand(slug: "lumen-skin") { id } }`, nil, &lumen)
	bought := m.change(staff, "recordOrder", "order", vars{"brandId": lumen.ID, "externalId": "by-hand", "placedAt": m.now().Format(time.RFC3339Nano),
		"currencyCode": "EUR", "codes": []string{"MAYA15"}, "lines": []vars{{"name": "Cream", "net": "100.00"}}})
	type commission struct {
		Status string
		Amount struct{ Amount string }
	}
	of := func(who person, order id.ID) commission {
		var out struct{ Commissions []commission }
		m.must(who, `query($id: ID!) { order(id: $id) { commissions { status amount { amount } } } }`, vars{"id": order.String()}, &out)
		require.Len(t, out.Commissions, 1)
		return out.Commissions[0]
	}
	fifteen := commission{Status: "PENDING"}
	fifteen.Amount.Amount = "15.00"
	require.Equal(t, fifteen, of(staff, bought))
	i.await("jobs of people", func() bool {
		return i.number(`SELECT count(*) FROM river_job WHERE kind = 'partnership_joined' AND queue = 'default' AND state = 'completed'`) == 1
	})
	require.Zero(t, i.number(`SELECT count(*) FROM river_job WHERE queue = 'default' AND kind IN ('approve_commissions', 'payout_sweep', 'review_due')`),
		"nothing looks at the half-made demo by today's clock")
	require.NotEmpty(t, p.making(), "all this happened while the demo was made")

	i.await("the demo", func() bool { return p.making() == "" })
	i.await("what comes again and again", func() bool { return of(s.owner, own).Status == "APPROVED" })
	require.Equal(t, "10.00", of(s.owner, own).Amount.Amount)
	require.Equal(t, fifteen, of(staff, bought))
	require.NotContains(t, p.log.String(), "leaves something out")
	i.madeOnce(0)
	p.stop()
	i.balanced()

	orders, clicks := i.number(`SELECT count(*) FROM "order"`), i.number(`SELECT count(*) FROM click`)
	again := i.start("serve --demo", nil)
	require.Empty(t, again.making())
	again.stop()
	require.Equal(t, orders, i.number(`SELECT count(*) FROM "order"`))
	require.Equal(t, clicks, i.number(`SELECT count(*) FROM click`))
}

func TestAnInterruptedDemoGoesOn(t *testing.T) {
	t.Parallel()
	i := install(t)
	killedWhen := func(what string, happened func() bool) {
		t.Helper()
		p := i.start("serve --demo", nil)
		i.await(what, func() bool {
			require.NotEmpty(t, p.making(), "the demo was finished before: "+what)
			return happened()
		})
		p.kill()
		require.NotContains(t, p.log.String(), "leaves something out")
	}
	has := func(query string) func() bool {
		return func() bool { return i.number(`SELECT count(*) FROM (`+query+`) x`) > 0 }
	}
	moments := []struct{ what, rows string }{
		{"the first person", `SELECT FROM "user"`},
		{"a brand", `SELECT FROM brand OFFSET 1`},
		{"a program without terms", `SELECT FROM offer_version`},
		{"a creator", `SELECT FROM application OFFSET 5`},
		{"half of the money", `SELECT FROM payout_account OFFSET 4`},
		{"a first order", `SELECT FROM "order"`},
		{"a run", `SELECT FROM payout_run`},
		{"a second payday", `SELECT FROM payout_run OFFSET 4`},
		{"money on its way", `SELECT FROM payout WHERE status IN ('RESERVED', 'SENDING')`},
	}
	for _, moment := range moments {
		killedWhen(moment.what, has(moment.rows))
	}
	p := i.start("serve --demo", nil)
	m := p.market()
	m.pass = func(time.Duration) {}
	own := m.openShop().join()
	require.NotEmpty(t, p.making())
	p.kill()

	p = i.start("serve --demo", nil)
	i.await("the demo", func() bool { return p.making() == "" })
	require.NotContains(t, p.log.String(), "leaves something out")
	i.madeOnce(len(moments) + 1)
	require.Equal(t, 1, i.number(`SELECT count(*) FROM link l JOIN partnership p ON p.id = l.partnership_id WHERE l.id = $1 AND p.status = 'ACTIVE'`, own.link.UUID))
	p.stop()
	i.balanced()
}
