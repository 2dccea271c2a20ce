package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/fraud"
)

// suspicious plays, shortly before now, what nobody honest does: a creator who buys by their own code, a click put before a sale at the
// checkout, a street that orders together, and a code that got around.
func (w *world) suspicious(ctx context.Context) error {
	s := shops[0]
	brand := w.brands[s.brand].ID.UUID
	var with []*partner
	for _, p := range w.partners {
		if shopOf(p.program).brand == s.brand && p.code != "" && len(p.links) > 0 {
			with = append([]*partner{p}, with...) // the demo's own creator comes last
		}
	}
	if len(with) == 0 {
		return nil
	}
	pick := func(i int) *partner { return with[i%len(with)] }
	now := w.Clock.Now()
	defer w.Clock.Set(now)
	w.Clock.Set(now.Add(-suspiciousLasts))
	for _, play := range []struct {
		signal fraud.Signal
		do     func() error
	}{
		{fraud.SignalSelfReferral, func() error { return w.order(ctx, s, &shopper{brand: s.brand, email: pick(0).who.email}, pick(0).code) }},
		{fraud.SignalClickToOrderTime, func() error {
			return w.clickAndBuy(ctx, s, pick(1), &shopper{brand: s.brand, email: w.email()}, 3*time.Second)
		}},
		{fraud.SignalSameNetwork, func() error {
			return w.clickAndBuy(ctx, s, pick(2), &shopper{brand: s.brand, email: w.email(), address: "198.51.100.7:443"}, time.Minute)
		}},
	} {
		// Once, also where the demo was interrupted here; the street orders until somebody notices.
		for range fraud.SameNetworkOrders {
			held, err := w.exists(ctx, `SELECT FROM hold WHERE brand_id = $1 AND signal = $2`, brand, play.signal)
			if err != nil {
				return err
			}
			if held {
				break
			}
			if err := w.meanwhile(ctx, play.do()); err != nil {
				return fmt.Errorf("suspicious orders: %w", err)
			}
		}
		w.Clock.Advance(time.Minute)
	}
	if err := w.leak(ctx, s, brand, pick(3)); err != nil {
		return err
	}
	_, err := w.Holds.UpdateProgramGuard(w.as(ctx, "brand@demo.test"), fraud.UpdateProgramGuardInput{Program: w.programs[pick(0).program].ID,
		BannedSources: []string{"coupons.example"}})
	if err := w.meanwhile(ctx, err); err != nil {
		return fmt.Errorf("banned places: %w", err)
	}
	return nil
}

// leak lets strangers order by a code that got around until somebody notices: how many that takes hangs on what the code sold before. Most
// have it from hearsay, some from a coupon site, so that it is noticed also where the creator has just posted, and a burst means nothing.
func (w *world) leak(ctx context.Context, s shop, brand uuid.UUID, p *partner) error {
	for n := range leakedOrdersMax {
		if n%leakedLook == 0 {
			if err := w.meanwhile(ctx, w.Holds.Watch(ctx)); err != nil {
				return err
			}
			found, err := w.exists(ctx, `SELECT FROM finding WHERE brand_id = $1 AND signal = $2`, brand, fraud.SignalCodeLeak)
			if found || err != nil {
				return err
			}
		}
		w.Clock.Advance(7 * time.Second)
		stranger := &shopper{brand: s.brand, email: w.email(), orders: 1}
		if n%leakedBySite == 0 {
			stranger.from, stranger.address = "https://www.retailmenot.com/", fmt.Sprintf("198.18.%d.1:443", n) // each at home elsewhere
			if err := w.meanwhile(ctx, w.click(ctx, p.links[0], stranger)); err != nil {
				return fmt.Errorf("reader of a coupon site: %w", err)
			}
			w.Clock.Advance(40 * time.Second)
		}
		if err := w.meanwhile(ctx, w.order(ctx, s, stranger, p.code)); err != nil {
			return fmt.Errorf("orders by a code that got around: %w", err)
		}
	}
	return nil
}

const (
	leakedOrdersMax = 160 // orders by the code that got around, at most
	leakedLook      = 4   // orders between two looks
	leakedBySite    = 14  // strangers, one of whom has the code from a coupon site: enough to show, too few to be the creator's audience
)

// suspiciousLasts is how long before now it begins.
const suspiciousLasts = 45 * time.Minute

// clickAndBuy follows a link and buys a moment later.
func (w *world) clickAndBuy(ctx context.Context, s shop, p *partner, who *shopper, after time.Duration) error {
	if err := w.click(ctx, p.links[0], who); err != nil {
		return err
	}
	w.Clock.Advance(after)
	return w.order(ctx, s, who, "")
}
