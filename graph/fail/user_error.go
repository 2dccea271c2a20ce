package fail

import "tributary/internal/kit/fault"

// UserError is what the client did wrong with the business, as an entry of a payload's userErrors. Field is the path below the
// mutation's input; it is empty, never nil, when the whole input is meant.
type UserError struct {
	Code    string
	Message string
	Field   []string
}

// UserErrors sorts the error of a mutation's service call. Faults of the kinds Invalid and Conflict become user errors, all
// members of a fault.List in their order; then the second result is nil. Any other error comes back to be thrown.
func UserErrors(err error) ([]UserError, error) {
	if err == nil {
		return nil, nil
	}
	faults := fault.All(err)
	if len(faults) == 0 {
		return nil, err
	}
	out := make([]UserError, 0, len(faults))
	for _, f := range faults {
		if f.Kind != fault.Invalid && f.Kind != fault.Conflict {
			return nil, err
		}
		field := f.Field
		if field == nil {
			field = []string{}
		}
		out = append(out, UserError{Code: f.Code, Message: f.Message, Field: field})
	}
	return out, nil
}
