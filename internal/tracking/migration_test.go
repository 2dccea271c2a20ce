package tracking_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/ent/migrations"
	"tributary/internal/kit/database"
	"tributary/internal/kit/testdb"
)

// TestLinksOfBeforeKeepTheirCodes puts links into the tables as they were, and then changes the tables.
func TestLinksOfBeforeKeepTheirCodes(t *testing.T) {
	t.Parallel()
	ctx := testdb.Context(t)
	server, err := url.Parse(os.Getenv("TEST_DATABASE_URL"))
	require.NoError(t, err)
	admin, err := database.Open(ctx, server.String(), database.Options{Pool: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, admin.Close()) }()
	name := fmt.Sprintf("links_of_before_%d", os.Getpid())
	_, err = admin.SQL.ExecContext(ctx, "CREATE DATABASE "+name)
	require.NoError(t, err)
	defer func() { _, _ = admin.SQL.ExecContext(ctx, "DROP DATABASE "+name+" WITH (FORCE)") }()
	server.Path = "/" + name
	db, err := database.Open(ctx, server.String(), database.Options{Pool: 1})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()

	// What links belong to does not matter here, so nobody looks whether it is there.
	_, err = db.SQL.ExecContext(ctx, "SET session_replication_role = replica")
	require.NoError(t, err)
	files, err := fs.Glob(migrations.Files, "*.sql")
	require.NoError(t, err)
	a, b, c, d := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	first := a
	if b.String() < a.String() {
		first = b
	}
	for _, file := range files {
		text, err := migrations.Files.ReadFile(file)
		require.NoError(t, err)
		if strings.HasSuffix(file, "_links_and_codes.sql") {
			for id, link := range map[uuid.UUID][2]string{a: {"maya0", ""}, b: {"mayao", ""}, c: {"l1", "2026-11-01"}, d: {"plain", ""}} {
				_, err := db.SQL.ExecContext(ctx, fmt.Sprintf(`INSERT INTO link (id, created_at, code, destination_url, platform, label,
					campaign, vanity, updated_at, brand_id, program_id, partnership_id, creator_id, archived_at)
					VALUES ('%s', now(), '%s', '', 'OTHER', '', '', false, now(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), nullif('%s', '')::timestamptz)`, id, link[0], link[1]))
				require.NoError(t, err)
			}
		}
		_, err = db.SQL.ExecContext(ctx, string(text))
		require.NoError(t, err, file)
	}
	rows, err := db.SQL.QueryContext(ctx, `SELECT id, coalesce(looks_like, ''), health, health_due_at BETWEEN now() - interval '1 minute' AND now() + interval '1 day' FROM link`)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	looks := map[uuid.UUID]string{}
	for rows.Next() {
		var id uuid.UUID
		var look, health string
		var due *bool
		require.NoError(t, rows.Scan(&id, &look, &health, &due))
		looks[id] = look
		require.Equal(t, "UNKNOWN", health)
		require.Equal(t, id != c, due != nil && *due, "live links are looked at within a day")
	}
	require.NoError(t, rows.Err())
	want := map[uuid.UUID]string{a: "", b: "", c: "ll", d: "plain"}
	want[first] = "mayao"
	require.Equal(t, want, looks)
}
