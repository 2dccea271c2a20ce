package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

// MaxBody is the largest request body and WebSocket message in bytes.
const MaxBody = 256 << 10

// refusal is why a request is not GraphQL over HTTP at all: an HTTP status and a sentence that quotes nothing of the request,
// because bodies hold passwords.
type refusal struct {
	status  int
	message string
}

// readBody reads and decodes the body of a POST request.
func readBody(r *http.Request) (*graphql.RawParams, *refusal) {
	start := graphql.Now()
	mediaType, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset := params["charset"]
	if err != nil || mediaType != typeJSON || charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, &refusal{http.StatusUnsupportedMediaType, "Send application/json in UTF-8."}
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return nil, &refusal{http.StatusUnsupportedMediaType, "Send the body without compression."}
	}
	tooLarge := &refusal{http.StatusRequestEntityTooLarge, "The body is larger than 256 KiB."}
	if r.ContentLength > MaxBody {
		return nil, tooLarge
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	var limited *http.MaxBytesError
	if errors.As(err, &limited) || len(body) > MaxBody {
		return nil, tooLarge
	}
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, "The body could not be read."}
	}
	raw, bad := decodeParams(body)
	if bad != nil {
		return nil, bad
	}
	raw.Headers = r.Header
	raw.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return raw, nil
}

// decodeParams reads one JSON object with the parameters of an operation and nothing behind it.
func decodeParams(body []byte) (*graphql.RawParams, *refusal) {
	if !utf8.Valid(body) {
		return nil, &refusal{http.StatusBadRequest, "The body is not UTF-8."}
	}
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, &refusal{http.StatusBadRequest, "The body is not a JSON object."}
	}
	raw := &graphql.RawParams{}
	if err := decodeExactly(body, raw); err != nil {
		var typed *json.UnmarshalTypeError
		if errors.As(err, &typed) {
			return nil, &refusal{http.StatusBadRequest,
				"query and operationName are strings, variables and extensions are objects."}
		}
		return nil, &refusal{http.StatusBadRequest, "The body is not valid JSON."}
	}
	return raw, missingQuery(raw)
}

// missingQuery refuses parameters without a query, unless they name a persisted one.
func missingQuery(raw *graphql.RawParams) *refusal {
	if raw.Query == "" && raw.Extensions["persistedQuery"] == nil {
		return &refusal{http.StatusBadRequest, "There is no query."}
	}
	return nil
}

var errTrailing = errors.New("something follows the value")

// decodeExactly reads one JSON value, keeping numbers as they are written, and refuses anything after it.
func decodeExactly(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errTrailing
	}
	return nil
}
