package database_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/database"
	"tributary/internal/kit/testdb"
)

func TestAColumnReachesPostgreSQLAsItIs(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	texts := []string{"", "NULL", "null", `"quoted"`, `back\slash\`, "{a,b}", "  blanks ", "ä€😀", "line\nbreak", "'; DROP TABLE click; --"}
	numbers := []int64{0, -1, 1 << 62, -1 << 63, 42}
	ids := []string{uuid.Nil.String(), "0199e0a4-7c00-7abc-8def-0123456789ab"}
	var text, number, id, bytes database.Column
	for range 2 { // what was there before a reset is gone
		text.Reset()
		number.Reset()
		id.Reset()
		bytes.Reset()
		for _, s := range texts {
			text.Text(s)
		}
		for _, n := range numbers {
			number.Int(n)
		}
		for _, u := range ids {
			id.UUID(uuid.MustParse(u))
		}
		bytes.Hex(nil)
		bytes.Hex([]byte{0, 255, 16})
	}
	var gotTexts, gotIDs, gotBytes []string
	var gotNumbers []int64
	require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT $1::text[], $2::bigint[], $3::uuid[], $4::text[]`, &text, &number, &id, &bytes).
		Scan(database.Array(&gotTexts), database.Array(&gotNumbers), database.Array(&gotIDs), database.Array(&gotBytes)))
	require.Equal(t, texts, gotTexts)
	require.Equal(t, numbers, gotNumbers)
	require.Equal(t, ids, gotIDs)
	require.Equal(t, []string{"", "00ff10"}, gotBytes)

	var none database.Column
	require.NoError(t, db.SQL.QueryRowContext(t.Context(), `SELECT $1::text[]`, &none).Scan(database.Array(&gotTexts)))
	require.Empty(t, gotTexts)
}
