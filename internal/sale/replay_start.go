package sale

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entreplay "tributary/ent/gen/policyreplay"
	"tributary/internal/attribution"
	"tributary/internal/auditlog"
	"tributary/internal/kit/access"
	"tributary/internal/kit/clock"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/money"
	"tributary/internal/kit/viewer"
)

// Bounds of a replay.
const (
	replayOrdersMax = 200_000
	replayDaysMax   = 800
	windowDaysMax   = 365
	halfLifeDaysMax = 90
)

// ReplayPolicyInput is a draft of a policy and the days to try it on.
type ReplayPolicyInput struct {
	Brand             id.ID
	Model             attribution.Model
	Precedence        []attribution.Kind
	HalfLifeDays      int
	SurveyPays        bool
	ModelledPays      bool
	MinimumConfidence int // parts per million
	WindowDays        *int
	TouchKinds        []attribution.Kind
	From, To          clock.Date
}

// ReplayArgs describes the job that looks at the orders of a replay.
type ReplayArgs struct {
	ReplayID string `json:"replay_id" river:"unique"`
}

// Kind names the job in the queue.
func (ReplayArgs) Kind() string { return "policy_replay" }

// ReplayPolicy begins to try a draft on stored orders; the job goes on by itself. A brand has one under way at a time. Owners and managers
// only; apps never. Faults: UNAUTHENTICATED, NOT_FOUND (brand), FORBIDDEN; on model, precedence, touchKinds INVALID, REQUIRED; on
// halfLifeDays, minimumConfidencePpm, windowDays, to OUT_OF_RANGE; WRONG_STATE when another one is under way.
func (s *Service) ReplayPolicy(ctx context.Context, in ReplayPolicyInput) (Replay, error) {
	v := viewer.From(ctx)
	brand, err := id.Want(in.Brand, id.Brand, "brand")
	if err != nil {
		return Replay{}, err
	}
	if err := mayReplay(v, brand); err != nil {
		return Replay{}, err
	}
	if err := in.check(); err != nil {
		return Replay{}, err
	}
	from, to := in.From.Start(), in.To.AddDays(1).Start()
	var out Replay
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := database.AdvisoryLockTx(ctx, tx, "replay:"+brand.String()); err != nil {
			return fmt.Errorf("replay a policy: %w", err)
		}
		running, err := tx.Ent.PolicyReplay.Query().Where(entreplay.BrandID(brand), entreplay.Status(string(ReplayRunning))).Exist(ctx)
		if err != nil {
			return fmt.Errorf("replay a policy: %w", err)
		}
		if running {
			return fault.New(fault.Conflict, "WRONG_STATE", "Another draft is being tried at the moment. Wait for it, or stop it.")
		}
		total, err := replayCountTx(ctx, tx, brand, from, to)
		if err != nil {
			return err
		}
		if total > replayOrdersMax {
			return fault.At("to", "OUT_OF_RANGE", "A replay looks at most at %d orders. Choose fewer days.", replayOrdersMax)
		}
		now := s.clock.Now()
		create := tx.Ent.PolicyReplay.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetUpdatedAt(now).SetBrandID(brand).SetModel(string(in.Model)).
			SetPrecedence(words(in.Precedence)).SetHalfLifeDays(in.HalfLifeDays).SetSurveyPays(in.SurveyPays).SetModelledPays(in.ModelledPays).SetMinimumConfidencePpm(int64(in.MinimumConfidence)).
			SetNillableWindowDays(in.WindowDays).SetTouchKinds(words(in.TouchKinds)).SetFromAt(from).SetToAt(to).SetTotal(total)
		if v.UserID != uuid.Nil {
			create.SetRequestedBy(v.UserID)
		}
		row, err := create.Save(ctx)
		if err != nil {
			return fmt.Errorf("replay a policy: %w", err)
		}
		out = replayOf(row)
		if err := s.queue.EnqueueTx(ctx, tx, ReplayArgs{ReplayID: row.ID.String()}, nil); err != nil {
			return fmt.Errorf("replay a policy: %w", err)
		}
		return auditlog.WriteTx(ctx, tx, now, auditlog.Deed{Action: "POLICY_REPLAYED", ObjectKind: "POLICY_REPLAY", ObjectID: row.ID, BrandID: brand,
			Detail: map[string]any{"model": in.Model, "orders": total}})
	})
	return out, err
}

