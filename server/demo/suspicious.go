package demo

import (
	"context"
	"fmt"
	"time"

	"tributary/internal/fraud"
)

// suspicious plays, shortly before now, what nobody honest does: a creator who buys by their own code, a click put before a sale at the
// checkout, a street that orders together, and a code that got around.
func (w *world) suspicious(ctx context.Context) error {
	s := shops[0]
	brand := w.brands[s.brand].ID.UUID
	played, err := w.exists(ctx, `SELECT FROM hold WHERE brand_id = $1 AND signal = 'SAME_NETWORK'`, brand)
	if played || err != nil {
		return err
	}
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
	for _, play := range []func() error{
		func() error { return w.order(ctx, s, &shopper{brand: s.brand, email: pick(0).who.email}, pick(0).code) },
		func() error {
			return w.clickAndBuy(ctx, s, pick(1), &shopper{brand: s.brand, email: w.email()}, 3*time.Second)
		},
		func() error {
			for range fraud.SameNetworkOrders {
				if err := w.clickAndBuy(ctx, s, pick(2), &shopper{brand: s.brand, email: w.email(), address: "198.51.100.7:443"}, time.Minute); err != nil {
					return err
				}
			}
			return nil
		},
		func() error {
			for range fraud.LeakOrders + 4 {
				w.Clock.Advance(7 * time.Second)
				if err := w.order(ctx, s, &shopper{brand: s.brand, email: w.email(), orders: 1}, pick(3).code); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		if err := w.meanwhile(ctx, play()); err != nil {
			return fmt.Errorf("suspicious orders: %w", err)
		}
		w.Clock.Advance(time.Minute)
	}
	if _, err := w.Holds.UpdateProgramGuard(w.as(ctx, "brand@demo.test"), fraud.UpdateProgramGuardInput{Program: w.programs[pick(0).program].ID,
		BannedSources: []string{"coupons.example"}}); w.meanwhile(ctx, err) != nil {
		return fmt.Errorf("banned places: %w", err)
	}
	w.Clock.Set(now)
	return w.meanwhile(ctx, w.Holds.Watch(ctx))
}

// suspiciousLasts is how long before now it begins.
const suspiciousLasts = 20 * time.Minute

// clickAndBuy follows a link and buys a moment later.
func (w *world) clickAndBuy(ctx context.Context, s shop, p *partner, who *shopper, after time.Duration) error {
	if err := w.click(ctx, p.links[0], who); err != nil {
		return err
	}
	w.Clock.Advance(after)
	return w.order(ctx, s, who, "")
}
