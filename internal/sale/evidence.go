package sale

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"tributary/ent/gen"
	entpolicy "tributary/ent/gen/attributionpolicy"
	"tributary/internal/attribution"
	"tributary/internal/commission/rule"
	"tributary/internal/kit/database"
	"tributary/internal/kit/id"
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
	all, err := policiesTx(ctx, tx, []order.Order{{BrandID: id.Of(id.Brand, brand), PlacedAt: at}})
	if err != nil {
		return policy{}, err
	}
	return all[0], nil
}

// policiesTx gives the policy of each order, in one statement.
func policiesTx(ctx context.Context, tx database.Tx, orders []order.Order) ([]policy, error) {
	var brands, moments database.Column
	for _, o := range orders {
		brands.UUID(o.BrandID.UUID)
		moments.Time(o.PlacedAt)
	}
	rows, err := tx.Ent.AttributionPolicy.Query().Where(func(sel *entsql.Selector) {
		sel.Where(entsql.P(func(b *entsql.Builder) {
			b.WriteString(sel.C("id")).WriteString(" IN (SELECT p.id FROM unnest(").Arg(&brands).WriteString("::uuid[], ").Arg(&moments).
				WriteString(`::timestamptz[]) AS u (brand, at) CROSS JOIN LATERAL (SELECT id FROM attribution_policy WHERE brand_id = u.brand
					ORDER BY effective_at <= u.at DESC, CASE WHEN effective_at <= u.at THEN -version ELSE version END LIMIT 1) AS p)`)
		}))
	}).Order(entpolicy.ByVersion()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("attribution policies: %w", err)
	}
	out := make([]policy, len(orders))
	for i, o := range orders {
		var in *gen.AttributionPolicy
		for _, row := range rows {
			if row.BrandID == o.BrandID.UUID && (in == nil || !row.EffectiveAt.After(o.PlacedAt)) {
				in = row
			}
		}
		if in == nil {
			return nil, fmt.Errorf("%w: %s", errNoPolicy, o.BrandID)
		}
		out[i] = policyOf(in)
	}
	return out, nil
}

