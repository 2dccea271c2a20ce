package graph

import (
	"context"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
)

// nodesMax bounds how many objects nodes fetches at once.
const nodesMax = 100

// nodeOf fetches an object of one kind by its id, through the service that owns it, so that access holds.
type nodeOf func(ctx context.Context, x id.ID) (id.Node, error)

// by turns a service's look-up into a nodeOf.
func by[T id.Node](get func(context.Context, id.ID) (T, error)) nodeOf {
	return func(ctx context.Context, x id.ID) (id.Node, error) {
		v, err := get(ctx, x)
		if err != nil {
			return nil, err
		}
		return v, nil
	}
}

// nodes says how each kind of object is fetched. A test holds it against the types of the schema that are nodes.
func (r *Resolver) nodes() map[id.Kind]nodeOf {
	return map[id.Kind]nodeOf{
		id.User:          by(r.Identity.GetUser),
		id.Membership:    by(r.Identity.GetMembership),
		id.Invitation:    by(r.Identity.GetInvitation),
		id.APIKey:        by(r.Identity.GetAPIKey),
		id.Brand:         by(r.Brands.Get),
		id.BrandDomain:   by(r.Brands.GetDomain),
		id.Policy:        by(r.Brands.GetPolicy),
		id.Binding:       by(r.Sales.BindingByID),
		id.Replay:        by(r.Sales.ReplayByID),
		id.Integration:   by(r.Brands.GetIntegration),
		id.Program:       by(r.Programs.Get),
		id.Offer:         by(r.Programs.Offer),
		id.Terms:         by(r.Programs.TermsVersion),
		id.Resource:      by(r.Programs.Resource),
		id.Creator:       by(r.Creators.Get),
		id.SocialAccount: by(r.Creators.SocialAccount),
		id.Application:   by(r.Partnerships.Application),
		id.Partnership:   by(r.Partnerships.Get),
		id.Link:          by(r.Tracking.Link),
		id.Code:          by(r.Tracking.Code),
		id.Click:         by(r.Tracking.Click),
		id.Order:         by(r.Orders.Order),
		id.Decision:      by(r.Sales.Attribution),
		id.Commission:    by(r.Commissions.Get),
		id.Hold:          by(r.Holds.Get),
		id.Claim:         by(r.Sales.Claim),
		id.SurveyAnswer:  by(r.Sales.SurveyAnswer),
		id.Suggestion:    by(r.Sales.Suggestion),
		id.Finding:       by(r.Holds.Finding),
		id.Transaction:   by(r.Ledger.Get),
		id.PayoutAccount: by(r.Payouts.AccountByID),
		id.PayoutRun:     by(r.Payouts.RunByID),
		id.Payout:        by(r.Payouts.PayoutByID),
		id.Funding:       by(r.Payouts.FundingByID),
		id.Prospect:      by(r.Outreach.Get),
		id.Post:          by(r.Content.Get),
		id.Review:        by(r.Reviews.Get),
		id.Experiment:    by(r.Reviews.Experiment),
		id.AuditEntry:    by(r.Audit.Get),
		id.Delivery:      by(r.Inbox.Get),
		id.OrderImport:   by(r.Sales.OrderImport),
	}
}

// Node fetches an object by its id.
func (q queryResolver) Node(ctx context.Context, x id.ID) (id.Node, error) {
	get, ok := q.r.nodes()[x.Kind]
	if !ok || x.IsZero() {
		return nil, nil
	}
	n, err := get(ctx, x)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return n, err
}

// Nodes fetches several objects by their ids.
func (q queryResolver) Nodes(ctx context.Context, ids []id.ID) ([]id.Node, error) {
	if len(ids) > nodesMax {
		return nil, fault.At("ids", "TOO_LONG", "Ask for at most %d objects at once.", nodesMax)
	}
	out := make([]id.Node, len(ids))
	for i, x := range ids {
		n, err := q.Node(ctx, x)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}
