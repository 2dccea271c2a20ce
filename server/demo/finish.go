package demo

import (
	"context"
	"fmt"
	"time"

	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/outreach"
	"tributary/internal/partnership"
)

// finish leaves something to decide: applications that wait and commissions under review.
func (w *world) finish(ctx context.Context) error {
	for _, c := range applicants {
		if _, err := w.makeCreator(ctx, c); err != nil {
			return err
		}
		if _, err := w.Partnerships.Apply(w.as(ctx, c.email), partnership.ApplyInput{ProgramID: w.programs[c.programs[0]].ID, Platforms: c.platforms,
			Answers: []string{"The cleanser, since spring.", "A week of barrier repair, filmed each evening."},
			Plan:    "Two short videos a month and my link in the profile."}); err != nil {
			return fmt.Errorf("%s applies: %w", c.handle, err)
		}
	}
	staff := w.as(ctx, "brand@demo.test")
	for i, l := range leads {
		if l.next == "" {
			continue
		}
		due := w.Clock.Now().AddDate(0, 0, i%6-1)
		if _, err := w.Outreach.Update(staff, outreach.UpdateInput{ProspectID: w.leads[i], DueAt: outreach.Change[time.Time]{Given: true, Value: &due}}); err != nil {
			return fmt.Errorf("next step of %s: %w", l.handle, err)
		}
	}
	brand := w.brands["lumen-skin"].ID.UUID
	page, err := w.Commissions.List(staff, commission.Filter{Brand: brand, Status: commission.StatusPending}, everyone)
	if err != nil {
		return err
	}
	for i, c := range page.Nodes() {
		if i != 3 && i != 11 {
			continue
		}
		if _, err := w.Holds.OpenHold(staff, fraud.OpenHoldInput{Commission: c.ID, Reason: "Three orders from the same street within an hour. We look at it by Friday."}); err != nil {
			return fmt.Errorf("hold: %w", err)
		}
	}
	return nil
}
