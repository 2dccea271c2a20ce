package transport

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"tributary/graph/fail"
)

// The bounds of WebSockets.
const (
	maxSocketsPerCaller  = 100
	maxSockets           = 10_000 // of one process
	maxActivePerSocket   = 50     // operations
	maxOperationIDLength = 128    // bytes
	subprotocol          = "graphql-transport-ws"
)

// The close codes of the graphql-transport-ws protocol.
const (
	closeGoingAway        websocket.StatusCode = 1001
	closeInternal         websocket.StatusCode = 4500
	closeBadRequest       websocket.StatusCode = 4400
	closeUnauthorized     websocket.StatusCode = 4401
	closeForbidden        websocket.StatusCode = 4403
	closeBadSubprotocol   websocket.StatusCode = 4406
	closeInitTimeout      websocket.StatusCode = 4408
	closeSubscriberExists websocket.StatusCode = 4409
	closeTooMany          websocket.StatusCode = 4429
)

// Authenticate turns the payload of connection_init into the context of a connection. An error refuses the connection.
type Authenticate func(ctx context.Context, payload map[string]any) (context.Context, error)

// sockets serves graphql-transport-ws. It is written here and not taken from the library because the protocol's close codes,
// the caps and the repeated check of the caller need the message loop.
type sockets struct {
	log          *slog.Logger
	times        streamTimes
	origins      []string
	authenticate Authenticate
	recheck      func(context.Context) error
	caller       func(context.Context) string
	stopping     <-chan struct{}
	count        *socketCount
}

func (*sockets) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") != "" }

func (s *sockets) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if !s.count.open() {
		w.Header().Set("Retry-After", "5")
		refuse(w, r, exec, typeJSON, &refusal{http.StatusServiceUnavailable, "There are too many connections."})
		return
	}
	defer s.count.close()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}, OriginPatterns: s.origins})
	if err != nil { // Accept has answered
		s.log.DebugContext(r.Context(), "a WebSocket was refused", "error", err)
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(MaxBody)
	if conn.Subprotocol() != subprotocol {
		_ = conn.Close(closeBadSubprotocol, "Subprotocol not acceptable")
		return
	}
	c := &socket{sockets: s, conn: conn, exec: exec, header: r.Header.Clone(), ready: make(chan context.Context, 1),
		acknowledged: make(chan struct{}), active: map[string]*running{}}
	c.header.Del("Cookie")
	c.run(r.Context())
}

// closing is why a connection ends.
type closing struct {
	code   websocket.StatusCode
	reason string
}

func (c *closing) Error() string { return c.reason }

type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// socket is one connection.
type socket struct {
	*sockets
	conn         *websocket.Conn
	exec         graphql.GraphExecutor
	header       http.Header
	ready        chan context.Context // the reader gives the caller's context here, once
	acknowledged chan struct{}        // closed when connection_ack is sent

	mu     sync.Mutex
	active map[string]*running
}

// running is one operation of a connection. Its address tells it from a later one under the same id.
type running struct{ cancel context.CancelFunc }

// run reads until the connection ends, and closes it with the code that the protocol names for the reason. There are two
// contexts because the WebSocket breaks off when one that reads or writes with it ends: operations end with theirs, while the
// connection still says why it closes.
func (c *socket) run(ctx context.Context) {
	connection, hangUp := context.WithCancel(ctx)
	defer hangUp()
	operations, stop := context.WithCancel(connection)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- c.read(connection, operations) }()
	err := c.wait(connection, ended)
	stop()
	var why *closing
	if errors.As(err, &why) {
		_ = c.conn.Close(why.code, why.reason)
	}
}

