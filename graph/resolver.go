// Package graph answers GraphQL: each resolver decodes, calls one service operation, and wraps. Rules, transactions and
// authorization live in the services. Resolvers stand in one file a domain.
package graph

import (
	"time"

	"tributary/graph/fail"
	"tributary/graph/generated"
	"tributary/internal/auditlog"
	"tributary/internal/brand"
	"tributary/internal/commission"
	"tributary/internal/content"
	"tributary/internal/creator"
	"tributary/internal/fraud"
	"tributary/internal/identity"
	"tributary/internal/inbox"
	"tributary/internal/insight"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/page"
	"tributary/internal/ledger"
	"tributary/internal/order"
	"tributary/internal/outreach"
	"tributary/internal/partnership"
	"tributary/internal/payout"
	"tributary/internal/program"
	"tributary/internal/review"
	"tributary/internal/sale"
	"tributary/internal/storefront"
	"tributary/internal/storefront/selfcheck"
	"tributary/internal/tracking"
	"tributary/internal/tracking/storeevent"
)

// Resolver holds the services. Every field is required.
type Resolver struct {
	Identity     *identity.Service
	Brands       *brand.Service
	Programs     *program.Service
	Creators     *creator.Service
	Partnerships *partnership.Service
	Tracking     *tracking.Service
	Storefront   *storefront.Service
	SelfChecks   *selfcheck.Service
	StoreEvents  *storeevent.Service
	Orders       *order.Service
	Sales        *sale.Service
	Inbox        *inbox.Service
	Commissions  *commission.Service
	Holds        *fraud.Service
	Ledger       *ledger.Service
	Payouts      *payout.Service
	Outreach     *outreach.Service
	Content      *content.Service
	Reviews      *review.Service
	Insight      *insight.Service
	Audit        *auditlog.Service
	Deployment   DeploymentInfo
	// LoaderWait is how long ids are gathered for one statement: longer makes fewer statements and later answers. 0 means its default.
	LoaderWait time.Duration
}

// DeploymentInfo is what anybody may know of this installation.
type DeploymentInfo struct {
	Mode         ledger.Mode
	Version      string
	BaseURL      string
	DemoLogins   func() []string
	DemoProgress func() string // "" when none is made
}

var _ generated.ResolverRoot = (*Resolver)(nil)

type (
	queryResolver        struct{ r *Resolver }
	mutationResolver     struct{ r *Resolver }
	subscriptionResolver struct{ r *Resolver }
)

// Query answers reads.
func (r *Resolver) Query() generated.QueryResolver { return queryResolver{r} }

// Mutation answers changes.
func (r *Resolver) Mutation() generated.MutationResolver { return mutationResolver{r} }

// Subscription answers live views.
func (r *Resolver) Subscription() generated.SubscriptionResolver { return subscriptionResolver{r} }

// pageOf checks the four arguments of a connection.
func pageOf(first *int, after *string, last *int, before *string) (page.Request, error) {
	return page.Parse(page.Args{First: first, After: after, Last: last, Before: before})
}

// outcome splits the result of a mutation into the object (nil when there are user errors), the user errors, and an error to
// throw.
func outcome[T any](v T, err error) (*T, []fail.UserError, error) {
	if err == nil {
		return &v, []fail.UserError{}, nil
	}
	userErrors, err := fail.UserErrors(err)
	return nil, userErrors, err
}

// found gives the object of a look-up, nil without an error when it does not exist or is not the caller's.
func found[T any](v T, err error) (*T, error) {
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &v, nil
}
