package stripesandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"tributary/internal/stripesandbox"
)

// stateFileVariable makes the test binary run a sandbox on that file until it is
// killed, in place of the tests.
const stateFileVariable = "STRIPESANDBOX_TEST_STATE_FILE"

func TestMain(m *testing.M) {
	if file := os.Getenv(stateFileVariable); file != "" {
		running, err := stripesandbox.Start(context.Background(), stripesandbox.Config{SecretKey: key, Now: time.Now, StateFile: file}, "127.0.0.1:0")
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		fmt.Println(running.URL())
		select {} // until the kill
	}
	os.Exit(m.Run())
}

// startChild runs a sandbox in a process of its own.
func startChild(t *testing.T, file string) (url string, kill func()) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), stateFileVariable+"="+file)
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(line, "http://"), line)
	return strings.TrimSpace(line), func() {
		require.NoError(t, command.Process.Kill())
		require.ErrorContains(t, command.Wait(), "killed")
	}
}

func TestKilledProcessKeepsAllThatItAnswered(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state", "stripe.jsonl")
	answered := map[string]string{} // idempotency key, transfer
	var payee string
	const rounds, callers = 4, 6
	for round := range rounds {
		url, kill := startChild(t, file)
		api := connect(url, 0)
		if round == 0 {
			account := newExpress(t, api, "US")
			code, answer, _ := raw(t, "POST", url+"/_sandbox/accounts/"+account.ID+"/complete", "application/json", "", nil)
			require.Equal(t, 200, code, answer)
			code, answer, _ = raw(t, "POST", url+"/_sandbox/fund", "application/json", `{"currency":"usd","amount":1000000}`, nil)
			require.Equal(t, 200, code, answer)
			payee = account.ID
		}
		// What was answered before the last kill is replayed.
		for key, id := range answered {
			again, err := api.Transfers.New(transferOf(10, "usd", payee, key))
			require.NoError(t, err)
			require.Equal(t, id, again.ID)
			require.Equal(t, "true", again.LastResponse.Header.Get("Idempotent-Replayed"))
		}
		var mu sync.Mutex
		var group sync.WaitGroup
		enough := make(chan struct{})
		var once sync.Once
		for caller := range callers {
			group.Go(func() {
				mine := connect(url, 0)
				for i := 0; ; i++ {
					key := fmt.Sprintf("%d-%d-%d", round, caller, i)
					made, err := mine.Transfers.New(transferOf(10, "usd", payee, key))
					if err != nil {
						return // killed
					}
					mu.Lock()
					answered[key] = made.ID
					if len(answered) >= (round+1)*25 {
						once.Do(func() { close(enough) })
					}
					mu.Unlock()
				}
			})
		}
		<-enough
		kill()
		group.Wait()
	}

	sandbox := start(t, func(c *stripesandbox.Config) { c.StateFile, c.Now = file, time.Now })
	api := connect(sandbox.URL(), 0)
	found := map[string]bool{}
	params := &stripe.TransferListParams{}
	params.Limit = stripe.Int64(100)
	iterator := api.Transfers.List(params)
	for iterator.Next() {
		found[iterator.Transfer().ID] = true
	}
	require.NoError(t, iterator.Err())
	for key, id := range answered {
		require.True(t, found[id], "transfer %s of key %s was answered and is gone", id, key)
	}
	// A request that was running at a kill may have been done or not, but its money
	// moved exactly once.
	require.LessOrEqual(t, len(found), len(answered)+rounds*callers)
	require.Equal(t, int64(1_000_000-10*len(found)), available(t, api, "", "usd"))
	require.Equal(t, int64(10*len(found)), available(t, api, payee, "usd"))
}

