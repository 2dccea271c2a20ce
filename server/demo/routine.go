package demo

import (
	"context"
	"fmt"
	"time"

	"tributary/internal/content"
	"tributary/internal/kit/fault"
	"tributary/internal/payout"
)

// runPatience bounds how long the demo waits for a payout run.
const runPatience = 2 * time.Minute

// When finance pays.
const (
	paydayAt      = 4 * time.Hour    // of the day
	approvedAfter = 35 * time.Minute // after a run was prepared
	sentAfter     = 47 * time.Minute
	paydayLasts   = 3 * time.Hour // for all brands, one after the other
	paydayOver    = time.Hour     // after a payout was touched: its worker is taken for dead
)

// routine is what staff and creators do beside selling: posts, outreach, and looking back.
func (w *world) routine(ctx context.Context, day, now time.Time) error {
	if day.YearDay()%3 == 0 && day.Before(now.AddDate(0, 0, -1)) {
		if err := w.meanwhile(ctx, w.publish(ctx, day)); err != nil {
			return err
		}
	}
	if err := w.woo(ctx); err != nil {
		return err
	}
	return w.lookBack(ctx, day)
}

// paydays pays the creators of every brand on the first of a month, before the day begins.
func (w *world) paydays(ctx context.Context, day, now time.Time) error {
	if day.Day() != 1 || day.After(now.AddDate(0, 0, -1)) {
		return nil
	}
	w.Clock.Set(day.Add(paydayAt))
	for _, s := range shops {
		if err := w.meanwhile(ctx, w.payday(ctx, s, day)); err != nil {
			return fmt.Errorf("payday of %s: %w", s.brand, err)
		}
	}
	return nil
}

// payday prepares, approves by a second person, sends, and waits until the run is done, or goes on with a run that was interrupted.
func (w *world) payday(ctx context.Context, s shop, day time.Time) error {
	first, second := w.as(ctx, "finance@demo.test"), w.as(ctx, "finance2@demo.test")
	run, err := w.begunRun(first, s, day)
	if err != nil {
		return err
	}
	if run == nil {
		prepared, err := w.Payouts.Prepare(first, payout.PrepareInput{Brand: w.brands[s.brand].ID, Currency: s.currency})
		if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
			return nil // nobody to pay yet
		}
		if err != nil {
			return fmt.Errorf("prepare: %w", err)
		}
		run = &prepared
	}
	confirm := func() payout.ConfirmInput {
		return payout.ConfirmInput{Run: run.ID, ExpectedVersion: run.Version, ExpectedTotal: run.Total}
	}
	if run.Status == payout.RunPrepared {
		w.Clock.Set(run.CreatedAt.Add(approvedAfter))
		if *run, err = w.Payouts.Approve(second, confirm()); err != nil {
			return fmt.Errorf("approve: %w", err)
		}
	}
	if run.Status == payout.RunApproved {
		w.Clock.Set(run.CreatedAt.Add(sentAfter))
		if *run, err = w.Payouts.Send(first, confirm()); err != nil {
			return fmt.Errorf("send: %w", err)
		}
	}
	return w.sent(first, *run)
}

// settle takes up the runs whose sending was interrupted on the day after the latest.
func (w *world) settle(ctx context.Context) error {
	if err := w.Payouts.Sweep(ctx); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	finance := w.as(ctx, "finance@demo.test")
	for _, s := range shops {
		run, err := w.begunRun(finance, s, w.day(w.Day+1))
		if err == nil && run != nil && run.Status == payout.RunSending {
			err = w.sent(finance, *run)
		}
		if err := w.meanwhile(ctx, err); err != nil {
			return fmt.Errorf("payday of %s: %w", s.brand, err)
		}
	}
	return nil
}

// begunRun finds the run that an interrupted payday has prepared.
func (w *world) begunRun(ctx context.Context, s shop, day time.Time) (*payout.Run, error) {
	runs, err := w.Payouts.Runs(ctx, w.brands[s.brand].ID, everyone)
	if err != nil {
		return nil, err
	}
	for _, r := range runs.Nodes() {
		if since := r.CreatedAt.Sub(day); since >= paydayAt && since < paydayAt+paydayLasts {
			return &r, nil
		}
	}
	return nil, nil
}

// sent waits until a run is done.
func (w *world) sent(ctx context.Context, run payout.Run) (err error) {
	ctx, cancel := context.WithTimeout(ctx, runPatience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for run.Status == payout.RunSending {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the run did not end: %w", ctx.Err())
		case <-tick.C:
			w.Clock.Advance(time.Second) // so that what waits for Stripe is tried again
		}
		if run, err = w.Payouts.RunByID(ctx, run.ID); err != nil {
			return err
		}
	}
	if run.Status != payout.RunCompleted {
		return fault.New(fault.Conflict, "WRONG_STATE", "the run is %s", run.Status)
	}
	return nil
}

var titles = []string{"Winter barrier routine, part two", "Three things I stopped buying", "A week with one bag", "Honest: what did not work", "My Sunday reset",
	"What I would buy again", "Questions from you, answered", "Before and after, same light"}

// publish has one creator tell of a post.
func (w *world) publish(ctx context.Context, day time.Time) error {
	if len(w.partners) == 0 {
		return nil
	}
	p := w.partners[w.random.IntN(len(w.partners))]
	platform := p.who.platforms[0]
	there, err := w.exists(ctx, `SELECT FROM post WHERE brand_id = ANY($1::uuid[]) AND url LIKE '%/p/' || $2`, w.brandIDs(), day.Format("20060102"))
	if there || err != nil {
		return err
	}
	_, err = w.Content.Submit(w.as(ctx, p.who.email), content.SubmitInput{PartnershipID: p.in.ID, Platform: platform,
		URL: profileURL(platform, p.who.handle) + "/p/" + day.Format("20060102"), Title: titles[w.random.IntN(len(titles))],
		PublishedAt: day.Add(18 * time.Hour), Disclosed: true, LinkID: &p.links[0].ID})
	if err != nil {
		return fmt.Errorf("post of %s: %w", p.who.handle, err)
	}
	return nil
}
