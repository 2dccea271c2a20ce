package tracking

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fixture"
	"tributary/internal/kit/id"
	"tributary/internal/kit/testdb"
	"tributary/internal/kit/viewer"
)

// node is one process that follows links.
func node(t *testing.T, db *database.DB, changes *broadcast.Hub) *Service {
	t.Helper()
	return New(Config{DB: db, Clock: clock.System{}, Changes: changes, BaseURL: &url.URL{Scheme: "https", Host: "go.example"},
		NetworkSecret: []byte("a secret of enough bytes"), ClientAddress: func(*http.Request) netip.Addr { return netip.Addr{} }})
}

func hub(t *testing.T, db *database.DB) *broadcast.Hub {
	t.Helper()
	h := broadcast.New(db, nil)
	require.NoError(t, h.Start(testdb.Context(t)))
	t.Cleanup(func() { _ = h.Close() })
	return h
}

func TestAProcessHearsOfLinksThatAnotherChanges(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	a := fixture.New(t, db)
	here, there := node(t, db, hub(t, db)), node(t, db, hub(t, db))
	ctx, stop := context.WithCancel(testdb.Context(t))
	ended := make(chan struct{})
	go func() { there.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	require.Eventually(t, func() bool { return there.links.filled.Load() }, time.Minute, time.Millisecond)

	as := viewer.With(t.Context(), a.AsCreator())
	l, err := here.CreateLink(as, CreateLinkInput{PartnershipID: id.Of(id.Partnership, a.Partnership), VanityCode: "maya"})
	require.NoError(t, err)
	found, err := there.links.find(ctx, "maya")
	require.NoError(t, err, "a new link works at once, heard of or not")
	require.Equal(t, l.ID.UUID, found.id)
	_, err = here.ArchiveLink(as, l.ID)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		found, err := there.links.find(ctx, "maya")
		return err == nil && found.archived()
	}, time.Minute, 5*time.Millisecond)
}

func TestAMissedMessageIsMadeUpFor(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	a := fixture.New(t, db)
	here, deaf := node(t, db, nil), node(t, db, nil)
	ctx := testdb.Context(t)
	require.NoError(t, deaf.RefreshLinks(ctx))
	as := viewer.With(t.Context(), a.AsCreator())
	par := id.Of(id.Partnership, a.Partnership)
	_, err := deaf.links.find(ctx, "maya")
	require.ErrorIs(t, err, errNoLink)
	l, err := here.CreateLink(as, CreateLinkInput{PartnershipID: par, VanityCode: "maya"})
	require.NoError(t, err)
	require.Eventually(t, func() bool { _, err := deaf.links.find(ctx, "maya"); return err == nil }, time.Minute, 10*time.Millisecond,
		"that a code was unknown is soon forgotten")
	_, err = here.ArchiveLink(as, l.ID)
	require.NoError(t, err)
	require.NoError(t, deaf.RefreshLinks(ctx))
	found, err := deaf.links.find(ctx, "maya")
	require.NoError(t, err)
	require.True(t, found.archived())
}

func TestAllLinksAreKnownAfterTheStartWithoutAskingForEach(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	a := fixture.New(t, db)
	const n = 5000
	_, err := db.SQL.Exec(`
		INSERT INTO link (id, created_at, updated_at, brand_id, program_id, partnership_id, creator_id, code, vanity, destination_url, platform, label, campaign)
		SELECT gen_random_uuid(), $5, $5, $1, $2, $3, $4, 'c' || n, false, 'https://shop.example/' || n, 'YOUTUBE', '', CASE n % 2 WHEN 0 THEN 'spring' ELSE '' END
		FROM generate_series(1, $6::int) n`, a.Brand, a.Program, a.Partnership, a.Creator, fixture.At, n)
	require.NoError(t, err)
	s := node(t, db, nil)
	ctx := testdb.Context(t)
	require.NoError(t, s.RefreshLinks(ctx))
	require.EqualValues(t, n, s.LinksKnown())
	counted, statements := database.CountStatements(ctx)
	for i := 1; i <= n; i++ {
		l, err := s.links.find(counted, fmt.Sprintf("c%d", i))
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("https://shop.example/%d", i), l.destination())
		require.Equal(t, "YOUTUBE", l.platform())
		require.Equal(t, i%2 == 0, l.words != nil && l.words.campaign == "spring")
	}
	require.Zero(t, statements.Load())
	require.NoError(t, s.RefreshLinks(ctx))
	require.EqualValues(t, n, s.LinksKnown(), "looking again keeps each once")
}

func TestACodeThatNobodyKnowsIsAskedForOnceInAWhile(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	fixture.New(t, db)
	s := node(t, db, nil)
	ctx, statements := database.CountStatements(testdb.Context(t))
	for range 100 {
		_, err := s.links.find(ctx, "scanner")
		require.ErrorIs(t, err, errNoLink)
	}
	require.LessOrEqual(t, statements.Load(), int64(10))
	_, err := s.links.find(ctx, uuid.NewString()[:20])
	require.ErrorIs(t, err, errNoLink)
}

func TestADayHasOneSaltInAllProcessesAndItIsDestroyed(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	here, there := node(t, db, nil), node(t, db, nil)
	ctx := testdb.Context(t)
	today := clock.DateOf(fixture.At)
	hash := func(s *Service, day clock.Date, address string) string {
		h := s.salts.hash(ctx, day, netip.MustParseAddr(address))
		return string(h[:])
	}
	require.Equal(t, hash(here, today, "203.0.113.9"), hash(there, today, "203.0.113.9"))
	require.Equal(t, hash(here, today, "203.0.113.9"), hash(here, today, "::ffff:203.0.113.9"))
	require.Equal(t, hash(here, today, "2001:db8::1"), hash(here, today, "2001:db8::2"))
	require.NotEqual(t, hash(here, today, "203.0.113.9"), hash(here, today, "203.0.113.8"))
	require.NotEqual(t, hash(here, today, "0.0.0.1"), hash(here, today, "::1"))
	require.Equal(t, [networkHashBytes]byte{}, here.salts.hash(ctx, today, netip.Addr{}))
	before := hash(here, today, "203.0.113.9")

	tomorrow := today.AddDays(1)
	require.NotEqual(t, before, hash(here, tomorrow, "203.0.113.9"))
	require.NoError(t, here.salts.destroy(ctx, tomorrow))
	var n int
	require.NoError(t, db.SQL.QueryRow(`SELECT count(*) FROM network_salt WHERE day < $1`, tomorrow.String()).Scan(&n))
	require.Zero(t, n)
	here.salts.prepare(ctx, tomorrow) // as each process does every hour
	require.NotContains(t, *here.salts.keys.Load(), today, "memory forgets it too")
	require.NotEqual(t, before, hash(node(t, db, nil), today, "203.0.113.9"), "nobody can make the hash again")
}

func TestAProcessWithoutADatabaseStillHashesNetworks(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	s := node(t, db, nil)
	require.NoError(t, db.Close())
	today := clock.DateOf(fixture.At)
	a := s.salts.hash(t.Context(), today, netip.MustParseAddr("203.0.113.9"))
	require.NotEqual(t, [networkHashBytes]byte{}, a)
	require.Equal(t, a, s.salts.hash(t.Context(), today, netip.MustParseAddr("203.0.113.9")))
}
