// Package payouttest is the contract of payout.Provider as tests: every implementation runs it.
package payouttest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/kit/money"
	"tributary/internal/payout"
)

// Bench is a provider and what a test does on its other side.
type Bench struct {
	Provider payout.Provider
	// Complete lets the holder of an account give all that is asked for; Restrict lets the provider stop transfers to it.
	Complete, Restrict func(t *testing.T, account string)
	// Fund brings money to the platform; Sweep takes it away.
	Fund, Sweep func(t *testing.T, amount money.Money)
	// Reverse takes a part of a transfer back.
	Reverse func(t *testing.T, transfer string, amount money.Money)
	// ToBank sends an account's whole balance in a currency to its bank and gives the movement's id.
	ToBank func(t *testing.T, account string, currency money.Currency) string
	// Remove deletes an account whose balance is zero.
	Remove func(t *testing.T, account string)
}

// Kind gives the kind of the problem that an error must be.
func Kind(t *testing.T, err error) payout.ProblemKind {
	t.Helper()
	var p *payout.Problem
	require.ErrorAs(t, err, &p)
	return p.Kind
}

// RunProvider runs the contract. Each part gets a bench of its own, whose platform is in the United States.
func RunProvider(t *testing.T, fresh func(t *testing.T) Bench) {
	t.Helper()
	for name, part := range map[string]func(*testing.T, Bench){
		"an account is opened once for a key and follows its holder":    accounts,
		"a transfer is made once for a key and found by its group":      transfers,
		"a short balance and a stopped account are told apart":          refusals,
		"reversals are seen whole, in parts and beyond one page":        reversals,
		"amounts of every kind of currency go there and come back same": amounts,
		"a movement to the bank tells where the money is":               bank,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part(t, fresh(t))
		})
	}
}

func open(t *testing.T, b Bench, key, country string) payout.AccountState {
	t.Helper()
	a, err := b.Provider.OpenAccount(t.Context(), payout.OpenAccount{Key: key, Country: country, Email: "ada@example.test", Creator: "cre_1"})
	require.NoError(t, err)
	return a
}

// payee is an account that transfers reach.
func payee(t *testing.T, b Bench) string {
	t.Helper()
	a := open(t, b, "payee", "US")
	b.Complete(t, a.Ref)
	return a.Ref
}

func accounts(t *testing.T, b Bench) {
	a := open(t, b, "key", "DE")
	require.NotEmpty(t, a.Ref)
	require.Equal(t, "DE", a.Country)
	require.False(t, a.TransfersActive)
	require.NotEmpty(t, a.RequirementsDue)
	require.Equal(t, a, open(t, b, "key", "DE"))
	require.NotEqual(t, a.Ref, open(t, b, "other key", "DE").Ref)
	link, err := b.Provider.OnboardingLink(t.Context(), a.Ref, "https://a.example/return", "https://a.example/refresh")
	require.NoError(t, err)
	require.NotEmpty(t, link)
	b.Complete(t, a.Ref)
	a, err = b.Provider.Account(t.Context(), a.Ref)
	require.NoError(t, err)
	require.True(t, a.TransfersActive && a.PayoutsEnabled && a.DetailsSubmitted)
	require.Empty(t, a.RequirementsDue)
	b.Restrict(t, a.Ref)
	a, err = b.Provider.Account(t.Context(), a.Ref)
	require.NoError(t, err)
	require.False(t, a.TransfersActive)
	require.True(t, a.DetailsSubmitted)
	require.NotEmpty(t, a.DisabledReason)
	b.Remove(t, a.Ref)
	_, err = b.Provider.Account(t.Context(), a.Ref)
	require.Equal(t, payout.Gone, Kind(t, err))
	_, err = b.Provider.OpenAccount(t.Context(), payout.OpenAccount{Key: "far", Country: "KP"})
	require.Equal(t, payout.Refused, Kind(t, err))
}

func order(account, key string, amount money.Money) payout.TransferOrder {
	return payout.TransferOrder{Key: key, Group: "group of " + key, Destination: account, Amount: amount, Description: "Payout run 1 of a-brand",
		Metadata: map[string]string{"payout": "pay_1", "attempt": "1"}}
}

