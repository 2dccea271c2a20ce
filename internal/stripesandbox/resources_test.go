package stripesandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v76"

	"tributary/internal/stripesandbox"
)

func TestExpressAccountStartsInactiveAndIsUpdated(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	account := newExpress(t, api, "DE")
	require.True(t, strings.HasPrefix(account.ID, "acct_sbx"))
	require.Equal(t, stripe.CurrencyEUR, account.DefaultCurrency)
	require.Equal(t, stripe.AccountCapabilityStatusInactive, account.Capabilities.Transfers)
	require.Contains(t, account.Requirements.CurrentlyDue, "external_account")
	require.False(t, account.PayoutsEnabled)
	require.Equal(t, "c1", account.Metadata["creator"])

	_, err := api.LoginLinks.New(&stripe.LoginLinkParams{Account: stripe.String(account.ID)})
	require.Error(t, err, "an account that never onboarded has no dashboard")

	require.NoError(t, sandbox.CompleteOnboarding(account.ID))
	changed, err := api.Accounts.Update(account.ID, &stripe.AccountParams{
		Metadata: map[string]string{"creator": "", "brand": "b1"},
		Settings: &stripe.AccountSettingsParams{Payouts: &stripe.AccountSettingsPayoutsParams{
			Schedule: &stripe.AccountSettingsPayoutsScheduleParams{Interval: stripe.String("daily"), DelayDays: stripe.Int64(7)}}},
		Individual: &stripe.PersonParams{FirstName: stripe.String("Maya"), SSNLast4: stripe.String("1234"), DOB: &stripe.PersonDOBParams{Day: stripe.Int64(4)}},
	})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"brand": "b1"}, changed.Metadata)
	require.Equal(t, int64(7), changed.Settings.Payouts.Schedule.DelayDays)
	require.Equal(t, "Maya", changed.Individual.FirstName)
	require.True(t, changed.Individual.SSNLast4Provided)

	got, err := api.Accounts.GetByID(account.ID, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.AccountCapabilityStatusActive, got.Capabilities.Transfers)
	require.Empty(t, got.Requirements.CurrentlyDue)
	require.True(t, got.DetailsSubmitted && got.PayoutsEnabled)
	require.Len(t, got.ExternalAccounts.Data, 1)

	login, err := api.LoginLinks.New(&stripe.LoginLinkParams{Account: stripe.String(account.ID)})
	require.NoError(t, err)
	status, page, _ := raw(t, http.MethodGet, login.URL, "", "", nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, account.ID)
	status, _, _ = raw(t, http.MethodGet, login.URL, "", "", nil)
	require.Equal(t, http.StatusNotFound, status, "a login link works once")

	capability, err := api.Capabilities.Get("transfers", &stripe.CapabilityParams{Account: stripe.String(account.ID)})
	require.NoError(t, err)
	require.Equal(t, stripe.CapabilityStatusActive, capability.Status)

	deleted, err := api.Accounts.Del(account.ID, nil)
	require.NoError(t, err)
	require.True(t, deleted.Deleted)
	_, err = api.Accounts.GetByID(account.ID, nil)
	refusal := refusalOf(t, err)
	require.Equal(t, http.StatusForbidden, refusal.HTTPStatusCode)
	require.Equal(t, stripe.ErrorCodeAccountInvalid, refusal.Code)
}

func TestAccountIsRefusedForUnsupportedCountryOrType(t *testing.T) {
	t.Parallel()
	api := connect(start(t, nil).URL(), 0)
	_, err := api.Accounts.New(&stripe.AccountParams{Type: stripe.String("express"), Country: stripe.String("KP")})
	require.Equal(t, stripe.ErrorCodeCountryUnsupported, refusalOf(t, err).Code)
	_, err = api.Accounts.New(&stripe.AccountParams{Type: stripe.String("standard"), Country: stripe.String("US")})
	require.Equal(t, "type", refusalOf(t, err).Param)
}

