package payout_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
	"tributary/internal/payout"
)

func TestALetterSaysWhatAPayoutCovers(t *testing.T) {
	t.Parallel()
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 23, 0, 0, 0, time.UTC) }
	programs := []string{"Aurora", "Birch", "Cedar", "Dune", "Elm"}
	for _, c := range []struct {
		sales, other int
		first, last  time.Time
		programs     []string
		takenOff     int64
		want         string
	}{
		{want: ""},
		{sales: 1, first: at(6, 3), last: at(6, 3), programs: programs[:1], want: "It covers 1 sale of Aurora on 3 June 2026."},
		{sales: 12, first: at(6, 3), last: at(7, 29), programs: programs[:2], takenOff: 320,
			want: "It covers 12 sales of Aurora and Birch from 3 June to 29 July 2026. EUR 3.20 was taken off for refunds and corrections."},
		{sales: 2, first: at(-1, 3), last: at(2, 1), programs: programs[:3], want: "It covers 2 sales of Aurora, Birch and Cedar from 3 November 2025 to 1 February 2026."},
		{sales: 5, other: 2, first: at(6, 3), last: at(6, 4), programs: programs,
			want: "It covers 5 sales of Aurora, Birch, Cedar and 2 more programs from 3 June to 4 June 2026 and 2 earnings beside sales."},
		{other: 1, want: "It covers 1 earning beside sales."},
	} {
		require.Equal(t, c.want, payout.CoveredWords(c.sales, c.other, c.first, c.last, c.programs, money.New(c.takenOff, money.EUR)))
	}
}

func TestThePaidAreWrittenToOnceAndNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paid, _ := w.creator("DE")
	waits, account := w.creator("DE")
	w.earn(paid, eur(10_00))
	w.earn(paid, eur(-1_50))
	w.earn(waits, eur(5_00))
	w.fund(eur(100_00))
	run := w.sent(money.EUR)
	require.Empty(t, w.letters(paid), "nothing is paid yet")
	// The bank of one creator takes nothing at the moment.
	_, err := w.db.SQL.ExecContext(w.ctx, `UPDATE payout_account SET payouts_enabled = false WHERE provider_ref = $1`, account)
	require.NoError(t, err)
	w.drain()

	got := w.letters(paid)
	require.Len(t, got, 1)
	require.Contains(t, got[0].Subject, "Sandbox: ")
	require.Contains(t, got[0].Subject, "has paid you EUR 8.50")
	require.Contains(t, got[0].Text, "It covers 1 earning beside sales. EUR 1.50 was taken off for refunds and corrections.")
	require.Contains(t, got[0].Text, "on its way by Stripe to your bank account")
	require.Contains(t, got[0].Text, "Sandbox – no real money moves.\n\nhttps://tributary.example/creator/payouts\n")
	got = w.letters(waits)
	require.Len(t, got, 1)
	require.Contains(t, got[0].Text, "Stripe sends nothing on to your bank at the moment")

	// What is told of the transfer once more, writes nothing.
	for _, p := range w.payoutsOf(run) {
		known, err := w.payouts.Observe(w.ctx, w.transfers(p)[0])
		require.NoError(t, err)
		require.True(t, known)
	}
	require.Len(t, w.letters(paid), 1)
	require.Len(t, w.letters(waits), 1)
}
