package transport_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"tributary/graph/transport"
	"tributary/internal/kit/fault"
)

// listen opens an event stream and gives its lines one by one; the channel is closed at the stream's end.
func (s *site) listen(t *testing.T, query string) (lines <-chan string, hangUp context.CancelFunc) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader(string(body)))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	resp, err := s.Client().Do(req)
	require.NoError(t, err)
	require.Equal(t, 200, resp.StatusCode)
	require.Equal(t, "text/event-stream; charset=utf-8", resp.Header.Get("Content-Type"))
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer resp.Body.Close()
		for scanner := bufio.NewScanner(resp.Body); scanner.Scan(); {
			if line := scanner.Text(); line != "" && line != ":" {
				out <- line
			}
		}
	}()
	return out, cancel
}

func TestEventStreamSendsEachEventThenCompletes(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	lines, _ := s.listen(t, "subscription { tick }")
	for _, event := range []string{"one", "two"} {
		s.schema.events <- event
		require.Equal(t, "event: next", receive(t, lines))
		require.Contains(t, receive(t, lines), `{"tick":"`+event+`"}`)
	}
	close(s.schema.events)
	require.Equal(t, "event: complete", receive(t, lines))
	require.Equal(t, "data:", receive(t, lines))
	_, more := <-lines
	require.False(t, more)
}

func TestEventStreamRunsQueriesAndAnswersRequestErrorsAsEvents(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	lines, _ := s.listen(t, "{ name }")
	require.Equal(t, "event: next", receive(t, lines))
	require.Contains(t, receive(t, lines), `"data":{"name":"test"}`)
	require.Equal(t, "event: complete", receive(t, lines))

	lines, _ = s.listen(t, "subscription { nothing }")
	require.Equal(t, "event: next", receive(t, lines))
	data := receive(t, lines)
	require.Contains(t, data, "BAD_USER_INPUT")
	require.NotContains(t, data, `"data":`)
	require.Equal(t, "event: complete", receive(t, lines))
}

func TestAQuietEventStreamIsKeptAlive(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *transport.Options) { o.KeepAlive = 5 * time.Millisecond })
	lines, _ := s.listen(t, "subscription { tick }")
	for range 3 {
		require.Equal(t, ": still here", receive(t, lines))
	}
}

func TestAnEventStreamEndsItsOperationWhenTheClientLeaves(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	_, hangUp := s.listen(t, "subscription { tick }")
	hangUp()
	receive(t, s.schema.ended)
}

func TestAPanicInASubscriptionIsAnEvent(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	lines, _ := s.listen(t, "subscription { tick }")
	s.schema.events <- "panic"
	require.Equal(t, "event: next", receive(t, lines))
	data := receive(t, lines)
	require.Contains(t, data, "INTERNAL")
	require.NotContains(t, data, "canary")
	require.Equal(t, "event: complete", receive(t, lines))
}

func TestAnEventStreamEndsWhenTheCallerLosesTheRight(t *testing.T) {
	t.Parallel()
	var lost atomic.Bool
	s := newSite(t, func(o *transport.Options) {
		o.RecheckInterval = 5 * time.Millisecond
		o.Recheck = func(context.Context) error {
			if lost.Load() {
				return fault.New(fault.Unauthenticated, "EXPIRED", "Sign in again.")
			}
			return nil
		}
	})
	lines, _ := s.listen(t, "subscription { tick }")
	s.schema.events <- "one"
	receive(t, lines)
	receive(t, lines)
	lost.Store(true)
	require.Equal(t, "event: next", receive(t, lines))
	require.Contains(t, receive(t, lines), "UNAUTHENTICATED")
	require.Equal(t, "event: complete", receive(t, lines))
	receive(t, s.schema.ended)
}

func TestStreamsEndWhenTheServerStops(t *testing.T) {
	t.Parallel()
	stopping := make(chan struct{})
	s := newSite(t, func(o *transport.Options) { o.Stopping = stopping })
	lines, _ := s.listen(t, "subscription { tick }")
	c := s.dial(t)
	c.init(t, nil)
	close(stopping)
	_, more := <-lines
	require.False(t, more)
	require.EqualValues(t, 1001, c.closeCode(t))
}

type client struct{ conn *websocket.Conn }

func (s *site) dial(t *testing.T) client {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.URL, "http"),
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return client{conn}
}

func (c client) send(t *testing.T, text string) {
	t.Helper()
	require.NoError(t, c.conn.Write(t.Context(), websocket.MessageText, []byte(text)))
}

type received struct {
	ID, Type string
	Payload  json.RawMessage
}

func (c client) read(t *testing.T) received {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, text, err := c.conn.Read(ctx)
	require.NoError(t, err)
	var m received
	require.NoError(t, json.Unmarshal(text, &m))
	return m
}

func (c client) closeCode(t *testing.T) websocket.StatusCode {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		_, _, err := c.conn.Read(ctx)
		if err == nil {
			continue
		}
		var closed websocket.CloseError
		require.ErrorAs(t, err, &closed)
		return closed.Code
	}
}

func (c client) init(t *testing.T, payload map[string]string) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"type": "connection_init", "payload": payload})
	require.NoError(t, err)
	c.send(t, string(body))
	require.Equal(t, "connection_ack", c.read(t).Type)
}

