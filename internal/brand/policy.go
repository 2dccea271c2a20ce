package brand

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tributary/ent/gen"
	"tributary/ent/gen/attributionpolicy"
	"tributary/internal/attribution"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

// HalfLifeDefault is the half-life of TIME_DECAY in days when a publisher names none.
const HalfLifeDefault = 7

const (
	halfLifeMin, halfLifeMax = 1, 90 // days
	policyNoteMax            = 2000  // characters
	day                      = 24 * time.Hour
)

// Policy is one version of how a brand divides credit. A version never changes.
type Policy struct {
	ID                id.ID              // prefix pol
	BrandID           id.ID              // the brand
	Version           int                // number of the version, from 1
	Model             attribution.Model  // how credit is divided
	Precedence        []attribution.Kind // which kinds of touches come before which, at most 5
	HalfLifeDays      int                // half-life of TIME_DECAY in days
	SurveyPays        bool               // a survey answer may pay when nothing stronger counts
	ModelledPays      bool               // an estimated match may pay when nothing stronger counts
	MinimumConfidence money.PPM          // from which a survey answer or a modelled match pays
	EffectiveAt       time.Time          // from when it holds
	Note              string             // what the brand says about the change
}

// IsNode marks Policy as refetchable by id.
func (Policy) IsNode() {}

// Rules gives the policy in the words of the attribution engine.
func (p Policy) Rules() attribution.Policy {
	return attribution.Policy{Version: p.Version, Precedence: p.Precedence, Model: p.Model, HalfLife: time.Duration(p.HalfLifeDays) * day,
		SurveyPays: p.SurveyPays, SurveyThreshold: p.MinimumConfidence, ModelledPays: p.ModelledPays, ModelledThreshold: p.MinimumConfidence}
}

func toPolicy(p *gen.AttributionPolicy) Policy {
	out := Policy{ID: id.Of(id.Policy, p.ID), BrandID: id.Of(id.Brand, p.BrandID), Version: p.Version, Model: attribution.Model(p.Model),
		HalfLifeDays: p.HalfLifeDays, SurveyPays: p.SurveyPays, ModelledPays: p.ModelledPays, MinimumConfidence: money.PPM(p.MinimumConfidencePpm),
		EffectiveAt: p.EffectiveAt.UTC(), Note: p.Note}
	for _, k := range p.Precedence {
		out.Precedence = append(out.Precedence, attribution.Kind(k))
	}
	return out
}

// firstPolicy is what a brand has before it publishes its own.
func firstPolicy(now time.Time) Policy {
	d := attribution.DefaultPolicy()
	return Policy{Version: 1, Model: d.Model, Precedence: d.Precedence, HalfLifeDays: int(d.HalfLife / day), SurveyPays: d.SurveyPays,
		MinimumConfidence: d.SurveyThreshold, EffectiveAt: now}
}

func (s *Service) insertPolicyTx(ctx context.Context, tx database.Tx, brand uuid.UUID, p Policy) (Policy, error) {
	precedence := make([]string, len(p.Precedence))
	for i, k := range p.Precedence {
		precedence[i] = string(k)
	}
	create := tx.Ent.AttributionPolicy.Create().SetID(id.NewUUID(p.EffectiveAt)).SetCreatedAt(p.EffectiveAt).SetBrandID(brand).SetVersion(p.Version).
		SetModel(string(p.Model)).SetPrecedence(precedence).SetHalfLifeDays(p.HalfLifeDays).SetMinimumConfidencePpm(int64(p.MinimumConfidence)).
		SetSurveyPays(p.SurveyPays).SetModelledPays(p.ModelledPays).SetEffectiveAt(p.EffectiveAt).SetNote(p.Note)
	if v := viewer.From(ctx); v.UserID != uuid.Nil {
		create.SetPublishedBy(v.UserID)
	}
	row, err := create.Save(ctx)
	if err != nil {
		return Policy{}, fmt.Errorf("publish policy: %w", err)
	}
	return toPolicy(row), auditlog.WriteTx(ctx, tx, p.EffectiveAt, auditlog.Deed{Action: "POLICY_PUBLISHED", ObjectKind: "POLICY", ObjectID: row.ID,
		BrandID: brand, Detail: map[string]any{"version": p.Version, "model": p.Model}})
}

// NewPolicy is a version to publish. Precedence names every kind once.
type NewPolicy struct {
	Model             attribution.Model
	Precedence        []attribution.Kind
	HalfLifeDays      int
	SurveyPays        *bool // as before when left out
	ModelledPays      *bool // as before when left out
	MinimumConfidence *int  // parts per million; as before when left out
	Note              string
}

