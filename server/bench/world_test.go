// Package bench measures the whole server over HTTP against the same work written by hand, in the same run: rounds of both
// alternate, and what counts is the median of their ratios. Figures of one machine say little; ratios say how much of what
// PostgreSQL and Go give is left after everything that the server does besides.
package bench

import (
	"database/sql"
	"encoding/json"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
	"tributary/server/app/apptest"
)

// size is how much a world holds.
type size struct {
	programs, creators int // creators of each program
	links              int // of each creator
	days               int // of figures
	orders             int // recorded before anything is measured
}

// clients call at the same time, on either side.
const clients = 4

// sellers are the creators through whose links is sold; each has accounts in the books before anything is measured.
const sellers = 100

// small is enough to compare answers; large is a brand in its second year.
var (
	small = size{programs: 2, creators: 3, links: 2, days: 3, orders: 10}
	large = size{programs: 20, creators: 100, links: 5, days: 30, orders: 5000}
)

// member is a creator in a program, with a link.
type member struct {
	program, creator, user, partnership, link uuid.UUID
	code                                      string // of the link
}

// world is a brand with many creators on a running server.
type world struct {
	*apptest.Server
	floor   *sql.DB // connections of those who work by hand
	hand    byHand
	brand   uuid.UUID
	policy  uuid.UUID
	members []member // who sells
	numbers atomic.Int64
	offers  map[uuid.UUID]uuid.UUID // by program
	manager string                  // access token
	// holdDays is the return period of every program.
	holdDays int
	key      string // API key
	// clicks go round, see take; owners says whose each is.
	clicks        chan sold
	owners        map[uuid.UUID]member
	exampleOrders any // array of the orders that the floor of webhooks learned from
}

const managerEmail = "manager@example.test"

func newWorld(t testing.TB, z size) *world {
	t.Helper()
	w := &world{Server: apptest.Start(t), offers: map[uuid.UUID]uuid.UUID{}, holdDays: 30}
	ctx := testdb.Context(t)
	first := fixture.New(t, w.DB)
	w.brand, w.policy = first.Brand, fixture.Policy(t, w.DB, first.Brand)
	w.fill(t, z, first)
	programs, err := w.DB.Ent.Program.Query().IDs(ctx)
	require.NoError(t, err)
	terms, err := json.Marshal(rule.Terms{Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.PercentRate(1000)})
	require.NoError(t, err)
	for _, p := range programs {
		w.offers[p] = id.NewUUID(fixture.At)
		w.DB.Ent.OfferVersion.Create().SetID(w.offers[p]).SetCreatedAt(fixture.At).SetBrandID(w.brand).SetProgramID(p).
			SetVersion(1).SetName("Standard").SetTerms(terms).SetEffectiveAt(fixture.At).SetNote("").SaveX(ctx)
	}
	floor, err := database.Open(ctx, w.DB.URL(), database.Options{Pool: clients})
	require.NoError(t, err)
	t.Cleanup(func() { _ = floor.Close() })
	w.floor = floor.SQL
	brand := id.Of(id.Brand, w.brand)
	w.Member(t, managerEmail, brand, viewer.Owner)
	w.manager = w.Token(t, managerEmail)
	w.key = w.Key(t, managerEmail, brand, viewer.WriteOrders, viewer.ReadOrders)
	w.hand = byHand{w}
	for _, m := range w.members {
		require.NoError(t, w.recordOrder(t.Context(), m, w.clickOf(t, m)))
	}
	for i := range z.orders {
		m := w.members[i%len(w.members)]
		require.NoError(t, w.hand.recordOrder(t.Context(), m, w.clickOf(t, m)))
	}
	w.exec(t, `VACUUM ANALYZE`)
	return w
}

func (w *world) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	_, err := w.DB.SQL.ExecContext(t.Context(), query, args...)
	require.NoError(t, err)
}

