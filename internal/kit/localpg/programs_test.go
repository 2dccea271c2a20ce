//go:build linux

package localpg

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakePrograms is a folder with programs that say a version and then give up with a line.
func fakePrograms(t *testing.T, version, complaint string) string {
	t.Helper()
	dir := publicFolder(t)
	for _, name := range []string{"postgres", "initdb"} {
		script := fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = --version ]; then echo '%s (PostgreSQL) %s'; exit 0; fi\necho '%s' >&2\nexit 1\n",
			name, version, complaint)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
	}
	return dir
}

func TestAFailureOfInitdbIsToldInItsOwnWords(t *testing.T) {
	t.Parallel()
	for complaint, told := range map[string]string{
		"invalid locale settings": "invalid locale settings",
		"could not write to file: No space left on device": "no space is left on the disk of TRIBUTARY_DATA_DIR; make room and start again " +
			"(could not write to file: No space left on device)",
	} {
		dir := t.TempDir()
		_, err := Start(t.Context(), Config{Dir: dir, BinDir: fakePrograms(t, "15.1", "initdb: error: "+complaint)})
		require.EqualError(t, err, "localpg: make the database "+dir+"/pg-15.new: "+told)
		require.NoDirExists(t, filepath.Join(dir, "pg-15.new"))
	}
}

func TestAFullDiskIsToldBeforeADatabaseIsBegun(t *testing.T) {
	t.Parallel()
	require.NoError(t, enoughSpace("/data", newDatabaseBytes))
	require.EqualError(t, enoughSpace("/data", newDatabaseBytes-1),
		"the disk of the data folder /data has 149 MB free, and a new database needs 150 MB: "+
			"make room, or set TRIBUTARY_DATA_DIR to a folder on another disk")
}

func TestAnExistingDatabaseDecidesTheVersion(t *testing.T) {
	t.Parallel()
	newest, old := programs{dir: "/new", major: 18}, programs{dir: "/old", major: 15}
	dir := t.TempDir()

	chosen, cluster, err := chooseCluster(dir, []programs{newest, old})
	require.NoError(t, err)
	require.Equal(t, newest, chosen)
	require.Equal(t, dir+"/pg-18", cluster)

	require.NoError(t, os.Mkdir(dir+"/pg-15", 0o700))
	chosen, cluster, err = chooseCluster(dir, []programs{newest, old})
	require.NoError(t, err)
	require.Equal(t, old, chosen)
	require.Equal(t, dir+"/pg-15", cluster)

	_, _, err = chooseCluster(dir, []programs{newest})
	require.EqualError(t, err, "the database "+dir+"/pg-15 was made by PostgreSQL 15, and only version 18 was found: "+
		"install version 15, or set TRIBUTARY_POSTGRES_BIN to the folder of its programs")
}

func TestANamedFolderWithoutUsableProgramsIsRefused(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Config{Dir: t.TempDir(), BinDir: "/nowhere"})
	require.EqualError(t, err, "localpg: TRIBUTARY_POSTGRES_BIN names /nowhere: it has no program postgres")

	_, err = Start(t.Context(), Config{Dir: t.TempDir(), BinDir: fakePrograms(t, "9.6", "")})
	require.ErrorContains(t, err, "it is PostgreSQL 9; version 14 or later is needed")
}

func TestThePackagedLibrariesAreLinkedOnce(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	library := filepath.Join(root, "native", "lib")
	binaries := filepath.Join(root, "native", "bin")
	require.NoError(t, os.MkdirAll(library, 0o755))
	require.NoError(t, os.MkdirAll(binaries, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(library, "libpq.so.5.18"), []byte("library"), 0o644))
	list := `[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]`
	require.NoError(t, os.WriteFile(filepath.Join(root, "native", "pg-symlinks.json"), []byte(list), 0o644))
	for range 2 {
		require.NoError(t, linkLibraries(binaries))
		content, err := os.ReadFile(filepath.Join(library, "libpq.so.5"))
		require.NoError(t, err)
		require.Equal(t, "library", string(content))
	}

	outside := `[{"source":"native/lib/libpq.so.5.18","target":"../../elsewhere"}]`
	require.NoError(t, os.WriteFile(filepath.Join(root, "native", "pg-symlinks.json"), []byte(outside), 0o644))
	require.ErrorContains(t, linkLibraries(binaries), "leaves the package")
}

func TestTheServersLinesAreBoundedAndRemembered(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	log := &serverLog{log: slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelInfo}))}
	write := func(s string) {
		n, err := log.Write([]byte(s))
		require.NoError(t, err)
		require.Equal(t, len(s), n)
	}
	write("LOG:  starting\nERROR:  duplicate key\nPAN")
	require.Empty(t, text.String(), "what concerns a client only is a debug line")
	write("IC:  could not write: No space left on device\nLOG:  bye\n")
	require.Contains(t, text.String(), "level=ERROR")
	require.Equal(t, "could not write: No space left on device", log.reason("none"))

	write(strings.Repeat("x", 3*logLineLimit) + "\n")
	require.Len(t, log.tail[len(log.tail)-1], logLineLimit)
	for range 2 * logTail {
		write("LOG:  more\n")
	}
	require.Len(t, log.tail, logTail)
	require.Equal(t, "LOG:  more", log.reason("none"))
}
