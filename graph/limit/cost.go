package limit

import (
	"context"
	"math"
	"time"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/graph/fail"
)

// Cost is the extension that prices an operation with the schema's complexity functions, refuses what is above Max with
// QUERY_TOO_COMPLEX and shows the price in extensions.cost. It expands fragments, so Document must have run before.
type Cost struct {
	// Max is the highest price of one operation, in points: one for a field, times the page size below a connection.
	Max int
	// Charge books the price to whoever calls, and says how long to wait when their allowance is used up (0 = go on). It may be
	// nil.
	Charge func(ctx context.Context, points int) (wait time.Duration)

	schema graphql.ExecutableSchema
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
	graphql.ResponseInterceptor
} = (*Cost)(nil)

const costStat = "Cost"

// ExtensionName names the extension.
func (*Cost) ExtensionName() string { return "Cost" }

// Validate keeps the schema whose functions give the prices.
func (c *Cost) Validate(schema graphql.ExecutableSchema) error {
	c.schema = schema
	return nil
}

// MutateOperationContext prices the operation and charges for it.
func (c *Cost) MutateOperationContext(ctx context.Context, op *graphql.OperationContext) *gqlerror.Error {
	points := complexity.Calculate(ctx, c.schema, op.Operation, op.Variables)
	op.Stats.SetExtension(costStat, points)
	if points > c.Max {
		return fail.Request(fail.QueryTooComplex, "The query costs %d points; one query may cost %d. Ask for fewer or smaller lists.",
			points, c.Max)
	}
	if c.Charge == nil {
		return nil
	}
	if wait := c.Charge(ctx, points); wait > 0 {
		err := fail.Request(fail.RateLimited, "Too many requests. Wait, then try again.")
		err.Extensions[fail.RetryAfter] = int(math.Ceil(wait.Seconds()))
		return err
	}
	return nil
}

// InterceptResponse shows the price.
func (c *Cost) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if graphql.HasOperationContext(ctx) {
		if points, ok := graphql.GetOperationContext(ctx).Stats.GetExtension(costStat).(int); ok {
			graphql.RegisterExtension(ctx, "cost", map[string]int{"requested": points, "limit": c.Max})
		}
	}
	return next(ctx)
}