func (c client) subscribe(t *testing.T, id, query string) {
	t.Helper()
	c.send(t, fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":%q}}`, id, query))
}

func TestWebSocketRunsSubscriptionsQueriesAndPings(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	c := s.dial(t)
	c.init(t, nil)
	c.send(t, `{"type":"ping","payload":{"n":1}}`)
	m := c.read(t)
	require.Equal(t, "pong", m.Type)
	require.JSONEq(t, `{"n":1}`, string(m.Payload))

	c.subscribe(t, "q", "{ name }")
	m = c.read(t)
	require.Equal(t, "next", m.Type)
	require.Contains(t, string(m.Payload), `"data":{"name":"test"}`)
	require.Equal(t, received{ID: "q", Type: "complete"}, c.read(t))

	c.subscribe(t, "s", "subscription { tick }")
	s.schema.events <- "one"
	m = c.read(t)
	require.Equal(t, "s", m.ID)
	require.Contains(t, string(m.Payload), `{"tick":"one"}`)
	c.send(t, `{"id":"s","type":"complete"}`)
	receive(t, s.schema.ended)

	c.subscribe(t, "s", "subscription { tick }") // the id is free again
	close(s.schema.events)
	require.Equal(t, received{ID: "s", Type: "complete"}, c.read(t))

	c.subscribe(t, "e", "{ nothing }")
	m = c.read(t)
	require.Equal(t, "error", m.Type)
	require.Contains(t, string(m.Payload), "BAD_USER_INPUT")
	c.subscribe(t, "cookie", "{ cookie }")
	require.Contains(t, string(c.read(t).Payload), "no exchange")
}

func TestWebSocketClosesWithTheProtocolsCodes(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *transport.Options) {
		o.Authenticate = func(ctx context.Context, payload map[string]any) (context.Context, error) {
			if payload["authorization"] == "bad" {
				return nil, errors.New("canary")
			}
			return ctx, nil
		}
	})
	const subscribe = `{"id":"1","type":"subscribe","payload":{"query":"subscription { tick }"}}`
	const start = `{"type":"connection_init"}`
	for name, c := range map[string]struct {
		messages []string
		code     int
	}{
		"subscribe before init":  {[]string{subscribe}, 4401},
		"a second init":          {[]string{start, start}, 4429},
		"the same id twice":      {[]string{start, subscribe, subscribe}, 4409},
		"a bad token":            {[]string{`{"type":"connection_init","payload":{"authorization":"bad"}}`}, 4403},
		"no JSON":                {[]string{"canary"}, 4400},
		"trailing bytes":         {[]string{start + " x"}, 4400},
		"an unknown type":        {[]string{`{"type":"start"}`}, 4400},
		"a payload of no object": {[]string{`{"type":"connection_init","payload":7}`}, 4400},
		"no id":                  {[]string{start, `{"type":"subscribe","payload":{"query":"{ name }"}}`}, 4400},
		"no query":               {[]string{start, `{"id":"1","type":"subscribe","payload":{}}`}, 4400},
		"a message of 300 KB":    {[]string{start, `{"type":"ping","payload":{"a":"` + strings.Repeat("x", 300_000) + `"}}`}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			peer := s.dial(t)
			for _, m := range c.messages {
				_ = peer.conn.Write(t.Context(), websocket.MessageText, []byte(m)) // the server may have closed before it read all
			}
			require.EqualValues(t, c.code, peer.closeCode(t))
		})
	}
}

func TestASilentWebSocketIsClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *transport.Options) { o.Patience = 20 * time.Millisecond })
	require.EqualValues(t, 4408, s.dial(t).closeCode(t))
}

func TestAWebSocketNeedsTheSubprotocolAndOurOrigin(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	address := "ws" + strings.TrimPrefix(s.URL, "http")
	conn, _, err := websocket.Dial(t.Context(), address, nil)
	require.NoError(t, err)
	require.EqualValues(t, 4406, client{conn}.closeCode(t))
	_, resp, err := websocket.Dial(t.Context(), address, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"},
		HTTPHeader: http.Header{"Origin": {"https://evil.test"}}})
	require.Error(t, err)
	require.Equal(t, 403, resp.StatusCode)
}

func TestAWebSocketEndsWhenTheCallerLosesTheRight(t *testing.T) {
	t.Parallel()
	type token struct{}
	s := newSite(t, func(o *transport.Options) {
		o.RecheckInterval = 5 * time.Millisecond
		o.Authenticate = func(ctx context.Context, payload map[string]any) (context.Context, error) {
			return context.WithValue(ctx, token{}, payload["authorization"]), nil
		}
		o.Recheck = func(ctx context.Context) error {
			if ctx.Value(token{}) == "good" {
				return errors.New("revoked")
			}
			return nil
		}
	})
	c := s.dial(t)
	c.init(t, map[string]string{"authorization": "good"})
	c.subscribe(t, "1", "subscription { tick }")
	require.EqualValues(t, 4403, c.closeCode(t))
}

func TestOperationsOnOneWebSocketAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t, nil)
	c := s.dial(t)
	c.init(t, nil)
	for i := range 50 {
		c.subscribe(t, fmt.Sprint(i), "subscription { tick }")
	}
	c.subscribe(t, "51st", "subscription { tick }")
	m := c.read(t)
	require.Equal(t, "51st", m.ID)
	require.Equal(t, "error", m.Type)
	require.Contains(t, string(m.Payload), "RATE_LIMITED")
}

func TestWebSocketsOfOneCallerAreBounded(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *transport.Options) { o.Caller = func(context.Context) string { return "ana" } })
	var first client
	for i := range 100 {
		c := s.dial(t)
		c.init(t, nil)
		if i == 0 {
			first = c
		}
	}
	over := s.dial(t)
	over.send(t, `{"type":"connection_init"}`)
	require.EqualValues(t, 4429, over.closeCode(t))
	require.NoError(t, first.conn.Close(websocket.StatusNormalClosure, ""))
	require.Eventually(t, func() bool {
		c := s.dial(t)
		c.send(t, `{"type":"connection_init"}`)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		_, _, err := c.conn.Read(ctx)
		return err == nil
	}, patience, 10*time.Millisecond, "a place is free again")
}