func TestPlatformAccountShowsItsPayoutSchedule(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	platform, err := api.Accounts.Get()
	require.NoError(t, err)
	require.EqualValues(t, "manual", platform.Settings.Payouts.Schedule.Interval)
	require.NoError(t, sandbox.SetPlatformPayoutSchedule("daily"))
	platform, err = api.Accounts.Get()
	require.NoError(t, err)
	require.EqualValues(t, "daily", platform.Settings.Payouts.Schedule.Interval)
}

func TestTransferMovesMoneyAndIsFound(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 10_000)

	params := transferOf(2_500, "usd", payee, "k1")
	params.Description = stripe.String("Brand A, <March> & April")
	params.AddExpand("balance_transaction")
	params.AddExpand("destination_payment.balance_transaction")
	made, err := api.Transfers.New(params)
	require.NoError(t, err)
	require.Equal(t, int64(2_500), made.Amount)
	require.Equal(t, "payout_1", made.TransferGroup)
	require.Equal(t, payee, made.Destination.ID)
	require.Equal(t, int64(-2_500), made.BalanceTransaction.Net)
	require.Equal(t, made.ID, made.BalanceTransaction.Source.ID)
	require.Equal(t, int64(2_500), made.DestinationPayment.BalanceTransaction.Net)
	require.Equal(t, "Brand A, <March> & April", made.Description)
	require.False(t, made.Livemode)
	require.Equal(t, int64(7_500), available(t, api, "", "usd"))
	require.Equal(t, int64(2_500), available(t, api, payee, "usd"))

	got, err := api.Transfers.Get(made.ID, nil)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"payout": "payout_1", "attempt": "1"}, got.Metadata)
	charge, err := api.Charges.Get(got.DestinationPayment.ID, &stripe.ChargeParams{Params: stripe.Params{StripeAccount: &payee}})
	require.NoError(t, err)
	require.Equal(t, made.ID, charge.SourceTransfer.ID)

	changed, err := api.Transfers.Update(made.ID, &stripe.TransferParams{Metadata: map[string]string{"attempt": "2"}})
	require.NoError(t, err)
	require.Equal(t, "2", changed.Metadata["attempt"])
	require.Equal(t, "payout_1", changed.Metadata["payout"])

	_, err = api.Transfers.Get("tr_none", nil)
	require.Equal(t, http.StatusNotFound, refusalOf(t, err).HTTPStatusCode)
	bad := transferOf(1, "usd", payee, "")
	bad.AddExpand("currency")
	_, err = api.Transfers.New(bad)
	require.ErrorContains(t, err, "cannot be expanded")
	require.Equal(t, int64(7_500), available(t, api, "", "usd"), "a refused request leaves nothing behind")
}

func TestTransferIsRefusedWithStripesCodes(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	restricted := newExpress(t, api, "US").ID
	fund(t, sandbox, "usd", 1_000)
	fund(t, sandbox, "eur", 99)

	for name, test := range map[string]struct {
		params *stripe.TransferParams
		code   string
		param  string
	}{
		"not enough":                {transferOf(1_001, "usd", payee, ""), "balance_insufficient", ""},
		"not enough of that money":  {transferOf(100, "eur", payee, ""), "balance_insufficient", ""},
		"capability not active":     {transferOf(1, "usd", restricted, ""), "insufficient_capabilities_for_transfer", "destination"},
		"no such account":           {transferOf(1, "usd", "acct_none", ""), "resource_missing", "destination"},
		"zero":                      {transferOf(0, "usd", payee, ""), "parameter_invalid_integer", "amount"},
		"more than eight digits":    {transferOf(100_000_000, "usd", payee, ""), "amount_too_large", "amount"},
		"balance of the other kind": {&stripe.TransferParams{Amount: stripe.Int64(1), Currency: stripe.String("usd"), Destination: &payee, SourceType: stripe.String("bank_account")}, "balance_insufficient", ""},
	} {
		_, err := api.Transfers.New(test.params)
		refusal := refusalOf(t, err)
		require.EqualValues(t, test.code, refusal.Code, name)
		require.Equal(t, test.param, refusal.Param, name)
		require.Equal(t, http.StatusBadRequest, refusal.HTTPStatusCode, name)
		require.Equal(t, stripe.ErrorTypeInvalidRequest, refusal.Type, name)
	}
	require.Equal(t, int64(1_000), available(t, api, "", "usd"))
}

