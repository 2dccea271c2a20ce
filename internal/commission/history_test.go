package commission_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/internal/commission"
	"tributary/internal/commission/rule"
	"tributary/internal/fraud"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
)

// TestBooksStayRightThroughRandomHistories lets orders be paid, refunded, edited, held, released, rejected, approved and decided
// anew in random orders, each event told twice now and then, and audits the books after each step.
func TestBooksStayRightThroughRandomHistories(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			capped := percent(1234)
			monthly := euros(3_000)
			capped.CapPerCreatorMonth = &monthly
			flat := rule.Terms{Format: rule.TermsFormat, Currency: money.EUR, Standard: rule.FlatOrderRate(euros(501))}
			h := &history{w: newWorld(t, percent(1000), capped, flat), r: rand.New(rand.NewPCG(seed, 7))}
			for range 45 {
				h.step()
				h.w.sound()
			}
		})
	}
}

type history struct {
	w     *world
	r     *rand.Rand
	sales []*sale
}

func (h *history) credit() []money.PPM {
	parts := [][]money.PPM{{money.One, 0, 0}, {0, money.One, 0}, {0, 0, money.One}, {500_000, 500_000, 0}, {333_334, 333_333, 333_333}, {0, 250_000, 750_000}}
	return parts[h.r.IntN(len(parts))]
}

func (h *history) step() {
	if len(h.sales) == 0 || h.r.IntN(5) == 0 {
		s := h.w.newSale(h.credit(), h.r.Int64N(20_000), h.r.Int64N(9_999))
		if h.r.IntN(4) == 0 {
			s.payment = commission.Unpaid
		}
		s.accrue()
		h.sales = append(h.sales, s)
		return
	}
	s := h.sales[h.r.IntN(len(h.sales))]
	line := h.r.IntN(len(s.lines))
	switch h.r.IntN(8) {
	case 0:
		s.refund(line, h.r.Int64N(s.lines[line].Net.Minor+1))
		if h.r.IntN(2) == 0 {
			s.apply(fmt.Sprintf("refund:%d", s.version), true)
		}
	case 1:
		s.edit(line, h.r.Int64N(25_000))
	case 2:
		if s.payment == commission.Unpaid {
			s.payment = []commission.Payment{commission.Earning, commission.Void}[h.r.IntN(2)]
			s.version++
			s.apply(fmt.Sprintf("paid:%d", s.version), false)
		}
	case 3:
		h.w.pass(time.Duration(h.r.IntN(40)) * day)
	case 4, 5:
		h.hold()
	case 6:
		h.decideHold()
	case 7:
		h.redecide(s)
	}
}

func (h *history) hold() {
	all, err := h.w.commissions.List(h.w.ctx, commission.Filter{Brand: h.w.members[0].Brand}, page.All(100))
	require.NoError(h.w.t, err)
	if n := len(all.Nodes()); n > 0 {
		_, err := h.w.holds.OpenHold(h.w.as(viewer.Manager), fraud.OpenHoldInput{Commission: all.Nodes()[h.r.IntN(n)].ID, Reason: "Looks odd"})
		require.True(h.w.t, err == nil || fault.Is(err, fault.Conflict), err)
	}
}

func (h *history) decideHold() {
	open, err := h.w.holds.List(h.w.ctx, h.w.members[0].Brand, fraud.HoldOpen, "", page.All(1))
	require.NoError(h.w.t, err)
	for _, x := range open.Nodes() {
		h.w.decide(x, []fraud.Decision{fraud.DecideRelease, fraud.DecideReject}[h.r.IntN(2)])
	}
}

// redecide makes a new decision while nothing of the order can be paid yet, as the rules allow.
func (h *history) redecide(s *sale) {
	of, err := h.w.commissions.List(h.w.ctx, commission.Filter{Brand: h.w.members[0].Brand}, page.All(100))
	require.NoError(h.w.t, err)
	for _, c := range of.Nodes() {
		if c.OrderID.UUID == s.order && (c.Status == commission.StatusApproved || c.Status == commission.StatusPaid) {
			return
		}
	}
	s.decide(h.credit())
	s.apply(fmt.Sprintf("decision:%d", s.decided), false)
}
