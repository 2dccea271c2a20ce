package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/smalldisk"
)

// refused starts the server, which has to end by itself, and gives the one line that it says.
func (i *installation) refused() string {
	i.t.Helper()
	out, status := i.run("serve", nil)
	require.Equal(i.t, 1, status, out)
	require.Equal(i.t, 1, strings.Count(out, "\n"), out)
	require.Contains(i.t, out, "TRIBUTARY_DATA_DIR")
	return out
}

func TestAStartOnAFullDiskSaysSoAndALaterOneWorks(t *testing.T) {
	t.Parallel()
	smalldisk.Run(t, 8<<20, func(dir string) {
		i := &installation{t: t, settings: map[string]string{"TRIBUTARY_ADDR": "127.0.0.1:0", "TRIBUTARY_DATA_DIR": filepath.Join(dir, "data"),
			"TRIBUTARY_POSTGRES_BIN": os.Getenv("TRIBUTARY_POSTGRES_BIN"), "TRIBUTARY_LOG": "json,error"}}

		makeRoom := smalldisk.Fill(t, dir)
		require.Contains(t, i.refused(), "no space left on device")
		makeRoom()
		require.Contains(t, i.refused(), "has 7 MB free, and a new database needs 150 MB")

		smalldisk.Resize(t, dir, 512<<20)
		p := i.serve(nil)
		status, _ := p.send("GET", "/readyz", "", nil)
		require.Equal(t, 200, status)
		p.stop()

		// The same with a database that is there already.
		makeRoom = smalldisk.Fill(t, dir)
		require.Contains(t, i.refused(), "no space is left on the disk")
		makeRoom()
		p = i.serve(nil)
		status, _ = p.send("GET", "/readyz", "", nil)
		require.Equal(t, 200, status)
		p.stop()
	})
}

func TestAFullDataFolderBesideADatabaseElsewhereIsNamed(t *testing.T) {
	t.Parallel()
	smalldisk.Run(t, 2<<20, func(dir string) {
		i := install(t)
		i.settings["TRIBUTARY_DATA_DIR"] = filepath.Join(dir, "data")
		makeRoom := smalldisk.Fill(t, dir)
		require.Contains(t, i.refused(), "no space left on device")
		makeRoom()
		i.serve(nil).stop()
	})
}
