package transport_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tributary/graph/transport"
)

const (
	graphqlType = "application/graphql-response+json"
	jsonType    = "application/json"
)

func TestTheAnswersMediaTypeFollowsTheAcceptHeader(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for accept, want := range map[string]string{
		"":                                       jsonType,
		"*/*":                                    jsonType,
		"application/*":                          jsonType,
		"application/json":                       jsonType,
		"application/json; charset=utf-8":        jsonType,
		graphqlType:                              graphqlType,
		graphqlType + ", application/json;q=0.9": graphqlType,
		graphqlType + ";q=0.5, application/json": jsonType,
		"application/json, " + graphqlType:       graphqlType,
		"application/json;q=0, */*":              graphqlType,
		"text/html, */*;q=0.1":                   jsonType,
	} {
		a := s.ask(t, "{ name }", map[string]string{"Accept": accept})
		require.Equal(t, 200, a.status, accept)
		require.Equal(t, want+"; charset=utf-8", a.header.Get("Content-Type"), accept)
		require.JSONEq(t, `{"name":"test"}`, string(a.fields(t)["data"]))
	}
	require.Equal(t, 406, s.ask(t, "{ name }", map[string]string{"Accept": "text/html"}).status)
	require.Equal(t, 406, s.ask(t, "{ name }", map[string]string{"Accept": graphqlType + ";q=0"}).status)
}

func TestRequestErrorsHaveTheirStatusByMediaTypeAndNoData(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for name, body := range map[string]string{
		"syntax":              `{"query":"{"}`,
		"validation":          `{"query":"{ nothing }"}`,
		"variable coercion":   `{"query":"query($i: Int!) { find(id: $i) }","variables":{"i":"x"}}`,
		"unknown operation":   `{"query":"query A { name }","operationName":"B"}`,
		"no operation":        `{"query":"fragment F on Query { name }"}`,
		"subscription":        `{"query":"subscription { tick }"}`,
		"introspection":       `{"query":"{ __schema { description } }"}`,
		"unknown persisted":   `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}`,
		"malformed persisted": `{"query":"{ name }","extensions":{"persistedQuery":{"version":2,"sha256Hash":"00"}}}`,
	} {
		for accept, status := range map[string]int{jsonType: 200, graphqlType: 400} {
			a := s.post(t, body, map[string]string{"Accept": accept})
			require.Equal(t, status, a.status, "%s as %s: %s", name, accept, a.body)
			require.NotContains(t, a.fields(t), "data", name)
			for _, code := range a.codes(t) {
				require.Contains(t, []string{"BAD_USER_INPUT", "UNAUTHENTICATED", "PERSISTED_QUERY_NOT_FOUND"}, code, name)
			}
			require.NotEmpty(t, a.codes(t), name)
		}
	}
	require.Zero(t, s.schema.runs.Load())
}

func TestMalformedRequestsAreRefusedInBothMediaTypes(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for name, c := range map[string]struct {
		body   string
		status int
	}{
		"no body":                       {"", 400},
		"truncated JSON":                {`{"query":"mutation { login(password: \"canary\") }"`, 400},
		"a list":                        {`[{"query":"{ name }"}]`, 400},
		"a string":                      {`"{ name }"`, 400},
		"null":                          {`null`, 400},
		"no query":                      {`{"variables":{}}`, 400},
		"an empty query":                {`{"query":""}`, 400},
		"query of another type":         {`{"query":{"canary":1}}`, 400},
		"variables of another type":     {`{"query":"{ name }","variables":"canary"}`, 400},
		"operationName of another type": {`{"query":"{ name }","operationName":7}`, 400},
		"trailing bytes":                {`{"query":"{ name }"} canary`, 400},
		"two objects":                   {`{"query":"{ name }"}{"query":"{ name }"}`, 400},
		"invalid UTF-8":                 {"{\"query\":\"{ name } # canary \xff\"}", 400},
		"2 MB":                          {`{"query":"` + strings.Repeat("canary ", 300_000) + `"}`, 413},
		"256 KiB and a byte":            {strings.Repeat(" ", transport.MaxBody) + "{", 413},
	} {
		for _, accept := range []string{jsonType, graphqlType, "text/event-stream"} {
			a := s.post(t, c.body, map[string]string{"Accept": accept})
			require.Equal(t, c.status, a.status, "%s as %s", name, accept)
			require.NotContains(t, a.body, "canary", name)
			require.NotContains(t, a.fields(t), "data", name)
			require.Equal(t, []string{"BAD_USER_INPUT"}, a.codes(t), name)
		}
	}
	require.NotContains(t, s.log.String(), "canary")
	require.Zero(t, s.schema.runs.Load())
}