func TestTransfersAreListedInPagesAndByFilter(t *testing.T) {
	t.Parallel()
	clock := newTestClock()
	sandbox := start(t, func(c *stripesandbox.Config) { c.Now = clock.Now })
	api := connect(sandbox.URL(), 0)
	first, second := payable(t, sandbox, api, "US"), payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 100_000)
	var ids []string
	begin := clock.Now().Unix()
	for i := range 25 {
		destination := []string{first, second}[i%2]
		params := transferOf(int64(100+i), "usd", destination, "")
		params.TransferGroup = stripe.String(fmt.Sprintf("g%d", i/5))
		made, err := api.Transfers.New(params)
		require.NoError(t, err)
		ids = append([]string{made.ID}, ids...)
		clock.move(time.Second)
	}
	collect := func(params *stripe.TransferListParams) []string {
		t.Helper()
		var found []string
		iterator := api.Transfers.List(params)
		for iterator.Next() {
			found = append(found, iterator.Transfer().ID)
		}
		require.NoError(t, iterator.Err())
		return found
	}
	all := &stripe.TransferListParams{}
	all.Limit = stripe.Int64(7)
	require.Equal(t, ids, collect(all), "newest first, over all pages")
	require.Equal(t, ids[20:25], collect(&stripe.TransferListParams{TransferGroup: stripe.String("g0")}))
	require.Len(t, collect(&stripe.TransferListParams{Destination: &first}), 13)
	require.Len(t, collect(&stripe.TransferListParams{Destination: &first, TransferGroup: stripe.String("g0")}), 3)
	require.Empty(t, collect(&stripe.TransferListParams{TransferGroup: stripe.String("none")}))
	require.Equal(t, ids[20:23], collect(&stripe.TransferListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThan: begin + 1, LesserThanOrEqual: begin + 4}}))
	require.Equal(t, ids[24:25], collect(&stripe.TransferListParams{Created: stripe.Int64(begin)}))
	before := &stripe.TransferListParams{}
	before.EndingBefore = stripe.String(ids[3])
	before.Single = true
	require.ElementsMatch(t, ids[0:3], collect(before))

	page := api.Transfers.List(&stripe.TransferListParams{ListParams: stripe.ListParams{Limit: stripe.Int64(25), Single: true}})
	require.True(t, page.Next())
	require.False(t, page.Meta().HasMore)
}

func TestReversalsTakeBackNoMoreThanTheTransfer(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 1_000)
	made, err := api.Transfers.New(transferOf(900, "usd", payee, ""))
	require.NoError(t, err)
	reverse := func(amount *int64) (*stripe.TransferReversal, error) {
		return api.TransferReversals.New(&stripe.TransferReversalParams{ID: stripe.String(made.ID), Amount: amount,
			Metadata: map[string]string{"reason": "r"}})
	}
	part, err := reverse(stripe.Int64(300))
	require.NoError(t, err)
	require.Equal(t, made.ID, part.Transfer.ID)
	require.Equal(t, "r", part.Metadata["reason"])
	_, err = reverse(stripe.Int64(601))
	require.Equal(t, "amount", refusalOf(t, err).Param)

	got, err := api.Transfers.Get(made.ID, nil)
	require.NoError(t, err)
	require.Equal(t, int64(300), got.AmountReversed)
	require.False(t, got.Reversed)
	require.Len(t, got.Reversals.Data, 1)

	rest, err := reverse(nil)
	require.NoError(t, err)
	require.Equal(t, int64(600), rest.Amount)
	_, err = reverse(nil)
	require.ErrorContains(t, err, "already fully reversed")
	got, err = api.Transfers.Get(made.ID, nil)
	require.NoError(t, err)
	require.True(t, got.Reversed)
	require.Equal(t, int64(1_000), available(t, api, "", "usd"))
	require.Equal(t, int64(0), available(t, api, payee, "usd"))

	listed := api.TransferReversals.List(&stripe.TransferReversalListParams{ID: stripe.String(made.ID)})
	var found []string
	for listed.Next() {
		found = append(found, listed.TransferReversal().ID)
	}
	require.Equal(t, []string{rest.ID, part.ID}, found)
	one, err := api.TransferReversals.Get(part.ID, &stripe.TransferReversalParams{ID: stripe.String(made.ID)})
	require.NoError(t, err)
	require.Equal(t, int64(300), one.Amount)
}

