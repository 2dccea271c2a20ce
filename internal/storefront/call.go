package storefront

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"tributary/internal/kit/outbound"
)

// answerMax bounds the part of a shop's answer that is read, in bytes.
const answerMax = 1 << 20

// Call makes one request to a shop's API and reads the JSON that it answers into out, where out is not nil. Answers that are no success
// are given with their status and body for the caller to explain, unless every shop means the same by them. Errors are *Problem, or the
// end of the caller's context.
func Call(ctx context.Context, client *outbound.Client, method, address string, header http.Header, body, out any) (status int, raw []byte, err error) {
	request := outbound.Request{Method: method, URL: address, Header: header.Clone(), Keep: answerMax}
	if request.Header == nil {
		request.Header = http.Header{}
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		if request.Body, err = json.Marshal(body); err != nil {
			return 0, nil, fmt.Errorf("call to a shop: %w", err)
		}
		request.Header.Set("Content-Type", "application/json")
	}
	host := "The shop"
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	answer, err := client.Do(ctx, request)
	var failure *outbound.Failure
	var refusal *outbound.Refusal
	switch {
	case errors.Is(err, outbound.ErrBusy):
		return 0, nil, &Problem{Trouble: Later, Words: "Other calls to " + host + " are under way.", Cause: err}
	case errors.As(err, &refusal):
		return 0, nil, &Problem{Trouble: Refused, Words: refusal.Sentence, Cause: err}
	case errors.As(err, &failure):
		return 0, nil, &Problem{Trouble: Later, Words: failure.Sentence(), Cause: err}
	case err != nil:
		return 0, nil, err
	}
	switch s := answer.Status; {
	case s == http.StatusUnauthorized:
		return s, answer.Body, &Problem{Trouble: Unauthorized, Words: host + " does not take the credentials. Make new ones there and enter them here."}
	case s == http.StatusForbidden:
		return s, answer.Body, &Problem{Trouble: Unauthorized, Words: "The credentials may not do this at " + host + ". Give them the rights named in the guide."}
	case s == http.StatusTooManyRequests || s == http.StatusRequestTimeout || s >= http.StatusInternalServerError:
		return s, answer.Body, &Problem{Trouble: Later, Words: fmt.Sprintf("%s has no answer at the moment (%d).", host, s)}
	case s >= http.StatusMultipleChoices && s < http.StatusBadRequest:
		return s, answer.Body, &Problem{Trouble: Refused, Words: host + " leads on to another address. Connect the shop under the name that it answers by."}
	case s >= http.StatusBadRequest:
		return s, answer.Body, nil
	}
	if out == nil {
		return answer.Status, answer.Body, nil
	}
	if err := json.Unmarshal(answer.Body, out); err != nil {
		return answer.Status, answer.Body, &Problem{Trouble: Refused, Words: host + " does not answer as a shop of this sort does.", Cause: err}
	}
	return answer.Status, answer.Body, nil
}
