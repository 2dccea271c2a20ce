//go:build linux

// Package smalldisk lets tests fill a real disk: it runs a test in a process of its own that has a small file system which nobody
// else sees, so that "no space left on device" comes from the kernel, in whatever the test or a program started by it writes.
package smalldisk

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// nameVariable names the test that this process runs on a small disk. It is no TRIBUTARY_ name: those are settings.
	nameVariable = "SMALLDISK_TEST"
	// ran is what the process prints when the test's function came to its end.
	ran = "smalldisk: the test ran on a disk of its own"
	// reportTime is kept of the test's time to say how it ended.
	reportTime = 10 * time.Second
	// chunk is how much Fill writes at once at first, in bytes.
	chunk = 1 << 20
)

// advice is what to allow where the machine refuses.
const advice = `this test needs a user namespace and a mount namespace of its own, which the machine refuses. Allow them:
  sysctl kernel.unprivileged_userns_clone=1 (Debian), kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24 and later),
  user.max_user_namespaces=1000; in a container: --security-opt seccomp=unconfined or --cap-add SYS_ADMIN`

// Run calls f with a folder that is a new file system of so many bytes, in another process: this test program is started again
// for this test alone, as the same user, in namespaces of its own. Programs that f starts see the folder too; all is gone when f
// has ended. The test fails where f fails, and where the machine does not allow such a process. What stands before Run is done
// in both processes, what stands after it in this one only.
func Run(t *testing.T, bytes int64, f func(dir string)) {
	t.Helper()
	if os.Getenv(nameVariable) == t.Name() {
		dir := filepath.Join(t.TempDir(), "disk")
		require.NoError(t, os.Mkdir(dir, 0o755))
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, size(bytes)); err != nil {
			require.Fail(t, advice, "mount a file system: %v", err)
		}
		t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
		f(dir)
		fmt.Println(ran)
		return
	}
	self, err := os.Executable()
	require.NoError(t, err)
	arguments := []string{"-test.run", pattern(t.Name()), "-test.v", "-test.count=1"}
	if deadline, limited := t.Deadline(); limited {
		arguments = append(arguments, "-test.timeout="+(time.Until(deadline)-reportTime).String())
	}
	command := exec.CommandContext(t.Context(), self, arguments...)
	command.Env = append(os.Environ(), nameVariable+"="+t.Name())
	command.SysProcAttr = attributes()
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.Fail(t, advice, "start a process: %v", err)
	}
	require.NoError(t, err, "in a process with a disk of its own:\n%s", out)
	require.Contains(t, string(out), ran, "the process ran another test")
}

// attributes are the namespaces of the process: it stays the user that it is, and may mount.
func attributes() *syscall.SysProcAttr {
	const capSysAdmin = 21
	return &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getuid(), HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getgid(), HostID: os.Getgid(), Size: 1}},
		AmbientCaps: []uintptr{capSysAdmin},
	}
}

// pattern is the -test.run that fits one test only.
func pattern(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}

// Resize changes how large the folder's file system is. Only within Run.
func Resize(t *testing.T, dir string, bytes int64) {
	t.Helper()
	require.NoError(t, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, size(bytes)))
}

func size(bytes int64) string { return fmt.Sprintf("size=%d", bytes) }

// Fill takes all the space that is left in the folder's file system, and gives the function that makes room again.
func Fill(t *testing.T, dir string) (makeRoom func()) {
	t.Helper()
	file, err := os.CreateTemp(dir, "filling-*")
	require.NoError(t, err)
	for n := chunk; n > 0; {
		_, err := file.Write(make([]byte, n))
		if errors.Is(err, syscall.ENOSPC) {
			n /= 2
			continue
		}
		require.NoError(t, err)
	}
	require.NoError(t, file.Close())
	return func() { require.NoError(t, os.Remove(file.Name())) }
}