func TestReversalNeedsTheCreatorsBalance(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 1_000)
	made, err := api.Transfers.New(transferOf(900, "usd", payee, ""))
	require.NoError(t, err)
	_, err = sandbox.PayOut(payee, "usd")
	require.NoError(t, err)
	_, err = api.TransferReversals.New(&stripe.TransferReversalParams{ID: stripe.String(made.ID)})
	require.Equal(t, stripe.ErrorCodeBalanceInsufficient, refusalOf(t, err).Code)
}

func TestTransferIsConvertedToTheCreatorsCurrencyAndReversedExactly(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "JP")
	fund(t, sandbox, "usd", 1_000)
	params := transferOf(999, "usd", payee, "")
	params.AddExpand("destination_payment.balance_transaction")
	made, err := api.Transfers.New(params)
	require.NoError(t, err)
	received := made.DestinationPayment.BalanceTransaction
	require.Equal(t, stripe.CurrencyJPY, received.Currency)
	require.Equal(t, int64(1_499), received.Net, "9.99 USD at 150, rounded half up")
	require.InDelta(t, 150.0, received.ExchangeRate, 0.0001)
	for range 3 {
		_, err = api.TransferReversals.New(&stripe.TransferReversalParams{ID: stripe.String(made.ID), Amount: stripe.Int64(333)})
		require.NoError(t, err)
	}
	require.Equal(t, int64(0), available(t, api, payee, "jpy"))
	require.Equal(t, int64(1_000), available(t, api, "", "usd"))
}

func TestTopupsFollowTheirStates(t *testing.T) {
	t.Parallel()
	sandbox := start(t, func(c *stripesandbox.Config) { c.HoldTopups = true })
	api := connect(sandbox.URL(), 0)
	create := func(source string) *stripe.Topup {
		params := &stripe.TopupParams{Amount: stripe.Int64(5_000), Currency: stripe.String("USD"), Description: stripe.String("Brand A"), Metadata: map[string]string{"brand": "a"}}
		if source != "" {
			params.Source = stripe.String(source)
		}
		made, err := api.Topups.New(params)
		require.NoError(t, err)
		return made
	}
	status := func(id string) stripe.TopupStatus {
		got, err := api.Topups.Get(id, nil)
		require.NoError(t, err)
		return got.Status
	}
	good, canceled, refused := create(""), create(""), create("btok_us_verified_noAccount")
	require.Equal(t, stripe.TopupStatusPending, good.Status)
	require.Equal(t, stripe.TopupStatusFailed, refused.Status)
	require.Equal(t, "no_account", refused.FailureCode)
	balance, err := api.Balance.Get(nil)
	require.NoError(t, err)
	require.Equal(t, int64(10_000), balance.Pending[0].Amount)
	require.Equal(t, int64(0), balance.Available[0].Amount)

	_, err = api.Topups.Cancel(canceled.ID, nil)
	require.NoError(t, err)
	require.Equal(t, stripe.TopupStatusCanceled, status(canceled.ID))
	require.Error(t, sandbox.SucceedTopup(canceled.ID))
	require.NoError(t, sandbox.SucceedTopup(good.ID))
	require.Equal(t, stripe.TopupStatusSucceeded, status(good.ID))
	require.Equal(t, int64(5_000), available(t, api, "", "usd"))
	require.NoError(t, sandbox.ReverseTopup(good.ID))
	require.Equal(t, stripe.TopupStatusReversed, status(good.ID))
	require.Equal(t, int64(0), available(t, api, "", "usd"))
	_, err = api.Topups.Cancel(good.ID, nil)
	require.Error(t, err)

	count := 0
	for iterator := api.Topups.List(&stripe.TopupListParams{Status: stripe.String("reversed")}); iterator.Next(); count++ {
		require.Equal(t, "a", iterator.Topup().Metadata["brand"])
	}
	require.Equal(t, 1, count)
}

