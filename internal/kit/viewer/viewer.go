// Package viewer says who acts. A viewer travels in the context from the edge; nothing in a context means nobody, and the
// database refuses to answer nobody.
package viewer

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Kind is the sort of a viewer.
type Kind string

// The kinds of viewer.
const (
	Anonymous Kind = "ANONYMOUS"
	User      Kind = "USER"
	App       Kind = "APP"
	system    Kind = "SYSTEM"
)

// Role is what a member may do in a brand; a member may hold several.
type Role string

// The roles, spelled alike in Go, SQL and GraphQL.
const (
	Owner   Role = "OWNER"
	Manager Role = "MANAGER"
	Analyst Role = "ANALYST"
	Finance Role = "FINANCE"
)

// Scope is what an API key may do.
type Scope string

// The scopes of API keys.
const (
	ReadPrograms    Scope = "READ_PROGRAMS"
	WritePrograms   Scope = "WRITE_PROGRAMS"
	WriteCreators   Scope = "WRITE_CREATORS"
	WriteTracking   Scope = "WRITE_TRACKING"
	ReadOrders      Scope = "READ_ORDERS"
	WriteOrders     Scope = "WRITE_ORDERS"
	ReadLedger      Scope = "READ_LEDGER"
	WriteOutreach   Scope = "WRITE_OUTREACH"
	ReadPerformance Scope = "READ_PERFORMANCE"
)

// Membership is the roles of a user in one brand. GrantedAt is when the latest money role was given, GrantedBy by whom.
type Membership struct {
	BrandID   uuid.UUID
	Roles     []Role
	GrantedAt time.Time
	GrantedBy uuid.UUID
}

// Has reports whether the membership holds any of the roles.
func (m Membership) Has(roles ...Role) bool {
	return slices.ContainsFunc(m.Roles, func(r Role) bool { return slices.Contains(roles, r) })
}

// Viewer is who acts. The zero Viewer is nobody and may do nothing.
type Viewer struct {
	Kind        Kind
	UserID      uuid.UUID
	SessionID   uuid.UUID
	CreatorID   uuid.UUID // zero when the user has no creator profile
	Admin       bool
	Memberships []Membership
	KeyID       uuid.UUID // of an App
	BrandID     uuid.UUID // of an App
	Scopes      []Scope   // of an App
	Reason      string    // of the system: what it is doing
	NetworkHash string    // keyed hash of the caller's network, for limits and fraud signals; never an address
}

// IsSystem reports whether the program itself acts: jobs, webhooks, command line.
func (v Viewer) IsSystem() bool { return v.Kind == system }

// SignedIn reports whether a user or an app acts.
func (v Viewer) SignedIn() bool { return v.Kind == User || v.Kind == App }

// In gives the membership in a brand.
func (v Viewer) In(brand uuid.UUID) (Membership, bool) {
	for _, m := range v.Memberships {
		if m.BrandID == brand {
			return m, true
		}
	}
	return Membership{}, false
}

// HasScope reports whether an app holds the scope.
func (v Viewer) HasScope(s Scope) bool { return slices.Contains(v.Scopes, s) }

// Actor names who acts for the audit log: "user:…", "key:…", "system:…" or "anonymous".
func (v Viewer) Actor() string {
	switch v.Kind {
	case User:
		return "user:" + v.UserID.String()
	case App:
		return "key:" + v.KeyID.String()
	case system:
		return "system:" + v.Reason
	default:
		return "anonymous"
	}
}

type key struct{}

// With puts a viewer into a context.
func With(ctx context.Context, v Viewer) context.Context { return context.WithValue(ctx, key{}, v) }

// From gives the viewer, or an anonymous one when the context has none.
func From(ctx context.Context) Viewer {
	if v, ok := ctx.Value(key{}).(Viewer); ok {
		return v
	}
	return Viewer{Kind: Anonymous}
}

// Present reports whether anybody was put into the context at all.
func Present(ctx context.Context) bool {
	_, ok := ctx.Value(key{}).(Viewer)
	return ok
}

// WithSystem puts the program itself into a context. The reason is a short name of the work ("job:approve_commissions"); a test
// lists every call.
func WithSystem(ctx context.Context, reason string) context.Context {
	return With(ctx, Viewer{Kind: system, Reason: reason})
}