func TestABodyOfUnknownLengthIsBoundedToo(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, io.MultiReader(strings.NewReader("{"),
		strings.NewReader(strings.Repeat(" ", transport.MaxBody))))
	require.NoError(t, err)
	req.Header.Set("Content-Type", jsonType)
	resp, err := s.Client().Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, 413, resp.StatusCode)
}

func TestOnlyJSONInUTF8IsTaken(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	const body = `{"query":"{ name }"}`
	for contentType, status := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, "Application/JSON;charset=UTF-8": 200,
		"application/json; charset=utf-7": 415, "text/plain": 415, "application/graphql": 415,
		"application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415, "": 415,
	} {
		a := s.do(t, http.MethodPost, "/", body, map[string]string{"Content-Type": contentType})
		require.Equal(t, status, a.status, contentType)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(body))
	require.NoError(t, z.Close())
	require.Equal(t, 415, s.post(t, zipped.String(), map[string]string{"Content-Encoding": "gzip"}).status)
}

func TestGetRunsQueriesOnlyAndSeesNoCookies(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	get := func(values url.Values) answer {
		return s.do(t, http.MethodGet, "/?"+values.Encode(), "", map[string]string{"Cookie": "refresh=canary", "Accept": graphqlType})
	}
	a := get(url.Values{"query": {"query A($i: Int!) { find(id: $i) cookie } query B { name }"}, "operationName": {"A"}, "variables": {`{"i":7}`}})
	require.Equal(t, 200, a.status)
	require.JSONEq(t, `{"find":"7","cookie":"no exchange"}`, string(a.fields(t)["data"]))
	headers, _ := s.schema.last.Load("headers")
	require.Empty(t, headers.(http.Header).Get("Cookie"))

	runs := s.schema.runs.Load()
	a = get(url.Values{"query": {"mutation { set }"}})
	require.Equal(t, 405, a.status)
	require.Equal(t, "POST", a.header.Get("Allow"))
	require.Equal(t, 400, get(url.Values{"query": {"subscription { tick }"}}).status)
	require.Equal(t, 400, get(url.Values{"query": {"{ name }"}, "variables": {`{"i":7} x`}}).status)
	require.Equal(t, 400, get(url.Values{"query": {"{ name }"}, "variables": {`[1]`}}).status)
	require.Equal(t, 400, get(url.Values{}).status)
	require.Equal(t, runs, s.schema.runs.Load())
}

func TestOtherMethodsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch} {
		a := s.do(t, method, "/", "{}", map[string]string{"Content-Type": jsonType})
		require.Equal(t, 405, a.status)
		require.Equal(t, "GET, POST, OPTIONS", a.header.Get("Allow"))
	}
	a := s.do(t, http.MethodOptions, "/", "", map[string]string{"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"})
	require.Equal(t, 204, a.status)
	require.Empty(t, a.header.Get("Access-Control-Allow-Origin"))
}

func TestHostileDocumentsAreRefusedBeforeAnyPriceIsWorkedOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	var bomb strings.Builder
	bomb.WriteString("{ ...F0 }")
	for i := range 30 {
		fmt.Fprintf(&bomb, " fragment F%d on Query { ...F%d ...F%d }", i, i+1, i+1)
	}
	bomb.WriteString(" fragment F30 on Query { name }")
	var aliases strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&aliases, "a%d:name ", i)
	}
	many := strings.Repeat("x%d: name ", 60)
	numbers := make([]any, 60)
	for i := range numbers {
		numbers[i] = i
	}
	for name, query := range map[string]string{
		"30 doubling fragments":    bomb.String(),
		"20,000 __typename":        "{" + strings.Repeat("__typename ", 20_000) + "}",
		"20,000 aliases":           "{" + aliases.String() + "}",
		"60 aliases":               "{" + fmt.Sprintf(many, numbers...) + "}",
		"1,000 times one field":    "{" + strings.Repeat("name ", 1000) + "}",
		"5,000 unknown directives": "{ name " + strings.Repeat("@x ", 5000) + "}",
		"depth 16":                 strings.Repeat("{ self ", 15) + "{ name }" + strings.Repeat("}", 15),
		"12 operations":            strings.Repeat("query A { name } ", 12),
	} {
		for _, accept := range []string{graphqlType, jsonType} {
			a := s.ask(t, query, map[string]string{"Accept": accept})
			if accept == graphqlType {
				require.Equal(t, 400, a.status, name)
			}
			require.Equal(t, []string{"QUERY_TOO_COMPLEX"}, a.codes(t), name)
			require.NotContains(t, a.fields(t), "data", name)
			require.Less(t, len(a.body), 4096, name)
		}
	}
	require.Equal(t, []string{"BAD_USER_INPUT"}, s.ask(t, strings.Repeat("{self", 10_000)+strings.Repeat("}", 10_000), nil).codes(t),
		"the parser itself refuses 1,000 levels")
	require.Zero(t, s.schema.runs.Load())
	require.Zero(t, s.schema.prices.Load(), "the price expands fragments, so it must not be asked")
}

