package fail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/internal/kit/fault"
	"tributary/internal/kit/telemetry"
)

// maxMessage bounds a message in bytes: the validator's messages quote names out of the query.
const maxMessage = 300

const (
	internalMessage = "Something went wrong on our side. The request's id helps us to find it."
	timeoutMessage  = "The request took too long and was stopped."
)

// Presenter gives the function that makes every error of a response. Faults keep their message, code and field; errors about
// the request keep their message; everything else is INTERNAL, and its text goes to the log only.
func Presenter(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		if err == nil {
			return nil
		}
		out := &gqlerror.Error{Extensions: map[string]any{}}
		var origin *gqlerror.Error
		if errors.As(err, &origin) {
			out.Path, out.Locations = origin.Path, origin.Locations
		}
		if out.Path == nil {
			out.Path = graphql.GetPath(ctx)
		}
		describe(ctx, log, err, origin, out)
		out.Message = cut(out.Message)
		if id := telemetry.RequestID(ctx); id != "" {
			out.Extensions["requestId"] = id
		}
		return out
	}
}

func describe(ctx context.Context, log *slog.Logger, err error, origin, out *gqlerror.Error) {
	if f, ok := fault.As(err); ok {
		code, known := codes[f.Kind]
		if !known {
			code = Internal
		}
		out.Message = f.Message
		out.Extensions["code"] = code
		if f.Code != "" {
			out.Extensions["reason"] = f.Code
		}
		if len(f.Field) > 0 {
			out.Extensions["field"] = f.Field
		}
		if code == Internal && !errors.Is(ctx.Err(), context.Canceled) {
			log.WarnContext(ctx, "something outside did not answer", "path", out.Path.String(), "error", err)
		}
		return
	}
	if code, ok := requestCode(err, origin); ok {
		out.Message = origin.Message
		out.Extensions["code"] = code
		if wait, ok := origin.Extensions[RetryAfter]; ok {
			out.Extensions[RetryAfter] = wait
		}
		return
	}
	out.Extensions["code"] = Internal
	out.Message = internalMessage
	var number *graphql.IntegerError
	switch {
	case errors.As(err, &number):
		out.Message = number.Message
		out.Extensions["code"] = BadUserInput
	case errors.Is(err, errPanic):
		// Recover has written it with its stack.
	// The driver's error for a statement that the context ended does not wrap the context's, so the context is asked as well.
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
		out.Message = timeoutMessage
		log.WarnContext(ctx, "a request took too long", "path", out.Path.String(), "error", err)
	case errors.Is(err, context.Canceled) || errors.Is(ctx.Err(), context.Canceled):
		log.DebugContext(ctx, "the client left", "path", out.Path.String(), "error", err)
	default:
		log.ErrorContext(ctx, "an operation failed", "path", out.Path.String(), "error", err)
	}
}

// RetryAfter is the extension of a RATE_LIMITED error that says how many seconds to wait.
const RetryAfter = "retryAfter"

// requestCode gives the code of an error that the library or a transport made about the request. A resolver's error always
// wraps a cause, so it never counts as one.
func requestCode(err error, origin *gqlerror.Error) (string, bool) {
	if origin == nil || origin.Err != nil || !errors.Is(err, origin) {
		return "", false
	}
	code, _ := origin.Extensions["code"].(string)
	switch {
	case code == errcode.ParseFailed || code == errcode.ValidationFailed:
		return BadUserInput, true
	case public[code]:
		return code, true
	default:
		return "", false
	}
}

func cut(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	end := maxMessage
	for end > 0 && !utf8.RuneStart(message[end]) {
		end--
	}
	return message[:end] + "…"
}

// errPanic marks an error that Recover has logged already.
var errPanic = errors.New("panic")

// Recover gives the function that turns a panic of a resolver into INTERNAL and writes its stack to the log.
func Recover(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, value any) error {
		log.ErrorContext(ctx, "a resolver panicked", "panic", fmt.Sprint(value), "path", graphql.GetPath(ctx).String(),
			"stack", string(debug.Stack()))
		return fmt.Errorf("%w: %v", errPanic, value)
	}
}
