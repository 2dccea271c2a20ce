package sale

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

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

// storeTx writes a new version of the decision about an order.
func (s *Service) storeTx(ctx context.Context, tx database.Tx, o order.Order, e evidence, made attribution.Decision, version int, cause Cause) (decision, error) {
	touches := make([]storedTouch, 0, len(made.Outcomes))
	for _, outcome := range made.Outcomes {
		f := e.found[outcome.TouchID]
		t := storedTouch{Outcome: outcome, Platform: string(f.Platform), Label: f.Label}
		if f.Link.Valid {
			t.LinkID = f.Link.UUID.String()
		}
		if outcome.Result == attribution.CountedHeld {
			t.Evidence = e.against(f, outcome)
		}
		touches = append(touches, t)
	}
	touches = touches[max(len(touches)-touchesMax, 0):]
	credits := made.Credits
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
	now := s.clock.Now()
	row, err := tx.Ent.AttributionDecision.Create().SetID(id.NewUUID(now)).SetCreatedAt(now).SetBrandID(o.BrandID.UUID).SetOrderID(o.ID.UUID).
		SetVersion(version).SetPolicyID(e.policy.id).SetPolicyVersion(e.policy.Version).SetModel(string(made.Model)).
		SetVerdict(string(made.Verdict)).SetCause(string(cause)).SetRule(attribution.ExplainDecision(made)).
		SetTouches(storedTouches).SetCredits(storedCredits).Save(ctx)
	if err != nil {
		return decision{}, fmt.Errorf("store a decision: %w", err)
	}
	return decision{row: row, touches: touches, credits: credits}, nil
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
