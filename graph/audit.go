package graph

import (
	"context"

	"tributary/graph/generated"
	"tributary/internal/auditlog"
	"tributary/internal/kit/id"
	"tributary/internal/kit/page"
)

type auditEntryResolver struct{}

// AuditEntry answers the fields of AuditEntry.
func (r *Resolver) AuditEntry() generated.AuditEntryResolver { return auditEntryResolver{} }

func (auditEntryResolver) Actor(_ context.Context, e *auditlog.Entry) (string, error) {
	return e.ActorName, nil
}

func (q queryResolver) AuditLog(ctx context.Context, first *int, after *string, last *int, before *string, brandID id.ID) (*page.Connection[auditlog.Entry], error) {
	r, err := pageOf(first, after, last, before)
	if err != nil {
		return nil, err
	}
	c, err := q.r.Audit.List(ctx, brandID, r)
	return &c, err
}