func TestBalanceTransactionsExplainTheBalance(t *testing.T) {
	t.Parallel()
	sandbox := start(t, nil)
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 10_000)
	made, err := api.Transfers.New(transferOf(4_000, "usd", payee, ""))
	require.NoError(t, err)
	_, err = api.TransferReversals.New(&stripe.TransferReversalParams{ID: stripe.String(made.ID), Amount: stripe.Int64(1_000)})
	require.NoError(t, err)
	fee, err := sandbox.ChargeFee("usd", 200, "Connect, active accounts")
	require.NoError(t, err)
	_, err = sandbox.SweepPlatform("usd", 500)
	require.NoError(t, err)

	sum, kinds := int64(0), map[stripe.BalanceTransactionType]int64{}
	for iterator := api.BalanceTransactions.List(&stripe.BalanceTransactionListParams{}); iterator.Next(); {
		one := iterator.BalanceTransaction()
		kinds[one.Type] += one.Net
		sum += one.Net
	}
	require.Equal(t, map[stripe.BalanceTransactionType]int64{"topup": 10_000, "transfer": -4_000, "transfer_refund": 1_000, "stripe_fee": -200, "payout": -500}, kinds)
	require.Equal(t, available(t, api, "", "usd"), sum)

	one, err := api.BalanceTransactions.Get(fee, nil)
	require.NoError(t, err)
	require.Equal(t, "Connect, active accounts", one.Description)
	bySource := api.BalanceTransactions.List(&stripe.BalanceTransactionListParams{Source: stripe.String(made.ID)})
	require.True(t, bySource.Next())
	require.Equal(t, int64(-4_000), bySource.BalanceTransaction().Net)
	require.False(t, bySource.Next())
	_, err = api.BalanceTransactions.Get(fee, &stripe.BalanceTransactionParams{Params: stripe.Params{StripeAccount: &payee}})
	require.Error(t, err, "the platform's movements are not the creator's")
}

func TestBankPayoutOfACreatorMayFailLater(t *testing.T) {
	t.Parallel()
	sandbox := start(t, func(c *stripesandbox.Config) { c.AutomaticPayouts = true })
	api := connect(sandbox.URL(), 0)
	payee := payable(t, sandbox, api, "US")
	fund(t, sandbox, "usd", 1_000)
	_, err := api.Transfers.New(transferOf(900, "usd", payee, ""))
	require.NoError(t, err)
	require.Equal(t, int64(0), available(t, api, payee, "usd"))

	listed := api.Payouts.List(&stripe.PayoutListParams{ListParams: stripe.ListParams{StripeAccount: &payee}})
	require.True(t, listed.Next())
	paid := listed.Payout()
	require.Equal(t, stripe.PayoutStatusPaid, paid.Status)
	require.Equal(t, int64(900), paid.Amount)

	require.NoError(t, sandbox.FailPayout(paid.ID))
	require.Error(t, sandbox.FailPayout(paid.ID), "it fails once")
	failed, err := api.Payouts.Get(paid.ID, &stripe.PayoutParams{Params: stripe.Params{StripeAccount: &payee}})
	require.NoError(t, err)
	require.Equal(t, stripe.PayoutStatusFailed, failed.Status)
	require.Equal(t, int64(900), available(t, api, payee, "usd"))
	account, err := api.Accounts.GetByID(payee, nil)
	require.NoError(t, err)
	require.False(t, account.PayoutsEnabled)
	require.Equal(t, stripe.AccountCapabilityStatusActive, account.Capabilities.Transfers, "transfers go on")
	require.NoError(t, sandbox.SetBankPayouts(payee, true))
}
