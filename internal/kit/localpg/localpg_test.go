//go:build linux

package localpg

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq"
	"github.com/stretchr/testify/require"
)

// serveVariable makes the test program a process that runs a server on the named folder until it is ended.
const serveVariable = "LOCALPG_TEST_SERVE"

// refuseVariable makes that process forbid itself further user namespaces first.
const refuseVariable = "LOCALPG_TEST_REFUSE_NAMESPACES"

// nobody is the number of the user who owns nothing.
const nobody = 65534

const waitLimit = 30 * time.Second

// quick are settings for servers whose data need not survive a power cut.
var quick = map[string]string{"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveVariable); dir != "" {
		os.Exit(serveUntilEnded(dir))
	}
	os.Exit(m.Run())
}

func serveUntilEnded(dir string) int {
	if os.Getenv(refuseVariable) != "" {
		if err := os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0); err != nil {
			fmt.Println("error", err)
			return 1
		}
	}
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	server, err := Start(ended, Config{Dir: dir, Settings: quick})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println("ready", server.URL(), server.current().pid)
	<-ended.Done()
	if err := server.Stop(context.Background()); err != nil {
		fmt.Println("error", err)
		return 1
	}
	return 0
}

// process is another program that runs a server.
type process struct {
	command *exec.Cmd
	url     string
	server  int // process number of the database server
}

func serveElsewhere(t *testing.T, program, dir string, as *syscall.SysProcAttr, environment ...string) process {
	t.Helper()
	line, command := tryElsewhere(t, program, dir, as, environment...)
	words := strings.Fields(line)
	require.Equal(t, "ready", words[0], line)
	pid, err := strconv.Atoi(words[2])
	require.NoError(t, err)
	return process{command: command, url: words[1], server: pid}
}

// tryElsewhere starts the other process and returns what it says first: "ready …" or "error …".
func tryElsewhere(t *testing.T, program, dir string, as *syscall.SysProcAttr, environment ...string) (string, *exec.Cmd) {
	t.Helper()
	command := exec.Command(program)
	command.Dir = "/"
	command.Env = append(append(os.Environ(), serveVariable+"="+dir), environment...)
	command.SysProcAttr = as
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err, "the other process said nothing")
	return line, command
}

// asUser are the attributes of a process that root starts as somebody else.
func asUser(id uint32) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: id, Gid: id}}
}

// publicProgram is a copy of the test program that every user may run.
func publicProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(publicFolder(t), "localpg.test")
	content, err := os.ReadFile(testProgram(t))
	require.NoError(t, err)
	// A process that another test starts just now would inherit the open file, and Linux runs no program that is open for writing.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	require.NoError(t, os.WriteFile(program, content, 0o755))
	return program
}

func startServer(t *testing.T, dir string) *Server {
	t.Helper()
	server, err := Start(t.Context(), Config{Dir: dir, Settings: quick, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop(context.Background())) })
	return server
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func write(t *testing.T, url, text string) {
	t.Helper()
	_, err := open(t, url).ExecContext(t.Context(), `CREATE TABLE note (body text); INSERT INTO note VALUES ('`+text+`')`)
	require.NoError(t, err)
}

func read(t *testing.T, url string) (text string) {
	t.Helper()
	require.NoError(t, open(t, url).QueryRowContext(t.Context(), `SELECT body FROM note`).Scan(&text))
	return text
}

// publicFolder is a folder that every user may enter, unlike the test's own.
func publicFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "localpg-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

func TestADatabaseIsMadeServedStoppedAndFoundAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	first, err := Start(t.Context(), Config{Dir: dir, Settings: quick})
	require.NoError(t, err)

	var database, lower, encoding string
	var super bool
	require.NoError(t, open(t, first.URL()).QueryRowContext(t.Context(),
		`SELECT current_database(), lower('ÉÄ'), current_setting('server_encoding'), usesuper FROM pg_user WHERE usename = current_user`).
		Scan(&database, &lower, &encoding, &super))
	require.Equal(t, "tributary", database)
	require.Equal(t, "éä", lower)
	require.Equal(t, "UTF8", encoding)
	require.True(t, super)
	write(t, first.URL(), "kept")
	require.NoError(t, first.Stop(context.Background()))
	require.NoError(t, first.Stop(context.Background()), "a second stop changes nothing")
	<-first.Done()

	second := startServer(t, dir)
	require.Equal(t, "kept", read(t, second.URL()))
	require.Equal(t, filepath.Join(dir, "pg-"+strconv.Itoa(second.Major())), second.Folder())
}

func TestTheServerAsksForThePassword(t *testing.T) {
	t.Parallel()
	server := startServer(t, t.TempDir())
	wrong := strings.Replace(server.URL(), "tributary:", "tributary:x", 1)
	require.ErrorContains(t, open(t, wrong).PingContext(t.Context()), "password authentication failed")
}

func TestASecondServerOnTheFolderIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	startServer(t, dir)
	_, err := Start(t.Context(), Config{Dir: dir, Settings: quick})
	require.ErrorContains(t, err, "the data folder "+dir+" is in use by process "+strconv.Itoa(os.Getpid()))
	require.NotContains(t, err.Error(), "\n")
}

func TestTheFolderOfAKilledProcessIsTakenOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for round := range 3 {
		other := serveElsewhere(t, testProgram(t), dir, nil)
		if round == 0 {
			write(t, other.url, "survives")
		}
		require.Equal(t, "survives", read(t, other.url))
		require.NoError(t, other.command.Process.Kill())
		// The server is told to shut down by the kernel and may still be at it.
	}
	require.Equal(t, "survives", read(t, startServer(t, dir).URL()))
}

func TestTheFolderIsTakenOverWhenTheServerWasKilledToo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := serveElsewhere(t, testProgram(t), dir, nil)
	write(t, other.url, "survives")
	require.NoError(t, syscall.Kill(other.server, syscall.SIGKILL))
	require.NoError(t, other.command.Process.Kill())
	require.Equal(t, "survives", read(t, startServer(t, dir).URL()))
}

func TestAServerThatOutlivedItsProcessIsStoppedFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before, err := Start(t.Context(), Config{Dir: dir, Settings: quick})
	require.NoError(t, err)
	write(t, before.URL(), "survives")
	require.NoError(t, before.Stop(context.Background()))

	// The same server once more, without the bond to its process.
	all, err := findPrograms(t.Context(), "")
	require.NoError(t, err)
	found, cluster, err := chooseCluster(dir, all)
	require.NoError(t, err)
	as, err := chooseIdentity(t.Context(), found, dir, cluster)
	require.NoError(t, err)
	port, err := freePort()
	require.NoError(t, err)
	orphan := exec.Command(found.postgres(), serverArguments(Config{Settings: quick}, cluster, port)...)
	orphan.Dir, orphan.Env, orphan.SysProcAttr = "/", programEnvironment, as.attributes()
	orphan.SysProcAttr.Pdeathsig = 0
	require.NoError(t, orphan.Start())
	ended := make(chan error, 1)
	go func() { ended <- orphan.Wait() }()
	require.Eventually(t, func() bool { return isReady(filepath.Join(cluster, "postmaster.pid"), orphan.Process.Pid) },
		waitLimit, pollInterval)

	after := startServer(t, dir)
	require.NoError(t, <-ended, "the orphan shut down cleanly")
	require.Equal(t, "survives", read(t, after.URL()))
}

func TestAStaleLockFileThatNamesAnotherProgramIsIgnored(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before, err := Start(t.Context(), Config{Dir: dir, Settings: quick})
	require.NoError(t, err)
	require.NoError(t, before.Stop(context.Background()))
	bystander := exec.Command("sleep", "600")
	require.NoError(t, bystander.Start())
	t.Cleanup(func() {
		_ = bystander.Process.Kill()
		_ = bystander.Wait()
	})
	stale := filepath.Join(before.Folder(), "postmaster.pid")
	require.NoError(t, os.WriteFile(stale, []byte(strconv.Itoa(bystander.Process.Pid)+"\n"), 0o600))

	require.NoError(t, open(t, startServer(t, dir).URL()).PingContext(t.Context()))
	require.NoError(t, bystander.Process.Signal(syscall.Signal(0)), "the bystander was left alone")
}

func TestDoneTellsThatTheServerDied(t *testing.T) {
	t.Parallel()
	server := startServer(t, t.TempDir())
	require.NoError(t, syscall.Kill(server.current().pid, syscall.SIGKILL))
	select {
	case <-server.Done():
	case <-time.After(waitLimit):
		require.Fail(t, "the death of the server went unnoticed")
	}
}

func TestAServerThatDiesIsStartedAgainWhereItWas(t *testing.T) {
	t.Parallel()
	server := startServer(t, t.TempDir())
	write(t, server.URL(), "survives")
	ctx, stop := context.WithCancel(t.Context())
	var keeping sync.WaitGroup
	keeping.Go(func() { server.Keep(ctx) })
	db := open(t, server.URL())
	for range 2 {
		died := server.current()
		require.NoError(t, syscall.Kill(died.pid, syscall.SIGKILL))
		<-died.done
		require.Eventually(t, func() bool {
			var text string
			return db.QueryRowContext(t.Context(), `SELECT body FROM note`).Scan(&text) == nil && text == "survives"
		}, waitLimit, pollInterval)
		require.NotEqual(t, died.pid, server.current().pid)
	}
	stop()
	keeping.Wait()
	require.NoError(t, server.Stop(context.Background()))
	require.Error(t, db.PingContext(t.Context()), "a stopped server stays stopped")
}

