// Package telemetry holds what logs, errors and figures have in common: the id of the request they belong to and a logger
// that keeps secrets out.
package telemetry

import "context"

type requestIDKey struct{}

// WithRequestID puts the id of the present request into a context.
func WithRequestID(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID gives the id of the present request, empty outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
