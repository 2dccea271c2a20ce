package fraud_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"tributary/internal/fraud"
)

func kindsOf(signs []fraud.Evidence) (out []fraud.EvidenceKind) {
	for _, e := range signs {
		out = append(out, e.Kind)
	}
	return out
}

func TestACodeHasLeakedByTwoSigns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		use    fraud.CodeUse
		want   []fraud.EvidenceKind
		leaked bool
	}{
		{"unused", fraud.CodeUse{}, nil, false},
		{"too few orders to say anything", fraud.CodeUse{Orders: fraud.LeakOrders - 1, WithoutClick: fraud.LeakOrders - 1, FromCouponSites: 9, LastDay: 19}, nil, false},
		{"a podcast's code", fraud.CodeUse{Orders: 50, WithoutClick: 50, NewCustomers: 40, Others: 100, OthersNew: 60}, []fraud.EvidenceKind{fraud.EvidenceCodeWithoutClick}, false},
		{"on a coupon site", fraud.CodeUse{Orders: 50, WithoutClick: 40, FromCouponSites: 3, CouponSite: "wethrift.com"},
			[]fraud.EvidenceKind{fraud.EvidenceCodeWithoutClick, fraud.EvidenceCouponSite}, true},
		{"a burst after a post", fraud.CodeUse{Orders: 40, WithoutClick: 10, LastDay: 35, PostLately: true}, nil, false},
		{"a burst without a post", fraud.CodeUse{Orders: 40, WithoutClick: 39, LastDay: 35},
			[]fraud.EvidenceKind{fraud.EvidenceCodeWithoutClick, fraud.EvidenceOrderBurst}, true},
		{"customers who would have bought anyway", fraud.CodeUse{Orders: 30, WithoutClick: 30, NewCustomers: 3, Others: 100, OthersNew: 60},
			[]fraud.EvidenceKind{fraud.EvidenceCodeWithoutClick, fraud.EvidenceFewNewCustomers}, true},
		{"nobody to compare with", fraud.CodeUse{Orders: 30, WithoutClick: 30, Others: fraud.LeakOrders - 1, OthersNew: fraud.LeakOrders - 1},
			[]fraud.EvidenceKind{fraud.EvidenceCodeWithoutClick}, false},
	} {
		signs, leaked := fraud.CodeLeak(c.use)
		require.Equal(t, c.want, kindsOf(signs), c.name)
		require.Equal(t, c.leaked, leaked, c.name)
		for _, e := range signs {
			require.Equal(t, fraud.SignalCodeLeak, e.Signal, c.name)
		}
	}
}

// More clicks and more new customers never make a code look worse.
func TestHonestUseNeverMakesACodeLookWorse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 15))
	for range propertyRuns {
		u := fraud.CodeUse{Orders: 1 + r.IntN(200), Others: r.IntN(300), PostLately: r.IntN(2) == 0}
		u.WithoutClick, u.FromCouponSites, u.NewCustomers, u.LastDay = r.IntN(u.Orders+1), r.IntN(u.Orders+1), r.IntN(u.Orders+1), r.IntN(u.Orders+1)
		u.OthersNew = r.IntN(u.Others + 1)
		before, leaked := fraud.CodeLeak(u)
		better := u
		better.WithoutClick, better.FromCouponSites = r.IntN(u.WithoutClick+1), r.IntN(u.FromCouponSites+1)
		better.NewCustomers += r.IntN(u.Orders - u.NewCustomers + 1)
		better.PostLately = true
		after, still := fraud.CodeLeak(better)
		require.Subset(t, kindsOf(before), kindsOf(after))
		require.False(t, still && !leaked)
		if leaked {
			require.GreaterOrEqual(t, len(before), fraud.LeakSigns)
			require.GreaterOrEqual(t, u.Orders, fraud.LeakOrders)
		}
	}
}

func TestAFloodIsManyClicksAndHalfOfAll(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(16, 23))
	for range propertyRuns {
		from := r.IntN(3 * fraud.FloodClicks)
		all := from + r.IntN(3*fraud.FloodClicks)
		e, flood := fraud.ClickFlood(from, all)
		require.Equal(t, from >= fraud.FloodClicks && from >= all-from, flood)
		if flood {
			require.Equal(t, from, *e.Seen)
			require.Equal(t, all, *e.Of)
		}
	}
}

func TestARefundRateIsMeasuredAgainstTheOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		r    fraud.Returns
		want bool
	}{
		{"far over", fraud.Returns{Orders: 20, Revenue: 1000, Refunds: 400, OthersRevenue: 1000, OthersRefunds: 100}, true},
		{"too few orders", fraud.Returns{Orders: 19, Revenue: 1000, Refunds: 400, OthersRevenue: 1000, OthersRefunds: 100}, false},
		{"everybody's goods come back", fraud.Returns{Orders: 20, Revenue: 1000, Refunds: 400, OthersRevenue: 1000, OthersRefunds: 200}, false},
		{"little", fraud.Returns{Orders: 20, Revenue: 1000, Refunds: 199, OthersRevenue: 1000}, false},
		{"nobody to compare with", fraud.Returns{Orders: 20, Revenue: 1000, Refunds: 400}, false},
		{"nothing sold", fraud.Returns{Orders: 20, OthersRevenue: 1000}, false},
		{"others keep all", fraud.Returns{Orders: 20, Revenue: 1000, Refunds: 200, OthersRevenue: 1000}, true},
	} {
		e, far := fraud.RefundRate(c.r)
		require.Equal(t, c.want, far, c.name)
		if far {
			require.GreaterOrEqual(t, *e.Seen, fraud.RefundPercent, c.name)
		}
	}
}

func TestHostsOfCouponSites(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{"": false, "wethrift.com": true, "www.wethrift.com": true, "notwethrift.com": false, "WETHRIFT.com.": true, "wethrift.com.example": false} {
		require.Equal(t, want, fraud.CouponSite(host), host)
	}
}
