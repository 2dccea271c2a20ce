package sale

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"tributary/ent/gen"
	entdecision "tributary/ent/gen/attributiondecision"
	"tributary/internal/attribution"
	"tributary/internal/fraud"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
	"tributary/internal/order"
)

// touchesMax bounds the touches that a decision keeps.
const touchesMax = 200

// storedTouch is a touch in a stored decision: what became of it, and what it is called.
type storedTouch struct {
	attribution.Outcome
	LinkID   string `json:"linkId,omitempty"`
	Platform string `json:"platform,omitempty"`
	Label    string `json:"label,omitempty"`
	// Evidence is what speaks against a touch whose credit is held. Only the hold shows it.
	Evidence []fraud.Evidence `json:"evidence,omitempty"`
}

// decision is a stored decision, read.
type decision struct {
	row     *gen.AttributionDecision
	touches []storedTouch
	credits []attribution.Credit
}

func readDecision(row *gen.AttributionDecision) (decision, error) {
	d := decision{row: row}
	if err := json.Unmarshal(row.Touches, &d.touches); err != nil {
		return decision{}, fmt.Errorf("touches of decision %s: %w", row.ID, err)
	}
	if err := json.Unmarshal(row.Credits, &d.credits); err != nil {
		return decision{}, fmt.Errorf("credits of decision %s: %w", row.ID, err)
	}
	return d, nil
}

// currentTx gives the decision that is in force for an order; found is false before the first.
func currentTx(ctx context.Context, tx database.Tx, order uuid.UUID) (d decision, found bool, err error) {
	row, err := tx.Ent.AttributionDecision.Query().Where(entdecision.OrderID(order)).Order(entdecision.ByVersion(newestFirst)).First(ctx)
	if database.IsMissing(err) {
		return decision{}, false, nil
	}
	if err != nil {
		return decision{}, false, fmt.Errorf("decision of an order: %w", err)
	}
	d, err = readDecision(row)
	return d, err == nil, err
}

var insertDecisions = database.InsertInto("attribution_decision", "id uuid", "created_at timestamptz", "brand_id uuid", "order_id uuid", "version bigint",
	"policy_id uuid", "policy_version bigint", "model text", "verdict text", "cause text", "rule text", "touches jsonb", "credits jsonb")

// made is a decision that is to be stored.
type made struct {
	order    order.Order
	evidence evidence
	attribution.Decision
	version int
	cause   Cause
}

// storeTx writes new versions of the decisions about orders, in one statement.
func (s *Service) storeTx(ctx context.Context, tx database.Tx, all ...made) ([]decision, error) {
	now := s.clock.Now()
	rows := insertDecisions.Rows()
	out := make([]decision, len(all))
	for i, m := range all {
		d, err := m.decision(now)
		if err != nil {
			return nil, err
		}
		r := d.row
		rows.Add(r.ID, now, r.BrandID, r.OrderID, r.Version, r.PolicyID, r.PolicyVersion, r.Model, r.Verdict, r.Cause, r.Rule, r.Touches, r.Credits)
		out[i] = d
	}
	if err := rows.ExecTx(ctx, tx); err != nil {
		return nil, fmt.Errorf("store decisions: %w", err)
	}
	return out, nil
}

// decision is a made decision in the form in which it is stored.
func (m made) decision(now time.Time) (decision, error) {
	touches := make([]storedTouch, 0, len(m.Outcomes))
	for _, outcome := range m.Outcomes {
		f := m.evidence.found[outcome.TouchID]
		t := storedTouch{Outcome: outcome, Platform: string(f.Platform), Label: f.Label}
		if f.Link.Valid {
			t.LinkID = f.Link.UUID.String()
		}
		if outcome.Result == attribution.CountedHeld {
			t.Evidence = m.evidence.against(f, outcome)
		}
		touches = append(touches, t)
	}
	touches = touches[max(len(touches)-touchesMax, 0):]
	credits := m.Credits
	if credits == nil {
		credits = []attribution.Credit{}
	}
	storedTouches, err := json.Marshal(touches)
	if err != nil {
		return decision{}, fmt.Errorf("touches: %w", err)
	}
	storedCredits, err := json.Marshal(credits)
	if err != nil {
		return decision{}, fmt.Errorf("credits: %w", err)
	}
	return decision{touches: touches, credits: credits, row: &gen.AttributionDecision{ID: id.NewUUID(now), CreatedAt: now, BrandID: m.order.BrandID.UUID,
		OrderID: m.order.ID.UUID, Version: m.version, PolicyID: m.evidence.policy.id, PolicyVersion: m.evidence.policy.Version, Model: string(m.Model),
		Verdict: string(m.Verdict), Cause: string(m.cause), Rule: attribution.ExplainDecision(m.Decision), Touches: storedTouches, Credits: storedCredits}}, nil
}

// storeOneTx is storeTx for one decision.
func (s *Service) storeOneTx(ctx context.Context, tx database.Tx, o order.Order, e evidence, d attribution.Decision, version int, cause Cause) (decision, error) {
	stored, err := s.storeTx(ctx, tx, made{o, e, d, version, cause})
	if err != nil {
		return decision{}, err
	}
	return stored[0], nil
}

// sameCredits tells whether a new decision gives the same parts to the same partnerships.
func (d decision) sameCredits(made attribution.Decision) bool {
	return d.row.Verdict == string(made.Verdict) && slices.EqualFunc(d.credits, made.Credits, func(a, b attribution.Credit) bool {
		return a.PartnershipID == b.PartnershipID && a.PPM == b.PPM
	})
}

// sameOutcomes tells whether a new decision says the same of the same touches.
func (d decision) sameOutcomes(made attribution.Decision) bool {
	return slices.EqualFunc(d.touches, made.Outcomes, func(a storedTouch, b attribution.Outcome) bool {
		return a.TouchID == b.TouchID && a.Result == b.Result && a.Reason == b.Reason && slices.Equal(a.Holds, b.Holds)
	})
}