func TestAQueryAtTheLimitIsPricedOnceAField(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	a := s.ask(t, "{"+strings.Repeat("name ", 500)+"}", nil)
	require.Equal(t, 200, a.status)
	require.Empty(t, a.codes(t))
	require.LessOrEqual(t, s.schema.prices.Load(), int64(500))
}

func TestTooDearOperationsAreRequestErrors(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *transport.Options) { o.MaxCost = 3 })
	a := s.ask(t, "{ self { self { name } } }", nil)
	require.JSONEq(t, `{"cost":{"requested":3,"limit":3}}`, string(a.fields(t)["extensions"]))
	a = s.ask(t, "{ self { self { name missing } } }", map[string]string{"Accept": graphqlType})
	require.Equal(t, 400, a.status)
	require.Equal(t, []string{"QUERY_TOO_COMPLEX"}, a.codes(t))
	require.NotContains(t, a.fields(t), "data")
}

func TestWhoeverHasUsedUpTheirAllowanceWaits(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *transport.Options) {
		o.Charge = func(_ context.Context, points int) time.Duration {
			if points > 1 {
				return 1500 * time.Millisecond
			}
			return 0
		}
	})
	require.Equal(t, 200, s.ask(t, "{ name }", nil).status)
	a := s.ask(t, "{ self { name } }", nil)
	require.Equal(t, 429, a.status)
	require.Equal(t, "2", a.header.Get("Retry-After"))
	require.Equal(t, []string{"RATE_LIMITED"}, a.codes(t))
}

func TestErrorsOfOneDocumentAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	var query strings.Builder
	for i := range 400 {
		fmt.Fprintf(&query, "unknown%d ", i)
	}
	a := s.ask(t, "{"+query.String()+"}", nil)
	require.Len(t, a.codes(t), 10)
	a = s.ask(t, "{"+strings.Repeat("n", 200_000)+"}", nil)
	require.Less(t, len(a.body), 4096)
}

func TestNamesAreSuggestedInTheSandboxOnly(t *testing.T) {
	t.Parallel()
	queries := []string{"{ nam }", "{ find(idd: 1) }", "{ find(id: 1, colour: REDD) }", "{ self }"}
	closed, open := newSite(t, nil), newSite(t, func(o *transport.Options) { o.Sandbox = true })
	for _, query := range queries {
		require.NotContains(t, closed.ask(t, query, nil).body, "Did you mean", query)
		require.Contains(t, open.ask(t, query, nil).body, "Did you mean", query)
	}
}

func TestIntrospectionIsForSignedInCallersAndTheSandbox(t *testing.T) {
	t.Parallel()
	type signedIn struct{}
	closed := newSite(t, func(o *transport.Options) {
		o.SignedIn = func(ctx context.Context) bool { return ctx.Value(signedIn{}) != nil }
	})
	inner := closed.Config.Handler
	closed.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			r = r.WithContext(context.WithValue(r.Context(), signedIn{}, true))
		}
		inner.ServeHTTP(w, r)
	})
	open := newSite(t, func(o *transport.Options) { o.Sandbox = true })
	for _, query := range []string{
		"{ __schema { description } }", `{ __type(name: "Query") { name } }`,
		"{ ...F } fragment F on Query { ... { __schema { description } } }",
	} {
		require.Equal(t, []string{"UNAUTHENTICATED"}, closed.ask(t, query, nil).codes(t), query)
		require.Contains(t, closed.ask(t, query, map[string]string{"Authorization": "x"}).body, `"open":true`)
		require.Contains(t, open.ask(t, query, nil).body, `"open":true`)
	}
	require.Empty(t, closed.ask(t, "{ __typename }", nil).codes(t))
}

