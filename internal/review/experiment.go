package review

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entexperiment "tributary/ent/gen/experiment"
	entpartnership "tributary/ent/gen/partnership"
	"tributary/internal/auditlog"
	"tributary/internal/insight"
	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
	"tributary/internal/kit/viewer"
	"tributary/internal/program"
)

// Limits of an experiment. Texts are in characters.
const (
	nameMax       = 120
	hypothesisMax = 1000
	armNameMax    = 60
	armsMin       = 2
	armsMax       = 5
	armMax        = 500 // partnerships
)

// Dimension is what an experiment varies. Spelled alike in Go, SQL and GraphQL.
type Dimension string

// The dimensions.
const (
	DimensionOffer    Dimension = "OFFER"    // commission terms
	DimensionPlatform Dimension = "PLATFORM" // platform
	DimensionFormat   Dimension = "FORMAT"   // format of content
)

// ExperimentStatus is the state of an experiment. Spelled alike in Go, SQL and GraphQL.
type ExperimentStatus string

// The states of an experiment.
const (
	ExperimentRunning ExperimentStatus = "RUNNING"
	ExperimentStopped ExperimentStatus = "STOPPED"
)

// Experiment is a comparison of arms over partnerships.
type Experiment struct {
	ID         id.ID // prefix exp
	BrandID    id.ID
	ProgramID  id.ID
	Name       string
	Hypothesis string // what it should show
	Dimension  Dimension
	Status     ExperimentStatus
	CreatedAt  time.Time  // when it began
	StoppedAt  *time.Time // nil while it runs
}

// IsNode marks Experiment as refetchable by id.
func (Experiment) IsNode() {}

// Arm is one arm of an experiment.
type Arm struct {
	Name             string
	PartnershipCount int
	Figures          insight.Figures // since it began, until it was stopped; days are whole UTC days
}

// storedArm is how an arm is kept in its experiment.
type storedArm struct {
	Name         string      `json:"name"`
	Partnerships []uuid.UUID `json:"partnerships"`
}

func experimentOf(row *gen.Experiment) Experiment {
	return Experiment{ID: id.Of(id.Experiment, row.ID), BrandID: id.Of(id.Brand, row.BrandID), ProgramID: id.Of(id.Program, row.ProgramID),
		Name: row.Name, Hypothesis: row.Hypothesis, Dimension: Dimension(row.Dimension), Status: ExperimentStatus(row.Status),
		CreatedAt: row.CreatedAt, StoppedAt: row.StoppedAt}
}

// ArmInput is one arm of an experiment to be made.
type ArmInput struct {
	Name           string
	PartnershipIDs []id.ID // each in one arm only
}

// CreateExperimentInput is what createExperiment takes.
type CreateExperimentInput struct {
	ProgramID  id.ID
	Name       string
	Hypothesis string
	Dimension  Dimension
	Arms       []ArmInput
}

// CreateExperiment begins an experiment over partnerships of a program. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND; REQUIRED,
// TOO_LONG, BAD_FORMAT, INVALID, OUT_OF_RANGE at a field; NOT_FOUND at a partnership that is not the program's; WRONG_STATE when the
// program is closed.
func (s *Service) CreateExperiment(ctx context.Context, in CreateExperimentInput) (Experiment, error) {
	p, err := s.programs.Owned(ctx, in.ProgramID, access.WriteOutreach)
	if err != nil {
		return Experiment{}, err
	}
	var wrong fault.List
	in.Name = field.Line(&wrong, "name", in.Name, 1, nameMax)
	in.Hypothesis = field.Body(&wrong, "hypothesis", in.Hypothesis, 0, hypothesisMax)
	field.OneOf(&wrong, "dimension", in.Dimension, DimensionOffer, DimensionPlatform, DimensionFormat)
	arms, err := s.checkArms(ctx, &wrong, p.ID.UUID, in.Arms)
	if err != nil {
		return Experiment{}, err
	}
	if err := wrong.Err(); err != nil {
		return Experiment{}, err
	}
	if p.Status == program.StatusClosed {
		return Experiment{}, fault.New(fault.Conflict, "WRONG_STATE", "This program is closed.")
	}
	stored, err := json.Marshal(arms)
	if err != nil {
		return Experiment{}, err
	}
	now := s.clock.Now()
	var made *gen.Experiment
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		made, err = tx.Ent.Experiment.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(p.BrandID.UUID).SetProgramID(p.ID.UUID).
			SetName(in.Name).SetHypothesis(in.Hypothesis).SetDimension(string(in.Dimension)).SetArms(stored).
			SetStatus(string(ExperimentRunning)).Save(ctx)
		if err != nil {
			return err
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "EXPERIMENT_CREATED", ObjectKind: "EXPERIMENT", ObjectID: made.ID,
			BrandID: made.BrandID, Detail: map[string]any{"name": in.Name}})
	})
	if err != nil {
		return Experiment{}, err
	}
	return experimentOf(made), nil
}

