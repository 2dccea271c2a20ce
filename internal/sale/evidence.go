package sale

import (
	"context"
	"errors"
	"fmt"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	entpolicy "tributary/ent/gen/attributionpolicy"
	"tributary/internal/attribution"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/money"
	"tributary/internal/order"
	"tributary/internal/program"
	"tributary/internal/tracking"
)

// Bounds of the evidence about one order.
const (
	// lookBack is how long before an order clicks are looked for; no program's window is longer.
	lookBack = 365 * 24 * time.Hour
	// partnershipsMax bounds the partnerships whose touches compete for one order; touches of others are left out.
	partnershipsMax = 50
)

// policy is a brand's attribution policy with the id of its version.
type policy struct {
	attribution.Policy
	id uuid.UUID
}

// errNoPolicy is the answer for a brand that has no attribution policy at all.
var errNoPolicy = errors.New("sale: the brand has no attribution policy")

// policyTx gives the policy that was in force at a moment, or the brand's first one for orders from before it.
func policyTx(ctx context.Context, tx database.Tx, brand uuid.UUID, at time.Time) (policy, error) {
	query := tx.Ent.AttributionPolicy.Query().Where(entpolicy.BrandID(brand))
	rows, err := query.Clone().Where(entpolicy.EffectiveAtLTE(at)).Order(entpolicy.ByVersion(entsql.OrderDesc())).Limit(1).All(ctx)
	if err == nil && len(rows) == 0 {
		rows, err = query.Order(entpolicy.ByVersion()).Limit(1).All(ctx)
	}
	if err != nil {
		return policy{}, fmt.Errorf("attribution policy: %w", err)
	}
	if len(rows) == 0 {
		return policy{}, fmt.Errorf("%w: %s", errNoPolicy, brand)
	}
	row := rows[0]
	p := policy{id: row.ID, Policy: attribution.Policy{
		Version: row.Version, Model: attribution.Model(row.Model), HalfLife: time.Duration(row.HalfLifeDays) * 24 * time.Hour,
		SurveyPays: row.SurveyPays, SurveyThreshold: money.PPM(row.MinimumConfidencePpm), ModelledThreshold: money.PPM(row.MinimumConfidencePpm),
	}}
	for _, kind := range row.Precedence {
		p.Precedence = append(p.Precedence, attribution.Kind(kind))
	}
	return p, nil
}

// look is why the evidence about an order is gathered.
type look int

const (
	lookFirst look = iota // the order is new, and nobody has decided about it
	lookAgain             // people may have decided about it
	lookOnly              // as lookAgain, and nothing may be kept
)

// evidence is all that a decision about an order rests on.
type evidence struct {
	policy policy
	input  attribution.Input
	found  map[string]tracking.FoundTouch // by the id of the touch
	offers map[uuid.UUID]program.Offer    // by partnership
	suspicions
}

// evidenceTx gathers what speaks for creators, and what speaks against them. What people said about the order is told.
func (s *Service) evidenceTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line, why look, words ...said) (evidence, error) {
	e := evidence{found: map[string]tracking.FoundTouch{}, offers: map[uuid.UUID]program.Offer{}}
	var err error
	if e.policy, err = policyTx(ctx, tx, o.BrandID.UUID, o.PlacedAt); err != nil {
		return evidence{}, err
	}
	found, err := tracking.TouchesFor(ctx, tx, o.BrandID.UUID, o.ClickID, o.Codes, o.PlacedAt.Add(-lookBack), o.PlacedAt)
	if err != nil {
		return evidence{}, err
	}
	told, err := toldTx(ctx, tx, o, found)
	if err != nil {
		return evidence{}, err
	}
	bindings, err := boundTx(ctx, tx, o)
	if err != nil {
		return evidence{}, err
	}
	found = told.found
	answers := map[uuid.UUID]said{}
	for _, w := range words {
		found = append(found, w.FoundTouch)
		answers[w.ID] = w
	}
	for _, b := range bindings {
		found = append(found, b.FoundTouch)
	}
	e.input = attribution.Input{
		Order: attribution.Order{PlacedAt: o.PlacedAt, Test: o.Test, Returning: !o.NewCustomer}, Policy: e.policy.Policy,
		Programs: map[string]attribution.Program{}, Partnerships: map[string]attribution.Partnership{},
	}
	if len(found) == 0 {
		return e, nil
	}
	if err := s.partiesTx(ctx, tx, &e, found, o); err != nil {
		return evidence{}, err
	}
	if e.suspicions, err = s.suspicionsTx(ctx, tx, o, found, why); err != nil {
		return evidence{}, err
	}
	excluded := map[uuid.UUID]bool{}
	for partnership, offer := range e.offers {
		if excluded[partnership], err = nothingEligible(offer.Terms, lines); err != nil {
			return evidence{}, err
		}
	}
	for _, f := range found {
		if _, kept := e.input.Partnerships[f.Partnership.String()]; !kept && len(e.input.Partnerships) >= partnershipsMax {
			continue
		}
		t, err := touch(f, o)
		if err != nil {
			return evidence{}, err
		}
		t.Findings, t.NothingEligible = e.suspicions.of(f), excluded[f.Partnership]
		e.suspicions.mark(&t, f)
		t.Unproven, t.ConsentDenied = told.unproven[f.ID], f.Denied
		t.Confidence, t.Answer = answers[f.ID].confidence, answers[f.ID].answer
		e.input.Touches = append(e.input.Touches, t)
		e.found[t.ID] = f
	}
	e.bind(bindings)
	return e, nil
}