func (in ReplayPolicyInput) check() error {
	var wrong fault.List
	rules := Replay{Model: in.Model, Precedence: in.Precedence, HalfLifeDays: in.HalfLifeDays, SurveyPays: in.SurveyPays, ModelledPays: in.ModelledPays, MinimumConfidence: in.MinimumConfidence}.Rules()
	rules.SurveyThreshold, rules.ModelledThreshold = 0, 0 // said below, by the name of the field
	for _, problem := range rules.Problems() {
		if problem.Path != "halfLife" {
			wrong.Add(fault.At(problem.Path, "INVALID", "%s", problem.Message))
		}
	}
	if len(in.Precedence) != len(attribution.Kinds) {
		wrong.Add(fault.At("precedence", "REQUIRED", "Name every kind of touch once: there are %d.", len(attribution.Kinds)))
	}
	for i, k := range in.TouchKinds {
		if !k.Valid() || slices.Contains(in.TouchKinds[:i], k) {
			wrong.Add(fault.At(fmt.Sprintf("touchKinds.%d", i), "INVALID", "Name each kind of touch once."))
		}
	}
	between := func(path string, value, lowest, highest int, what string) {
		if value < lowest || value > highest {
			wrong.Add(fault.At(path, "OUT_OF_RANGE", "%s is %d to %d.", what, lowest, highest))
		}
	}
	between("halfLifeDays", in.HalfLifeDays, 1, halfLifeDaysMax, "The half-life in days")
	between("minimumConfidencePpm", in.MinimumConfidence, 0, int(money.One), "The confidence in parts per million")
	if in.WindowDays != nil {
		between("windowDays", *in.WindowDays, 1, windowDaysMax, "The click window in days")
	}
	if days := in.From.DaysUntil(in.To); days < 0 || days > replayDaysMax {
		wrong.Add(fault.At("to", "OUT_OF_RANGE", "The last day is at most %d days after the first, and not before it.", replayDaysMax))
	}
	return wrong.Err()
}

// replayable are orders that can earn; the next one after a place comes first.
const replayable = `o.brand_id = $1 AND o.placed_at >= $2 AND o.placed_at < $3 AND NOT o.test AND o.payment NOT IN ('AWAITING_PAYMENT', 'EXPIRED')
	AND (o.payment <> 'CANCELLED' OR o.paid_at IS NOT NULL)`

func replayCountTx(ctx context.Context, tx database.Tx, brand uuid.UUID, from, to time.Time) (n int, err error) {
	if err := tx.SQL.QueryRowContext(ctx, `SELECT count(*) FROM "order" o WHERE `+replayable, brand, from, to).Scan(&n); err != nil {
		return 0, fmt.Errorf("orders to replay: %w", err)
	}
	return n, nil
}

// StopReplay stops a replay that is under way; what it has found so far can be read. Who may start one may stop it. Faults:
// UNAUTHENTICATED, NOT_FOUND, FORBIDDEN; WRONG_STATE when it has ended.
func (s *Service) StopReplay(ctx context.Context, replay id.ID) (Replay, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Replay{}, err
	}
	u, err := id.Want(replay, id.Replay, "replay")
	if err != nil {
		return Replay{}, err
	}
	var out Replay
	err = s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		row, err := tx.Ent.PolicyReplay.Query().Where(entreplay.ID(u)).ForUpdate().Only(ctx)
		if err != nil {
			return database.OnMissing(err, "replay")
		}
		if err := access.Noun(mayReplay(v, row.BrandID), "replay"); err != nil {
			return err
		}
		if row.Status != string(ReplayRunning) {
			return fault.New(fault.Conflict, "WRONG_STATE", "This replay has ended already.")
		}
		row, err = endReplayTx(ctx, tx, row, ReplayStopped, s.clock.Now())
		out = replayOf(row)
		return err
	})
	if err != nil {
		return Replay{}, err
	}
	return out, nil
}

func endReplayTx(ctx context.Context, tx database.Tx, row *gen.PolicyReplay, status ReplayStatus, now time.Time) (*gen.PolicyReplay, error) {
	row, err := tx.Ent.PolicyReplay.UpdateOne(row).SetStatus(string(status)).SetFinishedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("end a replay: %w", err)
	}
	return row, nil
}
