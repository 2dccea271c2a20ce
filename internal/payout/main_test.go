package payout_test

import (
	"context"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tributary/internal/kit/broadcast"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/job"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
	"tributary/internal/ledger"
	"tributary/internal/payout"
	"tributary/internal/stripeconnect"
)

// Variables that make this test binary a worker process of its own.
const (
	workerDatabase = "PAYOUT_TEST_WORKER_DATABASE"
	workerStripe   = "PAYOUT_TEST_WORKER_STRIPE"
	workerNow      = "PAYOUT_TEST_WORKER_NOW"
	workerStep     = "PAYOUT_TEST_WORKER_STEP" // at which it kills itself
)

func TestMain(m *testing.M) {
	if url := os.Getenv(workerDatabase); url != "" {
		if err := work(viewer.WithSystem(context.Background(), "test"), url); err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

// work sends every open payout once and kills its own process with SIGKILL at the named step.
func work(ctx context.Context, url string) error {
	now, err := time.Parse(time.RFC3339Nano, os.Getenv(workerNow))
	if err != nil {
		return err
	}
	db, err := database.Open(ctx, url, database.Options{Pool: 2})
	if err != nil {
		return err
	}
	queue, err := job.NewQueue(db)
	if err != nil {
		return err
	}
	at := clock.NewFake(now)
	s := payout.New(payout.Config{DB: db, Clock: at, Ledger: ledger.New(ledger.Config{DB: db, Clock: at, Mode: ledger.ModeSandbox}), Queue: queue,
		Provider:          stripeconnect.New(stripeconnect.Config{SecretKey: secretKey, APIBase: os.Getenv(workerStripe)}),
		Changes:           broadcast.New(db, nil),
		BaseURL:           func() string { return "https://tributary.example" },
		CommissionsPaidTx: func(context.Context, database.Tx, []uuid.UUID, time.Time) error { return nil }})
	s.OnStep(func(name string) {
		if name == os.Getenv(workerStep) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // the signal is on its way
		}
	})
	rows, err := db.SQL.QueryContext(ctx, `SELECT id FROM payout WHERE status IN ('RESERVED', 'SENDING', 'UNKNOWN', 'WAITING') ORDER BY id`)
	if err != nil {
		return err
	}
	var open []uuid.UUID
	for rows.Next() {
		var u uuid.UUID
		if err := rows.Scan(&u); err != nil {
			return err
		}
		open = append(open, u)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, u := range open {
		_ = s.DoTransfer(ctx, payout.TransferJob{Payout: u}) // its outcome is in the database
	}
	return nil
}

func TestAProcessKilledWithSIGKILLAtAnyStepPaysEverybodyOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var creators []uuid.UUID
	for range 6 {
		c, _ := w.creator("DE")
		w.earn(c, eur(10_00))
		creators = append(creators, c)
	}
	w.fund(eur(60_00))
	run := w.sent(money.EUR)
	self, err := os.Executable()
	require.NoError(t, err)
	for _, step := range []string{"begun", "called", "looked", "stored", "called", "begun", "looked", "called"} {
		child := exec.CommandContext(t.Context(), self)
		child.Env = append(os.Environ(), workerDatabase+"="+w.db.URL(), workerStripe+"="+w.sandbox.URL(), workerStep+"="+step,
			workerNow+"="+w.clock.Now().Format(time.RFC3339Nano))
		out, err := child.CombinedOutput()
		if err != nil { // it ends by itself when nothing reaches the step any more
			status, ok := child.ProcessState.Sys().(syscall.WaitStatus)
			require.True(t, ok && status.Signaled() && status.Signal() == syscall.SIGKILL, "%v: %s", err, out)
		}
		w.clock.Advance(2 * time.Minute)
	}
	w.drain()
	for _, c := range creators {
		w.paidOnce(run, c, eur(10_00))
	}
	require.Equal(t, payout.RunCompleted, w.refetch(run).Status)
}