func TestAnUnfinishedDatabaseIsThrownAway(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	all, err := findPrograms(t.Context(), "")
	require.NoError(t, err)
	unfinished := filepath.Join(dir, clusterPrefix+strconv.Itoa(all[0].major)+unfinishedSuffix)
	require.NoError(t, os.MkdirAll(filepath.Join(unfinished, "base"), 0o700))
	require.NoError(t, open(t, startServer(t, dir).URL()).PingContext(t.Context()))
	require.NoDirExists(t, unfinished)
}

func TestEveryKindOfUserCanRunAServer(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		// An ordinary user is what this test runs as already.
		other := serveElsewhere(t, testProgram(t), t.TempDir(), nil)
		require.NoError(t, open(t, other.url).PingContext(t.Context()))
		return
	}
	public := publicFolder(t)
	program := publicProgram(t)
	const unnamed = 54321
	for _, user := range []struct {
		name string
		id   uint32
	}{
		{"an ordinary user", nobody},
		{"a user without an entry in the password file", unnamed},
	} {
		t.Run(user.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(public, strconv.Itoa(int(user.id)))
			require.NoError(t, os.Mkdir(dir, 0o700))
			require.NoError(t, os.Chown(dir, int(user.id), int(user.id)))
			for range 2 { // the second process finds the database of the first
				other := serveElsewhere(t, program, dir, asUser(user.id))
				require.NoError(t, open(t, other.url).PingContext(t.Context()))
				require.NoError(t, other.command.Process.Kill())
			}
		})
	}
	t.Run("root in a folder that others may enter", func(t *testing.T) {
		t.Parallel()
		server := startServer(t, filepath.Join(public, "root"))
		owner, _, err := ownerOf(server.Folder())
		require.NoError(t, err)
		require.NotZero(t, owner, "the server runs as another user")
	})
	// A user namespace of its own in which every user exists, as in a container, and which allows no further one.
	everybody := []syscall.SysProcIDMap{{ContainerID: 0, HostID: 0, Size: nobody + 1}}
	container := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, UidMappings: everybody, GidMappings: everybody,
		GidMappingsEnableSetgroups: true, Credential: &syscall.Credential{}}
	t.Run("root where user namespaces are refused", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(public, "container")
		require.NoError(t, os.Mkdir(dir, 0o700))
		other := serveElsewhere(t, testProgram(t), dir, container, refuseVariable+"=1")
		require.NoError(t, open(t, other.url).PingContext(t.Context()))

		closed := filepath.Join(t.TempDir(), "data")
		line, _ := tryElsewhere(t, testProgram(t), closed, container, refuseVariable+"=1")
		require.Contains(t, line, "no other user may enter both "+closed)
		require.Contains(t, line, "set TRIBUTARY_DATA_DIR")
	})
	t.Run("root in a folder that nobody else may enter", func(t *testing.T) {
		t.Parallel()
		closed := filepath.Join(publicFolder(t), "closed")
		require.NoError(t, os.Mkdir(closed, 0o700))
		dir := filepath.Join(closed, "data")
		server, err := Start(t.Context(), Config{Dir: dir, Settings: quick})
		require.NoError(t, err)
		owner, _, err := ownerOf(server.Folder())
		require.NoError(t, err)
		require.Zero(t, owner)
		write(t, server.URL(), "moved")
		require.NoError(t, server.Stop(context.Background()))

		// Moved to where another user may run it, it is served all the same.
		moved := filepath.Join(public, "moved")
		require.NoError(t, os.Rename(dir, moved))
		require.Equal(t, "moved", read(t, startServer(t, moved).URL()))
	})
}

func TestAFolderThatCannotBeUsedIsNamedInOneLine(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, dir := range []string{file, filepath.Join(file, "below"), "/proc/data"} {
		_, err := Start(t.Context(), Config{Dir: dir})
		require.ErrorContains(t, err, "the data folder "+dir+" cannot be used")
		require.NotContains(t, err.Error(), "\n")
	}
}

func TestAFolderOfAnotherUserIsRefused(t *testing.T) {
	t.Parallel()
	program, as := testProgram(t), (*syscall.SysProcAttr)(nil)
	if os.Geteuid() == 0 {
		program, as = publicProgram(t), asUser(nobody)
	}
	line, _ := tryElsewhere(t, program, "/etc/tributary", as)
	require.Contains(t, line, "error localpg: the data folder /etc/tributary cannot be used: permission denied")
}

func testProgram(t *testing.T) string {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	return program
}

func TestRunningNamesTheDatabaseOfAnotherProcessOnlyWhileItRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, ok := Running(dir)
	require.False(t, ok)
	server := startServer(t, dir)
	url, ok := Running(dir)
	require.True(t, ok)
	require.Equal(t, server.URL(), url)
	require.NoError(t, server.Stop(t.Context()))
	_, ok = Running(dir)
	require.False(t, ok)
}
