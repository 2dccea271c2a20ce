package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// runVariable makes the test program behave as withpostgres itself.
const runVariable = "WITHPOSTGRES_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(runVariable) != "" {
		main()
	}
	os.Exit(m.Run())
}

// prepare is withpostgres for a shell script, with the folder in which it keeps its database.
func prepare(t *testing.T, script string, environment ...string) (*exec.Cmd, string) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	temporary := t.TempDir()
	command := exec.Command(program, "--", "sh", "-c", script)
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, urlVariable+"=") {
			command.Env = append(command.Env, entry)
		}
	}
	command.Env = append(append(command.Env, runVariable+"=1", "TMPDIR="+temporary), environment...)
	command.Stderr = os.Stderr
	return command, temporary
}

func requireEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Empty(t, left, "the database is gone when the command is")
}

func TestTheCommandFindsAServerAndItsExitCodeIsKept(t *testing.T) {
	t.Parallel()
	command, temporary := prepare(t, `echo "$TEST_DATABASE_URL"; exit 7`)
	output, err := command.Output()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 7, exit.ExitCode())
	require.Regexp(t, `^postgres://tributary:\w+@127\.0\.0\.1:\d+/tributary\?sslmode=disable\n$`, string(output))
	requireEmpty(t, temporary)
}

func TestAServerThatIsNamedAlreadyIsUsed(t *testing.T) {
	t.Parallel()
	command, _ := prepare(t, `echo "$TEST_DATABASE_URL"`, urlVariable+"=postgres://named")
	output, err := command.Output()
	require.NoError(t, err)
	require.Equal(t, "postgres://named\n", string(output))
}

func TestASignalReachesTheCommandAndTheServerEnds(t *testing.T) {
	t.Parallel()
	command, temporary := prepare(t, `trap 'echo ended; exit 3' TERM; echo started; while :; do sleep 0.05; done`)
	var output bytes.Buffer
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	command.Stdout = writer
	require.NoError(t, command.Start())
	require.NoError(t, writer.Close())
	require.NoError(t, reader.SetReadDeadline(time.Now().Add(time.Minute)))
	first := make([]byte, len("started\n"))
	_, err = reader.Read(first)
	require.NoError(t, err)
	require.Equal(t, "started\n", string(first))

	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	_, err = output.ReadFrom(reader)
	require.NoError(t, err)
	require.Equal(t, "ended\n", output.String())
	var exit *exec.ExitError
	require.ErrorAs(t, command.Wait(), &exit)
	require.Equal(t, 3, exit.ExitCode())
	requireEmpty(t, temporary)
}
