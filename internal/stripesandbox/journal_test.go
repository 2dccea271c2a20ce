package stripesandbox

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLongStateFileIsRewrittenAtStartWithoutLosingAnything(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "stripe.jsonl")
	at := time.Unix(1_700_000_000, 0)
	config := Config{SecretKey: "sk_test_1", Now: func() time.Time { return at }, StateFile: file}
	server, err := New(t.Context(), config)
	require.NoError(t, err)
	top, err := server.Fund("usd", 100)
	require.NoError(t, err)
	// Many records that say the same, as status changes leave behind.
	for range compactAbove + 1 {
		_, err := server.journal.append(&record{Delivered: []string{server.state.events.items[0].ID}})
		require.NoError(t, err)
	}
	require.NoError(t, server.Close())
	before, err := os.Stat(file)
	require.NoError(t, err)

	server, err = New(t.Context(), config)
	require.NoError(t, err)
	after, err := os.Stat(file)
	require.NoError(t, err)
	require.Less(t, after.Size(), before.Size()/10)
	require.Equal(t, int64(100), server.state.balances[""]["usd"])
	kept, ok := server.state.topups.get(top)
	require.True(t, ok)
	require.Equal(t, "succeeded", kept.Status)
	require.True(t, server.state.delivered[server.state.events.items[0].ID])
	platform := server.state.platform.ID
	require.NoError(t, server.Close())

	server, err = New(t.Context(), config)
	require.NoError(t, err)
	require.Equal(t, platform, server.state.platform.ID)
	require.NoError(t, server.Close())
}

func TestReplayStopsAtTheLastWholeRecordWhereverTheFileEnds(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "stripe.jsonl")
	server, err := New(t.Context(), Config{SecretKey: "sk_test_1", Now: time.Now, StateFile: file})
	require.NoError(t, err)
	for range 3 {
		_, err := server.Fund("usd", 1)
		require.NoError(t, err)
	}
	require.NoError(t, server.Close())
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n')
	for cut := last; cut <= len(whole); cut++ {
		applied := 0
		length, records, err := replay(bytes.NewReader(whole[:cut]), func(*record) { applied++ })
		require.NoError(t, err)
		require.Equal(t, bytes.Count(whole[:cut], []byte("\n")), records)
		require.Equal(t, records, applied)
		require.Equal(t, int64(bytes.LastIndexByte(whole[:cut], '\n')+1), length)
	}
}

func TestBrokenDiskRefusesInsteadOfForgetting(t *testing.T) {
	t.Parallel()
	server, err := New(t.Context(), Config{SecretKey: "sk_test_1", Now: time.Now, StateFile: filepath.Join(t.TempDir(), "stripe.jsonl")})
	require.NoError(t, err)
	require.NoError(t, server.journal.file.Close())
	_, err = server.Fund("usd", 1)
	require.ErrorContains(t, err, "state file")
	require.Empty(t, server.state.balances[""], "what is not on disk did not happen")
	require.Error(t, server.Close())
}

func TestOldEventsAndKeysAreForgotten(t *testing.T) {
	t.Parallel()
	s := newState(time.Hour)
	for i := range maxEvents + 1 {
		id := newID("evt")
		s.apply(&record{Events: []*event{{ID: id}}, Delivered: []string{id}})
		if i == maxEvents {
			require.Contains(t, s.delivered, id)
		}
	}
	require.Len(t, s.events.items, eventsLeft)
	require.Len(t, s.delivered, eventsLeft)

	for i := range 10 {
		s.apply(&record{Answers: []*rememberedAnswer{{Key: newID("k"), Created: int64(i) * 1800}}})
	}
	require.Len(t, s.answers, 2)
	require.Len(t, s.answerOrder, 2)
}

func TestConversionRoundsHalfUpAndKeepsExponents(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		amount   int64
		from, to string
		want     int64
	}{
		{100, "usd", "usd", 100},
		{100, "usd", "jpy", 150},
		{1, "usd", "jpy", 2}, // 1.5
		{150, "jpy", "usd", 100},
		{100, "usd", "eur", 92},
		{99_999_999, "jpy", "usd", 66_666_666},
	} {
		require.Equal(t, test.want, convert(test.amount, test.from, test.to), "%d %s to %s", test.amount, test.from, test.to)
	}
	require.False(t, convertible("usd", "kwd"))
	require.Equal(t, "12.34 USD", inMainUnits(1234, "usd"))
	require.Equal(t, "-0.05 EUR", inMainUnits(-5, "eur"))
	require.Equal(t, "1.005 KWD", inMainUnits(1005, "kwd"))
	require.Equal(t, "7 JPY", inMainUnits(7, "jpy"))
}