func TestRestartKeepsStateKeysAndOpenDeliveries(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "stripe.jsonl")
	config := stripesandbox.Config{SecretKey: key, Now: time.Now, StateFile: file}
	first, err := stripesandbox.Start(t.Context(), config, "127.0.0.1:0")
	require.NoError(t, err)
	api := connect(first.URL(), 0)
	platform, err := api.Accounts.Get()
	require.NoError(t, err)
	payee := payable(t, first, api, "GB")
	_, err = api.Transfers.New(transferOf(50, "usd", payee, "refused"))
	require.Error(t, err)
	fund(t, first, "usd", 1_000)
	made, err := api.Transfers.New(transferOf(500, "usd", payee, "made"))
	require.NoError(t, err)
	reversed, err := api.TransferReversals.New(&stripe.TransferReversalParams{ID: stripe.String(made.ID), Amount: stripe.Int64(100)})
	require.NoError(t, err)
	link := newLink(t, api, payee)
	_, err = stripesandbox.New(t.Context(), config)
	require.ErrorContains(t, err, "in use by another process")
	require.NoError(t, first.Close())

	receiving := newReceiver(t, platformSecret, 0)
	config.PlatformWebhook = stripesandbox.Endpoint{URL: receiving.URL, Secrets: []string{platformSecret}}
	second := start(t, func(c *stripesandbox.Config) { *c = config })
	api = connect(second.URL(), 0)
	after, err := api.Accounts.Get()
	require.NoError(t, err)
	require.Equal(t, platform.ID, after.ID)
	again, err := api.Transfers.New(transferOf(500, "usd", payee, "made"))
	require.NoError(t, err)
	require.Equal(t, made.LastResponse.RawJSON, again.LastResponse.RawJSON, "byte for byte")
	_, err = api.Transfers.New(transferOf(50, "usd", payee, "refused"))
	require.Equal(t, stripe.ErrorCodeBalanceInsufficient, refusalOf(t, err).Code)
	got, err := api.Transfers.Get(made.ID, nil)
	require.NoError(t, err)
	require.Equal(t, int64(100), got.AmountReversed)
	require.Equal(t, reversed.ID, got.Reversals.Data[0].ID)
	require.Equal(t, int64(600), available(t, api, "", "usd"))
	code, _, _ := raw(t, "GET", strings.Replace(link.URL, first.URL(), second.URL(), 1), "", "", nil)
	require.Equal(t, 200, code)
	waitDelivered(t, second)
	require.Equal(t, map[stripe.EventType]int{"topup.succeeded": 1, "transfer.created": 1, "transfer.reversed": 1}, receiving.types(t))
}

func TestDeliveredEventsAreNotSentAgainAfterARestart(t *testing.T) {
	t.Parallel()
	receiving := newReceiver(t, platformSecret, 0)
	config := stripesandbox.Config{SecretKey: key, Now: time.Now, StateFile: filepath.Join(t.TempDir(), "stripe.jsonl"),
		PlatformWebhook: stripesandbox.Endpoint{URL: receiving.URL, Secrets: []string{platformSecret}}}
	for range 2 {
		running, err := stripesandbox.Start(t.Context(), config, "127.0.0.1:0")
		require.NoError(t, err)
		fund(t, running, "usd", 1)
		waitDelivered(t, running)
		require.NoError(t, running.Close())
	}
	require.Equal(t, map[stripe.EventType]int{"topup.succeeded": 2}, receiving.types(t))
}

func TestTornEndOfTheStateFileIsCutOff(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "stripe.jsonl")
	config := stripesandbox.Config{SecretKey: key, Now: newTestClock().Now, StateFile: file}
	server, err := stripesandbox.New(t.Context(), config)
	require.NoError(t, err)
	_, err = server.Fund("usd", 100)
	require.NoError(t, err)
	_, err = server.Fund("usd", 10)
	require.NoError(t, err)
	require.NoError(t, server.Close())
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1

	for cut := last; cut < len(whole); cut += 97 {
		torn := filepath.Join(folder, fmt.Sprintf("torn-%d.jsonl", cut))
		require.NoError(t, os.WriteFile(torn, whole[:cut], 0o600))
		config.StateFile = torn
		for _, want := range []int64{100, 101} { // and it is whole again afterwards
			reopened, err := stripesandbox.New(t.Context(), config)
			require.NoError(t, err)
			_, err = reopened.SweepPlatform("usd", want+1)
			require.Error(t, err, "no more than %d is there", want)
			_, err = reopened.Fund("usd", 1)
			require.NoError(t, err)
			_, err = reopened.SweepPlatform("usd", want+1)
			require.NoError(t, err)
			_, err = reopened.Fund("usd", want+1)
			require.NoError(t, err)
			require.NoError(t, reopened.Close())
		}
	}

	damaged := bytes.Clone(whole)
	damaged[last-10] ^= 1
	require.NoError(t, os.WriteFile(file, damaged, 0o600))
	config.StateFile = file
	_, err = stripesandbox.New(t.Context(), config)
	require.ErrorContains(t, err, "is damaged", "a damaged middle is not taken for a torn end")
}

func TestClosedSandboxAnswersNothingAsDone(t *testing.T) {
	t.Parallel()
	server, err := stripesandbox.New(t.Context(), stripesandbox.Config{SecretKey: key, Now: time.Now})
	require.NoError(t, err)
	require.NoError(t, server.Close())
	require.NoError(t, server.Close())
	_, err = server.Fund("usd", 1)
	require.ErrorContains(t, err, "closed")
}