func policyOf(row *gen.AttributionPolicy) policy {
	p := policy{id: row.ID, Policy: attribution.Policy{
		Version: row.Version, Model: attribution.Model(row.Model), HalfLife: time.Duration(row.HalfLifeDays) * 24 * time.Hour,
		SurveyPays: row.SurveyPays, ModelledPays: row.ModelledPays, SurveyThreshold: money.PPM(row.MinimumConfidencePpm), ModelledThreshold: money.PPM(row.MinimumConfidencePpm),
	}}
	for _, kind := range row.Precedence {
		p.Precedence = append(p.Precedence, attribution.Kind(kind))
	}
	return p
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

// asked is an order that somebody asks the evidence of, with what people said about it.
type asked struct {
	order order.Order
	lines []order.Line
	words []said
}

// evidenceTx gathers what speaks for creators, and what speaks against them. What people said about the order is told.
func (s *Service) evidenceTx(ctx context.Context, tx database.Tx, o order.Order, lines []order.Line, why look, words ...said) (evidence, error) {
	all, err := s.evidenceOfAllTx(ctx, tx, []asked{{o, lines, words}}, why)
	if err != nil {
		return evidence{}, err
	}
	return all[0], nil
}

// evidenceOfAllTx gathers the evidence of many orders, in as many statements as of one.
func (s *Service) evidenceOfAllTx(ctx context.Context, tx database.Tx, all []asked, why look) ([]evidence, error) {
	orders := make([]order.Order, len(all))
	for i, a := range all {
		orders[i] = a.order
	}
	policies, err := policiesTx(ctx, tx, orders)
	if err != nil {
		return nil, err
	}
	earlier, err := earlierClicksTx(ctx, tx, orders)
	if err != nil {
		return nil, err
	}
	sought, estimating := make([]tracking.Sought, len(all)), make([]tracking.Estimating, len(all))
	for i, o := range orders {
		if why == lookFirst { // later, the networks of the day are gone, and what was found then is kept
			estimating[i] = tracking.Estimating{Brand: o.BrandID.UUID, Network: o.NetworkHash, PlacedAt: o.PlacedAt}
		}
		sought[i] = tracking.Sought{Brand: o.BrandID.UUID, Click: o.ClickID, Earlier: earlier[i], Codes: o.Codes, Since: o.PlacedAt.Add(-lookBack), PlacedAt: o.PlacedAt}
	}
	found, err := tracking.TouchesFor(ctx, tx, sought)
	if err != nil {
		return nil, err
	}
	told, err := toldTx(ctx, tx, orders, found)
	if err != nil {
		return nil, err
	}
	bindings, err := boundTx(ctx, tx, orders)
	if err != nil {
		return nil, err
	}
	matches, err := tracking.EstimatesFor(ctx, tx, estimating)
	if err != nil {
		return nil, err
	}
	out := make([]evidence, len(all))
	for i, a := range all {
		e := &out[i]
		e.policy, e.found, e.offers = policies[i], map[string]tracking.FoundTouch{}, map[uuid.UUID]program.Offer{}
		e.input = attribution.Input{
			Order: attribution.Order{PlacedAt: a.order.PlacedAt, Test: a.order.Test, Returning: !a.order.NewCustomer}, Policy: e.policy.Policy,
			Programs: map[string]attribution.Program{}, Partnerships: map[string]attribution.Partnership{},
		}
		found[i] = told[i].found
		for _, w := range a.words {
			if w.Kind == attribution.Modelled {
				matches[i] = append(matches[i], w.FoundTouch)
			} else {
				found[i] = append(found[i], w.FoundTouch)
			}
		}
		for _, b := range bindings[i] {
			found[i] = append(found[i], b.FoundTouch)
		}
		found[i] = append(found[i], estimated(matches[i], found[i])...)
	}
	if err := s.partiesTx(ctx, tx, out, found, orders); err != nil {
		return nil, err
	}
	if err := s.suspicionsTx(ctx, tx, out, orders, found, why); err != nil {
		return nil, err
	}
	for i, a := range all {
		if err := out[i].join(a, found[i], told[i], bindings[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// join puts what was found together to the touches that are decided about.
func (e *evidence) join(a asked, found []tracking.FoundTouch, told told, bindings []bound) error {
	answers := map[uuid.UUID]said{}
	for _, w := range a.words {
		answers[w.ID] = w
	}
	excluded := map[uuid.UUID]bool{}
	for partnership, offer := range e.offers {
		var err error
		if excluded[partnership], err = nothingEligible(offer.Terms, a.lines); err != nil {
			return err
		}
	}
	for _, f := range found {
		if _, kept := e.input.Partnerships[f.Partnership.String()]; !kept && len(e.input.Partnerships) >= partnershipsMax {
			continue
		}
		t, err := touch(f, a.order)
		if err != nil {
			return err
		}
		t.Findings, t.NothingEligible = e.suspicions.of(f), excluded[f.Partnership]
		e.suspicions.mark(&t, f)
		t.Unproven, t.ConsentDenied, t.Joined = told.unproven[f.ID], f.Denied, f.Joined
		t.Confidence, t.Answer = answers[f.ID].confidence, answers[f.ID].answer
		if f.Kind == attribution.Modelled {
			t.Confidence = f.Confidence
		}
		e.input.Touches = append(e.input.Touches, t)
		e.found[t.ID] = f
	}
	e.bind(bindings)
	return nil
}

// estimated are the estimated matches that say anything: a click that is known of a partnership says more.
func estimated(matches, found []tracking.FoundTouch) []tracking.FoundTouch {
	return slices.DeleteFunc(matches, func(m tracking.FoundTouch) bool {
		return slices.ContainsFunc(found, func(f tracking.FoundTouch) bool { return f.Kind == attribution.Click && f.Partnership == m.Partnership })
	})
}

// competing gives the partnerships whose touches compete for an order: codes and the latest clicks first.
func competing(found []tracking.FoundTouch, placed time.Time) (out []program.Moment) {
	for i := len(found) - 1; i >= 0 && len(out) < partnershipsMax; i-- {
		f := found[i]
		if !slices.ContainsFunc(out, func(m program.Moment) bool { return m.Partnership == f.Partnership }) {
			out = append(out, program.Moment{Program: f.Program, Partnership: f.Partnership, At: placed})
		}
	}
	return out
}

// partiesTx adds the programs, partnerships and offers of the touches. A partnership without an offer at the time counts as
// inactive.
func (s *Service) partiesTx(ctx context.Context, tx database.Tx, all []evidence, found [][]tracking.FoundTouch, orders []order.Order) error {
	var moments []program.Moment
	var programs, partnerships []uuid.UUID
	ofOrder := make([][]program.Moment, len(all))
	seen := map[uuid.UUID]bool{}
	add := func(to []uuid.UUID, u uuid.UUID) []uuid.UUID {
		if seen[u] {
			return to
		}
		seen[u] = true
		return append(to, u)
	}
	for i := range all {
		ofOrder[i] = competing(found[i], orders[i].PlacedAt)
		moments = append(moments, ofOrder[i]...)
		for _, m := range ofOrder[i] {
			programs, partnerships = add(programs, m.Program), add(partnerships, m.Partnership)
		}
	}
	if len(moments) == 0 {
		return nil
	}
	facts, err := s.programs.FactsOfTx(ctx, tx, programs)
	if err != nil {
		return fmt.Errorf("programs of orders: %w", err)
	}
	histories, err := s.partnerships.HistoryOfTx(ctx, tx, partnerships)
	if err != nil {
		return fmt.Errorf("partnerships of orders: %w", err)
	}
	offers, err := s.programs.OffersAtTx(ctx, tx, moments)
	if err != nil {
		return fmt.Errorf("offers of partnerships: %w", err)
	}
	for i := range all {
		e := &all[i]
		for _, m := range ofOrder[i] {
			if p, known := facts[m.Program]; known {
				e.input.Programs[m.Program.String()] = p
			}
			offer, found := offers[m]
			if !found {
				e.input.Partnerships[m.Partnership.String()] = attribution.Partnership{}
				continue
			}
			e.offers[m.Partnership] = offer
			e.input.Partnerships[m.Partnership.String()] = attribution.Partnership{History: histories[m.Partnership]}
		}
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
