package demo

import (
	"context"
	"fmt"
	"time"

	"tributary/internal/kit/id"
	"tributary/internal/review"
)

// deciding is how many days a review waits for its decision.
const deciding = 3

// decided are the creators whose reviews were decided, by program; the others wait, so that the brand has something to decide.
var decided = map[string]map[string]bool{
	"glow-circle":     {"creator@demo.test": true, "tom@demo.test": true},
	"harbor-regulars": {"creator@demo.test": true, "luca@demo.test": true, "kenji@demo.test": true},
}

// answers are what the brand writes with each decision.
var answers = map[review.Action]string{
	review.ActionPromote: "Your people trust you, and it shows in what they buy and keep. From now on you get new products two weeks before everybody else.",
	review.ActionKeep:    "A good start, and we would like it to go on just like this. The trial is over: you belong to us now.",
	review.ActionCoach: "Many of your people look, few of them buy. In our experience it helps to show the first evening, not the tenth. Shall we look at " +
		"one of your drafts together?",
}

// experiment is one of the demo: when it began, and who is in which arm.
type experiment struct {
	begun            int // days before now
	program          string
	name, hypothesis string
	dimension        review.Dimension
	arms             []arm
}

// arm is one arm of an experiment.
type arm struct {
	name   string
	people []string // e-mail
}

var experiments = []experiment{
	{62, "glow-circle", "Evening routine or science in words", "A routine in one take sells more than an explanation, because the problem comes first.",
		review.DimensionFormat, []arm{
			{"Routine in one take", []string{"creator@demo.test", "noor@demo.test", "mateo@demo.test"}},
			{"Science in words", []string{"ada@demo.test", "tom@demo.test", "sofia@demo.test"}},
		}},
	{40, "harbor-regulars", "Long video or short clip", "Who has watched a whole brew orders a dripper, too.", review.DimensionPlatform,
		[]arm{{"YouTube first", []string{"luca@demo.test"}}, {"TikTok first", []string{"kenji@demo.test"}}}},
	{2, "glow-circle", "A gift with the first order", "A sample in the parcel makes more of those who look buy.", review.DimensionOffer,
		[]arm{{"With a sample", []string{"noor@demo.test"}}, {"Without", []string{"mateo@demo.test"}}}},
}

// lookBack plays what a brand does once the figures are there: reviews that come due, their decisions, and experiments.
func (w *world) lookBack(ctx context.Context, day time.Time) error {
	if _, err := w.Reviews.MakeDue(ctx); err != nil {
		return err
	}
	for _, s := range shops {
		if err := w.decideReviews(ctx, s, day); err != nil {
			return err
		}
	}
	for _, e := range experiments {
		if e.begun != w.age() {
			continue
		}
		if err := w.meanwhile(ctx, w.begin(ctx, e)); err != nil {
			return fmt.Errorf("experiment %q: %w", e.name, err)
		}
	}
	return nil
}

func (w *world) decideReviews(ctx context.Context, s shop, day time.Time) error {
	staff, due := w.as(ctx, "brand@demo.test"), review.StatusDue
	list, err := w.Reviews.List(staff, review.Filter{BrandID: w.brands[s.brand].ID, Status: &due}, everyone)
	if err != nil {
		return err
	}
	for _, r := range list.Nodes() {
		words, ok := answers[r.Recommendation]
		if !ok || day.Before(r.ToAt.AddDate(0, 0, deciding)) || !decided[s.program][w.emailOf(r.PartnershipID)] {
			continue
		}
		_, err := w.Reviews.Decide(staff, review.DecideInput{ReviewID: r.ID, Decision: r.Recommendation, Words: words})
		if err := w.meanwhile(ctx, err); err != nil {
			return fmt.Errorf("review %s: %w", r.ID, err)
		}
	}
	return nil
}

func (w *world) begin(ctx context.Context, e experiment) error {
	there, err := w.exists(ctx, `SELECT FROM experiment WHERE program_id = $1 AND name = $2`, w.programs[e.program].ID.UUID, e.name)
	if there || err != nil {
		return err
	}
	in := review.CreateExperimentInput{ProgramID: w.programs[e.program].ID, Name: e.name, Hypothesis: e.hypothesis, Dimension: e.dimension}
	for _, a := range e.arms {
		made := review.ArmInput{Name: a.name}
		for _, p := range w.partners {
			for _, email := range a.people {
				if p.program == e.program && p.who.email == email {
					made.PartnershipIDs = append(made.PartnershipIDs, p.in.ID)
				}
			}
		}
		in.Arms = append(in.Arms, made)
	}
	_, err = w.Reviews.CreateExperiment(w.as(ctx, "brand@demo.test"), in)
	return err
}

// emailOf tells whose partnership it is, "" for somebody who is not of the demo.
func (w *world) emailOf(partnership id.ID) string {
	for _, p := range w.partners {
		if p.in.ID == partnership {
			return p.who.email
		}
	}
	return ""
}