// checkArms turns the arms into their stored form and names what is wrong in them.
func (s *Service) checkArms(ctx context.Context, wrong *fault.List, program uuid.UUID, in []ArmInput) ([]storedArm, error) {
	if len(in) < armsMin || len(in) > armsMax {
		wrong.Add(fault.At("arms", "OUT_OF_RANGE", "There are %d to %d arms.", armsMin, armsMax))
		return nil, nil
	}
	out := make([]storedArm, len(in))
	taken, names := map[uuid.UUID]bool{}, map[string]bool{}
	var all []uuid.UUID
	for i, a := range in {
		path := "arms." + strconv.Itoa(i)
		out[i].Name = field.Line(wrong, path+".name", a.Name, 1, armNameMax)
		if names[out[i].Name] {
			wrong.Add(fault.At(path+".name", "TAKEN", "Another arm has this name."))
		}
		names[out[i].Name] = true
		if len(a.PartnershipIDs) == 0 {
			wrong.Add(fault.At(path+".partnershipIds", "REQUIRED", "Name at least one partnership."))
		}
		if len(a.PartnershipIDs) > armMax {
			wrong.Add(fault.At(path+".partnershipIds", "TOO_LONG", "An arm has at most %d partnerships.", armMax))
			continue
		}
		for j, x := range a.PartnershipIDs {
			if taken[x.UUID] {
				wrong.Add(fault.At(path+".partnershipIds."+strconv.Itoa(j), "INVALID", "Each partnership is in one arm only."))
			}
			taken[x.UUID] = true
			out[i].Partnerships = append(out[i].Partnerships, x.UUID)
			if x.Kind == id.Partnership {
				all = append(all, x.UUID)
			}
		}
	}
	known, err := s.db.Ent.Partnership.Query().Where(entpartnership.ProgramID(program), entpartnership.IDIn(all...)).IDs(ctx)
	if err != nil {
		return nil, err
	}
	have := make(map[uuid.UUID]bool, len(known))
	for _, u := range known {
		have[u] = true
	}
	for i, a := range in {
		for j, x := range a.PartnershipIDs[:min(len(a.PartnershipIDs), armMax)] {
			if !have[x.UUID] || x.Kind != id.Partnership {
				wrong.Add(fault.At(fmt.Sprintf("arms.%d.partnershipIds.%d", i, j), "NOT_FOUND", "There is no such partnership in the program."))
			}
		}
	}
	return out, nil
}

// Experiments gives a page of a brand's experiments, newest first. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND for the brand.
func (s *Service) Experiments(ctx context.Context, brand id.ID, r page.Request) (page.Connection[Experiment], error) {
	var none page.Connection[Experiment]
	b, err := owned(ctx, brand)
	if err != nil {
		return none, err
	}
	q := s.db.Ent.Experiment.Query().Where(entexperiment.BrandID(b))
	rows, err := q.Clone().Where(r.Keyset("created_at")).All(ctx)
	if err != nil {
		return none, err
	}
	out := make([]Experiment, len(rows))
	for i, row := range rows {
		out[i] = experimentOf(row)
	}
	c := page.Build(r, out, func(e Experiment) page.Cursor { return page.Cursor{At: e.CreatedAt, ID: e.ID.UUID} })
	c.Total = func() (int, error) { return q.Count(ctx) }
	return c, nil
}

// Experiment gives one experiment to the brand's staff. Faults: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.
func (s *Service) Experiment(ctx context.Context, x id.ID) (Experiment, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Experiment{}, err
	}
	u, err := id.Want(x, id.Experiment, "experiment")
	if err != nil {
		return Experiment{}, err
	}
	row, err := s.db.Ent.Experiment.Query().Where(entexperiment.ID(u)).Only(ctx)
	if err != nil {
		return Experiment{}, database.OnMissing(err, "experiment")
	}
	if err := access.Noun(access.Brand(v, access.ReadOutreach, row.BrandID), "experiment"); err != nil {
		return Experiment{}, err
	}
	return experimentOf(row), nil
}

// ArmsOf gives the arms of experiments with their figures, in two statements. Experiments of brands whose outreach the viewer may
// not read have none.
func (s *Service) ArmsOf(ctx context.Context, experiments []uuid.UUID) (map[uuid.UUID][]Arm, error) {
	brands, all := access.Brands(viewer.From(ctx), access.ReadOutreach)
	q := s.db.Ent.Experiment.Query().Where(entexperiment.IDIn(experiments...))
	if !all {
		q.Where(entexperiment.BrandIDIn(brands...))
	}
	rows, err := q.All(ctx)
	if err != nil {
		return nil, err
	}
	stored := make(map[uuid.UUID][]storedArm, len(rows))
	var spans []insight.Span
	for _, row := range rows {
		var arms []storedArm
		if err := json.Unmarshal(row.Arms, &arms); err != nil {
			return nil, fmt.Errorf("experiment %s: %w", row.ID, err)
		}
		stored[row.ID] = arms
		until := s.clock.Now()
		if row.StoppedAt != nil {
			until = *row.StoppedAt
		}
		for i, a := range arms {
			for _, p := range a.Partnerships {
				spans = append(spans, insight.Span{Group: groupOf(row.ID, i), Partnership: p,
					From: clock.DateOf(row.CreatedAt), To: clock.DateOf(until)})
			}
		}
	}
	figures, err := s.figures.FiguresOf(ctx, spans)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID][]Arm, len(rows))
	for u, arms := range stored {
		for i, a := range arms {
			out[u] = append(out[u], Arm{Name: a.Name, PartnershipCount: len(a.Partnerships), Figures: figures[groupOf(u, i)]})
		}
	}
	return out, nil
}

func groupOf(experiment uuid.UUID, arm int) string {
	return experiment.String() + "/" + strconv.Itoa(arm)
}
