package transport

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// streamTimes are the intervals of long-lived connections.
type streamTimes struct {
	operation time.Duration // longest query or mutation
	keepAlive time.Duration // between comments or pings
	recheck   time.Duration // between questions whether the caller is still who they were
	write     time.Duration // longest write of one event: a reader slower than that is dropped
	init      time.Duration // longest wait for connection_init
}

// stream runs an operation in its own goroutine and hands its responses out one by one. The channel is closed after the last
// response; it ends early when ctx does. A panic is answered as an error, it must not end the process.
func stream(ctx context.Context, exec graphql.GraphExecutor, op *graphql.OperationContext, times streamTimes) <-chan *graphql.Response {
	out := make(chan *graphql.Response)
	go func() {
		defer close(out)
		if op.Operation.Operation != ast.Subscription {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, times.operation)
			defer cancel()
		}
		send := func(resp *graphql.Response) bool {
			select {
			case out <- resp:
				return true
			case <-ctx.Done():
				return false
			}
		}
		defer func() {
			if value := recover(); value != nil {
				ctx := graphql.WithOperationContext(ctx, op)
				send(exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(op.Recover(ctx, value))}))
			}
		}()
		responses, running := exec.DispatchOperation(ctx, op)
		for {
			resp := responses(running)
			if resp == nil || !send(resp) {
				return
			}
			if op.Operation.Operation != ast.Subscription {
				return
			}
		}
	}()
	return out
}
