package sale_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/order"
	"tributary/internal/sale"
)

// dispute tells what the bank does about an order.
func (w *world) dispute(o order.Order, number string, stage order.ChargebackStage, asked string) (sale.Recorded, error) {
	in := sale.RecordChargebackInput{Order: o.ID, ExternalID: number, Stage: stage, Currency: money.EUR}
	if asked != "" {
		in.Amount = &asked
	}
	return w.sales.RecordChargeback(w.as(viewer.Manager), in)
}

func (w *world) sell() order.Order {
	w.t.Helper()
	in := w.input(1, "100.00")
	in.Codes = []string{"MAYA15"}
	return w.record(in)
}

func TestAnOpenChargebackHoldsAndALostOneTakesTheCommissionBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.sell()
	r, err := w.dispute(o, "d1", order.ChargebackOpened, "")
	require.NoError(t, err)
	require.False(t, r.Duplicate)
	require.Equal(t, []string{order.FlagDisputed}, r.Order.Flags)
	require.Equal(t, order.PaymentPaid, r.Order.Payment)
	require.Equal(t, commission.StatusHeld, w.only(o).Status)
	w.sound()
	r, err = w.dispute(o, "d1", order.ChargebackOpened, "")
	require.NoError(t, err)
	require.True(t, r.Duplicate)

	r, err = w.dispute(o, "d1", order.ChargebackLost, "")
	require.NoError(t, err)
	require.Equal(t, order.PaymentChargedBack, r.Order.Payment)
	require.Empty(t, r.Order.Flags)
	require.Equal(t, commission.StatusReversed, w.only(o).Status)
	w.sound()
	holds, err := w.holds.List(w.ctx, w.maya.Brand, fraud.HoldOpen, "", page.All(10))
	require.NoError(t, err)
	require.Empty(t, holds.Nodes(), "there is nothing left to decide")

	// The bank gives the money back: the order earns again under its terms.
	r, err = w.dispute(o, "d1", order.ChargebackWon, "")
	require.NoError(t, err)
	require.Equal(t, order.PaymentPaid, r.Order.Payment)
	sum := int64(0)
	for _, c := range w.commissionsOf(o) {
		sum += c.Amount.Minor
	}
	require.EqualValues(t, 1_000, sum)
	w.sound()
	_, err = w.dispute(o, "d1", order.ChargebackLost, "")
	f, ok := fault.As(err)
	require.True(t, ok)
	require.Equal(t, "WRONG_STATE", f.Code)
}

func TestAWonChargebackLetsTheCommissionGoOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.sell()
	for _, number := range []string{"d1", "d2"} {
		_, err := w.dispute(o, number, order.ChargebackOpened, "10.00")
		require.NoError(t, err)
	}
	_, err := w.dispute(o, "d1", order.ChargebackWon, "")
	require.NoError(t, err)
	require.Equal(t, commission.StatusHeld, w.only(o).Status, "another one is open")
	_, err = w.dispute(o, "d2", order.ChargebackWon, "")
	require.NoError(t, err)
	require.Equal(t, commission.StatusPending, w.only(o).Status)
	require.Equal(t, euros(1_000), w.only(o).Amount)
	w.sound()
	w.clock.Advance(40 * day)
	n, err := w.commissions.ApproveDue(w.ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	w.sound()
}

func TestALostPartComesOffLikeARefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.sell()
	_, err := w.dispute(o, "d1", order.ChargebackOpened, "40.00")
	require.NoError(t, err)
	r, err := w.dispute(o, "d1", order.ChargebackLost, "40.00")
	require.NoError(t, err)
	require.Equal(t, order.PaymentPartlyRefunded, r.Order.Payment)
	require.Equal(t, euros(4_000), r.Order.Refunded)
	c := w.only(o)
	require.Equal(t, commission.StatusPending, c.Status)
	require.Equal(t, euros(600), c.Amount)
	w.sound()
	r, err = w.dispute(o, "d1", order.ChargebackWon, "")
	require.NoError(t, err)
	require.Equal(t, []string{order.FlagReinstated}, r.Order.Flags, "no machine puts on again what a refund took off")
	require.Equal(t, euros(600), w.only(o).Amount)
	w.sound()
}

func TestWrongChargebacksAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.sell()
	for name, in := range map[string]sale.RecordChargebackInput{
		"REQUIRED externalId":         {Order: o.ID, Stage: order.ChargebackOpened},
		"INVALID stage":               {Order: o.ID, ExternalID: "1", Stage: "ASKED"},
		"TOO_LONG reason":             {Order: o.ID, ExternalID: "1", Stage: order.ChargebackOpened, Reason: strings.Repeat("x", 501)},
		"INVALID amount":              {Order: o.ID, ExternalID: "1", Stage: order.ChargebackOpened, Amount: new("1.00"), Currency: money.USD},
		"INVALID amount.currencyCode": {Order: o.ID, ExternalID: "1", Stage: order.ChargebackOpened, Amount: new("1.00"), Currency: "XXX"},
		"BAD_FORMAT amount.amount":    {Order: o.ID, ExternalID: "1", Stage: order.ChargebackOpened, Amount: new("1.001"), Currency: money.EUR},
		"OUT_OF_RANGE at":             {Order: o.ID, ExternalID: "1", Stage: order.ChargebackOpened, At: new(w.clock.Now().Add(day))},
		"TOO_LONG idempotencyKey":     {Order: o.ID, ExternalID: "1", Stage: order.ChargebackOpened, IdempotencyKey: strings.Repeat("x", 201)},
		"OUT_OF_RANGE amount":         {Order: o.ID, ExternalID: "1", Stage: order.ChargebackOpened, Amount: new("-1.00"), Currency: money.EUR},
	} {
		_, err := w.sales.RecordChargeback(w.as(viewer.Manager), in)
		all := fault.All(err)
		require.NotEmpty(t, all, name)
		require.Equal(t, name, all[0].Code+" "+strings.Join(all[0].Field, "."))
	}
	_, err := w.sales.RecordChargeback(w.as(viewer.Analyst), sale.RecordChargebackInput{Order: o.ID, ExternalID: "1", Stage: order.ChargebackOpened})
	require.True(t, fault.Is(err, fault.Forbidden))
	require.Zero(t, w.count(`SELECT count(*) FROM chargeback`))
}
