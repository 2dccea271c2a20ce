package fraud

// Bounds of what makes a code look as if it had leaked. Podcasts and packaging are codes without any click too, so no sign alone is
// enough: LeakSigns of the four have to be seen.
const (
	// LeakOrders is how many orders of a code within LeakDays it takes to say anything.
	LeakOrders = 20
	// LeakDays is how many days are looked at.
	LeakDays = 14
	// LeakSigns is how many signs it takes.
	LeakSigns = 2
	// LeakWithoutClickPercent is the share of a code's orders without a click on the creator's links before, from which on it is a sign.
	LeakWithoutClickPercent = 80
	// LeakBurstOrders is how many orders of one day make a burst at least, LeakBurstTimes how many times the days before, when the creator
	// published nothing within LeakPostDays.
	LeakBurstOrders = 20
	LeakBurstTimes  = 5
	LeakPostDays    = 3
	// LeakCouponSitePercent is the share of a code's orders whose shopper came from a coupon site, from which on it is a sign.
	LeakCouponSitePercent = 5
	// LeakNewCustomerPercent is the share of new customers that a program's other orders with codes have at least for the comparison; a code
	// with half of that share or less shows the sign.
	LeakNewCustomerPercent = 20
)

// CodeUse is how a code was used over LeakDays.
type CodeUse struct {
	Orders          int
	WithoutClick    int    // orders without a click on the creator's links before
	FromCouponSites int    // orders whose shopper came from a coupon site
	CouponSite      string // one of them
	NewCustomers    int
	LastDay         int  // orders of the last 24 hours
	PostLately      bool // the creator published something within LeakPostDays
	Others          int  // orders with other codes of the program
	OthersNew       int  // of these, by new customers
}

// CodeLeak tells the signs of a leak, and whether they are enough.
func CodeLeak(u CodeUse) (signs []Evidence, leaked bool) {
	count := func(kind EvidenceKind, seen, of, limit int) {
		signs = append(signs, Evidence{Kind: kind, Signal: SignalCodeLeak, Seen: &seen, Of: &of, Limit: &limit})
	}
	if u.Orders < LeakOrders {
		return nil, false
	}
	if u.WithoutClick*100 >= u.Orders*LeakWithoutClickPercent {
		count(EvidenceCodeWithoutClick, u.WithoutClick, u.Orders, LeakWithoutClickPercent)
	}
	if before := u.Orders - u.LastDay; !u.PostLately && u.LastDay >= LeakBurstOrders && u.LastDay*(LeakDays-1) >= before*LeakBurstTimes {
		count(EvidenceOrderBurst, u.LastDay, before, LeakBurstTimes)
	}
	if u.FromCouponSites > 0 && u.FromCouponSites*100 >= u.Orders*LeakCouponSitePercent {
		count(EvidenceCouponSite, u.FromCouponSites, u.Orders, LeakCouponSitePercent)
		signs[len(signs)-1].Name = &u.CouponSite
	}
	if u.Others >= LeakOrders && u.OthersNew*100 >= u.Others*LeakNewCustomerPercent && 2*u.NewCustomers*u.Others <= u.OthersNew*u.Orders {
		count(EvidenceFewNewCustomers, u.NewCustomers, u.Orders, u.OthersNew*100/u.Others)
	}
	return signs, len(signs) >= LeakSigns
}

// couponSites are hosts where codes of others are collected. A host stands for all below it.
var couponSites = []string{
	"retailmenot.com", "joinhoney.com", "couponfollow.com", "groupon.com", "groupon.de", "coupons.com", "slickdeals.net", "savings.com",
	"wethrift.com", "simplycodes.com", "capitaloneshopping.com", "rakuten.com", "dealspotr.com", "knoji.com", "couponbirds.com",
	"promocodes.com", "offers.com", "dontpayfull.com", "couponcabin.com", "goodsearch.com", "mydealz.de", "gutscheine.de", "gutscheinpony.de",
	"sparwelt.de", "coupons.de", "vouchercodes.co.uk", "hotukdeals.com", "myvouchercodes.co.uk", "dealabs.com", "pepper.com", "chollometro.com",
	"promodescuentos.com", "radins.com", "ma-reduc.com", "cupon.es", "ozbargain.com.au",
}

// CouponSite tells whether a host is one where codes of others are collected.
func CouponSite(host string) bool { return ofSite(host, couponSites) }
