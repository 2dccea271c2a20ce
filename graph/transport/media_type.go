package transport

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The media types of GraphQL over HTTP.
const (
	typeJSON    = "application/json"
	typeGraphQL = "application/graphql-response+json"
	typeEvents  = "text/event-stream"
	typeHTML    = "text/html"
)

// maxAcceptRanges bounds how many members of an Accept header are read.
const maxAcceptRanges = 32

// quality gives how much an Accept header wants a media type, 0 to 1000; the most specific range that matches decides. An
// empty header wants everything.
func quality(accept, mediaType string) int {
	if strings.TrimSpace(accept) == "" {
		return 1000
	}
	major, _, _ := strings.Cut(mediaType, "/")
	best, specific := 0, -1
	for i, member := range strings.Split(accept, ",") {
		if i == maxAcceptRanges {
			break
		}
		ranged, params, err := mime.ParseMediaType(member)
		if err != nil {
			continue
		}
		var s int
		switch ranged {
		case mediaType:
			s = 2
		case major + "/*":
			s = 1
		case "*/*":
			s = 0
		default:
			continue
		}
		q := 1000
		if text, ok := params["q"]; ok {
			f, err := strconv.ParseFloat(text, 64)
			if err != nil || f < 0 || f > 1 {
				continue
			}
			q = int(f * 1000)
		}
		if s > specific || s == specific && q > best {
			best, specific = q, s
		}
	}
	return best
}

// responseType chooses between the two JSON types by the Accept header: the more wanted one, application/json where both are
// wanted alike through a wildcard or no header at all, the newer type where both are named alike. It gives "" when the client
// wants neither.
func responseType(r *http.Request) string {
	accept := acceptOf(r)
	old, modern := quality(accept, typeJSON), quality(accept, typeGraphQL)
	switch {
	case old == 0 && modern == 0:
		return ""
	case modern > old:
		return typeGraphQL
	case modern == old && strings.Contains(accept, typeGraphQL):
		return typeGraphQL
	default:
		return typeJSON
	}
}

// prefers reports that a client asks for a type by name, more than for JSON.
func prefers(r *http.Request, mediaType string) bool {
	accept := acceptOf(r)
	want := quality(accept, mediaType)
	return strings.Contains(accept, mediaType) && want > 0 &&
		want >= quality(accept, typeJSON) && want >= quality(accept, typeGraphQL)
}

func acceptOf(r *http.Request) string {
	return strings.ToLower(strings.Join(r.Header.Values("Accept"), ","))
}
