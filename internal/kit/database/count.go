package database

import (
	"context"
	"database/sql/driver"
	"sync/atomic"
)

type driverValuer = driver.Valuer

// counting wraps connections so that statements are counted in a context made by CountStatements. It costs one look-up in the
// context for each statement and nothing else.
type counting struct{ driver.Connector }

func (c counting) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &countedConn{Conn: conn}, nil
}

// countedConn forwards all that lib/pq's connection can do, and keeps statements with parameters prepared.
type countedConn struct {
	driver.Conn
	prepared prepared
	last     context.Context // of the latest prepared statement, until the connection goes back to the pool
}

func count(ctx context.Context) {
	if n, ok := ctx.Value(statements{}).(*atomic.Int64); ok {
		n.Add(1)
	}
}

func (c *countedConn) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	count(ctx)
	if len(args) == 0 { // needs no preparing, and may be several statements
		return c.Conn.(driver.QueryerContext).QueryContext(ctx, q, args)
	}
	c.last = ctx
	s, err := c.prepared.get(ctx, c.Conn, q)
	if err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

func (c *countedConn) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	count(ctx)
	if len(args) == 0 {
		return c.Conn.(driver.ExecerContext).ExecContext(ctx, q, args)
	}
	c.last = ctx
	s, err := c.prepared.get(ctx, c.Conn, q)
	if err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

func (c *countedConn) PrepareContext(ctx context.Context, q string) (driver.Stmt, error) {
	count(ctx)
	return prepare(ctx, c.Conn, q)
}

func (c *countedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func (c *countedConn) Ping(ctx context.Context) error { return c.Conn.(driver.Pinger).Ping(ctx) }

func (c *countedConn) ResetSession(ctx context.Context) error {
	if r, ok := c.Conn.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

// IsValid tells the pool whether a connection that comes back may be used again. One whose statement was cancelled may not: the
// cancellation could still be on its way and meet the next statement.
func (c *countedConn) IsValid() bool {
	if c.last != nil && c.last.Err() != nil {
		return false
	}
	c.last = nil
	if v, ok := c.Conn.(driver.Validator); ok {
		return v.IsValid()
	}
	return true
}

func (c *countedConn) CheckNamedValue(v *driver.NamedValue) error {
	if n, ok := c.Conn.(driver.NamedValueChecker); ok {
		return n.CheckNamedValue(v)
	}
	return driver.ErrSkip
}
