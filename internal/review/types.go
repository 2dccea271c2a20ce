package review

import (
	"time"
	"tributary/internal/insight"
	"tributary/internal/kit/id"
)

// Review is a look at a partnership's figures with a recommendation.
type Review struct {
	ID             id.ID           // id, prefix rev.
	PartnershipID  id.ID           // the partnership.
	FromAt         time.Time       // from when the figures are.
	ToAt           time.Time       // up to when the figures are.
	Figures        insight.Figures // figures of the time.
	Medians        insight.Figures // medians of the program in the same time.
	Recommendation Action          // what the figures suggest.
	Reasons        []string        // why, in words. At most 10.
	Status         Status          // state.
	Decision       *Action         // what the brand decided.
	Words          *string         // what the brand wrote to the creator.
	DecidedAt      *time.Time      // when it was decided.
}

// IsNode marks Review as refetchable by id.
func (Review) IsNode() {}

// Experiment is a comparison of arms over partnerships.
type Experiment struct {
	ID         id.ID            // id, prefix exp.
	ProgramID  id.ID            // the program.
	Name       string           // name.
	Hypothesis string           // what it should show.
	Dimension  Dimension        // what it varies.
	Status     ExperimentStatus // state.
	CreatedAt  time.Time        // when it began.
}

// IsNode marks Experiment as refetchable by id.
func (Experiment) IsNode() {}

// Arm is one arm of an experiment.
type Arm struct {
	Name             string          // name.
	PartnershipCount int             // partnerships in it.
	Figures          insight.Figures // figures since it began.
}
