package tracking

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	entcreator "tributary/ent/gen/creator"
	"tributary/ent/gen/program"
	"tributary/internal/creator"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/field"
	"tributary/internal/kit/id"
)

// perClick stands in previews for what each click brings.
const perClick = "…"

// Parameter is one of those that a link adds to its destination.
type Parameter struct{ Name, Value string }

// Preview is what a link would be.
type Preview struct {
	ArrivalPreview string      // where a visitor would arrive
	Parameters     []Parameter // what is added to the destination, in the order of the alphabet
}

// PreviewInput is what a link would be made of. An empty DestinationURL means the program's own, an empty Platform OTHER.
type PreviewInput struct {
	PartnershipID  id.ID
	Platform       creator.Platform
	Campaign       string
	DestinationURL string
	SubID          string
}

// ArrivalPreviews gives where visitors of links would arrive now, empty for nowhere, in one statement. The caller was allowed to see the
// links.
func (s *Service) ArrivalPreviews(ctx context.Context, links []uuid.UUID) (map[uuid.UUID]string, error) {
	targets, err := s.targetsOf(ctx, links)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]string, len(targets))
	for _, t := range targets {
		out[t.link] = t.preview()
	}
	return out, nil
}

// preview is arrival with a mark for what each click brings.
func (t target) preview() string {
	return strings.ReplaceAll(t.arrival(perClick), "="+url.QueryEscape(perClick), "="+perClick)
}

// Preview tells what a link of an active partnership would be, for its creator or for members who may write tracking. It changes
// nothing. Faults: NOT_FOUND, FORBIDDEN, UNAUTHENTICATED; WRONG_STATE (partnership not active); BAD_FORMAT, TOO_LONG, UNVERIFIED_DOMAIN
// at their fields.
func (s *Service) Preview(ctx context.Context, in PreviewInput) (Preview, error) {
	p, err := s.writable(ctx, in.PartnershipID)
	if err != nil {
		return Preview{}, err
	}
	prg, err := s.DB.Ent.Program.Query().Where(program.ID(p.ProgramID)).Only(ctx)
	if err != nil {
		return Preview{}, fmt.Errorf("preview link: %w", err)
	}
	who, err := s.DB.Ent.Creator.Query().Where(entcreator.ID(p.CreatorID)).Only(ctx)
	if err != nil {
		return Preview{}, fmt.Errorf("preview link: %w", err)
	}
	t := target{way: way{destination: cmp.Or(in.DestinationURL, prg.DefaultDestinationURL)}, template: prg.UtmTemplate,
		facts: facts{platform: string(cmp.Or(in.Platform, creator.PlatformOther)), code: perClick, creator: who.Handle, program: prg.Slug}}
	var bad fault.List
	t.facts.campaign = field.Line(&bad, "campaign", in.Campaign, 0, campaignMax)
	t.facts.subID = field.Line(&bad, "subId", in.SubID, 0, subIDMax)
	hosts, err := s.verifiedHosts(ctx, p.BrandID)
	if err != nil {
		return Preview{}, err
	}
	bad.Add(checkDestination("destinationUrl", t.way.destination, hosts))
	if err := bad.Err(); err != nil {
		return Preview{}, err
	}
	return t.parts()
}

// parts tells what is added to the destination.
func (t target) parts() (Preview, error) {
	out := Preview{ArrivalPreview: t.preview()}
	before, err := url.Parse(t.way.destination)
	if err != nil {
		return out, fmt.Errorf("preview link: %w", err)
	}
	after, err := url.Parse(out.ArrivalPreview)
	if err != nil {
		return out, fmt.Errorf("preview link: %w", err)
	}
	had := before.Query()
	for name, values := range after.Query() {
		if !had.Has(name) || name == tidParameter {
			out.Parameters = append(out.Parameters, Parameter{name, values[0]})
		}
	}
	slices.SortFunc(out.Parameters, func(a, b Parameter) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
