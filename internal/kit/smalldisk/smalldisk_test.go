//go:build linux

package smalldisk_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/smalldisk"
)

func TestADiskIsFullForTheTestAndForWhatItStarts(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "another (with a name)"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outside := t.TempDir()
			smalldisk.Run(t, 2<<20, func(dir string) {
				kept := filepath.Join(dir, "kept")
				require.NoError(t, os.WriteFile(kept, make([]byte, 1<<20), 0o600))
				require.ErrorIs(t, os.WriteFile(filepath.Join(dir, "large"), make([]byte, 2<<20), 0o600), syscall.ENOSPC)
				require.NoError(t, os.Remove(filepath.Join(dir, "large")))

				makeRoom := smalldisk.Fill(t, dir)
				require.ErrorIs(t, os.WriteFile(filepath.Join(dir, "tiny"), []byte("x"), 0o600), syscall.ENOSPC)
				out, err := exec.CommandContext(t.Context(), "cp", kept, filepath.Join(dir, "copy")).CombinedOutput()
				require.Error(t, err)
				require.Contains(t, string(out), "No space left on device")
				require.NoError(t, os.WriteFile(filepath.Join(outside, "elsewhere"), make([]byte, 4<<20), 0o600))
				makeRoom()
				require.NoError(t, os.WriteFile(filepath.Join(dir, "tiny"), []byte("x"), 0o600))

				smalldisk.Resize(t, dir, 8<<20)
				require.NoError(t, os.WriteFile(filepath.Join(dir, "large"), make([]byte, 4<<20), 0o600))
				require.Equal(t, os.Getenv("SMALLDISK_TEST"), t.Name())
			})
		})
	}
}

// TestAFailureOnTheSmallDiskIsTheTests starts itself once more to fail, because a test that fails cannot be asked how.
func TestAFailureOnTheSmallDiskIsTheTests(t *testing.T) {
	t.Parallel()
	const fails = "SMALLDISK_TEST_FAILS"
	if os.Getenv(fails) != "" {
		smalldisk.Run(t, 1<<20, func(string) { require.Fail(t, "canary") })
		return
	}
	self, err := os.Executable()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), self, "-test.run", "^"+t.Name()+"$")
	command.Env = append(os.Environ(), fails+"=1")
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, string(out))
	require.Contains(t, string(out), "canary")
	require.Equal(t, 1, strings.Count(string(out), "in a process with a disk of its own"))
}
