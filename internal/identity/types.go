package identity

import (
	"time"
	"tributary/internal/kit/id"
	"tributary/internal/kit/viewer"
)

// User is a person who signs in.
type User struct {
	ID            id.ID     // id, prefix usr.
	Email         string    // address to sign in with.
	Name          string    // name as the person wrote it.
	EmailVerified bool      // whether the address was confirmed.
	TOTPEnabled   bool      // whether signing in asks for a one-time code.
	CreatedAt     time.Time // when the account was made.
}

// IsNode marks User as refetchable by id.
func (User) IsNode() {}

// Membership is what a person may do in a brand.
type Membership struct {
	ID             id.ID         // id, prefix mem.
	UserID         id.ID         // the person.
	BrandID        id.ID         // the brand.
	Roles          []viewer.Role // roles held. At most 4.
	RolesGrantedAt time.Time     // since when the present roles are held.
}

// IsNode marks Membership as refetchable by id.
func (Membership) IsNode() {}

// Invitation is an invitation to join a brand that was sent by e-mail.
type Invitation struct {
	ID        id.ID         // id, prefix inv.
	Email     string        // address that it was sent to.
	Roles     []viewer.Role // roles that accepting gives. At most 4.
	ExpiresAt time.Time     // when it lapses.
}

// IsNode marks Invitation as refetchable by id.
func (Invitation) IsNode() {}

// APIKey is a key of a brand's own program. The secret is shown once, when the key is made.
type APIKey struct {
	ID         id.ID          // id, prefix key.
	Name       string         // what the brand calls it.
	Prefix     string         // first letters of the secret, to tell keys apart.
	Scopes     []viewer.Scope // what it may do. At most 9.
	CreatedAt  time.Time      // when it was made.
	LastUsedAt *time.Time     // when it was last used, to the minute.
	RevokedAt  *time.Time     // when it was revoked; null while it works.
}

// IsNode marks APIKey as refetchable by id.
func (APIKey) IsNode() {}