// partiesTx adds the programs, partnerships and offers of the touches. A partnership without an offer at the time counts as
// inactive.
func (s *Service) partiesTx(ctx context.Context, tx database.Tx, e *evidence, found []tracking.FoundTouch, o order.Order) error {
	var programs, partnerships []uuid.UUID
	programOf := map[uuid.UUID]uuid.UUID{}
	seen := map[uuid.UUID]bool{}
	for i := len(found) - 1; i >= 0; i-- { // codes and the latest clicks first
		f := found[i]
		if programOf[f.Partnership] != uuid.Nil || len(partnerships) == partnershipsMax {
			continue
		}
		programOf[f.Partnership] = f.Program
		partnerships = append(partnerships, f.Partnership)
		if !seen[f.Program] {
			seen[f.Program] = true
			programs = append(programs, f.Program)
		}
	}
	facts, err := s.programs.FactsOfTx(ctx, tx, programs)
	if err != nil {
		return fmt.Errorf("programs of an order: %w", err)
	}
	for u, p := range facts {
		e.input.Programs[u.String()] = p
	}
	histories, err := s.partnerships.HistoryOfTx(ctx, tx, partnerships)
	if err != nil {
		return fmt.Errorf("partnerships of an order: %w", err)
	}
	for _, u := range partnerships {
		offer, err := s.programs.OfferAtTx(ctx, tx, programOf[u], u, o.PlacedAt)
		if fault.Is(err, fault.NotFound) {
			e.input.Partnerships[u.String()] = attribution.Partnership{}
			continue
		}
		if err != nil {
			return fmt.Errorf("offer of a partnership: %w", err)
		}
		e.offers[u] = offer
		e.input.Partnerships[u.String()] = attribution.Partnership{History: histories[u]}
	}
	return nil
}

// touch is a click or code in the words of the decision.
func touch(f tracking.FoundTouch, o order.Order) (attribution.Touch, error) {
	t := attribution.Touch{
		ID: f.ID.String(), Kind: f.Kind, PartnershipID: f.Partnership.String(), ProgramID: f.Program.String(), CreatorID: f.Creator.String(),
		At: f.At, Platform: string(f.Platform), CodeEndsAt: f.CodeEndsAt, Position: f.Position, Bot: f.NotCounted != "",
	}
	if f.Link.Valid {
		t.LinkID = f.Link.UUID.String()
	}
	if f.Kind == attribution.Code {
		t.CodeID = t.ID
		var err error
		if t.Discount, err = o.Net.MulBasisPoints(f.Discount, money.HalfUp); err != nil {
			return t, fmt.Errorf("discount of a code: %w", err)
		}
	}
	return t, nil
}

// nothingEligible tells whether the terms exclude every line that could earn.
func nothingEligible(terms rule.Terms, lines []order.Line) (bool, error) {
	excludes := false
	for _, o := range terms.Overrides {
		excludes = excludes || o.Exclude
	}
	if !excludes || len(lines) == 0 {
		return false, nil
	}
	shown := ruleLines(lines, false)
	for i := range shown {
		shown[i].Net.Currency = terms.Currency // which lines may earn does not hang on the currency
	}
	result, err := rule.Compute(terms, rule.Sale{Lines: shown, Shares: []rule.Share{{PPM: money.One}}})
	if err != nil {
		return false, fmt.Errorf("lines of an order: %w", err)
	}
	excluded := false
	for _, l := range result.Trace.Lines {
		if l.Skipped == "" {
			return false, nil
		}
		excluded = excluded || l.Skipped == rule.SkipExcluded
	}
	return excluded, nil
}
