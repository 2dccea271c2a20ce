package database_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/testdb"
)

// label is a text of a type of its own.
type label string

func TestRowsReachATableAsTheyAre(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	ctx := testdb.Context(t)
	_, err := db.SQL.ExecContext(ctx, `CREATE TABLE thing (id uuid PRIMARY KEY, parent uuid, name text, note text, at timestamptz, gone timestamptz, n bigint, many bigint, yes boolean, body bytea,
		hash bytea, doc jsonb)`)
	require.NoError(t, err)
	insert := database.InsertInto("thing", "id uuid", "parent uuid", "name text", "note text", "at timestamptz", "gone timestamptz", "n bigint", "many bigint", "yes boolean", "body bytea",
		"hash bytea", "doc jsonb").Once("id")
	at := time.Date(2026, 11, 29, 12, 0, 0, 123456000, time.FixedZone("", 3600))
	words, many := "back\\slash, \"quoted\" {NULL}\nä€😀", 7
	first, second := uuid.New(), uuid.New()
	rows := insert.Rows()
	rows.Add(first, uuid.NullUUID{}, label(words), &words, at, &at, 42, &many, true, []byte{0, 255, '\\', '"'}, []byte(nil), json.RawMessage(`{"a": "\"\\ \u00e4"}`))
	rows.Add(second, &first, "", nil, at, (*time.Time)(nil), int64(-1), (*int)(nil), false, []byte{}, []byte{1}, json.RawMessage(`[]`))
	rows.Add(first, nil, "a second of the same id", nil, at, nil, 0, nil, false, nil, nil, nil)
	require.NoError(t, db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		ids, err := rows.IDs(ctx, tx.SQL)
		require.ElementsMatch(t, []uuid.UUID{first, second}, ids)
		require.NoError(t, insert.Rows().ExecTx(ctx, tx), "no rows are nothing to do")
		return err
	}))
	var got string
	require.NoError(t, db.SQL.QueryRowContext(ctx, `SELECT json_agg(json_build_array(parent, name, note, at = $1, gone = $1, n, many, yes, encode(body, 'hex'), encode(hash, 'hex'), doc) ORDER BY n DESC)::text
		FROM thing`, at).Scan(&got))
	quoted, err := json.Marshal(words)
	require.NoError(t, err)
	require.JSONEq(t, `[[null, `+string(quoted)+`, `+string(quoted)+`, true, true, 42, 7, true, "00ff5c22", null, {"a": "\"\\ ä"}],
		["`+first.String()+`", "", null, true, null, -1, null, false, "", "01", []]]`, got)
}

func TestRowsRefuseWhatIsNoRow(t *testing.T) {
	t.Parallel()
	insert := database.InsertInto("thing", "id uuid", "n bigint")
	require.Panics(t, func() { insert.Rows().Add(uuid.New()) })
	require.Panics(t, func() { insert.Rows().Add(uuid.New(), 1.5) })
	require.Panics(t, func() { database.InsertInto("thing", "id") })
}
