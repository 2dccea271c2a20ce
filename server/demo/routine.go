package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tributary/internal/content"
	"tributary/internal/kit/fault"
	"tributary/internal/payout"
)

// runPatience bounds how long the demo waits for a payout run.
const runPatience = 2 * time.Minute

// paydayAt is the time of day at which finance begins to pay.
const paydayAt = 4 * time.Hour

// routine is what staff and creators do beside selling: posts, outreach, and looking back.
func (w *world) routine(ctx context.Context, day, now time.Time) error {
	if day.YearDay()%3 == 0 && day.Before(now.AddDate(0, 0, -1)) {
		if err := w.publish(ctx, day); err != nil {
			return err
		}
	}
	if err := w.woo(ctx, day, now); err != nil {
		return err
	}
	return w.lookBack(ctx, day, now)
}

// paydays pays the creators of every brand on the first of a month, before the day begins.
func (w *world) paydays(ctx context.Context, day, now time.Time) error {
	if day.Day() != 1 || day.After(now.AddDate(0, 0, -1)) {
		return nil
	}
	w.Clock.Set(day.Add(paydayAt))
	for _, s := range shops {
		if err := w.payday(ctx, s); err != nil {
			return fmt.Errorf("payday of %s: %w", s.brand, err)
		}
	}
	return nil
}

// payday prepares, approves by a second person, sends, and waits until the run is done.
func (w *world) payday(ctx context.Context, s shop) error {
	first, second := w.as(ctx, "finance@demo.test"), w.as(ctx, "finance2@demo.test")
	run, err := w.Payouts.Prepare(first, payout.PrepareInput{Brand: w.brands[s.brand].ID, Currency: s.currency})
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		return nil // nobody to pay yet
	}
	if err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	w.Clock.Advance(35 * time.Minute)
	confirm := payout.ConfirmInput{Run: run.ID, ExpectedVersion: run.Version, ExpectedTotal: run.Total}
	if run, err = w.Payouts.Approve(second, confirm); err != nil {
		return fmt.Errorf("approve: %w", err)
	}
	w.Clock.Advance(12 * time.Minute)
	confirm.ExpectedVersion, confirm.ExpectedTotal = run.Version, run.Total
	if run, err = w.Payouts.Send(first, confirm); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	ctx, cancel := context.WithTimeout(first, runPatience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for run.Status == payout.RunSending {
		select {
		case <-ctx.Done():
			return errors.New("the run did not end")
		case <-tick.C:
		}
		if run, err = w.Payouts.RunByID(ctx, run.ID); err != nil {
			return err
		}
	}
	if run.Status != payout.RunCompleted {
		return fmt.Errorf("the run ended as %s", run.Status)
	}
	return nil
}

var titles = []string{"Winter barrier routine, part two", "Three things I stopped buying", "A week with one bag", "Honest: what did not work", "My Sunday reset",
	"What I would buy again", "Questions from you, answered", "Before and after, same light"}

// publish has one creator tell of a post.
func (w *world) publish(ctx context.Context, day time.Time) error {
	p := w.partners[w.random.IntN(len(w.partners))]
	platform := p.who.platforms[0]
	_, err := w.Content.Submit(w.as(ctx, p.who.email), content.SubmitInput{PartnershipID: p.in.ID, Platform: platform,
		URL: profileURL(platform, p.who.handle) + "/p/" + day.Format("20060102"), Title: titles[w.random.IntN(len(titles))],
		PublishedAt: day.Add(18 * time.Hour), Disclosed: true, LinkID: &p.links[0].ID})
	if err != nil {
		return fmt.Errorf("post of %s: %w", p.who.handle, err)
	}
	return nil
}
