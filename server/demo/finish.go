package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/outreach"
	"tributary/internal/partnership"
)

// finish leaves something to decide: applications and claims that wait, and commissions under review.
func (w *world) finish(ctx context.Context) error {
	for _, c := range applicants {
		if err := w.meanwhile(ctx, w.apply(ctx, c)); err != nil {
			return fmt.Errorf("%s applies: %w", c.handle, err)
		}
	}
	if err := w.dispute(ctx); err != nil {
		return err
	}
	staff := w.as(ctx, "brand@demo.test")
	for i, l := range leads {
		prospect, known := w.leads[i]
		if l.next == "" || !known {
			continue
		}
		due := w.Clock.Now().AddDate(0, 0, i%6-1)
		_, err := w.Outreach.Update(staff, outreach.UpdateInput{ProspectID: prospect, DueAt: outreach.Change[time.Time]{Given: true, Value: &due}})
		if err := w.meanwhile(ctx, err); err != nil {
			return fmt.Errorf("next step of %s: %w", l.handle, err)
		}
	}
	if err := w.suspicious(ctx); err != nil {
		return err
	}
	brand := w.brands["lumen-skin"].ID.UUID
	held, err := w.exists(ctx, `SELECT FROM hold WHERE brand_id = $1 AND reason = $2`, brand, holdReason)
	if held || err != nil {
		return err
	}
	page, err := w.Commissions.List(staff, commission.Filter{Brand: brand, Status: commission.StatusPending}, everyone)
	if err != nil {
		return err
	}
	for i, c := range page.Nodes() {
		if i != 3 && i != 11 {
			continue
		}
		_, err := w.Holds.OpenHold(staff, fraud.OpenHoldInput{Commission: c.ID, Reason: holdReason})
		if err := w.meanwhile(ctx, err); err != nil {
			return fmt.Errorf("hold: %w", err)
		}
	}
	return nil
}

const holdReason = "Three orders from the same street within an hour. We look at it by Friday."

// apply makes somebody who asks to join.
func (w *world) apply(ctx context.Context, c cast) error {
	if _, err := w.makeCreator(ctx, c); err != nil {
		return err
	}
	p := w.programs[c.programs[0]].ID
	asked, err := w.Partnerships.MyApplicationsTo(w.as(ctx, c.email), []uuid.UUID{p.UUID})
	if _, there := asked[p.UUID]; there || err != nil {
		return err
	}
	_, err = w.Partnerships.Apply(w.as(ctx, c.email), partnership.ApplyInput{ProgramID: p, Platforms: c.platforms,
		Answers: []string{"The cleanser, since spring.", "A week of barrier repair, filmed each evening."},
		Plan:    "Two short videos a month and my link in the profile."})
	return err
}