func TestExecutionErrorsKeepTheDataAndTellNothingInternal(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	a := s.ask(t, "{ name missing broken }", map[string]string{"Accept": graphqlType})
	require.Equal(t, 200, a.status)
	require.JSONEq(t, `{"name":"test","missing":null,"broken":null}`, string(a.fields(t)["data"]))
	require.Equal(t, []string{"NOT_FOUND", "INTERNAL"}, a.codes(t))
	require.NotContains(t, a.body, "canary")
	require.Contains(t, s.log.String(), "canary table")
}

func TestAPanicIsAnsweredAndLoggedWithItsStack(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	a := s.ask(t, "{ panic }", nil)
	require.Equal(t, 500, a.status)
	require.Equal(t, []string{"INTERNAL"}, a.codes(t))
	require.Contains(t, a.header.Get("Content-Type"), jsonType)
	require.NotContains(t, a.body, "canary")
	require.Contains(t, s.log.String(), "schema_test.go")
}

func TestASlowOperationIsStopped(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *transport.Options) { o.Timeout = 20 * time.Millisecond })
	a := s.ask(t, "{ slow }", nil)
	require.Equal(t, []string{"INTERNAL"}, a.codes(t))
	require.Contains(t, a.body, "took too long")
}

func TestAPersistedQueryIsAskedForOnceAndMeasuredExpanded(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	hash := func(query string) string { sum := sha256.Sum256([]byte(query)); return hex.EncodeToString(sum[:]) }
	const query = "{ name }"
	byHash := func(h string) string {
		return fmt.Sprintf(`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`, h)
	}
	whole := func(query, h string) string {
		return fmt.Sprintf(`{"query":%q,"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`, query, h)
	}
	a := s.post(t, byHash(hash(query)), nil)
	require.Equal(t, 200, a.status)
	require.Contains(t, a.body, `"PersistedQueryNotFound"`)
	require.Equal(t, []string{"PERSISTED_QUERY_NOT_FOUND"}, a.codes(t))
	require.Equal(t, []string{"BAD_USER_INPUT"}, s.post(t, whole(query, hash("{ other }")), nil).codes(t))
	require.Empty(t, s.post(t, whole(query, hash(query)), nil).codes(t))
	require.JSONEq(t, `{"name":"test"}`, string(s.post(t, byHash(hash(query)), nil).fields(t)["data"]))
	a = s.do(t, http.MethodGet, "/?extensions="+url.QueryEscape(fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, hash(query))), "", nil)
	require.JSONEq(t, `{"name":"test"}`, string(a.fields(t)["data"]))

	deep := strings.Repeat("{ self ", 20) + "{ name }" + strings.Repeat("}", 20)
	require.Equal(t, []string{"QUERY_TOO_COMPLEX"}, s.post(t, whole(deep, hash(deep)), nil).codes(t))
	require.Equal(t, []string{"QUERY_TOO_COMPLEX"}, s.post(t, byHash(hash(deep)), nil).codes(t))
}

func TestCookiesAreForPostOnlyAndKnowTheirOrigin(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	const login = "mutation { login }"
	for name, c := range map[string]struct {
		header map[string]string
		want   string
	}{
		"another site":     {map[string]string{"Cookie": "refresh=old", "Origin": "https://evil.test", "Sec-Fetch-Site": "cross-site"}, "old same=false"},
		"the same origin":  {map[string]string{"Cookie": "refresh=old", "Sec-Fetch-Site": "same-origin"}, "old same=true"},
		"the origin alone": {map[string]string{"Origin": s.URL}, " same=true"},
		"no header":        {nil, " same=false"},
	} {
		a := s.ask(t, login, c.header)
		require.JSONEq(t, fmt.Sprintf(`{"login":%q}`, c.want), string(a.fields(t)["data"]), name)
		require.Equal(t, "refresh=new; HttpOnly", a.header.Get("Set-Cookie"))
	}
}

func TestABrowserIsShownTheEditor(t *testing.T) {
	t.Parallel()
	editor := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the editor") })
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	with, without := newSite(t, func(o *transport.Options) { o.GraphiQL = editor }), newSite(t, nil)
	require.Equal(t, "the editor", with.do(t, http.MethodGet, "/", "", map[string]string{"Accept": browser}).body)
	require.Equal(t, 400, without.do(t, http.MethodGet, "/", "", map[string]string{"Accept": browser}).status)
	require.Equal(t, 400, with.do(t, http.MethodGet, "/", "", nil).status)
	require.Contains(t, with.do(t, http.MethodGet, "/?query=%7Bname%7D", "", map[string]string{"Accept": browser}).body, `"test"`)
}
