package sale

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	entdecision "tributary/ent/gen/attributiondecision"
	"tributary/internal/attribution"
	"tributary/internal/creator"
	"tributary/internal/kit/access"
	"tributary/internal/kit/database"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// private are reasons that concern nobody but the creator and the brand; another creator only reads that the touch did not count.
var private = []attribution.Reason{
	attribution.PartnershipInactive, attribution.TermsNotAccepted, attribution.SelfReferral, attribution.Fraud, attribution.CodeLeaked,
	attribution.BannedSource,
}

// reader is who reads a decision: somebody of the brand, who reads all of it, or a creator.
type reader struct {
	brand   bool
	creator uuid.UUID
}

// readerOf tells how the viewer may read decisions of a brand.
func readerOf(v viewer.Viewer, brand uuid.UUID) reader {
	r := reader{brand: access.Brand(v, access.ReadOrders, brand) == nil}
	if v.Kind == viewer.User {
		r.creator = v.CreatorID
	}
	return r
}

// concerned tells whether the reader may read the decision at all: the brand, and creators with a touch in it.
func (r reader) concerned(d decision) bool {
	return r.brand || r.creator != uuid.Nil && slices.ContainsFunc(d.touches, func(t storedTouch) bool { return t.CreatorID == r.creator.String() })
}

// Attribution gives one stored decision by its id, to the brand and, redacted, to creators with a touch in it. Faults:
// UNAUTHENTICATED, NOT_FOUND.
func (s *Service) Attribution(ctx context.Context, x id.ID) (Attribution, error) {
	v := viewer.From(ctx)
	if err := access.SignedIn(v); err != nil {
		return Attribution{}, err
	}
	u, err := id.Want(x, id.Decision, "decision")
	if err != nil {
		return Attribution{}, err
	}
	row, err := s.db.Ent.AttributionDecision.Get(ctx, u)
	if err != nil {
		return Attribution{}, database.OnMissing(err, "decision")
	}
	d, err := readDecision(row)
	if err != nil {
		return Attribution{}, err
	}
	r := readerOf(v, row.BrandID)
	if !r.concerned(d) {
		return Attribution{}, fault.Missing("decision")
	}
	return r.read(d)
}

// OfOrders gives the decision in force of each order, in one statement, leaving out what the viewer may not read. Creators read
// other creators' touches without whose they are.
func (s *Service) OfOrders(ctx context.Context, orders []uuid.UUID) (map[uuid.UUID]Attribution, error) {
	rows, err := s.db.Ent.AttributionDecision.Query().Where(entdecision.OrderIDIn(orders...)).Order(entdecision.ByVersion()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("decisions of orders: %w", err)
	}
	v := viewer.From(ctx)
	out := make(map[uuid.UUID]Attribution, len(orders))
	for _, row := range rows { // a later version takes the place of an earlier one
		d, err := readDecision(row)
		if err != nil {
			return nil, err
		}
		delete(out, row.OrderID)
		r := readerOf(v, row.BrandID)
		if !r.concerned(d) {
			continue
		}
		if out[row.OrderID], err = r.read(d); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read gives a decision as the reader may see it.
func (r reader) read(d decision) (Attribution, error) {
	a := Attribution{ID: id.Of(id.Decision, d.row.ID), Version: d.row.Version, Verdict: attribution.Verdict(d.row.Verdict), Cause: Cause(d.row.Cause),
		PolicyID: id.Of(id.Policy, d.row.PolicyID), Rule: d.row.Rule, DecidedAt: d.row.CreatedAt.UTC(), Touches: []Touch{}, Credits: []Credit{}}
	for _, t := range d.touches {
		shown, err := r.touch(t)
		if err != nil {
			return Attribution{}, err
		}
		a.Touches = append(a.Touches, shown)
	}
	for _, c := range d.credits {
		u, err := uuid.Parse(c.CreatorID)
		if err != nil {
			return Attribution{}, fmt.Errorf("credit of a decision: %w", err)
		}
		shown := Credit{Own: u == r.creator, Ppm: int(c.PPM)}
		if r.brand || shown.Own {
			shown.CreatorID = id.Of(id.Creator, u)
		}
		a.Credits = append(a.Credits, shown)
	}
	return a, nil
}

func (r reader) touch(t storedTouch) (Touch, error) {
	u, err := uuid.Parse(t.CreatorID)
	if err != nil {
		return Touch{}, fmt.Errorf("touch of a decision: %w", err)
	}
	out := Touch{Kind: t.Kind, At: t.At, Own: r.creator != uuid.Nil && u == r.creator, Outcome: t.Result, Sentence: attribution.Explain(t.Outcome), CreditPpm: int(t.Credit)}
	if t.Reason != "" {
		out.Reason = &t.Reason
	}
	if !r.brand && !out.Own {
		return redacted(out, t), nil
	}
	out.CreatorID = id.Of(id.Creator, u)
	if t.Kind == attribution.Person && t.Label != "" {
		out.Sentence += " In words: " + t.Label
	}
	if t.Platform != "" {
		p := creator.Platform(t.Platform)
		out.Platform = &p
	}
	out.Label = label(t, out.Own)
	return out, nil
}

// redacted is another creator's touch as a creator reads it.
func redacted(out Touch, t storedTouch) Touch {
	out.Label = "Another creator's " + noun(t.Kind)
	if t.Kind == attribution.Person {
		out.Label = "The brand's decision for another creator"
	}
	switch {
	case t.Result == attribution.CountedHeld:
		out.Outcome, out.Sentence = attribution.Counted, out.Label+" counted."
	case t.Result == attribution.NotCounted && slices.Contains(private, t.Reason):
		out.Reason, out.Sentence = nil, out.Label+" did not count."
	}
	return out
}

func noun(kind attribution.Kind) string {
	switch kind {
	case attribution.Click:
		return "link"
	case attribution.Code:
		return "code"
	case attribution.Binding:
		return "earlier sale to this customer"
	case attribution.Survey:
		return "survey answer"
	}
	return "touch"
}

// label is what to call a touch: "Your TikTok link", "Code MAYA15".
func label(t storedTouch, own bool) string {
	if t.Kind == attribution.Code {
		return "Code " + t.Label
	}
	switch {
	case t.Kind == attribution.Person:
		return "Decision of the brand"
	case t.Kind == attribution.Survey && own:
		return "The customer's answer" // their words may hold names
	case t.Kind == attribution.Survey:
		return "Survey: “" + t.Label + "”"
	}
	name := noun(t.Kind)
	if t.Platform != "" && t.Platform != string(creator.PlatformOther) {
		name = platformName(t.Platform) + " " + name
	}
	if own {
		return "Your " + name
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	if t.Label != "" {
		name += " " + t.Label
	}
	return name
}

// platformName writes a platform as it writes itself.
func platformName(p string) string {
	switch creator.Platform(p) {
	case creator.PlatformTiktok:
		return "TikTok"
	case creator.PlatformYoutube:
		return "YouTube"
	}
	return p[:1] + strings.ToLower(p[1:])
}
