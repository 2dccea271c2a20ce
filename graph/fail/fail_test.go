package fail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/graph/fail"
	"tributary/internal/kit/fault"
	"tributary/internal/kit/telemetry"
)

func present(t *testing.T, err error) (*gqlerror.Error, string) {
	t.Helper()
	var log bytes.Buffer
	ctx := telemetry.WithRequestID(t.Context(), "req-1")
	return fail.Presenter(slog.New(slog.NewTextHandler(&log, nil)))(ctx, err), log.String()
}

func TestEachKindOfFaultHasItsCode(t *testing.T) {
	t.Parallel()
	for kind, code := range map[fault.Kind]string{
		fault.Invalid: "BAD_USER_INPUT", fault.NotFound: "NOT_FOUND", fault.Conflict: "CONFLICT",
		fault.Forbidden: "FORBIDDEN", fault.Unauthenticated: "UNAUTHENTICATED", fault.RateLimited: "RATE_LIMITED",
		fault.Unavailable: "INTERNAL",
	} {
		got, _ := present(t, fault.New(kind, "A_CODE", "A sentence."))
		require.Equal(t, code, got.Extensions["code"], kind)
		require.Equal(t, "A_CODE", got.Extensions["reason"])
		require.Equal(t, "A sentence.", got.Message)
		require.Equal(t, "req-1", got.Extensions["requestId"])
	}
}

func TestAWrappedFaultKeepsItsFieldAndPathAndHidesItsCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("pq: duplicate key canary")
	err := fault.At("lines.0.amount", "TOO_SMALL", "The amount is too small.").With(cause)
	path := ast.Path{ast.PathName("recordOrder")}
	got, _ := present(t, gqlerror.WrapPath(path, fmt.Errorf("order: %w", err)))
	require.Equal(t, []string{"lines", "0", "amount"}, got.Extensions["field"])
	require.Equal(t, path, got.Path)
	require.Equal(t, "The amount is too small.", got.Message)
	require.NoError(t, got.Err)
}

func TestAnyOtherErrorReadsInternalAndIsLogged(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		errors.New("pq: relation canary does not exist"),
		gqlerror.Errorf("canary thrown by a resolver without a code"),
		gqlerror.WrapPath(nil, errors.New("canary")),
		&gqlerror.Error{Err: errors.New("canary"), Message: "canary", Extensions: map[string]any{"code": "FORBIDDEN"}},
	} {
		got, log := present(t, err)
		require.Equal(t, "INTERNAL", got.Extensions["code"])
		require.NotContains(t, got.Error(), "canary")
		require.Contains(t, log, "canary")
	}
}

func TestACancelledRequestIsNoError(t *testing.T) {
	t.Parallel()
	got, log := present(t, fmt.Errorf("query: %w", context.Canceled))
	require.Equal(t, "INTERNAL", got.Extensions["code"])
	require.Empty(t, log)
}

func TestWhateverFailsAfterTheClientLeftIsNoError(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	presenter := fail.Presenter(slog.New(slog.NewTextHandler(&log, nil)))
	ctx, leave := context.WithCancel(t.Context())
	leave()
	for _, err := range []error{
		errors.New("pq: canceling statement due to user request (57014)"),
		fault.New(fault.Unavailable, "STRIPE_UNAVAILABLE", "Stripe does not answer."),
	} {
		require.Equal(t, "INTERNAL", presenter(ctx, err).Extensions["code"])
	}
	require.Empty(t, log.String())
	presenter(ctx, fail.Recover(slog.New(slog.DiscardHandler))(ctx, "canary"))
	require.Empty(t, log.String())

	late, end := context.WithTimeout(t.Context(), 0)
	defer end()
	presenter(late, errors.New("pq: canceling statement due to user request (57014)"))
	require.Contains(t, log.String(), "level=WARN")
	require.NotContains(t, log.String(), "level=ERROR")
}

func TestValidationErrorsAreBadInputWithABoundedMessage(t *testing.T) {
	t.Parallel()
	err := gqlerror.Errorf("Cannot query field %q", strings.Repeat("é", 5000))
	err.Extensions = map[string]any{"code": "GRAPHQL_VALIDATION_FAILED", "file": "secret.graphql"}
	got, _ := present(t, err)
	require.Equal(t, "BAD_USER_INPUT", got.Extensions["code"])
	require.NotContains(t, got.Extensions, "file")
	require.Less(t, len(got.Message), 310)
	require.True(t, strings.HasSuffix(got.Message, "é…"))
}

func TestANumberOutOfRangeIsBadInput(t *testing.T) {
	t.Parallel()
	_, overflow := graphql.UnmarshalInt32(int64(1) << 40)
	require.Error(t, overflow)
	got, _ := present(t, gqlerror.WrapPath(nil, overflow))
	require.Equal(t, "BAD_USER_INPUT", got.Extensions["code"])
}

func TestAPanicIsLoggedOnceWithItsStack(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	err := fail.Recover(log)(t.Context(), "canary")
	got := fail.Presenter(log)(t.Context(), err)
	require.Equal(t, "INTERNAL", got.Extensions["code"])
	require.NotContains(t, got.Message, "canary")
	require.Equal(t, 1, strings.Count(out.String(), "level=ERROR"))
	require.Contains(t, out.String(), "fail_test.go")
}

func TestUserErrorsTakesInvalidAndConflictOnly(t *testing.T) {
	t.Parallel()
	var list fault.List
	list.Add(fault.At("name", "REQUIRED", "Give a name."))
	list.Add(fault.At("rate", "RANGE", "Too high."))
	got, err := fail.UserErrors(fmt.Errorf("create: %w", list.Err()))
	require.NoError(t, err)
	require.Equal(t, []fail.UserError{
		{Code: "REQUIRED", Message: "Give a name.", Field: []string{"name"}},
		{Code: "RANGE", Message: "Too high.", Field: []string{"rate"}},
	}, got)

	got, err = fail.UserErrors(fault.State("payout", "PAID", "PENDING"))
	require.NoError(t, err)
	require.Equal(t, []string{}, got[0].Field)

	for _, thrown := range []error{fault.Missing("link"), errors.New("broken"),
		fault.List{fault.At("a", "B", "C"), fault.Missing("link")}} {
		got, err = fail.UserErrors(thrown)
		require.Nil(t, got)
		require.Equal(t, thrown, err)
	}
	got, err = fail.UserErrors(nil)
	require.NoError(t, err)
	require.Nil(t, got)
}
