package sale

import (
	"time"

	"tributary/ent/gen"
	"tributary/internal/attribution"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
)

// ReplayStatus is where a replay stands. Spelled alike in Go, SQL and GraphQL.
type ReplayStatus string

// The values of ReplayStatus.
const (
	ReplayRunning ReplayStatus = "RUNNING" // Orders are being decided anew, on paper.
	ReplayDone    ReplayStatus = "DONE"    // All orders of the range were looked at.
	ReplayStopped ReplayStatus = "STOPPED" // A person stopped it.
	ReplayFailed  ReplayStatus = "FAILED"  // It could not go on.
)

// Replay is a draft of a policy, tried on the orders of a range: who would have earned what. It changes nothing.
type Replay struct {
	ID                id.ID              // id, prefix rpl.
	BrandID           id.ID              // the brand.
	Status            ReplayStatus       // where it stands.
	Model             attribution.Model  // how the draft divides credit.
	Precedence        []attribution.Kind // which kinds come before which in the draft. 5 of them.
	HalfLifeDays      int                // half-life of TIME_DECAY in days in the draft.
	SurveyPays        bool               // whether survey answers may pay in the draft.
	ModelledPays      bool               // whether estimated matches may pay in the draft.
	MinimumConfidence int                // from which confidence, in parts per million, survey answers pay in the draft.
	WindowDays        *int               // click window of every program in the draft; null where programs keep theirs.
	TouchKinds        []attribution.Kind // kinds that every program pays for in the draft; none where programs keep theirs. At most 5.
	From              clock.Date         // first day of orders.
	To                clock.Date         // last day of orders.
	Total             int                // orders to look at.
	Done              int                // orders that were looked at.
	Changed           int                // orders that would be divided otherwise.
	Kept              int                // orders that a person decided; they would stay as they are.
	Failure           *string            // why it could not go on.
	StartedAt         time.Time          // when it was asked for.
	FinishedAt        *time.Time         // when it ended.
}

// IsNode marks Replay as refetchable by id.
func (Replay) IsNode() {}

// Rules gives the draft in the words of the attribution engine.
func (r Replay) Rules() attribution.Policy {
	return attribution.Policy{Model: r.Model, Precedence: r.Precedence, HalfLife: time.Duration(r.HalfLifeDays) * 24 * time.Hour, SurveyPays: r.SurveyPays, ModelledPays: r.ModelledPays,
		SurveyThreshold: money.PPM(r.MinimumConfidence), ModelledThreshold: money.PPM(r.MinimumConfidence)}
}

// ReplayRow is what a replay would change for one creator, in one currency.
type ReplayRow struct {
	CreatorID    id.ID       // the creator.
	OrdersBefore float64     // credited orders under the policies that were in force; shared ones count by their parts.
	OrdersAfter  float64     // credited orders under the draft.
	Before       money.Money // commission under the policies that were in force.
	After        money.Money // commission under the draft.
	Difference   money.Money // after minus before.
}

// ReplayTotal is what a replay would change for the brand, in one currency.
type ReplayTotal struct {
	Creators   int         // creators with any credit before or after.
	Gaining    int         // creators who would have more.
	Losing     int         // creators who would have less.
	Before     money.Money // commission under the policies that were in force.
	After      money.Money // commission under the draft.
	Difference money.Money // after minus before.
}

func replayOf(r *gen.PolicyReplay) Replay {
	out := Replay{ID: id.Of(id.Replay, r.ID), BrandID: id.Of(id.Brand, r.BrandID), Status: ReplayStatus(r.Status), Model: attribution.Model(r.Model),
		HalfLifeDays: r.HalfLifeDays, SurveyPays: r.SurveyPays, ModelledPays: r.ModelledPays, MinimumConfidence: int(r.MinimumConfidencePpm), WindowDays: r.WindowDays,
		Precedence: kinds(r.Precedence), TouchKinds: kinds(r.TouchKinds),
		From: clock.DateOf(r.FromAt), To: clock.DateOf(r.ToAt.Add(-time.Microsecond)), Total: r.Total, Done: r.Done, Changed: r.Changed, Kept: r.Kept,
		Failure: r.Failure, StartedAt: r.CreatedAt.UTC()}
	if r.FinishedAt != nil {
		at := r.FinishedAt.UTC()
		out.FinishedAt = &at
	}
	return out
}

func kinds(words []string) []attribution.Kind {
	out := make([]attribution.Kind, len(words))
	for i, w := range words {
		out[i] = attribution.Kind(w)
	}
	return out
}

func words(kinds []attribution.Kind) []string {
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = string(k)
	}
	return out
}