func transfers(t *testing.T, b Bench) {
	account := payee(t, b)
	b.Fund(t, money.New(50_00, money.USD))
	o := order(account, "key", money.New(12_34, money.USD))
	none, err := b.Provider.TransfersOf(t.Context(), o.Group)
	require.NoError(t, err)
	require.Empty(t, none)
	made, err := b.Provider.Transfer(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, o.Amount, made.Amount)
	require.Equal(t, o.Group, made.Group)
	require.Equal(t, account, made.Destination)
	require.False(t, made.Live)
	again, err := b.Provider.Transfer(t.Context(), o)
	require.NoError(t, err)
	require.Equal(t, made, again)
	found, err := b.Provider.TransfersOf(t.Context(), o.Group)
	require.NoError(t, err)
	require.Equal(t, []payout.Transfer{made}, found)
	byRef, err := b.Provider.TransferByRef(t.Context(), made.Ref)
	require.NoError(t, err)
	require.Equal(t, made, byRef)
	o.Amount.Minor++
	_, err = b.Provider.Transfer(t.Context(), o)
	require.Equal(t, payout.Unclear, Kind(t, err), "a key with other parameters tells nothing about the first")
	balance, err := b.Provider.Balance(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(37_66), balance.Available[money.USD])
	require.False(t, balance.Live)
	_, err = b.Provider.TransferByRef(t.Context(), "tr_missing")
	require.Equal(t, payout.Gone, Kind(t, err))
}

func refusals(t *testing.T, b Bench) {
	account := payee(t, b)
	o := order(account, "key", money.New(10_00, money.USD))
	_, err := b.Provider.Transfer(t.Context(), o)
	require.Equal(t, payout.BalanceShort, Kind(t, err))
	b.Fund(t, money.New(100_00, money.USD))
	_, err = b.Provider.Transfer(t.Context(), o)
	require.Equal(t, payout.BalanceShort, Kind(t, err), "the key repeats its answer")
	b.Sweep(t, money.New(95_00, money.USD))
	_, err = b.Provider.Transfer(t.Context(), order(account, "second", money.New(10_00, money.USD)))
	require.Equal(t, payout.BalanceShort, Kind(t, err))
	b.Restrict(t, account)
	_, err = b.Provider.Transfer(t.Context(), order(account, "third", money.New(1_00, money.USD)))
	require.Equal(t, payout.Refused, Kind(t, err))
	_, err = b.Provider.Transfer(t.Context(), order("acct_missing", "fourth", money.New(1_00, money.USD)))
	require.Equal(t, payout.Refused, Kind(t, err))
	_, err = b.Provider.Transfer(t.Context(), order(account, "fifth", money.New(12_345, money.KWD)))
	require.Equal(t, payout.Refused, Kind(t, err))
}

func reversals(t *testing.T, b Bench) {
	account := payee(t, b)
	b.Fund(t, money.New(100_00, money.USD))
	made, err := b.Provider.Transfer(t.Context(), order(account, "key", money.New(100_00, money.USD)))
	require.NoError(t, err)
	for range 25 {
		b.Reverse(t, made.Ref, money.New(4_00, money.USD))
	}
	seen, err := b.Provider.TransferByRef(t.Context(), made.Ref)
	require.NoError(t, err)
	require.Len(t, seen.Reversals, 25)
	refs := map[string]bool{}
	for _, r := range seen.Reversals {
		require.Equal(t, money.New(4_00, money.USD), r.Amount)
		refs[r.Ref] = true
	}
	require.Len(t, refs, 25)
}

func amounts(t *testing.T, b Bench) {
	account := payee(t, b)
	for _, m := range []money.Money{money.New(1, money.JPY), money.New(12_34, money.EUR), money.New(99, "ISK"), money.New(1_00, money.USD)} {
		if b.Provider.Payable(m, "US") != nil {
			t.Fatalf("%s is not payable", m)
		}
		if m.Currency == "ISK" { // nothing converts it here: the balance tells
			b.Fund(t, m)
			balance, err := b.Provider.Balance(t.Context())
			require.NoError(t, err)
			require.Equal(t, m.Minor, balance.Available[m.Currency])
			continue
		}
		b.Fund(t, m)
		made, err := b.Provider.Transfer(t.Context(), order(account, "key "+string(m.Currency), m))
		require.NoError(t, err)
		require.Equal(t, m, made.Amount)
	}
	require.NoError(t, b.Provider.Payable(money.New(12_350, money.KWD), "US"))
	for _, no := range []money.Money{money.New(12_345, money.KWD), money.New(1_05, "MGA"), money.New(100_000_000, money.USD), money.New(1_000_000, "ISK"), money.New(0, money.USD), money.New(5_00, "KPW")} {
		require.Equal(t, payout.Refused, Kind(t, b.Provider.Payable(no, "US")), no)
	}
	require.Equal(t, payout.Refused, Kind(t, b.Provider.Payable(money.New(1_00, money.USD), "KP")))
}

func bank(t *testing.T, b Bench) {
	account := payee(t, b)
	b.Fund(t, money.New(10_00, money.USD))
	_, err := b.Provider.Transfer(t.Context(), order(account, "key", money.New(10_00, money.USD)))
	require.NoError(t, err)
	moved, err := b.Provider.BankPayout(t.Context(), account, b.ToBank(t, account, money.USD))
	require.NoError(t, err)
	require.Equal(t, payout.BankArrived, moved.Arrival)
}
