package inbox

import (
	"context"
	"net/http"
	"net/url"

	"tributary/internal/kit/fault"
)

// postback is how a server of one's own signs: as JSON with POST, or as the parameters of a GET.
var postback = dialect{source: "postback", kind: "POSTBACK", signature: "Tributary-Signature", timed: true,
	named: func(_ *http.Request, body []byte) (topic, key string) {
		return postbackJSON, bodyKey(postbackJSON, body)
	}}

// Topics of postbacks.
const (
	postbackJSON  = "json"
	postbackQuery = "query"
)

// queryMax bounds the parameters of a signed GET, in bytes.
const queryMax = 8_000

// Postback answers POST and GET /postback/{integration}. A signed address of a GET holds for five minutes and once.
func (s *Service) Postback() http.Handler {
	post := s.webhook(postback)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodPost:
			post.ServeHTTP(w, r)
		case http.MethodGet:
			s.signedGet(w, r)
		default:
			w.Header().Set("Allow", "GET, POST")
			say(w, http.StatusMethodNotAllowed, "Call this with POST, or with a signed GET.")
		}
	})
}

// signedGet takes a call whose parameters but ts and sig, sorted by name and encoded as a form, are signed as the body of a POST is.
func (s *Service) signedGet(w http.ResponseWriter, r *http.Request) {
	if len(r.URL.RawQuery) > queryMax {
		say(w, http.StatusRequestURITooLong, "The parameters have at most 8,000 bytes.")
		return
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(values["ts"]) != 1 || len(values["sig"]) != 1 {
		say(w, http.StatusBadRequest, "A signed address has the parameters ts and sig, each once.")
		return
	}
	ts, sig := values.Get("ts"), values.Get("sig")
	values.Del("ts")
	values.Del("sig")
	body := []byte(values.Encode())
	ctx, cancel := s.receiving(r, postback)
	defer cancel()
	from, ok := s.from(ctx, w, postback, r)
	if !ok {
		return
	}
	if refusal := s.refuse(ctx, from, func(secrets [][]byte) string {
		return timed("t="+ts+",v1="+sig, body, secrets, s.Clock.Now())
	}); refusal != "" {
		say(w, http.StatusUnauthorized, refusal)
		return
	}
	if !s.sound(ctx, w, postback.source, postbackQuery, body) {
		return
	}
	stored, err := s.Store(ctx, Delivery{Source: postback.source, Integration: from.ID, Brand: from.Brand, Topic: postbackQuery,
		Key: bodyKey(postbackQuery+"\n"+ts, body), Headers: map[string]string{"ts": ts}, Body: body})
	switch {
	case err != nil:
		s.Log.ErrorContext(ctx, "delivery not stored", "source", postback.source, "error", err)
		say(w, http.StatusServiceUnavailable, "Please send this again later.")
	case stored:
		say(w, http.StatusOK, "Stored.")
	default:
		say(w, http.StatusConflict, "This address was used already; sign a new one.")
	}
}

// sound refuses a body that can never become an order, where the sender can be told so at once.
func (s *Service) sound(ctx context.Context, w http.ResponseWriter, source, topic string, body []byte) bool {
	check, told := s.Checks[source]
	if !told {
		return true
	}
	err := check(topic, body)
	if err == nil {
		return true
	}
	faults := fault.All(err)
	if len(faults) == 0 {
		s.Log.ErrorContext(ctx, "delivery not checked", "source", source, "error", err)
		say(w, http.StatusBadRequest, "The body cannot be read.")
		return false
	}
	say(w, http.StatusBadRequest, sentence(faults))
	return false
}

// faultsShown is how many faults an answer names.
const faultsShown = 10

func sentence(faults []*fault.Fault) (out string) {
	for i, f := range faults[:min(len(faults), faultsShown)] {
		if i > 0 {
			out += "\n"
		}
		for k, part := range f.Field {
			if k > 0 {
				out += "."
			}
			out += part
		}
		if len(f.Field) > 0 {
			out += ": "
		}
		out += f.Message
	}
	return out
}