// wait watches over a connection: the time for connection_init, the caller's rights, the peer's life and the server's end.
func (c *socket) wait(ctx context.Context, ended <-chan error) error {
	initialise := time.NewTimer(c.times.init)
	defer initialise.Stop()
	var caller context.Context
	select {
	case caller = <-c.ready:
	case err := <-ended:
		return err
	case <-initialise.C:
		return &closing{closeInitTimeout, "Connection initialisation timeout"}
	case <-c.stopping:
		return &closing{closeGoingAway, "The server is stopping"}
	case <-ctx.Done():
		return ctx.Err()
	}
	key := c.caller(caller)
	if !c.count.enter(key) {
		return &closing{closeTooMany, "Too many connections"}
	}
	defer c.count.leave(key)
	if err := c.write(ctx, message{Type: "connection_ack"}); err != nil {
		return err
	}
	close(c.acknowledged)
	recheck := time.NewTicker(c.times.recheck)
	defer recheck.Stop()
	ping := time.NewTicker(c.times.keepAlive)
	defer ping.Stop()
	for {
		select {
		case err := <-ended:
			return err
		case <-recheck.C:
			if err := c.recheck(caller); err != nil {
				return &closing{closeForbidden, "Forbidden"}
			}
		case <-ping.C:
			pingCtx, cancel := context.WithTimeout(ctx, c.times.write)
			err := c.conn.Ping(pingCtx)
			cancel()
			if err != nil {
				return err
			}
		case <-c.stopping:
			return &closing{closeGoingAway, "The server is stopping"}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// read is the message loop. It hands the authenticated context over and goes on once it is acknowledged.
func (c *socket) read(ctx, operations context.Context) error {
	var caller context.Context
	for {
		kind, text, err := c.conn.Read(ctx)
		if err != nil {
			return err
		}
		var m message
		if kind != websocket.MessageText || decodeExactly(text, &m) != nil {
			return &closing{closeBadRequest, "Invalid message received"}
		}
		switch m.Type {
		case "connection_init":
			if caller != nil {
				return &closing{closeTooMany, "Too many initialisation requests"}
			}
			payload := map[string]any{}
			if len(m.Payload) > 0 && decodeExactly(m.Payload, &payload) != nil {
				return &closing{closeBadRequest, "Invalid payload"}
			}
			if caller, err = c.authenticate(operations, payload); err != nil {
				return &closing{closeForbidden, "Forbidden"}
			}
			c.ready <- caller
			select {
			case <-c.acknowledged:
			case <-operations.Done():
				return operations.Err()
			}
		case "ping":
			if err := c.write(ctx, message{Type: "pong", Payload: m.Payload}); err != nil {
				return err
			}
		case "pong":
		case "subscribe":
			if caller == nil {
				return &closing{closeUnauthorized, "Unauthorized"}
			}
			if err := c.subscribe(ctx, caller, m); err != nil {
				return err
			}
		case "complete":
			c.mu.Lock()
			operation := c.active[m.ID]
			delete(c.active, m.ID)
			c.mu.Unlock()
			if operation != nil {
				operation.cancel()
			}
		default:
			return &closing{closeBadRequest, "Invalid message received"}
		}
	}
}

// subscribe starts one operation. Its own errors go to the client; an error that it returns ends the connection.
func (c *socket) subscribe(connection, caller context.Context, m message) error {
	if m.ID == "" || len(m.ID) > maxOperationIDLength {
		return &closing{closeBadRequest, "Invalid message received"}
	}
	raw, bad := decodeParams(m.Payload)
	if bad != nil {
		return &closing{closeBadRequest, "Invalid message received"}
	}
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(caller))
	operation := &running{cancel}
	c.mu.Lock()
	_, exists := c.active[m.ID]
	full := len(c.active) >= maxActivePerSocket
	if !exists && !full {
		c.active[m.ID] = operation
	}
	c.mu.Unlock()
	switch {
	case exists:
		cancel()
		return &closing{closeSubscriberExists, "Subscriber for this id already exists"}
	case full:
		cancel()
		return c.refuseOperation(connection, caller, m.ID,
			gqlerror.List{fail.Request(fail.RateLimited, "There are %d operations on this connection already.", maxActivePerSocket)})
	}
	raw.Headers = c.header
	raw.ReadTime = graphql.TraceTiming{Start: graphql.Now(), End: graphql.Now()}
	op, errs := c.exec.CreateOperationContext(ctx, raw)
	if len(errs) > 0 {
		cancel()
		c.finish(m.ID, operation)
		return c.refuseOperation(connection, graphql.WithOperationContext(ctx, op), m.ID, errs)
	}
	go c.operate(connection, ctx, operation, m.ID, op)
	return nil
}

func (c *socket) refuseOperation(connection, ctx context.Context, id string, errs gqlerror.List) error {
	body, err := json.Marshal(c.exec.DispatchError(ctx, bounded(errs)).Errors)
	if err != nil {
		return &closing{closeInternal, "Internal error"}
	}
	return c.write(connection, message{ID: id, Type: "error", Payload: body})
}

// operate sends the responses of one operation. After the client's own "complete" nothing more is sent for the id.
func (c *socket) operate(connection, ctx context.Context, self *running, id string, op *graphql.OperationContext) {
	defer self.cancel()
	for resp := range stream(ctx, c.exec, op, c.times) {
		body, err := json.Marshal(resp)
		if err != nil {
			body, _ = json.Marshal(requestError{Errors: gqlerror.List{fail.Request(fail.Internal, "The answer could not be written.")}})
		}
		if ctx.Err() != nil || c.write(connection, message{ID: id, Type: "next", Payload: body}) != nil {
			break
		}
	}
	if c.finish(id, self) && ctx.Err() == nil {
		_ = c.write(connection, message{ID: id, Type: "complete"})
	}
}

// finish forgets an operation and reports whether it was still known, that is, not completed by the client.
func (c *socket) finish(id string, self *running) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	known := c.active[id] == self
	if known {
		delete(c.active, id)
	}
	return known
}

// write sends a message on the connection's own context. A peer that does not take it in time loses the connection.
func (c *socket) write(connection context.Context, m message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(connection, c.times.write)
	defer cancel()
	return c.conn.Write(ctx, websocket.MessageText, body)
}

// socketCount bounds the connections of the process and of each caller.
type socketCount struct {
	mu     sync.Mutex
	all    int
	caller map[string]int
}

func newSocketCount() *socketCount { return &socketCount{caller: map[string]int{}} }

func (c *socketCount) open() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= maxSockets {
		return false
	}
	c.all++
	return true
}

func (c *socketCount) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
}

// enter counts a connection of a caller. An empty key is not counted.
func (c *socketCount) enter(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if key == "" {
		return true
	}
	if c.caller[key] >= maxSocketsPerCaller {
		return false
	}
	c.caller[key]++
	return true
}

func (c *socketCount) leave(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if key == "" {
		return
	}
	if c.caller[key]--; c.caller[key] <= 0 {
		delete(c.caller, key)
	}
}
