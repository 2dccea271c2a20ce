// Package fault is the one vocabulary of refusals: what a caller did wrong or met, with a stable code, a sentence that
// may be shown to a person, and the path of the input field concerned. Everything that is not a Fault is an internal error
// whose text never leaves the server.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says who has to act, and how a transport answers.
type Kind string

// The kinds. Each maps to one GraphQL extensions.code and one HTTP status.
const (
	// Invalid means that the input breaks a rule; the caller mends the input.
	Invalid Kind = "INVALID"
	// NotFound means that the object does not exist or is not the caller's to see.
	NotFound Kind = "NOT_FOUND"
	// Conflict means that the object's present state does not allow the change.
	Conflict Kind = "CONFLICT"
	// Forbidden means that the caller may see the object but not do this.
	Forbidden Kind = "FORBIDDEN"
	// Unauthenticated means that the caller must sign in (again).
	Unauthenticated Kind = "UNAUTHENTICATED"
	// RateLimited means that the caller must wait.
	RateLimited Kind = "RATE_LIMITED"
	// Unavailable means that something outside did not answer; the same call may work later.
	Unavailable Kind = "UNAVAILABLE"
)

// Fault is a refusal. Code is UPPER_SNAKE and stable; Message is English for a person and holds no secrets; Field is the path
// of the input field ("lines", "0", "amount"), empty when the whole call is meant.
type Fault struct {
	Kind    Kind
	Code    string
	Message string
	Field   []string
	Cause   error
}

// Error gives the code, message and cause, for logs.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.Code)
	b.WriteString(": ")
	b.WriteString(f.Message)
	if len(f.Field) > 0 {
		b.WriteString(" (field ")
		b.WriteString(strings.Join(f.Field, "."))
		b.WriteString(")")
	}
	if f.Cause != nil {
		b.WriteString(": ")
		b.WriteString(f.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Is makes errors.Is compare by code, so that a domain can declare sentinels with New.
func (f *Fault) Is(target error) bool {
	var t *Fault
	return errors.As(target, &t) && t.Code == f.Code && t.Kind == f.Kind
}

// New makes a fault of a kind.
func New(kind Kind, code, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// At makes an Invalid fault for one input field. Path elements are GraphQL field names and list indexes.
func At(field, code, format string, args ...any) *Fault {
	f := New(Invalid, code, format, args...)
	f.Field = strings.Split(field, ".")
	return f
}

// Missing is the answer for an object that does not exist or is not the caller's: both read the same.
func Missing(noun string) *Fault {
	return New(NotFound, "NOT_FOUND", "There is no such %s.", noun)
}

// State is the answer when an object's present state does not allow a change.
func State(noun, present, wanted string) *Fault {
	return New(Conflict, "WRONG_STATE", "This %s is %s, so it cannot become %s.", noun, present, wanted)
}

// With returns a copy that wraps a cause, for the log only.
func (f *Fault) With(cause error) *Fault {
	c := *f
	c.Cause = cause
	return &c
}

// As finds the first Fault in a chain.
func As(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// Is reports whether err is a Fault of the kind.
func Is(err error, kind Kind) bool {
	f, ok := As(err)
	return ok && f.Kind == kind
}

// List collects several Invalid faults of one input, so that a form shows all of its errors at once.
type List []*Fault

// Add appends a fault when it is not nil.
func (l *List) Add(f *Fault) {
	if f != nil {
		*l = append(*l, f)
	}
}

// Err returns nil for an empty list, else the list as an error.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error joins the members, for logs.
func (l List) Error() string {
	parts := make([]string, len(l))
	for i, f := range l {
		parts[i] = f.Error()
	}
	return strings.Join(parts, "; ")
}

// Unwrap gives the members to errors.Is and errors.As.
func (l List) Unwrap() []error {
	out := make([]error, len(l))
	for i, f := range l {
		out[i] = f
	}
	return out
}

// All gives every fault of an error: the members of a List, or the one Fault in the chain.
func All(err error) []*Fault {
	var l List
	if errors.As(err, &l) {
		return l
	}
	if f, ok := As(err); ok {
		return []*Fault{f}
	}
	return nil
}
