package sale

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"tributary/internal/attribution"
	"tributary/internal/commission"
	"tributary/internal/fraud"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/job"
	"tributary/internal/order"
)

// causeWords says why a decision was made anew; creators read it where it lowers a commission.
var causeWords = map[Cause]string{
	CauseLateSurvey:   "The customer said after the order who had sent them.",
	CauseLateClick:    "A click that led to the order became known after it.",
	CauseOrderEdit:    "The shop changed the order, and with it who brought it.",
	CauseHoldRejected: "A person looked at the order and decided who had brought it.",
}

// redecideTx looks again at who earns an order. The same result changes nothing. Another one becomes the decision while nothing of
// the order can be paid yet, or when no money moves by it; after that it is only suggested to a person, because what could be
// paid is not taken away by a machine.
func (s *Service) redecideTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line, d decision, cause Cause) (decision, error) {
	words, err := s.saidTx(ctx, tx, o, d)
	if err != nil {
		return decision{}, err
	}
	e, err := s.evidenceTx(ctx, tx, o, lines, lookAgain, words...)
	if err != nil {
		return decision{}, err
	}
	made := attribution.Decide(e.input)
	if d.sameCredits(made) {
		if err := s.overtakeTx(ctx, tx, o.ID.UUID, evidenceOnly); err != nil {
			return decision{}, err
		}
		if d.sameOutcomes(made) {
			return d, nil
		}
		return s.storeOneTx(ctx, tx, o, e, made, d.row.Version+1, cause)
	}
	final, err := finalTx(ctx, tx, o.ID.UUID)
	if err != nil {
		return decision{}, err
	}
	if final {
		fresh, err := s.suggestTx(ctx, tx, o, made, cause)
		if err != nil || !fresh {
			return d, err
		}
		s.log.InfoContext(ctx, "a decision would be another now", "order", o.ID.String(), "cause", cause)
		return d, s.logTx(ctx, tx, o, "ATTRIBUTION_SUGGESTED", map[string]any{"name": o.Name, "cause": cause,
			"sentence": "Somebody else would earn order " + o.Name + " now, but its commission can be paid already. " + attribution.ExplainDecision(made)})
	}
	return s.storeOneTx(ctx, tx, o, e, made, d.row.Version+1, cause)
}

// finalTx tells whether a commission of the order could be paid already.
func finalTx(ctx context.Context, tx database.Tx, order uuid.UUID) (final bool, err error) {
	if err := tx.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM commission WHERE order_id = $1 AND status IN ($2, $3))`,
		order, commission.StatusApproved, commission.StatusPaid).Scan(&final); err != nil {
		return false, fmt.Errorf("commissions of an order: %w", err)
	}
	return final, nil
}

// lockTx locks the row of an order until the transaction ends, before all else that belongs to it.
func lockTx(ctx context.Context, tx database.Tx, place uuid.UUID) error {
	if _, err := tx.SQL.ExecContext(ctx, `SELECT 1 FROM "order" WHERE id = $1 FOR UPDATE`, place); err != nil {
		return fmt.Errorf("lock an order: %w", err)
	}
	return nil
}

// Redecide looks again at who earns an order and moves the money that may still move. It is for jobs. Faults: NOT_FOUND.
func (s *Service) Redecide(ctx context.Context, place uuid.UUID, cause Cause) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := lockTx(ctx, tx, place); err != nil {
			return err
		}
		return s.redecideLockedTx(ctx, tx, place, cause)
	})
}

// lookAgainAfter are the waits for a click that the shop named and that has not arrived: a click is on its way for seconds, or for
// hours when a server was down.
var lookAgainAfter = []time.Duration{time.Minute, 10 * time.Minute, 2 * time.Hour, 24 * time.Hour}

// LateClickArgs describes the job that looks for a click which had not arrived when its order came.
type LateClickArgs struct {
	OrderID string `json:"order_id"`
	Try     int    `json:"try"`
}

// Kind names the job in the queue.
func (LateClickArgs) Kind() string { return "late_click" }

func (s *Service) lookAgainTx(ctx context.Context, tx database.Tx, try int, orders ...uuid.UUID) error {
	if try >= len(lookAgainAfter) {
		return nil
	}
	all := make([]LateClickArgs, len(orders))
	for i, o := range orders {
		all[i] = LateClickArgs{OrderID: o.String(), Try: try}
	}
	return job.EnqueueAllTx(ctx, s.queue, tx, all, &job.Options{ScheduledAt: s.clock.Now().Add(lookAgainAfter[try])})
}

// LateClick does the job: it decides anew when the click has arrived, and else looks again later, four times in all.
func (s *Service) LateClick(ctx context.Context, args LateClickArgs) error {
	place, err := uuid.Parse(args.OrderID)
	if err != nil {
		return job.Discard(err)
	}
	if err := s.Redecide(ctx, place, CauseLateClick); err != nil {
		return discardMissing(err)
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx database.Tx) error {
		var arrived bool
		if err := tx.SQL.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM "order" o JOIN attribution_decision d ON d.order_id = o.id
WHERE o.id = $1 AND d.touches @> jsonb_build_array(jsonb_build_object('touchId', o.click_id::text)))`, place).Scan(&arrived); err != nil {
			return fmt.Errorf("click of an order: %w", err)
		}
		if arrived {
			return nil
		}
		return s.lookAgainTx(ctx, tx, args.Try+1, place)
	})
}

// HoldRejected does the job that follows a rejected hold: the next touch may win.
func (s *Service) HoldRejected(ctx context.Context, args fraud.RejectedArgs) error {
	place, err := uuid.Parse(args.OrderID)
	if err != nil {
		return job.Discard(err)
	}
	return discardMissing(s.Redecide(ctx, place, CauseHoldRejected))
}

func discardMissing(err error) error {
	if fault.Is(err, fault.NotFound) {
		return job.Discard(err)
	}
	return err
}
