// Package fail turns errors into what a GraphQL client may read: one of a closed list of codes, a sentence, the path and the
// id of the request. Everything else stays in the log.
package fail

import (
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/internal/kit/fault"
)

// The values of extensions.code.
const (
	BadUserInput    = "BAD_USER_INPUT"
	Unauthenticated = "UNAUTHENTICATED"
	Forbidden       = "FORBIDDEN"
	NotFound        = "NOT_FOUND"
	Conflict        = "CONFLICT"
	RateLimited     = "RATE_LIMITED"
	QueryTooComplex = "QUERY_TOO_COMPLEX"
	Internal        = "INTERNAL"
	// PersistedQueryNotFound is the protocol of automatic persisted queries: the client sends the whole query next.
	PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND"
)

// public are the codes that an error may carry to the client as they are.
var public = map[string]bool{
	BadUserInput: true, Unauthenticated: true, Forbidden: true, NotFound: true, Conflict: true, RateLimited: true,
	QueryTooComplex: true, Internal: true, PersistedQueryNotFound: true,
}

// codes says how each kind of fault reads in GraphQL. Something outside that does not answer is the server's trouble, so it
// is INTERNAL; the fault's own code in extensions.reason tells it from a defect.
var codes = map[fault.Kind]string{
	fault.Invalid:         BadUserInput,
	fault.NotFound:        NotFound,
	fault.Conflict:        Conflict,
	fault.Forbidden:       Forbidden,
	fault.Unauthenticated: Unauthenticated,
	fault.RateLimited:     RateLimited,
	fault.Unavailable:     Internal,
}

// Request makes an error about the request itself, before anything ran. The message reaches the client as it is.
func Request(code, format string, args ...any) *gqlerror.Error {
	err := gqlerror.Errorf(format, args...)
	err.Extensions = map[string]any{"code": code}
	return err
}