// fill multiplies the rows of one creator in one program.
func (w *world) fill(t testing.TB, z size, first fixture.Affiliate) {
	t.Helper()
	w.exec(t, `UPDATE program SET minimum_payout_minor = 1`)
	w.exec(t, `INSERT INTO program SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'slug', 'program-' || n))).*
		FROM program p, generate_series(2, $1) n`, z.programs)
	w.exec(t, `INSERT INTO program_move (id, created_at, program_id, to_status, moved_at)
		SELECT gen_random_uuid(), created_at, id, 'ACTIVE', created_at FROM program`)
	w.exec(t, `INSERT INTO "user" SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'email', 'creator' || n || '@example.test'))).*
		FROM "user" u, generate_series(1, $2::int) n WHERE u.id = $1`, first.User, z.programs*z.creators)
	w.exec(t, `INSERT INTO creator SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'user_id', u.id,
		'handle', split_part(u.email, '@', 1), 'name', initcap(split_part(u.email, '@', 1))))).*
		FROM creator c, "user" u WHERE c.id = $1 AND u.email LIKE 'creator%'`, first.Creator)
	w.exec(t, `WITH c AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM creator WHERE id <> $2),
			p AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM program)
		INSERT INTO partnership SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'creator_id', c.id, 'program_id', p.id,
			'created_at', s.created_at + c.n * interval '1 minute'))).*
		FROM partnership s, c JOIN p ON p.n = c.n % $3 WHERE s.id = $1`, first.Partnership, first.Creator, z.programs)
	w.exec(t, `INSERT INTO partnership_move (id, created_at, partnership_id, from_status, to_status, pause_kind, reason, actor, moved_at)
		SELECT gen_random_uuid(), $1, id, 'AWAITING_TERMS', 'ACTIVE', '', '', 'test', $1 FROM partnership`, fixture.At)
	w.exec(t, `UPDATE partnership SET created_at = created_at + (now() - $1), activated_at = now(), status_since = now()`, fixture.At) // nothing to review yet
	w.exec(t, `INSERT INTO link (id, created_at, updated_at, code, destination_url, platform, label, campaign, brand_id, program_id, partnership_id, creator_id)
		SELECT gen_random_uuid(), created_at + n * interval '1 second', created_at, substr(md5(id::text || n), 1, 10), 'https://shop.example/', 'TIKTOK', 'Link ' || n, '',
			brand_id, program_id, id, creator_id
		FROM partnership, generate_series(1, $1) n`, z.links)
	w.exec(t, `INSERT INTO rollup_link (link_id, currency, brand_id, program_id, creator_id, clicks, unique_clicks, orders_ppm, revenue_minor, commission_minor)
		SELECT id, 'EUR', brand_id, program_id, creator_id, 400, 300, 12000000, 48000, 4800 FROM link`)
	w.exec(t, `INSERT INTO rollup_day (brand_id, program_id, day, creator_id, partnership_id, platform, currency, clicks, unique_clicks, orders_ppm, revenue_minor, commission_minor)
		SELECT brand_id, program_id, current_date - n, creator_id, id, 'TIKTOK', 'EUR', 40, 30, 1200000, 4800, 480
		FROM partnership, generate_series(0, $1 - 1) n`, z.days)
	rows, err := w.DB.SQL.QueryContext(t.Context(), `
		SELECT DISTINCT ON (s.id) s.program_id, s.creator_id, c.user_id, s.id, l.id, l.code
		FROM partnership s JOIN creator c ON c.id = s.creator_id JOIN link l ON l.partnership_id = s.id ORDER BY s.id, l.id LIMIT $1`, sellers)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m member
		require.NoError(t, rows.Scan(&m.program, &m.creator, &m.user, &m.partnership, &m.link, &m.code))
		w.members = append(w.members, m)
	}
	require.NoError(t, rows.Err())
}

// next gives a number that no other order of the world has, and whose turn it is.
func (w *world) next() (int64, member) {
	n := w.numbers.Add(1)
	return n, w.members[n%int64(len(w.members))]
}

// clickOf stores a click through a member's link, an hour ago, and gives its id.
func (w *world) clickOf(t testing.TB, m member) id.ID {
	t.Helper()
	c := id.New(id.Click, time.Now().Add(-time.Hour))
	w.exec(t, `INSERT INTO click (id, clicked_at, link_id, brand_id, program_id, partnership_id, creator_id, platform, visitor_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'TIKTOK', $1)`, c.UUID, id.TimeOf(c.UUID), m.link, w.brand, m.program, m.partnership, m.creator)
	return c
}
