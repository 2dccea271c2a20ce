package graph

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/vikstrous/dataloadgen"

	"tributary/internal/brand"
	"tributary/internal/commission"
	"tributary/internal/creator"
	"tributary/internal/identity"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/id"
	"tributary/internal/order"
	"tributary/internal/partnership"
	"tributary/internal/payout"
	"tributary/internal/program"
	"tributary/internal/tracking"
)

// loaderWait is how long a loader gathers ids before it asks for them in one statement, where LoaderWait of the resolver says nothing.
const loaderWait = time.Millisecond

type loader[T any] = dataloadgen.Loader[id.ID, *T]

// loaders fetch the objects that others refer to, in one statement a level. They belong to one request. What they give was
// reachable from an object that the caller may see; each service gives the part of it that such a caller may see.
type loaders struct {
	users        *loader[identity.User]
	brands       *loader[brand.Brand]
	policies     *loader[brand.Policy]
	integrations *loader[brand.Integration]
	programs     *loader[program.Program]
	offers       *loader[program.Offer]
	creators     *loader[creator.Creator]
	partnerships *loader[partnership.Partnership]
	links        *loader[tracking.Link]
	codes        *loader[tracking.Code]
	orders       *loader[order.Order]
	commissions  *loader[commission.Commission]
	runs         *loader[payout.Run]
}

type loadersKey struct{}

// WithLoaders gives a context with fresh loaders, of references and of children, for one request.
func (r *Resolver) WithLoaders(ctx context.Context) context.Context {
	wait := cmp.Or(r.LoaderWait, loaderWait)
	return context.WithValue(WithChildren(ctx, wait), loadersKey{}, &loaders{
		users:        load(wait, r.Identity.UsersByIDs),
		brands:       load(wait, r.Brands.ByIDs),
		policies:     load(wait, r.Brands.PoliciesByIDs),
		integrations: load(wait, r.Brands.IntegrationsByIDs),
		programs:     load(wait, r.Programs.ByIDs),
		offers:       load(wait, r.Programs.OffersByIDs),
		creators:     load(wait, r.Creators.ByIDs),
		partnerships: load(wait, r.Partnerships.ByIDs),
		links:        load(wait, r.Tracking.LinksByIDs),
		codes:        load(wait, r.Tracking.CodesByIDs),
		orders:       load(wait, r.Orders.ByIDs),
		commissions:  load(wait, r.Commissions.ByIDs),
		runs:         load(wait, r.Payouts.RunsByIDs),
	})
}

func load[T any](wait time.Duration, fetch func(context.Context, []uuid.UUID) (map[uuid.UUID]T, error)) *loader[T] {
	return dataloadgen.NewLoader(func(ctx context.Context, ids []id.ID) ([]*T, []error) {
		keys := make([]uuid.UUID, len(ids))
		for i, x := range ids {
			keys[i] = x.UUID
		}
		rows, err := fetch(ctx, keys)
		out, errs := make([]*T, len(ids)), make([]error, len(ids))
		for i, k := range keys {
			if err != nil {
				errs[i] = err
			} else if row, ok := rows[k]; ok {
				out[i] = &row
			}
		}
		return out, errs
	}, dataloadgen.WithWait(wait), dataloadgen.WithBatchCapacity(500))
}

func from(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }

// one gives an object that must exist because another refers to it.
func one[T any](ctx context.Context, l *loader[T], x id.ID, noun string) (*T, error) {
	v, err := l.Load(ctx, x)
	if err == nil && v == nil {
		err = fault.Missing(noun)
	}
	return v, err
}

// maybe gives an object that a reference may name; nil for the zero id and for what the caller may not see.
func maybe[T any](ctx context.Context, l *loader[T], x id.ID) (*T, error) {
	if x.IsZero() {
		return nil, nil
	}
	return l.Load(ctx, x)
}

func user(ctx context.Context, x id.ID) (*identity.User, error) {
	return one(ctx, from(ctx).users, x, "user")
}
func brandOf(ctx context.Context, x id.ID) (*brand.Brand, error) {
	return one(ctx, from(ctx).brands, x, "brand")
}
func policyOf(ctx context.Context, x id.ID) (*brand.Policy, error) {
	return one(ctx, from(ctx).policies, x, "policy")
}
func programOf(ctx context.Context, x id.ID) (*program.Program, error) {
	return one(ctx, from(ctx).programs, x, "program")
}
func creatorOf(ctx context.Context, x id.ID) (*creator.Creator, error) {
	return one(ctx, from(ctx).creators, x, "creator")
}
func partnershipOf(ctx context.Context, x id.ID) (*partnership.Partnership, error) {
	return one(ctx, from(ctx).partnerships, x, "partnership")
}
func linkOf(ctx context.Context, x id.ID) (*tracking.Link, error) {
	return one(ctx, from(ctx).links, x, "link")
}
func commissionOf(ctx context.Context, x id.ID) (*commission.Commission, error) {
	return one(ctx, from(ctx).commissions, x, "commission")
}
