package app

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/fixture"
	"tributary/internal/kit/testdb"
	"tributary/server/config"
)

// terminal is where a command writes; it may stop the command when it has written something.
type terminal struct {
	mu   sync.Mutex
	text bytes.Buffer
	on   func(text string)
}

func (w *terminal) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on != nil {
		w.on(string(text))
	}
	return w.text.Write(text)
}

// importer gives the command on an installation with a brand that has a policy.
func importer(t *testing.T) (i *installation, run func(ctx context.Context, onProgress func(string), in OrderFile) (out string, err error), slug string) {
	t.Helper()
	i = install(t)
	a := fixture.New(t, i.db)
	fixture.Policy(t, i.db, a.Brand)
	slug = i.db.Ent.Brand.GetX(testdb.Context(t), a.Brand).Slug
	var settings []string
	for k, v := range i.settings {
		settings = append(settings, k+"="+v)
	}
	c, err := config.Load(settings, "")
	require.NoError(t, err)
	return i, func(ctx context.Context, onProgress func(string), in OrderFile) (string, error) {
		out, progress := &terminal{}, &terminal{on: onProgress}
		err := App{Config: c, Version: "test", Out: out, Err: progress}.ImportOrders(ctx, in)
		return out.text.String(), err
	}, slug
}

// orderFile writes good orders, and lines as they stand, into a file.
func orderFile(t *testing.T, good int, more ...string) string {
	t.Helper()
	lines := []string{"order_id,name,placed_at,currency,net"}
	for n := range good {
		lines = append(lines, fmt.Sprintf("o%d,#%d ü,2026-03-01T10:%02d:%02dZ,EUR,10.00", n, n, n/60%60, n%60))
	}
	path := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(append(lines, more...), "\n")+"\n"), 0o600))
	return path
}

func TestImportOrdersChecksAndRecordsOnlyWhenItIsSaid(t *testing.T) {
	t.Parallel()
	i, run, slug := importer(t)
	stored := func() int { return i.db.Ent.Order.Query().CountX(testdb.Context(t)) }
	in := OrderFile{Path: orderFile(t, 3, "x,#x,2026-03-01,EUR,=1", "y,#y,never,EUR,1.00"), Brand: slug, Format: "auto"}
	for _, dry := range []OrderFile{in, {Path: in.Path, Brand: slug, Format: "tributary", Record: true}} {
		out, err := run(t.Context(), nil, dry)
		require.ErrorIs(t, err, ExitCode(1))
		require.Contains(t, out, "line 5, net: Write an amount like 12.34.\nline 6, placed_at: ")
		require.Contains(t, out, "orders.csv of "+fixture.Store+". Orders: 3 (new: 3, known: 0), left out: 2, problems: 2.\nNothing is recorded. Mend the file")
	}
	require.Zero(t, stored())
	in.Record, in.LeaveOut = true, true
	out, err := run(t.Context(), nil, in)
	require.NoError(t, err)
	require.Contains(t, out, "orders.csv is recorded. New: 3, known: 0, left out: 2, refunds: 0.\n")
	require.Equal(t, 3, stored())
	require.Equal(t, 1, i.db.Ent.OrderImport.Query().CountX(testdb.Context(t)), "the file was checked once, by the first call, and found again")

	out, err = run(t.Context(), nil, in)
	require.NoError(t, err)
	require.Contains(t, out, "New: 0, known: 3")
	require.Equal(t, 3, stored())

	clean := OrderFile{Path: orderFile(t, 1), Brand: slug, Store: "Other.example"}
	out, err = run(t.Context(), nil, clean)
	require.NoError(t, err, "nothing is wrong in it")
	require.Contains(t, out, "orders.csv of other.example. Orders: 1 (new: 1,")
	require.Contains(t, out, "add --record")
	require.Equal(t, 3, stored())
}

func TestImportOrdersThatIsStoppedGoesOnFromThere(t *testing.T) {
	t.Parallel()
	i, run, slug := importer(t)
	in := OrderFile{Path: orderFile(t, 2_000), Brand: slug, Record: true}
	ctx, stop := context.WithCancel(t.Context())
	_, err := run(ctx, func(text string) {
		var done, of int
		if _, err := fmt.Sscanf(text, "\rorders: %d of %d", &done, &of); err == nil && done > 0 {
			stop()
		}
	}, in)
	require.ErrorContains(t, err, "of 2000 orders; the same command goes on from there")
	before := i.db.Ent.OrderImport.Query().OnlyX(testdb.Context(t))
	require.Equal(t, "RUNNING", before.Status)
	require.Equal(t, before.OrdersDone, i.db.Ent.Order.Query().CountX(testdb.Context(t)))
	require.Positive(t, before.OrdersDone)
	out, err := run(t.Context(), nil, OrderFile{Path: in.Path, Brand: slug})
	require.NoError(t, err)
	require.Contains(t, out, fmt.Sprintf("being recorded: %d of 2000 orders", before.OrdersDone))
	out, err = run(t.Context(), nil, in)
	require.NoError(t, err)
	require.Contains(t, out, "New: 2000, known: 0")
	require.Equal(t, 2_000, i.db.Ent.Order.Query().CountX(testdb.Context(t)))
	require.Equal(t, before.ID, i.db.Ent.OrderImport.Query().OnlyX(testdb.Context(t)).ID)
}

func TestImportOrdersSaysWhatCannotBeImported(t *testing.T) {
	t.Parallel()
	_, run, slug := importer(t)
	folder := t.TempDir()
	for name, body := range map[string]string{"empty": "", "latin": "order_id,name\n1,M\xfcller\n", "other": "a,b\n1,2\n"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(body), 0o600))
	}
	for name, want := range map[string]string{"empty": "is empty", "latin": "no text in UTF-8", "other": "", "missing": "no such file"} {
		_, err := run(t.Context(), nil, OrderFile{Path: filepath.Join(folder, name), Brand: slug})
		require.ErrorContains(t, err, want)
	}
	_, err := run(t.Context(), nil, OrderFile{Path: orderFile(t, 1), Brand: "no-such-brand"})
	require.ErrorContains(t, err, "brand")
}