// PublishPolicy makes the next version, in force from now on. Owners and managers only; apps never. Faults: UNAUTHENTICATED, NOT_FOUND
// (brand), FORBIDDEN; on model, precedence INVALID, REQUIRED; on halfLifeDays, minimumConfidencePpm OUT_OF_RANGE; on note TOO_LONG.
func (s *Service) PublishPolicy(ctx context.Context, brandID id.ID, in NewPolicy) (Policy, error) {
	v := viewer.From(ctx)
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return Policy{}, err
	}
	if err := access.Brand(v, access.WritePrograms, brand); err != nil {
		return Policy{}, err
	}
	if v.Kind == viewer.App {
		return Policy{}, fault.New(fault.Forbidden, "FORBIDDEN", "API keys do not publish policies.")
	}
	first := firstPolicy(s.clock.Now())
	next := Policy{Model: in.Model, Precedence: in.Precedence, HalfLifeDays: in.HalfLifeDays, Note: in.Note, MinimumConfidence: first.MinimumConfidence}
	if in.MinimumConfidence != nil {
		next.MinimumConfidence = money.PPM(*in.MinimumConfidence)
	}
	if err := checkPolicy(next); err != nil {
		return Policy{}, err
	}
	var out Policy
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := database.AdvisoryLockTx(ctx, tx, "policy:"+brand.String()); err != nil {
			return fmt.Errorf("publish policy: %w", err)
		}
		latest, err := latestPolicy(ctx, tx.Ent, brand)
		if err != nil {
			return err
		}
		next.Version, next.SurveyPays, next.ModelledPays = latest.Version+1, latest.SurveyPays, latest.ModelledPays
		if in.SurveyPays != nil {
			next.SurveyPays = *in.SurveyPays
		}
		if in.ModelledPays != nil {
			next.ModelledPays = *in.ModelledPays
		}
		if in.MinimumConfidence == nil {
			next.MinimumConfidence = latest.MinimumConfidence
		}
		next.EffectiveAt = s.clock.Now()
		if !next.EffectiveAt.After(latest.EffectiveAt) { // versions have an order in time, also when the clock stood still
			next.EffectiveAt = latest.EffectiveAt.Add(time.Microsecond)
		}
		out, err = s.insertPolicyTx(ctx, tx, brand, next)
		return err
	})
	return out, err
}

func checkPolicy(p Policy) error {
	var faults fault.List
	if p.MinimumConfidence < 0 || p.MinimumConfidence > money.One {
		faults.Add(fault.At("minimumConfidencePpm", "OUT_OF_RANGE", "The confidence is 0 to %d parts per million.", money.One))
	}
	for _, problem := range p.Rules().Problems() {
		if problem.Path != "halfLife" && problem.Path != "surveyThreshold" && problem.Path != "modelledThreshold" { // said by their fields' names
			faults.Add(fault.At(problem.Path, "INVALID", "%s", problem.Message))
		}
	}
	if len(p.Precedence) != len(attribution.Kinds) {
		faults.Add(fault.At("precedence", "REQUIRED", "Name every kind of touch once: there are %d.", len(attribution.Kinds)))
	}
	if p.HalfLifeDays < halfLifeMin || p.HalfLifeDays > halfLifeMax {
		faults.Add(fault.At("halfLifeDays", "OUT_OF_RANGE", "The half-life is %d to %d days.", halfLifeMin, halfLifeMax))
	}
	if utf8.RuneCountInString(p.Note) > policyNoteMax {
		faults.Add(fault.At("note", "TOO_LONG", "A note has at most %d characters.", policyNoteMax))
	}
	return faults.Err()
}

func latestPolicy(ctx context.Context, c *gen.Client, brand uuid.UUID) (Policy, error) {
	row, err := c.AttributionPolicy.Query().Where(attributionpolicy.BrandID(brand)).Order(gen.Desc(attributionpolicy.FieldVersion)).First(ctx)
	if err != nil {
		return Policy{}, database.OnMissing(err, "policy")
	}
	return toPolicy(row), nil
}

// Policy gives the policy in force or, with a version, that one, of a brand that the viewer may see. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) Policy(ctx context.Context, brandID id.ID, version *int) (Policy, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Policy{}, err
	}
	brand, err := id.Want(brandID, id.Brand, "brand")
	if err != nil {
		return Policy{}, err
	}
	if err := s.visible(ctx, v, brand); err != nil {
		return Policy{}, err
	}
	if version == nil {
		return latestPolicy(ctx, s.db.Ent, brand)
	}
	row, err := s.db.Ent.AttributionPolicy.Query().Where(attributionpolicy.BrandID(brand), attributionpolicy.Version(*version)).Only(ctx)
	if err != nil {
		return Policy{}, database.OnMissing(err, "policy")
	}
	return toPolicy(row), nil
}

// GetPolicy gives a version by its id, of a brand that the viewer may see. Faults: UNAUTHENTICATED, NOT_FOUND.
func (s *Service) GetPolicy(ctx context.Context, policyID id.ID) (Policy, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Policy{}, err
	}
	u, err := id.Want(policyID, id.Policy, "policy")
	if err != nil {
		return Policy{}, err
	}
	row, err := s.db.Ent.AttributionPolicy.Get(ctx, u)
	if err != nil {
		return Policy{}, database.OnMissing(err, "policy")
	}
	if err := access.Noun(s.visible(ctx, v, row.BrandID), "policy"); err != nil {
		return Policy{}, err
	}
	return toPolicy(row), nil
}

// PolicyAtTx gives the version in force at an instant; before the first, the first. It checks no access: the caller has. Fault: NOT_FOUND
// for an unknown brand.
func (s *Service) PolicyAtTx(ctx context.Context, tx database.Tx, brand uuid.UUID, at time.Time) (Policy, error) {
	row, err := tx.Ent.AttributionPolicy.Query().Where(attributionpolicy.BrandID(brand), attributionpolicy.EffectiveAtLTE(at)).
		Order(gen.Desc(attributionpolicy.FieldVersion)).First(ctx)
	if database.IsMissing(err) {
		row, err = tx.Ent.AttributionPolicy.Query().Where(attributionpolicy.BrandID(brand)).Order(gen.Asc(attributionpolicy.FieldVersion)).First(ctx)
	}
	if err != nil {
		return Policy{}, database.OnMissing(err, "policy")
	}
	return toPolicy(row), nil
}

// PoliciesByIDs gives versions that visible objects refer to, in one statement.
func (s *Service) PoliciesByIDs(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Policy, error) {
	rows, err := s.db.Ent.AttributionPolicy.Query().Where(attributionpolicy.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("policies by ids: %w", err)
	}
	out := make(map[uuid.UUID]Policy, len(rows))
	for _, p := range rows {
		out[p.ID] = toPolicy(p)
	}
	return out, nil
}
