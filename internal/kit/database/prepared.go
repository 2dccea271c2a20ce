package database

import (
	"container/list"
	"context"
	"database/sql/driver"
)

// preparedMax bounds the statements that one connection keeps prepared. The program has a few hundred; lists of values give them
// variants, which push out what was not used for longest.
const preparedMax = 200

// prepared keeps a connection's statements, by their text. Without it the driver has every statement parsed anew and waits for
// PostgreSQL twice; with it a statement that ran before is sent once. A connection is used by one goroutine at a time.
type prepared struct {
	byText map[string]*list.Element // of *statement
	used   list.List                // the latest first
}

type statement struct {
	text string
	driver.Stmt
}

// get gives the statement of a text, and has it prepared where it is new.
func (p *prepared) get(ctx context.Context, conn driver.Conn, text string) (*statement, error) {
	if e, ok := p.byText[text]; ok {
		p.used.MoveToFront(e)
		return e.Value.(*statement), nil
	}
	if p.used.Len() >= preparedMax {
		oldest := p.used.Remove(p.used.Back()).(*statement)
		delete(p.byText, oldest.text)
		if err := oldest.Close(); err != nil {
			return nil, err
		}
	}
	s, err := prepare(ctx, conn, text)
	if err != nil {
		return nil, err
	}
	if p.byText == nil {
		p.byText = map[string]*list.Element{}
	}
	kept := &statement{text, s}
	p.byText[text] = p.used.PushFront(kept)
	return kept, nil
}

func prepare(ctx context.Context, conn driver.Conn, text string) (driver.Stmt, error) {
	if c, ok := conn.(driver.ConnPrepareContext); ok {
		return c.PrepareContext(ctx, text)
	}
	return conn.Prepare(text)
}
