package database

import (
	"errors"

	"github.com/lib/pq"

	"tributary/ent/gen"
	"tributary/internal/kit/fault"
)

// SQLSTATE codes that are told apart.
const (
	uniqueViolation     = "23505"
	serializationFailed = "40001"
	deadlockDetected    = "40P01"
)

func again(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == serializationFailed || e.Code == deadlockDetected)
}

// IsUnique reports whether err says that a row broke the named unique index; an empty name means any.
func IsUnique(err error, index string) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code == uniqueViolation && (index == "" || e.Constraint == index)
}

// IsDataError reports whether PostgreSQL refused what it was given, so that the same would be refused again: a value that does not
// fit (SQLSTATE class 22) or a row that breaks a constraint (class 23).
func IsDataError(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code.Class() == "22" || e.Code.Class() == "23")
}

// IsMissing reports whether a look-up by ent found no row.
func IsMissing(err error) bool { return gen.IsNotFound(err) }

// OnUnique turns a broken unique index into the given fault and passes other errors on.
func OnUnique(err error, index string, f *fault.Fault) error {
	if IsUnique(err, index) {
		return f.With(err)
	}
	return err
}

// OnMissing turns "no row" into NOT_FOUND for the noun and passes other errors on.
func OnMissing(err error, noun string) error {
	if gen.IsNotFound(err) {
		return fault.Missing(noun)
	}
	return err
}
