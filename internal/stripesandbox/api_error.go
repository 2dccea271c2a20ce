package stripesandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// The error types of Stripe's API that the sandbox uses.
const (
	typeAPI            = "api_error"
	typeInvalidRequest = "invalid_request_error"
	typeIdempotency    = "idempotency_error"
)

// apiError is a refusal in Stripe's shape.
type apiError struct {
	status  int
	kind    string
	code    string
	message string
	param   string
	// executed says that the request passed validation before it was refused.
	// Such a refusal is remembered under the idempotency key and replayed.
	executed bool
}

// Error makes a refusal usable as a Go error in the Go API.
func (e *apiError) Error() string {
	if e.code == "" {
		return "stripe sandbox: " + e.message
	}
	return "stripe sandbox: " + e.code + ": " + e.message
}

func (e *apiError) body() []byte {
	type detail struct {
		Code    string `json:"code,omitempty"`
		DocURL  string `json:"doc_url,omitempty"`
		Message string `json:"message"`
		Param   string `json:"param,omitempty"`
		Type    string `json:"type"`
	}
	out := struct {
		Error detail `json:"error"`
	}{detail{Code: e.code, Message: e.message, Param: e.param, Type: e.kind}}
	if e.code != "" {
		out.Error.DocURL = "https://stripe.com/docs/error-codes/" + e.code
	}
	encoded, err := json.Marshal(out)
	if err != nil { // only strings inside: cannot happen
		return []byte(`{"error":{"type":"api_error","message":"An unknown error occurred"}}`)
	}
	return encoded
}

func invalid(param, code, format string, args ...any) *apiError {
	return &apiError{status: http.StatusBadRequest, kind: typeInvalidRequest, code: code, param: param, message: fmt.Sprintf(format, args...)}
}

// refused is a refusal after validation: it is remembered under the key.
func refused(param, code, format string, args ...any) *apiError {
	e := invalid(param, code, format, args...)
	e.executed = true
	return e
}

func missing(status int, param, kind, id string) *apiError {
	return &apiError{status: status, kind: typeInvalidRequest, code: "resource_missing", param: param,
		message: fmt.Sprintf("No such %s: '%s'", kind, id), executed: true}
}

// accountInvalid is what Stripe answers for an account that does not exist,
// was deleted, or belongs to somebody else.
func accountInvalid(id string) *apiError {
	return &apiError{status: http.StatusForbidden, kind: typeInvalidRequest, code: "account_invalid", executed: true,
		message: fmt.Sprintf("The provided key does not have access to account '%s' (or that account does not exist). Application access may have been revoked.", id)}
}

func internalError() *apiError {
	return &apiError{status: http.StatusInternalServerError, kind: typeAPI, message: "An unknown error occurred"}
}
